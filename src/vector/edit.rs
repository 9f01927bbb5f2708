//! The mapping of an edit in a vector file -> [`Edit`].

use super::read;
use crate::capture::Transport;
use crate::compose::{Action, Edit, Swap};
use crate::config::{Fault, Node, Value};
use crate::source::Time;

/// The actions by their keys, each with the keys that go with it.
const ACTIONS: [(&str, &[&str]); 9] = [
    ("all", &["replace", "by", "keep_length"]),
    ("start_line", &["message", "replace", "by"]),
    ("header", &["message", "row", "replace", "by", "remove", "set", "keep_length"]),
    ("add", &["message", "before", "keep_length"]),
    ("body", &["message", "replace", "by", "set", "append", "keep_length"]),
    ("drop", &["message"]),
    ("copy_after", &["message"]),
    ("separator", &["message"]),
    ("truncate", &["message"]),
];

/// Reads an edit from its mapping.
///
/// # Errors
/// What is wrong, with its place.
pub(super) fn edit(node: &Node) -> Result<Edit, Fault> {
    let keys = keys(node)?;
    let message = keys.find("message").map(read::number).transpose()?;
    for key in ["all", "start_line", "body", "drop", "remove", "keep_length"] {
        keys.find(key).map(read::yes).transpose()?;
    }
    let action = keys.action()?;
    if message.is_none() && !matches!(action, Action::Everywhere(_)) {
        return Err(Fault::new(node.at, "`message` is wanted: the number of the message from 0"));
    }
    Ok(Edit { message, action, keep_length: keys.find("keep_length").is_some() })
}

/// The keys of an edit.
struct Keys<'n> {
    node: &'n Node,
    entries: Vec<(&'n str, &'n Node)>,
}

/// All keys are known, one of them is an action, and the others go with it.
fn keys(node: &Node) -> Result<Keys<'_>, Fault> {
    let mut known: Vec<&str> =
        ACTIONS.iter().flat_map(|(action, keys)| [&[*action], *keys].concat()).collect();
    known.sort_unstable();
    known.dedup();
    let entries = read::entries(node, &known)?;
    let has = |name: &str| entries.iter().any(|(key, _)| *key == name);
    let Some((action, with)) = ACTIONS.iter().find(|(action, _)| has(action)) else {
        let actions = ACTIONS.map(|(action, _)| format!("`{action}`")).join(", ");
        return Err(Fault::new(node.at, format!("the edit does nothing: one of {actions} is wanted")));
    };
    let Value::Mapping(places) = &node.value else { return Ok(Keys { node, entries }) };
    match places.iter().find(|(key, _)| key.text != *action && !with.contains(&key.text.as_str())) {
        Some((key, _)) => {
            Err(Fault::new(key.at, format!("the key `{}` does not go with `{action}`", key.text)))
        }
        None => Ok(Keys { node, entries }),
    }
}

impl Keys<'_> {
    fn find(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    fn text(&self, key: &str) -> Result<Option<String>, Fault> {
        self.find(key).map(read::text).transpose()
    }

    fn word(&self, key: &str) -> Result<Option<String>, Fault> {
        self.find(key).map(read::word).transpose()
    }

    fn action(&self) -> Result<Action, Fault> {
        if self.find("all").is_some() {
            Ok(Action::Everywhere(self.swap()?))
        } else if self.find("start_line").is_some() {
            Ok(Action::StartLine(self.swap()?))
        } else if let Some(name) = self.word("header")? {
            self.header(name)
        } else if let Some(line) = self.word("add")? {
            Ok(Action::Add { line, before: self.word("before")? })
        } else if self.find("body").is_some() {
            self.alone(&["set", "append", "replace"])?;
            match (self.text("set")?, self.text("append")?) {
                (Some(body), _) => Ok(Action::SetBody(body)),
                (None, Some(more)) => Ok(Action::AppendBody(more)),
                (None, None) => Ok(Action::Body(self.swap()?)),
            }
        } else if let Some(after) = self.find("copy_after") {
            Ok(Action::CopyAfter(read::number(after)?))
        } else if let Some(keys) = self.find("separator") {
            separator(keys)
        } else if let Some(bytes) = self.find("truncate") {
            Ok(Action::Truncate(read::number(bytes)?))
        } else {
            Ok(Action::Drop)
        }
    }

    fn header(&self, name: String) -> Result<Action, Fault> {
        self.alone(&["remove", "set", "replace"])?;
        if self.find("remove").is_some() {
            Ok(Action::Remove(name))
        } else if let Some(value) = self.text("set")? {
            Ok(Action::Set(name, value))
        } else {
            Ok(Action::Header {
                name,
                row: self.find("row").map(read::number).transpose()?,
                swap: self.swap()?,
            })
        }
    }

    /// Exactly one of these keys says what is done; `row` and `by` belong to `replace`.
    fn alone(&self, keys: &[&str]) -> Result<(), Fault> {
        let given: Vec<&str> = keys.iter().copied().filter(|key| self.find(key).is_some()).collect();
        match given.as_slice() {
            [one] if *one != "replace" && (self.find("by").is_some() || self.find("row").is_some()) => {
                Err(Fault::new(self.node.at, format!("`by` and `row` do not go with `{one}`")))
            }
            [_] => Ok(()),
            [] => {
                let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
                Err(Fault::new(self.node.at, format!("one of {keys} is wanted here")))
            }
            [one, other, ..] => {
                Err(Fault::new(self.node.at, format!("`{one}` and `{other}` do not go together")))
            }
        }
    }

    fn swap(&self) -> Result<Swap, Fault> {
        match (self.word("replace")?, self.text("by")?) {
            (Some(replace), Some(by)) => Ok(Swap { replace, by }),
            _ => Err(Fault::new(self.node.at, "`replace` and `by` are wanted here")),
        }
    }
}

fn separator(node: &Node) -> Result<Action, Fault> {
    let (mut time, mut from, mut to, mut transport) = (None, None, None, None);
    let entries = read::entries(node, &["time", "from", "to", "transport"])?;
    if entries.is_empty() {
        return Err(Fault::new(node.at, "one of `time`, `from`, `to`, `transport` is wanted here"));
    }
    for (key, value) in entries {
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
