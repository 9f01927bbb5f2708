//! XML text -> start tags, end tags and text, well-formed or not at all.
//!
//! `quick-xml` cuts the text into markup and knows the namespaces; what it lets pass (two roots, elements that
//! never close, unbound prefixes, attributes given twice, unknown entities) is refused here.

use std::borrow::Cow;
use std::collections::HashSet;

use quick_xml::errors::Error;
use quick_xml::events::Event;
use quick_xml::name::{NamespaceError, QName, ResolveResult};
use quick_xml::reader::NsReader;

use super::defect::Defect;

/// What the next piece of a document is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'m> {
    /// A start tag; its attributes are in [`Document::attributes`].
    Start(Tag<'m>),
    /// The end of an element, one for each start, with the offset behind its end tag.
    End(usize),
    /// Comments, text and the like.
    Other,
}

/// A start tag or the tag of an empty element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'m> {
    /// The name as written, prefix included.
    pub(super) name: &'m str,
    /// The whole tag, angle brackets included.
    pub(super) text: &'m str,
    /// Offset of its first byte in the document.
    pub(super) start: usize,
}

impl<'m> Tag<'m> {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &'m str {
        local(self.name)
    }
}

/// One attribute as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute<'m> {
    pub(super) name: &'m str,
    /// What stands between the quotes.
    pub(super) value: &'m str,
}

/// A document that is read from its begin to its end, or to its first fault.
pub(super) struct Document<'m> {
    text: &'m str,
    /// Length of the byte order mark before `text`.
    offset: usize,
    reader: NsReader<&'m [u8]>,
    attributes: Vec<Attribute<'m>>,
    /// Elements that are open.
    depth: usize,
    max_depth: usize,
    rooted: bool,
    /// An empty element was given as start, its end is due.
    owes_end: bool,
}

type Outcome<'m, T> = Result<T, Defect<'m>>;

const fn broken<'m>(at: &'m str, expected: &'static str) -> Defect<'m> {
    Defect::fault("resource-list/not-well-formed", at.as_bytes(), expected)
}

