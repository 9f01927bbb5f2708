//! Edits: the small changes of a flow that make up a fault. One that changes nothing is an error.

use super::action::Action;
use super::change::change;
use super::flow::{Flow, FlowMessage};
use super::replay;
use super::splice::{replaced, splice};
use crate::message::{Message, Name};

/// One change of a flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The message meant, from 0; `None` for all of them.
    pub message: Option<usize>,
    /// What is done.
    pub action: Action,
    /// Leaves Content-Length as it is when the body changes.
    pub keep_length: bool,
}

impl Edit {
    /// Applies it.
    ///
    /// # Errors
    /// Says why it cannot be applied, or that it changes nothing.
    pub fn apply(&self, flow: &mut Flow) -> Result<(), String> {
        let before = flow.clone();
        match (&self.action, self.message) {
            (Action::Everywhere(swap), _) => {
                for message in &mut flow.messages {
                    message.bytes = replaced(&message.bytes, swap, usize::MAX).unwrap_or_default();
                    recount(message, &before, self.keep_length);
                }
            }
            (_, None) => return Err("the edit names no message".into()),
            (Action::Drop, Some(at)) => {
                check(flow, at)?;
                flow.messages.remove(at);
            }
            (Action::CopyAfter(after), Some(at)) => {
                check(flow, at)?;
                check(flow, *after)?;
                let copy = flow.messages[at].clone();
                flow.messages.insert(after + 1, copy);
            }
            (Action::Delay(seconds), Some(at)) => {
                check(flow, at)?;
                replay::delay(flow, at, *seconds);
            }
            (
                Action::Outlast
                | Action::Hasten
                | Action::SendUnlisted(_)
                | Action::Unlist
                | Action::InviteAgain,
                Some(at),
            ) => {
                check(flow, at)?;
                replay::apply(&self.action, flow, at)?;
            }
            (action, Some(at)) => {
                check(flow, at)?;
                let message = &mut flow.messages[at];
                let body = Message::split(&message.bytes).body().to_vec();
                change(action, message)?;
                let changed = Message::split(&message.bytes).body() != body;
                if changed && !self.keep_length && !matches!(action, Action::Truncate(_)) {
                    set_length(message);
                }
            }
        }
        if *flow == before { Err("the edit changes nothing".into()) } else { Ok(()) }
    }
}

fn check(flow: &Flow, at: usize) -> Result<(), String> {
    match flow.messages.len() {
        count if at < count => Ok(()),
        count => Err(format!("there is no message {at}: the flow has {count}, counted from 0")),
    }
}

/// Sets Content-Length where a replacement everywhere changed the length of the body.
fn recount(message: &mut FlowMessage, before: &Flow, keep: bool) {
    let split = Message::split(&message.bytes);
    let length = split.body().len();
    let untouched = before.messages.iter().any(|old| old.bytes == message.bytes);
    if !keep && !untouched && split.content_length() != Some(length as u64) {
        set_length(message);
    }
}

fn set_length(message: &mut FlowMessage) {
    let split = Message::split(&message.bytes);
    let length = split.body().len().to_string();
    let place = split.rows(Name::ContentLength).next().map(|row| row.value.range());
    if let Some(place) = place {
        message.bytes = splice(&message.bytes, place, length.as_bytes());
    }
}
