//! Kamailio, module sipdump (`.data`): key lines, the message as it was, a line of bars.

use std::net::{IpAddr, SocketAddr};

use super::lines::bare;
use super::way::{Way, transport};
use super::{Format, Grammar, Meaning, Place, Reads, Traits, clock};

const BEGIN: &[u8] = b"====================";
const MESSAGE: &[u8] = b"~~~~~~~~~~~~~~~~~~~~";
const END: &[u8] = b"||||||||||||||||||||";

pub(super) const FORMAT: Format = Format {
    name: "kamailio sipdump",
    recognises,
    reads: Reads::Text(grammar, Traits { is_exact: true, ..Traits::NONE }),
};

fn recognises(lines: &[&[u8]]) -> bool {
    lines.contains(&MESSAGE) && lines.iter().any(|line| line.starts_with(b"srcip: ") || *line == BEGIN)
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Keys::default())
}

/// What the key lines said so far.
#[derive(Debug, Default)]
struct Keys {
    way: Way,
    addresses: [Option<IpAddr>; 2],
    ports: [Option<u16>; 2],
}

impl Grammar for Keys {
    fn meaning<'l>(&mut self, line: &'l [u8], place: Place) -> Meaning<'l> {
        let text = bare(line);
        if place.is_inside() {
            // A body without a line end shares its last line with the bars.
            return match text.strip_suffix(END) {
                Some(last) => Meaning::Closes(last),
                None => Meaning::Text(line),
            };
        }
        match text {
            BEGIN => {
                *self = Self::default();
                Meaning::Says(Way::default())
            }
            MESSAGE => Meaning::Opens(std::mem::take(self).way()),
            END => Meaning::Closes(b""),
            _ if place == Place::Before => Meaning::Text(line),
            _ => {
                self.read(&String::from_utf8_lossy(text));
                Meaning::Nothing
            }
        }
    }
}

impl Keys {
    fn read(&mut self, line: &str) {
        let Some((key, value)) = line.split_once(": ") else {
            return;
        };
        match key {
            "time" => self.way.stamp = clock::epoch(value.as_bytes()),
            "proto" => {
                self.way.transport = value.split(' ').next().and_then(|name| transport(name.as_bytes()));
            }
            "srcip" => self.addresses[0] = value.parse().ok(),
            "dstip" => self.addresses[1] = value.parse().ok(),
            "srcport" => self.ports[0] = value.parse().ok(),
            "dstport" => self.ports[1] = value.parse().ok(),
            _ => {}
        }
    }

    fn way(self) -> Way {
        let end = |at: usize| Some(SocketAddr::new(self.addresses[at]?, self.ports[at].unwrap_or(0)));
        Way { from: end(0), to: end(1), ..self.way }
    }
}
