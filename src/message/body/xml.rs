//! XML text -> start tags, end tags and text, well-formed or not at all.
//!
//! `quick-xml` cuts the text into markup and knows the namespaces; what it lets pass (two roots, elements that
//! never close, unbound prefixes, attributes given twice, unknown entities) is refused here.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use quick_xml::errors::Error;
use quick_xml::events::Event;
use quick_xml::name::{NamespaceError, QName, ResolveResult};
use quick_xml::reader::NsReader;

use super::defect::Defect;
use super::xml_text::{
    Attribute, Outcome, attributes, broken, declared_encoding, extends_ascii, is_name, is_qualified_name,
    is_space, is_space_char, is_utf8, is_xml_char, unescape,
};
use crate::message::token::ByteSet;

/// The longest namespace that is compared: ten times as long as any that is registered.
pub(super) const LONGEST_NAMESPACE: usize = 1024;

/// Characters that XML allows and that need no decoding: most documents have no others.
static PLAIN: ByteSet = ByteSet::graphic_without(b"").and(b" \t\r\n");

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
        if !PLAIN.covers(body)
            && let Some((at, bad)) = text.char_indices().find(|&(_, c)| !is_xml_char(c))
        {
            return Err(broken(&text[at..at + bad.len_utf8()], "characters that XML allows"));
        }
        if text.starts_with('\u{feff}') {
            // The reader takes a second byte order mark for one, too, and counts from behind it.
            return Err(broken(&text[..'\u{feff}'.len_utf8()], "no text outside of the root element"));
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
    pub(super) fn element_namespace(&self, tag: &Tag<'m>) -> Option<Cow<'_, str>> {
        let written = bound(self.reader.resolver().resolve_element(QName(tag.name)).0)?;
        Some(unescape(written).unwrap_or(Cow::Borrowed(written)))
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
                Err(Defect::doubt("resource-list/doctype", raw.as_bytes(), "no document type declaration"))
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
        let inner = raw.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
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
        for attribute in &self.attributes {
            unescape(attribute.value)?;
            if let Some(prefix) = attribute.name.strip_prefix("xmlns:") {
                if attribute.value.is_empty() || prefix == "xmlns" {
                    return Err(broken(raw, "a namespace for each declared prefix"));
                }
                require_short_namespace(attribute)?;
                continue;
            }
            if attribute.name == "xmlns" {
                require_short_namespace(attribute)?;
            }
            if unbound(&resolver.resolve_attribute(QName(attribute.name)).0) {
                return Err(broken(raw, "a declared namespace for the prefix of each attribute"));
            }
        }
        let expanded =
            |attribute: &Attribute<'m>| (self.attribute_namespace(attribute.name), local(attribute.name));
        if has_twins(self.attributes.len(), self.attributes.iter().map(expanded)) {
            return Err(broken(raw, "each attribute at most once"));
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

/// Names of elements and attributes are compared by their namespaces, so that a long one costs each of them.
fn require_short_namespace<'m>(declaration: &Attribute<'m>) -> Outcome<'m, ()> {
    if declaration.value.len() <= LONGEST_NAMESPACE {
        return Ok(());
    }
    let expected = "no longer namespace than the limit of this tool";
    Err(Defect::doubt("resource-list/long-namespace", declaration.value.as_bytes(), expected))
}

/// Whether two of `count` items are equal. A handful is compared in pairs, a crowd is hashed.
fn has_twins<T: Eq + Hash>(count: usize, items: impl Iterator<Item = T> + Clone) -> bool {
    if count > 8 {
        let mut seen = HashSet::new();
        return items.clone().any(|item| !seen.insert(item));
    }
    items.clone().enumerate().any(|(index, item)| items.clone().take(index).any(|earlier| earlier == item))
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

/// The last tag of a document that ends too early.
fn last_tag(text: &str) -> &str {
    let start = text.rfind('<').unwrap_or(0);
    text[start..].trim_end()
}
