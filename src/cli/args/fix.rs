//! The arguments of `fix`.

use std::path::PathBuf;

use clap::Args;

/// What to mend, and how.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = HELP)]
pub(in crate::cli) struct FixOptions {
    /// `.sip` files, folders, globs, or `-` for standard input, which goes to standard output
    ///
    /// Folders are read as `check` reads them; what is no `.sip` text is passed over there, and refused where it is
    /// named. Captures and logs show what was sent, and are never changed.
    #[arg(value_name = "PATH|GLOB|-", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Show what would change, as a unified diff, and write nothing
    #[arg(long)]
    pub(in crate::cli) diff: bool,

    /// Make fixes that need a guess, too: a release, a tag, an address
    #[arg(long)]
    pub(in crate::cli) r#unsafe: bool,

    /// Mend what breaks these clauses only: ids, subclauses such as 6.2.1.3, or globs
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(in crate::cli) select: Vec<String>,

    /// Leave these clauses out
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(in crate::cli) ignore: Vec<String>,

    /// The configuration [default: the nearest sipclause.yaml, from here upwards]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// Set a key of the configuration: `profile=rcs`; the value is YAML
    #[arg(long, value_name = "KEY=VALUE")]
    pub(in crate::cli) set: Vec<String>,

    /// Tell what was not fixed and nothing else
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  sipclause fix --diff lint/
  sipclause fix invite.sip

Exit codes: 0 done, 1 something to fix (--diff), 2 usage, 3 nothing judged, 4 unreadable (see --help)";

const HELP: &str = "\
Examples:
  sipclause fix --diff lint/
      what would change in the files of a folder
  sipclause fix invite.sip
      whatever text and clauses determine: Content-Length, the feature tag, missing tokens
  sipclause fix --unsafe --select 6.2.1.1-2 invite.sip
      with a guess: the release in User-Agent
  sipclause fix - < invite.sip > mended.sip
      as a filter

A fix is kept if its finding is gone and no clause is worse; others are told and undone.
A second run changes nothing. docs/fix.md lists what is fixed, and what is not and why.

Exit codes:
  0  what can be fixed is fixed, or there was nothing to fix; `check` tells what is left
  1  with --diff: there is something to fix
  2  wrong usage or configuration
  3  nothing was judged: no input matched, or no IM session in it
  4  a file could not be read or written, or is no `.sip` text though it was named
If several apply: 2 before 4 before 1 before 3.";
