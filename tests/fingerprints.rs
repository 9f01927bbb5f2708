//! By what a finding is known again: the same client captured again finds the same, another defect is another.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;

use sipclause::books::oma_im::BOOK;
use sipclause::capture::Event;
use sipclause::compose::{Choices, Composed, Fault, Flow, Plan};
use sipclause::run::Run;
use sipclause::session::Scenario;
use sipclause::session::context::{Glob, PartyPattern};
use sipclause::vector::{Expectation, Vector};
use sipclause::verdict::{Judgement, Policy};

/// Clause, code and fingerprint.
type Print = (&'static str, &'static str, String);

/// What is found in all sessions of a flow, and a line for people about each.
fn found(flow: &Flow, policy: &Policy) -> BTreeMap<Print, String> {
    let mut found = BTreeMap::new();
    let mut sink = |judgement: &Judgement<'_>| {
        for ruling in &judgement.rulings {
            for finding in &ruling.findings {
                let print = (ruling.clause.id.0, finding.code, finding.fingerprint.clone());
                found.entry(print).or_insert(finding.message.clone());
            }
        }
    };
    let mut run = Run::new("flow", policy, &BOOK);
    for packet in flow.packets() {
        run.take(Event::Packet(packet), &mut sink);
    }
    run.finish(&mut sink);
    found
}

fn policy(composed: &Composed) -> Policy {
    Policy { context: composed.context.clone(), ..Policy::default() }
}

/// The plan of the same client at another time, with tags, branches and Call-IDs of letters alone.
fn another_day(plan: &Plan) -> Plan {
    let start = plan.start.plus_seconds(86_400 * 40 + 12_345);
    Plan { start, salt: "QwErTzUiOp".to_owned(), ..plan.clone() }
}

/// The same messages from another address of the client, with other ports of MSRP, other sessions of SDP and MSRP,
/// and another boundary. Each text is replaced by one of the same length, so that no length has to change.
fn elsewhere(mut composed: Composed) -> Composed {
    let mut texts: BTreeSet<(Vec<u8>, Vec<u8>)> = BTreeSet::new();
    for (old, new) in
        [("192.0.2.10", "192.0.2.77"), ("192.0.2.201", "192.0.2.188"), ("2001:db8::10", "2001:db8::77")]
    {
        texts.insert((old.into(), new.into()));
    }
    for message in &composed.flow.messages {
        let text = String::from_utf8_lossy(&message.bytes);
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("a=path:")
                && let Some((_, session)) = path.split(';').next().unwrap().rsplit_once('/')
                && session.len() > 8
            {
                texts.insert((session.into(), letters(session)));
            }
            if let Some(origin) = line.strip_prefix("o=")
                && let Some(id) = origin
                    .split(' ')
                    .nth(1)
                    .filter(|id| id.len() > 6 && id.bytes().all(|byte| byte.is_ascii_digit()))
            {
                texts.insert((id.into(), id.bytes().map(|digit| b'0' + (digit - b'0' + 3) % 10).collect()));
            }
            if let Some((_, boundary)) = line.split_once("boundary=")
                && line.starts_with('C')
            {
                let boundary = boundary.split(';').next().unwrap().trim_matches(['"', ' ', '*']);
                if boundary.len() > 5 {
                    texts.insert((boundary.into(), letters(boundary)));
                }
            }
        }
    }
    for pattern in &mut composed.context.clients {
        match pattern {
            PartyPattern::Address(address) => *address = moved(*address, &texts),
            PartyPattern::Range { base, .. } => *base = moved(SocketAddr::new(*base, 0), &texts).ip(),
            PartyPattern::Name(_) => {}
        }
    }
    // Call-IDs hold the address.
    for (Glob(call_id), _) in &mut composed.context.scenarios {
        for (old, new) in &texts {
            *call_id = String::from_utf8(replaced(call_id.as_bytes(), old, new)).unwrap();
        }
    }
    for message in &mut composed.flow.messages {
        for (old, new) in &texts {
            message.bytes = replaced(&message.bytes, old, new);
        }
        for end in [&mut message.from, &mut message.to].into_iter().flatten() {
            *end = moved(*end, &texts);
        }
    }
    composed
}

fn moved(mut address: SocketAddr, texts: &BTreeSet<(Vec<u8>, Vec<u8>)>) -> SocketAddr {
    let ip = address.ip().to_string();
    if let Some((_, new)) = texts.iter().find(|(old, _)| *old == ip.as_bytes()) {
        address.set_ip(String::from_utf8(new.clone()).unwrap().parse().unwrap());
    }
    address
}

/// Another word of the same length, without digits.
fn letters(word: &str) -> Vec<u8> {
    let other = |byte: u8| match byte {
        b'0'..=b'9' => b'g' + byte - b'0',
        b'a'..=b'z' => b'a' + (byte - b'a' + 13) % 26,
        b'A'..=b'Z' => b'A' + (byte - b'A' + 13) % 26,
        _ => byte,
    };
    word.bytes().map(other).collect()
}

/// Replaces `old` where it is not a part of a longer word.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let is_whole = rest.starts_with(old) && !rest.get(old.len()).is_some_and(u8::is_ascii_digit);
        out.extend_from_slice(if is_whole { new } else { &rest[..1] });
        at += if is_whole { old.len() } else { 1 };
    }
    out
}

/// Random flows of each scenario.
const FLOWS: u64 = 3;

