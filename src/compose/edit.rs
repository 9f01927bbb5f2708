//! Edits: the small changes of a flow that make up a fault. One that changes nothing is an error.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::flow::{Flow, FlowMessage};
use super::piece;
use super::replay;
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
#[cfg_attr(feature = "yaml", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Action {
    /// Replaces the first occurrence in the start line.
    StartLine(Swap),
    /// Sets the Request-URI.
    RequestUri(String),
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
    /// Gives the first row of a header another name.
    Rename(String, String),
    /// Removes one value of a header with values between commas; the row too if it has no other.
    RemoveValue(String, String),
    /// Removes one parameter from the first row of a header that has it.
    RemoveParameter(String, String),
    /// Adds a row, before another header or at the end.
    Add {
        /// `Name: value`.
        line: String,
        /// The header before which it goes.
        before: Option<String>,
    },
    /// Replaces the first occurrence in the body.
    Body(Swap),
    /// Replaces every occurrence in the body.
    EveryInBody(Swap),
    /// Ends the body before the last occurrence of this text.
    EndBody(String),
    /// The first line of the body that begins so becomes another line, or goes.
    BodyLine {
        /// How the line begins.
        starts: String,
        /// What becomes of it; `{rest}` is what followed. `None` removes it with its line end.
        becomes: Option<String>,
    },
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
        #[cfg_attr(feature = "yaml", serde(skip))]
        time: Option<Time>,
        /// Sender.
        from: Option<SocketAddr>,
        /// Receiver.
        to: Option<SocketAddr>,
        /// Transport.
        #[cfg_attr(feature = "yaml", serde(skip))]
        transport: Option<Transport>,
    },
    /// Makes this message and everything behind it so many seconds later; earlier if negative.
    Delay(i64),
    /// Makes this message and everything behind it later by the session interval that the last 2xx of its
    /// session set, and ten seconds.
    Outlast,
    /// Moves this message and all that follows of its Call-ID up, to a second after what came before.
    Hasten,
    /// Sends it to another address, under the same port; a topmost Route that named the old one names the new.
    Divert(Ipv4Addr, Ipv6Addr),
    /// Behind this request its sender sends one of another method in the same dialog, and gets 405. The Allow
    /// that it had received last there does not list that method, nor does it any more.
    SendUnlisted(String),
    /// The Allow that its sender had received last in the dialog does not list its method any more.
    Unlist,
    /// Behind this ACK its sender sends the initial INVITE again, with the next CSeq, and gets 482.
    InviteAgain,
    /// Removes the list entries of all other URIs from the body.
    OnlyEntry(String),
    /// Keeps only so many bytes, as a capture cut by its snap length.
    Truncate(usize),
    /// Replaces every occurrence, everywhere.
    Everywhere(Swap),
}

/// Text and what takes its place.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "yaml", derive(serde::Serialize))]
pub struct Swap {
    /// The text.
    pub replace: String,
    /// What takes its place.
    pub by: String,
}

impl Action {
    /// Replaces text in the first row of a header that holds it.
    pub(super) fn header(name: &str, replace: &str, by: &str) -> Self {
        let swap = Swap { replace: replace.into(), by: by.into() };
        Self::Header { name: name.into(), row: None, swap }
    }

    /// The same action with its texts filled in.
    ///
    /// # Errors
    /// What `fill` says.
    pub(super) fn filled(&self, fill: &dyn Fn(&str) -> Result<String, String>) -> Result<Self, String> {
        let swap = |swap: &Swap| -> Result<Swap, String> {
            Ok(Swap { replace: fill(&swap.replace)?, by: fill(&swap.by)? })
        };
        Ok(match self {
            Self::StartLine(text) => Self::StartLine(swap(text)?),
            Self::RequestUri(uri) => Self::RequestUri(fill(uri)?),
            Self::OnlyEntry(uri) => Self::OnlyEntry(fill(uri)?),
            Self::Header { name, row, swap: text } => {
                Self::Header { name: name.clone(), row: *row, swap: swap(text)? }
            }
            Self::Set(name, value) => Self::Set(name.clone(), fill(value)?),
            Self::Add { line, before } => Self::Add { line: fill(line)?, before: before.clone() },
            Self::RemoveValue(name, value) => Self::RemoveValue(name.clone(), fill(value)?),
            Self::Body(text) => Self::Body(swap(text)?),
            Self::EveryInBody(text) => Self::EveryInBody(swap(text)?),
            Self::EndBody(from) => Self::EndBody(fill(from)?),
            Self::BodyLine { starts, becomes } => {
                // `{rest}` is filled in when the line is found.
                let keep = |text: &String| fill(&text.replace("{rest}", REST));
                let becomes =
                    becomes.as_ref().map(keep).transpose()?.map(|text| text.replace(REST, "{rest}"));
                Self::BodyLine { starts: fill(starts)?, becomes }
            }
            Self::SetBody(body) => Self::SetBody(fill(body)?),
            Self::AppendBody(more) => Self::AppendBody(fill(more)?),
            Self::Everywhere(text) => Self::Everywhere(swap(text)?),
            Self::Remove(_)
            | Self::Rename(..)
            | Self::RemoveParameter(..)
            | Self::Drop
            | Self::CopyAfter(_)
            | Self::Separator { .. }
            | Self::Delay(_)
            | Self::Outlast
            | Self::Hasten
            | Self::Divert(..)
            | Self::SendUnlisted(_)
            | Self::Unlist
            | Self::InviteAgain
            | Self::Truncate(_) => self.clone(),
        })
    }
}

