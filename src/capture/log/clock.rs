//! The time that a line shows -> a point of time.
//!
//! A time without a zone is taken for UTC. A time of day without a date belongs to 1970-01-01, and to the next
//! day after midnight: clauses measure intervals, and the differences are right.

use crate::source::Time;

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// What a line says about the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Date and time of day.
    At(Time),
    /// Nanoseconds since midnight.
    OfDay(i64),
}

/// Makes points of time of what the lines of one log say.
#[derive(Debug, Default)]
pub(super) struct Clock {
    days: i64,
    last: Option<i64>,
}

impl Clock {
    pub(super) fn time(&mut self, stamp: Stamp) -> Time {
        match stamp {
            Stamp::At(time) => time,
            Stamp::OfDay(of_day) => {
                // Less is a line that was written a little late.
                if self.last.is_some_and(|last| last - of_day > DAY / 2) {
                    self.days += 1;
                }
                self.last = Some(of_day);
                Time(self.days.saturating_mul(DAY).saturating_add(of_day))
            }
        }
    }
}

/// The first time of day in a line, with the date before it and the zone behind it if they are there.
pub(super) fn stamp(line: &[u8]) -> Option<Stamp> {
    let at = memchr::memchr_iter(b':', line).filter_map(|colon| colon.checked_sub(2)).find(|&at| {
        let alone = at
            .checked_sub(1)
            .and_then(|before| line.get(before))
            .is_none_or(|byte| !byte.is_ascii_digit() && *byte != b':');
        alone && is_like(line.get(at..at + 8).unwrap_or_default(), b"00:00:00")
    })?;
    let clock = line.get(at..at + 8)?;
    let (fraction, behind) = fraction(line.get(at + 8..)?);
    let seconds = number(&clock[..2])? * 3600 + number(&clock[3..5])? * 60 + number(&clock[6..])?;
    if seconds > 86_400 {
        return None;
    }
    let of_day = seconds * SECOND + fraction;
    let date = at.checked_sub(11).and_then(|from| line.get(from..at - 1));
    let Some(midnight) = date.and_then(midnight) else {
        return Some(Stamp::OfDay(of_day));
    };
    Some(Stamp::At(Time(midnight.0.saturating_add(of_day).saturating_sub(zone(behind)))))
}

/// Seconds since 1970 with a fraction, as `1795338437.401615`.
pub(super) fn epoch(text: &[u8]) -> Option<Stamp> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (seconds, rest) = text.split_at(digits);
    if !(9..=11).contains(&digits) || !rest.starts_with(b".") {
        return None;
    }
    Some(Stamp::At(Time::from_parts(number(seconds)?, fraction(rest).0)))
}

/// The beginning of the day `2026-11-22` or `2026/11/22`.
fn midnight(date: &[u8]) -> Option<Time> {
    let dashed: Vec<u8> = date.iter().map(|&byte| if byte == b'/' { b'-' } else { byte }).collect();
    let text = std::str::from_utf8(&dashed).ok().filter(|_| is_like(&dashed, b"0000-00-00"))?;
    Time::parse(&format!("{text}T00:00:00Z"))
}

/// Nanoseconds of `.697138` or `,697`, and what is behind.
fn fraction(text: &[u8]) -> (i64, &[u8]) {
    let Some(rest) = text.strip_prefix(b".").or_else(|| text.strip_prefix(b",")) else {
        return (0, text);
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, behind) = rest.split_at(digits);
    let nanoseconds =
        (0..9).fold(0, |sum, at| sum * 10 + digits.get(at).map_or(0, |digit| i64::from(digit - b'0')));
    (nanoseconds, behind)
}

/// Nanoseconds that `+01:00` or `-0500` lies before UTC.
fn zone(text: &[u8]) -> i64 {
    let sign = match text.first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return 0,
    };
    let digits: Vec<u8> = text[1..].iter().copied().filter(|&byte| byte != b':').take(4).collect();
    let hours = digits.get(..2).and_then(number);
    let minutes = digits.get(2..4).and_then(number);
    hours.zip(minutes).map_or(0, |(hours, minutes)| sign * (hours * 3600 + minutes * 60) * SECOND)
}

/// Whether digits stand where `form` has them, and the same bytes elsewhere.
fn is_like(text: &[u8], form: &[u8]) -> bool {
    text.len() == form.len()
        && text
            .iter()
            .zip(form)
            .all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form })
}

fn number(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<String> {
        stamp(line.as_bytes()).map(|stamp| Clock::default().time(stamp).to_string())
    }

    #[test]
    fn dates_zones_and_fractions_are_read_where_they_are() {
        for (line, wanted) in [
            ("--- 2026-11-22 09:00:59.697138", "2026-11-22T09:00:59.697138Z"),
            ("--- 2019-04-03\t11:15:05.529523\t1554304505.5", "2019-04-03T11:15:05.529523Z"),
            ("U 2011/08/09 06:32:56.5 1.2.3.4:5060 -> 1.2.3.5:5060", "2011-08-09T06:32:56.500000Z"),
            ("[2026-01-07 11:25:15,523] VERBOSE[1]", "2026-01-07T11:25:15.523000Z"),
            ("2026-11-22T09:00:00.25+01:00 x", "2026-11-22T08:00:00.250000Z"),
            ("[Jan  7 11:25:15] VERBOSE", "1970-01-01T11:25:15.000000Z"),
            ("06:32:56.583165 IP a > b", "1970-01-01T06:32:56.583165Z"),
        ] {
            assert_eq!(shown(line).as_deref(), Some(wanted), "{line}");
        }
        assert_eq!(shown("at 2001:db8::12:34:56"), None, "that is an address");
        assert_eq!(shown("no time 1:2:3"), None);
    }

    #[test]
    fn a_day_without_a_date_goes_on_after_midnight() {
        let mut clock = Clock::default();
        let mut at = |line: &str| clock.time(stamp(line.as_bytes()).unwrap());
        let (evening, late, morning) = (at("23:59:59.5"), at("23:59:59.4"), at("00:00:01.5"));
        assert_eq!(morning.seconds_since(evening), 2.0);
        assert!(late < evening, "a line that was written late starts no new day");
    }

    #[test]
    fn seconds_since_1970_are_told_by_their_point() {
        assert_eq!(
            epoch(b"1795338437.401615"),
            Some(Stamp::At(Time::from_parts(1_795_338_437, 401_615_000)))
        );
        assert_eq!(epoch(b"17953384"), None);
    }
}
