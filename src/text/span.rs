//! Positions in a report: byte spans, and evidence, which is spans with the part they play.

use std::collections::BTreeSet;

use serde::Serialize;

/// Bytes `start..end` of a text, end exclusive, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "span ends before it starts");
        Self { start, end }
    }

    /// Whether `other` lies wholly inside this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// What a piece of evidence is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Words that say intravascular ultrasound was used.
    Ivus,
    /// A vessel's name.
    Vessel,
    /// Right, left, both.
    Side,
    /// A catheter's movement.
    Movement,
    /// What was seen or measured.
    Finding,
    /// Why IVUS was needed.
    Necessity,
    /// A lesion and its extent.
    Lesion,
    /// Where the vessel was entered.
    Access,
    /// A procedure, or a printed code.
    Procedure,
    /// Negation, plan, history and the like.
    Modifier,
    /// A date.
    Date,
}

impl Role {
    /// The name used in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ivus => "ivus",
            Self::Vessel => "vessel",
            Self::Side => "side",
            Self::Movement => "movement",
            Self::Finding => "finding",
            Self::Necessity => "necessity",
            Self::Lesion => "lesion",
            Self::Access => "access",
            Self::Procedure => "procedure",
            Self::Modifier => "modifier",
            Self::Date => "date",
        }
    }
}

/// One span of the report with the part it plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Where the words stand.
    pub span: Span,
    /// What they are evidence of.
    pub role: Role,
}

/// The words that support a statement: at least one mark, the first being the main one.
#[derive(Clone, Debug)]
pub struct Evidence {
    marks: Vec<Mark>,
    /// The same marks once there are [`MANY`]: to look for one among a hundred thousand takes a tree.
    known: BTreeSet<Mark>,
}

/// From so many marks on, looking through all of them for each new one costs more than a tree.
const MANY: usize = 64;

impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        self.marks == other.marks
    }
}

impl Eq for Evidence {}

impl Evidence {
    /// Evidence with its main mark. There is no way to make evidence without one.
    #[must_use]
    pub fn new(span: Span, role: Role) -> Self {
        Self {
            marks: vec![Mark { span, role }],
            known: BTreeSet::new(),
        }
    }

    /// Adds a mark unless it is there already.
    pub fn add(&mut self, span: Span, role: Role) {
        let mark = Mark { span, role };
        if self.marks.len() < MANY {
            if !self.marks.contains(&mark) {
                self.marks.push(mark);
            }
            return;
        }
        if self.known.is_empty() {
            self.known.extend(&self.marks);
        }
        if self.known.insert(mark) {
            self.marks.push(mark);
        }
    }

    /// The same evidence with one more mark.
    #[must_use]
    pub fn with(mut self, span: Span, role: Role) -> Self {
        self.add(span, role);
        self
    }

    /// Adds every mark of `other`.
    pub fn extend(&mut self, other: &Self) {
        for mark in &other.marks {
            self.add(mark.span, mark.role);
        }
    }

    /// The main mark.
    #[must_use]
    pub fn primary(&self) -> Mark {
        self.marks[0]
    }

    /// All marks, the main one first.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }
}
