//! Strings, numbers, times and addresses -> their JSON, without the machinery of `fmt` where there are many.

use std::io::Write as _;
use std::net::{SocketAddr, SocketAddrV4};

use crate::visible::is_hostile;

/// What has a JSON text of its own and no parts.
pub(super) trait Value {
    /// Writes it.
    fn write(self, out: &mut Vec<u8>);
}

impl Value for &str {
    /// A string. What acts on a terminal is escaped, which JSON readers do not notice.
    fn write(self, out: &mut Vec<u8>) {
        out.push(b'"');
        push_text(out, self);
        out.push(b'"');
    }
}

/// Bytes that are text, and may not be UTF-8.
pub(super) struct Lossy<'b>(pub(super) &'b [u8]);

impl Value for Lossy<'_> {
    fn write(self, out: &mut Vec<u8>) {
        if !are_plain(self.0) {
            return (&*String::from_utf8_lossy(self.0)).write(out);
        }
        out.push(b'"');
        out.extend_from_slice(self.0);
        out.push(b'"');
    }
}

impl<V: Value> Value for Option<V> {
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl Value for bool {
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self { b"true" } else { b"false" });
    }
}

impl Value for u64 {
    fn write(self, out: &mut Vec<u8>) {
        if self < 10 {
            return out.push(digit(self));
        }
        let mut text = [0; 20];
        let mut start = text.len();
        let mut rest = self;
        while rest > 0 {
            start -= 1;
            text[start] = digit(rest);
            rest /= 10;
        }
        out.extend_from_slice(&text[start..]);
    }
}

impl Value for usize {
    fn write(self, out: &mut Vec<u8>) {
        (self as u64).write(out);
    }
}

impl Value for SocketAddr {
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::V4(address) => address.write(out),
            // Writing to a Vec cannot fail.
            Self::V6(address) => drop(write!(out, "\"{address}\"")),
        }
    }
}

impl Value for SocketAddrV4 {
    fn write(self, out: &mut Vec<u8>) {
        let mut mark = b'"';
        for octet in self.ip().octets() {
            out.push(mark);
            u64::from(octet).write(out);
            mark = b'.';
        }
        out.push(b':');
        u64::from(self.port()).write(out);
        out.push(b'"');
    }
}

/// JSON of a known length.
impl<const N: usize> Value for [u8; N] {
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self);
    }
}

/// JSON that was written before.
pub(super) struct Written<'b>(pub(super) &'b [u8]);

impl Value for Written<'_> {
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

const fn digit(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while !are_plain(rest.as_bytes()) {
        let (plain, other) = rest.split_at(plain_length(rest.as_bytes()));
        out.extend_from_slice(plain.as_bytes());
        let mut characters = other.chars();
        characters.next().into_iter().for_each(|character| push_escaped(out, character));
        rest = characters.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

/// How many of the first bytes stand in JSON as they are, whatever they are part of.
fn plain_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| is_plain(byte)).count()
}

/// Whether all of them do, as is nearly always so. Without a way out of a block the compiler looks at all of its bytes at once; the last block may overlap.
fn are_plain(bytes: &[u8]) -> bool {
    const BLOCK: usize = 16;
    let block = |block: &[u8; BLOCK]| block.iter().fold(true, |plain, &byte| plain & is_plain(byte));
    match bytes.last_chunk() {
        Some(last) => block(last) && bytes.as_chunks().0.iter().all(block),
        None => bytes.iter().all(|&byte| is_plain(byte)),
    }
}

/// Whether it is a character of ASCII that is neither a control nor escaped in JSON.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') & (byte != b'"') & (byte != b'\\')
}

fn push_escaped(out: &mut Vec<u8>, character: char) {
    match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\u{8}' => out.extend_from_slice(b"\\b"),
        '\t' => out.extend_from_slice(b"\\t"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\u{c}' => out.extend_from_slice(b"\\f"),
        '\r' => out.extend_from_slice(b"\\r"),
        _ if is_hostile(character) => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a Vec cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: impl Value) -> String {
        let mut out = Vec::new();
        value.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_are_those_of_serde_json() {
        let all: String = ('\0'..'\u{800}').filter(|&character| !is_hostile(character)).collect();
        for length in 0..40 {
            let text = "a".repeat(length) + "\"\\\t\r\n\u{8}\u{c}\u{1}\u{1f}" + &"b".repeat(length) + "ä€😀";
            assert_eq!(json(&*text), serde_json::to_string(&text).unwrap());
            let text: String = all.chars().skip(length).collect();
            assert_eq!(json(&*text), serde_json::to_string(&text).unwrap());
        }
    }

    #[test]
    fn what_acts_on_a_terminal_is_escaped() {
        for before in 0..200 {
            let text =
                "ä".repeat(before % 7) + &"a".repeat(before) + "\x1b]0;\x07 \x7f \u{9b} \u{202e} \u{e0041}";
            let json = json(&*text);
            assert!(!json.contains(is_hostile), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(json(Lossy(b"caf\xe9 \xff")), "\"caf\u{fffd} \u{fffd}\"");
    }

    #[test]
    fn numbers_and_addresses_are_written_as_they_are_shown() {
        for number in [0, 9, 10, 99, 100, 65_535, u64::MAX] {
            assert_eq!(json(number), number.to_string());
        }
        for address in ["0.0.0.0:0", "10.20.61.164:5060", "255.255.255.255:65535", "[2001:db8::1]:5060"] {
            assert_eq!(json(address.parse::<SocketAddr>().unwrap()), format!("\"{address}\""));
        }
    }
}
