//! `ivus tables`: files in the layouts CMS publishes, read into a folder; damaged and wrong ones refused.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use serde_json::Value;

/// The notices and the stacked header of the fee schedule's CSV file, of which the last line is read.
fn pprrvu_head(title: &str) -> String {
    let commas = |n: usize| ",".repeat(n);
    format!(
        ",,{title}{}\r\n,,notice{}\r\n{}\r\n,,RELEASED{}\r\n{}\r\n,,,STATUS,MEDICARE ,WORK{}\r\n\
         HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,\
         SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\r\n",
        commas(28),
        commas(28),
        commas(30),
        commas(28),
        commas(30),
        commas(25)
    )
}

/// A row of the fee schedule: code, work, office and facility practice expense, malpractice, and the two totals.
fn pprrvu_row(values: [&str; 7], factor: &str) -> String {
    let [
        code,
        work,
        office,
        facility,
        malpractice,
        total_office,
        total_facility,
    ] = values;
    format!(
        "{code},,label,A,,{work},{office},,{facility},,{malpractice},{total_office},{total_facility},0,ZZZ,0.00,0.00,0.00,\
         0,0,0,1,0,,{factor},09,0,99,0.00,0.00,0.00\r\n"
    )
}

const FIRST: [&str; 7] = ["37252", "1.80", "20.00", "0.40", "0.30", "22.10", "2.50"];
const FURTHER: [&str; 7] = ["37253", "1.44", "3.00", "0.30", "0.20", "4.64", "1.94"];
const OTHER: [&str; 7] = ["99999", "1.00", "1.00", "1.00", "1.00", "3.00", "3.00"];

/// A whole fee schedule of three codes.
pub(crate) fn pprrvu(quarter: &str, factor: &str) -> String {
    let rows: String = [FIRST, FURTHER, OTHER]
        .map(|r| pprrvu_row(r, factor))
        .concat();
    pprrvu_head(&format!(
        "2027 National Physician Fee Schedule Relative Value File {quarter} Release"
    )) + &rows
}

/// The same in fixed width.
fn pprrvu_fixed(factor: &str) -> String {
    let mut text = "HDR NOTICE, WHICH NAMES THE YEAR 2028\r\n".to_owned();
    for [
        code,
        work,
        office,
        facility,
        malpractice,
        total_office,
        total_facility,
    ] in [FIRST, FURTHER]
    {
        write!(
            text,
            "{code}  {:<50}A {work:>6}{office:>7}  {facility:>7}  {malpractice:>6}{total_office:>7}{total_facility:>6}\
             0ZZZ.00.00.0000010{:13}{factor:>7} 090 99{:>10}{:>7}{:>7}\r\n",
            "label", "", "0.00", "0.00", "0.00"
        )
        .unwrap();
    }
    text
}

const GPCI: &str = "ADDENDUM E. INDICES,,,,,,\r\n,,,,,,\r\n\
    Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2027 PW GPCI (with 1.0 Floor),2027 PE GPCI,2027 MP GPCI\r\n\
    02102,AK,1,ALASKA*,1.5,1.1,0.6\r\n01112,CA,05,SAN FRANCISCO,1.1,1.4,0.5\r\n,,,,,,\r\n*Work index with a floor,,,,,,\r\n";

const GPCI_SPACED: &str = "ADDENDUM E\r\n\r\n\
    Medicare Admi State  Locality        Locality Name      2027 PW GPCI2027 PE GPCI2027 MP GPCI\r\n\
    02102           AK      01   ALASKA*                       1.500       1.100       0.600\r\n\
    01112           CA      05   SAN FRANCISCO                 1.100       1.400       0.500\r\n\r\n*Work index with a floor\r\n";

fn mue(units: u32) -> String {
    format!(
        "Notice,,,\r\n\"HCPCS/\r\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n\
         37252,1,2 Date of Service Edit: Policy,Code Descriptor / CPT Instruction\r\n\
         37253,{units},3 Date of Service Edit: Clinical,Clinical: CMS Workgroup\r\n99999,1,1 Line Edit,Clinical: Data\r\n"
    )
}

fn pairs(rows: &str) -> String {
    format!(
        "Notice\r\nColumn1/Column2 Edits\r\nColumn 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n\
         \t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n\t\t\t\t\t9=not applicable\t\r\n{rows}"
    )
}

const ADDONS: &str = "Notice\r\nAOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\tAOC_Edit_DelDT\tSpecial_Instruction_Notes\r\n\
    1\t37252\t\t37254\t\t2027001\t\t\r\n1\t37252\t\t37238\t2027090\t2016001\t\t\r\n1\t37253\t\t37254\t\t2027001\t\t\r\n2\t37253\t\tCCCCC\t\t2016001\t\t\r\n1\t99292\t\t99291\t\t2013001\t\t\r\n";

