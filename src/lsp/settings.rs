//! Options of the command and of the client -> how a document is judged.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::Value;

use crate::books::BOOKS;
use crate::clause::Profile;
use crate::config::{Bounds, Config};
use crate::error::Error;
use crate::verdict::Policy;

/// How to judge, as the command line and the client say it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The configuration file; `None`: the nearest one above a document.
    pub(crate) config: Option<PathBuf>,
    /// How the text is read, if not as the configuration says.
    pub(crate) profile: Option<Profile>,
    /// Keys of the configuration.
    pub(crate) set: Vec<String>,
    /// Where the pages of the clauses are, if anywhere.
    pub(crate) docs: Option<String>,
    /// Whether clauses that cannot be decided are told.
    pub(crate) inconclusive: bool,
    /// The day on which waivers are valid or expired.
    pub(crate) today: fn() -> Date,
}

/// How one document is judged.
#[derive(Debug, Default)]
pub(super) struct Judging {
    pub(super) policy: Policy,
    pub(super) bounds: Bounds,
}

/// Texts that a client holds open, which win over the files of the same name.
pub(super) type Unsaved<'d> = dyn Fn(&Path) -> Option<String> + 'd;

impl Settings {
    /// Lays what the client says over it. Relative paths start from `root`.
    ///
    /// # Errors
    /// What of it is unknown or wrong, in words; everything else of it holds.
    pub(super) fn take(&mut self, options: &Value, root: Option<&Path>) -> Result<(), String> {
        let Value::Object(members) = options else {
            return if options.is_null() { Ok(()) } else { Err("options are an object".to_owned()) };
        };
        let mut wrong = Vec::new();
        for (key, value) in members {
            let text = || value.as_str().map(str::to_owned);
            match (key.as_str(), value) {
                (_, Value::Null) => {}
                ("config", Value::String(path)) => {
                    self.config = Some(root.unwrap_or(Path::new("")).join(path));
                }
                ("profile", Value::String(name)) => match Profile::named(name) {
                    Some(profile) => self.profile = Some(profile),
                    None => wrong.push(format!("no profile `{name}`")),
                },
                ("set", Value::Array(list)) => {
                    self.set.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                ("docs", Value::String(_)) => self.docs = text(),
                ("inconclusive", Value::Bool(wanted)) => self.inconclusive = *wanted,
                ("config" | "profile" | "set" | "docs" | "inconclusive", _) => {
                    wrong.push(format!("`{key}` has another type"));
                }
                _ => {
                    wrong.push(format!("no option `{key}`; known: config, profile, set, docs, inconclusive"))
                }
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    /// How a document of this folder is judged.
    ///
    /// # Errors
    /// What is wrong with its configuration.
    pub(super) fn judging(&self, folder: Option<&Path>, unsaved: &Unsaved<'_>) -> Result<Judging, Error> {
        let nearest = || Config::find_upwards(folder?);
        let mut config = match self.config.clone().or_else(nearest) {
            Some(path) => match unsaved(&path) {
                Some(text) => Config::parse(&text, path, BOOKS)?,
                None => Config::load(&path, BOOKS)?,
            },
            None => Config::empty(),
        };
        for assignment in &self.set {
            config.apply_set(assignment, BOOKS)?;
        }
        let bounds = config.settings().limits;
        let mut policy = config.into_policy((self.today)());
        policy.profile = self.profile.unwrap_or(policy.profile);
        Ok(Judging { policy, bounds })
    }
}
