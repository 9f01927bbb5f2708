//! A Call-ID without a judgement -> why there is none.

use std::fs::File;

use super::outcome::policy;
use super::sessions::CaptureVector;
use crate::capture::{Caps, Capture, Event};
use crate::clause::Book;
use crate::message::{Message, Name};
use crate::run;
use crate::verdict::{Judgement, Policy, nearest};

/// What is asked about the sessions of a capture that were not judged.
pub(super) struct Unjudged<'v> {
    pub(super) vector: &'v CaptureVector,
    /// The Call-IDs that were.
    pub(super) judged: Vec<&'v str>,
}

impl Unjudged<'_> {
    /// Why, as far as it is known. The capture is read again: a vector that is right never asks.
    pub(super) fn why(&self, call_id: &str, book: &Book) -> String {
        let messages = self.messages(call_id);
        if messages == 0 {
            return match nearest(call_id, self.judged.iter().copied()) {
                Some(near) => format!("no message of the capture has this Call-ID; did you mean `{near}`?"),
                None => "no message of the capture has this Call-ID".to_owned(),
            };
        }
        let count = if messages == 1 { "1 message".to_owned() } else { format!("{messages} messages") };
        let why = if self.is_judged_without_a_mark(call_id, book) {
            "it shows no IM mark"
        } else {
            "they set up no session of a client under test (`context.clients` says which those are)"
        };
        format!("the capture has {count} of it, but it was not judged: {why}")
    }

    fn messages(&self, call_id: &str) -> usize {
        let file = File::open(&self.vector.capture).ok();
        let Some(mut capture) = file.and_then(|file| Capture::open(file, Caps::default()).ok()) else {
            return 0;
        };
        let mut messages = 0;
        while let Some(event) = capture.next_event() {
            if let Event::Packet(packet) = event {
                let message = Message::split(&packet.payload);
                messages += usize::from(message.first(Name::CallId) == Some(call_id.as_bytes()));
            }
        }
        messages
    }

    fn is_judged_without_a_mark(&self, call_id: &str, book: &Book) -> bool {
        let policy = Policy { all_sessions: true, ..policy(&self.vector.block) };
        let mut found = false;
        let mut sink = |judgement: &Judgement<'_>| found |= judgement.call_id == call_id;
        let done = File::open(&self.vector.capture)
            .is_ok_and(|file| run::run("vector", file, &policy, book, &mut sink).is_ok());
        done && found
    }
}