/// A folder of published files, and beside it the tables folder.
struct Trial {
    folder: tempfile::TempDir,
}

struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Trial {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ivus(&self, arguments: &[&str], stdin: &str) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .current_dir(self.folder.path())
            .args(arguments)
            .write_stdin(stdin)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    fn import(&self, arguments: &[&str]) -> Ran {
        let mut all = vec!["tables", "import", "--tables", "t"];
        all.extend(arguments);
        self.ivus(&all, "")
    }

    /// Imports what must be taken in and gives what was told as JSON.
    fn taken(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let ran = self.import(&all);
        assert_eq!(ran.status, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    }

    /// A report of three vessels on a date, checked with the tables.
    fn check(&self, date: &str, arguments: &[&str]) -> Value {
        let report = "INDICATION: Venography left the degree of compression open, so IVUS was used to measure it.\n\
            DETAILS: The left femoral vein was punctured. IVUS of the left common iliac vein showed 78% area stenosis. IVUS \
            of the left external iliac vein showed 60% area stenosis. IVUS of the right common iliac vein was performed. A stent was \
            placed in the left common iliac vein.\n";
        let mut all = vec!["check", "-", "--format", "json", "--tables", "t"];
        all.extend(["--date-of-service", date]);
        all.extend(arguments);
        let ran = self.ivus(&all, report);
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err))
    }

    fn each(&self, date: &str, arguments: &[&str]) -> Value {
        let mut all = vec!["--site", "office"];
        all.extend(arguments);
        self.check(date, &all)["amounts"]["lines"][0]["each"].take()
    }
}

#[test]
fn a_fee_schedule_gives_amounts_where_the_built_in_tables_have_none() {
    let trial = Trial::of(&[
        ("fees.csv", &pprrvu("January", "30.0000")),
        ("GPCI.csv", GPCI),
    ]);
    let told = trial.taken(&["fees.csv", "GPCI.csv", "--factor", "standard"]);
    let file = &told["files"][0];
    assert_eq!(
        (&file["from"], &file["until"]),
        (&"2027-01-01".into(), &"2027-12-31".into())
    );
    assert_eq!(
        (&file["rows_read"], &file["rows_kept"]),
        (&3.into(), &2.into())
    );
    assert_eq!(
        told["notes"][0],
        "37252 from 2027-01-01, standard factor: office 663.00 (was unknown), facility 75.00 (was unknown)"
    );
    assert_eq!(trial.each("2027-06-01", &[]), "663.00");
    // (1.80 x 1.1 + 20.00 x 1.4 + 0.30 x 0.5) x 30
    assert_eq!(trial.each("2027-06-01", &["--locality", "CA-05"]), "903.90");
    assert!(
        trial
            .each("2027-06-01", &["--factor", "qualifying"])
            .is_null()
    );
    let document = trial.check("2027-06-01", &[]);
    assert_eq!(
        document["engine"]["tables"]["files"],
        serde_json::json!(["fees.csv", "GPCI.csv"])
    );
}

#[test]
fn both_layouts_of_a_file_give_the_same_rows() {
    let trial = Trial::of(&[
        ("PPRRVU2027_Jan_nonQPP.csv", &pprrvu("January", "30.0000")),
        ("PPRRVU2027_Jan_nonQPP.txt", &pprrvu_fixed("30.0000")),
        ("GPCI2027.csv", GPCI),
        ("GPCI2027.txt", GPCI_SPACED),
    ]);
    trial.taken(&["PPRRVU2027_Jan_nonQPP.csv", "GPCI2027.csv"]);
    let told = trial.taken(&["PPRRVU2027_Jan_nonQPP.txt", "GPCI2027.txt"]);
    for table in ["fees", "localities"] {
        let changes = &told["changes"][table];
        assert_eq!(
            (&changes["same"], &changes["changed"], &changes["added"]),
            (&2.into(), &0.into(), &0.into())
        );
    }
}

