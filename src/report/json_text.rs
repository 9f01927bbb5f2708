//! Objects, arrays and values -> JSON text: in one line or laid out, safe to show.
//!
//! A writer of our own: the text goes into a buffer that is used again, strings are copied and not looked at
//! byte by byte, and text that was written before can be put in as it is. What stands around each member is
//! always inlined, because a name of a known length is copied without a call.

use std::io::{self, Write};

use super::json_value::Value;

/// JSON text under way.
#[derive(Debug)]
pub(super) struct Text {
    out: Vec<u8>,
    layout: Layout,
    depth: usize,
}

/// How members and elements are parted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Layout {
    OneLine,
    LineEach,
}

impl Text {
    /// Text in one line.
    pub(super) const fn compact() -> Self {
        Self { out: Vec::new(), layout: Layout::OneLine, depth: 0 }
    }

    /// Text with a line for each member and element, of something that stands `depth` levels deep.
    pub(super) const fn laid_out(depth: usize) -> Self {
        Self { out: Vec::new(), layout: Layout::LineEach, depth }
    }

    /// What is written so far.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// Ends the line behind an object.
    pub(super) fn end_line(&mut self) {
        self.out.push(b'\n');
    }

    /// Hands the text on, as far as it is written; the buffer is used again.
    pub(super) fn pour(&mut self, out: &mut impl Write) -> io::Result<()> {
        let done = out.write_all(&self.out);
        // What cannot be written is not gathered either.
        self.out.clear();
        done
    }

    /// An object with these members.
    pub(super) fn object<T>(&mut self, members: impl FnOnce(&mut Object<'_>) -> T) -> T {
        self.open(b'{');
        let done = members(&mut Object(self));
        self.close(b'}');
        done
    }

    /// An array of these elements.
    pub(super) fn array<T>(&mut self, elements: impl FnOnce(&mut Array<'_>) -> T) -> T {
        self.open(b'[');
        let done = elements(&mut Array(self));
        self.close(b']');
        done
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.depth += 1;
    }

    fn close(&mut self, bracket: u8) {
        self.depth -= 1;
        if !self.is_just_open() {
            self.new_line();
        }
        self.out.push(bracket);
    }

    /// Begins a member or an element.
    #[inline(always)]
    fn next(&mut self) {
        if !self.is_just_open() {
            self.out.push(b',');
        }
        self.new_line();
    }

    /// Whether a bracket was the last. That of a string cannot be: its quote stands behind it.
    #[inline(always)]
    fn is_just_open(&self) -> bool {
        matches!(self.out.last(), Some(b'{' | b'['))
    }

    #[inline(always)]
    fn new_line(&mut self) {
        if self.layout == Layout::LineEach {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * self.depth, b' ');
        }
    }
}

/// An object under way. Its members stand in the order of the calls.
pub(super) struct Object<'t>(&'t mut Text);

impl Object<'_> {
    /// A member.
    #[inline(always)]
    pub(super) fn member(&mut self, name: &'static str, value: impl Value) {
        self.name(name);
        value.write(&mut self.0.out);
    }

    /// A member, if there is a value.
    #[inline(always)]
    pub(super) fn optional(&mut self, name: &'static str, value: Option<impl Value>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    /// A member that is an object.
    pub(super) fn object<T>(&mut self, name: &'static str, members: impl FnOnce(&mut Object<'_>) -> T) -> T {
        self.name(name);
        self.0.object(members)
    }

    /// A member that is an array.
    pub(super) fn array<T>(&mut self, name: &'static str, elements: impl FnOnce(&mut Array<'_>) -> T) -> T {
        self.name(name);
        self.0.array(elements)
    }

    /// A member that is an array of values.
    pub(super) fn values(&mut self, name: &'static str, values: impl IntoIterator<Item: Value>) {
        self.array(name, |array| values.into_iter().for_each(|value| array.value(value)));
    }

    /// A member that is an array of objects, one for each item.
    pub(super) fn objects<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Object<'_>, T),
    ) {
        self.array(name, |array| {
            for item in items {
                array.object(|object| write(object, item));
            }
        });
    }

    /// Names are those of the schema or ids of clauses: nothing in them has to be escaped.
    #[inline(always)]
    fn name(&mut self, name: &'static str) {
        self.0.next();
        self.0.out.push(b'"');
        self.0.out.extend_from_slice(name.as_bytes());
        match self.0.layout {
            Layout::OneLine => self.0.out.extend_from_slice(b"\":"),
            Layout::LineEach => self.0.out.extend_from_slice(b"\": "),
        }
    }
}

