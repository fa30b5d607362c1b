//! What the units must not depend on, and what may never add to them, in reports written by a grammar. `PROPTEST_CASES` says how many of each.

use std::sync::LazyLock;

use ivus::{Analyzer, Reading, Report};
use proptest::{
    prelude::*,
    sample::{self, Index},
    strategy::ValueTree,
    test_runner::RngSeed,
};
use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

use crate::{
    corpus::CORPUS,
    rewritten::mirrored,
    written::{self, CORONARY, Look, UNRELATED, all_done, looks, report},
};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

/// Units suggested for a text.
fn units(text: &str) -> u32 {
    ANALYZER.analyze(&Report::new("x", text)).units().0
}

/// Cases of each property: `PROPTEST_CASES`, or so many that all tests together stay near a minute.
pub(crate) fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok());
    let cases = asked.unwrap_or(400);
    ProptestConfig {
        cases,
        // Many reports have no place for a change: no unit, or no act in so many words.
        max_global_rejects: cases.saturating_mul(20),
        failure_persistence: None,
        // The same cases on every machine; other ones are drawn when a number of cases is asked for.
        rng_seed: if asked.is_some() {
            RngSeed::Random
        } else {
            RngSeed::Fixed(37_252)
        },
        ..ProptestConfig::default()
    }
}

/// A report of the corpus by its number, with its name for the message.
fn corpus(which: Index) -> (&'static str, &'static str) {
    let (name, text) = which.get(&CORPUS[..]);
    (name, text)
}

/// A report told of look by look, and the paragraphs of it.
fn told(looks: &[Look]) -> Vec<String> {
    looks.iter().map(Look::done).collect()
}

