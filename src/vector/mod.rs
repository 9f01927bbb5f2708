//! YAML vectors: a file of expectations -> what came out otherwise, and the file as it should read.
//!
//! There are two kinds. The vector of a clause has a good flow that passes the clause and fails no other;
//! each of its faults makes this clause fail and changes no other clause, but those it names. The vector of
//! a capture says for every session in it which clauses fail. The whole catalogue is judged every time.

mod bless;
mod compare;
mod edit;
mod file;
mod judged;
mod kind;
mod outcome;
mod patch;
mod place;
mod read;
mod results;
mod rewrite;
mod run;
mod sessions;
mod unjudged;
mod write;

pub use self::file::{Case, Expectation, Vector};
pub use self::kind::VectorFile;
pub use self::outcome::{Outcome, judge_flow};
pub use self::results::{Difference, Mismatch, Results, Unreadable};
pub use self::rewrite::{Rewritten, Written};
pub use self::sessions::{CaptureVector, Others, SessionEntry};
