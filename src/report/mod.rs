//! Judgements -> text: one stream of events, one format a file.
//!
//! A [`Report`] hears of each session as it is judged and of the whole run at its end. The format for people
//! writes at once, and `ndjson` by many lines unless somebody waits; all others keep the text of each session,
//! because they write them in the order of their first packets.

mod adopted;
mod closing;
mod coverage;
mod csv;
mod excerpt;
mod finding;
mod github;
mod gitlab;
mod html;
mod human;
mod in_order;
mod json;
mod json_text;
mod json_value;
mod junit;
mod markdown;
mod ndjson;
pub(crate) mod paint;
mod place;
mod sarif;
mod snippet;
mod statistics;
mod table;
mod tap;
mod wire;
mod words;

use std::io::{self, Write};

use crate::clause::Book;
use crate::verdict::{FailOn, Judgement, RunSummary};

pub use self::coverage::{Coverage, Paper};
pub use self::csv::Csv;
pub use self::github::Github;
pub use self::gitlab::Gitlab;
pub use self::html::Html;
pub use self::human::Human;
pub use self::json::Json;
pub use self::junit::Junit;
pub use self::markdown::Markdown;
pub(crate) use self::markdown::prose as markdown_prose;
pub use self::ndjson::Ndjson;
pub use self::sarif::Sarif;
pub use self::tap::Tap;
pub(crate) use self::wire::SCHEMA_VERSION;

/// What hears of judgements and turns them into text.
pub trait Report {
    /// A session was judged.
    ///
    /// # Errors
    /// What the writer says.
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()>;

    /// Somebody waits: hands on what is written so far. A document that is written at the end is not begun.
    ///
    /// # Errors
    /// What the writer says.
    fn flush(&mut self) -> io::Result<()>;

    /// The run is over. Called once, last; writes what is left and flushes.
    ///
    /// # Errors
    /// What the writer says.
    fn finish(&mut self, summary: &RunSummary) -> io::Result<()>;
}

/// A report format.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line, in the order in which sessions end.
    Ndjson,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// JUnit XML: a suite a session, a case a clause.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// A summary in Markdown, with the findings folded away.
    Markdown,
    /// One page for a browser.
    Html,
    /// The Test Anything Protocol, version 14.
    Tap,
    /// A row for each session, clause and finding.
    Csv,
    /// What the run exercised.
    Coverage,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::Human,
        Self::Json,
        Self::Ndjson,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
        Self::Html,
        Self::Tap,
        Self::Csv,
        Self::Coverage,
    ];

    /// The name in options.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Tap => "tap",
            Self::Csv => "csv",
            Self::Coverage => "coverage",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How a report for people looks; the formats for machines depend on its last two members alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Whether to write colours (SGR sequences, the only control sequences that any report writes).
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Write findings and damaged inputs, and nothing else.
    pub quiet: bool,
    /// List passing and not-applicable clauses with their reasons, and fingerprints.
    pub verbose: bool,
    /// Write counts in place of findings: by clause, User-Agent, finding and problem.
    pub statistics: bool,
    /// What fails the run.
    pub fail_on: FailOn,
    /// The books whose clauses a report lists whether they were judged or not.
    pub catalogue: &'static [&'static Book],
}

impl Options {
    const fn paint(self) -> paint::Paint {
        paint::Paint { color: self.color }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: 80,
            quiet: false,
            verbose: false,
            statistics: false,
            fail_on: FailOn::default(),
            catalogue: &[],
        }
    }
}

/// Starts a report in this format.
///
/// ```
/// use sipclause::clause::Profile;
/// use sipclause::report::{Format, Options, open};
/// use sipclause::verdict::{RunSummary, Tally};
///
/// let mut text = Vec::new();
/// let mut report = open(Format::Ndjson, Box::new(&mut text), Options::default());
/// // … `report.session(&judgement)?` and `tally.add(&judgement)` for each session …
/// report.finish(&RunSummary::new(Profile::ChangeRequest, Vec::new(), Tally::default()))?;
/// drop(report);
/// assert!(text.starts_with(br#"{"type":"summary","schema_version":1,"#));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn open<'w>(format: Format, writer: Box<dyn Write + 'w>, options: Options) -> Box<dyn Report + 'w> {
    match format {
        Format::Human => Box::new(Human::new(writer, options)),
        Format::Json => Box::new(Json::new(writer)),
        Format::Ndjson => Box::new(Ndjson::new(writer)),
        Format::Sarif => Box::new(Sarif::new(writer, options.catalogue)),
        Format::Junit => Box::new(Junit::new(writer)),
        Format::Github => Box::new(Github::new(writer, options.fail_on)),
        Format::Gitlab => Box::new(Gitlab::new(writer)),
        Format::Markdown => Box::new(Markdown::new(writer, options.fail_on)),
        Format::Html => Box::new(Html::new(writer)),
        Format::Tap => Box::new(Tap::new(writer, options.fail_on)),
        Format::Csv => Box::new(Csv::new(writer)),
        Format::Coverage => Box::new(Coverage::new(writer, Paper::Markdown)),
    }
}
