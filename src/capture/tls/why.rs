//! Why a TLS connection is not decrypted -> words for people.

use super::suite::name_of;

/// Why a connection is not decrypted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Why {
    NoKeys,
    Middle,
    OneSided,
    Suite(u16),
    Compressed,
    Full,
    Broken,
}

impl Why {
    pub(super) fn sort(self) -> &'static str {
        match self {
            Self::NoKeys => "tls-keys",
            Self::Middle => "tls-middle",
            Self::OneSided => "tls-one-sided",
            Self::Suite(_) | Self::Compressed => "tls-suite",
            Self::Full => "tls-full",
            Self::Broken => "tls-broken",
        }
    }

    pub(super) fn text(self) -> String {
        match self {
            Self::NoKeys => {
                "has no keys: give the key log of its client or server with `--keylog`".to_owned()
            }
            Self::Middle => "was captured from its middle, so that no keys decrypt it".to_owned(),
            Self::OneSided => "was captured in one direction only, so that no keys decrypt it".to_owned(),
            Self::Suite(id) => format!("uses {}, which is not read", name_of(id)),
            Self::Compressed => "is compressed, which is not read".to_owned(),
            Self::Full => "was given up: too much of it waits for its keys (`limits.tls_held`)".to_owned(),
            Self::Broken => "cannot be decrypted from here on: wrong keys, or damaged records".to_owned(),
        }
    }
}
