//! Bytes -> packets: what lies on disk or comes down a pipe, as payloads with their time and addresses.
//!
//! A [`Capture`] is read packet by packet, in memory that does not grow with the input. What it cannot
//! read it reports as a [`Problem`] and goes on; only an input that is no capture at all is an error.

#[cfg(feature = "pcap")]
mod assembly;
#[cfg(all(test, feature = "pcap"))]
mod build;
mod caps;
#[cfg(feature = "compress")]
mod compressed;
#[cfg(feature = "pcap")]
mod desk;
#[cfg(feature = "pcap")]
mod esp;
mod event;
#[cfg(feature = "pcap")]
mod fragment;
#[cfg(feature = "pcap")]
mod framer;
#[cfg(feature = "pcap")]
mod frames;
#[cfg(feature = "pcap")]
mod hep;
mod input;
#[cfg(feature = "pcap")]
mod ip;
#[cfg(feature = "pcap")]
mod join;
#[cfg(feature = "pcap")]
mod layers;
#[cfg(feature = "pcap")]
mod link;
#[cfg(feature = "pcap")]
mod log;
#[cfg(feature = "pcap")]
mod marked;
#[cfg(feature = "pcap")]
mod out;
#[cfg(feature = "pcap")]
mod pcap;
#[cfg(feature = "pcap")]
mod pcapng;
#[cfg(feature = "pcap")]
mod piece;
mod problem;
#[cfg(feature = "pcap")]
mod sctp;
mod sniff;
mod start;
#[cfg(feature = "pcap")]
mod stream;
#[cfg(feature = "pcap")]
mod tcp;
mod text;
#[cfg(feature = "tls")]
mod tls;
#[cfg(all(feature = "pcap", not(feature = "tls")))]
#[path = "tls_unread.rs"]
mod tls;
#[cfg(feature = "pcap")]
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "without TLS only the beginning is looked at"))]
mod tls_record;
#[cfg(feature = "pcap")]
mod tunnel;
#[cfg(feature = "pcap")]
mod websocket;

use std::io::Read;

pub use self::caps::Caps;
pub use self::event::{Event, Framing, Loss, Packet, Transport};
use self::input::Input;
#[cfg(feature = "pcap")]
pub use self::join::{Joined, JoinedInput, Opened};
use self::problem::Log;
pub use self::problem::{Problem, Severity};
use self::sniff::Sniffed;
use self::text::Text;
#[cfg(feature = "tls")]
pub use self::tls::{KeyLogComplaint, Secrets};
use crate::source::Time;

/// An input that is read packet by packet.
///
/// ```
/// use sipclause::capture::{Caps, Capture, Event};
///
/// let text = b"BYE sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";
/// let mut capture = Capture::open(&text[..], Caps::default()).expect("it begins with a start line");
/// let mut messages = 0;
/// while let Some(event) = capture.next_event() {
///     if let Event::Packet(packet) = event {
///         assert!(packet.payload.starts_with(b"BYE"));
///         messages += 1;
///     }
/// }
/// assert_eq!((messages, capture.problems().len()), (1, 0));
/// ```
#[derive(Debug)]
pub struct Capture<R> {
    body: Body<R>,
    log: Log,
}

/// What TLS is read with.
#[cfg(feature = "tls")]
type Keys = std::sync::Arc<Secrets>;
/// Nothing: this build reads no TLS.
#[cfg(not(feature = "tls"))]
#[derive(Default)]
struct Keys {}

