//! `docs/vectors.md`: its examples are vectors, and its first one works as it is told.

use std::fs;

use sipclause::books::oma_im::BOOK;
use sipclause::vector::VectorFile;

use crate::schema::complaints;
use crate::{folder, run, text};

const PAGE: &str = include_str!("../../docs/vectors.md");

/// The YAML blocks of the page.
fn examples() -> Vec<&'static str> {
    PAGE.split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect()
}

#[test]
fn every_example_is_right() {
    assert!(examples().len() >= 3);
    for example in examples() {
        assert_eq!(complaints(example), [""; 0], "{example}");
        let file = VectorFile::parse(example.to_owned(), "a.yaml".as_ref(), &BOOK);
        assert!(file.unwrap_or_else(|error| panic!("{example}{error}")).is_some(), "{example}");
    }
}

#[test]
fn the_first_vector_is_blessed_as_the_page_says() {
    let first = examples()[0];
    let top = folder(&[("ours/first.yaml", first)]);
    fs::create_dir_all(top.path().join("ours/calls")).unwrap();
    fs::copy(top.path().join("broken.sip"), top.path().join("ours/calls/bed.sip")).unwrap();
    assert_eq!(run(top.path(), &["ours"]).code, 1);
    let done = run(top.path(), &["--bless", "ours"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(text(&top, "ours/first.yaml").starts_with(first));
    assert_eq!(text(&top, "ours/first.yaml"), examples()[1], "the second block of the page");
}

#[test]
fn every_key_is_described() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/schema/vector.schema.json")).unwrap();
    let mut keys = Vec::new();
    for kind in ["clause-vector", "capture-vector", "fault", "inconclusive", "session"] {
        keys.extend(schema["$defs"][kind]["properties"].as_object().unwrap().keys().cloned());
    }
    for edit in schema["$defs"]["edit"]["oneOf"].as_array().unwrap() {
        keys.extend(edit["properties"].as_object().unwrap().keys().cloned());
    }
    for key in keys {
        assert!(
            PAGE.contains(&format!("`{key}`")) || PAGE.contains(&format!("{key}:")),
            "docs/vectors.md lacks `{key}`"
        );
    }
}
