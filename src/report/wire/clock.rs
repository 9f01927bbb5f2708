//! Time -> its JSON text, for times of which most are of one day.

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::report::json_value::Value;
use crate::source::Time;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The time that was written last.
#[derive(Debug)]
pub(super) struct Clock {
    /// Its day, counted from 1970.
    day: i64,
    text: [u8; 29],
}

impl Default for Clock {
    fn default() -> Self {
        Self { day: 0, text: *b"\"1970-01-01T00:00:00.000000Z\"" }
    }
}

impl Clock {
    /// The text of a time, as `Display` writes it.
    pub(super) fn text(&mut self, time: Time) -> impl Value {
        let micros = time.0.div_euclid(1000);
        self.turn_to(micros.div_euclid(DAY));
        let micros = micros.rem_euclid(DAY);
        let (second, micros) = ((micros / 1_000_000) as u32, (micros % 1_000_000) as u32);
        self.put(12, second / 3600);
        self.put(15, second / 60 % 60);
        self.put(18, second % 60);
        self.put(21, micros / 10_000);
        self.put(23, micros / 100 % 100);
        self.put(25, micros % 100);
        self.text
    }

    fn turn_to(&mut self, day: i64) {
        if self.day == day {
            return;
        }
        let midnight = Timestamp::from_microsecond(day * DAY).expect("64 bits of nanoseconds end in 2262");
        let date = Offset::UTC.to_datetime(midnight).date();
        let year = u32::from(date.year().unsigned_abs());
        self.day = day;
        self.put(1, year / 100);
        self.put(3, year % 100);
        self.put(6, u32::from(date.month().unsigned_abs()));
        self.put(9, u32::from(date.day().unsigned_abs()));
    }

    /// Writes two digits.
    fn put(&mut self, place: usize, number: u32) {
        self.text[place] = b'0' + (number / 10) as u8;
        self.text[place + 1] = b'0' + (number % 10) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_they_are_shown() {
        let mut clock = Clock::default();
        let mut nanoseconds = vec![i64::MIN, -1_000_000_000, -999, -1, 0, 1, 999, 1000, i64::MAX];
        nanoseconds.extend((0..1000).map(|step| step * 86_399_987_654_321_i64 - 62_135_596_800_000_000));
        for time in nanoseconds.into_iter().map(Time) {
            let mut text = Vec::new();
            clock.text(time).write(&mut text);
            assert_eq!(text, format!("\"{time}\"").as_bytes());
        }
    }
}
