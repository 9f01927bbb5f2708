//! Addresses of documents <-> paths of files (RFC 8089).

use std::path::{Path, PathBuf};

use lsp_types::Uri;

/// The file that an address names; `None` for a document that is in no file.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    // RFC 8089 2: `localhost`, or no host at all, is this machine.
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let text = String::from_utf8(unescaped(rest)).ok()?;
    let bytes = text.as_bytes();
    let is_drive = bytes.len() > 2 && bytes[0] == b'/' && bytes[1].is_ascii_alphabetic() && bytes[2] == b':';
    if cfg!(windows) && is_drive {
        return Some(PathBuf::from(&text[1..]));
    }
    text.starts_with('/').then(|| PathBuf::from(text))
}

/// The address of a file.
pub(super) fn of(path: &Path) -> Option<Uri> {
    let path = std::path::absolute(path).ok()?;
    let text = path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.parse().ok()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let hex = (first == b'%').then(|| behind.get(..2)).flatten();
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_comes_back() {
        let odd = Path::new("/a b/\u{fc}%41#?.sip");
        let uri = of(odd).unwrap();
        assert_eq!(uri.as_str(), "file:///a%20b/%C3%BC%2541%23%3F.sip");
        assert_eq!(path(uri.as_str()).unwrap(), odd);
        assert_eq!(path("file://localhost/a.sip").unwrap(), Path::new("/a.sip"));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for uri in ["untitled:Untitled-1", "file://host/share", "file:///%ff", "", "https://a/b"] {
            assert_eq!(path(uri), None, "{uri}");
        }
        assert_eq!(unescaped("%4%zz%"), b"%4%zz%");
    }
}
