//! A text judged before and after fixes -> whether they may stay.

use super::judged::{Judged, Said, Seen};
use crate::clause::{Id, Witness};
use crate::verdict::Verdict;

/// The number of a session, a clause that fails in it, and a finding: its code and its message.
pub(super) type Fault = (usize, Id, (&'static str, usize));

/// Whether what was to be fixed is fixed, and nothing else is worse; if not, why.
pub(super) fn compare(before: &Judged, after: &Judged, fixed: &[Fault]) -> Result<(), String> {
    if after.messages != before.messages {
        return Err(format!(
            "the text would be read as {} messages, and not {}",
            after.messages, before.messages
        ));
    }
    let is_same = |(one, other): (&Seen, &Seen)| one.call_id == other.call_id;
    let count = (before.sessions.len(), after.sessions.len());
    if count.0 != count.1 || !before.sessions.iter().zip(&after.sessions).all(is_same) {
        return Err("the text would have other sessions".to_owned());
    }
    if after.is_damaged && !before.is_damaged {
        return Err("something of the text could no longer be read".to_owned());
    }
    for (number, (old, new)) in before.sessions.iter().zip(&after.sessions).enumerate() {
        // They come in the order of sessions.
        let begin = fixed.partition_point(|(session, ..)| *session < number);
        let of_session = &fixed[begin..fixed.partition_point(|(session, ..)| *session <= number)];
        for (old, new) in old.verdicts.iter().zip(&new.verdicts) {
            let own = of_session.iter().filter(|(_, id, _)| *id == old.clause.id);
            let codes: Vec<_> = own.map(|(.., finding)| *finding).collect();
            clause_is_no_worse(old, new, &codes)?;
        }
    }
    Ok(())
}

/// `fixed`: the findings that were to be done away with in this clause.
fn clause_is_no_worse(old: &Said, new: &Said, fixed: &[(&'static str, usize)]) -> Result<(), String> {
    let id = old.clause.id;
    if badness(old.verdict) < badness(new.verdict) {
        return Err(format!("{id} would be {}: {}", new.verdict.name(), new.reason));
    }
    let lost = new.verdict == Verdict::NotApplicable && old.verdict != Verdict::NotApplicable;
    if lost && old.verdict != Verdict::Inconclusive {
        return Err(format!("{id} would no longer apply: {}", new.reason));
    }
    let there = |said: &Said, finding| said.codes.iter().filter(|known| **known == finding).count();
    if let Some((code, _)) = fixed.iter().find(|finding| there(new, **finding) >= there(old, **finding)) {
        return Err(format!("{code} would still be there"));
    }
    // Of very many findings some are not told, until others are gone.
    if old.codes.len() >= Witness::MOST_FINDINGS {
        return Ok(());
    }
    // A clause may show its next fault when one is gone, but never more of them.
    let count = |said: &Said, code: &str| said.codes.iter().filter(|(known, _)| *known == code).count();
    let is_other = |(code, _): &&(&'static str, usize)| count(new, code) > count(old, code);
    if (fixed.is_empty() || new.codes.len() > old.codes.len())
        && let Some((code, _)) = new.codes.iter().find(is_other)
    {
        return Err(format!("{id} would fail by {code} too"));
    }
    Ok(())
}

const fn badness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotApplicable | Verdict::Pass => 0,
        Verdict::Inconclusive => 1,
        Verdict::Fail => 2,
    }
}
