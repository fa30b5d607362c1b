//! Which codes the procedures of a session amount to on its date: rows of `lexicons/codes/procedures.tsv`, and the
//! territories of `lexicons/codes/territories.tsv`. One code of a vessel stands for the furthest thing done to it; in a
//! leg the vessels of one territory share a first code, elsewhere those of one technique do.

use std::sync::Arc;

use super::row::Standing;
use crate::{
    context::Status,
    date::Date,
    encounter::{Encounter, Site},
    error::Result,
    lexicon::{Lexicon, Scope, System, Table, Technique},
    mention::Side,
};

/// Whether a code is for the first vessel or a further one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    First,
    Additional,
    /// Once, whatever the number of vessels.
    Only,
    /// Beside another code of the territory.
    AddOn,
}

/// A row of `codes/procedures.tsv`.
#[derive(Clone, Debug)]
pub(crate) struct ProcedureCode {
    /// `stent`, or several joined: `atherectomy+stent`.
    techniques: Vec<String>,
    pub(super) territory: String,
    variant: String,
    role: Role,
    pub(crate) code: String,
    pub(crate) standing: Standing,
}

impl ProcedureCode {
    /// What the code stands for, in our own words: `stent, venous, first vessel`.
    pub(crate) fn label(&self) -> String {
        let techniques = self.techniques.join(" with ").replace('-', " ");
        let role = match self.role {
            Role::First => "first vessel",
            Role::Additional => "further vessel",
            Role::Only => "",
            Role::AddOn => "on top of another code",
        };
        let parts = [
            techniques.as_str(),
            &self.territory.replace('-', " "),
            &self.variant.replace('-', " "),
            role,
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        parts.join(", ")
    }
}

/// A row of `codes/territories.tsv`.
#[derive(Clone, Debug)]
struct TerritoryRow {
    territory: String,
    unit: String,
    vessels: Vec<String>,
    standing: Standing,
}

/// Both tables, shared by the code sets of all dates.
#[derive(Clone, Debug)]
pub(super) struct ProcedureTables {
    codes: Vec<ProcedureCode>,
    territories: Vec<TerritoryRow>,
}

/// The tables as of one date.
#[derive(Clone, Debug)]
pub(super) struct ProcedureCodes {
    tables: Arc<ProcedureTables>,
    date: Option<Date>,
}

const PROCEDURES: &str = include_str!("../../lexicons/codes/procedures.tsv");
const TERRITORIES: &str = include_str!("../../lexicons/codes/territories.tsv");

impl ProcedureTables {
    /// When each row holds.
    pub(super) fn standings(&self) -> impl Iterator<Item = &Standing> {
        let territories = self.territories.iter().map(|r| &r.standing);
        self.codes.iter().map(|r| &r.standing).chain(territories)
    }

    pub(super) fn builtin() -> Result<Self> {
        Self::load(PROCEDURES, TERRITORIES)
    }

    pub(super) fn codes(&self) -> &[ProcedureCode] {
        &self.codes
    }

    fn load(codes: &str, territories: &str) -> Result<Self> {
        const ROLES: &[(&str, Role)] = &[
            ("first", Role::First),
            ("additional", Role::Additional),
            ("only", Role::Only),
            ("add-on", Role::AddOn),
        ];
        let columns = [
            "procedure",
            "territory",
            "variant",
            "role",
            "code",
            "from",
            "until",
            "source",
            "confidence",
        ];
        let table = Table::parse("codes/procedures.tsv", codes, &columns)?;
        let mut rows = Vec::new();
        for row in &table.rows {
            rows.push(ProcedureCode {
                techniques: table
                    .cell(row, "procedure")
                    .split('+')
                    .map(str::to_owned)
                    .collect(),
                territory: table.cell(row, "territory").to_owned(),
                variant: table.cell(row, "variant").to_owned(),
                role: table.choice(row, "role", ROLES)?,
                code: table.cell(row, "code").to_owned(),
                standing: Standing::read(&table, row)?,
            });
        }
        let table = Table::parse(
            "codes/territories.tsv",
            territories,
            &[
                "territory",
                "unit",
                "vessels",
                "from",
                "until",
                "source",
                "confidence",
            ],
        )?;
        let mut places = Vec::new();
        for row in &table.rows {
            places.push(TerritoryRow {
                territory: table.cell(row, "territory").to_owned(),
                unit: table.cell(row, "unit").to_owned(),
                vessels: table
                    .list(row, "vessels")
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                standing: Standing::read(&table, row)?,
            });
        }
        Ok(Self {
            codes: rows,
            territories: places,
        })
    }
}

/// What shares a first code: territory, technique (one for all that opens a leg), and the side in a leg.
type Sequence = (String, String, Option<Side>);

/// What was done to one vessel, as codes count vessels.
struct Treated {
    territory: String,
    unit: String,
    side: Side,
    sites: Vec<Site>,
    /// Indexes into `Encounter::procedures`.
    members: Vec<usize>,
}

impl ProcedureCodes {
    pub(super) fn new(tables: Arc<ProcedureTables>, date: Option<Date>) -> Self {
        Self { tables, date }
    }

