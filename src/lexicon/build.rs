//! Turns the files into a [`Lexicon`]: checks every row and collects the terms.

use std::collections::BTreeMap;

use super::{
    Action, Branch, Category, Device, Direction, Extent, FindingKind, Form, Grammar, Group,
    GroupKind, Ivus, Label, Lexicon, Matcher, Modality, Modifier, Necessity, Polarity,
    ProcedureClass, Row, Scope, SideWord, StandIns, System, Table, Targets, Technique, Vessel,
    VesselId, Weights, WordForm, digest, terms::Collector,
};
use crate::error::{Error, Result};

const VESSEL_COLUMNS: &[&str] = &[
    "id",
    "name",
    "system",
    "scope",
    "sided",
    "region",
    "part_of",
    "neighbours",
    "terms",
    "abbreviations",
    "bare_forms",
    "misspellings",
    "hidden_by",
    "examples",
    "source",
];

pub(super) const TREE_COLUMNS: &[&str] = &[
    "child",
    "side",
    "parent",
    "link",
    "order_step",
    "root_family",
    "order_from_root",
    "certainty",
    "note",
];

#[expect(clippy::too_many_lines, reason = "one step for each file")]
pub(super) fn build<'t>(files: &[(&str, &'t str)]) -> Result<Lexicon> {
    let text = |name: &str| -> Result<&'t str> {
        files
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, t)| *t)
            .ok_or_else(|| Error::lexicon(name, 0, "", "the file is missing"))
    };
    let bytes = files.iter().map(|(_, text)| text.len()).sum();
    let mut terms = Collector::for_files(bytes);

    let vessels_table = Table::parse("vessels.tsv", text("vessels.tsv")?, VESSEL_COLUMNS)?;
    let (vessels, vessel_ids) = vessels(&vessels_table, &mut terms)?;
    let tree = Table::parse("tree.tsv", text("tree.tsv")?, TREE_COLUMNS)?;
    let branches = branches(&tree, &vessel_ids)?;

    let load = |name: &str, columns: &[&str]| Table::parse(name, text(name)?, columns);
    let groups_table = load(
        "groups.tsv",
        &["id", "kind", "members", "terms", "examples", "source"],
    )?;
    let groups = groups(&groups_table, &vessel_ids, &mut terms)?;
    let classes = ["id", "class", "terms", "examples", "source"];
    let exact_classes = ["id", "class", "terms", "exact", "examples", "source"];
    let sides = load(
        "sides.tsv",
        &["id", "terms", "exact", "hidden_by", "examples", "source"],
    )?;
    plain(&sides, &mut terms, |t, r| {
        Ok(Label::Side(t.choice(r, "id", SIDES)?))
    })?;
    let ivus = load("ivus.tsv", &exact_classes)?;
    plain(&ivus, &mut terms, |t, r| {
        Ok(Label::Ivus(t.choice(r, "class", IVUS)?))
    })?;
    let modalities = load("modalities.tsv", &exact_classes)?;
    plain(&modalities, &mut terms, |t, r| {
        Ok(Label::Modality(t.choice(r, "class", MODALITIES)?))
    })?;
    let actions = load("actions.tsv", &classes)?;
    plain(&actions, &mut terms, |t, r| {
        Ok(Label::Action(t.choice(r, "class", ACTIONS)?))
    })?;
    let devices = load("devices.tsv", &classes)?;
    plain(&devices, &mut terms, |t, r| {
        Ok(Label::Device(t.choice(r, "class", DEVICES)?))
    })?;
    let necessity = load("necessity.tsv", &classes)?;
    plain(&necessity, &mut terms, |t, r| {
        Ok(Label::Necessity(t.choice(r, "class", NECESSITY)?))
    })?;
    let extent = load("extent.tsv", &classes)?;
    plain(&extent, &mut terms, |t, r| {
        Ok(Label::Extent(t.choice(r, "class", EXTENT)?))
    })?;
    let grammar = load("grammar.tsv", &classes)?;
    plain(&grammar, &mut terms, |t, r| {
        Ok(Label::Grammar(t.choice(r, "class", GRAMMAR)?))
    })?;
    let procedures = load(
        "procedures.tsv",
        &[
            "id",
            "technique",
            "form",
            "terms",
            "exact",
            "examples",
            "source",
        ],
    )?;
    plain(&procedures, &mut terms, |t, r| {
        Ok(Label::Procedure(ProcedureClass {
            technique: t.choice(r, "technique", TECHNIQUES)?,
            form: t.choice(r, "form", WORD_FORMS)?,
        }))
    })?;

    let findings_table = load(
        "findings.tsv",
        &[
            "id", "class", "polarity", "lesion", "terms", "examples", "source",
        ],
    )?;
    let mut findings = Vec::new();
    for row in &findings_table.rows {
        let label = Label::Finding(index(&findings_table, row, findings.len())?);
        findings.push(FindingKind {
            id: findings_table.cell(row, "id").to_owned(),
            class: findings_table.cell(row, "class").to_owned(),
            polarity: findings_table.choice(row, "polarity", POLARITY)?,
            lesion: findings_table.choice(row, "lesion", YES_NO)?,
        });
        for term in findings_table.list(row, "terms") {
            terms.add(&findings_table, row, term, label, false)?;
        }
    }
    let modifiers_table = load(
        "modifiers.tsv",
        &[
            "id",
            "category",
            "direction",
            "targets",
            "terms",
            "examples",
            "source",
        ],
    )?;
    let mut modifiers = Vec::new();
    for row in &modifiers_table.rows {
        let label = Label::Modifier(index(&modifiers_table, row, modifiers.len())?);
        modifiers.push(Modifier {
            category: modifiers_table.choice(row, "category", CATEGORIES)?,
            direction: modifiers_table.choice(row, "direction", DIRECTIONS)?,
            targets: modifiers_table.choice(row, "targets", TARGETS)?,
        });
        for term in modifiers_table.list(row, "terms") {
            terms.add(&modifiers_table, row, term, label, false)?;
        }
    }
    let sections_table = load("sections.tsv", &["id", "terms", "examples", "source"])?;
    let mut sections = Vec::new();
    for row in &sections_table.rows {
        sections.push(sections_table.cell(row, "id").to_owned());
    }
    let section_terms = section_terms(&sections_table)?;
    let abbreviations_table = Table::parse(
        "abbreviations.tsv",
        text("abbreviations.tsv")?,
        &["term", "source"],
    )?;
    let abbreviations = abbreviations_table
        .rows
        .iter()
        .map(|r| abbreviations_table.cell(r, "term").to_owned())
        .collect();

    Ok(Lexicon {
        vessels,
        groups,
        findings,
        modifiers,
        sections,
        longest_heading: section_terms.keys().map(String::len).max().unwrap_or(0),
        section_terms,
        abbreviations,
        tree: text("tree.tsv")?.to_owned(),
        branches,
        variants: super::variant::variants(text("variants.tsv")?, &vessel_ids)?,
        second: Weights::load(
            &load("second-reader.tsv", super::weights::COLUMNS)?,
            &load("look-trees.tsv", super::trees::COLUMNS)?,
        )?,
        matcher: Matcher::new(terms.sorted()),
        stand_ins: StandIns::of(&vessels_table),
        vessel_ids,
        hash: digest(files),
    })
}

