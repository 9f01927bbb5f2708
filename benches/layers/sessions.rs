//! Packets in memory -> calls, finished.

use criterion::{Criterion, Throughput};
use sipclause::compose::Flow;
use sipclause::session::{Keep, Room, Table};

const CALLS: u32 = 50;

pub(crate) fn bench(criterion: &mut Criterion) {
    let flow = super::drawn(CALLS);
    assert!(finished(&flow) >= CALLS as usize);
    let mut group = criterion.benchmark_group("sessions");
    group.throughput(Throughput::Elements(flow.messages.len() as u64));
    group.bench_function("table", |bencher| bencher.iter(|| finished(&flow)));
    group.finish();
}

/// How many calls it has.
fn finished(flow: &Flow) -> usize {
    let mut table = Table::new(Room::default());
    let mut count = 0;
    for packet in flow.packets() {
        table.take(packet);
        while let Some(call) = table.next_over() {
            table.remember(call, Keep::Dialogs);
            count += 1;
        }
    }
    while let Some(call) = table.next_at_end() {
        table.remember(call, Keep::Dialogs);
        count += 1;
    }
    count
}
