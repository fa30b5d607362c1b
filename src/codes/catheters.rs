//! The catheter codes and what already holds catheter work: rows of `lexicons/codes/catheters.tsv`, `bundling.tsv` and
//! `catheter_examples.tsv`. How a way through the vessels becomes one of these codes is told in `route`.

use super::row::{Standing, covers, required};
use crate::{
    date::Date,
    error::Result,
    lexicon::{Row, Table},
};

const CATHETERS: &str = include_str!("../../lexicons/codes/catheters.tsv");
const BUNDLING: &str = include_str!("../../lexicons/codes/bundling.tsv");
const EXAMPLES: &str = include_str!("../../lexicons/codes/catheter_examples.tsv");

/// What a catheter code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatheterUse {
    /// A catheter that rests somewhere: the codes a route leads to.
    Placement,
    /// A puncture whose catheter went no further than the punctured vessel and its way to the root.
    Access,
    /// Contrast through the punctured vessel.
    Injection,
    /// A study that holds its catheter work.
    Study,
    /// Blood drawn through a catheter.
    Sampling,
}

impl CatheterUse {
    /// The name used in the table and in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Placement => "placement",
            Self::Access => "access",
            Self::Injection => "injection",
            Self::Study => "study",
            Self::Sampling => "sampling",
        }
    }
}

/// A catheter code: one row of `catheters.tsv`.
#[derive(Clone, Debug)]
pub struct CatheterCode {
    /// The code number.
    pub code: String,
    /// Our own label.
    pub label: String,
    /// Where it belongs: `vein`, `artery-above` and `artery-below` (the diaphragm), `aorta`, `pulmonary`, `portal`,
    /// `limb-artery`, `limb-vein`, `neck-artery`, `renal-artery`, `dialysis-circuit`.
    pub family: String,
    /// What it is for.
    pub purpose: CatheterUse,
    /// The selective order as the table writes it: `0`, `1`, `2`, `2+`, `3+`, `further`, `selective`, or empty.
    pub order: String,
    /// Whether it is reported beside another code only.
    pub add_on: bool,
    /// The global period of the fee schedule of 2025 (`000`, `XXX`, `ZZZ`), or empty.
    pub global_days_2025: String,
    /// Its days, source and confidence.
    pub standing: Standing,
    /// What else there is to say.
    pub note: String,
}

impl CatheterCode {
    /// What the row says, in a phrase: "catheter code of the family vein, order 2 or deeper".
    pub(crate) fn says(&self) -> String {
        let family = self.family.replace('-', " ");
        let order = match self.order.as_str() {
            "" => String::new(),
            "further" => ", each further branch of second or deeper order".to_owned(),
            "selective" => ", selective".to_owned(),
            order => match order.strip_suffix('+') {
                Some(least) => format!(", order {least} or deeper"),
                None => format!(", order {order}"),
            },
        };
        let add_on = if self.add_on { "; an add-on code" } else { "" };
        format!(
            "{}: {family}{order}{add_on}",
            match self.purpose {
                CatheterUse::Placement => "a catheter that came to rest",
                CatheterUse::Access =>
                    "a puncture whose catheter went no further than its own way to the root",
                CatheterUse::Injection => "contrast through the punctured vessel",
                CatheterUse::Study => "a study that holds its catheter work",
                CatheterUse::Sampling => "blood drawn through a catheter",
            }
        )
    }

    /// Whether the row speaks of this selective order: `2+` holds every order from the second on.
    fn covers(&self, order: u32) -> bool {
        let (least, open) = match self.order.strip_suffix('+') {
            Some(least) => (least, true),
            None => (self.order.as_str(), false),
        };
        least
            .parse()
            .is_ok_and(|least: u32| order == least || (open && order > least))
    }
}

/// How much of the catheter work a code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Includes {
    /// Every placement within its reach.
    All,
    /// Only placements that are not selective.
    NonSelective,
    /// Only plain access to a vein and injection through it.
    Access,
    /// Nothing: catheters are reported beside it.
    Nothing,
}

/// Which catheters a code that holds catheter work speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of the session.
    Session,
    /// Those of the leg that was treated, and the way to it.
    TreatedLeg,
    /// Those within a dialysis circuit.
    DialysisCircuit,
    /// Those of the neck and head arteries, and the arch.
    Neck,
    /// The carotid of the treated side.
    SameSideCarotid,
    /// The renal arteries.
    Renal,
    /// Those of the arm.
    Arm,
}

/// What a range of codes says of catheter work: one row of `bundling.tsv`.
#[derive(Clone, Debug)]
pub struct Bundling {
    /// The codes as the table writes them: `37220-37235` or `37252`.
    pub codes: String,
    /// How much it holds.
    pub includes: Includes,
    /// Of which catheters.
    pub reach: Reach,
    /// Our own sentence.
    pub label: String,
    /// Its days, source and confidence.
    pub standing: Standing,
    /// What else there is to say.
    pub note: String,
}

