//! The bytes of a HEPv3 frame -> its chunks, as far as they tell of a SIP message.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{HEAD, Way, declared, inflate, transport};
use crate::message::Wholeness;
use crate::source::Time;

/// Protocol type of SIP.
const SIP: u8 = 1;

/// A frame, read as far as it goes.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) way: Way,
    /// Whether the payload is SIP, or may be: nothing says otherwise.
    pub(super) is_sip: bool,
    pub(super) payload: Option<(Cow<'a, [u8]>, Wholeness)>,
    /// What is wrong with it first.
    pub(super) fault: Option<String>,
}

/// What the chunks said so far.
#[derive(Debug, Default)]
struct Chunks<'a> {
    protocol: Option<u8>,
    addresses: [Option<IpAddr>; 2],
    ports: [Option<u16>; 2],
    seconds: Option<u32>,
    microseconds: Option<u32>,
    kind: Option<u8>,
    payload: Option<(Cow<'a, [u8]>, Wholeness)>,
    fault: Option<String>,
}

impl<'a> Frame<'a> {
    /// Reads a frame that begins with its head and ends where it says, or before. A compressed payload may
    /// grow to `most` bytes.
    pub(super) fn read(bytes: &'a [u8], most: usize) -> Self {
        let mut chunks = Chunks::default();
        let mut rest = bytes.get(HEAD..).unwrap_or_default();
        let lacking = declared(bytes).unwrap_or(HEAD).saturating_sub(bytes.len());
        while !rest.is_empty() {
            match next_chunk(rest) {
                Ok((chunk, behind)) => {
                    chunks.take(&chunk, most);
                    rest = behind;
                }
                Err(fault) => {
                    chunks.fault(|| fault);
                    break;
                }
            }
        }
        if lacking > 0 {
            chunks.fault(|| format!("{lacking} bytes of the frame are missing"));
        }
        chunks.into_frame()
    }
}

struct Chunk<'a> {
    vendor: u16,
    kind: u16,
    bytes: &'a [u8],
    /// How many bytes of it are not there.
    lacking: usize,
}

/// The first chunk, and what is behind it.
fn next_chunk(bytes: &[u8]) -> Result<(Chunk<'_>, &[u8]), String> {
    let Some((head, rest)) = bytes.split_first_chunk::<6>() else {
        return Err(format!("{} bytes are no chunk", bytes.len()));
    };
    let [vendor, kind, length] =
        [[head[0], head[1]], [head[2], head[3]], [head[4], head[5]]].map(u16::from_be_bytes);
    let Some(length) = usize::from(length).checked_sub(head.len()) else {
        return Err(format!("a chunk of {length} bytes is declared"));
    };
    let (bytes, behind) = rest.split_at(length.min(rest.len()));
    Ok((Chunk { vendor, kind, bytes, lacking: length - bytes.len() }, behind))
}

impl<'a> Chunks<'a> {
    fn take(&mut self, chunk: &Chunk<'a>, most: usize) {
        // Vendors number their own chunks.
        if chunk.vendor != 0 {
            return;
        }
        let wholeness = if chunk.lacking == 0 { Wholeness::Whole } else { Wholeness::Cut };
        if chunk.lacking > 0 {
            self.fault(|| format!("{} bytes of its chunk {} are missing", chunk.lacking, chunk.kind));
        }
        let bytes = chunk.bytes;
        let known = match chunk.kind {
            2 => set(&mut self.protocol, bytes.try_into().ok().map(u8::from_be_bytes)),
            3 => set(&mut self.addresses[0], v4(bytes)),
            4 => set(&mut self.addresses[1], v4(bytes)),
            5 => set(&mut self.addresses[0], v6(bytes)),
            6 => set(&mut self.addresses[1], v6(bytes)),
            7 => set(&mut self.ports[0], bytes.try_into().ok().map(u16::from_be_bytes)),
            8 => set(&mut self.ports[1], bytes.try_into().ok().map(u16::from_be_bytes)),
            9 => set(&mut self.seconds, bytes.try_into().ok().map(u32::from_be_bytes)),
            10 => set(&mut self.microseconds, bytes.try_into().ok().map(u32::from_be_bytes)),
            11 => set(&mut self.kind, bytes.try_into().ok().map(u8::from_be_bytes)),
            15 => set(&mut self.payload, Some((Cow::Borrowed(bytes), wholeness))),
            16 => {
                self.inflate(bytes, wholeness, most);
                true
            }
            _ => true,
        };
        if !known {
            self.fault(|| format!("its chunk {} has {} bytes", chunk.kind, bytes.len()));
        }
    }

    fn inflate(&mut self, bytes: &[u8], wholeness: Wholeness, most: usize) {
        match inflate::inflate(bytes, most) {
            Ok((payload, inflated)) => {
                if inflated == Wholeness::Cut {
                    self.fault(|| {
                        format!("its compressed payload is broken, or longer than `limits.inflated_bytes` ({most})")
                    });
                }
                let cut = wholeness == Wholeness::Cut || inflated == Wholeness::Cut;
                let wholeness = if cut { Wholeness::Cut } else { Wholeness::Whole };
                self.payload = Some((Cow::Owned(payload), wholeness));
            }
            Err(fault) => self.fault(|| fault),
        }
    }

    /// Keeps the first fault.
    fn fault(&mut self, text: impl FnOnce() -> String) {
        self.fault.get_or_insert_with(text);
    }

    fn into_frame(self) -> Frame<'a> {
        let end = |at: usize| Some(SocketAddr::new(self.addresses[at]?, self.ports[at].unwrap_or(0)));
        let time = self.seconds.map(|seconds| {
            Time::from_parts(i64::from(seconds), i64::from(self.microseconds.unwrap_or(0)) * 1000)
        });
        let transport = self.protocol.and_then(transport);
        let way = Way { time, from: end(0), to: end(1), transport };
        let is_sip = self.kind.is_none_or(|kind| kind == SIP);
        Frame { way, is_sip, payload: self.payload, fault: self.fault }
    }
}

/// Takes over a value; says whether there was one.
fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let there = value.is_some();
    if there {
        *place = value;
    }
    there
}

fn v4(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes).ok().map(|octets| Ipv4Addr::from(octets).into())
}

fn v6(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 16]>::try_from(bytes).ok().map(|octets| Ipv6Addr::from(octets).into())
}
