//! The pictures: bars with their interval, and a share over the months. Plain SVG that takes its colours from the style, so it
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
/// Month labels that find room side by side.
const LABELS: usize = 4;

/// A share month by month: dots joined by a line, each with its interval.
pub(super) fn trend(name: &str, months: &[(&str, Share)]) -> Markup {
    let told: Vec<String> = months
        .iter()
        .filter(|(_, s)| s.of > 0)
        .map(|(month, s)| format!("{month} {} ({})", s.words(), s.counts()))
        .collect();
    let x = |at: usize| place(at, months.len());
    let y = |percent: f64| TOP + (HIGH - TOP - FOOT) * (1.0 - percent / 100.0);
    let points: Vec<(f64, f64, f64, f64, bool)> = months
        .iter()
        .enumerate()
        .filter_map(|(at, (_, share))| {
            let (low, high) = share.interval()?;
            Some((x(at), y(share.percent()?), y(low), y(high), share.is_few()))
        })
        .collect();
    let line: Vec<String> = points
        .iter()
        .map(|p| format!("{},{}", cut(p.0), cut(p.1)))
        .collect();
    let step = months.len().div_ceil(LABELS).max(1);
    html! {
        svg.trend viewBox=(format!("0 0 {WIDE} {HIGH}")) role="img" aria-label=(format!("{name} by month: {}", told.join(", "))) {
            @for percent in [0.0, 50.0, 100.0] {
                line.grid x1=(LEFT) x2=(WIDE) y1=(cut(y(percent))) y2=(cut(y(percent))) {}
                text.axis x=(LEFT - 5.0) y=(cut(y(percent) + 3.5)) text-anchor="end" { (format!("{percent:.0} %")) }
            }
            @for (at, (month, _)) in months.iter().enumerate() {
                @if at % step == 0 {
                    text.axis x=(cut(x(at))) y=(HIGH - 5.0) text-anchor="middle" { (month) }
                }
            }
            @for (x, _, low, high, _) in &points { line.range x1=(cut(*x)) x2=(cut(*x)) y1=(cut(*high)) y2=(cut(*low)) {} }
            @if line.len() > 1 { polyline.way points=(line.join(" ")) {} }
            @for (x, y, _, _, few) in &points { circle.dot.thin[*few] cx=(cut(*x)) cy=(cut(*y)) r="3.6" {} }
        }
    }
}

/// Where a month stands from left to right.
#[expect(
    clippy::cast_precision_loss,
    reason = "a picture has far fewer months than 2^52"
)]
fn place(at: usize, of: usize) -> f64 {
    LEFT + (WIDE - LEFT - RIGHT) * (at as f64 + 0.5) / of.max(1) as f64
}

/// A number as a picture needs it.
fn cut(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
