//! What the interface names and a later version brings: refused by name, never ignored.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::complaint::Complaint;
use crate::report::Format;

const COMMANDS: &[&str] = &["serve"];

/// The complaint about a command that is not built, if that is what clap stumbled over.
pub(super) fn refused(error: &clap::Error) -> Option<Complaint> {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => Some(name.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = named(ContextKind::InvalidSubcommand).filter(|name| COMMANDS.contains(name))?;
            let help = "`sipclause --help` lists those that are";
            Some(Complaint::new(format!("the command `{name}` is not built in this version")).help(help))
        }
        _ => None,
    }
}

/// Why there is no such format.
pub(super) fn no_format(name: &str) -> String {
    let available = Format::ALL.map(Format::name).join(", ");
    match crate::verdict::nearest(name, Format::ALL.into_iter().map(Format::name)) {
        Some(near) => format!("no format `{name}`; did you mean `{near}`? (available: {available})"),
        None => format!("no format `{name}`; available: {available}"),
    }
}
