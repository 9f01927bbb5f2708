//! By what a finding is known again in another run: clause, code and the evidence without what changes
//! from call to call.

use super::evidence::{Evidence, Passing};
use crate::clause::{Finding, Id};
use crate::message::Message;

/// 16 hexadecimal digits over clause, code, the kind of message and header, and the evidence.
///
/// The evidence is what the finding points at and what its text quotes. Tags, branches, Call-IDs, addresses, users,
/// times and the like differ in every capture of the same client, and count as one word each; the words around
/// the quotations do not count, so that they may be put better.
pub(super) fn fingerprint(
    clause: Id,
    finding: &Finding,
    message: Option<&Message<'_>>,
    passing: &Passing<'_>,
) -> String {
    let mut hash = Fnv::default();
    hash.part(clause.0.as_bytes());
    hash.part(finding.code.as_bytes());
    let evidence = message.map(|message| Evidence::at(message, finding.at.span));
    if let (Some(message), Some(evidence)) = (message, &evidence) {
        hash.part(message.method().unwrap_or(b"response"));
        hash.part(evidence.header().as_bytes());
        hash.part(&evidence.seen(passing));
    }
    // Every other piece between backticks is a quotation.
    for quoted in finding.message.split('`').skip(1).step_by(2) {
        let is_repeated = evidence.as_ref().is_some_and(|evidence| evidence.holds(quoted));
        // Where the middle was cut out depends on how long the rest is.
        if !is_repeated && !quoted.contains('…') {
            hash.part(&Evidence::quoted(quoted, evidence.as_ref()).seen(passing));
        }
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a, 64 bits: the same on every machine and in every version, which std's hasher does not promise.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn part(&mut self, bytes: &[u8]) {
        for &byte in bytes.iter().chain(b"\0") {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, Span};

    /// The fingerprint of a finding at the only place where `evidence` stands in a message of these lines.
    fn print(code: &'static str, lines: &str, evidence: &str, said: &str) -> String {
        let bytes = lines.replace('\n', "\r\n");
        let start = bytes.find(evidence).unwrap();
        let at = Place { message: 0, span: Span::new(start, start + evidence.len()) };
        let message = Message::split(bytes.as_bytes());
        fingerprint(Id("6.2.1.1-1"), &Finding::new(code, at, said), Some(&message), &Passing::default())
    }

    fn via(transport: &str, rest: &str) -> String {
        format!("INVITE sip:bob@example.org SIP/2.0\nVia: SIP/2.0/{transport} {rest}\n\n")
    }

    #[test]
    fn what_changes_from_call_to_call_does_not_count() {
        let of = |text: &str, code| print(code, text, "Via:", "");
        let whole = |text: &str| {
            let line = text.lines().nth(1).unwrap().to_owned();
            print("a/b", text, &line, "")
        };
        let one = whole(&via("UDP", "192.0.2.1:5060;branch=z9hG4bKaa1"));
        assert_eq!(one, whole(&via("UDP", "192.0.2.77:5070;branch=z9hG4bKabcdef")));
        assert_eq!(one, whole(&via("UDP", "[2001:db8::7]:5070;branch=z9hG4bKabcdef")));
        assert_ne!(one, whole(&via("TCP", "192.0.2.1:5060;branch=z9hG4bKaa1")));
        assert_ne!(one, whole(&via("UDP", "192.0.2.1:5060;branch=z9hG4bKaa1;alias")));
        assert_ne!(of(&via("UDP", "h"), "a/b"), of(&via("UDP", "h"), "a/c"));
        assert_eq!(one.len(), 16);
    }

    #[test]
    fn what_the_text_quotes_counts_and_how_it_is_put_does_not() {
        let allow = "INVITE sip:bob@example.org SIP/2.0\nAllow: INVITE, BYE\n\n";
        let of = |said: &str| print("allow/method-missing", allow, "Allow: INVITE, BYE", said);
        assert_eq!(of("Allow does not list `ACK`"), of("`ACK` is missing from Allow"));
        assert_ne!(of("Allow does not list `ACK`"), of("Allow does not list `CANCEL`"));
        assert_eq!(
            of("Allow does not list `ACK`"),
            of("`INVITE, BYE` does not list `ACK`"),
            "it stands there"
        );
    }

    #[test]
    fn the_same_words_elsewhere_are_another_defect() {
        let text = "UPDATE sip:a@b.example SIP/2.0\nSupported: one\nRequire: two\n\n";
        assert_ne!(print("a/b", text, "one", ""), print("a/b", &text.replace("two", "one-"), "one-", ""));
        let other = text.replace("UPDATE", "INVITE");
        assert_ne!(print("a/b", text, "one", ""), print("a/b", &other, "one", ""));
    }
}
