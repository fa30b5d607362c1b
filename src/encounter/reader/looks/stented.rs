//! IVUS of "the stent": of the only vessel that the text so far puts one in.

use super::{
    super::{
        super::{Interrogation, Site, Strength, findings::Reading, scene::Frame},
        Mode, Reader, Record,
    },
    Left, Named, Telling,
};
use crate::{
    context::{Assertion, Status},
    lexicon::{Device, Grammar, Scope},
    mention::{Side, VesselList, Word},
    text::{Role as Mark, Span, preceding},
};

/// More words than these do not stand between a stent and the vessel it is in: "a stent, placed in 2018 in the external iliac".
const MOST_BETWEEN: usize = 14;

/// So many clauses back a stent is looked for, and so many bytes back "the stent" in the sentence: a report holds no more.
const MOST_CLAUSES: usize = 300;
const MOST_BYTES: usize = 400;

impl Reader<'_> {
    /// "Left common iliac vein stent 2020. IVUS of the stent showed 5 mm of tissue.", "stent in the subclavian vein; the probe was
    /// put inside it: lumen 5 mm".
    pub(super) fn in_the_stent(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let context = self.context;
        let Some((act, asserted)) = telling.act.or_else(|| self.goes_on_inside(telling)) else {
            return;
        };
        let view = telling.view;
        let done = asserted.status == Status::Performed && telling.mode == Mode::Live;
        let coronary = matches!(telling.frame, Frame::Ivus { coronary: true, .. });
        let named = view.clause.lists.iter().any(|l| !self.sites(l).is_empty());
        if !done || telling.heading || coronary || named || left.taken || !left.focus.is_empty() {
            return;
        }
        let start = view.clause.span.start;
        let told = &view.lower[start..view.clause.span.end];
        let sentence = view.unit.unit.span.start;
        let inside_it = || {
            let before = preceding(view.lower, start, MOST_BYTES.min(start - sentence));
            says_inside_it(told) && [before, told].iter().any(|t| t.contains("the stent"))
        };
        if !says_inside_stent(told) && !inside_it() {
            return;
        }
        let Some((site, at, basis)) = self.stented() else {
            return;
        };
        self.trace.push((
            at,
            "the only vessel with a stent, and IVUS was of it".to_owned(),
        ));
        let evidence = context
            .evidence(at, Mark::Vessel)
            .with(context.source(act), Mark::Ivus);
        let (status, strength) = (Status::Performed, Strength::Frame);
        self.add(site, status, strength, basis, evidence, telling.extra);
        self.told.insert(site.whole(context.lexicon));
        left.focus.push((site, at, basis));
        left.resting = true;
    }

    /// "IVUS was passed over the wire and pulled back. At the ostium there is tissue inside the stent, and the lumen is down to 2.4
    /// mm": the act before, of which no vessel is told.
    fn goes_on_inside(&self, telling: &Telling<'_>) -> Option<(Span, Assertion)> {
        let strong = matches!(
            telling.frame,
            Frame::Ivus {
                weak: false,
                coronary: false
            }
        );
        let looked = |i: &Interrogation| i.status == Status::Performed;
        let found = |w: &Word| w.finding().is_some();
        let read = telling.readings.iter().any(Reading::is_measured)
            || telling.view.clause.words.iter().any(found);
        if !strong || !read || self.interrogations.iter().any(looked) {
            return None;
        }
        let (span, act, mode) = *self.acts.last()?;
        let near = telling.view.clause.span.start <= span.end + MOST_BYTES;
        (near && mode == Mode::Live && act.status == Status::Performed).then_some((span, act))
    }

    /// The only vessel that the text so far puts a stent in; one without its segment stands aside.
    fn stented(&self) -> Option<Named> {
        let lexicon = self.context.lexicon;
        let mut found: Vec<Named> = Vec::new();
        let from = self.records.len().saturating_sub(MOST_CLAUSES);
        for record in &self.records[from..] {
            for list in record.clause.lists {
                for named in self.stented_of(record, list) {
                    let site = named.0.whole(lexicon);
                    if !found.iter().any(|f| f.0.whole(lexicon) == site) {
                        found.push(named);
                    }
                }
            }
        }
        let vague = |n: &Named| lexicon.vessel(n.0.vessel).scope == Scope::Unspecified;
        if found.iter().any(|n| !vague(n)) {
            found.retain(|n| !vague(n));
        }
        match found[..] {
            [named] if named.0.side != Side::Unknown => Some(named),
            _ => None,
        }
    }

    /// The vessels of a list that hold a stent.
    fn stented_of(&self, record: &Record<'_>, list: &VesselList) -> Vec<Named> {
        let lower = self.context.lower();
        let is_stent = |w: &&Word| w.device() == Some(Device::Stent);
        let within = matches!(
            list.prep,
            Some((
                Grammar::In | Grammar::Of | Grammar::Through | Grammar::To,
                _
            ))
        );
        let start = record.clause.span.start;
        let near =
            |from: usize| lower[from..list.span.start].split_whitespace().count() <= MOST_BETWEEN;
        let device = || {
            let mut stents = record.clause.words.iter().filter(is_stent);
            stents.any(|w| w.span.end <= list.span.start && near(w.span.end))
        };
        // "the stent placed in 2019 in the left common iliac vein"
        let named = lower[start..list.span.start]
            .rmatch_indices(" stent")
            .any(|(at, word)| near(start + at + word.len()));
        let before = named || device();
        // "2 mm out in the aorta": where the end of one lies.
        let aorta = |s: Site| self.context.lexicon.vessel(s.vessel).id.contains("aort");
        let sites = self.sites(list).into_iter().filter(|n| !aorta(n.0));
        sites
            .filter(|(_, at, _)| {
                within && before || stands_before_stent(lower, *at, record.clause.span)
            })
            .collect()
    }
}

/// "left common iliac vein stent", "left common iliac stents".
fn stands_before_stent(lower: &str, name: Span, clause: Span) -> bool {
    let after = lower[name.end.min(clause.end)..clause.end].trim_start();
    let after = ["vein ", "artery ", "venous ", "arterial "]
        .iter()
        .find_map(|n| after.strip_prefix(n))
        .unwrap_or(after);
    after.starts_with("stent")
}

/// "IVUS of the stent", "drawn through the old stents", "inside the indwelling stent".
fn says_inside_stent(told: &str) -> bool {
    const PREPOSITIONS: [&str; 8] = [
        "of", "in", "inside", "within", "through", "into", "along", "from",
    ];
    const ARTICLES: [&str; 8] = [
        "the", "this", "that", "these", "those", "her", "his", "both",
    ];
    let words: Vec<&str> = told
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|w| !w.is_empty())
        .collect();
    words.iter().enumerate().any(|(n, word)| {
        let before = &words[n.saturating_sub(4)..n];
        let article = before.iter().rposition(|w| ARTICLES.contains(w));
        ["stent", "stents"].contains(word)
            && article.is_some_and(|a| a > 0 && PREPOSITIONS.contains(&before[a - 1]))
    })
}

/// "was put inside it": of a stent that the sentence names before.
fn says_inside_it(told: &str) -> bool {
    ["inside it", "within it", "through it", "into it"]
        .iter()
        .any(|w| told.contains(w))
}