impl Bundling {
    /// Whether the row speaks of a code.
    #[must_use]
    pub fn speaks_of(&self, code: &str) -> bool {
        covers(&self.codes, code)
    }
}

/// A way with its known answer: one row of `catheter_examples.tsv`.
#[derive(Clone, Debug)]
pub struct Example {
    /// Punctured vessel with its side: `right common-femoral-vein`.
    pub from: String,
    /// Resting place with its side.
    pub to: String,
    /// Whether the catheter was in the aorta or vena cava first.
    pub root_entered: bool,
    /// The selective order.
    pub order: u32,
    /// The code.
    pub code: String,
    /// `certain`, `high` or `medium`.
    pub certainty: String,
    /// Where the row comes from, and how sure it is.
    pub standing: Standing,
    /// What decides.
    pub note: String,
}

/// The three tables.
#[derive(Clone, Debug)]
pub struct CatheterTables {
    codes: Vec<CatheterCode>,
    bundling: Vec<Bundling>,
    examples: Vec<Example>,
}

/// The tables as of one date.
#[derive(Clone, Debug)]
pub struct Catheters {
    tables: std::sync::Arc<CatheterTables>,
    date: Option<Date>,
}

impl CatheterTables {
    /// The tables built into the program.
    ///
    /// # Errors
    /// When a row is faulty; the error says file, line, entry and cure.
    pub fn builtin() -> Result<Self> {
        Self::load(CATHETERS, BUNDLING, EXAMPLES)
    }

    /// Reads the tables from their texts.
    ///
    /// # Errors
    /// When a row is faulty; the error says file, line, entry and cure.
    pub fn load(codes: &str, bundling: &str, examples: &str) -> Result<Self> {
        Ok(Self {
            codes: load_codes(codes)?,
            bundling: load_bundling(bundling)?,
            examples: load_examples(examples)?,
        })
    }

    /// When each row holds.
    pub(super) fn standings(&self) -> impl Iterator<Item = &Standing> {
        let bundling = self.bundling.iter().map(|r| &r.standing);
        self.codes.iter().map(|r| &r.standing).chain(bundling)
    }

    /// All rows of `catheters.tsv`, of any date.
    #[must_use]
    pub fn codes(&self) -> &[CatheterCode] {
        &self.codes
    }

    /// All rows of `bundling.tsv`, of any date.
    #[must_use]
    pub fn bundling(&self) -> &[Bundling] {
        &self.bundling
    }

    /// All rows of `catheter_examples.tsv`.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }
}

impl Catheters {
    pub(super) fn new(tables: std::sync::Arc<CatheterTables>, date: Option<Date>) -> Self {
        Self { tables, date }
    }

    /// The code in force for a purpose, a family and a selective order.
    pub(super) fn code(
        &self,
        purpose: CatheterUse,
        family: &str,
        order: u32,
    ) -> Option<&CatheterCode> {
        self.in_force()
            .find(|c| c.purpose == purpose && c.family == family && c.covers(order))
    }

    /// The code of a purpose and family whatever the order.
    pub(super) fn any_order(&self, purpose: CatheterUse, family: &str) -> Option<&CatheterCode> {
        self.in_force()
            .find(|c| c.purpose == purpose && c.family == family)
    }

    /// The add-on for one more branch of a family.
    pub(super) fn further(&self, family: &str) -> Option<&CatheterCode> {
        self.in_force()
            .find(|c| c.family == family && c.order == "further")
    }

    /// What the rows in force say of a code's hold on catheter work.
    pub(super) fn bundling<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Bundling> {
        self.tables
            .bundling
            .iter()
            .filter(move |b| b.speaks_of(code) && b.standing.holds(self.date))
    }

    pub(super) fn examples(&self) -> &[Example] {
        &self.tables.examples
    }

    /// The rows in force.
    #[cfg(test)]
    pub(super) fn rows_in_force(&self) -> Vec<String> {
        let bundling = self.tables.bundling.iter();
        let bundling = bundling.filter(|b| b.standing.holds(self.date));
        let codes = self.in_force().map(|r| format!("{r:?}"));
        codes.chain(bundling.map(|b| format!("{b:?}"))).collect()
    }

    fn in_force(&self) -> impl Iterator<Item = &CatheterCode> {
        self.tables
            .codes
            .iter()
            .filter(|c| c.standing.holds(self.date))
    }
}

fn load_codes(text: &str) -> Result<Vec<CatheterCode>> {
    let purposes: Vec<(&str, CatheterUse)> = [
        CatheterUse::Placement,
        CatheterUse::Access,
        CatheterUse::Injection,
        CatheterUse::Study,
        CatheterUse::Sampling,
    ]
    .map(|u| (u.name(), u))
    .to_vec();
    let columns = [
        "code",
        "label",
        "family",
        "use",
        "order",
        "add_on",
        "global_days_2025",
        "from",
        "until",
        "source",
        "confidence",
        "note",
    ];
    let table = Table::parse("codes/catheters.tsv", text, &columns)?;
    let mut rows = Vec::new();
    for row in &table.rows {
        let cell = |column| table.cell(row, column).to_owned();
        rows.push(CatheterCode {
            code: cell("code"),
            label: cell("label"),
            family: cell("family"),
            purpose: table.choice(row, "use", &purposes)?,
            order: cell("order"),
            add_on: yes(&table, row, "add_on")?,
            global_days_2025: cell("global_days_2025"),
            standing: Standing::read(&table, row)?,
            note: cell("note"),
        });
    }
    Ok(rows)
}

