//! The frames of one direction of a WebSocket -> the SIP messages in them.

use std::borrow::Cow;

use super::deflate::Inflate;
use super::frame::{self, Frame, Header};
use super::holds_sip;
use super::message::Message;
use crate::capture::assembly::listed;
use crate::capture::marked::Marked;
use crate::capture::out::Out;
use crate::capture::piece::{Gap, Piece};
use crate::capture::start::{first_line, is_versioned};
use crate::capture::{Caps, Framing, Packet};
use crate::message::{Wholeness, looks_like_sip};

/// One direction of a WebSocket.
#[derive(Debug)]
pub(in crate::capture) struct WebSocket {
    buffer: Marked,
    /// The message of which frames are missing.
    message: Option<Message>,
    /// Bytes of a frame that are passed over.
    skip: usize,
    /// Whether both sides agreed on SIP, or SIP was found.
    known: bool,
    /// Whether it was agreed on, so that there may be nothing else.
    agreed: bool,
    /// Whether a frame was read, so that it is a WebSocket.
    begun: bool,
    /// Whether it is not known where the next frame begins.
    adrift: bool,
    /// Bytes that were lost before SIP was found.
    lost: Option<Gap>,
    inflate: Inflate,
}

impl WebSocket {
    /// Behind an upgrade in which SIP was `agreed` on or nothing said, or (`None`) somewhere in the middle.
    pub(super) fn new(agreed: Option<bool>, caps: Caps) -> Self {
        Self {
            buffer: Marked::default(),
            message: None,
            skip: 0,
            known: agreed == Some(true),
            agreed: agreed == Some(true),
            begun: agreed.is_none(),
            adrift: false,
            lost: None,
            inflate: Inflate::new(caps.stream_bytes),
        }
    }

    /// What it holds, in bytes.
    pub(in crate::capture) fn weight(&self) -> usize {
        let message = self.message.as_ref().map_or(0, Message::weight);
        size_of::<Self>() + self.buffer.weight() + message + self.inflate.weight()
    }

    #[cfg(feature = "tls")]
    pub(in crate::capture) fn is_known(&self) -> bool {
        self.known
    }

    /// Takes in the next bytes; `false` if these are no frames but something before the first frame.
    pub(in crate::capture) fn push(&mut self, piece: Piece<'_>, out: &mut Out<'_>) -> bool {
        let piece = piece.passing_over(&mut self.skip);
        if piece.bytes.is_empty() {
            return true;
        }
        if self.adrift && self.buffer.is_empty() {
            // Where a segment begins, a frame may begin.
            if holds_sip(piece.bytes) == Some(false) {
                return true;
            }
            self.adrift = false;
        }
        self.buffer.append(piece);
        loop {
            match frame::header(self.buffer.bytes()) {
                Frame::More => return true,
                Frame::Wrong if !self.begun => {
                    self.buffer.clear();
                    return false;
                }
                Frame::Wrong => {
                    self.lose_track(out);
                    return true;
                }
                Frame::Header(header) if !self.take(&header, out) => return true,
                Frame::Header(_) => {}
            }
        }
    }

    /// What cannot be a frame: something was lost that nobody noticed.
    fn lose_track(&mut self, out: &mut Out<'_>) {
        let frame = self.buffer.origin(1).last();
        self.drop_message();
        self.buffer.clear();
        self.adrift = true;
        if self.known {
            let flow = out.flow;
            out.log.damage("ws-frame", || format!("frame {frame}: WebSocket {flow}: this is no frame of it"));
            out.lose(frame);
        }
    }

    /// Takes in a frame; `false` if it is not whole yet.
    fn take(&mut self, header: &Header, out: &mut Out<'_>) -> bool {
        self.begun = true;
        let cap = out.caps.stream_bytes;
        let held = self.message.as_ref().map_or(0, |message| message.bytes.len());
        if !header.is_control() && header.payload > cap.saturating_sub(held) {
            self.too_long(header, out);
            return !self.buffer.is_empty();
        }
        let whole = header.length + header.payload;
        if self.buffer.len() < whole {
            return false;
        }
        let payload = header.unmasked(&self.buffer.bytes()[header.length..whole], 0);
        let origin = self.buffer.origin(whole);
        self.buffer.drop_front(whole);
        if header.is_control() {
            return true;
        }
        let message = match &mut self.message {
            Some(message) if header.continues() => message,
            // A message that begins inside of another: the end of the other was lost.
            other => other.insert(Message::beginning_with(header)),
        };
        message.add(&payload, origin);
        if header.last
            && let Some(message) = self.message.take()
        {
            self.hand_out(message, Wholeness::Whole, out);
        }
        true
    }

