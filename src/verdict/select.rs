//! Which clauses are meant by an id, a subclause or a glob.

use crate::clause::{Book, Id};
use crate::session::Glob;

/// What `--select`, `--ignore`, `clauses:` and waivers name clauses by.
///
/// A clause id means that clause alone, a subclause all clauses in it, a text with `*` or `?` whatever
/// matches it as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selector(Glob);

impl Selector {
    /// Checks that the text means something in one of `books`.
    ///
    /// # Errors
    /// Says what does not exist, and the nearest id that does.
    pub fn parse(text: &str, books: &[&Book]) -> Result<Self, String> {
        let selector = Self(Glob(text.trim().to_owned()));
        let ids = || books.iter().flat_map(|book| book.clauses()).map(|clause| clause.id);
        if ids().any(|id| selector.means(id)) {
            return Ok(selector);
        }
        let nearest = nearest(text, ids().flat_map(|id| [id.0, id.subclause()]));
        Err(match nearest {
            Some(nearest) => format!("no clause `{text}`; did you mean `{nearest}`?"),
            None => format!("no clause `{text}`; `sipclause clauses` lists them"),
        })
    }

    /// Whether it means this clause.
    pub fn means(&self, id: Id) -> bool {
        self.0.0 == id.0 || self.0.0 == id.subclause() || (self.0.is_pattern() && self.0.matches(id.0))
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.0.0
    }
}

/// The candidate nearest to `text`, if one is near: at most a third of its letters wrong.
pub fn nearest<'c>(text: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let most = text.chars().count() / 3 + 1;
    candidates
        .map(|candidate| (distance(text, candidate), candidate))
        .filter(|&(distance, _)| distance <= most)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance, letter case aside.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_told() {
        assert_eq!(nearest("6.2.1.1-5bos", ["6.2.1.1-5", "6.2.1.1-5bis"].into_iter()), Some("6.2.1.1-5bis"));
        assert_eq!(
            nearest("max_adhoc_groupsize", ["max_adhoc_group_size"].into_iter()),
            Some("max_adhoc_group_size")
        );
        assert_eq!(nearest("quite different", ["profile"].into_iter()), None);
    }

    #[test]
    fn an_id_means_itself_and_a_subclause_all_of_its_own() {
        let id = Id("6.2.1.1-5bis");
        assert!(Selector(Glob("6.2.1.1-5bis".into())).means(id));
        assert!(Selector(Glob("6.2.1.1".into())).means(id));
        assert!(Selector(Glob("6.2.1.*-5*".into())).means(id));
        assert!(!Selector(Glob("6.2.1.1-5".into())).means(id));
    }
}
