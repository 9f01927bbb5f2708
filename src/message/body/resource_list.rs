//! application/resource-lists+xml -> the entries of a recipient list (RFC 4826 3, RFC 5364).

use std::borrow::Cow;

use super::defect::Defect;
use super::plain_list;
use super::xml::{Document, Node, Tag, local};
use super::xml_text::unescape;
use crate::message::Limits;
use crate::source::Span;

/// The namespace of resource lists (RFC 4826 3.1).
pub const NAMESPACE: &str = "urn:ietf:params:xml:ns:resource-lists";

/// A resource list: who is to be invited.
///
/// ```
/// use sipclause::message::body::resource_list::{CopyControl, ResourceList};
///
/// let list = ResourceList::parse(
///     b"<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists' \
///       xmlns:cp='urn:ietf:params:xml:ns:copycontrol'><list>\
///       <entry uri='sip:bob@example.com?Subject=a&amp;Priority=b' cp:copyControl='to'/>\
///       </list></resource-lists>",
/// );
/// assert!(list.is_sound());
/// assert_eq!(list.entries[0].uri, "sip:bob@example.com?Subject=a&Priority=b");
/// assert_eq!(list.entries[0].copy_control, Some(CopyControl::To));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ResourceList<'m> {
    /// The entries in the order of the document, those of nested lists included.
    pub entries: Vec<Entry<'m>>,
    /// Whether some entries stand elsewhere: an `entry-ref` or an `external` was seen.
    pub by_reference: bool,
    /// Whether a list stands inside of another one (RFC 5366 4 asks for flat lists).
    pub nested: bool,
    /// What is wrong, what is tolerated, what cannot be told; see [`ResourceList::parse_within`].
    pub defects: Vec<Defect<'m>>,
}

/// One `entry` element with a URI.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry<'m> {
    /// The URI, references resolved and the white space around it cut off; never empty.
    pub uri: Cow<'m, str>,
    /// How the others may see this recipient; `None` without the attribute, which means `bcc` (RFC 5364 4).
    pub copy_control: Option<CopyControl<'m>>,
    /// Whether the recipient asks not to be named to the others (RFC 5364 4).
    pub anonymize: bool,
    /// The start tag as written.
    pub tag: &'m [u8],
    /// From the start tag to the end tag, in bytes of the document.
    pub span: Span,
}

/// The value of `copyControl`, or of `capacity` in documents older than RFC 5364.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyControl<'m> {
    /// `to`
    To,
    /// `cc`
    Cc,
    /// `bcc`
    Bcc,
    /// Anything else, as written.
    Other(&'m str),
}

impl<'m> ResourceList<'m> {
    /// Reads a document within the default limits.
    pub fn parse(document: &'m [u8]) -> Self {
        Self::parse_within(document, Limits::DEFAULT)
    }

    /// Reads a document. Entries that stand before the first fault of its XML are kept.
    ///
    /// Faults: `resource-list/not-well-formed`, `resource-list/entity`,
    /// `resource-list/root`, `resource-list/namespace`, `resource-list/no-entry`,
    /// `resource-list/entry-without-uri`, `resource-list/entry-outside-list`. Doubts:
    /// `resource-list/doctype` (nothing is expanded), `resource-list/encoding`, `resource-list/too-deep`,
    /// `resource-list/too-many-namespaces`, `resource-list/long-namespace`.
    /// Notes: `resource-list/space-around-uri`, `resource-list/copy-control`.
    pub fn parse_within(document: &'m [u8], limits: Limits) -> Self {
        // The root and what stands inside of an entry are no nesting of lists.
        let max_depth = limits.nesting.saturating_add(3);
        plain_list::read(document, max_depth).unwrap_or_else(|| Self::of_xml(document, max_depth))
    }

    /// Reads any document.
    pub(super) fn of_xml(document: &'m [u8], max_depth: usize) -> Self {
        let mut list = Self::default();
        let read =
            Document::of(document, max_depth).and_then(|mut xml| Reading::into(&mut list).run(&mut xml));
        match read {
            Err(defect) => list.defects.push(defect),
            Ok(()) if list.entries.is_empty() && !list.by_reference && !list.names_no_one() => {
                let expected = "at least one `entry` with a `uri`";
                list.defects.push(Defect::fault("resource-list/no-entry", document, expected));
            }
            Ok(()) => {}
        }
        list
    }

    /// Whether no rule is broken and nothing is left open.
    pub fn is_sound(&self) -> bool {
        self.defects.iter().all(|defect| !defect.is_fault() && !defect.is_doubt())
    }

    /// The defects that break a rule.
    pub fn faults(&self) -> impl Iterator<Item = &Defect<'m>> {
        self.defects.iter().filter(|defect| defect.is_fault())
    }

    /// Whether a fault already says why no entry was read.
    fn names_no_one(&self) -> bool {
        self.faults()
            .any(|defect| matches!(defect.code, "resource-list/root" | "resource-list/entry-without-uri"))
    }
}

/// What an open element is to the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Root,
    List,
    /// The entry of this index.
    Entry(usize),
    /// Anything whose inside does not matter.
    Aside,
}

struct Reading<'l, 'm> {
    list: &'l mut ResourceList<'m>,
    open: Vec<Role>,
    /// Whether an element of a wrong namespace was seen; looking through the defects each time is quadratic.
    strayed: bool,
}

impl<'l, 'm> Reading<'l, 'm> {
    fn into(list: &'l mut ResourceList<'m>) -> Self {
        Self { list, open: Vec::new(), strayed: false }
    }

