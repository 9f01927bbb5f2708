//! Texts that come again -> their numbers in a table.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use super::lines::ShownLine;

/// Values by the numbers under which they were first met.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    numbers: HashMap<Rc<T>, usize>,
    values: Vec<Rc<T>>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }
}

impl<T: Eq + Hash> Numbered<T> {
    /// The number of this value, which is a new one if it was not met before.
    pub(super) fn number(&mut self, value: T) -> usize {
        if let Some(&number) = self.numbers.get(&value) {
            return number;
        }
        let value = Rc::new(value);
        self.values.push(Rc::clone(&value));
        self.numbers.insert(value, self.values.len() - 1);
        self.values.len() - 1
    }

    /// The value of this number.
    pub(super) fn value(&self, number: usize) -> &T {
        &self.values[number]
    }

    /// All values in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter().map(|value| &**value)
    }
}

/// The tables of a run.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// Names of inputs as they were given, because sessions are sorted by them.
    pub(super) inputs: Numbered<String>,
    /// The User-Agents as they are shown.
    pub(super) agents: Numbered<String>,
    /// The reasons of verdicts as they are shown.
    pub(super) reasons: Numbered<String>,
    /// The codes of findings.
    pub(super) codes: Numbered<&'static str>,
    /// The lines of messages as they are shown.
    pub(super) lines: Numbered<ShownLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_first_time() {
        let mut numbered = Numbered::default();
        assert_eq!(["b", "a", "b", "c"].map(|value| numbered.number(value)), [0, 1, 0, 2]);
        assert_eq!(numbered.iter().copied().collect::<String>(), "bac");
    }
}
