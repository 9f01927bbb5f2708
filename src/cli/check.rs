//! `check`: inputs -> judgements -> reports and an exit code.

use std::collections::HashMap;
use std::fs::File;
use std::hash::BuildHasher as _;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use foldhash::fast::RandomState;

use super::args::{CheckOptions, ScenarioChoice};
use super::baseline::baseline;
use super::complaint::{Complaint, warn};
use super::config::configuration;
use super::exercised::{Asked, Required};
use super::inputs::{Input, Inputs, Origin, Place};
use super::keys;
use super::output::{Outputs, Pace, files, want_coverage};
use super::progress::Progress;
use super::redact::disclosure;
use super::terminal;
use crate::books::{BOOKS, oma_im};
use crate::capture::{Joined, OpenError, Opened};
use crate::config::{self, Config};
use crate::redact::Disclosure;
use crate::report;
use crate::run::{Job, Sink};
use crate::verdict::{
    BaselineCounts, Cause, Coverage, Empty, ExitCode, InputProblem, InputSummary, Judgement, Policy,
    RunSummary, Selector, Skipped, Statistics, Tally, Waiver, WaiverCounts, WaiverSummary,
};

/// Judges everything and reports it.
pub(super) fn check(options: CheckOptions) -> Result<ExitCode, Complaint> {
    let mut config = configuration(options.config.as_deref())?;
    for assignment in &options.set {
        config.apply_set(assignment, BOOKS)?;
    }
    let paths = paths(&options, &config);
    let statement = options.ics.clone().or_else(|| config.ics());
    let statement = statement.map(|path| config::statement(&path, &oma_im::BOOK)).transpose()?;
    let configuration = config.path().map(|path| path.to_string_lossy().into_owned());
    let bounds = config.settings().limits;
    let policy = policy(&options, config)?;
    refuse_to_judge_nothing(&policy)?;
    let required = Required::of(options.require_exercised.as_deref(), &policy)?;
    let asked = Asked { required, statement };
    let inputs = Inputs::of(&paths, files(&options.output).chain(&options.baseline))?;
    let looks = report::Options {
        color: terminal::stdout_has_color(),
        width: terminal::stdout_width(),
        quiet: options.quiet,
        verbose: options.verbose,
        statistics: options.statistics,
        fail_on: policy.fail_on,
        catalogue: BOOKS,
    };
    let job = Job::new(&policy, &oma_im::BOOK).within(bounds.caps, bounds.room);
    let job = job.with_secrets(keys::secrets(&options.keylog, bounds.caps.secrets)?);
    let pace = if inputs.list.iter().any(Input::is_live) { Pace::Live } else { Pace::Steady };
    let disclosure = disclosure(&options, &policy.context)?;
    let mut run = Run::new(job, &policy, Outputs::open(&options.output, looks, pace)?, &options);
    run.ledger.disclosure = disclosure;
    if asked.is_something() || want_coverage(&options.output) {
        run.ledger.coverage = Some(asked.coverage(&policy, options.join));
    }
    if !options.quiet {
        run.progress = Progress::of(&inputs.list);
    }
    for unmatched in &inputs.unmatched {
        warn(&format!("no file matches `{unmatched}`"));
    }
    if options.join {
        run.read_joined(&inputs.list);
    } else {
        inputs.list.iter().for_each(|input| run.read(input));
    }
    if inputs.list.is_empty() && !run.ledger.outputs.are_watched() {
        warn("no input matched");
    }
    run.finish(&options, configuration, &asked)
}

/// What to read: the arguments, else the inputs of the configuration, else the current folder.
fn paths(options: &CheckOptions, config: &Config) -> Vec<PathBuf> {
    if !options.paths.is_empty() {
        return options.paths.clone();
    }
    match config.inputs() {
        inputs if inputs.is_empty() => vec![PathBuf::from(".")],
        inputs => inputs,
    }
}

/// What the configuration asks for, with the options on top of it.
fn policy(options: &CheckOptions, config: Config) -> Result<Policy, Complaint> {
    let mut policy = config.into_policy(today());
    policy.profile = options.profile.unwrap_or(policy.profile);
    policy.fail_on = options.fail_on.unwrap_or(policy.fail_on);
    policy.scenario = match options.scenario {
        Some(ScenarioChoice::Forced(scenario)) => Some(scenario),
        Some(ScenarioChoice::Auto) | None => None,
    };
    policy.select = selectors("--select", &options.select)?;
    policy.ignore = selectors("--ignore", &options.ignore)?;
    policy.all_sessions = options.all_sessions;
    policy.baseline = options.baseline.as_deref().map(|file| baseline(file, policy.profile)).transpose()?;
    Ok(policy)
}

/// A run that judges no clause would pass whatever it reads.
fn refuse_to_judge_nothing(policy: &Policy) -> Result<(), Complaint> {
    if oma_im::BOOK.clauses().any(|clause| policy.level_of(clause).is_some()) {
        return Ok(());
    }
    Err(Complaint::new("no clause is left to judge")
        .help("`--select`, `--ignore` and `level: off` in the configuration together leave out every clause"))
}

