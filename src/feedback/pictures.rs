//! The pictures: bars with their interval, and a share over time. Plain SVG that takes its colours from the style, so it
//! follows the screen and prints.

use maud::{Markup, html};

use super::Share;

/// A bar with its 95 % interval as a line over it.
pub(super) fn bar(share: Share) -> Markup {
    let (Some(percent), Some((low, high))) = (share.percent(), share.interval()) else {
        return html! {};
    };
    html! {
        svg.share-bar.thin[share.is_few()] viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" {
            title { (share.told()) }
            rect.ground width="100" height="12" {}
            rect.part width=(cut(percent)) height="12" {}
            line.range x1=(cut(low)) x2=(cut(high)) y1="6" y2="6" {}
            line.range x1=(cut(low)) x2=(cut(low)) y1="3" y2="9" {}
            line.range x1=(cut(high)) x2=(cut(high)) y1="3" y2="9" {}
        }
    }
}

const WIDE: f64 = 300.0;
const HIGH: f64 = 120.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 8.0;
const FOOT: f64 = 20.0;
/// Labels that find room side by side.
const LABELS: usize = 4;

/// A share period by period, on an axis of time: dots with their interval, joined by a line where no period between them is
/// without a report.
pub(super) fn trend(name: &str, step: &str, periods: &[(String, Share)]) -> Markup {
    let told: Vec<String> = periods
        .iter()
        .filter(|(_, s)| s.of > 0)
        .map(|(period, s)| format!("{period} {} ({})", s.words(), s.counts()))
        .collect();
    let x = |at: usize| place(at, periods.len());
    let y = |percent: f64| TOP + (HIGH - TOP - FOOT) * (1.0 - percent / 100.0);
    let every = periods.len().div_ceil(LABELS).max(1);
    html! {
        svg.trend viewBox=(format!("0 0 {WIDE} {HIGH}")) role="img" aria-label=(format!("{name} by {step}: {}", told.join(", "))) {
            @for percent in [0.0, 50.0, 100.0] {
                line.grid x1=(LEFT) x2=(WIDE) y1=(cut(y(percent))) y2=(cut(y(percent))) {}
                text.axis x=(LEFT - 5.0) y=(cut(y(percent) + 3.5)) text-anchor="end" { (format!("{percent:.0} %")) }
            }
            @for (at, (period, _)) in periods.iter().enumerate() {
                @if at % every == 0 {
                    text.axis x=(cut(x(at))) y=(HIGH - 5.0) text-anchor="middle" { (period) }
                }
            }
            @for line in lines(periods) {
                @let points: Vec<String> = line.iter().map(|(at, p)| format!("{},{}", cut(x(*at)), cut(y(*p)))).collect();
                polyline.way points=(points.join(" ")) {}
            }
            @for (at, (period, share)) in periods.iter().enumerate() {
                @if let (Some(percent), Some((low, high))) = (share.percent(), share.interval()) {
                    g {
                        title { (period) ": " (share.told()) }
                        line.range x1=(cut(x(at))) x2=(cut(x(at))) y1=(cut(y(high))) y2=(cut(y(low))) {}
                        circle.dot.thin[share.is_few()] cx=(cut(x(at))) cy=(cut(y(percent))) r="3.6" {}
                    }
                }
            }
        }
    }
}

/// The places and percentages of periods with reports that follow each other, two and more at a time.
fn lines(periods: &[(String, Share)]) -> Vec<Vec<(usize, f64)>> {
    let points: Vec<Option<(usize, f64)>> = periods
        .iter()
        .enumerate()
        .map(|(at, (_, share))| Some((at, share.percent()?)))
        .collect();
    let runs = points.split(Option::is_none);
    let runs = runs.map(|run| run.iter().copied().flatten().collect::<Vec<_>>());
    runs.filter(|run| run.len() > 1).collect()
}

/// Where a period stands from left to right.
#[expect(
    clippy::cast_precision_loss,
    reason = "a picture has far fewer periods than 2^52"
)]
fn place(at: usize, of: usize) -> f64 {
    LEFT + (WIDE - LEFT - RIGHT) * (at as f64 + 0.5) / of.max(1) as f64
}

/// A number as a picture needs it.
fn cut(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_breaks_where_a_period_has_no_report() {
        let of = |of: u64| ("2024-05".to_owned(), Share { part: of, of });
        let found = lines(&[of(1), of(2), of(0), of(1), of(0), of(3), of(1), of(2)]);
        let places: Vec<Vec<usize>> = found
            .iter()
            .map(|run| run.iter().map(|(at, _)| *at).collect())
            .collect();
        assert_eq!(places, [vec![0, 1], vec![5, 6, 7]]);
    }
}
