//! The table alone: which messages make a call, in which order, when it is over and what is kept of it.
//!
//! T1 is 0.5 s, so that nothing is repeated after 32 s (RFC 3261 17.1.1.2).

use sipclause::capture::{Loss, Packet};
use sipclause::message::Limits;
use sipclause::session::{Finished, Keep, OverLimits, Room, Table};

use super::flow::{BEYOND, BOB, CLIENT, IDENTITY, Msg, SERVER, invite, to_bob};

pub(super) fn table_of(flow: &[Msg]) -> Table {
    let mut table = Table::new(Room::default());
    flow.iter().for_each(|message| table.take(message.packet()));
    table
}

/// The Call-IDs of the calls that are over by now.
fn over(table: &mut Table) -> Vec<String> {
    std::iter::from_fn(|| table.next_over()).map(|finished| call_id(&finished)).collect()
}

fn call_id(finished: &Finished) -> String {
    String::from_utf8_lossy(&finished.call.call_id).into_owned()
}

/// Another call, by which the clock of the capture goes on.
fn tick(seconds: f64) -> Packet<'static> {
    invite(seconds, "clock", "sip:carol@example.org").packet()
}

/// Whether the call of `flow` is over at that second.
fn is_over_at(flow: &[Msg], seconds: f64) -> bool {
    let mut table = table_of(flow);
    table.take(tick(seconds));
    over(&mut table).contains(&"one".to_owned())
}

fn established() -> Vec<Msg> {
    let first = to_bob();
    vec![first.clone(), first.accepted(0.5, "b"), first.acked(0.6, "b")]
}

pub(super) fn sent(seconds: f64, method: &str, cseq: u32) -> Msg {
    to_bob().inside(seconds, &format!("{method} {IDENTITY}"), "b", cseq)
}

/// BYE and its 200 at 10 s.
fn ended() -> Vec<Msg> {
    let bye = sent(9.9, "BYE", 2);
    [established(), vec![bye.clone(), bye.reply(10.0, "200 OK", "")]].concat()
}

#[test]
fn messages_stand_in_the_order_of_their_times() {
    let [first, answer, ack] = [0, 1, 2].map(|at| established()[at].clone());
    let finished = table_of(&[first, ack, answer]).next_at_end().expect("the call is open");
    let seen: Vec<_> = finished.call.records.iter().map(|record| (record.index, record.status())).collect();
    assert_eq!(seen, [(0, None), (1, Some(200)), (2, None)]);
}

#[test]
fn where_a_time_is_missing_messages_stand_in_the_order_of_the_input() {
    let [first, answer, ack] = [0, 1, 2].map(|at| established()[at].clone());
    let mut table = Table::new(Room::default());
    for packet in [answer.packet(), first.packet(), Packet { time: None, ..ack.packet() }] {
        table.take(packet);
    }
    let finished = table.next_at_end().expect("the call is open");
    let orders: Vec<_> = finished.call.records.iter().map(|record| record.order).collect();
    assert_eq!(orders, [0, 1, 2]);
}

#[test]
fn open_calls_come_at_the_end_in_the_order_of_their_last_messages() {
    let flow = [to_bob(), invite(1.0, "two", BOB), to_bob().reply(2.0, "100 Trying", "")];
    let mut table = table_of(&flow);
    let ids: Vec<_> = std::iter::from_fn(|| table.next_at_end()).map(|call| call_id(&call)).collect();
    assert_eq!(ids, ["two", "one"]);
}

#[test]
fn a_call_is_over_when_nothing_of_it_can_be_repeated_any_more() {
    assert!(!is_over_at(&ended(), 41.9));
    assert!(is_over_at(&ended(), 42.0));
    let first = to_bob();
    let busy = first.reply(1.0, "486 Busy Here", "x");
    let refused = [first.clone(), busy.clone()];
    let acked = [first.clone(), busy.clone(), first.refusal_acked(&busy)];
    for flow in [&refused[..], &acked] {
        assert!(!is_over_at(flow, 32.9));
        assert!(is_over_at(flow, 33.1));
    }
}

#[test]
fn a_call_that_rings_is_over_after_ten_minutes() {
    let ringing = [to_bob(), to_bob().reply(1.0, "180 Ringing", "b")];
    assert!(!is_over_at(&ringing, 600.9));
    assert!(is_over_at(&ringing, 601.0));
}

#[test]
fn a_deadline_moves_with_each_message() {
    let mut table = table_of(&[to_bob(), to_bob().reply(10.0, "180 Ringing", "b")]);
    table.take(tick(609.0));
    assert!(over(&mut table).is_empty());
    table.take(tick(610.0));
    assert_eq!(over(&mut table), ["one"]);
}

