//! A word or an address and a key -> its pseudonym, which is as long and of the same kinds of characters.
//!
//! Words of one shape are permuted: different words have different pseudonyms, however short they are.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What every run without a key has in common, so that its reports are the same everywhere.
const NO_KEY: &[u8] = b"sipclause redaction without a key";

/// Pseudonyms that are remembered: nearly all words of a session come again in it.
const MOST_KNOWN: usize = 50_000;

/// Rounds of the Feistel network.
const ROUNDS: u8 = 6;

/// The pseudonyms of one key.
#[derive(Clone)]
pub(super) struct Pseudonyms {
    mac: Hmac<Sha256>,
    words: HashMap<String, String>,
}

impl std::fmt::Debug for Pseudonyms {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pseudonyms").field("known", &self.words.len()).finish_non_exhaustive()
    }
}

impl Pseudonyms {
    /// Those of this key; without one everybody can compute them.
    pub(super) fn of(key: Option<&[u8]>) -> Self {
        let mac = Hmac::new_from_slice(key.unwrap_or(NO_KEY)).expect("HMAC takes keys of any length");
        Self { mac, words: HashMap::new() }
    }

    /// The pseudonym of a word: of the same length in bytes, digits for digits and letters for letters. Capital
    /// letters stay where they are and make no difference.
    pub(super) fn word(&mut self, word: &str) -> String {
        let lower = word.to_ascii_lowercase();
        let pseudonym = match self.words.get(&lower) {
            Some(known) => known.clone(),
            None => {
                let new = if lower.is_ascii() { self.permuted(&lower) } else { self.replaced(&lower) };
                if self.words.len() >= MOST_KNOWN {
                    self.words.clear();
                }
                self.words.insert(lower, new.clone());
                new
            }
        };
        cased(&pseudonym, word)
    }

