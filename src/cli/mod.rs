//! The command `sipclause`: one sub-command a file.
//!
//! Only this room prints, reads the clock and the environment, and looks at what is a terminal. Standard
//! output carries reports, standard error everything else.

mod args;
mod baseline;
mod check;
mod clauses;
mod complaint;
mod compose;
mod config;
mod diff;
mod exercised;
mod explain;
mod fix;
mod ics;
mod init;
mod inputs;
mod keys;
mod later;
mod lsp;
mod output;
mod progress;
mod recorded;
mod redact;
mod shell;
mod terminal;
mod vectors;
mod walk;

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;

use self::args::{Cli, Command, ConfigCommand, IcsCommand};
use self::complaint::Complaint;
use crate::verdict::ExitCode;

/// Runs the command with these arguments, the first of which is its own name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> std::process::ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    terminal::choose_color(cli.color);
    let done = match cli.command {
        Command::Check(options) => check::check(*options),
        Command::Clauses { format } => clauses::clauses(format),
        Command::Explain { ids } => explain::explain(&ids),
        Command::Vectors(options) => vectors::vectors(&options),
        Command::Compose(options) => compose::compose(options),
        Command::Fix(options) => fix::fix(&options),
        Command::Diff(options) => diff::diff(&options),
        Command::Init { folder } => init::init(&folder),
        Command::Config { command: ConfigCommand::Check { file } } => config::check(file.as_deref()),
        Command::Config { command: ConfigCommand::Show { file, set } } => config::show(file.as_deref(), &set),
        Command::Ics { command: IcsCommand::Init { output } } => ics::init(output.as_deref()),
        Command::Ics { command: IcsCommand::Show { file } } => ics::show(&file),
        Command::Lsp(options) => lsp::lsp(options),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { folder } => shell::man(folder.as_deref()),
    };
    done.unwrap_or_else(|complaint| {
        complaint.print();
        ExitCode::Usage
    })
    .code()
    .into()
}

/// What the arguments cannot mean: help and version too, which clap hands out as errors.
fn refuse(error: &clap::Error) -> std::process::ExitCode {
    match later::refused(error) {
        Some(complaint) => complaint.print(),
        // Nobody is left to be told that standard output or error is gone.
        None => drop(error.print()),
    }
    if error.use_stderr() { ExitCode::Usage.code().into() } else { std::process::ExitCode::SUCCESS }
}

/// Writes to standard output; a closed pipe is not an error.
fn print(bytes: impl AsRef<[u8]>) -> Result<ExitCode, Complaint> {
    let mut out = output::Lenient::new(std::io::stdout().lock());
    out.write_all(bytes.as_ref())
        .and_then(|()| out.flush())
        .map_err(|error| Complaint::new(format!("cannot write to standard output: {error}")))?;
    Ok(ExitCode::Clean)
}
