//! Bytes that somebody built -> verdicts with evidence: the oracle of those who fuzz a message builder.
//!
//! [`judge`] takes bytes and never fails; what it gives owns everything, is the same for the same bytes, and
//! prints as what one wants to read in a failed test: clause, place and line.
//!
//! ```
//! let built = b"INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n\
//!     Max-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: 1\r\n\
//!     CSeq: 1 INVITE\r\nContact: <sip:alice@a.example;+g.oma.sip-im>\r\n\r\n";
//! let verdicts = sipclause::judge(built);
//! let misplaced = verdicts.failures().find(|failure| failure.clause().id.0 == "6.2.1.1-4").unwrap();
//! assert_eq!(misplaced.code(), "contact/tag-inside-uri");
//! assert_eq!((misplaced.at().line, misplaced.at().column), (8, 31));
//! assert!(verdicts.conforms().is_err());
//! ```
//!
//! A property test of a builder is one line, and its message says what to mend:
//!
//! ```no_run
//! # fn build(_: u64) -> Vec<u8> { Vec::new() }
//! # let input = 0;
//! sipclause::judge(&build(input)).conforms()?;
//! # Ok::<(), sipclause::oracle::Nonconformity>(())
//! ```
//!
//! Who knows more, or asks for less, uses an [`Oracle`]. Clauses that the bytes alone cannot decide are
//! inconclusive, which is no failure; but bytes of which nothing could be decided do not conform, so that a
//! test of nothing is not green.

mod failure;
mod judging;
mod show;
mod verdicts;

pub use self::failure::Failure;
pub use self::judging::{Oracle, judge};
pub use self::verdicts::{Nonconformity, SessionVerdicts, Verdicts};
