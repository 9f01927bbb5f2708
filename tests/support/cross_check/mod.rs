//! A folder -> the SIP messages of its captures of which tshark and this crate count another number.
//!
//! It stands here once: `examples/cross_check.rs` runs it on any folder, `tests/external.rs` on captures of a test
//! bed. Encrypted captures are read with the key log beside them: `call.keylog` for `call.pcap`.

mod ours;
mod theirs;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What both sides tell a message by. A retransmission has the key of its original, and counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Key {
    call_id: String,
    cseq: String,
    /// The code of a response.
    status: Option<u16>,
}

impl Key {
    fn new(call_id: Option<&[u8]>, cseq: Option<&[u8]>, status: Option<u16>) -> Self {
        // White space and bytes outside of UTF-8 are shown by each side in its own way.
        let text = |value: Option<&[u8]>| {
            let value = String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
            value.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        Self { call_id: text(call_id), cseq: text(cseq), status }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
        write!(f, "Call-ID {} CSeq {}", shown(&self.call_id), shown(&self.cseq))?;
        self.status.map_or(Ok(()), |status| write!(f, " {status}"))
    }
}

/// How often a message was counted.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Counts {
    theirs: usize,
    ours: usize,
    /// Of ours, those whose end the capture lost.
    cut: usize,
    /// Whether the capture lost anything.
    lossy: bool,
    /// Whether it is of TLS, with the keys.
    encrypted: bool,
}

impl Counts {
    /// Why the difference is none of a reader.
    fn explanation(self) -> Option<&'static str> {
        let surplus = self.ours.checked_sub(self.theirs)?;
        if surplus <= self.cut {
            Some("the capture lost its end; tshark shows whole messages only")
        } else if self.lossy {
            Some("behind a gap, where tshark waits for what was lost")
        } else if self.encrypted && self.theirs == 0 {
            // Where records of a handshake came in another order, tshark may miss the keys of a direction. What we
            // decrypted was authenticated, and cannot be made of nothing.
            Some("in TLS that tshark leaves encrypted")
        } else {
            None
        }
    }
}

/// One kind of message of which the counts differ.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The capture in which it is.
    pub(crate) file: PathBuf,
    key: Key,
    counts: Counts,
}

impl Difference {
    /// Whether a reader may be wrong.
    pub(crate) fn is_unexplained(&self) -> bool {
        self.counts.explanation().is_none()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { theirs, ours, .. } = self.counts;
        write!(f, "{}: {}: tshark {theirs}, sipclause {ours}", self.file.display(), self.key)?;
        self.counts.explanation().map_or(Ok(()), |why| write!(f, " ({why})"))
    }
}

/// What came out for a folder.
#[derive(Default, Debug)]
pub(crate) struct Outcome {
    pub(crate) differences: Vec<Difference>,
    /// Captures that were looked at.
    pub(crate) captures: usize,
    /// Files that are no captures.
    pub(crate) passed_over: usize,
    /// Messages as tshark counts them, and as we do.
    pub(crate) messages: (usize, usize),
}

impl Outcome {
    /// The differences that nothing explains.
    pub(crate) fn unexplained(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|difference| difference.is_unexplained())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{difference}")?;
        }
        let (theirs, ours) = self.messages;
        let unexplained = self.unexplained().count();
        write!(
            f,
            "{} captures, {} other files; messages: tshark {theirs}, sipclause {ours}; differences: {}, unexplained: \
             {unexplained}",
            self.captures,
            self.passed_over,
            self.differences.len()
        )
    }
}

/// Counts every capture of the folder, and of the folders in it.
///
/// # Errors
/// When the folder cannot be read, or tshark cannot be run.
pub(crate) fn cross_check(folder: &Path, tshark_options: &[String]) -> Result<Outcome, String> {
    let mut files = Vec::new();
    list(folder, &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut outcome = Outcome::default();
    for file in files {
        compare(&file, tshark_options, &mut outcome)?;
    }
    Ok(outcome)
}

fn compare(file: &Path, tshark_options: &[String], outcome: &mut Outcome) -> Result<(), String> {
    let keylog = Some(file.with_extension("keylog")).filter(|keylog| keylog.is_file());
    let mut counts: BTreeMap<Key, Counts> = BTreeMap::new();
    let theirs = theirs::read(file, keylog.as_deref(), tshark_options, |key| {
        counts.entry(key).or_default().theirs += 1;
    })?;
    let lossy = ours::read(file, keylog.as_deref(), |key, is_cut| {
        let counts = counts.entry(key).or_default();
        counts.ours += 1;
        counts.cut += usize::from(is_cut);
    });
    if lossy.is_none() && theirs == 0 {
        outcome.passed_over += 1;
        return Ok(());
    }
    outcome.captures += 1;
    outcome.messages.0 += theirs;
    for (key, mut counts) in counts {
        counts.lossy = lossy == Some(true);
        counts.encrypted = keylog.is_some();
        outcome.messages.1 += counts.ours;
        if counts.ours != counts.theirs {
            outcome.differences.push(Difference { file: file.to_owned(), key, counts });
        }
    }
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
