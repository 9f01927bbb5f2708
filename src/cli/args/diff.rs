//! The arguments of `diff`.

use std::path::PathBuf;

use clap::Args;

use super::values::Telling;

/// The arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = DIFF_HELP)]
pub(in crate::cli) struct DiffOptions {
    /// The report of the earlier run, as json or ndjson
    #[arg(value_name = "OLD.json")]
    pub(in crate::cli) old: PathBuf,

    /// The report of the later run
    #[arg(value_name = "NEW.json")]
    pub(in crate::cli) new: PathBuf,

    /// How to tell it
    #[arg(long, value_enum, default_value_t = Telling::Human)]
    pub(in crate::cli) format: Telling,
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
