//! `--baseline FILE` -> the findings that this run knows already.

use std::path::Path;

use super::complaint::Complaint;
use super::recorded::recorded;
use crate::clause::Profile;
use crate::verdict::Baseline;

/// Reads the report of an earlier run that was judged by the same profile.
///
/// What a waiver covered there is left out, or it would outlive its waiver.
pub(super) fn baseline(file: &Path, profile: Profile) -> Result<Baseline, Complaint> {
    let report = recorded(file)?;
    let name = file.to_string_lossy().into_owned();
    if report.profile != profile.name() {
        let (at, other) = (&report.profile_at, &report.profile);
        let text = format!(
            "{name}:{at}: the baseline was judged by the profile `{other}`, this run by `{}`",
            profile.name()
        );
        return Err(Complaint::new(text)
            .help("write a baseline anew with this profile: sipclause check … --output json=FILE"));
    }
    let rulings = report.sessions.into_iter().flat_map(|session| session.verdicts);
    let findings = rulings.flat_map(|ruled| {
        let is_waived = ruled.waived.is_some();
        let kept = ruled.findings.into_iter().filter(move |finding| finding.known || !is_waived);
        kept.map(move |finding| (finding.fingerprint, ruled.clause.clone()))
    });
    Ok(Baseline { findings: findings.collect(), file: name })
}
