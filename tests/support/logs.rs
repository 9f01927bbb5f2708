//! A flow -> a log of it, as each program would have written it.
//!
//! What is known here of the formats is written a second time on purpose: the readers are held against it.

use std::net::SocketAddr;

use sipclause::compose::{Carriage, Flow, FlowMessage, Wire};
use sipclause::source::Time;

/// What a log tells of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Clock {
    Full,
    OfDay,
    None,
}

/// What a log tells of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ends {
    Both,
    /// That of the other side.
    Peer,
    None,
}

/// What a log does to bytes that cannot be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bytes {
    Kept,
    Dots,
    /// Also those at line ends.
    AllDots,
}

/// A format, and how it is written.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) format: &'static str,
    pub(crate) clock: Clock,
    pub(crate) ends: Ends,
    pub(crate) transport: bool,
    pub(crate) bytes: Bytes,
    /// Writes one record: the message, and whether the program sent it.
    record: fn(&FlowMessage, bool) -> Vec<u8>,
}

const fn writer(
    format: &'static str,
    (clock, ends, transport, bytes): (Clock, Ends, bool, Bytes),
    record: fn(&FlowMessage, bool) -> Vec<u8>,
) -> Writer {
    Writer { format, clock, ends, transport, bytes, record }
}

/// Every format of messages.
pub(crate) const WRITERS: [Writer; 15] = [
    writer("sipp -trace_msg", (Clock::Full, Ends::None, true, Bytes::Kept), sipp),
    writer("sipp -trace_msg", (Clock::Full, Ends::None, true, Bytes::Kept), old_sipp),
    writer("ngrep -W byline, sngrep or sipgrep", (Clock::Full, Ends::Both, false, Bytes::Kept), sngrep),
    writer("ngrep -W byline, sngrep or sipgrep", (Clock::Full, Ends::Both, true, Bytes::Kept), sipgrep),
    writer("ngrep -W byline, sngrep or sipgrep", (Clock::Full, Ends::Both, true, Bytes::Dots), byline),
    writer("ngrep", (Clock::None, Ends::Both, true, Bytes::AllDots), ngrep),
    writer("tcpdump -A", (Clock::OfDay, Ends::Both, true, Bytes::Dots), tcpdump),
    writer("kamailio sipdump", (Clock::Full, Ends::Both, true, Bytes::Kept), sipdump),
    writer("messages in a log", (Clock::OfDay, Ends::None, false, Bytes::Kept), xlog),
    writer("pjsip", (Clock::OfDay, Ends::Peer, true, Bytes::Kept), pjsip),
    writer("asterisk sip debug", (Clock::Full, Ends::Peer, false, Bytes::Kept), chan_sip),
    writer("asterisk sip debug", (Clock::Full, Ends::Peer, true, Bytes::Kept), chan_pjsip),
    writer("doubango", (Clock::None, Ends::None, false, Bytes::Kept), doubango),
    writer("cisco debug ccsip messages", (Clock::OfDay, Ends::None, false, Bytes::Kept), cisco),
    writer("freeswitch siptrace", (Clock::OfDay, Ends::Peer, true, Bytes::Kept), freeswitch),
];

impl Writer {
    /// The records of a flow. The program that wrote the log is where the first message comes from.
    pub(crate) fn records(&self, flow: &Flow) -> Vec<Vec<u8>> {
        let own = flow.messages.first().and_then(|message| message.from);
        flow.messages.iter().map(|message| (self.record)(message, message.from == own)).collect()
    }

    /// The bytes of a message that a reader can get back.
    pub(crate) fn kept(&self, bytes: &[u8]) -> Vec<u8> {
        match self.bytes {
            Bytes::Kept => bytes.to_vec(),
            Bytes::Dots | Bytes::AllDots => bytes.iter().map(|&byte| dotted(byte)).collect(),
        }
    }
}

/// The packets of a flow over UDP in the form of `tcpdump -XX`.
pub(crate) fn tcpdump_xx(flow: &Flow) -> Vec<u8> {
    let mut text = String::new();
    for (time, frame) in frames(flow) {
        text += &format!("{} IP 192.0.2.1.5060 > 192.0.2.2.5060: SIP\n", of_day(Some(time)));
        for (at, row) in frame.chunks(16).enumerate() {
            let groups: Vec<String> = row.chunks(2).map(hex).collect();
            text += &format!("\t0x{:04x}:  {:<39}  {}\n", at * 16, groups.join(" "), shown(row));
        }
    }
    text.into_bytes()
}