    /// The pseudonym of an address: of the same family, and its text as long. It lies where no machine is: 0.0.0.0/8
    /// and 240.0.0.0/4 (RFC 6890), 5000::/4 and 0000::/8 (RFC 4291). What means no machine stays: loopback, unspecified.
    pub(super) fn address(&self, address: IpAddr) -> IpAddr {
        if address.is_loopback() || address.is_unspecified() {
            return address;
        }
        match address {
            IpAddr::V4(v4) => self.v4(v4).into(),
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => self.v4(v4).to_ipv6_mapped().into(),
                None => self.v6(v6).into(),
            },
        }
    }

    /// The same with a port, which stays.
    pub(super) fn socket(&self, address: SocketAddr) -> SocketAddr {
        SocketAddr::new(self.address(address.ip()), address.port())
    }

    fn v4(&self, address: Ipv4Addr) -> Ipv4Addr {
        let length = address.to_string().len();
        let mut draw = Draw::of(&self.mac, &[b"v4", &address.octets()]);
        let (first, rest) =
            if length <= 9 { (0, length - 4) } else { (240 + draw.below(15) as u8, length - 6) };
        let shapes: Vec<[usize; 3]> = (1..=3)
            .flat_map(|a| (1..=3).flat_map(move |b| (1..=3).map(move |c| [a, b, c])))
            .filter(|shape| shape.iter().sum::<usize>() == rest)
            .collect();
        // Evenly over the addresses and not over their shapes, lest many be the same.
        let sizes =
            shapes.iter().map(|shape| shape.iter().map(|digits| OCTETS[digits - 1].1).product::<u64>());
        let mut at = draw.below(sizes.clone().sum());
        let mut octets = [first, 0, 0, 0];
        for (shape, size) in shapes.iter().zip(sizes) {
            if at < size {
                for (octet, digits) in octets[1..].iter_mut().zip(shape) {
                    let (least, count) = OCTETS[digits - 1];
                    *octet = (least + at % count) as u8;
                    at /= count;
                }
                break;
            }
            at -= size;
        }
        octets.into()
    }

    /// Group by group, each with as many digits as it has, so that what is left out of the text stays left out.
    fn v6(&self, address: Ipv6Addr) -> Ipv6Addr {
        let mut draw = Draw::of(&self.mac, &[b"v6", &address.octets()]);
        let mut groups = address.segments();
        for (place, group) in groups.iter_mut().enumerate() {
            let is_kept = place == 0 && (*group & 0xffc0 == 0xfe80 || *group & 0xff00 == 0xff00);
            *group = match (place, 4 - group.leading_zeros() as usize / 4) {
                _ if is_kept || *group == 0 => continue,
                (0, 4) => 0x5000 | draw.below(0x1000) as u16,
                (_, digits) => {
                    let least = 1_u64 << (4 * (digits - 1));
                    (least + draw.below(15 * least)) as u16
                }
            };
        }
        groups.into()
    }

    /// A permutation of the words of this shape: a Feistel network over the characters, which is walked on while it
    /// leads out of the shape.
    fn permuted(&self, word: &str) -> String {
        let shape = Shape::of(word.as_bytes());
        let mut places = shape.places(word.as_bytes());
        // A word that stays what it is would be told: another network makes another word of it.
        for network in 0..=u8::MAX {
            loop {
                self.network(network, &shape, &mut places);
                if Shape::of(&shape.text(&places)).kind == shape.kind {
                    break;
                }
            }
            if shape.text(&places) != word.as_bytes() {
                break;
            }
        }
        String::from_utf8_lossy(&shape.text(&places)).into_owned()
    }

    fn network(&self, network: u8, shape: &Shape, places: &mut [u8]) {
        let (left, right) = places.split_at_mut(places.len() / 2);
        let half = left.len();
        for round in 0..ROUNDS {
            let (from, to, begin) =
                if round % 2 == 0 { (&*left, &mut *right, half) } else { (&*right, &mut *left, 0) };
            let length = shape.radices.len() as u64;
            let head = [network, round, shape.kind as u8];
            let mut draw = Draw::of(&self.mac, &[b"word", &head, &length.to_be_bytes(), from]);
            for (place, radix) in to.iter_mut().zip(&shape.radices[begin..]) {
                *place = ((u64::from(*place) + draw.below(u64::from(*radix))) % u64::from(*radix)) as u8;
            }
        }
    }

    /// A word with letters beyond ASCII: each becomes one that is written with as many bytes.
    fn replaced(&self, word: &str) -> String {
        let mut draw = Draw::of(&self.mac, &[b"text", word.as_bytes()]);
        let mut drawn =
            |first: u32, count: u64| char::from_u32(first + draw.below(count) as u32).unwrap_or('x');
        let each = |character: char| match (character, character.len_utf8()) {
            ('0'..='9', _) => drawn('0' as u32, 10),
            (_, 1) => drawn('a' as u32, 26),
            // ß to ö, the ideographs of the first plane, pictures of animals and plants.
            (_, 2) => drawn(0xdf, 24),
            (_, 3) => drawn(0x4e00, 0x5000),
            _ => drawn(0x1f400, 0x3e),
        };
        word.chars().map(each).collect()
    }
}

/// The octets of one, two and three digits: the least, and how many there are.
const OCTETS: [(u64, u64); 3] = [(0, 10), (10, 90), (100, 156)];

/// The pseudonym with capital letters where the word has some.
fn cased(pseudonym: &str, word: &str) -> String {
    let upper =
        |(new, old): (char, char)| if old.is_ascii_uppercase() { new.to_ascii_uppercase() } else { new };
    pseudonym.chars().zip(word.chars()).map(upper).collect()
}

/// What kind of characters a word has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Hexadecimal,
    Mixed,
}

/// How many characters may stand at each place of a word, and which.
struct Shape {
    kind: Kind,
    radices: Vec<u8>,
    firsts: Vec<u8>,
}

impl Shape {
    fn of(word: &[u8]) -> Self {
        let has = |is: fn(&u8) -> bool| word.iter().any(is);
        let kind = match (has(u8::is_ascii_digit), has(u8::is_ascii_alphabetic)) {
            (_, false) => Kind::Number,
            (true, true) if word.iter().all(u8::is_ascii_hexdigit) => Kind::Hexadecimal,
            _ => Kind::Mixed,
        };
        let leads = |place: usize| kind == Kind::Number && place == 0 && word.len() > 1;
        let alphabet = |(place, byte): (usize, &u8)| match byte {
            // A number keeps its leading zero, and gets none.
            b'0' if leads(place) => (1, b'0'),
            b'1'..=b'9' if leads(place) => (9, b'1'),
            b'0'..=b'9' => (10, b'0'),
            _ if kind == Kind::Hexadecimal => (6, b'a'),
            _ => (26, b'a'),
        };
        let (radices, firsts) = word.iter().enumerate().map(alphabet).unzip();
        Self { kind, radices, firsts }
    }

