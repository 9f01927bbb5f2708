//! By what a finding is known again in another run: clause, code and the evidence without what changes
//! from call to call.

use crate::clause::{Finding, Id};

/// 16 hexadecimal digits over clause, code and normalised evidence.
///
/// Tags, branches, Call-IDs, addresses and ports differ in every capture of the same client; each word with
/// a digit in it counts as the same word, so that the shape of the evidence remains.
pub(super) fn fingerprint(clause: Id, finding: &Finding, evidence: &[u8]) -> String {
    let mut hash = Fnv::default();
    for part in [clause.0.as_bytes(), finding.code.as_bytes()] {
        hash.write(part);
        hash.write(b"\0");
    }
    for word in evidence.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.iter().any(u8::is_ascii_digit) {
            hash.write(b"#");
        } else {
            hash.write(&word.to_ascii_lowercase());
        }
        hash.write(b" ");
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a, 64 bits: the same on every machine and in every version, which std's hasher does not promise.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, Span};

    fn print(code: &'static str, evidence: &[u8]) -> String {
        let at = Place { message: 0, span: Span::at(0) };
        fingerprint(Id("6.2.1.1-1"), &Finding::new(code, at, ""), evidence)
    }

    #[test]
    fn what_changes_from_call_to_call_does_not_count() {
        let one = print("a/b", b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKaa1");
        assert_eq!(one, print("a/b", b"Via: SIP/2.0/UDP 192.0.2.77:5070;branch=z9hG4bK77"));
        assert_ne!(one, print("a/b", b"Via: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bKaa1"));
        assert_ne!(one, print("a/c", b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKaa1"));
        assert_eq!(one.len(), 16);
    }
}
