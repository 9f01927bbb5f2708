//! One captured message with its way, and the few values by which messages belong together.

use std::net::SocketAddr;

use crate::capture::{Framing, Packet, Transport};
use crate::message::headers::{CSeq, NameAddr, Via};
use crate::message::{Limits, METHODS, Message, Name};
use crate::source::{FrameNumber, Span, Time};

/// A message of a call, with bytes of its own.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its index in the call, from 0.
    pub index: usize,
    /// Its number among all messages of the input, from 0: an order that needs no clock.
    pub order: u64,
    /// When it was captured.
    pub time: Option<Time>,
    /// Sender.
    pub from: Option<SocketAddr>,
    /// Receiver.
    pub to: Option<SocketAddr>,
    /// What carried it.
    pub transport: Option<Transport>,
    /// How its end was found.
    pub framing: Framing,
    /// Which of the inputs of a joined run it came from.
    pub input: usize,
    /// Its frames.
    pub frames: Vec<FrameNumber>,
    /// Line of the text file on which it begins.
    pub file_line: Option<usize>,
    /// The message.
    pub message: Message<'static>,
    keys: Keys,
}

/// What an allocation costs beside its bytes.
const ALLOCATION: usize = 16;

/// What every message is asked for again and again: looked up once, while its bytes are at hand.
#[derive(Clone, Copy, Debug, Default)]
struct Keys {
    /// Of a response; 0 when it has none that can be read.
    status: Option<u16>,
    meant_as_invite: bool,
    from_tag: Option<Span>,
    to_tag: Option<Span>,
    branch: Option<Span>,
    cseq: Option<(u32, Span)>,
    vias: usize,
}

impl Record {
    /// Takes a packet over; it gets its index when a call takes it in.
    pub fn of(packet: Packet<'_>, order: u64, limits: Limits) -> Self {
        let message = Message::split_within(packet.payload, packet.wholeness, limits).into_owned();
        let keys = Keys::of(&message);
        Self {
            index: 0,
            order,
            time: packet.time,
            from: packet.from,
            to: packet.to,
            transport: packet.transport,
            framing: packet.framing,
            input: packet.input,
            frames: packet.frames,
            file_line: packet.file_line,
            message,
            keys,
        }
    }

    /// How many bytes it holds beside itself.
    pub(super) fn held(&self) -> usize {
        self.message.held() + 8 * self.frames.capacity() + 3 * ALLOCATION
    }

    fn slice(&self, span: Option<Span>) -> Option<&[u8]> {
        span.map(|span| span.of(self.message.bytes()))
    }

    /// The tag of From.
    pub fn from_tag(&self) -> Option<&[u8]> {
        self.slice(self.keys.from_tag)
    }

    /// The tag of To.
    pub fn to_tag(&self) -> Option<&[u8]> {
        self.slice(self.keys.to_tag)
    }

    /// The branch of the topmost Via.
    pub fn branch(&self) -> Option<&[u8]> {
        self.slice(self.keys.branch)
    }

    /// The number of CSeq.
    pub fn cseq(&self) -> Option<u32> {
        self.keys.cseq.map(|(number, _)| number)
    }

    /// The method of the transaction: of the start line for a request, of CSeq for a response.
    pub fn method(&self) -> Option<&[u8]> {
        self.message.method().or_else(|| self.slice(self.keys.cseq.map(|(_, method)| method)))
    }

    /// Whether the transaction is of that method.
    pub fn concerns(&self, method: &str) -> bool {
        self.method() == Some(method.as_bytes())
    }

    /// Number of Via values: 1 on the sender's own hop, one more behind every proxy.
    pub fn vias(&self) -> usize {
        self.keys.vias
    }

    /// Whether it was read from `.sip` text.
    pub fn is_text(&self) -> bool {
        self.framing == Framing::Text
    }

    /// Whether it is a request.
    pub fn is_request(&self) -> bool {
        self.message.method().is_some()
    }

    /// Whether it is a request of that method.
    pub fn is(&self, method: &str) -> bool {
        self.message.is(method)
    }

    /// Whether it is an INVITE, or meant as one: in other letter case, or under a method nobody knows with
    /// INVITE in CSeq. What is wrong with it is a finding, not a reason to pass it over.
    pub fn is_meant_as_invite(&self) -> bool {
        self.keys.meant_as_invite
    }

    /// The status code of a response; 0 when it has none that can be read.
    pub fn status(&self) -> Option<u16> {
        self.keys.status
    }

    /// Whether it is a response with a code in `codes` to a request of `method`.
    pub fn answers(&self, method: &str, codes: std::ops::Range<u16>) -> bool {
        self.status().is_some_and(|status| codes.contains(&status)) && self.concerns(method)
    }
}

impl Keys {
    fn of(message: &Message<'_>) -> Self {
        let tag = |name| {
            let tag = NameAddr::parse(message.first(name)?).ok()?.tag()?;
            message.span_of(tag)
        };
        // RFC 3261 12.1.1: a From without a tag has the null tag, and a dialog may have it.
        let null_tag = || {
            let from = NameAddr::parse(message.first(Name::From)?).ok()?;
            let whole = message.span_of(from.whole)?;
            from.tag().is_none().then_some(Span::at(whole.end as usize))
        };
        let mut vias = message.values(Name::Via);
        let top = vias.next();
        let branch = top.and_then(|via| Via::parse(via).ok()).and_then(|via| via.branch());
        let cseq = message.first(Name::CSeq).and_then(|value| CSeq::parse(value).ok());
        let meant_as_invite = message.method().is_some_and(|method| {
            let is_known = || METHODS.iter().any(|known| method.eq_ignore_ascii_case(known));
            let is_invite = || cseq.is_some_and(|cseq| cseq.method == b"INVITE");
            method.eq_ignore_ascii_case(b"INVITE") || (!is_known() && is_invite())
        });
        Self {
            status: message.method().is_none().then(|| message.status().unwrap_or(0)),
            meant_as_invite,
            from_tag: tag(Name::From).or_else(null_tag),
            to_tag: tag(Name::To),
            branch: branch.and_then(|branch| message.span_of(branch)),
            cseq: cseq.and_then(|cseq| Some((cseq.number, message.span_of(cseq.method)?))),
            vias: usize::from(top.is_some()) + vias.count(),
        }
    }
}
