//! The bytes of one direction of a TCP connection -> the reader of what runs on it: SIP, TLS, WebSocket, HEP.
//!
//! The first bytes decide. Readers stack: what TLS decrypts, and nothing else, is looked at in the same way again.

use super::Transport;
use super::framer::Framer;
use super::hep;
use super::out::Out;
use super::piece::{Gap, Kept, Piece};
use super::tls::{self, Tls};
use super::websocket::{self, WebSocket};

/// What one piece that waits for the decision costs beside its bytes: its place in a list that is half empty
/// at worst, and two allocations.
const PIECE: usize = 2 * size_of::<Kept>() + 64;

/// What runs on one direction of a connection.
#[derive(Debug)]
pub(super) enum Protocol {
    /// Too few bytes to tell.
    Opening(Opening),
    /// SIP, or something in which SIP is looked for.
    Sip(Box<Framer>),
    /// TLS records.
    Tls(Box<Tls>),
    /// WebSocket frames behind their HTTP upgrade.
    WebSocket(Box<WebSocket>),
    /// Frames of HEP.
    Hep(Box<hep::Stream>),
}

/// What the first bytes say. Another protocol is one more line in [`decide`].
#[derive(Debug)]
pub(super) enum Decision {
    /// More bytes will tell.
    More,
    Sip,
    Tls,
    Hep,
    /// An HTTP head of so many bytes, behind which these frames follow.
    WebSocket(usize, Box<WebSocket>),
}

/// The beginning of a stream.
#[derive(Debug, Default)]
pub(super) struct Opening {
    head: Vec<u8>,
    pieces: Vec<Kept>,
    /// Whether what came before was not captured.
    midway: bool,
    /// Bytes that were lost before these.
    lost: Option<Gap>,
}

impl Protocol {
    /// A stream that begins here, or (`midway`) of which the beginning was not captured.
    pub(super) fn new(midway: bool) -> Self {
        Self::Opening(Opening { midway, ..Opening::default() })
    }

