//! Composed messages -> the time of each layer on its own, and of the whole way: `make bench`.
//!
//! Every input is composed with fixed choices, so that two runs measure the same bytes. `cargo bench -- split` runs
//! what has that in its name.
#![expect(clippy::unwrap_used, reason = "a bench panics where its input is not what it composed")]

#[path = "../../tests/support/calls.rs"]
mod calls;
mod capture;
mod judging;
mod message;
mod sessions;
mod whole;

use criterion::Criterion;
use sipclause::compose::{Choices, Flow};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    capture::bench(&mut criterion);
    message::bench(&mut criterion);
    sessions::bench(&mut criterion);
    judging::bench(&mut criterion);
    whole::bench(&mut criterion);
    criterion.final_summary();
}

/// So many calls of all scenarios, what a client may vary varied.
fn drawn(count: u32) -> Flow {
    calls::calls(0..count, Choices::seeded).unwrap()
}

/// One ad-hoc conference: its INVITE has an SDP offer and a recipient list in a multipart.
fn ad_hoc() -> Flow {
    calls::calls(1..2, |_| Choices::tape(Vec::new())).unwrap()
}
