//! Methods, and the sets of them that Allow lists.

use std::fmt;

/// A request method.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "each is the method of its name")]
pub enum Method {
    Invite,
    Ack,
    Cancel,
    Bye,
    Prack,
    Update,
    Info,
    Message,
    Refer,
    Subscribe,
    Notify,
    Options,
    Register,
}

impl Method {
    /// The methods that may be sent inside of a dialog whenever one likes.
    pub const FREE: [Self; 3] = [Self::Info, Self::Message, Self::Options];

    /// The name in a start line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invite => "INVITE",
            Self::Ack => "ACK",
            Self::Cancel => "CANCEL",
            Self::Bye => "BYE",
            Self::Prack => "PRACK",
            Self::Update => "UPDATE",
            Self::Info => "INFO",
            Self::Message => "MESSAGE",
            Self::Refer => "REFER",
            Self::Subscribe => "SUBSCRIBE",
            Self::Notify => "NOTIFY",
            Self::Options => "OPTIONS",
            Self::Register => "REGISTER",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The methods of an Allow header. INVITE, ACK, CANCEL and BYE cannot be left out (RFC 3261 20.5).
///
/// ```
/// use sipclause::compose::{Method, Methods};
///
/// let methods = Methods::with([Method::Update, Method::Prack, Method::Update]);
/// assert_eq!(methods.to_string(), "INVITE, ACK, CANCEL, BYE, UPDATE, PRACK");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Methods(Vec<Method>);

impl Methods {
    /// The four that every client has, and these.
    pub fn with(more: impl IntoIterator<Item = Method>) -> Self {
        let mut methods = vec![Method::Invite, Method::Ack, Method::Cancel, Method::Bye];
        for method in more {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        Self(methods)
    }

    /// The methods, in the order in which they are listed.
    pub fn iter(&self) -> impl Iterator<Item = Method> {
        self.0.iter().copied()
    }

    /// Whether it is listed.
    pub fn has(&self, method: Method) -> bool {
        self.0.contains(&method)
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, method) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(method.name())?;
        }
        Ok(())
    }
}
