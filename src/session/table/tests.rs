//! What a table keeps inside, which nobody sees but its memory.

use super::*;

fn invite(call_id: &str) -> Packet<'static> {
    let text = format!(
        "INVITE sip:bob@example.org SIP/2.0\r\nFrom: <sip:alice@example.com>;tag=a\r\n\
         To: <sip:bob@example.org>;tag=b\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\n\r\n"
    );
    Packet { time: Time::parse("2026-11-22T08:00:00Z"), ..Packet::of_text(text.into_bytes()) }
}

#[test]
fn nothing_is_kept_of_a_session_that_is_forgotten() {
    let mut table = Table::new(Room { calls: 0, ended: 1, ..Room::default() });
    table.take(invite("one"));
    let finished = table.next_over().expect("there is room for no call");
    table.remember(finished, Keep::Nothing);
    assert!(table.by_party.entries().is_empty() && table.serials.is_empty() && table.open.is_empty());
    for call_id in ["two", "three"] {
        table.take(invite(call_id));
        let finished = table.next_over().expect("there is room for no call");
        table.remember(finished, Keep::Dialogs);
    }
    // Of two ended sessions there is room for the later.
    assert_eq!(table.ended.entries(), [1, 1]);
    assert!(table.by_party.entries().iter().all(|calls| *calls == 1));
}

#[test]
fn a_deadline_is_queued_once() {
    let mut table = Table::new(Room::default());
    table.take(invite("one"));
    table.take(invite("one"));
    assert_eq!(table.deadlines.len(), 1);
}
