//! Logs of programs -> the messages in them, with what the log says about their way.
//!
//! A log is told by its content, anywhere in its first 64 KiB, and read record by record, so that memory does
//! not grow with it. What stands before, between and behind the records is passed over. One file reads one
//! format; [`FORMATS`] lists them in the order in which they are tried, `docs/logs.md` for people.

mod asterisk;
mod cisco;
mod clock;
mod doubango;
mod dump;
mod embedded;
mod freeswitch;
mod grep;
mod lines;
mod pjsip;
mod reader;
mod record;
mod refused;
mod settle;
mod sipdump;
mod sipp;
mod tcpdump;
mod way;

pub(super) use self::dump::Frames as DumpFrames;
use self::lines::bare;
pub(super) use self::reader::Log as LogReader;
use self::way::Way;

/// A format of logs.
#[derive(Debug)]
pub(super) struct Format {
    /// The name in reports.
    pub(super) name: &'static str,
    /// Whether lines without their ends are of this format.
    recognises: fn(&[&[u8]]) -> bool,
    reads: Reads,
}

/// How a format is read.
#[derive(Debug)]
enum Reads {
    /// Line by line, as this grammar understands them.
    Text(fn() -> Box<dyn Grammar>, Traits),
    /// As frames, written in hexadecimal numbers.
    Dump,
}

/// What a format does to the bytes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Traits {
    dots: Dots,
    /// Every byte is there between the marks around a message, so that a length that does not fit is the
    /// sender's.
    is_exact: bool,
    /// The empty line before a body is often lost.
    loses_empty_line: bool,
    /// Nothing marks the end of a message but its length.
    ends_by_length: bool,
    /// Nothing marks its begin either.
    is_guessed: bool,
}

/// Which bytes are shown as dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dots {
    None,
    /// Those that cannot be printed, line ends not among them.
    Unprintable,
    /// Also the CR at the end of a line; the line feed is one.
    AtLineEnds,
    /// Also CR and LF, and lines are as long as the terminal is wide.
    Everywhere,
}

/// All formats; the first that recognises a log reads it.
const FORMATS: &[Format] = &[
    dump::TCPDUMP,
    dump::TSHARK,
    sipp::FORMAT,
    sipdump::FORMAT,
    grep::NORMAL,
    tcpdump::FORMAT,
    grep::BYLINE,
    pjsip::FORMAT,
    asterisk::FORMAT,
    freeswitch::FORMAT,
    cisco::FORMAT,
    doubango::FORMAT,
    embedded::FORMAT,
];

/// What the beginning of an input is.
pub(super) enum Kind {
    Log(&'static Format),
    /// Text about messages, out of which they cannot be read back: what it is, and what to do.
    Refused(&'static str),
    Other,
}

/// Whether the first line looks like a start line and is none: the heading of a packet as tcpdump writes it,
/// `1577880000.003000 IP 192.0.2.1.5060 > 192.0.2.2.5060: SIP: INVITE sip:bob@example.com SIP/2.0`.
pub(super) fn begins_with_heading(head: &[u8]) -> bool {
    let mut lines = head.split(|&byte| byte == b'\n').map(bare);
    lines.find(|line| !line.is_empty()).is_some_and(|line| tcpdump::heading(line).is_some())
}

/// Tells a log by its beginning.
pub(super) fn kind(head: &[u8]) -> Kind {
    if head.iter().take(512).any(|&byte| byte == 0) {
        return Kind::Other;
    }
    let lines: Vec<&[u8]> = head.split_inclusive(|&byte| byte == b'\n').map(bare).collect();
    if let Some(words) = refused::refused(&lines) {
        return Kind::Refused(words);
    }
    FORMATS.iter().find(|format| (format.recognises)(&lines)).map_or(Kind::Other, Kind::Log)
}

impl Traits {
    const NONE: Self = Self {
        dots: Dots::None,
        is_exact: false,
        loses_empty_line: false,
        ends_by_length: false,
        is_guessed: false,
    };
}

impl Format {
    /// Whether nothing marks the end of a message but its length.
    fn ends_by_length(&self) -> bool {
        matches!(self.reads, Reads::Text(_, Traits { ends_by_length: true, .. }))
    }

    /// Whether it holds frames rather than messages.
    pub(super) fn is_dump(&self) -> bool {
        matches!(self.reads, Reads::Dump)
    }
}

/// What the lines of a format mean.
trait Grammar: std::fmt::Debug + Send {
    /// The meaning of a line, which is given with its end.
    fn meaning<'l>(&mut self, line: &'l [u8], place: Place) -> Meaning<'l>;
}

/// A grammar that needs no memory.
#[derive(Debug)]
struct Plain(for<'l> fn(&'l [u8], Place) -> Meaning<'l>);

impl Grammar for Plain {
    fn meaning<'l>(&mut self, line: &'l [u8], place: Place) -> Meaning<'l> {
        (self.0)(line, place)
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    /// A message was announced and has not begun.
    Before,
    Headers,
    Body,
    /// Its length is known, and it lacks some of it.
    MeasuredBody,
}

impl Place {
    fn is_inside(self) -> bool {
        matches!(self, Self::Headers | Self::Body | Self::MeasuredBody)
    }
}

/// What a line means.
#[derive(Debug, PartialEq, Eq)]
enum Meaning<'l> {
    /// Nothing, wherever it stands.
    Nothing,
    /// Nothing, but it may be a part of a message that began in another segment.
    Segment,
    /// A line of the message, if there is one here.
    Text(&'l [u8]),
    /// The message is over; this is known of the next.
    Says(Way),
    /// A message begins behind this line.
    Opens(Way),
    /// One begins in this line.
    Begins(Way, &'l [u8]),
    /// It ends with these bytes.
    Closes(&'l [u8]),
}
