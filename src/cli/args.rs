//! The arguments, as clap reads them and as `--help` shows them.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::output::Target;
use crate::clause::Profile;
use crate::session::Scenario;
use crate::verdict::FailOn;

/// Judges, clause by clause, how an IM client sets up its SIP sessions.
#[derive(Debug, Parser)]
#[command(
    name = "sipclause",
    version,
    max_term_width = 90,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  sipclause check calls.pcap           judge every IM session of a capture
  sipclause explain 6.2.1.1-1          one clause in full
  sipclause check --help               options, examples and exit codes",
    after_long_help = TOP_HELP,
)]
pub(super) struct Cli {
    /// When to use colours: auto, always or never
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    #[arg(hide_possible_values = true, long_help = COLOR_HELP, display_order = 900)]
    pub(super) color: Color,

    #[command(subcommand)]
    pub(super) command: Command,
}

const TOP_HELP: &str = "\
Examples:
  sipclause check calls.pcap           judge every IM session of a capture
  sipclause check captures/ lint/      folders, recursively
  tcpdump -w - | sipclause check -     sessions as they end
  sipclause explain 6.2.1.1-1          one clause in full
  sipclause config check               is sipclause.yaml right?
  sipclause config show                what a run takes from it
  sipclause vectors ours/              does everything get the verdicts we expect?

Exit codes:
  0  everything judged, nothing at or above --fail-on
  1  at least one clause failed at or above --fail-on
  2  wrong usage or configuration
  3  nothing was judged: no input matched, no SIP, or no IM session
  4  an input could not be read, or was cut short or damaged";

const COLOR_HELP: &str = "\
When to use colours: auto, always or never

