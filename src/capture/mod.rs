//! Bytes -> packets: what lies on disk or comes down a pipe, as payloads with their time and addresses.
//!
//! A [`Capture`] is read packet by packet, in memory that does not grow with the input. What it cannot
//! read it reports as a [`Problem`] and goes on; only an input that is no capture at all is an error.

use std::borrow::Cow;
use std::net::SocketAddr;

use crate::message::{Limits, Wholeness};
use crate::source::Time;

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
    /// Numbers of the frames it came in, from 1 and ascending; empty for text.
    pub frames: Vec<u64>,
    /// Line of the file on which it begins, from 1; for text only.
    pub file_line: Option<usize>,
    /// How its end was found.
    pub framing: Framing,
    /// Whether the capture lost its end.
    pub wholeness: Wholeness,
    /// The SIP message.
    pub payload: Cow<'a, [u8]>,
}

/// Something the capture lost that may have held a message: a gap in a stream, a fragment, a cut packet.
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
    /// It filled a datagram.
    Datagram,
    /// Content-Length said so in a stream.
    Stream,
    /// It was written in a text file.
    Text,
}

/// What kind of input it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// libpcap.
    Pcap,
    /// pcapng.
    Pcapng,
    /// SIP messages as text.
    Sip,
}

impl Kind {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcap => "pcap",
            Self::Pcapng => "pcapng",
            Self::Sip => "sip",
        }
    }
}

/// Something wrong with the input, in words, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// One line for people: names frame or line.
    pub text: String,
}

/// What a [`Problem`] means for the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// Worth saying, nothing lost: LF line ends, an unknown link type without SIP.
    Note,
    /// Something was cut short, damaged or lost that may have held SIP: exit code 4.
    Damage,
}

/// What a [`Capture`] hands out.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A message.
    Packet(Packet<'a>),
    /// Something that may have been one.
    Loss(Loss),
}

/// How much a capture may hold in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caps {
    /// Datagrams waiting for their other fragments.
    pub fragments: usize,
    /// TCP connections followed at once.
    pub streams: usize,
    /// Bytes buffered for one direction of one connection, and the longest message in a stream.
    pub stream_bytes: usize,
    /// How messages are split (framing a stream needs their headers).
    pub limits: Limits,
}

impl Default for Caps {
    fn default() -> Self {
        Self { fragments: 4096, streams: 16_384, stream_bytes: 4 << 20, limits: Limits::DEFAULT }
    }
}
