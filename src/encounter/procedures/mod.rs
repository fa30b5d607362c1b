//! Procedures other than IVUS: what was treated where, which studies were made, filter work and foreign bodies. Says what
//! the text tells; which codes that amounts to is decided in `codes`.

mod acts;
mod devices;
mod filters;
mod places;
mod reading;
mod status;
mod traits;

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    Procedure, Site,
    reader::{Context, Mode, Record},
    scene::Role,
};
use crate::{
    context::Status,
    lexicon::{Action, Device, Lexicon, Scope, SideWord, System, Technique},
    mention::{Side, Word},
    text::{Evidence, Role as Mark, Span},
};
use acts::Act;
use places::{Place, is_study};
use traits::{Traits, record_says};

/// The procedures of the session.
#[expect(
    clippy::too_many_lines,
    reason = "the steps of the reading in their order"
)]
pub(super) fn procedures(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Procedure> {
    let acts = acts::acts(context, records);
    let places = places::places(context, records, &acts);
    let mut found = Found {
        context,
        list: Vec::new(),
        system: OnceCell::new(),
    };
    let circuit = circuit(context, records, &acts, &places);
    let fallback = OnceCell::new();
    let fallback = || *fallback.get_or_init(|| places::dominant(context, records));
    let filter = |w: &Word| {
        w.device() == Some(Device::Filter)
            || w.procedure().is_some_and(|p| is_filter_work(p.technique))
    };
    let caval = records.iter().any(|r| r.clause.words.iter().any(filter))
        && filters::is_caval(context, records);
    let told = Told::new(&acts, &places);
    for (act, place) in acts.iter().zip(&places) {
        let evidence = evidence(context, act);
        match act.technique {
            technique if is_filter_work(technique) => {
                if caval {
                    found.add(act.technique, None, act.status, evidence);
                }
            }
            Technique::ForeignBodyRetrieval
            | Technique::PacemakerRemoval
            | Technique::SinusReducer
            | Technique::FistulaCreation => found.add(act.technique, None, act.status, evidence),
            Technique::Filter | Technique::Circuit => {}
            technique if is_study(technique) => {
                let traits = study_traits(context, &records[act.record], act);
                if traits.contains(&"abdomen") {
                    found.add(Technique::Aortography, None, act.status, evidence.clone());
                }
                let sites: Vec<Option<Site>> = if place.stated {
                    place.sites.iter().map(|(s, _)| Some(*s)).collect()
                } else {
                    vec![None]
                };
                for site in sites {
                    found.add(technique, site, act.status, evidence.clone());
                    found.mark(technique, site, act.status, &traits);
                }
            }
            technique => {
                let status = told.settled(act);
                for site in told.sites(act, place, context.lexicon, &fallback) {
                    let mut evidence = evidence.clone();
                    if let Some((_, span)) = place
                        .sites
                        .iter()
                        .find(|(s, span)| Some(*s) == site && *span != act.word)
                    {
                        evidence.add(context.source(*span), Mark::Vessel);
                    }
                    let technique = of_the_chest(context, technique, site);
                    found.add(technique, site, status, evidence);
                    if technique == Technique::Stent && overlaps(context, &records[act.record]) {
                        found.mark(technique, site, status, &["overlapping"]);
                    }
                }
            }
        }
    }
    if caval {
        for record in records {
            for work in filters::work(context, record) {
                found.add(
                    work.technique,
                    None,
                    work.status,
                    context.evidence(work.word, Mark::Procedure),
                );
            }
        }
    }
    for record in records {
        if let Some(work) = filters::foreign_bodies(context, record) {
            found.add(
                work.technique,
                None,
                work.status,
                context.evidence(work.word, Mark::Procedure),
            );
        }
    }
    if let Some(span) = circuit {
        found.add(
            Technique::Circuit,
            None,
            Status::Performed,
            context.evidence(span, Mark::Procedure),
        );
    }
    let mut list = found.list;
    sides_of_films(context, records, &mut list);
    let traits = Traits::new(context, records);
    for procedure in list
        .iter_mut()
        .filter(|p| p.status == Status::Performed && !is_study(p.technique))
    {
        let more = traits.of(procedure);
        procedure.traits.extend(more);
    }
    list
}

/// A procedure told of again and again needs no more words than these.
const MOST_MARKS: usize = 24;

struct Found<'a> {
    context: &'a Context<'a>,
    list: Vec<Procedure>,
    /// Arteries or veins, for what is told without a vessel.
    system: OnceCell<Option<System>>,
}

