//! The TLS records of one direction of a connection -> a count of them: this build reads none.

use super::out::Out;
use super::piece::{Gap, Piece};
use super::problem::Severity;
pub(super) use super::tls_record::begins;
use super::tls_record::is_likely_sip;
use crate::source::FrameNumber;

/// Nothing that is shared.
#[derive(Debug)]
pub(super) struct Sessions;

impl Sessions {
    pub(super) fn new(_: super::Keys, _: usize, _: bool) -> Self {
        Self
    }

    pub(super) fn add(&mut self, _: &[u8], _: FrameNumber, _: &mut super::problem::Log) {}

    pub(super) fn end(&mut self) {}

    pub(super) fn next_woken(&mut self) -> Option<super::out::Flow> {
        None
    }
}

/// One direction of a TLS connection, of which nothing is read.
#[derive(Debug)]
pub(super) struct Tls {
    is_said: bool,
}

impl Tls {
    pub(super) fn new(_: &mut Out<'_>) -> Self {
        Self { is_said: false }
    }

    pub(super) fn weight(&self) -> usize {
        0
    }

    /// What is not read is told as lost already.
    pub(super) fn may_hold_sip(&self) -> bool {
        false
    }

    pub(super) fn push(&mut self, piece: Piece<'_>, out: &mut Out<'_>) {
        self.lose(Gap { missing: 0, frame: piece.last() }, out);
    }

    pub(super) fn lose(&mut self, Gap { frame, .. }: Gap, out: &mut Out<'_>) {
        let flow = out.flow;
        let matters = is_likely_sip([flow.from.port(), flow.to.port()]);
        if !std::mem::replace(&mut self.is_said, true) {
            let severity = if matters { Severity::Damage } else { Severity::Note };
            let text = || format!("frame {frame}: the TLS stream {flow} is not read by this build");
            out.log.say(("tls", u64::from(matters)), severity, text);
        }
        if matters {
            out.lose(frame);
        }
    }

    pub(super) fn end(&mut self, _: &mut Out<'_>) {}

    pub(super) fn wake(&mut self, _: &mut Out<'_>) {}

    pub(super) fn leave(&mut self, _: &mut Out<'_>) {}
}
