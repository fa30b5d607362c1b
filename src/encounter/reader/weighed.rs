//! Sets what the first reader took beside the opinion of the second one.

use super::{
    super::{
        Detail, Interrogation, NecessityState, Site, Strength,
        findings::readings,
        scene::{Known, Mover, Role, View},
        second::{Opinion, opinions},
    },
    Context, Mode, Reader, Record,
    outcome::{covers, taken_back},
};
use crate::{
    context::{Assertion, Status},
    encounter::Basis,
    lexicon::{Category, Form, Scope, Targets},
    mention::{Side, Word},
    segment::{Layout, SectionKind},
    text::{Role as Mark, Span},
};

/// From here on a vessel that the first reader left is taken, as weak evidence. On 72 reports that neither reader had seen,
/// six such vessels were looked at and none was not (docs/accuracy.md).
const FOR: f32 = 0.9;

/// Below this a vessel is not taken. Of the vessels told in 144 unseen reports, 19 were below, 4 of them looked at.
const AGAINST: f32 = 0.1;

/// Branches that say where a stretch ends or what a stent spares more often than they are looked at.
const ENDS: &[&str] = &[
    "vertebral",
    "profunda",
    "celiac",
    "lumbar",
    "gonadal",
    "azygos",
    "internal-iliac",
    "external-carotid",
];

/// From here on what both readers take by plain words leaves no doubt.
const LIKELY: f32 = 0.82;

/// The side of doubt on which an opinion lies.
const EVEN: f32 = 0.5;

