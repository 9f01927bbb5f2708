//! The records of one direction of a TLS connection -> what runs in them, as far as keys and hellos are there.

mod greeting;

use std::collections::VecDeque;

use super::hello::Handshake;
use super::opener::{Opened, Opener};
use super::record::{Item, Lost, Record, Records};
use super::secrets::ClientRandom;
use super::why::Why;
use crate::capture::Transport;
use crate::capture::out::Out;
use crate::capture::piece::{Gap, Piece};
use crate::capture::problem::Severity;
use crate::capture::stream::Protocol;
use crate::capture::tls_record::{APPLICATION_DATA, is_likely_sip};
use crate::source::FrameNumber;

/// What the keys of a direction and its part of what both share cost.
const KEYS: usize = 2048;
/// One direction of a TLS connection.
#[derive(Debug)]
pub(in crate::capture) struct Tls {
    id: u64,
    records: Records,
    /// What could not be read yet, in its order.
    held: VecDeque<Item>,
    held_bytes: usize,
    state: State,
    handshake: Handshake,
    /// Whether the hello of this direction was read.
    greeted: bool,
    /// Whether secrets are waited for, and nothing else; and for which.
    wants_keys: bool,
    waits_for: Option<ClientRandom>,
    /// Whether nothing more comes, and whether that was told.
    ending: bool,
    ended: bool,
    /// What runs in it.
    inner: Box<Protocol>,
}

#[derive(Debug)]
enum State {
    /// Records are not protected yet.
    Clear,
    Open(Opener),
    /// Nothing can be read any more.
    Blind,
}

/// Whether a record was dealt with.
enum Step {
    Done,
    /// It has to be looked at again when something else is known.
    Wait,
    /// In another state.
    Again,
}

impl Tls {
    pub(in crate::capture) fn new(out: &mut Out<'_>) -> Self {
        Self {
            id: out.tls.join(out.flow),
            records: Records::default(),
            held: VecDeque::new(),
            held_bytes: 0,
            state: State::Clear,
            handshake: Handshake::default(),
            greeted: false,
            wants_keys: false,
            waits_for: None,
            ending: false,
            ended: false,
            inner: Box::new(Protocol::new(false)),
        }
    }

    /// What it holds, in bytes.
    pub(in crate::capture) fn weight(&self) -> usize {
        let own = size_of::<Self>() + size_of::<Protocol>() + KEYS;
        own + self.records.weight() + self.held_bytes + self.handshake.weight() + self.inner.weight()
    }

    /// Whether SIP was found in it, or may yet be.
    pub(in crate::capture) fn may_hold_sip(&self) -> bool {
        !self.ended
            && !matches!(self.state, State::Blind)
            && (!self.held.is_empty() || self.inner.may_hold_sip())
    }

    /// Whether SIP was found in it.
    pub(in crate::capture) fn is_known(&self) -> bool {
        self.inner.is_known()
    }

    /// Takes in the next bytes of the stream.
    pub(in crate::capture) fn push(&mut self, piece: Piece<'_>, out: &mut Out<'_>) {
        self.records.push(piece);
        while let Some(item) = self.records.next() {
            self.take(item, out);
        }
    }

    /// Tells of bytes that never came; the next ones stand behind them.
    pub(in crate::capture) fn lose(&mut self, gap: Gap, out: &mut Out<'_>) {
        if let Some(item) = self.records.lose(gap) {
            self.take(item, out);
        }
    }

    /// Tells that nothing more will come.
    pub(in crate::capture) fn end(&mut self, out: &mut Out<'_>) {
        self.ending = true;
        self.advance(out);
    }

    /// Goes on with what waited.
    pub(in crate::capture) fn wake(&mut self, out: &mut Out<'_>) {
        self.wants_keys = false;
        self.advance(out);
    }

    /// Gives up what waits.
    pub(in crate::capture) fn leave(&mut self, out: &mut Out<'_>) {
        if !self.held.is_empty() {
            let why = if self.wants_keys { Why::NoKeys } else { Why::OneSided };
            let frame = self.held.front().map_or_else(FrameNumber::default, Item::frame);
            self.blind(why, frame, out);
        }
        self.end(out);
        if let Some(random) = self.waits_for {
            out.tls.wait_no_more(&random, out.flow);
        }
        out.tls.leave(out.flow, self.id);
    }

    /// Takes in a whole record, or a gap.
    fn take(&mut self, item: Item, out: &mut Out<'_>) {
        let (frame, kind) = (item.frame(), item.kind());
        self.hold(item, out);
        let Some(kind) = kind else { return };
        // The keys may come, or not: until then it is lost.
        if self.wants_keys && kind == APPLICATION_DATA && self.matters(out) {
            out.lose(frame);
        }
        if !self.held.is_empty() && out.tls.held > out.caps.tls_held {
            self.blind(Why::Full, frame, out);
            self.advance(out);
        }
    }

