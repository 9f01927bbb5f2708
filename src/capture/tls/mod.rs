//! The TLS records of one direction of a connection -> what runs in them, where there are keys.
//!
//! Keys come from key logs ([`Secrets`]), never from private keys. Both directions need both hellos, so a
//! connection that was captured from its middle stays closed, whatever the keys.

mod cipher;
mod hello;
mod opener;
mod schedule;
mod secrets;
mod sessions;
mod suite;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use self::hello::{Handshake, Hello, TLS13};
use self::opener::{Opened, Opener, Side};
use self::secrets::ClientRandom;
pub use self::secrets::{KeyLogComplaint, Secrets};
pub(super) use self::sessions::Sessions;
use self::suite::{Suite, name_of};
use super::Transport;
use super::framer::{Out, UNKNOWN};
use super::marked::{Marked, Origin};
use super::problem::Severity;
use super::stream::Protocol;
pub(super) use super::tls_record::begins;
use super::tls_record::{APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HEADER, header, is_likely_sip};
use crate::source::{FrameNumber, Time};

/// What one record that waits costs beside its bytes: its place in a list that is half empty at worst, and two
/// allocations.
const RECORD: usize = 2 * size_of::<Item>() + 64;
/// What the keys of a direction and its part of what both share cost.
const KEYS: usize = 2048;
/// Records in a row that may be unreadable behind a gap.
const UNREADABLE: u32 = 8;

/// One direction of a TLS connection.
#[derive(Debug)]
pub(super) struct Tls {
    id: u64,
    buffer: Marked,
    /// Bytes of a record that are passed over.
    skip: usize,
    /// Whether it is not known where the next record begins.
    adrift: bool,
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

#[derive(Debug)]
enum Item {
    Record(Record),
    /// Records were lost: exactly one, or nobody knows how many in so many bytes.
    Gap {
        frame: FrameNumber,
        lost: Lost,
    },
}

/// How many records a gap took.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lost {
    One,
    Within(usize),
}

/// A record with its way.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) kind: u8,
    pub(super) version: u16,
    pub(super) bytes: Vec<u8>,
    origin: Origin,
}

/// Whether a record was dealt with.
enum Step {
    Done,
    /// It has to be looked at again when something else is known.
    Wait,
    /// In another state.
    Again,
}

/// Why a connection is not decrypted.
#[derive(Debug, Clone, Copy)]
enum Why {
    NoKeys,
    Middle,
    OneSided,
    Suite(u16),
    Compressed,
    Full,
    Broken,
}

impl Tls {
    pub(super) fn new(out: &mut Out<'_>) -> Self {
        Self {
            id: out.tls.join(out.flow),
            buffer: Marked::default(),
            skip: 0,
            adrift: false,
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
    pub(super) fn weight(&self) -> usize {
        let own = size_of::<Self>() + size_of::<Protocol>() + KEYS;
        own + self.buffer.weight() + self.held_bytes + self.handshake.weight() + self.inner.weight()
    }

    /// Whether SIP was found in it, or may yet be.
    pub(super) fn may_hold_sip(&self) -> bool {
        !self.ended
            && !matches!(self.state, State::Blind)
            && (!self.held.is_empty() || self.inner.may_hold_sip())
    }

    /// Whether SIP was found in it.
    pub(super) fn is_known(&self) -> bool {
        self.inner.is_known()
    }

    /// Takes in the next bytes of the stream.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        frames: &[FrameNumber],
        time: Option<Time>,
        out: &mut Out<'_>,
    ) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        let bytes = &bytes[skipped..];
        // Behind a gap, a record may begin where a segment begins.
        if bytes.is_empty() || (self.adrift && self.buffer.is_empty() && begins(bytes, true) == Some(false)) {
            return;
        }
        self.adrift = false;
        self.buffer.append(bytes, frames, time);
        loop {
            match header(self.buffer.bytes()) {
                Ok(None) => return,
                Ok(Some(header)) => {
                    let whole = HEADER + header.length;
                    let Some(content) = self.buffer.bytes().get(HEADER..whole) else { return };
                    let (bytes, origin) = (content.to_vec(), self.buffer.origin(whole));
                    self.buffer.drop_front(whole);
                    self.take(Record { kind: header.kind, version: header.version, bytes, origin }, out);
                }
                Err(()) => {
                    let frame = self.buffer.origin(1).last();
                    self.lose_track(Lost::Within(self.buffer.len()), frame, out);
                    return;
                }
            }
        }
    }

