//! Invited users -> a recipient list (RFC 5366, RFC 5364, RFC 4826).

use super::values::line;
use super::{Refused, SipAddress};
use crate::message::uri::{Uri, same_address_of_record};

/// The invited users of a conference: at least one, each once.
///
/// ```
/// use sipclause::compose::{RecipientList, SipAddress};
///
/// let bob = SipAddress::new("sip:bob@example.org")?;
/// let list = RecipientList::of(bob.clone()).and(SipAddress::new("sip:carol@example.net")?)?;
/// assert_eq!(list.len(), 2);
/// assert!(list.and(bob).is_err(), "RFC 5363 4.1: each recipient once");
/// # Ok::<(), sipclause::compose::Refused>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecipientList {
    entries: Vec<Entry>,
    style: ListStyle,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    uri: SipAddress,
    copy: CopyControl,
    anonymize: bool,
    display_name: Option<String>,
}

/// How an invited user is addressed (RFC 5364 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CopyControl {
    /// The others see it.
    #[default]
    To,
    /// The others see it, as one that gets a copy.
    Cc,
    /// The others do not see it.
    Bcc,
    /// Nothing is said, which means [`CopyControl::Bcc`].
    Unsaid,
}

/// How the document is written; all of it means the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ListStyle {
    /// Default namespace for the list, `cp` for copy control.
    #[default]
    Plain,
    /// A prefix for the elements of the list.
    Prefixed,
    /// Without declaration, white space and comments.
    Terse,
    /// Name and attributes on lines of their own, with a comment.
    Airy,
}

impl RecipientList {
    /// A list of one; [`RecipientList::and`] adds the others.
    pub fn of(first: SipAddress) -> Self {
        Self { entries: vec![Entry::of(first)], style: ListStyle::default() }
    }

    /// Adds a user.
    ///
    /// # Errors
    /// When it is listed already (RFC 5363 4.1).
    pub fn and(mut self, uri: SipAddress) -> Result<Self, Refused> {
        if self.entries.iter().any(|entry| same(&entry.uri, &uri)) {
            return Err(Refused::because(format!("{uri} is listed already (RFC 5363 4.1)")));
        }
        self.entries.push(Entry::of(uri));
        Ok(self)
    }

    /// Sets how the user added last is addressed.
    pub fn copied(mut self, copy: CopyControl) -> Self {
        self.last().copy = copy;
        self
    }

    /// Hides the user added last from the others.
    pub fn anonymized(mut self) -> Self {
        self.last().anonymize = true;
        self
    }

    /// Names the user added last.
    ///
    /// # Errors
    /// Control characters.
    pub fn named(mut self, display_name: &str) -> Result<Self, Refused> {
        self.last().display_name = Some(line(display_name)?);
        Ok(self)
    }

    /// Sets how the document is written.
    pub fn written(mut self, style: ListStyle) -> Self {
        self.style = style;
        self
    }

    /// Number of users.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The users.
    pub fn uris(&self) -> impl Iterator<Item = &SipAddress> {
        self.entries.iter().map(|entry| &entry.uri)
    }

    /// Whether this user is listed.
    pub fn has(&self, uri: &SipAddress) -> bool {
        self.uris().any(|listed| same(listed, uri))
    }

    fn last(&mut self) -> &mut Entry {
        self.entries.last_mut().expect("a list has at least one entry")
    }

    /// The document; the entry of `replaced` names a dialog in its URI (RFC 3261 19.1.1).
    pub(super) fn xml(&self, replaced: Option<(&SipAddress, &str)>) -> String {
        let (prefix, attribute) = if self.style == ListStyle::Prefixed { ("rl:", ":rl") } else { ("", "") };
        let (end, indent) = match self.style {
            ListStyle::Terse => ("", ""),
            _ => ("\r\n", "  "),
        };
        let mut text = String::new();
        if self.style != ListStyle::Terse {
            text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
        }
        text.push_str(&format!(
            "<{prefix}resource-lists xmlns{attribute}=\"urn:ietf:params:xml:ns:resource-lists\" \
             xmlns:cp=\"urn:ietf:params:xml:ns:copycontrol\">{end}{indent}<{prefix}list>{end}"
        ));
        if self.style == ListStyle::Airy {
            text.push_str("    <!-- the invited users -->\r\n");
        }
        for entry in &self.entries {
            let header = replaced.filter(|(uri, _)| same(uri, &entry.uri)).map(|(_, replaces)| replaces);
            text.push_str(&format!("{indent}{indent}{}{end}", entry.xml(prefix, self.style, header)));
        }
        text.push_str(&format!("{indent}</{prefix}list>{end}</{prefix}resource-lists>\r\n"));
        text
    }
}

impl Entry {
    fn of(uri: SipAddress) -> Self {
        Self { uri, copy: CopyControl::default(), anonymize: false, display_name: None }
    }

    fn xml(&self, prefix: &str, style: ListStyle, replaces: Option<&str>) -> String {
        let header = replaces.map_or_else(String::new, |value| format!("?Replaces={}", escaped(value)));
        let gap = if style == ListStyle::Airy { "\r\n        " } else { " " };
        let mut text = format!("<{prefix}entry{gap}uri=\"{}{header}\"", xml(self.uri.as_str()));
        let copy = match self.copy {
            CopyControl::To => Some("to"),
            CopyControl::Cc => Some("cc"),
            CopyControl::Bcc => Some("bcc"),
            CopyControl::Unsaid => None,
        };
        text.extend(copy.map(|value| format!("{gap}cp:copyControl=\"{value}\"")));
        if self.anonymize {
            text.push_str(&format!("{gap}cp:anonymize=\"true\""));
        }
        match &self.display_name {
            Some(name) => {
                let name = xml(name);
                text.push_str(&format!(
                    "><{prefix}display-name>{name}</{prefix}display-name></{prefix}entry>"
                ));
            }
            None => text.push_str("/>"),
        }
        text
    }
}

fn same(one: &SipAddress, other: &SipAddress) -> bool {
    match (Uri::parse(one.as_str().as_bytes()), Uri::parse(other.as_str().as_bytes())) {
        (Ok(one), Ok(other)) => same_address_of_record(&one, &other),
        _ => false,
    }
}

/// Text with the characters that mean something to XML as references.
fn xml(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// A header value in a URI: all but unreserved characters escaped (RFC 3261 19.1.1).
fn escaped(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    value
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::body::resource_list::ResourceList;

    #[test]
    fn every_style_is_read_back_with_the_same_entries() {
        let address = |text: &str| SipAddress::new(text).unwrap();
        let list = RecipientList::of(address("sip:bob@example.org"))
            .named("Bob & <sons>")
            .unwrap()
            .and(address("sip:carol@example.net"))
            .unwrap()
            .copied(CopyControl::Unsaid)
            .anonymized();
        let bob = address("sip:bob@example.org");
        for style in [ListStyle::Plain, ListStyle::Prefixed, ListStyle::Terse, ListStyle::Airy] {
            let text = list.clone().written(style).xml(Some((&bob, "a@b;to-tag=1;from-tag=2")));
            let read = ResourceList::parse(text.as_bytes());
            assert!(read.is_sound(), "{text}: {:?}", read.defects);
            let uris: Vec<_> = read.entries.iter().map(|entry| entry.uri.to_string()).collect();
            assert_eq!(
                uris,
                ["sip:bob@example.org?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2", "sip:carol@example.net"]
            );
        }
    }
}
