//! What the terminal can show.

use std::io;

use anstream::{AutoStream, ColorChoice};

use super::args::Color;

/// Widest text for people: longer lines are hard to read.
const WIDEST: usize = 120;

/// Makes `--color` count for everything that is printed from now on.
pub(super) fn choose_color(color: Color) {
    match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
    .write_global();
}

/// Whether standard output shows colours: `--color`, then NO_COLOR and CLICOLOR_FORCE, then the terminal.
pub(super) fn stdout_has_color() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether somebody asked for colours everywhere, in files too.
pub(super) fn color_is_forced() -> bool {
    ColorChoice::global() == ColorChoice::Always
}

/// Columns of a file or a pipe: what is written there does not depend on where it was written.
pub(super) const PLAIN_WIDTH: usize = 80;

/// Columns of standard output: those of the terminal if it is one.
pub(super) fn stdout_width() -> usize {
    let terminal = terminal_size::terminal_size_of(io::stdout());
    terminal.map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0)).clamp(40, WIDEST)
}
