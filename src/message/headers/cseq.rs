//! CSeq (RFC 3261 20.16).

use super::Malformed;
use crate::message::token::{is_space, number, token_run, trim};
use crate::message::{Message, Name};

/// A sequence number and the method it counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CSeq<'m> {
    /// The number, below 2^31.
    pub number: u32,
    /// The method as written; methods are case-sensitive.
    pub method: &'m [u8],
}

impl<'m> CSeq<'m> {
    /// What [`Malformed::expected`] says of a number that is one, but too large (RFC 3261 8.1.1.5).
    pub(crate) const BELOW_LIMIT: &'static str = "a number below 2147483648";

    /// Reads a CSeq value.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is not a number and a method, or (at the number) if it is 2^31 or more.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let whole = trim(value);
        let (count, behind_count) = whole.split_at(run(whole, |byte| byte.is_ascii_digit()));
        let (space, behind_space) = behind_count.split_at(run(behind_count, is_space));
        let (method, rest) = behind_space.split_at(token_run(behind_space));
        for (part, at) in [(count, whole), (space, behind_count), (method, behind_space)] {
            if part.is_empty() {
                return Err(Malformed::new(at, whole, "a number and a method"));
            }
        }
        if !rest.is_empty() {
            return Err(Malformed::new(rest, whole, "the end behind the method"));
        }
        match number(count).and_then(|n| u32::try_from(n).ok()).filter(|&n| n < 1 << 31) {
            Some(number) => Ok(Self { number, method }),
            None => Err(Malformed::new(count, whole, Self::BELOW_LIMIT)),
        }
    }

    /// The CSeq of a message; `None` if there is none.
    pub fn of(message: &'m Message<'_>) -> Option<Result<Self, Malformed<'m>>> {
        message.first(Name::CSeq).map(Self::parse)
    }
}

/// How many bytes at the beginning of `text` are of a kind.
fn run(text: &[u8], is_of_kind: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|&byte| !is_of_kind(byte)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_method_are_read_over_folds() {
        assert_eq!(CSeq::parse(b"0009\r\n  INVITE"), Ok(CSeq { number: 9, method: b"INVITE" }));
        assert_eq!(CSeq::parse(b"2147483647 A").unwrap().number, 2_147_483_647);
    }

    #[test]
    fn numbers_from_two_to_the_31_are_malformed() {
        assert_eq!(CSeq::parse(b"2147483648 A").unwrap_err().at, b"2147483648");
        assert_eq!(CSeq::parse(b"36893488147419103232 A").unwrap_err().at, b"36893488147419103232");
        assert!(CSeq::parse(b"1").is_err());
        assert!(CSeq::parse(b"INVITE 1").is_err());
        assert_eq!(CSeq::parse(b"1 INVITE x").unwrap_err().at, b" x");
    }
}
