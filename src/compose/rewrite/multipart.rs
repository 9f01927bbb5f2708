//! Multipart bodies with another boundary, preamble, epilogue and order of parts.

use crate::compose::Choices;
use crate::message::body::MediaType;
use crate::message::body::multipart::Multipart;
use crate::message::token::is_token;
use crate::message::{Message, Name, Wholeness};

/// The message with its multipart body written in another way; `None` if it has none that is sound.
pub(super) fn rewritten(bytes: &[u8], choices: &mut Choices) -> Option<Vec<u8>> {
    let message = Message::split(bytes);
    let types: Vec<_> = message.rows(Name::ContentType).collect();
    let lengths: Vec<_> = message.rows(Name::ContentLength).collect();
    let ([row], [length]) = (&types[..], &lengths[..]) else { return None };
    let media = MediaType::parse(row.value.of(bytes)).ok()?;
    if !media.is("multipart", "mixed") || message.content_length() != Some(message.body().len() as u64) {
        return None;
    }
    let multipart = Multipart::parse(message.body(), &media, Wholeness::Whole, 100);
    if !multipart.is_sound() || !multipart.closed || multipart.parts.iter().any(|part| !part.closed) {
        return None;
    }
    let boundary = boundary(message.body(), choices);
    let mut parts: Vec<&[u8]> = multipart.parts.iter().map(|part| part.whole).collect();
    choices.shuffle(&mut parts);
    let quoted = !is_token(boundary.as_bytes()) || choices.chance(50);
    let quote = if quoted { "\"" } else { "" };
    let content_type = format!("multipart/mixed;boundary={quote}{boundary}{quote}");
    let body = body(&boundary, &parts, choices);
    // What stands later in the message is replaced first.
    let mut text = bytes[..message.body_span().range().start].to_vec();
    let mut replacements = [
        (row.value.range(), content_type.into_bytes()),
        (length.value.range(), body.len().to_string().into_bytes()),
    ];
    replacements.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, by) in replacements {
        text.splice(range, by);
    }
    text.extend(body);
    Some(text)
}

/// A boundary that stands nowhere in the body.
fn boundary(body: &[u8], choices: &mut Choices) -> String {
    loop {
        let word = choices.word("abcdefghijklmnopqrstuvwxyz0123456789", 1, 58);
        let boundary = format!("{word}{}", choices.pick(&["", "=_1", " /x", "'()+_,-./:=?"]));
        if memchr::memmem::find(body, boundary.as_bytes()).is_none() {
            return boundary;
        }
        if choices.is_spent() {
            return "zz-another-boundary-that-is-long-enough".to_owned();
        }
    }
}

fn body(boundary: &str, parts: &[&[u8]], choices: &mut Choices) -> Vec<u8> {
    let mut text = Vec::new();
    let preamble = choices.pick(&["", "\r\n", "Some text.\r\n", "\r\nTwo\r\nlines.\r\n"]);
    text.extend_from_slice(preamble.as_bytes());
    for part in parts {
        text.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        text.extend_from_slice(part);
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(format!("--{boundary}--").as_bytes());
    text.extend_from_slice(choices.pick(&["\r\n", "", "\r\nThe end.", "\r\n\r\nThe\r\nend.\r\n"]).as_bytes());
    text
}