#[test]
fn a_dialog_may_be_silent_for_four_hours_or_twice_its_interval() {
    let hour = 3600.0;
    assert!(!is_over_at(&established(), 3.9 * hour));
    assert!(is_over_at(&established(), 4.1 * hour));
    let [first, answer] = [established()[0].clone(), established()[1].clone().expires(3 * 3600, "uac")];
    assert!(!is_over_at(&[first.clone(), answer.clone()], 5.9 * hour));
    assert!(is_over_at(&[first.clone(), answer.clone()], 6.1 * hour));
    let (day, long) =
        (24.0 * hour, |seconds| [first.clone(), answer.clone().set("Session-Expires", seconds)]);
    assert!(!is_over_at(&long("90000"), 1.9 * day));
    assert!(is_over_at(&long("90000"), 2.2 * day));
    // A week at most.
    assert!(!is_over_at(&long("4000000000"), 6.9 * day));
    assert!(is_over_at(&long("4000000000"), 7.1 * day));
}

#[test]
fn without_times_no_call_is_over_before_the_end() {
    let mut table = Table::new(Room::default());
    ended().iter().for_each(|message| table.take(message.bare()));
    assert!(table.next_over().is_none());
    assert!(table.next_at_end().is_some());
}

#[test]
fn a_straggler_opens_no_call_but_an_invite_does() {
    let mut table = table_of(&ended());
    table.take(tick(43.0));
    assert_eq!(over(&mut table), ["one"]);
    table.take(sent(44.0, "BYE", 2).packet());
    assert_eq!(table.outside(), 1);
    table.take(to_bob().at(45.0).packet());
    assert_eq!(table.outside(), 1);
    let ids: Vec<_> = std::iter::from_fn(|| table.next_at_end()).map(|call| call_id(&call)).collect();
    assert_eq!(ids, ["clock", "one"]);
}

#[test]
fn messages_outside_of_sessions_are_counted() {
    let message = Msg::request(0.0, &format!("MESSAGE {BOB}"), "page", 1);
    let options = Msg::request(0.2, &format!("OPTIONS {BOB}"), "options", 1);
    let flow = [message.clone(), message.reply(0.1, "200 OK", "b"), options];
    let mut table = table_of(&flow);
    assert_eq!((table.outside(), table.messages()), (3, 3));
    assert!(table.next_at_end().is_none());
    let inside =
        Msg::request(0.0, &format!("MESSAGE {BOB}"), "session", 1).set("To", &format!("<{BOB}>;tag=b"));
    assert!(table_of(&[inside]).next_at_end().is_some());
}

#[test]
fn messages_without_a_call_id_are_tied_by_their_from_tag() {
    let nameless = |tag: &str| to_bob().set("Call-ID", "").set("From", &format!("<{BOB}>;tag={tag}"));
    let mut table = table_of(&[nameless("a"), nameless("b"), nameless("a")]);
    let counts: Vec<_> =
        std::iter::from_fn(|| table.next_at_end()).map(|finished| finished.call.records.len()).collect();
    assert_eq!(counts, [1, 2]);
}

#[test]
fn the_longest_silent_call_makes_room_for_another_and_doubts() {
    let mut table = Table::new(Room { calls: 2, ..Room::default() });
    for message in [to_bob(), invite(1.0, "two", BOB), to_bob().again(2.0, 2)] {
        table.take(message.bare());
        assert!(table.next_over().is_none());
    }
    assert_eq!(table.over_limits(), OverLimits::default());
    table.take(invite(3.0, "three", BOB).bare());
    let closed = table.next_over().expect("there is room for two").call;
    assert_eq!((&closed.call_id[..], closed.has_losses()), (&b"two"[..], true));
    assert_eq!(table.over_limits().calls, 1);
    assert!(table.next_at_end().is_some_and(|open| !open.call.has_losses()));
}

#[test]
fn calls_make_room_when_their_messages_are_large() {
    let long = |call_id: &str| invite(1.0, call_id, BOB).row("Subject", &"x".repeat(60_000));
    let mut table = Table::new(Room { bytes: 100_000, ..Room::default() });
    table.take(long("one").bare());
    assert!(table.next_over().is_none());
    table.take(long("two").bare());
    assert_eq!(over(&mut table), ["one"]);
}

#[test]
fn a_call_that_grows_without_end_pushes_no_other_out() {
    let long = |call_id: &str| invite(1.0, call_id, BOB).row("Subject", &"x".repeat(60_000));
    let mut table = Table::new(Room { bytes: 800_000, ..Room::default() });
    table.take(invite(0.0, "small", BOB).bare());
    (0..20).for_each(|_| table.take(long("large").bare()));
    assert!(table.next_over().is_none());
    assert_eq!(table.over_limits(), OverLimits { bytes: 16, ..OverLimits::default() });
    let ended: Vec<_> = std::iter::from_fn(|| table.next_at_end()).map(|finished| finished.call).collect();
    assert_eq!([ended[0].records.len(), ended[1].records.len()], [1, 4]);
    assert_eq!([ended[0].has_losses(), ended[1].has_losses()], [false, true]);
    // The first message of a call is kept, however long it is.
    table = Table::new(Room { bytes: 10, ..Room::default() });
    table.take(long("only").bare());
    assert_eq!((table.over_limits(), over(&mut table).len()), (OverLimits::default(), 0));
}

