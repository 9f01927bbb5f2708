//! Headers, spelled in another way.

use super::{any_case, is_uri, sound};
use crate::compose::Choices;
use crate::message::{Message, Name, token};

/// Headers whose value is a comma list: rows and commas are the same (RFC 3261 7.3.1).
const LISTS: [Name; 12] = [
    Name::Via,
    Name::Route,
    Name::RecordRoute,
    Name::Allow,
    Name::Supported,
    Name::Require,
    Name::ProxyRequire,
    Name::AcceptContact,
    Name::ServiceRoute,
    Name::SecurityVerify,
    Name::SecurityServer,
    Name::Accept,
];

/// Headers with parameters behind semicolons, around which white space may stand (RFC 3261 25.1: SEMI, EQUAL).
const PARAMETERS: [Name; 14] = [
    Name::Via,
    Name::From,
    Name::To,
    Name::Contact,
    Name::Route,
    Name::RecordRoute,
    Name::AcceptContact,
    Name::SessionExpires,
    Name::MinSe,
    Name::Replaces,
    Name::ContentType,
    Name::ContentDisposition,
    Name::Event,
    Name::Privacy,
];

/// Headers whose whole value is tokens that are the same in any letter case.
const TOKENS: [Name; 4] = [Name::Supported, Name::Require, Name::ProxyRequire, Name::Privacy];

/// Headers whose values may be folded where a space stands.
const FOLDED: [Name; 12] = [
    Name::Via,
    Name::From,
    Name::To,
    Name::Contact,
    Name::CSeq,
    Name::Allow,
    Name::Supported,
    Name::Require,
    Name::UserAgent,
    Name::Server,
    Name::RAck,
    Name::Route,
];

pub(super) fn rewritten(bytes: &[u8], choices: &mut Choices) -> Vec<u8> {
    let message = Message::split(bytes);
    if !sound(&message) {
        return bytes.to_vec();
    }
    let rows = in_another_order(rows(&message, choices), choices);
    let mut text = message.start_line().of(bytes).to_vec();
    text.extend_from_slice(b"\r\n");
    for (kind, name, value) in rows {
        text.extend(header(kind, &name, &value, choices));
    }
    [&text, &b"\r\n"[..], message.body()].concat()
}

type Row = (Name, Vec<u8>, Vec<u8>);

/// The rows, lists split into more rows or joined into fewer.
fn rows(message: &Message<'_>, choices: &mut Choices) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in message.header_lines() {
        let (name, value) = (line.name.of(message.bytes()), line.value.of(message.bytes()));
        let list = LISTS.contains(&line.kind);
        let before = rows.iter().rposition(|(kind, ..)| *kind == line.kind);
        match before {
            Some(at) if list && choices.chance(40) && !rows[at].2.is_empty() && !value.is_empty() => {
                rows[at].2.extend_from_slice(choices.pick::<&[u8]>(&[b", ", b",", b" ,\t"]));
                rows[at].2.extend_from_slice(value);
            }
            _ if list && choices.chance(40) => {
                let pieces = token::split_outside_quotes(value, b',').map(token::trim);
                rows.extend(pieces.map(|piece| (line.kind, name.to_vec(), piece.to_vec())));
            }
            _ => rows.push((line.kind, name.to_vec(), value.to_vec())),
        }
    }
    rows
}

/// Differently named headers change places; those of one name keep their order.
fn in_another_order(rows: Vec<Row>, choices: &mut Choices) -> Vec<Row> {
    if !choices.chance(60) {
        return rows;
    }
    let same = |one: &Row, other: &Row| {
        one.0 == other.0 && (one.0 != Name::Other || one.1.eq_ignore_ascii_case(&other.1))
    };
    let mut order: Vec<usize> = (0..rows.len()).collect();
    choices.shuffle(&mut order);
    // Each place goes to a name; its rows then fill their places in their own order.
    let mut taken = vec![false; rows.len()];
    let mut sorted = Vec::with_capacity(rows.len());
    for place in order {
        let next = (0..rows.len()).find(|&at| !taken[at] && same(&rows[at], &rows[place]));
        let next = next.expect("as many rows as places have this name");
        taken[next] = true;
        sorted.push(rows[next].clone());
    }
    sorted
}

