//! The lines between messages, and what they say about the next one.

use std::net::SocketAddr;

use crate::capture::Transport;
use crate::capture::problem::Log;
use crate::source::Time;

/// What separator lines may say.
const KEYS: [&str; 4] = ["time", "from", "to", "transport"];

/// How the next message came, as far as its separator lines say it.
#[derive(Debug, Default)]
pub(super) struct Way {
    pub(super) time: Option<Time>,
    pub(super) from: Option<SocketAddr>,
    pub(super) to: Option<SocketAddr>,
    pub(super) transport: Option<Transport>,
}

/// Whether a line may stand between messages: `---`, or anything that starts with `#`.
pub(super) fn is_separator(line: &[u8]) -> bool {
    line.first() == Some(&b'#') || is_dashes(line)
}

pub(super) fn is_dashes(line: &[u8]) -> bool {
    line.trim_ascii_end() == b"---"
}

/// Whether a separator line says something about the next message.
pub(super) fn has_known_key(line: &[u8]) -> bool {
    line.first() == Some(&b'#')
        && line[1..].split(u8::is_ascii_whitespace).any(|word| {
            let key = memchr::memchr(b'=', word).and_then(|equals| std::str::from_utf8(&word[..equals]).ok());
            key.is_some_and(|key| KEYS.contains(&key))
        })
}

impl Way {
    /// Takes in what a separator line says; a later line wins.
    pub(super) fn read(&mut self, line: &[u8], number: usize, log: &mut Log) {
        let line = String::from_utf8_lossy(line);
        for word in line.trim_start_matches('#').split_ascii_whitespace() {
            let Some((key, value)) = word.split_once('=').filter(|(key, _)| KEYS.contains(key)) else {
                continue;
            };
            if let Err(wanted) = self.set(key, value) {
                log.note(wanted, || format!("line {number}: `{word}` names no {wanted}: not used"));
            }
        }
    }

    /// Takes in one value; an unreadable one changes nothing and gives what was wanted.
    fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "time" => self.time = Some(Time::parse(value).ok_or("RFC 3339 time")?),
            "from" => self.from = Some(value.parse().map_err(|_| "IP address with a port")?),
            "to" => self.to = Some(value.parse().map_err(|_| "IP address with a port")?),
            _ => {
                let names = "transport (udp, tcp, tls, sctp, ws, wss)";
                self.transport = Some(Transport::named(value).ok_or(names)?);
            }
        }
        Ok(())
    }
}
