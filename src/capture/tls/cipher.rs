//! A protected record and its keys -> its content, if its tag or MAC is right.

use aes::{Aes128, Aes256};
use aes_gcm::aead::consts::{U8, U12, U16};
use aes_gcm::aead::{Aead, AeadCore, KeyInit, Nonce, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use ccm::Ccm;
use chacha20poly1305::ChaCha20Poly1305;

use super::schedule::hmac;
use super::suite::{Hash, Seal, Suite};

/// Bytes of a block of AES.
const BLOCK: usize = 16;
/// Bytes of a nonce.
const NONCE: usize = 12;

/// A record as it was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sealed<'r> {
    pub(super) kind: u8,
    /// The version in the header of the record.
    pub(super) version: u16,
    pub(super) bytes: &'r [u8],
}

/// The keys of one direction in TLS 1.2 and before.
#[derive(Debug)]
pub(super) enum Cipher {
    /// The tag covers the nonce: a part of it is fixed, the other stands in the record or is its number.
    Aead {
        aead: Box<dyn Opens>,
        iv: Vec<u8>,
        tag: usize,
    },
    Cbc(Cbc),
    Null {
        mac: Hash,
        mac_key: Option<Vec<u8>>,
    },
}

/// AES-CBC with HMAC.
#[derive(Debug)]
pub(super) struct Cbc {
    pub(super) key: Vec<u8>,
    pub(super) mac: Hash,
    pub(super) mac_key: Vec<u8>,
    /// RFC 7366.
    pub(super) encrypt_then_mac: bool,
    /// TLS 1.0: the last block of the record before; later versions put it into the record.
    pub(super) chain: Option<Vec<u8>>,
}

/// The keys of one direction in TLS 1.3.
#[derive(Debug)]
pub(super) struct Cipher13 {
    aead: Box<dyn Opens>,
    iv: Vec<u8>,
}

/// An AEAD with its key.
pub(super) trait Opens: Send + Sync + std::fmt::Debug {
    fn open(&self, nonce: &[u8; NONCE], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>>;
}

struct Keyed<A>(A);

impl<A> std::fmt::Debug for Keyed<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::any::type_name::<A>())
    }
}

impl<A: Aead + AeadCore<NonceSize = U12> + Send + Sync> Opens for Keyed<A> {
    fn open(&self, nonce: &[u8; NONCE], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.decrypt(&Nonce::<A>::from(*nonce), Payload { msg: sealed, aad }).ok()
    }
}

fn keyed<A>(key: &[u8]) -> Option<Box<dyn Opens>>
where
    A: Aead + AeadCore<NonceSize = U12> + KeyInit + Send + Sync + 'static,
{
    Some(Box::new(Keyed(A::new_from_slice(key).ok()?)))
}

/// The AEAD of a suite with its key, and the bytes of its tag.
fn aead(suite: Suite, key: &[u8]) -> Option<(Box<dyn Opens>, usize)> {
    let opens = match (suite.seal, key.len()) {
        (Seal::Gcm, 16) => keyed::<Aes128Gcm>(key),
        (Seal::Gcm, _) => keyed::<Aes256Gcm>(key),
        (Seal::Ccm(8), 16) => keyed::<Ccm<Aes128, U8, U12>>(key),
        (Seal::Ccm(8), _) => keyed::<Ccm<Aes256, U8, U12>>(key),
        (Seal::Ccm(_), 16) => keyed::<Ccm<Aes128, U16, U12>>(key),
        (Seal::Ccm(_), _) => keyed::<Ccm<Aes256, U16, U12>>(key),
        (Seal::ChaCha, _) => keyed::<ChaCha20Poly1305>(key),
        (Seal::Cbc(_) | Seal::Null(_), _) => None,
    };
    let tag = if suite.seal == Seal::Ccm(8) { 8 } else { 16 };
    opens.map(|opens| (opens, tag))
}

impl Cipher {
    /// An AEAD cipher with its key and the fixed part of its nonces.
    pub(super) fn aead(suite: Suite, key: &[u8], iv: &[u8]) -> Option<Self> {
        aead(suite, key).map(|(aead, tag)| Self::Aead { aead, iv: iv.to_vec(), tag })
    }

    /// The content of record number `seq`.
    pub(super) fn open(&self, seq: u64, record: Sealed<'_>) -> Option<Vec<u8>> {
        match self {
            Self::Aead { aead, iv, tag } => {
                let (nonce, sealed) = match iv.len() {
                    // RFC 7905: the number of the record makes the nonce.
                    NONCE => (numbered(iv, seq)?, record.bytes),
                    _ => {
                        let (explicit, sealed) = record.bytes.split_at_checked(8)?;
                        ([iv, explicit].concat().try_into().ok()?, sealed)
                    }
                };
                let length = sealed.len().checked_sub(*tag)?;
                aead.open(&nonce, &header(seq, record, length)?, sealed)
            }
            Self::Cbc(cbc) => cbc.open(seq, record),
            Self::Null { mac, mac_key } => {
                let (content, tag) =
                    record.bytes.split_at_checked(record.bytes.len().checked_sub(mac.length())?)?;
                let right = mac_key.as_ref().is_none_or(|key| {
                    header(seq, record, content.len())
                        .is_some_and(|header| hmac(*mac, key, &[&header, content]) == tag)
                });
                right.then(|| content.to_vec())
            }
        }
    }

