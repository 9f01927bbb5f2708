//! What was wrong with an input, grouped so that a million damaged frames stay one line.

use std::fmt;

/// Something wrong with the input, in words, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable word for its kind: `snaplen`, `fragment`.
    pub kind: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line for people: names frame or line of the first time.
    pub text: String,
    /// How often it was met.
    pub count: u64,
}

impl fmt::Display for Problem {
    /// The text, and how many more of the same kind there were.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match self.count {
            0 | 1 => Ok(()),
            count => write!(f, " (and {} more like it)", count - 1),
        }
    }
}

/// What a [`Problem`] means for the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// Worth saying, nothing lost: LF line ends, an unknown link type without SIP.
    Note,
    /// Something was cut short, damaged or lost that may have held SIP: exit code 4.
    Damage,
}

/// A kind of problem, and a number that tells two of the kind apart (a link type, a protocol).
type Sort = (&'static str, u64);

/// Different notes kept apart; hostile captures have no more. Damage is not bounded by them, because the exit
/// code depends on it.
const SORTS: usize = 256;
/// Different problems kept apart.
const MOST: usize = 2 * SORTS;

/// The problems met so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    sorts: Vec<Sort>,
    problems: Vec<Problem>,
}

impl Log {
    /// Notes a problem; `text` is asked for the first of its sort only.
    pub(super) fn note(&mut self, sort: &'static str, text: impl FnOnce() -> String) {
        self.say((sort, 0), Severity::Note, text);
    }

    /// Notes that something was lost or damaged.
    pub(super) fn damage(&mut self, sort: &'static str, text: impl FnOnce() -> String) {
        self.say((sort, 0), Severity::Damage, text);
    }

    /// Notes a problem of one among many sorts.
    pub(super) fn say(&mut self, sort: Sort, severity: Severity, text: impl FnOnce() -> String) {
        let known = self.sorts.iter().position(|&other| other == sort);
        match known.and_then(|index| self.problems.get_mut(index)) {
            Some(problem) => problem.count = problem.count.saturating_add(1),
            None if self.sorts.len() < if severity == Severity::Damage { MOST } else { SORTS } => {
                self.sorts.push(sort);
                self.problems.push(Problem { kind: sort.0, severity, text: text(), count: 1 });
            }
            None => {}
        }
    }

    /// Takes over what another log holds.
    #[cfg(feature = "pcap")]
    pub(super) fn add(&mut self, other: Self) {
        for (sort, problem) in other.sorts.into_iter().zip(other.problems) {
            let count = problem.count;
            self.say(sort, problem.severity, || problem.text);
            if let Some(at) = self.sorts.iter().position(|&known| known == sort) {
                self.problems[at].count += count - 1;
            }
        }
    }

    pub(super) fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_of_a_sort_are_one_entry_that_names_the_first() {
        let mut log = Log::default();
        for frame in 1..=10_000 {
            log.damage("cut", || format!("frame {frame} is cut"));
        }
        let texts: Vec<_> = log.problems().iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["frame 1 is cut (and 9999 more like it)"]);
    }

    #[test]
    fn the_number_of_sorts_is_bounded() {
        let mut log = Log::default();
        for link in 0..10_000 {
            log.say(("link", link), Severity::Note, || format!("link type {link}"));
        }
        assert_eq!(log.problems().len(), SORTS);
        log.damage("file", || "the file ends inside of a frame".to_owned());
        assert_eq!(log.problems().last().map(|problem| problem.kind), Some("file"));
    }

    #[test]
    fn damage_is_told_however_many_notes_there_are() {
        let mut log = Log::default();
        for link in 0..10_000 {
            log.say(("link", link), Severity::Note, || format!("link type {link}"));
        }
        log.damage("snaplen", || "frame 7 is cut".to_owned());
        assert_eq!(log.problems().last().map(|problem| problem.severity), Some(Severity::Damage));
        for link in 0..10_000 {
            log.say(("link", link), Severity::Damage, || format!("link type {link}"));
        }
        assert!(log.problems().len() <= MOST);
    }
}
