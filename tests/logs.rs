//! What a program writes into its log is read back as it was, as far as the log keeps it.
#![cfg(feature = "pcap")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]
#![expect(clippy::print_stdout, reason = "whoever runs the tests should see that they were skipped")]

#[path = "support/logs.rs"]
mod logs;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use logs::{Bytes, Clock, Ends, WRITERS, Writer};
use proptest::prelude::*;
use sipclause::books::oma_im::BOOK;
use sipclause::capture::{Caps, Capture, Event, Kind, Loss, Problem, Severity, Transport};
use sipclause::compose::{Choices, Flow, FlowMessage, Hostility, Plan};
use sipclause::message::Wholeness;
use sipclause::run::run;
use sipclause::session::Scenario;
use sipclause::source::Time;
use sipclause::verdict::{Policy, Verdict};

/// What a log holds.
#[derive(Debug)]
struct Told {
    messages: Vec<FlowMessage>,
    lines: Vec<Option<usize>>,
    losses: Vec<Loss>,
    problems: Vec<Problem>,
    format: Option<&'static str>,
}

impl Told {
    fn is_damaged(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Damage)
    }

    fn texts(&self) -> Vec<String> {
        self.problems.iter().map(ToString::to_string).collect()
    }
}

fn read(text: &[u8]) -> Told {
    let mut capture = Capture::open(text, Caps::default()).unwrap();
    assert_eq!(capture.kind(), Kind::Log, "{}", String::from_utf8_lossy(&text[..text.len().min(300)]));
    let (mut messages, mut lines, mut losses) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(packet) => {
                lines.push(packet.file_line);
                messages.push(FlowMessage {
                    time: packet.time,
                    from: packet.from,
                    to: packet.to,
                    transport: packet.transport,
                    bytes: packet.payload.into_owned(),
                    wholeness: packet.wholeness,
                });
            }
            Event::Loss(loss) => losses.push(loss),
        }
    }
    Told { messages, lines, losses, problems: capture.problems().to_vec(), format: capture.format() }
}

fn flow(scenario: Scenario, seed: u64) -> Flow {
    let plan = Plan::draw(scenario, &mut Choices::seeded(seed)).over(Transport::Udp);
    plan.and_then(|plan| plan.compose()).unwrap().flow
}

fn seeds() -> impl Strategy<Value = (usize, u64)> {
    (0..Scenario::ALL.len(), any::<u64>())
}

fn without_cr(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|&byte| byte != b'\r').collect()
}

fn with_cr(text: &[u8]) -> Vec<u8> {
    let lines = without_cr(text);
    lines
        .split_inclusive(|&byte| byte == b'\n')
        .flat_map(|line| match line.strip_suffix(b"\n") {
            Some(line) => [line, b"\r\n"].concat(),
            None => line.to_vec(),
        })
        .collect()
}

/// The nanoseconds of the day, to the millisecond if that is all a log tells.
fn of_day(time: Time, digits: u32) -> i64 {
    time.0 % 86_400_000_000_000 / 10_i64.pow(9 - digits)
}

/// Asserts that `told` is `flow`, as far as that format keeps it.
fn assert_same(flow: &Flow, told: &Told, writer: &Writer) {
    let what = writer.format;
    assert_eq!(told.format, Some(what));
    assert_eq!(told.messages.len(), flow.messages.len(), "{what}: {:?}", told.texts());
    let own = flow.messages.first().and_then(|message| message.from);
    for (wrote, got) in flow.messages.iter().zip(&told.messages) {
        let (wanted, bytes) = (writer.kept(&wrote.bytes), &got.bytes);
        assert!(wanted == *bytes, "{what}:\n{}\n{}", wanted.escape_ascii(), bytes.escape_ascii());
        assert_eq!(got.wholeness, Wholeness::Whole, "{what}");
        let day = |message: &FlowMessage| message.time.map(|time| of_day(time, 3));
        match writer.clock {
            Clock::Full => assert_eq!(got.time.map(|time| of_day(time, 3)), day(wrote), "{what}"),
            Clock::OfDay => assert_eq!(day(got), day(wrote), "{what}"),
            Clock::None => assert_eq!(got.time, None, "{what}"),
        }
        if writer.clock == Clock::Full {
            let seconds = got.time.unwrap().seconds_since(wrote.time.unwrap()).abs();
            assert!(seconds < 0.001, "{what}: {seconds} s apart");
        }
        let ends = match writer.ends {
            Ends::Both => (wrote.from, wrote.to),
            Ends::Peer if wrote.from == own => (None, wrote.to),
            Ends::Peer => (wrote.from, None),
            Ends::None => (None, None),
        };
        assert_eq!((got.from, got.to), ends, "{what}");
        if writer.transport {
            assert_eq!(got.transport, wrote.transport, "{what}");
        }
    }
    assert!(told.losses.is_empty() && !told.is_damaged(), "{what}: {:?}", told.texts());
}

