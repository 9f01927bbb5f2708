//! Configurations that kept documents from being judged -> diagnostics in them, and a message.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{Diagnostic, MessageType, PublishDiagnosticsParams, Uri};

use super::Server;
use crate::config::FILE_NAME;
use crate::error::Error;
use crate::lsp::diagnostic::Shape;
use crate::lsp::{Text, configuration, uri};

impl Server {
    /// Tells of configurations that are wrong, in the file and in a message, once; and when they are right again.
    pub(super) fn tell_faults(&mut self) {
        let mut faults: BTreeMap<PathBuf, String> = BTreeMap::new();
        let mut texts = Vec::new();
        for error in self.documents.values().filter_map(|document| document.fault.as_ref()) {
            let path = match error {
                Error::Configuration { path, .. } | Error::Unreadable { path, .. } => path.clone(),
                _ => PathBuf::from(FILE_NAME),
            };
            if faults.insert(path.clone(), error.to_string()).is_none() && !self.told.contains(&path) {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                texts.push((path, configuration::fault(&text, error), text, error.to_string()));
            }
        }
        let mended: Vec<PathBuf> =
            self.told.iter().filter(|path| !faults.contains_key(*path)).cloned().collect();
        for path in mended {
            self.told.remove(&path);
            self.publish_unless_open(&path, |_, _| Vec::new());
        }
        for (path, found, text, message) in texts {
            let text = Text::new(text, self.client.encoding);
            self.publish_unless_open(&path, |shape, uri| vec![shape.one(&found, &text, uri)]);
            self.show(MessageType::ERROR, &format!("sipclause: {message}"));
            self.told.insert(path);
        }
    }

    /// An open configuration tells its own faults.
    fn publish_unless_open(
        &mut self,
        path: &Path,
        diagnostics: impl FnOnce(&Shape, &Uri) -> Vec<Diagnostic>,
    ) {
        let is_open = self.documents.values().any(|document| document.path.as_deref() == Some(path));
        if let Some(uri) = uri::of(path).filter(|_| !is_open && path.is_absolute()) {
            let diagnostics = diagnostics(&self.shape, &uri);
            self.publish(PublishDiagnosticsParams::new(uri, diagnostics, None));
        }
    }
}
