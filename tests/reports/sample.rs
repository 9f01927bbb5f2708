//! Judgements made by hand.

use sipclause::clause::{Check, Clause, Id, Level, Place, Profile, Related, Verdicts};
use sipclause::source::{FrameNumber, Span, Time};
use sipclause::verdict::{
    Empty, ExitCode, FailOn, FingerprintedFinding, InputSummary, Judgement, Ruling, RunSummary, Shown, Tally,
    Unshown, Verdict, Waived,
};

const VERDICTS: Verdicts = Verdicts { pass: "", fail: "", not_applicable: "", inconclusive: "" };

const fn clause(id: &'static str, level: Level, title: &'static str) -> Clause {
    Clause {
        id: Id(id),
        level,
        title,
        explain: "",
        verdicts: VERDICTS,
        readings: &[],
        cites: &[],
        binds: "the initial INVITE",
        check: Check::Invite(|_, witness| witness.held()),
    }
}

/// A catalogue of seven.
pub(crate) static CLAUSES: [Clause; 7] = [
    clause("6.2.1.1-0", Level::Shall, "the messages follow RFC 3261"),
    clause("6.2.1.1-1", Level::Shall, "the INVITE asks for IM clients in Accept-Contact"),
    clause(
        "6.2.1.1-2",
        Level::Should,
        "the INVITE names the release of the client in User-Agent, as the text asks",
    ),
    clause("6.2.1.1-3", Level::Shall, "the SDP offers MSRP"),
    clause("6.2.1.1-5bis", Level::Shall, "the session timer is offered"),
    clause("6.2.1.3-1", Level::Shall, "the Request-URI is a Conference-factory-URI"),
    clause("6.2.1.3-4-notify", Level::Should, "the user is told"),
];

/// An INVITE with a folded header.
pub(crate) const INVITE: &[u8] = b"INVITE sip:bob@example.com SIP/2.0\r\n\
Via: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bK776asdhds\r\n\
Max-Forwards: 70\r\n\
To: <sip:bob@example.com>\r\n\
From: <sip:alice@example.com>;tag=1928301774\r\n\
Call-ID: a84b4c76e66710\r\n\
CSeq: 314159 INVITE\r\n\
Accept-Contact: *\r\n\t;+g.oma.sip-im\r\n ;require\r\n\
User-Agent: acme/2.1\r\n\
Content-Length: 0\r\n\r\n";

/// A response.
pub(crate) const OK: &[u8] = b"SIP/2.0 200 OK\r\nCall-ID: a84b4c76e66710\r\nRequire: timer\r\n\r\n";

/// The place of `needle` in a message.
pub(crate) fn place(message: usize, bytes: &[u8], needle: &str) -> Place {
    let start = bytes.windows(needle.len()).position(|part| part == needle.as_bytes()).unwrap();
    Place { message, span: Span::new(start, start + needle.len()) }
}

/// A message without address, frames and time.
pub(crate) fn message(index: usize, bytes: &[u8]) -> Shown<'_> {
    let line_end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    Shown {
        input: "lint/one.sip",
        index,
        frames: &[],
        elsewhere: Vec::new(),
        time: None,
        from: None,
        to: None,
        bytes,
        unshown: Unshown::default(),
        start_line: &bytes[..line_end],
        sender: None,
        file_line: None,
        cut: false,
        is_text: false,
    }
}

/// A finding at one place.
pub(crate) fn finding(at: Place, message: &str) -> FingerprintedFinding {
    FingerprintedFinding {
        code: "accept-contact/explicit-missing",
        message: message.into(),
        help: None,
        fingerprint: "0123456789abcdef".into(),
        known: false,
        at,
        related: Vec::new(),
    }
}

/// A ruling on the clause at `index` of the catalogue.
pub(crate) fn ruling(index: usize, verdict: Verdict, reason: &'static str) -> Ruling {
    let clause = &CLAUSES[index];
    Ruling { clause, level: clause.level, verdict, reason: reason.into(), findings: Vec::new(), waived: None }
}

/// A failure of the clause at `index`.
pub(crate) fn failure(index: usize, finding: FingerprintedFinding) -> Ruling {
    Ruling { findings: vec![finding], ..ruling(index, Verdict::Fail, "see the findings") }
}

/// The same, waived.
pub(crate) fn waived(ruling: Ruling) -> Ruling {
    let waived = Waived {
        reason: "ticket IM-482: fixed in 1.9".into(),
        owner: Some("im-client team".into()),
        until: Some("2027-03-31".into()),
    };
    Ruling { waived: Some(Box::new(waived)), ..ruling }
}

