//! Hosts: names, IPv4 and IPv6 addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::message::headers::Malformed;
use crate::message::token::{ByteSet, first_of, number};

/// A host as written, and what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Host<'m> {
    /// As written, brackets included.
    pub text: &'m [u8],
    /// What it is.
    pub kind: HostKind,
}

/// The kinds of host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HostKind {
    /// A domain name: the text itself.
    Name,
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address, which stands in brackets.
    V6(Ipv6Addr),
}

impl<'m> Host<'m> {
    /// Reads a host that fills all of `text`.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is neither a domain name nor an IPv4 address nor an IPv6 address in brackets.
    pub fn parse(text: &'m [u8]) -> Result<Self, Malformed<'m>> {
        match Self::read(text, text)? {
            (host, []) => Ok(host),
            (_, rest) => Err(Malformed::new(rest, text, "the end of the host")),
        }
    }

    /// Reads the host at the beginning of `rest` up to a `:`, `;` or `?`.
    pub(crate) fn read(whole: &'m [u8], rest: &'m [u8]) -> Result<(Self, &'m [u8]), Malformed<'m>> {
        if rest.first() == Some(&b'[') {
            let end = memchr::memchr(b']', rest)
                .ok_or_else(|| Malformed::new(rest, whole, "`]` behind the IPv6 address"))?;
            let kind = ipv6(&rest[1..end])
                .map(HostKind::V6)
                .ok_or_else(|| Malformed::new(&rest[..=end], whole, "an IPv6 address in brackets"))?;
            return Ok((Self { text: &rest[..=end], kind }, &rest[end + 1..]));
        }
        let plain = HOST.run(rest);
        let end = match rest.get(plain) {
            None | Some(b':' | b';' | b'?') => plain,
            Some(_) => memchr::memchr3(b':', b';', b'?', rest).unwrap_or(rest.len()),
        };
        let text = &rest[..end];
        if rest.get(end) == Some(&b':') && has_second_colon(&rest[end + 1..]) {
            return Err(Malformed::new(rest, whole, "brackets around an IPv6 address"));
        }
        let kind = if end > plain {
            None
        } else if let Some(address) = ipv4(text) {
            Some(HostKind::V4(address))
        } else {
            is_host_name(text).then_some(HostKind::Name)
        };
        let Some(kind) = kind else {
            return Err(Malformed::new(
                text,
                whole,
                "a host: a domain name, an IPv4 or a bracketed IPv6 address",
            ));
        };
        Ok((Self { text, kind }, &rest[end..]))
    }

    /// The host without brackets.
    pub fn bare(&self) -> &'m [u8] {
        match self.text {
            [b'[', inner @ .., b']'] => inner,
            text => text,
        }
    }

    /// The address, if the host is one.
    pub fn address(&self) -> Option<IpAddr> {
        match self.kind {
            HostKind::Name => None,
            HostKind::V4(address) => Some(address.into()),
            HostKind::V6(address) => Some(address.into()),
        }
    }

    /// Whether the host is `wanted`: a name in any letter case, an address in any notation.
    pub fn is(&self, wanted: &str) -> bool {
        let bare = wanted.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(wanted);
        match self.kind {
            HostKind::Name => self.text.eq_ignore_ascii_case(wanted.as_bytes()),
            HostKind::V4(address) => ipv4(wanted.as_bytes()) == Some(address),
            HostKind::V6(address) => ipv6(bare.as_bytes()) == Some(address),
        }
    }

    /// Whether both are the same host. A name never equals an address (RFC 3261 19.1.4).
    pub fn same(&self, other: &Host<'_>) -> bool {
        match (self.kind, other.kind) {
            (HostKind::Name, HostKind::Name) => self.text.eq_ignore_ascii_case(other.text),
            (one, other) => one == other,
        }
    }
}

/// Whether behind a colon there is another one before the next `;` or `?`: an IPv6 address, and no host and port.
fn has_second_colon(behind: &[u8]) -> bool {
    first_of([b':', b';', b'?'], behind).is_some_and(|at| behind[at] == b':')
}

/// A port number; `None` above 65535 and for anything but digits.
pub(crate) fn port_number(text: &[u8]) -> Option<u16> {
    number(text).and_then(|port| u16::try_from(port).ok())
}

/// RFC 3261 25.1 `IPv4address`, leading zeros allowed.
pub(crate) fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    if text.len() > 15 {
        return None;
    }
    let (mut octets, mut index) = ([0; 4], 0);
    let (mut value, mut digits) = (0_u16, 0);
    for &byte in text {
        match byte {
            b'0'..=b'9' if digits < 3 => {
                value = value * 10 + u16::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && index < 3 => {
                octets[index] = u8::try_from(value).ok()?;
                index += 1;
                (value, digits) = (0, 0);
            }
            _ => return None,
        }
    }
    octets[3] = u8::try_from(value).ok()?;
    (index == 3 && digits > 0).then(|| octets.into())
}

/// An IPv6 address without brackets.
///
/// The grammar of RFC 3261 asks for a third colon before an embedded IPv4 address when `::` stands
/// there; RFC 5118 4.10 asks to accept what it produces.
pub(crate) fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    const LONGEST: usize = 48;
    let mut copy = [0; LONGEST];
    let mut length = 0;
    let embeds_ipv4 = memchr::memchr(b'.', text).is_some();
    for (at, &byte) in text.iter().enumerate() {
        if byte == b':' && embeds_ipv4 && text[..at].ends_with(b"::") {
            continue;
        }
        *copy.get_mut(length)? = byte;
        length += 1;
    }
    std::str::from_utf8(&copy[..length]).ok()?.parse().ok()
}

