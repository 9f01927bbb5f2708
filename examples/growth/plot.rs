//! Sizes and times -> an SVG picture, both axes logarithmic: what grows as its input does is a line of slope 1.

use super::fit::Point;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 420.0;
/// Room for the labels: left, right, above, below.
const LEFT: f64 = 76.0;
const RIGHT: f64 = 36.0;
const ABOVE: f64 = 64.0;
const BELOW: f64 = 56.0;

/// The range of an axis in whole decades, and where they lie on the picture.
struct Axis {
    least: i32,
    most: i32,
    begin: f64,
    end: f64,
}

impl Axis {
    fn new(values: impl Iterator<Item = f64> + Clone, begin: f64, end: f64) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min).log10().floor() as i32;
        let most = values.fold(0.0, f64::max).log10().ceil() as i32;
        Self { least, most: most.max(least + 1), begin, end }
    }

    fn place(&self, value: f64) -> f64 {
        let share = (value.log10() - f64::from(self.least)) / f64::from(self.most - self.least);
        self.begin + share * (self.end - self.begin)
    }

    fn decades(&self) -> impl Iterator<Item = f64> + use<> {
        (self.least..=self.most).map(|power| 10_f64.powi(power))
    }

    /// Values between the decades.
    fn between(&self) -> impl Iterator<Item = f64> + use<> {
        (self.least..self.most)
            .flat_map(|power| (2..10).map(move |part| f64::from(part) * 10_f64.powi(power)))
    }
}

/// Draws the points, and the line on which they would lie if twice the input took twice the time.
pub(crate) fn draw(title: &str, unit: &str, points: &[Point], exponent: f64) -> String {
    let x = Axis::new(points.iter().map(|point| point.size), LEFT, WIDTH - RIGHT);
    let y = Axis::new(points.iter().map(|point| point.seconds), HEIGHT - BELOW, ABOVE);
    let middle = (LEFT + WIDTH - RIGHT) / 2.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n<title>{title}</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    svg +=
        &text(LEFT, 24.0, "start", &format!("<tspan font-size=\"15\" font-weight=\"bold\">{title}</tspan>"));
    svg += &text(LEFT, 44.0, "start", &format!("time grows with the power {exponent:.2} of the size"));
    svg += &text(WIDTH - RIGHT, 44.0, "end", "dashed: power 1");
    svg += &grid(&x, &y);
    for value in x.decades() {
        svg += &text(x.place(value), HEIGHT - BELOW + 18.0, "middle", &grouped(value));
    }
    for value in y.decades() {
        svg += &text(LEFT - 8.0, y.place(value) + 4.0, "end", &duration(value));
    }
    svg += &text(middle, HEIGHT - 14.0, "middle", unit);
    svg += &format!(
        "<text transform=\"translate(16 {}) rotate(-90)\" text-anchor=\"middle\">processor time</text>\n",
        (ABOVE + HEIGHT - BELOW) / 2.0
    );
    svg += &linear(&x, &y, points);
    svg += &measured(&x, &y, points);
    svg + "</svg>\n"
}

fn text(x: f64, y: f64, anchor: &str, text: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>\n")
}

fn line(from: (f64, f64), to: (f64, f64), style: &str) -> String {
    let ((x1, y1), (x2, y2)) = (from, to);
    format!("<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {style}/>\n")
}

fn grid(x: &Axis, y: &Axis) -> String {
    let lines = |across: &mut dyn Iterator<Item = f64>, up: &mut dyn Iterator<Item = f64>, style: &str| {
        let upright = across.map(|value| x.place(value)).map(|at| line((at, y.begin), (at, y.end), style));
        let level = up.map(|value| y.place(value)).map(|at| line((x.begin, at), (x.end, at), style));
        upright.chain(level).collect::<String>()
    };
    lines(&mut x.between(), &mut y.between(), "stroke=\"#eee\"")
        + &lines(&mut x.decades(), &mut y.decades(), "stroke=\"#bbb\"")
}

/// A line of slope 1 through the last point, as far as the picture goes.
fn linear(x: &Axis, y: &Axis, points: &[Point]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let each = last.seconds / last.size;
    let size = first.size.max(10_f64.powi(y.least) / each);
    let (from, to) = ((x.place(size), y.place(size * each)), (x.place(last.size), y.place(last.seconds)));
    line(from, to, "stroke=\"#888\" stroke-dasharray=\"5 4\" stroke-width=\"1.5\"")
}

fn measured(x: &Axis, y: &Axis, points: &[Point]) -> String {
    let places: Vec<_> = points.iter().map(|point| (x.place(point.size), y.place(point.seconds))).collect();
    let path: Vec<_> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let mut svg = format!(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#0b62a4\" stroke-width=\"2\"/>\n",
        path.join(" ")
    );
    for (x, y) in places {
        svg += &format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#0b62a4\"/>\n");
    }
    svg
}

/// 1000000 as 1,000,000.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn duration(seconds: f64) -> String {
    match seconds {
        _ if seconds >= 0.999 => format!("{seconds:.0} s"),
        _ if seconds >= 0.000_999 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}
