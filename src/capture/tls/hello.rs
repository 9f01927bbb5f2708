//! Handshake messages -> what the two hellos say.

use tls_parser::{
    TlsExtension, TlsServerHelloContents, parse_tls_extension, parse_tls_handshake_client_hello,
    parse_tls_handshake_server_hello,
};

use super::secrets::ClientRandom;

/// The longest hello that is read.
const LONGEST: usize = 64 * 1024;

/// The random bytes of a ServerHello that asks for another ClientHello (RFC 8446 4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

pub(super) const TLS13: u16 = 0x0304;

/// What a client begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClientHello {
    pub(super) random: ClientRandom,
    /// Whether it names SIP as the protocol on top (RFC 7301; `sip/2` is registered).
    pub(super) names_sip: bool,
    /// Whether it may send data before the server answers.
    pub(super) early: bool,
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerHello {
    pub(super) random: [u8; 32],
    /// The version that both speak.
    pub(super) version: u16,
    pub(super) suite: u16,
    pub(super) encrypt_then_mac: bool,
    pub(super) compressed: bool,
}

/// A handshake message that matters.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hello {
    Client(ClientHello),
    Server(ServerHello),
    /// It asks for another ClientHello.
    Retry,
}

/// The handshake messages of one direction, put together of records.
#[derive(Debug, Default)]
pub(super) struct Handshake {
    bytes: Vec<u8>,
    /// Bytes of a message that are passed over.
    skip: usize,
}

impl Handshake {
    pub(super) fn weight(&self) -> usize {
        self.bytes.len()
    }

    /// Takes in the content of a record, and gives the hellos that are whole now.
    pub(super) fn take(&mut self, content: &[u8]) -> Vec<Hello> {
        let skipped = self.skip.min(content.len());
        self.skip -= skipped;
        self.bytes.extend_from_slice(&content[skipped..]);
        let (mut hellos, mut at) = (Vec::new(), 0);
        while let Some(&[kind, high, middle, low]) = self.bytes.get(at..).and_then(|rest| rest.first_chunk())
        {
            let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
            let body = self.bytes.get(at + 4..at + 4 + length);
            match (body, matches!(kind, 1 | 2) && length <= LONGEST) {
                (Some(body), true) => hellos.extend(hello(kind, body)),
                (None, true) => break,
                (Some(_), false) => {}
                (None, false) => {
                    self.skip = at + 4 + length - self.bytes.len();
                    at = self.bytes.len();
                    break;
                }
            }
            at += 4 + length;
        }
        self.bytes.drain(..at);
        hellos
    }
}

fn hello(kind: u8, body: &[u8]) -> Option<Hello> {
    if kind == 1 {
        let (_, hello) = parse_tls_handshake_client_hello(body).ok()?;
        let (mut names_sip, mut early) = (false, false);
        for_each(hello.ext.unwrap_or_default(), |extension| match extension {
            TlsExtension::ALPN(names) => names_sip |= names.iter().any(|name| name.starts_with(b"sip")),
            TlsExtension::EarlyData(_) => early = true,
            _ => {}
        });
        return Some(Hello::Client(ClientHello { random: hello.random.try_into().ok()?, names_sip, early }));
    }
    let (_, hello) = parse_tls_handshake_server_hello(body).ok()?;
    server(&hello)
}

fn server(hello: &TlsServerHelloContents<'_>) -> Option<Hello> {
    let random = hello.random.try_into().ok()?;
    if random == RETRY {
        return Some(Hello::Retry);
    }
    let (mut version, mut encrypt_then_mac) = (hello.version.0, false);
    for_each(hello.ext.unwrap_or_default(), |extension| match extension {
        TlsExtension::SupportedVersions(versions) => {
            version = versions.first().map_or(version, |first| first.0)
        }
        TlsExtension::EncryptThenMac => encrypt_then_mac = true,
        _ => {}
    });
    let (suite, compressed) = (hello.cipher.0, hello.compression.0 != 0);
    Some(Hello::Server(ServerHello { random, version, suite, encrypt_then_mac, compressed }))
}

/// Hands out each extension; one that cannot be read is passed over.
fn for_each<'a>(mut extensions: &'a [u8], mut each: impl FnMut(TlsExtension<'a>)) {
    while let Some(&[_, _, high, low]) = extensions.first_chunk() {
        let length = 4 + usize::from(u16::from_be_bytes([high, low]));
        let Some((whole, rest)) = extensions.split_at_checked(length) else {
            return;
        };
        if let Ok((_, extension)) = parse_tls_extension(whole) {
            each(extension);
        }
        extensions = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ServerHello with these extensions.
    fn server_hello(random: [u8; 32], extensions: &[u8]) -> Vec<u8> {
        let length = (extensions.len() as u16).to_be_bytes();
        let body = [&[3, 3][..], &random, &[0, 0x13, 0x01, 0], &length, extensions].concat();
        [&[2, 0, 0, body.len() as u8][..], &body].concat()
    }

    #[test]
    fn hellos_are_found_among_other_messages_however_they_are_cut() {
        // 43: TLS 1.3; 22: encrypt-then-MAC.
        let hello = server_hello([7; 32], &[0, 43, 0, 2, 3, 4, 0, 22, 0, 0]);
        let certificate = [&[11, 1, 0, 0][..], &[0; 65536]].concat();
        let all = [&[14, 0, 0, 0][..], &hello, &certificate, &hello, &[20, 0, 0, 1]].concat();
        let wanted = || {
            let (random, suite) = ([7; 32], 0x1301);
            Hello::Server(ServerHello {
                random,
                version: TLS13,
                suite,
                encrypt_then_mac: true,
                compressed: false,
            })
        };
        for step in [1, 7, 16384, all.len()] {
            let mut handshake = Handshake::default();
            let hellos: Vec<_> = all.chunks(step).flat_map(|part| handshake.take(part)).collect();
            assert_eq!(hellos, [wanted(), wanted()], "in pieces of {step}");
            assert!(handshake.weight() < 10);
        }
    }

    #[test]
    fn a_retry_is_no_answer_and_rubbish_no_hello() {
        let mut handshake = Handshake::default();
        assert_eq!(handshake.take(&server_hello(RETRY, &[])), [Hello::Retry]);
        assert_eq!(handshake.take(&[1, 0, 0, 3, 3, 3, 3]), []);
        assert_eq!(handshake.take(&[2, 255, 255, 255, 0, 0]), []);
        assert_eq!(handshake.weight(), 0);
    }
}
