//! A library user who wants no feature gets the parser, the clauses and the verdicts on few crates.

use std::collections::BTreeSet;
use std::process::Command;

/// Fewer than this many.
const LIMIT: usize = 30;

#[test]
fn without_features_there_are_fewer_than_thirty_crates() {
    // Nothing is fetched: what this test was built from is there already.
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--no-default-features"])
        .args(["--prefix", "none", "--format", "{p}", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree failed: {complaint}");
    let text = String::from_utf8(output.stdout).unwrap();
    // `name v1.2.3 (proc-macro) (*)`: the first two words tell a package.
    let packages: BTreeSet<String> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .filter(|package| !package.starts_with("sipclause "))
        .collect();
    let listed: Vec<&str> = packages.iter().map(String::as_str).collect();
    assert!(packages.iter().any(|package| package.starts_with("nom ")), "is this our tree? {text}");
    assert!(
        packages.len() < LIMIT,
        "{} crates without features, {LIMIT} are too many: make a new dependency optional, or do without it\n{}",
        packages.len(),
        listed.join("\n")
    );
}