impl Found<'_> {
    /// Adds a procedure, or its words to the one already told of.
    fn add(
        &mut self,
        technique: Technique,
        site: Option<Site>,
        status: Status,
        evidence: Evidence,
    ) {
        let lexicon = self.context.lexicon;
        let whole = site.map(|s| s.whole(lexicon));
        let same = self.list.iter_mut().find(|p| {
            p.technique == technique
                && p.status == status
                && (p.site.map(|s| s.whole(lexicon)) == whole
                    || (status != Status::Performed && (whole.is_none() || p.site.is_none())))
        });
        if let Some(found) = same {
            if found.evidence.marks().len() < MOST_MARKS {
                found.evidence.extend(&evidence);
            }
            return;
        }
        let system = match site {
            Some(site) => Some(lexicon.vessel(site.vessel).system),
            None if is_study(technique) || is_filter_work(technique) => None,
            None => *self.system.get_or_init(|| system_by_words(self.context)),
        };
        let id = name(technique, system);
        self.list.push(Procedure {
            id,
            technique,
            site,
            system,
            traits: Vec::new(),
            status,
            evidence,
        });
    }

    /// Notes traits of a procedure added before.
    fn mark(
        &mut self,
        technique: Technique,
        site: Option<Site>,
        status: Status,
        traits: &[&'static str],
    ) {
        let lexicon = self.context.lexicon;
        let whole = site.map(|s| s.whole(lexicon));
        if let Some(found) = self.list.iter_mut().find(|p| {
            p.technique == technique
                && p.status == status
                && p.site.map(|s| s.whole(lexicon)) == whole
        }) {
            for known in traits {
                if !found.traits.contains(known) {
                    found.traits.push(known);
                }
            }
        }
    }
}

fn is_filter_work(technique: Technique) -> bool {
    matches!(
        technique,
        Technique::FilterInsertion | Technique::FilterReposition | Technique::FilterRetrieval
    )
}

/// `venous-stent`, `filter-insertion`.
fn name(technique: Technique, system: Option<System>) -> String {
    let plain = is_study(technique)
        || is_filter_work(technique)
        || matches!(
            technique,
            Technique::ForeignBodyRetrieval
                | Technique::PacemakerRemoval
                | Technique::SinusReducer
                | Technique::FistulaCreation
                | Technique::Endograft
                | Technique::ThoracicEndograft
                | Technique::AorticValve
                | Technique::RenalDenervation
        );
    let prefix = system.filter(|_| !plain).map(|s| match s {
        System::Vein => "venous-",
        System::Artery | System::Graft | System::Coronary => "arterial-",
        System::Pulmonary => "pulmonary-",
        System::Access => "dialysis-",
    });
    format!("{}{}", prefix.unwrap_or_default(), technique.name())
}

/// Arteries or veins by the report's words, where it names no vessel.
fn system_by_words(context: &Context<'_>) -> Option<System> {
    let (mut veins, mut arteries) = (0, 0);
    for unit in context.units {
        let lower = context.text()[unit.unit.span.start..unit.unit.span.end].to_ascii_lowercase();
        veins += ["venous", "vein", "venogra", "dvt"]
            .iter()
            .map(|w| lower.matches(w).count())
            .sum::<usize>();
        arteries += ["arter", "aort"]
            .iter()
            .map(|w| lower.matches(w).count())
            .sum::<usize>();
    }
    match veins.cmp(&arteries) {
        std::cmp::Ordering::Greater => Some(System::Vein),
        std::cmp::Ordering::Less => Some(System::Artery),
        std::cmp::Ordering::Equal => None,
    }
}

