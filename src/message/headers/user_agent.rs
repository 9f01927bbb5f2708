//! User-Agent and Server: products and comments (RFC 3261 20.35, 20.41).

use nom::Parser;
use nom::combinator::{consumed, opt};
use nom::sequence::preceded;

use super::{Malformed, separator};
use crate::message::token::{Parsed, is_space, token, trim};

/// A product: `name` or `name/version`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Product<'m> {
    /// The name.
    pub name: &'m [u8],
    /// The version, if one is written.
    pub version: Option<&'m [u8]>,
    /// Both as written.
    pub text: &'m [u8],
}

/// One part of a User-Agent or Server value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServerValue<'m> {
    /// A product.
    Product(Product<'m>),
    /// A comment with its parentheses.
    Comment(&'m [u8]),
}

/// The parts of a User-Agent or Server value, in order; reading ends behind the first malformed one.
pub fn server_values(value: &[u8]) -> ServerValues<'_> {
    ServerValues { whole: value, rest: trim(value) }
}

/// The products of a value, in order; comments and malformed words are passed over.
pub fn products(value: &[u8]) -> impl Iterator<Item = Product<'_>> {
    let mut rest = trim(value);
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (after, part) = next_part(rest);
            // A comment that never closes takes in all that follows.
            rest = if part.is_err() && rest.first() == Some(&b'(') { &[] } else { after };
            if let Ok(ServerValue::Product(product)) = part {
                return Some(product);
            }
        }
        None
    })
}

/// The iterator of [`server_values`].
#[derive(Clone, Debug)]
pub struct ServerValues<'m> {
    whole: &'m [u8],
    rest: &'m [u8],
}

impl<'m> Iterator for ServerValues<'m> {
    type Item = Result<ServerValue<'m>, Malformed<'m>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (rest, part) = next_part(self.rest);
        self.rest = rest;
        if part.is_err() {
            self.rest = &[];
        }
        Some(part.map_err(|at| Malformed::new(at, self.whole, "a product `name/version` or a `(comment)`")))
    }
}

/// The part at the beginning of `text`, or the word there that is none; and what is behind it.
fn next_part(text: &[u8]) -> (&[u8], Result<ServerValue<'_>, &[u8]>) {
    let parsed = match comment_end(text) {
        Some(end) => Ok((&text[end..], ServerValue::Comment(&text[..end]))),
        None => product(text).map(|(rest, product)| (rest, ServerValue::Product(product))),
    };
    match parsed {
        // A comment may touch what is beside it, since its parentheses take white space in.
        Ok((rest, value)) if rest.first().is_none_or(|&b| is_space(b) || b == b'(') || is_comment(value) => {
            (trim(rest), Ok(value))
        }
        _ => {
            let end = text.iter().position(|&b| is_space(b)).unwrap_or(text.len());
            (trim(&text[end..]), Err(&text[..end]))
        }
    }
}

fn is_comment(value: ServerValue<'_>) -> bool {
    matches!(value, ServerValue::Comment(_))
}

/// `token [SLASH product-version]`
fn product(input: &[u8]) -> Parsed<'_, Product<'_>> {
    consumed((token, opt(preceded(separator("/"), token))))
        .map(|(text, (name, version))| Product { name, version, text })
        .parse(input)
}

/// Where the comment at the beginning of `text` ends; comments nest.
fn comment_end(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'(') {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(value: &str) -> Vec<(String, Option<String>)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        products(value.as_bytes()).map(|p| (text(p.name), p.version.map(text))).collect()
    }

    #[test]
    fn products_are_parted_by_white_space_and_comments() {
        assert_eq!(
            names("IM-client/OMA1.0 (a (nested) b) Acme / 2.1 x(y)z"),
            [("IM-client", Some("OMA1.0")), ("Acme", Some("2.1")), ("x", None), ("z", None)]
                .map(|(name, version)| (name.to_owned(), version.map(str::to_owned)))
        );
        assert!(server_values(b"IM-client/OMA1.0 (c\\)) x").all(|part| part.is_ok()));
    }

    #[test]
    fn commas_and_brackets_are_no_products() {
        assert_eq!(names("a/1, b/2").len(), 1);
        assert_eq!(server_values(b"a/1, b/2").next().unwrap().unwrap_err().at, b"a/1,");
        assert_eq!(server_values(b"a (b").last().unwrap().unwrap_err().at, b"(b");
        assert_eq!(server_values(b"  ").count(), 0);
    }

    #[test]
    fn many_open_parentheses_take_linear_time() {
        assert_eq!(products(&b"( ".repeat(32 * 1024)).count(), 0);
    }
}
