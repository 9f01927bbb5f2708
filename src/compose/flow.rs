//! A `.sip` flow as messages that can be edited, and back to packets.

use std::net::SocketAddr;
use std::path::Path;

use crate::capture::{Caps, Capture, Event, Packet, Transport};
use crate::error::Error;
use crate::message::Wholeness;
use crate::source::Time;

/// One message of a flow with what its separator line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowMessage {
    /// When.
    pub time: Option<Time>,
    /// Sender.
    pub from: Option<SocketAddr>,
    /// Receiver.
    pub to: Option<SocketAddr>,
    /// What carried it.
    pub transport: Option<Transport>,
    /// The message as on the wire.
    pub bytes: Vec<u8>,
    /// Whether an edit cut its end off.
    pub wholeness: Wholeness,
}

/// The messages of a flow, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    /// The messages.
    pub messages: Vec<FlowMessage>,
}

impl Flow {
    /// Reads a flow from a `.sip` file.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no SIP text.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let file = std::fs::File::open(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        Self::read(file).map_err(|seen| Error::UnknownFormat { path: path.to_owned(), seen })
    }

    /// Reads a flow from text.
    ///
    /// # Errors
    /// Says what the text looks like if it holds no SIP.
    pub fn read(text: impl std::io::Read) -> Result<Self, String> {
        let mut capture = Capture::open(text, Caps::default()).map_err(|error| error.to_string())?;
        let mut flow = Self::default();
        while let Some(event) = capture.next_event() {
            if let Event::Packet(packet) = event {
                flow.messages.push(FlowMessage {
                    time: packet.time,
                    from: packet.from,
                    to: packet.to,
                    transport: packet.transport,
                    bytes: packet.payload.into_owned(),
                    wholeness: packet.wholeness,
                });
            }
        }
        Ok(flow)
    }

    /// The packets of the flow, as if they had been read from a text file.
    pub fn packets(&self) -> impl Iterator<Item = Packet<'_>> {
        self.messages.iter().map(|message| Packet {
            time: message.time,
            from: message.from,
            to: message.to,
            transport: message.transport,
            wholeness: message.wholeness,
            ..Packet::of_text(&message.bytes[..])
        })
    }
}