/// Stands for `{rest}` while placeholders are filled in; it cannot occur in text.
const REST: &str = "\u{0}";

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

pub(super) fn change(action: &Action, message: &mut FlowMessage) -> Result<(), String> {
    let split = Message::split(&message.bytes);
    let body_at = split.body_span().start as usize;
    let edited = match action {
        Action::StartLine(swap) => spliced(&message.bytes, split.start_line().range(), swap)?,
        Action::RequestUri(uri) => {
            let old = split.request_uri().ok_or("it has no Request-URI")?;
            let place = split.span_of(old).ok_or("the Request-URI stands nowhere")?;
            splice(&message.bytes, place.range(), uri.as_bytes())
        }
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
        Action::Rename(name, new) => {
            let row = rows(&split, name).next().ok_or_else(|| format!("there is no {name} to rename"))?;
            splice(&message.bytes, row.name.range(), new.as_bytes())
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
        Action::RemoveValue(name, value) => {
            piece::without_value(&split, &rows(&split, name).collect::<Vec<_>>(), value)?
        }
        Action::RemoveParameter(name, parameter) => {
            piece::without_parameter(&split, &rows(&split, name).collect::<Vec<_>>(), parameter)?
        }
        Action::EveryInBody(swap) => {
            let body = replaced(split.body(), swap, usize::MAX).unwrap_or_default();
            splice(&message.bytes, body_at..message.bytes.len(), &body)
        }
        Action::EndBody(from) => piece::without_end(&split, from)?,
        Action::Body(swap) => spliced(&message.bytes, body_at..message.bytes.len(), swap)?,
        Action::BodyLine { starts, becomes } => {
            let (line, rest) = body_line(&message.bytes, body_at, starts)?;
            match becomes {
                Some(text) => splice(&message.bytes, line, text.replace("{rest}", &rest).as_bytes()),
                None => splice(&message.bytes, line.start..(line.end + 2).min(message.bytes.len()), b""),
            }
        }
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
        Action::OnlyEntry(uri) => {
            let body = replay::only_entry(&String::from_utf8_lossy(split.body()), uri)?;
            splice(&message.bytes, body_at..message.bytes.len(), body.as_bytes())
        }
        Action::Divert(v4, v6) => {
            let old = message.to.ok_or("it has no destination")?;
            let ip = if old.is_ipv4() { (*v4).into() } else { (*v6).into() };
            let new = SocketAddr::new(ip, old.port());
            let swap = Swap { replace: old.to_string(), by: new.to_string() };
            let route = Action::Header { name: "Route".into(), row: Some(0), swap };
            // Without a Route, or with one that names something else, the destination alone changes.
            let _ = change(&route, message);
            message.to = Some(new);
            return Ok(());
        }
        Action::Truncate(bytes) => {
            message.wholeness = Wholeness::Cut;
            message.bytes.truncate(*bytes);
            return Ok(());
        }
        Action::Drop
        | Action::CopyAfter(_)
        | Action::Everywhere(_)
        | Action::Delay(_)
        | Action::Outlast
        | Action::Hasten
        | Action::SendUnlisted(_)
        | Action::Unlist
        | Action::InviteAgain => return Ok(()),
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

/// The first line of the body that begins so, without its line end, and what follows the beginning.
fn body_line(bytes: &[u8], body_at: usize, starts: &str) -> Result<(std::ops::Range<usize>, String), String> {
    let mut at = body_at;
    while at < bytes.len() {
        let end = memchr::memmem::find(&bytes[at..], b"\r\n").map_or(bytes.len(), |length| at + length);
        if let Some(rest) = bytes[at..end].strip_prefix(starts.as_bytes()) {
            return Ok((at..end, String::from_utf8_lossy(rest).into_owned()));
        }
        at = end + 2;
    }
    Err(format!("no line of the body begins with `{starts}`"))
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