#[test]
fn what_is_known_of_a_message_counts_beside_its_bytes() {
    let mut table = Table::new(Room { bytes: 1_000_000, ..Room::default() });
    let short_lines = "a:\r\n".repeat(5_000);
    for number in 0..20 {
        let text = format!("INVITE {BOB} SIP/2.0\r\nCall-ID: {number}\r\n{short_lines}\r\n");
        table.take(sipclause::capture::Packet::of_text(text.into_bytes()));
        while table.next_over().is_some() {}
    }
    // 20 kB of text, and 80 kB of places in it.
    assert_eq!(table.over_limits().calls, 11);
}

#[test]
fn ended_sessions_with_long_names_make_room_for_each_other() {
    let mut table = Table::new(Room { bytes: 400_000, calls: 0, ..Room::default() });
    for number in 0..20 {
        let [invite, ..] = &established()[..] else { unreachable!() };
        let call_id = format!("{number}{}", "x".repeat(3_000));
        table.take(invite.clone().set("Call-ID", &call_id).set("To", &format!("<{BOB}>;tag=b")).bare());
        let finished = table.next_over().expect("there is room for no call");
        table.remember(finished, Keep::Dialogs);
    }
    let known = |number: u32| table.dialogs(format!("{number}{}", "x".repeat(3_000)).as_bytes()).is_some();
    assert!(!known(0) && known(19), "an eighth of the bytes is for the ended ones");
}

#[test]
fn messages_over_the_limit_of_a_call_are_counted_and_not_kept() {
    let mut table = Table::new(Room { messages: 2, ..Room::default() });
    established().iter().for_each(|message| table.take(message.packet()));
    assert_eq!(table.over_limits(), OverLimits { messages: 1, ..OverLimits::default() });
    let call = table.next_at_end().expect("the call is open").call;
    assert_eq!((call.records.len(), call.has_losses()), (2, true));
}

#[test]
fn messages_with_too_many_header_lines_are_counted() {
    let limits = Limits { header_lines: 9, ..Limits::DEFAULT };
    let mut table = Table::new(Room { limits, ..Room::default() });
    established().iter().for_each(|message| table.take(message.packet()));
    assert_eq!(table.over_limits(), OverLimits { headers: 1, ..OverLimits::default() });
}

/// The call of `flow`, judged and handed back.
fn remembered(table: &mut Table, flow: &[Msg], keep: Keep) {
    flow.iter().for_each(|message| table.take(message.bare()));
    let finished = table.next_at_end().expect("the call is open");
    table.remember(finished, keep);
}

/// Calls of one message each, and a table that was asked for them: a table is at its end once.
fn kept_of(flows: &[&[Msg]], ended: usize, keep: Keep) -> Table {
    let mut table = Table::new(Room { ended, calls: 0, ..Room::default() });
    for flow in flows {
        for message in *flow {
            table.take(message.bare());
        }
        let finished = table.next_over().expect("there is room for no call");
        table.remember(finished, keep);
    }
    table
}

#[test]
fn the_dialogs_of_an_im_session_are_kept_and_of_no_other() {
    let mut table = Table::new(Room::default());
    assert!(table.dialogs(b"one").is_none());
    remembered(&mut table, &established(), Keep::Dialogs);
    assert_eq!(table.dialogs(b"one").map(<[_]>::len), Some(1));
    let mut table = Table::new(Room::default());
    remembered(&mut table, &established(), Keep::Nothing);
    assert!(table.dialogs(b"one").is_none());
}

#[test]
fn of_ended_sessions_the_oldest_is_forgotten() {
    let two: Vec<_> = established().into_iter().map(|message| message.set("Call-ID", "two")).collect();
    let table = kept_of(&[&established(), &two], 2, Keep::Dialogs);
    assert!(table.dialogs(b"one").is_some() && table.dialogs(b"two").is_some());
    let table = kept_of(&[&established(), &two], 1, Keep::Dialogs);
    assert!(table.dialogs(b"one").is_none() && table.dialogs(b"two").is_some());
    // A Call-ID that was used again belongs to the later session.
    let table = kept_of(&[&established(), &established(), &two], 2, Keep::Dialogs);
    assert!(table.dialogs(b"one").is_some() && table.dialogs(b"two").is_some());
}

#[test]
fn a_loss_touches_the_calls_between_the_same_parties() {
    let address = |text: &str| text.parse().ok();
    let cases = [
        (address(CLIENT), address(SERVER), true),
        (address(SERVER), address(CLIENT), true),
        // A port may have been lost with the rest.
        (address("192.0.2.10:0"), address("198.51.100.9:0"), true),
        (None, None, true),
        (address(CLIENT), address(BEYOND), false),
        (address(BEYOND), address(SERVER), false),
        (address(BEYOND), address(CLIENT), false),
        (address(SERVER), address(BEYOND), false),
        (address(BEYOND), None, false),
        (address("203.0.113.1:5060"), address(BEYOND), false),
    ];
    for (from, to, touched) in cases {
        let mut table = table_of(&established());
        table.lose(&Loss { time: None, from, to });
        assert_eq!(table.has_losses(b"one"), touched, "{from:?} to {to:?}");
    }
}