    /// The rows in force, told apart by their codes.
    #[cfg(test)]
    pub(super) fn rows_in_force(&self) -> Vec<String> {
        let territories = self.tables.territories.iter();
        let territories = territories.filter(|t| t.standing.holds(self.date));
        let codes = self.rows().map(|r| format!("{r:?}"));
        codes.chain(territories.map(|t| format!("{t:?}"))).collect()
    }

    fn rows(&self) -> impl Iterator<Item = &ProcedureCode> {
        self.tables
            .codes
            .iter()
            .filter(|r| r.standing.holds(self.date))
    }

    /// The one code of a study, catheter position or other single thing; the row whose variant fits best.
    pub(super) fn single(
        &self,
        technique: &str,
        territory: &str,
        traits: &[&str],
    ) -> Option<&ProcedureCode> {
        self.rows()
            .filter(|r| {
                r.techniques == [technique]
                    && r.territory == territory
                    && (r.variant.is_empty() || traits.contains(&r.variant.as_str()))
            })
            .max_by_key(|r| usize::from(!r.variant.is_empty()))
    }

    /// Whether a code was deleted before the list of base codes was made, so that the list cannot know it.
    pub(super) fn is_older_than_list(&self, code: &str) -> bool {
        let list = Date::new(2024, 7, 1);
        self.rows()
            .any(|r| r.code == code && r.standing.until.is_some() && r.standing.until < list)
    }

    /// Whether a code tells what the session was for though the list of base codes does not hold it: the revision of a
    /// portosystemic shunt. It is told, and IVUS012 still asks for a base.
    pub(super) fn is_told_off_list(&self, code: &str) -> bool {
        let revision = Technique::ShuntRevision.name();
        self.rows()
            .any(|r| r.code == code && r.techniques == [revision])
    }

    /// The territory and counting vessel of a site.
    fn territory(&self, site: Site, circuit: bool, lexicon: &Lexicon) -> (String, String) {
        let vessel = lexicon.vessel(site.vessel);
        let whole = &lexicon.vessel(lexicon.whole(site.vessel)).id;
        // A "conduit" beside a circuit is its graft.
        if circuit && vessel.id == "vein-bypass-graft" {
            return ("dialysis-peripheral".to_owned(), "circuit".to_owned());
        }
        let row = self
            .tables
            .territories
            .iter()
            .filter(|t| t.standing.holds(self.date))
            .find(|t| {
                t.territory.starts_with("dialysis")
                    == (circuit
                        && matches!(
                            vessel.system,
                            System::Vein | System::Access | System::Artery
                        )
                        && t.territory.starts_with("dialysis"))
                    && t.vessels.iter().any(|v| *v == vessel.id || v == whole)
            });
        if let Some(row) = row {
            return (row.territory.clone(), row.unit.clone());
        }
        let territory = match vessel.system {
            System::Vein => "venous",
            System::Access if circuit => "dialysis-peripheral",
            System::Pulmonary => "pulmonary",
            System::Artery | System::Graft | System::Access | System::Coronary => "arterial",
        };
        (territory.to_owned(), whole.clone())
    }

