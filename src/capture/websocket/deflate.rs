//! The payload of a compressed WebSocket message -> its bytes (RFC 7692, permessage-deflate).

/// The window of one direction. Where the sides agreed on none between messages, nothing refers to it.
#[derive(Debug)]
pub(super) struct Inflate {
    /// The longest message.
    cap: usize,
    /// Whether a message is missing to which later ones may refer.
    lost: bool,
    #[cfg(feature = "compress")]
    window: Option<Box<flate2::Decompress>>,
}

#[cfg(feature = "compress")]
impl Inflate {
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, lost: false, window: None }
    }

    /// What it holds, in bytes.
    pub(super) fn weight(&self) -> usize {
        if self.window.is_some() { 44 * 1024 } else { 0 }
    }

    /// What was compressed; `None` if it cannot be told, or is too long.
    pub(super) fn message(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let window = self.window.get_or_insert_with(|| Box::new(flate2::Decompress::new(false)));
        let plain = whole(window, bytes, self.cap).filter(|_| !self.lost);
        if plain.is_none() {
            self.lose();
        }
        plain
    }

    /// A message was lost: what refers to it is lost too.
    pub(super) fn lose(&mut self) {
        self.window = None;
        self.lost = true;
    }
}

/// Inflates one message of at most `cap` bytes.
#[cfg(feature = "compress")]
fn whole(window: &mut flate2::Decompress, bytes: &[u8], cap: usize) -> Option<Vec<u8>> {
    // RFC 7692 7.2.2: the sender left these four bytes out.
    let input = [bytes, &[0, 0, 0xff, 0xff]].concat();
    let start = window.total_in();
    let mut plain = Vec::new();
    loop {
        let used = usize::try_from(window.total_in() - start).ok()?;
        plain.reserve(4096);
        let before = plain.len();
        let status =
            window.decompress_vec(input.get(used..)?, &mut plain, flate2::FlushDecompress::Sync).ok()?;
        if plain.len() > cap {
            return None;
        }
        let read = usize::try_from(window.total_in() - start).ok()?;
        let stuck = read == used && plain.len() == before;
        if status == flate2::Status::StreamEnd {
            // RFC 7692 7.2.3.4: a block may say that it is the last; the next message begins anew.
            window.reset(false);
            return Some(plain);
        }
        if (read == input.len() && plain.len() < plain.capacity()) || stuck {
            return (read == input.len()).then_some(plain);
        }
    }
}

#[cfg(not(feature = "compress"))]
impl Inflate {
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, lost: false }
    }

    /// What it holds, in bytes.
    pub(super) fn weight(&self) -> usize {
        0
    }

    /// Nothing: this build inflates nothing.
    pub(super) fn message(&mut self, _: &[u8]) -> Option<Vec<u8>> {
        self.lost |= self.cap > 0;
        None
    }

    /// A message was lost.
    pub(super) fn lose(&mut self) {}
}
