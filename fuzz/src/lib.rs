//! The name of a fuzz target and bytes -> a panic where something does not hold.
//!
//! What has to hold is written once, in `tests/support/properties`, for the targets and for the test that
//! replays what they found.

#[path = "../../tests/support/properties/mod.rs"]
mod properties;

/// Puts `bytes` to the property of the target `name`.
///
/// # Panics
/// Where the property does not hold.
pub fn check(name: &str, bytes: &[u8]) {
    let found = properties::TARGETS.iter().find(|(target, _)| *target == name);
    let (_, property) = found.expect("the name is that of a target");
    property(bytes);
}
