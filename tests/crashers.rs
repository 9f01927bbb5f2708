//! What fuzzing once broke stays mended: each file under `vectors/crashers` is put to the property of its
//! folder again, and a few inputs under `fuzz/regress` with them.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "support/properties/mod.rs"]
mod properties;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use properties::{Property, TARGETS};

fn top(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The inputs in the folders of `top`, each with the property of its folder.
///
/// A folder that no target has is an error, and so is one without a file.
fn inputs(top: &Path) -> Result<Vec<(Property, PathBuf)>, String> {
    let mut inputs = Vec::new();
    for folder in if top.is_dir() { entries(top) } else { Vec::new() } {
        if folder.extension().is_some_and(|extension| extension == "md") {
            continue;
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((_, property)) = TARGETS.iter().find(|(target, _)| *target == name) else {
            return Err(format!("{} belongs to no target", folder.display()));
        };
        let files: Vec<_> = if folder.is_dir() { entries(&folder) } else { Vec::new() };
        if files.is_empty() || !files.iter().all(|file| file.is_file()) {
            return Err(format!("{} holds no files, or more than files", folder.display()));
        }
        inputs.extend(files.into_iter().map(|file| (*property, file)));
    }
    Ok(inputs)
}

/// The files whose property does not hold.
fn broken(inputs: &[(Property, PathBuf)]) -> Vec<&Path> {
    let holds = |property: &Property, file: &Path| {
        let bytes = fs::read(file).unwrap();
        catch_unwind(AssertUnwindSafe(|| property(&bytes))).is_ok()
    };
    inputs.iter().filter(|(property, file)| !holds(property, file)).map(|(_, file)| file.as_path()).collect()
}

#[test]
fn what_once_broke_an_invariant_does_not_any_more() {
    let inputs = inputs(&top("vectors/crashers")).unwrap();
    assert_eq!(broken(&inputs), [""; 0].map(Path::new));
}

#[test]
fn the_regress_set_reaches_every_target_and_breaks_none() {
    let inputs = inputs(&top("fuzz/regress")).unwrap();
    assert_eq!(broken(&inputs), [""; 0].map(Path::new));
    for (name, property) in TARGETS {
        let reached = inputs.iter().any(|(other, _)| std::ptr::fn_addr_eq(*other, property));
        assert!(reached, "fuzz/regress/{name} is missing");
    }
}

#[test]
fn every_target_is_a_fuzz_target_and_every_fuzz_target_one_of_these() {
    let manifest = fs::read_to_string(top("fuzz/Cargo.toml")).unwrap();
    let mut listed: Vec<_> = entries(&top("fuzz/fuzz_targets"))
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let mut known: Vec<_> = TARGETS.map(|(name, _)| name.to_owned()).to_vec();
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
    for name in known {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
    }
}

#[test]
fn an_unknown_or_an_empty_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(inputs(folder.path()).unwrap().len(), 0, "no crashers at all are fine");
    fs::create_dir(folder.path().join("split")).unwrap();
    assert!(inputs(folder.path()).unwrap_err().contains("holds no files"));
    fs::write(folder.path().join("split/one"), "\r\n").unwrap();
    assert_eq!(inputs(folder.path()).unwrap().len(), 1);
    fs::create_dir(folder.path().join("spilt")).unwrap();
    assert!(inputs(folder.path()).unwrap_err().contains("belongs to no target"));
}
