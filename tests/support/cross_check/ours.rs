//! A capture -> its SIP messages as this crate counts them.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use sipclause::capture::{Caps, Capture, Event, Kind, Secrets};
use sipclause::message::{Message, Name, StartLine, Wholeness};

use super::Key;

/// Hands out every message, and whether its end was lost. Says whether the capture lost anything; `None` if it is no
/// capture.
pub(super) fn read(file: &Path, keylog: Option<&Path>, mut each: impl FnMut(Key, bool)) -> Option<bool> {
    let mut secrets = Secrets::new(Caps::default().secrets);
    if let Some(keylog) = keylog {
        secrets.read(BufReader::new(File::open(keylog).ok()?)).ok()?;
    }
    let mut capture = Capture::open_with(File::open(file).ok()?, Caps::default(), secrets).ok()?;
    if capture.kind() == Kind::Sip {
        return None;
    }
    let mut lossy = false;
    while let Some(event) = capture.next_event() {
        let Event::Packet(packet) = event else {
            lossy = true;
            continue;
        };
        let message = Message::split(&packet.payload);
        let status = match message.start() {
            StartLine::Status { .. } => message.status(),
            _ => None,
        };
        let key = Key::new(message.first(Name::CallId), message.first(Name::CSeq), status);
        each(key, packet.wholeness == Wholeness::Cut);
    }
    Some(lossy)
}
