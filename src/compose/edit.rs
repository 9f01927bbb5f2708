//! Edits: the small changes of a flow that make up a fault. One that changes nothing is an error.

use std::net::SocketAddr;

use super::flow::{Flow, FlowMessage};
use crate::capture::Transport;
use crate::message::{HeaderLine, Message, Name, Wholeness, token};
use crate::source::Time;

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

/// What an edit does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Replaces the first occurrence in the start line.
    StartLine(Swap),
    /// Replaces the first occurrence in a header row of that name.
    Header {
        /// The header, long or compact.
        name: String,
        /// The row, from 0; `None`: the first that holds the text.
        row: Option<usize>,
        /// The replacement.
        swap: Swap,
    },
    /// Removes all rows of a header.
    Remove(String),
    /// Sets the value of the first row of a header.
    Set(String, String),
    /// Adds a row, before another header or at the end.
    Add {
        /// `Name: value`.
        line: String,
        /// The header before which it goes.
        before: Option<String>,
    },
    /// Replaces the first occurrence in the body.
    Body(Swap),
    /// Sets the whole body.
    SetBody(String),
    /// Appends to the body.
    AppendBody(String),
    /// Removes the message.
    Drop,
    /// Inserts a copy of the message behind another.
    CopyAfter(usize),
    /// Changes keys of the separator line.
    Separator {
        /// Time.
        time: Option<Time>,
        /// Sender.
        from: Option<SocketAddr>,
        /// Receiver.
        to: Option<SocketAddr>,
        /// Transport.
        transport: Option<Transport>,
    },
    /// Keeps only so many bytes, as a capture cut by its snap length.
    Truncate(usize),
    /// Replaces every occurrence, everywhere.
    Everywhere(Swap),
}

/// Text and what takes its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Swap {
    /// The text.
    pub replace: String,
    /// What takes its place.
    pub by: String,
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

fn change(action: &Action, message: &mut FlowMessage) -> Result<(), String> {
    let split = Message::split(&message.bytes);
    let body_at = split.body_span().start as usize;
    let edited = match action {
        Action::StartLine(swap) => spliced(&message.bytes, split.start_line().range(), swap)?,
        Action::Header { name, row, swap } => {
            let mut rows = rows(&split, name);
            let row = match row {
                Some(row) => rows.nth(*row),
                None => rows.find(|row| contains(row.line.of(&message.bytes), swap.replace.as_bytes())),
            };
            let row = row.ok_or_else(|| format!("no {name} row holds `{}`", swap.replace))?;
            spliced(&message.bytes, row.line.range(), swap)?
        }
        Action::Remove(name) => {
            let mut bytes = message.bytes.clone();
            for row in rows(&split, name).collect::<Vec<_>>().into_iter().rev() {
                bytes.drain(row.line.range());
            }
            bytes
        }
        Action::Set(name, value) => {
            let row = rows(&split, name).next().ok_or_else(|| format!("there is no {name} to set"))?;
            splice(&message.bytes, row.value.range(), value.as_bytes())
        }
        Action::Add { line, before } => {
            let at = match before {
                Some(name) => {
                    rows(&split, name)
                        .next()
                        .ok_or_else(|| format!("there is no {name} to add before"))?
                        .line
                        .start
                }
                None => split.empty_line().start,
            } as usize;
            splice(&message.bytes, at..at, format!("{line}\r\n").as_bytes())
        }
        Action::Body(swap) => spliced(&message.bytes, body_at..message.bytes.len(), swap)?,
        Action::SetBody(body) => splice(&message.bytes, body_at..message.bytes.len(), body.as_bytes()),
        Action::AppendBody(more) => {
            splice(&message.bytes, message.bytes.len()..message.bytes.len(), more.as_bytes())
        }
        Action::Separator { time, from, to, transport } => {
            message.time = time.or(message.time);
            message.from = from.or(message.from);
            message.to = to.or(message.to);
            message.transport = transport.or(message.transport);
            return Ok(());
        }
        Action::Truncate(bytes) => {
            message.wholeness = Wholeness::Cut;
            message.bytes.truncate(*bytes);
            return Ok(());
        }
        Action::Drop | Action::CopyAfter(_) | Action::Everywhere(_) => return Ok(()),
    };
    message.bytes = edited;
    Ok(())
}

/// The rows of a header; long and compact names are the same header, unknown ones are compared by name.
fn rows<'m>(message: &'m Message<'_>, name: &str) -> impl Iterator<Item = &'m HeaderLine> {
    let kind = Name::of(name.as_bytes());
    let name = name.to_owned();
    message.header_lines().iter().filter(move |line| {
        line.fault.is_none()
            && line.kind == kind
            && (kind != Name::Other || token::same_token(line.name.of(message.bytes()), &name))
    })
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(text, wanted).is_some()
}

fn splice(bytes: &[u8], range: std::ops::Range<usize>, by: &[u8]) -> Vec<u8> {
    [&bytes[..range.start], by, &bytes[range.end..]].concat()
}

fn spliced(bytes: &[u8], range: std::ops::Range<usize>, swap: &Swap) -> Result<Vec<u8>, String> {
    let edited = replaced(&bytes[range.clone()], swap, 1)
        .ok_or_else(|| format!("`{}` does not stand there", swap.replace))?;
    Ok(splice(bytes, range, &edited))
}

/// `text` with up to `most` occurrences replaced; `None` if there is none and one was wanted.
fn replaced(text: &[u8], swap: &Swap, most: usize) -> Option<Vec<u8>> {
    let wanted = swap.replace.as_bytes();
    let mut edited = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut count = 0;
    while count < most && !wanted.is_empty() {
        let Some(at) = memchr::memmem::find(rest, wanted) else { break };
        edited.extend_from_slice(&rest[..at]);
        edited.extend_from_slice(swap.by.as_bytes());
        rest = &rest[at + wanted.len()..];
        count += 1;
    }
    edited.extend_from_slice(rest);
    (count > 0 || most > 1).then_some(edited)
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
