//! A capture in memory -> judgements, all the way, and their report.

use criterion::{Criterion, Throughput};
use sipclause::books::oma_im::BOOK;
use sipclause::compose::{Carriage, Wire};
use sipclause::report::{Format, Options, open};
use sipclause::run::run;
use sipclause::verdict::{Judgement, Policy};

const CALLS: u32 = 200;

pub(crate) fn bench(criterion: &mut Criterion) {
    let flow = super::drawn(CALLS);
    let wire = Wire { carriage: Carriage::Udp { mtu: Some(1400) }, ..Wire::default() };
    let file = wire.to_bytes(&flow).unwrap();
    let mut group = criterion.benchmark_group("whole");
    group.throughput(Throughput::Elements(flow.messages.len() as u64));
    group.bench_function("parse and judge", |bencher| bencher.iter(|| judge(&file, &mut |_| {})));
    group.bench_function("parse, judge and write ndjson", |bencher| {
        let mut text = Vec::new();
        bencher.iter(|| {
            text.clear();
            let mut report = open(Format::Ndjson, Box::new(&mut text), Options::default());
            judge(&file, &mut |judgement| report.session(judgement).unwrap());
        });
    });
    group.finish();
}

/// Judges the capture and gives the number of its messages.
fn judge(file: &[u8], sink: &mut dyn FnMut(&Judgement<'_>)) -> u64 {
    let (input, _) = run("a.pcap", file, &Policy::default(), &BOOK, sink).unwrap();
    input.messages
}
