//! Bodies: media types, multipart, SDP, MSRP, resource lists.
