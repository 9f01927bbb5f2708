//! An MSRP session -> its SDP description (RFC 4566, RFC 4975, RFC 6135).

use std::net::IpAddr;

use super::Refused;
use super::values::{line, token};

/// Where a party listens for MSRP, and what it accepts there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MsrpMedia {
    address: IpAddr,
    port: u16,
    session_id: String,
    secure: bool,
    accept_types: Vec<String>,
    wrapped_types: Vec<String>,
    max_size: Option<u64>,
    setup: Option<Setup>,
    connection_at_media: bool,
    attributes: Vec<String>,
    audio: Option<Audio>,
}

/// The audio section beside the messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Audio {
    Offered(u16),
    Refused,
}

/// Characters that hold 80 random bits, at 62 to choose from.
const LEAST_SESSION_ID: usize = 14;

/// Who opens the connection (RFC 6135).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setup {
    /// Either; for offers.
    ActPass,
    /// The party that says so.
    Active,
    /// The other; for answers.
    Passive,
}

impl MsrpMedia {
    /// Sessions at this address. The id has to be hard to guess (RFC 4975 14.1); each session adds something of
    /// its own to it.
    ///
    /// # Errors
    /// Port 0 would refuse the stream (RFC 3264 5.1); an id has at least 14 unreserved characters, `+`, `=`
    /// and `/`.
    pub fn new(address: IpAddr, port: u16, session_id: impl Into<String>) -> Result<Self, Refused> {
        let session_id = session_id.into();
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+=/".contains(&byte);
        if !session_id.bytes().all(legal) {
            return Err(Refused::because(format!("`{session_id}` is no session-id (RFC 4975 9)")));
        }
        if session_id.len() < LEAST_SESSION_ID {
            return Err(Refused::because(format!(
                "`{session_id}` is too short for 80 bits of randomness: {LEAST_SESSION_ID} characters (RFC 4975 14.1)"
            )));
        }
        if port == 0 {
            return Err(Refused::because("port 0 refuses the stream (RFC 3264 5.1)"));
        }
        Ok(Self {
            address,
            port,
            session_id,
            secure: false,
            accept_types: vec!["message/cpim".into(), "text/plain".into()],
            wrapped_types: Vec::new(),
            max_size: None,
            setup: None,
            connection_at_media: false,
            attributes: Vec::new(),
            audio: None,
        })
    }

    /// MSRP over TLS: `msrps` and `TCP/TLS/MSRP`.
    pub fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    /// Accepts these media types instead of message/cpim and text/plain; `*` and `image/*` can be said.
    ///
    /// # Errors
    /// An empty list (RFC 4975 8.6 wants one entry), or an entry that is no type.
    pub fn accepting(mut self, types: &[&str]) -> Result<Self, Refused> {
        self.accept_types = format_list(types)?;
        Ok(self)
    }

    /// Accepts these inside of an envelope such as message/cpim.
    ///
    /// # Errors
    /// As for [`MsrpMedia::accepting`].
    pub fn accepting_wrapped(mut self, types: &[&str]) -> Result<Self, Refused> {
        self.wrapped_types = format_list(types)?;
        Ok(self)
    }

    /// The largest message, in octets.
    pub fn max_size(mut self, octets: u64) -> Self {
        self.max_size = Some(octets);
        self
    }

    /// Says who opens the connection. An active party listens nowhere: its port is 9 (RFC 6135 4.2).
    pub fn setup(mut self, setup: Setup) -> Self {
        self.setup = Some(setup);
        self
    }

    /// Writes `c=` below the media line instead of above it.
    pub fn connection_at_media(mut self) -> Self {
        self.connection_at_media = true;
        self
    }

    /// Adds an attribute of another specification to the MSRP section: `sendrecv`, `label:1`.
    ///
    /// # Errors
    /// For the attributes that this type writes itself, and for line ends.
    pub fn attribute(mut self, attribute: &str) -> Result<Self, Refused> {
        let name = attribute.split(':').next().unwrap_or_default();
        if ["path", "accept-types", "accept-wrapped-types", "max-size", "setup", "connection", "msrp-cema"]
            .contains(&name)
        {
            return Err(Refused::because(format!("`a={name}` is written by `MsrpMedia` itself")));
        }
        token(name)?;
        self.attributes.push(line(attribute)?);
        Ok(self)
    }

    /// Offers audio on this port beside the messages: PCMU and a dynamic payload type with its rtpmap.
    pub fn with_audio(mut self, port: u16) -> Self {
        self.audio = Some(Audio::Offered(port));
        self
    }

    /// The same for one session, with a word of its own in the path (RFC 4975 8.2).
    pub(super) fn of_session(&self, word: &str) -> Self {
        Self { session_id: format!("{}{word}", self.session_id), ..self.clone() }
    }

