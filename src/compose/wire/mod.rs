//! Flow -> capture: the frames that carry its messages, as a pcap or pcapng file.
//!
//! A [`Wire`] says how: the file, what carries the messages, and in which order the pieces of one stand. The
//! frames are what two machines on one Ethernet would have sent: whole headers with right checksums, TCP
//! connections and SCTP associations that are opened, acknowledged and closed; or what a node between them
//! sees, with a tunnel around them. The same flow and wire give the same bytes always.

mod association;
mod connection;
mod ends;
mod error;
mod file;
mod order;
mod packet;
mod plan;
mod tunnel;
mod write;

pub use self::error::{Obstacle, WireError};
pub use self::order::Order;
pub use self::tunnel::Tunnel;
pub use self::write::{Carriage, FileFormat, Wire};

#[cfg(test)]
mod tests;
