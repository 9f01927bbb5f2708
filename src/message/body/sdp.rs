//! SDP text -> its session part and media sections, with what breaks the format (RFC 8866, 4566, 2327).

use super::defect::Defect;
use super::{sdp_syntax, sdp_values};

/// A session description.
///
/// ```
/// use sipclause::message::body::sdp::Sdp;
///
/// let sdp = Sdp::parse(
///     b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
///       m=message 2855 TCP/MSRP *\r\na=path:msrp://192.0.2.1:2855/s1;tcp\r\na=accept-types:*\r\n",
/// );
/// assert_eq!(sdp.faults().count(), 0);
/// let message = sdp.media.iter().find(|media| media.is_msrp()).unwrap();
/// assert_eq!(message.port(), Some(2855));
/// assert!(message.formats().eq([b"*"]));
/// assert_eq!(message.value_of("accept-types"), Some(&b"*"[..]));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sdp<'m> {
    /// All of it.
    pub text: &'m [u8],
    /// What stands before the first `m=` line.
    pub session: Section<'m>,
    /// The media sections in order.
    pub media: Vec<MediaSection<'m>>,
    /// What is wrong, and what is tolerated: the session part, each media section, the end of the text.
    pub defects: Vec<Defect<'m>>,
}

impl<'m> Sdp<'m> {
    /// Reads a session description; both vintages of the line order are good (`z=` in a time description,
    /// RFC 8866, or behind all of them, RFC 4566), and so are lines that end with LF alone.
    ///
    /// Faults: `sdp/empty`, `sdp/no-version`, `sdp/version`, `sdp/second-description`, `sdp/no-origin`,
    /// `sdp/origin`, `sdp/origin-number`, `sdp/no-session-name`, `sdp/empty-session-name`, `sdp/no-time`, `sdp/time`,
    /// `sdp/line-order`, `sdp/repeated-line`, `sdp/unknown-type`, `sdp/not-a-line`, `sdp/empty-line`,
    /// `sdp/space-around-equals`, `sdp/bad-byte`, `sdp/connection`, `sdp/connection-address`,
    /// `sdp/no-connection`, `sdp/bandwidth`, `sdp/media-line`, `sdp/media-port`, `sdp/attribute`.
    /// Notes: `sdp/no-final-line-end`, `sdp/trailing-empty-line`, `sdp/attribute-empty-value`.
    pub fn parse(text: &'m [u8]) -> Self {
        let mut check = sdp_syntax::Checker::of(text);
        let mut media: Vec<MediaSection<'m>> = Vec::new();
        let mut lines = Lines::of(text);
        let mut session = text;
        loop {
            let rest = lines.rest;
            let line = lines.next();
            let begins = line.filter(|line| line.kind == Some(b'm'));
            if begins.is_some() || line.is_none() {
                // Here the session part ends, or the section before.
                let before = media.last_mut().map_or(&mut session, |section| &mut section.section.text);
                *before = &before[..before.len() - rest.len()];
                check.end_of_section(media.last().map(MediaSection::media_line));
            }
            let Some(line) = line else { break };
            if let Some(line) = begins {
                media.push(MediaSection::of(line, rest));
            }
            check.line(line);
        }
        Self { text, session: Section { text: session }, media, defects: check.end() }
    }

    /// Its lines in order, the broken ones included.
    pub fn lines(&self) -> Lines<'m> {
        Lines { rest: self.text }
    }

    /// The defects that break a rule.
    pub fn faults(&self) -> impl Iterator<Item = &Defect<'m>> {
        self.defects.iter().filter(|defect| defect.is_fault())
    }

    /// Whether no rule is broken.
    pub fn is_sound(&self) -> bool {
        self.faults().next().is_none()
    }

    /// The media sections that carry MSRP; see [`MediaSection::is_msrp`].
    pub fn msrp(&self) -> impl Iterator<Item = &MediaSection<'m>> {
        self.media.iter().filter(|media| media.is_msrp())
    }

    /// The `o=` line: two descriptions with the same one are the same (RFC 4028 7.4).
    pub fn origin(&self) -> Option<Line<'m>> {
        self.session.line(b'o')
    }

    /// The connection of `media`: its own first `c=` line, else that of the session.
    pub fn connection_of(&self, media: &MediaSection<'m>) -> Option<Connection<'m>> {
        media.connection().or_else(|| self.session.connection())
    }
}

/// One line of a description.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line<'m> {
    /// The type letter; `None` if the line does not begin with one byte and `=`.
    pub kind: Option<u8>,
    /// What stands behind the `=`; of a line without type, all of it.
    pub value: &'m [u8],
    /// The whole line without its end.
    pub text: &'m [u8],
}

