//! Code of a finding -> what can be done about it.

mod bodies;
mod conduct;
mod headers;

use super::draft::Make;

/// What can be done about the findings of one code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: &'static str,
    /// What can be done.
    pub remedy: Remedy,
    pub(super) make: Option<Make>,
}

/// Whether there is a fix. Where there is one, single messages may still leave none: a second header is taken away
/// only if it says the same as the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// The text and the clause determine it; what it does, as an imperative.
    Safe(&'static str),
    /// It needs a guess; what it does.
    Unsafe(&'static str),
    /// There is none; why.
    None(&'static str),
}

/// Every code of a finding, each once, by what it is about.
pub static TABLE: [&[Entry]; 3] = [headers::ENTRIES, bodies::ENTRIES, conduct::ENTRIES];

/// What can be done about findings of this code.
///
/// ```
/// use sipclause::fix::{Remedy, remedy};
///
/// assert_eq!(remedy("accept-contact/explicit-missing"), Some(Remedy::Safe("add `explicit`")));
/// assert!(matches!(remedy("user-agent/missing"), Some(Remedy::Unsafe(_))));
/// assert!(matches!(remedy("session-timer/no-bye"), Some(Remedy::None(_))));
/// ```
pub fn remedy(code: &str) -> Option<Remedy> {
    entry(code).map(|entry| entry.remedy)
}

/// The entry of this code.
pub(super) fn entry(code: &str) -> Option<&'static Entry> {
    TABLE.iter().copied().flatten().find(|entry| entry.code == code)
}

const fn safe(code: &'static str, title: &'static str, make: Make) -> Entry {
    Entry { code, remedy: Remedy::Safe(title), make: Some(make) }
}

const fn guess(code: &'static str, title: &'static str, make: Make) -> Entry {
    Entry { code, remedy: Remedy::Unsafe(title), make: Some(make) }
}

const fn none(code: &'static str, why: &'static str) -> Entry {
    Entry { code, remedy: Remedy::None(why), make: None }
}
