//! YAML text -> a tree of nodes, each with the line and column on which it stands.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use crate::error::Error;

/// How deep mappings and lists may be nested: far deeper than any key stands.
const DEEPEST: usize = 32;

/// Where something stands in its file; line 0 means that it stands in none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mark {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Something wrong in a configuration or vector file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The offending key or value.
    pub at: Mark,
    /// What is wrong with it, and the nearest valid name.
    pub message: String,
}

impl Fault {
    /// A fault at one place.
    pub fn new(at: Mark, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// The error that names the file too.
    pub fn in_file(self, path: &Path) -> Error {
        let Mark { line, column } = self.at;
        Error::Configuration { path: path.to_owned(), line, column, message: self.message }
    }
}

/// A key of a mapping.
#[derive(Clone, PartialEq, Debug)]
pub struct Key {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub at: Mark,
}

/// A YAML value and its place. It can stand in any type that serde reads from YAML, but not behind
/// `flatten` or `untagged`, which lose the place.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it begins.
    pub at: Mark,
}

/// What a node holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i128),
    /// Another number.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file, every key once.
    Mapping(Vec<(Key, Node)>),
}

impl Node {
    /// Reads one YAML document; an empty one is `null`, which every reader takes for an empty mapping.
    ///
    /// # Errors
    /// What the YAML reader says, a duplicate key among it, with its place.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let node: Option<Self> = serde_yaml::from_str_with_options(text, options()).map_err(fault_of)?;
        Ok(node.unwrap_or(Self { value: Value::Null, at: Mark { line: 1, column: 1 } }))
    }

    /// A mapping without keys that stands in no file.
    pub fn empty_mapping() -> Self {
        Self { value: Value::Mapping(Vec::new()), at: Mark::default() }
    }

    /// Puts `value` under a path of keys. Keys that are missing, or lead through something that is no
    /// mapping, are made; a key that is set stands last from then on.
    pub fn set(&mut self, path: &[&str], value: Self) {
        let Some((&first, rest)) = path.split_first() else {
            *self = value;
            return;
        };
        let mut entries = match std::mem::replace(&mut self.value, Value::Null) {
            Value::Mapping(entries) => entries,
            _ => Vec::new(),
        };
        let (key, mut node) = match entries.iter().position(|(key, _)| key.text == first) {
            Some(index) => entries.remove(index),
            None => (Key { text: first.to_owned(), at: Mark::default() }, Self::empty_mapping()),
        };
        node.set(rest, value);
        entries.push((key, node));
        self.value = Value::Mapping(entries);
    }

    /// The same node as if it stood in no file.
    #[must_use]
    pub fn without_place(mut self) -> Self {
        self.at = Mark::default();
        match &mut self.value {
            Value::List(items) => {
                for item in items {
                    *item = std::mem::replace(item, Self::empty_mapping()).without_place();
                }
            }
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    key.at = Mark::default();
                    *value = std::mem::replace(value, Self::empty_mapping()).without_place();
                }
            }
            _ => {}
        }
        self
    }

    /// This mapping with the keys of `over` set on top of it, key by key.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        let mut node = self.clone();
        match &over.value {
            Value::Null => {}
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    node.set(&[&key.text], value.clone());
                    node.place_last_key(key.at);
                }
            }
            _ => node = over.clone(),
        }
        node
    }
}

impl Node {
    /// The key that was set last stands where it was written.
    fn place_last_key(&mut self, at: Mark) {
        if let Value::Mapping(entries) = &mut self.value
            && let Some((key, _)) = entries.last_mut()
        {
            key.at = at;
        }
    }
}

/// `off` and `no` are words here, not booleans: only `true` and `false` are.
fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
        budget: serde_yaml::budget! { max_depth: DEEPEST, max_nodes: 50_000, max_aliases: 1_000 },
    }
}

fn fault_of(error: serde_yaml::Error) -> Fault {
    let error = error.without_snippet();
    let at = error.location().map_or(Mark { line: 1, column: 1 }, |place| Mark {
        line: place.line() as usize,
        column: place.column() as usize,
    });
    let message = match error {
        serde_yaml::Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the key `{key}` is here twice")
        }
        serde_yaml::Error::MultipleDocuments { .. } => "only one YAML document is read".to_owned(),
        serde_yaml::Error::RecursiveReferencesRequireWeakTypes { .. } => {
            "an alias cannot refer to itself".to_owned()
        }
        serde_yaml::Error::UnknownAnchor { .. } => {
            "no anchor of this name stands before the alias".to_owned()
        }
        other => without_place(&other.to_string()),
    };
    Fault::new(at, message)
}

/// The YAML reader ends its messages with the place, which stands before them here.
fn without_place(message: &str) -> String {
    let first_line = message.lines().next().unwrap_or_default();
    first_line.split(" at line ").next().unwrap_or_default().trim_end().to_owned()
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self { at: mark(&spanned), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self { at: mark(&spanned), text: spanned.value })
    }
}

fn mark<T>(spanned: &Spanned<T>) -> Mark {
    Mark { line: spanned.referenced.line() as usize, column: spanned.referenced.column() as usize }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Value::Mapping(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, usize, String) {
        let fault = Node::parse(text).unwrap_err();
        (fault.at.line, fault.at.column, fault.message)
    }

    #[test]
    fn values_know_their_place() {
        let Value::Mapping(entries) = Node::parse("a: 1\nbé: [x, off]\n").unwrap().value else { panic!() };
        assert_eq!(entries[1].0.at, Mark { line: 2, column: 1 });
        let Value::List(items) = &entries[1].1.value else { panic!() };
        assert_eq!(items[1], Node { value: Value::Text("off".into()), at: Mark { line: 2, column: 9 } });
    }

    #[test]
    fn a_duplicate_key_is_found_at_its_second_place() {
        assert_eq!(fault("a:\n  b: 1\n  b: 2\n"), (3, 3, "the key `b` is here twice".into()));
    }

    #[test]
    fn what_is_no_yaml_is_a_fault_with_a_place() {
        let (line, _, message) = fault("a: [1, 2\nb: 3\n");
        assert!(line >= 1 && !message.contains("line"), "{message}");
        assert!(Node::parse(&"[".repeat(100_000)).is_err());
        assert!(Node::parse("\u{0}").is_err());
    }

    #[test]
    fn what_the_yaml_reader_says_to_programmers_is_translated() {
        assert_eq!(fault("a: 1\n---\nb: 2\n"), (3, 1, "only one YAML document is read".into()));
        assert_eq!(fault("a: &x\n  b: *x\n"), (2, 6, "an alias cannot refer to itself".into()));
        assert_eq!(fault("a: *x\n"), (1, 4, "no anchor of this name stands before the alias".into()));
    }

    #[test]
    fn keys_that_are_laid_over_others_keep_their_place() {
        let over = Node::parse("x: 1\ny: 2\n").unwrap();
        let Value::Mapping(entries) = Node::empty_mapping().overlaid(&over).value else { panic!() };
        assert_eq!(entries[1].0, Key { text: "y".into(), at: Mark { line: 2, column: 1 } });
    }

    #[test]
    fn a_set_path_makes_what_is_missing() {
        let mut node = Node::parse("a: {b: 1, c: 2}\n").unwrap();
        node.set(&["a", "b"], Node::parse("[3]").unwrap());
        let Value::Mapping(entries) = &node.value else { panic!() };
        let Value::Mapping(inner) = &entries[0].1.value else { panic!() };
        assert_eq!(inner.iter().map(|(key, _)| key.text.as_str()).collect::<Vec<_>>(), ["c", "b"]);
    }
}