fn header(kind: Name, written: &[u8], value: &[u8], choices: &mut Choices) -> Vec<u8> {
    let name = match kind.compact().filter(|_| choices.chance(40)) {
        Some(letter) => any_case(letter.to_string().as_bytes(), choices),
        None => any_case(written, choices),
    };
    let colon: &[u8] = choices.pick::<&[u8]>(&[b": ", b":", b" \t: ", b":\r\n ", b":\t", b":  \r\n\t "]);
    // A fold in a fold would be an empty line, so the spaces come first.
    let value = match FOLDED.contains(&kind) && choices.chance(30) {
        true => folded(value, choices),
        false if TOKENS.contains(&kind) => any_case(value, choices),
        false if PARAMETERS.contains(&kind) => listed(kind, value, choices),
        false => value.to_vec(),
    };
    [&name, colon, &value, b"\r\n"].concat()
}

/// Each value of a list with its parameters spelled in another way.
fn listed(kind: Name, value: &[u8], choices: &mut Choices) -> Vec<u8> {
    if !LISTS.contains(&kind) && kind != Name::Contact {
        return parameters(kind, value, choices);
    }
    let values: Vec<_> =
        token::split_outside_quotes(value, b',').map(|piece| parameters(kind, piece, choices)).collect();
    values.join(&b","[..])
}

fn parameters(kind: Name, value: &[u8], choices: &mut Choices) -> Vec<u8> {
    let mut pieces = token::split_outside_quotes(value, b';').map(token::trim);
    let first = pieces.next().unwrap_or_default();
    let mut text = match kind {
        Name::Privacy | Name::ContentType | Name::ContentDisposition => any_case(first, choices),
        Name::Via => via(first, choices),
        _ => address(first, choices),
    };
    for piece in pieces {
        text.extend_from_slice(choices.pick::<&[u8]>(&[b";", b" ; ", b";\r\n\t", b" ;", b"; "]));
        text.extend(match piece.iter().position(|&byte| byte == b'=') {
            None => any_case(piece, choices),
            Some(at) => {
                let equal: &[u8] = choices.pick::<&[u8]>(&[b"=", b" = ", b"= ", b" =\r\n "]);
                let value = token::trim(&piece[at + 1..]);
                let tokens = kind == Name::SessionExpires;
                let value = if tokens { any_case(value, choices) } else { value.to_vec() };
                [&any_case(token::trim(&piece[..at]), choices), equal, &value].concat()
            }
        });
    }
    text
}

/// `SIP/2.0/TCP host`: the transport in any case, white space around the slashes (RFC 3261 25.1: SLASH).
fn via(value: &[u8], choices: &mut Choices) -> Vec<u8> {
    let space = value.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(value.len());
    let (protocol, sent_by) = value.split_at(space);
    let slash: &[u8] = choices.pick::<&[u8]>(&[b"/", b" / "]);
    let pieces: Vec<_> = protocol.split(|&byte| byte == b'/').map(|piece| any_case(piece, choices)).collect();
    [&pieces.join(slash), sent_by].concat()
}

/// A name-addr: scheme and host of its URI in any case, white space before the bracket.
fn address(value: &[u8], choices: &mut Choices) -> Vec<u8> {
    let (Some(open), Some(close)) = (memchr::memrchr(b'<', value), memchr::memrchr(b'>', value)) else {
        return value.to_vec();
    };
    if open > close || !is_uri(&value[open + 1..close]) {
        return value.to_vec();
    }
    let display = &value[..open];
    let gap: &[u8] = if display.is_empty() || !choices.chance(30) { b"" } else { b"\t " };
    [display, gap, b"<", &uri(&value[open + 1..close], choices), &value[close..]].concat()
}

/// A URI: scheme and host are the same in any case, the user part and what follows are not touched.
fn uri(text: &[u8], choices: &mut Choices) -> Vec<u8> {
    let Some(colon) = text.iter().position(|&byte| byte == b':') else { return text.to_vec() };
    let host = memchr::memchr(b'@', text).map_or(colon + 1, |at| at + 1);
    let end = text[host..]
        .iter()
        .position(|&byte| matches!(byte, b';' | b'?'))
        .map_or(text.len(), |end| host + end);
    let (scheme, host_port) = (any_case(&text[..colon], choices), any_case(&text[host..end], choices));
    [&scheme, &text[colon..host], &host_port, &text[end..]].concat()
}

/// Folds where a single space stands outside of quotes and brackets.
fn folded(value: &[u8], choices: &mut Choices) -> Vec<u8> {
    let pieces: Vec<&[u8]> = token::split_outside_quotes(value, b' ').collect();
    let mut text = Vec::with_capacity(value.len() + 8);
    for (index, piece) in pieces.into_iter().enumerate() {
        if index > 0 {
            text.extend_from_slice(choices.pick::<&[u8]>(&[b" ", b"\r\n ", b"  ", b" \r\n\t"]));
        }
        text.extend_from_slice(piece);
    }
    text
}
