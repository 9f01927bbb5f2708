//! Compressed bytes -> what was compressed: gzip, zstd and lz4, told by their first bytes.
//!
//! Nothing is held but what a decoder needs. What is cut or damaged ends with an error, behind everything
//! that could be read.

mod gzip;
mod lz4;
mod zstd;

use std::io::{Error, ErrorKind, Read};

use self::gzip::Gzip;
use self::lz4::Lz4;
use self::zstd::Zstd;
use super::Caps;
use super::input::Input;

/// So many bytes come out of any input before the proportion is looked at: small captures may be very even.
const EVEN: u64 = 256 << 20;

/// Where bytes come from.
pub(super) trait Source: Read {
    /// How many bytes of the file were taken so far.
    fn taken(&self) -> u64;
    /// How the file is packed, from without to within.
    fn packings(&self) -> Vec<&'static str>;
}

/// A file as it is.
#[derive(Debug)]
pub(super) struct Whole<R> {
    reader: R,
    taken: u64,
}

/// What is in a source, unpacked if it was packed.
#[derive(Debug)]
pub(super) struct Unpacked<S> {
    body: Body<S>,
    /// Bytes handed out.
    given: u64,
    caps: Caps,
}

#[derive(Debug)]
enum Body<S> {
    Plain(Input<S>),
    Gzip(Box<Gzip<S>>),
    Zstd(Box<Zstd<S>>),
    Lz4(Box<Lz4<S>>),
}

/// Packed data in packed data.
pub(super) type Twice<R> = Unpacked<Unpacked<Whole<R>>>;

impl<R: Read> Twice<R> {
    /// Looks at the first bytes of the reader, and of what is packed in it.
    pub(super) fn open(reader: R, caps: Caps) -> Self {
        Unpacked::new(Unpacked::new(Whole { reader, taken: 0 }, caps), caps)
    }
}

impl<S: Source> Unpacked<S> {
    fn new(source: S, caps: Caps) -> Self {
        let mut input = Input::new(source);
        input.fill(4);
        let body = match input.data() {
            [0x1f, 0x8b, 8, ..] => Body::Gzip(Box::new(Gzip::new(input))),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Body::Zstd(Box::new(Zstd::new(input))),
            head if is_skippable(head) => Body::Zstd(Box::new(Zstd::new(input))),
            [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => {
                Body::Lz4(Box::new(Lz4::new(input)))
            }
            _ => Body::Plain(input),
        };
        Self { body, given: 0, caps }
    }

    fn source(&self) -> &S {
        match &self.body {
            Body::Plain(input) => input.reader(),
            Body::Gzip(gzip) => gzip.source(),
            Body::Zstd(zstd) => zstd.source(),
            Body::Lz4(lz4) => lz4.source(),
        }
    }

    fn packing(&self) -> Option<&'static str> {
        match &self.body {
            Body::Plain(_) => None,
            Body::Gzip(_) => Some("gzip"),
            Body::Zstd(_) => Some("zstd"),
            Body::Lz4(_) => Some("lz4"),
        }
    }

    /// Ends what holds more than any honest input does.
    fn hold_in_bounds(&self) -> Result<(), Error> {
        let Caps { inflated, inflation, .. } = self.caps;
        if self.given > inflated {
            return Err(broken(format!("more than {inflated} bytes are packed in it (limits.inflated)")));
        }
        if self.given > EVEN && self.given / inflation.max(1) > self.source().taken() {
            return Err(broken(format!("it holds more than {inflation} times its size (limits.inflation)")));
        }
        Ok(())
    }
}

impl<S: Source> Source for Unpacked<S> {
    fn taken(&self) -> u64 {
        self.source().taken()
    }

    fn packings(&self) -> Vec<&'static str> {
        let mut all = self.source().packings();
        all.extend(self.packing());
        all
    }
}

impl<S: Source> Read for Unpacked<S> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        let read = match &mut self.body {
            Body::Plain(input) => return input.read(out),
            Body::Gzip(gzip) => gzip.read(out),
            Body::Zstd(zstd) => zstd.read(out),
            Body::Lz4(lz4) => lz4.read(out),
        }?;
        self.given += read as u64;
        self.hold_in_bounds()?;
        Ok(read)
    }
}

impl<R: Read> Source for Whole<R> {
    fn taken(&self) -> u64 {
        self.taken
    }

    fn packings(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        let read = self.reader.read(out)?;
        self.taken += read as u64;
        Ok(read)
    }
}

/// A frame of zstd or lz4 that holds no data (RFC 8878 3.1.2).
fn is_skippable(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Passes over frames that hold no data; `false` if the input ends inside of one.
fn skip_frames<S: Read>(input: &mut Input<S>) -> bool {
    loop {
        input.fill(8);
        let data = input.data();
        if !is_skippable(data) {
            return true;
        }
        let Some(length) = data.get(4..8).and_then(|field| field.first_chunk()) else {
            return false;
        };
        let length = u32::from_le_bytes(*length) as usize;
        if !input.skip(length.saturating_add(8)) {
            return false;
        }
    }
}

fn broken(text: String) -> Error {
    Error::new(ErrorKind::InvalidData, text)
}

/// Why a source ended where more has to come: its own error, or that it is cut.
fn cut<S: Read>(input: &mut Input<S>, packing: &str) -> Error {
    let text = || Error::new(ErrorKind::UnexpectedEof, format!("the {packing} data end too early"));
    input.take_error().unwrap_or_else(text)
}

#[cfg(test)]
mod tests;
