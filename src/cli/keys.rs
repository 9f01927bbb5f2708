//! `--keylog` and SSLKEYLOGFILE -> the secrets of TLS connections.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::complaint::{Complaint, warn};
use crate::capture::Secrets;

/// Reads the key logs that were named, and the one in the environment: the secrets of `most` connections.
///
/// One that was named and cannot be read is an error, as with a configuration: without its keys the run would
/// judge less than was asked for. The environment may name one that nobody wrote.
pub(super) fn secrets(named: &[PathBuf], most: usize) -> Result<Secrets, Complaint> {
    let mut secrets = Secrets::new(most);
    for path in named {
        read(path, &mut secrets)
            .map_err(|error| Complaint::new(format!("--keylog {}: {error}", path.display())))?;
    }
    if let Some(path) = std::env::var_os("SSLKEYLOGFILE").map(PathBuf::from).filter(|path| path.is_file())
        && let Err(error) = read(&path, &mut secrets)
    {
        warn(&format!("SSLKEYLOGFILE: {}: {error}", path.display()));
    }
    Ok(secrets)
}

/// Reads one key log, and tells what is wrong with it.
fn read(path: &Path, secrets: &mut Secrets) -> std::io::Result<()> {
    for complaint in secrets.read(BufReader::new(File::open(path)?))? {
        // `line 3: …` in the form that editors understand.
        warn(&format!("{}: {complaint}", path.display()));
    }
    Ok(())
}
