//! A finding -> the changes that do away with it, by what it is about.

pub(super) mod accept_contact;
pub(super) mod contact;
pub(super) mod framing;
pub(super) mod header;
pub(super) mod identity;
pub(super) mod list;
pub(super) mod media;
pub(super) mod multipart;
pub(super) mod offer;
pub(super) mod sdp;
pub(super) mod target;
pub(super) mod timer;
pub(super) mod told;

/// The feature tag of IM as headers write it.
const IM_TAG: &str = "+g.oma.sip-im";
