//! An action and a message -> the message changed.

use std::net::SocketAddr;

use super::action::{Action, Swap};
use super::flow::FlowMessage;
use super::splice::{replaced, splice, swapped};
use super::{piece, replay};
use crate::message::{HeaderLine, Message, Name, Wholeness, token};

/// Does what concerns this message alone; other actions leave it as it is.
///
/// # Errors
/// Says what the message does not have.
pub(super) fn change(action: &Action, message: &mut FlowMessage) -> Result<(), String> {
    let split = Message::split(&message.bytes);
    let body_at = split.body_span().start as usize;
    let edited = match action {
        Action::StartLine(swap) => swapped(&message.bytes, split.start_line().range(), swap)?,
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
            swapped(&message.bytes, row.line.range(), swap)?
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
        Action::Body(swap) => swapped(&message.bytes, body_at..message.bytes.len(), swap)?,
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
fn rows<'m>(message: &'m Message<'_>, name: &str) -> impl Iterator<Item = HeaderLine> + use<'m> {
    let kind = Name::of(name.as_bytes());
    let name = name.to_owned();
    message.header_lines().filter(move |line| {
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