    /// The codes of each procedure of an encounter, in its order. What is included in another code gets none.
    pub(super) fn of(&self, encounter: &Encounter, lexicon: &Lexicon) -> Vec<Vec<String>> {
        let procedures = &encounter.procedures;
        let mut codes: Vec<Vec<String>> = vec![Vec::new(); procedures.len()];
        let performed = |t: Technique| {
            procedures
                .iter()
                .any(|p| p.technique == t && p.status == Status::Performed)
        };
        let circuit = performed(Technique::Circuit);
        let revision = performed(Technique::ShuntRevision);
        let graft = performed(Technique::Endograft);
        let mut treated: Vec<Treated> = Vec::new();
        for (n, procedure) in procedures
            .iter()
            .enumerate()
            .filter(|(_, p)| p.status == Status::Performed)
        {
            if is_whole(procedure.technique) {
                if let Some(row) = self.single(procedure.technique.name(), "", &procedure.traits)
                    && codes.iter().flatten().all(|c| *c != row.code)
                {
                    codes[n].push(row.code.clone());
                }
                continue;
            }
            if !is_treatment(procedure.technique)
                || (procedure.technique == Technique::Thrombolysis
                    && performed(Technique::ThrombolysisEnd))
            {
                continue;
            }
            let site = procedure.site.map(|s| specific(encounter, s, lexicon));
            let widens = procedure.technique == Technique::Balloon
                && !procedure.traits.contains(&"occlusion");
            if (revision && opens(procedure.technique.name()) && is_of_shunt(site, lexicon))
                || (graft && widens && is_of_graft(site, lexicon))
            {
                continue;
            }
            let clot = procedure.technique == Technique::Thrombectomy;
            let (territory, unit) = match (site, procedure.system) {
                // Clot work in a circuit is of the circuit, wherever the catheter was.
                (Some(_), _) if circuit && clot => {
                    ("dialysis-peripheral".to_owned(), "circuit".to_owned())
                }
                (Some(site), _) => self.territory(site, circuit, lexicon),
                (None, _) if circuit => ("dialysis-peripheral".to_owned(), "circuit".to_owned()),
                (None, Some(System::Vein)) => ("venous".to_owned(), String::new()),
                (None, Some(System::Artery)) if !opens(procedure.technique.name()) => {
                    ("arterial".to_owned(), String::new())
                }
                // Where an artery was opened decides the code.
                (None, _) => continue,
            };
            if territory == "none" {
                continue;
            }
            let on = site.map_or(Side::Unknown, |s| s.side);
            match treated
                .iter_mut()
                .find(|t| t.territory == territory && t.unit == unit && t.side == on)
            {
                Some(t) => {
                    t.members.push(n);
                    t.sites.extend(site.map(|s| s.whole(lexicon)));
                }
                None => treated.push(Treated {
                    territory,
                    unit,
                    side: on,
                    sites: site.map(|s| s.whole(lexicon)).into_iter().collect(),
                    members: vec![n],
                }),
            }
        }
        self.join_circuit(&mut treated);
        self.allocate(encounter, &treated, &mut codes);
        if circuit && !treated.iter().any(|t| t.territory == "dialysis-peripheral") {
            let study = procedures.iter().position(|p| {
                p.technique == Technique::Fistulography && p.status == Status::Performed
            });
            let study = study.or_else(|| {
                procedures
                    .iter()
                    .position(|p| p.technique == Technique::Circuit)
            });
            if let Some(n) = study
                && let Some(row) = self.single("fistulography", "dialysis", &[])
            {
                codes[n].push(row.code.clone());
            }
        }
        codes
    }

    /// Vessels of a territory whose codes are reported once become one.
    fn join_circuit(&self, treated: &mut Vec<Treated>) {
        let once = |t: &Treated| {
            self.rows().any(|r| {
                r.territory == t.territory
                    && r.role == Role::Only
                    && !t.territory.is_empty()
                    && !matches!(t.territory.as_str(), "venous" | "arterial")
            })
        };
        let mut n = 0;
        while n < treated.len() {
            let leg = is_leg(&treated[n].territory);
            let host = treated[..n].iter().position(|t| {
                t.territory == treated[n].territory
                    && (!leg || t.side == treated[n].side)
                    && once(t)
            });
            match host {
                Some(host) => {
                    let t = treated.remove(n);
                    treated[host].members.extend(t.members);
                    treated[host].sites.extend(t.sites);
                }
                None => n += 1,
            }
        }
    }

