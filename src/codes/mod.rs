//! The code book: which codes exist on a date, their limits, what includes IVUS, what it may be added to. The only
//! place that compares dates. Facts are rows of `lexicons/codes/`, each with source and confidence.

mod addons;
mod base;
mod catheters;
mod counting;
mod diagnoses;
mod excluded;
mod facts;
mod family;
mod fees;
mod history;
mod legs;
mod limits;
mod localities;
mod modifiers;
mod oversight;
mod pairs;
pub(crate) mod period;
mod placements;
mod policy;
mod prices;
mod procedures;
mod reference;
mod route;
mod row;
mod sets;
mod studies;
mod tables;
mod told;

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    context::Status,
    date::Date,
    encounter::Encounter,
    error::Result,
    lexicon::{Lexicon, Row, Table},
};
use placements::SessionCode;
use procedures::{ProcedureCodes, ProcedureTables};

pub use addons::{AddOn, AddOnTable};
pub use base::BaseCode;
pub use catheters::{
    Bundling, CatheterCode, CatheterTables, CatheterUse, Catheters, Example, Includes, Reach,
};
pub use excluded::{ExcludingCode, Relation};
pub use family::{CodeRole, IvusCode};
pub use fees::{Factor, Fee, FeeTable, Indicators, Indices, RelativeValues, Site};
pub use limits::{Adjudication, Limit, LimitTable, Setting};
pub use localities::{Locality, LocalityTable};
pub use pairs::{Opening, Pair, PairTable};
pub use policy::Policy;
pub use prices::{Price, PriceBasis};
pub use row::{Confidence, Standing};
pub(crate) use tables::Loaded;
pub use tables::{AddOnList, Origin, Tables, Terms};
pub use told::{FactTold, SourceTold};

pub(crate) use counting::CountingStatement;
pub(crate) use diagnoses::DiagnosisFamily;
pub(crate) use facts::Fact;
pub(crate) use history::Succession;
pub(crate) use modifiers::Modifier;
pub(crate) use oversight::Oversight;
pub(crate) use placements::Placement;
pub(crate) use procedures::ProcedureCode;
pub(crate) use reference::Reference;
pub(crate) use route::{Before, NoRoute, Route, safest};
pub(crate) use row::{State, covers, expand};
use row::{date, in_force};
pub(crate) use sets::Sets;
pub(crate) use told::told;

/// All dated tables.
#[derive(Clone, Debug)]
pub struct CodeBook {
    ivus: Vec<IvusCode>,
    excluded: Vec<ExcludingCode>,
    base: Vec<BaseCode>,
    procedures: Arc<ProcedureTables>,
    catheters: Arc<CatheterTables>,
    tables: Arc<Tables>,
    terms: Terms,
}

/// The rows in force on one date.
#[derive(Clone, Debug)]
pub struct CodeSet {
    /// First date of the set in force, for provenance; empty for the set before 2016.
    pub name: String,
    initial: Vec<IvusCode>,
    additional: Vec<IvusCode>,
    excluded: Vec<ExcludingCode>,
    base: Vec<BaseCode>,
    /// Codes of the IVUS family of any date.
    family: Vec<String>,
    procedures: ProcedureCodes,
    catheters: Catheters,
}

impl CodeBook {
    /// The tables built into the program.
    ///
    /// # Panics
    /// Never in a tested build: the tests load the tables.
    #[must_use]
    pub fn builtin() -> Self {
        Self::load().expect("the built-in tables are loaded by the tests")
    }

    fn load() -> Result<Self> {
        Ok(Self {
            ivus: family::load()?,
            excluded: excluded::load()?,
            base: base::load()?,
            procedures: Arc::new(ProcedureTables::builtin()?),
            catheters: Arc::new(CatheterTables::builtin()?),
            tables: Arc::new(Tables::builtin()),
            terms: Terms::default(),
        })
    }

    /// The IVUS family of all dates.
    pub(crate) fn family(&self) -> &[IvusCode] {
        &self.ivus
    }

    /// The codes that stand against IVUS, of all dates.
    pub(crate) fn against(&self) -> &[ExcludingCode] {
        &self.excluded
    }

    /// The codes IVUS may be added to, of all dates.
    pub(crate) fn bases(&self) -> &[BaseCode] {
        &self.base
    }

    /// The catheter codes and what holds catheter work, of any date.
    #[must_use]
    pub fn catheters(&self) -> &CatheterTables {
        &self.catheters
    }

    /// What procedures amount to, of all dates.
    pub(crate) fn procedures(&self) -> &[ProcedureCode] {
        self.procedures.codes()
    }