    /// What it holds, in bytes.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Opening(opening) => opening.weight(),
            Self::Sip(framer) => framer.weight(),
            Self::Tls(tls) => tls.weight(),
            Self::WebSocket(socket) => socket.weight(),
            Self::Hep(hep) => hep.weight(),
        }
    }

    /// Whether SIP was found, may yet be found in what waits, or would be missed.
    pub(super) fn may_hold_sip(&self) -> bool {
        match self {
            Self::Opening(opening) => !opening.pieces.is_empty(),
            Self::Sip(framer) => !framer.is_idle(),
            Self::Tls(tls) => tls.may_hold_sip(),
            Self::WebSocket(_) | Self::Hep(_) => true,
        }
    }

    /// Whether SIP was found, so that what is lost may have been SIP too.
    #[cfg(feature = "tls")]
    pub(super) fn is_known(&self) -> bool {
        match self {
            Self::Opening(_) => false,
            Self::Sip(framer) => framer.is_known(),
            Self::Tls(tls) => tls.is_known(),
            Self::WebSocket(socket) => socket.is_known(),
            Self::Hep(_) => true,
        }
    }

    /// Takes in the next bytes of the stream.
    pub(super) fn push(&mut self, piece: Piece<'_>, out: &mut Out<'_>) {
        match self {
            Self::Opening(opening) => {
                opening.head.extend_from_slice(piece.bytes);
                opening.pieces.push(piece.kept());
                match decide(&opening.head, opening.midway, out) {
                    Decision::More => {}
                    decision => self.settle(decision, out),
                }
            }
            // A stream that is no SIP so far may turn into something else: an upgrade after another answer,
            // records behind one of which the beginning is missing.
            Self::Sip(framer)
                if framer.is_idle()
                    && !matches!(decide(piece.bytes, framer.is_midway(), out), Decision::Sip) =>
            {
                let (midway, lost) = (framer.is_midway(), framer.take_lost());
                *self = Self::Opening(Opening { midway, lost, ..Opening::default() });
                self.push(piece, out);
            }
            Self::Sip(framer) => framer.push(piece, out),
            Self::Tls(tls) => tls.push(piece, out),
            Self::Hep(hep) => hep.push(piece, out),
            Self::WebSocket(socket) => {
                if !socket.push(piece, &mut out.over(websocket::over(out.transport))) {
                    // The upgrade was refused: these bytes are HTTP again.
                    *self = Self::new(false);
                    self.push(piece, out);
                }
            }
        }
    }

    /// Tells of bytes that never came; the next ones stand behind them.
    pub(super) fn lose(&mut self, gap: Gap, out: &mut Out<'_>) {
        match self {
            Self::Opening(opening) if opening.pieces.is_empty() => {
                opening.midway = true;
                opening.lost.get_or_insert(gap);
            }
            Self::Opening(_) => {
                self.settle(Decision::Sip, out);
                self.lose(gap, out);
            }
            Self::Sip(framer) => framer.lose(gap, out),
            Self::Tls(tls) => tls.lose(gap, out),
            Self::Hep(hep) => hep.lose(gap, out),
            Self::WebSocket(socket) => {
                socket.lose(gap, &mut out.over(websocket::over(out.transport)));
            }
        }
    }

    /// Tells that nothing more will come.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        match self {
            Self::Opening(opening) if opening.pieces.is_empty() => {}
            Self::Opening(_) => {
                self.settle(Decision::Sip, out);
                self.end(out);
            }
            Self::Sip(framer) => framer.end(out),
            Self::Tls(tls) => tls.end(out),
            Self::Hep(hep) => hep.end(out),
            Self::WebSocket(socket) => socket.end(&mut out.over(websocket::over(out.transport))),
        }
    }

    /// Tells that what was waited for may be there: keys, or what the other side says.
    pub(super) fn wake(&mut self, out: &mut Out<'_>) {
        if let Self::Tls(tls) = self {
            tls.wake(out);
        }
    }

    /// Gives up what still waits: the stream is forgotten.
    pub(super) fn leave(&mut self, out: &mut Out<'_>) {
        if let Self::Tls(tls) = self {
            tls.leave(out);
        }
    }

    /// Hands what waited to the reader that was decided on.
    fn settle(&mut self, decision: Decision, out: &mut Out<'_>) {
        let Self::Opening(opening) = self else { return };
        let Opening { pieces, midway, lost, .. } = std::mem::take(opening);
        let mut head = 0;
        *self = match decision {
            Decision::Tls => Self::Tls(Box::new(Tls::new(out))),
            Decision::Hep => Self::Hep(Box::default()),
            Decision::WebSocket(length, socket) => {
                head = length;
                Self::WebSocket(socket)
            }
            Decision::Sip | Decision::More => Self::Sip(Box::new(Framer::new(midway))),
        };
        if let Some(gap) = lost {
            self.lose(gap, out);
        }
        for kept in pieces {
            let rest = kept.piece().passing_over(&mut head);
            match self {
                // What was decided on is not decided again.
                Self::Sip(framer) => framer.push(kept.piece(), out),
                _ if rest.bytes.is_empty() && !kept.bytes.is_empty() => {}
                _ => self.push(rest, out),
            }
        }
    }
}

impl Opening {
    fn weight(&self) -> usize {
        3 * self.head.len() + self.pieces.len() * PIECE
    }
}

/// What the first bytes of a stream are.
fn decide(head: &[u8], midway: bool, out: &Out<'_>) -> Decision {
    // TLS runs in no TLS.
    if out.transport == Transport::Tcp {
        match tls::begins(head, midway) {
            Some(true) => return Decision::Tls,
            None => return Decision::More,
            Some(false) => {}
        }
    }
    match hep::begins(head) {
        Some(true) => Decision::Hep,
        // A single segment of less is no HEP, but may be the beginning of it.
        None if !midway => Decision::More,
        Some(false) | None => websocket::decide(head, midway, out.caps),
    }
}
