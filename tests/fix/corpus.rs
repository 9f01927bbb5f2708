//! Texts of others: no clause gets worse, and what is no text is refused.

use std::path::{Path, PathBuf};

use sipclause::books::oma_im::BOOK;
use sipclause::fix::{Asked, Trust, mend};
use sipclause::verdict::Policy;

use super::{at, mended, verdicts, worse};

/// The corpus is not part of the project; where it is absent, nothing is looked at.
fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("SIPCLAUSE_CORPUS").map(PathBuf::from);
    let corpus = named.unwrap_or_else(|| at("../shared/corpus"));
    corpus.join("INDEX.md").is_file().then_some(corpus)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
    found.sort();
}

#[test]
fn no_clause_of_any_text_is_worse_behind_its_fixes() {
    let mut paths = Vec::new();
    files(&at("vectors/oma_im/flows"), &mut paths);
    files(&at("docs/demo"), &mut paths);
    if let Some(corpus) = corpus() {
        files(&corpus, &mut paths);
    }
    let (mut texts, mut fixed, mut dropped) = (0, 0, 0);
    for path in paths {
        let text = std::fs::read(&path).unwrap();
        for all_sessions in [false, true] {
            for trust in [Trust::Safe, Trust::Guesses] {
                let policy = Policy { all_sessions, ..Policy::default() };
                let asked = Asked { policy: &policy, book: &BOOK, trust };
                if mend(&text, &asked).is_err() {
                    continue;
                }
                let mended = mended(&text, &policy, trust);
                let worse = worse(&verdicts(&text, &policy), &verdicts(&mended.text, &policy));
                assert!(worse.is_empty(), "{}: {worse:#?}", path.display());
                texts += 1;
                fixed += mended.applied.len();
                dropped += mended.dropped.len();
                for one in &mended.dropped {
                    println!("{}: {}: {}", path.display(), one.fix.code, one.why);
                }
            }
        }
    }
    println!("{texts} texts, {fixed} fixes, {dropped} dropped");
}