    fn too_long(&mut self, header: &Header, out: &mut Out<'_>) {
        let (flow, cap) = (out.flow, out.caps.stream_bytes);
        let frame = self.buffer.origin(header.length).last();
        if self.known {
            let text = || {
                format!(
                    "frame {frame}: WebSocket {flow}: a message of more than {cap} bytes is not read (`limits.stream_bytes`)"
                )
            };
            out.log.damage("ws-long", text);
            out.lose(frame);
        }
        let there = self.buffer.len().min(header.length.saturating_add(header.payload));
        self.skip = header.length.saturating_add(header.payload) - there;
        self.buffer.drop_front(there);
        self.inflate.lose();
        self.message = (!header.last).then(Message::broken);
    }

    /// Tells of bytes that never came; the next ones stand behind them.
    pub(in crate::capture) fn lose(&mut self, gap: Gap, out: &mut Out<'_>) {
        let missing = gap.missing;
        let lacking = match frame::header(self.buffer.bytes()) {
            _ if self.skip > 0 => self.skip,
            Frame::Header(header) => (header.length.saturating_add(header.payload)) - self.buffer.len(),
            Frame::More | Frame::Wrong => 0,
        };
        let ends = self.hand_out_cut(out);
        self.inflate.lose();
        if self.skip == 0 && lacking >= missing && lacking > 0 {
            // The gap lies inside of one frame: the next is found behind it.
            self.skip = lacking - missing;
            self.message = (!ends).then(Message::broken);
            return;
        }
        if self.skip > 0 && lacking >= missing {
            self.skip -= missing;
            return;
        }
        (self.skip, self.message, self.adrift) = (0, None, true);
        if self.known {
            out.say_lost(gap);
        } else {
            self.lost.get_or_insert(gap);
        }
    }

    /// Hands out what there is of a message that will not become whole; says whether its last frame was there.
    fn hand_out_cut(&mut self, out: &mut Out<'_>) -> bool {
        let (mut last, mut begun) = (true, self.message.is_some());
        let mut message = self.message.take().unwrap_or_default();
        if let Frame::Header(header) = frame::header(self.buffer.bytes())
            && !header.is_control()
        {
            (last, begun) = (header.last, true);
            if !header.continues() {
                message = Message::beginning_with(&header);
            }
            let there = self.buffer.bytes().get(header.length..).unwrap_or_default();
            let payload = header.unmasked(there, 0);
            message.add(&payload, self.buffer.origin(self.buffer.len()));
        }
        self.buffer.clear();
        let frame = message.frames.last().copied().unwrap_or_default();
        if begun && !message.broken && !self.hand_out(message, Wholeness::Cut, out) && self.known {
            let flow = out.flow;
            let text =
                || format!("frame {frame}: WebSocket {flow}: of a message only the beginning was captured");
            out.log.damage("ws-begun", text);
            out.lose(frame);
        }
        last
    }

    fn drop_message(&mut self) {
        self.message = None;
        self.inflate.lose();
    }

    /// Tells that nothing more will come.
    pub(in crate::capture) fn end(&mut self, out: &mut Out<'_>) {
        self.hand_out_cut(out);
        self.skip = 0;
    }

    /// Hands out a message, if it is SIP; `false` if there is too little of it to tell.
    fn hand_out(&mut self, message: Message, wholeness: Wholeness, out: &mut Out<'_>) -> bool {
        let Message { mut bytes, mut frames, time, compressed, broken } = message;
        if broken {
            return true;
        }
        frames.sort_unstable();
        frames.dedup();
        let flow = out.flow;
        if compressed {
            match self.inflate.message(&bytes).filter(|_| wholeness == Wholeness::Whole) {
                Some(plain) => bytes = plain,
                None => {
                    if self.known {
                        let text = || {
                            format!(
                                "{}: a compressed message on WebSocket {flow} cannot be read",
                                listed(&frames)
                            )
                        };
                        out.log.damage("ws-deflate", text);
                        out.lose(frames.last().copied().unwrap_or_default());
                    }
                    return true;
                }
            }
        }
        let start = bytes.iter().take_while(|byte| b"\r\n".contains(byte)).count();
        let payload = bytes.split_off(start);
        let is_sip =
            if self.agreed { looks_like_sip(&payload) } else { is_versioned(first_line(&payload).0) };
        if !is_sip {
            return wholeness == Wholeness::Whole || memchr::memchr(b'\n', &payload).is_some();
        }
        self.known = true;
        if let Some(lost) = self.lost.take() {
            out.say_lost(lost);
        }
        if wholeness == Wholeness::Cut {
            let text = || format!("{}: the end of a message on WebSocket {flow} is missing", listed(&frames));
            out.log.damage("message-cut", text);
        }
        out.queue.packet(Packet {
            time,
            from: Some(flow.from),
            to: Some(flow.to),
            transport: Some(out.transport),
            input: 0,
            frames,
            file_line: None,
            framing: Framing::Datagram,
            wholeness,
            payload: Cow::Owned(payload),
        });
        true
    }
}
