//! Judges, clause by clause, whether an instant-messaging client sets up its SIP sessions as the OMA
//! SIMPLE IM specification asks.
//!
//! The way of a byte is a stream: [`capture`] makes packets of it, [`message`] splits them, [`session`] puts
//! them together, [`verdict`] holds each session against the clauses of a [`clause::Book`]. [`judge`] goes
//! the whole way for bytes in memory, such as those of a message builder under test:
//!
//! ```
//! use sipclause::verdict::Verdict;
//!
//! let verdicts = sipclause::judge(b"INVITE sip:bob@example.com SIP/2.0\r\nCall-ID: 1\r\n\r\n");
//! assert_eq!(verdicts.verdict("6.2.1.1-1"), Some(Verdict::Fail));
//! println!("{verdicts}");
//! ```
//!
//! [`run::run`] does so for an input of any size, session by session as they end:
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
//!
//! [`compose`] is the other direction: flows that conform, and the single faults that break a clause.

pub mod books;
pub mod capture;
pub mod clause;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compose;
#[cfg(feature = "yaml")]
pub mod config;
pub mod error;
pub mod fix;
pub mod interop;
#[cfg(feature = "cli")]
mod lsp;
#[cfg(feature = "cli")]
pub mod manual;
pub mod message;
pub mod oracle;
#[cfg(feature = "cli")]
pub mod redact;
#[cfg(feature = "cli")]
pub mod report;
pub mod run;
pub mod session;
pub mod source;
#[cfg(feature = "yaml")]
pub mod vector;
pub mod verdict;
mod visible;

pub use self::oracle::{Oracle, judge};
