//! A message of a `.sip` text, as far as an editor asks for it.

use std::ops::Range;

use crate::capture::Packet;
use crate::message::{Message, Name};
use crate::visible::{sanitise_bytes, shorten};

/// Longest text of a start line or a Call-ID that is shown.
const LONGEST: usize = 120;

/// Where a message stands in its document.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// All of it.
    pub(super) range: Range<usize>,
    /// Its start line.
    pub(super) first_line: Range<usize>,
    /// Line of its first byte as the reader counts, from 1.
    pub(super) file_line: usize,
    /// Its length as it was judged.
    pub(super) length: usize,
    /// Its start line, to be shown.
    pub(super) title: String,
    pub(super) call_id: String,
    /// Its INVITE is a first one: no To tag yet.
    pub(super) is_initial_invite: bool,
    /// The number of the session that it was judged in.
    pub(super) session: Option<usize>,
}

impl Heading {
    /// The words of a message; its place is for the caller to say.
    pub(super) fn of(packet: &Packet<'_>, message: &Message<'_>) -> Self {
        let shown = |bytes: &[u8]| shorten(&sanitise_bytes(bytes), LONGEST).into_owned();
        let to = message.first(Name::To).unwrap_or_default().to_ascii_lowercase();
        Self {
            range: 0..0,
            first_line: 0..0,
            file_line: packet.file_line.unwrap_or(1),
            length: packet.payload.len(),
            title: shown(message.start_line().of(message.bytes())),
            call_id: shown(message.first(Name::CallId).unwrap_or_default()),
            session: None,
            is_initial_invite: message.is("INVITE") && memchr::memmem::find(&to, b"tag=").is_none(),
        }
    }
}
