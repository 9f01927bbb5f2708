//! One finished call -> its session, the verdicts on all clauses, and the line that a report writes of them.

use std::hint::black_box;

use criterion::Criterion;
use sipclause::books::oma_im::BOOK;
use sipclause::report::{Format, Options, open};
use sipclause::session::{Question, Room, Session, Table};
use sipclause::verdict::{Policy, judge};

pub(crate) fn bench(criterion: &mut Criterion) {
    let flow = super::ad_hoc();
    let policy = Policy::default();
    let question = Question { context: &policy.context, forced: None, all_sessions: false };
    let mut table = Table::new(Room::default());
    flow.packets().for_each(|packet| table.take(packet));
    let finished = table.next_at_end().unwrap();
    let session = Session::of(&finished.call, &table, question).unwrap();
    let judgement = judge(&session, &["a.pcap"], &BOOK, &policy);

    let mut group = criterion.benchmark_group("clauses");
    group.bench_function("session", |bencher| {
        bencher.iter(|| Session::of(black_box(&finished.call), &table, question).is_ok());
    });
    group.bench_function("judge", |bencher| {
        bencher.iter(|| judge(black_box(&session), &["a.pcap"], &BOOK, &policy).rulings.len());
    });
    group.finish();

    criterion.bench_function("report/ndjson", |bencher| {
        let mut line = Vec::new();
        bencher.iter(|| {
            line.clear();
            let mut report = open(Format::Ndjson, Box::new(&mut line), Options::default());
            report.session(black_box(&judgement)).unwrap();
        });
    });
}
