//! What is wrong with a body, where, and how much it matters.

/// One thing that a body does not do as its format asks.
///
/// Parsing goes on behind it: a defect is a value beside the parsed one, never the end of the parse.
///
/// ```
/// use sipclause::message::body::sdp::Sdp;
///
/// let sdp = Sdp::parse(b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=\r\nt=0 0\r\n");
/// let defect = sdp.faults().next().unwrap();
/// assert_eq!((defect.code, defect.at), ("sdp/empty-session-name", &b"s="[..]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Defect<'m> {
    /// Stable name of the kind of defect, such as `boundary/too-long`.
    pub code: &'static str,
    /// Whether it breaks a rule.
    pub weight: Weight,
    /// The bytes that are wrong; empty, at its place, for something that is missing.
    pub at: &'m [u8],
    /// What was wanted there, as the end of a sentence that begins "expected".
    pub expected: &'static str,
}

/// How much a [`Defect`] weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Weight {
    /// Allowed or tolerated by every receiver, but worth a word.
    Note,
    /// Nobody can tell: a format, an encoding or a limit of ours stands in the way.
    Doubt,
    /// A rule of the format is broken.
    Fault,
}

impl<'m> Defect<'m> {
    /// A broken rule.
    pub const fn fault(code: &'static str, at: &'m [u8], expected: &'static str) -> Self {
        Self { code, weight: Weight::Fault, at, expected }
    }

    /// Something tolerated.
    pub const fn note(code: &'static str, at: &'m [u8], expected: &'static str) -> Self {
        Self { code, weight: Weight::Note, at, expected }
    }

    /// Something that cannot be judged.
    pub const fn doubt(code: &'static str, at: &'m [u8], expected: &'static str) -> Self {
        Self { code, weight: Weight::Doubt, at, expected }
    }

    /// Whether a rule is broken.
    pub fn is_fault(&self) -> bool {
        self.weight == Weight::Fault
    }

    /// Whether it cannot be judged.
    pub fn is_doubt(&self) -> bool {
        self.weight == Weight::Doubt
    }
}
