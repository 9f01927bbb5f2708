//! Arguments -> inputs: what to read, in which order, each once.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::complaint::Complaint;
use super::walk;

/// Something to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Input {
    /// Where it is.
    pub(super) place: Place,
    /// Who named it.
    pub(super) origin: Origin,
}

impl Input {
    /// What reports call it.
    pub(super) fn name(&self) -> Cow<'_, str> {
        match &self.place {
            Place::Stdin => Cow::Borrowed("-"),
            Place::File(path) | Place::Unreachable(path, _) => path.to_string_lossy(),
        }
    }

    /// Whether its bytes may still be on their way, as those of a pipe. Folders and globs give files alone.
    pub(super) fn is_live(&self) -> bool {
        match &self.place {
            Place::Stdin => true,
            Place::File(path) => self.origin == Origin::Named && !path.is_file(),
            Place::Unreachable(..) => false,
        }
    }
}

/// Where an input is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// It is not there, or nobody may look: why.
    Unreachable(PathBuf, String),
}

/// Who named an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Origin {
    /// Somebody did, by hand or in a configuration: it has to be an input.
    Named,
    /// It was found in a folder or by a glob: it may be something else.
    Found,
}

/// What the arguments mean.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// What to read, in this order.
    pub(super) list: Vec<Input>,
    /// Globs that no file matches.
    pub(super) unmatched: Vec<String>,
    seen: HashSet<PathBuf>,
    reports: HashSet<PathBuf>,
}

impl Inputs {
    /// The inputs that these arguments mean. A file that a report goes to is none, and naming it as one is
    /// refused: the report would overwrite it.
    pub(super) fn of<'p>(
        paths: &[PathBuf],
        reports: impl Iterator<Item = &'p PathBuf>,
    ) -> Result<Self, Complaint> {
        let mut inputs = Self { reports: reports.map(|path| identity(path)).collect(), ..Self::default() };
        for path in paths {
            inputs.add(path)?;
        }
        Ok(inputs)
    }

    fn add(&mut self, path: &Path) -> Result<(), Complaint> {
        if path == Path::new("-") {
            self.push(Place::Stdin, Origin::Named, path);
            return Ok(());
        }
        match fs::metadata(path) {
            Ok(data) if data.is_dir() => {
                self.found(walk::folder(path));
            }
            Ok(_) if self.reports.contains(&identity(path)) => {
                let path = path.display();
                return Err(Complaint::new(format!("{path} is an input, and a report would overwrite it")));
            }
            Ok(_) => self.push(Place::File(walk::tidy(path)), Origin::Named, path),
            Err(error) if walk::is_glob(path) => self.glob(path, &error.to_string()),
            Err(error) => self.missing(path, error.to_string()),
        }
        Ok(())
    }

    /// A glob, unless its brackets do not match: then it is the path of something that `is_missing`.
    fn glob(&mut self, pattern: &Path, is_missing: &str) {
        match walk::glob(pattern) {
            Ok(found) if found.is_empty() => self.unmatched.push(pattern.display().to_string()),
            Ok(found) => self.found(found),
            Err(why) => self.missing(pattern, format!("{is_missing}; nor is it a glob: {why}")),
        }
    }

    fn missing(&mut self, path: &Path, why: String) {
        self.push(Place::Unreachable(path.to_owned(), why), Origin::Named, path);
    }

    fn found(&mut self, found: walk::Found) {
        for file in found {
            match file {
                Ok(path) => self.push(Place::File(path.clone()), Origin::Found, &path),
                Err((path, why)) => self.push(Place::Unreachable(path.clone(), why), Origin::Found, &path),
            }
        }
    }

    fn push(&mut self, place: Place, origin: Origin, path: &Path) {
        let identity = identity(path);
        if !self.reports.contains(&identity) && self.seen.insert(identity) {
            self.list.push(Input { place, origin });
        }
    }
}

/// What two names of the same file have in common.
fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[PathBuf]) -> Vec<(String, Origin)> {
        let inputs = Inputs::of(paths, [].iter()).unwrap();
        inputs
            .list
            .into_iter()
            .map(|input| match input.place {
                Place::File(path) => (path.file_name().unwrap().to_string_lossy().into_owned(), input.origin),
                other => (format!("{other:?}"), input.origin),
            })
            .collect()
    }

    #[test]
    fn a_file_named_twice_is_read_once_and_folders_are_sorted() {
        let top = tempfile::tempdir().unwrap();
        for name in ["b.sip", "a.sip", ".hidden.sip", "c.txt", "sub/d.sip"] {
            let path = top.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        fs::write(top.path().join(".gitignore"), "c.txt\n").unwrap();
        let named = [top.path().join("b.sip"), top.path().join("*.sip"), top.path().to_owned()];
        let expected = [("b.sip", Origin::Named), ("a.sip", Origin::Found), ("d.sip", Origin::Found)];
        assert_eq!(files(&named), expected.map(|(name, origin)| (name.to_owned(), origin)));
    }

    #[test]
    fn globs_stay_in_their_folder_unless_they_say_otherwise() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("x/y")).unwrap();
        for name in ["a.sip", "x/b.sip", "x/y/c.sip"] {
            fs::write(top.path().join(name), "x").unwrap();
        }
        let count = |pattern: &str| files(&[top.path().join(pattern)]).len();
        assert_eq!(count("*.sip"), 1);
        assert_eq!(count("**/*.sip"), 3);
        assert_eq!(count("x*"), 2, "a folder that matches is read like one that is named");
        assert_eq!(count("{a,b}.sip"), 1);
        assert_eq!(count("*.pcap"), 0);
        let pattern = top.path().join("*.pcap");
        let inputs = Inputs::of(std::slice::from_ref(&pattern), [].iter()).unwrap();
        assert_eq!(inputs.unmatched, [pattern.display().to_string()]);
    }
}
