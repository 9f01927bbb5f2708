//! What is wrong with a message as such: its grammar, its mandatory headers, its framing.
//!
//! Nothing here knows of dialogs or clauses, and nothing legal is complained of: unknown headers are
//! looked at as lines only, bytes outside of UTF-8 are let pass.

mod framing;
mod required;
mod rules;
mod start_line;
mod values;

use super::headers::Malformed;
use super::{LineFault, Message};
use crate::source::Span;

/// One thing that is wrong with a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// What it is, such as `via/branch-cookie`.
    pub code: &'static str,
    /// Where it stands; empty where something is missing.
    pub span: Span,
    /// What was seen, in backticks, and what was wanted.
    pub text: String,
    /// What may have been meant, or where it is written.
    pub help: Option<String>,
    /// What sort of rule is broken.
    pub kind: ComplaintKind,
}

/// The sorts of rule a message can break.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ComplaintKind {
    /// The grammar.
    Syntax,
    /// A header or parameter that must be there is missing, or stands there too often.
    Required,
    /// Content-Length against the bytes that came.
    Framing,
}

/// How the message was carried, which decides what Content-Length means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carriage {
    /// TCP, TLS and the like: Content-Length is mandatory (RFC 3261 20.14).
    Stream,
    /// One message a datagram: bytes behind Content-Length are discarded (RFC 3261 18.3).
    Datagram,
    /// A text file: trailing white space may be gone, Content-Length must agree with what is there.
    Text,
}

/// All that is wrong with a message, in order of place.
///
/// What a cut message may have lost is not missed.
///
/// ```
/// use sipclause::message::Message;
/// use sipclause::message::syntax::{Carriage, complaints};
///
/// let bye = b"BYE sip:a@b.example SIP/2.0\r\nVia: SIP/2.0/UDP c.example;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
///     From: <sip:c@b.example>;tag=1\r\nTo: <sip:a@b.example>;tag=2\r\nCall-ID: 1\r\nCSeq: 2 INVITE\r\n\r\n";
/// let found = complaints(&Message::split(bye), Carriage::Datagram);
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].code, "cseq/method-mismatch");
/// ```
pub fn complaints(message: &Message<'_>, carriage: Carriage) -> Vec<Complaint> {
    let mut findings = Findings { message, carriage, list: Vec::new() };
    start_line::check(&mut findings);
    lines(&mut findings);
    values::check(&mut findings);
    required::check(&mut findings);
    framing::check(&mut findings);
    // A header line may go on behind the cut, since the next one may have continued it.
    if message.is_cut() && !message.has_whole_headers() {
        let last = message.header_lines().next_back().map_or(u32::MAX, |line| line.line.start);
        findings.list.retain(|complaint| complaint.span.start < last);
    }
    findings.list.sort_by_key(|complaint| complaint.span.start);
    findings.list
}

/// Where complaints about one message are gathered.
struct Findings<'m, 'a> {
    message: &'m Message<'a>,
    carriage: Carriage,
    list: Vec<Complaint>,
}

impl<'m> Findings<'m, '_> {
    fn add(&mut self, kind: ComplaintKind, code: &'static str, span: Span, text: String) {
        self.list.push(Complaint { code, span, text, help: None, kind });
    }

    /// Gives the last complaint its help.
    fn help(&mut self, help: &str) {
        if let Some(last) = self.list.last_mut() {
            last.help = Some(help.to_owned());
        }
    }

    /// Gives the last complaint its kind.
    fn kind(&mut self, kind: ComplaintKind) {
        if let Some(last) = self.list.last_mut() {
            last.kind = kind;
        }
    }

    /// A complaint about the grammar `within` something that is named for the reader.
    fn malformed(&mut self, code: &'static str, within: &str, malformed: Malformed<'m>, whole: Span) {
        let place = self.message.span_of(malformed.at).filter(|span| !span.is_empty()).unwrap_or(whole);
        let text = match shown(malformed.at) {
            seen if malformed.at.is_empty() => format!("{seen} as {within}: expected {}", malformed.expected),
            seen => format!("{seen} in {within}: expected {}", malformed.expected),
        };
        self.add(ComplaintKind::Syntax, code, place, text);
    }

    /// A complaint that something is not there, at the end of the headers.
    fn missing(&mut self, code: &'static str, text: impl Into<String>) {
        self.add(ComplaintKind::Required, code, self.message.start_line(), text.into());
    }

    /// Whether a header that is not seen is not there.
    fn sees_all_headers(&self) -> bool {
        let is_cut = self.message.is_cut() && !self.message.has_whole_headers();
        let is_lost = |fault| matches!(fault, Some(LineFault::Cut | LineFault::OverLimit));
        !is_cut && !self.message.broken_lines().any(|line| is_lost(line.fault))
    }
}

/// The header section line by line.
fn lines(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    for line in message.broken_lines() {
        let (code, wanted) = match line.fault {
            Some(LineFault::NoColon) => ("header-line/no-colon", "a colon behind the header name"),
            Some(LineFault::BadName) => ("header-line/bad-name", "a header name of token characters"),
            Some(LineFault::Orphan) => ("header-line/orphan", "a header line for this one to continue"),
            Some(LineFault::Cut | LineFault::OverLimit) | None => continue,
        };
        let text = format!("{} as header line: expected {wanted}", shown(line.value.of(message.bytes())));
        findings.add(ComplaintKind::Syntax, code, line.value, text);
    }
    if findings.carriage == Carriage::Text || message.is_cut() {
        return;
    }
    let head = &message.bytes()[..message.body_span().start as usize];
    if let Some(at) = bare_line_end(head) {
        let text = "`\\n` alone ends a line: expected `\\r\\n`".to_owned();
        findings.add(ComplaintKind::Syntax, "header-line/bare-lf", Span::new(at, at + 1), text);
    }
    if !message.has_whole_headers() {
        let text = "no empty line behind the headers".to_owned();
        let end = message.empty_line();
        findings.add(ComplaintKind::Syntax, "header-line/no-empty-line", end, text);
    }
}

/// Where the first LF stands that has no CR before it.
fn bare_line_end(head: &[u8]) -> Option<usize> {
    let pairs = || head.iter().zip(head.get(1..).unwrap_or_default());
    let is_bare = |(&before, &byte): (&u8, &u8)| (byte == b'\n') & (before != b'\r');
    if head.first() == Some(&b'\n') {
        return Some(0);
    }
    // Most heads have none: without an exit on the way, many bytes are looked at together.
    let any = pairs().fold(false, |any, pair| any | is_bare(pair));
    if any { pairs().position(is_bare).map(|at| at + 1) } else { None }
}

/// How many bytes of a value a complaint quotes.
const SHOWN: usize = 60;

/// `bytes` in backticks for a reader: control characters escaped, long text cut.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('`');
    for c in text.chars() {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown.push_str(if bytes.len() > SHOWN { "…`" } else { "`" });
    shown
}

#[cfg(test)]
mod tests;
