//! `sipclause.yaml` -> [`Policy`]: what to judge, how to read it, and what the wire cannot tell.
//!
//! A file becomes a tree of [`Node`]s that know their line and column; tables of keys turn the tree into
//! typed [`Settings`]. Whatever is wrong is said with its place and the nearest valid name. `--set` puts a
//! node into the same tree, so that every key of the file can be set and is checked by the same reader.
//!
//! ```
//! use sipclause::books::BOOKS;
//! use sipclause::config::Config;
//!
//! let mut config = Config::parse("context:\n  ims: none\n", "sipclause.yaml", BOOKS)?;
//! config.apply_set("context.max_adhoc_group_size=5", BOOKS)?;
//! assert_eq!(config.settings().context.max_adhoc_group_size, Some(5));
//!
//! let error = Config::parse("context:\n  imz: none\n", "sipclause.yaml", BOOKS).unwrap_err();
//! assert_eq!(error.to_string(), "sipclause.yaml:2:3: no key `imz` here; did you mean `ims`?");
//! # Ok::<(), sipclause::error::Error>(())
//! ```

mod assign;
mod context;
mod fields;
mod node;
mod settings;
mod shown;
mod statement;
mod values;
mod waiver;
mod written;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

pub use self::context::{Block, context_block};
pub use self::node::{Fault, Key, Mark, Node, Value};
pub use self::settings::{Bounds, Settings, keys};
pub use self::statement::statement;
pub use self::waiver::DatedWaiver;
pub use self::written::context_text;
use crate::clause::Book;
use crate::error::Error;
use crate::verdict::Policy;

/// The name under which a configuration is looked for.
pub const FILE_NAME: &str = "sipclause.yaml";

/// The largest configuration that is read, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// A configuration: where it came from and what it says.
#[derive(Clone, Debug)]
pub struct Config {
    path: Option<PathBuf>,
    tree: Node,
    settings: Settings,
}

