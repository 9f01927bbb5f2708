//! A message while it is written: start line, headers in order, body -> the bytes on the wire.

use std::fmt::Display;

/// A message that is being written. Content-Length is added last and is always right.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    start: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Draft {
    /// A request.
    pub(super) fn request(method: &str, uri: impl Display) -> Self {
        Self::starting(format!("{method} {uri} SIP/2.0"))
    }

    /// A response.
    pub(super) fn response(status: u16) -> Self {
        Self::starting(format!("SIP/2.0 {status} {}", reason(status)))
    }

    fn starting(start: String) -> Self {
        Self { start, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Adds a header if there is a value.
    pub(super) fn with_some(self, name: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds the same header once for each value.
    pub(super) fn with_each(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = impl Display>,
    ) -> Self {
        values.into_iter().fold(self, |draft, value| draft.with(name, value))
    }

    /// Sets the body with its Content-Type.
    pub(super) fn carrying(mut self, content_type: impl Display, body: Vec<u8>) -> Self {
        self.headers.push(("Content-Type", content_type.to_string()));
        self.body = body;
        self
    }

    /// The bytes on the wire.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut text = self.start;
        text.push_str("\r\n");
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        let mut bytes = text.into_bytes();
        bytes.extend(self.body);
        bytes
    }
}

/// The reason phrase that RFC 3261 section 21 (or the RFC of the status) gives.
fn reason(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        180 => "Ringing",
        181 => "Call Is Being Forwarded",
        182 => "Queued",
        183 => "Session Progress",
        200 => "OK",
        202 => "Accepted",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        422 => "Session Interval Too Small",
        480 => "Temporarily Unavailable",
        482 => "Loop Detected",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        500 => "Server Internal Error",
        503 => "Service Unavailable",
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        _ => "Unspecified",
    }
}
