//! Values with a grammar of their own: URIs, parties, globs, patterns, dates.

use jiff::civil::Date;
use regex::bytes::Regex;

use super::node::{Fault, Node, Value};
use crate::message::uri::Uri;
use crate::session::Glob;
use crate::session::context::{PartyPattern, release_pattern};

impl Node {
    /// A SIP, SIPS or tel URI. Angle brackets around it, as in a header, are taken off.
    pub(super) fn uri(&self) -> Result<String, Fault> {
        let text = self.text()?;
        let text = text.trim();
        let bare = text.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(text);
        check_uri(bare).map_err(|why| self.fault(why))?;
        Ok(bare.to_owned())
    }

    /// A URI, or a glob over URIs.
    pub(super) fn uri_glob(&self) -> Result<Glob, Fault> {
        let glob = self.glob()?;
        if !glob.is_pattern() {
            return self.uri().map(Glob);
        }
        // A pattern that names a scheme is checked with its wildcards filled in.
        if !glob.0.starts_with(['*', '?']) {
            check_uri(&glob.0.replace(['*', '?'], "x")).map_err(|why| self.fault(why))?;
        }
        Ok(glob)
    }

    /// Text in which `*` and `?` stand for other text.
    pub(super) fn glob(&self) -> Result<Glob, Fault> {
        self.text().map(Glob)
    }

    /// An address, a range of addresses, a URI or a host name.
    pub(super) fn party(&self) -> Result<PartyPattern, Fault> {
        let text = self.text()?;
        let party = PartyPattern::parse(&text).map_err(|why| self.fault(why))?;
        if let PartyPattern::Name(name) = &party {
            check_party_name(name).map_err(|why| self.fault(why))?;
        }
        Ok(party)
    }

    /// A host name or address without a port.
    pub(super) fn host(&self) -> Result<String, Fault> {
        let host = self.text()?;
        if is_host(&host) { Ok(host) } else { Err(self.fault(format!("`{host}` is no host name"))) }
    }

    /// The pattern of a release token; `unknown` is none.
    pub(super) fn release(&self) -> Result<Option<Regex>, Fault> {
        let pattern = self.text()?;
        if pattern == "unknown" {
            return Ok(None);
        }
        release_pattern(&pattern).map(Some).map_err(|error| {
            let why = error.to_string();
            let last = why.lines().last().unwrap_or_default();
            let why = last.trim_start_matches("error: ");
            self.fault(format!("`{pattern}` is no regular expression: {why}"))
        })
    }

    /// A calendar day, written `YYYY-MM-DD`.
    pub(super) fn date(&self) -> Result<Date, Fault> {
        let text = match &self.value {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        match text.parse::<Date>() {
            Ok(date) if date.to_string() == text => Ok(date),
            _ => {
                let text = self.text()?;
                Err(self.fault(format!("`{text}` is no date; a date is written YYYY-MM-DD")))
            }
        }
    }
}

fn check_uri(text: &str) -> Result<(), String> {
    if is_uri(text) {
        return Ok(());
    }
    let guess = format!("sip:{text}");
    Err(if is_uri(&guess) && text.contains('@') {
        format!("`{text}` is no SIP, SIPS or tel URI; did you mean `{guess}`?")
    } else {
        format!("`{text}` is no SIP, SIPS or tel URI")
    })
}

fn is_uri(text: &str) -> bool {
    matches!(Uri::parse(text.as_bytes()), Ok(Uri::Sip(_) | Uri::Tel(_)))
}

/// A party that is no address: a URI if it has a scheme, else a host name.
fn check_party_name(name: &str) -> Result<(), String> {
    if name.contains([':', '@']) {
        return check_uri(name);
    }
    if is_host(name) {
        return Ok(());
    }
    Err(format!("`{name}` is no address, range, URI or host name"))
}

fn is_host(text: &str) -> bool {
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    if bare.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    // Numbers and dots alone would be an address, and it is none.
    !text.chars().all(|c| c.is_ascii_digit() || c == '.')
        && text.trim_end_matches('.').split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