#[test]
fn a_later_quarter_ends_the_one_before_it_whichever_comes_first() {
    let files = [
        ("PPRRVU2027_Jan_QPP.csv", pprrvu("January", "30.0000")),
        ("PPRRVU2027_Jul_QPP.csv", pprrvu("July", "40.0000")),
    ];
    let files = files.each_ref().map(|(n, t)| (*n, t.as_str()));
    for order in [[0, 1], [1, 0]] {
        let trial = Trial::of(&files);
        for n in order {
            trial.taken(&[files[n].0]);
        }
        let each = |date: &str| trial.each(date, &["--factor", "qualifying"]);
        assert_eq!(
            (each("2027-06-30"), each("2027-07-01")),
            ("663.00".into(), "884.00".into())
        );
        let listed = trial.ivus(&["tables", "list", "--tables", "t"], "").out;
        assert!(
            listed.contains("2027-01-01 to 2027-06-30")
                && listed.contains("2027-07-01 to 2027-12-31")
        );
    }
}

#[test]
fn a_damaged_or_wrong_file_is_refused_with_its_row_and_the_tables_stay() {
    let good = pprrvu("January", "30.0000");
    let last = good.lines().count();
    let trial = Trial::of(&[("good.csv", &good)]);
    trial.taken(&["good.csv", "--factor", "standard"]);
    let before = files(&trial.path("t"));
    let whole = pprrvu_fixed("30.0000");
    let cases: Vec<(&str, String, String)> = vec![
        (
            "cut.csv",
            good.trim_end().get(..good.trim_end().len() - 20).unwrap().to_owned(),
            format!("cut.csv:{last}: entry \"99999\": the row has 26 columns; a fee schedule row has 31: the file is cut off or damaged"),
        ),
        (
            "letter.csv",
            good.replace("37253,,label,A,,1.44", "37253,,label,A,,1.4A"),
            "letter.csv:9: entry \"37253\": the work value is not a number; the row is damaged".to_owned(),
        ),
        (
            "sum.csv",
            good.replace("22.10", "23.10"),
            "sum.csv:8: entry \"37252\": the office total is 23.10, but its parts give 22.10; the row is damaged".to_owned(),
        ),
        (
            "twice.csv",
            good.replace("99999", "37252"),
            "twice.csv:10: entry \"37252\": the code stands twice in the file; the file is damaged".to_owned(),
        ),
        (
            "part.csv",
            good.replace("37253", "37999"),
            "part.csv: no row for 37253, which every fee schedule since 2016 has; this is not the whole file".to_owned(),
        ),
        (
            "PPRRVU2027_Jan.txt",
            whole.trim_end().get(..whole.trim_end().len() - 5).unwrap().to_owned(),
            "PPRRVU2027_Jan.txt:3: entry \"37253\": the row has 166 characters; a fee schedule row has 171: the file is cut off or damaged".to_owned(),
        ),
        (
            "nothing.txt",
            whole.clone(),
            "nothing.txt: neither the heading nor the file's name says which quarter it is for; give --from YYYY-MM-DD".to_owned(),
        ),
        (
            "gpci.csv",
            GPCI.replace("1.4,", "x,"),
            "gpci.csv:5: entry \"01112\": the practice expense index is not a number; the row is damaged".to_owned(),
        ),
        (
            "floors.csv",
            GPCI.replace("2027 PE GPCI", "2027 PW GPCI (without 1.0 Floor),2027 PE GPCI"),
            "floors.csv: the header has 2 columns for the work index; keep the one that is in force (with or without the floor) and import it again".to_owned(),
        ),
        (
            "mue_Eff_07-01-2027.csv",
            mue(5).replace("3 Date", "Date"),
            "mue_Eff_07-01-2027.csv:5: entry \"37253\": the adjudication indicator is not 1, 2 or 3; the row is damaged".to_owned(),
        ),
        (
            "mue.csv",
            mue(5),
            "mue.csv: the file's name does not say from when it is in force (Eff_MM-DD-YYYY); give --from YYYY-MM-DD".to_owned(),
        ),
        (
            "ccipra-v330r0-f1.txt",
            pairs("37191\t37252\t\t20160101\t*\t1\tx\r\n37192\t37252\t\t2016131\t*\t1\tx\r\n"),
            "ccipra-v330r0-f1.txt:8: entry \"37192\": the effective date is not a date written YYYYMMDD; the row is damaged".to_owned(),
        ),
        (
            "AOC_V2027Q1-MCR.txt",
            ADDONS.replace("2016001", "2016367"),
            "AOC_V2027Q1-MCR.txt:4: entry \"37252\": the edit's first day is not a date written YYYYDDD (year and day of the year); the row is damaged".to_owned(),
        ),
    ];
    for (name, text, told) in cases {
        fs::write(trial.path(name), &text).unwrap();
        // A good file beside a bad one is not taken in either.
        let ran = trial.import(&["good.csv", name, "--factor", "standard"]);
        assert_eq!((ran.status, ran.err), (2, format!("ivus: {told}\n")));
        assert_eq!(ran.out, "");
    }
    assert_eq!(files(&trial.path("t")), before);
    assert_eq!(trial.each("2027-06-01", &[]), "663.00");
}

