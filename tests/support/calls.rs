//! Numbers -> a flow of conforming calls, each begun five milliseconds after the one before.

use std::io;
use std::ops::Range;

use sipclause::compose::{Choices, Flow, Plan};
use sipclause::session::Scenario;
use sipclause::source::Time;

/// When the first begins: 2026-11-22T08:00:00Z.
pub(crate) const BEGIN: u32 = 1_795_334_400;
/// What the Call-IDs, tags and branches of all of them end with.
pub(crate) const NUMBER: &str = "z0000000";

/// These calls, of the four scenarios in turn; what else may differ is chosen by their numbers.
pub(crate) fn calls(numbers: Range<u32>, choices: fn(u64) -> Choices) -> io::Result<Flow> {
    let flows = numbers.map(|number| {
        let scenario = Scenario::ALL[number as usize % Scenario::ALL.len()];
        let mut plan = Plan::draw(scenario, &mut choices(number.into()));
        plan.salt = format!("c{number}{NUMBER}");
        plan.start = Time::from_parts(i64::from(BEGIN), i64::from(number) * 5_000_000);
        plan.ended().compose().map(|composed| composed.flow)
    });
    let flows: Vec<Flow> = flows.collect::<Result<_, _>>().map_err(io::Error::other)?;
    Ok(Flow::interleaved(flows))
}
