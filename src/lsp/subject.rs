//! A line of a message -> the clauses that look at what it is.
//!
//! Which those are is told by the examples of the catalogue: by the lines in which they differ, and by the codes that
//! the vectors of a clause find.

use crate::books::BOOKS;
use crate::manual::Entry;
use crate::message::Name;

/// What a line is about: a header, an attribute or another line of SDP, an element of a resource list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Subject(String);

impl Subject {
    /// Of a line that is no start line.
    pub(super) fn of(line: &str) -> Option<Self> {
        let line = line.trim_end();
        if let Some(tag) = line.trim_start().strip_prefix('<') {
            let name: String =
                tag.chars().take_while(|c| c.is_alphanumeric() || "-_:".contains(*c)).collect();
            let local = name.rsplit(':').next().unwrap_or_default().to_owned();
            return (!local.is_empty()).then(|| Self(format!("<{}", local.to_ascii_lowercase())));
        }
        if let Some(attribute) = line.strip_prefix("a=") {
            let name = attribute.split([':', ' ']).next().unwrap_or_default();
            return Some(Self(format!("sdp/{}", name.to_ascii_lowercase())));
        }
        if line.as_bytes().get(1) == Some(&b'=') {
            return Some(Self(format!("sdp {}", line[..1].to_ascii_lowercase())));
        }
        let (name, _) = line.split_once(':')?;
        let name = name.trim_end();
        if name.is_empty() || name.contains([' ', '\t', '"', '<']) {
            return None;
        }
        let long = match Name::of(name.as_bytes()) {
            Name::Other => name,
            known => known.canonical(),
        };
        Some(Self(long.to_ascii_lowercase()))
    }

    /// The clauses that look at it, in catalogue order.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let all = BOOKS.iter().flat_map(|book| Entry::all(book));
        all.filter(|entry| self.is_looked_at_by(entry)).collect()
    }

    fn is_looked_at_by(&self, entry: &Entry) -> bool {
        let Some(example) = entry.example() else { return false };
        let is_code = |code: &str| {
            let thing = code.split('/').next().unwrap_or_default();
            // `sdp/path-missing` is about `a=path`.
            let of_sdp = self.0.strip_prefix("sdp/").is_some_and(|name| {
                let detail = code.strip_prefix("sdp/").unwrap_or_default();
                detail.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            });
            thing == self.0 || of_sdp
        };
        let lines = example.lines.iter().filter_map(|(_, line)| Self::of(line));
        lines.into_iter().any(|subject| subject == *self)
            || example.codes.iter().any(|(code, _)| is_code(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(line: &str) -> Vec<&'static str> {
        let entries = Subject::of(line).map(|subject| subject.entries()).unwrap_or_default();
        entries.iter().map(|entry| entry.clause.id.0).collect()
    }

    #[test]
    fn a_header_leads_to_its_clauses_in_any_spelling() {
        assert!(ids("Accept-Contact: *").contains(&"6.2.1.1-1"), "{:?}", ids("Accept-Contact: *"));
        assert_eq!(ids("a: *"), ids("ACCEPT-CONTACT : *"));
        assert!(ids("Max-Forwards: 70").contains(&"6.2.1.1-0"));
        assert!(ids("a=path:msrp://a").contains(&"6.2.1.2-3a"), "{:?}", ids("a=path:msrp://a"));
    }

    #[test]
    fn what_is_no_subject_has_no_clauses() {
        for line in ["", "hello", "x y: z", ":", "=", "a", "<", "Subject: x", "\u{fc}=1"] {
            assert_eq!(ids(line), [""; 0], "{line}");
        }
    }
}
