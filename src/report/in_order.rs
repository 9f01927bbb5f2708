//! What is kept of sessions as they end -> the same in the order of their first packets.

use crate::verdict::{Judgement, RunSummary};

/// What a format keeps of each session until the end of the run, because sessions end in another order than they begin.
#[derive(Debug)]
pub(super) struct InOrder<K> {
    sessions: Vec<Kept<K>>,
    /// Names of inputs, each for the sessions that follow each other in it.
    inputs: Vec<String>,
}

/// What is kept of one session, and what it is sorted by.
#[derive(Debug)]
struct Kept<K> {
    /// Index of the input's name.
    input: usize,
    first_packet: u64,
    kept: K,
}

impl<K> InOrder<K> {
    /// Keeps this of the session.
    pub(super) fn keep(&mut self, judgement: &Judgement<'_>, kept: K) {
        let input = self.input(judgement.input);
        self.sessions.push(Kept { input, first_packet: judgement.first_packet, kept });
    }

    /// How many sessions there are.
    pub(super) const fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Hands out everything, by the first packets, input by input. Sorting is stable: sessions that share a packet
    /// come in the order in which they were judged.
    pub(super) fn take(&mut self, summary: &RunSummary) -> impl Iterator<Item = K> + use<K> {
        let place = |name: &String| match summary.joined {
            true => 0,
            false => summary.inputs.iter().position(|input| input.path == *name).unwrap_or(usize::MAX),
        };
        let places: Vec<_> = self.inputs.drain(..).map(|name| place(&name)).collect();
        let mut sessions = std::mem::take(&mut self.sessions);
        sessions.sort_by_key(|session| (places[session.input], session.first_packet));
        sessions.into_iter().map(|session| session.kept)
    }

    fn input(&mut self, name: &str) -> usize {
        if self.inputs.last().is_none_or(|last| last != name) {
            self.inputs.push(name.to_owned());
        }
        self.inputs.len() - 1
    }
}

impl<K> Default for InOrder<K> {
    fn default() -> Self {
        Self { sessions: Vec::new(), inputs: Vec::new() }
    }
}
