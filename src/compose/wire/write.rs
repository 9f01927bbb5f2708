//! A wire and a flow -> the bytes of a capture file.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::num::NonZeroU16;

use super::association::Association;
use super::connection::{Connection, Segment};
use super::ends::Ends;
use super::error::WireError;
use super::file::File;
use super::order::{Arranger, Order};
use super::packet::{self, Packets};
use super::plan::{Over, Sending, sendings};
use super::tunnel::Tunnel;
use etherparse::IpNumber;

use crate::compose::flow::Flow;
use crate::source::Time;

/// How a flow is laid on the wire and captured.
///
/// ```
/// use sipclause::capture::{Caps, Capture, Event};
/// use sipclause::compose::{Carriage, Flow, Wire};
///
/// let text = b"# from=192.0.2.1:5060 to=192.0.2.2:5060\nBYE sip:a@b.example SIP/2.0\nContent-Length: 0\n\n";
/// let flow = Flow::read(&text[..]).expect("it is SIP text");
/// let wire = Wire { carriage: Carriage::Udp { mtu: Some(68) }, ..Wire::default() };
/// let file = wire.to_bytes(&flow).expect("udp can carry it");
///
/// let mut capture = Capture::open(&file[..], Caps::default()).expect("it is a capture");
/// let Some(Event::Packet(packet)) = capture.next_event() else { panic!("it holds the message") };
/// assert_eq!((&packet.payload[..], packet.frames.len()), (&flow.messages[0].bytes[..], 2));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wire {
    /// The kind of file.
    pub format: FileFormat,
    /// What carries the messages.
    pub carriage: Carriage,
    /// In which order the pieces of a message stand.
    pub order: Order,
    /// What stands around the packets.
    pub tunnel: Tunnel,
}

/// The kind of a capture file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FileFormat {
    /// libpcap with microseconds.
    #[default]
    Pcap,
    /// libpcap with nanoseconds.
    PcapNanoseconds,
    /// pcapng with nanoseconds.
    Pcapng,
}

/// What carries the messages of a flow. A message of another transport than UDP and TCP is refused by all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Carriage {
    /// The transport of each message, UDP where it has none: one packet for each, however long.
    #[default]
    AsWritten,
    /// UDP, whatever the messages say.
    Udp {
        /// IP packets longer than this are fragmented.
        mtu: Option<u16>,
    },
    /// TCP, whatever the messages say: one connection for each pair of ends.
    Tcp {
        /// The most bytes of a segment; `None`: as many as an IP packet holds.
        segment: Option<NonZeroU16>,
    },
    /// SCTP, whatever the messages say: one association for each pair of ends, one stream in it.
    Sctp {
        /// The most bytes of a chunk; `None`: as many as an IP packet holds.
        fragment: Option<NonZeroU16>,
    },
}

impl Wire {
    /// Writes the flow as a capture.
    ///
    /// All frames of a message have its time, but those that open a connection, which stand up to 30
    /// microseconds before it. A flow without any time begins at 2026-01-01T00:00:00Z and has a message every
    /// 10 milliseconds. In a flow without any address, the party that the first message of a call has in its
    /// From is 192.0.2.1:5060, and the other one 192.0.2.2:5060.
    ///
    /// # Errors
    /// When `out` fails, or when a message cannot be put on this wire; nothing is written then.
    pub fn write(&self, flow: &Flow, out: impl Write) -> Result<(), WireError> {
        let sendings = sendings(flow, self)?;
        let mut line = Line::begin(self, out)?;
        for sending in &sendings {
            match sending.over {
                Over::Udp { mtu } => line.datagram(sending, mtu)?,
                Over::Tcp { segment } => line.stream(sending, segment)?,
                Over::Sctp { fragment } => line.associated(sending, fragment)?,
            }
        }
        Ok(line.end()?)
    }

    /// The same as bytes.
    ///
    /// # Errors
    /// When a message cannot be put on this wire.
    pub fn to_bytes(&self, flow: &Flow) -> Result<Vec<u8>, WireError> {
        let mut bytes = Vec::new();
        self.write(flow, &mut bytes)?;
        Ok(bytes)
    }
}

