//! Sets what the first reader took beside the opinion of the second one.

use super::{
    super::{
        Detail, Interrogation, NecessityState, Site, Strength,
        findings::{Reading, readings},
        scene::{Frame, Mover, Role},
        second::{Name, Opinion, opinions},
    },
    Context, Mode, Reader, Record,
    clause::is_ticked,
    outcome::{covers, taken_back},
};
use crate::{
    context::{Status, tells_ability},
    encounter::Basis,
    lexicon::{Action, Category, Form, Grammar, Scope, Targets, Vessel},
    mention::{Side, VesselList, Word},
    segment::{Layout, SectionKind},
    text::{Role as Mark, Span},
};

/// From here on a vessel that the first reader left is taken, as weak evidence; where a catheter was brought, and where only
/// the way in is told of. Of 984 reports that neither reader had seen (docs/design.md), vessels so likely were looked at 62, 46
/// and 1 times, and not 17, 11 and 2 times.
const FOR: f32 = 0.7;
const FOR_REACHED: f32 = 0.6;
const FOR_ENTERED: f32 = 0.9;

/// From here on it is taken even where the first reader saw no IVUS: 47 of 52 such vessels were looked at.
const FOR_UNSEEN: f32 = 0.8;

/// Below this a vessel that an act names is left even where no other was looked at.
const ALONE: f32 = 0.5;

/// Words before a name that is only where disease ends.
const ENDS_AT: [&str; 5] = [
    "ends at the",
    "ended at the",
    "ending at the",
    "stops at the",
    "stopped at the",
];

/// The side of doubt on which an opinion lies.
const EVEN: f32 = 0.5;

