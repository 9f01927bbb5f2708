//! YAML nodes -> the values of a vector file, each error with its place.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::clause::Book;
use crate::config::{Block, Fault, Key, Mark, Node, Value, context_block};
use crate::error::Error;
use crate::verdict::nearest;

/// The largest vector file that is read, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// The text of a vector file.
pub(super) fn file(path: &Path) -> Result<String, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    let wrong =
        |line, column, message: String| Error::Configuration { path: path.to_owned(), line, column, message };
    if bytes.len() as u64 > MOST_BYTES {
        return Err(wrong(1, 1, format!("a vector file has at most {} MiB", MOST_BYTES >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        let start = good.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&good[start..]).chars().count() + 1;
        wrong(line, column, "this byte is no part of UTF-8 text".to_owned())
    })
}

/// The id of a clause, one of the book if there is one.
pub(super) fn clause(node: &Node, book: Option<&Book>) -> Result<String, Fault> {
    let id = word(node)?;
    let Some(book) = book else { return Ok(id) };
    let ids = || book.clauses().map(|clause| clause.id.0);
    if ids().any(|known| known == id) {
        return Ok(id);
    }
    Err(Fault::new(
        node.at,
        match nearest(&id, ids()) {
            Some(near) => format!("no clause `{id}`; did you mean `{near}`?"),
            None => format!("no clause `{id}`; `sipclause clauses` lists them"),
        },
    ))
}

/// The fault of a clause that is named a second time.
pub(super) fn twice(at: Mark, id: &str, first: Mark) -> Fault {
    let Mark { line, column } = first;
    Fault::new(
        at,
        format!("the clause `{id}` is named twice; the first time on line {line}, column {column}"),
    )
}

/// The context, profile and scenario that these mappings say, each over the one before, key by key.
pub(super) fn block<'n>(sources: impl Iterator<Item = &'n Node>) -> Result<Block, Fault> {
    let mut merged: Vec<(Key, Node)> = Vec::new();
    // Keys keep their places, so that a wrong one can be pointed at.
    let mut put = |key: &Key, value: &Node| {
        merged.retain(|(other, _)| other.text != key.text);
        merged.push((key.clone(), value.clone()));
    };
    for source in sources {
        let Value::Mapping(entries) = &source.value else { continue };
        for (key, value) in entries {
            match (key.text.as_str(), &value.value) {
                ("context", Value::Mapping(entries)) => {
                    entries.iter().for_each(|(key, value)| put(key, value))
                }
                ("context", Value::Null) => {}
                ("context", _) => {
                    return Err(Fault::new(value.at, "a mapping of keys to values is wanted here"));
                }
                ("profile" | "scenario", _) => put(key, value),
                _ => {}
            }
        }
    }
    let merged = Node { value: Value::Mapping(merged), ..Node::empty_mapping() };
    context_block(&merged)
}

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

/// Text that is not empty.
pub(super) fn word(node: &Node) -> Result<String, Fault> {
    let text = text(node)?;
    if text.trim().is_empty() { Err(Fault::new(node.at, "the text is empty")) } else { Ok(text) }
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