#[test]
fn what_is_no_table_is_refused_by_what_it_is() {
    let trial = Trial::of(&[
        ("notes.txt", "IVUS of the left common iliac vein\n"),
        ("rvu.zip", "PK\x03\x04..."),
        ("OPPSCAP.csv", "HCPCS,MOD,PROCSTAT,CARRIER\n"),
        ("PPRRVU2027_Jan.csv", &pprrvu("January", "30.0000")),
    ]);
    for (file, told) in [
        ("notes.txt", "not one of the files that can be imported"),
        (
            "rvu.zip",
            "a ZIP archive or Excel workbook; unpack the archive",
        ),
        ("OPPSCAP.csv", "the program has no use for this file"),
        ("missing.csv", "no such file or folder"),
        (
            "PPRRVU2027_Jan.csv",
            "give --factor standard (nonQPP) or --factor qualifying (QPP)",
        ),
    ] {
        let ran = trial.import(&[file]);
        assert!(
            ran.status == 2 && ran.err.contains(told),
            "{file}: {}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1);
        assert!(!ran.err.contains("iliac"));
    }
    assert!(!trial.path("t").join("tables.toml").exists());
    let ran = trial.ivus(&["tables", "list", "--tables", "t"], "");
    assert!(
        ran.status == 2 && ran.err.contains("no tables in this folder"),
        "{}",
        ran.err
    );
}

#[test]
fn a_limit_of_the_date_holds_from_its_first_day_on() {
    let trial = Trial::of(&[("MCR_MUE_PractitionerServices_Eff_07-01-2027.csv", &mue(1))]);
    trial.taken(&["MCR_MUE_PractitionerServices_Eff_07-01-2027.csv"]);
    let units = |date: &str| -> Vec<u64> {
        let document = trial.check(date, &[]);
        let lines = document["coding"]["lines"].as_array().unwrap().clone();
        lines.iter().map(|l| l["units"].as_u64().unwrap()).collect()
    };
    assert_eq!(units("2027-06-30"), [1, 2]);
    assert_eq!(units("2027-07-01"), [1, 1]);
}

#[test]
fn a_list_of_base_codes_decides_on_its_days() {
    let trial = Trial::of(&[("AOC_V2027Q2-MCR.txt", ADDONS)]);
    let told = trial.taken(&["AOC_V2027Q2-MCR.txt"]);
    assert_eq!(
        (
            &told["files"][0]["rows_read"],
            &told["files"][0]["rows_kept"]
        ),
        (&5.into(), &3.into())
    );
    let bases = |date: &str| trial.check(date, &[])["coding"]["base_procedures"].take();
    assert_eq!(bases("2027-03-31"), serde_json::json!(["37238"]));
    assert!(
        !bases("2027-04-01")
            .as_array()
            .unwrap()
            .contains(&"37238".into())
    );
}

#[test]
fn what_is_loaded_is_looked_up() {
    let trial = Trial::of(&[
        ("fees.csv", &pprrvu("January", "30.0000")),
        ("MCR_MUE_PractitionerServices_Eff_01-01-2027.csv", &mue(4)),
        ("AOC_V2027Q1-MCR.txt", ADDONS),
    ]);
    trial.taken(&["fees.csv", "--factor", "standard"]);
    trial.taken(&["MCR_MUE_PractitionerServices_Eff_01-01-2027.csv"]);
    trial.taken(&["AOC_V2027Q1-MCR.txt"]);
    let page = |code: &str| -> Value {
        let ran = trial.ivus(
            &[
                "code",
                code,
                "--on",
                "2027-02-01",
                "--tables",
                "t",
                "--format",
                "json",
            ],
            "",
        );
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err))
    };
    let further = page("37253");
    let fees = further["fees"].as_array().unwrap();
    assert_eq!(fees.iter().filter(|f| f["in_force"] == true).count(), 1);
    assert_eq!(fees[fees.len() - 1]["office"], "139.20");
    let limit = |l: &&Value| l["in_force"] == true && l["setting"] == "practitioner";
    let limits = further["limits"].as_array().unwrap();
    assert_eq!(limits.iter().find(limit).unwrap()["max_units"], 4);
    assert!(
        further["entries"][0]["says"]
            .as_str()
            .unwrap()
            .contains("4 units")
    );
    assert!(further["base_codes"].to_string().contains("37254"));
    // On the built-in list, but not on the loaded one.
    assert!(!further["base_codes"].to_string().contains("36247"));
    assert_eq!(further["tables"]["files"].as_array().unwrap().len(), 3);
    assert!(page("37254")["entries"].to_string().contains("addons.tsv"));
    let found = trial.ivus(&["find", "loaded", "list", "--tables", "t"], "");
    assert!(found.out.contains("37254"), "{} {}", found.out, found.err);
    let none = trial.ivus(&["code", "37252", "--tables", "nowhere"], "");
    assert_eq!((none.status, none.out.as_str()), (2, ""));
}

