//! Tests of the body parsers, one file a construct.

mod hostile;
mod leaves;
mod msrp;
mod multipart;
mod resource_list;
mod sdp;

use super::Defect;

/// The codes of defects, in order.
fn codes<'d>(defects: impl IntoIterator<Item = &'d Defect<'d>>) -> Vec<&'static str> {
    defects.into_iter().map(|defect| defect.code).collect()
}

const NONE: [&str; 0] = [];
