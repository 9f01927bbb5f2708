//! lz4 frames -> bytes (the LZ4 frame format 1.6).
//!
//! The frame is read here and not by `lz4_flex`, whose reader takes a cut before a block for the end, and
//! gives nothing of a block that is cut.

use std::hash::Hasher;
use std::io::{Error, Read};

use lz4_flex::block::decompress_into_with_dict;
use twox_hash::XxHash32;

use super::{Source, broken, cut, skip_frames};
use crate::capture::input::Input;

const MAGIC: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
/// What `lz4 -l` writes: blocks of 8 MiB, and no end but that of the file.
const LEGACY: [u8; 4] = [0x02, 0x21, 0x4c, 0x18];
const LEGACY_BLOCK: usize = 8 << 20;
/// How far a block may refer back to those before it.
const WINDOW: usize = 64 << 10;
/// The decoder may write so far ahead of what it knows.
const AHEAD: usize = 64;

/// An lz4 file of one or many frames.
#[derive(Debug)]
pub(super) struct Lz4<S> {
    input: Input<S>,
    state: State,
    /// What was unpacked last, and how much of it was handed out.
    block: Vec<u8>,
    at: usize,
    /// The bytes before the block.
    window: Vec<u8>,
    content: Content,
    failed: Option<Error>,
}

/// The checksum over a frame.
#[derive(Debug)]
struct Content(XxHash32);

#[derive(Debug, Clone, Copy)]
enum State {
    Between,
    Frame(Frame),
    Over,
}

/// What the header of a frame says.
#[derive(Debug, Clone, Copy)]
struct Frame {
    legacy: bool,
    linked: bool,
    block_sums: bool,
    content_sum: bool,
    longest: usize,
}

impl<S: Source> Lz4<S> {
    pub(super) fn new(input: Input<S>) -> Self {
        Self {
            input,
            state: State::Between,
            block: Vec::new(),
            at: 0,
            window: Vec::new(),
            content: Content(XxHash32::with_seed(0)),
            failed: None,
        }
    }

    pub(super) fn source(&self) -> &S {
        self.input.reader()
    }

    /// Finds the next frame, or the end.
    fn between(&mut self) -> Result<(), Error> {
        self.state = State::Over;
        if !skip_frames(&mut self.input) {
            return Err(cut(&mut self.input, "lz4"));
        }
        if self.input.data().is_empty() {
            return self.input.take_error().map_or(Ok(()), Err);
        }
        self.window.clear();
        self.content = Content(XxHash32::with_seed(0));
        let magic = self.take(4)?;
        let frame = if magic == LEGACY {
            Frame {
                legacy: true,
                linked: false,
                block_sums: false,
                content_sum: false,
                longest: LEGACY_BLOCK,
            }
        } else if magic == MAGIC {
            self.header()?
        } else {
            return Err(broken("what follows the lz4 data is none".to_owned()));
        };
        self.state = State::Frame(frame);
        Ok(())
    }

    fn header(&mut self) -> Result<Frame, Error> {
        let mut header = self.take(2)?;
        let (flags, sizes) = (header[0], header[1]);
        let has = |bit: u8| flags & bit != 0;
        if flags >> 6 != 1 || has(1) || !(4..=7).contains(&(sizes >> 4 & 7)) {
            return Err(broken("the lz4 data have a version or a dictionary that is not known".to_owned()));
        }
        // The size of the content, which the end tells as well.
        header.extend(self.take(if has(8) { 8 } else { 0 })?);
        let sum = XxHash32::oneshot(0, &header).to_le_bytes()[1];
        if self.take(1)? != [sum] {
            return Err(broken("the header of the lz4 data is damaged".to_owned()));
        }
        let longest = 1 << (8 + 2 * (sizes >> 4 & 7));
        Ok(Frame { legacy: false, linked: !has(0x20), block_sums: has(0x10), content_sum: has(4), longest })
    }

    /// Unpacks the next block, or finds the end of the frame.
    fn next_block(&mut self, frame: Frame) -> Result<(), Error> {
        const UNPACKED: u32 = 1 << 31;
        self.input.fill(4);
        let data = self.input.data();
        if frame.legacy && (data.is_empty() || data.starts_with(&LEGACY)) {
            self.state = State::Between;
            return Ok(());
        }
        let size = self.word()?;
        if size == 0 && !frame.legacy {
            self.state = State::Between;
            if frame.content_sum && self.word()? != self.content.0.finish_32() {
                return Err(broken("the checksum of the lz4 data is wrong".to_owned()));
            }
            return Ok(());
        }
        let length = (size & !UNPACKED) as usize;
        if length > frame.longest + frame.longest / 64 {
            return Err(broken("the lz4 data are damaged: a block is too long".to_owned()));
        }
        let there = self.input.fill(length).min(length);
        let packed = &self.input.data()[..there];
        let (block, whole) = match size & UNPACKED {
            0 => unpack(packed, &self.window, frame.longest),
            _ => (packed.to_vec(), true),
        };
        let sum = XxHash32::oneshot(0, packed);
        self.input.consume(there);
        (self.block, self.at) = (block, 0);
        if there < length {
            return Err(cut(&mut self.input, "lz4"));
        }
        if !whole || (frame.block_sums && self.word()? != sum) {
            return Err(broken("the lz4 data are damaged".to_owned()));
        }
        if frame.content_sum {
            self.content.0.write(&self.block);
        }
        if frame.linked {
            self.window.extend_from_slice(&self.block);
            self.window.drain(..self.window.len().saturating_sub(WINDOW));
        }
        Ok(())
    }

    fn word(&mut self) -> Result<u32, Error> {
        let bytes = self.take(4)?;
        Ok(bytes.first_chunk().copied().map_or(0, u32::from_le_bytes))
    }

    fn take(&mut self, count: usize) -> Result<Vec<u8>, Error> {
        if self.input.fill(count) < count {
            return Err(cut(&mut self.input, "lz4"));
        }
        let bytes = self.input.data()[..count].to_vec();
        self.input.consume(count);
        Ok(bytes)
    }
}

impl<S: Source> Read for Lz4<S> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        loop {
            let rest = self.block.get(self.at..).unwrap_or_default();
            if !rest.is_empty() {
                let count = rest.len().min(out.len());
                out[..count].copy_from_slice(&rest[..count]);
                self.at += count;
                return Ok(count);
            }
            if let Some(error) = self.failed.take() {
                self.state = State::Over;
                return Err(error);
            }
            match self.state {
                State::Over => return Ok(0),
                State::Between => self.between()?,
                // What was unpacked before a failure is handed out before it.
                State::Frame(frame) => self.failed = self.next_block(frame).err(),
            }
        }
    }
}

/// The bytes of a block, and whether they are all; of one that is cut or damaged, those before that.
fn unpack(packed: &[u8], window: &[u8], longest: usize) -> (Vec<u8>, bool) {
    let mut block = vec![0; longest];
    if let Ok(length) = decompress_into_with_dict(packed, &mut block, window) {
        block.truncate(length);
        return (block, true);
    }
    // How far it came is not told. What was not written differs between the two.
    let mut other = vec![0xff; longest];
    let _ = decompress_into_with_dict(packed, &mut other, window);
    let same = block.iter().zip(&other).take_while(|(one, other)| one == other).count();
    block.truncate(same.saturating_sub(AHEAD));
    (block, false)
}
