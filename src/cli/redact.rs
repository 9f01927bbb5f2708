//! `--redact`, `--redact-key` and `--show-bodies` -> what reports may tell.

use super::args::CheckOptions;
use super::complaint::Complaint;
use crate::redact::{Bodies, Disclosure};
use crate::session::Context;

/// What the options ask for.
///
/// # Errors
/// When the key cannot be read or is empty: a report that was to leave the house is not written without it.
pub(super) fn disclosure(options: &CheckOptions, context: &Context) -> Result<Disclosure, Complaint> {
    let bodies = if options.show_bodies { Bodies::Shown } else { Bodies::Hidden };
    let disclosure = Disclosure::new(bodies);
    let Some(path) = &options.redact_key else {
        return Ok(if options.redact { disclosure.redacting(None, context) } else { disclosure });
    };
    let refused = |why: &str| Complaint::new(format!("--redact-key {}: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| refused(&error.to_string()))?;
    // An editor ends the line; another machine may not.
    match bytes.trim_ascii_end() {
        [] => Err(refused("the key is empty").help("any bytes will do: head -c 32 /dev/urandom > key")),
        key => Ok(disclosure.redacting(Some(key), context)),
    }
}
