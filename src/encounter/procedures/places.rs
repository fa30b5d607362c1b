//! Where a treatment was done: the vessels of its clause, else those of the title, else those last told of.

use std::collections::BTreeMap;

use super::{
    super::{
        Site,
        reader::{Context, Record},
        scene::{Mover, Role},
    },
    acts::Act,
    reading::is_angioplasty,
};
use crate::{
    context::Status,
    lexicon::{Grammar, Lexicon, Scope, SideWord, System, Technique, VesselId},
    mention::{Atom, Side, VesselList, Word},
    segment::Layout,
    text::Span,
};

/// Where an act was done and how that is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) sites: Vec<(Site, Span)>,
    /// The clause of the act, or its title, names the vessel.
    pub(super) stated: bool,
}

/// The place of every act, in the same order.
pub(super) fn places(context: &Context<'_>, records: &[Record<'_>], acts: &[Act]) -> Vec<Place> {
    let mut places: Vec<Place> = acts
        .iter()
        .enumerate()
        .map(|(n, act)| in_clause(context, &records[act.record], acts, n))
        .collect();
    // An act beside another in one clause shares its vessel: "SFA atherectomy and drug-coated balloon".
    for n in 0..acts.len() {
        if places[n].sites.is_empty() {
            let beside = of_record(acts, acts[n].record)
                .filter(|m| !places[*m].sites.is_empty())
                .min_by_key(|m| acts[*m].word.start.abs_diff(acts[n].word.start));
            if let Some(m) = beside {
                places[n] = places[m].clone();
            }
        }
    }
    // "Left EIA   [x] Stent 8 x 40": the line starts with its vessel.
    for (act, place) in acts.iter().zip(&mut places) {
        if place.sites.is_empty()
            && let Some(sites) = label(context, records, act.record)
        {
            *place = Place {
                sites,
                stated: true,
            };
        }
    }
    let mut titles: BTreeMap<Technique, Vec<(Site, Span)>> = BTreeMap::new();
    for (act, place) in acts
        .iter()
        .zip(&places)
        .filter(|(a, p)| a.claim && a.status == Status::Performed && p.stated)
    {
        let known = titles.entry(act.technique).or_default();
        for (site, span) in &place.sites {
            if known.iter().all(|(s, _)| s != site) {
                known.push((*site, *span));
            }
        }
    }
    // The acts that treat a vessel the text names, in report order.
    let treats: Vec<usize> = (0..acts.len())
        .filter(|m| {
            acts[*m].status == Status::Performed
                && places[*m].stated
                && !is_study(acts[*m].technique)
        })
        .collect();
    for n in 0..acts.len() {
        if !places[n].sites.is_empty() {
            continue;
        }
        let title = titles.get(&acts[n].technique).cloned().unwrap_or_default();
        let last = last_told(context, records, acts, &places, &treats, n);
        places[n].sites = if title.len() == 1 || (last.is_empty() && !title.is_empty()) {
            title
        } else if last.is_empty() {
            titles.values().next().cloned().unwrap_or_default()
        } else {
            last
        };
    }
    places
}