impl Reader<'_> {
    /// Asks the second reader about every vessel named, once the first one has settled what it took.
    pub(super) fn weigh(&mut self) {
        let looked = |i: &Interrogation| i.status == Status::Performed;
        let told = |(_, act, mode): &(Span, Assertion, Mode)| {
            act.status == Status::Performed && *mode == Mode::Live
        };
        let none = !self.interrogations.iter().any(looked) && !self.acts.iter().any(told);
        if none || self.withdrawn {
            return;
        }
        let records = std::mem::take(&mut self.records);
        for opinion in opinions(self.context, &records) {
            if self.context.detail == Detail::Full {
                let (likely, named) = (opinion.likely, opinion.best.2.span);
                let side = opinion.site.side;
                let why = format!("{side:?}: looked at with {likely:.2}, says the second reader");
                self.trace.push((named, why));
            }
            if !self.is_plain(&opinion) {
                self.unsure = self.unsure.max(opinion.likely.min(1.0 - opinion.likely));
            }
            self.hold_against(&opinion, &records);
        }
        self.records = records;
        // "Struts hang into the aorta", "pressure in the aorta": the bare name tells a place more often than a look.
        let lexicon = self.context.lexicon;
        let likely = |i: &Interrogation| i.status == Status::Performed && i.likely >= Some(EVEN);
        let another = self.interrogations.iter().any(likely);
        let (doubted, moves) = (&mut self.doubted, &self.moves);
        self.interrogations.retain(|i| {
            let named = i.strength == Strength::Act;
            let measured = i.findings.iter().any(|f| f.value.is_some());
            // What an act names is left beside a vessel that was looked at, when no finding is told of it or it is a branch that
            // reports name to say where something ends. A terse "IVUS of the iliac vein was done" is told like no look, and is one.
            let branch = || ENDS.iter().any(|e| lexicon.vessel(i.site.vessel).is_a(e));
            let may_be_left = !named
                || (another && i.site.side != Side::Unknown && (i.findings.is_empty() || branch()));
            let bare = lexicon.vessel(i.site.vessel).id == "aorta" && !named;
            let least = if bare { EVEN } else { AGAINST };
            // "The guide engaged the right renal artery. Right renal: 4.4 mm": entered and measured.
            let entered = || {
                measured
                    && moves
                        .iter()
                        .any(|m| m.site.whole(lexicon) == i.site.whole(lexicon))
            };
            let is_doubted = may_be_left && !entered() && i.likely.is_some_and(|l| l < least);
            if is_doubted {
                doubted.push((i.site, i.evidence.clone()));
            }
            !is_doubted
        });
    }

    /// Whether both readers take a vessel, and the first one by an act or in its passage with a measure of its own.
    fn is_plain(&self, opinion: &Opinion<'_>) -> bool {
        let lexicon = self.context.lexicon;
        opinion.likely >= LIKELY
            && self.interrogations.iter().any(|i| {
                i.site.whole(lexicon) == opinion.site
                    && i.status == Status::Performed
                    && i.strength >= Strength::Frame
                    && i.findings.iter().any(|f| f.value.is_some())
            })
    }

    fn hold_against(&mut self, opinion: &Opinion<'_>, records: &[Record<'_>]) {
        let context = self.context;
        let lexicon = context.lexicon;
        let mut known = false;
        let entry = opinion.likely < AGAINST
            && records
                .iter()
                .any(|r| heads_an_entry(context, r, opinion.site));
        let least = if entry { AGAINST } else { 0.0 };
        for i in &mut self.interrogations {
            if i.site.whole(lexicon) == opinion.site {
                known = true;
                if i.status == Status::Performed && i.basis == Basis::Stated {
                    i.likely = Some(opinion.likely.max(least));
                    self.disagree |= opinion.likely < EVEN;
                }
            }
        }
        let (record, list, atom) = opinion.best;
        let vessel = lexicon.vessel(opinion.site.vessel);
        // "The aorta" alone tells a place more often than a look.
        let nameable = vessel.scope == Scope::Vessel
            && vessel.id != "aorta"
            && opinion.site.side != Side::Unknown;
        let withdrawn = taken_back(&self.interrogations, context)
            .any(|told| covers(context, told, opinion.site));
        if known || withdrawn || !nameable || self.is_vague_beside(opinion.site) {
            return;
        }
        self.disagree |= opinion.likely >= EVEN;
        if opinion.likely >= EVEN && self.take_tentative(opinion) {
            return;
        }
        let in_sight = record.frame.is_ivus()
            || record.in_hand == Some(Mover::Ivus)
            || record
                .act
                .is_some_and(|(_, a)| a.status == Status::Performed);
        let place = record.clause.lists.iter().position(|l| l.span == list.span);
        let role = place.and_then(|n| record.roles.get(n));
        // "Under IVUS guidance the stent was placed in the left common iliac vein."
        let treats = || {
            record.clause.words.iter().any(|w| {
                let told = &context.text()[w.span.start..w.span.end];
                w.is_treatment_device() || told.to_ascii_lowercase().ends_with("stent")
            })
        };
        let is_subject = match role {
            Some(Role::Ivus(_) | Role::Subject | Role::Other(_)) => true,
            Some(Role::Target(Mover::Ivus, _) | Role::Passed(Mover::Ivus, _)) => !treats(),
            _ => false,
        };
        let is_told = record.mode == Mode::Live && in_sight && is_subject && list.place.is_none();
        if opinion.likely < FOR || !is_told || is_undone(context, record) {
            return;
        }
        let Some(named) = atom.vessel() else { return };
        let mut evidence = context.evidence(atom.span, Mark::Vessel);
        if let Some((act, _)) = record.act {
            evidence.add(context.source(act), Mark::Ivus);
        }
        self.trace
            .push((atom.span, "the second reader is sure of a look".to_owned()));
        self.passed
            .retain(|(s, _)| s.whole(lexicon) != opinion.site);
        self.branches
            .retain(|(s, _)| s.whole(lexicon) != opinion.site);
        let view = view(context, record);
        let readings = readings(&view, &record.roles);
        // "The limb in the right common iliac artery has drawn up: its lower end hangs free in a 23 mm iliac aneurysm": of the
        // only vessel that the clause names in full.
        let named_once = record
            .clause
            .lists
            .iter()
            .filter(|l| l.atoms.iter().any(|a| a.form != Form::Bare))
            .count()
            == 1;
        let own = readings.iter().any(|r| r.list == place);
        let findings = readings
            .iter()
            .filter(|r| r.list == place || (named_once && !own))
            .map(|r| r.finding(context))
            .collect();
        self.interrogations.push(Interrogation {
            site: Site {
                vessel: named,
                side: opinion.site.side,
            },
            status: Status::Performed,
            basis: Basis::Stated,
            strength: Strength::Weak,
            side_basis: atom.side_basis,
            findings,
            necessity: NecessityState::Missing,
            necessity_evidence: None,
            evidence,
            extra: None,
            segments: Vec::new(),
            likely: Some(opinion.likely),
        });
    }

    /// Takes what the first reader left to the second to decide.
    fn take_tentative(&mut self, opinion: &Opinion<'_>) -> bool {
        let lexicon = self.context.lexicon;
        let mut all = self.tentative.iter();
        let Some(n) = all.position(|t| t.site.whole(lexicon) == opinion.site) else {
            return false;
        };
        let told = self.tentative.swap_remove(n);
        let (record, list, _) = opinion.best;
        let unit = self.context.units[record.unit].unit.span;
        if is_left_out(&self.context.lower()[list.span.end..unit.end]) {
            return true;
        }
        self.trace.push((
            opinion.best.2.span,
            "read in what follows, and likely to the second reader".to_owned(),
        ));
        self.interrogations.push(Interrogation {
            site: told.site,
            status: Status::Performed,
            basis: Basis::Stated,
            strength: Strength::Weak,
            side_basis: told.side_basis,
            findings: told.findings,
            necessity: NecessityState::Missing,
            necessity_evidence: None,
            evidence: told.evidence,
            extra: None,
            segments: Vec::new(),
            likely: Some(opinion.likely),
        });
        true
    }

    /// A name of another scope for what is counted already: "the aorta" beside its abdominal part.
    fn is_vague_beside(&self, site: Site) -> bool {
        let lexicon = self.context.lexicon;
        let id = &lexicon.vessel(site.vessel).id;
        self.interrogations.iter().any(|i| {
            let other = &lexicon.vessel(i.site.whole(lexicon).vessel).id;
            i.status == Status::Performed
                && i.site.side == site.side
                && (other.ends_with(id.as_str()) || id.ends_with(other.as_str()))
        })
    }
}

