//! Everything in the shared corpus, judged: nothing panics, and every judged session has its 58 verdicts.

use std::path::{Path, PathBuf};

use sipclause::books::oma_im::BOOK;
use sipclause::run::run;
use sipclause::verdict::{Policy, Verdict};

use super::index::corpus;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_judged_session_of_the_corpus_has_all_verdicts_in_catalogue_order() {
    let Some(corpus) = corpus() else {
        return;
    };
    let ids: Vec<_> = BOOK.clauses().map(|clause| clause.id.0).collect();
    let mut paths = Vec::new();
    files(&corpus, &mut paths);
    let mut judged = 0;
    for path in &paths {
        for all_sessions in [false, true] {
            let policy = Policy { all_sessions, ..Policy::default() };
            let name = path.display().to_string();
            let bytes = std::fs::read(path).unwrap();
            let outcome = run(&name, &bytes[..], &policy, &BOOK, &mut |judgement| {
                judged += 1;
                let listed: Vec<_> = judgement.rulings.iter().map(|ruling| ruling.clause.id.0).collect();
                assert_eq!(listed, ids, "{name}");
                for ruling in &judgement.rulings {
                    let place = format!("{name}: {} {}", judgement.call_id, ruling.clause.id);
                    assert_eq!(ruling.verdict == Verdict::Fail, !ruling.findings.is_empty(), "{place}");
                    assert!(!ruling.reason.is_empty(), "{place}");
                    for finding in &ruling.findings {
                        let bytes = judgement.messages[finding.at.message].bytes;
                        assert!(finding.at.span.end as usize <= bytes.len(), "{place}");
                    }
                }
            });
            if let Ok((input, skipped)) = outcome {
                assert!(skipped.messages_outside_sessions <= input.messages, "{name}");
            }
        }
    }
    assert!(judged > 100, "only {judged} sessions of {} files were judged", paths.len());
}
