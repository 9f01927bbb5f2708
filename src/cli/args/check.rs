//! The arguments of `check`.

use std::path::PathBuf;

use clap::Args;

use super::values::{ScenarioChoice, fail_on, profile, scenario};
use crate::clause::Profile;
use crate::cli::output::Target;
use crate::verdict::FailOn;

/// The arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES, after_long_help = CHECK_HELP)]
pub(in crate::cli) struct CheckOptions {
    /// Captures, logs, `.sip` files, folders, globs, or `-` for standard input
    ///
    /// Captures, logs, HEP and SIP text, packed or not, are told apart by what they hold, never by their name.
    /// Folders are read recursively; what a `.gitignore` or `.ignore` names, and hidden files, are left out.
    /// Without PATH: the inputs of the configuration, else the current folder.
    #[arg(value_name = "PATH|GLOB|-")]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// The configuration [default: the nearest sipclause.yaml, from here upwards]
    ///
    /// docs/configuration.md describes every key.
    #[arg(long, value_name = "FILE", help_heading = "How to judge")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// How the specification is read
    #[arg(long, value_name = "NAME", value_parser = profile(), help_heading = "How to judge")]
    pub(in crate::cli) profile: Option<Profile>,

    /// Judge every session as this scenario
    ///
    /// `auto` decides from the configuration, the Request-URI, and last the body. For single sessions there
    /// is `context.scenarios` in the configuration.
    #[arg(long, value_name = "NAME", value_parser = scenario(), help_heading = "How to judge")]
    pub(in crate::cli) scenario: Option<ScenarioChoice>,

    /// Judge these clauses only: ids, subclauses such as 6.2.1.3, or globs
    ///
    /// Several with commas between them, or the option repeated.
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "How to judge")]
    pub(in crate::cli) select: Vec<String>,

    /// Leave these clauses out
    ///
    /// Several with commas between them, or the option repeated. They are left out even if --select
    /// names them.
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "How to judge")]
    pub(in crate::cli) ignore: Vec<String>,

    /// Judge sessions that show no IM mark too
    #[arg(long, help_heading = "How to judge")]
    pub(in crate::cli) all_sessions: bool,

    /// Read all inputs as one timeline: for captures that were rotated, or made at several places
    ///
    /// A session that begins in one file and ends in the next is one session, and a packet that two files
    /// show counts once. Without it every input stands alone.
    #[arg(long, help_heading = "How to judge")]
    pub(in crate::cli) join: bool,
    /// Decrypt TLS with the keys of this file, an NSS key log; can be given several times
    ///
    /// A browser or test tool writes one when the environment variable SSLKEYLOGFILE names a file; if it does
    /// and the file is there, it is read as well. Keys inside of a pcapng file need no option. TLS without
    /// keys is counted and said.
    #[arg(long, value_name = "FILE", help_heading = "How to judge")]
    pub(in crate::cli) keylog: Vec<PathBuf>,

    /// Work with so many workers; the report does not depend on it
    ///
    /// Of a long file, one reads, sorts and writes, and the others judge. By default there are as many as cores.
    #[arg(long, value_name = "N", help_heading = "How to judge")]
    pub(in crate::cli) jobs: Option<std::num::NonZeroUsize>,

    /// Set a key of the configuration: `context.max_adhoc_group_size=5`; the value is YAML
    #[arg(long, value_name = "KEY=VALUE", help_heading = "How to judge")]
    pub(in crate::cli) set: Vec<String>,

    /// Write a report: human, json, ndjson, sarif, junit, github, gitlab, markdown, html, tap, csv or
    /// coverage; to standard output, or to a file
    ///
    /// Can be given several times, with standard output for one of them: `--output human
    /// --output sarif=report.sarif --output html=report.html`. `coverage` tells which clauses the run
    /// exercised; a file is Markdown, or by its name .json or .html. The exit code does not depend on it.
    #[arg(long, value_name = "FORMAT[=PATH]", help_heading = "What to report")]
    #[arg(value_parser = |text: &str| text.parse::<Target>())]
    pub(in crate::cli) output: Vec<Target>,

    /// Report findings and nothing else
    #[arg(long, short, help_heading = "What to report")]
    pub(in crate::cli) quiet: bool,

    /// Report passing and not-applicable clauses with their reasons too
    #[arg(long, short, conflicts_with = "quiet", help_heading = "What to report")]
    pub(in crate::cli) verbose: bool,

    /// Count instead: by clause, by User-Agent, by finding, by problem of the inputs
    ///
    /// The report for people then tells nothing of single sessions; `json` and `ndjson` have the counts
    /// beside them.
    #[arg(long, help_heading = "What to report")]
    pub(in crate::cli) statistics: bool,

    /// Replace names, numbers, addresses, Call-IDs, tags and the like by pseudonyms, in every report
    ///
    /// The same value has the same pseudonym in every session, format and run; structure, places, verdicts and
    /// fingerprints stay. Without --redact-key anybody can compute the pseudonym of a name that they guess.
    /// docs/redaction.md tells what is replaced and what is not.
    #[arg(long, help_heading = "What to report")]
    pub(in crate::cli) redact: bool,

    /// Redact with the key in this file, so that nobody without it can guess
    #[arg(long, value_name = "FILE", help_heading = "What to report")]
    pub(in crate::cli) redact_key: Option<PathBuf>,

    /// Show bodies that are neither SDP nor resource lists, such as messages between people
    ///
    /// Without it reports say how long they are. With --redact no word of them is left.
    #[arg(long, help_heading = "What to report")]
    pub(in crate::cli) show_bodies: bool,

    /// From which verdict on the run fails (exit code 1) [default: shall]
    #[arg(long, value_name = "LEVEL", value_parser = fail_on(), help_heading = "When to fail")]
    pub(in crate::cli) fail_on: Option<FailOn>,

    /// Nothing to judge is no failure (exit code 0 instead of 3)
    #[arg(long, help_heading = "When to fail")]
    pub(in crate::cli) allow_empty: bool,

    /// Findings that this earlier report holds do not fail the run: a report as json or ndjson
    ///
    /// They stay in the report and are marked as known. A clause counts if one of its findings is new.
    /// docs/baseline.md tells when a finding is the same.
    #[arg(long, value_name = "FILE", help_heading = "When to fail")]
    pub(in crate::cli) baseline: Option<PathBuf>,

    /// What the client supports: a statement as `sipclause ics init` writes it
    ///
    /// What it says no to does not have to be exercised; a session that does it nevertheless is told as a warning.
    /// Verdicts do not depend on it. docs/conformance.md has more.
    #[arg(long, value_name = "FILE", help_heading = "When to fail")]
    pub(in crate::cli) ics: Option<PathBuf>,

    /// A contradicted conformance statement fails the run
    #[arg(long, help_heading = "When to fail")]
    pub(in crate::cli) strict_ics: bool,

    /// A clause that was never exercised fails the run (exit code 3); with a value, one of these
    ///
    /// Exercised means: it passed or failed in at least one session. Without a value every clause counts that is
    /// judged, that a wire can show, and that --ics does not deny; the value is ids, subclauses or globs. --allow-empty does not change it.
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true, value_delimiter = ',')]
    #[arg(help_heading = "When to fail")]
    pub(in crate::cli) require_exercised: Option<Vec<String>>,

    /// Expired and unused waivers fail the run
    #[arg(long, help_heading = "When to fail")]
    pub(in crate::cli) strict_waivers: bool,
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
