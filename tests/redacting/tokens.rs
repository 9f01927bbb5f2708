//! Bytes of a capture -> the tokens that must not leave the house, found with regular expressions alone.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// What is private, each as the first group.
static PRIVATE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // Users, hosts, telephone numbers, MSRP sessions.
        r#"(?i-u)\b(?:sips?|im|pres|xmpp|msrps?|mailto):(?://)?([^@\s<>"',]+)@"#,
        r#"(?i-u)\b(?:sips?|im|pres|xmpp|msrps?|mailto):(?://)?(?:[^@\s<>"',]*@)?([a-z0-9.-]*[a-z][a-z0-9.-]*)"#,
        r#"(?i-u)\btel:([+0-9().-]{4,})"#,
        r#"(?i-u)\bmsrps?://[^/\s]+/([^;\s"]+)"#,
        r"(?-u)((?:\d{1,3}\.){3}\d{1,3})",
        r"(?-u)\[([0-9a-fA-F:]{3,}:[0-9a-fA-F:.]*)\]",
        // Display names and what else heads carry.
        r#"(?im-u)^(?:from|to|f|t|contact|m|referred-by|p-[a-z]+-identity)[ \t]*:[ \t]*"?([^"<\r\n:;]*)"?[ \t]*<"#,
        r"(?im-u)^(?:call-id|i|subject|s|organization)[ \t]*:[ \t]*([^\r\n]+)",
        r#"(?i-u)[;?&](?:tag|to-tag|from-tag)=([^;,\s>"&]+)"#,
        r#"(?i-u);branch=z9hG4bK([^;,\s>"]+)"#,
        r#"(?i-u)\b(?:nonce|cnonce|response|opaque|realm|username)="([^"]+)""#,
        r"(?im-u)^via[ \t]*:[ \t]*SIP/2\.0/[A-Z]+[ \t]+([a-z0-9.-]+)",
        // Session descriptions and lists.
        r"(?m-u)^o=(\S+ \S+) ",
        r"(?m-u)^[siuep]=([^\r\n]+)",
        r"(?i-u)<(?:[a-z]+:)?display-name[^>]*>([^<]+)<",
        r#"(?i-u)<(?:[a-z]+:)?entry[^>]*uri="([^"]+)""#,
    ]
    .into_iter()
    .map(|pattern| Regex::new(pattern).unwrap())
    .collect()
});

/// The words of the private values of `bytes` that are longer than 3 characters and not words of `public`.
pub(crate) fn private(bytes: &[u8], public: &BTreeSet<String>) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for pattern in PRIVATE.iter() {
        for found in pattern.captures_iter(bytes).filter_map(|found| found.get(1)) {
            let text = String::from_utf8_lossy(found.as_bytes()).to_lowercase();
            if text
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| !address.is_loopback() && !address.is_unspecified())
            {
                tokens.insert(text.clone());
                continue;
            }
            let words = text.split(|character: char| !character.is_alphanumeric());
            let long = words.filter(|word| word.chars().count() > 3 && !public.contains(*word));
            tokens.extend(long.map(str::to_owned));
        }
    }
    // The products of a User-Agent stay.
    let products = Regex::new(r"(?im-u)^(?:user-agent|server)[ \t]*:[ \t]*([^\r\n(]+)").unwrap();
    let products = products.captures_iter(bytes).filter_map(|found| found.get(1));
    let products: BTreeSet<String> = products
        .flat_map(|found| words(&String::from_utf8_lossy(found.as_bytes())).collect::<Vec<_>>())
        .collect();
    tokens.retain(|token| token.parse::<u16>().is_err() && !products.contains(token));
    tokens
}

/// The words of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}