    /// The rows in force on `date`; the newest when there is none.
    #[must_use]
    pub fn on(&self, date: Option<Date>) -> CodeSet {
        let codes: Vec<IvusCode> = self
            .ivus
            .iter()
            .filter(|c| c.standing.holds(date))
            .map(|c| self.with_limit(c, date))
            .collect();
        let name = codes
            .first()
            .and_then(|c| c.standing.from)
            .map_or_else(|| "before 2016-01-01".to_owned(), |d| d.to_string());
        CodeSet {
            name,
            initial: codes
                .iter()
                .filter(|c| c.role == CodeRole::Initial)
                .cloned()
                .collect(),
            additional: codes
                .iter()
                .filter(|c| c.role == CodeRole::Additional)
                .cloned()
                .collect(),
            excluded: self
                .excluded
                .iter()
                .filter(|c| c.relation == Relation::Bundled && c.standing.holds(date))
                .map(|c| self.with_pair(c, date))
                .collect(),
            family: self.ivus.iter().map(|c| c.code.clone()).collect(),
            base: self.bases_on(date),
            procedures: ProcedureCodes::new(Arc::clone(&self.procedures), date),
            catheters: Catheters::new(Arc::clone(&self.catheters), date),
        }
    }
}

impl CodeSet {
    /// The codes of the first vessel (two before 2016: the study and its imaging part).
    #[must_use]
    pub fn initial(&self) -> &[IvusCode] {
        &self.initial
    }

    /// The codes of each further vessel.
    #[must_use]
    pub fn additional(&self) -> &[IvusCode] {
        &self.additional
    }

    /// The catheter codes of the date.
    pub(crate) fn catheters(&self) -> &Catheters {
        &self.catheters
    }

    /// The ceilings of one day: first and further vessels.
    #[must_use]
    pub fn limits(&self) -> (u32, u32) {
        let most = |codes: &[IvusCode]| codes.iter().map(|c| c.max_units).min().unwrap_or(0);
        (most(&self.initial), most(&self.additional))
    }

    /// The code that includes IVUS and stands for a procedure of the encounter.
    #[must_use]
    pub fn excluding(&self, procedure: &str) -> Option<&ExcludingCode> {
        self.excluded
            .iter()
            .find(|c| !c.procedure.is_empty() && c.procedure == procedure)
    }

    /// Whether IVUS may be added to a code.
    #[must_use]
    pub fn base(&self, code: &str) -> Option<&BaseCode> {
        self.base.iter().find(|b| b.code == code)
    }

    /// Whether a code belongs to the IVUS family on any date, the imaging halves of the old codes included.
    #[must_use]
    pub fn is_ivus(&self, code: &str) -> bool {
        self.family.iter().any(|c| c == code)
    }

    /// The code of the IVUS family on this date.
    #[must_use]
    pub fn ivus(&self, code: &str) -> Option<&IvusCode> {
        self.initial
            .iter()
            .chain(&self.additional)
            .find(|c| c.code == code)
    }

    /// The codes of each procedure of an encounter, in its order; what another code includes gets none.
    pub(crate) fn procedure_codes(
        &self,
        encounter: &Encounter,
        lexicon: &Lexicon,
    ) -> Vec<Vec<String>> {
        let mut codes = self.procedures.of(encounter, lexicon);
        for (procedure, codes) in encounter.procedures.iter().zip(&mut codes) {
            if let Some(code) = self.excluding(&procedure.id) {
                codes.push(code.code.clone());
            }
        }
        codes
    }

    /// The codes of the session that IVUS may be added to: of its treatments, else of its studies and catheters.
    pub(crate) fn base_procedures(
        &self,
        encounter: &Encounter,
        codes: &[Vec<String>],
        lexicon: &Lexicon,
    ) -> Vec<String> {
        let performed = |p: &&crate::encounter::Procedure| p.status == Status::Performed;
        let mut found: Vec<String> = Vec::new();
        for code in codes.iter().flatten() {
            if (self.base(code).is_some()
                || self.procedures.is_older_than_list(code)
                || self.procedures.is_told_off_list(code))
                && self.excluded.iter().all(|e| e.code != *code)
                && !found.contains(code)
            {
                found.push(code.clone());
            }
        }
        found.sort_unstable();
        // A procedure that includes IVUS includes the imaging and catheter work, too.
        let includes = encounter
            .procedures
            .iter()
            .filter(performed)
            .any(|p| self.excluding(&p.id).is_some());
        if !found.is_empty() || includes {
            return found;
        }
        found = studies::studies(self, encounter, lexicon);
        if !found.is_empty() || encounter.performed().next().is_some() {
            for code in studies::catheters(self, encounter, &found.clone(), lexicon) {
                if !found.contains(&code) {
                    found.push(code);
                }
            }
        }
        found.retain(|c| self.base(c).is_some());
        found.sort_unstable();
        found
    }

