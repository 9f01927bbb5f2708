//! How much a capture may hold in memory.

use crate::message::Limits;

/// How much a capture may hold in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caps {
    /// Datagrams waiting for their other fragments.
    pub fragments: usize,
    /// Bytes held of all these datagrams.
    pub fragment_bytes: usize,
    /// TCP connections followed at once.
    pub streams: usize,
    /// Bytes buffered for one direction of one connection, and the longest message in a stream.
    pub stream_bytes: usize,
    /// Directions of SCTP associations followed at once.
    pub associations: usize,
    /// Bytes held of all these associations.
    pub association_bytes: usize,
    /// Bytes that a compressed input may hold, unpacked.
    pub inflated: u64,
    /// How many times its own size a compressed input may hold, beyond the first 256 MiB.
    pub inflation: u64,
    /// The longest payload of HEP after it was inflated, in bytes.
    pub inflated_bytes: usize,
    /// The longest record of a log, in bytes.
    pub log_bytes: usize,
    /// Bytes held of all TCP connections together.
    pub streams_held: usize,
    /// TLS connections whose secrets are kept of the key logs in the capture, and as many of those beside it.
    pub secrets: usize,
    /// Bytes of TLS records that wait for their keys, of all connections together.
    pub tls_held: usize,
    /// How messages are split (framing a stream needs their headers).
    pub limits: Limits,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            fragments: 4096,
            fragment_bytes: 64 << 20,
            streams: 16_384,
            stream_bytes: 4 << 20,
            associations: 4096,
            association_bytes: 64 << 20,
            inflated: 64 << 30,
            inflation: 500,
            inflated_bytes: 1 << 20,
            log_bytes: 4 << 20,
            streams_held: 256 << 20,
            secrets: 1 << 18,
            tls_held: 32 << 20,
            limits: Limits::DEFAULT,
        }
    }
}
