//! A multipart body -> its parts, preamble and epilogue (RFC 2046 5.1).

use memchr::memmem::Finder;

use super::boundary::{Boundary, Delimiter, DelimiterKind, Delimiters, Oddity};
use super::content_type::MediaType;
use super::defect::Defect;
use crate::message::token::{is_token, trim, trim_end};
use crate::message::{LineFault, Name, Wholeness};

/// A multipart body, cut at its delimiter lines. Nested multiparts stay whole inside of their part.
///
/// ```
/// use sipclause::message::body::content_type::MediaType;
/// use sipclause::message::body::multipart::Multipart;
/// use sipclause::message::{Name, Wholeness};
///
/// let media = MediaType::parse(b"multipart/mixed;boundary=b1").unwrap();
/// let body = b"--b1\r\nContent-Type: text/x\r\n\r\n--b10 is text\r\n--b1\r\n\r\nsecond\r\n--b1--";
/// let multipart = Multipart::parse(body, &media, Wholeness::Whole, 100);
/// assert_eq!(multipart.parts.len(), 2);
/// assert_eq!(multipart.parts[0].header(Name::ContentType), Some(&b"text/x"[..]));
/// assert_eq!(multipart.parts[0].body, b"--b10 is text");
/// assert!(multipart.closed && !multipart.defects.iter().any(|d| d.is_fault()));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Multipart<'m> {
    /// The boundary, if Content-Type gives one.
    pub boundary: Option<Boundary<'m>>,
    /// What stands before the first delimiter, without the line end that belongs to the delimiter.
    pub preamble: &'m [u8],
    /// The parts in order. Without a close delimiter the last one reaches to the end of the body.
    pub parts: Vec<RawPart<'m>>,
    /// What stands behind the line of the close delimiter.
    pub epilogue: &'m [u8],
    /// Whether the close delimiter is there.
    pub closed: bool,
    /// What is wrong, what is tolerated, what cannot be told; see [`Multipart::parse`].
    pub defects: Vec<Defect<'m>>,
}

/// One part as it stands between two delimiters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RawPart<'m> {
    /// All of it.
    pub whole: &'m [u8],
    /// Its header section, the last line end included, without the empty line.
    pub headers: &'m [u8],
    /// Its body, as written; the line end before the next delimiter is not part of it.
    pub body: &'m [u8],
    /// Whether a delimiter ends it.
    pub closed: bool,
}

/// One header field of a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartHeader<'m> {
    /// Which header it is.
    pub kind: Name,
    /// The name as written; empty if the line is no header.
    pub name: &'m [u8],
    /// The value, folds kept, white space around it cut off.
    pub value: &'m [u8],
    /// The whole field without its line end.
    pub line: &'m [u8],
    /// What makes the line no header.
    pub fault: Option<LineFault>,
}

impl<'m> Multipart<'m> {
    /// Cuts `body` at the delimiters of `media`, into at most `limit` parts.
    ///
    /// Faults: those of [`Boundary`], `multipart/boundary-not-in-body`, `multipart/no-part`,
    /// `multipart/no-close-delimiter`, `part/bad-header`. Doubts: `multipart/cut` where the capture lost
    /// the end, `multipart/too-many-parts`. Notes: `multipart/bare-line-feed`, `multipart/padding`,
    /// `multipart/longer-delimiter`, each at its first place.
    pub fn parse(body: &'m [u8], media: &MediaType<'m>, wholeness: Wholeness, limit: usize) -> Self {
        let mut this = Self {
            boundary: None,
            preamble: body,
            parts: Vec::new(),
            epilogue: &body[body.len()..],
            closed: false,
            defects: Vec::new(),
        };
        match Boundary::of(media) {
            Ok(boundary) => {
                this.defects.extend(boundary.defects());
                this.cut_at(body, &boundary.dashed(), limit);
                this.boundary = Some(boundary);
                this.judge_headers(wholeness);
                this.judge_end(body, wholeness);
            }
            Err(defect) => this.defects.push(defect),
        }
        this
    }

    /// Whether it breaks no rule, and nothing about it is left open.
    pub fn is_sound(&self) -> bool {
        self.defects.iter().all(|defect| !defect.is_fault() && !defect.is_doubt())
    }

    fn cut_at(&mut self, body: &'m [u8], dashed: &[u8], limit: usize) {
        let finder = Finder::new(dashed);
        let mut open: Option<Delimiter> = None;
        for delimiter in Delimiters::of(body, &finder) {
            self.note(body, &delimiter);
            if delimiter.kind == DelimiterKind::Longer {
                continue;
            }
            match open {
                None => self.preamble = &body[..delimiter.before],
                Some(before) if self.push(body, before.next, delimiter.before, limit).is_break() => return,
                Some(_) => {}
            }
            if delimiter.kind == DelimiterKind::Close {
                self.closed = true;
                self.epilogue = &body[delimiter.next..];
                return;
            }
            open = Some(delimiter);
        }
        if let Some(before) = open
            && before.next < body.len()
            && self.push(body, before.next, body.len(), limit).is_continue()
            && let Some(last) = self.parts.last_mut()
        {
            last.closed = false;
        }
    }

    fn push(&mut self, body: &'m [u8], start: usize, end: usize, limit: usize) -> std::ops::ControlFlow<()> {
        // Two delimiters that share one line end have nothing between them.
        let whole = &body[start..end.max(start)];
        if self.parts.len() >= limit {
            let expected = "no more parts than the limit of this tool";
            self.defects.push(Defect::doubt("multipart/too-many-parts", whole, expected));
            return std::ops::ControlFlow::Break(());
        }
        self.parts.push(RawPart::of(whole));
        std::ops::ControlFlow::Continue(())
    }