#[test]
fn parts_of_the_code_pairs_stand_side_by_side_and_a_mixture_of_versions_is_told() {
    let one = pairs("37191\t37252\t\t20160101\t*\t1\tx\r\n99999\t99998\t\t20160101\t*\t1\tx\r\n");
    let two = pairs("37252\t93978\t\t20160101\t20171231\t0\tx\r\n");
    let trial = Trial::of(&[
        ("ccipra-v330r0-f1.txt", &one),
        ("ccipra-v330r0-f2.txt", &two),
        (
            "ccipra-v331r0-f1.txt",
            &one.replace("\t1\tx\r\n9", "\t0\tx\r\n9"),
        ),
    ]);
    let told = trial.taken(&["ccipra-v330r0-f1.txt"]);
    assert_eq!(
        told["notes"],
        serde_json::json!([
            "the practitioner pairs have none with 37252 in column 1, and the built-in ones are out of force; import all parts"
        ])
    );
    let told = trial.taken(&["ccipra-v330r0-f2.txt"]);
    assert_eq!(
        (&told["changes"]["pairs"]["added"], &told["notes"]),
        (&1.into(), &serde_json::json!([]))
    );
    let told = trial.taken(&["ccipra-v331r0-f1.txt"]);
    assert_eq!(told["changes"]["pairs"]["changed"], 1);
    assert_eq!(
        told["notes"][0],
        "the practitioner pairs are of several versions (v330, v331); import all parts of the newest"
    );
    let ran = trial.import(&["ccipra-v330r0-f1.txt"]);
    assert_eq!(
        ran.err,
        "ivus: ccipra-v330r0-f1.txt: older than ccipra-v331r0-f1.txt, which is in force; leave it out\n"
    );
}

#[test]
fn a_data_file_that_was_changed_is_not_used() {
    let trial = Trial::of(&[("GPCI.csv", GPCI)]);
    trial.taken(&["GPCI.csv"]);
    let data = files(&trial.path("t")).into_iter().map(|(name, _)| name);
    let data = data
        .into_iter()
        .find(|n| n.starts_with("localities-"))
        .unwrap();
    let path = trial.path("t").join(data);
    let text = fs::read_to_string(&path).unwrap().replace("1.4", "9.4");
    fs::write(&path, text).unwrap();
    let ran = trial.ivus(&["check", "-", "--tables", "t"], "IVUS");
    assert!(
        ran.status == 2 && ran.err.contains("changed since its import"),
        "{}",
        ran.err
    );
}

/// The name and text of each file of a folder.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap());
    let mut found: Vec<_> = entries
        .map(|e| {
            let name = e.file_name().into_string().unwrap();
            (name, fs::read_to_string(e.path()).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// Excerpts of published files, where they are at hand: `IVUS_CMS_SAMPLES` names their folder.
#[test]
fn published_files_give_the_built_in_amounts() {
    let beside =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/knowledge/codes/cms_samples");
    let samples = std::env::var_os("IVUS_CMS_SAMPLES").map_or(beside, PathBuf::from);
    if !samples.is_dir() {
        println!("skipped: no folder of published files; name one with IVUS_CMS_SAMPLES");
        return;
    }
    for (fees, localities) in [
        ("PPRRVU2025_Oct_excerpt.csv", "GPCI2025.csv"),
        ("PPRRVU2025_Oct_excerpt.txt", "GPCI2025.txt"),
    ] {
        let trial = Trial::of(&[]);
        let path = |name: &str| samples.join(name).display().to_string();
        let told = trial.taken(&[&path(fees), &path(localities)]);
        assert_eq!(told["files"][0]["rows_read"], 302);
        assert_eq!(told["files"][1]["rows_kept"], 109);
        assert_eq!(
            told["notes"],
            serde_json::json!([
                "37252 from 2025-10-01: office 860.42 (was 860.42), facility 84.42 (was 84.42)",
                "37253 from 2025-10-01: office 164.32 (was 164.32), facility 67.28 (was 67.28)"
            ])
        );
        assert_eq!(trial.each("2025-11-03", &["--locality", "AK-01"]), "948.81");
    }
}
