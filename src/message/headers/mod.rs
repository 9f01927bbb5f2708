//! Typed headers: one a file.
