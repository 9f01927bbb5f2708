//! YAML vectors: a good flow, single faults of it, and what each does to the verdicts.
//!
//! A vector belongs to one clause. Its good flow passes the clause and fails no other; each of its faults
//! makes this clause fail and changes no other clause, but those it names. The whole catalogue is judged
//! every time.

mod edit;
mod file;
mod outcome;
mod read;

pub use self::file::{Case, Expectation, Vector};
pub use self::outcome::{Difference, Outcome, judge_flow};
