//! A vector file of either kind: text -> vector, results, and the text as it should read.

use std::path::{Path, PathBuf};

use super::file::{self, Vector};
use super::read;
use super::results::Results;
use super::rewrite::{Rewritten, rewritten};
use super::sessions::{self, CaptureVector};
use crate::clause::Book;
use crate::config::{Fault, Node, Value};
use crate::error::Error;
use crate::verdict::nearest;

/// A vector file.
#[derive(Clone, Debug)]
pub struct VectorFile {
    path: PathBuf,
    text: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Clause(Vector),
    Capture(CaptureVector),
}

impl VectorFile {
    /// Reads a file. `None`: it is YAML, but has neither of the keys `clause` and `capture`, and is no
    /// vector.
    ///
    /// # Errors
    /// When it cannot be read; [`Error::Configuration`] with line and column of the first thing in it that
    /// is wrong.
    pub fn load(path: &Path, book: &Book) -> Result<Option<Self>, Error> {
        Self::parse(read::file(path)?, path, book)
    }

    /// Reads the text of a file that stands at `path`, from where its flows and captures are looked for.
    ///
    /// ```
    /// use sipclause::books::oma_im::BOOK;
    /// use sipclause::vector::VectorFile;
    ///
    /// let error = VectorFile::parse("clause: 6.2.1.1-99\n".into(), "a.yaml".as_ref(), &BOOK).unwrap_err();
    /// assert_eq!(error.to_string(), "a.yaml:1:9: no clause `6.2.1.1-99`; did you mean `6.2.1.1-0`?");
    /// assert!(VectorFile::parse("kind: Deployment\n".into(), "b.yaml".as_ref(), &BOOK)?.is_none());
    /// # Ok::<(), sipclause::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Configuration`] with line and column of the first thing that is wrong.
    pub fn parse(text: String, path: &Path, book: &Book) -> Result<Option<Self>, Error> {
        let kind = match Node::parse(&text) {
            Ok(node) => kind(&node, path, book),
            // Text that is no YAML can still be meant for a vector.
            Err(fault) if ["clause", "capture"].iter().any(|key| mentions(&text, key)) => Err(fault),
            Err(_) => Ok(None),
        };
        let kind = kind.map_err(|fault| fault.in_file(path))?;
        Ok(kind.map(|kind| Self { path: path.to_owned(), text, kind }))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The word for its kind: `clause` or `capture`.
    pub fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Clause(_) => "clause",
            Kind::Capture(_) => "capture",
        }
    }

    /// Judges every case of it and compares.
    pub fn run(&self, book: &Book) -> Results {
        match &self.kind {
            Kind::Clause(vector) => vector.run(book),
            Kind::Capture(vector) => vector.run(book),
        }
    }

    /// The text with expectations that say what came out. Everything else in it stays as it is.
    pub fn blessed(&self, results: &Results) -> Rewritten {
        rewritten(&self.text, &results.changes)
    }
}

fn kind(node: &Node, path: &Path, book: &Book) -> Result<Option<Kind>, Fault> {
    let Value::Mapping(entries) = &node.value else { return Ok(None) };
    let key = |name: &str| entries.iter().map(|(key, _)| key).find(|key| key.text == name);
    match (key("clause"), key("capture")) {
        (Some(clause), Some(capture)) => {
            let second = if clause.at.line > capture.at.line { clause } else { capture };
            let message = "a vector has either `clause` or `capture`, not both";
            Err(Fault::new(second.at, message))
        }
        (Some(_), None) => Vector::of(node, path, Some(book)).map(Kind::Clause).map(Some),
        (None, Some(_)) => CaptureVector::of(node, path, book).map(Kind::Capture).map(Some),
        (None, None) => misspelt(entries.iter().map(|(key, _)| key)).map_or(Ok(None), Err),
    }
}

/// A file that has other keys of a vector, and almost the one that makes it a vector.
fn misspelt<'k>(keys: impl Iterator<Item = &'k crate::config::Key> + Clone) -> Option<Fault> {
    let own = ["good", "faults", "not_applicable", "inconclusive", "sessions", "others"];
    keys.clone().find(|key| own.contains(&key.text.as_str()))?;
    keys.clone().find_map(|key| {
        let is_known =
            file::VECTOR_KEYS.contains(&key.text.as_str()) || sessions::KEYS.contains(&key.text.as_str());
        let near = nearest(&key.text, ["clause", "capture"].into_iter()).filter(|_| !is_known)?;
        Some(Fault::new(key.at, format!("unknown key `{}`; did you mean `{near}`?", key.text)))
    })
}

/// Whether a line of the text, or its beginning in braces, has this key.
fn mentions(text: &str, key: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches(['\u{feff}', '{', ' ', '"', '\'']);
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    })
}
