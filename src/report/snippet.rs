//! Marks in a message -> its lines, with the marks under them.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer};

use super::excerpt::Excerpt;
use super::place::Spot;
use crate::clause;
use crate::visible::sanitise;

/// Columns kept for line numbers, frame and the lines beside marks of several lines.
const FRAME: usize = 10;

/// Something to point at.
pub(super) struct Mark<'j> {
    /// The bytes.
    pub(super) range: Range<usize>,
    /// The line of the message on which they begin, from 1.
    pub(super) line: usize,
    /// What is to be seen there.
    pub(super) note: Option<&'j str>,
}

/// What the first mark of a snippet is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The main place of a finding of this level.
    Main(clause::Level),
    /// A place that belongs to it.
    Related,
}

/// Lines of one message with marks.
pub(super) struct Snippet<'j> {
    excerpt: Excerpt,
    number: usize,
    labels: Vec<Option<Cow<'j, str>>>,
    /// Notes that do not fit beside their marks: the line as it is numbered, and the note.
    pub(super) remarks: Vec<(usize, Cow<'j, str>)>,
}

impl<'j> Snippet<'j> {
    /// The lines of this message that hold the marks.
    pub(super) fn of(spot: &Spot<'_>, marks: &[Mark<'j>], width: usize) -> Self {
        let seen = spot.shown.map_or((&[][..], &[][..]), |shown| (shown.bytes, shown.hidden()));
        let ranges: Vec<Range<usize>> = marks.iter().map(|mark| mark.range.clone()).collect();
        let room = width.saturating_sub(FRAME);
        let excerpt = Excerpt::of(seen, &ranges, room);
        let number = spot.first_line() + excerpt.first_line;
        let mut snippet = Self { number, labels: Vec::new(), remarks: Vec::new(), excerpt };
        for (index, mark) in marks.iter().enumerate() {
            let label = snippet.label(index, mark.note);
            let fits = label.as_ref().is_none_or(|label| snippet.column_after(index) + label.len() < room);
            match (fits, label) {
                (false, Some(label)) => {
                    snippet.labels.push(None);
                    snippet.remarks.push((spot.first_line() + mark.line - 1, label));
                }
                (_, label) => snippet.labels.push(label),
            }
        }
        snippet
    }

    /// Columns of the line numbers.
    pub(super) fn gutter(&self) -> usize {
        let end = self.excerpt.marks.iter().map(|mark| mark.end).max().unwrap_or(0);
        let lines = self.excerpt.text.get(..end).map_or(0, |text| text.matches('\n').count());
        (self.number + lines).to_string().len()
    }

    /// The lines, from one of the frame alone to the last one with a mark.
    pub(super) fn render(self, role: Role, color: bool) -> String {
        let first = match role {
            Role::Main(_) => AnnotationKind::Primary,
            Role::Related => AnnotationKind::Context,
        };
        let above = self.excerpt.above.map(|range| AnnotationKind::Visible.span(range));
        let marks =
            self.excerpt.marks.into_iter().zip(self.labels).enumerate().map(|(index, (range, label))| {
                let kind = if index == 0 { first } else { AnnotationKind::Context };
                kind.span(range).label(label)
            });
        let snippet = annotate_snippets::Snippet::source(self.excerpt.text)
            .line_start(self.number)
            .fold(true)
            .annotations(above)
            .annotations(marks);
        let level = match role {
            Role::Main(clause::Level::Should) => Level::WARNING,
            Role::Main(clause::Level::Shall) | Role::Related => Level::ERROR,
        };
        renderer(color).render(&[Group::with_level(level).element(snippet)])
    }

    fn label(&self, index: usize, note: Option<&'j str>) -> Option<Cow<'j, str>> {
        match (note, index, self.excerpt.left_out) {
            (Some(note), ..) => Some(sanitise(note)),
            (None, 0, 1) => Some("and one more line".into()),
            (None, 0, more) if more > 0 => Some(format!("and {more} more lines").into()),
            _ => None,
        }
    }

    /// The column after a mark.
    fn column_after(&self, index: usize) -> usize {
        let end = self.excerpt.marks.get(index).map_or(0, |mark| mark.end);
        let before = self.excerpt.text.get(..end).unwrap_or_default();
        before.rsplit('\n').next().unwrap_or_default().chars().count()
    }
}

fn renderer(color: bool) -> Renderer {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    // Excerpts are trimmed already; links would be sequences that we do not write.
    renderer.hyperlink(false).term_width(usize::MAX / 4)
}