#[test]
fn the_same_client_captured_again_finds_the_same() {
    let (mut compared, mut told) = (0, String::new());
    for scenario in Scenario::ALL {
        for seed in 0..FLOWS {
            let plan = Plan::draw(scenario, &mut Choices::seeded(seed));
            let (one, two) = (plan.compose().unwrap(), another_day(&plan).compose().unwrap());
            for fault in Fault::all().iter().filter(|fault| fault.is_of(scenario)) {
                let (Ok(one), Ok(two)) = (fault.make_in(&one), fault.make_in(&two)) else { continue };
                let first = found(&one.flow, &policy(&one));
                let two = elsewhere(two);
                let again = found(&two.flow, &policy(&two));
                compared += first.len();
                if !first.keys().eq(again.keys()) {
                    told.push_str(&format!("{} in {} {seed}:\n", fault.name, scenario.name()));
                    let lone = |one: &BTreeMap<Print, String>, two: &BTreeMap<Print, String>| {
                        let only = one.iter().filter(|(print, _)| !two.contains_key(*print));
                        only.map(|(print, said)| format!("    {print:?} {said}\n")).collect::<String>()
                    };
                    told.push_str(&lone(&first, &again));
                    told.push_str(&lone(&again, &first));
                }
            }
        }
    }
    assert!(told.is_empty(), "\n{told}");
    assert!(compared > 1000, "only {compared} findings were compared");
}

/// Codes under which two faults of one clause have one fingerprint, and why that is right.
const ALIKE: &[(&str, &str)] = &[
    ("allow/not-honoured", "the client's own request is the same; what differs is the Allow of the server"),
    ("destination/not-the-next-hop", "addresses and hosts of the test bed differ, and nothing else"),
    ("privacy/missing", "the same header is missing; what differs is who knows that it is wanted"),
    ("recipient-list/ongoing-user-missing", "the list names other users, and the same one is missing"),
    ("recipient-list/too-many", "the numbers differ, and they count the users of a call"),
    (
        "require/recipient-list-invite-missing",
        "the same option tag is missing; it stands elsewhere or nowhere",
    ),
];

#[test]
fn another_fault_of_the_same_clause_has_another_fingerprint() {
    let mut alike: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut faults = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let vector = Vector::load(&path).unwrap();
        let mut met: BTreeMap<Vec<Print>, String> = BTreeMap::new();
        for case in vector.cases.iter().filter(|case| matches!(case.expects, Expectation::Fail { .. })) {
            let mut flow = Flow::load(&case.flow).unwrap();
            case.edits.iter().for_each(|edit| edit.apply(&mut flow).unwrap());
            let (profile, scenario) = (case.block.profile, case.block.scenario);
            let context = case.block.context.clone();
            let policy = Policy { profile, scenario, context, ..Policy::default() };
            let prints = found(&flow, &policy).into_keys().filter(|(clause, ..)| *clause == vector.clause);
            let prints: Vec<Print> = prints.collect();
            let code = prints.first().unwrap_or_else(|| panic!("{}: {}", vector.clause, case.name)).1;
            faults += 1;
            if let Some(other) = met.insert(prints, case.name.clone()) {
                alike.entry(code).or_default().push(format!("{}: {other} = {}", vector.clause, case.name));
            }
        }
    }
    let known: BTreeSet<_> = ALIKE.iter().map(|(code, _)| *code).collect();
    let seen: BTreeSet<_> = alike.keys().copied().collect();
    assert_eq!(seen, known, "{alike:#?}");
    assert!(faults > 200, "only {faults} faults were looked at");
}

#[test]
fn another_user_is_no_other_defect_and_another_value_is() {
    let prints = |from: &str, to: &str| {
        let text = include_str!("../docs/demo/broken.sip");
        assert!(text.contains(from), "{from}");
        let flow = Flow::read(text.replace(from, to).as_bytes()).unwrap();
        found(&flow, &Policy::default()).into_keys().collect::<BTreeSet<_>>()
    };
    let one = prints("INVITE", "INVITE");
    assert_eq!(one, prints("sip:bob@", "sip:eve@"));
    assert_eq!(one, prints("tag=a1f00c", "tag=abcdef"));
    let other = prints("*;+g.oma.sip-im\n", "*;+g.oma.sip-im;audio\n");
    assert_eq!(one.difference(&other).map(|print| print.0).collect::<Vec<_>>(), ["6.2.1.1-1"]);
}

#[test]
fn other_sessions_and_their_order_do_not_count() {
    let plans: Vec<_> = (0..4)
        .map(|seed| Plan::draw(Scenario::OneToOne, &mut Choices::seeded(seed)).ended().compose().unwrap())
        .collect();
    let fault = Fault::named("accept-contact-without-explicit").or(Fault::all().first()).unwrap();
    let faulty: Vec<_> = plans.iter().filter_map(|plan| fault.make_in(plan).ok()).collect();
    assert!(faulty.len() > 1, "{} can be made", fault.name);
    let alone: BTreeSet<_> =
        faulty.iter().flat_map(|composed| found(&composed.flow, &policy(composed)).into_keys()).collect();
    for order in [[0, 1], [1, 0]] {
        let messages = order.iter().flat_map(|index| faulty[*index].flow.messages.clone()).collect();
        let together = found(&Flow { messages }, &policy(&faulty[0]));
        assert!(!together.is_empty());
        assert!(together.keys().all(|print| alone.contains(print)), "{together:#?}");
    }
}
