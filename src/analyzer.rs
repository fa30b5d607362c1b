//! The whole way of a report: text, segments, mentions, encounter, tally, flags, as one readable function.

use std::sync::Arc;

use crate::{
    codes::{CodeBook, CodeSet, Placement, Policy, Sets, Tables},
    encounter::{self, Encounter, Lesson, Noise},
    lexicon::Lexicon,
    mention,
    payer::Payer,
    rules, segment,
    text::{Folded, Report, Span, Standing},
};

/// Reads reports. Built once; cheap to share between threads.
pub struct Analyzer {
    lexicon: Lexicon,
    codes: CodeBook,
    sets: Sets,
    policy: Policy,
    payer: Payer,
}

/// What was found in one report.
#[derive(Debug)]
pub struct Analysis {
    pub(crate) encounter: Encounter,
    pub(crate) tally: rules::Tally,
    pub(crate) flags: Vec<rules::Flag>,
    /// The codes of each procedure of the encounter, in its order.
    pub(crate) procedure_codes: Vec<Vec<String>>,
    pub(crate) base_procedures: Vec<String>,
    pub(crate) placements: Vec<Placement>,
    pub(crate) disposition: Disposition,
    pub(crate) codes: Arc<CodeSet>,
}

/// What should happen with a report next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Every unit supported, nothing above info flagged.
    Ready,
    /// A coder must decide.
    Review,
    /// An addendum by the physician could support more, or is needed.
    Query,
    /// Nothing to code.
    NoIvus,
}

impl Disposition {
    /// The name used in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Review => "review",
            Self::Query => "query",
            Self::NoIvus => "no_ivus",
        }
    }
}

impl Analyzer {
    /// An analyzer with the built-in lexicon, code tables and the default counting policy.
    #[must_use]
    pub fn builtin() -> Self {
        Self::new(Lexicon::builtin(), Policy::sir())
    }

    /// An analyzer with another lexicon or counting policy.
    #[must_use]
    pub fn new(lexicon: Lexicon, policy: Policy) -> Self {
        Self {
            lexicon,
            codes: CodeBook::builtin(),
            sets: Sets::default(),
            policy,
            payer: Payer::default(),
        }
    }

    /// The same analyzer with other tables of fees, limits, pairs, localities and base codes.
    #[must_use]
    pub fn with_tables(mut self, tables: Tables) -> Self {
        self.codes = self.codes.with_tables(tables);
        self.sets = Sets::default();
        self
    }

    /// The same analyzer as a payer wants it, but for the counting policy, which [`Analyzer::new`] was given.
    #[must_use]
    pub fn with_payer(mut self, payer: Payer) -> Self {
        self.codes = self.codes.with_terms(payer.terms.clone());
        self.sets = Sets::default();
        self.payer = payer;
        self
    }

    /// The payer profile in use; its name is empty when there is none.
    #[must_use]
    pub fn payer(&self) -> &Payer {
        &self.payer
    }

    /// The lexicon in use.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The code tables in use.
    #[must_use]
    pub fn codes(&self) -> &CodeBook {
        &self.codes
    }

    /// The counting policy in use.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads a report. Any text gives an analysis, perhaps an empty one.
    #[must_use]
    pub fn analyze(&self, report: &Report) -> Analysis {
        self.read(report, encounter::Detail::Brief)
    }

    /// Reads a report and keeps, clause by clause, how it was read: see [`Analysis::trace`].
    #[must_use]
    pub fn explain(&self, report: &Report) -> Analysis {
        self.read(report, encounter::Detail::Full)
    }

    fn read(&self, report: &Report, detail: encounter::Detail) -> Analysis {
        let (folded, hits) = self.lexicon.find(Folded::new(&report.text));
        let noise = match detail {
            encounter::Detail::Brief => encounter::noise(report, &folded, &hits, &self.lexicon),
            encounter::Detail::Full => Noise::Speaks,
        };
        if let Noise::Nothing(encounter) = noise {
            return self.judge(*encounter, &[], report.standing);
        }
        let segmented = segment::segment(&report.text, &folded, &hits, &self.lexicon);
        if matches!(noise, Noise::Perhaps)
            && let Some(encounter) =
                encounter::silent(report, &folded, &segmented, &hits, &self.lexicon)
        {
            let titles = segmented.titles(&report.text, &folded);
            return self.judge(encounter, &titles, report.standing);
        }
        let mentions = mention::mentions(&folded, &segmented, &hits, &self.lexicon);
        let encounter = encounter::read(
            report,
            &folded,
            &segmented,
            &mentions,
            &self.lexicon,
            detail,
        );
        let titles = segmented.titles(&report.text, &folded);
        self.judge(encounter, &titles, report.standing)
    }

