//! Artery or vein: settles names that fit both ("common iliac", "pop", "innominate").

use std::cell::LazyCell;

use memchr::memmem;

use super::{Atom, UnitMentions, VesselList};
use crate::{
    lexicon::{Device, Form, Grammar, Kind, Lexicon, Scope, System, VesselId},
    text::{Folded, holds, runs},
};

/// Leaves one candidate in every atom: the system of the list, else of the sentence, else of the section, else of
/// the report.
pub(super) fn resolve(folded: &Folded, units: &mut [UnitMentions], lexicon: &Lexicon) {
    if units.iter().all(|u| u.lists.is_empty()) {
        return;
    }
    let text = folded.text();
    let Whole {
        grafts,
        no_leg,
        upper,
    } = Whole::of(folded, units, lexicon);
    let told = Told::of(units, lexicon);
    let report = LazyCell::new(|| report_system(folded.lower(), &told));
    let fully = named_fully(units, lexicon);
    let mut recent: Option<(usize, System)> = None;
    let mut cava = Cava {
        superior: lexicon.vessel_id("superior-vena-cava"),
        inferior: lexicon.vessel_id("inferior-vena-cava"),
        upper,
        above: None,
    };
    for (number, unit) in units.iter_mut().enumerate() {
        // "the wire was parked in the superior vena cava"
        let by_wire = names_wire(unit);
        let sentence = sentence_system(text, unit, lexicon);
        let near = recent
            .filter(|(section, _)| *section == unit.unit.section)
            .map(|(_, s)| s);
        let mut last = None;
        for list in &mut unit.lists {
            // A list shares one system: "common iliac, external iliac and common femoral veins".
            let shared = list
                .atoms
                .iter()
                .rev()
                .find_map(|a| definite(&a.candidates, a.form, lexicon));
            let trailing = trailing_noun(text, list.span.end);
            let landmark = is_landmark(list) || crosses(text, list);
            for atom in &mut list.atoms {
                // "the trunk beyond is healthy" in a report without a vessel of the leg: of the vessel told of.
                if no_leg && is_trunk(text, atom) {
                    atom.candidates.clear();
                    continue;
                }
                cava.settle(text, atom, number, by_wire);
                if atom
                    .candidates
                    .iter()
                    .any(|c| matches!(lexicon.vessel(*c).system, System::Graft | System::Access))
                    && atom.form == Form::Bare
                {
                    // "the graft": the dialysis graft, or the bypass the report calls by name.
                    let wanted = if grafts.dialysis {
                        System::Access
                    } else {
                        System::Graft
                    };
                    // "the end of the graft" in a report of a stent graft: a device.
                    if grafts.is_device_or_organ()
                        && ["graft", "grafts"]
                            .iter()
                            .any(|g| text[atom.span.start..atom.span.end].eq_ignore_ascii_case(g))
                    {
                        atom.candidates.clear();
                        continue;
                    }
                    let chosen =
                        pick(&atom.candidates, wanted, lexicon).unwrap_or(atom.candidates[0]);
                    atom.candidates = vec![if wanted == System::Graft {
                        grafts.named.unwrap_or(chosen)
                    } else {
                        chosen
                    }];
                } else if let Some(named) = grafts.named.filter(|_| {
                    atom.vessel()
                        .is_some_and(|v| lexicon.vessel(v).id == "vein-bypass-graft")
                }) {
                    atom.candidates = vec![named];
                } else if atom.candidates.len() > 1 {
                    // "left innominate" in a report that tells of the innominate vein, and of no innominate artery.
                    let mut told = atom.candidates.iter().filter(|c| fully.contains(c));
                    let told = told.next().filter(|_| told.next().is_none());
                    let told = told.map(|v| lexicon.vessel(*v).system);
                    let shared = shared.or(told);
                    let order = [trailing, shared, last, sentence, near];
                    let fit = order
                        .into_iter()
                        .flatten()
                        .find_map(|s| pick(&atom.candidates, s, lexicon))
                        .or_else(|| pick(&atom.candidates, *report, lexicon));
                    let chosen = fit.unwrap_or(atom.candidates[0]);
                    atom.candidates = vec![chosen];
                }
                // "the left renal vein is 10 mm, at the SMA 4.5 mm"
                let at = matches!(list.prep, Some((Grammar::At, _)));
                if !(landmark || at && sentence.is_some()) {
                    last = definite(&atom.candidates, atom.form, lexicon).or(last);
                }
            }
        }
        if let Some(system) = last.or(sentence) {
            recent = Some((unit.unit.section, system));
        }
    }
    if grafts.dialysis {
        name_anastomoses(folded, units, lexicon);
    }
}

