//! Code by code: a conforming INVITE, one thing wrong with it, and what the fix makes of it.

use std::collections::BTreeSet;

use sipclause::books::oma_im::BOOK;
use sipclause::fix::{Remedy, TABLE, Trust};
use sipclause::session::Context;
use sipclause::verdict::{Judgement, Policy, Verdict};

use super::cases::{CASES, GOOD, ROWS};
use super::mended;

/// Codes with a fix that neither these cases nor a vector breaks; `compose` does.
const ELSEWHERE: [&str; 2] = ["content-type/without-body", "replaces/tag-repeated"];

#[test]
fn each_header_of_others_is_mended_where_it_stands() {
    let with = |row: &str| GOOD.replacen("Supported", &format!("{row}\r\nSupported"), 1);
    for (code, broken, mended_row) in ROWS {
        let broken = with(broken);
        assert!(failures(&broken).contains(code), "{code}: {:?}", failures(&broken));
        let mended = mended(broken.as_bytes(), &policy(), Trust::Guesses);
        assert_eq!(String::from_utf8(mended.text).unwrap(), with(mended_row), "{code}");
    }
}

#[test]
fn every_code_with_a_fix_is_broken_and_mended_by_a_test() {
    let vectors = std::fs::read_dir(super::at("vectors/oma_im")).unwrap().map(|entry| entry.unwrap().path());
    let texts = vectors.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap());
    let found: BTreeSet<String> = texts
        .flat_map(|text| {
            text.lines()
                .filter_map(|line| Some(line.split_once("finds: ")?.1.trim().to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    let tried = |code: &str| {
        CASES.iter().any(|(known, ..)| *known == code)
            || ROWS.iter().any(|(known, ..)| *known == code)
            || found.contains(code)
    };
    let untried: Vec<&str> = TABLE
        .iter()
        .copied()
        .flatten()
        .filter(|entry| !matches!(entry.remedy, Remedy::None(_)) && !tried(entry.code))
        .map(|entry| entry.code)
        .collect();
    assert_eq!(untried, ELSEWHERE);
}

fn policy() -> Policy {
    let context = Context {
        intended_recipient: Some("sip:bob@example.org".to_owned()),
        anonymity: sipclause::session::context::Anonymity::Requested,
        ims: sipclause::session::context::Ims::ThreeGpp,
        service_route: vec!["<sip:orig@scscf.example.com;lr>".to_owned()],
        ..Context::default()
    };
    Policy { context, scenario: Some(sipclause::session::Scenario::OneToOne), ..Policy::default() }
}

fn failures(text: &str) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    let mut sink = |judgement: &Judgement<'_>| {
        let failed = judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Fail);
        codes.extend(failed.flat_map(|ruling| &ruling.findings).map(|finding| finding.code));
    };
    sipclause::run::run("text", text.as_bytes(), &policy(), &BOOK, &mut sink).unwrap();
    codes
}

#[test]
fn the_good_invite_breaks_nothing() {
    assert_eq!(failures(GOOD), BTreeSet::new());
}

#[test]
fn each_fault_is_found_and_its_fix_writes_what_is_meant() {
    let mut told = Vec::new();
    for (code, from, to, wanted) in CASES {
        assert_eq!(GOOD.matches(from).count().min(1), 1, "{from}");
        let broken = match *code {
            // A boundary stands in three places.
            "boundary/bad-character" => GOOD.replace(from, to),
            _ => GOOD.replacen(from, to, 1),
        };
        // Content-Length is right, unless it is what is wrong.
        let broken = match code.starts_with("content-length/") {
            true => broken,
            false => right_length(&broken),
        };
        let found = failures(&broken);
        let mended = mended(broken.as_bytes(), &policy(), Trust::Guesses);
        let after = String::from_utf8(mended.text).unwrap();
        let is_right = if wanted.is_empty() { after == GOOD } else { after.contains(wanted) };
        if !found.contains(code) || !is_right || !failures(&after).is_empty() {
            told.push(format!(
                "{code} {to:?}: found {found:?}, left {:?}, dropped {:?}\n{}",
                failures(&after),
                mended.dropped,
                difference(&after)
            ));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n\n"));
}

fn right_length(text: &str) -> String {
    let body = text.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
    text.replacen("Content-Length: 219", &format!("Content-Length: {body}"), 1)
}

fn difference(after: &str) -> String {
    let lines: Vec<&str> = GOOD.split("\r\n").collect();
    let other: Vec<&str> = after.split("\r\n").collect();
    let new = other.iter().filter(|line| !lines.contains(line)).map(|line| format!("+{line}"));
    let old = lines.iter().filter(|line| !other.contains(line)).map(|line| format!("-{line}"));
    old.chain(new).collect::<Vec<_>>().join("\n")
}
