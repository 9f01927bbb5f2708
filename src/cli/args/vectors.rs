//! The arguments of `vectors`.

use std::path::PathBuf;

use clap::Args;

use super::values::Telling;

/// The arguments of `vectors`.
#[derive(Debug, Args)]
#[command(after_help = VECTOR_EXAMPLES, after_long_help = VECTOR_HELP)]
pub(in crate::cli) struct VectorOptions {
    /// Vector files, folders or globs [default: the folder `vectors`]
    ///
    /// Folders are searched for *.yaml and *.yml, recursively. YAML in them that has neither of the keys
    /// `clause` and `capture` is no vector: it is passed over and counted.
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Rewrite the expectations, so that they say what came out
    ///
    /// `finds`, `also`, `doubts` and `lapses` of faults, and the lists of sessions, are written where they
    /// stand; comments and everything else stay as they are. A good flow that fails, a fault that fails
    /// nothing, and an edit that changes nothing stay differences: look at those, and at what changed.
    #[arg(long)]
    pub(in crate::cli) bless: bool,

    /// Tell differences and nothing else
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,

    /// How to tell them
    #[arg(long, value_enum, default_value_t = Telling::Human)]
    pub(in crate::cli) format: Telling,
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
