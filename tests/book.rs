//! The pages of `docs/` that show commands: each is run, and prints what the page says.
//!
//! A command in a block of `console` runs in a folder that holds what `docs/demo` does, under the same name; the commands
//! of a page share it. In what a page shows, a line of `...` stands for any lines.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// The pages below `docs/`, by their paths in it, with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let files = ignore::Walk::new(&docs).map(|entry| entry.unwrap().into_path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.strip_prefix(&docs).unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// The targets of the links of a page that lead to a file.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files.map(|target| target.split('#').next().unwrap_or(target))
}

/// Puts the pages where their commands may write.
fn prepare(book: &Path) -> usize {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let with_commands: Vec<_> = pages().into_iter().filter(|(_, text)| text.contains("```console")).collect();
    for (path, text) in &with_commands {
        let name = path.to_string_lossy().replace(['/', '\\'], "-");
        let page = book.join(name);
        let demo = page.with_extension("in").join("demo");
        fs::create_dir_all(&demo).unwrap();
        // A folder of this name makes the other one a copy.
        fs::create_dir_all(page.with_extension("out")).unwrap();
        for sample in fs::read_dir(docs.join("demo")).unwrap().map(Result::unwrap) {
            fs::copy(sample.path(), demo.join(sample.file_name())).unwrap();
        }
        fs::write(page, text).unwrap();
    }
    with_commands.len()
}

#[test]
fn every_page_is_in_the_contents_once() {
    let (contents, pages): (Vec<_>, Vec<_>) =
        pages().into_iter().partition(|(path, _)| path.as_os_str() == "SUMMARY.md");
    let mut listed: Vec<_> = links(&contents[0].1).map(PathBuf::from).collect();
    let mut pages: Vec<_> = pages.into_iter().map(|(path, _)| path).collect();
    listed.sort();
    pages.sort();
    assert_eq!(listed, pages);
}

#[test]
fn every_link_between_files_leads_to_one() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of_docs = pages().into_iter().map(|(path, text)| (Path::new("docs").join(path), text));
    let others = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"];
    let others = others.map(|name| (PathBuf::from(name), fs::read_to_string(top.join(name)).unwrap()));
    let mut followed = 0;
    for (path, text) in of_docs.chain(others) {
        for link in links(&text) {
            let target = top.join(&path).with_file_name(link);
            assert!(target.exists(), "{}: nothing is at {link}", path.display());
            followed += 1;
        }
    }
    assert!(followed > 50, "{followed}");
}

#[test]
fn every_command_of_the_book_prints_what_the_page_says() {
    let book = tempfile::tempdir().unwrap();
    assert!(prepare(book.path()) >= 2);
    trycmd::TestCases::new().case(format!("{}/*.md", book.path().display()));
}
