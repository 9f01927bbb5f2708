use super::*;
use crate::capture::desk::State;
use crate::capture::ip::UDP;
use proptest::prelude::*;

fn packet(payload: &[u8]) -> IpPacket<'_> {
    let address = IpAddr::from([192, 0, 2, 1]);
    IpPacket { from: address, to: address, protocol: UDP, payload, missing: 0, fragment: None }
}

fn add(fragments: &mut Fragments, offset: usize, payload: &[u8], more: bool, frame: u64) -> Option<Datagram> {
    let fragment = Fragment { id: 1, offset, more };
    let time = Some(Time::from_parts(frame as i64, 0));
    fragments.add(&packet(payload), fragment, origin(&[frame.into()], time), &mut Log::default())
}

fn origin(frames: &[FrameNumber], time: Option<Time>) -> Origin<'_> {
    Origin { frames, time, state: State::Whole, depth: 0 }
}

fn room_for(fragments: usize) -> Fragments {
    Fragments::new(Caps { fragments, ..Caps::default() })
}

#[test]
fn of_fragments_that_contradict_each_other_the_beginning_is_kept_and_it_is_said() {
    let mut fragments = room_for(9);
    let mut log = Log::default();
    for (frame, bytes) in [(1, b"AAAAAAAA"), (2, b"BBBBBBBB")] {
        let fragment = Fragment { id: 1, offset: 0, more: true };
        assert!(
            fragments.add(&packet(bytes), fragment, origin(&[u64::into(frame)], None), &mut log).is_none()
        );
    }
    let whole = add(&mut fragments, 4, b"xxxxCC", false, 3).unwrap();
    assert_eq!((&whole.bytes[..], &whole.frames[..]), (&b"AAAAAAAA"[..], &FrameNumber::all(&[1, 3])[..]));
    assert!(whole.contradicted && whole.missing > 0);
    assert!(log.problems().len() == 1 && fragments.held == 0);
}

#[test]
fn an_incomplete_datagram_is_given_up_after_its_time() {
    let mut fragments = room_for(9);
    add(&mut fragments, 0, b"AAAAAAAA", true, 1);
    add(&mut fragments, 16, b"C", false, 2);
    let mut log = Log::default();
    assert!(fragments.overdue(Some(Time::from_parts(31, 0)), &mut log).is_none());
    let given_up = fragments.overdue(Some(Time::from_parts(32, 0)), &mut log).unwrap();
    assert!(log.problems().is_empty());
    assert_eq!(&given_up.bytes[..], b"AAAAAAAA");
    assert_eq!((given_up.frames, fragments.held), (FrameNumber::all(&[1, 2]), 0));
}

#[test]
fn no_more_than_the_cap_wait() {
    let mut fragments = room_for(1);
    let two = [Fragment { id: 1, offset: 0, more: true }, Fragment { id: 2, offset: 0, more: true }];
    for (frame, fragment) in two.into_iter().enumerate() {
        let frames = [frame as u64];
        fragments.add(
            &packet(b"8 bytes."),
            fragment,
            origin(&FrameNumber::all(&frames), None),
            &mut Log::default(),
        );
    }
    let mut log = Log::default();
    assert_eq!(fragments.overdue(None, &mut log).unwrap().frames, [0]);
    assert!(fragments.overdue(None, &mut log).is_none());
    assert!(log.problems()[0].text.contains("limits.fragments"));
    assert_eq!(fragments.rest().unwrap().frames, [1]);
}

#[test]
fn what_is_held_is_bounded_with_what_it_costs_to_hold_it() {
    let mut fragments = Fragments::new(Caps { fragment_bytes: 20_000, ..Caps::default() });
    let (mut log, mut given_up) = (Log::default(), 0);
    for frame in 0..1000 {
        let fragment = Fragment { id: frame / 10, offset: frame as usize % 10 * 16, more: true };
        fragments.add(&packet(b"8 bytes."), fragment, origin(&[u64::from(frame).into()], None), &mut log);
        while fragments.overdue(None, &mut log).is_some() {
            given_up += 1;
        }
        assert!(fragments.held <= 20_000);
    }
    assert!(given_up > 75 && log.problems()[0].text.contains("(limits.fragment_bytes)"), "{given_up}");
    while fragments.rest().is_some() {}
    assert_eq!(fragments.held, 0);
}

proptest! {
    #[test]
    fn fragments_in_any_order_with_copies_give_the_datagram(
        bytes in proptest::collection::vec(any::<u8>(), 1..300),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        size in 1_usize..5,
    ) {
        let step = size * 8;
        let parts: Vec<_> = bytes.chunks(step).enumerate().collect();
        let picked = order.iter().map(|index| *index.get(&parts)).chain(parts.iter().copied());
        let mut fragments = room_for(9);
        for (frame, (index, part)) in picked.enumerate() {
            let more = index + 1 < parts.len();
            if let Some(whole) = add(&mut fragments, index * step, part, more, frame as u64) {
                prop_assert_eq!(&whole.bytes, &bytes);
                prop_assert_eq!(whole.frames.len(), parts.len());
                return Ok(());
            }
        }
        prop_assert!(false, "all parts were there");
    }
}
