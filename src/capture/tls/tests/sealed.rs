//! Records of suites that rustls does not have, sealed here.

use aes::{Aes128, Aes256};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use ccm::Ccm;
use ccm::aead::consts::{U8, U12, U16};
use ccm::aead::{Aead, KeyInit, Payload};

use super::super::schedule::{hmac, old_prf, prf};
use super::super::suite::{Seal, Suite};
use super::recorded::{Flight, Side};

pub(super) const CLIENT_RANDOM: [u8; 32] = [1; 32];
const SERVER_RANDOM: [u8; 32] = [2; 32];
const MASTER: [u8; 48] = [3; 48];

/// A connection of TLS 1.2 or before, with a handshake that says only what matters.
pub(super) struct Sealed {
    version: u16,
    suite: Suite,
    encrypt_then_mac: bool,
    block: Vec<u8>,
    seq: [u64; 2],
    chain: [Vec<u8>; 2],
    pub(super) flights: Vec<Flight>,
}

pub(super) fn key_log() -> String {
    format!("CLIENT_RANDOM {} {}\n", "01".repeat(32), "03".repeat(48))
}

pub(super) fn record(kind: u8, version: u16, bytes: &[u8]) -> Vec<u8> {
    let length = (bytes.len() as u16).to_be_bytes();
    [&[kind][..], &version.to_be_bytes(), &length, bytes].concat()
}

/// A handshake message in a record.
pub(super) fn handshake(kind: u8, version: u16, body: &[u8]) -> Vec<u8> {
    record(22, version, &[&[kind, 0, 0, body.len() as u8][..], body].concat())
}

pub(super) fn client_hello(version: u16) -> Vec<u8> {
    handshake(1, version, &[&version.to_be_bytes()[..], &CLIENT_RANDOM, &[0, 0, 2, 0, 0x2f, 1, 0]].concat())
}

impl Sealed {
    pub(super) fn new(version: u16, id: u16, encrypt_then_mac: bool) -> Self {
        let suite = Suite::of(id).unwrap();
        let seed = [&SERVER_RANDOM[..], &CLIENT_RANDOM];
        let block = if version < 0x0303 {
            old_prf(&MASTER, b"key expansion", &seed, 256)
        } else {
            prf(suite.hash, &MASTER, b"key expansion", &seed, 256)
        };
        let extensions: &[u8] = if encrypt_then_mac { &[0, 4, 0, 22, 0, 0] } else { &[] };
        let body =
            [&version.to_be_bytes()[..], &SERVER_RANDOM, &[0], &id.to_be_bytes(), &[0], extensions].concat();
        let mut sealed = Self {
            version,
            suite,
            encrypt_then_mac,
            block,
            seq: [0; 2],
            chain: [Vec::new(), Vec::new()],
            flights: vec![
                (Side::Client, client_hello(version)),
                (Side::Server, handshake(2, version, &body)),
            ],
        };
        for side in [Side::Client, Side::Server] {
            sealed.flights.push((side, record(20, version, &[1])));
            sealed.chain[side as usize] = sealed.cut(side, 2, 16);
            sealed.send(side, 22, &[20, 0, 0, 2, 9, 9]);
        }
        sealed
    }

    pub(super) fn say(&mut self, side: Side, text: &str) {
        self.send(side, 23, text.as_bytes());
    }

    pub(super) fn send(&mut self, side: Side, kind: u8, content: &[u8]) {
        let bytes = self.seal(side, kind, content);
        self.seq[side as usize] += 1;
        self.flights.push((side, record(kind, self.version, &bytes)));
    }

    /// The keys of each kind stand in pairs: MAC keys, keys, IVs.
    fn cut(&self, side: Side, kind: usize, length: usize) -> Vec<u8> {
        let mac = match self.suite.seal {
            Seal::Cbc(mac) | Seal::Null(mac) => mac.length(),
            _ => 0,
        };
        let start = [0, 2 * mac, 2 * (mac + self.suite.key)][kind] + length * side as usize;
        self.block[start..start + length].to_vec()
    }

    fn header(&self, side: Side, kind: u8, length: usize) -> Vec<u8> {
        let (seq, length) = (self.seq[side as usize].to_be_bytes(), (length as u16).to_be_bytes());
        [&seq[..], &[kind], &self.version.to_be_bytes(), &length].concat()
    }

    fn seal(&mut self, side: Side, kind: u8, content: &[u8]) -> Vec<u8> {
        match self.suite.seal {
            Seal::Null(mac) => {
                let tag = hmac(
                    mac,
                    &self.cut(side, 0, mac.length()),
                    &[&self.header(side, kind, content.len()), content],
                );
                [content, &tag].concat()
            }
            Seal::Cbc(mac) => {
                let mac_key = self.cut(side, 0, mac.length());
                let tag = |header: Vec<u8>, bytes: &[u8]| hmac(mac, &mac_key, &[&header, bytes]);
                let mut plain = content.to_vec();
                if !self.encrypt_then_mac {
                    plain.extend(tag(self.header(side, kind, content.len()), content));
                }
                // More padding than is needed is allowed.
                let padding = 15 - plain.len() % 16 + 16;
                plain.extend(vec![padding as u8; padding + 1]);
                let mut bytes = self.encrypt(side, plain);
                if self.encrypt_then_mac {
                    bytes.extend(tag(self.header(side, kind, bytes.len()), &bytes));
                }
                bytes
            }
            Seal::Ccm(length) => {
                let (key, iv) = (self.cut(side, 1, self.suite.key), self.cut(side, 2, 4));
                let explicit = [side as u8; 8];
                let nonce: [u8; 12] = [&iv[..], &explicit].concat().try_into().unwrap();
                let header = self.header(side, kind, content.len());
                let payload = Payload { msg: content, aad: &header };
                let nonce = &nonce.into();
                let bytes = match length {
                    8 => Ccm::<Aes128, U8, U12>::new_from_slice(&key).unwrap().encrypt(nonce, payload),
                    _ => Ccm::<Aes128, U16, U12>::new_from_slice(&key).unwrap().encrypt(nonce, payload),
                };
                [&explicit[..], &bytes.unwrap()].concat()
            }
            Seal::Gcm | Seal::ChaCha => unreachable!("rustls has these"),
        }
    }

    fn encrypt(&mut self, side: Side, mut plain: Vec<u8>) -> Vec<u8> {
        let key = self.cut(side, 1, self.suite.key);
        let chained = self.version == 0x0301;
        let iv = if chained { self.chain[side as usize].clone() } else { vec![0x55 ^ side as u8; 16] };
        let length = plain.len();
        if key.len() == 16 {
            let cipher = cbc::Encryptor::<Aes128>::new_from_slices(&key, &iv).unwrap();
            cipher.encrypt_padded::<NoPadding>(&mut plain, length).unwrap();
        } else {
            let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&key, &iv).unwrap();
            cipher.encrypt_padded::<NoPadding>(&mut plain, length).unwrap();
        }
        if chained {
            self.chain[side as usize] = plain[length - 16..].to_vec();
            plain
        } else {
            [iv, plain].concat()
        }
    }
}