`auto` means on a terminal, unless NO_COLOR is set; CLICOLOR_FORCE=1 forces them.";

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge the IM sessions in captures and `.sip` files
    Check(Box<CheckOptions>),
    /// List the catalogue: every clause, its level, what it can be seen from
    Clauses {
        /// How to list them
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Show clauses in full: what they ask, how they are judged, examples
    #[command(after_help = "\
Examples:
  sipclause explain 6.2.1.1-1
  sipclause explain 6.2.1.3            a whole subclause
  sipclause explain '6.2.1.*-ims'      whatever matches")]
    Explain {
        /// Clause ids, subclauses, or globs over clause ids
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Run test vectors: does every session get the verdicts that a file expects?
    Vectors(VectorOptions),
    /// Write a conforming flow of a scenario, or one with a single fault
    Compose(ComposeOptions),
    /// Mend `.sip` files: what a clause and the text determine
    Fix(super::fix::FixOptions),
    /// Tell what is new, fixed and changed between two JSON reports
    Diff(DiffOptions),
    /// Write a commented sipclause.yaml to begin with
    Init {
        /// Where to put it
        #[arg(default_value = ".", hide_default_value = true, value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Look at the configuration
    #[command(arg_required_else_help = true, disable_help_subcommand = true)]
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Say what a client supports: its conformance statement
    #[command(arg_required_else_help = true, disable_help_subcommand = true)]
    Ics {
        #[command(subcommand)]
        command: IcsCommand,
    },
    /// Serve an editor: what is wrong in `.sip` files and vectors, as they are typed
    Lsp(LspOptions),
    /// Write completions for a shell
    #[command(after_help = "\
Examples:
  sipclause completions bash > ~/.local/share/bash-completion/completions/sipclause
  sipclause completions zsh > ~/.zfunc/_sipclause
  sipclause completions fish > ~/.config/fish/completions/sipclause.fish")]
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the man page, or those of all sub-commands into a folder
    #[command(after_help = "\
Examples:
  sipclause man | man -l -
  sipclause man ~/.local/share/man/man1")]
    Man {
        /// Where to put the pages of the command and its sub-commands
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

/// What to do with a configuration.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say whether a configuration is right; if not, where and why
    ///
    /// docs/configuration.md describes every key.
    Check {
        /// The file [default: the nearest sipclause.yaml, from here upwards]
        file: Option<PathBuf>,
    },
    /// Print every key with its value and where that comes from: file and line, --set, or the default
    ///
    /// What is printed is a configuration itself, and says the same.
    Show {
        /// The file [default: the nearest sipclause.yaml, from here upwards]
        file: Option<PathBuf>,

        /// Set a key: `context.max_adhoc_group_size=5`; the value is YAML
        #[arg(long, value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
}

/// What to do with a conformance statement.
#[derive(Debug, Subcommand)]
pub(super) enum IcsCommand {
    /// Write a commented statement to fill in
    Init {
        /// The file, which must not be there yet, or `-` [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Print a statement as a filled proforma, in Markdown, with the status of every clause
    Show {
        /// The statement
        file: PathBuf,
    },
}

/// The arguments of `vectors`.
#[derive(Debug, Args)]
#[command(after_help = VECTOR_EXAMPLES, after_long_help = VECTOR_HELP)]
pub(super) struct VectorOptions {
    /// Vector files, folders or globs [default: the folder `vectors`]
    ///
    /// Folders are searched for *.yaml and *.yml, recursively. YAML in them that has neither of the keys
    /// `clause` and `capture` is no vector: it is passed over and counted.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Rewrite the expectations, so that they say what came out
    ///
    /// `finds`, `also`, `doubts` and `lapses` of faults, and the lists of sessions, are written where they
    /// stand; comments and everything else stay as they are. A good flow that fails, a fault that fails
    /// nothing, and an edit that changes nothing stay differences: look at those, and at what changed.
    #[arg(long)]
    pub(super) bless: bool,

    /// Tell differences and nothing else
    #[arg(long, short)]
    pub(super) quiet: bool,

    /// How to tell them
    #[arg(long, value_enum, default_value_t = VectorFormat::Human)]
    pub(super) format: VectorFormat,
}

/// How to tell what came out of vectors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum VectorFormat {
    /// Lines for people.
    Human,
    /// One JSON document.
    Json,
}

const VECTOR_EXAMPLES: &str = "\
Examples:
  sipclause vectors
  sipclause vectors --bless ours/

Exit codes: 0 as expected, 1 differs, 2 wrong file, 3 no vector, 4 unreadable (see --help)";

const VECTOR_HELP: &str = "\
Examples:
  sipclause vectors
      every vector below the folder `vectors`
  sipclause vectors ours/ test-bed.yaml
      those of a folder, and one file
  sipclause vectors --bless ours/ && git diff ours/
      what a new version judges otherwise, as a change to look at
  sipclause vectors --format json ours/
      for other programs

docs/vectors.md shows how to write them; docs/schema/vector.schema.json is for editors.

Exit codes:
  0  everything came out as expected
  1  something differs (with --bless: still differs)
  2  wrong usage, or a vector file that is wrong; all others were run
  3  no vector was found
  4  a file, or a flow or capture that a vector names, could not be read; the rest was run
If several apply: 2 before 4 before 1.";

/// The arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = DIFF_HELP)]
pub(super) struct DiffOptions {
    /// The report of the earlier run, as json or ndjson
    #[arg(value_name = "OLD.json")]
    pub(super) old: PathBuf,

    /// The report of the later run
    #[arg(value_name = "NEW.json")]
    pub(super) new: PathBuf,

    /// How to tell it
    #[arg(long, value_enum, default_value_t = VectorFormat::Human)]
    pub(super) format: VectorFormat,
}

const DIFF_HELP: &str = "\
Examples:
  sipclause check captures/ --output json=new.json
  sipclause diff old.json new.json

Findings are the same if their fingerprints are; docs/baseline.md tells what counts. That a clause
was decided in OLD and never in NEW is a warning.

Exit codes:
  0  nothing is new
  1  a finding is new
  2  wrong usage, or a file that is no such report";

/// The arguments of `lsp`.
#[derive(Debug, Args)]
#[command(after_help = LSP_HELP)]
pub(super) struct LspOptions {
    /// The configuration [default: the nearest sipclause.yaml above each document]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// How the text is read [default: as the configuration says, else change-request]
    #[arg(long, value_name = "NAME", value_parser = profile())]
    pub(super) profile: Option<Profile>,

    /// Set a key of the configuration
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,

    /// Where the pages of this documentation are: the codes of diagnostics lead there
    #[arg(long, value_name = "URL")]
    pub(super) docs: Option<String>,

    /// Speak over standard input and output, as is done anyway; many editors say it
    #[arg(long, hide = true)]
    pub(super) stdio: bool,
}

const LSP_HELP: &str = "\
An editor starts it; docs/editor.md shows how. It speaks the Language Server Protocol 3.17
over standard input and output. The options of the editor (initializationOptions) have
the same names: config, profile, set, docs; and inconclusive, which is true or false.

Exit codes:
  0  the editor left in good order
  1  it left without a word
  2  wrong usage";

/// How to list the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ListFormat {
    /// Columns for people.
    Table,
    /// A JSON array.
    Json,
    /// A Markdown table.
    Markdown,
}

/// The arguments of `compose`.
#[derive(Debug, Args)]
#[command(after_help = COMPOSE_EXAMPLES, after_long_help = COMPOSE_HELP)]
pub(super) struct ComposeOptions {
    /// The scenario
    #[arg(value_name = "SCENARIO", value_parser = some_scenario())]
    pub(super) scenario: Option<Scenario>,

    /// Make this mistake in each flow
    ///
    /// It breaks the clauses that --list-faults names, and no other. Unless --seed names one flow, flows are
    /// looked for in which it can be made.
    #[arg(long, value_name = "NAME")]
    pub(super) fault: Option<String>,

    /// List the faults with the clauses that they break; as `table` or `json`
    #[arg(long, value_name = "FORMAT", value_enum, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "table", conflicts_with_all = ["fault", "output", "context", "count", "seed"])]
    pub(super) list_faults: Option<FaultList>,

    /// Which flow: the same number makes the same flow again [default: the plainest; of several, from 0]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,

    /// How many flows, in the order of time
    #[arg(long, value_name = "N", default_value = "1")]
    pub(super) count: std::num::NonZeroU32,

    /// The file, or `-` [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// How it is written [default: as the name of the file says, else sip]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<ComposeFormat>,

    /// In a capture: everything over UDP, IP packets above so many bytes in fragments
    #[arg(long, value_name = "BYTES", conflicts_with = "segment")]
    pub(super) mtu: Option<u16>,

    /// In a capture: everything over TCP, in segments of so many bytes at most
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) segment: Option<u16>,

    /// Write a configuration that tells `check` what the wire cannot
    #[arg(long, value_name = "FILE")]
    pub(super) context: Option<PathBuf>,
}

impl ComposeOptions {
    /// The format that was asked for, or that the name of the file means.
    pub(super) fn file_format(&self) -> ComposeFormat {
        let extension = self.output.as_ref().and_then(|path| path.extension()).and_then(|text| text.to_str());
        self.format.unwrap_or(match extension {
            Some("pcap") => ComposeFormat::Pcap,
            Some("pcapng") => ComposeFormat::Pcapng,
            _ => ComposeFormat::Sip,
        })
    }
}

/// How a composed flow is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ComposeFormat {
    /// SIP messages as text.
    Sip,
    /// A pcap capture.
    Pcap,
    /// A pcapng capture.
    Pcapng,
}

/// How faults are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FaultList {
    /// Columns for people.
    Table,
    /// A JSON array, with the edits that each fault makes.
    Json,
}