/// Whether dots of the text itself would be taken for line ends.
fn is_ambiguous(flow: &Flow, writer: &Writer) -> bool {
    writer.bytes == Bytes::AllDots
        && flow.messages.iter().any(|message| {
            let kept = writer.kept(&message.bytes);
            kept.windows(2).any(|two| two == b"..")
                || kept.ends_with(b" ")
                || kept.windows(2).any(|two| two == b".\r")
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_flow_written_in_any_format_comes_back_with_any_line_ends((scenario, seed) in seeds()) {
        let flow = flow(Scenario::ALL[scenario], seed);
        for writer in WRITERS.iter().filter(|writer| !is_ambiguous(&flow, writer)) {
            let log = writer.records(&flow).concat();
            assert_same(&flow, &read(&log), writer);
            assert_same(&flow, &read(&without_cr(&log)), writer);
            assert_same(&flow, &read(&with_cr(&log)), writer);
        }
    }

    #[test]
    fn a_flow_in_hexadecimal_numbers_comes_back((scenario, seed) in seeds()) {
        let flow = flow(Scenario::ALL[scenario], seed);
        for (format, dump) in [("tcpdump -X", logs::tcpdump_xx(&flow)), ("tshark -x", logs::tshark_x(&flow))] {
            for text in [dump.clone(), with_cr(&dump)] {
                let told = read(&text);
                prop_assert_eq!(told.format, Some(format));
                let bytes = |messages: &[FlowMessage]| -> Vec<_> {
                    messages.iter().map(|message| (message.bytes.clone(), message.from, message.to)).collect()
                };
                prop_assert_eq!(bytes(&told.messages), bytes(&flow.messages));
                prop_assert!(told.problems.is_empty(), "{:?}", told.texts());
            }
        }
    }

    #[test]
    fn a_log_that_ends_early_gives_what_is_before_and_says_what_is_cut((scenario, seed) in seeds(), part in 0.0..1.0_f64) {
        let flow = flow(Scenario::ALL[scenario], seed);
        for writer in &WRITERS {
            let records = writer.records(&flow);
            let log = records.concat();
            let end = (log.len() as f64 * part) as usize;
            let mut complete = 0;
            let mut sum = 0;
            for record in &records {
                sum += record.len();
                complete += usize::from(sum <= end);
            }
            let Ok(mut capture) = Capture::open(&log[..end], Caps::default()) else { continue };
            let mut seen = Vec::new();
            while let Some(event) = capture.next_event() {
                if let Event::Packet(packet) = event {
                    seen.push((packet.payload.into_owned(), packet.wholeness));
                }
            }
            let damaged = capture.problems().iter().any(|problem| problem.severity == Severity::Damage);
            prop_assert!(seen.len() >= complete || complete == 1, "{}: {} of {complete}", writer.format, seen.len());
            if !is_ambiguous(&flow, writer) {
                for ((payload, wholeness), wrote) in seen.iter().zip(&flow.messages) {
                    let wanted = writer.kept(&wrote.bytes);
                    let is_right = *wholeness == Wholeness::Cut || *payload == wanted;
                    prop_assert!(is_right, "{}: {}", writer.format, payload.escape_ascii());
                }
            }
            let cut = seen.iter().any(|(_, wholeness)| *wholeness == Wholeness::Cut);
            prop_assert!(!cut || damaged, "{}: a cut message is damage", writer.format);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_log_with_bytes_changed_is_judged_without_panic(
        at in 0..WRITERS.len() + 2,
        seed in 0..8_u64,
        tape in prop::collection::vec(any::<u32>(), 0..60),
    ) {
        let flow = flow(Scenario::ALL[(seed % 4) as usize], seed);
        let log = match WRITERS.get(at) {
            Some(writer) => writer.records(&flow).concat(),
            None if at == WRITERS.len() => logs::tcpdump_xx(&flow),
            None => logs::tshark_x(&flow),
        };
        let hostile = Hostility::draw(&mut Choices::tape(tape)).apply(log);
        let policy = Policy { all_sessions: true, ..Policy::default() };
        let mut sessions = 0;
        // What is no log any more may be refused.
        let read = run("hostile", &hostile[..], &policy, &BOOK, &mut |_| sessions += 1);
        prop_assert!(read.is_ok() || sessions == 0);
    }
}

#[test]
fn text_before_between_and_behind_records_is_no_problem() {
    let flow = flow(Scenario::OneToOne, 3);
    let noise = b"Copyright someone\n\n[module] reload: 3 of 4 done, sip:nobody@example.com is gone\n";
    for writer in WRITERS.iter().filter(|writer| writer.bytes != Bytes::AllDots) {
        let mut log = noise.to_vec();
        for record in writer.records(&flow) {
            log.extend_from_slice(&record);
            log.extend_from_slice(noise);
        }
        assert_same(&flow, &read(&log), writer);
    }
}

#[test]
fn lines_are_those_of_the_file() {
    let flow = flow(Scenario::OneToOne, 3);
    for writer in WRITERS.iter().filter(|writer| writer.bytes != Bytes::AllDots) {
        let log = [b"a banner\n".to_vec(), writer.records(&flow).concat()].concat();
        let lines: Vec<_> = log.split(|&byte| byte == b'\n').collect();
        let told = read(&log);
        for (line, message) in told.lines.iter().zip(&told.messages) {
            let start = message.bytes.split(|&byte| byte == b'\r').next().unwrap();
            let line = lines[line.unwrap() - 1];
            let found = line.windows(start.len()).any(|part| part == start);
            assert!(found, "{}: {}", writer.format, line.escape_ascii());
        }
    }
}

#[test]
fn a_remark_that_a_message_was_cut_is_believed() {
    for remark in ["... (truncated)\n", "   *** message truncated at 65535 ***\n", "[truncated]\n"] {
        let mut log = b"Sent:\n".to_vec();
        log.extend_from_slice(
            b"MESSAGE sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 50\r\n\r\nhello\r\n",
        );
        log.extend_from_slice(remark.as_bytes());
        log.extend_from_slice(
            b"Sent:\nBYE sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n",
        );
        let told = read(&log);
        let cut: Vec<_> = told.messages.iter().map(|message| message.wholeness == Wholeness::Cut).collect();
        assert_eq!(cut, [true, false], "{remark}");
        assert!(told.messages[0].bytes.ends_with(b"hello\r\n"));
        assert_eq!(told.texts(), ["line 2: the log does not hold the end of this message"]);
    }
}

#[test]
fn a_length_that_does_not_fit_is_the_senders_only_where_the_log_keeps_every_byte() {
    let message = "INVITE sip:a@b.example SIP/2.0\r\nVia: SIP/2.0/UDP c.example;branch=z9hG4bK1\r\n\
                   From: <sip:c@b.example>;tag=1\r\nTo: <sip:a@b.example>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\
                   Contact: <sip:c@c.example>;+g.oma.sip-im\r\nMax-Forwards: 70\r\nContent-Type: text/plain\r\nContent-Length: 90\r\n\r\nshort";
    let sipp = format!(
        "{:-<47} 2026-11-22 09:00:00.5\nUDP message sent ({} bytes):\n\n{message}\n",
        "",
        message.len()
    );
    let asterisk = format!("<--- SIP read from UDP:192.0.2.1:5060 --->\n{message}\n<------------->\n");
    let verdict = |log: &str| {
        let mut found = None;
        run(
            "log",
            log.as_bytes(),
            &Policy { all_sessions: true, ..Policy::default() },
            &BOOK,
            &mut |judgement| {
                found = judgement
                    .rulings
                    .iter()
                    .find(|ruling| ruling.clause.id.0 == "6.2.1.1-0")
                    .map(|ruling| ruling.verdict);
            },
        )
        .unwrap();
        found
    };
    assert_eq!(verdict(&sipp), Some(Verdict::Fail), "SIPp counted the bytes");
    assert_eq!(verdict(&asterisk), Some(Verdict::Inconclusive));
}

#[test]
fn a_long_log_needs_little_memory_for_one_message_without_end() {
    let head = "Sent:\nINVITE sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\n\r\n";
    let log = [head.as_bytes(), "x\n".repeat(6 << 20).as_bytes()].concat();
    let told = read(&log);
    assert!(told.messages[0].bytes.len() <= 8 << 20);
    assert!(told.texts().iter().any(|text| text.contains("`limits.log_bytes`")), "{:?}", told.texts());
}

#[test]
fn texts_that_only_explain_packets_are_refused_with_what_to_do() {
    let cases = [
        (
            "Frame 1: 600 bytes on wire (4800 bits), 600 bytes captured\nSession Initiation Protocol (INVITE)\n",
            "tshark -V",
        ),
        ("[\n  {\n    \"_index\": \"packets\",\n    \"_source\": {\n      \"layers\": {\n", "JSON of tshark"),
        ("<?xml version=\"1.0\"?>\n<pdml version=\"0\">\n", "PDML of tshark"),
        (
            "\n====\nFollow: tcp,ascii\nFilter: tcp.stream eq 0\nNode 0: 192.0.2.1:5060\nINVITE sip:a@b SIP/2.0\n",
            "tshark followed",
        ),
        (
            "06:32:56.5 IP (tos 0x0, ttl 64, proto UDP (17), length 9)\n    192.0.2.1.5060 > 192.0.2.2.5060: SIP\n\
             \tINVITE sip:a@b SIP/2.0\n\tVia: x\n",
            "tcpdump -v",
        ),
    ];
    for (text, words) in cases {
        let error = Capture::open(text.as_bytes(), Caps::default()).err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains(words)), "{words}: {error:?}");
    }
}

#[test]
fn pages_and_scenarios_about_sip_are_no_logs() {
    let scenario = "<?xml version=\"1.0\"?>\n<scenario>\n<![CDATA[\nINVITE sip:[service]@[remote_ip] SIP/2.0\n\
                    Via: x\nFrom: y\nTo: z\nCall-ID: 1\n\n]]>\n";
    let page = "# How to call\n\nSend INVITE sip:bob@example.com SIP/2.0 and wait.\n\n    INVITE sip:a@b SIP/2.0\n    Via: x\n";
    for text in [scenario, page] {
        assert!(Capture::open(text.as_bytes(), Caps::default()).is_err(), "{text}");
    }
}

fn corpus() -> Option<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: there is no corpus at {}", corpus.display());
        return None;
    }
    Some(corpus)
}