    /// Gives each vessel its code: the furthest technique first, further vessels after it.
    #[expect(clippy::too_many_lines, reason = "one arm for each family of codes")]
    fn allocate(&self, encounter: &Encounter, treated: &[Treated], codes: &mut [Vec<String>]) {
        // A claim on a code: its sequence, weight, vessel, row, and the procedure that gets it.
        struct Claim<'a> {
            sequence: Sequence,
            weight: u32,
            vessel: usize,
            rows: Vec<&'a ProcedureCode>,
            member: usize,
        }
        let mut claims: Vec<Claim<'_>> = Vec::new();
        for (vessel, t) in treated.iter().enumerate() {
            let mut names: Vec<&str> = t
                .members
                .iter()
                .map(|m| encounter.procedures[*m].technique.name())
                .collect();
            // A lithotripsy balloon opens the vessel as a balloon does; the lithotripsy comes on top where it has a code.
            if names.contains(&"lithotripsy") {
                names.push("balloon");
            }
            let traits: Vec<&str> = t
                .members
                .iter()
                .flat_map(|m| encounter.procedures[*m].traits.iter().copied())
                .collect();
            let mut open: Vec<&str> = names.clone();
            open.sort_unstable();
            open.dedup();
            while !open.is_empty() {
                let Some((territory, techniques, weight)) = self.best(&t.territory, &open, &traits)
                else {
                    break;
                };
                let rows: Vec<&ProcedureCode> = self
                    .rows()
                    .filter(|r| {
                        r.territory == territory
                            && r.techniques == techniques
                            && (r.variant.is_empty() || traits.contains(&r.variant.as_str()))
                    })
                    .collect();
                let main = techniques.iter().max_by_key(|x| weigh(x));
                let member = t
                    .members
                    .iter()
                    .copied()
                    .find(|m| {
                        Some(encounter.procedures[*m].technique.name()) == main.map(String::as_str)
                    })
                    .unwrap_or(t.members[0]);
                let family = if is_leg(&territory) && opens(&techniques[0]) {
                    "leg".to_owned()
                } else {
                    techniques.join("+")
                };
                let side = is_leg(&territory).then_some(t.side);
                claims.push(Claim {
                    sequence: (territory.clone(), family, side),
                    weight,
                    vessel,
                    rows,
                    member,
                });
                // What opens a vessel further includes what opens it less.
                let includes = |x: &&str| {
                    techniques.iter().any(|d| d == x)
                        || (opens(x) && techniques.iter().any(|d| opens(d)))
                        || (territory.starts_with("dialysis-peripheral") && *x != "embolization")
                };
                open.retain(|x| !includes(x));
            }
        }
        claims.sort_by(|a, b| b.weight.cmp(&a.weight).then(a.vessel.cmp(&b.vessel)));
        let mut given: Vec<(&Sequence, usize)> = Vec::new();
        for claim in &claims {
            let before: Vec<usize> = given
                .iter()
                .filter(|(s, _)| **s == claim.sequence)
                .map(|(_, v)| *v)
                .collect();
            let with = |role: Role| {
                claim
                    .rows
                    .iter()
                    .filter(|r| r.role == role)
                    .max_by_key(|r| usize::from(!r.variant.is_empty()))
            };
            // Overlapping stents in one lesion are one service; stents with a gap are not.
            let overlapping = encounter.procedures[claim.member]
                .traits
                .contains(&"overlapping");
            let one_lesion = (overlapping && !before.is_empty())
                || claim.sequence.1 != "stent"
                    && !is_leg(&claim.sequence.0)
                    && before
                        .iter()
                        .any(|v| share_lesion(encounter, &treated[*v], &treated[claim.vessel]));
            let row = if let Some(row) = with(Role::AddOn) {
                Some(row)
            } else if before.is_empty() {
                with(Role::First).or_else(|| with(Role::Only))
            } else if one_lesion {
                None
            } else {
                with(Role::Additional)
            };
            given.push((&claim.sequence, claim.vessel));
            if let Some(row) = row {
                codes[claim.member].push(row.code.clone());
            }
        }
    }

    /// The row's territory and techniques that say most about what was done to a vessel.
    fn best(
        &self,
        territory: &str,
        open: &[&str],
        traits: &[&str],
    ) -> Option<(String, Vec<String>, u32)> {
        let wider = match territory {
            "venous" | "arterial" => None,
            t if t.starts_with("dialysis") => Some("venous"),
            _ => Some("arterial"),
        };
        std::iter::once(territory).chain(wider).find_map(|place| {
            self.rows()
                .filter(|r| {
                    r.territory == place
                        && r.techniques.iter().all(|t| open.contains(&t.as_str()))
                        && (r.variant.is_empty() || traits.contains(&r.variant.as_str()))
                })
                .map(|r| {
                    (
                        r.territory.clone(),
                        r.techniques.clone(),
                        r.techniques.iter().map(|t| weigh(t)).sum::<u32>(),
                    )
                })
                .max_by_key(|(_, _, weight)| *weight)
        })
    }
}