    /// What an encounter amounts to; `titles` are the parts of the report that only list what was done, `standing` how far it
    /// has come.
    fn judge(&self, encounter: Encounter, titles: &[Span], standing: Option<Standing>) -> Analysis {
        let codes = self.sets.on(&self.codes, encounter.service_date);
        let procedure_codes = codes.procedure_codes(&encounter, &self.lexicon);
        let base_procedures = codes.base_procedures(&encounter, &procedure_codes, &self.lexicon);
        let case = rules::Case::new(&encounter, &codes, &self.policy, &self.lexicon)
            .with_titles(titles)
            .with_base_codes(&base_procedures)
            .with_needs(rules::Needs::without(&self.payer.off))
            .with_standing(standing);
        let mut tally = rules::open_lines(&case);
        let mut flags = Vec::new();
        for rule in rules::all() {
            if let rules::Check::Coding(check) = rule.check {
                check(&case, &mut tally);
            }
        }
        let tally = rules::settle(&case, tally);
        for rule in rules::all()
            .iter()
            .filter(|r| !self.payer.off.contains(&r.id))
        {
            if let rules::Check::Documentation(check) = rule.check {
                check(&case, &tally, &mut flags);
            }
        }
        for flag in &mut flags {
            if let Some(severity) = self.payer.severity.get(&flag.rule) {
                flag.severity = *severity;
            }
        }
        let disposition = disposition(&encounter, &tally, &flags);
        let held = rules::all().iter().find_map(|rule| match rule.check {
            rules::Check::Withholding(check) => Some((rule.id, check(&case, &tally)?)),
            _ => None,
        });
        let mut tally = tally;
        if let Some((rule, reason)) = held {
            tally.withhold(rule, reason);
        }
        if matches!(standing, Some(Standing::Withdrawn | Standing::Addendum)) {
            // Nobody is asked to mend what no longer stands, or in an addendum what its report may say.
            flags.clear();
        }
        let lines: Vec<String> = tally.suggestions.iter().map(|s| s.code.clone()).collect();
        let placements = match held {
            Some(_) => Vec::new(),
            None => codes.catheter_placements(&encounter, &procedure_codes, &lines, &self.lexicon),
        };
        let disposition = match disposition {
            Disposition::NoIvus => Disposition::NoIvus,
            _ if held.is_some() => Disposition::Review,
            disposition => disposition,
        };
        let mut base_procedures = base_procedures;
        codes.add_including(&encounter, &mut base_procedures);
        Analysis {
            encounter,
            tally,
            flags,
            procedure_codes,
            base_procedures,
            placements,
            disposition,
            codes,
        }
    }
}

/// The worst of what was found decides.
fn disposition(encounter: &Encounter, tally: &rules::Tally, flags: &[rules::Flag]) -> Disposition {
    let (units, supported) = tally.units();
    let worst = flags.iter().map(|f| f.severity).max();
    let looked = encounter.performed().next().is_some();
    if worst == Some(rules::Severity::Review)
        || tally
            .suggestions
            .iter()
            .any(|s| s.confidence == rules::Confidence::Low)
    {
        return Disposition::Review;
    }
    if !looked && units == 0 && encounter.ivus != encounter::IvusState::Performed {
        return Disposition::NoIvus;
    }
    // What another procedure includes lacks nothing that a physician could add.
    let included = flags.iter().any(|f| f.name == "bundled");
    let lacks = units == 0 && !included;
    if supported < units || worst == Some(rules::Severity::Warning) || lacks {
        return Disposition::Query;
    }
    Disposition::Ready
}

impl Analysis {
    /// Why each vessel was taken or left: the words and the reason, in report order.
    #[must_use]
    pub fn trace(&self) -> &[(Span, String)] {
        &self.encounter.trace
    }

    /// What the second reader learns from. Only of [`Analyzer::explain`].
    #[must_use]
    pub fn lesson(&self) -> &Lesson {
        &self.encounter.lesson
    }

    /// Units suggested and units the text supports, first and further vessels together.
    #[must_use]
    pub fn units(&self) -> (u32, u32) {
        self.tally.units()
    }

    /// What should happen with the report next.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.disposition
    }
}
