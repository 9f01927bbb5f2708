//! Flow -> `.sip` text that is read back as the same flow.

use std::fmt::Write as _;
use std::io::Write;

use super::flow::{Flow, FlowMessage};
use crate::message::{Wholeness, looks_like_sip};
use crate::source::Time;

/// Why a flow could not be written as text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The text could not be written down.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// As text, this message would be read back as another one.
    #[error("message {message} cannot be written as text: {why}")]
    Differs {
        /// The message, from 0.
        message: usize,
        /// What stands against it.
        why: &'static str,
    },
}

impl Flow {
    /// Writes the flow as a `.sip` file: the bytes of every message as they are, behind a separator line that
    /// says what is known of its time, addresses and transport.
    ///
    /// # Errors
    /// When `out` fails, or as [`Flow::to_sip`] says. Nothing is written then.
    pub fn write_sip(&self, mut out: impl Write) -> Result<(), TextError> {
        let text = self.to_sip()?;
        out.write_all(&text)?;
        Ok(out.flush()?)
    }

    /// The flow as the text of a `.sip` file, which [`Flow::read`] reads back as an equal flow.
    ///
    /// Text has no place for the length of a message: it is told by a Content-Length that fits, or by what
    /// follows. A message whose Content-Length fits can be written whatever its body holds; only a body of
    /// type `application/sdp` has to end with a line end, unless it is the last. Without a Content-Length that
    /// fits, a body has to end with one line end, or be the last, and must not hold what looks like a separator
    /// or a start line.
    ///
    /// ```
    /// use sipclause::compose::Flow;
    ///
    /// let text = b"# from=192.0.2.1:5060\r\nBYE sip:a@b.example SIP/2.0\r\nContent-Length: 0\r\n\r\n";
    /// let flow = Flow::read(&text[..]).expect("it is SIP text");
    /// assert_eq!(flow.to_sip().expect("it was text before"), text);
    /// ```
    ///
    /// # Errors
    /// Names the first message that would be read back as another one, and why.
    pub fn to_sip(&self) -> Result<Vec<u8>, TextError> {
        let mut text = Vec::new();
        for message in &self.messages {
            if !text.is_empty() && !text.ends_with(b"\n") {
                text.extend_from_slice(b"\r\n");
            }
            // The first has one too: lines that end with LF are taken for CRLF in a text without any CRLF.
            text.extend_from_slice(separator(message).as_bytes());
            text.extend_from_slice(&message.bytes);
        }
        let read = Self::read(&text[..]).unwrap_or_default();
        match self
            .messages
            .iter()
            .enumerate()
            .find(|(index, message)| read.messages.get(*index) != Some(message))
        {
            Some((message, written)) => {
                let why = why_not(written, read.messages.get(message));
                Err(TextError::Differs { message, why })
            }
            None if read.messages.len() > self.messages.len() => {
                Err(TextError::Differs { message: self.messages.len().saturating_sub(1), why: MORE })
            }
            None => Ok(text),
        }
    }
}

const MORE: &str = "its body holds what would be read as another message, and no Content-Length says so";

/// The line before a message: the keys that are known, or dashes.
fn separator(message: &FlowMessage) -> String {
    let mut line = String::from("#");
    let mut key = |name, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(line, " {name}={value}");
        }
    };
    key("time", message.time.map(rfc_3339));
    key("from", message.from.map(|address| address.to_string()));
    key("to", message.to.map(|address| address.to_string()));
    key("transport", message.transport.map(|transport| transport.name().to_owned()));
    if line == "#" { "---\r\n".to_owned() } else { line + "\r\n" }
}

/// Microseconds, as [`Time`] prints them, or nanoseconds where there are any.
fn rfc_3339(time: Time) -> String {
    let nanoseconds = time.0.rem_euclid(1000);
    let text = time.to_string();
    match text.strip_suffix('Z') {
        Some(text) if nanoseconds > 0 => format!("{text}{nanoseconds:03}Z"),
        _ => text,
    }
}

/// What hinders a message from being read back.
fn why_not(written: &FlowMessage, read: Option<&FlowMessage>) -> &'static str {
    if written.wholeness == Wholeness::Cut {
        return "it is cut, which text cannot tell";
    }
    let first = written.bytes.first();
    if !looks_like_sip(&written.bytes) || first.is_some_and(|byte| b"\r\n".contains(byte)) {
        return "it does not begin with a start line";
    }
    match read {
        Some(read) if read.bytes.len() > written.bytes.len() => {
            "its body has no end: a Content-Length that fits, or a line end of its own, is missing"
        }
        Some(read) if read.bytes.len() < written.bytes.len() && written.bytes.starts_with(&read.bytes) => {
            "its body would end too early: it has no Content-Length that fits"
        }
        Some(read) if read.bytes == written.bytes => "its time or an address cannot be written",
        _ => "a message before it would run into it",
    }
}
