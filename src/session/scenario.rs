//! Which subclause an INVITE belongs to, and who says so.

/// The four ways to set up a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scenario {
    /// 6.2.1.2
    OneToOne,
    /// 6.2.1.3
    AdHoc,
    /// 6.2.1.4
    PreEstablished,
    /// 6.2.1.5
    Extension,
}

impl Scenario {
    /// All of them, in the order of the subclauses.
    pub const ALL: [Self; 4] = [Self::OneToOne, Self::AdHoc, Self::PreEstablished, Self::Extension];

    /// The name in options, configuration and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneToOne => "one-to-one",
            Self::AdHoc => "ad-hoc",
            Self::PreEstablished => "pre-established",
            Self::Extension => "extension",
        }
    }

    /// The scenario of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// The subclause that tells how to set it up.
    pub const fn subclause(self) -> &'static str {
        match self {
            Self::OneToOne => "6.2.1.2",
            Self::AdHoc => "6.2.1.3",
            Self::PreEstablished => "6.2.1.4",
            Self::Extension => "6.2.1.5",
        }
    }
}
