//! The small grammar of XML: names, attributes, references, characters and the encoding declaration.

use std::borrow::Cow;

use super::defect::Defect;
use crate::message::token::ByteSet;

/// Characters of an attribute value that stand for themselves: most values have no others.
static PLAIN_VALUE: ByteSet = ByteSet::graphic_without(b"&").and(b" ");
/// Characters of names, as far as they are ASCII and no colon.
static NAME: ByteSet = ByteSet::alphanumeric_and(b"_-.");

/// A value, or what makes the document not well-formed.
pub(super) type Outcome<'m, T> = Result<T, Defect<'m>>;

/// A document that is not well-formed at this place.
pub(super) const fn broken<'m>(at: &'m str, expected: &'static str) -> Defect<'m> {
    Defect::fault("resource-list/not-well-formed", at.as_bytes(), expected)
}

/// One attribute as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute<'m> {
    pub(super) name: &'m str,
    /// What stands between the quotes.
    pub(super) value: &'m str,
}

/// Reads ` name="value"` again and again: white space before each, one kind of quotes around each value.
pub(super) fn attributes<'m>(mut rest: &'m str, into: &mut Vec<Attribute<'m>>) -> Result<(), &'static str> {
    loop {
        let next = rest.trim_start_matches(is_space_char);
        if next.is_empty() {
            return Ok(());
        }
        if next.len() == rest.len() {
            return Err("white space between two attributes");
        }
        let (name, value) = next.split_once('=').ok_or("`=` and a value behind each attribute")?;
        let name = name.trim_end_matches(is_space_char);
        if !is_qualified_name(name) {
            return Err("attribute names with at most one colon");
        }
        let value = value.trim_start_matches(is_space_char);
        let quote =
            value.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or("quotes around a value")?;
        let (value, behind) = value[1..].split_once(quote).ok_or("quotes around a value")?;
        if value.contains('<') {
            return Err("`&lt;` for `<` in a value");
        }
        into.push(Attribute { name, value });
        rest = behind;
    }
}

/// `text` with its references resolved and its white space made spaces, as attribute values are read.
///
/// # Errors
///
/// `resource-list/entity` for an entity that only a DTD could declare, else `resource-list/not-well-formed`.
pub(super) fn unescape(text: &str) -> Outcome<'_, Cow<'_, str>> {
    if PLAIN_VALUE.covers(text.as_bytes()) || !text.contains(['&', '\t', '\n', '\r']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.extend(rest[..at].chars().map(flat));
        let reference = &rest[at..];
        let expected = "`&amp;` for `&`";
        let end = reference.find(';').ok_or(broken(reference, expected))?;
        let name = &reference[1..end];
        let whole = &reference[..=end];
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name.strip_prefix('#').and_then(numbered),
        };
        let Some(character) = character else {
            return Err(if is_name(name) {
                let expected = "none but the five entities of XML itself";
                Defect::fault("resource-list/entity", whole.as_bytes(), expected)
            } else if name.starts_with('#') {
                broken(whole, "the number of a character that XML allows")
            } else {
                broken(whole, expected)
            });
        };
        plain.push(character);
        rest = &reference[end + 1..];
    }
    plain.extend(rest.chars().map(flat));
    Ok(Cow::Owned(plain))
}

fn flat(character: char) -> char {
    if is_space_char(character) { ' ' } else { character }
}

/// The character of `38` or `x26`.
fn numbered(digits: &str) -> Option<char> {
    let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |hex| (hex, 16));
    let clean = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    let code = clean.then(|| u32::from_str_radix(digits, radix).ok()).flatten()?;
    char::from_u32(code).filter(|&c| is_xml_char(c))
}

/// The value of `encoding` in the XML declaration, if there is one.
pub(super) fn declared_encoding(body: &[u8]) -> Option<&[u8]> {
    let end = memchr::memmem::find(&body[..body.len().min(256)], b"?>")?;
    let declaration = body[..end].strip_prefix(b"<?xml")?;
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let value = declaration[at + 8..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *value.first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let end = memchr::memchr(quote, &value[1..])?;
    Some(&value[1..=end])
}

pub(super) fn is_utf8(name: &[u8]) -> bool {
    [&b"UTF-8"[..], b"UTF8", b"US-ASCII", b"ASCII"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether text of ASCII alone means the same in that encoding.
pub(super) fn extends_ascii(name: &[u8]) -> bool {
    let prefix = |known: &[u8]| name.len() >= known.len() && name[..known.len()].eq_ignore_ascii_case(known);
    prefix(b"ISO-8859-") || prefix(b"windows-125")
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(super) const fn is_space_char(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// XML 1.0, production 2.
pub(super) const fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// XML Namespaces 4: a name, or two with a colon between them.
pub(super) fn is_qualified_name(name: &str) -> bool {
    if is_plain_name(name) {
        return true;
    }
    match name.split_once(':') {
        Some((prefix, local)) => is_name(prefix) && is_name(local) && !local.contains(':'),
        None => is_name(name),
    }
}

/// Whether `name` is a name of the kind that most are: of ASCII, and without a colon.
pub(super) fn is_plain_name(name: &str) -> bool {
    let first = name.as_bytes().first();
    first.is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_') && NAME.covers(name.as_bytes())
}

/// XML 1.0, production 5.
pub(super) fn is_name(name: &str) -> bool {
    if is_plain_name(name) {
        return true;
    }
    let mut characters = name.chars();
    characters.next().is_some_and(is_name_start) && characters.all(|c| {
        is_name_start(c)
            || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    })
}

/// XML 1.0, production 4.
const fn is_name_start(c: char) -> bool {
    matches!(
        c,
        ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'
    )
}
