//! Date: an RFC 1123 date in GMT (RFC 3261 20.17, 25.1).

use super::Malformed;
use crate::message::token::{is_space, number, same_token, trim};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"];

/// What a word of a date has to be, and how that is said.
type Part = (fn(&[u8]) -> bool, &'static str);

const PARTS: [Part; 6] = [
    (|word| one_of(word, &DAYS), "a day of the week and a comma, as in `Sat,`"),
    (|word| word.len() == 2 && within(word, 1..=31), "a day of two digits"),
    (|word| one_of(word, &MONTHS), "a month, as in `Nov`"),
    (|word| word.len() == 4 && number(word).is_some(), "a year of four digits"),
    (is_time, "a time as in `23:29:00`"),
    (|word| same_token(word, "GMT"), "`GMT`"),
];

/// Checks a date such as `Sat, 13 Nov 2010 23:29:00 GMT`.
///
/// Whether the day of the week fits the date is not looked at.
///
/// # Errors
///
/// [`Malformed`] at the first word that does not fit.
pub fn check_date(value: &[u8]) -> Result<(), Malformed<'_>> {
    let whole = trim(value);
    let mut words = whole.split(|&b| is_space(b)).filter(|word| !word.is_empty());
    for (is_right, expected) in PARTS {
        let word = words.next().unwrap_or_default();
        if !is_right(word) {
            return Err(Malformed::new(word, value, expected));
        }
    }
    words.next().map_or(Ok(()), |word| Err(Malformed::new(word, value, "the end behind `GMT`")))
}

fn one_of(word: &[u8], known: &[&str]) -> bool {
    known.iter().any(|name| same_token(word, name))
}

fn is_time(word: &[u8]) -> bool {
    let part = |at: usize, most| word.get(at..at + 2).is_some_and(|two| within(two, 0..=most));
    let has_colons = word.get(2) == Some(&b':') && word.get(5) == Some(&b':');
    // A leap second is the sixtieth.
    word.len() == 8 && has_colons && part(0, 23) && part(3, 59) && part(6, 60)
}

fn within(text: &[u8], range: std::ops::RangeInclusive<u64>) -> bool {
    number(text).is_some_and(|value| range.contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_in_gmt() {
        assert_eq!(check_date(b"Sat, 13 Nov 2010 23:29:00 GMT"), Ok(()));
        assert_eq!(check_date(b"Fri, 01 Jan 2010 16:00:00 EST").unwrap_err().at, b"EST");
        assert!(check_date(b"Fri, 1 Jan 2010 16:00:00 GMT").is_err());
        assert!(check_date(b"Fri, 01 Jan 2010 24:00:00 GMT").is_err());
        assert!(check_date(b"2010-01-01T00:00:00Z").is_err());
        assert!(check_date(b"").is_err());
    }
}
