//! NSS key logs -> the secrets of TLS connections, by the random bytes of their ClientHello.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, Read};

use foldhash::fast::RandomState;

/// The longest line that is read.
const LINE: u64 = 4096;

/// The random bytes of a ClientHello, which tell its connection.
pub(super) type ClientRandom = [u8; 32];

/// The secrets of TLS connections, out of key logs.
///
/// Programs write such logs when the environment variable `SSLKEYLOGFILE` names a file; a capture file may
/// hold one too (pcapng decryption secrets).
///
/// ```
/// use sipclause::capture::{Caps, Capture, Secrets};
/// use std::sync::Arc;
///
/// let log = format!("# made by a test\nCLIENT_RANDOM {} {}\nnonsense\n", "01".repeat(32), "02".repeat(48));
/// let mut secrets = Secrets::new(Caps::default().secrets);
/// let complaints = secrets.read(log.as_bytes()).expect("memory can be read");
/// assert_eq!(secrets.connections(), 1);
/// assert_eq!(complaints[0].to_string(), "line 3: no line of a key log");
///
/// let empty = Capture::open_with(&b""[..], Caps::default(), Arc::new(secrets));
/// assert!(empty.is_ok());
/// ```
#[derive(Clone, Default)]
pub struct Secrets {
    connections: HashMap<ClientRandom, Connection, RandomState>,
    most: usize,
}

/// The secrets of one connection.
#[derive(Clone, Default)]
struct Connection {
    by_label: [Option<Box<[u8]>>; 6],
}

/// What a secret is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Label {
    /// The master secret of TLS 1.2 and before.
    Master,
    ClientEarly,
    ClientHandshake,
    ServerHandshake,
    ClientTraffic,
    ServerTraffic,
}

const LABELS: [(&str, Label); 6] = [
    ("CLIENT_RANDOM", Label::Master),
    ("CLIENT_EARLY_TRAFFIC_SECRET", Label::ClientEarly),
    ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", Label::ClientHandshake),
    ("SERVER_HANDSHAKE_TRAFFIC_SECRET", Label::ServerHandshake),
    ("CLIENT_TRAFFIC_SECRET_0", Label::ClientTraffic),
    ("SERVER_TRAFFIC_SECRET_0", Label::ServerTraffic),
];

/// Labels that stand in key logs and decrypt no record.
const UNUSED: [&str; 4] = ["EXPORTER_SECRET", "EARLY_EXPORTER_SECRET", "ECH_SECRET", "ECH_CONFIG"];

/// What is wrong with a line of a key log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLogComplaint {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, for people.
    pub what: &'static str,
    /// How many lines the same is wrong with.
    pub count: usize,
}

impl fmt::Display for KeyLogComplaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)?;
        match self.count {
            0 | 1 => Ok(()),
            count => write!(f, " (and {} more like it)", count - 1),
        }
    }
}

/// What a line of a key log is.
enum Line {
    Secret(ClientRandom, Label, Box<[u8]>),
    /// A comment, or a secret that decrypts no record.
    Nothing,
    Wrong(&'static str),
}

const MALFORMED: &str = "no line of a key log";
const RSA: &str = "`RSA` lines hold a pre-master secret, which is not read: `CLIENT_RANDOM` lines are";
const FULL: &str = "the secrets of too many connections: the others are not kept (`limits.secrets`)";

impl Secrets {
    /// No secrets yet, and never those of more than `most` connections.
    pub fn new(most: usize) -> Self {
        Self { connections: HashMap::default(), most }
    }

    /// Reads a key log, and says what is wrong with it: the same of many lines as one entry.
    ///
    /// # Errors
    /// When reading fails. What was read before stays.
    pub fn read(&mut self, log: impl BufRead) -> io::Result<Vec<KeyLogComplaint>> {
        let mut complaints = Vec::new();
        self.read_each(log, &mut complaints, |_| {})?;
        Ok(complaints)
    }

    /// Reads a key log; `each` hears of every connection of which a secret was added.
    pub(super) fn read_each(
        &mut self,
        mut log: impl BufRead,
        complaints: &mut Vec<KeyLogComplaint>,
        mut each: impl FnMut(ClientRandom),
    ) -> io::Result<()> {
        let mut text = Vec::new();
        for line in 1.. {
            text.clear();
            if log.by_ref().take(LINE).read_until(b'\n', &mut text)? == 0 {
                return Ok(());
            }
            let wrong = match parsed(text.trim_ascii()) {
                Line::Nothing => continue,
                Line::Wrong(what) => what,
                Line::Secret(random, label, secret) => {
                    if self.add(random, label, secret) {
                        each(random);
                        continue;
                    }
                    FULL
                }
            };
            match complaints.iter_mut().find(|complaint| complaint.what == wrong) {
                Some(known) => known.count += 1,
                None => complaints.push(KeyLogComplaint { line, what: wrong, count: 1 }),
            }
        }
        Ok(())
    }

