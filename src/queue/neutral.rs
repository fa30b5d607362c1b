//! What may be said to a physician: no word of codes, units, money or payers, no vessel the report does not name, and no
//! finding but one that stands beside its vessel in the report. The rules are those of provider queries; they hold for hints
//! while typing as well.

use std::sync::LazyLock;

use regex::Regex;

use super::beside::Sayings;
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

/// Words of what counts and what is reported, and of more than was found: a physician is asked what there was, not for more.
static COUNTED: Words = Words(LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?: count (?: s | ed | ing | able )? | reported | reportable | (?: to | can | could | may | might | would ) \s report
        | at \s least | no \s fewer | qualif \w* | eligib \w* | credit (?: s | ed )? | compensat \w* | coverage | separately
        | submi (?: t | ts | tted | tting | ssion s? ) | maximi [sz] \w* | optimi [sz] \w* | captur \w* | threshold | justif \w*
        | (?: one | two | three | four | five | several | some | a \s few | [0-9]+ ) \s (?: more | further | extra | additional | other )
        | (?: another | second | third | fourth | fifth | sixth | extra | additional | more ) \s (?: \w+ \s )?
          (?: vessel | vein | arter (?: y | ie ) | segment | finding | measurement | location ) s? )\b",
    )
    .ok()
}));

/// Words that tell the physician what is so, ask to have something stated, or say why it is wanted.
static STATED: Words = Words(LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?: appear (?: s | ed | ing )? | apparent (?: ly )? | seem (?: s | ed | ing | ingly )? | look (?: s | ed ) \s (?: like | as | to \s be )
        | (?: must | should | would | may | might | could ) \s have \b | presumabl [ey] | probabl [ey] | likely | obvious (?: ly )?
        | clearly | evident (?: ly )? | surely | certainly | undoubtedly | suggest (?: s | ed | ing | ive )?
        | consistent \s with | compatible \s with | indicative \s of | suspicious \s for | in \s keeping \s with
        | (?: we | i ) \s (?: believe | think | assume | suspect | expect | know | understand | see | saw | take \s it )
        | (?: state | stating | document | documenting | note | noting | record | write | writing | mention | indicate | specify | say
            | include | amend | clarify | report | declare | describe | attest | verify | acknowledge | ensure | make \s sure )
          (?: \s (?: in | into | to | within ) (?: \s \w+ ){0,3} \s (?: report | addendum | note | record | chart | text ) )? \s that
        | as \s (?: being \s | having \s been \s )? (?: examined | imaged | interrogated | visuali [sz] ed | performed | done | seen
            | assessed | evaluated | treated | abnormal | diseased )
        | (?: we | i | they | coders? ) \s (?: need | require | want | lack | miss ) s? | need (?: s | ed )? \s to \s (?: show | state | say | have )
        | (?: is | are | be ) \s (?: needed | required | mandatory ) | in \s order \s (?: to | that | for ) | so \s that
        | for \s this \s to | otherwise | help (?: s | ing )? \s (?: us | me | to ) | (?: allow | enable | permit ) s? \s (?: us | me | it | this )
        | if (?: \s \w+ ){0,4} \s (?: is | are | was | were | be ) \s (?: given | added | provided | supplied | stated ) )\b",
    )
    .ok()
}));

/// Words that ask for a yes, or for agreement.
static AGREED: Words = Words(LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?: ^ | [.!?;:\n] ) \s* (?: is | are | was | were | did | do | does | can | could | would | will | has | have | had | should
            | may | might | shall | must | isn.t | aren.t | wasn.t | weren.t | didn.t | don.t | doesn.t ) \b [^.!\n]* \?
        | \b (?: do \s you \s agree | (?: please | kindly | just ) \s (?: add | append | insert | affirm | acknowledge | verify )
        | confirm | agree | isn.t \s it | wasn.t \s it | correct \s* \? | right \s* \? | you \s (?: must | should ) ) \b",
    )
    .ok()
}));

/// Words that are looked for in a question.
struct Words(LazyLock<Option<Regex>>);

impl Words {
    /// Whether a text holds one of them; a text that cannot be looked through does.
    fn are_in(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|r| r.is_match(text))
    }
}

/// What is wrong with words for a physician, as sentences to a coder that say what to write instead; empty when they can be
/// sent. `record` is the report. Words of the query are not quoted in the answer, only told of what kind they are.
#[must_use]
pub fn faults(lexicon: &Lexicon, words: &str, record: &str) -> Vec<&'static str> {
    // However the words are spaced, they say the same.
    let spaced = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut faults = Vec::new();
    if !is_neutral(words) {
        faults
            .push("it holds a code, or a word of coding, money, payers or scores; leave that out");
    }
    if COUNTED.are_in(&spaced) {
        faults.push(
            "it speaks of what counts or is reported, or asks for more; ask which vessels, if any, were examined, and what IVUS \
             showed there, if anything",
        );
    }
    let known = lexicon.names(record);
    let names = lexicon.names(words);
    let (asked, told) = (Sayings::of(lexicon, words), Sayings::of(lexicon, record));
    let both_sides = known.contains("side Left") && known.contains("side Right");
    let is_known = |name: &String| known.contains(name) || (name == "side Both" && both_sides);
    if !names.iter().all(is_known) || !asked.names_stand_in(&told) {
        faults.push(
            "it names a vessel, side or finding that the report does not name; name only those of the report, each with its side",
        );
    }
    if !asked.stand_in(&told) {
        faults.push(
            "it puts a finding or a number to a vessel that does not stand beside it in the report; leave it out, and ask what IVUS \
             showed there, if anything",
        );
    }
    if STATED.are_in(&spaced) {
        faults.push(
            "it says what is so, asks to have something stated, or says why it is wanted; ask openly instead, such as “Please \
             document what IVUS showed in each vessel examined, if anything.”",
        );
    }
    if AGREED.are_in(words) || has_closed_question(&spaced) {
        faults.push(
            "it can be answered with yes or no, or asks for agreement; begin with what, which, where, when, why or how",
        );
    }
    faults
}

/// Whether a sentence with a question mark asks for nothing but a yes: none of the words that ask openly is in it.
fn has_closed_question(words: &str) -> bool {
    static OPEN: Words = Words(LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:what|which|where|when|why|how|who|whom|whose|whether)\b").ok()
    }));
    let mut sentences = words.split_inclusive(['.', '!', '?', ';']);
    sentences.any(|s| s.ends_with('?') && s.len() > 1 && !OPEN.are_in(s))
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