const COMPOSE_EXAMPLES: &str = "\
Examples:
  sipclause compose one-to-one                  the plainest conforming flow, as text
  sipclause compose ad-hoc --seed 7 -o a.pcap   a random one, as a capture
  sipclause compose --list-faults               what can be done wrong";

const COMPOSE_HELP: &str = "\
Examples:
  sipclause compose one-to-one
      the plainest conforming flow, as text
  sipclause compose ad-hoc --seed 7 -o flow.pcapng --context sipclause.yaml
      a random one as a capture, and the configuration to judge it with
  sipclause compose extension --fault replaces-with-swapped-tags | sipclause check -
      a client that makes one mistake
  sipclause compose one-to-one --count 1000 --seed 1 -o calls.pcap --mtu 1400
      a test bed of conforming calls, large datagrams in fragments
  sipclause compose --list-faults=json
      every fault with the edits that it makes

Exit codes:
  0  written
  2  wrong usage: no such scenario or fault, or the flow has no place for the fault";

/// The arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES, after_long_help = CHECK_HELP)]
pub(super) struct CheckOptions {
    /// Captures, logs, `.sip` files, folders, globs, or `-` for standard input
    ///
    /// Captures, logs, HEP and SIP text, packed or not, are told apart by what they hold, never by their name.
    /// Folders are read recursively; what a `.gitignore` or `.ignore` names, and hidden files, are left out.
    /// Without PATH: the inputs of the configuration, else the current folder.
    #[arg(value_name = "PATH|GLOB|-")]
    pub(super) paths: Vec<PathBuf>,