    fn places(&self, word: &[u8]) -> Vec<u8> {
        word.iter().zip(&self.firsts).map(|(byte, first)| byte.saturating_sub(*first)).collect()
    }

    fn text(&self, places: &[u8]) -> Vec<u8> {
        places.iter().zip(&self.firsts).map(|(place, first)| place + first).collect()
    }
}

/// Numbers without end that depend on the key and what it is asked for.
struct Draw<'k> {
    key: &'k Hmac<Sha256>,
    seed: Vec<u8>,
    block: Vec<u8>,
    count: u32,
}

impl<'k> Draw<'k> {
    fn of(key: &'k Hmac<Sha256>, parts: &[&[u8]]) -> Self {
        Self { key, seed: parts.concat(), block: Vec::new(), count: 0 }
    }

    /// A number below `bound`. Of a small bound two bytes are taken, of which the bias does not matter.
    fn below(&mut self, bound: u64) -> u64 {
        let take = if bound <= 256 { 2 } else { 8 };
        if self.block.len() < take {
            let mut mac = self.key.clone();
            mac.update(&self.count.to_be_bytes());
            mac.update(&self.seed);
            self.count += 1;
            self.block = mac.finalize().into_bytes().to_vec();
        }
        let taken = self.block.split_off(self.block.len() - take);
        taken.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_pseudonym_has_the_shape_of_its_word() {
        let mut names = Pseudonyms::of(None);
        for word in
            ["alice", "Bob", "a84b4c76e66710", "15551234567", "007", "x1", "Grün", "日本語", "a\u{1f600}"]
        {
            let pseudonym = names.word(word);
            assert_ne!(pseudonym, word);
            assert_eq!(pseudonym.len(), word.len(), "{word} -> {pseudonym}");
            for (new, old) in pseudonym.chars().zip(word.chars()) {
                assert_eq!(new.is_ascii_digit(), old.is_ascii_digit(), "{word} -> {pseudonym}");
                assert_eq!(new.is_ascii_uppercase(), old.is_ascii_uppercase(), "{word} -> {pseudonym}");
            }
        }
        assert!(names.word("a84b4c76e66710").bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(names.word("ALICE"), names.word("alice").to_uppercase());
    }

    #[test]
    fn short_words_never_share_a_pseudonym() {
        let mut names = Pseudonyms::of(Some(b"key"));
        let letters = b'a'..=b'z';
        let words: Vec<String> = letters
            .flat_map(|one| (b'0'..=b'9').map(move |two| format!("{}{}", one as char, two as char)))
            .collect();
        let pseudonyms: BTreeSet<String> = words.iter().map(|word| names.word(word)).collect();
        assert!(pseudonyms.len() + 3 >= words.len(), "{}", pseudonyms.len());
    }

    #[test]
    fn another_key_makes_other_pseudonyms() {
        let (mut one, mut two) = (Pseudonyms::of(Some(b"one")), Pseudonyms::of(Some(b"two")));
        assert_ne!(one.word("alice"), two.word("alice"));
        assert_eq!(one.word("alice"), Pseudonyms::of(Some(b"one")).word("alice"));
        let address = "198.51.100.7".parse().unwrap();
        assert_ne!(one.address(address), two.address(address));
        assert!(!format!("{one:?}").contains("one"));
    }

    #[test]
    fn an_address_keeps_its_family_and_the_length_of_its_text() {
        let names = Pseudonyms::of(None);
        for text in [
            "1.2.3.4",
            "10.0.0.1",
            "10.0.0.10",
            "192.0.2.77",
            "192.168.100.100",
            "2001:db8::1",
            "fe80::1:2",
            "64:ff9b::1",
            "2a02:8071:0:1:20c:29ff:fe3a:1",
            "::ffff:10.1.2.3",
        ] {
            let address: IpAddr = text.parse().unwrap();
            let pseudonym = names.address(address);
            assert_ne!(pseudonym, address);
            assert_eq!(pseudonym.is_ipv4(), address.is_ipv4());
            assert_eq!(pseudonym.to_string().len(), text.len(), "{text} -> {pseudonym}");
        }
        for text in ["127.0.0.1", "0.0.0.0", "::1", "::"] {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(names.address(address), address);
        }
    }
}
