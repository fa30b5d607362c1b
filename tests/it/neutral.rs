//! Questions that coders write themselves to physicians: what leads, states or asks for more is not sent, and what asks openly
//! is.

use ivus::{lexicon::Lexicon, queue::neutral::faults};

/// The left common iliac vein has its findings, the right external one has none.
const RECORD: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling.\nDESCRIPTION: Access was gained in the right \
    common femoral vein. The IVUS catheter was advanced to the inferior vena cava. IVUS of the left common iliac vein showed \
    compression of 63% and a lumen area of 48 mm2. IVUS of the right external iliac vein was performed. IVUS of the left \
    external iliac vein was performed and the inferior vena cava was patent. A stent of 16 mm was placed in the left common \
    iliac vein.\n";

/// Each of these asks for what the report does not hold, for a yes, or for what can be paid.
const BAD: &[&str] = &[
    // Told as if it were so.
    "The right external iliac vein appears compressed; please document this",
    "The right external iliac vein seems to have been examined. Please describe it.",
    "The external iliac vein on the right was probably small; what did IVUS show?",
    "The left external iliac vein must have been narrow. Please describe what IVUS showed.",
    "We believe the right EIV was diseased. Please document what was seen.",
    "The images suggest more than is described. Please document the findings.",
    "The swelling is consistent with compression. Please document what was found.",
    "The right external iliac vein was obviously looked at. What did IVUS show?",
    // To be stated.
    "Kindly state that the R EIV showed compression of 63%",
    "Please document that R EIV was normal",
    "Please document in your report that the right external iliac vein was examined.",
    "Please note that IVUS was done in the right external iliac vein.",
    "Write in the addendum that findings were seen in the left external iliac vein.",
    "Please make sure that the right external iliac vein has findings.",
    "Please describe the right external iliac vein as examined.",
    "Please clarify that the left external iliac vein was imaged.",
    "Please indicate that the right EIV was interrogated.",
    "Please record the right external iliac vein as having been imaged.",
    // A finding or number that does not stand beside its vessel.
    "Please document the compression of the right external iliac vein.",
    "What degree of compression did the R EIV have?",
    "Which part of the right external iliac vein had the 63% compression?",
    "Please describe the right external iliac vein, 48 mm2.",
    "Please document the patent right external iliac vein.",
    "What was the cause of the narrowing in the left external iliac vein?",
    "Please describe the normal right external iliac vein.",
    "Please describe the sixty-three percent in the right external iliac vein.",
    "What did the left common iliac vein show beside compression of 70%?",
    "Please describe the severe compression of the left common iliac vein.",
    "Please document where the compression of the inferior vena cava was.",
    // A vessel, side or finding of which the report has nothing.
    "What did IVUS show in the right common iliac vein?",
    "Please describe the left internal iliac vein.",
    "What did IVUS show in the left renal vein, if anything?",
    "Please describe the thrombus, if any.",
    "Where did the webs end?",
    // For payment or count.
    "We need a finding for R EIV for this to count",
    "A second vessel could be reported if findings were given",
    "Please document at least one more vessel",
    "Please document another vessel with its findings.",
    "Which additional vessel can be named?",
    "Please describe one more segment, if possible.",
    "Without findings the right external iliac vein is not counted. What did IVUS show?",
    "Please document the findings so that the examination can be billed.",
    "What findings would support a second unit?",
    "To report the right external iliac vein findings are required. What did IVUS show?",
    "Findings are needed for the payer. What did IVUS show?",
    "Please describe the vessels in a way that qualifies.",
    "What did IVUS show? Otherwise the vessel cannot be submitted.",
    "Please help us to capture the right external iliac vein.",
    // For a yes.
    "Was the right external iliac vein compressed?",
    "The right external iliac vein was examined, correct?",
    "In the right external iliac vein, was there a finding?",
    "Right external iliac vein examined?",
    "Please confirm the findings in the left common iliac vein.",
    "Kindly add what is missing for the right external iliac vein.",
    "Might there be findings in the right external iliac vein?",
    "Do you agree with the description?",
];

