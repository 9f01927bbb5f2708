//! A change of a YAML text -> the bytes that go and what takes their place.

use std::ops::Range;

use super::place::Places;
use super::rewrite::{Change, Step, To};
use super::write;
use crate::config::{Key, Node, Value};

/// Some bytes and what takes their place.
pub(super) struct Patch {
    pub(super) range: Range<usize>,
    pub(super) by: String,
}

/// What makes patches of changes.
pub(super) struct Patches<'p> {
    pub(super) places: &'p Places<'p>,
}

impl Patches<'_> {
    /// The patches that make a change; `None` where it cannot be told how.
    pub(super) fn of(&self, tree: &Node, change: &Change) -> Option<Vec<Patch>> {
        let (mut key, mut node) = (None, tree);
        for step in &change.path {
            (key, node) = match (step, &node.value) {
                (Step::Key(name), Value::Mapping(entries)) => entries
                    .iter()
                    .find(|(key, _)| key.text == *name)
                    .map(|(key, value)| (Some(key), value))?,
                (Step::Item(index), Value::List(items)) => (None, items.get(*index)?),
                (Step::Item(0), _) => (key, node),
                _ => return None,
            };
        }
        let entries = match &node.value {
            Value::Mapping(entries) => entries.as_slice(),
            Value::Null => &[],
            _ => return None,
        };
        let mut patches = Vec::new();
        let mut missing = Vec::new();
        for (name, to) in &change.set {
            match entries.iter().find(|(key, _)| key.text == *name) {
                Some((key, value)) => patches.extend(self.exchanged(key, value, to)?),
                None => missing.push((name.as_str(), to)),
            }
        }
        if !missing.is_empty() {
            patches.extend(self.added(key, node, entries, &missing)?);
        }
        Some(patches)
    }

    /// A value that takes the place of another.
    fn exchanged(&self, key: &Key, old: &Node, to: &To) -> Option<Vec<Patch>> {
        let indent = key.at.column + 3;
        let newline = self.places.newline();
        match (to, &old.value) {
            (To::List(items), Value::List(old_items)) => self.items(key, old, old_items, items),
            (To::Mapping(entries), Value::Null | Value::Mapping(_)) => {
                let entries: Vec<_> = entries.iter().map(|(key, to)| (key.as_str(), to)).collect();
                self.added(Some(key), old, &[], &entries)
            }
            (To::Text(_) | To::List(_), _) => {
                let value = match to {
                    To::List(items) => write::list(items, indent, newline),
                    To::Text(text) => write::scalar(text),
                    To::Mapping(_) => return None,
                };
                if old.value == Value::Null {
                    let at = self.places.behind_key(key)?;
                    return Some(vec![Patch { range: at..at, by: format!(" {value}") }]);
                }
                let range = self.places.at(old.at)?..self.places.end(old)?;
                Some(vec![Patch { range, by: value }])
            }
            (To::Mapping(_), _) => None,
        }
    }

    /// The items of a list: some go, some come, the others stay as they are written.
    fn items(&self, key: &Key, list: &Node, old: &[Node], wanted: &[String]) -> Option<Vec<Patch>> {
        let is_kept = |node: &Node| matches!(&node.value, Value::Text(text) if wanted.contains(text));
        let has = |wanted: &String| {
            old.iter().any(|node| matches!(&node.value, Value::Text(text) if text == wanted))
        };
        let more: Vec<String> = wanted.iter().filter(|wanted| !has(wanted)).cloned().collect();
        let at = self.places.at(list.at)?;
        let is_flow = self.places.char_at(at)? == '[';
        match (old.last(), is_flow) {
            (Some(_), true) => self.flow_items(old, is_kept, &more),
            (Some(_), false) => self.block_items(key, old, is_kept, &more),
            (None, _) => {
                let text = write::list(wanted, key.at.column + 3, self.places.newline());
                Some(vec![Patch { range: at..self.places.end(list)?, by: text }])
            }
        }
    }

    /// Between brackets: an item that goes takes along what stands up to the next one.
    fn flow_items(
        &self,
        old: &[Node],
        is_kept: impl Fn(&Node) -> bool,
        more: &[String],
    ) -> Option<Vec<Patch>> {
        let start = |index: usize| self.places.at(old[index].at);
        let end = |index: usize| self.places.end(&old[index]);
        let more = more.iter().map(|item| write::scalar(item)).collect::<Vec<_>>().join(", ");
        let kept = old.iter().rposition(&is_kept);
        let tail = kept.map_or(0, |kept| kept + 1);
        let mut patches = Vec::new();
        for index in (0..tail).filter(|index| !is_kept(&old[*index])) {
            patches.push(Patch { range: start(index)?..start(index + 1)?, by: String::new() });
        }
        let last = end(old.len() - 1)?;
        let joined = if more.is_empty() { String::new() } else { format!(", {more}") };
        let Some(kept) = kept else {
            patches.push(Patch { range: start(0)?..last, by: more });
            return Some(patches);
        };
        let from = end(kept)?;
        if tail < old.len() && self.places.text.get(from..start(tail)?)?.contains('#') {
            // The comment behind the last item that stays belongs to it.
            patches.push(Patch { range: start(tail)?..last, by: more });
        } else {
            patches.push(Patch { range: from..last, by: joined });
        }
        Some(patches)
    }

    /// A line each: an item that goes takes its line along.
    fn block_items(
        &self,
        key: &Key,
        old: &[Node],
        is_kept: impl Fn(&Node) -> bool,
        more: &[String],
    ) -> Option<Vec<Patch>> {
        let places = self.places;
        let newline = places.newline();
        let mut patches = Vec::new();
        let mut lead = "";
        for item in old {
            let (start, end) = (places.at(item.at)?, places.line_end(places.end(item)?));
            let line = places.line_start(start);
            lead = &places.text[line..start];
            if lead.trim() != "-" {
                return None;
            }
            if !is_kept(item) {
                // With the line end before it, so that the last line of the text can go too.
                let before = &places.text[..line];
                let before = before.strip_suffix('\n').unwrap_or(before);
                let from = before.strip_suffix('\r').unwrap_or(before).len();
                patches.push(Patch { range: from..end, by: String::new() });
            }
        }
        let lines: String =
            more.iter().map(|item| format!("{newline}{lead}{}", write::scalar(item))).collect();
        if !lines.is_empty() {
            let at = places.line_end(places.end(old.last()?)?);
            patches.push(Patch { range: at..at, by: lines });
        } else if !old.iter().any(is_kept) {
            let at = places.behind_key(key)?;
            patches.push(Patch { range: at..at, by: " []".into() });
        }
        Some(patches)
    }

    /// Entries that a mapping does not have yet.
    fn added(
        &self,
        key: Option<&Key>,
        node: &Node,
        entries: &[(Key, Node)],
        missing: &[(&str, &To)],
    ) -> Option<Vec<Patch>> {
        let places = self.places;
        let newline = places.newline();
        let lines = |indent: usize| {
            missing.iter().map(move |(name, to)| write::block(name, to, indent, newline)).collect::<Vec<_>>()
        };
        let after_key = |key: &Key, from: usize| {
            let at = places.line_end(from);
            let by = lines(key.at.column + 1).into_iter().map(|line| format!("{newline}{line}")).collect();
            Patch { range: at..at, by }
        };
        if node.value == Value::Null {
            let key = key?;
            return Some(vec![after_key(key, places.behind_key(key)?)]);
        }
        let start = places.at(node.at)?;
        if places.char_at(start)? == '{' {
            let inside =
                missing.iter().map(|(name, to)| write::flow(name, to)).collect::<Vec<_>>().join(", ");
            let Some((_, last)) = entries.last() else {
                let end = places.end(node)?;
                return Some(
                    match key.filter(|_| missing.iter().any(|(_, to)| matches!(to, To::Mapping(_)))) {
                        Some(key) => {
                            let gone = Patch { range: places.behind_key(key)?..end, by: String::new() };
                            vec![gone, after_key(key, end)]
                        }
                        None => vec![Patch { range: start + 1..end - 1, by: inside }],
                    },
                );
            };
            let at = places.end(last)?;
            return Some(vec![Patch { range: at..at, by: format!(", {inside}") }]);
        }
        let (first, _) = entries.first()?;
        let lines = lines(first.at.column.checked_sub(1)?);
        if let Some(end) = places.end(node) {
            let at = places.line_end(end);
            let by = lines.into_iter().map(|line| format!("{newline}{line}")).collect();
            return Some(vec![Patch { range: at..at, by }]);
        }
        // The end cannot be told: before the second entry, then.
        let (second, _) = entries.get(1)?;
        let at = places.line_start(places.at(second.at)?);
        Some(vec![Patch { range: at..at, by: lines.into_iter().map(|line| line + newline).collect() }])
    }
}