    /// The configuration [default: the nearest sipclause.yaml, from here upwards]
    ///
    /// docs/configuration.md describes every key.
    #[arg(long, value_name = "FILE", help_heading = "How to judge")]
    pub(super) config: Option<PathBuf>,

    /// How the specification is read
    #[arg(long, value_name = "NAME", value_parser = profile(), help_heading = "How to judge")]
    pub(super) profile: Option<Profile>,

    /// Judge every session as this scenario
    ///
    /// `auto` decides from the configuration, the Request-URI, and last the body. For single sessions there
    /// is `context.scenarios` in the configuration.
    #[arg(long, value_name = "NAME", value_parser = scenario(), help_heading = "How to judge")]
    pub(super) scenario: Option<ScenarioChoice>,

    /// Judge these clauses only: ids, subclauses such as 6.2.1.3, or globs
    ///
    /// Several with commas between them, or the option repeated.
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "How to judge")]
    pub(super) select: Vec<String>,

    /// Leave these clauses out
    ///
    /// Several with commas between them, or the option repeated. They are left out even if --select
    /// names them.
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "How to judge")]
    pub(super) ignore: Vec<String>,

    /// Judge sessions that show no IM mark too
    #[arg(long, help_heading = "How to judge")]
    pub(super) all_sessions: bool,

    /// Read all inputs as one timeline: for captures that were rotated, or made at several places
    ///
    /// A session that begins in one file and ends in the next is one session, and a packet that two files
    /// show counts once. Without it every input stands alone.
    #[arg(long, help_heading = "How to judge")]
    pub(super) join: bool,
    /// Decrypt TLS with the keys of this file, an NSS key log; can be given several times
    ///
    /// A browser or test tool writes one when the environment variable SSLKEYLOGFILE names a file; if it does
    /// and the file is there, it is read as well. Keys inside of a pcapng file need no option. TLS without
    /// keys is counted and said.
    #[arg(long, value_name = "FILE", help_heading = "How to judge")]
    pub(super) keylog: Vec<PathBuf>,

    /// Work with so many workers; the report does not depend on it
    ///
    /// Of a long file, one reads, sorts and writes, and the others judge. By default there are as many as cores.
    #[arg(long, value_name = "N", help_heading = "How to judge")]
    pub(super) jobs: Option<std::num::NonZeroUsize>,

    /// Set a key of the configuration: `context.max_adhoc_group_size=5`; the value is YAML
    #[arg(long, value_name = "KEY=VALUE", help_heading = "How to judge")]
    pub(super) set: Vec<String>,

    /// Write a report: human, json, ndjson, sarif, junit, github, gitlab, markdown, html, tap, csv or
    /// coverage; to standard output, or to a file
    ///
    /// Can be given several times, with standard output for one of them: `--output human
    /// --output sarif=report.sarif --output html=report.html`. `coverage` tells which clauses the run
    /// exercised; a file is Markdown, or by its name .json or .html. The exit code does not depend on it.
    #[arg(long, value_name = "FORMAT[=PATH]", help_heading = "What to report")]
    #[arg(value_parser = |text: &str| text.parse::<Target>())]
    pub(super) output: Vec<Target>,

    /// Report findings and nothing else
    #[arg(long, short, help_heading = "What to report")]
    pub(super) quiet: bool,

    /// Report passing and not-applicable clauses with their reasons too
    #[arg(long, short, conflicts_with = "quiet", help_heading = "What to report")]
    pub(super) verbose: bool,

    /// Count instead: by clause, by User-Agent, by finding, by problem of the inputs
    ///
    /// The report for people then tells nothing of single sessions; `json` and `ndjson` have the counts
    /// beside them.
    #[arg(long, help_heading = "What to report")]
    pub(super) statistics: bool,

    /// Replace names, numbers, addresses, Call-IDs, tags and the like by pseudonyms, in every report
    ///
    /// The same value has the same pseudonym in every session, format and run; structure, places, verdicts and
    /// fingerprints stay. Without --redact-key anybody can compute the pseudonym of a name that they guess.
    /// docs/redaction.md tells what is replaced and what is not.
    #[arg(long, help_heading = "What to report")]
    pub(super) redact: bool,

    /// Redact with the key in this file, so that nobody without it can guess
    #[arg(long, value_name = "FILE", help_heading = "What to report")]
    pub(super) redact_key: Option<PathBuf>,

    /// Show bodies that are neither SDP nor resource lists, such as messages between people
    ///
    /// Without it reports say how long they are. With --redact no word of them is left.
    #[arg(long, help_heading = "What to report")]
    pub(super) show_bodies: bool,

    /// From which verdict on the run fails (exit code 1) [default: shall]
    #[arg(long, value_name = "LEVEL", value_parser = fail_on(), help_heading = "When to fail")]
    pub(super) fail_on: Option<FailOn>,

    /// Nothing to judge is no failure (exit code 0 instead of 3)
    #[arg(long, help_heading = "When to fail")]
    pub(super) allow_empty: bool,

    /// Findings that this earlier report holds do not fail the run: a report as json or ndjson
    ///
    /// They stay in the report and are marked as known. A clause counts if one of its findings is new.
    /// docs/baseline.md tells when a finding is the same.
    #[arg(long, value_name = "FILE", help_heading = "When to fail")]
    pub(super) baseline: Option<PathBuf>,

    /// What the client supports: a statement as `sipclause ics init` writes it
    ///
    /// What it says no to does not have to be exercised; a session that does it nevertheless is told as a warning.
    /// Verdicts do not depend on it. docs/conformance.md has more.
    #[arg(long, value_name = "FILE", help_heading = "When to fail")]
    pub(super) ics: Option<PathBuf>,

    /// A contradicted conformance statement fails the run
    #[arg(long, help_heading = "When to fail")]
    pub(super) strict_ics: bool,

    /// A clause that was never exercised fails the run (exit code 3); with a value, one of these
    ///
    /// Exercised means: it passed or failed in at least one session. Without a value every clause counts that is
    /// judged, that a wire can show, and that --ics does not deny; the value is ids, subclauses or globs. --allow-empty does not change it.
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true, value_delimiter = ',')]
    #[arg(help_heading = "When to fail")]
    pub(super) require_exercised: Option<Vec<String>>,

    /// Expired and unused waivers fail the run
    #[arg(long, help_heading = "When to fail")]
    pub(super) strict_waivers: bool,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  sipclause check calls.pcap
  sipclause check captures/ --output human --output json=report.json

