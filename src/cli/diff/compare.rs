//! Two reports -> what differs between them, by fingerprint and by clause.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::oma_im;
use crate::cli::recorded::{Found, Recorded, Session};
use crate::verdict::Verdict;

/// What differs. Every list is in the order of the catalogue.
pub(super) struct Difference<'r> {
    /// Findings that the later report alone holds.
    pub(super) new: Vec<Told<'r>>,
    /// Findings that the earlier report alone holds, of clauses that the later run decided.
    pub(super) fixed: Vec<Told<'r>>,
    /// The same, of clauses that the later run did not decide: nobody knows whether they are fixed.
    pub(super) undecided: Vec<Told<'r>>,
    /// How many findings both hold.
    pub(super) unchanged: usize,
    /// Verdicts that changed without a finding.
    pub(super) changed: Vec<Changed<'r>>,
    /// Clauses that were decided and are not any more.
    pub(super) lost: Vec<Lost<'r>>,
}

/// A finding, with the first place at which it was met.
pub(super) struct Told<'r> {
    pub(super) clause: &'r str,
    pub(super) finding: &'r Found,
    pub(super) session: &'r Session,
    /// In how many sessions it was met.
    pub(super) sessions: usize,
    /// Whether a waiver covers it wherever it was met.
    pub(super) waived: bool,
}

/// What a clause came to in the sessions of one client: the worst of its verdicts.
pub(super) struct Changed<'r> {
    pub(super) clause: &'r str,
    /// The products of its User-Agent, without their versions.
    pub(super) client: Option<String>,
    pub(super) old: Verdict,
    pub(super) new: Verdict,
}

/// A clause that passed or failed in so many sessions, and does so in none any more.
pub(super) struct Lost<'r> {
    pub(super) clause: &'r str,
    pub(super) sessions: usize,
    /// What it comes to now; `None`: it is not judged.
    pub(super) now: Option<Verdict>,
}

impl<'r> Difference<'r> {
    /// Compares them.
    pub(super) fn between(old: &'r Recorded, new: &'r Recorded) -> Self {
        let (before, after) = (findings(old), findings(new));
        let decided = decided(new);
        let is_in = |told: &Told<'_>, report: &BTreeMap<&str, Told<'_>>| {
            report.contains_key(&*told.finding.fingerprint)
        };
        let unchanged = after.values().filter(|told| is_in(told, &before)).count();
        let fresh = after.keys().filter(|key| !before.contains_key(*key)).copied().collect::<BTreeSet<_>>();
        let (fixed, undecided) = before
            .into_values()
            .filter(|told| !is_in(told, &after))
            .partition(|told| decided.contains_key(told.clause));
        let new_ones =
            after.into_values().filter(|told| fresh.contains(&*told.finding.fingerprint)).collect::<Vec<_>>();
        Self {
            new: sorted(new_ones, |told| told.clause),
            fixed: sorted(fixed, |told| told.clause),
            undecided: sorted(undecided, |told| told.clause),
            unchanged,
            changed: sorted(changed(old, new), |changed| changed.clause),
            lost: sorted(lost(old, new, &decided), |lost| lost.clause),
        }
    }
}

/// In the order of the catalogue; what it does not know comes last.
fn sorted<'r, T>(mut items: Vec<T>, clause: impl Fn(&T) -> &'r str) -> Vec<T> {
    let place = |id: &str| oma_im::BOOK.clauses().position(|clause| clause.id.0 == id).unwrap_or(usize::MAX);
    items.sort_by_key(|item| (place(clause(item)), clause(item)));
    items
}

/// The findings of a report by their fingerprints.
fn findings(report: &Recorded) -> BTreeMap<&str, Told<'_>> {
    let mut findings: BTreeMap<&str, Told<'_>> = BTreeMap::new();
    for session in &report.sessions {
        let mut met = BTreeSet::new();
        for ruled in &session.verdicts {
            for finding in &ruled.findings {
                let told = findings.entry(&finding.fingerprint).or_insert(Told {
                    clause: &ruled.clause,
                    finding,
                    session,
                    sessions: 0,
                    waived: true,
                });
                told.sessions += usize::from(met.insert(&finding.fingerprint));
                told.waived &= ruled.waived.is_some();
            }
        }
    }
    findings
}

/// In how many sessions each clause passed or failed; those that never did are absent.
fn decided(report: &Recorded) -> BTreeMap<&str, usize> {
    let mut decided = BTreeMap::new();
    for ruled in report.sessions.iter().flat_map(|session| &session.verdicts) {
        if ruled.verdict.is_decided() {
            *decided.entry(&*ruled.clause).or_default() += 1;
        }
    }
    decided
}

/// The worst verdict on each clause in the sessions of each client.
fn standings(report: &Recorded) -> BTreeMap<(&str, Option<String>), Verdict> {
    let mut standings = BTreeMap::new();
    for session in &report.sessions {
        let client = session.user_agent.as_deref().map(products);
        for ruled in &session.verdicts {
            let worst = standings.entry((&*ruled.clause, client.clone())).or_insert(ruled.verdict);
            *worst = ruled.verdict.max(*worst);
        }
    }
    standings
}

/// A User-Agent without the versions of its products: a new release is the same client.
fn products(user_agent: &str) -> String {
    let names = user_agent.split_whitespace().map(|product| product.split('/').next().unwrap_or_default());
    names.collect::<Vec<_>>().join(" ")
}

/// What findings tell is left out: who failed and passes, who fails.
fn changed<'r>(old: &'r Recorded, new: &'r Recorded) -> Vec<Changed<'r>> {
    let after = standings(new);
    let pairs = standings(old).into_iter().filter_map(|(key, old)| {
        let new = *after.get(&key)?;
        Some(Changed { clause: key.0, client: key.1, old, new })
    });
    let told_elsewhere = |changed: &Changed<'_>| {
        changed.new == Verdict::Fail || (changed.old == Verdict::Fail && changed.new == Verdict::Pass)
    };
    pairs.filter(|changed| changed.old != changed.new && !told_elsewhere(changed)).collect()
}

fn lost<'r>(old: &'r Recorded, new: &'r Recorded, still: &BTreeMap<&str, usize>) -> Vec<Lost<'r>> {
    let worst = |clause: &str| {
        let rulings = new.sessions.iter().flat_map(|session| &session.verdicts);
        rulings.filter(|ruled| ruled.clause == clause).map(|ruled| ruled.verdict).max()
    };
    let gone = decided(old).into_iter().filter(|(clause, _)| !still.contains_key(clause));
    gone.map(|(clause, sessions)| Lost { clause, sessions, now: worst(clause) }).collect()
}
