//! A message and the name of a piece of it -> its bytes without that piece.

use super::splice::splice;
use crate::message::{HeaderLine, Message, token};

/// Without one value of a header whose values stand between commas; without the row if it has no other.
///
/// # Errors
/// When no row holds the value.
pub(super) fn without_value(
    message: &Message<'_>,
    rows: &[HeaderLine],
    value: &str,
) -> Result<Vec<u8>, String> {
    let bytes = message.bytes();
    for row in rows {
        let text = row.value.of(bytes);
        let values: Vec<&[u8]> = token::split_outside_quotes(text, b',').map(token::trim).collect();
        let kept: Vec<&[u8]> = values.iter().copied().filter(|one| !token::same_token(one, value)).collect();
        match (kept.len(), values.len()) {
            (left, all) if left == all => {}
            (0, _) => return Ok(splice(bytes, row.line.range(), b"")),
            _ => return Ok(splice(bytes, row.value.range(), &kept.join(&b", "[..]))),
        }
    }
    Err(format!("no such header lists `{value}`"))
}

/// Without one parameter of the first row that has it. Quotes are heeded, angle brackets are not: what
/// stands inside of them goes as well.
///
/// # Errors
/// When no row has the parameter.
pub(super) fn without_parameter(
    message: &Message<'_>,
    rows: &[HeaderLine],
    name: &str,
) -> Result<Vec<u8>, String> {
    let bytes = message.bytes();
    for row in rows {
        let text = row.value.of(bytes);
        let pieces: Vec<&[u8]> = token::split_outside_quotes(text, b';').collect();
        let is_it = |piece: &[u8]| {
            let end = memchr::memchr(b'=', piece).unwrap_or(piece.len());
            token::same_token(token::trim(&piece[..end]), name)
        };
        if let Some(at) = pieces.iter().skip(1).position(|piece| is_it(piece)) {
            let mut kept = pieces;
            kept.remove(at + 1);
            return Ok(splice(bytes, row.value.range(), &kept.join(&b";"[..])));
        }
    }
    Err(format!("no such header has a parameter `{name}`"))
}

/// Without the end of the body, from the last occurrence of this text on.
///
/// # Errors
/// When the body does not hold it.
pub(super) fn without_end(message: &Message<'_>, from: &str) -> Result<Vec<u8>, String> {
    match memchr::memmem::rfind(message.body(), from.as_bytes()) {
        Some(at) => Ok(message.bytes()[..message.body_span().start as usize + at].to_vec()),
        None => Err(format!("`{from}` does not stand in the body")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Name;

    const INVITE: &[u8] = b"INVITE sip:b@example.org SIP/2.0\r\nAllow: INVITE, ACK\r\n\
        Via: SIP/2.0/UDP a.example;branch=z9hG4bK1;rport\r\nRequire: timer\r\n\r\none--b--two--b--\r\n";

    fn rows(message: &Message<'_>, name: Name) -> Vec<HeaderLine> {
        message.rows(name).collect()
    }

    fn text(bytes: Result<Vec<u8>, String>) -> String {
        String::from_utf8(bytes.unwrap()).unwrap()
    }

    #[test]
    fn a_value_goes_and_the_row_with_its_last_one() {
        let message = Message::split(INVITE);
        assert!(
            text(without_value(&message, &rows(&message, Name::Allow), "ack"))
                .contains("\r\nAllow: INVITE\r\n")
        );
        assert!(!text(without_value(&message, &rows(&message, Name::Require), "timer")).contains("Require"));
        assert!(without_value(&message, &rows(&message, Name::Allow), "BYE").is_err());
        assert!(without_value(&message, &[], "BYE").is_err());
    }

    #[test]
    fn a_parameter_goes_wherever_it_stands() {
        let message = Message::split(INVITE);
        let via = rows(&message, Name::Via);
        assert!(text(without_parameter(&message, &via, "branch")).contains("a.example;rport\r\n"));
        assert!(text(without_parameter(&message, &via, "rport")).contains("a.example;branch=z9hG4bK1\r\n"));
        assert!(without_parameter(&message, &via, "received").is_err());
    }

    #[test]
    fn a_body_ends_before_the_last_occurrence() {
        let message = Message::split(INVITE);
        assert!(text(without_end(&message, "--b--")).ends_with("one--b--two"));
        assert!(without_end(&message, "INVITE").is_err(), "headers are no body");
    }
}