Exit codes: 0 clean, 1 failed, 2 usage, 3 nothing judged, 4 input damaged (see --help)";

const CHECK_HELP: &str = "\
Examples:
  sipclause check calls.pcap
      every IM session of a capture
  sipclause check 'captures/**/*.pcapng' lint/
      globs (quoted, or the shell's own) and folders
  tcpdump -i any -U -w - port 5060 | sipclause check --output ndjson -
      sessions of a live capture as they end
  sipclause check calls.pcap --select 6.2.1.3 --ignore '*-ims'
      the ad-hoc conference without its IMS clause
  sipclause check calls.pcap --set context.max_adhoc_group_size=5
      with something the wire cannot tell
  sipclause check --join trace-*.pcap
      a rotated capture, whose sessions go on from file to file
  sipclause check captures/ --output human --output json=report.json
      a report to read and one to keep

Exit codes:
  0  everything judged, nothing at or above --fail-on
  1  at least one clause failed at or above --fail-on
  2  wrong usage or configuration
  3  nothing was judged: no input matched, no SIP, or no IM session (0 with --allow-empty); or a
     clause that --require-exercised names was never exercised
  4  an input could not be read, or was cut short or damaged; the rest was judged
If several apply: 2 before 4 before 1 before 3.";

/// `--scenario`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScenarioChoice {
    /// As the session shows.
    Auto,
    /// This one.
    Forced(Scenario),
}

fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::name))
        .map(|name| Profile::named(&name).expect("only the names above are possible"))
}

fn some_scenario() -> impl TypedValueParser<Value = Scenario> {
    PossibleValuesParser::new(Scenario::ALL.map(Scenario::name))
        .map(|name| Scenario::named(&name).expect("only the names above are possible"))
}

fn scenario() -> impl TypedValueParser<Value = ScenarioChoice> {
    PossibleValuesParser::new(["auto"].into_iter().chain(Scenario::ALL.map(Scenario::name)))
        .map(|name| Scenario::named(&name).map_or(ScenarioChoice::Auto, ScenarioChoice::Forced))
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(["shall", "should", "inconclusive", "never"]).map(|name| match name.as_str() {
        "should" => FailOn::Should,
        "inconclusive" => FailOn::Inconclusive,
        "never" => FailOn::Never,
        _ => FailOn::Shall,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