fn evidence(context: &Context<'_>, act: &Act) -> Evidence {
    let mut evidence = context.evidence(act.word, Mark::Procedure);
    if let Some(cue) = act.cue {
        evidence.add(context.source(cue), Mark::Modifier);
    }
    evidence
}

/// What the report tells of each technique as a whole.
struct Told<'a> {
    acts: &'a [Act],
    places: &'a [Place],
    /// The techniques of the description, by status.
    described: BTreeSet<(Technique, Status)>,
    /// The sites that clauses or titles state.
    stated: BTreeMap<(Technique, Status), Vec<Site>>,
}

impl<'a> Told<'a> {
    fn new(acts: &'a [Act], places: &'a [Place]) -> Self {
        let described = acts
            .iter()
            .filter(|a| !a.claim)
            .map(|a| (a.technique, a.status))
            .collect();
        let mut stated: BTreeMap<(Technique, Status), Vec<Site>> = BTreeMap::new();
        for (act, place) in acts.iter().zip(places).filter(|(_, p)| p.stated) {
            let known = stated.entry((act.technique, act.status)).or_default();
            for (site, _) in &place.sites {
                if !known.contains(site) {
                    known.push(*site);
                }
            }
        }
        Self {
            acts,
            places,
            described,
            stated,
        }
    }

    /// The status of an act, with what the description says against its title.
    fn settled(&self, act: &Act) -> Status {
        let told = |status: Status| self.described.contains(&(act.technique, status));
        let denied = act.claim
            && act.status == Status::Performed
            && told(Status::Negated)
            && !told(Status::Performed);
        if denied { Status::Negated } else { act.status }
    }

    /// The sites that an act adds; `None` alone when no vessel is known.
    fn sites(
        &self,
        act: &Act,
        place: &Place,
        lexicon: &Lexicon,
        fallback: &dyn Fn() -> Option<Site>,
    ) -> Vec<Option<Site>> {
        let others = self
            .stated
            .get(&(act.technique, act.status))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let vague = |s: Site| lexicon.vessel(s.vessel).scope == Scope::Unspecified;
        let system = |s: Site| lexicon.vessel(s.vessel).system;
        // "iliac vein" in the title gives way to the common iliac vein of the description.
        let yields = |s: Site| {
            vague(s)
                && others.iter().any(|o| {
                    !vague(*o)
                        && (o.side == s.side || s.side == Side::Unknown)
                        && system(*o) == system(s)
                })
        };
        let sites: Vec<Site> = place
            .sites
            .iter()
            .map(|(s, _)| *s)
            .filter(|s| !yields(*s))
            .collect();
        if place.stated {
            let named = others.iter().find(|o| !vague(**o)).copied();
            return if sites.is_empty() {
                named.map(Some).into_iter().collect()
            } else {
                sites.into_iter().map(Some).collect()
            };
        }
        // A vessel that is only inferred tells the territory; it makes no further vessel beside another.
        if let Some(known) = sites
            .iter()
            .find(|s| others.iter().any(|o| o.whole(lexicon) == s.whole(lexicon)))
            .or(others.first())
        {
            return vec![Some(*known)];
        }
        let first = self.acts.iter().zip(self.places).find(|(a, p)| {
            a.technique == act.technique && a.status == act.status && !p.sites.is_empty()
        });
        let inferred: Vec<Option<Site>> = first
            .map(|(_, p)| p.sites.iter().map(|(s, _)| Some(*s)).collect())
            .unwrap_or_default();
        if inferred.is_empty() {
            vec![fallback()]
        } else {
            inferred
        }
    }
}

