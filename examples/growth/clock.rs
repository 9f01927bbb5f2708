//! The processor time of this thread, which other programs on the machine do not stretch.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// How long this thread was on a processor; where nobody tells (it is not Linux), how long ago the clock was asked first.
pub(crate) fn now() -> Duration {
    on_processor().unwrap_or_else(|| STARTED.elapsed())
}

/// The first number is in nanoseconds (the kernel's `Documentation/scheduler/sched-stats`).
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
