//! What each direction of TLS connections says -> what the other needs, and the secrets of both.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::hello::{ClientHello, ServerHello};
use super::secrets::{ClientRandom, KeyLogComplaint, Label, Secrets};
use crate::capture::out::Flow;
use crate::capture::problem::Log;
use crate::source::FrameNumber;

/// Bytes of records that may be decrypted in vain, to find out how many were lost.
const TRIES: usize = 256 << 20;

/// What both directions of a connection know.
#[derive(Debug)]
pub(super) struct Shared {
    id: u64,
    /// The directions that were found to be TLS, and those that are over.
    joined: Vec<Flow>,
    left: usize,
    /// Who the client is, and its hello.
    pub(super) client: Option<(Flow, ClientHello)>,
    pub(super) server: Option<ServerHello>,
    /// Whether a hello was lost, so that nothing can be decrypted.
    pub(super) is_hopeless: bool,
    /// Whether it was said already why it is not decrypted.
    pub(super) is_said: bool,
}

/// The connections that are followed, and the secrets.
#[derive(Debug)]
pub(in crate::capture) struct Sessions {
    shared: HashMap<(SocketAddr, SocketAddr), Shared, RandomState>,
    next: u64,
    woken: Vec<Flow>,
    waiting: HashMap<ClientRandom, HashSet<Flow, RandomState>, RandomState>,
    /// Bytes of records that wait, of all connections.
    pub(super) held: usize,
    given: Arc<Secrets>,
    /// Those in the capture itself.
    found: Secrets,
    /// Whether the capture may yet bring more.
    pub(super) expects_more: bool,
    tries: usize,
}

impl Sessions {
    /// With the secrets that are `given`, and room for those of `most` connections in the capture.
    pub(in crate::capture) fn new(given: Arc<Secrets>, most: usize, expects_more: bool) -> Self {
        Self {
            shared: HashMap::default(),
            next: 0,
            woken: Vec::new(),
            waiting: HashMap::default(),
            held: 0,
            given,
            found: Secrets::new(most),
            expects_more,
            tries: TRIES,
        }
    }

    /// Takes in a key log that stands in the capture behind frame `frame`.
    pub(in crate::capture) fn add(&mut self, text: &[u8], frame: FrameNumber, log: &mut Log) {
        let mut complaints = Vec::new();
        let Self { found, waiting, woken, .. } = self;
        let read = found.read_each(text, &mut complaints, |random| {
            woken.extend(waiting.remove(&random).unwrap_or_default());
        });
        debug_assert!(read.is_ok(), "memory can be read");
        for complaint in &complaints {
            say(complaint, frame, log);
        }
    }

    /// Tells that the capture brings no more secrets.
    pub(in crate::capture) fn end(&mut self) {
        self.expects_more = false;
    }

    /// A direction that may go on now.
    pub(in crate::capture) fn next_woken(&mut self) -> Option<Flow> {
        self.woken.pop()
    }

    /// Takes in a direction that is TLS, and gives the number of its connection.
    pub(super) fn join(&mut self, flow: Flow) -> u64 {
        let pair = pair_of(flow);
        // A direction that joins again has another connection between the same ends.
        if let Some(shared) = self.shared.get_mut(&pair).filter(|shared| !shared.joined.contains(&flow)) {
            shared.joined.push(flow);
            return shared.id;
        }
        self.next += 1;
        self.shared.insert(pair, Shared::new(self.next, flow));
        self.next
    }

    /// Leaves out a direction that is over.
    pub(super) fn leave(&mut self, flow: Flow, id: u64) {
        let pair = pair_of(flow);
        if let Some(shared) = self.of(flow, id) {
            shared.left += 1;
            if shared.left >= shared.joined.len() {
                self.shared.remove(&pair);
            }
        }
    }

    /// What is known of the connection with that number; nothing if another took its place.
    pub(super) fn of(&mut self, flow: Flow, id: u64) -> Option<&mut Shared> {
        self.shared.get_mut(&pair_of(flow)).filter(|shared| shared.id == id)
    }

    /// Tells the other direction that something is known now.
    pub(super) fn wake_other(&mut self, flow: Flow) {
        self.woken.push(Flow { from: flow.to, to: flow.from });
    }

    /// Wakes a direction when secrets of its connection turn up.
    pub(super) fn wait_for(&mut self, random: ClientRandom, flow: Flow) {
        self.waiting.entry(random).or_default().insert(flow);
    }

    /// Wakes it no more.
    pub(super) fn wait_no_more(&mut self, random: &ClientRandom, flow: Flow) {
        if let Some(flows) = self.waiting.get_mut(random) {
            flows.remove(&flow);
            if flows.is_empty() {
                self.waiting.remove(random);
            }
        }
    }

    pub(super) fn secret(&self, random: &ClientRandom, label: Label) -> Option<&[u8]> {
        self.given.secret(random, label).or_else(|| self.found.secret(random, label))
    }

    /// Whether `bytes` may be decrypted once more, perhaps in vain.
    pub(super) fn may_try(&mut self, bytes: usize) -> bool {
        let may = self.tries >= bytes;
        self.tries = self.tries.saturating_sub(bytes);
        may
    }
}

impl Shared {
    fn new(id: u64, flow: Flow) -> Self {
        Self {
            id,
            joined: vec![flow],
            left: 0,
            client: None,
            server: None,
            is_hopeless: false,
            is_said: false,
        }
    }
}

fn pair_of(flow: Flow) -> (SocketAddr, SocketAddr) {
    (flow.from.min(flow.to), flow.from.max(flow.to))
}

fn say(complaint: &KeyLogComplaint, frame: FrameNumber, log: &mut Log) {
    let text = || format!("the key log in the capture behind frame {frame}: {complaint}");
    if complaint.is_full() {
        log.damage("tls-secrets", text);
    } else {
        log.note("tls-key-log", text);
    }
}
