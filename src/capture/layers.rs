//! IP packet -> the message in it: packets in packets opened, fragments and streams put together.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};

use foldhash::fast::RandomState;

use super::assembly::listed;
use super::desk::{Desk, Origin, State, Way};
use super::esp::{self, Opened};
use super::fragment::{Datagram, Fragments};
use super::hep;
use super::ip::{self, IpPacket};
use super::piece::Piece;
use super::problem::{Log, Severity};
use super::sctp;
use super::start::sip_behind_junk;
use super::tcp::{Segment, Streams};
use super::tls::Sessions;
use super::tunnel;
use super::{Caps, Transport};
use crate::message::{Wholeness, looks_like_sip};
use crate::source::{FrameNumber, Span, Time};

/// Packets one inside the other that are opened.
const DEEPEST: usize = 8;

/// Ends of tunnels that are remembered for the SIP inside.
const CARRIERS: usize = 4096;

/// Protocols that may carry SIP and are not read.
const UNREAD: &[(u8, &str)] = &[(33, "DCCP"), (115, "L2TP over IP")];

/// A SIP message in one packet.
#[derive(Debug)]
pub(super) struct Sip<'a> {
    pub(super) way: Way,
    pub(super) payload: &'a [u8],
}

/// What was found one layer further in.
enum Step<'a> {
    Sip(Sip<'a>),
    Inner(IpPacket<'a>),
    Over,
}

/// Whatever waits for more: fragments, streams, associations.
#[derive(Debug)]
pub(super) struct Layers {
    caps: Caps,
    fragments: Fragments,
    streams: Streams,
    sctp: sctp::Associations,
    esp: esp::Associations,
    /// The ends of packets in which others with SIP were found, the smaller one first.
    carriers: HashSet<(IpAddr, IpAddr), RandomState>,
}

impl Layers {
    pub(super) fn new(caps: Caps, tls: Sessions) -> Self {
        Self {
            caps,
            fragments: Fragments::new(caps),
            streams: Streams::new(caps, tls),
            sctp: sctp::Associations::new(caps),
            esp: esp::Associations::default(),
            carriers: HashSet::default(),
        }
    }

    /// Gives the message if the packet holds it whole, and queues everything else.
    pub(super) fn open<'a>(
        &mut self,
        packet: &'a [u8],
        origin: Origin<'_>,
        desk: &mut Desk<'_>,
    ) -> Option<Sip<'a>> {
        self.walk(ip::read(packet)?, origin, desk)
    }

    /// Takes in a key log that stood in the capture behind a frame.
    pub(super) fn add_secrets(
        &mut self,
        (text, frame): (&[u8], FrameNumber),
        now: Option<Time>,
        desk: &mut Desk<'_>,
    ) {
        self.streams.add_secrets((text, frame), now, desk.queue, desk.log);
    }

    /// Gives up what has waited too long at `now`, or what there is no room for.
    pub(super) fn give_up_late(&mut self, now: Option<Time>, desk: &mut Desk<'_>) {
        self.streams.give_up_late(now, desk.queue, desk.log);
        self.sctp.give_up_late(now, desk);
        while let Some(datagram) = self.fragments.overdue(now, desk.log) {
            self.give_up(datagram, desk);
        }
    }

    /// Gives up everything that still waits.
    pub(super) fn end(&mut self, now: Option<Time>, desk: &mut Desk<'_>) {
        while let Some(datagram) = self.fragments.rest() {
            self.give_up(datagram, desk);
        }
        self.streams.end(now, desk.queue, desk.log);
        self.sctp.end(desk);
    }

    /// Opens packets in packets until there is a message, or something that waits for more.
    fn walk<'a>(&mut self, mut ip: IpPacket<'a>, origin: Origin<'_>, desk: &mut Desk<'_>) -> Option<Sip<'a>> {
        let outer = (ip.from, ip.to);
        for depth in origin.depth..DEEPEST {
            let (origin, queued) = (Origin { depth, ..origin }, desk.queue.len());
            let step = match ip.fragment.take() {
                Some(fragment) => {
                    if let Some(whole) = self.fragments.add(&ip, fragment, origin, desk.log) {
                        self.give(whole, depth + 1, origin.state, desk);
                    }
                    Step::Over
                }
                None => self.step(&ip, origin, desk),
            };
            let found = matches!(step, Step::Sip(_)) || desk.queue.len() > queued;
            // Most packets carry no other, and putting ends in order is not free.
            if found && (ip.from, ip.to) != outer && pair((ip.from, ip.to)) != pair(outer) {
                self.remember(pair(outer));
            }
            match step {
                Step::Sip(sip) => return Some(sip),
                Step::Inner(inner) => ip = inner,
                Step::Over => return None,
            }
        }
        let text = || format!("{}: more than {DEEPEST} packets one inside the other", listed(origin.frames));
        desk.log.note("deep", text);
        None
    }

    /// Opens one packet. Errors of ICMP quote a packet and are none, so that they hold nothing.
    fn step<'a>(&mut self, ip: &IpPacket<'a>, origin: Origin<'_>, desk: &mut Desk<'_>) -> Step<'a> {
        match ip.protocol {
            ip::UDP => self.udp(ip, origin, desk),
            ip::TCP => {
                // A stream sees by itself what lost fragments leave open, and they may be sent again.
                let missing = if origin.state == State::GivenUp { 0 } else { ip.missing };
                let payload = (ip.payload, missing);
                if let Some(segment) = Segment::read(ip.from, ip.to, payload, origin.frames, origin.time) {
                    self.streams.take(&segment, desk.queue, desk.log);
                }
                Step::Over
            }
            ip::SCTP => {
                self.sctp.take(ip, origin, desk);
                Step::Over
            }
            esp::ESP => self.secured(ip, ip.payload, origin, desk),
            protocol => match tunnel::in_ip(protocol, ip.payload).and_then(ip::read) {
                Some(inner) => Step::Inner(inner),
                None => {
                    note_unread(protocol, origin, desk.log);
                    Step::Over
                }
            },
        }
    }

    fn udp<'a>(&mut self, ip: &IpPacket<'a>, origin: Origin<'_>, desk: &mut Desk<'_>) -> Step<'a> {
        let Some(udp) = ip::udp(ip.payload, ip.missing) else {
            return Step::Over;
        };
        let is_port = |port| udp.from == port || udp.to == port;
        let start = if looks_like_sip(udp.payload) {
            0
        } else {
            if hep::is_datagram(udp.payload) {
                let came = Piece { bytes: udp.payload, frames: origin.frames, time: origin.time };
                let lost = usize::from(origin.state == State::GivenUp);
                let missing = udp.missing.max(ip.missing).max(lost);
                let mut sink = hep::Sink { caps: self.caps, queue: desk.queue, log: desk.log };
                hep::take_datagram(came, missing, &mut sink);
                return Step::Over;
            }
            if let Some(inner) = tunnel::in_udp(&udp).and_then(ip::read) {
                return Step::Inner(inner);
            }
            if is_port(esp::PORT)
                && let Some(packet) = esp::in_udp(udp.payload)
            {
                return self.secured(ip, packet, origin, desk);
            }
            if is_port(sctp::PORT) && sctp::is_packet(udp.payload) {
                return Step::Inner(IpPacket { protocol: ip::SCTP, payload: udp.payload, ..*ip });
            }
            let Some(start) = sip_behind_junk(udp.payload) else {
                return Step::Over;
            };
            start
        };
        if start > 0 {
            let text = || format!("{}: {start} bytes stand before the start line", listed(origin.frames));
            desk.log.note("junk", text);
        }
        let missing = udp.missing.max(ip.missing);
        desk.say_cut(missing, origin);
        let wholeness = if missing == 0 { Wholeness::Whole } else { Wholeness::Cut };
        let (from, to) = (SocketAddr::new(ip.from, udp.from), SocketAddr::new(ip.to, udp.to));
        let way = Way { from, to, transport: Transport::Udp, wholeness };
        Step::Sip(Sip { way, payload: udp.payload.get(start..).unwrap_or_default() })
    }

    /// Opens ESP. What is encrypted between the parties of a session is most likely its signalling (3GPP TS
    /// 33.203 protects nothing else), so that nobody knows what they did not send.
    fn secured<'a>(
        &mut self,
        ip: &IpPacket<'a>,
        packet: &'a [u8],
        origin: Origin<'_>,
        desk: &mut Desk<'_>,
    ) -> Step<'a> {
        match self.esp.open(ip, packet) {
            Opened::Payload(protocol, payload) => {
                let inner = IpPacket { protocol, payload, ..*ip };
                match protocol {
                    4 | 41 => ip::read(payload).map_or(Step::Over, Step::Inner),
                    _ => Step::Inner(inner),
                }
            }
            Opened::Nothing => Step::Over,
            Opened::Hidden => {
                let text = || format!("{}: ESP that is encrypted is not read", listed(origin.frames));
                desk.log.say(("protocol", u64::from(esp::ESP)), Severity::Note, text);
                desk.lose(Some((ip.from, ip.to)), origin);
                Step::Over
            }
        }
    }

    /// Opens a datagram put together of fragments.
    fn give(&mut self, datagram: Datagram, depth: usize, state: State, desk: &mut Desk<'_>) {
        let mut origin = Origin { frames: &datagram.frames, time: datagram.time, state, depth };
        if datagram.contradicted {
            origin.state = State::GivenUp;
            desk.lose(Some((datagram.from, datagram.to)), origin);
        }
        let found = self.walk(datagram.packet(), origin, desk);
        let message =
            found.and_then(|sip| Some((sip.way, Span::of_slice(&datagram.bytes, sip.payload)?.range())));
        if let Some((way, range)) = message {
            let Datagram { mut bytes, frames, time, .. } = datagram;
            bytes.truncate(range.end);
            bytes.drain(..range.start);
            desk.queue.packet(way.packet(frames, time, Cow::Owned(bytes)));
        }
    }

    /// Opens what is there of a datagram of which fragments were lost.
    fn give_up(&mut self, datagram: Datagram, desk: &mut Desk<'_>) {
        let tunnelled = tunnel::is_tunnel(datagram.protocol);
        let may_hold_sip = tunnelled || matches!(datagram.protocol, ip::UDP | ip::SCTP | esp::ESP);
        if datagram.bytes.len() >= 8 || !may_hold_sip {
            self.give(datagram, 1, State::GivenUp, desk);
            return;
        }
        let (frames, time) = (&datagram.frames[..], datagram.time);
        let origin = Origin { frames, time, state: State::GivenUp, depth: 1 };
        let name = if datagram.protocol == ip::UDP { "a UDP datagram" } else { "a packet" };
        let text = || format!("{}: the first fragment of {name} was not captured", listed(frames));
        desk.log.damage("fragment-first", text);
        let ends = pair((datagram.from, datagram.to));
        // Who spoke inside of a tunnel was lost with its headers.
        let inside = self.carriers.contains(&ends);
        desk.lose((!inside).then_some((datagram.from, datagram.to)), origin);
    }

    fn remember(&mut self, outer: (IpAddr, IpAddr)) {
        if self.carriers.len() < CARRIERS {
            self.carriers.insert(outer);
        }
    }
}

/// Both ends of a packet, whatever its direction.
fn pair((from, to): (IpAddr, IpAddr)) -> (IpAddr, IpAddr) {
    (from.min(to), from.max(to))
}

fn note_unread(protocol: u8, origin: Origin<'_>, log: &mut Log) {
    if let Some((_, name)) = UNREAD.iter().find(|(number, _)| *number == protocol) {
        let text = || format!("{}: {name} is not read", listed(origin.frames));
        log.say(("protocol", u64::from(protocol)), Severity::Note, text);
    }
}

#[cfg(test)]
mod tests;
