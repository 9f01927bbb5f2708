//! Verdicts do not change when the same thing is written or carried in another way.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::Path;

use proptest::prelude::*;
use sipclause::books::oma_im::BOOK;
use sipclause::capture::Transport;
use sipclause::compose::{Carriage, Flow, Order, Wire};
use sipclause::message::{Message, Name, token};
use sipclause::run::run;
use sipclause::vector::{Case, Vector, judge_flow};
use sipclause::verdict::{Policy, Verdict};

type Verdicts = BTreeMap<&'static str, Verdict>;

/// The good cases of one clause of each scenario, and of an IMS session.
fn bases() -> Vec<Case> {
    ["6.2.1.1-1", "6.2.1.1-ims", "6.2.1.1-ok1", "6.2.1.3-3", "6.2.1.4-2", "6.2.1.5-8"]
        .iter()
        .map(|clause| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("vectors/oma_im/{clause}.yaml"));
            Vector::load(&path).unwrap().good.unwrap()
        })
        .collect()
}

fn verdicts(flow: &Flow, case: &Case) -> Verdicts {
    let outcome =
        judge_flow(flow, case.session.as_deref(), &case.block, &BOOK).expect("the session is judged");
    outcome.verdicts.into_iter().map(|(id, (verdict, ..))| (id, verdict)).collect()
}

/// The verdicts on the session of `case` in an input of bytes.
fn verdicts_of_input(input: &[u8], case: &Case) -> Verdicts {
    let policy = Policy {
        profile: case.block.profile,
        scenario: case.block.scenario,
        context: case.block.context.clone(),
        ..Policy::default()
    };
    let mut found = Verdicts::new();
    let session = case.session.as_deref().expect("the vectors name their session");
    run("input", input, &policy, &BOOK, &mut |judgement| {
        if judgement.call_id == session {
            found = judgement.rulings.iter().map(|ruling| (ruling.clause.id.0, ruling.verdict)).collect();
        }
    })
    .expect("it is a capture or text");
    found
}

/// How one header line is written: every number chooses among spellings that mean the same.
#[derive(Clone, Copy, Debug)]
struct Spelling {
    name: u8,
    colon: u8,
    semicolon: u8,
    list: bool,
}

fn spelling() -> impl Strategy<Value = Spelling> {
    (0..4_u8, 0..5_u8, 0..4_u8, any::<bool>()).prop_map(|(name, colon, semicolon, list)| Spelling {
        name,
        colon,
        semicolon,
        list,
    })
}

/// Headers whose values are a comma list, so that rows and commas are the same (RFC 3261 7.3.1).
const LISTS: [Name; 9] = [
    Name::Via,
    Name::Route,
    Name::RecordRoute,
    Name::Allow,
    Name::Supported,
    Name::Require,
    Name::AcceptContact,
    Name::ServiceRoute,
    Name::SecurityVerify,
];

fn rewritten(bytes: &[u8], spellings: &[Spelling], rotate: usize) -> Vec<u8> {
    let message = Message::split(bytes);
    let mut lines: Vec<(Name, Vec<u8>)> = Vec::new();
    for (index, line) in message.header_lines().iter().enumerate() {
        let spelling = spellings[index % spellings.len()];
        let value = line.value.of(bytes);
        let values: Vec<&[u8]> = if LISTS.contains(&line.kind) && spelling.list {
            token::split_outside_quotes(value, b',').map(token::trim).collect()
        } else {
            vec![value]
        };
        for value in values {
            lines.push((line.kind, header(line.name.of(bytes), line.kind, value, spelling)));
        }
    }
    // Differently named headers may change places; those of one name keep their order.
    let at = rotate % lines.len().max(1);
    let (mut front, mut back): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    let later: Vec<_> = lines[at..].iter().map(|(kind, _)| *kind).collect();
    for (index, (kind, line)) in lines.into_iter().enumerate() {
        if index < at && !later.contains(&kind) { back.push(line) } else { front.push(line) }
    }
    let start = message.start_line().of(bytes);
    [start, b"\r\n", &front.concat(), &back.concat(), b"\r\n", message.body()].concat()
}