impl Reader<'_> {
    /// Asks the second reader about every vessel named, once the first one has settled what it took. Whether it took more.
    pub(super) fn weigh(&mut self) -> bool {
        let looked = |i: &Interrogation| i.status == Status::Performed;
        let none = !self.interrogations.iter().any(looked) && !self.begun;
        if none || self.withdrawn {
            return false;
        }
        let before = self.interrogations.len();
        let records = std::mem::take(&mut self.records);
        let mut weighed = Vec::new();
        for opinion in opinions(self.context, &records) {
            if self.context.detail == Detail::Full {
                let (likely, named) = (opinion.likely, opinion.best(self.context).2.span);
                let side = opinion.site.side;
                let why = format!("{side:?}: looked at with {likely:.2}, says the second reader");
                self.trace.push((named, why));
            }
            if self.hold_against(&opinion, &records) {
                let place = opinion.likely < EVEN && opinion.is_place_alone();
                weighed.push((opinion.site, opinion.likely, place));
            }
        }
        let grown = self.interrogations.len() > before;
        let lexicon = self.context.lexicon;
        let likely = |i: &Interrogation| i.status == Status::Performed && i.likely >= Some(EVEN);
        let sites = self.interrogations.iter().filter(|i| likely(i));
        let sites: Vec<Site> = sites.map(|i| i.site).collect();
        let plain = self.plainly_told(&records);
        let undone = |i: &&Interrogation| matches!(i.status, Status::Negated | Status::Attempted);
        let denied: Vec<Site> = self
            .interrogations
            .iter()
            .filter(undone)
            .map(|i| i.site.whole(lexicon))
            .collect();
        self.records = records;
        let (doubted, by_guide) = (&mut self.doubted, &self.read_by_guide);
        self.interrogations.retain(|i| {
            let named = i.strength == Strength::Act;
            let another = i.site.side != Side::Unknown && sites.iter().any(|s| *s != i.site);
            let bare = lexicon.vessel(i.site.vessel).id == "aorta" && !named;
            let least = match least(i) {
                _ if bare => EVEN,
                least if named && !another => least.min(ALONE),
                least => least,
            };
            let site = i.site.whole(lexicon);
            let told = plain.contains(&site) || by_guide.contains(&site);
            let told = told && !denied.contains(&site);
            let is_doubted = !told && i.likely.is_some_and(|l| l < least);
            if is_doubted {
                doubted.push((i.site, i.evidence.clone()));
            }
            !is_doubted
        });
        let taken: Vec<Site> = self
            .interrogations
            .iter()
            .filter(|i| looked(i))
            .map(|i| i.site.whole(lexicon))
            .collect();
        self.agreed = weighed
            .iter()
            .map(|(site, likely, place)| {
                if taken.contains(site) {
                    *likely
                } else if *place {
                    1.0
                } else {
                    1.0 - likely
                }
            })
            .product();
        grown
    }

    /// The vessels that a short clause says IVUS looked at, and names no other: "IVUS of the left renal vein showed a web" is a
    /// look, however seldom labelled reports put it so. And those named in one sentence of an IVUS passage and read in the
    /// next.
    fn plainly_told(&self, records: &[Record<'_>]) -> Vec<Site> {
        const MOST_WORDS: usize = 18;
        const MOST_AROUND: usize = 9;
        let context = self.context;
        let mut sites: Vec<Site> = self.told.iter().copied().collect();
        let acted = self
            .acts
            .iter()
            .any(|(_, act, mode)| act.status == Status::Performed && *mode == Mode::Live);
        for record in records {
            if let Some(list) = self.row_of_ivus(record) {
                let named = context.sites(list);
                let sided = named.iter().filter(|(s, ..)| s.side != Side::Unknown);
                sites.extend(sided.map(|(site, ..)| site.whole(context.lexicon)));
                continue;
            }
            sites.extend(measured_in_passage(context, record));
            if is_all_of_an_act(context, record) {
                let lists = record.clause.lists.iter();
                let named = lists.flat_map(|l| context.sites(l));
                sites.extend(named.map(|(site, ..)| site.whole(context.lexicon)));
                continue;
            }
            let ([list], [role]) = (record.clause.lists, record.roles.as_slice()) else {
                continue;
            };
            // "Wire in the cava, the probe did not go there."
            let other =
                matches!(role, Role::Target(m, _) | Role::Passed(m, _) if *m != Mover::Ivus);
            if other || is_undone(context, record) {
                continue;
            }
            let span = record.clause.span;
            let words =
                |from: usize, to: usize| context.text()[from..to].split_whitespace().count();
            // However many vessels it names.
            let around = words(span.start, list.span.start) + words(list.span.end, span.end);
            let short = words(span.start, span.end) <= MOST_WORDS || around <= MOST_AROUND;
            let done = record
                .act
                .is_some_and(|(_, a)| a.status == Status::Performed);
            // "Left subclavian vein: imaged on the way back", among what IVUS showed.
            let after = &context.lower()[list.span.end..span.end];
            let imaged = record.frame.is_ivus()
                && (list.span.start <= span.start + 1 && after.starts_with(": imaged"));
            let live = record.mode == Mode::Live
                && (done || imaged || is_behind_colon(context, records, record));
            let summed =
                record.mode == Mode::Summary && done && acted && self.is_only_told(context, list);
            if (live || summed) && short {
                let named = context.sites(list);
                sites.extend(named.iter().map(|(site, ..)| site.whole(context.lexicon)));
            }
        }
        sites
    }

    /// "IVUS with pullback. … IMPRESSION: IVUS proved 80% compression of the left common iliac vein.": the description names no
    /// vessel that was looked at, and the summary tells the reading.
    fn is_only_told(&self, context: &Context<'_>, list: &VesselList) -> bool {
        let told = context.source(list.span);
        self.interrogations.iter().all(|i| {
            let read = || i.findings.iter().any(|f| f.value.is_some());
            i.status != Status::Performed || told.contains(i.evidence.primary().span) && read()
        })
    }

    /// The vessel that a row begins with, when it gives it a measure under a heading of IVUS ("Left renal vein ... 4 mm"), or
    /// when its box is ticked in a passage on IVUS.
    fn row_of_ivus<'r>(&self, record: &'r Record<'_>) -> Option<&'r VesselList> {
        let context = self.context;
        let row = context.units[record.unit].unit.layout == Layout::Row
            && record.mode == Mode::Live
            && record.frame.is_ivus();
        let (list, role) = record.clause.lists.first().zip(record.roles.first())?;
        if !row || *role != Role::Subject || is_undone(context, record) {
            return None;
        }
        let view = record.view(context);
        let measured = |r: &Reading| r.list == Some(0) && r.is_measured();
        let headed = context.kind(record.unit) == SectionKind::Ivus;
        let read = || headed && readings(&view, &record.roles).iter().any(measured);
        (is_ticked(&view) || read()).then_some(list)
    }

    /// "Aorta not recorded, that was not my question.", "the plantar was too small for the probe": what a name's last words deny
    /// is denied of the whole name.
    fn is_denied_in_short(&self, side: Side, vessel: &Vessel, name: Span) -> bool {
        let lexicon = self.context.lexicon;
        let written = |span: Span| self.context.report.text.get(span.start..span.end);
        let Some(named) = written(self.context.source(name)) else {
            return false;
        };
        self.interrogations
            .iter()
            .filter(|i| i.status == Status::Negated)
            .any(|i| {
                let last = written(i.evidence.primary().span);
                let rest = last.and_then(|last| named.strip_suffix(last));
                let short = rest.is_some_and(|r| r.ends_with(' '));
                lexicon.vessel(i.site.vessel).id == "aorta" && vessel.id.ends_with("-aorta")
                    || i.site.side == side && short
            })
    }

    /// Holds an opinion against what was read. False where the text itself settles the vessel, and the opinion says nothing of
    /// how sure the reading is.
    fn hold_against(&mut self, opinion: &Opinion<'_>, records: &[Record<'_>]) -> bool {
        let context = self.context;
        let lexicon = context.lexicon;
        let mut known = false;
        for i in &mut self.interrogations {
            if i.site.whole(lexicon) == opinion.site {
                known = true;
                // What was told of the other side is not weighed as told of this one.
                if i.status == Status::Performed && !is_corrected(context, i) {
                    i.likely = Some(opinion.likely);
                }
            }
        }
        let vessel = lexicon.vessel(opinion.site.vessel);
        // "The aorta" alone tells a place more often than a look.
        let nameable = vessel.scope == Scope::Vessel
            && vessel.id != "aorta"
            && opinion.site.side != Side::Unknown;
        let withdrawn = taken_back(&self.interrogations, context)
            .any(|told| covers(context, told, opinion.site))
            || self.retracted.contains(&opinion.site.side)
            || self.interrogations.iter().any(|i| {
                let site = i.site.whole(lexicon);
                site.vessel == opinion.site.vessel && is_corrected(context, i)
            });
        // Which name speaks most is asked only where it matters: it costs more than the rest.
        let denies = |i: &Interrogation| i.status == Status::Negated;
        let denied = self.interrogations.iter().any(denies) && {
            let (.., atom) = opinion.best(context);
            self.is_denied_in_short(opinion.site.side, vessel, atom.span)
        };
        if known || denied || withdrawn || !nameable || self.is_vague_beside(opinion.site) {
            return !(denied || withdrawn);
        }
        let name = opinion.best(context);
        if opinion.likely >= EVEN && self.take_tentative(opinion, name) {
            return true;
        }
        if !self.is_believed(opinion, name, records) {
            return true;
        }
        let (record, list, atom) = name;
        let place = record.clause.lists.iter().position(|l| l.span == list.span);
        let Some(named) = atom.vessel() else {
            return true;
        };
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
        let view = record.view(context);
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
            side_words: Vec::new(),
            findings,
            necessity: NecessityState::Missing,
            necessity_evidence: None,
            evidence,
            extra: None,
            segments: Vec::new(),
            likely: Some(opinion.likely),
        });
        true
    }

    /// Whether an opinion alone makes a look: how likely it must be hangs on what else is told of the vessel.
    fn is_believed(&self, opinion: &Opinion<'_>, name: Name<'_>, records: &[Record<'_>]) -> bool {
        let context = self.context;
        let is_site = |site: &Site| site.whole(context.lexicon) == opinion.site;
        let moved = self.moves.iter().any(|m| is_site(&m.site));
        let entered = || {
            let entry = |(_, role): &(&VesselList, &Role)| matches!(role, Role::Access(_));
            let lists = records
                .iter()
                .flat_map(|r| r.clause.lists.iter().zip(&r.roles).filter(entry));
            let mut sites = lists.flat_map(|(list, _)| context.sites(list));
            sites.any(|(site, ..)| is_site(&site))
        };
        // "From the femoral vein an IVUS catheter was run up.": the way in.
        let (record, list, _) = name;
        let from = matches!(list.prep, Some((Grammar::From, p)) if p.start == record.clause.span.start)
            && record.clause.lists.len() == 1
            && record.in_hand != Some(Mover::Ivus);
        let least = match (moved, from || entered()) {
            (true, _) => FOR_REACHED,
            (false, true) => FOR_ENTERED,
            (false, false) => FOR,
        };
        let in_sight = record.frame.is_ivus()
            || record.in_hand == Some(Mover::Ivus)
            || record
                .act
                .is_some_and(|(_, a)| a.status == Status::Performed);
        let in_sight = in_sight || opinion.likely >= FOR_UNSEEN;
        // "Passed to SVC level", "Femoral end: common femoral vein 12 mm": a place.
        let after = &context.lower()[list.span.end..];
        let place =
            list.place.is_some() || after.starts_with(" end:") || after.starts_with(" end ");
        // "down both common femoral veins, ending at the profunda": where something ends.
        let lead = context.lower()[..list.span.start].trim_end();
        let ends_there = matches!(list.prep, Some((Grammar::At, _)))
            && ENDS_AT.iter().any(|w| lead.ends_with(w));
        let is_told =
            in_sight && !place && !ends_there && matches!(record.mode, Mode::Live | Mode::Summary);
        // "Under IVUS guidance the stent was placed in the left common iliac vein."
        let treats = || {
            record.clause.words.iter().any(|w| {
                let told = &context.text()[w.span.start..w.span.end];
                w.is_treatment_device() || told.to_ascii_lowercase().ends_with("stent")
            })
        };
        let mut roles = record.clause.lists.iter().zip(&record.roles);
        let role = roles.find(|(l, _)| l.span == list.span).map(|(_, r)| r);
        let is_subject = matches!(role, Some(Role::Ivus(_) | Role::Subject | Role::Other(_)));
        // "Left femoral angioplasty with an 8 mm balloon."
        let treated = record.frame == Frame::Treatment
            && record
                .clause
                .words
                .iter()
                .any(|w| w.is_action(Action::Treat) && w.finding().is_none());
        opinion.likely >= least
            && !is_left_behind(context, record, list, role)
            && is_told
            && !treated
            && (is_subject || !treats())
            && !is_undone(context, record)
    }

    /// Takes what the first reader left to the second to decide.
    fn take_tentative(&mut self, opinion: &Opinion<'_>, name: Name<'_>) -> bool {
        let lexicon = self.context.lexicon;
        let mut all = self.tentative.iter();
        let Some(n) = all.position(|t| t.site.whole(lexicon) == opinion.site) else {
            return false;
        };
        let told = self.tentative.swap_remove(n);
        let (record, list, atom) = name;
        let unit = self.context.units[record.unit].unit.span;
        if is_left_out(&self.context.lower()[list.span.end..unit.end]) {
            return true;
        }
        self.trace.push((
            atom.span,
            "read in what follows, and likely to the second reader".to_owned(),
        ));
        self.interrogations.push(Interrogation {
            site: told.site,
            status: Status::Performed,
            basis: Basis::Stated,
            strength: Strength::Weak,
            side_basis: told.side_basis,
            side_words: Vec::new(),
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
        let id = lexicon.vessel(site.vessel).id.as_str();
        // The common femoral vein is no part of the femoral one, nor the brachiocephalic of the cephalic.
        let part = |long: &str, short: &str| {
            let rest = long.strip_suffix(short);
            rest.is_some_and(|r| r.is_empty() || (r.ends_with('-') && short != "femoral-vein"))
        };
        self.interrogations.iter().any(|i| {
            let other = lexicon.vessel(i.site.whole(lexicon).vessel).id.as_str();
            i.status == Status::Performed
                && i.site.side == site.side
                && (part(other, id) || part(id, other))
        })
    }
}

/// No more bytes than these are looked through for the colon behind an act.
const REACH: usize = 100;

/// "IVUS after endarterectomy: the common femoral is clean; the profunda has no flap": what a clause says of the vessel it begins
/// with, behind IVUS and a colon.
fn is_behind_colon(context: &Context<'_>, records: &[Record<'_>], record: &Record<'_>) -> bool {
    let first = records.partition_point(|r| r.unit < record.unit);
    let head = &records[first];
    let Some((act, asserted)) = head.act else {
        return false;
    };
    let lower = context.lower();
    let list = &record.clause.lists[0];
    // No further than four words may take.
    let end = head.clause.span.end.min(act.end + REACH);
    let Some(colon) = lower
        .as_bytes()
        .get(act.end..end)
        .and_then(|told| told.iter().position(|b| *b == b':'))
    else {
        return false;
    };
    let lead = lower[record.clause.span.start..list.span.start].trim_matches([';', ' ']);
    let between = lower[act.end..act.end + colon].split_whitespace().count();
    let found = record.clause.words.iter().any(|w| w.finding().is_some());
    asserted.status == Status::Performed
        && head.clause.span.start + 1 >= act.start
        && between <= 4
        && record.frame.is_ivus()
        && record.roles == [Role::Subject]
        && ["", "the"].contains(&lead)
        && list.place.is_none()
        && found
}

/// "The vena cava below the renal veins is free, 19 x 23 mm", right behind an act of IVUS: the vessels that a clause of the
/// passage measures, however seldom labelled reports put it so. Branches, places and names short of a segment are not among them.
fn measured_in_passage(context: &Context<'_>, record: &Record<'_>) -> Vec<Site> {
    let strong = matches!(
        record.frame,
        Frame::Ivus {
            weak: false,
            coronary: false
        }
    );
    let other =
        |w: &Word| w.modality().is_some() || w.is_action(Action::Treat) || w.is_treatment_device();
    if record.mode != Mode::Live
        || !strong
        || record.clause.words.iter().any(other)
        || is_undone(context, record)
    {
        return Vec::new();
    }
    let view = record.view(context);
    let read = readings(&view, &record.roles);
    let lexicon = context.lexicon;
    let lists = record.clause.lists.iter().zip(&record.roles).enumerate();
    lists
        .filter(|(n, (list, role))| {
            **role == Role::Subject
                && list.place.is_none()
                && list.prep.is_none_or(|(p, _)| p == Grammar::In)
                && read.iter().any(|r| r.list == Some(*n) && r.is_measured())
                && list.atoms.iter().all(|a| !a.plural)
                && !view.is_of_branches(list)
        })
        .flat_map(|(_, (list, _))| context.sites(list))
        .filter(|(site, ..)| {
            let vessel = lexicon.vessel(site.vessel);
            let place = vessel.id == "aorta" || vessel.is_a("vertebral");
            site.side != Side::Unknown && vessel.scope == Scope::Vessel && !place
        })
        .map(|(site, ..)| site.whole(lexicon))
        .collect()
}

/// "First IVUS, left popliteal: popliteal and femoral veins free of clot.": a short clause with one act of IVUS, a finding, and
/// vessels that all are of that act.
fn is_all_of_an_act(context: &Context<'_>, record: &Record<'_>) -> bool {
    const MOST_WORDS: usize = 14;
    let clause = &record.clause;
    let told = &context.text()[clause.span.start..clause.span.end];
    let done = record.act.is_some_and(|(act, a)| {
        let first = clause.lists.first();
        let lead = first.and_then(|l| context.text().get(act.end..l.span.start));
        let beside = |t: &str| t.trim_matches([' ', ',', ':', '-']).is_empty();
        a.status == Status::Performed && lead.is_some_and(beside)
    });
    record.mode == Mode::Live
        && done
        && (2..=3).contains(&record.roles.len())
        && record.roles.iter().all(|r| matches!(r, Role::Ivus(_)))
        && clause
            .lists
            .iter()
            .all(|l| l.place.is_none() && l.prep.is_none())
        && told.split_whitespace().count() <= MOST_WORDS
        && clause.words.iter().any(|w| w.finding().is_some())
        && !is_undone(context, record)
}

/// "The ultrasound catheter was then backed into the cava.": drawn back to a vessel, and nothing read there.
fn is_left_behind(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
    role: Option<&Role>,
) -> bool {
    const BACK: [&str; 4] = ["backed", "withdrawn", "returned", "retracted"];
    let Some(Role::Target(Mover::Ivus, _)) = role else {
        return false;
    };
    let before = &context.lower()[record.clause.span.start..list.span.start];
    let mut words = before.split_whitespace().rev().take(5);
    words.any(|w| BACK.contains(&w))
        && record.clause.words.iter().all(|w| w.finding().is_none())
        && record.clause.span.end - list.span.end <= 2
}

/// Whether an addendum gave a look its side.
fn is_corrected(context: &Context<'_>, look: &Interrogation) -> bool {
    let mut marks = look.evidence.marks().iter();
    marks.any(|m| m.role == Mark::Side && context.is_added(m.span))
}

/// Whether a word of the clause says that something was not done, or not in this session.
fn is_undone(context: &Context<'_>, record: &Record<'_>) -> bool {
    let says = |w: &Word| {
        let cue = w
            .modifier()
            .filter(|_| !tells_ability(context.text(), &record.clause, w));
        cue.is_some_and(|m| {
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

/// How likely a look must be that the first reader took, by what it was taken from and by what was read: the likelihood below
/// which, of 984 reports that neither reader had seen, most such vessels were not looked at.
fn least(i: &Interrogation) -> f32 {
    let measured = i.findings.iter().any(|f| f.value.is_some());
    match (i.strength, i.findings.is_empty(), measured) {
        (_, false, _) if i.basis == Basis::Lesion => 0.4,
        (Strength::Act, true, _) => 0.7,
        (Strength::Act, false, _) => 0.2,
        (_, true, _) => 0.5,
        (Strength::Frame, false, _) | (_, false, false) => 0.3,
        (_, false, true) => 0.1,
    }
}
