//! The messages of a session as the client saw them: sent or received, on its own hop, each once.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::attempt::Attempt;
use super::few::Few;
use super::record::Record;

/// Which way a message went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// From the client.
    Sent,
    /// To the client.
    Received,
}

/// What a message is to the INVITE of the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// An initial INVITE that is judged.
    Attempt,
    /// A response to an initial INVITE.
    Answer,
    /// The ACK to a final failure: it belongs to the INVITE (RFC 3261 17.1.1.3).
    RefusalAck,
    /// Anything else: requests inside dialogs, and their responses.
    Other,
}

/// One message as the client saw it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'s> {
    /// The message.
    pub record: &'s Record,
    /// Which way it went.
    pub direction: Direction,
    /// The tag of the other party, once it has one: the dialog.
    pub remote_tag: Option<&'s [u8]>,
    /// What it is to the INVITE.
    pub part: Part,
}

impl Step<'_> {
    /// Whether the client sent this request.
    pub fn sends(&self, method: &str) -> bool {
        self.direction == Direction::Sent && self.record.is(method)
    }

    /// Whether it is a response to an initial INVITE with a code in `codes`.
    pub fn answers_initial(&self, codes: std::ops::Range<u16>) -> bool {
        self.part == Part::Answer && self.record.status().is_some_and(|code| codes.contains(&code))
    }
}

/// What makes two messages the same one on different hops or in repetition.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Sameness<'s> {
    status: Option<u16>,
    method: Option<&'s [u8]>,
    cseq: Option<u32>,
    tags: [Option<&'s [u8]>; 2],
}

impl<'s> Sameness<'s> {
    fn of(record: &'s Record) -> Self {
        Self {
            status: record.status(),
            method: record.method(),
            cseq: record.cseq(),
            tags: [record.from_tag(), record.to_tag()],
        }
    }
}

/// Where the copies of one message were captured, as far as it tells the client's hop from the others.
#[derive(Clone, Copy)]
struct Copies<'s> {
    of: Sameness<'s>,
    /// How many there are.
    count: usize,
    /// Whether one of them was captured at the client's own address; then only such copies count.
    at_client: bool,
    fewest: usize,
    most: usize,
}

/// The client's side of a call: its tags and its address.
pub(super) struct Client<'c> {
    pub(super) tags: &'c [&'c [u8]],
    pub(super) address: Option<IpAddr>,
}

impl Client<'_> {
    fn has(&self, tag: Option<&[u8]>) -> bool {
        tag.is_some_and(|tag| self.tags.contains(&tag))
    }

    /// Whether the side of a message that should be the client has the client's address; `local_from`: the tag in
    /// From is the client's.
    fn is_at(&self, record: &Record, local_from: bool) -> bool {
        let side = if record.is_request() == local_from { record.from } else { record.to };
        self.address.is_some() && side.map(|address| address.ip()) == self.address
    }
}

/// One message, as far as its own headers and addresses tell.
#[derive(Clone, Copy)]
struct Look {
    /// Which copies it belongs to.
    place: usize,
    at_client: bool,
    vias: usize,
    /// Whether the tag in From is the client's.
    local_from: bool,
}

/// So many messages are compared with each other; a crowd is hashed.
const HANDFUL: usize = 16;

