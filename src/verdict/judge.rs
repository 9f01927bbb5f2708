//! placeholder
use super::{Judgement, Policy};
use crate::clause::Book;
use crate::session::Session;

/// placeholder
pub fn judge<'s>(_session: &Session<'s>, _book: &Book, _policy: &Policy) -> Judgement<'s> {
    unreachable!()
}
