//! Secrets and both hellos -> the contents of the records of one direction.

use super::cipher::{Cbc, Cipher, Cipher13, Sealed};
use super::hello::{ClientHello, ServerHello, TLS13};
use super::record::{Lost, Record};
use super::schedule::{expand_label, old_prf, prf};
use super::secrets::Label;
use super::sessions::Sessions;
use super::suite::{Seal, Suite};
use crate::capture::tls_record::{APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HEADER};

/// Numbers that are tried behind a gap at most.
const NUMBERS: u64 = 64;
/// Records in a row that may be unreadable behind a gap.
const UNREADABLE: u32 = 8;
/// No protected record is shorter: its header, and a tag or MAC.
const SHORTEST: usize = HEADER + 16;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// What came out of a record.
#[derive(Debug)]
pub(super) enum Opened {
    /// Data of the protocol on top.
    Data(Vec<u8>),
    /// Handshake messages behind which there may be new keys.
    Handshake(Vec<u8>),
    /// The next records have other keys.
    NewKeys,
    /// Nothing that matters.
    Nothing,
    /// It cannot be read, because of what was lost before it.
    Lost,
    /// It cannot be read.
    Wrong,
}

/// The keys of one direction, and how many records had them.
#[derive(Debug)]
pub(super) struct Opener {
    keys: Keys,
    /// The number of the next record.
    seq: u64,
    /// By how much it may be too low.
    unsure: u64,
    /// How many more records may be unreadable.
    patience: u32,
}

#[derive(Debug)]
enum Keys {
    /// TLS 1.2 and before: until the next ChangeCipherSpec.
    Old(Cipher),
    /// TLS 1.3: one after the other, without a sign that everybody can see.
    New(Stages),
}

#[derive(Debug)]
struct Stages {
    suite: Suite,
    secret: Vec<u8>,
    cipher: Cipher13,
    /// The secrets that follow, the next one last.
    later: Vec<Vec<u8>>,
    /// Whether data may come that no key is known for: early data.
    early: bool,
}

impl Opener {
    /// `None` if there are no secrets for it.
    pub(super) fn new(
        side: Side,
        suite: Suite,
        client: &ClientHello,
        server: &ServerHello,
        sessions: &Sessions,
    ) -> Option<Self> {
        let keys = if server.version == TLS13 {
            Keys::New(Stages::new(side, suite, client, sessions)?)
        } else {
            Keys::Old(old_cipher(side, suite, client, server, sessions)?)
        };
        Some(Self { keys, seq: 0, unsure: 0, patience: 0 })
    }

    /// Tells that records were lost.
    pub(super) fn lose(&mut self, lost: Lost) {
        match lost {
            Lost::One => {
                // Unless it was the last with these keys.
                self.seq += 1;
                self.unsure = self.unsure.max(1);
            }
            Lost::Within(bytes) => {
                let records = u64::try_from(bytes / SHORTEST + 1).unwrap_or(NUMBERS);
                self.unsure = self.unsure.saturating_add(records).min(NUMBERS);
            }
        }
        // The next may have other keys by now, and the first one in TLS 1.0 leans on what was lost.
        self.patience = UNREADABLE;
    }

    /// Reads a record.
    pub(super) fn open(&mut self, record: &Record, sessions: &mut Sessions) -> Opened {
        let sealed = Sealed { kind: record.kind, version: record.version, bytes: &record.bytes };
        let opened = match &mut self.keys {
            Keys::Old(_) if record.kind == CHANGE_CIPHER_SPEC => return Opened::NewKeys,
            Keys::Old(cipher) => {
                let found = first_of(self.seq, self.unsure, sealed, sessions, |seq| cipher.open(seq, sealed));
                cipher.pass(sealed);
                found.map(|(seq, plain)| (seq, plain, record.kind))
            }
            // RFC 8446 5: what is not protected there means nothing.
            Keys::New(_) if record.kind != APPLICATION_DATA => return Opened::Nothing,
            Keys::New(stages) => stages.open((self.seq, self.unsure), sealed, sessions),
        };
        match opened {
            Some((seq, plain, kind)) => {
                (self.seq, self.unsure, self.patience) = (seq + 1, 0, 0);
                match kind {
                    APPLICATION_DATA => Opened::Data(plain),
                    HANDSHAKE if matches!(self.keys, Keys::Old(_)) => Opened::Handshake(plain),
                    _ => Opened::Nothing,
                }
            }
            // Early data of which the secret is not there.
            None if matches!(&self.keys, Keys::New(stages) if stages.early && self.seq == 0) => Opened::Lost,
            None if self.patience > 0 => {
                (self.seq, self.patience) = (self.seq + 1, self.patience - 1);
                Opened::Lost
            }
            None => Opened::Wrong,
        }
    }
}

/// The first number from `seq` on, and at most `unsure` above it, with which a record opens.
fn first_of<T>(
    seq: u64,
    unsure: u64,
    sealed: Sealed<'_>,
    sessions: &mut Sessions,
    open: impl Fn(u64) -> Option<T>,
) -> Option<(u64, T)> {
    (seq..=seq.saturating_add(unsure))
        .take_while(|&number| number == seq || sessions.may_try(sealed.bytes.len()))
        .find_map(|number| open(number).map(|plain| (number, plain)))
}

