//! The lexical ground of SIP (RFC 3261 25.1): tokens, white space, quoted strings, parameters, comma lists.
//!
//! Folded lines count as white space everywhere, so that a typed header never sees a fold.

use nom::IResult;
use nom::bytes::complete::{take_while, take_while1};

pub(crate) use super::bytes::{ByteSet, first_of};

/// What a small parser gives: the rest, and the value.
pub type Parsed<'m, T> = IResult<&'m [u8], T>;

static TOKEN: ByteSet = ByteSet::alphanumeric_and(b"-.!%*_+`'~");
static WORD: ByteSet = TOKEN.and(b"()<>:\\\"/[]?{}");

/// Whether `byte` may stand in a `token` (RFC 3261 25.1).
pub const fn is_token_byte(byte: u8) -> bool {
    TOKEN.has(byte)
}

/// Whether `byte` may stand in a `word`, of which a Call-ID is made (RFC 3261 25.1).
pub const fn is_word_byte(byte: u8) -> bool {
    WORD.has(byte)
}

/// Whether `byte` is white space, the two bytes of a fold included.
pub const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether `text` is one token.
#[inline]
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && TOKEN.covers(text)
}

/// How many token bytes `text` begins with.
pub(crate) fn token_run(text: &[u8]) -> usize {
    TOKEN.run(text)
}

/// How many bytes of a `word` `text` begins with.
pub(crate) fn word_run(text: &[u8]) -> usize {
    WORD.run(text)
}

/// Whether two tokens are the same: letter case does not count (RFC 3261 7.3.1).
#[inline]
pub fn same_token(one: &[u8], other: impl AsRef<[u8]>) -> bool {
    one.eq_ignore_ascii_case(other.as_ref())
}

/// `text` without the white space around it.
#[inline]
pub fn trim(text: &[u8]) -> &[u8] {
    if let ([first, ..], [.., last]) = (text, text)
        && !is_space(*first)
        && !is_space(*last)
    {
        return text;
    }
    let start = text.iter().position(|&b| !is_space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|&b| !is_space(b)).map_or(start, |last| last + 1);
    &text[start..end]
}

/// `text` without the white space at its end.
#[inline]
pub fn trim_end(text: &[u8]) -> &[u8] {
    &text[..text.iter().rposition(|&b| !is_space(b)).map_or(0, |last| last + 1)]
}

/// Optional white space, folds included (`SWS`).
pub fn sws(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while(is_space)(input)
}

/// One `token`.
pub fn token(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while1(is_token_byte)(input)
}

/// One or more digits.
pub fn digits(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while1(|b: u8| b.is_ascii_digit())(input)
}

/// A quoted string with its quotes, backslash pairs kept as written.
pub fn quoted_string(input: &[u8]) -> Parsed<'_, &[u8]> {
    match quoted_end(input) {
        Some(end) => Ok((&input[end..], &input[..end])),
        None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Char))),
    }
}

/// Where the quoted string that begins `text` ends, or `None` if it does not begin or never ends.
fn quoted_end(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    while let Some(found) = first_of([b'"', b'\\'], text.get(at..)?) {
        at += found;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
    None
}

/// The number that `text` writes in digits alone; `None` for anything else and for more than 64 bits.
#[inline]
pub fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    text.iter().try_fold(0_u64, |n, &d| n.checked_mul(10)?.checked_add(u64::from(d - b'0')))
}

/// Cuts `text` at each `separator` that stands outside of quotes and angle brackets.
///
/// A quote or bracket that never closes covers nothing: the separators behind it count.
pub fn split_outside_quotes(text: &[u8], separator: u8) -> Pieces<'_> {
    Pieces { rest: Some(text), separator, quotes_close: true, brackets_close: true }
}

/// The pieces of [`split_outside_quotes`], untrimmed, empty ones included.
#[derive(Clone, Debug)]
pub struct Pieces<'m> {
    rest: Option<&'m [u8]>,
    separator: u8,
    // Behind a quote or bracket that never closes no later one does; not looking again keeps this linear.
    quotes_close: bool,
    brackets_close: bool,
}

