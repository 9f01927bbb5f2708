//! Max-Forwards (RFC 3261 20.22).

use super::Malformed;
use crate::message::token::{number, trim};

/// Reads a Max-Forwards value: 0 to 255, leading zeros allowed.
///
/// # Errors
///
/// [`Malformed`] for anything else.
pub fn max_forwards(value: &[u8]) -> Result<u8, Malformed<'_>> {
    let text = trim(value);
    let count = number(text).and_then(|count| u8::try_from(count).ok());
    count.ok_or(Malformed::new(text, value, "a number from 0 to 255"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_counted_from_0_to_255() {
        assert_eq!(max_forwards(b" 0068 "), Ok(68));
        assert_eq!(max_forwards(b"255"), Ok(255));
        assert_eq!(max_forwards(b"300").unwrap_err().at, b"300");
        assert!(max_forwards(b"").is_err());
        assert!(max_forwards(b"70, 70").is_err());
    }
}
