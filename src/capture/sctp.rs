//! SCTP packets -> user messages (RFC 9260), each of which is one SIP message (RFC 4168).

use super::Caps;
use super::ip::IpPacket;
use super::layers::{Desk, Origin};
use crate::source::Time;

/// The UDP port of SCTP in UDP (RFC 6951).
pub(super) const PORT: u16 = 9899;

#[derive(Debug)]
pub(super) struct Associations;

impl Associations {
    pub(super) fn new(_: Caps) -> Self {
        Self
    }
    pub(super) fn take(&mut self, _ip: &IpPacket<'_>, _origin: Origin<'_>, _desk: &mut Desk<'_>) {}
    pub(super) fn give_up_late(&mut self, _now: Option<Time>, _desk: &mut Desk<'_>) {}
    pub(super) fn end(&mut self, _desk: &mut Desk<'_>) {}
}

pub(super) fn is_packet(_: &[u8]) -> bool {
    false
}
