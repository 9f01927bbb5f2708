//! Page, style and program of the report, and its data -> a document that runs nothing else.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// The page with a mark where each part belongs: `{{policy}}`, `{{style}}`, `{{run}}`, `{{program}}`, `{{sessions}}`.
const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const PROGRAM: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("dom.js"),
    include_str!("rows.js"),
    include_str!("head.js"),
    include_str!("overview.js"),
    include_str!("ladder.js"),
    include_str!("messages.js"),
    include_str!("session.js"),
    include_str!("keys.js"),
    "})();\n",
);

/// What comes before the sessions, with the data of the overview in it.
pub(super) fn write_head(out: &mut impl Write, overview: &[u8]) -> io::Result<()> {
    let (head, _) = halves();
    for piece in head.split("{{") {
        let (name, text) = piece.split_once("}}").unwrap_or(("", piece));
        match name {
            "policy" => out.write_all(policy().as_bytes())?,
            "style" => out.write_all(STYLE.as_bytes())?,
            "program" => out.write_all(PROGRAM.as_bytes())?,
            "run" => embed(overview, out)?,
            _ => {}
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// A block of data under a name.
pub(super) fn write_block(out: &mut impl Write, name: &str, json: &[u8]) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" id=\"{name}\">")?;
    embed(json, out)?;
    out.write_all(b"</script>\n")
}

/// What comes behind the sessions.
pub(super) fn write_tail(out: &mut impl Write) -> io::Result<()> {
    out.write_all(halves().1.as_bytes())
}

fn halves() -> (&'static str, &'static str) {
    PAGE.split_once("{{sessions}}").expect("the page has a place for the sessions")
}

/// The Content-Security-Policy: this program, this style, and nothing else. No text ever becomes markup, because what
/// would make it so asks for a trusted type, and there is none.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(PROGRAM),
        hash(STYLE)
    )
}

fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 0x3f) as usize];
            text.push(if place > three.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

/// Writes JSON as it may stand in a script element. `<` stands in its strings alone, and begins all that would end the
/// element or hide its end.
fn embed(json: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut rest = json;
    while let Some(at) = memchr::memchr(b'<', rest) {
        out.write_all(&rest[..at])?;
        out.write_all(b"\\u003c")?;
        rest = &rest[at + 1..];
    }
    out.write_all(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn nothing_ends_a_block_of_data() {
        let mut out = Vec::new();
        embed(br#"{"a":"</script><!--<script>"}"#, &mut out).unwrap();
        assert_eq!(out, br#"{"a":"\u003c/script>\u003c!--\u003cscript>"}"#);
    }

    #[test]
    fn the_page_has_each_mark_once_and_its_program_never_writes_markup() {
        for mark in ["policy", "style", "run", "program", "sessions"] {
            assert_eq!(PAGE.matches(&format!("{{{{{mark}}}}}")).count(), 1, "{mark}");
        }
        for word in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "</script", "<!--"]
        {
            assert!(!PROGRAM.contains(word), "{word}");
        }
        assert!(!STYLE.contains("</") && !STYLE.contains("url("));
    }
}
