//! Bytes -> hostile bytes: what readers have to survive.

use super::Choices;

/// Changes of some bytes, drawn once and applied to any.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hostility(Vec<Change>);

/// One change; places are told as a share of the length, in 2^-32.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Change {
    Set(u32, u8),
    Remove(u32, u32),
    Repeat(u32, u32, u32),
    Insert(u32, &'static [u8]),
    Move(u32, u32, u32),
    Cut(u32),
}

/// Pieces that mean something to one reader or another.
const PIECES: [&[u8]; 24] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\"",
    b"<",
    b">",
    b";",
    b",",
    b"=",
    b"--",
    b"%",
    b"\xff\xfe",
    b"--im-boundary--\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: -1\r\n",
    b"\r\nVia: ",
    b"\r\nContact: *",
    b"SIP/2.0 200 OK\r\n",
    b"# time=x from=y\n",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"m=message 0 TCP/MSRP *\r\n",
    b"multipart/mixed;boundary=\"",
];

impl Hostility {
    /// Up to a dozen changes.
    pub fn draw(choices: &mut Choices) -> Self {
        let count = 1 + choices.below(12);
        Self((0..count).map(|_| Change::draw(choices)).collect())
    }

    /// The bytes, changed.
    pub fn apply(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for change in &self.0 {
            if bytes.is_empty() {
                break;
            }
            change.apply(&mut bytes);
        }
        bytes
    }
}

impl Change {
    fn draw(choices: &mut Choices) -> Self {
        let at = choices.below(u32::MAX);
        match choices.below(6) {
            0 => Self::Set(at, u8::try_from(choices.below(256)).expect("it is a byte")),
            1 => Self::Insert(at, choices.pick::<&[u8]>(&PIECES)),
            2 => Self::Remove(at, choices.within(1, 200)),
            3 => Self::Repeat(at, choices.within(1, 300), choices.within(1, 5)),
            4 => Self::Move(at, choices.within(1, 300), choices.below(u32::MAX)),
            _ => Self::Cut(at),
        }
    }

    fn apply(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        let place = |at: u32| ((at as u128 * length as u128) >> 32) as usize;
        let range = |at: u32, count: u32| place(at)..(place(at) + count as usize).min(length);
        match *self {
            Self::Set(at, byte) => bytes[place(at)] = byte,
            Self::Remove(at, count) => drop(bytes.drain(range(at, count))),
            Self::Repeat(at, count, times) => {
                let piece = bytes[range(at, count)].repeat(times as usize);
                bytes.splice(place(at)..place(at), piece);
            }
            Self::Insert(at, piece) => drop(bytes.splice(place(at)..place(at), piece.iter().copied())),
            Self::Move(at, count, to) => {
                let piece: Vec<u8> = bytes.drain(range(at, count)).collect();
                let to = place(to).min(bytes.len());
                bytes.splice(to..to, piece);
            }
            // Half of it at least stays, so that there is something to read.
            Self::Cut(at) => bytes.truncate(place(at).max(length / 2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_can_be_made_to_any_bytes() {
        for seed in 0..2000 {
            let hostility = Hostility::draw(&mut Choices::seeded(seed));
            for bytes in [&b""[..], b"a", b"INVITE sip:a@b SIP/2.0\r\n\r\n"] {
                let once = hostility.apply(bytes.to_vec());
                assert_eq!(once, hostility.apply(bytes.to_vec()), "{hostility:?}");
            }
        }
    }
}
