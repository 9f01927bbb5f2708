//! gzip members -> bytes (RFC 1952).
//!
//! The frame is read here and not by `flate2`, whose reader throws away what it unpacked before an error.

use std::io::{Error, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Source, broken, cut};
use crate::capture::input::Input;

/// A gzip file of one or many members.
#[derive(Debug)]
pub(super) struct Gzip<S> {
    input: Input<S>,
    inflate: Decompress,
    crc: Crc,
    state: State,
    /// A wrong checksum is told at the end, because other members may follow.
    wrong: Option<u64>,
    members: u64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Header,
    Body,
    /// Nothing more is read; that the body is corrupt, or its sums are missing, is told with the next read:
    /// the bytes before it are handed out first.
    Corrupt,
    WithoutSums,
    Over,
}

impl<S: Source> Gzip<S> {
    pub(super) fn new(input: Input<S>) -> Self {
        let inflate = Decompress::new(false);
        Self { input, inflate, crc: Crc::new(), state: State::Header, wrong: None, members: 0 }
    }

    pub(super) fn source(&self) -> &S {
        self.input.reader()
    }

    /// Passes over a header, or finds the end.
    fn header(&mut self) -> Result<(), Error> {
        if self.members > 0 && self.is_end()? {
            self.state = State::Over;
            return self.wrong.take().map_or(Ok(()), |member| {
                Err(broken(format!("the checksum of member {member} of the gzip data is wrong")))
            });
        }
        self.members += 1;
        let (header, flags) = match self.take(10)?.as_slice() {
            [0x1f, 0x8b, 8, flags, ..] => (true, *flags),
            _ => (false, 0),
        };
        if !header {
            self.state = State::Over;
            return Err(broken("what follows the gzip data is none".to_owned()));
        }
        if flags & 4 != 0 {
            let length = self.take(2)?;
            let length = usize::from(length[0]) | usize::from(length[1]) << 8;
            self.take(length)?;
        }
        for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
            while self.take(1)? != [0] {}
        }
        if flags & 2 != 0 {
            self.take(2)?;
        }
        self.inflate.reset(false);
        self.crc.reset();
        self.state = State::Body;
        Ok(())
    }

    /// Whether nothing follows a member; zeros may, where blocks of a device were filled up.
    fn is_end(&mut self) -> Result<bool, Error> {
        while self.input.fill(1) > 0 {
            let zeros = self.input.data().iter().take_while(|&&byte| byte == 0).count();
            if zeros == 0 {
                return Ok(false);
            }
            self.input.consume(zeros);
        }
        self.input.take_error().map_or(Ok(true), Err)
    }

    fn take(&mut self, count: usize) -> Result<Vec<u8>, Error> {
        if self.input.fill(count) < count {
            self.state = State::Over;
            return Err(cut(&mut self.input, "gzip"));
        }
        let bytes = self.input.data()[..count].to_vec();
        self.input.consume(count);
        Ok(bytes)
    }

    fn body(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        let there = self.input.fill(1);
        let (before, after) = (self.inflate.total_in(), self.inflate.total_out());
        let result = self.inflate.decompress(self.input.data(), out, FlushDecompress::None);
        let taken = usize::try_from(self.inflate.total_in() - before).unwrap_or(there);
        let given = usize::try_from(self.inflate.total_out() - after).unwrap_or(out.len()).min(out.len());
        self.input.consume(taken);
        self.crc.update(&out[..given]);
        match result {
            Ok(Status::StreamEnd) => self.trailer()?,
            Ok(_) if taken == 0 && given == 0 => {
                self.state = State::Over;
                return Err(cut(&mut self.input, "gzip"));
            }
            Ok(_) => {}
            Err(_) => self.state = State::Corrupt,
        }
        Ok(given)
    }

    fn trailer(&mut self) -> Result<(), Error> {
        let sums = [self.crc.sum(), self.crc.amount()].map(u32::to_le_bytes).concat();
        self.state = State::Header;
        if self.input.fill(8) < 8 {
            self.state = State::WithoutSums;
            return Ok(());
        }
        if self.take(8)? != sums {
            self.wrong.get_or_insert(self.members);
        }
        Ok(())
    }
}

impl<S: Source> Read for Gzip<S> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        loop {
            match self.state {
                _ if out.is_empty() => return Ok(0),
                State::Over => return Ok(0),
                State::Header => self.header()?,
                State::Corrupt => {
                    self.state = State::Over;
                    return Err(broken("the gzip data are damaged".to_owned()));
                }
                State::WithoutSums => {
                    self.state = State::Over;
                    return Err(cut(&mut self.input, "gzip"));
                }
                State::Body => match self.body(out)? {
                    0 => {}
                    given => return Ok(given),
                },
            }
        }
    }
}