impl<'m> Document<'m> {
    /// A document in UTF-8 or one of its subsets, with at most `max_depth` elements inside each other.
    pub(super) fn of(bytes: &'m [u8], max_depth: usize) -> Outcome<'m, Self> {
        let encoding = Defect::doubt("resource-list/encoding", bytes, "a document in UTF-8");
        if bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xff\xfe") {
            return Err(encoding);
        }
        let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(_) if declared_encoding(body).is_some_and(|name| !is_utf8(name)) => return Err(encoding),
            Err(error) => {
                let at = &body[error.valid_up_to()..];
                let at = &at[..error.error_len().unwrap_or(at.len())];
                return Err(Defect::fault("resource-list/not-well-formed", at, "UTF-8"));
            }
        };
        if let Some(name) = declared_encoding(body)
            && !is_utf8(name)
            && !(body.is_ascii() && extends_ascii(name))
        {
            return Err(Defect { at: name, ..encoding });
        }
        if let Some((at, bad)) = text.char_indices().find(|&(_, c)| !is_xml_char(c)) {
            return Err(broken(&text[at..at + bad.len_utf8()], "characters that XML allows"));
        }
        let mut reader = NsReader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.allow_dangling_amp = false;
        let offset = bytes.len() - body.len();
        Ok(Self {
            text,
            offset,
            reader,
            attributes: Vec::new(),
            depth: 0,
            max_depth,
            rooted: false,
            owes_end: false,
        })
    }

    /// The attributes of the last start tag.
    pub(super) fn attributes(&self) -> &[Attribute<'m>] {
        &self.attributes
    }

    /// The namespace of the element just started: `None` for none.
    pub(super) fn element_namespace(&self, tag: &Tag<'m>) -> Option<&str> {
        bound(self.reader.resolver().resolve_element(QName(tag.name)).0)
    }

    /// The namespace of an attribute of that element: `None` for none.
    pub(super) fn attribute_namespace(&self, name: &str) -> Option<&str> {
        bound(self.reader.resolver().resolve_attribute(QName(name)).0)
    }

    /// The next piece, `None` behind the last one.
    pub(super) fn next(&mut self) -> Outcome<'m, Option<Node<'m>>> {
        if std::mem::take(&mut self.owes_end) {
            self.depth -= 1;
            return Ok(Some(Node::End(self.place() + self.offset)));
        }
        let start = self.place();
        let event = self.reader.read_event();
        let raw = &self.text[start..self.place().max(start)];
        match event.map_err(|error| self.error(start, &error))? {
            Event::Start(_) => self.start(raw, start, false).map(Some),
            Event::Empty(_) => self.start(raw, start, true).map(Some),
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Some(Node::End(self.place() + self.offset)))
            }
            Event::Text(_) if self.depth == 0 && raw.bytes().any(|byte| !is_space(byte)) => {
                Err(broken(raw.trim(), "no text outside of the root element"))
            }
            Event::Text(_) if raw.contains("]]>") => Err(broken(raw, "no `]]>` in text")),
            Event::CData(_) if self.depth == 0 => Err(broken(raw, "no CDATA outside of the root element")),
            Event::Comment(_) => match raw.get(4..raw.len().saturating_sub(3)) {
                Some(inner) if !inner.contains("--") && !inner.ends_with('-') => Ok(Some(Node::Other)),
                _ => Err(broken(raw, "no `--` inside of a comment")),
            },
            Event::Decl(_) if start > 0 => {
                Err(broken(raw, "the XML declaration at the very begin, or not at all"))
            }
            Event::Decl(_) => declaration(raw).map(|()| Some(Node::Other)),
            Event::PI(_) => instruction(raw).map(|()| Some(Node::Other)),
            Event::DocType(_) => {
                Err(Defect::fault("resource-list/doctype", raw.as_bytes(), "no document type declaration"))
            }
            Event::GeneralRef(_) if self.depth == 0 => {
                Err(broken(raw, "no text outside of the root element"))
            }
            Event::GeneralRef(_) => unescape(raw).map(|_| Some(Node::Other)),
            Event::Text(_) | Event::CData(_) => Ok(Some(Node::Other)),
            Event::Eof if self.depth > 0 => Err(broken(last_tag(self.text), "an end tag for each start tag")),
            Event::Eof if !self.rooted => Err(broken(self.text, "a root element")),
            Event::Eof => Ok(None),
        }
    }

    fn place(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).map_or(self.text.len(), |at| at.min(self.text.len()))
    }

    fn start(&mut self, raw: &'m str, start: usize, empty: bool) -> Outcome<'m, Node<'m>> {
        if self.depth == 0 && std::mem::replace(&mut self.rooted, true) {
            return Err(broken(raw, "one root element"));
        }
        if self.depth >= self.max_depth {
            let expected = "no elements nested deeper than the limit of this tool";
            return Err(Defect::doubt("resource-list/too-deep", raw.as_bytes(), expected));
        }
        let inner = raw.trim_start_matches('<').trim_end_matches('>');
        let inner = if empty { inner.strip_suffix('/').unwrap_or(inner) } else { inner };
        let name_end = inner.bytes().position(is_space).unwrap_or(inner.len());
        let (name, rest) = inner.split_at(name_end);
        if !is_qualified_name(name) {
            return Err(broken(raw, "an element name with at most one colon"));
        }
        self.attributes.clear();
        attributes(rest, &mut self.attributes).map_err(|expected| broken(raw, expected))?;
        self.check_names(name, raw)?;
        self.depth += 1;
        self.owes_end = empty;
        Ok(Node::Start(Tag { name, text: raw, start: start + self.offset }))
    }

    /// Prefixes are bound, and no attribute stands there twice, by whatever prefix (XML Namespaces 6.3).
    fn check_names(&self, name: &str, raw: &'m str) -> Outcome<'m, ()> {
        let resolver = self.reader.resolver();
        let unbound = |found: &ResolveResult<'_>| matches!(found, ResolveResult::Unknown(_));
        if name.starts_with("xmlns:") || unbound(&resolver.resolve_element(QName(name)).0) {
            return Err(broken(raw, "a declared namespace for the prefix of the element"));
        }
        let mut written = HashSet::new();
        let mut expanded = HashSet::new();
        for attribute in &self.attributes {
            unescape(attribute.value)?;
            if !written.insert(attribute.name) {
                return Err(broken(raw, "each attribute at most once"));
            }
            if let Some(prefix) = attribute.name.strip_prefix("xmlns:") {
                if attribute.value.is_empty() || prefix == "xmlns" {
                    return Err(broken(raw, "a namespace for each declared prefix"));
                }
                continue;
            }
            let (found, local) = resolver.resolve_attribute(QName(attribute.name));
            if unbound(&found) {
                return Err(broken(raw, "a declared namespace for the prefix of each attribute"));
            }
            if let ResolveResult::Bound(namespace) = found
                && !expanded.insert((namespace, local))
            {
                return Err(broken(raw, "each attribute at most once"));
            }
        }
        Ok(())
    }

    fn error(&self, start: usize, error: &Error) -> Defect<'m> {
        let rest = &self.text[start..];
        let line = rest.lines().next().filter(|line| !line.is_empty()).unwrap_or(rest);
        if let Error::Namespace(NamespaceError::TooManyBindings(_) | NamespaceError::TooDeeplyNested(_)) =
            error
        {
            let expected = "no more namespaces than the limit of this tool";
            return Defect::doubt("resource-list/too-many-namespaces", line.as_bytes(), expected);
        }
        broken(
            line,
            match error {
                Error::IllFormed(_) => "an end tag for each start tag, and `&amp;` for `&`",
                Error::Namespace(_) => "no other use of the prefixes `xml` and `xmlns`",
                _ => "markup that ends",
            },
        )
    }
}