impl Config {
    /// The configuration of somebody who has none: every key has its default.
    pub fn empty() -> Self {
        Self { path: None, tree: Node::empty_mapping(), settings: Settings::default() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Usage`] if it cannot be read, [`Error::Configuration`] if something in it is wrong: both
    /// are the caller's fault, not that of an input.
    pub fn load(path: &Path, books: &[&Book]) -> Result<Self, Error> {
        Self::parse(&text_of(path)?, path, books)
    }

    /// Reads the text of a file that stands at `path`.
    ///
    /// # Errors
    /// [`Error::Configuration`] with line and column of the first thing that is wrong.
    pub fn parse(text: &str, path: impl AsRef<Path>, books: &[&Book]) -> Result<Self, Error> {
        let path = path.as_ref();
        let tree = Node::parse(text).map_err(|fault| fault.in_file(path))?;
        let settings = Settings::read(&tree, books).map_err(|fault| fault.in_file(path))?;
        Ok(Self { path: Some(path.to_owned()), tree, settings })
    }

    /// The nearest `sipclause.yaml` in `from` or a folder above it.
    pub fn find_upwards(from: &Path) -> Option<PathBuf> {
        from.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
    }

    /// Sets one key, written as `context.ims=none`; the value is YAML.
    ///
    /// # Errors
    /// [`Error::Usage`] that names the nearest key or value.
    pub fn apply_set(&mut self, assignment: &str, books: &[&Book]) -> Result<(), Error> {
        let parsed = assign::parse(assignment).and_then(|(path, value)| {
            let mut alone = Node::empty_mapping();
            alone.set(&path, value.clone());
            // Read alone first: a fault is then one of this assignment and not of the file.
            Settings::read(&alone, books)?;
            self.tree.set(&path, value);
            Settings::read(&self.tree, books)
        });
        self.settings =
            parsed.map_err(|fault| Error::Usage(format!("--set {assignment}: {}", fault.message)))?;
        Ok(())
    }

    /// What it says, defaults filled in.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The file it was read from.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The folder from which its paths start; empty for the working folder.
    pub fn folder(&self) -> &Path {
        self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// The inputs it names, as paths or globs that start from its folder.
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.settings.inputs.iter().map(|input| self.folder().join(input)).collect()
    }

    /// The conformance statement it names, as a path that starts from its folder.
    pub fn ics(&self) -> Option<PathBuf> {
        self.settings.ics.as_ref().map(|path| self.folder().join(path))
    }

    /// What a judgement needs of it. `today` is the day on which waivers are valid or expired.
    pub fn into_policy(self, today: Date) -> Policy {
        let file = self.path.unwrap_or_default();
        let settings = self.settings;
        Policy {
            profile: settings.profile,
            context: settings.context,
            levels: settings.levels,
            waivers: settings.waivers.into_iter().map(|dated| dated.on(today, &file)).collect(),
            fail_on: settings.fail_on,
            limits: settings.limits.message,
            ..Policy::default()
        }
    }
}

fn text_of(path: &Path) -> Result<String, Error> {
    let unreadable = |why: String| Error::Usage(format!("configuration {}: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if size.is_dir() {
        return Err(unreadable("is a folder".to_owned()));
    }
    if size.len() > MOST_BYTES {
        return Err(unreadable(format!("is larger than {} MiB", MOST_BYTES >> 20)));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| unreadable("is not UTF-8 text".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::BOOKS;
    use crate::verdict::{FailOn, Term};

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, "s.yaml", BOOKS).map_err(|error| error.to_string())
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    const WAIVER: &str = "waivers:\n  - clause: 6.2.1.1-1\n    when: {user_agent: 'acme/1.*'}\n    reason: ticket 482\n    until: 2027-03-31\n";

    #[test]
    fn an_empty_file_is_the_default() {
        for text in ["", "# nothing yet\n", "---\n", "context:\nwaivers:\n"] {
            assert_eq!(parse(text).unwrap().settings().fail_on, FailOn::Shall, "{text:?}");
        }
    }

    #[test]
    fn a_waiver_is_valid_through_its_last_day() {
        let on = |today| parse(WAIVER).unwrap().into_policy(day(today)).waivers.remove(0);
        assert_eq!(on("2027-03-16").term, Term::Valid);
        assert_eq!(on("2027-03-16").term_warning(), None);
        for today in ["2027-03-17", "2027-03-31"] {
            assert_eq!(on(today).term, Term::Expiring, "{today}");
        }
        assert_eq!(
            on("2027-03-31").term_warning().unwrap(),
            "s.yaml:2:5: the waiver of 6.2.1.1-1 expires on 2027-03-31: ticket 482"
        );
        assert_eq!(on("2027-04-01").term, Term::Expired);
        assert_eq!(on("2099-01-01").term, Term::Expired);
        assert_eq!(
            on("2027-04-01").term_warning().unwrap(),
            "s.yaml:2:5: the waiver of 6.2.1.1-1 expired on 2027-03-31 and waives nothing"
        );
    }

    #[test]
    fn a_set_key_wins_over_the_file_and_is_checked_like_it() {
        let mut config = parse("fail_on: never\nclauses:\n  6.2.1.1: {level: off}\n").unwrap();
        config.apply_set("fail_on=should", BOOKS).unwrap();
        config.apply_set("clauses.6.2.1.1-1.level=should", BOOKS).unwrap();
        config.apply_set("context.scenarios.a.b@c=ad-hoc", BOOKS).unwrap();
        assert_eq!(config.settings().fail_on, FailOn::Should);
        assert_eq!(config.settings().levels.len(), 2);
        assert_eq!(config.settings().context.scenarios[0].0.0, "a.b@c");
        let wrong = config.apply_set("context.max_adhoc_groupsize=5", BOOKS).unwrap_err().to_string();
        assert!(wrong.contains("did you mean `max_adhoc_group_size`?"), "{wrong}");
    }

    #[test]
    fn inputs_start_from_the_folder_of_the_file() {
        let config = Config::parse("inputs: [a/*.sip]\n", "up/s.yaml", BOOKS).unwrap();
        assert_eq!(config.inputs(), [PathBuf::from("up/a/*.sip")]);
    }

    #[test]
    fn the_file_is_found_in_a_folder_above() {
        let top = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(top.path().join("a/b")).unwrap();
        std::fs::write(top.path().join(FILE_NAME), "").unwrap();
        assert_eq!(Config::find_upwards(&top.path().join("a/b")), Some(top.path().join(FILE_NAME)));
    }
}
