//! Our message -> rsip's, where rsip can hold it.

use std::borrow::Cow;

use rsip::{Header, SipMessage, StatusCode, Version};

use crate::message::uri::Uri;
use crate::message::{HeaderLine, Message, Name, StartLine, token};

/// A part of a message that rsip has no place for.
///
/// Among them: methods in small letters or outside of its list, URIs of schemes other than `sip` and `sips`,
/// IPv6 hosts, URIs with headers, text that is not UTF-8, lines that are no header.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("rsip cannot hold {part}: {why}")]
pub struct NotHeld {
    part: String,
    why: String,
}

impl NotHeld {
    fn new(part: impl Into<String>, why: impl Into<String>) -> Self {
        Self { part: part.into(), why: why.into() }
    }

    /// What it is: `the header Subject`, `the Request-URI …`, `line 3`.
    pub fn part(&self) -> &str {
        &self.part
    }
}

/// In our normal form: long names, folded lines unfolded, one Via or Contact a row.
///
/// A reason phrase is kept only where rsip does not know the code; it means nothing to machines (RFC 3261
/// 7.2).
impl TryFrom<&Message<'_>> for SipMessage {
    type Error = NotHeld;

    fn try_from(message: &Message<'_>) -> Result<Self, NotHeld> {
        let bytes = message.bytes();
        let headers: Vec<Header> = headers(message)?;
        let (headers, body) = (headers.into(), message.body().to_vec());
        match message.start() {
            StartLine::Request { method, uri, version } => Ok(Self::Request(rsip::Request {
                method: held_method(method.of(bytes))?,
                uri: held_uri(uri.of(bytes))?,
                version: held_version(version.of(bytes))?,
                headers,
                body,
            })),
            StartLine::Status { version, code, reason } => Ok(Self::Response(rsip::Response {
                version: held_version(version.of(bytes))?,
                status_code: held_status(message.status(), code.of(bytes), reason.of(bytes))?,
                headers,
                body,
            })),
            StartLine::Broken => {
                Err(NotHeld::new("the start line", "it is neither of a request nor of a response"))
            }
        }
    }
}

fn held_method(written: &[u8]) -> Result<rsip::Method, NotHeld> {
    let known = rsip::Method::all().into_iter().find(|method| method.to_string().as_bytes() == written);
    known.ok_or_else(|| NotHeld::new(quoted("the method", written), "it knows no such method"))
}

fn held_version(written: &[u8]) -> Result<Version, NotHeld> {
    let known =
        [Version::V2, Version::V1].into_iter().find(|version| version.to_string().as_bytes() == written);
    known.ok_or_else(|| NotHeld::new(quoted("the version", written), "it knows `SIP/2.0` and `SIP/1.0`"))
}

/// rsip reads as much of a URI as it understands, drops the rest without a word, and takes `tel:1234` for a port
/// and `b?Subject=x` for a host.
fn held_uri(written: &[u8]) -> Result<rsip::Uri, NotHeld> {
    let refused = |why: &str| NotHeld::new(quoted("the Request-URI", written), why);
    let ours =
        Uri::parse(written).map_err(|malformed| refused(&format!("expected {}", malformed.expected)))?;
    let Uri::Sip(ours) = ours else {
        return Err(refused("it knows the schemes `sip` and `sips`"));
    };
    let text = std::str::from_utf8(written).map_err(|_| refused("it is not UTF-8"))?;
    let theirs = rsip::Uri::try_from(text).map_err(|error| refused(&error.to_string()))?;
    let again = theirs.to_string();
    let host = theirs.host().to_string();
    if host.as_bytes() != ours.host.text {
        Err(refused(&format!("it would take `{host}` for the host")))
    } else if !again.eq_ignore_ascii_case(text) {
        Err(refused(&format!("it would write `{again}`")))
    } else {
        Ok(theirs)
    }
}

fn held_status(status: Option<u16>, code: &[u8], reason: &[u8]) -> Result<StatusCode, NotHeld> {
    let status = status
        .ok_or_else(|| NotHeld::new(quoted("the status code", code), "it is no number of three digits"))?;
    match StatusCode::from(status) {
        StatusCode::Other(code, _) => {
            let reason = std::str::from_utf8(reason);
            let reason = reason.map_err(|_| NotHeld::new("the reason phrase", "it is not UTF-8"))?;
            Ok(StatusCode::Other(code, reason.to_owned()))
        }
        known => Ok(known),
    }
}

fn headers(message: &Message<'_>) -> Result<Vec<Header>, NotHeld> {
    let mut headers = Vec::new();
    for line in message.header_lines() {
        if line.fault.is_some() {
            let number = message.line_column(line.line.start as usize).line;
            return Err(NotHeld::new(format!("line {number}"), "it is no header"));
        }
        let value = line.value.of(message.bytes());
        if ONE_A_ROW.contains(&line.kind) {
            for value in token::split_outside_quotes(value, b',') {
                headers.push(header(message, &line, token::trim(value))?);
            }
        } else {
            headers.push(header(message, &line, value)?);
        }
    }
    Ok(headers)
}

/// Comma lists of which rsip reads the first value only, or nothing. Those that it reads as lists stay lists.
const ONE_A_ROW: [Name; 3] = [Name::Via, Name::Contact, Name::Warning];

fn header(message: &Message<'_>, line: &HeaderLine, value: &[u8]) -> Result<Header, NotHeld> {
    let written = String::from_utf8_lossy(line.name.of(message.bytes()));
    let name = if line.kind == Name::Other { &written } else { line.kind.canonical() };
    let value = unfolded(value);
    let value = std::str::from_utf8(&value)
        .map_err(|_| NotHeld::new(format!("the header {name}"), "it is not UTF-8"))?;
    Ok(typed(line.kind, value).unwrap_or_else(|| Header::Other(name.to_owned(), value.to_owned())))
}

/// RFC 3261 7.3.1: a fold, with the white space around it, means one space.
fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'\n') {
        return Cow::Borrowed(value);
    }
    let lines = value.split(|&byte| byte == b'\n').map(token::trim).filter(|line| !line.is_empty());
    let lines: Vec<&[u8]> = lines.collect();
    Cow::Owned(lines.join(&b' '))
}

macro_rules! typed_headers {
    ($($name:ident)*) => {
        /// The header of that name, if rsip has a type for it.
        pub(super) fn typed(name: Name, value: &str) -> Option<Header> {
            match name {
                $(Name::$name => Some(Header::$name(value.into())),)*
                _ => None,
            }
        }
    };
}

typed_headers! {
    Accept AcceptEncoding AcceptLanguage AlertInfo Allow AuthenticationInfo Authorization CSeq CallId CallInfo
    Contact ContentDisposition ContentEncoding ContentLanguage ContentLength ContentType Date ErrorInfo Event
    Expires From InReplyTo MaxForwards MimeVersion MinExpires Organization Priority ProxyAuthenticate
    ProxyAuthorization ProxyRequire RecordRoute ReplyTo Require RetryAfter Route Server Subject
    SubscriptionState Supported Timestamp To Unsupported UserAgent Via Warning WwwAuthenticate
}

fn quoted(what: &str, written: &[u8]) -> String {
    format!("{what} `{}`", written.escape_ascii())
}