/// The system of the first vessel of a sentence that is told of, when its name leaves no doubt.
fn sentence_system(text: &str, unit: &UnitMentions, lexicon: &Lexicon) -> Option<System> {
    let mut lists = unit
        .lists
        .iter()
        .filter(|l| !is_landmark(l) && !crosses(text, l));
    lists.find_map(|list| {
        let mut atoms = list.atoms.iter();
        atoms.find_map(|a| definite(&a.candidates, a.form, lexicon))
    })
}

/// "The axillary vein is 10 mm. Next comes the anastomosis": in a report of a graft that names no end by another word, the
/// anastomosis told after a vein is the venous one.
fn name_anastomoses(folded: &Folded, units: &mut [UnitMentions], lexicon: &Lexicon) {
    /// Units over which a vein goes on being told of.
    const NEAR: usize = 3;
    let text = folded.text();
    let atoms = || units.iter().flat_map(|u| &u.lists).flat_map(|l| &l.atoms);
    let is = |a: &Atom, id: &str| a.vessel().is_some_and(|v| lexicon.vessel(v).id == id);
    let plain = |a: &Atom| {
        a.group.is_some() && text[a.span.start..a.span.end].eq_ignore_ascii_case("anastomosis")
    };
    let graft = atoms().any(|a| is(a, "av-graft"));
    let other = || atoms().any(|a| is(a, "av-arterial-anastomosis"));
    let Some(venous) = lexicon.vessel_id("av-venous-anastomosis") else {
        return;
    };
    if !graft || !atoms().any(plain) || other() || holds(folded.lower(), "fistula ") {
        return;
    }
    let mut vein = None;
    for (number, unit) in units.iter_mut().enumerate() {
        for atom in unit.lists.iter_mut().flat_map(|l| &mut l.atoms) {
            let near = vein.is_some_and(|n| n + NEAR >= number);
            if near && plain(atom) {
                atom.candidates = vec![venous];
                atom.group = None;
            }
            match atom.vessel().map(|v| lexicon.vessel(v).system) {
                Some(System::Vein) => vein = Some(number),
                Some(System::Artery) => vein = None,
                _ => {}
            }
        }
    }
}

fn names_wire(unit: &UnitMentions) -> bool {
    let mut devices = unit.of(&[Kind::Device]).iter();
    devices.any(|w| w.device() == Some(Device::Wire))
}

/// Which cava "the cava" is.
struct Cava {
    superior: Option<VesselId>,
    inferior: Option<VesselId>,
    /// The superior, when the report names no other in full.
    upper: Option<VesselId>,
    /// The superior, when it is the one named last, and the unit that named it.
    above: Option<(VesselId, usize)>,
}

impl Cava {
    /// Settles "the cava", and notes the one that is named. Where a wire is parked it is not told of.
    fn settle(&mut self, text: &str, atom: &mut Atom, unit: usize, by_wire: bool) {
        let name = &text[atom.span.start..atom.span.end];
        let bare = ["cava", "caval"]
            .iter()
            .any(|w| name.eq_ignore_ascii_case(w));
        let near = self.above.filter(|(_, n)| n + 3 > unit).map(|(v, _)| v);
        let vessel = atom.vessel();
        if let Some(upper) = self.upper.or(near).filter(|_| bare) {
            atom.candidates = vec![upper];
        } else if vessel.is_some() && vessel == self.superior {
            self.above = self.superior.filter(|_| !by_wire).map(|v| (v, unit));
        } else if vessel.is_some() && vessel == self.inferior {
            self.above = None;
        }
    }
}

