//! Judges, clause by clause, whether an instant-messaging client sets up its SIP sessions as the OMA
//! SIMPLE IM specification asks.

pub mod books;
pub mod capture;
pub mod clause;
pub mod error;
pub mod message;
pub mod session;
pub mod source;
pub mod verdict;
