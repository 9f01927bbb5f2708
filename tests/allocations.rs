//! How often the way of a message asks for memory, and what stays: no more than when the bound was written.
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
use sipclause::clause::{Check, Clause, Profile, Witness};
use sipclause::compose::{Act, Choices, Composed, Flow, Outcome, Plan};
use sipclause::message::Message;
use sipclause::run::Run;
use sipclause::session::{Invite, Keep, Question, Room, Scenario, Session, Table};
use sipclause::verdict::{Policy, Verdict, judge};

/// Of a message: the list of its header lines.
const SPLITTING: f64 = 1.0;
/// Of a message, from its packet to the verdicts on its session: its bytes, its lines, its share of what is known of its
/// call, of the judging, and of the tables, which grow while there are more open calls than ever before.
const TAKING: f64 = 9.0;
/// Of a session in which every clause passes or is not applicable: the judgement with its list of messages and of
/// rulings, and what an INVITE holds. A clause that passes needs nothing of its own.
const JUDGING_WHAT_PASSES: u64 = 61;

/// Bytes of a call that is open, of seven messages mostly: the messages and what is known of them, and the call's share
/// of the tables.
const OPEN: f64 = 8_800.0;

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

#[test]
fn an_open_call_holds_few_bytes() {
    let flow = flow();
    let mut table = Table::new(Room::default());
    let info = measure(|| flow.packets().for_each(|packet| table.take(packet)));
    let bytes = info.bytes_current as f64 / f64::from(sessions());
    let messages: usize = flow.messages.iter().map(|message| message.bytes.len()).sum();
    let messages = messages as f64 / f64::from(sessions());
    println!("an open call: {bytes:.0} bytes, of which {messages:.0} are messages; the bound is {OPEN}");
    assert!(bytes <= OPEN && bytes > messages, "an open call holds {bytes:.0} bytes, more than {OPEN}");
    drop(table);
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
    with_session(composed, |session, policy| {
        let mut judgement = None;
        let info = measure(|| judgement = Some(judge(session, &["a.pcap"], &BOOK, policy)));
        let passes = |verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
        let judgement = judgement.unwrap();
        let doubtful = judgement.rulings.iter().find(|ruling| !passes(ruling.verdict));
        assert!(doubtful.is_none(), "{doubtful:#?}");
        info.count_total
    })
}

/// Looks at the session that the flow is about. In the change request a clause on extensions contradicts others and
/// never passes.
fn with_session<T>(composed: &Composed, look: impl for<'s> FnOnce(&'s Session<'s>, &Policy) -> T) -> T {
    let (context, profile) = (composed.context.clone(), Profile::OmaTs);
    let policy = Policy { context, profile, ..Policy::default() };
    let question = Question { context: &policy.context, forced: None, all_sessions: false };
    let mut table = Table::new(Room::default());
    composed.flow.packets().for_each(|packet| table.take(packet));
    while let Some(finished) = table.next_at_end() {
        if *finished.call.call_id == *composed.session.as_bytes() {
            let session = Session::of(&finished.call, &table, question).unwrap();
            return look(&session, &policy);
        }
        // An extension names the session that it extends.
        table.remember(finished, Keep::Dialogs);
    }
    panic!("the session is in its flow")
}

#[test]
fn a_clause_that_passes_asks_for_no_memory() {
    for (scenario, seed) in
        Scenario::ALL.iter().flat_map(|&scenario| (0..40).map(move |seed| (scenario, seed)))
    {
        let composed = Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap();
        with_session(&composed, |session, policy| {
            let invites: Vec<_> =
                session.attempts.iter().map(|attempt| Invite::new(session, attempt)).collect();
            // What an INVITE holds is read once, by the clause that asks first.
            BOOK.clauses().for_each(|clause| _ = passing(clause, session, &invites, policy));
            // A session that is refreshed more often than a handful is a crowd.
            for clause in BOOK.clauses().filter(|_| session.steps.len() < 30) {
                let (counted, most) = (passing(clause, session, &invites, policy), needed_by(clause));
                let about = (scenario.name(), seed);
                assert!(
                    counted <= Some(most),
                    "{}: {counted:?} allocations, the bound is {most}, in {about:?}",
                    clause.id
                );
            }
        });
    }
}

/// What a clause needs though it passes.
fn needed_by(clause: &Clause) -> u64 {
    match clause.id.0 {
        // It says which of its checks were not decided; and parameters of routes are put in order to be compared.
        id if id.ends_with("-ims") => 2,
        // A Replaces in an entry is escaped.
        "6.2.1.5-3" | "6.2.1.5-8" | "6.2.1.5-9" => 10,
        _ => 0,
    }
}

/// The allocations of one clause, if it passes or is not applicable.
fn passing<'s>(
    clause: &Clause,
    session: &'s Session<'s>,
    invites: &[Invite<'s>],
    policy: &Policy,
) -> Option<u64> {
    let mut seen = None;
    let info = measure(|| {
        let mut witness = Witness::new(&policy.context, policy.profile);
        match clause.check {
            Check::Session(check) => check(session, &mut witness),
            Check::Invite(check) | Check::AnyInvite(check) | Check::Pair(check) | Check::Unseen(check) => {
                invites.iter().for_each(|invite| check(invite, &mut witness));
            }
        }
        seen = Some(witness.into_parts());
    });
    let seen = seen.unwrap();
    (seen.findings.is_empty() && seen.doubt.is_none()).then_some(info.count_total)
}