    /// Adds the codes of performed procedures that include IVUS: what the session was for, though nothing is added to them.
    pub(crate) fn add_including(&self, encounter: &Encounter, found: &mut Vec<String>) {
        let performed = |p: &&crate::encounter::Procedure| p.status == Status::Performed;
        for procedure in encounter.procedures.iter().filter(performed) {
            if let Some(code) = self.excluding(&procedure.id)
                && !found.contains(&code.code)
            {
                found.push(code.code.clone());
            }
        }
        found.sort_unstable();
    }

    /// The catheter placements of a session, with what of its codes holds them; `lines` are the suggested IVUS codes.
    pub(crate) fn catheter_placements(
        &self,
        encounter: &Encounter,
        procedure_codes: &[Vec<String>],
        lines: &[String],
        lexicon: &Lexicon,
    ) -> Vec<Placement> {
        let mut session: Vec<SessionCode> = Vec::new();
        let mut add = |code: &String, site| {
            session.push(SessionCode {
                code: code.clone(),
                site,
            });
        };
        for (procedure, codes) in encounter.procedures.iter().zip(procedure_codes) {
            if procedure.status == Status::Performed {
                for code in codes {
                    add(code, procedure.site);
                }
            }
        }
        let studies = studies::studies(self, encounter, lexicon);
        for code in studies.iter().chain(lines) {
            add(code, None);
        }
        placements::placements(self, encounter, &session, lexicon)
    }

    /// Whether a code belongs to the IVUS family on this date, and its role.
    #[must_use]
    pub fn role(&self, code: &str) -> Option<CodeRole> {
        self.initial
            .iter()
            .chain(&self.additional)
            .find(|c| c.code == code && !c.imaging)
            .map(|c| c.role)
    }
}

/// A cell with a number of digits and at most one point; blank is `None`.
fn decimal(table: &Table<'_>, row: &Row, column: &str) -> Result<Option<Decimal>> {
    let cell = table.cell(row, column);
    if cell.is_empty() {
        return Ok(None);
    }
    read_decimal(cell)
        .map(Some)
        .ok_or_else(|| table.fault(row, format!("{column} must be a number such as 1.80")))
}

/// Rows as a file in our layout: a header, then the cells of each row, tab-separated.
fn tsv<T>(columns: &[&str], rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> String {
    let mut text = columns.join("\t");
    text.push('\n');
    for row in rows {
        let clean = |cell: &String| cell.replace(['\t', '\n', '\r'], " ");
        text.push_str(&cells(row).iter().map(clean).collect::<Vec<_>>().join("\t"));
        text.push('\n');
    }
    text
}

/// A number that is written in digits with at most one point.
pub(crate) fn read_decimal(cell: &str) -> Option<Decimal> {
    let plain = cell.chars().all(|c| c.is_ascii_digit() || c == '.');
    cell.parse().ok().filter(|_| plain)
}

/// Fails when two periods share a day, are not in order, or (where `whole`) leave a day out.
#[cfg(test)]
fn assert_periods(
    what: &str,
    periods: impl Iterator<Item = (Option<Date>, Option<Date>)>,
    whole: bool,
) {
    let periods: Vec<_> = periods.collect();
    for pair in periods.windows(2) {
        let (end, start) = (pair[0].1, pair[1].0);
        let (Some(end), Some(start)) = (end, start) else {
            panic!("{what}: an open period has another after it");
        };
        assert!(end < start, "{what}: {end} and {start} overlap");
        assert!(
            !whole || start.day_before() == Some(end),
            "{what}: a gap after {end}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_change_on_the_first_of_2016() {
        let book = CodeBook::builtin();
        let codes = |d: &str| -> Vec<String> {
            book.on(d.parse().ok())
                .initial()
                .iter()
                .map(|c| c.code.clone())
                .collect()
        };
        assert_eq!(codes("2015-12-31"), ["37250", "75945"]);
        assert_eq!(codes("2016-01-01"), ["37252"]);
        assert_eq!(book.on(None).limits(), (1, 5));
    }

    #[test]
    fn an_old_code_is_known_but_not_in_force() {
        let set = CodeBook::builtin().on("2016-01-01".parse().ok());
        assert!(set.is_ivus("75945") && set.ivus("75945").is_none());
        assert!(set.is_ivus("37252") && set.ivus("37252").is_some());
        assert!(!set.is_ivus("37238"));
    }

    #[test]
    fn filter_work_and_foreign_bodies_include_ivus() {
        let set = CodeBook::builtin().on(None);
        for (procedure, code) in [
            ("filter-insertion", "37191"),
            ("filter-reposition", "37192"),
            ("filter-retrieval", "37193"),
            ("foreign-body-retrieval", "37197"),
            ("leadless-pacemaker-removal", "33275"),
            ("sinus-reducer", "0645T"),
        ] {
            let found = set.excluding(procedure).unwrap();
            assert_eq!(found.code, code);
            assert!(found.can_be_opened);
        }
    }
}
