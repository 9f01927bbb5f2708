//! The mapping of an edit in a vector file -> [`Edit`].

use super::read;
use crate::capture::Transport;
use crate::compose::{Action, Edit, Swap};
use crate::config::{Fault, Node};
use crate::source::Time;

const KEYS: &[&str] = &[
    "message",
    "all",
    "start_line",
    "header",
    "row",
    "replace",
    "by",
    "remove",
    "set",
    "add",
    "before",
    "body",
    "append",
    "keep_length",
    "drop",
    "copy_after",
    "separator",
    "truncate",
];

/// Reads an edit from its mapping.
///
/// # Errors
/// What is wrong, with its place.
pub(super) fn edit(node: &Node) -> Result<Edit, Fault> {
    let entries = read::entries(node, KEYS)?;
    let find = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let text = |key: &str| find(key).map(read::text).transpose();
    let fault = |message: &str| Fault::new(node.at, message);
    let swap = || -> Result<Swap, Fault> {
        match (text("replace")?, text("by")?) {
            (Some(replace), Some(by)) => Ok(Swap { replace, by }),
            _ => Err(fault("`replace` and `by` are wanted here")),
        }
    };
    let message = find("message").map(read::number).transpose()?;
    for key in ["all", "start_line", "body", "drop", "remove", "keep_length"] {
        find(key).map(read::yes).transpose()?;
    }
    let action = if find("all").is_some() {
        Action::Everywhere(swap()?)
    } else if find("start_line").is_some() {
        Action::StartLine(swap()?)
    } else if let Some(name) = text("header")? {
        if find("remove").is_some() {
            Action::Remove(name)
        } else if let Some(value) = text("set")? {
            Action::Set(name, value)
        } else {
            Action::Header { name, row: find("row").map(read::number).transpose()?, swap: swap()? }
        }
    } else if let Some(line) = text("add")? {
        Action::Add { line, before: text("before")? }
    } else if find("body").is_some() {
        match (text("set")?, text("append")?) {
            (Some(body), None) => Action::SetBody(body),
            (None, Some(more)) => Action::AppendBody(more),
            _ => Action::Body(swap()?),
        }
    } else if find("drop").is_some() {
        Action::Drop
    } else if let Some(after) = find("copy_after") {
        Action::CopyAfter(read::number(after)?)
    } else if let Some(keys) = find("separator") {
        separator(keys)?
    } else if let Some(bytes) = find("truncate") {
        Action::Truncate(read::number(bytes)?)
    } else {
        return Err(fault(
            "the edit does nothing: an action such as `header` with `replace` and `by` is wanted",
        ));
    };
    if message.is_none() && !matches!(action, Action::Everywhere(_)) {
        return Err(fault("`message` is wanted: the number of the message from 0"));
    }
    Ok(Edit { message, action, keep_length: find("keep_length").is_some() })
}

fn separator(node: &Node) -> Result<Action, Fault> {
    let (mut time, mut from, mut to, mut transport) = (None, None, None, None);
    for (key, value) in read::entries(node, &["time", "from", "to", "transport"])? {
        let text = read::text(value)?;
        let fault = |what: &str| Fault::new(value.at, format!("`{text}` is no {what}"));
        match key {
            "time" => time = Some(Time::parse(&text).ok_or_else(|| fault("RFC 3339 time"))?),
            "from" => from = Some(text.parse().map_err(|_| fault("address with port"))?),
            "to" => to = Some(text.parse().map_err(|_| fault("address with port"))?),
            _ => transport = Some(Transport::named(&text).ok_or_else(|| fault("transport"))?),
        }
    }
    Ok(Action::Separator { time, from, to, transport })
}