/// For each vessel, the rows of the tree that it is the child of, in the order of the file.
fn branches(tree: &Table<'_>, ids: &BTreeMap<String, VesselId>) -> Result<Vec<Vec<Branch>>> {
    let mut branches = vec![Vec::new(); ids.len()];
    for row in &tree.rows {
        let known = |column: &str| match (tree.cell(row, column), ids.get(tree.cell(row, column))) {
            ("", _) => Ok(None),
            (_, Some(id)) => Ok(Some(*id)),
            (id, None) => {
                Err(tree.fault(row, format!("{column} \"{id}\" is no id of vessels.tsv")))
            }
        };
        let (child, parent) = (known("child")?, known("parent")?);
        let branch = Branch {
            side: tree.cell(row, "side").to_owned(),
            parent,
            step: tree.cell(row, "order_step").parse().unwrap_or(0),
            family: tree.cell(row, "root_family").to_owned(),
            doubtful: tree.cell(row, "certainty").starts_with("low"),
        };
        if let Some(of) = child.and_then(|id| branches.get_mut(usize::from(id.0))) {
            of.push(branch);
        }
    }
    Ok(branches)
}

fn index(table: &Table<'_>, row: &Row, n: usize) -> Result<u16> {
    u16::try_from(n).map_err(|_| table.fault(row, "the file has more than 65,535 rows"))
}

