//! Texts that repeat one piece without an end: each gives a result, of a size that follows its own. How their cost grows is
//! measured by `scripts/linear-cost`, since a test that is timed fails on a busy machine.

use std::sync::LazyLock;

use ivus::{Analyzer, Reading, Report};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

const FAMILIES: &[&str] = &[
    "the left common iliac vein ",
    "IVUS showed the left common iliac vein open. ",
    "the left common iliac vein was open, the right renal artery was stented, and ",
    "no not without no evidence of IVUS was not performed ",
    "femoral to popliteal bypass graft ",
    "replaced right hepatic artery ",
    "IVUS pullback from the IVC to the left common femoral vein. ",
    "Stenosis extending from the left common iliac vein to the external iliac vein. ",
    "DATE OF SERVICE: 01/02/2020\nPROCEDURE: IVUS\nDATE OF SERVICE: 01/03/2020\nFINDINGS: IVUS of the IVC open.\n",
    "Seen on 01/02/2020.\n",
    "Seen 01/03/2020. IVUS on 01/02/2019 showed a web. ",
    "The Kestrel IVUS catheter was advanced. ",
    "left eileak vein ",
    "limb 9 endograft aorta ",
    "Left common iliac vein | 12 mm | patent\n",
    "Left CIV    12 mm    40%    patent\n",
    "  - a) 1. (i) IVUS catheter in the IVC\n",
    "ADDENDUM: IVUS of the left renal vein was not done.\n",
    "____ [side] ",
    "[ ] [x] left ",
    " period IVUS",
    "IVUS;",
    "37252 x 2 ",
    "é² ",
    "\u{200b}",
    "\n",
    ". ",
    "(",
    "[",
    "\t",
];

/// The length of the JSON of a text in bytes.
fn told(text: String) -> usize {
    let report = Report::new("family", text);
    let analysis = ANALYZER.analyze(&report);
    let reading = Reading::new(&ANALYZER, report, &analysis);
    serde_json::to_string(&reading.document).unwrap().len()
}

#[test]
fn a_piece_repeated_without_end_gives_a_result() {
    for piece in FAMILIES {
        let count = 6_000 / piece.len();
        let (one, four) = (told(piece.repeat(count)), told(piece.repeat(4 * count)));
        // What is told of each piece is told of four times as many at most four times; offsets grow by a digit.
        assert!(four <= 5 * one + 4096, "{piece:?}: {one} and {four} bytes");
    }
}
