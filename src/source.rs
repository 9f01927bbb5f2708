//! Where a byte stood, and when: spans, lines and columns, points of time.

use std::fmt;

/// A range of bytes inside one message: `start` is its first byte, `end` the one after its last.
///
/// Offsets are 32 bits wide: no message longer than 4 GiB is ever split.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span of the bytes `start..end`. An end before the start gives the empty span at `start`.
    pub const fn new(start: usize, end: usize) -> Self {
        let end = if end < start { start } else { end };
        Self { start: start as u32, end: end as u32 }
    }

    /// The empty span at one place: where something is missing.
    pub const fn at(place: usize) -> Self {
        Self::new(place, place)
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes of this span in `bytes`; what lies outside of them is left off.
    pub fn of(self, bytes: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(bytes.len());
        &bytes[(self.start as usize).min(end)..end]
    }

    /// The span as a range of offsets.
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The span of `part` inside `whole`, when `part` is a slice of `whole`.
    ///
    /// Typed values borrow from their message, so that their place needs no field of its own.
    pub fn of_slice(whole: &[u8], part: &[u8]) -> Option<Self> {
        let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        let end = start.checked_add(part.len())?;
        (end <= whole.len()).then(|| Self::new(start, end))
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A place in one message of a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// Index of the message in its session, from 0.
    pub message: usize,
    /// The bytes meant.
    pub span: Span,
}

/// Line and column of a byte, both counted from 1; the column counts bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

impl LineColumn {
    /// Where `offset` stands in `bytes`. Lines end with LF, so that CRLF and LF count the same.
    pub fn of(bytes: &[u8], offset: usize) -> Self {
        let before = &bytes[..offset.min(bytes.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |lf| lf + 1);
        Self { line, column: before.len() - line_start + 1 }
    }
}

/// A point of time: nanoseconds since 1970-01-01T00:00:00Z, as captures count them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Time(pub i64);

impl Time {
    /// From whole seconds and nanoseconds; what does not fit is clamped.
    pub const fn from_parts(seconds: i64, nanoseconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds))
    }

    /// Reads an RFC 3339 time such as `2026-11-22T08:00:00.000000Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let stamp: jiff::Timestamp = text.parse().ok()?;
        i64::try_from(stamp.as_nanosecond()).ok().map(Self)
    }

    /// Seconds from `earlier` to this time; negative if it is not earlier.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1e9
    }

    /// This time, `seconds` later.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000_000)))
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC with microseconds: `2026-11-22T08:00:00.123456Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(stamp) => write!(f, "{stamp:.6}"),
            Err(_) => write!(f, "{}.{:09}s", self.0 / 1_000_000_000, self.0.rem_euclid(1_000_000_000)),
        }
    }
}

/// The number of a frame in its capture, from 1 as Wireshark counts, and which of several inputs that is.
///
/// One word, because every byte of a stream remembers its frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FrameNumber(u64);

impl FrameNumber {
    /// Behind all others.
    pub const LAST: Self = Self(u64::MAX);

    /// Bits of the number; the others tell the input.
    const BITS: u32 = 44;

    /// The frame of that number in the input of that index, which is 0 where there is only one.
    pub const fn of_input(number: u64, input: usize) -> Self {
        Self((number & ((1 << Self::BITS) - 1)) | (input as u64) << Self::BITS)
    }

    /// The frames of those numbers in the only input.
    pub fn all(numbers: &[u64]) -> Vec<Self> {
        numbers.iter().copied().map(Self::from).collect()
    }

    /// The number in its capture.
    pub const fn number(self) -> u64 {
        self.0 & ((1 << Self::BITS) - 1)
    }

    /// The index of its input.
    pub const fn input(self) -> usize {
        (self.0 >> Self::BITS) as usize
    }
}

impl From<u64> for FrameNumber {
    fn from(number: u64) -> Self {
        Self::of_input(number, 0)
    }
}

impl PartialEq<u64> for FrameNumber {
    fn eq(&self, number: &u64) -> bool {
        *self == Self::from(*number)
    }
}

impl PartialEq<FrameNumber> for u64 {
    fn eq(&self, frame: &FrameNumber) -> bool {
        frame == self
    }
}

impl fmt::Display for FrameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_tells_its_place() {
        let whole = b"INVITE sip:a@b SIP/2.0";
        assert_eq!(Span::of_slice(whole, &whole[7..14]), Some(Span::new(7, 14)));
        assert_eq!(Span::of_slice(&whole[1..], &whole[..2]), None);
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = b"ab\r\ncd\nef";
        assert_eq!(LineColumn::of(text, 0), LineColumn { line: 1, column: 1 });
        assert_eq!(LineColumn::of(text, 5), LineColumn { line: 2, column: 2 });
        assert_eq!(LineColumn::of(text, 7), LineColumn { line: 3, column: 1 });
        assert_eq!(LineColumn::of(text, 99), LineColumn { line: 3, column: 3 });
    }

    #[test]
    fn times_read_and_print_with_microseconds() {
        let time = Time::parse("2026-11-22T09:00:00.123456+01:00").unwrap();
        assert_eq!(time.to_string(), "2026-11-22T08:00:00.123456Z");
        assert_eq!(time.plus_seconds(2).seconds_since(time), 2.0);
        assert_eq!(Time::parse("yesterday"), None);
    }
}
