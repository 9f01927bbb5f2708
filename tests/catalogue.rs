//! The catalogue against its vectors: every verdict that a clause can have has its sample, and every flow
//! and file of the vectors is used.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sipclause::books::oma_im::BOOK;
use sipclause::clause::Check;
use sipclause::compose::Flow;
use sipclause::config::Block;
use sipclause::vector::{Expectation, Vector, judge_flow};
use sipclause::verdict::Verdict;

/// Single faults that a clause whose failure can be seen has at least.
const LEAST_FAULTS: usize = 2;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(BOOK.name)
}

fn vector(clause: &str) -> Vector {
    Vector::load(&folder().join(format!("{clause}.yaml"))).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_clause_has_a_sample_of_each_verdict_it_can_have() {
    let mut missing = Vec::new();
    for clause in BOOK.clauses() {
        let vector = vector(clause.id.0);
        assert_eq!(vector.clause, clause.id.0, "{}", vector.path.display());
        let count = |wanted: fn(&Expectation) -> bool| {
            vector.cases.iter().filter(|case| wanted(&case.expects)).count()
        };
        let faults = count(|expects| matches!(expects, Expectation::Fail { .. }));
        let not_applicable = count(|expects| matches!(expects, Expectation::NotApplicable));
        let inconclusive = count(|expects| matches!(expects, Expectation::Inconclusive(_)));
        let can = &clause.verdicts;
        for (what, can, samples, least) in [
            ("pass", can.pass, usize::from(vector.good.is_some()), 1),
            ("fail", can.fail, faults, LEAST_FAULTS),
            ("not-applicable", can.not_applicable, not_applicable, 1),
            ("inconclusive", can.inconclusive, inconclusive, 1),
        ] {
            if !can.is_empty() && samples < least {
                missing.push(format!("{}: {samples} samples of {what}, wanted {least}", clause.id));
            }
            if can.is_empty() && samples > 0 {
                missing.push(format!(
                    "{}: the catalogue says that {what} cannot occur, a vector shows it",
                    clause.id
                ));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn an_unseen_clause_neither_passes_nor_fails() {
    for clause in BOOK.clauses().filter(|clause| matches!(clause.check, Check::Unseen(_))) {
        assert!(clause.verdicts.pass.is_empty() && clause.verdicts.fail.is_empty(), "{}", clause.id);
    }
}

#[test]
fn every_vector_file_belongs_to_a_clause_and_every_flow_to_a_vector() {
    let ids: BTreeSet<_> = BOOK.clauses().map(|clause| clause.id.0.to_owned()).collect();
    let mut used = BTreeSet::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let id = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(ids.contains(&id), "{} belongs to no clause", path.display());
            let vector = vector(&id);
            used.extend(vector.good.iter().chain(&vector.cases).map(|case| case.flow.clone()));
        }
    }
    for entry in std::fs::read_dir(folder().join("flows")).unwrap() {
        let path = entry.unwrap().path();
        assert!(used.contains(&path), "{} is used by no vector", path.display());
    }
}

#[test]
fn the_base_flow_of_every_scenario_fails_no_clause_and_has_all_58_verdicts() {
    let bases = ["6.2.1.1-1", "6.2.1.1-ims", "6.2.1.2-2", "6.2.1.3-3", "6.2.1.4-2", "6.2.1.5-8"];
    let mut scenarios = BTreeSet::new();
    for clause in bases {
        let good = vector(clause).good.unwrap();
        let flow = Flow::load(&good.flow).unwrap();
        let outcome = judge_flow(&flow, good.session.as_deref(), &good.block, &BOOK).unwrap();
        let judged: BTreeSet<_> = outcome.verdicts.keys().copied().collect();
        assert_eq!(judged, BOOK.clauses().map(|clause| clause.id.0).collect());
        let failed: Vec<_> =
            outcome.verdicts.iter().filter(|(_, (verdict, ..))| *verdict == Verdict::Fail).collect();
        assert!(failed.is_empty(), "{}: {failed:?}", good.flow.display());
        scenarios.insert(outcome.scenario);
    }
    assert_eq!(
        scenarios.into_iter().collect::<Vec<_>>(),
        ["ad-hoc", "extension", "one-to-one", "pre-established"]
    );
}

#[test]
fn a_flow_whose_messages_stand_in_the_order_of_another_session_has_the_same_verdicts() {
    // Two calls of different clients interleaved message by message: neither sees the other.
    let one = vector("6.2.1.3-3").good.unwrap();
    let other = vector("6.2.1.4-2").good.unwrap();
    let (first, second) = (Flow::load(&one.flow).unwrap(), Flow::load(&other.flow).unwrap());
    let mut mixed = Flow::default();
    for at in 0..first.messages.len().max(second.messages.len()) {
        mixed
            .messages
            .extend([&first, &second].into_iter().filter_map(|flow| flow.messages.get(at).cloned()));
    }
    mixed.messages.sort_by_key(|message| message.time);
    let block = Block { context: one.block.context.clone(), ..one.block.clone() };
    let alone = judge_flow(&first, one.session.as_deref(), &block, &BOOK);
    let among = judge_flow(&mixed, one.session.as_deref(), &block, &BOOK);
    assert!(alone.is_some());
    assert_eq!(alone, among);
}