/// Each of these asks openly, and names nothing but what the report names.
const GOOD: &[&str] = &[
    "Please document the IVUS findings, if any, for each vessel examined.",
    "What did IVUS show in the right external iliac vein, if anything?",
    "Please document what IVUS showed in the right external iliac vein, if anything.",
    "Please document what IVUS showed in the R EIV, if anything.",
    "What, if anything, did IVUS show in the left external iliac vein?",
    "Which vessels, if any, were examined with IVUS?",
    "Which vessels did the IVUS catheter pass, and which of them were examined?",
    "Please name each vessel examined with IVUS, with its segment and side.",
    "Please describe the right and left external iliac veins as far as they were looked at.",
    "What was the clinical reason for IVUS in the left common iliac vein, if there was one?",
    "Why was IVUS needed in the right external iliac vein, if it was?",
    "Please document how the IVUS catheter was moved.",
    "Where was the compression of 63% in the left common iliac vein?",
    "The report tells of a compression of 63% in the left common iliac vein. At what level was it?",
    "How was the lumen area of 48 mm2 in the left common iliac vein measured?",
    "Please clarify whether IVUS was performed in the right external iliac vein or not.",
    "Please clarify which vessels, if any, were examined with IVUS on 05/02/2024.",
    "Line 3 names the right external iliac vein. What did IVUS show there, if anything?",
    "Please describe, in your own words, what was seen in each vessel.",
    "Where did the stent of 16 mm in the left common iliac vein end?",
    "What was found at the inferior vena cava, beyond that it was patent?",
    "Please document where access was gained, with the side.",
    "Which of the examinations told of belong to this session?",
    "Please complete the blank, or say so when it does not apply.",
    "How far up was the IVUS catheter advanced?",
    "What was the order in which the vessels were examined?",
    "Please say which images, if any, were kept of the right external iliac vein.",
    "Who performed IVUS, and when?",
    "Please describe the right external iliac vein, if it was examined; if not, please say so.",
    "What did IVUS show in each of these vessels: left external iliac vein, right external iliac vein?",
    "Please document the lumen area of the right external iliac vein, if it was measured.",
    "The title and the description differ in the vessels they name. Which vessels, if any, were examined?",
];

#[test]
fn what_leads_states_or_asks_for_more_is_not_sent() {
    let lexicon = Lexicon::builtin();
    let sent: Vec<_> = BAD
        .iter()
        .filter(|words| faults(&lexicon, words, RECORD).is_empty())
        .collect();
    assert!(sent.is_empty(), "{} could be sent: {sent:#?}", sent.len());
}

#[test]
fn what_asks_openly_is_sent() {
    let lexicon = Lexicon::builtin();
    let refused: Vec<_> = GOOD
        .iter()
        .map(|words| (words, faults(&lexicon, words, RECORD)))
        .filter(|(_, faults)| !faults.is_empty())
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

/// A finding may be named beside the vessel it stands beside in the report, and beside no other one.
#[test]
fn a_finding_belongs_to_the_vessel_it_stands_beside() {
    let lexicon = Lexicon::builtin();
    for (record, asked, may) in [
        (
            "LCIV: 48 mm2, 63% stenosis. REIV: imaged.",
            "Where was the 63% stenosis of the LCIV?",
            true,
        ),
        (
            "LCIV: 48 mm2, 63% stenosis. REIV: imaged.",
            "Where was the 63% stenosis of the REIV?",
            false,
        ),
        (
            "The right external iliac vein was imaged and the left common iliac vein had 63% stenosis.",
            "Where was the stenosis of the right external iliac vein?",
            false,
        ),
        (
            "The left common iliac vein was imaged. There was a stenosis of 63%.",
            "Where was the stenosis of 63% in the left common iliac vein?",
            true,
        ),
        (
            "The left common and external iliac veins were compressed.",
            "How far did the compression of the left external iliac vein reach?",
            true,
        ),
        (
            "The left common iliac vein was compressed.",
            "How far did the compression of the right common iliac vein reach?",
            false,
        ),
    ] {
        let faults = faults(&lexicon, asked, record);
        assert_eq!(faults.is_empty(), may, "{asked} of {record}: {faults:?}");
    }
}

/// A refusal says what to write instead, and repeats nothing of what was typed.
#[test]
fn each_refusal_says_what_to_write() {
    let lexicon = Lexicon::builtin();
    for words in BAD {
        for fault in faults(&lexicon, words, RECORD) {
            assert!(fault.contains("; "), "{fault}");
            assert!(!fault.contains("iliac"), "{fault}");
        }
    }
}
