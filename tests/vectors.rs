//! Every vector, judged with the whole catalogue.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::path::{Path, PathBuf};

use sipclause::books::oma_im::BOOK;
use sipclause::vector::VectorFile;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_vector_gives_the_verdicts_it_expects() {
    let files = files("vectors/oma_im");
    assert!(!files.is_empty(), "there are no vectors");
    let mut told = String::new();
    for path in &files {
        let vector = VectorFile::load(path, &BOOK).unwrap_or_else(|error| panic!("{error}"));
        let results = vector.unwrap_or_else(|| panic!("{} is no vector", path.display())).run(&BOOK);
        assert!(results.unreadable.is_empty(), "{}: {:?}", path.display(), results.unreadable);
        for difference in results.differences {
            told.push_str(&format!("{}:{}: {}\n", path.display(), difference.line, difference.case));
            for mismatch in difference.mismatches {
                told.push_str(&format!("    {mismatch}\n"));
            }
        }
    }
    assert!(told.is_empty(), "\n{told}");
}
