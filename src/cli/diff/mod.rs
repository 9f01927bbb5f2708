//! `diff`: two reports -> what is new, fixed and changed, and an exit code.

mod compare;
mod human;
mod json;

use std::path::Path;

use super::args::{DiffOptions, Telling};
use super::complaint::Complaint;
use super::print;
use super::recorded::{Recorded, recorded};
use crate::verdict::ExitCode;

use self::compare::Difference;

/// A report that is compared.
struct Side<'s> {
    name: &'s Path,
    report: Recorded,
}

/// Compares two reports and says what differs.
pub(super) fn diff(options: &DiffOptions) -> Result<ExitCode, Complaint> {
    let side = |name| recorded(name).map(|report| Side { name, report });
    let (old, new) = (side(&options.old)?, side(&options.new)?);
    if old.report.profile != new.report.profile {
        let text = format!(
            "{}:{}: this report is of the profile `{}`, that of {} `{}`",
            new.name.display(),
            new.report.profile_at,
            new.report.profile,
            old.name.display(),
            old.report.profile
        );
        return Err(
            Complaint::new(text).help("compare reports of one profile: sipclause check --profile NAME")
        );
    }
    let difference = Difference::between(&old.report, &new.report);
    let exit_code = if difference.new.is_empty() { ExitCode::Clean } else { ExitCode::Failed };
    let text = match options.format {
        Telling::Human => human::text(&difference, (&old, &new), exit_code),
        Telling::Json => json::text(&difference, (&old, &new), exit_code),
    };
    print(text)?;
    Ok(exit_code)
}