fn bound(found: ResolveResult<'_>) -> Option<&str> {
    match found {
        ResolveResult::Bound(namespace) if !namespace.0.is_empty() => Some(namespace.0),
        _ => None,
    }
}

/// The name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Reads ` name="value"` again and again: white space before each, one kind of quotes around each value.
fn attributes<'m>(mut rest: &'m str, into: &mut Vec<Attribute<'m>>) -> Result<(), &'static str> {
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

/// `<?xml version="1.0" encoding="…" standalone="…"?>`, the last two optional.
fn declaration(raw: &str) -> Outcome<'_, ()> {
    let expected = "version, encoding and standalone, in this order";
    let inner = raw.strip_prefix("<?xml").and_then(|rest| rest.strip_suffix("?>"));
    let mut found = Vec::new();
    attributes(inner.ok_or(broken(raw, expected))?, &mut found).map_err(|_| broken(raw, expected))?;
    let good = match found.as_slice() {
        [version, rest @ ..] if version.name == "version" && version.value.starts_with("1.") => match rest {
            [] => true,
            [one] => matches!(one.name, "encoding" | "standalone"),
            [encoding, standalone] => encoding.name == "encoding" && standalone.name == "standalone",
            _ => false,
        },
        _ => false,
    };
    if good { Ok(()) } else { Err(broken(raw, expected)) }
}

/// `<?target …?>`; the target `xml` is reserved.
fn instruction(raw: &str) -> Outcome<'_, ()> {
    let inner = raw.strip_prefix("<?").and_then(|rest| rest.strip_suffix("?>")).unwrap_or_default();
    let target = inner.split(is_space_char).next().unwrap_or_default();
    if is_name(target) && !target.contains(':') && !target.eq_ignore_ascii_case("xml") {
        return Ok(());
    }
    Err(broken(raw, "a name other than `xml` for a processing instruction"))
}

/// `text` with its references resolved and its white space made spaces, as attribute values are read.
///
/// # Errors
///
/// `resource-list/entity` for an entity that only a DTD could declare, else `resource-list/not-well-formed`.
pub(super) fn unescape(text: &str) -> Outcome<'_, Cow<'_, str>> {
    if !text.contains(['&', '\t', '\n', '\r']) {
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
fn declared_encoding(body: &[u8]) -> Option<&[u8]> {
    let end = memchr::memmem::find(&body[..body.len().min(256)], b"?>")?;
    let declaration = body[..end].strip_prefix(b"<?xml")?;
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let value = declaration[at + 8..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *value.first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let end = memchr::memchr(quote, &value[1..])?;
    Some(&value[1..=end])
}

fn is_utf8(name: &[u8]) -> bool {
    [&b"UTF-8"[..], b"UTF8", b"US-ASCII", b"ASCII"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether text of ASCII alone means the same in that encoding.
fn extends_ascii(name: &[u8]) -> bool {
    let prefix = |known: &[u8]| name.len() >= known.len() && name[..known.len()].eq_ignore_ascii_case(known);
    prefix(b"ISO-8859-") || prefix(b"windows-125")
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

const fn is_space_char(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// XML 1.0, production 2.
const fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// XML Namespaces 4: a name, or two with a colon between them.
fn is_qualified_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_name(prefix) && is_name(local) && !local.contains(':'),
        None => is_name(name),
    }
}

/// XML 1.0, production 5.
fn is_name(name: &str) -> bool {
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

/// The last tag of a document that ends too early.
fn last_tag(text: &str) -> &str {
    let start = text.rfind('<').unwrap_or(0);
    text[start..].trim_end()
}
