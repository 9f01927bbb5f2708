//! A message -> the leaf parts of its body, in order, flattened through nested multiparts.

use std::borrow::Cow;

use super::content_type::{Disposition, MediaType};
use super::defect::Defect;
use super::multipart::{Multipart, RawPart};
use super::transfer::TransferEncoding;
use crate::message::token::{same_token, trim};
use crate::message::{Message, Name, Wholeness};

/// The leaf parts of a message body.
///
/// ```
/// use sipclause::message::Message;
/// use sipclause::message::body::Bodies;
///
/// let message = Message::split(
///     b"INVITE sip:b@example.com SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b1\r\n\r\n\
///       --b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n\
///       --b1\r\nContent-Type: application/resource-lists+xml\r\n\
///       Content-Disposition: recipient-list\r\n\r\n<resource-lists/>\r\n--b1--\r\n",
/// );
/// let bodies = Bodies::of(&message);
/// assert!(bodies.is_multipart() && bodies.defects.is_empty());
/// assert_eq!(&*bodies.sdp_parts().next().unwrap().content, b"v=0\r\n");
/// let dispositions: Vec<_> = bodies.parts.iter().map(|part| part.effective_disposition()).collect();
/// assert_eq!(dispositions, [b"session".as_slice(), b"recipient-list"]);
/// ```
#[derive(Clone, Debug)]
pub struct Bodies<'m> {
    /// The Content-Type of the message; `None` without one.
    pub top: Option<Result<MediaType<'m>, Defect<'m>>>,
    /// The multipart itself, if the message has one.
    pub multipart: Option<Multipart<'m>>,
    /// The leaf parts in order. A body without Content-Type is one part; no body at all is none.
    pub parts: Vec<Part<'m>>,
    /// What is wrong with the framing of the bodies, nested multiparts and transfer encodings included;
    /// what a part holds is judged by its own parser.
    pub defects: Vec<Defect<'m>>,
    /// Whether the capture lost the end of the message.
    pub truncated: bool,
}

/// One leaf part.
#[derive(Clone, Debug)]
pub struct Part<'m> {
    /// Its media type: inside of a multipart `text/plain` without Content-Type, else `None`.
    pub media: Option<Result<MediaType<'m>, Defect<'m>>>,
    /// Its Content-Disposition, if it has one.
    pub disposition: Option<Result<Disposition<'m>, Defect<'m>>>,
    /// Its body, transfer encoding undone.
    pub content: Cow<'m, [u8]>,
    /// Its body as written.
    pub raw: &'m [u8],
    /// How many multiparts it stands in.
    pub depth: usize,
    /// The type of the multipart it stands in.
    pub container: Option<MediaType<'m>>,
    /// Why its content cannot be read, if it cannot.
    pub hidden: Option<Hidden>,
    /// Whether the capture lost its end.
    pub truncated: bool,
    headers: Headers<'m>,
}

/// Why nobody but the receiver can read a part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Hidden {
    /// S/MIME (application/pkcs7-mime) or multipart/encrypted.
    Encrypted,
    /// message/external-body: the content lies elsewhere.
    External,
    /// Content-Encoding names a compression, or Content-Transfer-Encoding an unknown one.
    Encoded,
}

/// Where the headers of a part stand.
#[derive(Clone, Copy, Debug)]
enum Headers<'m> {
    Message(&'m Message<'m>),
    Part(RawPart<'m>),
}

impl<'m> Headers<'m> {
    fn first(self, name: Name) -> Option<&'m [u8]> {
        match self {
            Self::Message(message) => message.first(name),
            Self::Part(part) => part.header(name),
        }
    }

    /// What they say of the body, in one pass.
    fn said(self) -> Said<'m> {
        let mut said = Said::default();
        match self {
            Self::Message(message) => {
                let lines = message.header_lines().filter(|line| line.fault.is_none());
                lines.for_each(|line| said.note(line.kind, line.value.of(message.bytes())));
            }
            Self::Part(part) => {
                let lines = part.header_lines().filter(|line| line.fault.is_none());
                lines.for_each(|line| said.note(line.kind, line.value));
            }
        }
        said
    }
}

