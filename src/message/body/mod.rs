//! Body -> its leaf parts, typed and decoded: media types, multiparts, SDP, MSRP URIs, resource lists.
//!
//! All values borrow from the message. What is broken is a [`Defect`] beside the value that could be read.

pub mod boundary;
pub mod content_type;
mod defect;
mod leaves;
pub mod msrp;
pub mod multipart;
mod plain_list;
pub mod resource_list;
pub mod sdp;
mod sdp_syntax;
mod sdp_values;
pub mod transfer;
mod xml;
mod xml_text;

#[cfg(test)]
mod tests;

pub use self::content_type::{Disposition, Handling, MediaType};
pub use self::defect::{Defect, Weight};
pub use self::leaves::{Bodies, Hidden, Part};