/// Today, by which waivers are valid or expired. Days begin and end in UTC, so that the same run has the
/// same result everywhere.
pub(super) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

pub(super) fn selectors(option: &str, ids: &[String]) -> Result<Vec<Selector>, Complaint> {
    ids.iter()
        .map(|id| {
            Selector::parse(id, BOOKS).map_err(|why| {
                Complaint::new(format!("{option}: {why}")).help("`sipclause clauses` lists all ids")
            })
        })
        .collect()
}

/// What judgements go to.
struct Ledger<'p> {
    policy: &'p Policy,
    disclosure: Disclosure,
    outputs: Outputs,
    tally: Tally,
    statistics: Option<Statistics>,
    coverage: Option<Coverage>,
    waivers: WaiverCounts,
    met: BaselineCounts,
    /// Hashes of Call-IDs with that of the input that they were in.
    call_ids: HashMap<u64, u64, RandomState>,
    split_sessions: u64,
}

/// Call-IDs that are remembered, to see sessions that go on in another input.
const CALL_IDS: usize = 100_000;

impl Ledger<'_> {
    fn take(&mut self, judgement: &Judgement<'_>) {
        self.tally.add(judgement);
        self.waivers.add(judgement, self.policy);
        if self.policy.baseline.is_some() {
            self.met.add(judgement);
        }
        self.look_for_parts(judgement);
        let Self { disclosure, statistics, coverage, outputs, .. } = self;
        disclosure.judgement(judgement, |judgement| {
            statistics.iter_mut().for_each(|statistics| statistics.add(judgement));
            coverage.iter_mut().for_each(|coverage| coverage.add(judgement));
            outputs.session(judgement);
        });
    }

    fn look_for_parts(&mut self, judgement: &Judgement<'_>) {
        let hasher = self.call_ids.hasher();
        let (call_id, input) = (hasher.hash_one(&*judgement.call_id), hasher.hash_one(judgement.input));
        match self.call_ids.get(&call_id) {
            Some(&known) => self.split_sessions += u64::from(known != input),
            None if self.call_ids.len() < CALL_IDS => {
                self.call_ids.insert(call_id, input);
            }
            None => {}
        }
    }
}

/// Files of so many bytes are worth a second thread.
const LONG: u64 = 1 << 20;

/// A run under way.
struct Run<'p> {
    job: Job<'p>,
    jobs: usize,
    ledger: Ledger<'p>,
    progress: Progress,
    inputs: Vec<InputSummary>,
    skipped: Skipped,
}