/// The lines of a text, ends (CRLF or LF) cut off.
#[derive(Clone, Debug)]
pub struct Lines<'m> {
    rest: &'m [u8],
}

impl<'m> Lines<'m> {
    pub(super) fn of(text: &'m [u8]) -> Self {
        Self { rest: text }
    }
}

impl<'m> Iterator for Lines<'m> {
    type Item = Line<'m>;

    fn next(&mut self) -> Option<Line<'m>> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = match memchr::memchr(b'\n', self.rest) {
            Some(lf) => (&self.rest[..lf], &self.rest[lf + 1..]),
            None => (self.rest, &self.rest[self.rest.len()..]),
        };
        self.rest = rest;
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        Some(match text {
            [kind, b'=', value @ ..] => Line { kind: Some(*kind), value, text },
            _ => Line { kind: None, value: text, text },
        })
    }
}

/// Some lines that belong together: the session part, or one media section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Section<'m> {
    /// All of it.
    pub text: &'m [u8],
}

impl<'m> Section<'m> {
    /// Its lines in order.
    pub fn lines(&self) -> Lines<'m> {
        Lines { rest: self.text }
    }

    /// The first line of that type.
    pub fn line(&self, kind: u8) -> Option<Line<'m>> {
        self.lines().find(|line| line.kind == Some(kind))
    }

    /// Its `a=` lines in order.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'m>> + use<'m> {
        self.lines().filter(|line| line.kind == Some(b'a')).map(Attribute::of)
    }

    /// The attributes of that name. Names are case-sensitive (RFC 8866 5.13).
    pub fn named(&self, name: &'static str) -> impl Iterator<Item = Attribute<'m>> + use<'m> {
        let lines = self.lines().filter(|line| line.kind == Some(b'a'));
        // Most lines have another name, and show it before their colon is looked for.
        let named = lines.filter(move |line| line.value.starts_with(name.as_bytes()));
        named.map(Attribute::of).filter(move |attribute| attribute.name == name.as_bytes())
    }

    /// The value of the first attribute of that name, if it has one.
    pub fn value_of(&self, name: &'static str) -> Option<&'m [u8]> {
        self.named(name).next()?.value
    }

    /// Its first `c=` line.
    pub fn connection(&self) -> Option<Connection<'m>> {
        self.line(b'c').map(Connection::of)
    }
}

/// One `a=` line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'m> {
    /// What stands before the first colon.
    pub name: &'m [u8],
    /// What stands behind it; `None` without a colon.
    pub value: Option<&'m [u8]>,
    /// The whole line without its end.
    pub line: &'m [u8],
}

impl<'m> Attribute<'m> {
    fn of(line: Line<'m>) -> Self {
        match line.value.iter().position(|&byte| byte == b':') {
            Some(at) => Self { name: &line.value[..at], value: Some(&line.value[at + 1..]), line: line.text },
            None => Self { name: line.value, value: None, line: line.text },
        }
    }
}

/// A `c=` line; fields that are missing are empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Connection<'m> {
    /// The kind of network, usually `IN`.
    pub network: &'m [u8],
    /// `IP4` or `IP6`.
    pub family: &'m [u8],
    /// The address, without TTL and count of a multicast one.
    pub address: &'m [u8],
    /// The whole line without its end.
    pub line: &'m [u8],
}

impl<'m> Connection<'m> {
    fn of(line: Line<'m>) -> Self {
        let mut fields = line.value.splitn(3, |&byte| byte == b' ');
        let mut field = || fields.next().unwrap_or_default();
        let (network, family, address) = (field(), field(), field());
        let end = memchr::memchr(b'/', address).unwrap_or(address.len());
        Self { network, family, address: &address[..end], line: line.text }
    }
}

/// One `m=` line and all that belongs to it. Its lines and attributes are those of a [`Section`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MediaSection<'m> {
    section: Section<'m>,
    media_line: &'m [u8],
    /// Media, port and transport: the fields of that line; empty where they are missing.
    head: [&'m [u8]; 3],
    /// What stands behind the third space; `None` without one.
    formats: Option<&'m [u8]>,
}

impl<'m> std::ops::Deref for MediaSection<'m> {
    type Target = Section<'m>;

    fn deref(&self) -> &Section<'m> {
        &self.section
    }
}