/// The vessels of the label that a record's line starts with.
pub(super) fn label(
    context: &Context<'_>,
    records: &[Record<'_>],
    record: usize,
) -> Option<Vec<(Site, Span)>> {
    let before = &records[record.checked_sub(1)?];
    let (unit, own) = (
        &context.units[before.unit].unit,
        &context.units[records[record].unit].unit,
    );
    let list = before.clause.lists.first()?;
    let bare = unit.span.end - unit.span.start <= list.span.end - list.span.start + 4;
    let sites = sites_of(context, before, list);
    let gap = context
        .report
        .text
        .get(context.source(unit.span).end..context.source(own.span).start)?;
    (before.unit != records[record].unit && !gap.contains('\n') && bare && !sites.is_empty())
        .then_some(sites)
}

/// The acts of one record: they stand together.
fn of_record(acts: &[Act], record: usize) -> std::ops::Range<usize> {
    acts.partition_point(|a| a.record < record)..acts.partition_point(|a| a.record <= record)
}

/// The vessels the clause gives to act `n`.
fn in_clause(context: &Context<'_>, record: &Record<'_>, acts: &[Act], n: usize) -> Place {
    let act = &acts[n];
    let others: Vec<&Act> = acts[of_record(acts, act.record)]
        .iter()
        .filter(|a| a.technique != act.technique)
        .collect();
    let mut best: Option<u8> = None;
    let mut sites: Vec<(Site, Span)> = Vec::new();
    for (list, role) in record.clause.lists.iter().zip(&record.roles) {
        let Some(rank) = rank(*role, act) else {
            continue;
        };
        // "arteriogram from the left femoral artery": where contrast was given.
        if is_study(act.technique)
            && list
                .prep
                .is_some_and(|(p, _)| matches!(p, Grammar::From | Grammar::Through))
        {
            continue;
        }
        let beside = is_takeoff(context, list) && !matches!(role, Role::Treated(_));
        if beside
            || protrudes(context.lower(), record, list)
            || (is_way_in(context.lower(), list) && !matches!(role, Role::Treated(_)))
        {
            continue;
        }
        // A list between two acts belongs to the nearer one, words of one comma-free stretch first.
        // The first cell of a row says what the row is about.
        let labels = context.units[record.unit].unit.layout == Layout::Row
            && list.span.start < record.clause.span.start + 4;
        let mine = distance(context.text(), list, act.word);
        if !labels
            && (mine > FAR
                || others
                    .iter()
                    .any(|o| distance(context.text(), list, o.word) < mine))
        {
            continue;
        }
        let named = sites_of(context, record, list);
        if named.is_empty() {
            continue;
        }
        if best.is_none_or(|b| rank < b) {
            // A clear place replaces doubtful ones.
            if best.is_some_and(|b| b >= 2) {
                sites.clear();
            }
            best = Some(rank);
        }
        if best.is_some_and(|b| rank <= b.max(1)) {
            sites.extend(named);
        }
    }
    if sites.is_empty()
        && let Some(site) = named_in_device(context, record, act)
    {
        sites.push((site, act.word));
    }
    if sites.is_empty()
        && let Some(site) = graft(context, record)
    {
        sites.push((site, act.word));
    }
    if sites.is_empty()
        && let Some(site) = arch(context, record)
    {
        sites.push((site, act.word));
    }
    if matches!(
        act.technique,
        Technique::Thrombolysis | Technique::Thrombectomy | Technique::ThrombolysisEnd
    ) && let Some(site) = pulmonary(context, record)
    {
        sites = vec![(site, act.word)];
    }
    Place {
        stated: !sites.is_empty(),
        sites,
    }
}

/// "with 2 mm in the aorta", "up to the edge of the cava": where the end of a device lies, not what was treated.
fn protrudes(lower: &str, record: &Record<'_>, list: &VesselList) -> bool {
    let before = &lower[record.clause.span.start..list.span.start];
    let before = before.trim_end().trim_end_matches(" the").trim_end();
    ["mm in", "mm into", "mm up into", "cm into", "cm in", "hanging in", "edge of", "edge", "centimeter of", "out of", "short of", "level of", "flush with", "back from", "clear of", "not into", "not over", "not reaching into", "free of"].iter().any(|p| before.ends_with(p))
        // "from the cava to the common iliac vein", "up into the caval stent".
        || (list.prep.is_some() && is_trunk(list) && record.clause.lists.iter().any(|l| !std::ptr::eq(l, list) && !is_trunk(l)))
}

/// "by way of the femoral sheath", "from the brachial access": the way a device came.
fn is_way_in(lower: &str, list: &VesselList) -> bool {
    let next = lower[list.span.end..].trim_start_matches([' ', '-']);
    ["sheath", "access", "approach", "puncture", "route"]
        .iter()
        .any(|w| next.starts_with(w))
}

/// Whether a vessel is a vertebral or mammary artery: mostly told to say where a subclavian stent ends.
fn is_takeoff_of_subclavian(context: &Context<'_>, vessel: VesselId) -> bool {
    let vessel = context.lexicon.vessel(vessel);
    vessel.is_a("vertebral") || vessel.is_a("thoracic-artery")
}

/// Whether a list names only such vessels.
fn is_takeoff(context: &Context<'_>, list: &VesselList) -> bool {
    let mut vessels = list.atoms.iter().map(Atom::vessel);
    vessels.all(|v| v.is_some_and(|v| is_takeoff_of_subclavian(context, v)))
}

/// Whether a list names only vessels without a side, as cava and aorta.
fn is_trunk(list: &VesselList) -> bool {
    list.atoms
        .iter()
        .all(|a| a.group.is_none() && a.sides == [Side::None])
}

/// "external iliac stents": the device's name has swallowed the vessel's.
fn named_in_device(context: &Context<'_>, record: &Record<'_>, act: &Act) -> Option<Site> {
    let text = context.text();
    let said = text[act.word.start..act.word.end].to_ascii_lowercase();
    if !said.starts_with("iliac") {
        return None;
    }
    let lexicon = context.lexicon;
    let before = text[record.clause.span.start..act.word.start].to_ascii_lowercase();
    let part = ["common", "external", "internal"]
        .into_iter()
        .find(|p| before.trim_end().ends_with(p));
    let vein = said.contains("vein")
        || said.contains("venous")
        || counts(context, System::Vein) > counts(context, System::Artery);
    let system = if vein { "vein" } else { "artery" };
    let id = part.map_or_else(
        || format!("iliac-{system}-unspecified"),
        |p| format!("{p}-iliac-{system}"),
    );
    let side = record
        .clause
        .words
        .iter()
        .rev()
        .filter(|w| w.span.end <= act.word.start)
        .find_map(Word::side);
    let side = match side {
        Some(SideWord::Left) => Side::Left,
        Some(SideWord::Right) => Side::Right,
        _ => Side::Unknown,
    };
    Some(Site {
        vessel: lexicon.vessel_id(&id)?,
        side,
    })
}

fn counts(context: &Context<'_>, system: System) -> usize {
    let atoms = context
        .units
        .iter()
        .flat_map(|u| &u.lists)
        .flat_map(|l| &l.atoms);
    atoms
        .filter_map(Atom::vessel)
        .filter(|v| context.lexicon.vessel(*v).system == system)
        .count()
}

/// "in the mid graft": the bypass or dialysis graft that the report names.
fn graft(context: &Context<'_>, record: &Record<'_>) -> Option<Site> {
    let lower = &context.lower()[record.clause.span.start..record.clause.span.end];
    if !lower.contains(" graft") || lower.contains("stent graft") {
        return None;
    }
    let grafts = context
        .units
        .iter()
        .flat_map(|u| &u.lists)
        .flat_map(|l| &l.atoms)
        .filter_map(|a| {
            let vessel = a.vessel()?;
            let known = context.lexicon.vessel(vessel);
            let graft = matches!(known.system, System::Graft | System::Access)
                && !known.id.contains("endograft");
            graft.then(|| {
                (
                    a.span.start,
                    Site {
                        vessel,
                        side: a.sides.first().copied().unwrap_or(Side::Unknown),
                    },
                )
            })
        });
    // The one named last before this clause, else the first one after it.
    let mut nearest = None;
    for (at, site) in grafts {
        if at > record.clause.span.start && nearest.is_some() {
            break;
        }
        nearest = Some(site);
    }
    nearest
}

/// "The arch was dilated" where the report tells of a cephalic arch.
fn arch(context: &Context<'_>, record: &Record<'_>) -> Option<Site> {
    let span = record.clause.span;
    let mut words = context.lower()[span.start..span.end].split([' ', ',', ';', ':', '.', '-']);
    if !words.any(|w| w == "arch") {
        return None;
    }
    let vessel = context.lexicon.vessel_id("cephalic-arch")?;
    let atoms = context
        .units
        .iter()
        .flat_map(|u| &u.lists)
        .flat_map(|l| &l.atoms);
    let mut named = atoms.filter(|a| a.vessel() == Some(vessel));
    let side = named.next()?.sides.first().copied();
    Some(Site {
        vessel,
        side: side.unwrap_or(Side::Unknown),
    })
}

/// "in the right lower lobe", "pulmonary embolism": clot work in the lung.
fn pulmonary(context: &Context<'_>, record: &Record<'_>) -> Option<Site> {
    let text = &context.text()[record.clause.span.start..record.clause.span.end];
    let lower = text.to_ascii_lowercase();
    let lung = ["lobe ", "lobar", "pulmonary", "pe lysis"]
        .iter()
        .any(|w| lower.contains(w))
        || text
            .split(|c: char| !c.is_alphanumeric())
            .any(|t| t == "PA");
    let vessel = context.lexicon.vessel_id("lobar-pulmonary-artery")?;
    lung.then_some(Site {
        vessel,
        side: Side::Unknown,
    })
}

/// How well a list fits as the place of a treatment; `None` when it cannot be.
fn rank(role: Role, act: &Act) -> Option<u8> {
    Some(match role {
        Role::Treated(_) => 0,
        Role::Subject | Role::Target(Mover::Treatment, _) | Role::Passed(Mover::Treatment, _) => 1,
        Role::Other(_) if is_study(act.technique) => 0,
        Role::Ivus(_) | Role::Other(_) | Role::Target(..) | Role::Passed(..) => 2,
        Role::Origin if act.technique == Technique::Stent => 3,
        Role::Origin | Role::Landmark | Role::Access(_) => return None,
    })
}

pub(super) fn is_study(technique: Technique) -> bool {
    matches!(
        technique,
        Technique::Venography
            | Technique::Cavography
            | Technique::Arteriography
            | Technique::Aortography
            | Technique::Fistulography
            | Technique::Circuit
            | Technique::Runoff
    )
}

/// No act reaches over more words than these.
const FAR: usize = 24;

/// Words between a list and an act, as far as an act reaches; a comma counts as several.
fn distance(text: &str, list: &VesselList, word: Span) -> usize {
    let (from, to) = if list.span.end <= word.start {
        (list.span.end, word.start)
    } else {
        (word.end, list.span.start)
    };
    if from >= to {
        return 0;
    }
    let between = &text[from..to];
    let words = between.split_whitespace().take(FAR + 1).count();
    if words > FAR {
        return words;
    }
    // A vessel of the next sentence is far.
    let apart = list.span.start > word.end && [". ", "; "].iter().any(|c| between.contains(c));
    words
        + 5 * between.matches([',', ';', '|', '.', '/']).count()
        + usize::from(list.span.start > word.end)
        + if apart { 12 } else { 0 }
}

/// The vessels of a list that can be treated; the members of a word for several.
pub(super) fn sites_of(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
) -> Vec<(Site, Span)> {
    let mut found = Vec::new();
    for atom in &list.atoms {
        let treatment = record
            .clause
            .words
            .iter()
            .find(|w| w.span == atom.span && w.procedure().is_some());
        if treatment.is_some_and(|w| is_angioplasty(context.text(), record.clause.words, w)) {
            continue;
        }
        let veins = atom.group.is_some()
            && counts(context, System::Vein) >= counts(context, System::Artery);
        for vessel in members(atom, veins, context.lexicon) {
            let sided = context.lexicon.vessel(vessel).sided;
            for side in &atom.sides {
                found.push((
                    Site {
                        vessel,
                        side: if sided { *side } else { Side::None },
                    },
                    atom.span,
                ));
            }
        }
    }
    found
}

fn members(atom: &Atom, veins: bool, lexicon: &Lexicon) -> Vec<VesselId> {
    let fits = |v: VesselId| {
        let vessel = lexicon.vessel(v);
        vessel.system != System::Coronary
            && (vessel.scope != Scope::Landmark
                || [
                    "av-venous-anastomosis",
                    "av-arterial-anastomosis",
                    "pulmonary-vein",
                ]
                .contains(&vessel.id.as_str()))
    };
    match (atom.vessel(), atom.group) {
        (Some(v), _) if fits(v) => vec![v],
        // One vessel stands for the whole group: where it lies is what matters.
        (None, Some(g)) => {
            let group = &lexicon.groups[g as usize];
            let named = |system: &str| {
                lexicon
                    .groups
                    .iter()
                    .find(|o| o.id.strip_suffix(system).is_some_and(|id| id == group.id))
            };
            // "iliofemoral" alone: arteries or veins as the report has it.
            let full = if group.members.is_empty() {
                named(if veins { "-vein" } else { "-artery" }).unwrap_or(group)
            } else {
                group
            };
            full.members
                .iter()
                .copied()
                .find(|v| fits(*v))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The vessels told of near an act: treated by an earlier act or named in the same passage, before it or else after it,
/// else earlier in the section.
fn last_told(
    context: &Context<'_>,
    records: &[Record<'_>],
    acts: &[Act],
    places: &[Place],
    treats: &[usize],
    n: usize,
) -> Vec<(Site, Span)> {
    let act = &acts[n];
    let unit = &context.units[records[act.record].unit].unit;
    // A balloon without a place of its own opens what the other devices treat.
    if matches!(act.technique, Technique::Balloon | Technique::Lithotripsy) {
        let at = treats.partition_point(|m| *m < n);
        let near = at.saturating_sub(8)..(at + 8).min(treats.len());
        let nearest = treats[near]
            .iter()
            .filter(|m| !acts[**m].claim)
            .min_by_key(|m| acts[**m].record.abs_diff(act.record));
        if let Some(m) = nearest.or(treats.first()) {
            return places[*m].sites.clone();
        }
    }
    let treated = |r: usize| {
        of_record(acts, r)
            .rev()
            .find(|m| *m < n && treats.binary_search(m).is_ok())
    };
    let told = |r: usize, strict: bool| {
        let record = &records[r];
        if record.clause.lists.is_empty() || strict && is_sound(context, record) {
            return None;
        }
        // "also had a look at": told by the way.
        if record
            .clause
            .words
            .iter()
            .any(|w| w.is_grammar(Grammar::Also))
        {
            return None;
        }
        let list = record
            .clause
            .lists
            .iter()
            .zip(&record.roles)
            .rev()
            .find(|(list, role)| {
                matches!(
                    role,
                    Role::Treated(_)
                        | Role::Subject
                        | Role::Ivus(_)
                        | Role::Target(Mover::Catheter | Mover::Ivus | Mover::Treatment, _)
                        | Role::Other(_)
                ) && !protrudes(context.lower(), record, list)
                    && !is_takeoff(context, list)
                    && !sites_of(context, record, list).is_empty()
            });
        list.map(|(l, _)| sites_of(context, record, l))
    };
    // "released over the dissection": where the finding was told of.
    if let Some(sites) = of_finding(context, records, act, &|r| told(r, false)) {
        return sites;
    }
    let place = |r: usize| &context.units[records[r].unit].unit;
    let (first, last) = (
        act.record.saturating_sub(8),
        (act.record + 5).min(records.len()),
    );
    // What is told as sound was hardly what needed the treatment.
    for strict in [true, false] {
        for back in (first..act.record)
            .rev()
            .take_while(|r| place(*r).paragraph == unit.paragraph)
        {
            if let Some(m) = treated(back) {
                return places[m].sites.clone();
            }
            if let Some(sites) = told(back, strict) {
                return sites;
            }
        }
        for ahead in (act.record + 1..last).take_while(|r| place(*r).paragraph == unit.paragraph) {
            if let Some(sites) = told(ahead, strict) {
                return sites;
            }
        }
        for back in (first..act.record)
            .rev()
            .take_while(|r| place(*r).section == unit.section)
        {
            if let Some(m) = treated(back) {
                return places[m].sites.clone();
            }
            if let Some(sites) = told(back, strict) {
                return sites;
            }
        }
    }
    records[act.record]
        .focus
        .iter()
        .filter(|s| !is_takeoff_of_subclavian(context, s.vessel))
        .map(|s| (*s, act.word))
        .collect()
}

/// Whether a clause tells of sound vessels only: "clean", "no disease", "pulsates".
fn is_sound(context: &Context<'_>, record: &Record<'_>) -> bool {
    let lower = &context.lower()[record.clause.span.start..record.clause.span.end];
    if lower.contains("pulsat") {
        return true;
    }
    let sick = [
        "stenos", "narrow", "%", "tight", "occlu", "dissect", "flap", "plaque",
    ];
    [
        "no disease",
        "has no ",
        "no stenosis",
        "no lesion",
        "free",
        "clean",
        "healthy",
        "normal",
        "smooth",
        "not treated",
        "left alone",
        "only on",
        "injection only",
    ]
    .iter()
    .any(|w| lower.contains(w))
        && !sick
            .iter()
            .any(|w| lower.replace("no stenosis", "").contains(w))
}

/// The vessel of the finding that an act lies over: "over the dissection", "across the stenosis", told of before.
fn of_finding(
    context: &Context<'_>,
    records: &[Record<'_>],
    act: &Act,
    told: &dyn Fn(usize) -> Option<Vec<(Site, Span)>>,
) -> Option<Vec<(Site, Span)>> {
    let clause = &records[act.record].clause;
    let after = |w: &&Word| {
        let before = context.lower()[clause.span.start..w.span.start].trim_end();
        w.span.start > act.word.end
            && ["over the", "across the", "at the", "in the", "through the"]
                .iter()
                .any(|p| before.ends_with(p))
    };
    let of = |r: usize| records[r].clause.words.iter();
    let finding = of(act.record).filter(after).find_map(Word::finding)?;
    let first = act.record.saturating_sub(12);
    (first..act.record)
        .rev()
        .filter(|r| of(*r).any(|w| w.finding() == Some(finding)))
        .find_map(told)
}

/// The system most of the report's vessels belong to.
pub(super) fn dominant(context: &Context<'_>, records: &[Record<'_>]) -> Option<Site> {
    let mut counted: Vec<(Site, usize)> = Vec::new();
    for record in records {
        for list in record.clause.lists {
            for (site, _) in sites_of(context, record, list) {
                match counted.iter_mut().find(|(s, _)| *s == site) {
                    Some((_, n)) => *n += 1,
                    None => counted.push((site, 1)),
                }
            }
        }
    }
    counted.iter().max_by_key(|(_, n)| *n).map(|(s, _)| *s)
}
