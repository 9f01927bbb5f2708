//! The messages of a session as the client saw them: sent or received, on its own hop, each once.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::record::Record;

/// Which way a message went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// From the client.
    Sent,
    /// To the client.
    Received,
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
}

impl Step<'_> {
    /// Whether the client sent this request.
    pub fn sends(&self, method: &str) -> bool {
        self.direction == Direction::Sent && self.record.is(method)
    }

    /// Whether the client received a response of that class to its own INVITE or another request.
    pub fn receives_answer(&self, method: &str, codes: std::ops::Range<u16>) -> bool {
        self.direction == Direction::Received && self.record.answers(method, codes)
    }
}

/// What makes two messages the same one on different hops or in repetition.
#[derive(PartialEq, Eq, Hash)]
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

/// The steps of a call, given the tags of the client.
///
/// A message captured on several hops is taken where the client stood: requests it sent and responses it
/// got have the fewest Via values there, requests it got and responses it sent the most.
pub(super) fn steps<'s>(records: &'s [Record], local_tags: &[&[u8]]) -> Vec<Step<'s>> {
    let is_local = |tag: Option<&[u8]>| tag.is_some_and(|tag| local_tags.contains(&tag));
    let mut nearest: std::collections::HashMap<Sameness<'s>, (usize, usize), RandomState> =
        std::collections::HashMap::default();
    for record in records {
        let vias = record.vias();
        nearest
            .entry(Sameness::of(record))
            .and_modify(|(fewest, most)| {
                *fewest = vias.min(*fewest);
                *most = vias.max(*most);
            })
            .or_insert((vias, vias));
    }
    let mut seen: HashSet<_, RandomState> = HashSet::default();
    let mut steps = Vec::new();
    for record in records {
        let (local_from, local_to) = (is_local(record.from_tag()), is_local(record.to_tag()));
        let (direction, remote_tag) = match (record.is_request(), local_from, local_to) {
            (true, true, _) => (Direction::Sent, record.to_tag()),
            (false, true, _) => (Direction::Received, record.to_tag()),
            (true, false, true) => (Direction::Received, record.from_tag()),
            (false, false, true) => (Direction::Sent, record.from_tag()),
            (_, false, false) => continue,
        };
        let (fewest, most) = nearest[&Sameness::of(record)];
        let near = if local_from { fewest } else { most };
        let repetition =
            (Sameness::of(record), record.branch(), record.message.first(crate::message::Name::RSeq));
        if record.vias() == near && seen.insert(repetition) {
            steps.push(Step { record, direction, remote_tag });
        }
    }
    steps
}
