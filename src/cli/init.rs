//! `init`: a commented configuration to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::complaint::Complaint;
use super::print;
use crate::config::FILE_NAME;
use crate::verdict::ExitCode;

/// Prose behind `# `, and every key, with what it holds, directly behind `#`.
const TEMPLATE: &str = include_str!("sipclause.yaml");

/// Writes the file into `folder`. One that is there is left alone.
pub(super) fn init(folder: &Path) -> Result<ExitCode, Complaint> {
    let path = folder.join(FILE_NAME);
    let path = path.strip_prefix(".").unwrap_or(&path);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
    match written {
        Ok(()) => print(format!("{} is written; `sipclause config check` looks at it\n", path.display())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Complaint::new(format!("{} is there already", path.display())).help(
                "`sipclause config check` says whether it is right; docs/configuration.md lists its keys",
            ))
        }
        Err(error) => Err(Complaint::new(format!("cannot write {}: {error}", path.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::BOOKS;
    use crate::config::{Config, keys};

    #[test]
    fn the_template_says_nothing_until_a_key_is_set() {
        let config = Config::parse(TEMPLATE, FILE_NAME, BOOKS).unwrap();
        assert_eq!(config.settings().waivers.len(), 0);
    }

    #[test]
    fn the_template_with_every_key_set_is_a_configuration() {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(key) if key.starts_with(' ') && !key.starts_with("  ") => String::new(),
            Some(key) => format!("{key}\n"),
            None => format!("{line}\n"),
        };
        let all: String = TEMPLATE.lines().map(line).collect();
        let config = Config::parse(&all, FILE_NAME, BOOKS).unwrap();
        assert_eq!((config.settings().waivers.len(), config.settings().levels.len()), (1, 1));
        for (mapping, keys) in keys().into_iter().filter(|(mapping, _)| *mapping != "limits") {
            for key in keys {
                assert!(all.contains(&format!("{key}:")), "{mapping}.{key} is not in the template");
            }
        }
    }
}
