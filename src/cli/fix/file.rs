//! Reading a text whole, and putting another in its place at once.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::unreadable;
use crate::fix::{Refusal, refused};

/// The longest text that is read.
const MOST: u64 = 256 << 20;

/// How much tells what a file is.
const HEAD: u64 = 64 << 10;

/// All of it, if its beginning is that of `.sip` text.
pub(super) fn read(mut reader: impl Read) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut text).map_err(unreadable)?;
    refused(&text)?;
    reader.take(MOST).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MOST {
        return Err(Refusal::Unreadable(format!("longer than {} MiB", MOST >> 20)));
    }
    Ok(text)
}

/// Writes a file beside the old one and gives it its name, so that nobody ever sees half of it.
pub(super) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    // A link stays, and what it leads to is exchanged.
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    let permissions = metadata.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    if has_other_names(&metadata) {
        let why = "it has other names (hard links), which would keep the old text";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    let (beside, mut file) = beside(&path)?;
    keep_owner(&file, &metadata);
    let written = file
        .write_all(text)
        .and_then(|()| file.set_permissions(permissions))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // The first error is the one to tell.
        drop(fs::remove_file(&beside));
    }
    written
}

/// A new file in the same folder.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let process = std::process::id();
    for number in 0..100 {
        let beside = path.with_file_name(format!(".{name}.{process}-{number}"));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is no name left for a file beside it"))
}

#[cfg(unix)]
fn has_other_names(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// Whoever may give files away does, so that the author of a file can still read it.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    // Nobody else can, and then the file is of whoever mends it, as with every editor.
    drop(fchown(file, Some(metadata.uid()), Some(metadata.gid())));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}
