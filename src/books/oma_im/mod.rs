//! OMA SIMPLE IM, IM Client session set-up: subclauses 6.2.1.1 to 6.2.1.5.

use crate::clause::{Book, Chapter, Check, Clause, Id, Level, Verdicts, cite};

/// The book.
pub static BOOK: Book = Book {
    name: "oma_im",
    title: "OMA SIMPLE IM: IM Client session set-up",
    chapters: &[Chapter { number: "6.2.1.1", title: "General", clauses: &[PLACEHOLDER] }],
};

const PLACEHOLDER: Clause = Clause {
    id: Id("6.2.1.1-1"),
    level: Level::Shall,
    title: "the INVITE asks for IM clients in Accept-Contact",
    explain: "Why.\n\nHow.",
    verdicts: Verdicts { pass: "p", fail: "f", not_applicable: "n", inconclusive: "i" },
    readings: &[
        "`require` beside `explicit` is accepted but not asked for: the word seems to be lost in the text.",
    ],
    cites: &[cite("RFC 3841", "9.2")],
    binds: "the initial INVITE",
    check: Check::Invite(|_, witness| witness.held()),
};
