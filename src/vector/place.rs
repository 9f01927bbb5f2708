//! Nodes of a YAML text -> where they begin and end in it, in bytes.

use crate::config::{Key, Mark, Node, Value};

/// A YAML text whose places can be asked for. Every answer is a guess that whoever changes the text has to
/// check by reading it again: block scalars and text over several lines have no end here.
pub(super) struct Places<'t> {
    pub(super) text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The line end that the text uses.
    pub(super) fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Where a mark stands. Columns count characters.
    pub(super) fn at(&self, mark: Mark) -> Option<usize> {
        let start = *self.starts.get(mark.line.checked_sub(1)?)?;
        let line = &self.text[start..];
        let (offset, _) = line.char_indices().nth(mark.column.checked_sub(1)?).or_else(|| {
            // Behind the last character of the text.
            (line.chars().count() + 1 == mark.column).then_some((line.len(), ' '))
        })?;
        Some(start + offset)
    }

    /// The character at a place.
    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// The end of the line in which a place is, before its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = rest.find('\n').unwrap_or(rest.len());
        at + rest[..end].trim_end_matches('\r').len()
    }

    /// The start of the line in which a place is.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Behind the colon of a key.
    pub(super) fn behind_key(&self, key: &Key) -> Option<usize> {
        let at = self.at(key.at)?;
        let end = self.scalar_end(at, &key.text)?;
        let blanks = self.text[end..].len() - self.text[end..].trim_start_matches(' ').len();
        (self.char_at(end + blanks)? == ':').then_some(end + blanks + 1)
    }

    /// Where the text of a node ends; `None` where that cannot be told.
    pub(super) fn end(&self, node: &Node) -> Option<usize> {
        let at = self.at(node.at)?;
        match (&node.value, self.char_at(at)?) {
            (_, '*' | '&' | '!' | '|' | '>') => None,
            (Value::List(_), '[') | (Value::Mapping(_), '{') => self.bracket_end(at),
            (Value::List(items), _) => self.end(items.last()?),
            (Value::Mapping(entries), _) => {
                let (key, value) = entries.last()?;
                if value.value == Value::Null { self.behind_key(key) } else { self.end(value) }
            }
            (Value::Text(text), _) => self.scalar_end(at, text),
            (Value::Null, _) => None,
            (Value::Boolean(_) | Value::Integer(_) | Value::Float(_), _) => {
                let rest = &self.text[at..];
                Some(at + rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()))
            }
        }
    }

    /// The end of a text in quotation marks, or of a plain one in one line.
    fn scalar_end(&self, at: usize, value: &str) -> Option<usize> {
        match self.char_at(at)? {
            quote @ ('"' | '\'') => quoted_end(self.text, at, quote),
            _ => (self.text[at..].starts_with(value) && !value.contains('\n')).then_some(at + value.len()),
        }
    }

    /// Behind the bracket that closes the one at `at`.
    fn bracket_end(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        // Whether a value may begin here: a quotation mark elsewhere is a letter of a plain text.
        let mut is_fresh = true;
        let mut before = ' ';
        let mut next = at;
        while let Some(c) = self.char_at(next) {
            let mut step = c.len_utf8();
            match c {
                '[' | '{' => depth += 1,
                ']' | '}' if depth == 1 => return Some(next + 1),
                ']' | '}' => depth -= 1,
                '"' | '\'' if is_fresh => step = quoted_end(self.text, next, c)? - next,
                '#' if before.is_whitespace() => step = self.line_end(next) - next,
                _ => {}
            }
            is_fresh = matches!(c, '[' | '{' | ',' | ':') || (is_fresh && (c.is_whitespace() || c == '#'));
            before = c;
            next += step;
        }
        None
    }
}

/// Behind the quotation mark that closes the one at `at`.
fn quoted_end(text: &str, at: usize, quote: char) -> Option<usize> {
    let mut chars = text[at + 1..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => _ = chars.next(),
            '\'' if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                _ = chars.next();
            }
            c if c == quote => return Some(at + 1 + offset + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str) -> Vec<Option<&str>> {
        let places = Places::of(text);
        let Value::Mapping(entries) = Node::parse(text).unwrap().value else { panic!() };
        entries
            .iter()
            .map(|(_, value)| Some(&text[places.at(value.at).unwrap()..places.end(value)?]))
            .collect()
    }

    #[test]
    fn a_value_ends_where_its_last_character_is() {
        let text = "a: [x, \"y]\", # ]\n  'it''s }']  # c\nb: {c: it's, d: [1, 2]}\né: plain text # c\n";
        assert_eq!(
            ends(text),
            [Some("[x, \"y]\", # ]\n  'it''s }']"), Some("{c: it's, d: [1, 2]}"), Some("plain text")]
        );
    }

    #[test]
    fn a_block_ends_with_its_last_value() {
        assert_eq!(ends("a:\n  - x # c\n  - y # d\nb: {}\n"), [Some("- x # c\n  - y"), Some("{}")]);
        assert_eq!(ends("a:\n  b: 1\n  c:\nd: 0x10\n"), [Some("b: 1\n  c:"), Some("0x10")]);
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        assert_eq!(
            ends("a: |\n  x\nb: two\n  lines\nc: x\nd: &n {}\ne: *n\n"),
            [None, None, Some("x"), Some("{}"), None]
        );
    }
}
