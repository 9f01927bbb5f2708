//! `context.ims=none` -> the path of a key and its value.

use super::node::{Fault, Mark, Node};

/// Cuts an assignment at its first `=`; what is left of it is a path, what is right of it YAML.
pub(super) fn parse(assignment: &str) -> Result<(Vec<&str>, Node), Fault> {
    let Some((key, value)) = assignment.split_once('=') else {
        return Err(Fault::new(Mark::default(), "`key=value` is wanted, such as `context.ims=none`"));
    };
    Ok((path(key.trim()), Node::parse(value)?.without_place()))
}

/// The keys of a path. Clause ids and Call-IDs hold dots of their own, so that only the dots of the
/// known structure part keys: `context.scenarios.a.b@c` has three, `clauses.6.2.1.1-7.level` too.
fn path(key: &str) -> Vec<&str> {
    let Some((top, rest)) = key.split_once('.') else {
        return vec![key];
    };
    match top {
        "clauses" => match rest.strip_suffix(".level") {
            Some(id) => vec![top, id, "level"],
            None => vec![top, rest],
        },
        _ => match rest.split_once('.') {
            Some((middle, last)) => vec![top, middle, last],
            None => vec![top, rest],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_inside_ids_do_not_part_keys() {
        assert_eq!(path("fail_on"), ["fail_on"]);
        assert_eq!(path("context.ims"), ["context", "ims"]);
        assert_eq!(path("context.scenarios.a.b@c"), ["context", "scenarios", "a.b@c"]);
        assert_eq!(path("clauses.6.2.1.1-7.level"), ["clauses", "6.2.1.1-7", "level"]);
        assert_eq!(path("clauses.6.2.1.1-7"), ["clauses", "6.2.1.1-7"]);
    }
}
