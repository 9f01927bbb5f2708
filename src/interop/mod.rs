//! Messages of other crates <-> our own, one crate a file and a feature.

#[cfg(feature = "rsip")]
pub mod rsip;
