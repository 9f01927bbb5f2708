//! Captures in memory -> messages: datagrams, fragments, TCP segments.

use std::num::NonZeroU16;

use criterion::{Criterion, Throughput};
use sipclause::capture::{Caps, Capture, Event};
use sipclause::compose::{Carriage, Wire};

const CALLS: u32 = 50;

pub(crate) fn bench(criterion: &mut Criterion) {
    let flow = super::drawn(CALLS);
    let carriages = [
        ("udp", Carriage::Udp { mtu: None }),
        ("fragments", Carriage::Udp { mtu: Some(1400) }),
        ("tcp", Carriage::Tcp { segment: NonZeroU16::new(1400) }),
    ];
    let mut group = criterion.benchmark_group("capture");
    group.throughput(Throughput::Elements(flow.messages.len() as u64));
    for (name, carriage) in carriages {
        let file = Wire { carriage, ..Wire::default() }.to_bytes(&flow).unwrap();
        assert_eq!(messages(&file), flow.messages.len(), "{name}");
        group.bench_function(name, |bencher| bencher.iter(|| messages(&file)));
    }
    group.finish();
}

/// How many messages are in it.
fn messages(file: &[u8]) -> usize {
    let mut capture = Capture::open(file, Caps::default()).unwrap();
    let mut count = 0;
    while let Some(event) = capture.next_event() {
        count += usize::from(matches!(event, Event::Packet(_)));
    }
    count
}
