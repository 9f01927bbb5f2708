//! The number of a cipher suite -> how its records are sealed and its keys made.

use tls_parser::{TlsCipherEnc as Enc, TlsCipherEncMode as Mode, TlsCipherMac, TlsCipherSuite, TlsPRF};

/// A hash function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
}

/// How the records of a connection are protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Seal {
    /// AES in Galois counter mode.
    Gcm,
    /// AES in counter mode with CBC-MAC, with so many bytes of tag.
    Ccm(usize),
    ChaCha,
    /// AES in cipher block chaining, with a MAC of its own.
    Cbc(Hash),
    /// A MAC alone: everybody can read it.
    Null(Hash),
}

/// What of a cipher suite matters here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Suite {
    pub(super) seal: Seal,
    /// The hash of the key derivation from TLS 1.2 on.
    pub(super) hash: Hash,
    /// Bytes of a key.
    pub(super) key: usize,
}

/// The name of a suite, for people.
pub(super) fn name_of(id: u16) -> String {
    TlsCipherSuite::from_id(id).map_or_else(|| format!("{id:#06x}"), |suite| suite.name.to_owned())
}

impl Suite {
    /// The suite of that number; `None` if it is not read.
    pub(super) fn of(id: u16) -> Option<Self> {
        let suite = TlsCipherSuite::from_id(id)?;
        let seal = match (suite.enc, suite.enc_mode) {
            (Enc::Aes, Mode::Gcm) => Seal::Gcm,
            (Enc::Aes, Mode::Ccm) => Seal::Ccm(if suite.name.contains("_CCM_8") { 8 } else { 16 }),
            (Enc::Chacha20_Poly1305, _) => Seal::ChaCha,
            (Enc::Aes, Mode::Cbc) => Seal::Cbc(mac(suite.mac)?),
            (Enc::Null, _) if suite.name != "TLS_NULL_WITH_NULL_NULL" => Seal::Null(mac(suite.mac)?),
            _ => return None,
        };
        let hash = match suite.prf {
            TlsPRF::Sha384 => Hash::Sha384,
            TlsPRF::Default | TlsPRF::Sha256 => Hash::Sha256,
            _ => return None,
        };
        let key = match seal {
            Seal::Null(_) => 0,
            // `tls-parser` has another size for `TLS_CHACHA20_POLY1305_SHA256`.
            Seal::ChaCha => 32,
            Seal::Gcm | Seal::Ccm(_) | Seal::Cbc(_) => suite.enc_key_size(),
        };
        Some(Self { seal, hash, key })
    }
}

impl Hash {
    /// Bytes of its output.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }
}

fn mac(mac: TlsCipherMac) -> Option<Hash> {
    match mac {
        TlsCipherMac::HmacMd5 => Some(Hash::Md5),
        TlsCipherMac::HmacSha1 => Some(Hash::Sha1),
        TlsCipherMac::HmacSha256 => Some(Hash::Sha256),
        TlsCipherMac::HmacSha384 => Some(Hash::Sha384),
        TlsCipherMac::Null | TlsCipherMac::HmacSha512 | TlsCipherMac::Aead => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_what_their_names_say() {
        let suite = |seal, hash, key| Some(Suite { seal, hash, key });
        let cases = [
            (0x1301, suite(Seal::Gcm, Hash::Sha256, 16)),
            (0x1302, suite(Seal::Gcm, Hash::Sha384, 32)),
            (0x1303, suite(Seal::ChaCha, Hash::Sha256, 32)),
            (0x1305, suite(Seal::Ccm(8), Hash::Sha256, 16)),
            (0xc02f, suite(Seal::Gcm, Hash::Sha256, 16)),
            (0xc030, suite(Seal::Gcm, Hash::Sha384, 32)),
            (0xcca8, suite(Seal::ChaCha, Hash::Sha256, 32)),
            (0xc09d, suite(Seal::Ccm(16), Hash::Sha256, 32)),
            (0x002f, suite(Seal::Cbc(Hash::Sha1), Hash::Sha256, 16)),
            (0xc028, suite(Seal::Cbc(Hash::Sha384), Hash::Sha384, 32)),
            (0x003b, suite(Seal::Null(Hash::Sha256), Hash::Sha256, 0)),
            // RC4, 3DES, Camellia, nothing at all, and nobody's.
            (0x0005, None),
            (0x000a, None),
            (0x0041, None),
            (0x0000, None),
            (0xfafa, None),
        ];
        for (id, wanted) in cases {
            assert_eq!(Suite::of(id), wanted, "{}", name_of(id));
        }
        assert_eq!(name_of(0xfafa), "0xfafa");
    }
}