impl<'m> Iterator for Pieces<'m> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest?;
        let mut at = 0;
        while let Some(found) = first_of([self.separator, b'"', b'<'], &text[at..]) {
            at += found;
            at += match text[at] {
                byte if byte == self.separator => {
                    self.rest = Some(&text[at + 1..]);
                    return Some(&text[..at]);
                }
                b'"' if self.quotes_close => quoted_end(&text[at..]).unwrap_or_else(|| {
                    self.quotes_close = false;
                    1
                }),
                b'<' if self.brackets_close => {
                    let end = first_of([b'>'], &text[at..]);
                    self.brackets_close = end.is_some();
                    end.map_or(1, |end| end + 1)
                }
                _ => 1,
            };
        }
        self.rest = None;
        Some(text)
    }
}

/// The parameters behind a value: `;name=value;flag`, as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Params<'m>(pub &'m [u8]);

/// One parameter. A piece that is no parameter at all has an empty name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Param<'m> {
    /// The name as written.
    pub name: &'m [u8],
    /// What follows the `=`, white space cut off, quotes kept; `None` for a flag.
    pub value: Option<&'m [u8]>,
    /// The whole parameter as written, without the semicolon.
    pub text: &'m [u8],
}

impl<'m> Params<'m> {
    /// The parameters in order.
    pub fn iter(self) -> impl Iterator<Item = Param<'m>> {
        // What stands before the first semicolon belongs to no parameter.
        let mut pieces = split_outside_quotes(self.0, b';');
        match self.0 {
            [] => pieces.rest = None,
            [b';', rest @ ..] => pieces.rest = Some(rest),
            _ => {
                let mut behind = pieces.clone();
                if behind.next().is_none_or(|before| trim(before).is_empty()) {
                    pieces = behind;
                }
            }
        }
        ParamPieces(pieces)
    }

    /// The first parameter of this name, in any letter case.
    pub fn named(self, name: &str) -> Option<Param<'m>> {
        self.iter().find(|param| param.is(name))
    }

    /// The parameter whose name stands here a second time (RFC 3261 7.3.1 forbids it).
    ///
    /// Linear for the usual handful; for hostile lists a set is kept.
    pub fn repeated(self) -> Option<Param<'m>> {
        let mut names = Names::default();
        if self.0.is_empty() || self.iter().all(|param| names.are_others(param.name)) {
            return None;
        }
        self.repeated_of_several()
    }

    fn repeated_of_several(self) -> Option<Param<'m>> {
        let mut seen = std::collections::BTreeSet::new();
        let many = self.0.len() > 512;
        let mut earlier: [&[u8]; 16] = [&[]; 16];
        for (index, param) in self.iter().filter(|param| !param.name.is_empty()).enumerate() {
            let repeated = if many || index >= earlier.len() {
                for name in earlier.iter_mut().filter(|name| !name.is_empty()) {
                    seen.insert(std::mem::take(name).to_ascii_lowercase());
                }
                !seen.insert(param.name.to_ascii_lowercase())
            } else {
                let before = earlier[..index].iter().any(|name| same_token(name, param.name));
                earlier[index] = param.name;
                before
            };
            if repeated {
                return Some(param);
            }
        }
        None
    }
}

/// Names that were seen, as far as it takes to know that another one is none of them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Names {
    marks: u64,
}

impl Names {
    /// Whether those before are certainly other names; notes this one.
    pub(crate) fn are_others(&mut self, name: &[u8]) -> bool {
        // Two tokens that are the same have the same length, first and last letter, which few others share.
        let (Some(first), Some(last)) = (name.first(), name.last()) else { return true };
        let letters = u32::from(first | 0x20) + 7 * u32::from(last | 0x20);
        let mark = 1_u64.rotate_left(letters + 5 * (name.len() % 64) as u32);
        let are_others = self.marks & mark == 0;
        self.marks |= mark;
        are_others
    }
}

/// The pieces between semicolons, read as parameters.
#[derive(Clone, Debug)]
struct ParamPieces<'m>(Pieces<'m>);

impl<'m> Iterator for ParamPieces<'m> {
    type Item = Param<'m>;

    fn next(&mut self) -> Option<Param<'m>> {
        match Param::plain(self.0.rest?, self.0.quotes_close) {
            Some((param, rest)) => {
                self.0.rest = rest;
                Some(param)
            }
            None => self.0.next().map(Param::of),
        }
    }
}

