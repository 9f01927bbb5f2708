//! Text -> how far it is of one kind, and where a byte stands first.
//!
//! Lines, values and tokens are short, and there are many: eight bytes at a time without a call, where `memchr` costs
//! more than what it looks through.

/// A set of bytes: looked up in a table, since every byte of every header is asked for.
pub(crate) struct ByteSet([bool; 256]);

impl ByteSet {
    /// Letters, digits and `others`.
    pub(crate) const fn alphanumeric_and(others: &[u8]) -> Self {
        let mut set = Self([false; 256]);
        let mut byte = 0;
        while byte < u8::MAX {
            set.0[byte as usize] = byte.is_ascii_alphanumeric();
            byte += 1;
        }
        set.and(others)
    }

    /// What is printed and no space (`VCHAR`), without `others`.
    pub(crate) const fn graphic_without(others: &[u8]) -> Self {
        let mut set = Self([false; 256]);
        let mut byte = 0;
        while byte < u8::MAX {
            set.0[byte as usize] = byte.is_ascii_graphic();
            byte += 1;
        }
        let mut at = 0;
        while at < others.len() {
            set.0[others[at] as usize] = false;
            at += 1;
        }
        set
    }

    /// This set and `others`.
    pub(crate) const fn and(&self, others: &[u8]) -> Self {
        let mut set = Self(self.0);
        let mut at = 0;
        while at < others.len() {
            set.0[others[at] as usize] = true;
            at += 1;
        }
        set
    }

    /// Whether `byte` is one of them.
    pub(crate) const fn has(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }

    /// Whether all of `text` is made of them.
    #[inline]
    pub(crate) fn covers(&self, text: &[u8]) -> bool {
        let (words, rest) = text.as_chunks::<8>();
        // Most texts are right to their end: without an exit at each a byte costs half as much.
        let covers = |bytes: &[u8]| bytes.iter().fold(true, |all, &byte| all & self.has(byte));
        words.iter().all(|word| covers(word)) && covers(rest)
    }

    /// How many bytes at the beginning of `text` are of them.
    #[inline]
    pub(crate) fn run(&self, text: &[u8]) -> usize {
        let (words, rest) = text.as_chunks::<8>();
        // Eight steps in a row need no counting.
        for (index, word) in words.iter().enumerate() {
            if let Some(at) = word.iter().position(|&byte| !self.has(byte)) {
                return 8 * index + at;
            }
        }
        rest.iter().position(|&byte| !self.has(byte)).map_or(text.len(), |at| text.len() - rest.len() + at)
    }
}

/// Where the first of the `sought` bytes stands in `text`.
#[inline]
pub(crate) fn first_of<const N: usize>(sought: [u8; N], text: &[u8]) -> Option<usize> {
    let (blocks, rest) = text.as_chunks::<16>();
    for (index, block) in blocks.iter().enumerate() {
        // Without an exit on the way, sixteen bytes are compared at once.
        let has = |one| block.iter().fold(false, |any, &byte| any | (byte == one));
        if sought.into_iter().fold(false, |any, one| any | has(one)) {
            return first_in_words(sought, block).map(|at| 16 * index + at);
        }
    }
    first_in_words(sought, rest).map(|at| text.len() - rest.len() + at)
}

#[inline]
fn first_in_words<const N: usize>(sought: [u8; N], text: &[u8]) -> Option<usize> {
    let (words, rest) = text.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if let Some(at) = first_in_word(sought, *word) {
            return Some(8 * index + at);
        }
    }
    rest.iter().position(|byte| sought.contains(byte)).map(|at| text.len() - rest.len() + at)
}

#[inline]
fn first_in_word<const N: usize>(sought: [u8; N], word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH_BITS: u64 = ONES << 7;
    let word = u64::from_le_bytes(word);
    // A byte that is zero, and none below the first such byte, borrows into its high bit.
    let marks = sought.into_iter().fold(0, |marks, byte| {
        let zero_where_same = word ^ (ONES * u64::from(byte));
        marks | (zero_where_same.wrapping_sub(ONES) & !zero_where_same)
    }) & HIGH_BITS;
    (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    static LETTERS: ByteSet = ByteSet::alphanumeric_and(b"");

    proptest! {
        #[test]
        fn words_are_looked_through_as_bytes_are(text in proptest::collection::vec(any::<u8>(), 0..40), byte: u8) {
            let first = |sought: &[u8]| text.iter().position(|byte| sought.contains(byte));
            prop_assert_eq!(first_of([byte], &text), first(&[byte]));
            prop_assert_eq!(first_of([byte, 0, 255], &text), first(&[byte, 0, 255]));
        }

        #[test]
        fn neighbours_of_a_byte_are_not_taken_for_it(text in "[9:;]{0,40}", byte in 0x38_u8..0x3d) {
            prop_assert_eq!(first_of([byte], text.as_bytes()), text.bytes().position(|b| b == byte));
        }

        #[test]
        fn a_set_covers_its_run(text in "[ab1;]{0,40}") {
            let run = text.bytes().position(|b| b == b';').unwrap_or(text.len());
            prop_assert_eq!(LETTERS.run(text.as_bytes()), run);
            prop_assert_eq!(LETTERS.covers(text.as_bytes()), run == text.len());
        }
    }
}