impl Stages {
    fn new(side: Side, suite: Suite, client: &ClientHello, sessions: &Sessions) -> Option<Self> {
        // The last to come first: each is made for what follows the one behind it.
        let labels = match side {
            Side::Client if client.early => {
                &[Label::ClientTraffic, Label::ClientHandshake, Label::ClientEarly][..]
            }
            Side::Client => &[Label::ClientTraffic, Label::ClientHandshake],
            Side::Server => &[Label::ServerTraffic, Label::ServerHandshake],
        };
        let known = |label: &Label| sessions.secret(&client.random, *label).map(<[u8]>::to_vec);
        // Without the secret of the traffic nothing else is of use.
        labels.first().and_then(known)?;
        let mut later: Vec<_> = labels.iter().filter_map(known).collect();
        let secret = later.pop()?;
        let cipher = cipher_of(suite, &secret)?;
        let early = side == Side::Client && client.early;
        Some(Self { suite, secret, cipher, later, early })
    }

    /// Number, content and kind of a record: with the keys of now, or with the next.
    fn open(
        &mut self,
        (seq, unsure): (u64, u64),
        sealed: Sealed<'_>,
        sessions: &mut Sessions,
    ) -> Option<(u64, Vec<u8>, u8)> {
        let open = |cipher: &Cipher13, seq, sessions: &mut Sessions| {
            first_of(seq, unsure, sealed, sessions, |seq| cipher.open(seq, sealed))
                .map(|(seq, (plain, kind))| (seq, plain, kind))
        };
        if let Some(opened) = open(&self.cipher, seq, sessions) {
            return Some(opened);
        }
        let mut later = self.later.clone();
        loop {
            // RFC 8446 7.2: behind the last that is known, each secret is made of the one before.
            let is_last = later.is_empty();
            let secret = match later.pop() {
                Some(secret) => secret,
                None => {
                    let last = self.later.first().unwrap_or(&self.secret);
                    expand_label(self.suite.hash, last, b"traffic upd", self.suite.hash.length())?
                }
            };
            let cipher = cipher_of(self.suite, &secret)?;
            if let Some(opened) =
                sessions.may_try(sealed.bytes.len()).then(|| open(&cipher, 0, sessions)).flatten()
            {
                (self.secret, self.cipher, self.later) = (secret, cipher, later);
                return Some(opened);
            }
            if is_last {
                return None;
            }
        }
    }
}

fn cipher_of(suite: Suite, secret: &[u8]) -> Option<Cipher13> {
    let key = expand_label(suite.hash, secret, b"key", suite.key)?;
    let iv = expand_label(suite.hash, secret, b"iv", 12)?;
    Cipher13::new(suite, &key, &iv)
}

/// The cipher of TLS 1.2 and before, cut out of the key block (RFC 5246 6.3).
fn old_cipher(
    side: Side,
    suite: Suite,
    client: &ClientHello,
    server: &ServerHello,
    sessions: &Sessions,
) -> Option<Cipher> {
    let master = sessions.secret(&client.random, Label::Master);
    if let (Seal::Null(mac), None) = (suite.seal, master) {
        return Some(Cipher::Null { mac, mac_key: None });
    }
    let master = master?;
    let mac = match suite.seal {
        Seal::Cbc(mac) | Seal::Null(mac) => mac.length(),
        Seal::Gcm | Seal::Ccm(_) | Seal::ChaCha => 0,
    };
    let iv = match suite.seal {
        Seal::Gcm | Seal::Ccm(_) => 4,
        Seal::ChaCha => 12,
        Seal::Cbc(_) if server.version <= 0x0301 => 16,
        Seal::Cbc(_) | Seal::Null(_) => 0,
    };
    let seed = [&server.random[..], &client.random];
    let length = 2 * (mac + suite.key + iv);
    let block = if server.version < 0x0303 {
        old_prf(master, b"key expansion", &seed, length)
    } else {
        prf(suite.hash, master, b"key expansion", &seed, length)
    };
    // Each kind of key stands there twice: the client's, then the server's.
    let cut = |start: usize, length: usize| {
        let own = start + if side == Side::Server { length } else { 0 };
        block.get(own..own + length).map(<[u8]>::to_vec)
    };
    let (mac_key, key) = (cut(0, mac)?, cut(2 * mac, suite.key)?);
    let iv = cut(2 * (mac + suite.key), iv)?;
    match suite.seal {
        Seal::Gcm | Seal::Ccm(_) | Seal::ChaCha => Cipher::aead(suite, &key, &iv),
        Seal::Null(mac) => Some(Cipher::Null { mac, mac_key: Some(mac_key) }),
        Seal::Cbc(mac) => {
            let chain = (!iv.is_empty()).then_some(iv);
            let encrypt_then_mac = server.encrypt_then_mac;
            Some(Cipher::Cbc(Cbc { key, mac, mac_key, encrypt_then_mac, chain }))
        }
    }
}