/// Whether a word of the clause says that something was not done, or not in this session.
fn is_undone(context: &Context<'_>, record: &Record<'_>) -> bool {
    let says = |w: &Word| {
        w.modifier().is_some_and(|m| {
            let cue = context.lexicon.modifiers[m as usize];
            match cue.category {
                Category::Negated => cue.targets == Targets::Acts,
                Category::Attempted
                | Category::Planned
                | Category::Conditional
                | Category::Recommended
                | Category::Historical => true,
                _ => false,
            }
        })
    };
    // "| R EIV | [ ] |": a box that nobody ticked.
    let told = &context.lower()[record.clause.span.start..record.clause.span.end];
    let unticked = told.contains("[ ]") && !told.contains("[x]");
    unticked || record.clause.words.iter().any(says)
}

/// "> subclavian v: 12 mm", "Left basilic vein, at the turn: scar": an entry in an IVUS passage that starts with the vessel, and
/// what was read of it after a colon.
fn heads_an_entry(context: &Context<'_>, record: &Record<'_>, site: Site) -> bool {
    const MOST: usize = 24;
    let Some(list) = record.clause.lists.first() else {
        return false;
    };
    let is_site = |named: &Site| named.whole(context.lexicon) == site;
    let unit = &context.units[record.unit];
    let span = unit.unit.span;
    let text = context.text();
    let colon = text[list.span.end..span.end].find([':', '.', ';']);
    let colon = colon.filter(|n| *n < MOST && text[list.span.end + n..].starts_with(':'));
    let before = context.report.text.get(..context.source(span).start);
    let line = before.is_some_and(|b| b.trim_end_matches([' ', '\t', '\u{a0}']).ends_with('\n'));
    let item = unit.unit.layout == Layout::Item || line;
    let read = unit.measures.iter().map(|m| m.span.start);
    let found = unit.words.iter().filter(|w| w.finding().is_some());
    let first = read.chain(found.map(|w| w.span.start)).min();
    item && record.frame.is_ivus()
        && list.span.start == span.start
        && context.sites(list).iter().any(|(s, ..)| is_site(s))
        && colon.zip(first).is_some_and(|(n, first)| {
            (list.span.end + n..list.span.end + n + MOST).contains(&first)
        })
}

/// "covered the external iliac, so it was not looked at", "has the sheath in it and was not seen": what follows a name, in
/// lower case, says that it was left out.
fn is_left_out(after: &str) -> bool {
    const VERBS: [&str; 7] = [
        "looked at",
        "seen",
        "imaged",
        "recorded",
        "examined",
        "interrogated",
        "reached",
    ];
    after.match_indices(" was not ").any(|(at, cue)| {
        let subject = after[..at].rsplit(' ').next().unwrap_or_default();
        let rest = &after[at + cue.len()..];
        ["it", "and", "which", "this"].contains(&subject)
            && VERBS.iter().any(|v| rest.starts_with(v))
    })
}

/// A clause as it was when it was read.
fn view<'a>(context: &'a Context<'a>, record: &'a Record<'a>) -> View<'a> {
    View {
        text: context.text(),
        lower: context.lower(),
        clause: &record.clause,
        unit: &context.units[record.unit],
        lexicon: context.lexicon,
        facts: context.facts,
        frame: record.frame,
        in_hand: record.in_hand,
        at_access: context.kind(record.unit) == SectionKind::Access,
        known: Known::default(),
    }
}
