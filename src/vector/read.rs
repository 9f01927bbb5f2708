//! YAML nodes -> the values of a vector file, each error with its place.

use crate::config::{Fault, Node, Value};
use crate::verdict::nearest;

/// The entries of a mapping, every key one of `known`.
pub(super) fn entries<'n>(node: &'n Node, known: &[&str]) -> Result<Vec<(&'n str, &'n Node)>, Fault> {
    let Value::Mapping(entries) = &node.value else {
        return Err(Fault::new(node.at, "a mapping of keys to values is wanted here"));
    };
    for (key, _) in entries {
        if !known.contains(&key.text.as_str()) {
            let hint = nearest(&key.text, known.iter().copied());
            let hint = hint.map_or_else(
                || format!("known: {}", known.join(", ")),
                |name| format!("did you mean `{name}`?"),
            );
            return Err(Fault::new(key.at, format!("unknown key `{}`; {hint}", key.text)));
        }
    }
    Ok(entries.iter().map(|(key, value)| (key.text.as_str(), value)).collect())
}

/// The items of a list; a single value counts as a list of one.
pub(super) fn items(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::List(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        _ => vec![node],
    }
}

/// Text; numbers count as the text that they are.
pub(super) fn text(node: &Node) -> Result<String, Fault> {
    match &node.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        _ => Err(Fault::new(node.at, "text is wanted here")),
    }
}

/// A list of texts.
pub(super) fn texts(node: &Node) -> Result<Vec<String>, Fault> {
    items(node).into_iter().map(text).collect()
}

/// A whole number from 0.
pub(super) fn number(node: &Node) -> Result<usize, Fault> {
    match node.value {
        Value::Integer(number) => usize::try_from(number).ok(),
        _ => None,
    }
    .ok_or_else(|| Fault::new(node.at, "a whole number from 0 is wanted here"))
}

/// `true`; a `false` says nothing and is refused.
pub(super) fn yes(node: &Node) -> Result<(), Fault> {
    match node.value {
        Value::Boolean(true) => Ok(()),
        _ => Err(Fault::new(node.at, "only `true` makes sense here")),
    }
}