/// How far a technique goes beside others in one vessel.
fn weigh(technique: &str) -> u32 {
    match technique {
        "thrombectomy" => 16,
        "stent" => 8,
        "atherectomy" => 4,
        "balloon" => 2,
        _ => 1,
    }
}

/// Techniques that open a vessel: the furthest one stands for all.
fn opens(technique: &str) -> bool {
    matches!(technique, "stent" | "atherectomy" | "balloon")
}

fn is_leg(territory: &str) -> bool {
    matches!(
        territory,
        "iliac" | "femoral-popliteal" | "tibial-peroneal" | "inframalleolar" | "carotid"
    )
}

/// Techniques with one code, wherever the device lies.
fn is_whole(technique: Technique) -> bool {
    matches!(
        technique,
        Technique::Endograft
            | Technique::ThoracicEndograft
            | Technique::AorticValve
            | Technique::RenalDenervation
            | Technique::ShuntRevision
    )
}

/// Whether a vessel is part of a portosystemic shunt or its way in and out, so that opening it revises the shunt.
fn is_of_shunt(site: Option<Site>, lexicon: &Lexicon) -> bool {
    site.is_none_or(|site| {
        let id = lexicon.vessel(site.vessel).id.as_str();
        ["hepatic-vein", "portal-vein", "tips-shunt"]
            .iter()
            .any(|v| id.contains(v))
            || matches!(
                id,
                "inferior-vena-cava" | "splenic-vein" | "portosplenic-confluence" | "right-atrium"
            )
    })
}

/// Whether a vessel holds an aortic endograft, whose code includes the balloons that press it to the wall.
fn is_of_graft(site: Option<Site>, lexicon: &Lexicon) -> bool {
    site.is_none_or(|site| {
        let vessel = lexicon.vessel(site.vessel);
        vessel.is_a("aorta")
            || vessel.id.contains("endograft")
            || matches!(
                vessel.id.as_str(),
                "common-iliac-artery" | "iliac-artery-unspecified"
            )
    })
}

/// Whether a technique treats.
pub(super) fn is_treatment(technique: Technique) -> bool {
    matches!(
        technique,
        Technique::Stent
            | Technique::Balloon
            | Technique::Atherectomy
            | Technique::Lithotripsy
            | Technique::Thrombectomy
            | Technique::Thrombolysis
            | Technique::ThrombolysisEnd
            | Technique::Embolization
    ) || is_whole(technique)
}

/// An unspecific name ("iliac vein") means the named vessel of that side and region that was treated, if there is one.
fn specific(encounter: &Encounter, site: Site, lexicon: &Lexicon) -> Site {
    let vessel = lexicon.vessel(site.vessel);
    if vessel.scope != Scope::Unspecified {
        return site;
    }
    let treated = encounter
        .procedures
        .iter()
        .filter(|p| p.status == Status::Performed && is_treatment(p.technique))
        .filter_map(|p| p.site);
    treated
        .filter(|s| {
            let other = lexicon.vessel(s.vessel);
            other.scope != Scope::Unspecified
                && other.system == vessel.system
                && other.region == vessel.region
                && s.side == site.side
        })
        .min()
        .unwrap_or(site)
}