/// The first header of each kind that tells how a body is to be read, and what stands there twice.
#[derive(Clone, Copy, Default)]
struct Said<'m> {
    content_type: Option<&'m [u8]>,
    second_content_type: Option<&'m [u8]>,
    disposition: Option<&'m [u8]>,
    transfer_encoding: Option<&'m [u8]>,
    encoding: Option<&'m [u8]>,
}

impl<'m> Said<'m> {
    fn note(&mut self, name: Name, value: &'m [u8]) {
        let slot = match name {
            Name::ContentType if self.content_type.is_some() => &mut self.second_content_type,
            Name::ContentType => &mut self.content_type,
            Name::ContentDisposition => &mut self.disposition,
            Name::ContentTransferEncoding => &mut self.transfer_encoding,
            Name::ContentEncoding => &mut self.encoding,
            _ => return,
        };
        slot.get_or_insert(value);
    }
}

impl<'m> Bodies<'m> {
    /// Reads the bodies of `message`, within its limits.
    ///
    /// A body longer than Content-Length by white space or NUL bytes is cut back to it, as RFC 3261 18.3 asks
    /// for datagrams; any other excess stays, as it is Content-Length that is wrong then.
    ///
    /// Beside the defects of [`Multipart::parse`], [`MediaType`] and [`TransferEncoding::decode`] there are
    /// `content-type/repeated`, `disposition/malformed`, `multipart/transfer-encoding`, and the doubts
    /// `multipart/too-deep`, `multipart/too-many-parts`, `body/content-encoding`,
    /// `transfer-encoding/unknown`.
    pub fn of(message: &'m Message<'_>) -> Self {
        let wholeness = if message.is_cut() { Wholeness::Cut } else { Wholeness::Whole };
        let mut bodies = Self {
            top: message.first(Name::ContentType).map(MediaType::parse),
            multipart: None,
            parts: Vec::new(),
            defects: Vec::new(),
            truncated: message.is_cut(),
        };
        let body = declared(message);
        if !body.is_empty() || bodies.top.is_some_and(|top| top.is_ok_and(|media| media.is_multipart())) {
            let place = Place { depth: 0, container: None, wholeness, encrypted: false };
            bodies.read(Headers::Message(message), body, message, place);
        }
        bodies
    }

    /// Whether the message says that its body is a multipart.
    pub fn is_multipart(&self) -> bool {
        matches!(self.top, Some(Ok(media)) if media.is_multipart())
    }

    /// Whether the message says that its body is multipart/mixed.
    pub fn is_multipart_mixed(&self) -> bool {
        matches!(self.top, Some(Ok(media)) if media.is("multipart", "mixed"))
    }

