//! Text + edits -> text.

use std::collections::VecDeque;

use crate::source::Span;

/// Some bytes of a text, and what takes their place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Edit {
    /// The bytes that go; empty where something is put in.
    pub span: Span,
    /// What takes their place.
    pub replacement: Vec<u8>,
}

impl Edit {
    /// Whether both cannot be made in the same text: they overlap, or begin at the same place.
    pub(super) fn disturbs(&self, other: &Self) -> bool {
        let (first, second) = if self.span <= other.span { (self, other) } else { (other, self) };
        first.span.start == second.span.start || first.span.end > second.span.start
    }
}

/// The text with the edits made, in whatever order they come. Of two that overlap, the first counts, and what
/// reaches behind the end of the text is left out.
///
/// ```
/// use sipclause::fix::{Edit, apply};
/// use sipclause::source::Span;
///
/// let edit = |start, end, by: &str| Edit { span: Span::new(start, end), replacement: by.into() };
/// assert_eq!(apply(b"Allow: INVITE", &[edit(13, 13, ", ACK"), edit(0, 5, "allow")]), b"allow: INVITE, ACK");
/// ```
pub fn apply(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    let mut made = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        if range.start < at || range.end > text.len() {
            continue;
        }
        made.extend_from_slice(&text[at..range.start]);
        made.extend_from_slice(&edit.replacement);
        at = range.end;
    }
    made.extend_from_slice(&text[at..]);
    made
}

/// The edits of a text that come to the same as `first`, and then `second` in what the first made of it.
pub(super) fn composed(first: &[Edit], second: &[Edit], length: usize) -> Vec<Edit> {
    let mut second: Vec<&Edit> = second.iter().collect();
    second.sort_by_key(|edit| edit.span);
    second.dedup();
    let mut made = Vec::new();
    let mut rest = Pieces { pieces: pieces(first, length), at: 0 };
    for edit in second {
        made.extend(rest.up_to(edit.span.start as usize));
        drop(rest.up_to(edit.span.end as usize));
        made.push(Piece::New(edit.replacement.clone()));
    }
    made.extend(rest.up_to(usize::MAX));
    edits(made, length)
}

/// A run of bytes of a text with edits in it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    /// These bytes of the text without edits.
    Old(std::ops::Range<usize>),
    /// Bytes of an edit.
    New(Vec<u8>),
}

fn pieces(edits: &[Edit], length: usize) -> VecDeque<Piece> {
    let mut pieces = VecDeque::new();
    let mut at = 0;
    for edit in edits {
        pieces.push_back(Piece::Old(at..edit.span.start as usize));
        pieces.push_back(Piece::New(edit.replacement.clone()));
        at = edit.span.end as usize;
    }
    pieces.push_back(Piece::Old(at..length));
    pieces
}

/// What is left of a text with edits in it.
struct Pieces {
    pieces: VecDeque<Piece>,
    /// Where the first of them begins.
    at: usize,
}

impl Pieces {
    /// Takes what stands before `end` out.
    fn up_to(&mut self, end: usize) -> Vec<Piece> {
        let mut taken = Vec::new();
        while let Some(piece) = self.pieces.front_mut() {
            let room = end - self.at;
            let length = match piece {
                Piece::Old(range) => range.len(),
                Piece::New(bytes) => bytes.len(),
            };
            if length <= room {
                self.at += length;
                taken.extend(self.pieces.pop_front());
                continue;
            }
            self.at = end;
            taken.push(match piece {
                Piece::Old(range) => {
                    let head = range.start..range.start + room;
                    range.start += room;
                    Piece::Old(head)
                }
                Piece::New(bytes) => Piece::New(bytes.drain(..room).collect()),
            });
            break;
        }
        taken
    }
}

/// What stands between the bytes that were kept, as edits.
fn edits(pieces: Vec<Piece>, length: usize) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut at, mut new) = (0, Vec::new());
    let end = Piece::Old(length..length);
    for piece in pieces.into_iter().chain([end]) {
        match piece {
            Piece::New(bytes) => new.extend(bytes),
            Piece::Old(range) if range.is_empty() && range.start < length => {}
            Piece::Old(range) => {
                if range.start > at || !new.is_empty() {
                    let span = Span::new(at, range.start);
                    edits.push(Edit { span, replacement: std::mem::take(&mut new) });
                }
                at = range.end;
            }
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edit(start: usize, end: usize, by: &str) -> Edit {
        Edit { span: Span::new(start, end), replacement: by.into() }
    }

    #[test]
    fn edits_that_touch_do_not_disturb_each_other() {
        assert!(!edit(0, 2, "x").disturbs(&edit(2, 4, "y")));
        assert!(edit(0, 3, "x").disturbs(&edit(2, 4, "y")));
        assert!(edit(2, 2, "x").disturbs(&edit(2, 4, "y")));
    }

    proptest! {
        #[test]
        fn composed_edits_come_to_the_same(
            text in proptest::collection::vec(b'a'..b'f', 0..30),
            first in proptest::collection::vec((0_usize..34, 0_usize..6, "[A-C]{0,4}"), 0..5),
            second in proptest::collection::vec((0_usize..34, 0_usize..6, "[X-Z]{0,4}"), 0..5),
        ) {
            let first = sound(&first, text.len());
            let once = apply(&text, &first);
            let second = sound(&second, once.len());
            let twice = apply(&once, &second);
            prop_assert_eq!(apply(&text, &composed(&first, &second, text.len())), twice);
        }
    }

    /// Edits in order, none of which disturbs another.
    fn sound(drawn: &[(usize, usize, String)], length: usize) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        for (start, count, by) in drawn {
            let edit = edit((*start).min(length), (start + count).min(length), by);
            if edits.iter().all(|other| !other.disturbs(&edit)) {
                edits.push(edit);
            }
        }
        edits.sort();
        edits
    }

    #[test]
    fn what_overlaps_or_lies_outside_is_left_out() {
        assert_eq!(apply(b"abcdef", &[edit(0, 3, "1"), edit(2, 4, "2"), edit(5, 9, "3")]), b"1def");
        assert_eq!(apply(b"", &[]), b"");
    }
}