    /// Tells that `missing` bytes never came.
    pub(super) fn lose(&mut self, missing: usize, frame: FrameNumber, out: &mut Out<'_>) {
        let lacking = match header(self.buffer.bytes()) {
            _ if self.skip > 0 => self.skip,
            Ok(Some(header)) => (HEADER + header.length).saturating_sub(self.buffer.len()),
            Ok(None) | Err(()) => 0,
        };
        let (inside, told) = (lacking >= missing && !self.adrift, self.skip > 0);
        self.skip = 0;
        if !inside {
            self.lose_track(Lost::Within(missing.saturating_add(self.buffer.len())), frame, out);
            return;
        }
        // One record was hurt, and the next is found behind it.
        self.skip = lacking - missing;
        self.buffer.clear();
        if !told {
            self.hold(Item::Gap { frame, lost: Lost::One }, 0, out);
        }
    }

    fn lose_track(&mut self, lost: Lost, frame: FrameNumber, out: &mut Out<'_>) {
        self.buffer.clear();
        self.adrift = true;
        self.hold(Item::Gap { frame, lost }, 0, out);
    }

    /// Tells that nothing more will come.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        self.ending = true;
        self.advance(out);
    }

    /// Goes on with what waited.
    pub(super) fn wake(&mut self, out: &mut Out<'_>) {
        self.wants_keys = false;
        self.advance(out);
    }

    /// Gives up what waits.
    pub(super) fn leave(&mut self, out: &mut Out<'_>) {
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

    /// Takes in a whole record.
    fn take(&mut self, record: Record, out: &mut Out<'_>) {
        let (frame, is_data, cost) = (record.frame(), record.kind == APPLICATION_DATA, record.bytes.len());
        self.hold(Item::Record(record), cost, out);
        // The keys may come, or not: until then it is lost.
        if self.wants_keys && is_data && self.matters(out) {
            out.lose(frame);
        }
        if !self.held.is_empty() && out.tls.held > out.caps.tls_held {
            self.blind(Why::Full, frame, out);
            self.advance(out);
        }
    }

    fn hold(&mut self, item: Item, cost: usize, out: &mut Out<'_>) {
        self.held_bytes += cost + RECORD;
        out.tls.held += cost + RECORD;
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
            if !self.buffer.is_empty() {
                let frame = self.buffer.origin(1).last();
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
                        let Origin { frames, time } = &record.origin;
                        self.inner.push(&plain, frames, *time, &mut out.over(Transport::Tls));
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

    /// A record before protection begins.
    fn clear(&mut self, record: &Record, out: &mut Out<'_>) -> Step {
        match record.kind {
            HANDSHAKE => {
                self.greet(&record.bytes, out);
                // A hello in several records is not whole yet.
                let greets = self.greeted || self.handshake.weight() > 0;
                if greets { Step::Done } else { self.blind(Why::Middle, record.frame(), out) }
            }
            CHANGE_CIPHER_SPEC | APPLICATION_DATA if self.greeted => self.begin(record, out),
            CHANGE_CIPHER_SPEC | APPLICATION_DATA => self.blind(Why::Middle, record.frame(), out),
            _ => Step::Done,
        }
    }

    /// Makes the keys, as far as both hellos and the secrets are there.
    fn begin(&mut self, record: &Record, out: &mut Out<'_>) -> Step {
        let Some(shared) = out.tls.of(out.flow, self.id).filter(|shared| !shared.is_hopeless) else {
            return self.blind(Why::Middle, record.frame(), out);
        };
        let (Some(server), Some((client, hello))) = (shared.server.clone(), shared.client.clone()) else {
            return Step::Wait;
        };
        let is_change = record.kind == CHANGE_CIPHER_SPEC;
        if server.version == TLS13 && is_change {
            // RFC 8446 D.4: it means nothing there.
            return Step::Done;
        }
        let Some(suite) = Suite::of(server.suite) else {
            return self.blind(Why::Suite(server.suite), record.frame(), out);
        };
        if server.compressed {
            return self.blind(Why::Compressed, record.frame(), out);
        }
        let side = if client == out.flow { Side::Client } else { Side::Server };
        let Some(mut opener) = Opener::new(side, suite, &hello, &server, out.tls) else {
            if !out.tls.expects_more {
                return self.blind(Why::NoKeys, record.frame(), out);
            }
            out.tls.wait_for(hello.random, out.flow);
            (self.wants_keys, self.waits_for) = (true, Some(hello.random));
            return Step::Wait;
        };
        if !is_change && server.version != TLS13 {
            // What announces protection was lost.
            opener.lose(Lost::Within(usize::from(u16::MAX)));
        }
        self.state = State::Open(opener);
        if is_change { Step::Done } else { Step::Again }
    }

    /// Looks for the hellos in the content of handshake records.
    fn greet(&mut self, content: &[u8], out: &mut Out<'_>) {
        for hello in self.handshake.take(content) {
            self.greeted = true;
            let Some(shared) = out.tls.of(out.flow, self.id) else { return };
            match hello {
                Hello::Client(hello) => (shared.client, shared.server) = (Some((out.flow, hello)), None),
                Hello::Server(hello) => shared.server = Some(hello),
                Hello::Retry => {}
            }
            out.tls.wake_other(out.flow);
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
        self.inner.lose(UNKNOWN, frame, &mut out.over(Transport::Tls));
    }

    /// Gives the connection up.
    fn blind(&mut self, why: Why, frame: FrameNumber, out: &mut Out<'_>) -> Step {
        let matters = self.matters(out);
        let (was_open, flow) = (matches!(self.state, State::Open(_)), out.flow);
        (self.state, self.wants_keys) = (State::Blind, false);
        if was_open {
            self.inner.lose(UNKNOWN, frame, &mut out.over(Transport::Tls));
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

impl Item {
    fn cost(&self) -> usize {
        match self {
            Self::Record(record) => record.bytes.len() + RECORD,
            Self::Gap { .. } => RECORD,
        }
    }

    fn frame(&self) -> FrameNumber {
        match self {
            Self::Record(record) => record.frame(),
            Self::Gap { frame, .. } => *frame,
        }
    }
}

impl Record {
    fn frame(&self) -> FrameNumber {
        self.origin.last()
    }
}

impl Why {
    fn sort(self) -> &'static str {
        match self {
            Self::NoKeys => "tls-keys",
            Self::Middle => "tls-middle",
            Self::OneSided => "tls-one-sided",
            Self::Suite(_) | Self::Compressed => "tls-suite",
            Self::Full => "tls-full",
            Self::Broken => "tls-broken",
        }
    }

    fn text(self) -> String {
        match self {
            Self::NoKeys => {
                "has no keys: give the key log of its client or server with `--keylog`".to_owned()
            }
            Self::Middle => "was captured from its middle, so that no keys decrypt it".to_owned(),
            Self::OneSided => "was captured in one direction only, so that no keys decrypt it".to_owned(),
            Self::Suite(id) => format!("uses {}, which is not read", name_of(id)),
            Self::Compressed => "is compressed, which is not read".to_owned(),
            Self::Full => "was given up: too much of it waits for its keys (`limits.tls_held`)".to_owned(),
            Self::Broken => "cannot be decrypted from here on: wrong keys, or damaged records".to_owned(),
        }
    }
}
