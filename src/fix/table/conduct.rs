//! Codes about what a client does in a session, and about the session that it names.

use super::{Entry, none, safe};
use crate::fix::make::{header, identity};

const DONE: &str = "it is about what the client did, and not about how it wrote it";
const OTHER_SESSION: &str = "the session that is meant cannot be told";

pub(super) static ENTRIES: &[Entry] = &[
    none("allow/not-honoured", DONE),
    none("call-id/dialog-alive", DONE),
    none("call-id/of-the-registration", DONE),
    none("destination/not-the-next-hop", DONE),
    none("request-uri/not-the-stored-contact", DONE),
    none("session-timer/no-bye", DONE),
    none("session-timer/no-refresh", DONE),
    none("session-timer/refresh-refused", DONE),
    none("session-timer/refresh-too-late", DONE),
    none("replaces/dialog-ended", DONE),
    none("replaces/missing", OTHER_SESSION),
    none("replaces/malformed", OTHER_SESSION),
    none("replaces/from-tag-missing", OTHER_SESSION),
    none("replaces/to-tag-missing", OTHER_SESSION),
    none("replaces/unknown-dialog", OTHER_SESSION),
    none("replaces/several", OTHER_SESSION),
    none("replaces/entry-of-another", OTHER_SESSION),
    none("replaces/session-replaces-only", OTHER_SESSION),
    safe("replaces/misspelt", "call the header `Replaces`", header::replaces),
    safe("replaces/tags-swapped", "write the tags for each other", identity::swap_tags),
    safe("replaces/tag-repeated", "remove the second tag, which says the same", identity::tag_once),
    none("replaces/repeated", "the clause tells it as `replaces/several`"),
];