/// The packets of a flow over UDP in the form of `tshark -x`.
pub(crate) fn tshark_x(flow: &Flow) -> Vec<u8> {
    let mut text = String::new();
    for (_, frame) in frames(flow) {
        for (at, row) in frame.chunks(16).enumerate() {
            let groups: Vec<String> = row.chunks(1).map(hex).collect();
            text += &format!("{:04x}  {:<47}   {}\n", at * 16, groups.join(" "), shown(row));
        }
        text.push('\n');
    }
    text.into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shown(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' }).collect()
}

/// Time and bytes of the frames of a flow over UDP.
fn frames(flow: &Flow) -> Vec<(Time, Vec<u8>)> {
    let wire = Wire { carriage: Carriage::Udp { mtu: None }, ..Wire::default() };
    let file = wire.to_bytes(flow).expect("a composed flow can be put on the wire");
    let word = |at: usize| file[at..at + 4].try_into().map(u32::from_le_bytes).expect("four bytes");
    let (mut at, mut frames) = (24, Vec::new());
    while at < file.len() {
        let (fraction, length) = (i64::from(word(at + 4)), word(at + 8) as usize);
        let nanoseconds = if word(0) == 0xa1b2_3c4d { fraction } else { fraction * 1000 };
        frames.push((Time::from_parts(i64::from(word(at)), nanoseconds), file[at + 16..][..length].to_vec()));
        at += 16 + length;
    }
    frames
}

fn dotted(byte: u8) -> u8 {
    if byte == b'\r' || byte == b'\n' || (0x20..0x7f).contains(&byte) { byte } else { b'.' }
}

/// `2026-11-22` and `08:00:00.123456`.
fn stamp(time: Option<Time>) -> (String, String) {
    let text = time.expect("composed messages have times").to_string();
    (text[..10].to_owned(), text[11..26].to_owned())
}

fn of_day(time: Option<Time>) -> String {
    stamp(time).1
}

fn ends(message: &FlowMessage) -> (SocketAddr, SocketAddr) {
    message.from.zip(message.to).expect("composed messages have addresses")
}

fn name(message: &FlowMessage) -> String {
    message.transport.expect("composed messages have a transport").name().to_uppercase()
}

fn framed(head: String, bytes: &[u8], tail: &str) -> Vec<u8> {
    [head.as_bytes(), bytes, tail.as_bytes()].concat()
}

fn sipp(message: &FlowMessage, sent: bool) -> Vec<u8> {
    let (date, clock) = stamp(message.time);
    let (name, length) = (name(message), message.bytes.len());
    let way = if sent { format!("sent ({length} bytes):") } else { format!("received [{length}] bytes :") };
    let head = format!("{:-<47} {date} {clock}\n{name} message {way}\n\n", "");
    framed(head, &message.bytes, "\n")
}

fn old_sipp(message: &FlowMessage, _: bool) -> Vec<u8> {
    let (date, clock) = stamp(message.time);
    let nanoseconds = message.time.expect("it has a time").0;
    let epoch = format!("{}.{:06}", nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000 / 1000);
    let (name, length) = (name(message), message.bytes.len());
    let head = format!("{:-<47} {date}\t{clock}\t{epoch}\n{name} message sent [{length}] bytes:\n\n", "");
    framed(head, &message.bytes, "\n")
}

fn sngrep(message: &FlowMessage, _: bool) -> Vec<u8> {
    let ((date, clock), (from, to)) = (stamp(message.time), ends(message));
    framed(format!("{} {clock} {from} -> {to}\n", date.replace('-', "/")), &message.bytes, "\n\n")
}

fn sipgrep(message: &FlowMessage, _: bool) -> Vec<u8> {
    let ((date, clock), (from, to)) = (stamp(message.time), ends(message));
    framed(format!("\nU {} {clock} {from} -> {to}\n", date.replace('-', "/")), &message.bytes, "\n")
}

fn byline(message: &FlowMessage, _: bool) -> Vec<u8> {
    let ((date, clock), (from, to)) = (stamp(message.time), ends(message));
    let letter = &name(message)[..1];
    let shown: Vec<u8> =
        message.bytes.iter().map(|&byte| if byte == b'\r' { b'.' } else { dotted(byte) }).collect();
    framed(format!("#\n{letter} {} {clock} {from} -> {to} #7\n", date.replace('-', "/")), &shown, "\n\n")
}

fn ngrep(message: &FlowMessage, _: bool) -> Vec<u8> {
    let (from, to) = ends(message);
    let letter = &name(message)[..1];
    let shown = shown(&message.bytes);
    let rows: String =
        shown.as_bytes().chunks(75).map(|row| format!("  {:<75}\n", String::from_utf8_lossy(row))).collect();
    format!("{letter} {from} -> {to} #7\n{rows}\n").into_bytes()
}

fn tcpdump(message: &FlowMessage, _: bool) -> Vec<u8> {
    let (from, to) = ends(message);
    let with_dot = |end: SocketAddr| format!("{}.{}", end.ip(), end.port());
    let family = if from.is_ipv4() { "IP" } else { "IP6" };
    let head = format!(
        "{} {family} {} > {}: SIP: what it is about\n{}.......@.q.\n!.e\n!.d......p\t",
        of_day(message.time),
        with_dot(from),
        with_dot(to),
        if from.is_ipv4() { "E" } else { "`" }
    );
    let shown: Vec<u8> =
        message.bytes.iter().filter(|&&byte| byte != b'\r').map(|&byte| dotted(byte)).collect();
    framed(head, &shown, "\n")
}

fn sipdump(message: &FlowMessage, sent: bool) -> Vec<u8> {
    let (from, to) = ends(message);
    let nanoseconds = message.time.expect("it has a time").0;
    let head = format!(
        "====================\ntag: {}\npid: 6830\nprocess: 1\ntime: {}.{:06}\ndate: Sun Nov 22 09:07:17 2026\n\
         proto: {} ipv4\nsrcip: {}\nsrcport: {}\ndstip: {}\ndstport: {}\n~~~~~~~~~~~~~~~~~~~~\n",
        if sent { "snd" } else { "rcv" },
        nanoseconds / 1_000_000_000,
        nanoseconds % 1_000_000_000 / 1000,
        name(message).to_lowercase(),
        from.ip(),
        from.port(),
        to.ip(),
        to.port()
    );
    framed(head, &message.bytes, "||||||||||||||||||||\n")
}

fn xlog(message: &FlowMessage, _: bool) -> Vec<u8> {
    let head = format!("{} proxy[1]: INFO: <script>: a message\n", of_day(message.time));
    framed(head, &message.bytes, "\n")
}

fn peer(message: &FlowMessage, sent: bool) -> SocketAddr {
    let (from, to) = ends(message);
    if sent { to } else { from }
}

fn pjsip(message: &FlowMessage, sent: bool) -> Vec<u8> {
    let (way, towards) = if sent { ("TX", "to") } else { ("RX", "from") };
    let head = format!(
        "{}           pjsua_core.c  .{way} {} bytes Request msg X/cseq=1 (tdta0x1) {towards} {} {}:\n",
        &of_day(message.time)[..12],
        message.bytes.len(),
        name(message),
        peer(message, sent)
    );
    framed(head, &message.bytes, "\n--end msg--\n")
}

fn chan_sip(message: &FlowMessage, sent: bool) -> Vec<u8> {
    let (date, clock) = stamp(message.time);
    let peer = peer(message, sent);
    let way = if sent {
        format!("Reliably Transmitting (no NAT) to {peer}")
    } else {
        format!("SIP read from {}:{peer}", name(message))
    };
    let head =
        format!("[{date} {},{}] VERBOSE[9] chan_sip.c: \n<--- {way} --->\n", &clock[..8], &clock[9..12]);
    framed(head, &message.bytes, "\n<------------->\n")
}

fn chan_pjsip(message: &FlowMessage, sent: bool) -> Vec<u8> {
    let (date, clock) = stamp(message.time);
    let (way, towards) = if sent { ("Transmitting", "to") } else { ("Received", "from") };
    let head = format!(
        "[{date} {}.{}] VERBOSE[9] res_pjsip_logger.c: <--- {way} SIP request ({} bytes) {towards} {}:{} --->\n",
        &clock[..8],
        &clock[9..12],
        message.bytes.len(),
        name(message),
        peer(message, sent)
    );
    framed(head, &message.bytes, "\n")
}

fn doubango(message: &FlowMessage, sent: bool) -> Vec<u8> {
    framed(if sent { "app.js:1 SEND: ".to_owned() } else { "RECV:".to_owned() }, &message.bytes, "\n\n")
}

fn cisco(message: &FlowMessage, sent: bool) -> Vec<u8> {
    let mark = if sent { "Sent:" } else { "Received:" };
    let head = format!(
        "*Mar  1 {}: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\n{mark}\n",
        &of_day(message.time)[..12]
    );
    framed(head, &message.bytes, "\n")
}

fn freeswitch(message: &FlowMessage, sent: bool) -> Vec<u8> {
    let (way, towards) = if sent { ("send", "to") } else { ("recv", "from") };
    let peer = peer(message, sent);
    let head = format!(
        "{way} {} bytes {towards} {}/[{}]:{} at {}:\n   {:-<72}\n",
        message.bytes.len(),
        name(message).to_lowercase(),
        peer.ip(),
        peer.port(),
        of_day(message.time),
        ""
    );
    let indented: Vec<u8> = message
        .bytes
        .split_inclusive(|&byte| byte == b'\n')
        .flat_map(|line| [b"   ", line].concat())
        .collect();
    framed(head, &indented, &format!("\n   {:-<72}\n", ""))
}
