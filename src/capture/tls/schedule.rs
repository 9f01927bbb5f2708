//! Secrets -> keys, as each version of TLS makes them.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

use super::suite::Hash;

/// HMAC over the parts in a row.
pub(super) fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    match hash {
        Hash::Md5 => mac::<Hmac<Md5>>(key, parts),
        Hash::Sha1 => mac::<Hmac<Sha1>>(key, parts),
        Hash::Sha256 => mac::<Hmac<Sha256>>(key, parts),
        Hash::Sha384 => mac::<Hmac<Sha384>>(key, parts),
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// The pseudo-random function of TLS 1.2 (RFC 5246 5).
pub(super) fn prf(hash: Hash, secret: &[u8], label: &[u8], seed: &[&[u8]], length: usize) -> Vec<u8> {
    let seed = [&[label], seed].concat();
    let (mut bytes, mut a) = (Vec::new(), hmac(hash, secret, &seed));
    while bytes.len() < length {
        let parts = [&[&a[..]], &seed[..]].concat();
        bytes.extend(hmac(hash, secret, &parts));
        a = hmac(hash, secret, &[&a]);
    }
    bytes.truncate(length);
    bytes
}

/// The pseudo-random function of TLS 1.0 and 1.1 (RFC 2246 5).
pub(super) fn old_prf(secret: &[u8], label: &[u8], seed: &[&[u8]], length: usize) -> Vec<u8> {
    let half = secret.len().div_ceil(2);
    let (first, second) = (&secret[..half], &secret[secret.len() - half..]);
    let one = prf(Hash::Md5, first, label, seed, length);
    let other = prf(Hash::Sha1, second, label, seed, length);
    one.iter().zip(other).map(|(one, other)| one ^ other).collect()
}

/// HKDF-Expand-Label of TLS 1.3 without a context (RFC 8446 7.1); `None` if the secret is too short.
pub(super) fn expand_label(hash: Hash, secret: &[u8], label: &[u8], length: usize) -> Option<Vec<u8>> {
    let (wide, short) = (u16::try_from(length).ok()?, u8::try_from(6 + label.len()).ok()?);
    let info = [&wide.to_be_bytes()[..], &[short], b"tls13 ", label, &[0]].concat();
    let mut bytes = vec![0; length];
    match hash {
        Hash::Sha384 => Hkdf::<Sha384>::from_prk(secret).ok()?.expand(&info, &mut bytes).ok()?,
        _ => Hkdf::<Sha256>::from_prk(secret).ok()?.expand(&info, &mut bytes).ok()?,
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn traffic_keys_are_those_of_the_published_trace() {
        // RFC 8448 3: the server's handshake traffic secret, its key and its IV.
        let secret = hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
        let key = expand_label(Hash::Sha256, &secret, b"key", 16).unwrap();
        assert_eq!(key, hex("3fce516009c21727d0f2e4e86ee403bc"));
        assert_eq!(expand_label(Hash::Sha256, &secret, b"iv", 12).unwrap(), hex("5d313eb2671276ee13000b30"));
        assert_eq!(expand_label(Hash::Sha384, &secret, b"key", 16), None, "too short for this hash");
    }

    #[test]
    fn the_pseudo_random_function_is_that_of_tls_1_2() {
        // The vector for P_SHA256 posted to the TLS working group, 2009.
        let secret = hex("9bbe436ba940f017b17652849a71db35");
        let seed = hex("a0ba9f936cda311827a6f796ffd5198c");
        let bytes = prf(Hash::Sha256, &secret, b"test label", &[&seed], 100);
        assert_eq!(bytes[..16], hex("e3f229ba727be17b8d122620557cd453"));
        assert_eq!(bytes[96..], hex("87347b66"));
    }
}