/// The vessels that have one name for artery and vein, and that a report names with that word.
fn named_fully(units: &[UnitMentions], lexicon: &Lexicon) -> Vec<VesselId> {
    let atoms = || units.iter().flat_map(|u| &u.lists).flat_map(|l| &l.atoms);
    if !atoms().any(|a| a.candidates.len() > 1) {
        return Vec::new();
    }
    let told = atoms().filter(|a| a.form != Form::Bare && a.candidates.len() == 1);
    let mut found: Vec<VesselId> = told
        .filter_map(|a| a.candidates.first().copied())
        .filter(|v| lexicon.vessel(*v).id.starts_with("brachiocephalic-"))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What the whole report says of names that fit several vessels; looked up only where some name depends on it.
struct Whole {
    grafts: Grafts,
    /// A trunk is named, and no vessel of a leg.
    no_leg: bool,
    upper: Option<VesselId>,
}

impl Whole {
    fn of(folded: &Folded, units: &[UnitMentions], lexicon: &Lexicon) -> Self {
        let (text, lower) = (folded.text(), folded.lower());
        let atoms = || units.iter().flat_map(|u| &u.lists).flat_map(|l| &l.atoms);
        let may_be_graft = |v: &VesselId| {
            let vessel = lexicon.vessel(*v);
            matches!(vessel.system, System::Graft | System::Access)
                || vessel.id == "vein-bypass-graft"
        };
        let grafted = atoms().any(|a| a.candidates.iter().any(may_be_graft));
        let trunk = atoms().any(|a| is_trunk(text, a));
        let grafts = grafted.then(|| Grafts::of(text, lower, units, lexicon));
        let legs = ["tibi", "peron", "poplit", "calf", "tpt"];
        Self {
            grafts: grafts.unwrap_or_default(),
            no_leg: trunk && !legs.iter().any(|w| holds(lower, w)),
            upper: upper_cava(text, units, lexicon),
        }
    }
}

fn is_trunk(text: &str, atom: &Atom) -> bool {
    text[atom.span.start..atom.span.end].eq_ignore_ascii_case("trunk")
}

/// What the words of the whole report make of "the graft".
#[derive(Default)]
struct Grafts {
    /// It is that of a dialysis access.
    dialysis: bool,
    /// A transplanted organ is told of.
    organ: bool,
    /// The only graft is a stent graft.
    device: bool,
    /// The bypass or endograft that the report calls by name.
    named: Option<VesselId>,
}

impl Grafts {
    fn of(text: &str, lower: &str, units: &[UnitMentions], lexicon: &Lexicon) -> Self {
        let aortic = aortic_graft(lower, lexicon);
        Self {
            dialysis: aortic.is_none() && is_dialysis(lower),
            organ: ["transplant", "allograft"].iter().any(|w| holds(lower, w)),
            device: is_stent_graft(lower) || (is_aortic(lower) && holds(lower, "bypass")),
            named: coronary_graft(text, units, lexicon)
                .or(aortic)
                .or_else(|| named_graft(lower, units, lexicon)),
        }
    }

    /// Whether "the graft" is no vessel: a device, or the graft of an organ, which is that organ.
    fn is_device_or_organ(&self) -> bool {
        self.device || (self.organ && !self.dialysis)
    }
}

/// "crossed by the right common iliac artery": says nothing of the vessels that are told of.
pub(super) fn is_landmark(list: &VesselList) -> bool {
    list.prep.is_some_and(|(p, _)| p == Grammar::Landmark)
}

/// "where the right common iliac artery crosses, …": told of another vessel.
pub(crate) fn crosses(text: &str, list: &VesselList) -> bool {
    let after = text[list.span.end..].trim_start();
    let begins = |w: &str| {
        let there = after.get(..w.len());
        there.is_some_and(|a| a.eq_ignore_ascii_case(w))
    };
    [
        "cross",
        "compress",
        "press",
        "overl",
        "passes over",
        "runs over",
        "rides over",
    ]
    .into_iter()
    .any(begins)
        && !begins("compression")
        && !begins("compressed")
}

/// The superior vena cava, when it is the only cava that the report calls by its full name.
fn upper_cava(text: &str, units: &[UnitMentions], lexicon: &Lexicon) -> Option<VesselId> {
    let upper = lexicon.vessel_id("superior-vena-cava")?;
    let lower = lexicon.vessel_id("inferior-vena-cava")?;
    let mut named = units
        .iter()
        .flat_map(|u| &u.lists)
        .flat_map(|l| &l.atoms)
        .filter(|a| {
            let name = text[a.span.start..a.span.end].to_ascii_lowercase();
            !["cava", "caval", "the cava", "vena cava"].contains(&name.as_str())
        })
        .filter_map(|a| a.candidates.first())
        .map(|v| lexicon.whole(*v))
        .filter(|v| *v == upper || *v == lower)
        .peekable();
    named.peek()?;
    named.all(|v| v == upper).then_some(upper)
}

fn is_dialysis(lower: &str) -> bool {
    [
        "dialysis",
        "fistula",
        "av graft",
        "arteriovenous graft",
        "loop graft",
        "shuntogram",
        "shunt gram",
        "arm graft",
        "forearm graft",
        "thigh graft",
        "venous anastomosis",
        "venous pressures above",
        "fistulogra",
        "graftogram",
        "axillary graft",
        "axillary ptfe",
        "brachial to axillary",
        "brachial-axillary",
        "brachioaxillary",
    ]
    .iter()
    .any(|w| holds(lower, w))
}

/// Whether the only graft of a report is a stent graft.
fn is_stent_graft(lower: &str) -> bool {
    let told = |words: &[&str]| words.iter().any(|w| holds(lower, w));
    told(&["stent graft", "stent-graft", "stentgraft", "covered stent"])
        && !told(&[
            "av graft",
            "arteriovenous graft",
            "arm graft",
            "forearm graft",
            "loop graft",
            "thigh graft",
            "axillary graft",
            "straight graft",
            "dialysis graft",
            "ptfe",
            "graftogram",
            "venous anastomosis",
            "graft was punctured",
            "puncture of the graft",
            "graft puncture",
            "body of the graft",
            "vein graft",
            "bypass",
            "endograft",
        ])
        && !is_answered(lower, "avg")
}

/// Whether a word stands somewhere, and not only at a box that is left empty: "[x] AVF   [ ] AVG".
fn is_answered(lower: &str, word: &str) -> bool {
    const EMPTY: [&str; 4] = ["[ ]", "[]", "( )", "\u{2610}"];
    let part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    lower.match_indices(word).any(|(at, _)| {
        let before = lower[..at].trim_end();
        let whole = !part(lower[..at].chars().next_back())
            && !part(lower[at + word.len()..].chars().next());
        whole && !EMPTY.iter().any(|b| before.ends_with(b))
    })
}

/// Whether an aortic endograft is told of.
fn is_aortic(lower: &str) -> bool {
    [
        "endograft",
        "tevar",
        "evar",
        "endovascular aortic",
        "endovascular aneurysm repair",
        "aortic stent graft",
        "aortic stent-graft",
        "thoracic stent graft",
        "thoracic endovascular repair",
        "endovascular repair",
    ]
    .iter()
    .any(|w| holds(lower, w))
        // "Main body 28 mm … no type I endoleak" of an aneurysm that is not the popliteal artery's.
        || (holds(lower, "aneurysm") && holds(lower, "endoleak") && !holds(lower, "popliteal"))
}

/// In a report of an aortic endograft "the graft" is that.
fn aortic_graft(lower: &str, lexicon: &Lexicon) -> Option<VesselId> {
    let told = |words: &[&str]| words.iter().any(|w| holds(lower, w));
    let aortic = is_aortic(lower);
    // Kidney disease may be told of with the word dialysis alone.
    let access = ["fistula", "dialysis access", "dialysis graft", "av graft"];
    (aortic && !told(&["bypass"]) && !told(&access))
        .then(|| lexicon.vessel_id("aortic-endograft"))
        .flatten()
}

/// "Vein graft to the obtuse marginal": the grafts of a report that are sewn to coronary arteries.
fn coronary_graft(text: &str, units: &[UnitMentions], lexicon: &Lexicon) -> Option<VesselId> {
    let is = |v: Option<&VesselId>, system: System| {
        v.is_some_and(|v| lexicon.vessel(*v).system == system)
    };
    let sewn = units.iter().any(|unit| {
        unit.lists.windows(2).any(|pair| {
            let graft = pair[0]
                .atoms
                .iter()
                .any(|a| a.candidates.iter().any(|c| is(Some(c), System::Graft)));
            let heart = pair[1]
                .atoms
                .iter()
                .any(|a| is(a.candidates.first(), System::Coronary));
            let between = &text[pair[0].span.end..pair[1].span.start];
            graft && heart && ["to", "to the", "to an", "to a"].contains(&between.trim())
        })
    });
    sewn.then(|| lexicon.vessel_id("coronary-bypass-graft"))
        .flatten()
}

/// The bypass graft that the report calls by name, if it names one only.
fn named_graft(lower: &str, units: &[UnitMentions], lexicon: &Lexicon) -> Option<VesselId> {
    let mut found: Vec<VesselId> = units
        .iter()
        .flat_map(|u| &u.lists)
        .flat_map(|l| &l.atoms)
        .filter(|a| a.form == Form::Full)
        .filter_map(|a| a.candidates.first().copied())
        .filter(|v| lexicon.vessel(*v).system == System::Graft)
        .collect();
    found.sort_unstable();
    found.dedup();
    if let Some(route) = graft_route(lower, lexicon) {
        return Some(route);
    }
    if found.len() > 1 {
        found.retain(|v| lexicon.vessel(*v).id != "vein-bypass-graft");
    }
    match found[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// A bypass told by its ends: "femoral to below-knee popliteal bypass", "fem-PT vein graft".
fn graft_route(lower: &str, lexicon: &Lexicon) -> Option<VesselId> {
    const ROUTES: &[(&[&str], &[&str], &str)] = &[
        (
            &[
                "femoral to ",
                "femoral-",
                "fem-",
                "fem to ",
                "femoro",
                "fem ",
            ],
            &[
                "popliteal",
                "pop",
                "below-knee popliteal",
                "above-knee popliteal",
                "below knee popliteal",
                "above knee popliteal",
                "bk pop",
                "ak pop",
            ],
            "femoropopliteal-graft",
        ),
        (
            &["femoral to ", "femoral-", "fem-", "fem to ", "femoro"],
            &[
                "posterior tibial",
                "anterior tibial",
                "peroneal",
                "tibial",
                "pt ",
                "at ",
                "distal",
                "dorsalis",
            ],
            "femorotibial-graft",
        ),
        (
            &["popliteal to ", "popliteal-", "pop-", "pop to "],
            &[
                "dorsalis",
                "pedal",
                "tibial",
                "distal",
                "posterior tibial",
                "anterior tibial",
                "peroneal",
                "dp ",
            ],
            "popliteal-distal-graft",
        ),
        (
            &["femoral to ", "femoral-", "fem-"],
            &["femoral", "fem "],
            "femorofemoral-graft",
        ),
    ];
    if !["bypass", "vein graft", "graft:"]
        .iter()
        .any(|w| holds(lower, w))
    {
        return None;
    }
    ROUTES.iter().find_map(|(starts, ends, id)| {
        let found = starts.iter().any(|s| {
            memmem::find_iter(lower.as_bytes(), s).any(|i| {
                let rest = &lower[i + s.len()..];
                let window = lower
                    .get(i.saturating_sub(60)..(i + 140).min(lower.len()))
                    .unwrap_or("");
                ends.iter().any(|e| rest.starts_with(e))
                    && (window.contains("bypass") || window.contains("graft"))
            })
        });
        found.then(|| lexicon.vessel_id(id)).flatten()
    })
}

/// The system an atom states by itself.
fn definite(candidates: &[VesselId], form: Form, lexicon: &Lexicon) -> Option<System> {
    let [id] = candidates else { return None };
    if form == Form::Misspelt {
        return None;
    }
    let system = lexicon.vessel(*id).system;
    matches!(system, System::Artery | System::Vein).then_some(system)
}

fn pick(candidates: &[VesselId], system: System, lexicon: &Lexicon) -> Option<VesselId> {
    candidates
        .iter()
        .copied()
        .find(|id| lexicon.vessel(*id).system == system)
}

/// "external iliac and common femoral venous segments": the noun after the list.
fn trailing_noun(text: &str, at: usize) -> Option<System> {
    let rest: String = text[at..]
        .trim_start()
        .chars()
        .take(8)
        .collect::<String>()
        .to_ascii_lowercase();
    // "subclavian art", "common iliac v."
    let noun = rest
        .split(|c: char| c.is_whitespace() || ",:;)".contains(c))
        .next()
        .unwrap_or_default();
    if rest.starts_with("vein") || rest.starts_with("venous") || ["v.", "vv.", "vn"].contains(&noun)
    {
        Some(System::Vein)
    } else if rest.starts_with("arter") || ["art", "art.", "arts", "a.", "aa."].contains(&noun) {
        Some(System::Artery)
    } else {
        said_to_be(rest_of(text, at))
    }
}

/// What follows a list, as far as it tells what the vessel is.
fn rest_of(text: &str, at: usize) -> &str {
    const REACH: usize = 24;
    let end = (at..=text.len().min(at + REACH)).rev();
    let end = end.into_iter().find(|n| text.is_char_boundary(*n));
    &text[at..end.unwrap_or(at)]
}

/// "The common iliac is a good vein": what a vessel is said to be.
fn said_to_be(after: &str) -> Option<System> {
    let mut words = after.split_whitespace();
    let is = ["is", "was"].contains(&words.next()?) && words.next()? == "a";
    let noun = |w: &str| match w.trim_matches([',', '.', ';']) {
        "vein" => Some(System::Vein),
        "artery" => Some(System::Artery),
        _ => None,
    };
    is.then(|| words.take(2).find_map(noun)).flatten()
}

/// Words that tell of veins, and such that tell of arteries.
const OF_VEINS: [&str; 27] = [
    "venogra",
    "venous",
    " vein",
    "dvt",
    "thrombophleb",
    "cavogra",
    "may-thurner",
    "fistulogra",
    "dialysis",
    "fistula ",
    "synechia",
    "trabecul",
    "postthromb",
    "post-thromb",
    "postphleb",
    "post-phleb",
    "phlegmasia",
    "villalta",
    "varic",
    "swell",
    "swollen",
    "congestion",
    "compressed",
    "may thurner",
    "nutcracker",
    "effort thrombosis",
    "paget",
];
const OF_ARTERIES: [&str; 28] = [
    "arterio",
    "arterial",
    " arter",
    " art ",
    " art:",
    " art,",
    "claudica",
    "aortogra",
    "atherectomy",
    "rutherford",
    "ankle-brachial",
    " abi ",
    "calcium",
    "calcif",
    "plaque",
    "aneurysm",
    "atheroscl",
    "lithotrip",
    "shockwave",
    "ischemi",
    "ischaemi",
    "rest pain",
    "gangren",
    "endarterectom",
    "aortobi",
    "tavr",
    "limb-threat",
    "dissection",
];
/// Short words, of three to five letters, that tell of veins, and such that tell of arteries, only where they stand alone.
const SHORT_OF_VEINS: [&str; 4] = ["avf", "avg", "pts", "ivc"];
const SHORT_OF_ARTERIES: [&str; 8] = ["pad", "clti", "cli", "tavi", "evar", "tevar", "dcb", "tasc"];

/// What the names of a report that fit one vessel say of those that fit several.
#[derive(Default)]
struct Told {
    veins: usize,
    arteries: usize,
    /// A vessel of the calf is named, by a word that may fit others.
    calf: bool,
}

impl Told {
    fn of(units: &[UnitMentions], lexicon: &Lexicon) -> Self {
        let mut told = Self::default();
        for atom in units.iter().flat_map(|u| &u.lists).flat_map(|l| &l.atoms) {
            if let [id] = atom.candidates[..] {
                let vessel = lexicon.vessel(id);
                match vessel.system {
                    System::Vein => told.veins += 1,
                    System::Artery if vessel.scope != Scope::Landmark => told.arteries += 1,
                    _ => {}
                }
            }
            told.calf |= atom.candidates.iter().any(|v| {
                let id = &lexicon.vessel(*v).id;
                id.contains("tibial-artery") || id == "peroneal-artery"
            });
        }
        told
    }
}

/// Whether the report is about veins or arteries, by what it names.
fn report_system(lower: &str, told: &Told) -> System {
    let count = |words: &[&str]| {
        words
            .iter()
            .map(|w| memmem::find_iter(lower.as_bytes(), w).count())
            .sum::<usize>()
    };
    let mut veins = told.veins + count(&OF_VEINS);
    // A pseudoaneurysm may be of a dialysis graft.
    let pseudo = count(&["pseudoaneurysm", "pseudo-aneurysm"]);
    let mut arteries = told.arteries + count(&OF_ARTERIES) - pseudo;
    for (_, word) in runs(lower).filter(|(_, w)| (3..=5).contains(&w.len())) {
        veins += usize::from(SHORT_OF_VEINS.contains(&word));
        arteries += usize::from(SHORT_OF_ARTERIES.contains(&word));
    }
    // Veins of the calf are seldom looked at.
    if arteries > veins || (arteries == veins && told.calf) {
        System::Artery
    } else {
        System::Vein
    }
}