    /// The parts of that media type, in order.
    pub fn of_type(&self, kind: &'static str, subtype: &'static str) -> impl Iterator<Item = &Part<'m>> {
        self.parts.iter().filter(move |part| part.is(kind, subtype))
    }

    /// The parts of type application/sdp, whatever their disposition.
    pub fn sdp_parts(&self) -> impl Iterator<Item = &Part<'m>> {
        self.of_type("application", "sdp")
    }

    /// The parts of type application/resource-lists+xml, whatever their disposition.
    pub fn resource_list_parts(&self) -> impl Iterator<Item = &Part<'m>> {
        self.of_type("application", "resource-lists+xml")
    }

    /// Whether some part is encrypted, so that what seems to be missing may stand in it.
    pub fn encrypted(&self) -> bool {
        self.hides(Hidden::Encrypted)
    }

    /// Whether some part lies outside of the message.
    pub fn external(&self) -> bool {
        self.hides(Hidden::External)
    }

    /// Whether some part is hidden for that reason.
    pub fn hides(&self, why: Hidden) -> bool {
        self.parts.iter().any(|part| part.hidden == Some(why))
    }

    /// Whether something that seems to be missing may have been lost, hidden or left unread.
    pub fn may_hold_more(&self) -> bool {
        self.truncated
            || self.parts.iter().any(|part| part.hidden.is_some())
            || self.defects.iter().any(|defect| defect.is_doubt())
    }

    fn read(&mut self, headers: Headers<'m>, raw: &'m [u8], message: &'m Message<'_>, place: Place<'m>) {
        let said = headers.said();
        if let Some(second) = said.second_content_type {
            let expected = "one Content-Type for one body";
            self.defects.push(Defect::fault("content-type/repeated", second, expected));
        }
        let media = match place.depth {
            0 => self.top,
            _ => Some(said.content_type.map_or(Ok(MediaType::TEXT_PLAIN), MediaType::parse)),
        };
        match media {
            Some(Ok(media)) if media.is_multipart() => {
                self.read_multipart(media, said, raw, message, place);
            }
            media => self.read_leaf(media, headers, said, raw, place),
        }
    }

    fn read_multipart(
        &mut self,
        media: MediaType<'m>,
        said: Said<'m>,
        raw: &'m [u8],
        message: &'m Message<'_>,
        place: Place<'m>,
    ) {
        let limits = message.limits();
        if let Some(value) = said.transfer_encoding
            && TransferEncoding::of(Some(value)) != TransferEncoding::Identity
        {
            // RFC 2045 6.4: only its parts may be encoded.
            let expected = "`7bit`, `8bit` or `binary` for a multipart";
            self.defects.push(Defect::fault("multipart/transfer-encoding", value, expected));
        }
        if place.depth >= limits.nesting {
            let expected = "no multiparts nested deeper than the limit of this tool";
            self.defects.push(Defect::doubt("multipart/too-deep", media.text, expected));
            return;
        }
        self.note_parameters(media);
        let left = limits.parts.saturating_sub(self.parts.len());
        let multipart = Multipart::parse(raw, &media, place.wholeness, left);
        self.defects.extend_from_slice(&multipart.defects);
        let inside = Place {
            depth: place.depth + 1,
            container: Some(media),
            wholeness: place.wholeness,
            encrypted: place.encrypted || media.is("multipart", "encrypted"),
        };
        for &part in &multipart.parts {
            if self.parts.len() >= limits.parts {
                self.leave_the_rest(part);
                break;
            }
            let wholeness = if part.closed { Wholeness::Whole } else { place.wholeness };
            self.read(Headers::Part(part), part.body, message, Place { wholeness, ..inside });
        }
        if place.depth == 0 {
            self.multipart = Some(multipart);
        }
    }

    fn note_parameters(&mut self, media: MediaType<'m>) {
        if !media.params.0.is_empty() {
            self.defects.extend(media.defects());
        }
    }

    /// Says once that parts are left unread: those of inner multiparts count too.
    fn leave_the_rest(&mut self, next: RawPart<'m>) {
        const CODE: &str = "multipart/too-many-parts";
        if !self.defects.iter().any(|defect| defect.code == CODE) {
            self.defects.push(Defect::doubt(CODE, next.whole, "no more parts than the limit of this tool"));
        }
    }

    fn read_leaf(
        &mut self,
        media: Option<Result<MediaType<'m>, Defect<'m>>>,
        headers: Headers<'m>,
        said: Said<'m>,
        raw: &'m [u8],
        place: Place<'m>,
    ) {
        match media {
            Some(Ok(media)) => self.note_parameters(media),
            Some(Err(defect)) => self.defects.push(defect),
            None => {}
        }
        let disposition = said.disposition.map(Disposition::parse);
        if let Some(Err(defect)) = disposition {
            self.defects.push(defect);
        }
        let written = said.transfer_encoding;
        let encoding = TransferEncoding::of(written);
        let (content, defect) = encoding.decode(raw);
        self.defects.extend(defect.filter(|_| place.wholeness == Wholeness::Whole));
        let mut hidden = hides(media, place);
        if encoding == TransferEncoding::Unknown {
            let expected = "a transfer encoding of RFC 2045";
            let at = written.unwrap_or(raw);
            self.defects.push(Defect::doubt("transfer-encoding/unknown", at, expected));
            hidden = hidden.or(Some(Hidden::Encoded));
        }
        if let Some(compressed) = said.encoding
            && !trim(compressed).is_empty()
            && !same_token(trim(compressed), "identity")
        {
            let expected = "a body that is not compressed";
            self.defects.push(Defect::doubt("body/content-encoding", compressed, expected));
            hidden = hidden.or(Some(Hidden::Encoded));
        }
        if self.parts.is_empty() && place.depth == 0 {
            // The only part; a list would begin with room for four.
            self.parts.reserve_exact(1);
        }
        self.parts.push(Part {
            media,
            disposition,
            content,
            raw,
            depth: place.depth,
            container: place.container,
            hidden,
            truncated: place.wholeness == Wholeness::Cut,
            headers,
        });
    }
}

