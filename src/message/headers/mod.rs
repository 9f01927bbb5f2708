//! Typed headers: one a file.
//!
//! Each type borrows from the message, so that [`Message::span_of`](super::Message::span_of) tells the
//! place of any part. A value that cannot be read is a [`Malformed`], never a panic and never an `Error`.

mod accept_contact;
mod call_id;
mod contact;
mod cseq;
mod date;
mod event;
mod feature;
mod max_forwards;
mod name_addr;
mod params;
mod privacy;
mod replaces;
mod security;
mod session_expires;
mod user_agent;
mod via;

use nom::Parser;
use nom::bytes::complete::tag;
use nom::sequence::delimited;

pub use self::accept_contact::{AcceptContact, Flag};
pub use self::call_id::CallId;
pub use self::contact::{Contact, contacts};
pub use self::cseq::CSeq;
pub use self::date::check_date;
pub use self::event::Event;
pub use self::feature::Feature;
pub use self::max_forwards::max_forwards;
pub use self::name_addr::NameAddr;
pub use self::params::{check_generic_params, check_param};
pub use self::privacy::{Privacy, PrivacyFault};
pub use self::replaces::Replaces;
pub use self::security::same_security_mechanisms;
pub use self::session_expires::{MinSe, Refresher, SessionExpires, delta_seconds};
pub use self::user_agent::{Product, ServerValue, ServerValues, products, server_values};
pub use self::via::Via;
use super::token::{Parsed, sws};

/// A value that does not follow its grammar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed<'m> {
    /// Where reading stopped: the first bytes that do not fit, or the whole value where something is missing.
    pub at: &'m [u8],
    /// What would have fitted there.
    pub expected: &'static str,
}

impl<'m> Malformed<'m> {
    /// What is wrong `at` a place of `whole`; an empty place gives way to the whole.
    pub fn new(at: &'m [u8], whole: &'m [u8], expected: &'static str) -> Self {
        Self { at: if at.is_empty() { whole } else { at }, expected }
    }
}

/// The separator `text` with optional white space around it.
fn separator<'m>(
    text: &'static str,
) -> impl Parser<&'m [u8], Output = &'m [u8], Error = nom::error::Error<&'m [u8]>> {
    delimited(sws, tag(text), sws)
}

/// Where a small parser stopped.
fn stopped_at<'m, T>(parsed: &Parsed<'m, T>, otherwise: &'m [u8]) -> &'m [u8] {
    match parsed {
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => error.input,
        _ => otherwise,
    }
}
