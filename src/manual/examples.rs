//! Generated from `vectors/oma_im/` by `make bless`; not to be edited by hand.

use super::example::Example;

pub(super) static EXAMPLES: &[Example] = &[];
