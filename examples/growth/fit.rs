//! Measured times -> the exponent with which they grow.

/// A size and the time that it takes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Point {
    pub(crate) size: f64,
    pub(crate) seconds: f64,
}

/// Below this, what every run costs, whatever its input, is no small part of it.
const TELLING: f64 = 0.002;

/// The slope of the line through the logarithms of sizes and times, by least squares; of the last three points at
/// least, and of all that take long enough. `None` for less than two points.
pub(crate) fn exponent(points: &[Point]) -> Option<f64> {
    let short = points.iter().take_while(|point| point.seconds < TELLING).count();
    let telling = &points[short.min(points.len().saturating_sub(3))..];
    let logarithms: Vec<(f64, f64)> =
        telling.iter().map(|point| (point.size.ln(), point.seconds.ln())).collect();
    let count = logarithms.len() as f64;
    let x = logarithms.iter().map(|(x, _)| x).sum::<f64>() / count;
    let y = logarithms.iter().map(|(_, y)| y).sum::<f64>() / count;
    let spread: f64 = logarithms.iter().map(|(at, _)| (at - x).powi(2)).sum();
    let together: f64 = logarithms.iter().map(|(at, over)| (at - x) * (over - y)).sum();
    (telling.len() > 1).then(|| together / spread)
}
