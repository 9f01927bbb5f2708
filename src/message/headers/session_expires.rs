//! Session-Expires and Min-SE (RFC 4028 4, 5).

use super::Malformed;
use crate::message::token::{Params, first_of, number, same_token, trim};
use crate::message::{Message, Name};

/// A session interval, and who is to refresh it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionExpires<'m> {
    /// The interval in seconds.
    pub seconds: u32,
    /// The digits as written.
    pub text: &'m [u8],
    /// The `refresher`: a role, or the text that is none (a quoted one is none).
    pub refresher: Option<Result<Refresher, &'m [u8]>>,
    /// All parameters.
    pub params: Params<'m>,
}

/// The side of a transaction that is to refresh the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refresher {
    /// The side that sent the request.
    Uac,
    /// The side that answered it.
    Uas,
}

impl<'m> SessionExpires<'m> {
    /// Reads a Session-Expires value.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it does not begin with a number of at most 32 bits.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let (text, seconds, params) = seconds_and_params(value)?;
        let refresher = params.named("refresher").map(|param| match param.value {
            Some(value) if same_token(value, "uac") => Ok(Refresher::Uac),
            Some(value) if same_token(value, "uas") => Ok(Refresher::Uas),
            value => Err(value.filter(|value| !value.is_empty()).unwrap_or(param.text)),
        });
        Ok(Self { seconds, text, refresher, params })
    }

    /// The Session-Expires of a message; `None` if there is none.
    pub fn of(message: &'m Message<'_>) -> Option<Result<Self, Malformed<'m>>> {
        message.first(Name::SessionExpires).map(Self::parse)
    }
}

/// The smallest session interval that is accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MinSe<'m> {
    /// The interval in seconds.
    pub seconds: u32,
    /// The digits as written.
    pub text: &'m [u8],
    /// All parameters.
    pub params: Params<'m>,
}

impl<'m> MinSe<'m> {
    /// Reads a Min-SE value.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it does not begin with a number of at most 32 bits.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let (text, seconds, params) = seconds_and_params(value)?;
        Ok(Self { seconds, text, params })
    }

    /// The Min-SE of a message; `None` if there is none.
    pub fn of(message: &'m Message<'_>) -> Option<Result<Self, Malformed<'m>>> {
        message.first(Name::MinSe).map(Self::parse)
    }
}

/// `delta-seconds`: a number of at most 32 bits (RFC 4475 3.1.2.4 calls larger ones invalid).
///
/// # Errors
///
/// [`Malformed`] at the text that is no such number.
pub fn delta_seconds(text: &[u8]) -> Result<u32, Malformed<'_>> {
    let text = trim(text);
    let seconds = number(text).and_then(|seconds| u32::try_from(seconds).ok());
    seconds.ok_or(Malformed::new(text, text, "a number of seconds below 4294967296"))
}

fn seconds_and_params(value: &[u8]) -> Result<(&[u8], u32, Params<'_>), Malformed<'_>> {
    let value = trim(value);
    let (text, params) = value.split_at(first_of([b';'], value).unwrap_or(value.len()));
    let text = trim(text);
    let seconds = delta_seconds(text).map_err(|wrong| Malformed::new(text, value, wrong.expected))?;
    Ok((text, seconds, Params(params)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_tokens_in_any_letter_case() {
        let read = SessionExpires::parse(b"1800 ;Refresher = UAC").unwrap();
        assert_eq!((read.seconds, read.refresher), (1800, Some(Ok(Refresher::Uac))));
        assert_eq!(SessionExpires::parse(b"90").unwrap().refresher, None);
    }

    #[test]
    fn a_quoted_role_is_none() {
        let refresher = |value: &'static [u8]| SessionExpires::parse(value).unwrap().refresher;
        assert_eq!(refresher(b"90;refresher=\"uac\""), Some(Err(&b"\"uac\""[..])));
        assert_eq!(refresher(b"90;refresher=me"), Some(Err(&b"me"[..])));
        assert_eq!(refresher(b"90;refresher"), Some(Err(&b"refresher"[..])));
    }

    #[test]
    fn seconds_are_digits_of_at_most_32_bits() {
        for value in [&b""[..], b";refresher=uac", b"x", b"-90", b"90s", b"4294967296", b"90, 90"] {
            assert!(SessionExpires::parse(value).is_err(), "{}", String::from_utf8_lossy(value));
            assert!(MinSe::parse(value).is_err());
        }
        assert_eq!(MinSe::parse(b"4294967295;x").unwrap().seconds, u32::MAX);
    }
}