fn load_bundling(text: &str) -> Result<Vec<Bundling>> {
    const INCLUDES: &[(&str, Includes)] = &[
        ("all", Includes::All),
        ("non-selective", Includes::NonSelective),
        ("access", Includes::Access),
        ("none", Includes::Nothing),
    ];
    const REACHES: &[(&str, Reach)] = &[
        ("session", Reach::Session),
        ("treated-leg", Reach::TreatedLeg),
        ("dialysis-circuit", Reach::DialysisCircuit),
        ("neck", Reach::Neck),
        ("same-side-carotid", Reach::SameSideCarotid),
        ("renal", Reach::Renal),
        ("arm", Reach::Arm),
    ];
    let columns = [
        "codes",
        "includes",
        "reach",
        "label",
        "from",
        "until",
        "source",
        "confidence",
        "note",
    ];
    let table = Table::parse("codes/bundling.tsv", text, &columns)?;
    let mut rows = Vec::new();
    for row in &table.rows {
        let cell = |column| table.cell(row, column).to_owned();
        rows.push(Bundling {
            codes: cell("codes"),
            includes: table.choice(row, "includes", INCLUDES)?,
            reach: table.choice(row, "reach", REACHES)?,
            label: cell("label"),
            standing: Standing::read(&table, row)?,
            note: cell("note"),
        });
    }
    Ok(rows)
}

fn load_examples(text: &str) -> Result<Vec<Example>> {
    let columns = [
        "puncture",
        "tip",
        "root_entered",
        "order",
        "code",
        "certainty",
        "source",
        "confidence",
        "note",
    ];
    let table = Table::parse("codes/catheter_examples.tsv", text, &columns)?;
    let mut rows = Vec::new();
    for row in &table.rows {
        let cell = |column| table.cell(row, column).to_owned();
        rows.push(Example {
            from: cell("puncture"),
            to: cell("tip"),
            root_entered: yes(&table, row, "root_entered")?,
            order: cell("order")
                .parse()
                .map_err(|_| table.fault(row, "order must be a whole number"))?,
            code: cell("code"),
            certainty: required(&table, row, "certainty")?,
            standing: Standing::read(&table, row)?,
            note: cell("note"),
        });
    }
    Ok(rows)
}

fn yes(table: &Table<'_>, row: &Row, column: &str) -> Result<bool> {
    table.choice(row, column, &[("yes", true), ("no", false)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_code_do_not_overlap() {
        let tables = CatheterTables::builtin().unwrap();
        for (i, a) in tables.codes().iter().enumerate() {
            for b in &tables.codes()[i + 1..] {
                let apart = a
                    .standing
                    .until
                    .is_some_and(|u| b.standing.from.is_some_and(|f| u < f));
                assert!(a.code != b.code || apart, "{}", a.code);
            }
        }
    }

    #[test]
    fn the_leg_codes_that_hold_catheters_change_with_2026() {
        let tables = std::sync::Arc::new(CatheterTables::builtin().unwrap());
        let on = |day: &str| Catheters::new(std::sync::Arc::clone(&tables), day.parse().ok());
        let holds = |day: &str, code: &str| {
            on(day)
                .bundling(code)
                .any(|b| b.includes == Includes::All && b.reach == Reach::TreatedLeg)
        };
        assert!(holds("2025-12-31", "37226") && !holds("2026-01-01", "37226"));
        assert!(holds("2026-01-01", "37263") && !holds("2025-12-31", "37263"));
        assert!(!holds("2026-01-01", "37253"));
    }

    #[test]
    fn an_open_order_holds_all_that_are_deeper() {
        let tables = std::sync::Arc::new(CatheterTables::builtin().unwrap());
        let set = Catheters::new(tables, None);
        let code = |family, order| {
            set.code(CatheterUse::Placement, family, order)
                .map(|c| c.code.as_str())
        };
        assert_eq!(code("vein", 0), Some("36010"));
        assert_eq!(code("vein", 5), Some("36012"));
        assert_eq!(code("artery-below", 2), Some("36246"));
        assert_eq!(code("artery-below", 6), Some("36247"));
        assert_eq!(set.further("artery-above").unwrap().code, "36218");
        assert!(set.further("vein").is_none());
    }

    #[test]
    fn a_row_without_a_source_is_refused() {
        let text = "codes\tincludes\treach\tlabel\tfrom\tuntil\tsource\tconfidence\tnote\n1\tall\tsession\tx\t\t\t\tuncertain\t\n";
        let error = load_bundling(text).unwrap_err().to_string();
        assert!(error.contains("source is empty"), "{error}");
    }
}
