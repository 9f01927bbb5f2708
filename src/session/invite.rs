//! An attempt as the clauses look at it: the INVITE, its bodies and what they hold read once, and its session.

use std::cell::OnceCell;

use super::attempt::{Attempt, Hop};
use super::record::Record;
use super::subject::Session;
use crate::message::body::resource_list::ResourceList;
use crate::message::body::sdp::Sdp;
use crate::message::body::{Bodies, Part};
use crate::message::headers::NameAddr;
use crate::message::uri::Uri;
use crate::message::{Message, Name};
use crate::source::{Place, Span};

/// The subject of most clauses: one attempt of one session.
#[derive(Debug)]
pub struct Invite<'s> {
    /// The session it belongs to.
    pub session: &'s Session<'s>,
    /// The attempt.
    pub attempt: &'s Attempt<'s>,
    request_uri: OnceCell<Option<Uri<'s>>>,
    from: OnceCell<Option<Uri<'s>>>,
    offer: OnceCell<Option<Offer<'s>>>,
    lists: OnceCell<Vec<Listing<'s>>>,
}

/// A part that takes part in offer and answer, and what it says.
type Offer<'s> = (&'s Part<'s>, Sdp<'s>);

/// A part that is a resource list, and what it says.
type Listing<'s> = (&'s Part<'s>, ResourceList<'s>);

impl<'s> Invite<'s> {
    /// The view of one attempt.
    pub fn new(session: &'s Session<'s>, attempt: &'s Attempt<'s>) -> Self {
        Self {
            session,
            attempt,
            request_uri: OnceCell::new(),
            from: OnceCell::new(),
            offer: OnceCell::new(),
            lists: OnceCell::new(),
        }
    }

    /// The INVITE with its way.
    pub fn record(&self) -> &'s Record {
        self.attempt.invite
    }

    /// The INVITE.
    pub fn message(&self) -> &'s Message<'static> {
        &self.attempt.invite.message
    }

    /// Its body parts.
    pub fn bodies(&self) -> &'s Bodies<'s> {
        self.attempt.bodies()
    }

    /// The SDP parts that take part in offer and answer (RFC 3261 13.2.1).
    pub fn offers(&self) -> impl Iterator<Item = &'s Part<'s>> + use<'s> {
        self.bodies().sdp_parts().filter(|part| part.has_disposition("session"))
    }

    /// The first of them, read when somebody asks first.
    pub fn offer(&self) -> Option<&Offer<'s>> {
        self.offer.get_or_init(|| self.offers().next().map(|part| (part, Sdp::parse(&part.content)))).as_ref()
    }

    /// The parts that are resource lists, read when somebody asks first.
    pub fn lists(&self) -> &[Listing<'s>] {
        let limits = self.message().limits();
        let read = |part: &'s Part<'s>| (part, ResourceList::parse_within(&part.content, limits));
        self.lists.get_or_init(|| self.bodies().resource_list_parts().map(read).collect())
    }

    /// The Request-URI, if it can be read.
    pub fn request_uri(&self) -> Option<Uri<'s>> {
        *self.request_uri.get_or_init(|| Uri::parse(self.message().request_uri()?).ok())
    }

    /// The URI in From, if it can be read.
    pub fn from_uri(&self) -> Option<Uri<'s>> {
        let read = || NameAddr::first(self.message(), Name::From)?.ok()?.uri().ok();
        *self.from.get_or_init(read)
    }

    /// Whether a header that is not there may have been cut off, or left unread.
    pub fn may_have_lost_headers(&self) -> bool {
        let message = self.message();
        (message.is_cut() && !message.has_whole_headers()) || message.exceeds_limit()
    }

    /// Where it was captured.
    pub fn hop(&self) -> Hop {
        self.attempt.hop()
    }

    /// Place of some bytes of the INVITE; of its body if they were decoded from it.
    pub fn place(&self, part: &[u8]) -> Place {
        self.record().place(part)
    }

    /// Place of the first row of a header, else of the start line, where it is missing.
    pub fn place_of(&self, name: Name) -> Place {
        self.record().place_of(name)
    }
}

impl Record {
    /// Place of some bytes of this message; of its body if they were decoded from it.
    pub fn place(&self, part: &[u8]) -> Place {
        let span = self.message.span_of(part).unwrap_or_else(|| self.message.body_span());
        Place { message: self.index, span }
    }

    /// Place of the first row of a header, else of the start line, where it is missing.
    pub fn place_of(&self, name: Name) -> Place {
        let row = self.message.rows(name).next();
        let span = row.map_or_else(|| self.message.start_line(), |row| written(row.line, &self.message));
        Place { message: self.index, span }
    }

    /// Place of the start line.
    pub fn place_of_start(&self) -> Place {
        Place { message: self.index, span: self.message.start_line() }
    }
}

/// A header line without its line end.
fn written(line: Span, message: &Message<'_>) -> Span {
    let text = line.of(message.bytes());
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    Span::new(line.start as usize, line.start as usize + end)
}
