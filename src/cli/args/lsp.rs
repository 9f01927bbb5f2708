//! The arguments of `lsp`.

use std::path::PathBuf;

use clap::Args;

use super::values::profile;
use crate::clause::Profile;

/// The arguments of `lsp`.
#[derive(Debug, Args)]
#[command(after_help = LSP_HELP)]
pub(in crate::cli) struct LspOptions {
    /// The configuration [default: the nearest sipclause.yaml above each document]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// How the text is read [default: as the configuration says, else change-request]
    #[arg(long, value_name = "NAME", value_parser = profile())]
    pub(in crate::cli) profile: Option<Profile>,

    /// Set a key of the configuration
    #[arg(long, value_name = "KEY=VALUE")]
    pub(in crate::cli) set: Vec<String>,

    /// Where the pages of this documentation are: the codes of diagnostics lead there
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) docs: Option<String>,

    /// Speak over standard input and output, as is done anyway; many editors say it
    #[arg(long, hide = true)]
    pub(in crate::cli) stdio: bool,
}

const LSP_HELP: &str = "\
An editor starts it; docs/editor.md shows how. It speaks the Language Server Protocol 3.17
over standard input and output. The options of the editor (initializationOptions) have
the same names: config, profile, set, docs; and inconclusive, which is true or false.

Exit codes:
  0  the editor left in good order
  1  it left without a word
  2  wrong usage";
