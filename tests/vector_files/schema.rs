//! `docs/schema/vector.schema.json`: what the reader takes it takes too, and it knows the same names.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use sipclause::books::oma_im::BOOK;
use sipclause::config::keys;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../docs/schema/vector.schema.json")).expect("it is JSON")
});

static VALIDATOR: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&SCHEMA).expect("it is a schema"));

/// What the schema has against a YAML text; nothing: an empty list.
pub(crate) fn complaints(yaml: &str) -> Vec<String> {
    let options = serde_yaml::options! { strict_booleans: true, leading_zero_numbers_as_strings: true };
    let value: Value = match serde_yaml::from_str_with_options(yaml, options) {
        Ok(value) => value,
        Err(error) => return vec![error.to_string()],
    };
    VALIDATOR.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::meta::validate(&SCHEMA).unwrap();
}

#[test]
fn every_vector_of_this_repository_fits_the_schema() {
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors"));
    assert!(files.len() >= BOOK.clauses().count());
    for path in files {
        let complaints = complaints(&fs::read_to_string(&path).unwrap());
        assert!(complaints.is_empty(), "{}: {complaints:?}", path.display());
    }
}

#[test]
fn the_schema_knows_the_clauses_of_the_book_and_no_other() {
    let ids: Vec<Value> = BOOK.clauses().map(|clause| clause.id.0.into()).collect();
    assert_eq!(SCHEMA["$defs"]["clause"]["enum"], Value::from(ids.clone()));
    let named = SCHEMA["$defs"]["clauses"]["anyOf"][0]["enum"].as_array().unwrap();
    assert_eq!(named[..ids.len()], ids);
    let mut subclauses: Vec<&str> = BOOK.clauses().map(|clause| clause.id.subclause()).collect();
    subclauses.dedup();
    assert_eq!(named[ids.len()..], subclauses);
}

#[test]
fn the_schema_knows_the_keys_of_the_context_and_no_other() {
    let known: Vec<&str> =
        SCHEMA["$defs"]["context"]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let (_, keys) = keys().into_iter().find(|(mapping, _)| *mapping == "context").unwrap();
    assert_eq!(known, keys);
}
