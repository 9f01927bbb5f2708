//! A seed, or a tape of numbers -> choices. One source for random flows, for proptest, and for fuzzers.

use std::fmt;

/// Where the choices of a random flow come from.
///
/// A tape makes the same choices again, and zero is always the plainest choice: a shrinking tape makes a
/// plainer flow. Past its end a tape goes on with zeros.
#[derive(Clone)]
pub struct Choices {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Seeded(SplitMix),
    Tape { numbers: Vec<u32>, at: usize },
}

impl Choices {
    /// The endless choices of this seed.
    pub fn seeded(seed: u64) -> Self {
        Self { source: Source::Seeded(SplitMix(seed)) }
    }

    /// The choices on this tape.
    pub fn tape(numbers: Vec<u32>) -> Self {
        Self { source: Source::Tape { numbers, at: 0 } }
    }

    fn number(&mut self) -> u32 {
        match &mut self.source {
            Source::Seeded(random) => (random.next() >> 32) as u32,
            Source::Tape { numbers, at } => {
                let number = numbers.get(*at).copied().unwrap_or_default();
                *at += 1;
                number
            }
        }
    }

    /// Whether a tape has come to its end: what follows are zeros.
    pub fn is_spent(&self) -> bool {
        matches!(&self.source, Source::Tape { numbers, at } if *at >= numbers.len())
    }

    /// A number from 0 to below `end`; `end` is not 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let scaled = (u64::from(self.number()) * u64::from(end)) >> 32;
        u32::try_from(scaled).expect("it is below a u32")
    }

    /// A number from `least` to `most`.
    pub fn within(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most - least + 1)
    }

    /// Yes in so many cases of a hundred; no is the plain choice.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) >= 100 - percent.min(100)
    }

    /// One of these; the first is the plain choice.
    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        let end = u32::try_from(from.len()).expect("a table of choices is short");
        &from[self.below(end) as usize]
    }

    /// A word of letters of this alphabet.
    pub fn word(&mut self, alphabet: &str, least: u32, most: u32) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..self.within(least, most)).map(|_| *self.pick(&letters)).collect()
    }

    /// Mixes the order of some things; a tape of zeros leaves it.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in 0..things.len().saturating_sub(1) {
            let rest = u32::try_from(things.len() - at).expect("lists of a message are short");
            let other = at + self.below(rest) as usize;
            things.swap(at, other);
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same on every machine and in every version.
#[derive(Clone, Debug)]
pub(super) struct SplitMix(pub(super) u64);

impl SplitMix {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl fmt::Debug for Choices {
    /// One line, where the derived one would have a line for each number of a tape.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Seeded(random) => write!(f, "Choices::seeded(…{:x})", random.0),
            Source::Tape { numbers, .. } => {
                f.write_str("Choices::tape(vec![")?;
                numbers.iter().try_for_each(|number| write!(f, "{number},"))?;
                f.write_str("])")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_tape_makes_the_plain_choices() {
        let mut choices = Choices::tape(Vec::new());
        assert_eq!(choices.below(7), 0);
        assert_eq!(choices.within(3, 9), 3);
        assert!(!choices.chance(99));
        assert_eq!(choices.word("abc", 2, 5), "aa");
        let mut things = [1, 2, 3];
        choices.shuffle(&mut things);
        assert_eq!(things, [1, 2, 3]);
    }

    #[test]
    fn every_choice_can_be_made() {
        let mut choices = Choices::seeded(1);
        let mut seen = [0; 5];
        for _ in 0..500 {
            seen[choices.below(5) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
        assert!((0..500).any(|_| choices.chance(5)) && !(0..500).all(|_| choices.chance(95)));
        assert_eq!(Choices::tape(vec![u32::MAX]).below(5), 4);
    }
}