    fn run(mut self, xml: &mut Document<'m>) -> Result<(), Defect<'m>> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => {
                    let role = self.start(xml, tag);
                    self.open.push(role);
                }
                Node::End(end) => {
                    if let Some(Role::Entry(index)) = self.open.pop()
                        && let Some(entry) = self.list.entries.get_mut(index)
                    {
                        entry.span = Span::new(entry.span.start as usize, end);
                    }
                }
                Node::Other => {}
            }
        }
        Ok(())
    }

    fn fault(&mut self, code: &'static str, tag: Tag<'m>, expected: &'static str) {
        self.list.defects.push(Defect::fault(code, tag.text.as_bytes(), expected));
    }

    /// One wrong namespace is one fault, however many elements share it.
    fn stray(&mut self, tag: Tag<'m>) {
        if !std::mem::replace(&mut self.strayed, true) {
            let expected = "the namespace `urn:ietf:params:xml:ns:resource-lists`";
            self.fault("resource-list/namespace", tag, expected);
        }
    }

    fn start(&mut self, xml: &Document<'m>, tag: Tag<'m>) -> Role {
        let Some(&parent) = self.open.last() else {
            return self.root(xml, tag);
        };
        if !matches!(parent, Role::Root | Role::List) || !self.is_ours(xml, tag) {
            return Role::Aside;
        }
        match tag.local() {
            "list" => {
                self.list.nested |= parent == Role::List;
                Role::List
            }
            "entry" => self.entry(xml, tag, parent),
            "entry-ref" | "external" => {
                self.list.by_reference = true;
                Role::Aside
            }
            _ => Role::Aside,
        }
    }

    fn root(&mut self, xml: &Document<'m>, tag: Tag<'m>) -> Role {
        if tag.local() != "resource-lists" {
            self.fault("resource-list/root", tag, "`resource-lists` as root element");
            return Role::Aside;
        }
        if xml.element_namespace(&tag).as_deref() != Some(NAMESPACE) {
            self.stray(tag);
        }
        Role::Root
    }

    /// Whether an element belongs to the format. One without namespace was meant to, which is a fault; one of
    /// another namespace is an extension (RFC 4826 3.2), unless the root is of a wrong one, too.
    fn is_ours(&mut self, xml: &Document<'m>, tag: Tag<'m>) -> bool {
        match xml.element_namespace(&tag).as_deref() {
            Some(NAMESPACE) => true,
            None => {
                if matches!(tag.local(), "list" | "entry" | "entry-ref" | "external") {
                    self.stray(tag);
                }
                true
            }
            Some(_) => self.strayed,
        }
    }

    fn entry(&mut self, xml: &Document<'m>, tag: Tag<'m>, parent: Role) -> Role {
        if parent == Role::Root {
            self.fault("resource-list/entry-outside-list", tag, "each `entry` inside of a `list`");
        }
        let find = |name: &str| xml.attributes().iter().find(|attribute| attribute.name == name);
        let Some(attribute) = find("uri").filter(|attribute| !attribute.value.trim().is_empty()) else {
            self.fault("resource-list/entry-without-uri", tag, "an attribute `uri` with a URI");
            return Role::Aside;
        };
        // The document was refused already if a reference in it is unknown.
        let uri = unescape(attribute.value).unwrap_or(Cow::Borrowed(attribute.value));
        if uri.trim().len() < uri.len() {
            // RFC 4826 3.4: the type is anyURI, whose white space collapses.
            let expected = "no white space around a URI";
            let at = attribute.value.as_bytes();
            self.list.defects.push(Defect::note("resource-list/space-around-uri", at, expected));
        }
        let (copy_control, anonymize) = self.copy_control(xml);
        self.list.entries.push(Entry {
            uri: trimmed(uri),
            copy_control,
            anonymize,
            tag: tag.text.as_bytes(),
            span: Span::new(tag.start, tag.start + tag.text.len()),
        });
        Role::Entry(self.list.entries.len() - 1)
    }

    /// The attributes of RFC 5364, in its namespace or in those of its drafts and examples.
    fn copy_control(&mut self, xml: &Document<'m>) -> (Option<CopyControl<'m>>, bool) {
        let (mut control, mut anonymize) = (None, false);
        for attribute in xml.attributes() {
            let known = xml.attribute_namespace(attribute.name).is_some_and(is_copy_control);
            let value = attribute.value.trim();
            match local(attribute.name) {
                "copyControl" | "capacity" if known => {
                    control = Some(CopyControl::of(value));
                    if let Some(CopyControl::Other(written)) = control {
                        let expected = "`to`, `cc` or `bcc`";
                        let note = Defect::note("resource-list/copy-control", written.as_bytes(), expected);
                        self.list.defects.push(note);
                    }
                }
                "anonymize" if known => anonymize = matches!(value, "true" | "1"),
                _ => {}
            }
        }
        (control, anonymize)
    }
}

/// Whether a namespace is that of RFC 5364, however it was ever printed.
pub(super) fn is_copy_control(namespace: &str) -> bool {
    namespace.strip_prefix("urn:ietf:params:xml:ns:").is_some_and(|name| {
        // RFC 5366 prints `copyControl`, RFC 5364 9.2 registers `copycontrol`.
        matches!(name, "copycontrol" | "copyControl" | "capacity")
    })
}

/// `text` without the white space around it.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

impl<'m> CopyControl<'m> {
    pub(super) fn of(value: &'m str) -> Self {
        match value {
            "to" => Self::To,
            "cc" => Self::Cc,
            "bcc" => Self::Bcc,
            _ => Self::Other(value),
        }
    }
}
