//! Who may do what: five roles, what each may do, and the person or program that asks. The only place that says so.

/// What a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads reports and suggestions.
    Viewer,
    /// Reads the own reports, without codes, units and amounts.
    Physician,
    /// Reviews reports and decides.
    Coder,
    /// Reads everything, the audit table as well, and changes nothing.
    Auditor,
    /// Does what coders and auditors do, and keeps users.
    Administrator,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See the list of reports, all or the own ones.
    List,
    /// Read a report.
    Read,
    /// See codes, units and suggestions.
    SeeCodes,
    /// See what units are worth.
    SeeAmounts,
    /// Claim reports, decide, hold, finish.
    Decide,
    /// Take another one's claim away, assign reports to others.
    Supervise,
    /// Bring reports in.
    Import,
    /// Take decisions out.
    Export,
    /// Check a text that is not kept.
    LiveCheck,
    /// Write queries to physicians.
    Query,
    /// Answer queries.
    Answer,
    /// See how documentation and decisions go.
    Feedback,
    /// Read the audit table.
    Audit,
    /// Add users, change roles, end sessions.
    People,
    /// Back up, restore, read anew with another version.
    Upkeep,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Physician,
        Self::Coder,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The name in the store and on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Physician => "physician",
            Self::Coder => "coder",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// What the role is for, in a few words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Viewer => "reads reports and suggestions",
            Self::Physician => "reads the own reports, without codes and units",
            Self::Coder => "reviews reports and decides",
            Self::Auditor => "reads everything, the audit log as well; changes nothing",
            Self::Administrator => "does all that coders and auditors do, and keeps users",
        }
    }

    /// The role of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }

    /// Whether the role may do something.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        use Right as R;
        match self {
            Self::Viewer => matches!(right, R::List | R::Read | R::SeeCodes),
            Self::Physician => {
                matches!(
                    right,
                    R::List | R::Read | R::LiveCheck | R::Answer | R::Feedback
                )
            }
            Self::Coder => matches!(
                right,
                R::List
                    | R::Read
                    | R::SeeCodes
                    | R::SeeAmounts
                    | R::Decide
                    | R::Import
                    | R::Export
                    | R::LiveCheck
                    | R::Query
                    | R::Feedback
            ),
            Self::Auditor => matches!(
                right,
                R::List
                    | R::Read
                    | R::SeeCodes
                    | R::SeeAmounts
                    | R::Export
                    | R::Feedback
                    | R::Audit
            ),
            Self::Administrator => right != R::Answer,
        }
    }
}

/// Who asks: a user who has come in, or a command of whoever owns the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user's number; `None` for commands.
    pub user: Option<i64>,
    /// The user's name.
    pub name: String,
    /// What the user is.
    pub role: Role,
    /// Reports of this physician alone.
    pub physician: Option<String>,
    /// Reports of this site alone.
    pub site: Option<String>,
    /// From where: an address, or `command line`.
    pub origin: String,
}

impl Actor {
    /// A command on the machine that holds the store: whoever may open the file.
    #[must_use]
    pub fn command() -> Self {
        Self {
            user: None,
            name: "command line".to_owned(),
            role: Role::Administrator,
            physician: None,
            site: None,
            origin: "command line".to_owned(),
        }
    }

    /// A program that sends reports.
    #[must_use]
    pub fn sender(
        name: impl Into<String>,
        site: Option<String>,
        origin: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            role: Role::Coder,
            site,
            ..Self::nobody(origin)
        }
    }

    /// Somebody who has not come in.
    #[must_use]
    pub fn nobody(origin: impl Into<String>) -> Self {
        Self {
            user: None,
            name: "nobody".to_owned(),
            role: Role::Viewer,
            physician: None,
            site: None,
            origin: origin.into(),
        }
    }

    /// The physician whose reports alone may be seen; a physician without a name sees none.
    #[must_use]
    pub fn only_physician(&self) -> Option<&str> {
        match self.role {
            Role::Physician => Some(self.physician.as_deref().unwrap_or("\u{0}")),
            _ => None,
        }
    }
}