/// The steps of a call.
///
/// A message captured on several hops is taken where the client stood: at its address, and among those
/// copies requests it sent and responses it got have the fewest Via values, requests it got and responses
/// it sent the most.
pub(super) fn steps<'s>(records: &'s [Record], own: &[Attempt<'s>], client: &Client<'_>) -> Vec<Step<'s>> {
    let mut places: HashMap<Sameness<'s>, usize, RandomState> = HashMap::default();
    let mut copies: Vec<Copies<'s>> = Vec::with_capacity(records.len());
    let mut looks: Vec<Look> = Vec::with_capacity(records.len());
    let few = records.len() <= HANDFUL;
    for record in records {
        let local_from = client.has(record.from_tag());
        let (at_client, vias) = (client.is_at(record, local_from), record.vias());
        let of = Sameness::of(record);
        let alone = Copies { of, count: 0, at_client, fewest: vias, most: vias };
        let place = if few {
            copies.iter().position(|known| known.of == of).unwrap_or(copies.len())
        } else {
            *places.entry(of).or_insert(copies.len())
        };
        if place == copies.len() {
            copies.push(alone);
        }
        let known = &mut copies[place];
        known.count += 1;
        if at_client == known.at_client {
            known.fewest = vias.min(known.fewest);
            known.most = vias.max(known.most);
        } else if at_client {
            *known = Copies { count: known.count, ..alone };
        }
        looks.push(Look { place, at_client, vias, local_from });
    }
    let inside = InDialog::of(records, own);
    let mut seen: HashSet<_, RandomState> = HashSet::default();
    let mut steps = Vec::with_capacity(records.len());
    for (record, &Look { place, at_client, vias, local_from }) in records.iter().zip(&looks) {
        let local_to = || client.has(Some(record.to_tag().unwrap_or_default()));
        let (direction, remote_tag) = match (record.is_request(), local_from) {
            (true, true) => (Direction::Sent, record.to_tag()),
            (false, true) => (Direction::Received, record.to_tag()),
            (_, false) if !local_to() => continue,
            (true, false) => (Direction::Received, record.from_tag()),
            (false, false) => (Direction::Sent, record.from_tag()),
        };
        let known = copies[place];
        let near = if local_from { known.fewest } else { known.most };
        let own_hop = known.at_client == at_client && vias == near;
        // A retransmission is the same to the byte; two provisional responses are not.
        let mut is_first =
            || known.count == 1 || seen.insert((place, record.branch(), record.message.bytes()));
        if own_hop && is_first() {
            let part = inside.part(record, direction);
            steps.push(Step { record, direction, remote_tag, part });
        }
    }
    steps
}

/// What tells answers to the initial INVITE from those to re-INVITEs, and ACKs to refusals from others.
struct InDialog<'s> {
    /// Indexes of the INVITEs that are judged.
    attempts: Few<usize, ()>,
    /// CSeq numbers of INVITEs with a To tag that are no attempts.
    reinvites: Few<Option<u32>, ()>,
    /// CSeq number and To tag of the 2xx to any INVITE.
    accepted: Few<(Option<u32>, Option<&'s [u8]>), ()>,
}

impl<'s> InDialog<'s> {
    fn of(records: &'s [Record], own: &[Attempt<'s>]) -> Self {
        let attempts = set(own.iter().map(|attempt| attempt.invite.index));
        let initial = set(own.iter().map(|attempt| attempt.invite.cseq()));
        let reinvites = records
            .iter()
            .filter(|record| {
                record.is("INVITE") && record.to_tag().is_some() && attempts.get(&record.index).is_none()
            })
            .map(Record::cseq)
            .filter(|cseq| initial.get(cseq).is_none());
        let accepted = records
            .iter()
            .filter(|record| record.answers("INVITE", 200..300))
            .map(|record| (record.cseq(), record.to_tag()));
        Self { reinvites: set(reinvites), accepted: set(accepted), attempts }
    }

    fn part(&self, record: &Record, direction: Direction) -> Part {
        if self.attempts.get(&record.index).is_some() {
            return Part::Attempt;
        }
        let received = direction == Direction::Received;
        if received && record.answers("INVITE", 100..700) && self.reinvites.get(&record.cseq()).is_none() {
            return Part::Answer;
        }
        if record.is("ACK") && self.accepted.get(&(record.cseq(), record.to_tag())).is_none() {
            return Part::RefusalAck;
        }
        Part::Other
    }
}

fn set<T: Eq + Hash>(items: impl Iterator<Item = T>) -> Few<T, ()> {
    let mut set = Few::default();
    items.for_each(|item| set.insert(item, ()));
    set
}
