//! Text from a message -> text that a terminal only shows. Everything that people read goes through here.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character does something to a terminal or to the order of the text rather than being seen.
pub(crate) fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Unicode "Bidi_Control", zero-width characters, line separators, annotations and tags:
            // what makes a text read differently from its bytes. The last two are characters neither in XML nor in YAML.
            '\u{61c}' | '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
                | '\u{fffe}' | '\u{ffff}'
        )
}

/// Writes one character so that it is seen: control pictures for ASCII controls, `\u{202e}` for others.
pub(crate) fn push_shown(text: &mut String, character: char) {
    match character {
        '\0'..='\x1f' => text.push(char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}')),
        '\x7f' => text.push('\u{2421}'),
        _ if is_hostile(character) => {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\u{{{:x}}}", character as u32);
        }
        _ => text.push(character),
    }
}

/// Writes a byte that is no part of UTF-8: `\xff`.
pub(crate) fn push_stray(text: &mut String, byte: u8) {
    let _ = write!(text, "\\x{byte:02x}");
}

/// The text with nothing in it that acts on a terminal. Line ends are controls too.
pub(crate) fn sanitise(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    text.chars().for_each(|character| push_shown(&mut shown, character));
    Cow::Owned(shown)
}

/// The same of bytes that may not be UTF-8.
pub(crate) fn sanitise_bytes(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return sanitise(text);
    }
    let mut shown = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|character| push_shown(&mut shown, character));
        chunk.invalid().iter().for_each(|&byte| push_stray(&mut shown, byte));
    }
    Cow::Owned(shown)
}

/// At most `most` characters of a text; its middle goes first.
pub(crate) fn shorten(text: &str, most: usize) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= most {
        return Cow::Borrowed(text);
    }
    let kept = most.saturating_sub(1);
    let tail = kept / 3;
    let head: String = text.chars().take(kept - tail).collect();
    let rest: String = text.chars().skip(count - tail).collect();
    Cow::Owned(format!("{head}…{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_shown_instead() {
        assert_eq!(sanitise("\x1b]0;gotcha\x07"), "␛]0;gotcha␇");
        assert_eq!(sanitise("a\u{202e}b\u{9b}c\x7f\r\n"), "a\\u{202e}b\\u{9b}c␡␍␊");
        assert_eq!(sanitise("\u{fffd}\u{fffe}"), "\u{fffd}\\u{fffe}");
        assert_eq!(sanitise_bytes(b"caf\xe9 \xff"), "caf\\xe9 \\xff");
        assert_eq!(sanitise("gr\u{fc}n"), "gr\u{fc}n");
    }

    #[test]
    fn a_long_text_loses_its_middle() {
        assert_eq!(shorten("abcdefghij", 10), "abcdefghij");
        assert_eq!(shorten("abcdefghijk", 7), "abcd…jk");
        assert_eq!(shorten("abc", 0), "…");
    }
}
