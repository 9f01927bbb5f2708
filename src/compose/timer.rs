//! Session intervals (RFC 4028).

use super::Refused;

/// The smallest interval (RFC 4028 4).
pub const LEAST_INTERVAL: u32 = 90;

/// An interval in seconds.
pub(super) fn checked(seconds: u32) -> Result<u32, Refused> {
    if seconds < LEAST_INTERVAL {
        return Err(Refused::because(format!(
            "a session interval of {seconds} s is below 90 s (RFC 4028 4)"
        )));
    }
    Ok(seconds)
}
