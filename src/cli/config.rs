//! `config check` and `config show`, and where the configuration of a run comes from.

use std::path::{Path, PathBuf};

use super::complaint::{Complaint, warn};
use super::print;
use crate::books::BOOKS;
use crate::config::{Config, FILE_NAME};
use crate::verdict::{ExitCode, Waiver};

/// Says whether a configuration is right.
pub(super) fn check(file: Option<&Path>) -> Result<ExitCode, Complaint> {
    let file = file.map(Path::to_owned).or_else(nearest).ok_or_else(|| {
        Complaint::new(format!("no {FILE_NAME} here or in a folder above"))
            .help("name a file: sipclause config check FILE")
    })?;
    let config = Config::load(&file, BOOKS)?;
    let policy = config.into_policy(super::check::today());
    policy.waivers.iter().filter_map(Waiver::term_warning).for_each(|warning| warn(&warning));
    print(format!("{}: all right\n", file.display()))
}

/// Prints what a run would take from a configuration.
pub(super) fn show(file: Option<&Path>, set: &[String]) -> Result<ExitCode, Complaint> {
    let mut config = configuration(file)?;
    for assignment in set {
        config.apply_set(assignment, BOOKS)?;
    }
    print(config.shown())
}

/// The configuration that was named, else the nearest one, else none.
pub(super) fn configuration(file: Option<&Path>) -> Result<Config, Complaint> {
    match file.map(Path::to_owned).or_else(nearest) {
        Some(file) => Ok(Config::load(&file, BOOKS)?),
        None => Ok(Config::empty()),
    }
}

/// The nearest configuration, from the working folder upwards, named from there: `../sipclause.yaml`.
///
/// A relative name keeps reports free of where on a machine they were made.
fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let found = Config::find_upwards(&here)?;
    let depth = here.components().count().checked_sub(found.parent()?.components().count())?;
    Some(std::iter::repeat_n("..", depth).collect::<PathBuf>().join(FILE_NAME))
}
