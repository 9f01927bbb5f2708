//! Why a flow could not be written as a capture.

use crate::capture::Transport;

/// Why a flow could not be written as a capture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The capture could not be written down.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// This message cannot be put on this wire; nothing was written.
    #[error("message {message} cannot be put on the wire: {obstacle}")]
    Message {
        /// The message, from 0.
        message: usize,
        /// What stands against it.
        obstacle: Obstacle,
    },
}

/// What keeps a message off the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// It has no time, and others have one.
    #[error("it has no time, and other messages have one")]
    NoTime,
    /// It lacks an address, and others have one.
    #[error("it lacks an address, and not all messages lack both")]
    NoAddress,
    /// Sender and receiver are of different families.
    #[error("one of its addresses is IPv4 and the other IPv6")]
    Families,
    /// A connection has two ends.
    #[error("its sender and its receiver are the same, which a connection cannot have")]
    SameEnds,
    /// It is older than the message before it.
    #[error("its time is before that of the message before it")]
    TimeGoesBack,
    /// The file format cannot tell its time.
    #[error("its time lies outside of what the file format can tell")]
    TimeRange,
    /// We neither encrypt nor frame for this transport.
    #[error("{} cannot be written: only udp, tcp and sctp can", .0.name())]
    Transport(Transport),
    /// It does not fit into a UDP datagram.
    #[error("{0} bytes do not fit into a UDP datagram, which holds 65507, and less in a tunnel")]
    TooLong(usize),
    /// Nothing fits into a packet of this size.
    #[error("a fragment with its headers needs an MTU of at least {least}")]
    Mtu {
        /// The smallest that can carry a fragment.
        least: u16,
    },
    /// Its end is missing, and nobody knows how much of it.
    #[error("it is cut, and how much it lacks is not known")]
    Cut,
}
