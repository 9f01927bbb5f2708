//! One input of several -> its next frame or message, to be looked at before it is taken.

use std::io::Read;

use crate::capture::assembly::Seen;
use crate::capture::frames::Frames;
use crate::capture::pcap::Frame;
use crate::capture::problem::Log;
use crate::capture::{Body, Bytes, Caps, Capture, Event, Kind, OpenError};
use crate::source::{FrameNumber, Time};

type Reader<'o> = Box<dyn Read + 'o>;

/// An input with what comes next.
pub(super) enum Source<'o> {
    /// A capture, whose frames are put together with those of the others.
    Frames {
        kind: Kind,
        format: Option<&'static str>,
        frames: Box<Frames<Bytes<Reader<'o>>>>,
        head: Option<Frame>,
    },
    /// A text or a log, whose messages are whole.
    Messages { capture: Box<Capture<Reader<'o>>>, head: Option<Event<'static>> },
}

/// What comes next.
pub(super) enum Head<'s> {
    Frame(Seen<'s>),
    Event(Event<'static>),
}

impl<'o> Source<'o> {
    /// Opens an input and reads what comes first.
    pub(super) fn open(reader: Reader<'o>, caps: Caps, log: &mut Log) -> Result<Self, OpenError> {
        let capture = Capture::open(reader, caps)?;
        let format = capture.format();
        let mut source = match capture {
            Capture { body: Body::Frames(kind, packets), log: own } => {
                *log = own;
                Self::Frames { kind, format, frames: Box::new(packets.into_frames()), head: None }
            }
            Capture { body: Body::Dump(_, packets), log: own } => {
                *log = own;
                Self::Frames { kind: Kind::Log, format, frames: Box::new(packets.into_frames()), head: None }
            }
            other => Self::Messages { capture: Box::new(other), head: None },
        };
        source.advance(log);
        Ok(source)
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Frames { kind, .. } => *kind,
            Self::Messages { capture, .. } => capture.kind(),
        }
    }

    /// Which format of logs it is.
    pub(super) fn format(&self) -> Option<&'static str> {
        match self {
            Self::Frames { format, .. } => *format,
            Self::Messages { capture, .. } => capture.format(),
        }
    }

    /// The time of what comes next; `None` if nothing does.
    pub(super) fn time(&self) -> Option<Option<Time>> {
        match self {
            Self::Frames { head, .. } => head.as_ref().map(|frame| frame.time),
            Self::Messages { head, .. } => head.as_ref().map(|event| match event {
                Event::Packet(packet) => packet.time,
                Event::Loss(loss) => loss.time,
            }),
        }
    }

    /// How many frames or messages were read, the next one among them.
    pub(super) fn frames(&self) -> u64 {
        match self {
            Self::Frames { frames, .. } => frames.number(),
            Self::Messages { capture, .. } => capture.frames(),
        }
    }

    /// What comes next.
    pub(super) fn head(&mut self) -> Option<Head<'_>> {
        match self {
            Self::Frames { frames, head, .. } => {
                let frame = head.take()?;
                let bytes = frames.bytes(&frame);
                Some(Head::Frame(Seen {
                    link: frame.link,
                    bytes,
                    number: frame.number.into(),
                    time: frame.time,
                }))
            }
            Self::Messages { head, .. } => head.take().map(Head::Event),
        }
    }

    /// The key logs that stood before what comes next.
    pub(super) fn take_secrets(&mut self) -> Vec<(FrameNumber, Vec<u8>)> {
        match self {
            Self::Frames { frames, .. } => frames.take_secrets(),
            Self::Messages { .. } => Vec::new(),
        }
    }

    /// Reads on.
    pub(super) fn advance(&mut self, log: &mut Log) {
        match self {
            Self::Frames { frames, head, .. } => *head = frames.next_frame(log),
            Self::Messages { capture, head } => {
                *head = capture.next_event().map(Event::into_owned);
                if head.is_none() {
                    log.add(std::mem::take(&mut capture.log));
                }
            }
        }
    }
}
