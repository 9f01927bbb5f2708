//! OMA SIMPLE IM, IM Client session set-up: subclauses 6.2.1.1 to 6.2.1.5 as 58 clauses.
//!
//! One file a subclause reads like its contents page; the predicates that several subclauses share stand
//! in files of their own. The text is told in our words; where it is doubtful, `readings` says which way it
//! is taken and why.

mod ad_hoc;
mod conference;
mod destination;
mod evidence;
mod extension;
mod feature_tag;
mod general;
mod ims;
mod initial_request;
mod items;
mod multipart;
mod one_to_one;
mod pre_established;
mod recipient_list;
mod replaces;
mod sdp_offer;
mod stored;
mod target;
mod timer;
mod well_formed;

use crate::clause::{Book, Chapter};

/// The book.
pub static BOOK: Book = Book {
    name: "oma_im",
    title: "OMA SIMPLE IM: session set-up by the IM Client",
    chapters: CHAPTERS,
    items: items::ITEMS,
};

static CHAPTERS: &[&Chapter] = &[
    &general::GENERAL,
    &one_to_one::ONE_TO_ONE,
    &ad_hoc::AD_HOC,
    &pre_established::PRE_ESTABLISHED,
    &extension::EXTENSION,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::Level;

    #[test]
    fn the_catalogue_has_58_clauses_in_the_order_of_the_text() {
        let ids: Vec<_> = BOOK.clauses().map(|clause| clause.id.0).collect();
        let expected = [
            ("6.2.1.1", "0 1 2 3 4 5 5bis 6 7 r1 r2 ok1 ims"),
            ("6.2.1.2", "1 2 3 3a 3b 4 ok1 ok2 ims"),
            ("6.2.1.3", "1 2 3 4 4-notify 5 5a 5b 5bis ok1 ok2 note2 ims"),
            ("6.2.1.4", "1 2 5 5a 5b 5bis ok1 ok2 note2 ims"),
            ("6.2.1.5", "1 2 3 4 5 5-notify 6 7 7a 7b 8 9 ims"),
        ];
        let expected: Vec<_> = expected
            .iter()
            .flat_map(|(subclause, items)| items.split(' ').map(move |item| format!("{subclause}-{item}")))
            .collect();
        assert_eq!(ids, expected);
        assert_eq!(ids.len(), 58);
    }

    #[test]
    fn six_clauses_are_should() {
        let should: Vec<_> =
            BOOK.clauses().filter(|clause| clause.level == Level::Should).map(|clause| clause.id.0).collect();
        assert_eq!(
            should,
            [
                "6.2.1.1-3",
                "6.2.1.1-6",
                "6.2.1.3-4-notify",
                "6.2.1.3-note2",
                "6.2.1.4-note2",
                "6.2.1.5-5-notify"
            ]
        );
    }

    #[test]
    fn titles_are_lower_case_facts_without_full_stop() {
        for clause in BOOK.clauses() {
            assert!(!clause.title.ends_with('.'), "{}", clause.id);
            assert!(clause.title.len() <= 78, "{}: {}", clause.id, clause.title);
            assert!(!clause.explain.is_empty() && !clause.binds.is_empty(), "{}", clause.id);
            assert!(!clause.cites.is_empty(), "{}", clause.id);
        }
    }
}
