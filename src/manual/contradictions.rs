//! Where the text of the specification contradicts itself, or says what it cannot mean.

use crate::clause::Id;

/// Clauses, and what is odd about their text.
static CONTRADICTIONS: &[(&[&str], &str)] = &[
    (
        &["6.2.1.2-1", "6.2.1.3-1", "6.2.1.4-1", "6.2.1.5-1"],
        "The text refers to a General subclause 6.1.3.1, which the change request does not have; it is read as \
         6.2.1.1.",
    ),
    (
        &["6.2.1.1-1"],
        "Words are missing around `explicit`: a plural and an `and` are left over, as if `require` had stood \
         there too.",
    ),
    (
        &["6.2.1.1-5", "6.2.1.1-5bis"],
        "Two items have the number 5, and the first of them is glued to the end of item 4. The second is called \
         5bis here.",
    ),
    (
        &["6.2.1.1-7"],
        "multipart/mixed is asked for although a one-to-one or pre-established INVITE has a single body; an \
         answerer that only knows plain SDP will refuse it. 6.2.1.5 repeats the item word for word.",
    ),
    (&["6.2.1.5-6"], "The item repeats item 7 of the General subclause, so both clauses fail together."),
    (
        &["6.2.1.1-6"],
        "RFC 4028 7.1 recommends leaving `refresher` out of an initial INVITE; a client that follows the RFC \
         misses this recommendation.",
    ),
    (
        &["6.2.1.1-r1", "6.2.1.1-r2", "6.2.1.1-ok1"],
        "The numbering starts again at 1 in each block on responses; the ids tell the blocks apart.",
    ),
    (
        &["6.2.1.2-ok1", "6.2.1.2-ok2", "6.2.1.3-ok1", "6.2.1.3-ok2", "6.2.1.4-ok1", "6.2.1.4-ok2"],
        "The item says again what the General subclause says of every response. Judged here is the 200, there \
         every other response.",
    ),
    (
        &["6.2.1.2-3b", "6.2.1.3-5b", "6.2.1.4-5b", "6.2.1.5-7b"],
        "The item asks for codecs, and MSRP has none; `a=accept-types` is what can be seen.",
    ),
    (
        &["6.2.1.3-5", "6.2.1.3-5bis"],
        "Two items have the number 5: the SDP offer, and sending the INVITE. The second is called 5bis here.",
    ),
    (
        &["6.2.1.3-4", "6.2.1.5-5"],
        "The number of invited users is compared with a maximum number of participants, and the inviter is a \
         participant too. `context.count_inviter` says how to count.",
    ),
    (
        &["6.2.1.4-5", "6.2.1.4-5bis"],
        "The items are numbered 1, 2, 5 and 5: two were dropped when the ad-hoc list was copied. The second 5 is \
         called 5bis here.",
    ),
    (
        &["6.2.1.5-3", "6.2.1.5-4"],
        "Items 3 and 4 overlap: both ask for the resource list, the one for what it names, the other for its \
         form.",
    ),
    (
        &["6.2.1.5-8"],
        "The header is called Replace; RFC 3891 defines Replaces, and no header Replace exists. The old dialog is \
         replaced, although item 9 sends the INVITE within it.",
    ),
    (
        &["6.2.1.5-9"],
        "No message can satisfy items 1, 2, 8 and a literal 9: an initial INVITE to the factory that replaces a \
         dialog is not sent within that dialog, and RFC 5366 forbids the recipient list there. Later texts \
         dropped the words.",
    ),
    (
        &["6.2.1.5-ims"],
        "The sentence is worded otherwise than in the four subclauses before; it is read like them.",
    ),
];

/// What is odd about the text of this clause.
pub(super) fn of(id: Id) -> impl Iterator<Item = &'static str> {
    CONTRADICTIONS.iter().filter(move |(ids, _)| ids.contains(&id.0)).map(|(_, text)| *text)
}

/// All clauses that something is said about.
#[cfg(test)]
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    CONTRADICTIONS.iter().flat_map(|(ids, _)| ids.iter().copied())
}
