//! `docs/configuration.md` against what a configuration accepts.

use sipclause::books::BOOKS;
use sipclause::config::{Config, keys};

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md"));

/// The keys in the table below a heading.
fn described(heading: &str) -> Vec<&'static str> {
    let lines = PAGE.lines().skip_while(|line| *line != format!("## {heading}")).skip(1);
    lines
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect()
}

#[test]
fn every_key_is_described_and_no_other() {
    for (mapping, keys) in keys() {
        let heading = if mapping.is_empty() { "The top of the file" } else { mapping };
        assert_eq!(described(heading), keys, "docs/configuration.md, {heading}");
    }
}

#[test]
fn the_example_is_a_configuration() {
    let (_, example) = PAGE.split_once("```yaml\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    let config = Config::parse(example, "docs/configuration.md", BOOKS).unwrap();
    assert_eq!(config.settings().levels.len(), 3);
    assert_eq!(config.settings().waivers.len(), 1);
}
