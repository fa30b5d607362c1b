//! How fast reports are read: one report, many reports beside a plain scan for the same terms, and building the lexicon.
//! Every measurement asserts its counts, so that a fast wrong answer fails.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ivus::{Analyzer, Report, lexicon::Lexicon};

/// Invented reports with the units that a coder counts in them.
const SAMPLES: &[(&str, u32)] = &[
    (
        "DATE OF SERVICE: 05/02/2024\nPREOPERATIVE DIAGNOSIS: Left leg swelling, suspected iliac vein compression.\n\
         PROCEDURE: Left common femoral vein access, venogram, intravascular ultrasound, stent of the left common iliac vein.\n\
         INDICATION: Progressive swelling of the left leg over two years with a heavy, tight calf at the end of the day.\n\
         DETAILS: The left common femoral vein was entered under ultrasound guidance and a 9 Fr sheath was placed. The venogram \
         was equivocal about the degree of narrowing, so IVUS was used to measure it. The IVUS catheter was \
         introduced over the wire. IVUS of the left common iliac vein showed 78% area stenosis with the lumen \
         compressed to 5 x 17 mm. IVUS of the left external iliac vein showed a normal lumen of 14 mm. A 16 x 100 mm stent was \
         placed in the left common iliac vein and dilated to 16 mm. Completion venogram showed brisk flow.\n\
         IMPRESSION: Compression of the left common iliac vein, treated. The patient went to recovery in good condition.\n",
        2,
    ),
    (
        "Date: 2023-07-25\nProcedure: Left leg angiogram, balloon angioplasty.\nHistory: IVUS in 2021 at another hospital.\n\
         Findings: The left superficial femoral artery has a 60% stenosis at the adductor canal. The popliteal artery is patent \
         with three vessel run-off. IVUS was not performed.\nPlan: Aspirin, clopidogrel, clinic in four weeks.\n",
        0,
    ),
];

struct Texts {
    reports: Vec<Report>,
    bytes: u64,
    /// The units in all of them, where they are known.
    units: Option<u32>,
}

fn samples() -> Texts {
    let reports: Vec<Report> = SAMPLES
        .iter()
        .enumerate()
        .map(|(n, (text, _))| Report::new(n.to_string(), *text))
        .collect();
    texts(reports, Some(SAMPLES.iter().map(|(_, units)| units).sum()))
}

/// The reports of the corpus, or the invented ones when there is no corpus.
fn corpus() -> Texts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports");
    let found = ivus::input::find(&[folder]);
    let reports: Vec<Report> = found
        .into_iter()
        .filter_map(|s| s.ok()?.read().ok())
        .collect();
    if reports.is_empty() {
        samples()
    } else {
        texts(reports, None)
    }
}

fn texts(reports: Vec<Report>, units: Option<u32>) -> Texts {
    let bytes = reports.iter().map(|r| r.text.len() as u64).sum();
    Texts {
        reports,
        bytes,
        units,
    }
}

/// The units suggested in all reports.
fn units(analyzer: &Analyzer, reports: &[Report]) -> u32 {
    reports
        .iter()
        .map(|r| analyzer.analyze(black_box(r)).units().0)
        .sum()
}

fn one_report(c: &mut Criterion) {
    let analyzer = Analyzer::builtin();
    let samples = samples();
    let mut group = c.benchmark_group("analyze");
    for (report, (_, expected)) in samples.reports.iter().zip(SAMPLES) {
        group.throughput(Throughput::Bytes(report.text.len() as u64));
        group.bench_function(
            format!("report {} ({} bytes)", report.id, report.text.len()),
            |b| {
                b.iter(|| assert_eq!(units(&analyzer, std::slice::from_ref(report)), *expected));
            },
        );
    }
    group.finish();
}

fn many_reports(c: &mut Criterion) {
    let analyzer = Analyzer::builtin();
    let corpus = corpus();
    let expected = units(&analyzer, &corpus.reports);
    assert!(
        corpus.units.is_none_or(|u| u == expected),
        "the invented reports hold {:?} units, not {expected}",
        corpus.units
    );
    let scanner = scanner(analyzer.lexicon());
    let matches = scan(&scanner, &corpus.reports);
    assert!(matches > 0);

    let mut group = c.benchmark_group(format!("corpus of {} reports", corpus.reports.len()));
    group.throughput(Throughput::Bytes(corpus.bytes));
    group.bench_function("whole path", |b| {
        b.iter(|| assert_eq!(units(&analyzer, &corpus.reports), expected));
    });
    group.bench_function("plain scan", |b| {
        b.iter(|| assert_eq!(scan(&scanner, &corpus.reports), matches));
    });
    group.finish();

    let path = fastest(|| assert_eq!(units(&analyzer, &corpus.reports), expected));
    let plain = fastest(|| assert_eq!(scan(&scanner, &corpus.reports), matches));
    println!(
        "ratio: the whole path takes {:.1} times a plain scan for the same {} terms ({path:?} and {plain:?} for {} bytes)\n",
        path.as_secs_f64() / plain.as_secs_f64(),
        analyzer.lexicon().term_count(),
        corpus.bytes,
    );
}

/// An automaton over the lexicon's terms, as the program builds it.
fn scanner(lexicon: &Lexicon) -> AhoCorasick {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(lexicon.terms())
        .expect("the program builds the same automaton")
}

/// The matches in all reports, before word boundaries are looked at.
fn scan(scanner: &AhoCorasick, reports: &[Report]) -> usize {
    reports
        .iter()
        .map(|r| scanner.find_overlapping_iter(black_box(&r.text)).count())
        .sum()
}

/// The fastest of many runs, at least a second's worth.
fn fastest(mut run: impl FnMut()) -> Duration {
    let begin = Instant::now();
    let mut best = Duration::MAX;
    while begin.elapsed() < Duration::from_secs(1) {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    best
}

fn lexicon(c: &mut Criterion) {
    let expected = Lexicon::builtin().term_count();
    assert!(expected > 5_000, "only {expected} terms");
    c.bench_function("build the lexicon", |b| {
        b.iter(|| assert_eq!(Lexicon::builtin().term_count(), expected));
    });
}

criterion_group!(benches, one_report, many_reports, lexicon);
criterion_main!(benches);
