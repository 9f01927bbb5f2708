//! Folders and globs -> files, in sorted order.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use ignore::{DirEntry, WalkBuilder};

/// What was found, and what could not be looked into.
pub(super) type Found = Vec<Result<PathBuf, (PathBuf, String)>>;

/// All files below a folder, but for hidden ones and those that an ignore file names.
pub(super) fn folder(folder: &Path) -> Found {
    let mut walk = WalkBuilder::new(folder);
    // Ignore files count whether or not the folder is a repository.
    walk.require_git(false);
    files(&walk, |_| true)
}

/// Whether a path has a wildcard in it.
pub(super) fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

/// All files that a glob matches, and all files below the folders that it matches.
///
/// `*` and `?` stay within a folder, `**` does not. Ignore files do not count: a pattern names what it means.
pub(super) fn glob(pattern: &Path) -> Result<Found, String> {
    let text = tidy(pattern).to_string_lossy().into_owned();
    let glob = GlobBuilder::new(&text).literal_separator(true).build();
    let matcher = glob.map_err(|error| error.kind().to_string())?.compile_matcher();
    let base = base(&tidy(pattern));
    if !base.is_dir() {
        return Ok(Found::new());
    }
    let mut walk = WalkBuilder::new(&base);
    walk.standard_filters(false).hidden(true);
    Ok(files(&walk, move |path| path.ancestors().any(|ancestor| matcher.is_match(ancestor))))
}

fn files(walk: &WalkBuilder, wanted: impl Fn(&Path) -> bool) -> Found {
    let mut walk = walk.clone();
    walk.sort_by_file_name(Ord::cmp);
    let mut found = Found::new();
    for entry in walk.build() {
        match entry {
            Ok(entry) if is_file(&entry) => {
                let path = tidy(entry.path());
                if wanted(&path) {
                    found.push(Ok(path));
                }
            }
            Ok(_) => {}
            Err(error) => found.extend(unreadable(error).map(Err)),
        }
    }
    found
}

fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
}

/// A folder that cannot be looked into may hold captures; a bad line of an ignore file holds none.
fn unreadable(error: ignore::Error) -> Option<(PathBuf, String)> {
    match error {
        ignore::Error::WithDepth { err, .. } => unreadable(*err),
        ignore::Error::WithPath { path, err } => err.io_error().map(|why| (tidy(&path), why.to_string())),
        _ => None,
    }
}

/// The path without `.` in it: `./a` and `a` are the same file and look the same in a report.
pub(super) fn tidy(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// The folder that holds everything a glob can match: its components before the first wildcard.
fn base(pattern: &Path) -> PathBuf {
    let base: PathBuf = pattern.components().take_while(|part| !is_glob(Path::new(part))).collect();
    if base.as_os_str().is_empty() { PathBuf::from(".") } else { base }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_starts_in_its_last_plain_folder() {
        assert_eq!(base(Path::new("a/b/*.sip")), Path::new("a/b"));
        assert_eq!(base(Path::new("*.sip")), Path::new("."));
        assert_eq!(base(Path::new("/a/**/x")), Path::new("/a"));
        assert_eq!(tidy(Path::new("./a/./b")), Path::new("a/b"));
    }
}
