//! One finding in its session, and the changes of messages that do away with it.

use crate::message::token::{split_outside_quotes, trim, trim_end};
use crate::message::{HeaderLine, Message, Name};
use crate::session::Context;
use crate::source::Span;
use crate::verdict::FingerprintedFinding;

/// What a fix is made from.
pub(super) struct Case<'c> {
    /// The finding.
    pub(super) finding: &'c FingerprintedFinding,
    /// The messages of its session.
    pub(super) session: &'c [Message<'c>],
    /// Who sent the message to whom, where separators say it.
    pub(super) way: Way,
    /// What the wire cannot tell.
    pub(super) context: &'c Context,
}

/// Where a message came from and went to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Way {
    pub(super) from: Option<std::net::SocketAddr>,
    pub(super) to: Option<std::net::SocketAddr>,
}

/// What makes the changes of one sort of fix; `None` where this finding leaves none.
pub(super) type Make = fn(&Case<'_>) -> Option<Draft>;

/// Bytes of one message, and what takes their place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Change {
    pub(super) message: usize,
    pub(super) span: Span,
    pub(super) by: Vec<u8>,
}

/// Changes that belong together.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) changes: Vec<Change>,
    /// Messages whose Content-Length is to be made right though nothing else of them changes.
    pub(super) lengths: Vec<usize>,
}

impl<'c> Case<'c> {
    /// The message that the finding is about.
    pub(super) fn message(&self) -> &'c Message<'c> {
        &self.session[self.finding.at.message]
    }

    /// The bytes that the finding points at.
    pub(super) fn at(&self) -> &'c [u8] {
        self.finding.at.span.of(self.message().bytes())
    }

    /// The header line that the finding points into.
    pub(super) fn line(&self) -> Option<HeaderLine> {
        self.message().header_line_at(self.finding.at.span.start as usize).filter(|line| line.fault.is_none())
    }

    /// The value of that line.
    pub(super) fn line_value(&self) -> Option<&'c [u8]> {
        Some(self.line()?.value.of(self.message().bytes()))
    }

    /// The comma-separated value of that line in which the finding stands.
    pub(super) fn value(&self) -> Option<&'c [u8]> {
        let place = self.finding.at.span.start as usize;
        let message = self.message();
        let holds = |value: &&[u8]| message.span_of(value).is_some_and(|span| place < span.end as usize + 1);
        split_outside_quotes(self.line_value()?, b',').map(trim).find(holds)
    }

    /// The first letters and digits of the Call-ID: what is made up of them is the same each time.
    pub(super) fn letters_of_call_id(&self) -> Option<String> {
        let letters = self.message().first(Name::CallId)?.iter().filter(|byte| byte.is_ascii_alphanumeric());
        let kept: String = letters.take(24).map(|&byte| char::from(byte)).collect();
        (!kept.is_empty()).then_some(kept)
    }

    /// The place of a slice of the message.
    fn span(&self, part: &[u8]) -> Option<Span> {
        self.message().span_of(part)
    }

    fn change(&self, span: Span, by: impl AsRef<[u8]>) -> Draft {
        let change = Change { message: self.finding.at.message, span, by: by.as_ref().to_vec() };
        Draft { changes: vec![change], lengths: Vec::new() }
    }

    /// Puts something in the place of a slice of the message.
    pub(super) fn replace(&self, part: &[u8], by: impl AsRef<[u8]>) -> Option<Draft> {
        Some(self.change(self.span(part)?, by))
    }

    /// Puts something in the place of what the finding points at.
    pub(super) fn replace_at(&self, by: impl AsRef<[u8]>) -> Option<Draft> {
        Some(self.change(self.finding.at.span, by))
    }

    /// Puts something behind a slice of the message.
    pub(super) fn behind(&self, part: &[u8], added: impl AsRef<[u8]>) -> Option<Draft> {
        Some(self.change(Span::at(self.span(part)?.end as usize), added))
    }

    /// Puts something before a slice of the message.
    pub(super) fn before(&self, part: &[u8], added: impl AsRef<[u8]>) -> Option<Draft> {
        Some(self.change(Span::at(self.span(part)?.start as usize), added))
    }

    /// Takes a parameter away, with the semicolon and the white space before it.
    pub(super) fn without_param(&self, text: &[u8]) -> Option<Draft> {
        let span = self.span(text)?;
        let before = trim_end(&self.message().bytes()[..span.start as usize]);
        let start = before.strip_suffix(b";").map(trim_end)?.len();
        Some(self.change(Span::new(start, span.end as usize), b""))
    }

    /// Takes a header line away.
    pub(super) fn without_line(&self, line: HeaderLine) -> Draft {
        self.change(line.line, b"")
    }

    /// Adds a header line behind the last of the headers `behind`, else at the end of the headers; `None` where a line
    /// that is no header, or none that is known, means this one: it is to be mended, and its value kept.
    pub(super) fn header(&self, name: Name, value: impl AsRef<str>, behind: &[Name]) -> Option<Draft> {
        let message = self.message();
        if message.header_lines().any(|line| misspelt(line, message.bytes()) == Some(name)) {
            return None;
        }
        let anchor = message
            .header_lines()
            .rfind(|line| line.fault.is_none() && behind.contains(&line.kind))
            .map_or(message.empty_line().start, |line| line.line.end) as usize;
        let line = format!("{}: {}", name.canonical(), value.as_ref());
        let text = match message.bytes()[..anchor].ends_with(b"\n") {
            true => format!("{line}\r\n"),
            // The last line of a message that ends in its headers.
            false => format!("\r\n{line}"),
        };
        Some(self.change(Span::at(anchor), text))
    }

    /// Adds a token to the last row of a comma-separated header, or the header if there is none.
    pub(super) fn listed(&self, name: Name, token: &str, behind: &[Name]) -> Option<Draft> {
        let message = self.message();
        let Some(row) = message.rows(name).last() else {
            return self.header(name, token, behind);
        };
        let added = match row.value.of(message.bytes()) {
            [] if row.line.of(message.bytes()).contains(&b' ') => token.to_owned(),
            [] => format!(" {token}"),
            // An empty element at the end is one place more.
            [.., b','] => format!(" {token}"),
            _ => format!(", {token}"),
        };
        Some(self.change(Span::at(row.value.end as usize), added))
    }
}

