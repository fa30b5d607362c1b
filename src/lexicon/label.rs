//! What a term means: the closed sets of classes that lexicon rows may name.

/// Index of a vessel in [`super::Lexicon::vessels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VesselId(pub(crate) u16);

/// Arteries or veins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum System {
    Artery,
    Vein,
    Pulmonary,
    Coronary,
    Access,
    Graft,
}

/// What kind of row a vessel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Vessel,
    Segment,
    Landmark,
    Unspecified,
    Coronary,
}

/// How a vessel was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// "common iliac vein".
    Full,
    /// "CIV".
    Abbreviation,
    /// "common iliac": artery or vein must come from elsewhere.
    Bare,
    /// A dictation or typing error.
    Misspelt,
}

/// A side that a word states by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SideWord {
    Left,
    Right,
    Both,
    Contralateral,
    Ipsilateral,
}

/// How surely a word speaks of intravascular ultrasound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ivus {
    /// "IVUS", "intravascular ultrasound".
    Modality,
    /// "IVUS catheter", "Visions PV .035".
    Device,
    /// "ultrasound catheter": IVUS unless another ultrasound device is meant.
    Generic,
    /// "probe", "ultrasound": IVUS only once IVUS has been named.
    Weak,
    /// "pullback": an act of IVUS once IVUS has been named.
    Act,
}

/// Imaging and ultrasound that is not noncoronary IVUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Modality {
    Angiography,
    ExternalUltrasound,
    AccessUltrasound,
    CardiacEcho,
    Optical,
    TherapyUltrasound,
    Lithotripsy,
    OtherUltrasound,
    CrossSectional,
    CoronaryIvus,
    Physiology,
    Phrase,
}

/// Classes of verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Image,
    Perform,
    Show,
    Place,
    Select,
    Cross,
    Pullback,
    Remove,
    Access,
    Treat,
    Fill,
    Close,
}

/// Classes of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    Catheter,
    LongSheath,
    Sheath,
    Wire,
    Balloon,
    Stent,
    Filter,
    Thrombectomy,
    Atherectomy,
    Snare,
    Needle,
}

/// What a finding says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Polarity {
    Positive,
    Neutral,
    Good,
    /// The words say that there is no reading.
    None,
}

/// Parts of a statement of necessity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Necessity {
    PurposeVerb,
    PurposeNoun,
    Purpose,
    Limit,
    Cause,
    Result,
    Explicit,
    Vague,
    /// A reason for the procedure as a whole.
    Symptom,
}

/// Words about how far a lesion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A verb that carries a lesion from one vessel into the next.
    Continue,
    /// "contiguous", "one column".
    Contiguous,
    /// "separate", "discrete".
    Separate,
    /// "confined to".
    Limit,
}

/// What a context cue does to what it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Negated,
    Attempted,
    Planned,
    Conditional,
    Recommended,
    Historical,
    OtherPerson,
    General,
    Uncertain,
    Pseudo,
    Terminator,
}

/// Which way a cue reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
    Both,
    None,
}

/// What a cue may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Targets {
    Any,
    Acts,
    Findings,
    Historical,
}

/// Function words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    Of,
    In,
    To,
    From,
    Through,
    At,
    Landmark,
    With,
    And,
    For,
    Aux,
    Also,
    Anaphor,
    AnaphorList,
    Partial,
}

/// What kind of name for several vessels, or for a place, a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// Adjacent vessels in one word: "iliofemoral".
    Span,
    /// A region that names no vessel.
    Region,
    /// A place.
    Landmark,
}

/// What was done to a vessel, or which study of it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Technique {
    Stent,
    Balloon,
    Atherectomy,
    Lithotripsy,
    Thrombectomy,
    Thrombolysis,
    ThrombolysisEnd,
    Embolization,
    Endograft,
    ThoracicEndograft,
    AorticValve,
    RenalDenervation,
    /// Work on a portosystemic shunt that is there already.
    ShuntRevision,
    Filter,
    FilterInsertion,
    FilterReposition,
    FilterRetrieval,
    ForeignBodyRetrieval,
    /// Removal of a leadless pacemaker.
    PacemakerRemoval,
    /// Implant of a coronary sinus reducer.
    SinusReducer,
    /// Percutaneous creation of an arteriovenous fistula.
    FistulaCreation,
    Venography,
    Cavography,
    Arteriography,
    Aortography,
    Fistulography,
    /// Words for a dialysis circuit.
    Circuit,
    /// Films of the legs that follow an aortogram.
    Runoff,
}

