//! The arguments -> completions for a shell, and man pages.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::complaint::Complaint;
use super::print;
use crate::verdict::ExitCode;

/// Writes the completions of one shell to standard output.
pub(super) fn completions(shell: Shell) -> Result<ExitCode, Complaint> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    print(script)
}

/// Writes the page of the command to standard output, or those of it and all sub-commands into a folder.
pub(super) fn man(folder: Option<&Path>) -> Result<ExitCode, Complaint> {
    let command = Cli::command();
    match folder {
        None => {
            let mut page = Vec::new();
            let written = clap_mangen::Man::new(command).render(&mut page);
            written.map_err(|error| Complaint::new(format!("cannot write the page: {error}")))?;
            print(page)
        }
        Some(folder) => {
            let into = |error| Complaint::new(format!("cannot write to {}: {error}", folder.display()));
            std::fs::create_dir_all(folder).map_err(into)?;
            clap_mangen::generate_to(command, folder).map_err(into)?;
            Ok(ExitCode::Clean)
        }
    }
}
