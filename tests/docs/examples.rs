//! Test vectors -> the table of examples that `explain` shows: the lines by which a fault differs.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sipclause::compose::{Flow, FlowMessage};
use sipclause::message::{Message, Name};
use sipclause::vector::{Case, Expectation, Vector};

/// The source text of `src/manual/examples.rs`.
pub(crate) fn table(folder: &Path) -> String {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut text = String::from(
        "//! Generated from `vectors/oma_im/` by `make bless`; not to be edited by hand.\n\n\
         use super::example::{Example, Kind};\n\n\
         #[rustfmt::skip]\npub(super) static EXAMPLES: &[Example] = &[\n",
    );
    for file in files {
        write_example(&mut text, &Vector::load(&file).unwrap());
    }
    text + "];\n"
}

/// The first fault that can be shown: it changes one message, and no more of it than one screen holds.
fn write_example(text: &mut String, vector: &Vector) {
    let faults: Vec<(&Case, &str)> =
        vector.cases.iter().filter_map(|case| Some((case, code(case)?))).collect();
    if faults.is_empty() {
        return;
    }
    let shown = faults.iter().find_map(|(case, _)| Some((&case.name, shown(case)?)));
    let (fault, (message, lines)) = shown.unwrap_or_else(|| panic!("{}: no fault to show", vector.clause));
    let _ = writeln!(text, "    Example {{\n        clause: {:?},\n        fault: {fault:?},", vector.clause);
    let _ = writeln!(text, "        message: {message:?},\n        lines: &[");
    for (kind, line) in lines {
        let _ = writeln!(text, "            (Kind::{kind}, {line:?}),");
    }
    text.push_str("        ],\n        codes: &[\n");
    let mut told: Vec<&str> = Vec::new();
    for (case, code) in faults {
        if !told.contains(&code) {
            told.push(code);
            let _ = writeln!(text, "            ({code:?}, {:?}),", case.name);
        }
    }
    text.push_str("        ],\n    },\n");
}

fn code(case: &Case) -> Option<&str> {
    match &case.expects {
        Expectation::Fail { finds, .. } => finds.as_deref(),
        _ => None,
    }
}

type Lines = Vec<(&'static str, String)>;

fn shown(case: &Case) -> Option<(String, Lines)> {
    let good = Flow::load(&case.flow).unwrap();
    let mut bad = good.clone();
    for edit in &case.edits {
        edit.apply(&mut bad).unwrap();
    }
    if good.messages.len() != bad.messages.len() {
        return None;
    }
    let (before, after) = good.messages.iter().zip(&bad.messages).find(|(before, after)| before != after)?;
    // Headers are compared with headers: a part of the body may repeat one of them.
    let ((head, body), (new_head, new_body)) = (lines(before), lines(after));
    let lines = [difference(&head, &new_head), difference(&body, &new_body)].concat();
    // The length follows from the body; it is shown where it is the fault itself.
    let is_length = |line: &str| line.starts_with("Content-Length") || line.starts_with("l:");
    let rest: Lines = lines.iter().filter(|(_, line)| !is_length(line)).cloned().collect();
    let lines = if rest.is_empty() { lines } else { rest };
    (1..=20).contains(&lines.len()).then(|| (name(before), lines))
}

/// The lines of a message, head and body; the way that it took is the first.
fn lines(message: &FlowMessage) -> (Vec<String>, Vec<String>) {
    let address = |address: Option<std::net::SocketAddr>| address.map(|a| a.to_string()).unwrap_or_default();
    let mut head = vec![format!("# from={} to={}", address(message.from), address(message.to))];
    head.extend(String::from_utf8_lossy(&message.bytes).lines().map(str::to_owned));
    let body = head.iter().position(String::is_empty).unwrap_or(head.len());
    let body = head.split_off(body);
    (head, body)
}

/// What people call it: `INVITE`, `200 OK to INVITE`.
fn name(message: &FlowMessage) -> String {
    let message = Message::split(&message.bytes);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(method) = message.method() {
        return text(method);
    }
    let start = text(message.start_line().of(message.bytes()));
    let cseq = message.first(Name::CSeq).map(text).unwrap_or_default();
    let method = cseq.split(' ').next_back().unwrap_or_default();
    format!("{} to {method}", start.trim_start_matches("SIP/2.0 "))
}

/// The lines that are in one message alone, by the longest common subsequence of both.
fn difference(old: &[String], new: &[String]) -> Lines {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let skipped = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { skipped };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(("Good", old[i].clone()));
            i += 1;
        } else {
            lines.push(("Bad", new[j].clone()));
            j += 1;
        }
    }
    lines
}

#[test]
fn only_lines_of_one_side_are_different() {
    let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let found = difference(&lines("a b c d"), &lines("a x c d e"));
    assert_eq!(found, [("Good", "b".to_owned()), ("Bad", "x".into()), ("Bad", "e".into())]);
}