/// The MSRP transports of an `m=` line (RFC 4975 8.1), right and wrong ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MsrpProto {
    /// `TCP/MSRP`
    Tcp,
    /// `TCP/TLS/MSRP`
    Tls,
    /// `msrp`, `msrp/tcp` and their like of the drafts of 2003 to 2005.
    Legacy,
    /// Something else that names MSRP, such as `MSRP/TCP` or `tcp/msrp`: SDP is case-sensitive.
    Misspelt,
}

impl<'m> MediaSection<'m> {
    /// The section that begins with that `m=` line, and `text` for now.
    fn of(line: Line<'m>, text: &'m [u8]) -> Self {
        let end = &line.value[line.value.len()..];
        let mut fields = line.value.splitn(4, |&byte| byte == b' ');
        let head = [(); 3].map(|()| fields.next().unwrap_or(end));
        Self { section: Section { text }, media_line: line.text, head, formats: fields.next() }
    }

    /// The `m=` line.
    pub fn media_line(&self) -> &'m [u8] {
        self.media_line
    }

    /// The media, such as `message` or `audio`.
    pub fn media(&self) -> &'m [u8] {
        self.head[0]
    }

    /// The port field as written, its count of ports included.
    pub fn port_text(&self) -> &'m [u8] {
        self.head[1]
    }

    /// The port, if it is a number below 65536. Zero means: not to be used (RFC 3264 5.1).
    pub fn port(&self) -> Option<u16> {
        let text = self.port_text().split(|&byte| byte == b'/').next()?;
        sdp_values::number(text)
    }

    /// The number of ports behind a `/`, if there is one.
    pub fn port_count(&self) -> Option<u16> {
        self.port_text().split(|&byte| byte == b'/').nth(1).and_then(sdp_values::number)
    }

    /// The transport protocol, such as `TCP/MSRP`.
    pub fn proto(&self) -> &'m [u8] {
        self.head[2]
    }

    /// The formats behind it, in order.
    pub fn formats(&self) -> impl Iterator<Item = &'m [u8]> + use<'m> {
        self.formats.into_iter().flat_map(|formats| formats.split(|&byte| byte == b' '))
    }

    /// Which way of writing MSRP the transport is; `None` for any other protocol.
    pub fn msrp_proto(&self) -> Option<MsrpProto> {
        let proto = self.proto();
        match proto {
            b"TCP/MSRP" => Some(MsrpProto::Tcp),
            b"TCP/TLS/MSRP" => Some(MsrpProto::Tls),
            b"msrp" | b"msrps" | b"msrp/tcp" | b"msrps/tcp" | b"msrp/tls" | b"msrp/tls/tcp"
            | b"msrp/tcp/tls" => Some(MsrpProto::Legacy),
            _ => proto
                .split(|&byte| byte == b'/')
                .any(|piece| piece.eq_ignore_ascii_case(b"MSRP") || piece.eq_ignore_ascii_case(b"MSRPS"))
                .then_some(MsrpProto::Misspelt),
        }
    }

    /// Whether the transport is `TCP/MSRP` or `TCP/TLS/MSRP`.
    pub fn is_msrp(&self) -> bool {
        matches!(self.msrp_proto(), Some(MsrpProto::Tcp | MsrpProto::Tls))
    }

    /// Whether this is RTP of some profile.
    pub fn is_rtp(&self) -> bool {
        self.proto().split(|&byte| byte == b'/').any(|piece| piece.eq_ignore_ascii_case(b"RTP"))
    }

    /// The dynamic payload types (96 to 127) of an RTP section that no `a=rtpmap` explains, in order.
    pub fn unmapped_payloads(&self) -> impl Iterator<Item = &'m [u8]> + use<'m> {
        let section = *self;
        let unmapped = move || {
            let mapped = section.mapped_payloads();
            let is_unmapped = move |n: usize| (96..128).contains(&n) && !mapped[n];
            section.formats().filter(move |format| payload_type(format).is_some_and(is_unmapped))
        };
        self.is_rtp().then(unmapped).into_iter().flatten()
    }

    /// Which payload types an `a=rtpmap` explains.
    fn mapped_payloads(&self) -> [bool; 128] {
        let mut mapped = [false; 128];
        for value in self.named("rtpmap").filter_map(|attribute| attribute.value) {
            let end = memchr::memchr(b' ', value).unwrap_or(value.len());
            if let Some(slot) = payload_type(&value[..end]).and_then(|payload| mapped.get_mut(payload)) {
                *slot = true;
            }
        }
        mapped
    }
}

/// A payload type in digits.
fn payload_type(text: &[u8]) -> Option<usize> {
    sdp_values::number(text).map(usize::from)
}