/// Adds the `terms`, `exact` and `hidden_by` cells of every row under one label.
fn plain(
    table: &Table<'_>,
    terms: &mut Collector,
    label: impl Fn(&Table<'_>, &Row) -> Result<Label>,
) -> Result<()> {
    for row in &table.rows {
        let label = label(table, row)?;
        for term in table.list(row, "terms") {
            terms.add(table, row, term, label, false)?;
        }
        for term in table.list(row, "exact") {
            terms.add(table, row, term, label, true)?;
        }
        for term in table.list(row, "hidden_by") {
            terms.add(table, row, term, Label::Hidden, false)?;
        }
    }
    Ok(())
}

fn section_terms(table: &Table<'_>) -> Result<BTreeMap<String, u16>> {
    let mut map = BTreeMap::new();
    for (n, row) in table.rows.iter().enumerate() {
        for term in table.list(row, "terms") {
            if map.insert(term.to_owned(), index(table, row, n)?).is_some() {
                return Err(table.fault(
                    row,
                    format!("the heading \"{term}\" stands in two rows; keep one"),
                ));
            }
        }
    }
    Ok(map)
}

/// The side of an abbreviation that stands in its row with its twin: "RIJ; LIJ", "RRA; LRA".
fn own_side(term: &str, abbreviations: &[&str]) -> Option<SideWord> {
    let (twin, side) = match (term.strip_prefix('R'), term.strip_prefix('L')) {
        (Some(rest), _) => (format!("L{rest}"), SideWord::Right),
        (_, Some(rest)) => (format!("R{rest}"), SideWord::Left),
        _ => return None,
    };
    abbreviations.contains(&twin.as_str()).then_some(side)
}

/// Fails when a vessel is, over whatever others, a part of itself: looking for its whole would never end.
fn hang_together(table: &Table<'_>, vessels: &[Vessel]) -> Result<()> {
    for (vessel, row) in vessels.iter().zip(&table.rows) {
        let mut whole = vessel.part_of;
        for _ in vessels {
            whole = whole.and_then(|id| vessels.get(usize::from(id.0))?.part_of);
        }
        if whole.is_some() {
            return Err(table.fault(
                row,
                "part_of leads back to where it started; name the vessel that is no part of another",
            ));
        }
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one step for each column")]
fn vessels(
    table: &Table<'_>,
    terms: &mut Collector,
) -> Result<(Vec<Vessel>, BTreeMap<String, VesselId>)> {
    let mut ids = BTreeMap::new();
    for (n, row) in table.rows.iter().enumerate() {
        let id = VesselId(index(table, row, n)?);
        if ids.insert(table.cell(row, "id").to_owned(), id).is_some() {
            return Err(table.fault(row, "the id stands in two rows; ids are unique"));
        }
    }
    let written: Vec<&str> = table
        .rows
        .iter()
        .flat_map(|r| table.list(r, "abbreviations"))
        .collect();
    let mut vessels = Vec::new();
    for row in &table.rows {
        let id = ids[table.cell(row, "id")];
        let resolve = |name: &str| {
            ids.get(name)
                .copied()
                .ok_or_else(|| table.fault(row, format!("\"{name}\" is no id of vessels.tsv")))
        };
        let part_of = table
            .list(row, "part_of")
            .first()
            .map(|n| resolve(n))
            .transpose()?;
        let neighbours = table
            .list(row, "neighbours")
            .into_iter()
            .map(resolve)
            .collect::<Result<Vec<_>>>()?;
        let sided = table.choice(row, "sided", YES_NO)?;
        vessels.push(Vessel {
            id: table.cell(row, "id").to_owned(),
            name: table.cell(row, "name").to_owned(),
            system: table.choice(row, "system", SYSTEMS)?,
            scope: table.choice(row, "scope", SCOPES)?,
            sided,
            region: table.cell(row, "region").to_owned(),
            part_of,
            neighbours,
        });
        for (column, form) in [
            ("terms", Form::Full),
            ("bare_forms", Form::Bare),
            ("misspellings", Form::Misspelt),
        ] {
            for term in table.list(row, column) {
                terms.add(
                    table,
                    row,
                    term,
                    Label::Vessel {
                        id,
                        form,
                        side: None,
                        plural: false,
                    },
                    false,
                )?;
                terms.add(
                    table,
                    row,
                    &plural(term),
                    Label::Vessel {
                        id,
                        form,
                        side: None,
                        plural: true,
                    },
                    false,
                )?;
            }
        }
        let abbreviations = table.list(row, "abbreviations");
        for term in &abbreviations {
            let form = Form::Abbreviation;
            let side = own_side(term, &abbreviations).filter(|_| sided);
            terms.add(
                table,
                row,
                term,
                Label::Vessel {
                    id,
                    form,
                    side,
                    plural: false,
                },
                true,
            )?;
            terms.add(
                table,
                row,
                &format!("{term}s"),
                Label::Vessel {
                    id,
                    form,
                    side,
                    plural: true,
                },
                true,
            )?;
            if sided && side.is_none() && term.len() >= 3 && !term.contains(' ') {
                // "LCIV"; and in small letters, where "l" alone is no side, "lciv" and "l civ".
                let small = term.chars().all(|c| c.is_ascii_lowercase());
                let letters: &[(&str, SideWord)] = if small {
                    &[
                        ("r", SideWord::Right),
                        ("l", SideWord::Left),
                        ("r ", SideWord::Right),
                        ("l ", SideWord::Left),
                    ]
                } else {
                    &[("R", SideWord::Right), ("L", SideWord::Left)]
                };
                for (letter, side) in letters.iter().copied() {
                    let sided_term = format!("{letter}{term}");
                    if !written.contains(&sided_term.as_str()) {
                        terms.add(
                            table,
                            row,
                            &sided_term,
                            Label::Vessel {
                                id,
                                form,
                                side: Some(side),
                                plural: false,
                            },
                            true,
                        )?;
                    }
                }
            }
        }
        for term in table.list(row, "hidden_by") {
            terms.add(table, row, term, Label::Hidden, false)?;
        }
    }
    hang_together(table, &vessels)?;
    Ok((vessels, ids))
}

fn groups(
    table: &Table<'_>,
    ids: &BTreeMap<String, VesselId>,
    terms: &mut Collector,
) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for row in &table.rows {
        let label = Label::Group(index(table, row, groups.len())?);
        let members = table
            .list(row, "members")
            .into_iter()
            .map(|m| {
                ids.get(m).copied().ok_or_else(|| {
                    table.fault(row, format!("member \"{m}\" is no id of vessels.tsv"))
                })
            })
            .collect::<Result<Vec<_>>>()?;
        groups.push(Group {
            id: table.cell(row, "id").to_owned(),
            kind: table.choice(row, "kind", GROUP_KINDS)?,
            members,
        });
        for term in table.list(row, "terms") {
            terms.add(table, row, term, label, false)?;
        }
    }
    Ok(groups)
}

/// The plural of a vessel's name: "artery" to "arteries", else an "s".
fn plural(term: &str) -> String {
    match term.strip_suffix("artery") {
        Some(stem) => format!("{stem}arteries"),
        None => format!("{term}s"),
    }
}

const YES_NO: &[(&str, bool)] = &[("yes", true), ("no", false)];
const SYSTEMS: &[(&str, System)] = &[
    ("artery", System::Artery),
    ("vein", System::Vein),
    ("pulmonary", System::Pulmonary),
    ("coronary", System::Coronary),
    ("av-access", System::Access),
    ("graft", System::Graft),
];
const SCOPES: &[(&str, Scope)] = &[
    ("vessel", Scope::Vessel),
    ("segment", Scope::Segment),
    ("landmark", Scope::Landmark),
    ("unspecified", Scope::Unspecified),
    ("out-coronary", Scope::Coronary),
];
const SIDES: &[(&str, SideWord)] = &[
    ("left", SideWord::Left),
    ("right", SideWord::Right),
    ("both", SideWord::Both),
    ("contralateral", SideWord::Contralateral),
    ("ipsilateral", SideWord::Ipsilateral),
];
const IVUS: &[(&str, Ivus)] = &[
    ("modality", Ivus::Modality),
    ("device", Ivus::Device),
    ("generic", Ivus::Generic),
    ("weak", Ivus::Weak),
    ("act", Ivus::Act),
];
const MODALITIES: &[(&str, Modality)] = &[
    ("angiography", Modality::Angiography),
    ("external-us", Modality::ExternalUltrasound),
    ("access-us", Modality::AccessUltrasound),
    ("cardiac-echo", Modality::CardiacEcho),
    ("optical", Modality::Optical),
    ("therapy-us", Modality::TherapyUltrasound),
    ("therapy", Modality::Lithotripsy),
    ("other-us", Modality::OtherUltrasound),
    ("cross-sectional", Modality::CrossSectional),
    ("coronary-ivus", Modality::CoronaryIvus),
    ("physiology", Modality::Physiology),
    ("phrase", Modality::Phrase),
];
const ACTIONS: &[(&str, Action)] = &[
    ("image", Action::Image),
    ("perform", Action::Perform),
    ("show", Action::Show),
    ("place", Action::Place),
    ("select", Action::Select),
    ("cross", Action::Cross),
    ("pullback", Action::Pullback),
    ("remove", Action::Remove),
    ("access", Action::Access),
    ("treat", Action::Treat),
    ("fill", Action::Fill),
    ("close", Action::Close),
];
const DEVICES: &[(&str, Device)] = &[
    ("catheter", Device::Catheter),
    ("long-sheath", Device::LongSheath),
    ("sheath", Device::Sheath),
    ("wire", Device::Wire),
    ("balloon", Device::Balloon),
    ("stent", Device::Stent),
    ("filter", Device::Filter),
    ("thrombectomy", Device::Thrombectomy),
    ("atherectomy", Device::Atherectomy),
    ("snare", Device::Snare),
    ("needle", Device::Needle),
];
const POLARITY: &[(&str, Polarity)] = &[
    ("positive", Polarity::Positive),
    ("neutral", Polarity::Neutral),
    ("good", Polarity::Good),
    ("none", Polarity::None),
];
const NECESSITY: &[(&str, Necessity)] = &[
    ("purpose-verb", Necessity::PurposeVerb),
    ("purpose-noun", Necessity::PurposeNoun),
    ("purpose", Necessity::Purpose),
    ("limit", Necessity::Limit),
    ("cause", Necessity::Cause),
    ("result", Necessity::Result),
    ("explicit", Necessity::Explicit),
    ("vague", Necessity::Vague),
    ("symptom", Necessity::Symptom),
];
const EXTENT: &[(&str, Extent)] = &[
    ("one", Extent::Continue),
    ("contiguous", Extent::Contiguous),
    ("separate", Extent::Separate),
    ("limit", Extent::Limit),
];
const CATEGORIES: &[(&str, Category)] = &[
    ("negated", Category::Negated),
    ("attempted", Category::Attempted),
    ("planned", Category::Planned),
    ("conditional", Category::Conditional),
    ("recommended", Category::Recommended),
    ("historical", Category::Historical),
    ("other-person", Category::OtherPerson),
    ("general", Category::General),
    ("uncertain", Category::Uncertain),
    ("pseudo", Category::Pseudo),
    ("terminator", Category::Terminator),
];
const DIRECTIONS: &[(&str, Direction)] = &[
    ("forward", Direction::Forward),
    ("backward", Direction::Backward),
    ("both", Direction::Both),
    ("none", Direction::None),
];
const TARGETS: &[(&str, Targets)] = &[
    ("any", Targets::Any),
    ("acts", Targets::Acts),
    ("findings", Targets::Findings),
    ("historical", Targets::Historical),
];
const GRAMMAR: &[(&str, Grammar)] = &[
    ("of", Grammar::Of),
    ("in", Grammar::In),
    ("to", Grammar::To),
    ("from", Grammar::From),
    ("through", Grammar::Through),
    ("at", Grammar::At),
    ("landmark", Grammar::Landmark),
    ("with", Grammar::With),
    ("and", Grammar::And),
    ("for", Grammar::For),
    ("aux", Grammar::Aux),
    ("also", Grammar::Also),
    ("anaphor", Grammar::Anaphor),
    ("anaphor-list", Grammar::AnaphorList),
    ("partial", Grammar::Partial),
];
const GROUP_KINDS: &[(&str, GroupKind)] = &[
    ("span", GroupKind::Span),
    ("region", GroupKind::Region),
    ("landmark", GroupKind::Landmark),
];
const TECHNIQUES: &[(&str, Technique)] = &[
    ("stent", Technique::Stent),
    ("balloon", Technique::Balloon),
    ("atherectomy", Technique::Atherectomy),
    ("lithotripsy", Technique::Lithotripsy),
    ("thrombectomy", Technique::Thrombectomy),
    ("thrombolysis", Technique::Thrombolysis),
    ("thrombolysis-end", Technique::ThrombolysisEnd),
    ("embolization", Technique::Embolization),
    ("endograft", Technique::Endograft),
    ("thoracic-endograft", Technique::ThoracicEndograft),
    ("aortic-valve", Technique::AorticValve),
    ("renal-denervation", Technique::RenalDenervation),
    ("filter", Technique::Filter),
    ("filter-insertion", Technique::FilterInsertion),
    ("filter-reposition", Technique::FilterReposition),
    ("filter-retrieval", Technique::FilterRetrieval),
    ("foreign-body-retrieval", Technique::ForeignBodyRetrieval),
    ("leadless-pacemaker-removal", Technique::PacemakerRemoval),
    ("sinus-reducer", Technique::SinusReducer),
    ("fistula-creation", Technique::FistulaCreation),
    ("venography", Technique::Venography),
    ("cavography", Technique::Cavography),
    ("arteriography", Technique::Arteriography),
    ("aortography", Technique::Aortography),
    ("fistulography", Technique::Fistulography),
    ("circuit", Technique::Circuit),
    ("runoff", Technique::Runoff),
];
const WORD_FORMS: &[(&str, WordForm)] = &[
    ("act", WordForm::Act),
    ("device", WordForm::Device),
    ("drug", WordForm::Drug),
    ("study", WordForm::Study),
    ("noun", WordForm::Noun),
];
