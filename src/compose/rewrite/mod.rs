//! A flow -> another that means the same: spelled, ordered, repeated or mixed in another way.
//!
//! Whatever is rewritten here changes no verdict. RFC 3261 7.3.1 lets header names, white space, folds and
//! the order of differently named headers vary, and makes rows and commas of a list the same; RFC 2046 5.1.1
//! does the like for boundaries, preambles and epilogues.

mod header;
mod multipart;

use super::{Choices, Flow};
use crate::message::Message;
use crate::message::uri::Uri;
use crate::source::Time;

/// What is rewritten in a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rewriting {
    /// Header names, white space, folds, letter case, lists, order of headers.
    pub headers: bool,
    /// Boundary and its quotes, preamble, epilogue, order of the parts.
    pub multipart: bool,
}

impl Rewriting {
    /// Everything.
    pub const ALL: Self = Self { headers: true, multipart: true };
    /// Headers alone.
    pub const HEADERS: Self = Self { headers: true, multipart: false };
    /// Multipart bodies alone.
    pub const MULTIPART: Self = Self { headers: false, multipart: true };

    /// The same message, written in another way.
    ///
    /// What is broken is passed on as it is, so that a faulty message keeps its fault.
    ///
    /// ```
    /// use sipclause::compose::{Choices, Rewriting};
    /// use sipclause::message::{Message, Name};
    ///
    /// let plain = b"BYE sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\nSupported: timer, 100rel\r\nContent-Length: 0\r\n\r\n";
    /// for seed in 0..20 {
    ///     let other = Rewriting::ALL.message(plain, &mut Choices::seeded(seed));
    ///     let other = Message::split(&other);
    ///     assert_eq!(other.first(Name::CallId), Some(&b"1"[..]));
    ///     assert!(other.lists_token(Name::Supported, "timer"));
    /// }
    /// ```
    pub fn message(self, bytes: &[u8], choices: &mut Choices) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        if self.multipart {
            bytes = multipart::rewritten(&bytes, choices).unwrap_or(bytes);
        }
        if self.headers {
            bytes = header::rewritten(&bytes, choices);
        }
        bytes
    }
}

impl Flow {
    /// The same flow, every message written in another way.
    pub fn rewritten(&self, rewriting: Rewriting, choices: &mut Choices) -> Self {
        let mut flow = self.clone();
        for message in &mut flow.messages {
            if message.wholeness == crate::message::Wholeness::Whole {
                message.bytes = rewriting.message(&message.bytes, choices);
            }
        }
        flow
    }

    /// The same flow with retransmissions: some messages come twice or three times, byte by byte.
    pub fn repeated(&self, choices: &mut Choices) -> Self {
        let mut flow = Self::default();
        for message in &self.messages {
            let times = 1 + choices.below(3) as usize;
            flow.messages.extend(std::iter::repeat_n(message.clone(), times));
        }
        flow
    }

    /// The same flow at another time.
    pub fn starting_at(&self, start: Time) -> Self {
        let mut flow = self.clone();
        let first = self.messages.iter().find_map(|message| message.time).unwrap_or(start);
        for time in flow.messages.iter_mut().filter_map(|message| message.time.as_mut()) {
            *time = Time(time.0 - first.0 + start.0);
        }
        flow
    }

    /// Flows as one capture saw them: in the order of time, each in its own order.
    pub fn interleaved(flows: impl IntoIterator<Item = Self>) -> Self {
        let mut flow = Self { messages: flows.into_iter().flat_map(|flow| flow.messages).collect() };
        flow.messages.sort_by_key(|message| message.time);
        flow
    }
}

/// Letters in another case, each as it falls.
fn any_case(text: &[u8], choices: &mut Choices) -> Vec<u8> {
    match choices.below(4) {
        0 => text.to_vec(),
        1 => text.to_ascii_uppercase(),
        2 => text.to_ascii_lowercase(),
        _ => text
            .iter()
            .map(
                |&byte| {
                    if choices.chance(50) { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
                },
            )
            .collect(),
    }
}

/// Whether the text is a URI that can be read: what cannot is left alone.
fn is_uri(text: &[u8]) -> bool {
    Uri::parse(text).is_ok()
}

/// The position of the header section of a message that has one whole and sound.
fn sound(message: &Message<'_>) -> bool {
    message.has_whole_headers() && message.header_lines().all(|line| line.fault.is_none())
}
