//! An open document: its text, what sort of file it is, and what is known of it.

use std::path::{Path, PathBuf};

use lsp_types::Uri;

use super::Text;
use super::found::Found;
use super::settings::{Settings, Unsaved};
use super::sip::Sip;
use super::{configuration, uri, vector};
use crate::config::FILE_NAME;
use crate::error::Error;
use crate::fix::Proposal;

/// What sort of file a document is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    /// SIP messages.
    Sip,
    /// `sipclause.yaml`.
    Configuration,
    /// YAML that may be a vector.
    Yaml,
    /// Nothing of ours.
    Other,
}

impl Sort {
    /// By the name of the file, else by what the client takes it for.
    fn of(path: Option<&Path>, language: &str) -> Self {
        let name = path.and_then(Path::file_name).unwrap_or_default();
        if name == FILE_NAME {
            return Self::Configuration;
        }
        match path.and_then(Path::extension).and_then(|extension| extension.to_str()) {
            Some("sip") => Self::Sip,
            Some("yaml" | "yml") => Self::Yaml,
            _ if language == "sip" => Self::Sip,
            _ if language == "yaml" => Self::Yaml,
            _ => Self::Other,
        }
    }
}

/// An open document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) uri: Uri,
    pub(super) path: Option<PathBuf>,
    pub(super) sort: Sort,
    pub(super) version: i32,
    pub(super) text: Text,
    /// What was found in the text, as it is now unless `is_stale`.
    pub(super) found: Vec<Found>,
    pub(super) sip: Sip,
    pub(super) is_stale: bool,
    /// Nothing was typed since a file was opened or saved.
    pub(super) is_at_rest: bool,
    /// The fixes of what was found, once somebody asked for them.
    pub(super) fixes: Option<Vec<Proposal>>,
    /// The configuration that kept it from being judged, and what is wrong with that.
    pub(super) fault: Option<Error>,
    /// The file holds bytes that the client cannot have sent.
    is_lossy: bool,
}

impl Document {
    pub(super) fn open(uri: Uri, language: &str, version: i32, text: Text) -> Self {
        let path = uri::path(uri.as_str());
        let sort = Sort::of(path.as_deref(), language);
        let is_lossy = sort == Sort::Sip && path.as_deref().is_some_and(is_other_than_text);
        Self {
            uri,
            path,
            sort,
            version,
            text,
            found: Vec::new(),
            sip: Sip::default(),
            is_stale: true,
            is_at_rest: true,
            fixes: None,
            fault: None,
            is_lossy,
        }
    }

    /// Finds out what there is to say of the text as it is now.
    pub(super) fn judge(&mut self, settings: &Settings, root: Option<&Path>, unsaved: &Unsaved<'_>) {
        self.is_stale = false;
        self.fault = None;
        self.fixes = None;
        self.sip = Sip::default();
        let text = self.text.as_str();
        let path = self.path.as_deref().unwrap_or(Path::new(""));
        self.found = match self.sort {
            Sort::Sip => {
                match settings.judging(self.folder().or(root), unsaved) {
                    Ok(judging) => self.sip = Sip::of(text, &judging.policy, judging.bounds),
                    Err(error) => self.fault = Some(error),
                }
                self.sip_found(settings)
            }
            Sort::Configuration => configuration::found(text, path),
            Sort::Yaml => vector::found(text, path, self.is_at_rest),
            Sort::Other => Vec::new(),
        };
    }

    /// The folder from which its configuration is looked for.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.path.as_deref().and_then(Path::parent)
    }

    fn sip_found(&self, settings: &Settings) -> Vec<Found> {
        use lsp_types::DiagnosticSeverity as Severity;
        let first_line = || self.text.line(0);
        let mut found: Vec<Found> = self.sip.found.clone();
        found.retain(|found| settings.inconclusive || found.severity != Severity::HINT);
        if let Some(error) = &self.fault {
            let message = format!("not judged, because the configuration is wrong: {error}");
            found.push(Found::new(first_line(), Severity::ERROR, "configuration", message));
        }
        if self.is_lossy {
            let message = "the file holds bytes that are not UTF-8, which an editor cannot show: what is judged here is \
                           its text (lengths may differ), what `sipclause check` judges is the file";
            found.insert(0, Found::new(first_line(), Severity::INFORMATION, "not-utf-8", message));
        }
        found
    }
}

/// Whether a file holds bytes that are no UTF-8. A pipe is not read: nobody may be writing to it.
fn is_other_than_text(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.is_file())
        && std::fs::read(path).is_ok_and(|bytes| std::str::from_utf8(&bytes).is_err())
}
