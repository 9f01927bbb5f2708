//! The `boundary` parameter of a multipart type, and the delimiter lines it makes in a body.

use std::borrow::Cow;

use memchr::memmem::{FindIter, Finder};

use super::content_type::{MediaType, is_quoted_string};
use super::defect::Defect;
use crate::message::token::{is_token, trim};

/// A boundary as Content-Type gives it (RFC 2046 5.1.1).
///
/// ```
/// use sipclause::message::body::boundary::Boundary;
/// use sipclause::message::body::content_type::MediaType;
///
/// let media = MediaType::parse(b"multipart/mixed;boundary=a:b").unwrap();
/// let boundary = Boundary::of(&media).unwrap();
/// assert_eq!(boundary.value(), b"a:b");
/// assert_eq!(boundary.defects().map(|d| d.code).collect::<Vec<_>>(), ["boundary/needs-quotes"]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Boundary<'m> {
    /// The value as written, quotes included.
    pub text: &'m [u8],
    value: Cow<'m, [u8]>,
}

impl<'m> Boundary<'m> {
    /// The boundary of a multipart type.
    ///
    /// # Errors
    ///
    /// `boundary/missing` or `boundary/empty`; everything else is one of the [defects](Self::defects).
    pub fn of(media: &MediaType<'m>) -> Result<Self, Defect<'m>> {
        let wanted = "a parameter `boundary` of 1 to 70 characters";
        let param =
            media.params.named("boundary").ok_or(Defect::fault("boundary/missing", media.text, wanted))?;
        let text = param.value.unwrap_or_default();
        let value = if is_quoted_string(text) {
            unescape(&text[1..text.len() - 1])
        } else {
            // One quote too few: what was meant is what stands inside of the other one.
            let text = text.strip_prefix(b"\"").unwrap_or(text);
            Cow::Borrowed(text.strip_suffix(b"\"").unwrap_or(text))
        };
        if trim(&value).is_empty() {
            return Err(Defect::fault("boundary/empty", param.text, wanted));
        }
        Ok(Self { text, value })
    }

    /// The boundary itself, without quotes and escapes.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// What is wrong with it: `boundary/unbalanced-quotes`, `boundary/bad-character`,
    /// `boundary/needs-quotes`, `boundary/too-long`, `boundary/ends-in-space`.
    pub fn defects(&self) -> impl Iterator<Item = Defect<'m>> + use<'m> {
        let value = &*self.value;
        let quoted = is_quoted_string(self.text);
        let stray_quote = !quoted && self.text.contains(&b'"');
        let characters = if stray_quote {
            Some(("boundary/unbalanced-quotes", "one quoted string, or no quote at all"))
        } else if !value.iter().copied().all(is_boundary_byte) {
            Some(("boundary/bad-character", "letters, digits, spaces and `'()+_,-./:=?` only"))
        } else if !quoted && !is_token(self.text) {
            // RFC 3261 25.1: m-value is a token or a quoted string, and has fewer characters than bchars.
            Some(("boundary/needs-quotes", "quotes around a boundary that is no SIP token"))
        } else {
            None
        };
        let length = (value.len() > 70).then_some(("boundary/too-long", "at most 70 characters"));
        let end = (value.last() == Some(&b' ')).then_some(("boundary/ends-in-space", "no space at its end"));
        let at = self.text;
        [characters, length, end]
            .into_iter()
            .flatten()
            .map(move |(code, expected)| Defect::fault(code, at, expected))
    }

    /// What a delimiter line begins with: two hyphens and the boundary. Spaces at its end cannot be told
    /// from the padding of the line, so they are left off.
    pub(super) fn dashed(&self) -> Vec<u8> {
        let value = self.value();
        let end = value.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
        [b"--", &value[..end]].concat()
    }
}

/// RFC 2046 5.1.1: `bchars`.
const fn is_boundary_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'\'' | b'(' | b')' | b'+' | b'_' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'?' | b' '
        )
}

/// The inside of a quoted string with its backslash pairs resolved.
fn unescape(inner: &[u8]) -> Cow<'_, [u8]> {
    if !inner.contains(&b'\\') {
        return Cow::Borrowed(inner);
    }
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        plain.push(if byte == b'\\' { bytes.next().copied().unwrap_or(byte) } else { byte });
    }
    Cow::Owned(plain)
}

/// One line of a body that begins like a delimiter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delimiter {
    pub(super) kind: DelimiterKind,
    /// Where the content before it ends: in front of the line end that belongs to the delimiter.
    pub(super) before: usize,
    /// The first hyphen.
    pub(super) start: usize,
    /// End of the line without its line end and padding.
    pub(super) text_end: usize,
    /// Where the next line begins.
    pub(super) next: usize,
    /// What receivers tolerate about it.
    pub(super) oddity: Option<Oddity>,
}

/// What a line that begins with the dashed boundary is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DelimiterKind {
    /// It begins a part.
    Open,
    /// It ends the multipart.
    Close,
    /// The boundary goes on (`--b10` for `b1`): text by the ABNF, a delimiter by the prose of RFC 2046.
    Longer,
}

/// What is tolerated about a delimiter line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Oddity {
    /// Its line, or the one before, ends with LF alone.
    BareLineFeed,
    /// White space stands at its end.
    Padding,
}

/// The delimiter lines of `body` in order.
pub(super) struct Delimiters<'b> {
    body: &'b [u8],
    dashed: &'b [u8],
    found: FindIter<'b, 'b>,
}

impl<'b> Delimiters<'b> {
    pub(super) fn of(body: &'b [u8], finder: &'b Finder<'b>) -> Self {
        Self { body, dashed: finder.needle(), found: finder.find_iter(body) }
    }
}

impl Iterator for Delimiters<'_> {
    type Item = Delimiter;

    fn next(&mut self) -> Option<Delimiter> {
        let body = self.body;
        let start = self.found.by_ref().find(|&at| at == 0 || body[at - 1] == b'\n')?;
        let boundary_end = start + self.dashed.len();
        let (line, next) = match memchr::memchr(b'\n', &body[boundary_end..]) {
            Some(lf) => (&body[boundary_end..boundary_end + lf], boundary_end + lf + 1),
            None => (&body[boundary_end..], body.len()),
        };
        let rest = line.strip_suffix(b"\r").unwrap_or(line);
        let text = trim(rest);
        let kind = match text {
            b"" => DelimiterKind::Open,
            b"--" if rest.starts_with(b"--") => DelimiterKind::Close,
            _ => DelimiterKind::Longer,
        };
        let before = match &body[..start] {
            [.., b'\r', b'\n'] => start - 2,
            [.., b'\n'] => start - 1,
            _ => start,
        };
        let bare_before = start > 0 && start - before == 1;
        let bare_end = body[..next].ends_with(b"\n") && rest.len() == line.len();
        let oddity = if bare_before || bare_end {
            Some(Oddity::BareLineFeed)
        } else {
            (rest.len() > text.len()).then_some(Oddity::Padding)
        };
        let text_end = boundary_end + text.len();
        Some(Delimiter { kind, before, start, text_end, next, oddity })
    }
}