fn joined(paragraphs: &[String]) -> String {
    report(paragraphs.iter().map(String::as_str))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_vessel_looked_at_is_a_unit(looks in looks()) {
        prop_assert_eq!(units(&all_done(&looks)), u32::try_from(looks.len()).unwrap());
    }

    #[test]
    fn the_order_of_paragraphs_does_not_change_the_units(looks in looks(), places in prop::collection::vec(any::<Index>(), 6)) {
        let mut other = told(&looks);
        for (n, place) in places.iter().enumerate().take(other.len()) {
            let to = place.index(other.len());
            other.swap(n, to);
        }
        prop_assert_eq!(units(&joined(&other)), units(&all_done(&looks)));
    }

    #[test]
    fn repeating_a_vessels_paragraph_does_not_change_the_units(looks in looks(), which in any::<Index>(), at in any::<Index>()) {
        let mut twice = told(&looks);
        let again = which.get(&twice).clone();
        twice.insert(at.index(twice.len() + 1), again);
        prop_assert_eq!(units(&joined(&twice)), units(&all_done(&looks)));
    }

    #[test]
    fn a_denied_planned_or_earlier_look_is_no_unit(looks in looks(), denied in prop::collection::vec(0..3_u8, 6)) {
        let paragraphs: Vec<String> = looks
            .iter()
            .zip(&denied)
            .map(|(look, how)| match how {
                0 => look.done(),
                1 => look.not_done(),
                _ => look.other_time(),
            })
            .collect();
        let done = denied.iter().take(looks.len()).filter(|how| **how == 0).count();
        prop_assert_eq!(units(&joined(&paragraphs)), u32::try_from(done).unwrap());
    }

    #[test]
    fn capitals_and_small_letters_do_not_change_the_units(looks in looks()) {
        let text = all_done(&looks);
        let plain = units(&text);
        prop_assert_eq!(units(&text.to_uppercase()), plain);
        prop_assert_eq!(units(&text.to_lowercase()), plain);
    }

    #[test]
    fn unrelated_sentences_do_not_change_the_units(looks in looks(), added in prop::collection::vec((any::<Index>(), any::<bool>(), sample::select(UNRELATED)), 1..5)) {
        let mut paragraphs = told(&looks);
        for (at, own_paragraph, sentence) in &added {
            if *own_paragraph {
                paragraphs.insert(at.index(paragraphs.len() + 1), (*sentence).to_owned());
            } else {
                let n = at.index(paragraphs.len());
                paragraphs[n] = format!("{} {sentence}", paragraphs[n]);
            }
        }
        prop_assert_eq!(units(&joined(&paragraphs)), units(&all_done(&looks)));
    }

    #[test]
    fn a_filter_procedure_leaves_no_unit(looks in looks(), at in any::<Index>(), sentence in sample::select(FILTERS)) {
        let mut paragraphs = told(&looks);
        paragraphs.insert(at.index(paragraphs.len() + 1), sentence.to_owned());
        prop_assert_eq!(units(&joined(&paragraphs)), 0);
    }

    #[test]
    fn words_of_continuity_never_add_a_unit(looks in looks(), pair in (any::<Index>(), any::<Index>()), sentence in sample::select(CONTIGUOUS), at in any::<Index>()) {
        let (from, to) = (pair.0.get(&looks), pair.1.get(&looks));
        let sentence = sentence.replace("{a}", from.site()).replace("{b}", to.site());
        let mut paragraphs = told(&looks);
        paragraphs.insert(at.index(paragraphs.len() + 1), sentence);
        prop_assert!(units(&joined(&paragraphs)) <= units(&all_done(&looks)));
    }

    #[test]
    fn coronary_vessels_alone_are_no_unit(looks in looks(), vessels in prop::collection::vec(sample::select(CORONARY), 6)) {
        let paragraphs: Vec<String> = looks
            .iter()
            .zip(&vessels)
            .map(|(look, vessel)| look.done().replace(look.site(), vessel))
            .collect();
        prop_assert_eq!(units(&joined(&paragraphs)), 0);
    }

    #[test]
    fn coronary_vessels_beside_others_add_nothing(looks in looks(), vessel in sample::select(CORONARY), at in any::<Index>()) {
        let mut paragraphs = told(&looks);
        let look = &looks[0];
        paragraphs.insert(at.index(paragraphs.len() + 1), look.done().replace(look.site(), vessel));
        prop_assert_eq!(units(&joined(&paragraphs)), units(&all_done(&looks)));
    }

    #[test]
    fn left_for_right_keeps_the_count(looks in looks()) {
        let text = all_done(&looks);
        prop_assert_eq!(units(&mirrored(&text)), units(&text));
    }

    #[test]
    fn a_sentence_less_never_raises_the_units_of_a_written_report(looks in looks(), which in any::<Index>(), n in any::<Index>()) {
        let mut paragraphs = told(&looks);
        let paragraph = which.index(paragraphs.len());
        let sentences: Vec<&str> = paragraphs[paragraph].split_inclusive(". ").collect();
        let gone = n.index(sentences.len());
        let kept: String = sentences.iter().enumerate().filter(|(n, _)| *n != gone).map(|(_, s)| *s).collect();
        paragraphs[paragraph] = kept;
        prop_assert!(units(&joined(&paragraphs)) <= units(&all_done(&looks)));
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_byte(which in prop::collection::vec(any::<Index>(), 1..6)) {
        let reports: Vec<&str> = which.iter().map(|w| corpus(*w).1).collect();
        let told: Vec<Vec<String>> = POOLS.iter().map(|pool| pool.install(|| documents(&reports))).collect();
        prop_assert!(told.windows(2).all(|w| w[0] == w[1]));
    }
}

/// Sentences that say a procedure was done that includes IVUS.
const FILTERS: &[&str] = &[
    "An inferior vena cava filter was placed below the renal veins.",
    "A Denali filter was deployed in the infrarenal inferior vena cava.",
    "The IVC filter was retrieved with a snare.",
    "The vena cava filter was removed.",
];

/// Sentences that join two vessels in one lesion.
const CONTIGUOUS: &[&str] = &[
    "The stenosis extended from the {a} into the {b}.",
    "One contiguous lesion ran from the {a} into the {b}.",
    "There was diffuse disease from the {a} to the {b}.",
    "Thrombus was continuous from the {a} into the {b}.",
];

/// One thread, and more than there may be cores.
static POOLS: LazyLock<Vec<ThreadPool>> = LazyLock::new(|| {
    let pools = [1, 2, 7].into_iter();
    pools
        .map(|n| ThreadPoolBuilder::new().num_threads(n).build().unwrap())
        .collect()
});

/// The JSON of each report, read in parallel, in their order.
fn documents(reports: &[&str]) -> Vec<String> {
    let json = |text: &&str| {
        let report = Report::new("x", *text);
        let analysis = ANALYZER.analyze(&report);
        let reading = Reading::new(&ANALYZER, report, &analysis);
        serde_json::to_string(&reading.document).unwrap()
    };
    reports.par_iter().map(json).collect()
}

#[test]
fn a_written_report_says_what_was_chosen() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let looks = written::looks().new_tree(&mut runner).unwrap().current();
    let text = all_done(&looks);
    assert!(looks.iter().all(|l| text.contains(l.site())));
}