/// Where a part stands while the bodies are read.
#[derive(Clone, Copy)]
struct Place<'m> {
    depth: usize,
    container: Option<MediaType<'m>>,
    wholeness: Wholeness,
    encrypted: bool,
}

impl<'m> Part<'m> {
    /// Whether its type is that one, in any letter case.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        matches!(self.media, Some(Ok(media)) if media.is(kind, subtype))
    }

    /// The value of the first header of that name, in the part or, outside of a multipart, in the message.
    pub fn header(&self, name: Name) -> Option<&'m [u8]> {
        self.headers.first(name)
    }

    /// The disposition type that counts: as written, else `session` for application/sdp and `render` for
    /// everything else (RFC 3261 20.11).
    pub fn effective_disposition(&self) -> &'m [u8] {
        match self.disposition {
            Some(Ok(disposition)) => disposition.kind,
            // RFC 3261 20.11: no default for SDP but `session`; an unreadable one says nothing.
            _ if self.is("application", "sdp") => b"session",
            _ => b"render",
        }
    }

    /// Whether the disposition that counts is that one, in any letter case.
    pub fn has_disposition(&self, kind: &str) -> bool {
        same_token(self.effective_disposition(), kind)
    }

    /// Whether its bytes can be read, and are all there.
    pub fn is_readable(&self) -> bool {
        self.hidden.is_none() && !self.truncated
    }

    /// The slice at which a finding about `part_of_content` belongs: itself where the content stands in the
    /// message, else (a decoded part) the whole part as written.
    pub fn place_of<'p>(&'p self, part_of_content: &'p [u8]) -> &'p [u8] {
        match self.content {
            Cow::Borrowed(_) => part_of_content,
            Cow::Owned(_) => self.raw,
        }
    }
}

fn hides(media: Option<Result<MediaType<'_>, Defect<'_>>>, place: Place<'_>) -> Option<Hidden> {
    let is = |kind, subtype| matches!(media, Some(Ok(media)) if media.is(kind, subtype));
    if place.encrypted || is("application", "pkcs7-mime") || is("application", "x-pkcs7-mime") {
        Some(Hidden::Encrypted)
    } else if is("message", "external-body") {
        Some(Hidden::External)
    } else {
        None
    }
}

/// The body as far as Content-Length reaches, if only padding stands behind that.
fn declared<'m>(message: &'m Message<'_>) -> &'m [u8] {
    let body = message.body();
    match message.content_length().and_then(|length| usize::try_from(length).ok()) {
        Some(length) if length < body.len() => {
            let padding = body[length..].iter().all(|&byte| byte == 0 || byte.is_ascii_whitespace());
            let cuts_a_line_end = body[length] == b'\n' && body[..length].ends_with(b"\r");
            if padding && !cuts_a_line_end { &body[..length] } else { body }
        }
        _ => body,
    }
}
