//! How often the way of a message asks for memory: no more often than it did when the bound was written.
//!
//! A bound is what was counted on composed calls, the same at every run. Whoever makes something cheaper lowers it to
//! what `cargo test --test allocations -- --nocapture` prints; to raise one takes a reason beside it.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]
#![expect(clippy::print_stdout, reason = "who lowers a bound wants to see what was counted")]

#[path = "support/calls.rs"]
mod calls;

use allocation_counter::measure;
use sipclause::books::oma_im::BOOK;
use sipclause::capture::Event;
use sipclause::clause::Profile;
use sipclause::compose::{Act, Choices, Composed, Flow, Outcome, Plan};
use sipclause::message::Message;
use sipclause::run::Run;
use sipclause::session::{Keep, Question, Room, Scenario, Session, Table};
use sipclause::verdict::{Policy, Verdict, judge};

/// Of a message: the list of its header lines.
const SPLITTING: f64 = 1.0;
/// Of a message, from its packet to the verdicts on its session: its bytes, its lines, its share of what is known of its
/// call, of the judging, and of the tables, which grow while there are more open calls than ever before.
const TAKING: f64 = 14.4;
/// Of a session in which every clause passes or is not applicable: the judgement with its list of messages and of
/// rulings, and what clauses collect to decide. A clause that passes needs nothing of its own.
const JUDGING_WHAT_PASSES: u64 = 105;

/// Calls over which is averaged.
const CALLS: u32 = 100;

/// The plainest calls of all scenarios, seven messages mostly.
fn flow() -> Flow {
    calls::calls(0..CALLS, |_| Choices::tape(Vec::new())).unwrap()
}

/// Asserts that there were no more than the bound.
fn within(what: &str, counted: f64, bound: f64) {
    println!("{what}: {counted:.2} allocations, the bound is {bound}");
    assert!(counted <= bound, "{what} takes {counted:.2} allocations, more than {bound}");
}

#[test]
fn a_message_is_split_with_few_allocations() {
    let flow = flow();
    let info = measure(|| {
        for message in &flow.messages {
            drop(Message::split(&message.bytes));
        }
    });
    within("splitting a message", info.count_total as f64 / flow.messages.len() as f64, SPLITTING);
}

#[test]
fn a_message_is_taken_with_few_allocations() {
    let (flow, policy) = (flow(), Policy::default());
    let mut judged = 0;
    let mut all = || {
        let mut run = Run::new("a.pcap", &policy, &BOOK);
        for packet in flow.packets() {
            run.take(Event::Packet(packet), &mut |_| judged += 1);
        }
        run.finish(&mut |_| judged += 1);
    };
    // What is made once in a process is made here.
    all();
    let info = measure(&mut all);
    assert_eq!(judged, 2 * sessions());
    within("taking a message", info.count_total as f64 / flow.messages.len() as f64, TAKING);
}

/// How many sessions the calls are: an extension is two.
fn sessions() -> u32 {
    CALLS + CALLS / 4
}

#[test]
fn a_session_that_passes_is_judged_with_few_allocations() {
    // The first time counts what is made once in a process.
    let counts = Scenario::ALL.map(|scenario| {
        let mut plan = Plan::draw(scenario, &mut Choices::tape(Vec::new())).ended();
        // A session interval that was captured to its end decides more than one that was cut short.
        if let Outcome::Accepted { acts, .. } = &mut plan.outcome {
            acts.push(Act::Live(4000));
        }
        let composed = plan.compose().unwrap();
        judging(&composed);
        judging(&composed)
    });
    let most = counts.into_iter().max().unwrap();
    within("judging a session", most as f64, JUDGING_WHAT_PASSES as f64);
}

/// The allocations of judging the session that the flow is about.
fn judging(composed: &Composed) -> u64 {
    // In the change request a clause on extensions contradicts others and never passes.
    let (context, profile) = (composed.context.clone(), Profile::OmaTs);
    let policy = Policy { context, profile, ..Policy::default() };
    let question = Question { context: &policy.context, forced: None, all_sessions: false };
    let mut table = Table::new(Room::default());
    composed.flow.packets().for_each(|packet| table.take(packet));
    while let Some(finished) = table.next_at_end() {
        let session = Session::of(&finished.call, &table, question).unwrap();
        let mut judgement = None;
        let info = measure(|| judgement = Some(judge(&session, &["a.pcap"], &BOOK, &policy)));
        let judgement = judgement.unwrap();
        if judgement.call_id == composed.session {
            let passes = |verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
            let doubtful = judgement.rulings.iter().find(|ruling| !passes(ruling.verdict));
            assert!(doubtful.is_none(), "{doubtful:#?}");
            return info.count_total;
        }
        // An extension names the session that it extends.
        table.remember(finished, Keep::Dialogs);
    }
    panic!("the session is in its flow")
}
