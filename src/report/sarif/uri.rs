//! Names of inputs -> URI references, each with its index among the artifacts of the run.

use std::collections::HashMap;
use std::fmt::Write as _;

/// The artifacts of a run, in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Artifacts {
    known: HashMap<String, usize>,
    paths: Vec<String>,
}

impl Artifacts {
    /// The index of this input.
    pub(super) fn index(&mut self, path: &str) -> usize {
        if let Some(&index) = self.known.get(path) {
            return index;
        }
        self.paths.push(path.to_owned());
        self.known.insert(path.to_owned(), self.paths.len() - 1);
        self.paths.len() - 1
    }

    /// All of them.
    pub(super) fn paths(&self) -> &[String] {
        &self.paths
    }
}

/// SARIF 3.4.3: a path as a URI reference; a relative one stays relative, to the folder of the run.
pub(super) fn uri(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut out = String::new();
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        // RFC 3986 2.3 and 3.3: unreserved characters, and what parts the segments.
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference_that_says_the_same() {
        assert_eq!(uri("./captures/a b%.pcap"), "captures/a%20b%25.pcap");
        assert_eq!(uri("c:d?e#f\n"), "c%3Ad%3Fe%23f%0A");
        assert_eq!(uri("/srv/ä"), "file:///srv/%C3%A4");
        assert_eq!(uri("../x"), "../x");
    }
}
