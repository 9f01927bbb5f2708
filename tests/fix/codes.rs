//! The table of fixes: every code of the program is in it once, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sipclause::fix::{Remedy, TABLE, remedy};

use super::at;

/// Literals of the same shape that are no codes: media types, transports, directions.
const OTHERS: [&str; 7] =
    ["application/sdp", "msrp/tcp", "msrp/tls", "msrps/tcp", "tcp/msrp", "text/plain", "text/x"];

/// Every literal `thing/what-is-wrong` in the rooms that make findings, without their unit tests.
fn codes_in_the_source() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for room in ["src/books", "src/message"] {
        collect(&at(room), &mut codes);
    }
    OTHERS.iter().for_each(|other| {
        codes.remove(*other);
    });
    codes
}

fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            lines.for_each(|line| {
                codes.extend(line.split('"').skip(1).step_by(2).filter(is_code).map(str::to_owned))
            });
        }
    }
}

fn is_code(text: &&str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.split_once('/').is_some_and(|(thing, wrong)| is_word(thing) && is_word(wrong))
}

#[test]
fn every_code_has_its_place_in_the_table() {
    let known: BTreeSet<String> =
        TABLE.iter().copied().flatten().map(|entry| entry.code.to_owned()).collect();
    let codes = codes_in_the_source();
    assert!(codes.len() > 200, "{codes:?}");
    let missing: Vec<_> = codes.difference(&known).collect();
    let unknown: Vec<_> = known.difference(&codes).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, not in the source {unknown:?}");
}

#[test]
fn no_code_is_in_the_table_twice() {
    let mut seen = BTreeMap::new();
    TABLE.iter().copied().flatten().for_each(|entry| *seen.entry(entry.code).or_insert(0) += 1);
    seen.retain(|_, count| *count > 1);
    assert!(seen.is_empty(), "{seen:?}");
}

#[test]
fn titles_and_reasons_are_short_sentences_without_a_full_stop() {
    for entry in TABLE.iter().copied().flatten() {
        let (Remedy::Safe(text) | Remedy::Unsafe(text) | Remedy::None(text)) = entry.remedy;
        assert!(text.len() <= 80 && !text.ends_with('.'), "{text}");
        assert!(text.starts_with(|first: char| first.is_lowercase()), "{text}");
    }
}

#[test]
fn an_unknown_code_has_no_entry() {
    assert_eq!(remedy("no/such-code"), None);
}