    fn hold(&mut self, item: Item, out: &mut Out<'_>) {
        self.held_bytes += item.cost();
        out.tls.held += item.cost();
        self.held.push_back(item);
        if self.held.len() == 1 || !self.wants_keys {
            self.advance(out);
        }
    }

    /// Reads as far as keys and hellos are there.
    fn advance(&mut self, out: &mut Out<'_>) {
        while let Some(item) = self.held.pop_front() {
            let step = match &item {
                Item::Record(record) => self.step(record, out),
                Item::Gap { frame, lost } => self.gap(*frame, *lost, out),
            };
            match step {
                Step::Done => {
                    self.held_bytes = self.held_bytes.saturating_sub(item.cost());
                    out.tls.held = out.tls.held.saturating_sub(item.cost());
                }
                Step::Wait => {
                    self.held.push_front(item);
                    return;
                }
                Step::Again => self.held.push_front(item),
            }
        }
        if self.ending && !std::mem::replace(&mut self.ended, true) {
            if let Some(frame) = self.records.rest() {
                self.gap(frame, Lost::One, out);
            }
            self.inner.end(&mut out.over(Transport::Tls));
        }
    }

    fn step(&mut self, record: &Record, out: &mut Out<'_>) -> Step {
        match &mut self.state {
            State::Blind => {
                if record.kind == APPLICATION_DATA && self.matters(out) {
                    out.lose(record.frame());
                }
                Step::Done
            }
            State::Clear => self.clear(record, out),
            State::Open(opener) => {
                match opener.open(record, out.tls) {
                    Opened::Data(plain) => {
                        self.inner.push(record.origin.piece(&plain), &mut out.over(Transport::Tls));
                    }
                    Opened::Handshake(plain) => self.greet(&plain, out),
                    Opened::NewKeys => {
                        self.state = State::Clear;
                        return Step::Again;
                    }
                    Opened::Nothing => {}
                    Opened::Lost => self.miss(record.frame(), out),
                    Opened::Wrong => {
                        self.blind(Why::Broken, record.frame(), out);
                        return Step::Again;
                    }
                }
                Step::Done
            }
        }
    }

    /// Records were lost here.
    fn gap(&mut self, frame: FrameNumber, lost: Lost, out: &mut Out<'_>) -> Step {
        match &mut self.state {
            State::Open(opener) => opener.lose(lost),
            State::Clear => self.handshake = Handshake::default(),
            State::Blind => {}
        }
        self.miss(frame, out);
        Step::Done
    }

    /// What runs in it lacks something here.
    fn miss(&mut self, frame: FrameNumber, out: &mut Out<'_>) {
        if self.matters(out) && !self.is_known() {
            let flow = out.flow;
            let text =
                || format!("frame {frame}: bytes before it on TLS {flow} were not captured or not readable");
            out.log.damage("stream-gap", text);
            out.lose(frame);
        }
        self.lose_inside(frame, out);
    }

    fn lose_inside(&mut self, frame: FrameNumber, out: &mut Out<'_>) {
        let gap = Gap { missing: Gap::UNKNOWN, frame };
        self.inner.lose(gap, &mut out.over(Transport::Tls));
    }

    /// Gives the connection up.
    fn blind(&mut self, why: Why, frame: FrameNumber, out: &mut Out<'_>) -> Step {
        let matters = self.matters(out);
        let (was_open, flow) = (matches!(self.state, State::Open(_)), out.flow);
        (self.state, self.wants_keys) = (State::Blind, false);
        if was_open {
            self.lose_inside(frame, out);
        }
        let shared = out.tls.of(flow, self.id);
        let hopeless = matches!(why, Why::Middle);
        let first = shared.is_none_or(|shared| {
            shared.is_hopeless |= hopeless;
            !std::mem::replace(&mut shared.is_said, true)
        });
        if hopeless {
            out.tls.wake_other(flow);
        }
        if first || matches!(why, Why::Broken) {
            let severity = if matters { Severity::Damage } else { Severity::Note };
            let sort = (why.sort(), u64::from(matters));
            out.log
                .say(sort, severity, || format!("frame {frame}: the TLS connection {flow} {}", why.text()));
        }
        Step::Again
    }

    /// Whether it may have carried SIP.
    fn matters(&self, out: &mut Out<'_>) -> bool {
        is_likely_sip([out.flow.from.port(), out.flow.to.port()])
            || self.is_known()
            || out
                .tls
                .of(out.flow, self.id)
                .and_then(|shared| shared.client.as_ref())
                .is_some_and(|(_, hello)| hello.names_sip)
    }
}