    /// Takes note of a record that was passed, whether or not it was read.
    pub(super) fn pass(&mut self, record: Sealed<'_>) {
        let Self::Cbc(Cbc { chain: Some(chain), mac, encrypt_then_mac, .. }) = self else { return };
        let tag = if *encrypt_then_mac { mac.length() } else { 0 };
        let blocks = record.bytes.get(..record.bytes.len().saturating_sub(tag)).unwrap_or_default();
        if let Some(last) = blocks.last_chunk::<BLOCK>() {
            *chain = last.to_vec();
        }
    }
}

impl Cbc {
    fn open(&self, seq: u64, record: Sealed<'_>) -> Option<Vec<u8>> {
        let mut bytes = record.bytes;
        if self.encrypt_then_mac {
            let (covered, tag) = bytes.split_at_checked(bytes.len().checked_sub(self.mac.length())?)?;
            self.check(seq, record, covered, tag)?;
            bytes = covered;
        }
        let (iv, body) = match &self.chain {
            Some(chain) => (&chain[..], bytes),
            None => bytes.split_at_checked(BLOCK)?,
        };
        let mut plain = body.to_vec();
        match self.key.len() {
            16 => decrypt::<cbc::Decryptor<Aes128>>(&self.key, iv, &mut plain)?,
            _ => decrypt::<cbc::Decryptor<Aes256>>(&self.key, iv, &mut plain)?,
        }
        let padding = usize::from(*plain.last()?);
        let padded = plain.len().checked_sub(padding + 1)?;
        if !plain[padded..].iter().all(|&byte| usize::from(byte) == padding) {
            return None;
        }
        plain.truncate(padded);
        if !self.encrypt_then_mac {
            let content = plain.len().checked_sub(self.mac.length())?;
            let (covered, tag) = plain.split_at_checked(content)?;
            self.check(seq, record, covered, tag)?;
            plain.truncate(content);
        }
        Some(plain)
    }

    fn check(&self, seq: u64, record: Sealed<'_>, covered: &[u8], tag: &[u8]) -> Option<()> {
        let header = header(seq, record, covered.len())?;
        (hmac(self.mac, &self.mac_key, &[&header, covered]) == tag).then_some(())
    }
}

fn decrypt<D: BlockModeDecrypt + KeyIvInit>(key: &[u8], iv: &[u8], bytes: &mut [u8]) -> Option<()> {
    D::new_from_slices(key, iv).ok()?.decrypt_padded::<NoPadding>(bytes).ok().map(|_| ())
}

/// What a tag or MAC covers beside the content (RFC 5246 6.2.3): number, kind, version, length.
fn header(seq: u64, record: Sealed<'_>, length: usize) -> Option<Vec<u8>> {
    let length = u16::try_from(length).ok()?;
    Some(
        [&seq.to_be_bytes()[..], &[record.kind], &record.version.to_be_bytes(), &length.to_be_bytes()]
            .concat(),
    )
}

/// The nonce of a record of which the number alone is not fixed (RFC 8446 5.3).
fn numbered(iv: &[u8], seq: u64) -> Option<[u8; NONCE]> {
    let number = [&[0; 4][..], &seq.to_be_bytes()].concat();
    let nonce: Vec<u8> = iv.iter().zip(number).map(|(iv, number)| iv ^ number).collect();
    nonce.try_into().ok()
}

impl Cipher13 {
    pub(super) fn new(suite: Suite, key: &[u8], iv: &[u8]) -> Option<Self> {
        aead(suite, key).map(|(aead, _)| Self { aead, iv: iv.to_vec() })
    }

    /// Content and kind of record number `seq`.
    pub(super) fn open(&self, seq: u64, record: Sealed<'_>) -> Option<(Vec<u8>, u8)> {
        let length = u16::try_from(record.bytes.len()).ok()?.to_be_bytes();
        let header = [&[record.kind][..], &record.version.to_be_bytes(), &length].concat();
        let mut plain = self.aead.open(&numbered(&self.iv, seq)?, &header, record.bytes)?;
        // RFC 8446 5.4: the kind stands behind the content, and zeros behind it.
        let end = plain.iter().rposition(|&byte| byte != 0)?;
        let kind = plain.get(end).copied()?;
        plain.truncate(end);
        Some((plain, kind))
    }
}
