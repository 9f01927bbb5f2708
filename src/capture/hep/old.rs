//! HEP versions 1 and 2: a header of fixed places before the message.
//!
//! The time of version 2 stands in the byte order of the agent's machine, which nothing tells: the time of the
//! frame that carried it is as good.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Way, transport};
use crate::capture::start::{first_line, is_versioned};

/// Seconds, microseconds and number of the agent; with padding behind it where an agent sent its structure.
const TIMES: [usize; 2] = [10, 12];

/// The message behind a header of version 1 or 2, if it is one.
pub(super) fn read(bytes: &[u8]) -> Option<(Way, &[u8])> {
    let (&[version, length, family, protocol, ports @ ..], rest) = bytes.split_first_chunk::<8>()?;
    let (from, to, behind) = match family {
        2 => {
            let (octets, behind) = rest.split_first_chunk::<8>()?;
            let (from, to) = (octets.first_chunk::<4>()?, octets.last_chunk::<4>()?);
            (IpAddr::from(Ipv4Addr::from(*from)), IpAddr::from(Ipv4Addr::from(*to)), behind)
        }
        // AF_INET6 is 10 on Linux, 28 and 30 elsewhere.
        10 | 28 | 30 => {
            let (octets, behind) = rest.split_first_chunk::<32>()?;
            let (from, to) = (octets.first_chunk::<16>()?, octets.last_chunk::<16>()?);
            (IpAddr::from(Ipv6Addr::from(*from)), IpAddr::from(Ipv6Addr::from(*to)), behind)
        }
        _ => return None,
    };
    let header = bytes.len() - behind.len();
    let message = match version {
        1 if usize::from(length) == header => behind,
        2 if usize::from(length) >= header => {
            TIMES.iter().filter_map(|&times| behind.get(times..)).find(|rest| is_message(rest))?
        }
        _ => return None,
    };
    let transport = transport(protocol)?;
    let port = |at: usize| u16::from_be_bytes([ports[at], ports[at + 1]]);
    let (from, to) = (SocketAddr::new(from, port(0)), SocketAddr::new(to, port(2)));
    let way = Way { time: None, from: Some(from), to: Some(to), transport: Some(transport) };
    is_message(message).then_some((way, message))
}

fn is_message(bytes: &[u8]) -> bool {
    is_versioned(first_line(bytes).0)
}