/// The header that a line means whose name is misspelt: other separators than hyphens, or no colon.
fn misspelt(line: HeaderLine, bytes: &[u8]) -> Option<Name> {
    if line.kind != Name::Other {
        return None;
    }
    let text = line.line.of(bytes);
    let end = match memchr::memchr(b':', text) {
        Some(colon) => colon,
        None => trim(text).iter().position(|byte| matches!(byte, b' ' | b'\t' | b'='))?,
    };
    hyphened(trim(&text[..end])).map(|name| Name::of(&name))
}

/// The name of a known header, written with spaces, underscores or dots: with hyphens.
pub(super) fn hyphened(name: &[u8]) -> Option<Vec<u8>> {
    let name: Vec<u8> = name.iter().map(|&byte| if b" _.".contains(&byte) { b'-' } else { byte }).collect();
    // A letter alone is a compact form, and an initial word of much else.
    (Name::of(&name) != Name::Other && name.len() > 1).then_some(name)
}

impl Draft {
    /// Both.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.changes.extend(other.changes);
        self.lengths.extend(other.lengths);
        self
    }

    /// Content-Length of the message made right, and nothing else.
    pub(super) fn length_of(message: usize) -> Self {
        Self { changes: Vec::new(), lengths: vec![message] }
    }

    /// The same changes in every copy of the messages in the session.
    pub(super) fn in_copies(mut self, session: &[Message<'_>]) -> Self {
        let copies = |message: usize| {
            let bytes = session[message].bytes();
            let others = session.iter().enumerate().filter(move |(index, _)| *index != message);
            others.filter(move |(_, other)| other.bytes() == bytes).map(|(index, _)| index)
        };
        let more: Vec<Change> = self
            .changes
            .iter()
            .flat_map(|change| copies(change.message).map(|message| Change { message, ..change.clone() }))
            .collect();
        let lengths: Vec<usize> = self.lengths.iter().flat_map(|&message| copies(message)).collect();
        self.changes.extend(more);
        self.lengths.extend(lengths);
        self.changes.sort();
        self.changes.dedup();
        self.lengths.sort_unstable();
        self.lengths.dedup();
        self
    }

    /// What changes, with the Content-Length that each message then needs.
    pub(super) fn complete(mut self, session: &[Message<'_>]) -> Self {
        let mut touched: Vec<usize> = self.changes.iter().map(|change| change.message).collect();
        touched.extend(&self.lengths);
        touched.sort_unstable();
        touched.dedup();
        for index in touched {
            let is_asked = self.lengths.contains(&index);
            self.changes.extend(content_length(&session[index], index, &self.changes, is_asked));
        }
        self.changes.sort();
        self.changes.dedup();
        self
    }
}

/// The change that makes Content-Length right behind these changes.
fn content_length(message: &Message<'_>, index: usize, changes: &[Change], is_asked: bool) -> Option<Change> {
    let body = message.body_span();
    // A message that ends in its headers has no body, and what is put at its end is a header.
    let is_inside = |change: &&Change| {
        message.has_whole_headers() && change.message == index && change.span.start >= body.start
    };
    let length = changes
        .iter()
        .filter(is_inside)
        .fold(body.len(), |length, change| (length + change.by.len()).saturating_sub(change.span.len()));
    let digits = length.to_string().into_bytes();
    let Some(row) = message.rows(Name::ContentLength).next() else {
        let at = message.empty_line().start as usize;
        let line = [b"Content-Length: ".as_slice(), &digits, b"\r\n"].concat();
        return (is_asked && message.has_whole_headers()).then(|| Change {
            message: index,
            span: Span::at(at),
            by: line,
        });
    };
    let is_kept = changes.iter().all(|change| change.message != index || change.span != row.line);
    let is_right = row.value.of(message.bytes()) == digits.as_slice();
    (is_kept && !is_right).then_some(Change { message: index, span: row.value, by: digits })
}
