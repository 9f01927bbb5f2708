//! Call-ID (RFC 3261 20.8).

use super::Malformed;
use crate::message::token::{trim, word_run};
use crate::message::{Message, Name};

/// A Call-ID: compared byte by byte, letter case counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CallId<'m>(pub &'m [u8]);

impl<'m> CallId<'m> {
    /// Reads `word ["@" word]`.
    ///
    /// # Errors
    ///
    /// [`Malformed`] at the first byte that belongs to neither word.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let whole = trim(value);
        let first_end = word_run(whole);
        let end = match &whole[first_end..] {
            [b'@', host @ ..] if first_end > 0 && word_run(host) > 0 => first_end + 1 + word_run(host),
            _ => first_end,
        };
        if end == 0 || end < whole.len() {
            return Err(Malformed::new(&whole[end..], value, "a Call-ID: `word` or `word@word`"));
        }
        Ok(Self(whole))
    }

    /// The Call-ID of a message; `None` if there is none.
    pub fn of(message: &'m Message<'_>) -> Option<Result<Self, Malformed<'m>>> {
        message.first(Name::CallId).map(Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_hold_most_separators() {
        assert!(CallId::parse(b"intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{").is_ok());
        assert_eq!(CallId::parse(b" 1@[::1] "), Ok(CallId(b"1@[::1]")));
    }

    #[test]
    fn what_is_no_word_is_malformed() {
        for (value, at) in [
            (&b""[..], &b""[..]),
            (b"@a", b"@a"),
            (b"a@", b"@"),
            (b"a@b@c", b"@c"),
            (b"a b", b" b"),
            (b"a;x=1", b";x=1"),
            (b"a,b", b",b"),
        ] {
            assert_eq!(CallId::parse(value).unwrap_err().at, at);
        }
    }
}
