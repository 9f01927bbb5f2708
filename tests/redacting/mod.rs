//! What the tests of redaction share: messages -> reports in every format.

pub(crate) mod call;
pub(crate) mod leaks;
pub(crate) mod tokens;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use sipclause::books::BOOKS;
use sipclause::books::oma_im::BOOK;
use sipclause::redact::Disclosure;
use sipclause::report::{Format, Options, Report, open};
use sipclause::run::Job;
use sipclause::verdict::{
    Coverage, ExitCode, InputSummary, Judgement, Policy, RunSummary, Skipped, Statistics, Tally,
};

/// What a run told.
pub(crate) struct Told {
    /// The text of each format.
    pub(crate) reports: Vec<(Format, String)>,
    /// Clause and verdict of every ruling, and the fingerprints.
    pub(crate) verdicts: Vec<String>,
}

/// The bytes of one report, which the report and the test both hold.
#[derive(Clone, Default)]
struct Page(std::sync::Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The name under which inputs are judged.
pub(crate) const PATH: &str = "/home/wilhelmina/customer9/trace.pcap";

/// Judges an input and reports it in every format, through `disclosure`, as the command does.
pub(crate) fn told(bytes: &[u8], policy: &Policy, disclosure: Disclosure) -> Told {
    told_as(&Format::ALL, bytes, policy, disclosure)
}

/// The same in these formats alone.
pub(crate) fn told_as(formats: &[Format], bytes: &[u8], policy: &Policy, mut disclosure: Disclosure) -> Told {
    let options = Options { verbose: true, catalogue: BOOKS, ..Options::default() };
    let pages: Vec<(Format, Page)> = formats.iter().map(|format| (*format, Page::default())).collect();
    let mut reports: Vec<Box<dyn Report>> =
        pages.iter().map(|(format, page)| open(*format, Box::new(page.clone()), options)).collect();
    let (mut tally, mut statistics) = (Tally::default(), Statistics::default());
    let mut coverage = Coverage::new(&BOOK, policy, false);
    let mut verdicts = Vec::new();
    let ran = Job::new(policy, &BOOK).run(PATH, bytes, &mut |judgement: &Judgement<'_>| {
        tally.add(judgement);
        disclosure.judgement(judgement, |judgement| {
            statistics.add(judgement);
            coverage.add(judgement);
            verdicts.extend(judgement.rulings.iter().map(|ruling| {
                let prints: Vec<_> =
                    ruling.findings.iter().map(|one| (one.code, &one.fingerprint, one.at)).collect();
                format!("{} {} {prints:?}", ruling.clause.id, ruling.verdict.name())
            }));
            reports.iter_mut().for_each(|report| report.session(judgement).unwrap());
        });
    });
    let (input, skipped) = ran.unwrap_or_else(|_| (InputSummary::default(), Skipped::default()));
    let summary = RunSummary {
        skipped,
        statistics: Some(statistics),
        coverage: Some(coverage),
        exit_code: ExitCode::Clean,
        ..RunSummary::new(policy.profile, vec![input], tally)
    };
    let summary = disclosure.summary(&summary);
    for report in &mut reports {
        report.finish(&summary).unwrap();
    }
    drop(reports);
    let text = |page: Page| String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    Told { reports: pages.into_iter().map(|(format, page)| (format, text(page))).collect(), verdicts }
}

/// The words that the program itself writes: whoever is called so is not told by them.
pub(crate) static PUBLIC: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut public = BTreeSet::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in
        ["books", "clause", "report", "verdict", "session", "message", "redact/vocabulary.rs", "capture"]
    {
        read(&src.join(room), &mut public);
    }
    for known in ["wilhelmina", "customer9", "alice", "bob", "carol", "example", "secret"] {
        public.remove(known);
    }
    public
});

/// The words of these files, but for their unit tests.
fn read(path: &Path, words: &mut BTreeSet<String>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap();
        return entries.for_each(|entry| read(&entry.unwrap().path(), words));
    }
    if path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs") {
        return;
    }
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    words.extend(tokens::words(text));
}