#[derive(Debug)]
enum Body<R> {
    Text(Text, std::marker::PhantomData<R>),
    #[cfg(feature = "pcap")]
    Frames(Kind, Box<assembly::Packets<Bytes<R>>>),
    #[cfg(feature = "pcap")]
    Hep(Box<hep::File<Bytes<R>>>),
    #[cfg(feature = "pcap")]
    Log(Box<log::LogReader<Bytes<R>>>),
    #[cfg(feature = "pcap")]
    Dump(&'static str, Box<assembly::Packets<Bytes<R>>>),
}

/// What a reader gives, unpacked.
#[cfg(feature = "compress")]
type Bytes<R> = compressed::Twice<R>;
#[cfg(all(feature = "pcap", not(feature = "compress")))]
type Bytes<R> = R;

#[cfg(feature = "compress")]
fn unpacked<R: Read>(reader: R, caps: Caps) -> Input<Bytes<R>> {
    Input::new(compressed::Twice::open(reader, caps))
}

#[cfg(not(feature = "compress"))]
fn unpacked<R: Read>(reader: R, _: Caps) -> Input<R> {
    Input::new(reader)
}

/// What stands around an input, in words that go behind what it is.
#[cfg(feature = "compress")]
fn wrapping<R: Read>(input: &Input<Bytes<R>>) -> String {
    use self::compressed::Source as _;
    input.reader().packings().iter().rev().map(|packing| format!(", in {packing} data")).collect()
}

#[cfg(not(feature = "compress"))]
fn wrapping<R: Read>(_: &Input<R>) -> String {
    String::new()
}

impl<R: Read> Capture<R> {
    /// Looks at the first bytes and makes ready to read the others. The name of the input plays no part.
    ///
    /// What gzip, zstd or lz4 packed is unpacked on the way, twice at most, if the feature `compress` is on.
    /// An empty input is text without messages. Text is read whole (up to 256 MiB), a capture as it is
    /// asked for.
    ///
    /// # Errors
    ///
    /// When reading fails at once, or when the bytes are neither a capture nor SIP text.
    pub fn open(reader: R, caps: Caps) -> Result<Self, OpenError> {
        Self::open_keyed(reader, caps, Keys::default())
    }

    /// The same, with the secrets of TLS connections. Those in a pcapng file are added to them.
    ///
    /// # Errors
    ///
    /// As for [`Capture::open`].
    #[cfg(feature = "tls")]
    pub fn open_with(
        reader: R,
        caps: Caps,
        secrets: impl Into<std::sync::Arc<Secrets>>,
    ) -> Result<Self, OpenError> {
        Self::open_keyed(reader, caps, secrets.into())
    }

    fn open_keyed(reader: R, caps: Caps, keys: Keys) -> Result<Self, OpenError> {
        let mut input = unpacked(reader, caps);
        let mut log = Log::default();
        let sniffed = sniff::sniff(&mut input);
        // An error behind bytes that can be read is told where they end.
        if input.data().is_empty()
            && let Some(error) = input.take_error()
        {
            return Err(OpenError::Io(error));
        }
        let body = match sniffed {
            Sniffed::Sip => Body::Text(Text::read(&mut input, caps, &mut log), std::marker::PhantomData),
            #[cfg(feature = "pcap")]
            Sniffed::Pcap(kind) => {
                let frames = pcap::Frames::new(input, kind, &mut log);
                let tls = tls::Sessions::new(keys, caps.secrets, kind == Kind::Pcapng);
                let packets = assembly::Packets::new(frames::Frames::File(frames), caps, tls);
                Body::Frames(kind, Box::new(packets))
            }
            #[cfg(feature = "pcap")]
            Sniffed::Hep => Body::Hep(Box::new(hep::File::new(input, caps))),
            #[cfg(feature = "pcap")]
            Sniffed::Log(format) if format.is_dump() => {
                let frames = frames::Frames::Dump(log::DumpFrames::new(input));
                let tls = tls::Sessions::new(keys, caps.secrets, false);
                Body::Dump(format.name, Box::new(assembly::Packets::new(frames, caps, tls)))
            }
            #[cfg(feature = "pcap")]
            Sniffed::Log(format) => Body::Log(Box::new(log::LogReader::new(input, format, caps))),
            #[cfg(not(feature = "pcap"))]
            Sniffed::Pcap(kind) => {
                let Keys {} = keys;
                let seen = format!("a {} capture, which this build does not read", kind.name());
                return Err(OpenError::UnknownFormat { seen });
            }
            Sniffed::Unknown(seen) => {
                let seen = format!("{seen}{}", wrapping(&input));
                return Err(OpenError::UnknownFormat { seen });
            }
        };
        Ok(Self { body, log })
    }

