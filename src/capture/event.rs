//! What a capture hands out: messages with their way, and what was lost.

use std::borrow::Cow;
use std::net::SocketAddr;

use crate::message::Wholeness;
use crate::source::{FrameNumber, Time};

/// What a [`Capture`](super::Capture) hands out.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A message.
    Packet(Packet<'a>),
    /// Something that may have been one.
    Loss(Loss),
}

impl Event<'_> {
    /// The same with bytes of its own.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Packet(packet) => Event::Packet(packet.into_owned()),
            Self::Loss(loss) => Event::Loss(loss),
        }
    }
}

/// A payload that begins like SIP, with what is known about its way.
#[derive(Clone, Debug)]
pub struct Packet<'a> {
    /// When it was captured, where the input says so.
    pub time: Option<Time>,
    /// Sender.
    pub from: Option<SocketAddr>,
    /// Receiver.
    pub to: Option<SocketAddr>,
    /// What carried it.
    pub transport: Option<Transport>,
    /// Which of several inputs it came from, from 0: see [`Joined`](super::Joined).
    pub input: usize,
    /// Numbers of the frames it came in, from 1 and ascending; empty for text and logs of messages.
    pub frames: Vec<FrameNumber>,
    /// Line of the file on which it begins, from 1; for text and logs whose lines are those of the message.
    pub file_line: Option<usize>,
    /// How its end was found.
    pub framing: Framing,
    /// Whether the capture lost its end.
    pub wholeness: Wholeness,
    /// The SIP message.
    pub payload: Cow<'a, [u8]>,
}

impl<'a> Packet<'a> {
    /// A message as it stands in a text that tells nothing of its way.
    pub fn of_text(payload: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            time: None,
            from: None,
            to: None,
            transport: None,
            input: 0,
            frames: Vec::new(),
            file_line: None,
            framing: Framing::Text,
            wholeness: Wholeness::Whole,
            payload: payload.into(),
        }
    }
}

impl Packet<'_> {
    /// The same with bytes of its own.
    pub fn into_owned(self) -> Packet<'static> {
        Packet { payload: Cow::Owned(self.payload.into_owned()), ..self }
    }
}

/// Something the capture lost that may have held a message: a gap in a stream, a fragment, a cut packet.
///
/// A port of 0 is one that was lost too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// When it was noticed.
    pub time: Option<Time>,
    /// Sender.
    pub from: Option<SocketAddr>,
    /// Receiver.
    pub to: Option<SocketAddr>,
}

/// What carried a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Transport {
    /// UDP: one datagram, one message.
    Udp,
    /// TCP: messages framed by Content-Length.
    Tcp,
    /// TLS over TCP.
    Tls,
    /// SCTP.
    Sctp,
    /// WebSocket (RFC 7118).
    Ws,
    /// WebSocket over TLS.
    Wss,
}

impl Transport {
    /// Whether messages follow one another on it, so that Content-Length is mandatory (RFC 3261 20.14).
    pub const fn is_stream(self) -> bool {
        matches!(self, Self::Tcp | Self::Tls)
    }

    /// The name in lower case, as URI parameters and separator lines write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Sctp => "sctp",
            Self::Ws => "ws",
            Self::Wss => "wss",
        }
    }

    /// The transport of that name, in any letter case.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Udp, Self::Tcp, Self::Tls, Self::Sctp, Self::Ws, Self::Wss]
            .into_iter()
            .find(|transport| transport.name().eq_ignore_ascii_case(name))
    }
}

/// How the end of a message was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framing {
    /// Its carrier delimits it: a datagram, an SCTP user message, a WebSocket message, a payload of HEP.
    Datagram,
    /// Content-Length said so in a stream.
    Stream,
    /// It was written in a text file.
    Text,
}