fn header(written: &[u8], kind: Name, value: &[u8], spelling: Spelling) -> Vec<u8> {
    let name = match (spelling.name, kind.compact()) {
        (1, _) => written.to_ascii_uppercase(),
        (2, _) => written.to_ascii_lowercase(),
        (3, Some(letter)) => letter.to_string().into_bytes(),
        _ => written.to_vec(),
    };
    let colon: &[u8] = [&b": "[..], b":", b" \t: ", b":\r\n ", b":\t"][usize::from(spelling.colon)];
    [&name, colon, &parameters(value, kind, spelling.semicolon), b"\r\n"].concat()
}

/// White space around the semicolons behind the angle brackets.
fn parameters(value: &[u8], kind: Name, choice: u8) -> Vec<u8> {
    let with_params =
        [Name::Via, Name::From, Name::To, Name::SessionExpires, Name::AcceptContact, Name::Contact];
    if choice == 0 || !with_params.contains(&kind) {
        return value.to_vec();
    }
    let semicolon: &[u8] = [&b";"[..], b" ; ", b";\r\n\t", b" ;"][usize::from(choice)];
    let pieces: Vec<_> = token::split_outside_quotes(value, b';').map(token::trim).collect();
    pieces.join(semicolon)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn spelling_of_headers_changes_no_verdict(
        spellings in proptest::collection::vec(spelling(), 1..40),
        rotate in 0..30_usize,
    ) {
        for case in bases() {
            let flow = Flow::load(&case.flow).unwrap();
            let mut other = flow.clone();
            for message in &mut other.messages {
                message.bytes = rewritten(&message.bytes, &spellings, rotate);
            }
            prop_assert_eq!(verdicts(&flow, &case), verdicts(&other, &case), "{}", case.flow.display());
        }
    }

    #[test]
    fn framing_of_packets_changes_no_verdict(size in 1..1500_u16, seed: u64) {
        let order = Order::Shuffled { seed };
        for case in bases() {
            let flow = Flow::load(&case.flow).unwrap();
            let plain = verdicts(&flow, &case);
            for mtu in [None, Some(size.max(68))] {
                let wire = Wire { carriage: Carriage::Udp { mtu }, order, ..Wire::default() };
                let capture = wire.to_bytes(&flow).unwrap();
                prop_assert_eq!(&plain, &verdicts_of_input(&capture, &case), "{} {:?}", case.flow.display(), wire);
            }
            // What stands in a Via about the transport is another matter: only the framing is looked at.
            let mut on_stream = flow.clone();
            on_stream.messages.iter_mut().for_each(|message| message.transport = Some(Transport::Tcp));
            let carriage = Carriage::Tcp { segment: NonZeroU16::new(size) };
            let capture = Wire { carriage, order, ..Wire::default() }.to_bytes(&on_stream).unwrap();
            prop_assert_eq!(
                verdicts(&on_stream, &case), verdicts_of_input(&capture, &case), "{} tcp {}", case.flow.display(), size
            );
        }
    }
}

#[test]
fn retransmissions_change_no_verdict() {
    for case in bases() {
        let flow = Flow::load(&case.flow).unwrap();
        let mut repeated = Flow::default();
        for message in &flow.messages {
            repeated.messages.extend([message.clone(), message.clone()]);
        }
        assert_eq!(verdicts(&flow, &case), verdicts(&repeated, &case), "{}", case.flow.display());
    }
}

#[test]
fn line_ends_of_a_text_file_change_no_verdict() {
    for case in bases() {
        let text = std::fs::read(&case.flow).unwrap();
        let lf: Vec<u8> = text.iter().copied().filter(|&byte| byte != b'\r').collect();
        let crlf: Vec<u8> = lf.split(|&byte| byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        assert_eq!(verdicts_of_input(&lf, &case), verdicts_of_input(&crlf, &case), "{}", case.flow.display());
        assert!(!verdicts_of_input(&lf, &case).is_empty(), "{}", case.flow.display());
    }
}