/// The line on which all frames go, with what is open on it.
struct Line<W> {
    file: File<W>,
    packets: Packets,
    arranger: Arranger,
    /// In the order in which they were opened.
    connections: Vec<Connection>,
    /// Which connection is between these ends, in either direction.
    between: BTreeMap<Ends, usize>,
    associations: Vec<Association>,
    associated: BTreeMap<Ends, usize>,
    tunnel: Tunnel,
    /// Frames so far.
    sent: u32,
}

impl<W: Write> Line<W> {
    fn begin(wire: &Wire, out: W) -> io::Result<Self> {
        Ok(Self {
            file: File::begin(wire.format, out)?,
            packets: Packets::default(),
            arranger: Arranger::new(wire.order),
            connections: Vec::new(),
            between: BTreeMap::new(),
            associations: Vec::new(),
            associated: BTreeMap::new(),
            tunnel: wire.tunnel,
            sent: 0,
        })
    }

    fn datagram(&mut self, sending: &Sending<'_>, mtu: Option<u16>) -> io::Result<()> {
        let datagram = packet::udp(sending.ends, sending.bytes);
        let mut frames = self.packets.datagram(sending.ends, &datagram, mtu);
        self.arranger.arrange(&mut frames);
        frames.into_iter().try_for_each(|frame| self.frame(sending.time, frame))
    }

    fn associated(&mut self, sending: &Sending<'_>, largest: usize) -> io::Result<()> {
        let Sending { time, ends, bytes, .. } = *sending;
        let at = match self.associated.get(&ends) {
            Some(&at) => at,
            None => self.associate(time, ends)?,
        };
        let (mut fragments, acknowledgement) = self.associations[at].send(ends, bytes, largest);
        self.arranger.arrange(&mut fragments);
        fragments.iter().chain([&acknowledgement]).try_for_each(|packet| self.sctp(time, packet))
    }

    /// Opens an association a little before `time`.
    fn associate(&mut self, time: Time, ends: Ends) -> io::Result<usize> {
        let at = self.associations.len();
        let mut association = Association::new(ends, at);
        for (packet, before) in association.open().iter().zip([40_000, 30_000, 20_000, 10_000]) {
            self.sctp(Time(time.0 - before), packet)?;
        }
        self.associations.push(association);
        self.associated.extend([(ends, at), (ends.back(), at)]);
        Ok(at)
    }

    fn stream(&mut self, sending: &Sending<'_>, largest: usize) -> io::Result<()> {
        let Sending { time, ends, bytes, .. } = *sending;
        let at = match self.between.get(&ends) {
            Some(&at) => at,
            None => self.open(time, ends, largest)?,
        };
        for (mut segments, acknowledgement) in self.connections[at].send(ends, bytes, largest) {
            self.arranger.arrange(&mut segments);
            for segment in segments.iter().chain([&acknowledgement]) {
                self.segment(time, segment)?;
            }
        }
        Ok(())
    }

    /// Opens a connection a little before `time`.
    fn open(&mut self, time: Time, ends: Ends, largest: usize) -> io::Result<usize> {
        let at = self.connections.len();
        let mut connection = Connection::new(ends, at);
        for (segment, before) in connection.open(largest).iter().zip([30_000, 20_000, 10_000]) {
            self.segment(Time(time.0 - before), segment)?;
        }
        self.connections.push(connection);
        self.between.extend([(ends, at), (ends.back(), at)]);
        Ok(at)
    }

    fn segment(&mut self, time: Time, (ends, segment): &Segment) -> io::Result<()> {
        let frame = self.packets.segment(*ends, IpNumber::TCP, segment);
        self.frame(time, frame)
    }

    fn sctp(&mut self, time: Time, (ends, packet): &Segment) -> io::Result<()> {
        let frame = self.packets.segment(*ends, IpNumber::SCTP, packet);
        self.frame(time, frame)
    }

    fn frame(&mut self, time: Time, frame: Vec<u8>) -> io::Result<()> {
        self.sent = self.sent.wrapping_add(1);
        self.file.frame(time, &self.tunnel.around(frame, self.sent))
    }

    /// Closes what is open.
    fn end(mut self) -> io::Result<()> {
        for mut connection in std::mem::take(&mut self.connections) {
            for segment in &connection.close() {
                self.segment(Time(self.file.last().0.saturating_add(10_000)), segment)?;
            }
        }
        for association in std::mem::take(&mut self.associations) {
            for packet in &association.close() {
                self.sctp(Time(self.file.last().0.saturating_add(10_000)), packet)?;
            }
        }
        self.file.end()
    }
}
