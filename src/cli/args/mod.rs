//! The arguments, as clap reads them and as `--help` shows them.

mod check;
mod compose;
mod diff;
mod fix;
mod lsp;
mod values;
mod vectors;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub(super) use self::check::CheckOptions;
pub(super) use self::compose::{ComposeFormat, ComposeOptions, FaultList};
pub(super) use self::diff::DiffOptions;
pub(super) use self::fix::FixOptions;
pub(super) use self::lsp::LspOptions;
pub(super) use self::values::{ScenarioChoice, Telling};
pub(super) use self::vectors::VectorOptions;

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
    Fix(FixOptions),
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
