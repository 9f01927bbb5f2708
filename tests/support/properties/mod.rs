//! What holds for every input, one function for each fuzz target.
//!
//! The functions stand here once: the fuzz crate takes this folder in by its path, and so does the test that
//! replays what was found (`tests/crashers.rs`). So a crasher is replayed by the very code that found it, and
//! nothing of it is compiled into the library. They see no more of the crate than everybody does.

mod body;
mod edit;
mod message;
mod stream;
mod whole;
mod yaml;

use sipclause::source::Span;

/// A fuzz target: it panics where something does not hold.
pub(crate) type Property = fn(&[u8]);

/// All targets by their names: of the fuzz target, of its corpus, of its folder under `vectors/crashers`.
pub(crate) const TARGETS: [(&str, Property); 17] = [
    ("split", message::split),
    ("headers", message::headers),
    ("uri", message::uri),
    ("multipart", body::multipart),
    ("sdp", body::sdp),
    ("resource_list", body::resource_list),
    ("configuration", yaml::configuration),
    ("vector", yaml::vector),
    ("edit", edit::edit),
    ("tcp", stream::tcp),
    ("tls", stream::tls),
    ("capture", whole::capture),
    ("frames", whole::frames),
    ("hep", whole::hep),
    ("log", whole::log),
    ("judge", whole::judge),
    ("flow", whole::flow),
];

/// Asserts that `part` is a slice of `whole`; where nothing is meant, any empty slice will do.
fn assert_inside(whole: &[u8], part: &[u8], what: &str) {
    assert!(
        part.is_empty() || Span::of_slice(whole, part).is_some(),
        "{what} `{}` is no slice of the input",
        part.escape_ascii()
    );
}

/// Where `part` begins in `whole`.
fn offset(whole: &[u8], part: &[u8]) -> usize {
    Span::of_slice(whole, part).expect("the part is a slice of the whole").start as usize
}
