//! Parts -> a multipart/mixed body and its Content-Type (RFC 2046 5.1, RFC 5621).

use super::Refused;
use super::values::{line, quoted};
use crate::message::token::is_token;

/// How a multipart/mixed body is written around its parts; all of it means the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mixed {
    boundary: String,
    quote: bool,
    preamble: Option<String>,
    epilogue: Option<String>,
    sdp_last: bool,
    explicit_disposition: bool,
    first_message: Option<String>,
}

/// One part: header lines and content.
pub(super) struct Part {
    pub(super) headers: Vec<String>,
    pub(super) content: String,
}

impl Mixed {
    /// With this boundary.
    ///
    /// # Errors
    /// When it is empty, longer than 70 characters, ends in a space or has characters other than
    /// `bchars` (RFC 2046 5.1.1).
    pub fn new(boundary: impl Into<String>) -> Result<Self, Refused> {
        let boundary = boundary.into();
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
        if boundary.is_empty()
            || boundary.len() > 70
            || boundary.ends_with(' ')
            || !boundary.bytes().all(legal)
        {
            return Err(Refused::because(format!("`{boundary}` is no boundary (RFC 2046 5.1.1)")));
        }
        let quote = !is_token(boundary.as_bytes());
        let (preamble, epilogue, first_message) = (None, None, None);
        Ok(Self {
            boundary,
            quote,
            preamble,
            epilogue,
            sdp_last: false,
            explicit_disposition: false,
            first_message,
        })
    }

    /// Quotes the boundary though it is a token.
    pub fn quoted(mut self) -> Self {
        self.quote = true;
        self
    }

    /// Text before the first delimiter, which every receiver passes over.
    ///
    /// # Errors
    /// When it has a line end or begins with `--`.
    pub fn preamble(mut self, text: &str) -> Result<Self, Refused> {
        self.preamble = Some(outside(text)?);
        Ok(self)
    }

    /// Text behind the last delimiter, which every receiver passes over.
    ///
    /// # Errors
    /// As for the preamble.
    pub fn epilogue(mut self, text: &str) -> Result<Self, Refused> {
        self.epilogue = Some(outside(text)?);
        Ok(self)
    }

    /// Puts the session description behind the other parts.
    pub fn sdp_last(mut self) -> Self {
        self.sdp_last = true;
        self
    }

    /// Writes `Content-Disposition: session`, which the session description has anyway (RFC 3261 13.2.1).
    pub fn explicit_disposition(mut self) -> Self {
        self.explicit_disposition = true;
        self
    }

    /// Sends a first message along as a text/plain part.
    ///
    /// # Errors
    /// When it has control characters or begins with `--`.
    pub fn first_message(mut self, text: &str) -> Result<Self, Refused> {
        self.first_message = Some(outside(text)?);
        Ok(self)
    }

    /// The same without a message beside the offer.
    pub(super) fn without_first_message(&self) -> Self {
        Self { first_message: None, ..self.clone() }
    }

    /// Content-Type and body.
    pub(super) fn body(&self, sdp: String, others: Vec<Part>) -> (String, Vec<u8>) {
        let mut sdp_headers = vec!["Content-Type: application/sdp".to_owned()];
        if self.explicit_disposition {
            sdp_headers.push("Content-Disposition: session".to_owned());
        }
        let mut parts = others;
        parts.extend(self.first_message.iter().map(|text| Part {
            headers: vec!["Content-Type: text/plain;charset=utf-8".to_owned()],
            content: format!("{text}\r\n"),
        }));
        let at = if self.sdp_last { parts.len() } else { 0 };
        parts.insert(at, Part { headers: sdp_headers, content: sdp });
        let content_type = match self.quote {
            true => format!("multipart/mixed;boundary={}", quoted(&self.boundary)),
            false => format!("multipart/mixed;boundary={}", self.boundary),
        };
        (content_type, self.text(&parts).into_bytes())
    }

    fn text(&self, parts: &[Part]) -> String {
        let boundary = &self.boundary;
        let mut text = self.preamble.as_ref().map_or_else(String::new, |preamble| format!("{preamble}\r\n"));
        for part in parts {
            let headers: String = part.headers.iter().map(|header| format!("{header}\r\n")).collect();
            text.push_str(&format!("--{boundary}\r\n{headers}\r\n{}\r\n", part.content));
        }
        text.push_str(&format!("--{boundary}--\r\n"));
        text.extend(self.epilogue.as_deref());
        text
    }
}

/// Text that cannot be taken for a delimiter.
fn outside(text: &str) -> Result<String, Refused> {
    if text.starts_with("--") {
        return Err(Refused::because(format!("`{text}` could be taken for a delimiter (RFC 2046 5.1.1)")));
    }
    line(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_quoted_when_it_has_to_be() {
        let content_type = |boundary: &str| Mixed::new(boundary).unwrap().body(String::new(), Vec::new()).0;
        assert_eq!(content_type("b'+_-.1"), "multipart/mixed;boundary=b'+_-.1");
        assert_eq!(content_type("b:1"), "multipart/mixed;boundary=\"b:1\"");
        assert_eq!(content_type("a b"), "multipart/mixed;boundary=\"a b\"");
    }

    #[test]
    fn what_would_break_the_framing_is_refused() {
        for boundary in ["", "ends in space ", "b;1", &"b".repeat(71)] {
            assert!(Mixed::new(boundary).is_err(), "{boundary:?}");
        }
        assert!(Mixed::new("b").unwrap().preamble("--b").is_err());
        assert!(Mixed::new("b").unwrap().first_message("a\r\n--b--").is_err());
    }
}
