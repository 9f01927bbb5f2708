//! Wire shapes -> JSON text: compact, safe to show, and laid out.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::visible::is_hostile;

/// The value in one line. What acts on a terminal is escaped, which JSON readers do not notice.
pub(super) fn compact(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value)?;
    if !holds_hostile(&text) {
        return Ok(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hostile(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    Ok(escaped)
}

/// Whether a character of JSON text is hostile. JSON escapes the ASCII controls but DEL, so only what is not
/// ASCII has to be looked at as characters, and most text has little of it.
fn holds_hostile(text: &str) -> bool {
    const BLOCK: usize = 64;
    if memchr::memchr(0x7f, text.as_bytes()).is_some() {
        return true;
    }
    let blocks = text.as_bytes().chunks(BLOCK).enumerate().filter(|(_, block)| !block.is_ascii());
    blocks.into_iter().any(|(number, block)| {
        let start = number * BLOCK;
        (start..start + block.len())
            .filter(|&at| text.is_char_boundary(at))
            .filter_map(|at| text[at..].chars().next())
            .any(is_hostile)
    })
}

/// Writes compact JSON with a line for each member, `depth` levels in.
pub(super) fn lay_out(out: &mut impl Write, compact: &str, depth: usize) -> io::Result<()> {
    let bytes = compact.as_bytes();
    let mut depth = depth;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = at + 1;
        match byte {
            b'"' => {
                let end = string_end(bytes, at);
                out.write_all(&bytes[at..end])?;
                at = end;
                continue;
            }
            b'[' | b'{' if matches!(bytes.get(next), Some(b']' | b'}')) => {
                out.write_all(&bytes[at..next + 1])?;
                at = next + 1;
                continue;
            }
            b'[' | b'{' => {
                depth += 1;
                out.write_all(&[byte])?;
                new_line(out, depth)?;
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                new_line(out, depth)?;
                out.write_all(&[byte])?;
            }
            b',' => {
                out.write_all(b",")?;
                new_line(out, depth)?;
            }
            b':' => out.write_all(b": ")?,
            _ => out.write_all(&[byte])?,
        }
        at = next;
    }
    Ok(())
}

/// A line end and the indentation of this depth.
pub(super) fn new_line(out: &mut impl Write, depth: usize) -> io::Result<()> {
    write!(out, "\n{:1$}", "", depth * 2)
}

/// The offset after the string that starts at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_found_wherever_they_stand() {
        for before in 0..200 {
            let text = "ä".repeat(before % 7) + &"a".repeat(before);
            assert!(!holds_hostile(&text));
            assert!(holds_hostile(&format!("{text}\u{202e}b")), "{before}");
            assert!(holds_hostile(&format!("{text}\u{7f}")), "{before}");
        }
    }

    #[test]
    fn laying_out_changes_no_value() {
        let value = serde_json::json!({"a\"\\": [1, -2.5e3, {}, [], "{[,:"], "b": {"c": null, "d": true}});
        let mut laid_out = Vec::new();
        lay_out(&mut laid_out, &compact(&value).unwrap(), 0).unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&laid_out).unwrap(), value);
        assert_eq!(String::from_utf8(laid_out).unwrap(), serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn what_acts_on_a_terminal_is_escaped() {
        let text = "\x1b]0;\x07 \x7f \u{9b} \u{202e} \u{e0041}";
        let json = compact(&text).unwrap();
        assert!(!json.contains(is_hostile), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