/// Logs that hold another number of messages than the index says, and why.
const DIFFERENCES: &[(&str, usize, &str)] = &[
    ("kamailio-sipdump.data", 7, "the responses to the MESSAGE are messages too"),
    ("kamailio-xlog-mb.log", 3, "the MESSAGE behind the ACK is one too"),
];

/// Texts that are refused.
const REFUSED: [&str; 6] = [
    "kamailio-sipdump.meta",
    "tcpdump-v-sip-decoded.txt",
    "tshark-T-json-2pkts.json",
    "tshark-T-pdml-1pkt.xml",
    "tshark-V.txt",
    "tshark-follow-tcp-ascii.txt",
];

/// Excerpts that end inside of a message.
const CUT: [&str; 5] = [
    "asterisk-chan_sip-debug.log",
    "cisco-ios-debug-ccsip-messages.log",
    "doubango-ios-freeswitch-incoming.md.log",
    "sipml5-browser-console.log",
    "sngrep-style-export-excerpt.txt",
];

#[test]
fn every_log_of_the_corpus_gives_as_many_messages_as_the_index_says() {
    let Some(corpus) = corpus() else { return };
    let index = std::fs::read_to_string(corpus.join("INDEX.md")).unwrap();
    let section = index.split("\n## ").find(|section| section.starts_with("logs ")).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in section.lines() {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, name, _, messages, ..] = cells[..] else { continue };
        let Ok(messages) = messages.parse::<usize>() else { continue };
        count += 1;
        let text = std::fs::read(corpus.join("logs").join(name)).unwrap();
        if REFUSED.contains(&name) {
            assert!(Capture::open(&text[..], Caps::default()).is_err(), "{name}");
            continue;
        }
        let wanted =
            DIFFERENCES.iter().find(|(other, ..)| *other == name).map_or(messages, |(_, wanted, _)| *wanted);
        let told = read(&text);
        if told.messages.len() != wanted || told.is_damaged() != CUT.contains(&name) {
            wrong.push(format!("{name}: {} for {wanted}, {:?}", told.messages.len(), told.texts()));
        }
    }
    assert_eq!(count, 19);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Clause and verdict of every session of a file.
fn verdicts(path: &Path) -> BTreeMap<String, Vec<(&'static str, Verdict)>> {
    let mut sessions = BTreeMap::new();
    let policy = Policy { all_sessions: true, ..Policy::default() };
    run("input", std::fs::File::open(path).unwrap(), &policy, &BOOK, &mut |judgement| {
        let rulings = judgement.rulings.iter().map(|ruling| (ruling.clause.id.0, ruling.verdict));
        sessions.insert(judgement.call_id.to_string(), rulings.collect());
    })
    .unwrap();
    sessions
}

#[test]
fn a_dialog_in_a_log_is_judged_as_it_is_in_the_capture() {
    let Some(corpus) = corpus() else { return };
    let capture = verdicts(&corpus.join("captures/goffinet-SIP-SDP-Example.pcap"));
    assert_eq!(capture.len(), 1);
    for name in
        ["ngrep-byline.txt", "ngrep-normal.txt", "tcpdump-A.txt", "tcpdump-XX.txt", "tshark-x-hexdump.txt"]
    {
        assert_eq!(verdicts(&corpus.join("logs").join(name)), capture, "{name}");
    }
}
