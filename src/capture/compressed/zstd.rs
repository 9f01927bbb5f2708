//! zstd frames -> bytes (RFC 8878).

use std::fmt;
use std::io::{Error, Read};

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{Source, broken, cut, skip_frames};
use crate::capture::input::Input;

/// A last block without content, and a checksum, which no frame misses if it has none (RFC 8878 3.1.1.2).
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// A zstd file of one or many frames.
///
/// The decoder keeps the window that later blocks may refer to, so that bytes come late by its size: up to
/// 8 MiB as `zstd` writes it.
pub(super) struct Zstd<S> {
    input: Input<S>,
    decoder: FrameDecoder,
    state: State,
    failed: Option<Error>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Between,
    Frame,
    Over,
}

impl<S: Source> Zstd<S> {
    pub(super) fn new(input: Input<S>) -> Self {
        Self { input, decoder: FrameDecoder::new(), state: State::Between, failed: None }
    }

    pub(super) fn source(&self) -> &S {
        self.input.reader()
    }

    /// Finds the next frame, or the end.
    fn between(&mut self) -> Result<(), Error> {
        self.state = State::Over;
        if !skip_frames(&mut self.input) {
            return Err(cut(&mut self.input, "zstd"));
        }
        if self.input.data().is_empty() {
            return self.input.take_error().map_or(Ok(()), Err);
        }
        if let Err(error) = self.decoder.init(&mut self.input) {
            return Err(self.failure(&error));
        }
        self.state = State::Frame;
        Ok(())
    }

    /// Decodes a block. Behind one that is cut or damaged, an empty one makes the decoder give away what it
    /// kept.
    fn block(&mut self) {
        if let Err(error) = self.decoder.decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1))
        {
            self.failed = Some(self.failure(&error));
            // Whether it can be ended does not matter: then there is nothing more to give.
            let _ = self.decoder.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::All);
        }
    }

    /// At the end of a frame, or behind a failure.
    fn end(&mut self) -> Result<(), Error> {
        self.state = State::Between;
        if let Some(error) = self.failed.take() {
            self.state = State::Over;
            return Err(error);
        }
        match self.decoder.get_checksum_from_data() {
            Some(sum) if self.decoder.get_calculated_checksum() != Some(sum) => {
                self.state = State::Over;
                Err(broken("the checksum of the zstd data is wrong".to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn failure(&mut self, error: &dyn fmt::Display) -> Error {
        match self.input.fill(1) {
            0 => cut(&mut self.input, "zstd"),
            _ => broken(format!("the zstd data are damaged: {error}")),
        }
    }
}

impl<S: Source> Read for Zstd<S> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        loop {
            match self.state {
                _ if out.is_empty() => return Ok(0),
                State::Over => return Ok(0),
                State::Between => self.between()?,
                State::Frame => match self.decoder.read(out)? {
                    0 if self.decoder.is_finished() || self.failed.is_some() => self.end()?,
                    0 => self.block(),
                    given => return Ok(given),
                },
            }
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for Zstd<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zstd").field("input", &self.input).field("state", &self.state).finish_non_exhaustive()
    }
}
