//! A conforming and a failing message, as the lines in which they differ.

/// One fault of a test vector, shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Example {
    /// The clause that it breaks.
    pub clause: &'static str,
    /// What is wrong, in a few words.
    pub fault: &'static str,
    /// Whose lines they are: `INVITE`, `200 OK to INVITE`.
    pub message: &'static str,
    /// The differing lines, in the order of the message.
    pub lines: &'static [(Kind, &'static str)],
    /// Everything the vectors of this clause find: code of the finding, what was done to cause it.
    pub codes: &'static [(&'static str, &'static str)],
}

/// On which side of an example a line stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// In the conforming message alone.
    Good,
    /// In the failing message alone.
    Bad,
}
