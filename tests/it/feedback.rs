//! `ivus feedback`: the page over results, what it counts, and what it never says to a physician.

use std::{fs, path::Path};

use assert_cmd::Command;

fn ivus(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let done = Command::cargo_bin("ivus")
        .unwrap()
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

const FULL: &str = "The venogram was equivocal so IVUS was needed in the left common iliac vein. The left popliteal vein was \
    punctured. The IVUS catheter was advanced into the left common iliac vein. IVUS of the left common iliac vein showed a \
    lumen of 62 mm2. A stent was placed in the left common iliac vein.";
const BARE: &str = "IVUS of the common iliac vein was performed.";
const HOSTILE: &str = "Dr. <script>alert(1)</script>";

/// A folder with the results of twelve reports of three physicians.
fn results() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let row = |n: u32| {
        let (text, physician) = match n {
            0..9 => (FULL, "Dr. Alder"),
            9 | 10 => (BARE, "Dr. Birch"),
            _ => (BARE, HOSTILE),
        };
        let month = 1 + n % 3;
        format!("case-{n},2024-0{month}-05,{physician},North,{text}\n")
    };
    let rows: String = (0..12).map(row).collect();
    let table = format!("report_id,date,physician,site,text\n{rows}");
    fs::write(folder.path().join("notes.csv"), table).unwrap();
    let batch = [
        "batch",
        "notes.csv",
        "--out",
        "results",
        "--id-col",
        "report_id",
        "--date-col",
        "date",
    ];
    assert_eq!(ivus(folder.path(), &batch).0, Some(0));
    folder
}

#[test]
fn shares_stand_with_their_counts_and_intervals() {
    let folder = results();
    let arguments = ["feedback", "results", "--out", "page.html"];
    let (status, told, _) = ivus(folder.path(), &arguments);
    assert_eq!(status, Some(0));
    assert_eq!(
        told,
        "12 results, 12 reports with IVUS, 0 lines that are no result; page.html\n"
    );
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    for words in [
        "12 reports with IVUS from 2024-01 to 2024-03",
        // Findings: 9 of 12, Wilson 46.8 to 91.1.
        "<b>75 %</b></td><td class=\"number\">9 of 12</td><td class=\"number\">47–91 %",
        "<b>Dr. Alder</b>",
        "3 of 12 reports, 25 % (95 % interval 9–53 %)",
        "What IVUS showed in a vessel is not stated",
        ", few",
        "IVUS008",
        "Physicians, month by month",
        "aria-label=\"Dr. Alder by month: 2024-01 100 % (3 of 3), 2024-02",
    ] {
        assert!(page.contains(words), "{words}");
    }
    // What the pictures show stands under them, to be read on paper: by month, and by month and physician.
    let tables: Vec<&str> = page
        .split("<table class=\"matrix periods\">")
        .skip(1)
        .collect();
    let table = |n: usize| tables[n].split("</table>").next().unwrap();
    assert_eq!(tables.len(), 2);
    for words in [
        "<b>2024-01</b>",
        "<b>2024-03</b>",
        "data-l=\"Findings\"",
        "data-l=\"Side\"",
    ] {
        assert!(table(0).contains(words), "{words}");
    }
    assert_eq!(
        table(0).matches("<tr>").count(),
        4,
        "a head and a row a month"
    );
    assert!(table(1).contains("<th>Dr. Alder</th>"), "{}", table(1));
    assert!(table(1).contains("3 of 3, few"), "{}", table(1));
    assert!(!page.contains("case-"), "no report is named");
    assert!(!page.contains("<script"), "a name is text");
    assert!(page.contains("Dr. &lt;script&gt;"));
    for loaded in ["http://", "https://", "src=", "url("] {
        assert!(!page.contains(loaded), "{loaded}");
    }
    // The same results give the same bytes; a result that comes twice counts once.
    ivus(folder.path(), &arguments);
    assert_eq!(
        page,
        fs::read_to_string(folder.path().join("page.html")).unwrap()
    );
    let twice = [
        "feedback",
        "results",
        "results/part-00000.jsonl",
        "--out",
        "page.html",
    ];
    assert!(ivus(folder.path(), &twice).1.starts_with("12 results"));
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.contains("12 results came twice and count once"));
}

#[test]
fn a_page_for_a_physician_names_no_code_unit_rule_or_payer() {
    let folder = results();
    let arguments = [
        "feedback",
        "results",
        "--for",
        "physicians",
        "--physician",
        "Dr. Birch",
        "--out",
        "page.html",
    ];
    let (status, told, _) = ivus(folder.path(), &arguments);
    assert_eq!(status, Some(0));
    assert!(told.starts_with("2 results, 2 reports"), "{told}");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    let body = page.split("</style>").nth(1).unwrap();
    for bad in [
        "3725", "3723", "unit", "Unit", "fee", "payer", "policy", "IVUS0", "IVUS1", "Alder",
        "coder", "QUERY",
    ] {
        // The page's own name is no fee.
        let body = body.replace("feedback", "");
        assert!(!body.contains(bad), "{bad}");
    }
    assert!(body.contains("too few to judge"));
}

#[test]
fn what_is_no_result_is_told_by_its_line() {
    let folder = results();
    let path = folder.path().join("mixed.jsonl");
    let results = fs::read_to_string(folder.path().join("results/part-00000.jsonl")).unwrap();
    let first = results.lines().next().unwrap();
    fs::write(&path, format!("{first}\n{{\"text\":\"canary\"}}\n\n")).unwrap();
    let (status, _, told) = ivus(
        folder.path(),
        &["feedback", "mixed.jsonl", "--out", "p.html"],
    );
    assert_eq!(status, Some(3));
    assert!(told.contains("mixed.jsonl:2: is no result"), "{told}");
    assert!(!told.contains("canary"));
    fs::write(&path, "nothing\n").unwrap();
    for arguments in [
        vec!["feedback", "mixed.jsonl", "--out", "q.html"],
        vec!["feedback", "absent.jsonl", "--out", "q.html"],
        vec!["feedback", ".", "--physician", "nobody", "--out", "q.html"],
        vec!["feedback", "results", "--out", "no/such/folder/q.html"],
    ] {
        assert_eq!(ivus(folder.path(), &arguments).0, Some(2), "{arguments:?}");
    }
    assert!(!folder.path().join("q.html").exists());
}
