//! Flow -> capture: the frames that carry its messages, as a pcap or pcapng file.
//!
//! A [`Wire`] says how: the file, what carries the messages, and in which order the pieces of one stand. The
//! frames are what two machines on one Ethernet would have sent: whole headers with right checksums, TCP
//! connections that are opened, acknowledged and closed. The same flow and wire give the same bytes always.

mod connection;
mod ends;
mod error;
mod file;
mod order;
mod packet;
mod plan;
mod write;

pub use self::error::{Obstacle, WireError};
pub use self::order::Order;
pub use self::write::{Carriage, FileFormat, Wire};

#[cfg(test)]
mod tests;