    fn judge_headers(&mut self, wholeness: Wholeness) {
        let lost = |part: &RawPart<'_>| wholeness == Wholeness::Cut && !part.closed;
        for part in self.parts.iter().filter(|part| !lost(part)) {
            if let Some(bad) = part.header_lines().find(|line| line.fault.is_some()) {
                let expected = "header fields and an empty line at the begin of a part";
                self.defects.push(Defect::fault("part/bad-header", bad.line, expected));
            }
        }
    }

    /// Notes each kind of oddity once.
    fn note(&mut self, body: &'m [u8], delimiter: &Delimiter) {
        let (code, expected) = match (delimiter.kind, delimiter.oddity) {
            (DelimiterKind::Longer, _) => {
                ("multipart/longer-delimiter", "no line that begins with the delimiter inside of a part")
            }
            (_, Some(Oddity::BareLineFeed)) => {
                ("multipart/bare-line-feed", "CRLF before and behind each delimiter")
            }
            (_, Some(Oddity::Padding)) => ("multipart/padding", "no white space at the end of a delimiter"),
            (_, None) => return,
        };
        if !self.defects.iter().any(|defect| defect.code == code) {
            self.defects.push(Defect::note(code, &body[delimiter.start..delimiter.text_end], expected));
        }
    }

    fn judge_end(&mut self, body: &'m [u8], wholeness: Wholeness) {
        if self.closed {
            if self.parts.is_empty() {
                let expected = "at least one part before the close delimiter";
                self.defects.push(Defect::fault("multipart/no-part", last_line(body), expected));
            }
            return;
        }
        if self.defects.iter().any(|defect| defect.code == "multipart/too-many-parts") {
            return;
        }
        let close = "the close delimiter, with two hyphens at its end";
        self.defects.push(if wholeness == Wholeness::Cut {
            Defect::doubt("multipart/cut", last_line(body), close)
        } else if self.parts.is_empty() && self.preamble.len() == body.len() {
            let expected = "lines of two hyphens and the boundary";
            Defect::fault("multipart/boundary-not-in-body", first_dashed_line(body), expected)
        } else {
            Defect::fault("multipart/no-close-delimiter", last_line(body), close)
        });
    }
}

impl<'m> RawPart<'m> {
    /// Parts headers and body at the first empty line. Without one, all of it is headers (RFC 2046 5.1.1).
    fn of(whole: &'m [u8]) -> Self {
        let mut at = 0;
        while at < whole.len() {
            let next = memchr::memchr(b'\n', &whole[at..]).map_or(whole.len(), |lf| at + lf + 1);
            if matches!(&whole[at..next], b"\r\n" | b"\n") {
                return Self { whole, headers: &whole[..at], body: &whole[next..], closed: true };
            }
            at = next;
        }
        Self { whole, headers: whole, body: &whole[whole.len()..], closed: true }
    }

    /// Its header fields in order, broken ones included.
    pub fn header_lines(&self) -> PartHeaders<'m> {
        PartHeaders { rest: self.headers }
    }

    /// The value of the first header of that name.
    pub fn header(&self, name: Name) -> Option<&'m [u8]> {
        self.header_lines().find(|line| line.kind == name && line.fault.is_none()).map(|line| line.value)
    }
}

/// The header fields of a part, folded ones joined to the line they continue.
#[derive(Clone, Debug)]
pub struct PartHeaders<'m> {
    rest: &'m [u8],
}

impl<'m> Iterator for PartHeaders<'m> {
    type Item = PartHeader<'m>;

    fn next(&mut self) -> Option<PartHeader<'m>> {
        let text = self.rest;
        if text.is_empty() {
            return None;
        }
        let mut end = 0;
        loop {
            end = memchr::memchr(b'\n', &text[end..]).map_or(text.len(), |lf| end + lf + 1);
            if !matches!(text.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        self.rest = &text[end..];
        let line = text[..end].strip_suffix(b"\n").unwrap_or(&text[..end]);
        Some(part_header(line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

fn part_header(line: &[u8]) -> PartHeader<'_> {
    let broken = |fault| PartHeader {
        kind: Name::Other,
        name: &line[..0],
        value: trim(line),
        line,
        fault: Some(fault),
    };
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return broken(LineFault::Orphan);
    }
    let Some(colon) = memchr::memchr(b':', line) else {
        return broken(LineFault::NoColon);
    };
    let name = trim_end(&line[..colon]);
    if !is_token(name) {
        return broken(LineFault::BadName);
    }
    // The compact forms are of SIP (RFC 3261 7.3.3), MIME has none.
    let kind = if name.len() > 1 { Name::of(name) } else { Name::Other };
    PartHeader { kind, name, value: trim(&line[colon + 1..]), line, fault: None }
}

/// The last line of `body` that is not empty.
fn last_line(body: &[u8]) -> &[u8] {
    let end = body.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(body.len(), |last| last + 1);
    let start = memchr::memrchr(b'\n', &body[..end]).map_or(0, |lf| lf + 1);
    &body[start..end]
}

/// The first line that looks like a delimiter, whatever its boundary; else the first line.
fn first_dashed_line(body: &[u8]) -> &[u8] {
    let mut lines = body.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.clone().next().unwrap_or(body);
    lines.find(|line| line.starts_with(b"--")).unwrap_or(first)
}