    /// What kind of input it is.
    pub fn kind(&self) -> Kind {
        match &self.body {
            Body::Text(..) => Kind::Sip,
            #[cfg(feature = "pcap")]
            Body::Frames(kind, _) => *kind,
            #[cfg(feature = "pcap")]
            Body::Hep(_) => Kind::Hep,
            #[cfg(feature = "pcap")]
            Body::Log(_) | Body::Dump(..) => Kind::Log,
        }
    }

    /// Which format of logs it is, such as `sipp -trace_msg`; `None` for what is no log.
    pub fn format(&self) -> Option<&'static str> {
        match &self.body {
            #[cfg(feature = "pcap")]
            Body::Log(log) => Some(log.format()),
            #[cfg(feature = "pcap")]
            Body::Dump(format, _) => Some(format),
            _ => None,
        }
    }

    /// The next message or loss, in the order in which their last frames were read; `None` at the end.
    ///
    /// What still waits for bytes at the end of the input comes last, in the order of the first frames.
    pub fn next_event(&mut self) -> Option<Event<'_>> {
        match &mut self.body {
            Body::Text(text, _) => text.next_packet(&mut self.log).map(Event::Packet),
            #[cfg(feature = "pcap")]
            Body::Frames(_, packets) => packets.next_event(&mut self.log),
            #[cfg(feature = "pcap")]
            Body::Hep(file) => file.next_event(&mut self.log),
            #[cfg(feature = "pcap")]
            Body::Log(log) => log.next_event(&mut self.log),
            #[cfg(feature = "pcap")]
            Body::Dump(_, packets) => packets.next_event(&mut self.log),
        }
    }

    /// How many frames have been read so far; of text, how many messages.
    pub fn frames(&self) -> u64 {
        match &self.body {
            Body::Text(text, _) => text.messages(),
            #[cfg(feature = "pcap")]
            Body::Frames(_, packets) => packets.frames(),
            #[cfg(feature = "pcap")]
            Body::Hep(file) => file.frames(),
            #[cfg(feature = "pcap")]
            Body::Log(log) => log.messages(),
            #[cfg(feature = "pcap")]
            Body::Dump(_, packets) => packets.frames(),
        }
    }

    /// The time of the frame or message read last, where the input says it.
    pub fn now(&self) -> Option<Time> {
        match &self.body {
            Body::Text(text, _) => text.now(),
            #[cfg(feature = "pcap")]
            Body::Frames(_, packets) => packets.now(),
            #[cfg(feature = "pcap")]
            Body::Hep(file) => file.now(),
            #[cfg(feature = "pcap")]
            Body::Log(log) => log.now(),
            #[cfg(feature = "pcap")]
            Body::Dump(_, packets) => packets.now(),
        }
    }

    /// What was wrong with the input so far, problems of the same kind as one entry, in the order of their
    /// first cause.
    pub fn problems(&self) -> &[Problem] {
        self.log.problems()
    }
}

/// Why an input could not be opened as a [`Capture`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not one byte could be read.
    #[error("{0}")]
    Io(std::io::Error),
    /// It is neither a capture nor SIP text.
    #[error("neither a capture (pcap, pcapng, HEP) nor a known log nor SIP messages ({seen})")]
    UnknownFormat {
        /// What its first bytes look like, for people.
        seen: String,
    },
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
    /// Frames of HEP one behind the other.
    Hep,
    /// A log of a program with messages in it, or with frames in hexadecimal numbers.
    Log,
}

impl Kind {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcap => "pcap",
            Self::Pcapng => "pcapng",
            Self::Sip => "sip",
            Self::Hep => "hep",
            Self::Log => "log",
        }
    }
}