    /// What answers this offer: its transport, as many sections, and a setup where the offer has one
    /// (RFC 3264 6, RFC 6135 4.2.1). Audio is refused.
    ///
    /// # Errors
    /// When both sides want to open the connection, or the offer says nothing of it.
    pub(super) fn answering(&self, offer: &Self, setup: Option<Setup>) -> Result<Self, Refused> {
        let setup = match (offer.setup, setup) {
            (None, Some(_)) => {
                Err(Refused::because("an answer has `a=setup` where the offer has it (RFC 4145 4.1)"))
            }
            (Some(Setup::Active), Some(Setup::Active)) => {
                Err(Refused::because("`active` is answered by `passive` (RFC 4145 4.1)"))
            }
            (None, None) => Ok(None),
            (Some(_), setup) => Ok(Some(setup.unwrap_or(Setup::Passive))),
        }?;
        let audio = offer.audio.map(|_| Audio::Refused);
        Ok(Self { secure: offer.secure, setup, audio, ..self.clone() })
    }

    /// The session description, with this user name and version in `o=`.
    pub(super) fn sdp(&self, origin: &str, id: u64, version: u64) -> String {
        let connection =
            format!("IN {} {}", if self.address.is_ipv6() { "IP6" } else { "IP4" }, self.address);
        let mut lines =
            vec!["v=0".to_owned(), format!("o={origin} {id} {version} {connection}"), "s=-".to_owned()];
        if !self.connection_at_media || self.audio.is_some() {
            lines.push(format!("c={connection}"));
        }
        lines.push("t=0 0".to_owned());
        self.msrp_lines(&connection, &mut lines);
        match self.audio {
            Some(Audio::Offered(port)) => {
                lines.extend([format!("m=audio {port} RTP/AVP 0 97"), "a=rtpmap:97 AMR/8000".to_owned()]);
            }
            Some(Audio::Refused) => lines.push("m=audio 0 RTP/AVP 0".to_owned()),
            None => {}
        }
        lines.iter().map(|line| format!("{line}\r\n")).collect()
    }

    fn msrp_lines(&self, connection: &str, lines: &mut Vec<String>) {
        let host = match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let (scheme, proto) = if self.secure { ("msrps", "TCP/TLS/MSRP") } else { ("msrp", "TCP/MSRP") };
        let port = if self.setup == Some(Setup::Active) { 9 } else { self.port };
        lines.push(format!("m=message {port} {proto} *"));
        if self.connection_at_media {
            lines.push(format!("c={connection}"));
        }
        lines.push(format!("a=path:{scheme}://{host}:{}/{};tcp", self.port, self.session_id));
        lines.push(format!("a=accept-types:{}", self.accept_types.join(" ")));
        if !self.wrapped_types.is_empty() {
            lines.push(format!("a=accept-wrapped-types:{}", self.wrapped_types.join(" ")));
        }
        lines.extend(self.max_size.map(|octets| format!("a=max-size:{octets}")));
        lines.extend(self.setup.map(|setup| format!("a=setup:{}", setup.name())));
        lines.extend(self.attributes.iter().map(|attribute| format!("a={attribute}")));
    }
}

impl Setup {
    const fn name(self) -> &'static str {
        match self {
            Self::ActPass => "actpass",
            Self::Active => "active",
            Self::Passive => "passive",
        }
    }
}

fn format_list(types: &[&str]) -> Result<Vec<String>, Refused> {
    use crate::message::body::msrp::parse_format_list;
    let joined = types.join(" ");
    match parse_format_list(joined.as_bytes()).find_map(Result::err) {
        _ if types.is_empty() => Err(Refused::because("a format list has at least one entry (RFC 4975 8.6)")),
        Some(defect) => Err(Refused::because(format!("`{joined}` is no format list: {}", defect.code))),
        None => Ok(types.iter().map(|&entry| entry.to_owned()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media() -> MsrpMedia {
        MsrpMedia::new("2001:db8::7".parse().unwrap(), 2855, "aVeryLongSecret1").unwrap()
    }

    #[test]
    fn an_address_of_version_6_stands_in_brackets_in_the_path_alone() {
        let sdp = media().sdp("-", 1, 1);
        assert!(sdp.contains("c=IN IP6 2001:db8::7\r\n"), "{sdp}");
        assert!(sdp.contains("a=path:msrp://[2001:db8::7]:2855/aVeryLongSecret1;tcp\r\n"), "{sdp}");
    }

    #[test]
    fn what_would_not_conform_is_refused() {
        assert!(MsrpMedia::new("192.0.2.1".parse().unwrap(), 0, "aVeryLongSecret").is_err());
        assert!(MsrpMedia::new("192.0.2.1".parse().unwrap(), 1, "aVeryLongSecret;tcp").is_err());
        assert!(MsrpMedia::new("192.0.2.1".parse().unwrap(), 1, "tooShortAnId1").is_err());
        assert!(media().accepting(&[]).is_err());
        assert!(media().accepting(&["text/plain,message/cpim"]).is_err());
        assert!(media().attribute("").is_err() && media().attribute("a b:c").is_err());
        assert!(media().attribute("path:msrp://x").is_err());
        assert!(media().attribute("label:1\r\nm=audio 1 RTP/AVP 0").is_err());
    }
}
