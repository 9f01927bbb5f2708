//! Open calls and the order of their last messages -> the call that was silent for longest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The open calls by a message of theirs that need not be the last any more: a message costs nothing here,
/// and a call that went on is put back when its turn comes.
#[derive(Debug, Default)]
pub(super) struct Silence(BinaryHeap<Reverse<(u64, u64)>>);

impl Silence {
    /// A call opens with its message `order`.
    pub(super) fn begins(&mut self, serial: u64, order: u64) {
        self.0.push(Reverse((order, serial)));
    }

    /// Forgets the calls that are over, if they are the most of it.
    pub(super) fn tidy(&mut self, open: usize, is_open: impl Fn(u64) -> bool) {
        if self.0.len() > 2 * open + 1024 {
            self.0.retain(|Reverse((_, serial))| is_open(*serial));
        }
    }

    /// Takes out the call that was silent for longest; `last_of` gives the last message of an open call.
    pub(super) fn longest(&mut self, last_of: impl Fn(u64) -> Option<u64>) -> Option<u64> {
        loop {
            let Reverse((order, serial)) = self.0.pop()?;
            match last_of(serial) {
                Some(last) if last > order => self.0.push(Reverse((last, serial))),
                Some(_) => return Some(serial),
                // It is over.
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_silent_open_call_comes_first() {
        let mut silence = Silence::default();
        (1..=4).for_each(|serial| silence.begins(serial, serial));
        // The first went on, the second is over.
        let last_of = |serial| match serial {
            1 => Some(9),
            2 => None,
            other => Some(other),
        };
        let order: Vec<_> = std::iter::from_fn(|| silence.longest(last_of)).collect();
        assert_eq!(order, [3, 4, 1]);
    }

    #[test]
    fn calls_that_are_over_do_not_pile_up() {
        let mut silence = Silence::default();
        for serial in 0..10_000 {
            silence.tidy(1, |old| old + 1 == serial);
            silence.begins(serial, serial);
        }
        assert!(silence.0.len() <= 1027);
    }
}