/// Whether one lesion runs through both vessels, so that treating it is one service.
fn share_lesion(encounter: &Encounter, a: &Treated, b: &Treated) -> bool {
    encounter.lesions.iter().filter(|l| l.contiguous).any(|l| {
        a.sites.iter().any(|s| l.sites.contains(s)) && b.sites.iter().any(|s| l.sites.contains(s))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::{codes::CodeBook, encounter::tests::read_text};

    static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::builtin);

    /// The base procedures of a description on a date.
    fn base(date: &str, text: &str) -> Vec<String> {
        let encounter = read_text(
            &format!("Date of service: {date}\n\nDESCRIPTION OF PROCEDURE: {text}"),
            &LEXICON,
        );
        let set = CodeBook::builtin().on(encounter.service_date);
        set.base_procedures(
            &encounter,
            &set.procedure_codes(&encounter, &LEXICON),
            &LEXICON,
        )
    }

    fn check(date: &str, cases: &[(&str, &[&str])]) {
        for (text, want) in cases {
            assert_eq!(&base(date, text), want, "{date}: {text}");
        }
    }

    #[test]
    fn leg_codes_change_on_the_first_of_2026() {
        let iliac =
            "An 8 x 40 mm stent was deployed in the right common iliac artery for a stenosis.";
        assert_eq!(base("2025-12-31", iliac), ["37221"]);
        assert_eq!(base("2026-01-01", iliac), ["37258"]);
        let thigh = "The left superficial femoral artery was treated with directional atherectomy.";
        assert_eq!(base("2025-12-31", thigh), ["37225"]);
        assert_eq!(base("2026-01-01", thigh), ["37271"]);
        assert_eq!(base("2012-05-01", thigh), ["37225"]);
    }

    #[test]
    fn an_occlusion_is_complex_since_2026() {
        check(
            "2026-03-01",
            &[
                (
                    "The right superficial femoral artery was occluded. A 6 x 150 mm stent was placed in the right superficial femoral artery.",
                    &["37269"],
                ),
                (
                    "The right superficial femoral artery was 80% narrowed. A 6 x 150 mm stent was placed in the right superficial femoral artery.",
                    &["37267"],
                ),
            ],
        );
    }

    #[test]
    fn further_vessels_get_the_additional_code() {
        check(
            "2024-03-01",
            &[
                ("Both common iliac veins were stented.", &["37238", "37239"]),
                ("The left common iliac vein was stented.", &["37238"]),
                (
                    "The left common iliac vein and the left femoral vein were each dilated with a 12 mm balloon.",
                    &["37248", "37249"],
                ),
                // In the legs each side has its own first code.
                ("Both common iliac arteries were stented.", &["37221"]),
                (
                    "The right common iliac artery and the right external iliac artery were stented.",
                    &["37221", "37223"],
                ),
                (
                    "The left anterior tibial artery and the left peroneal artery were dilated with a 2.5 mm balloon.",
                    &["37228", "37232"],
                ),
                (
                    "The left superficial femoral artery and the left popliteal artery were dilated with a 5 mm balloon.",
                    &["37224"],
                ),
            ],
        );
    }

    #[test]
    fn overlapping_stents_are_one() {
        let text = "16 x 90 and 14 x 60 mm overlapping stents were placed in the left common iliac vein and left external iliac vein.";
        assert_eq!(base("2024-03-01", text), ["37238"]);
    }

    #[test]
    fn a_balloon_in_a_stented_vessel_is_included() {
        let text = "The left common iliac vein was predilated with a 12 mm balloon and stented. The left femoral vein was dilated with a 10 mm balloon.";
        assert_eq!(base("2024-03-01", text), ["37238", "37248"]);
    }

    #[test]
    fn a_dialysis_circuit_has_its_own_codes() {
        check(
            "2024-03-01",
            &[
                (
                    "The fistula was punctured. Fistulogram was normal.",
                    &["36901"],
                ),
                (
                    "The fistula was punctured. The left cephalic vein was dilated with a 7 mm balloon.",
                    &["36902"],
                ),
                (
                    "The fistula was punctured. The left cephalic arch was stented.",
                    &["36903"],
                ),
                (
                    "Thrombectomy of the left arm AV graft was done. The left axillary vein was dilated with a 7 mm balloon.",
                    &["36905"],
                ),
                (
                    "The fistula was punctured. The left subclavian vein was dilated with a 12 mm balloon.",
                    &["36901", "36907"],
                ),
                // Where the patient is dialysed does not matter when something else is treated.
                (
                    "He is on hemodialysis. The left common iliac vein was stented.",
                    &["37238"],
                ),
            ],
        );
    }

    #[test]
    fn clot_taken_out_of_a_circuit_counts_with_what_follows() {
        check(
            "2024-03-01",
            &[
                (
                    "Two sheaths went into the loop graft. Cleaner in both limbs, and the arterial plug came with the Fogarty. The venous anastomosis was covered with an 8 x 50 Viabahn.",
                    &["36906"],
                ),
                (
                    "The forearm fistula was punctured. The plug was pulled over the wire. The cephalic vein was dilated with a 7 mm balloon.",
                    &["36905"],
                ),
                (
                    "The loop graft was punctured. AngioJet was run in the graft. The venous anastomosis was 2 mm in a 6 mm conduit. A 7 x 50 mm Viabahn was deployed there. Nothing was dilated centrally.",
                    &["36906"],
                ),
                (
                    "Failing right femoral to popliteal bypass, PTFE. IVUS of the bypass graft: fold. A 6 x 40 balloon was inflated in the graft. The outflow anastomosis was 5 mm.",
                    &["37224"],
                ),
                // The same words beside another vessel mean no circuit.
                (
                    "The left superficial femoral artery was dilated with a 5 mm balloon.",
                    &["37224"],
                ),
            ],
        );
    }

    #[test]
    fn a_vein_of_an_arm_with_a_fistula_is_of_the_circuit() {
        check(
            "2024-03-01",
            &[
                (
                    "The upper arm fistula bleeds long. Sheath upward from mid arm. The left cephalic arch was dilated with an 8 mm balloon.",
                    &["36902"],
                ),
                (
                    "The arch of this fistula is tight on film, the left cephalic arch 3 mm on IVUS. The arch was opened with an 8 x 50 mm Viabahn, not over the subclavian vein.",
                    &["36903"],
                ),
                (
                    "The left basilic vein was dilated with a 6 mm balloon after the thrombosis.",
                    &["37248"],
                ),
            ],
        );
    }

    #[test]
    fn a_graft_of_the_chest_is_told_by_name_or_size() {
        check(
            "2024-03-01",
            &[
                (
                    "The entry tear of the descending thoracic aorta was found. A 34 x 200 mm device was released just beyond the left subclavian artery.",
                    &["33881"],
                ),
                (
                    "The descending thoracic aorta was dissected. A 32 x 150 mm stent-graft was deployed with intended coverage of the left subclavian artery.",
                    &["33880"],
                ),
                (
                    "Endovascular aneurysm repair of a non-ruptured sac. The Endurant main body was deployed below the renal arteries. The left common iliac artery was ballooned.",
                    &["34705"],
                ),
            ],
        );
    }

    #[test]
    fn a_shunt_that_is_there_is_revised() {
        check(
            "2024-03-01",
            &[
                (
                    "TIPS revision. The shunt was crossed. A 10 x 60 mm covered stent was deployed in the right hepatic vein and dilated with a 10 mm balloon.",
                    &["37183"],
                ),
                (
                    "A 10 x 60 mm stent was deployed in the right hepatic vein for outflow stenosis.",
                    &["37238"],
                ),
            ],
        );
    }

    #[test]
    fn coronary_work_is_no_treatment_of_the_leg() {
        check(
            "2024-03-01",
            &[(
                "The left common iliac artery was dilated with a 7 mm balloon for the pump. Rotational atherectomy of the left main into the LAD. One stent 3.5 x 38 mm.",
                &["37220"],
            )],
        );
    }

    #[test]
    fn without_treatment_studies_and_catheters_are_the_base() {
        check(
            "2024-03-01",
            &[
                ("Left leg venogram was done.", &["75820"]),
                ("Bilateral leg venograms were done.", &["75822"]),
                (
                    "The right common femoral vein was punctured. A catheter was advanced into the inferior vena cava. Cavogram was normal.",
                    &["36010", "75825"],
                ),
                (
                    "Left leg venogram was done. The left common iliac vein was stented.",
                    &["37238"],
                ),
                (
                    "A Denali filter was deployed below the renal veins. Cavogram was normal.",
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn codes_of_a_year_before_are_told() {
        assert_eq!(
            base("2013-03-04", "The right renal artery was stented."),
            ["37205"]
        );
        assert_eq!(
            base("2014-03-04", "The right renal artery was stented."),
            ["37236"]
        );
    }

    #[test]
    fn every_vessel_of_the_territories_is_known() {
        let tables = ProcedureTables::load(PROCEDURES, TERRITORIES).unwrap();
        for vessel in tables.territories.iter().flat_map(|t| &t.vessels) {
            assert!(
                LEXICON.vessel_id(vessel).is_some(),
                "{vessel} is no id of vessels.tsv"
            );
        }
    }
}
