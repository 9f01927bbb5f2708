//! Keys of calls that were reported -> whether a message is a straggler of one.

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// The keys of the calls reported last, as keyed hashes.
#[derive(Debug, Default)]
pub(super) struct Gone {
    known: HashSet<u64, RandomState>,
    order: VecDeque<u64>,
    hasher: RandomState,
}

impl Gone {
    /// More than this many calls do not end within the time in which a message may straggle.
    const MOST: usize = 65_536;

    pub(super) fn holds(&self, key: &[u8]) -> bool {
        self.known.contains(&self.hasher.hash_one(key))
    }

    pub(super) fn add(&mut self, key: &[u8]) {
        let hash = self.hasher.hash_one(key);
        if self.known.insert(hash) {
            self.order.push_back(hash);
        }
        if self.order.len() > Self::MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}
