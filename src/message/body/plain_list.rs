//! A resource list as nearly all clients write it -> its entries, in one walk; anything else is left to [`ResourceList`].
//!
//! Plain is: printed ASCII without references, comments, CDATA or processing instructions; the one default namespace, and
//! further prefixes, declared at the root alone; nothing that the reader of record would have a word about. To read a
//! plain list so costs a quarter of reading it as XML; that both read the same is tested.

use std::borrow::Cow;

use super::resource_list::{CopyControl, Entry, NAMESPACE, ResourceList, is_copy_control};
use super::xml::LONGEST_NAMESPACE;
use super::xml_text::{Attribute, is_plain_name, is_space};
use crate::message::token::ByteSet;
use crate::source::Span;

/// What begins a document, if it begins with a declaration at all.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
/// No plain list nests deeper, and no tag of one has more attributes.
const FEW: usize = 6;

/// Text that needs no look: what ends it is markup, or is not plain.
static TEXT: ByteSet = ByteSet::graphic_without(b"<&]").and(b" \t\r\n");
static NAME: ByteSet = ByteSet::alphanumeric_and(b"_-.:");
static VALUE: ByteSet = ByteSet::graphic_without(b"<&").and(b" ");

/// The list, if it is plain and its elements nest no deeper than `max_depth`.
pub(super) fn read(document: &[u8], max_depth: usize) -> Option<ResourceList<'_>> {
    let text = str::from_utf8(document).ok()?;
    let rest = text.strip_prefix(DECLARATION).unwrap_or(text);
    let mut reading = Reading {
        text,
        at: text.len() - rest.len(),
        list: ResourceList::default(),
        open: [""; FEW],
        depth: 0,
        bindings: Attributes::default(),
    };
    reading.run(max_depth)?;
    (!reading.list.entries.is_empty()).then_some(reading.list)
}

/// Name and value of some attributes.
#[derive(Clone, Copy, Default)]
struct Attributes<'m> {
    some: [Option<Attribute<'m>>; FEW],
}

impl<'m> Attributes<'m> {
    fn iter(&self) -> impl Iterator<Item = Attribute<'m>> {
        self.some.iter().map_while(|attribute| *attribute)
    }

    /// Adds one of another name than the others have, while there is room.
    fn push(&mut self, attribute: Attribute<'m>) -> Option<()> {
        let free =
            self.some.iter_mut().find(|known| known.is_none_or(|known| known.name == attribute.name))?;
        free.is_none().then(|| *free = Some(attribute))
    }

    /// The value of the attribute of that name.
    fn value(&self, name: &str) -> Option<&'m str> {
        self.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value)
    }
}

struct Reading<'m> {
    text: &'m str,
    at: usize,
    list: ResourceList<'m>,
    /// The names of the elements that are open, the root first.
    open: [&'m str; FEW],
    depth: usize,
    /// Of each prefix its namespace.
    bindings: Attributes<'m>,
}

impl<'m> Reading<'m> {
    /// Reads to the end. `None`, here and below: the list is not plain.
    fn run(&mut self, max_depth: usize) -> Option<()> {
        self.skip(is_space);
        loop {
            let start = self.at;
            self.take(b'<')?;
            if self.take(b'/').is_some() {
                self.end()?;
            } else {
                self.start(start, max_depth)?;
            }
            if self.depth == 0 {
                self.skip(is_space);
                return (self.at == self.text.len()).then_some(());
            }
            self.skip(|byte| TEXT.has(byte));
        }
    }