/// Studies told without a side take the sides of the limb vessels the report reads.
fn sides_of_films(context: &Context<'_>, records: &[Record<'_>], list: &mut [Procedure]) {
    let lexicon = context.lexicon;
    for (technique, system) in [
        (Technique::Arteriography, System::Artery),
        (Technique::Venography, System::Vein),
    ] {
        let sided = |p: &Procedure| {
            p.site
                .is_some_and(|s| matches!(s.side, Side::Left | Side::Right))
                || !p.traits.is_empty()
        };
        if list
            .iter()
            .any(|p| p.technique == technique && p.status == Status::Performed && sided(p))
        {
            continue;
        }
        let Some(study) = list
            .iter_mut()
            .find(|p| p.technique == technique && p.status == Status::Performed)
        else {
            continue;
        };
        let mut found = [(Side::Left, "left", 0), (Side::Right, "right", 0)];
        for record in records.iter().filter(|r| r.mode == Mode::Live) {
            for (list, role) in record.clause.lists.iter().zip(&record.roles) {
                if !matches!(role, Role::Subject | Role::Other(_)) {
                    continue;
                }
                for (site, _) in places::sites_of(context, record, list) {
                    let vessel = lexicon.vessel(site.vessel);
                    if vessel.system == system
                        && matches!(
                            vessel.region.as_str(),
                            "lower-extremity" | "pelvis" | "upper-extremity"
                        )
                    {
                        for (side, _, count) in &mut found {
                            *count += usize::from(site.side == *side);
                        }
                    }
                }
            }
        }
        study.traits.extend(
            found
                .iter()
                .filter(|(_, _, n)| *n > 0)
                .map(|(_, word, _)| *word),
        );
    }
}

/// "two stents, overlapping by 2 cm".
fn overlaps(context: &Context<'_>, record: &Record<'_>) -> bool {
    record_says(context, record, &["overlap"])
}

/// The sides a study's clause names, and whether films of the legs followed.
fn study_traits(context: &Context<'_>, record: &Record<'_>, act: &Act) -> Vec<&'static str> {
    let mut found = Vec::new();
    for word in record.clause.words {
        // A side that belongs to a vessel comes with the vessel, if that was studied.
        let of_vessel = record
            .clause
            .lists
            .iter()
            .any(|l| l.span.contains(word.span));
        match word.side().filter(|_| !of_vessel) {
            Some(SideWord::Left) => found.push("left"),
            Some(SideWord::Right) => found.push("right"),
            Some(SideWord::Both) => found.push("both"),
            _ => {}
        }
        if act.technique == Technique::Aortography
            && word
                .procedure()
                .is_some_and(|p| p.technique == Technique::Runoff)
        {
            found.push("runoff");
        }
    }
    if act.technique == Technique::Cavography
        && record_says(
            context,
            record,
            &[
                "superior vena cavogra",
                "superior venacavogra",
                "svc cavogra",
            ],
        )
    {
        found.push("superior");
    }
    if act.technique == Technique::Arteriography
        && record_says(context, record, &["abdomen", "abdominal aort"])
    {
        found.push("abdomen");
    }
    found
}

