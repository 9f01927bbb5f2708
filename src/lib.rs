//! Judges, clause by clause, whether an instant-messaging client sets up its SIP sessions as the OMA
//! SIMPLE IM specification asks.
//!
//! The way of a byte is a stream: [`capture`] makes packets of it, [`message`] splits them, [`session`] puts
//! them together, [`verdict`] holds each session against the clauses of a [`clause::Book`]. [`run::run`]
//! goes the whole way:
//!
//! ```
//! use sipclause::books::oma_im::BOOK;
//! use sipclause::run::run;
//! use sipclause::verdict::{Policy, Verdict};
//!
//! let text = b"INVITE sip:bob@example.com SIP/2.0\r\nUser-Agent: IM-client/OMA1.0\r\n\r\n";
//! let mut failed = Vec::new();
//! let (input, _) = run("a.sip", &text[..], &Policy::default(), &BOOK, &mut |judgement| {
//!     let fails = judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Fail);
//!     failed.extend(fails.map(|ruling| ruling.clause.id.0));
//! })?;
//! assert_eq!(input.messages, 1);
//! assert!(failed.contains(&"6.2.1.1-1") && !failed.contains(&"6.2.1.1-2"));
//! # Ok::<(), sipclause::capture::OpenError>(())
//! ```

pub mod books;
pub mod capture;
pub mod clause;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compose;
#[cfg(feature = "yaml")]
pub mod config;
pub mod error;
#[cfg(feature = "cli")]
pub mod manual;
pub mod message;
#[cfg(feature = "cli")]
pub mod report;
pub mod run;
pub mod session;
pub mod source;
#[cfg(feature = "yaml")]
pub mod vector;
pub mod verdict;
