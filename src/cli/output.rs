//! `--output FORMAT[=PATH]`: which reports, and where they go.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::str::FromStr;

use super::complaint::Complaint;
use super::{later, terminal};
use crate::report::{self, Format, Options, Paper, Report};
use crate::verdict::{Judgement, RunSummary};

/// One report that was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Target {
    format: Format,
    /// `None`: standard output.
    path: Option<PathBuf>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').map_or((text, None), |(name, path)| (name, Some(path)));
        let format = Format::named(name).ok_or_else(|| later::no_format(name))?;
        let path = match path {
            Some("") => return Err(format!("a file is wanted behind `{name}=`")),
            None | Some("-") => None,
            Some(path) => Some(PathBuf::from(path)),
        };
        Ok(Self { format, path })
    }
}

impl Target {
    fn name(&self) -> String {
        self.path.as_ref().map_or("standard output".to_owned(), |path| path.display().to_string())
    }
}

/// How the inputs of a run come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pace {
    /// As fast as they are read.
    Steady,
    /// As they happen: whoever reads the report waits for each session.
    Live,
}

/// The reports of a run.
pub(super) struct Outputs {
    outputs: Vec<Output>,
    failed: Option<Complaint>,
}

/// One report under way.
struct Output {
    target: Target,
    report: Box<dyn Report>,
    /// Whether each session is handed on at once, and not with others.
    is_awaited: bool,
}

impl Outputs {
    /// Opens all reports; nothing asked for means `human` on standard output. Colours and width of `options`
    /// are those of standard output.
    pub(super) fn open(targets: &[Target], options: Options, pace: Pace) -> Result<Self, Complaint> {
        let default = [Target::default()];
        let targets = if targets.is_empty() { &default } else { targets };
        if let Some(twice) = first_repeated(targets.iter().map(|target| &target.path)) {
            let name = Target { path: twice.clone(), ..Target::default() }.name();
            return Err(Complaint::new(format!("two reports cannot both go to {name}"))
                .help("give one of them a file: --output json=report.json"));
        }
        let mut outputs = Vec::new();
        for target in targets {
            let options = match target.path {
                None => options,
                Some(_) => {
                    Options { color: terminal::color_is_forced(), width: terminal::PLAIN_WIDTH, ..options }
                }
            };
            let out = Box::new(stream(target)?);
            let report: Box<dyn Report> = match target.format {
                Format::Coverage => Box::new(report::Coverage::new(out, Paper::of(target.path.as_deref()))),
                format => report::open(format, out, options),
            };
            let is_awaited = pace == Pace::Live || (target.path.is_none() && io::stdout().is_terminal());
            outputs.push(Output { target: target.clone(), report, is_awaited });
        }
        Ok(Self { outputs, failed: None })
    }

    /// Hands a judgement to every report, and what they write on to whoever waits for it. What cannot be
    /// written is remembered, and judging goes on.
    pub(super) fn session(&mut self, judgement: &Judgement<'_>) {
        self.each(|output| {
            output.report.session(judgement)?;
            if output.is_awaited { output.report.flush() } else { Ok(()) }
        });
    }

    /// Ends every report.
    pub(super) fn finish(mut self, summary: &RunSummary) -> Result<(), Complaint> {
        self.each(|output| output.report.finish(summary));
        self.failed.map_or(Ok(()), Err)
    }

    /// Whether somebody sees the report for people, which says what is wrong with the inputs too.
    pub(super) fn are_watched(&self) -> bool {
        let is_shown = |target: &Target| target.format == Format::Human && target.path.is_none();
        io::stdout().is_terminal() && self.outputs.iter().any(|output| is_shown(&output.target))
    }

    fn each(&mut self, mut tell: impl FnMut(&mut Output) -> io::Result<()>) {
        for output in &mut self.outputs {
            if let Err(error) = tell(output) {
                let name = output.target.name();
                self.failed.get_or_insert_with(|| Complaint::new(format!("cannot write to {name}: {error}")));
            }
        }
    }
}

/// Whether one of the reports tells what was exercised.
pub(super) fn want_coverage(targets: &[Target]) -> bool {
    targets.iter().any(|target| target.format == Format::Coverage)
}

/// The files that reports go to.
pub(super) fn files(targets: &[Target]) -> impl Iterator<Item = &PathBuf> {
    targets.iter().filter_map(|target| target.path.as_ref())
}

fn first_repeated<T: PartialEq>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = Vec::new();
    for item in items {
        if seen.contains(&item) {
            return Some(item);
        }
        seen.push(item);
    }
    None
}

/// Where a report goes.
fn stream(target: &Target) -> Result<impl Write + use<>, Complaint> {
    let out: Box<dyn Write> = match &target.path {
        None => Box::new(io::stdout().lock()),
        Some(path) => Box::new(
            File::create(path)
                .map_err(|error| Complaint::new(format!("cannot write to {}: {error}", path.display())))?,
        ),
    };
    Ok(Lenient::new(BufWriter::new(out)))
}

/// A writer for which a closed pipe is not an error: what comes after it is dropped.
#[derive(Debug)]
pub(super) struct Lenient<W> {
    out: W,
    closed: bool,
}

impl<W: Write> Lenient<W> {
    /// Wraps a writer.
    pub(super) const fn new(out: W) -> Self {
        Self { out, closed: false }
    }

    fn forgive<T>(&mut self, done: io::Result<T>, dropped: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(dropped)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for Lenient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let done = self.out.write(bytes);
        self.forgive(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let done = self.out.flush();
        self.forgive(done, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_format_and_perhaps_a_file() {
        assert_eq!("json".parse(), Ok(Target { format: Format::Json, path: None }));
        assert_eq!("json=-".parse(), Ok(Target { format: Format::Json, path: None }));
        assert_eq!("ndjson=a=b".parse(), Ok(Target { format: Format::Ndjson, path: Some("a=b".into()) }));
        assert!("json=".parse::<Target>().is_err());
    }

    #[test]
    fn the_nearest_format_is_told() {
        assert!("jsn".parse::<Target>().unwrap_err().contains("did you mean `json`?"));
        let refused = "xlsx".parse::<Target>().unwrap_err();
        assert!(refused.starts_with("no format `xlsx`; available: human, json, ndjson, sarif"), "{refused}");
    }

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_pipe_swallows_what_is_left() {
        let mut out = Lenient::new(Closed);
        out.write_all(b"one").unwrap();
        out.write_all(b"two").unwrap();
        out.flush().unwrap();
    }
}
