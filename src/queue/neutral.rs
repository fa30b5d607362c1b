//! What may be said to a physician: no word of codes, units, money or payers, and no vessel or finding the report does not
//! name itself. The rules are those of provider queries; they hold for hints while typing as well.

use std::sync::LazyLock;

use regex::Regex;

use crate::lexicon::Lexicon;

/// Words of coding, money, payers and quality scores, and what looks like a code.
static COINED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?: [0-9]{5} | [0-9]{4}[a-z] | cpt | hcpcs | icd(?:-?(?:9|10))? | drg s? | rvu s? | mue s? | ncci | ptp
        | unit s? | modifier s? | cod(?: e[ds]? | er s? | ing ) | bill (?: s | ed | ing | able )? | charg (?: e[ds]? | ing | able )
        | fee s? | pay (?: s | er s? | or s? | ment s? | able | ing )? | paid | reimburs \w* | denial s? | deny | den(?:ied|ies)
        | revenue | medicare | medicaid | insur \w* | claim (?: s | ed | ing )? | dollar s? | usd | cost s? | money | profit \w*
        | audit \w* | quality \s (?: score | measure | rating ) s? | severity \s of \s illness | case \s mix )\b
        | \$ | €",
    )
    .ok()
});

/// Whether words hold nothing of codes, units, money, payers or scores.
#[must_use]
pub fn is_neutral(words: &str) -> bool {
    COINED.as_ref().is_some_and(|r| !r.is_match(words))
}

/// What is wrong with words for a physician, as sentences to a coder; empty when they can be sent. `record` is the report.
/// Words of the query are not quoted in the answer, only told of what kind they are.
#[must_use]
pub fn faults(lexicon: &Lexicon, words: &str, record: &str) -> Vec<&'static str> {
    let mut faults = Vec::new();
    if !is_neutral(words) {
        faults.push("it holds a code, or a word of coding, money, payers or scores");
    }
    let known = lexicon.names(record);
    let names = lexicon.names(words);
    if names.iter().any(|n| !known.contains(n)) {
        faults.push("it names a vessel, side or finding that the report does not name");
    }
    if leads(words) {
        faults.push("it can be answered with yes or no, or asks for agreement; ask openly");
    }
    faults
}

/// Whether words ask for a yes, or for agreement.
fn leads(words: &str) -> bool {
    static LEADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)
            (?: ^ | [.!?;:\n] ) \s* (?: is | are | was | were | did | do | does | can | could | would | will | has | have | had | should ) \b [^.!\n]* \?
            | \b (?: do \s you \s agree | please \s (?: confirm | agree | add ) | isn.t \s it | wasn.t \s it | correct \s* \?
            | right \s* \? | would \s you \s agree | can \s you \s confirm | you \s (?: must | should ) )",
        )
        .ok()
    });
    LEADS.as_ref().is_some_and(|r| r.is_match(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_money_and_codes_are_known() {
        for bad in [
            "37252",
            "0075T",
            "a CPT code",
            "2 units",
            "the payer",
            "$40",
            "a denial",
            "Medicare",
            "reimbursement",
            "billing",
            "quality score",
            "coded",
            "RVU",
        ] {
            assert!(!is_neutral(bad), "{bad}");
        }
        for good in [
            "the left common iliac vein, 78% stenosis",
            "Please document the IVUS findings, if any, for each vessel examined.",
            "The unity of the vessel",
            "IVUS of the IVC, 24 mm, on 2024-05-02",
        ] {
            assert!(is_neutral(good), "{good}");
        }
    }

    #[test]
    fn leading_words_are_known() {
        let lexicon = Lexicon::builtin();
        let record = "IVUS of the left common iliac vein was performed.";
        for bad in [
            "Was there stenosis of the left common iliac vein?",
            "Please document the findings in the inferior vena cava.",
            "Please confirm the left common iliac vein.",
            "Did you look at it?",
            "Please document thrombus, if any.",
        ] {
            assert!(!faults(&lexicon, bad, record).is_empty(), "{bad}");
        }
        for good in [
            "Please document what IVUS showed in the left common iliac vein, if anything.",
            "Which vessels, if any, were examined?",
        ] {
            let faults = faults(&lexicon, good, record);
            assert!(faults.is_empty(), "{good}: {faults:?}");
        }
    }
}
