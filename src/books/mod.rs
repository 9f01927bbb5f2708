//! The specifications: data and small functions, no engine.

pub mod oma_im;

use crate::clause::Book;

/// All books, one line each.
pub static BOOKS: &[&Book] = &[&oma_im::BOOK];