/// Words that say the session is about a dialysis circuit: it was studied, entered, or is in the title.
fn circuit(
    context: &Context<'_>,
    records: &[Record<'_>],
    acts: &[Act],
    places: &[Place],
) -> Option<Span> {
    if let Some(act) = acts
        .iter()
        .find(|a| a.technique == Technique::Fistulography && a.status == Status::Performed)
    {
        return Some(act.word);
    }
    let access = |v| context.lexicon.vessel(v).system == System::Access;
    // "Venous outflow" is said of other veins, too.
    let outflow = context.lexicon.vessel_id("av-outflow-vein");
    let treats = |a: &Act, p: &Place| {
        a.status == Status::Performed
            && p.stated
            && !is_study(a.technique)
            && p.sites
                .iter()
                .any(|(s, _)| access(s.vessel) && outflow != Some(s.vessel))
    };
    if let Some((act, _)) = acts.iter().zip(places).find(|(a, p)| treats(a, p)) {
        return Some(act.word);
    }
    for record in records {
        let title = record.mode == Mode::Claim;
        if !title && record.mode != Mode::Live {
            continue;
        }
        for (list, role) in record.clause.lists.iter().zip(&record.roles) {
            let named = list
                .atoms
                .iter()
                .filter_map(crate::mention::Atom::vessel)
                .any(access);
            if named && (title || matches!(role, Role::Access(_))) {
                return Some(list.span);
            }
        }
        // "The fistula was punctured", "thrombectomy of the graft".
        let works = |w: &Word| {
            w.is_action(Action::Access)
                || w.finding().is_some()
                || w.procedure()
                    .is_some_and(|p| p.technique == Technique::Thrombectomy)
        };
        let entered = record.clause.words.iter().any(works);
        let word = record.clause.words.iter().find(|w| {
            w.procedure()
                .is_some_and(|p| p.technique == Technique::Circuit)
        });
        if let Some(word) = word
            && (title || entered)
        {
            return Some(word.span);
        }
    }
    None
}

/// An endograft in the arch or the descending aorta is a thoracic one, by whatever name.
fn of_the_chest(context: &Context<'_>, technique: Technique, site: Option<Site>) -> Technique {
    let chest = site.is_some_and(|s| {
        let vessel = context.lexicon.vessel(s.vessel);
        vessel.is_a("thoracic-aorta") || vessel.is_a("aortic-arch")
    });
    if chest && technique == Technique::Endograft {
        Technique::ThoracicEndograft
    } else {
        technique
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::{super::tests::read_text, *};

    static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::builtin);

    /// The procedures of a description, as `"performed venous-stent left common-iliac-vein"`; studies left out.
    fn told(text: &str) -> Vec<String> {
        let report = if text.contains(":\n") {
            text.to_owned()
        } else {
            format!("Date of service: 2024-05-06\n\nDESCRIPTION OF PROCEDURE: {text}")
        };
        read_text(&report, &LEXICON)
            .procedures
            .iter()
            .filter(|p| !is_study(p.technique))
            .map(|p| {
                format!(
                    "{} {} {}",
                    p.status.name(),
                    p.id,
                    p.site.map(|s| s.key(&LEXICON)).unwrap_or_default()
                )
                .trim_end()
                .to_owned()
            })
            .collect()
    }

    fn performed(text: &str) -> Vec<String> {
        told(text)
            .iter()
            .filter_map(|t| t.strip_prefix("performed "))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn a_stent_counts_when_it_is_put_in() {
        let left = ["venous-stent left common-iliac-vein"];
        for text in [
            "The left common iliac vein was stented.",
            "A 16 x 80 mm Venovo was placed in the left common iliac vein.",
            "Left common iliac vein: Abre 16x80, full expansion.",
            "After stenting of the left common iliac vein IVUS showed a round lumen.",
        ] {
            assert_eq!(performed(text), left, "{text}");
        }
    }

    #[test]
    fn a_stent_that_is_planned_past_or_refused_does_not_count() {
        for text in [
            "A stent of the left common iliac vein is planned for June.",
            "Stenting of the left common iliac vein was considered but deferred.",
            "We discussed a stent in the left common iliac vein.",
            "The left common iliac vein stent placed in 2019 was patent.",
            "The stent in the left common iliac vein had been placed elsewhere.",
            "IVUS of the left common iliac vein was done for stent sizing.",
            "No stent was placed in the left common iliac vein.",
            "Stent placement in the left common iliac vein was not necessary.",
            "The left common iliac vein did not need a stent.",
            "If symptoms return, a 16 x 80 mm stent of the left common iliac vein would fit.",
        ] {
            assert_eq!(performed(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_title_counts_unless_the_description_denies_it() {
        let title = "PROCEDURES:\n1. Venogram\n2. Stent, left common iliac vein\n\nDESCRIPTION:\n";
        assert_eq!(
            performed(&format!("{title}Left popliteal vein access.")),
            ["venous-stent left common-iliac-vein"]
        );
        assert_eq!(
            performed(&format!(
                "{title}Left popliteal vein access. No stent was needed."
            )),
            Vec::<String>::new()
        );
        assert_eq!(
            performed(
                "PLANNED PROCEDURE:\nLeft common iliac vein stent\n\nDESCRIPTION:\nThe vein was normal."
            ),
            Vec::<String>::new()
        );
    }

    #[test]
    fn empty_boxes_are_not_done() {
        let form = "TREATMENT:\n[ ] Stent left CIV 16 x 80\n[x] Balloon left CIV 14 mm\n";
        assert_eq!(performed(form), ["venous-balloon left common-iliac-vein"]);
    }

    #[test]
    fn filter_work_is_told_apart() {
        let cases: &[(&str, &[&str])] = &[
            ("The IVC filter was left alone.", &[]),
            (
                "IVUS was advanced through the IVC filter, which was free of clot.",
                &[],
            ),
            ("She had an IVC filter placed in 2018.", &[]),
            ("The IVC filter could not be retrieved.", &[]),
            ("No filter was placed in the inferior vena cava.", &[]),
            ("The stent was displaced against the IVC filter.", &[]),
            (
                "A Denali filter was deployed below the renal veins.",
                &["filter-insertion"],
            ),
            (
                "The hook was snared and the IVC filter was collapsed into the sheath.",
                &["filter-retrieval"],
            ),
            (
                "The tilted IVC filter was repositioned.",
                &["filter-reposition"],
            ),
            (
                "A filter was opened in the right internal carotid artery and the filter was retrieved at the end.",
                &[],
            ),
        ];
        for (text, want) in cases {
            let got: Vec<String> = performed(text)
                .into_iter()
                .filter(|p| p.starts_with("filter"))
                .collect();
            assert_eq!(&got, want, "{text}");
        }
        assert!(told("HISTORY:\nIVC filter placed 2018, filter removed 2019.\n\nDESCRIPTION:\nIVUS of the cava.").iter().all(|t| t.starts_with("historical")));
    }

    #[test]
    fn a_fragment_pulled_out_with_a_snare_is_a_foreign_body() {
        assert_eq!(
            performed("The catheter fragment was caught with a snare and removed."),
            ["foreign-body-retrieval"]
        );
        assert_eq!(
            performed("The wire was snared in the inferior vena cava and brought out at the neck."),
            Vec::<String>::new()
        );
    }

    #[test]
    fn lysis_starts_and_ends() {
        let start =
            "An infusion catheter was placed in the left femoral vein and tPA begun at 1 mg/h.";
        assert_eq!(performed(start), ["venous-thrombolysis left femoral-vein"]);
        let end = "Lysis was stopped and the infusion catheter removed from the left femoral vein.";
        assert!(
            performed(end)
                .iter()
                .all(|p| p.starts_with("venous-thrombolysis-end")),
            "{:?}",
            performed(end)
        );
        let pulse =
            "AngioJet was used in power-pulse mode with 10 mg tPA in the left femoral vein.";
        assert_eq!(performed(pulse), ["venous-thrombectomy left femoral-vein"]);
    }

    #[test]
    fn a_balloon_without_a_vessel_opens_what_the_stent_treats() {
        let text = "A 14 x 60 mm stent was placed in the left common iliac vein. IVUS of the inferior vena cava followed. Post-dilation was done with a 14 mm balloon.";
        assert_eq!(
            performed(text),
            [
                "venous-stent left common-iliac-vein",
                "venous-balloon left common-iliac-vein"
            ]
        );
    }
}
