//! The TLS records of one direction of a connection -> what runs in them, where there are keys.
//!
//! Keys come from key logs ([`Secrets`]), never from private keys. Both directions need both hellos, so a
//! connection that was captured from its middle stays closed, whatever the keys.

mod cipher;
mod direction;
mod hello;
mod opener;
mod record;
mod schedule;
mod secrets;
mod sessions;
mod suite;
#[cfg(test)]
mod tests;
mod why;

pub(super) use self::direction::Tls;
pub use self::secrets::{KeyLogComplaint, Secrets};
pub(super) use self::sessions::Sessions;
pub(super) use super::tls_record::begins;