impl Technique {
    /// The name used in output and in `codes/procedures.tsv`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stent => "stent",
            Self::Balloon => "balloon",
            Self::Atherectomy => "atherectomy",
            Self::Lithotripsy => "lithotripsy",
            Self::Thrombectomy => "thrombectomy",
            Self::Thrombolysis => "thrombolysis",
            Self::ThrombolysisEnd => "thrombolysis-end",
            Self::Embolization => "embolization",
            Self::Endograft => "endograft",
            Self::ThoracicEndograft => "thoracic-endograft",
            Self::AorticValve => "aortic-valve",
            Self::RenalDenervation => "renal-denervation",
            Self::ShuntRevision => "shunt-revision",
            Self::Filter => "filter",
            Self::FilterInsertion => "filter-insertion",
            Self::FilterReposition => "filter-reposition",
            Self::FilterRetrieval => "filter-retrieval",
            Self::ForeignBodyRetrieval => "foreign-body-retrieval",
            Self::PacemakerRemoval => "leadless-pacemaker-removal",
            Self::SinusReducer => "sinus-reducer",
            Self::FistulaCreation => "fistula-creation",
            Self::Venography => "venography",
            Self::Cavography => "cavography",
            Self::Arteriography => "arteriography",
            Self::Aortography => "aortography",
            Self::Fistulography => "fistulography",
            Self::Circuit => "circuit",
            Self::Runoff => "runoff",
        }
    }
}

/// How a word speaks of a technique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WordForm {
    /// Names the act: "angioplasty", "was stented".
    Act,
    /// A device: needs a verb or a size to tell of an act.
    Device,
    /// A drug: needs an infusion.
    Drug,
    /// A diagnostic study.
    Study,
    /// Only points to the technique.
    Noun,
}

/// What a word of `procedures.tsv` says: the technique, and how it speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcedureClass {
    pub(crate) technique: Technique,
    pub(crate) form: WordForm,
}

/// The meaning of a term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Label {
    Vessel {
        id: VesselId,
        form: Form,
        side: Option<SideWord>,
        plural: bool,
    },
    Group(u16),
    Side(SideWord),
    Ivus(Ivus),
    Modality(Modality),
    Action(Action),
    Device(Device),
    Finding(u16),
    Necessity(Necessity),
    Extent(Extent),
    Modifier(u16),
    Grammar(Grammar),
    Procedure(ProcedureClass),
    /// A phrase that contains a term of another meaning and hides it.
    Hidden,
}

/// The kinds of meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Vessel,
    Group,
    Side,
    Ivus,
    Modality,
    Action,
    Device,
    Finding,
    Necessity,
    Extent,
    Modifier,
    Grammar,
    Procedure,
    Hidden,
}

impl Label {
    /// What kind of meaning it is.
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Vessel { .. } => Kind::Vessel,
            Self::Group(_) => Kind::Group,
            Self::Side(_) => Kind::Side,
            Self::Ivus(_) => Kind::Ivus,
            Self::Modality(_) => Kind::Modality,
            Self::Action(_) => Kind::Action,
            Self::Device(_) => Kind::Device,
            Self::Finding(_) => Kind::Finding,
            Self::Necessity(_) => Kind::Necessity,
            Self::Extent(_) => Kind::Extent,
            Self::Modifier(_) => Kind::Modifier,
            Self::Grammar(_) => Kind::Grammar,
            Self::Procedure(_) => Kind::Procedure,
            Self::Hidden => Kind::Hidden,
        }
    }
}

impl Label {
    /// A number that no other meaning has, but for vessels, which all have one.
    pub(crate) fn number(self) -> u32 {
        let own = match self {
            Self::Vessel { .. } | Self::Hidden => 0,
            Self::Group(n) | Self::Finding(n) | Self::Modifier(n) => u32::from(n),
            Self::Side(side) => side as u32,
            Self::Ivus(ivus) => ivus as u32,
            Self::Modality(modality) => modality as u32,
            Self::Action(action) => action as u32,
            Self::Device(device) => device as u32,
            Self::Necessity(necessity) => necessity as u32,
            Self::Extent(extent) => extent as u32,
            Self::Grammar(grammar) => grammar as u32,
            Self::Procedure(word) => (word.technique as u32) << 8 | word.form as u32,
        };
        (self.kind() as u32) << 16 | own
    }
}

/// A set of kinds of meaning, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u16);

impl Kinds {
    /// The kinds of some meanings.
    pub(crate) fn of(labels: &[Label]) -> Self {
        let mut kinds = Self(0);
        for label in labels {
            kinds.add(*label);
        }
        kinds
    }

    pub(crate) fn add(&mut self, label: Label) {
        self.0 |= 1 << label.kind() as u16;
    }

    /// These and those of another set.
    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn holds(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }
}