impl<'p> Run<'p> {
    fn new(job: Job<'p>, policy: &'p Policy, outputs: Outputs, options: &CheckOptions) -> Self {
        let statistics = options.statistics.then(Statistics::default);
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            job,
            jobs: options.jobs.map_or_else(cores, NonZeroUsize::get),
            ledger: Ledger {
                policy,
                disclosure: Disclosure::default(),
                outputs,
                tally: Tally::default(),
                statistics,
                coverage: None,
                waivers: WaiverCounts::default(),
                met: BaselineCounts::default(),
                call_ids: HashMap::default(),
                split_sessions: 0,
            },
            progress: Progress::default(),
            inputs: Vec::new(),
            skipped: Skipped::default(),
        }
    }

    fn read(&mut self, input: &Input) {
        match &input.place {
            Place::Stdin => self.judge(Path::new("-"), input.origin, |job, progress, sink| {
                job.run("-", progress.watch(io::stdin().lock()), sink)
            }),
            Place::File(path) => match File::open(path) {
                Ok(file) => self.judge_file(path, file, input.origin),
                Err(error) => self.unreadable(path, &error.to_string()),
            },
            Place::Unreachable(path, why) => self.unreadable(path, why),
        }
    }

    fn judge_file(&mut self, path: &Path, file: File, origin: Origin) {
        let name = path.to_string_lossy();
        // A pipe under a name may be a live one.
        let is_long = file.metadata().is_ok_and(|data| data.is_file() && data.len() >= LONG);
        // The others read, sort and write, which is less.
        let judges = NonZeroUsize::new(self.jobs - 1).filter(|_| is_long);
        self.judge(path, origin, |job, progress, sink| {
            let reader = progress.watch(file);
            match judges {
                Some(judges) => job.run_beside(&name, reader, judges, sink),
                None => job.run(&name, reader, sink),
            }
        });
    }

    fn judge(
        &mut self,
        path: &Path,
        origin: Origin,
        run: impl FnOnce(&Job<'p>, &Progress, &mut Sink<'_>) -> Result<(InputSummary, Skipped), OpenError>,
    ) {
        let Self { job, ledger, progress, .. } = self;
        let mut sink = |judgement: &Judgement<'_>| progress.session(judgement, || ledger.take(judgement));
        match run(job, progress, &mut sink) {
            Ok((input, skipped)) => {
                self.inputs.push(input);
                self.skipped += skipped;
            }
            Err(OpenError::UnknownFormat { .. }) if origin == Origin::Found => self.skipped.files += 1,
            Err(error) => self.unreadable(path, &error.to_string()),
        }
    }

    /// Reads the inputs as one timeline. What could not be reached is told, and the others are read.
    fn read_joined(&mut self, inputs: &[Input]) {
        let names: Vec<_> = inputs.iter().map(Input::name).collect();
        let Self { job, ledger, progress, .. } = self;
        let mut sink = |judgement: &Judgement<'_>| progress.session(judgement, || ledger.take(judgement));
        let joined = Joined::open(inputs.len(), job.caps, |index| match &inputs[index].place {
            Place::Stdin => Ok(Opened { reader: Box::new(progress.watch(io::stdin().lock())), again: false }),
            Place::File(path) => {
                let file = File::open(path)?;
                let again = file.metadata()?.is_file();
                Ok(Opened { reader: Box::new(progress.watch(file)), again })
            }
            Place::Unreachable(_, why) => Err(io::Error::other(why.clone())),
        });
        let names: Vec<_> = names.iter().map(|name| &**name).collect();
        let (summaries, skipped) = job.run_joined(&names, joined, &mut sink);
        self.skipped += skipped;
        for (input, summary) in inputs.iter().zip(summaries) {
            match summary {
                Ok(summary) => self.inputs.push(summary),
                Err(OpenError::UnknownFormat { .. }) if input.origin == Origin::Found => {
                    self.skipped.files += 1;
                }
                Err(error) => self.unreadable(Path::new(&*input.name()), &error.to_string()),
            }
        }
    }

    /// An input that gave nothing at all: the report says so, and standard error to those who do not see it.
    fn unreadable(&mut self, path: &Path, why: &str) {
        if !self.ledger.outputs.are_watched() {
            let complaint = Complaint::new(format!("{}: {why}", path.display()));
            self.progress.aside(|| complaint.print());
        }
        self.inputs.push(InputSummary {
            path: path.to_string_lossy().into_owned(),
            kind: "unknown",
            problems: vec![InputProblem { kind: "unreadable", text: why.to_owned(), count: 1, lost: true }],
            damaged: true,
            ..InputSummary::default()
        });
    }

    fn finish(
        self,
        options: &CheckOptions,
        configuration: Option<String>,
        asked: &Asked,
    ) -> Result<ExitCode, Complaint> {
        let Self { ledger, progress, inputs, skipped, .. } = self;
        let Ledger {
            policy,
            mut disclosure,
            outputs,
            tally,
            statistics,
            coverage,
            waivers,
            met,
            split_sessions,
            ..
        } = ledger;
        let split_sessions = if options.join { 0 } else { split_sessions };
        progress.finish();
        // A waiver is only superfluous if its clause had a chance to fail.
        let waivers = waivers.summary(policy, |waiver| tally.sessions() > 0 && is_judged(waiver, policy));
        let doubts = coverage.as_ref().map(|coverage| asked.contradictions(coverage)).unwrap_or_default();
        let empty = if options.allow_empty { Empty::Allowed } else { Empty::Refused };
        let mut exit_code = ExitCode::of(&inputs, &tally, policy.fail_on, empty);
        let mut cause = match exit_code {
            ExitCode::Clean if tally.sessions() == 0 => Cause::EmptyAllowed,
            _ => Cause::Verdicts,
        };
        let is_refused = waivers.iter().any(|waiver| waiver.state.is_refused());
        if options.strict_waivers && is_refused && exit_code < ExitCode::Failed {
            (exit_code, cause) = (ExitCode::Failed, Cause::Waivers);
        }
        if options.strict_ics && !doubts.is_empty() && exit_code < ExitCode::Failed {
            (exit_code, cause) = (ExitCode::Failed, Cause::Statement);
        }
        let unexercised = coverage.as_ref().and_then(|coverage| asked.unexercised(coverage));
        if unexercised.is_some() && exit_code < ExitCode::NothingJudged {
            (exit_code, cause) = (ExitCode::NothingJudged, Cause::NotExercised);
        }
        let summary = RunSummary {
            joined: options.join,
            split_sessions,
            skipped,
            statistics,
            coverage,
            contradictions: doubts,
            waivers,
            baseline: policy.baseline.as_ref().map(|baseline| met.summary(baseline, &tally)),
            configuration,
            exit_code,
            cause,
            ..RunSummary::new(policy.profile, inputs, tally)
        };
        let told = disclosure.summary(&summary);
        outputs.finish(&told)?;
        unexercised.iter().for_each(Complaint::print);
        if !options.quiet || options.strict_ics {
            let warn = |doubt| warn(&format!("the conformance statement: {doubt}"));
            told.contradictions.iter().for_each(warn);
        }
        if !options.quiet || options.strict_waivers {
            told.waivers.iter().flat_map(WaiverSummary::warnings).for_each(|warning| warn(&warning));
        }
        Ok(exit_code)
    }
}

/// Whether this run judges a clause that the waiver means.
fn is_judged(waiver: &Waiver, policy: &Policy) -> bool {
    let mut meant = oma_im::BOOK.clauses().filter(|clause| waiver.clauses.means(clause.id));
    meant.any(|clause| policy.level_of(clause).is_some())
}