/// An array under way.
pub(super) struct Array<'t>(&'t mut Text);

impl Array<'_> {
    /// An element.
    pub(super) fn value(&mut self, value: impl Value) {
        self.0.next();
        value.write(&mut self.0.out);
    }

    /// An element that is an object; answers its text, behind what parts it from the element before it.
    pub(super) fn object(&mut self, members: impl FnOnce(&mut Object<'_>)) -> &[u8] {
        let start = self.0.out.len();
        self.0.next();
        self.0.object(members);
        &self.0.out[start..]
    }

    /// An element that is an object of which parts are [poured](Array::pour) while it is written.
    pub(super) fn poured<T>(&mut self, members: impl FnOnce(&mut Object<'_>) -> T) -> T {
        self.0.next();
        self.0.object(members)
    }

    /// Elements as [`Array::object`] answered them, at the same depth and in the same places.
    pub(super) fn again(&mut self, text: &[u8]) {
        self.0.out.extend_from_slice(text);
    }

    /// An element that was written before, at the same depth.
    #[inline(always)]
    pub(super) fn written(&mut self, text: &[u8]) {
        self.0.next();
        self.0.out.extend_from_slice(text);
    }

    /// Hands the text on, as far as it is written: behind an element.
    pub(super) fn pour(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.0.pour(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(object: &mut Object<'_>) {
        object.values("a", ["[", "{", "\"\\", ""]);
        object.object("b", |_| ());
        object.values("c", [0_u64; 0]);
        object.optional("d", None::<u64>);
        object.objects("e", [1_u64, 2], |object, number| object.member("n", number));
        object.member("f", true);
    }

    #[test]
    fn both_layouts_are_those_of_serde_json() {
        let mut compact = Text::compact();
        compact.object(sample);
        let value: serde_json::Value = serde_json::from_slice(compact.as_bytes()).unwrap();
        assert_eq!(compact.as_bytes(), serde_json::to_vec(&value).unwrap());
        let mut laid_out = Text::laid_out(0);
        laid_out.object(sample);
        assert_eq!(laid_out.as_bytes(), serde_json::to_vec_pretty(&value).unwrap());
    }

    #[test]
    fn what_was_written_before_stands_where_it_would_be_written() {
        let element = |object: &mut Object<'_>| object.values("n", [1_u64, 2]);
        let twice = |array: &mut Array<'_>| {
            let first = array.object(element).to_vec();
            let second = array.object(element).to_vec();
            array.again(&second);
            array.written(first.trim_ascii_start());
        };
        let mut text = Text::laid_out(0);
        text.object(|object| object.array("a", twice));
        let value: serde_json::Value = serde_json::from_slice(text.as_bytes()).unwrap();
        assert_eq!(text.as_bytes(), serde_json::to_vec_pretty(&value).unwrap());
    }

    #[test]
    fn poured_text_goes_on_where_it_was() {
        let mut out = Vec::new();
        let mut text = Text::compact();
        let poured = text.object(|object| {
            object.array("a", |array| {
                (0..3_u64).try_for_each(|number| {
                    array.value(number);
                    array.pour(&mut out)
                })
            })
        });
        text.end_line();
        poured.and_then(|()| text.pour(&mut out)).unwrap();
        assert_eq!(out, b"{\"a\":[0,1,2]}\n");
    }
}
