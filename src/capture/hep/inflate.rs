//! A compressed payload -> the payload, up to a length.

use crate::message::Wholeness;

/// Inflates zlib or gzip data. What is broken or too long is cut; without the feature it is an error.
#[cfg(feature = "compress")]
pub(super) fn inflate(bytes: &[u8], most: usize) -> Result<(Vec<u8>, Wholeness), String> {
    use std::io::Read;

    let mut decoder: Box<dyn Read + '_> = if bytes.starts_with(b"\x1f\x8b") {
        Box::new(flate2::read::GzDecoder::new(bytes))
    } else {
        Box::new(flate2::read::ZlibDecoder::new(bytes))
    };
    let mut payload = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let read = decoder.by_ref().take(most).read_to_end(&mut payload);
    let whole = read.is_ok() && matches!(decoder.read(&mut [0]), Ok(0));
    Ok((payload, if whole { Wholeness::Whole } else { Wholeness::Cut }))
}

#[cfg(not(feature = "compress"))]
pub(super) fn inflate(_: &[u8], _: usize) -> Result<(Vec<u8>, Wholeness), String> {
    Err("its payload is compressed, which this build does not read".to_owned())
}