impl<'m> Param<'m> {
    /// Reads the first of several pieces in one pass, if name and value are tokens, or (where quotes close) the value
    /// is a quoted string, as in most; gives what stands behind its semicolon, too.
    fn plain(text: &'m [u8], quotes_close: bool) -> Option<(Self, Option<&'m [u8]>)> {
        let name = TOKEN.run(text);
        let (end, value) = match text.get(name) {
            Some(b'=') => {
                let behind = &text[name + 1..];
                let length = match behind.first() {
                    Some(b'"') if quotes_close => quoted_end(behind)?,
                    _ => TOKEN.run(behind),
                };
                (name + 1 + length, Some(&behind[..length]))
            }
            _ => (name, None),
        };
        let rest = match text.get(end) {
            None => None,
            Some(b';') => Some(&text[end + 1..]),
            Some(_) => return None,
        };
        Some((Self { name: &text[..name], value, text: &text[..end] }, rest))
    }

    /// Reads one piece between semicolons.
    fn of(text: &'m [u8]) -> Self {
        let text = trim(text);
        match first_of([b'='], text) {
            Some(at) => Self { name: trim(&text[..at]), value: Some(trim(&text[at + 1..])), text },
            None => Self { name: text, value: None, text },
        }
    }

    /// Whether this is the parameter of that name, in any letter case.
    pub fn is(self, name: &str) -> bool {
        same_token(self.name, name)
    }

    /// Whether the value stands in quotes.
    pub fn is_quoted(self) -> bool {
        self.value.is_some_and(|value| value.first() == Some(&b'"'))
    }

    /// The value without its quotes, backslash pairs kept; `None` for a flag.
    pub fn unquoted(self) -> Option<&'m [u8]> {
        self.value.map(unquote)
    }
}

/// `text` without the quotes around it, if it has them.
pub fn unquote(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] => inner,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commas_in_quotes_and_brackets_do_not_part_values() {
        let pieces: Vec<_> = split_outside_quotes(b"\"a, \\\"b\" <sip:x,y@z>;q=1, <sip:c@d>", b',').collect();
        assert_eq!(pieces, [&b"\"a, \\\"b\" <sip:x,y@z>;q=1"[..], b" <sip:c@d>"]);
    }

    #[test]
    fn a_quote_that_never_closes_covers_nothing() {
        let pieces: Vec<_> = split_outside_quotes(b"\"a, b", b',').collect();
        assert_eq!(pieces, [&b"\"a"[..], b" b"]);
    }

    #[test]
    fn parameters_keep_their_order_and_their_text() {
        let params = Params(b" ; tag = x ;lr;y=\"a;b\"");
        let read: Vec<_> = params.iter().map(|p| (p.name, p.unquoted())).collect();
        assert_eq!(read, [(&b"tag"[..], Some(&b"x"[..])), (b"lr", None), (b"y", Some(b"a;b"))]);
        assert!(params.named("TAG").is_some());
        assert!(params.named("ta").is_none());
        assert_eq!(params.repeated(), None);
    }

    #[test]
    fn a_second_parameter_of_the_same_name_is_found_among_many() {
        assert_eq!(Params(b";a;b=1;A=2").repeated().unwrap().text, b"A=2");
        let many: String = (0..40).map(|n| format!(";p{n}")).collect();
        assert_eq!(Params(many.as_bytes()).repeated(), None);
        assert_eq!(Params(format!("{many};P3").as_bytes()).repeated().unwrap().text, b"P3");
    }

    #[test]
    fn numbers_are_digits_alone() {
        assert_eq!(number(b"1800"), Some(1800));
        assert_eq!(number(b"-1"), None);
        assert_eq!(number(b""), None);
        assert_eq!(number(b"99999999999999999999"), None);
    }

    proptest! {
        #[test]
        fn parameters_read_in_one_pass_are_those_read_piece_by_piece(text in "[;=\"\\\\<> ab]{0,24}") {
            let mut pieces = split_outside_quotes(text.as_bytes(), b';');
            let before = pieces.next().map(trim).filter(|piece| !piece.is_empty());
            let expected: Vec<_> = before.into_iter().chain(pieces).map(Param::of).collect();
            prop_assert_eq!(Params(text.as_bytes()).iter().collect::<Vec<_>>(), expected);
        }

        #[test]
        fn a_name_that_stands_twice_is_found(text in "[;=aAbc]{0,24}") {
            let params = Params(text.as_bytes());
            prop_assert_eq!(params.repeated(), params.repeated_of_several());
        }
    }
}
