//! The index of the corpus -> its files with what is in them.

use std::path::{Path, PathBuf};

use sipclause::capture::{Caps, Secrets};

/// Requests and responses.
pub(crate) type Counts = (usize, usize);

/// The folder of the corpus, if it is there.
#[expect(clippy::print_stdout, reason = "whoever runs the tests should see that they were skipped")]
pub(crate) fn corpus() -> Option<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.join("INDEX.md").is_file() {
        println!("skipped: there is no corpus at {}", corpus.display());
        return None;
    }
    Some(corpus)
}

/// The TLS secrets in the key log beside a capture.
pub(crate) fn secrets(capture: &Path) -> Secrets {
    let mut secrets = Secrets::new(Caps::default().secrets);
    if let Ok(keylog) = std::fs::read(capture.with_extension("keylog")) {
        assert!(secrets.read(&keylog[..]).unwrap().is_empty());
    }
    secrets
}

/// One row of the index.
pub(crate) struct Row {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) messages: usize,
    pub(crate) counts: Counts,
}

/// The rows of those sections of the index; `None` where there is no corpus.
pub(crate) fn rows(sections: &[&str]) -> Option<Vec<Row>> {
    let corpus = corpus()?;
    let index = std::fs::read_to_string(corpus.join("INDEX.md")).unwrap();
    let mut section = "";
    let mut rows = Vec::new();
    for line in index.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.split(' ').next().unwrap_or("");
        }
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if let (true, [_, name, _, messages, counts, ..]) = (sections.contains(&section), &cells[..])
            && let Ok(messages) = messages.parse()
        {
            let path = corpus.join(section).join(name);
            rows.push(Row { path, name: (*name).to_owned(), messages, counts: counted(counts) });
        }
    }
    assert!(!rows.is_empty(), "the index has the sections {sections:?}");
    Some(rows)
}

/// The sums of `ACKx1 INVITEx1 / 100x1 488x1`.
fn counted(cell: &str) -> Counts {
    let (requests, responses) = cell.split_once('/').unwrap_or((cell, ""));
    let sum = |words: &str| {
        words.split_whitespace().filter_map(|word| word.rsplit_once('x')?.1.parse::<usize>().ok()).sum()
    };
    (sum(requests), sum(responses))
}
