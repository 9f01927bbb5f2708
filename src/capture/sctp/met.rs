//! Transmission sequence numbers -> which of them came, and what is missing between them.

use std::collections::BTreeMap;

/// Further away than this from what is expected is another association.
const WINDOW: i64 = 1 << 20;
/// What a gap costs.
const GAP: usize = 32;

/// The numbers that were met, 64 bits wide; their lower half is the TSN.
#[derive(Debug)]
pub(super) struct Met {
    /// From, and up to. There is always one, which may be empty.
    ranges: BTreeMap<u64, u64>,
}

impl Met {
    /// None so far; this one is expected.
    pub(super) fn expecting(tsn: u32) -> Self {
        // Far enough from 0 that nothing before it is negative.
        let start = (1 << 40) | u64::from(tsn);
        Self { ranges: BTreeMap::from([(start, start)]) }
    }

    /// How many gaps there are.
    pub(super) fn gaps(&self) -> usize {
        self.ranges.len().saturating_sub(1)
    }

    /// What it costs to know them, in bytes.
    pub(super) fn cost(&self) -> usize {
        GAP * self.ranges.len()
    }

    /// Notes that numbers were met; `false` if they were before.
    pub(super) fn add(&mut self, from: u64, to: u64) -> bool {
        let (mut start, mut end) = (from, to);
        if let Some((&before, &up_to)) = self.ranges.range(..=from).next_back() {
            if up_to >= to && from < to {
                return false;
            }
            if up_to >= from {
                start = before;
            }
        }
        while let Some((&next, &up_to)) = self.ranges.range(start..=end).next() {
            self.ranges.remove(&next);
            end = end.max(up_to);
        }
        self.ranges.insert(start, end);
        true
    }

    /// The lowest of them, or the one that is expected where there is none.
    pub(super) fn lowest(&self) -> u64 {
        self.ranges.keys().next().copied().unwrap_or_default()
    }

    /// Counts the first gap as met, and gives the number behind it.
    pub(super) fn pass_gap(&mut self) -> Option<u64> {
        let mut starts = self.ranges.keys().copied();
        let (start, behind) = (starts.next()?, starts.next()?);
        self.add(start, behind);
        Some(behind)
    }

    /// Whether this may be a number of the same association.
    pub(super) fn is_near(&self, tsn: u32) -> bool {
        self.distance(tsn).abs() < WINDOW
    }

    pub(super) fn number(&self, tsn: u32) -> u64 {
        self.expected().saturating_add_signed(self.distance(tsn))
    }

    /// How far a number is from the one expected next.
    fn distance(&self, tsn: u32) -> i64 {
        // TSNs count modulo 2^32 (RFC 9260 1.6).
        i64::from(tsn.wrapping_sub(self.expected() as u32) as i32)
    }

    fn expected(&self) -> u64 {
        self.ranges.values().next().copied().unwrap_or_default()
    }
}
