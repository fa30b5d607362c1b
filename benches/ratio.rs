//! The whole path, text in and JSONL out, beside a plain scan for the same terms: one process, one core, the same reports,
//! in turns, so that the ratio holds on a busy machine too. Ordinary reports are read from `IVUS_ORDINARY` (a CSV file with
//! a column `transcription` or `text`; `../shared/real/mtsamples.csv` unless told); dense ones are made from `corpus/`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::cast_precision_loss,
    reason = "rates of counts far below 2^52, printed with one decimal"
)]

use std::{
    env, fs,
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use ivus::{Analyzer, Reading, Report};

/// The program's own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds of which the fastest counts.
const ROUNDS: usize = 7;

fn main() {
    let analyzer = Analyzer::builtin();
    let scanners = [MatchKind::Standard, MatchKind::LeftmostLongest].map(|kind| {
        AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(kind)
            .ascii_case_insensitive(true)
            .build(analyzer.lexicon().terms())
            .expect("the terms fit an automaton")
    });
    println!(
        "{} terms; each figure is the fastest of {ROUNDS} rounds in turns, in processor time where the system tells it",
        analyzer.lexicon().term_count()
    );
    match ordinary() {
        Some(reports) => compare("ordinary", &analyzer, &scanners, &reports),
        None => println!("ordinary: skipped, there is no such file; name one in IVUS_ORDINARY"),
    }
    compare("dense", &analyzer, &scanners, &dense(&analyzer));
    compare("reports of the corpus", &analyzer, &scanners, &corpus());
}

fn compare(name: &str, analyzer: &Analyzer, scanners: &[AhoCorasick; 2], texts: &[String]) {
    let [every, longest] = scanners;
    let bytes: usize = texts.iter().map(String::len).sum();
    let matches: usize = texts
        .iter()
        .map(|t| every.find_overlapping_iter(t).count())
        .sum();
    let written = whole(analyzer, texts);
    assert!(matches > 0 && written > texts.len(), "nothing was done");
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        let runs: [&dyn Fn() -> usize; 3] = [
            &|| {
                let find = |t: &String| every.find_overlapping_iter(black_box(t)).count();
                texts.iter().map(find).sum()
            },
            &|| {
                texts
                    .iter()
                    .map(|t| longest.find_iter(black_box(t)).count())
                    .sum()
            },
            &|| whole(analyzer, texts),
        ];
        for (best, run) in best.iter_mut().zip(runs) {
            let start = clock();
            black_box(run());
            *best = (*best).min(clock().saturating_sub(start));
        }
    }
    let [scan, leftmost, path] = best.map(|d| d.as_secs_f64());
    let rate = |s: f64| bytes as f64 / s / 1e6;
    println!(
        "{name}: {} reports, {bytes} bytes, {:.1} matches per 100 bytes, {written} bytes written\n  \
         scan, every match      {:8.1} MB/s\n  scan, leftmost longest {:8.1} MB/s\n  whole path             {:8.1} MB/s\n  \
         ratio {:.3} of the scan for every match, {:.3} of the leftmost longest; {:.0} reports/s",
        texts.len(),
        matches as f64 / bytes as f64 * 100.0,
        rate(scan),
        rate(leftmost),
        rate(path),
        scan / path,
        leftmost / path,
        texts.len() as f64 / path,
    );
}

/// Text in, JSONL out; the bytes written.
fn whole(analyzer: &Analyzer, texts: &[String]) -> usize {
    let mut written = 0;
    for (n, text) in texts.iter().enumerate() {
        let report = Report::new(n.to_string(), black_box(text).as_str());
        let analysis = analyzer.analyze(&report);
        let reading = Reading::new(analyzer, report, &analysis);
        let line = serde_json::to_string(&reading.document).expect("a document is plain JSON");
        written += black_box(line).len() + 1;
    }
    written
}

/// The time this thread had the processor (Linux tells it), else the time of day.
fn clock() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let on_cpu = told.and_then(|t| t.split(' ').next()?.parse().ok());
    on_cpu.map_or_else(
        || {
            static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
            START.get_or_init(Instant::now).elapsed()
        },
        Duration::from_nanos,
    )
}

fn ordinary() -> Option<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = env::var_os("IVUS_ORDINARY")
        .map_or_else(|| root.join("../shared/real/mtsamples.csv"), PathBuf::from);
    let mut reader = csv::Reader::from_path(path).ok()?;
    let headers = reader.headers().ok()?.clone();
    let column = headers
        .iter()
        .position(|h| h == "transcription" || h == "text")?;
    let cells = reader
        .records()
        .filter_map(|r| Some(r.ok()?.get(column)?.to_owned()));
    let texts: Vec<String> = cells.filter(|t| !t.trim().is_empty()).collect();
    (!texts.is_empty()).then_some(texts)
}

/// The reports of the corpus.
fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports");
    let sources = ivus::input::find(&[folder]);
    let reports = sources.into_iter().filter_map(|s| s.ok()?.read().ok());
    reports.map(|r| r.text).collect()
}

/// The reports of the corpus, twice over, without the lines that say little: those with less than one term in 40 bytes.
fn dense(analyzer: &Analyzer) -> Vec<String> {
    let longest = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(analyzer.lexicon().terms())
        .expect("the terms fit an automaton");
    let dense = |line: &&str| longest.find_iter(line).count() * 40 >= line.len();
    corpus()
        .iter()
        .map(|text| {
            let lines: Vec<&str> = text.lines().filter(dense).collect();
            let once = lines.join("\n");
            format!("{once}\n\n{once}\n")
        })
        .collect()
}