static HOST: ByteSet = ByteSet::alphanumeric_and(b"-.");

/// Whether `text`, of letters, digits, dots and hyphens alone, is a `hostname` of RFC 3261 25.1.
fn is_host_name(text: &[u8]) -> bool {
    let text = text.strip_suffix(b".").unwrap_or(text);
    let top = text.iter().rposition(|&byte| byte == b'.').map_or(text, |dot| &text[dot + 1..]);
    // A label begins and ends with a letter or digit, and has hyphens only in between. Without an exit on the
    // way, many bytes are looked at together.
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let any_bare_end = pairs.fold(false, |any, (&byte, &next)| {
        any | ((byte == b'.') & ((next == b'.') | (next == b'-'))) | ((byte == b'-') & (next == b'.'))
    });
    !any_bare_end
        && text.first().is_some_and(u8::is_ascii_alphanumeric)
        && text.last().is_some_and(u8::is_ascii_alphanumeric)
        && top.first().is_some_and(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_three_colons_of_the_old_grammar_are_read_as_two() {
        assert_eq!(ipv6(b"2001:db8:::192.0.2.1"), ipv6(b"2001:db8::192.0.2.1"));
        assert!(ipv6(b"2001:db8::192.0.2.1").is_some());
        assert_eq!(ipv6(b"2001:::1"), None);
    }

    #[test]
    fn many_colons_before_a_dot_take_linear_time() {
        let colons = [b":".repeat(4 << 20).as_slice(), b"."].concat();
        assert_eq!(ipv6(&colons), None);
    }

    #[test]
    fn names_need_a_top_label_that_begins_with_a_letter() {
        for name in [&b"example.com"[..], b"a", b"1.example.com.", b"xn--x.a-b.C"] {
            assert_eq!(Host::parse(name).unwrap().kind, HostKind::Name);
        }
        for name in [&b""[..], b".", b"a..b", b"-a.b", b"a-.b", b"a_b.c", b"1.2.3", b"300.1.1.1", b"a b"] {
            assert!(Host::parse(name).is_err(), "{}", String::from_utf8_lossy(name));
        }
    }

    proptest! {
        #[test]
        fn a_host_name_is_labels_between_dots(text in "[a1.-]{0,8}") {
            let bare = text.strip_suffix('.').unwrap_or(&text);
            let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            let labels = bare.split('.').all(|label| is_end(label.chars().next()) && is_end(label.chars().last()));
            let top = bare.split('.').next_back().is_some_and(|top| top.starts_with('a'));
            prop_assert_eq!(is_host_name(text.as_bytes()), labels && top);
        }
    }
}
