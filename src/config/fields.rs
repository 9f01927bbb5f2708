//! Mappings with known keys, and single values: the node is checked, the fault names its place.

use super::node::{Fault, Key, Node, Value};
use crate::verdict::nearest;

/// A key of a mapping and the function that reads its value into `T`.
pub(super) type Field<T> = (&'static str, fn(&mut T, &Node) -> Result<(), Fault>);

/// The keys of a table, in its order.
pub(super) fn names<T>(fields: &[Field<T>]) -> Vec<&'static str> {
    fields.iter().map(|(name, _)| *name).collect()
}

impl Node {
    /// Reads a mapping by a table of its keys. A key without a value has its default.
    pub(super) fn read_fields<T>(&self, fields: &[Field<T>], into: &mut T) -> Result<(), Fault> {
        for (key, value) in self.mapping()? {
            let Some((_, read)) = fields.iter().find(|(name, _)| *name == key.text) else {
                return Err(unknown_key(key, fields.iter().map(|(name, _)| *name)));
            };
            if value.value != Value::Null {
                read(into, value)?;
            }
        }
        Ok(())
    }

    /// The entries of a mapping; none for `null`.
    pub(super) fn mapping(&self) -> Result<&[(Key, Self)], Fault> {
        match &self.value {
            Value::Mapping(entries) => Ok(entries),
            Value::Null => Ok(&[]),
            _ => Err(self.wanted("a mapping of keys to values")),
        }
    }

    /// The items of a list; none for `null`.
    pub(super) fn list(&self) -> Result<&[Self], Fault> {
        match &self.value {
            Value::List(items) => Ok(items),
            Value::Null => Ok(&[]),
            _ => Err(self.wanted("a list, such as `[one, two]`")),
        }
    }

    /// The items of a list, each read by `read`.
    pub(super) fn list_of<T>(&self, read: impl Fn(&Self) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        self.list()?.iter().map(read).collect()
    }

    /// Text that is not empty; a whole number counts as the text that it is.
    pub(super) fn text(&self) -> Result<String, Fault> {
        match &self.value {
            Value::Text(text) if text.trim().is_empty() => Err(self.fault("the text is empty")),
            Value::Text(text) => Ok(text.clone()),
            Value::Integer(number) => Ok(number.to_string()),
            _ => Err(self.wanted("text")),
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Result<bool, Fault> {
        match self.value {
            Value::Boolean(value) => Ok(value),
            _ => Err(self.wanted("`true` or `false`")),
        }
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self) -> Result<u64, Fault> {
        match self.value {
            Value::Integer(number) => u64::try_from(number).ok(),
            _ => None,
        }
        .ok_or_else(|| self.wanted("a whole number, 0 or more"))
    }

    /// A number of seconds that is not negative.
    pub(super) fn seconds(&self) -> Result<f64, Fault> {
        let seconds = match self.value {
            Value::Integer(number) => number as f64,
            Value::Float(number) => number,
            _ => f64::NAN,
        };
        if seconds.is_finite() && seconds >= 0.0 {
            Ok(seconds)
        } else {
            Err(self.wanted("a number of seconds, 0 or more"))
        }
    }

    /// One of several names.
    pub(super) fn one_of<T: Copy>(&self, names: &[(&'static str, T)]) -> Result<T, Fault> {
        let text = self.text()?;
        if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
            return Ok(*value);
        }
        let known = || names.iter().map(|(name, _)| *name);
        let valid = known().collect::<Vec<_>>().join(", ");
        Err(self.fault(match nearest(&text, known()) {
            Some(near) => format!("no value `{text}` here; did you mean `{near}`? (valid: {valid})"),
            None => format!("no value `{text}` here; valid: {valid}"),
        }))
    }

    /// A fault at this node.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.at, message)
    }

    /// The fault of a value of another type.
    fn wanted(&self, wanted: &str) -> Fault {
        self.fault(format!("{wanted} is wanted here, not {}", self.shown()))
    }

    fn shown(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Boolean(value) => format!("`{value}`"),
            Value::Integer(number) => format!("`{number}`"),
            Value::Float(number) => format!("`{number}` (in quotation marks it is text)"),
            Value::Text(text) => format!("`{text}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Mapping(_) => "a mapping".to_owned(),
        }
    }
}

/// The fault of a key that nobody knows.
pub(super) fn unknown_key(key: &Key, known: impl Iterator<Item = &'static str> + Clone) -> Fault {
    let text = &key.text;
    let message = match nearest(text, known.clone()) {
        Some(near) => format!("no key `{text}` here; did you mean `{near}`?"),
        None => format!("no key `{text}` here; valid: {}", known.collect::<Vec<_>>().join(", ")),
    };
    Fault::new(key.at, message)
}