/// A session of these messages and rulings.
pub(crate) fn session<'s>(messages: Vec<Shown<'s>>, rulings: Vec<Ruling>) -> Judgement<'s> {
    Judgement {
        input: "lint/one.sip",
        call_id: "a84b4c76e66710".into(),
        scenario: "ad-hoc",
        subclause: "6.2.1.3",
        inferred: true,
        scenario_reason: "the body holds a recipient list".into(),
        client: None,
        server: None,
        user_agent: None,
        first_packet: 0,
        started: None,
        messages,
        rulings,
        observations: Vec::new(),
        profile: Profile::ChangeRequest,
    }
}

/// A captured session with everything that a report can show.
pub(crate) fn captured() -> Judgement<'static> {
    let time = Time::parse("2026-11-22T08:00:00.123456Z").unwrap();
    let invite = Shown {
        input: "calls.pcap",
        frames: FrameNumber::all(&[12, 13]).leak(),
        time: Some(time),
        ..message(0, INVITE)
    };
    let ok =
        Shown { input: "calls.pcap", frames: FrameNumber::all(&[14]).leak(), cut: true, ..message(1, OK) };
    let client = "192.0.2.4:5060".parse().unwrap();
    let server = "[2001:db8::9]:5060".parse().unwrap();
    let invite = Shown { from: Some(client), to: Some(server), ..invite };
    let mut accept = finding(place(0, INVITE, ";require"), "`*;+g.oma.sip-im;require` lacks `explicit`");
    accept.help =
        Some("add `;explicit` behind the feature tag, so that no other client of the user rings".into());
    accept.related = vec![
        Related { at: place(0, INVITE, "sip:bob@example.com"), note: "this request".into() },
        Related { at: place(1, OK, "timer"), note: "what the response to it asks for".into() },
    ];
    let mut agent = finding(
        place(0, INVITE, "acme/2.1"),
        "`acme/2.1` does not name a release such as `IM-client/OMA1.0`",
    );
    agent.code = "user-agent/release-missing";
    Judgement {
        input: "calls.pcap",
        client: Some(client),
        server: Some(server),
        user_agent: Some("acme/2.1".into()),
        started: Some(time),
        observations: vec!["the session was answered before the INVITE was complete".into()],
        ..session(
            vec![invite, ok],
            vec![
                ruling(0, Verdict::Pass, "2 messages"),
                failure(1, accept),
                failure(2, agent),
                waived(failure(3, finding(place(0, INVITE, "Content-Length: 0"), "there is no SDP"))),
                ruling(
                    4,
                    Verdict::Inconclusive,
                    "no response to the INVITE tells whether the timer was agreed on",
                ),
                ruling(5, Verdict::NotApplicable, "not an ad-hoc session"),
                ruling(
                    6,
                    Verdict::Inconclusive,
                    "no response to the INVITE tells whether the timer was agreed on",
                ),
            ],
        )
    }
}

/// A session of a text file: a header is missing, so that the start line is pointed at.
pub(crate) fn written() -> Judgement<'static> {
    let invite = Shown { file_line: Some(98), ..message(0, INVITE) };
    let start_line = place(0, INVITE, "INVITE sip:bob@example.com SIP/2.0");
    let mut missing = finding(start_line, "the INVITE has no Contact");
    missing.related =
        vec![Related { at: place(0, INVITE, "Content-Length"), note: "the headers end here".into() }];
    Judgement {
        call_id: "zz".into(),
        first_packet: 7,
        ..session(
            vec![invite],
            vec![
                failure(0, missing),
                ruling(1, Verdict::Pass, "1 attempt"),
                ruling(2, Verdict::Pass, "1 attempt"),
                ruling(3, Verdict::Pass, "1 attempt"),
                ruling(4, Verdict::Pass, "1 attempt"),
                ruling(5, Verdict::Pass, "1 attempt"),
                ruling(6, Verdict::NotApplicable, "nobody has to be told"),
            ],
        )
    }
}

/// The end of a run over these sessions.
pub(crate) fn summary(judgements: &[Judgement<'_>], fail_on: FailOn) -> RunSummary {
    let mut tally = Tally::default();
    judgements.iter().for_each(|judgement| tally.add(judgement));
    let input = |path: &str, kind| InputSummary {
        path: path.into(),
        kind,
        format: None,
        packets: 120,
        messages: 77,
        problems: Vec::new(),
        damaged: false,
    };
    let inputs = vec![input("lint/one.sip", "sip"), input("calls.pcap", "pcap")];
    let exit_code = ExitCode::of(&inputs, &tally, fail_on, Empty::Refused);
    let mut summary = RunSummary { exit_code, ..RunSummary::new(Profile::ChangeRequest, inputs, tally) };
    summary.tool_version = "0.0.0";
    summary.skipped.sessions_not_im = 3;
    summary.skipped.messages_outside_sessions = 1;
    summary
}
