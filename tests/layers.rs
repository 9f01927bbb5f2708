//! Which room of `src/` may name which: the table of `docs/design.md`, held against every path in the code.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms that it may name. Unit tests inside of a room may name everything.
const TABLE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("error", &[]),
    ("visible", &[]),
    ("message", &["source"]),
    ("capture", &["source", "error", "message"]),
    ("session", &["source", "message", "capture"]),
    ("clause", &["source", "message", "session"]),
    ("books", &["source", "message", "capture", "session", "clause"]),
    ("verdict", &["source", "visible", "message", "session", "clause"]),
    ("redact", &["source", "session", "clause", "verdict"]),
    ("report", &["source", "visible", "clause", "verdict", "fix"]),
    ("config", &["source", "error", "message", "capture", "session", "clause", "verdict"]),
    ("run", &["source", "error", "message", "capture", "session", "clause", "verdict"]),
    ("fix", &["source", "message", "capture", "session", "clause", "verdict", "run"]),
    (
        "oracle",
        &["source", "error", "visible", "message", "capture", "session", "clause", "books", "verdict", "run"],
    ),
    ("interop", &["message", "oracle"]),
    ("compose", &["source", "error", "message", "capture", "session"]),
    (
        "vector",
        &[
            "source", "error", "message", "capture", "session", "clause", "verdict", "config", "run",
            "compose",
        ],
    ),
    ("manual", &["clause", "books", "vector"]),
    (
        "lsp",
        &[
            "source", "error", "visible", "message", "capture", "clause", "books", "verdict", "report",
            "config", "run", "vector", "manual", "fix",
        ],
    ),
    (
        "cli",
        &[
            "source", "error", "visible", "message", "capture", "session", "clause", "books", "verdict",
            "redact", "report", "config", "run", "oracle", "interop", "compose", "vector", "manual", "lsp",
            "fix",
        ],
    ),
];

#[test]
fn every_arrow_between_rooms_is_allowed() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&top, &mut files);
    let faults: Vec<String> = files
        .iter()
        .filter(|file| file.file_name().is_none_or(|name| name != "tests.rs"))
        .flat_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            faults(file.strip_prefix(&top).unwrap(), &text)
        })
        .collect();
    assert!(faults.is_empty(), "forbidden arrows:\n{}", faults.join("\n"));
}

#[test]
fn the_table_stands_in_the_design_document() {
    let design = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design.md")).unwrap();
    for (room, allowed) in TABLE {
        let names = match *room {
            "cli" => "everything".to_owned(),
            _ if allowed.is_empty() => "nothing of ours".to_owned(),
            _ => allowed.join(", "),
        };
        let row = format!("| `{room}` | {names} |");
        assert!(design.contains(&row), "docs/design.md lacks the row {row}");
    }
}

#[test]
fn a_forbidden_arrow_is_found_however_it_is_written() {
    let found = |path: &str, text: &str| faults(Path::new(path), text).len();
    assert_eq!(found("report/human.rs", "use crate::verdict::{self, nested::{Tally, books}};"), 0);
    assert_eq!(found("report/human.rs", "use crate::{verdict::Judgement, books::{BOOKS, message}};"), 1);
    assert_eq!(found("report/human.rs", "fn f() { crate::message::Message::split(b\"\") }"), 1);
    assert_eq!(found("report/human.rs", "use super::super::books::BOOKS;"), 1);
    assert_eq!(found("report/human.rs", "use super::books::BOOKS;"), 0, "that is report::books");
    assert_eq!(found("verdict/mod.rs", "use super::{books, clause};"), 1);
    assert_eq!(found("books/oma_im/general.rs", "use super::super::super::verdict::judge;"), 1);
    assert_eq!(found("message/mod.rs", "// see crate::session\n/* crate::cli */ let s = \"crate::cli\";"), 0);
    assert_eq!(found("message/mod.rs", "#[cfg(test)]\nmod tests { use crate::cli; fn f() { \"}\"; } }"), 0);
    assert_eq!(found("message/mod.rs", "#[cfg(test)]\nmod tests;\nuse crate::cli;"), 1);
    assert_eq!(found("kitchen/mod.rs", ""), 1, "a room that is not in the table");
    assert_eq!(found("message/mod.rs", "pub use crate::kitchen::sink;"), 1);
    assert_eq!(found("lib.rs", "pub use crate::cli::main;"), 0, "the crate's own page shows what it likes");
}

/// What a file names that it may not.
fn faults(path: &Path, text: &str) -> Vec<String> {
    let module = module_of(path);
    let Some(room) = module.first() else {
        return Vec::new();
    };
    let Some((_, allowed)) = TABLE.iter().find(|(name, _)| name == room) else {
        return vec![format!("{}: the room `{room}` is not in the table", path.display())];
    };
    named_rooms(&code_of(text), module.len())
        .into_iter()
        .filter(|named| named != room && !allowed.contains(&named.as_str()))
        .map(|named| format!("{}: `{room}` names `{named}`", path.display()))
        .collect()
}

/// `capture/pcap.rs` -> capture, pcap; the crate's own files have no room.
fn module_of(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        path.with_extension("").components().map(|part| part.as_os_str().to_string_lossy().into()).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

/// The first names behind `crate::`, and behind as many `super::` as lead to the crate.
fn named_rooms(code: &str, depth: usize) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            rooms.extend(first_names(&code[at + "crate::".len()..]));
        }
    }
    let mut at = 0;
    while let Some(found) = code[at..].find("super::") {
        at += found;
        let mut rest = &code[at..];
        let mut ups = 0;
        while let Some(behind) = rest.trim_start().strip_prefix("super::") {
            rest = behind;
            ups += 1;
        }
        if ups >= depth {
            rooms.extend(first_names(rest));
        }
        at = code.len() - rest.len();
    }
    rooms
}

/// The first name of a path, or of every path in a group.
fn first_names(path: &str) -> Vec<String> {
    let path = path.trim_start();
    let Some(group) = path.strip_prefix('{') else {
        let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        return if name.is_empty() { Vec::new() } else { vec![name] };
    };
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.extend(first_names(&group[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// The code without comments, without what is in quotation marks, and without its unit tests.
fn code_of(text: &str) -> String {
    without_tests(&without_comments(text))
}

fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => quoted(rest),
            'r' if (rest.starts_with("r\"") || rest.starts_with("r#")) && !ends_in_word(&code) => raw(rest),
            '\'' => character(rest),
            _ => 0,
        };
        if skipped == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push(' ');
            rest = &rest[skipped..];
        }
    }
    code
}

fn ends_in_word(code: &str) -> bool {
    // `br"…"` begins with a letter that belongs to it.
    code.chars().next_back().is_some_and(|c| (c.is_alphanumeric() || c == '_') && c != 'b')
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

fn raw(rest: &str) -> usize {
    let marks = rest[1..].chars().take_while(|c| *c == '#').count();
    let Some(body) = rest[1 + marks..].strip_prefix('"') else { return 0 };
    let end = format!("\"{}", "#".repeat(marks));
    body.find(&end).map_or(rest.len(), |at| 2 + marks + at + end.len())
}

/// The length of a character literal; a lifetime is none.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(0, |at| 3 + at + 1),
        Some((at, c)) if rest[at + c.len_utf8()..].starts_with('\'') => at + c.len_utf8() + 1,
        _ => 0,
    }
}

fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[item_end(rest)..];
    }
    kept + rest
}

/// Where the item ends that `code` begins with: at its semicolon or behind its braces.
fn item_end(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}
