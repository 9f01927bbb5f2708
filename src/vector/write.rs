//! Texts, lists and mappings -> YAML.

use super::rewrite::To;

/// Longest line of a list that is written anew.
const WIDEST: usize = 100;

/// `[one, two]`; where it would be too long, over several lines that begin with so many blanks.
pub(super) fn list(items: &[String], indent: usize, newline: &str) -> String {
    let mut text = String::from("[");
    let mut column = indent;
    for (index, item) in items.iter().enumerate() {
        let item = scalar(item);
        if index > 0 {
            text.push(',');
            if column + item.len() + 2 > WIDEST {
                text.push_str(newline);
                text.push_str(&" ".repeat(indent));
                column = indent;
            } else {
                text.push(' ');
            }
        }
        column += item.len() + 2;
        text.push_str(&item);
    }
    text + "]"
}

/// `key: value` in a mapping of lines that begin with so many blanks; no line end behind the last.
pub(super) fn block(key: &str, to: &To, indent: usize, newline: &str) -> String {
    let blanks = " ".repeat(indent);
    let head = format!("{blanks}{}:", scalar(key));
    match to {
        To::Text(text) => format!("{head} {}", scalar(text)),
        To::List(items) => {
            let room = indent + 4;
            format!("{head} {}", list(items, room, newline))
        }
        To::Mapping(entries) => {
            let lines = entries.iter().map(|(key, to)| block(key, to, indent + 2, newline));
            std::iter::once(head).chain(lines).collect::<Vec<_>>().join(newline)
        }
    }
}

/// `key: value` between braces.
pub(super) fn flow(key: &str, to: &To) -> String {
    let value = match to {
        To::Text(text) => scalar(text),
        To::List(items) => {
            format!("[{}]", items.iter().map(|item| scalar(item)).collect::<Vec<_>>().join(", "))
        }
        To::Mapping(entries) => {
            let entries: Vec<String> = entries.iter().map(|(key, to)| flow(key, to)).collect();
            format!("{{{}}}", entries.join(", "))
        }
    };
    format!("{}: {value}", scalar(key))
}

/// Plain where no reader can take it for something else, else in quotation marks.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/'))
        && (text.matches(['.', '-', '/']).count() > 1 || text.starts_with(|c: char| c.is_ascii_lowercase()))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text);
    if is_plain {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c) || c == '\u{feff}' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Node, Value};

    #[test]
    fn every_text_is_read_as_it_was_written() {
        for text in [
            "6.2.1.1-1",
            "1.5",
            "1e5",
            "true",
            "~",
            "a: b",
            "x/y-z",
            "# c",
            "a\"b\\c\n\u{1b}",
            "ü@x",
            "",
            "2026-11-22",
        ] {
            let node = Node::parse(&format!("[{}]", scalar(text))).unwrap();
            let Value::List(items) = node.value else { panic!() };
            assert_eq!(items[0].value, Value::Text(text.into()), "{}", scalar(text));
        }
        assert_eq!(scalar("6.2.1.1-5bis"), "6.2.1.1-5bis");
        assert_eq!(scalar("accept-contact/missing"), "accept-contact/missing");
    }

    #[test]
    fn a_long_list_has_several_lines() {
        let items: Vec<String> = (0..30).map(|number| format!("6.2.1.1-{number}")).collect();
        let text = block("fail", &To::List(items.clone()), 4, "\n");
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.len() <= WIDEST + 12), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("        6")), "{text}");
        assert!(Node::parse(&format!("a:\n{text}\n")).is_ok());
    }
}