    fn rest(&self) -> &'m [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// Passes over the bytes of that kind, and gives them. All kinds are ASCII, so that the text can be cut there.
    fn skip(&mut self, is: impl Fn(u8) -> bool) -> &'m str {
        let start = self.at;
        self.at += self.rest().iter().position(|&byte| !is(byte)).unwrap_or(self.rest().len());
        &self.text[start..self.at]
    }

    fn take(&mut self, next: u8) -> Option<()> {
        (self.rest().first() == Some(&next)).then(|| self.at += 1)
    }

    fn name(&mut self) -> &'m str {
        self.skip(|byte| NAME.has(byte))
    }

    /// Behind `</`.
    fn end(&mut self) -> Option<()> {
        let name = self.name();
        self.take(b'>')?;
        self.depth = self.depth.checked_sub(1)?;
        self.close_entry(self.open[self.depth]);
        (self.open[self.depth] == name).then_some(())
    }

    /// The element of that name, now at `depth`, ends here.
    fn close_entry(&mut self, name: &str) {
        if self.depth == 2
            && name == "entry"
            && let Some(entry) = self.list.entries.last_mut()
        {
            entry.span = Span::new(entry.span.start as usize, self.at);
        }
    }

    /// Behind the `<` at `start`.
    fn start(&mut self, start: usize, max_depth: usize) -> Option<()> {
        let name = self.name();
        let attributes = self.attributes()?;
        let is_empty = self.take(b'/').is_some();
        self.take(b'>')?;
        if self.depth >= max_depth.min(FEW) {
            return None;
        }
        let tag = &self.text[start..self.at];
        match (self.depth, name) {
            (0, "resource-lists") => self.root(&attributes)?,
            (1, "list") => attributes.iter().all(is_plain).then_some(())?,
            (2, "entry") => self.entry(start, tag, &attributes)?,
            // What stands inside of an entry does not matter.
            (3.., name) if is_plain_name(name) => attributes.iter().all(is_plain).then_some(())?,
            _ => return None,
        }
        self.open[self.depth] = name;
        if !is_empty {
            self.depth += 1;
        } else if self.depth == 0 {
            return None;
        }
        Some(())
    }

    fn attributes(&mut self) -> Option<Attributes<'m>> {
        let mut attributes = Attributes::default();
        while !self.skip(is_space).is_empty() && !matches!(self.rest(), [b'/' | b'>', ..]) {
            let name = self.name();
            self.take(b'=')?;
            let quote = *self.rest().first().filter(|quote| matches!(quote, b'"' | b'\''))?;
            self.take(quote)?;
            let value = self.skip(|byte| byte != quote && VALUE.has(byte));
            self.take(quote)?;
            attributes.push(Attribute { name, value })?;
        }
        Some(attributes)
    }

    /// The root declares the one default namespace, and prefixes; its other attributes have none.
    fn root(&mut self, attributes: &Attributes<'m>) -> Option<()> {
        let mut is_ours = false;
        for attribute in attributes.iter() {
            match attribute.name.strip_prefix("xmlns:") {
                Some(prefix) if is_free(prefix, attribute.value) => {
                    self.bindings.push(Attribute { name: prefix, ..attribute })?;
                }
                None if attribute.name == "xmlns" => is_ours = attribute.value == NAMESPACE,
                None if is_plain(attribute) => {}
                _ => return None,
            }
        }
        is_ours.then_some(())
    }

    fn entry(&mut self, start: usize, tag: &'m str, attributes: &Attributes<'m>) -> Option<()> {
        let (mut uri, mut copy_control, mut anonymize) = (None, None, None);
        for attribute in attributes.iter() {
            let value = attribute.value.trim_matches(' ');
            if is_plain(attribute) {
                uri = uri.or((attribute.name == "uri").then_some(attribute.value));
                continue;
            }
            // Two prefixes may be one namespace: what stands there a second time is no matter of this reader.
            let (prefix, local) = attribute.name.split_once(':')?;
            let is_known = self.bindings.value(prefix).is_some_and(is_copy_control);
            match local {
                "copyControl" | "capacity" if is_known && copy_control.is_none() => {
                    copy_control = Some(CopyControl::of(value));
                }
                "anonymize" if is_known && anonymize.is_none() => {
                    anonymize = Some(matches!(value, "true" | "1"));
                }
                _ => return None,
            }
        }
        let uri = uri.filter(|uri| !uri.is_empty() && !uri.starts_with(' ') && !uri.ends_with(' '))?;
        if matches!(copy_control, Some(CopyControl::Other(_))) {
            return None;
        }
        self.list.entries.push(Entry {
            uri: Cow::Borrowed(uri),
            copy_control,
            anonymize: anonymize.unwrap_or_default(),
            tag: tag.as_bytes(),
            span: Span::new(start, self.at),
        });
        Some(())
    }
}

/// Whether it has no prefix and declares nothing.
fn is_plain(attribute: Attribute<'_>) -> bool {
    is_plain_name(attribute.name) && attribute.name != "xmlns"
}

/// Whether a prefix may be bound to that namespace without a word about it.
fn is_free(prefix: &str, namespace: &str) -> bool {
    // XML Namespaces 3: `xml` and `xmlns` are bound once and for all.
    let reserved = ["http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"];
    is_plain_name(prefix)
        && !matches!(prefix, "xml" | "xmlns")
        && !namespace.is_empty()
        && namespace.len() <= LONGEST_NAMESPACE
        && !reserved.contains(&namespace)
}
