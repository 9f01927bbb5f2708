//! The readers of YAML: configurations and vectors.

use std::path::PathBuf;

use sipclause::books::BOOKS;
use sipclause::books::oma_im::BOOK;
use sipclause::config::Config;
use sipclause::error::Error;
use sipclause::vector::{Vector, judge_flow};

use super::edit;

/// A configuration is read to the same settings twice, or refused at a place that it has.
pub(super) fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Config::parse(text, "fuzz.yaml", BOOKS) {
        Ok(config) => {
            let again = Config::parse(text, "fuzz.yaml", BOOKS).expect("it was read before");
            assert_eq!(format!("{config:?}"), format!("{again:?}"));
            let waivers = config.settings().waivers.len();
            let policy = config.into_policy("2027-01-01".parse().expect("a date"));
            assert_eq!(policy.waivers.len(), waivers);
        }
        Err(error) => assert_place(&error, text),
    }
    // The first line as a key that is set on the command line.
    let line = text.lines().next().unwrap_or_default();
    if let Err(error) = Config::empty().apply_set(line, BOOKS) {
        assert!(!error.to_string().is_empty());
    }
}

/// Line and column of a fault stand in the text, or right behind it.
fn assert_place(error: &Error, text: &str) {
    let Error::Configuration { line, column, message, .. } = error else {
        panic!("{error} is no fault of the file");
    };
    // YAML 1.2 5.4: a carriage return alone ends a line as well.
    let lines = text.split('\n').count() + text.matches('\r').count();
    assert!((1..=lines + 1).contains(line), "line {line} of {lines}: {message}");
    assert!((1..=text.len() + 2).contains(column), "column {column}: {message}");
    assert!(!message.is_empty());
}

/// A vector is read, its edits are applied to a composed flow, and judging that twice gives the same.
///
/// The flows it names are not read: a name could lead anywhere.
pub(super) fn vector(bytes: &[u8]) {
    let file = Scratch::with(bytes);
    let vector = match Vector::load(&file.0) {
        Ok(vector) => vector,
        Err(error) => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                assert_place(&error, text);
            }
            return;
        }
    };
    let lines = bytes.split(|byte| b"\r\n".contains(byte)).count();
    for case in vector.good.iter().chain(&vector.cases).take(8) {
        assert!(case.line <= lines + 1, "line {} of {lines}", case.line);
        let mut flow = edit::flow();
        for edit in case.edits.iter().take(8) {
            flow = edit::applies_or_leaves_alone(edit, &flow);
        }
        let judge = || judge_flow(&flow, case.session.as_deref(), &case.block, &BOOK);
        assert_eq!(judge(), judge());
    }
}

/// A file that is gone when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn with(bytes: &[u8]) -> Self {
        let thread = format!("{:?}", std::thread::current().id());
        let number: String = thread.chars().filter(char::is_ascii_digit).collect();
        let name = format!("sipclause-fuzz-{}-{number}.yaml", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).expect("the folder of temporary files can be written to");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
