//! Bytes, a place in them and what comes there -> new bytes.

use std::ops::Range;

use super::action::Swap;

/// The bytes with others in that place.
pub(super) fn splice(bytes: &[u8], range: Range<usize>, by: &[u8]) -> Vec<u8> {
    [&bytes[..range.start], by, &bytes[range.end..]].concat()
}

/// The bytes with the first occurrence in that place replaced.
///
/// # Errors
/// When the text does not occur there.
pub(super) fn swapped(bytes: &[u8], range: Range<usize>, swap: &Swap) -> Result<Vec<u8>, String> {
    let edited = replaced(&bytes[range.clone()], swap, 1)
        .ok_or_else(|| format!("`{}` does not stand there", swap.replace))?;
    Ok(splice(bytes, range, &edited))
}

/// `text` with up to `most` occurrences replaced; `None` if there is none and one was wanted.
pub(super) fn replaced(text: &[u8], swap: &Swap, most: usize) -> Option<Vec<u8>> {
    let wanted = swap.replace.as_bytes();
    let mut edited = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut count = 0;
    while count < most && !wanted.is_empty() {
        let Some(at) = memchr::memmem::find(rest, wanted) else { break };
        edited.extend_from_slice(&rest[..at]);
        edited.extend_from_slice(swap.by.as_bytes());
        rest = &rest[at + wanted.len()..];
        count += 1;
    }
    edited.extend_from_slice(rest);
    (count > 0 || most > 1).then_some(edited)
}