    /// How many connections there are secrets of.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    fn add(&mut self, random: ClientRandom, label: Label, secret: Box<[u8]>) -> bool {
        if self.connections.len() >= self.most && !self.connections.contains_key(&random) {
            return false;
        }
        let connection = self.connections.entry(random).or_default();
        if let Some(place) = connection.by_label.get_mut(label as usize) {
            // The secrets of a connection never change; what was said first stays.
            place.get_or_insert(secret);
        }
        true
    }

    pub(super) fn secret(&self, random: &ClientRandom, label: Label) -> Option<&[u8]> {
        self.connections.get(random)?.by_label.get(label as usize)?.as_deref()
    }
}

impl KeyLogComplaint {
    /// Whether secrets were lost for want of room.
    pub(super) fn is_full(&self) -> bool {
        self.what == FULL
    }
}

/// Secrets are not for logs.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} connections)", self.connections.len())
    }
}

/// Reads a line: label, 32 random bytes, secret; words apart by a space, bytes in hexadecimal.
fn parsed(line: &[u8]) -> Line {
    if line.is_empty() || line.starts_with(b"#") {
        return Line::Nothing;
    }
    let mut words = line.split(|&byte| byte == b' ');
    let (Some(label), Some(random), Some(secret), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Line::Wrong(MALFORMED);
    };
    if label == b"RSA" {
        return Line::Wrong(RSA);
    }
    let is_unused = |name: &&str| label == name.as_bytes();
    let known = LABELS.iter().find(|(name, _)| label == name.as_bytes());
    let later = [&b"CLIENT_TRAFFIC_SECRET_"[..], b"SERVER_TRAFFIC_SECRET_"];
    let Some(&(_, label)) = known else {
        let unused = UNUSED.iter().any(is_unused) || later.iter().any(|start| label.starts_with(start));
        return if unused { Line::Nothing } else { Line::Wrong(MALFORMED) };
    };
    match (hex(random).map(<ClientRandom>::try_from), hex(secret)) {
        (Some(Ok(random)), Some(secret)) if (16..=64).contains(&secret.len()) => {
            Line::Secret(random, label, secret.into())
        }
        _ => Line::Wrong(MALFORMED),
    }
}

fn hex(word: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = word.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(secrets: &mut Secrets, log: &str) -> Vec<String> {
        secrets.read(log.as_bytes()).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_label_has_its_secret_and_the_first_stays() {
        let random = "ab".repeat(32);
        let lines: Vec<_> = LABELS
            .iter()
            .map(|(name, label)| format!("{name} {random} {}", format!("{:02X}", *label as u8).repeat(32)))
            .collect();
        let mut secrets = Secrets::new(1);
        assert_eq!(read(&mut secrets, &lines.join("\r\n")), [""; 0]);
        assert_eq!(read(&mut secrets, &lines.join("\n").replace("05", "77")), [""; 0]);
        for (_, label) in LABELS {
            assert_eq!(secrets.secret(&[0xab; 32], label), Some(&[label as u8; 32][..]));
        }
        assert_eq!((secrets.secret(&[0; 32], Label::Master), secrets.connections()), (None, 1));
    }

    #[test]
    fn what_is_no_key_log_is_said_once_with_its_first_line() {
        let (random, secret) = ("00".repeat(32), "11".repeat(48));
        let log = format!(
            "# comment\n\nEXPORTER_SECRET {random} {secret}\nRSA 0102030405060708 {secret}\n\
             CLIENT_RANDOM {random}\nCLIENT_RANDOM {random}0 {secret}\nCLIENT_RANDOM {random} zz\n\
             CLIENT_RANDOM {} {secret}\nCLIENT_TRAFFIC_SECRET_1 {random} {secret}\n{}\nWHAT {random} {secret}",
            "01".repeat(32),
            "x".repeat(9000)
        );
        let mut secrets = Secrets::new(8);
        assert_eq!(
            read(&mut secrets, &log),
            [format!("line 4: {RSA}"), format!("line 5: {MALFORMED} (and 6 more like it)")]
        );
        assert_eq!(secrets.connections(), 1);
        assert_eq!(format!("{secrets:?}"), "Secrets(1 connections)");
    }

    #[test]
    fn only_so_many_connections_are_kept() {
        let lines: Vec<_> = (0..10)
            .map(|n| format!("CLIENT_RANDOM {} {}", format!("{n:02x}").repeat(32), "22".repeat(48)))
            .collect();
        let mut secrets = Secrets::new(3);
        assert_eq!(read(&mut secrets, &lines.join("\n")), [format!("line 4: {FULL} (and 6 more like it)")]);
        assert_eq!(secrets.connections(), 3);
    }
}
