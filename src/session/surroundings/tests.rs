//! How many registrations are kept, which nobody sees but the memory.

use super::*;
use crate::capture::Packet;
use crate::message::Limits;

fn learnt(start_lines: &[&str]) -> Surroundings {
    let mut surroundings = Surroundings::within(10, 1 << 20);
    for (order, start) in (0..).zip(start_lines) {
        let text = format!("{start}\r\nTo: <sip:a@b>\r\nCall-ID: r\r\nCSeq: 1 REGISTER\r\n\r\n");
        surroundings.learn(&Record::of(Packet::of_text(text.into_bytes()), order, Limits::DEFAULT));
    }
    surroundings
}

#[test]
fn a_registration_with_its_challenge_is_one_and_its_refresh_another() {
    let (register, challenge, ok) = ("REGISTER sip:b SIP/2.0", "SIP/2.0 401 No", "SIP/2.0 200 OK");
    let first = [register, challenge, register, ok, ok];
    assert_eq!(learnt(&first).registrations.len(), 1);
    assert_eq!(learnt(&[&first[..], &[register, challenge]].concat()).registrations.len(), 2);
}

#[test]
fn the_oldest_makes_room() {
    let mut queue = VecDeque::new();
    let gone: Vec<_> = (0..=3).filter_map(|item| push_bounded(&mut queue, item, 3)).collect();
    assert_eq!((queue.len(), queue.front(), gone), (3, Some(&1), vec![0]));
}

#[test]
fn long_ones_make_room_for_each_other() {
    let mut surroundings = Surroundings::within(1000, 100_000);
    for order in 0..50 {
        let text = format!(
            "REGISTER sip:b SIP/2.0\r\nTo: <sip:{}@b>\r\nCall-ID: {order}\r\nCSeq: 1 REGISTER\r\n\r\n",
            "x".repeat(20_000)
        );
        surroundings.learn(&Record::of(Packet::of_text(text.into_bytes()), order, Limits::DEFAULT));
        assert!(surroundings.held <= 100_000);
    }
    let kept = surroundings.registrations.len();
    assert_eq!((kept, surroundings.forgotten()), (4, 46));
    assert_eq!(surroundings.held, surroundings.registrations.iter().map(Registration::held).sum::<usize>());
}
