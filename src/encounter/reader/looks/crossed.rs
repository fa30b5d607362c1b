//! The other side of a pair, told without its vessel's name: "The guide was moved to the other side. The ultrasound found an artery
//! of 5.6 mm.", "I ran the probe down the left also."

use super::{
    super::{
        super::{Interrogation, Strength, findings::Reading},
        Reader,
    },
    Left, Telling,
};
use crate::{
    context::Status,
    lexicon::SideWord,
    mention::{Side, SideBasis},
    text::{Role as Mark, Span},
};

impl Reader<'_> {
    /// Takes a vessel that was looked at as the one before it was.
    pub(super) fn as_before(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let looked = |i: &Interrogation| i.status == Status::Performed;
        if telling.heading || left.taken || !self.interrogations.iter().any(looked) {
            return;
        }
        let Some(said) = likewise(telling) else {
            return;
        };
        let context = self.context;
        let readings: Vec<&Reading> = telling.readings.iter().collect();
        for (site, at, basis) in context.sites(telling.list(0)) {
            self.trace
                .push((at, "looked at as the one before it".to_owned()));
            let evidence = context
                .evidence(at, Mark::Vessel)
                .with(context.source(said), Mark::Ivus);
            self.add(
                site,
                Status::Performed,
                Strength::Act,
                basis,
                evidence,
                None,
            );
            self.attach(site, Status::Performed, &readings);
            left.taken = true;
        }
    }

    /// Brings the IVUS catheter, or what it goes through, to the vessel of the other side when only one was looked at.
    pub(super) fn crossed(&mut self, telling: &Telling<'_>) {
        if telling.heading || !telling.view.clause.lists.is_empty() {
            return;
        }
        let looks = telling.act.map(|(_, a)| a.status);
        let Some((at, to)) = crossing(telling, looks == Some(Status::Performed)) else {
            return;
        };
        if looks.is_some_and(|s| s != Status::Performed) {
            return;
        }
        let sided = self
            .interrogations
            .iter()
            .filter(|i| i.status == Status::Performed && i.site.side != Side::None);
        let sites: Vec<_> = sided.map(|i| i.site).collect();
        let [first, rest @ ..] = &sites[..] else {
            return;
        };
        if rest.iter().any(|s| s != first) || to.is_some_and(|to| first.side.other() != Some(to)) {
            return;
        }
        let Some(side) = first.side.other() else {
            return;
        };
        let mut site = *first;
        site.side = side;
        self.trace
            .push((at, "told as gone over to on the other side".to_owned()));
        self.guided = vec![(site, at, SideBasis::Stated)];
    }
}

/// "I took the guide over to the left renal artery, and this one was examined likewise: 5.6 mm": IVUS as before it.
fn likewise(telling: &Telling<'_>) -> Option<Span> {
    const SAME: [&str; 8] = [
        "examined likewise",
        "studied likewise",
        "imaged likewise",
        "examined in the same",
        "studied in the same",
        "imaged in the same",
        "examined the same way",
        "studied the same way",
    ];
    let span = telling.view.clause.span;
    let text = &telling.view.lower[span.start..span.end];
    let (at, said) = SAME.iter().find_map(|w| Some((text.find(w)?, w)))?;
    // The vessel stands before it.
    let [list] = telling.view.clause.lists else {
        return None;
    };
    let start = span.start + at;
    (list.span.end <= start).then(|| Span::new(start, start + said.len()))
}

/// Where a clause tells that the other side was gone to, and which side that is when it says so.
fn crossing(telling: &Telling<'_>, looks: bool) -> Option<(Span, Option<Side>)> {
    const GONE: [&str; 10] = [
        "moved", "turned", "switched", "crossed", "across", "went", "over", "on to", "brought",
        "taken",
    ];
    const LIKEWISE: [&str; 6] = ["also", "too", "as well", "likewise", "next", "in turn"];
    let clause = telling.view.clause;
    let text = &telling.view.lower[clause.span.start..clause.span.end];
    let sides: Vec<_> = clause
        .words
        .iter()
        .filter_map(|w| Some((w.span, w.side()?)))
        .collect();
    let &[(at, word)] = &sides[..] else {
        return None;
    };
    let side = match word {
        SideWord::Left => Some(Side::Left),
        SideWord::Right => Some(Side::Right),
        SideWord::Contralateral => None,
        _ => return None,
    };
    let before = text.get(..at.start - clause.span.start)?;
    let after = text.get(at.end - clause.span.start..)?;
    let is_alone = {
        let next = after.trim_start_matches(" side").trim_start();
        !next.starts_with(char::is_alphabetic)
            || LIKEWISE.iter().any(|w| next.starts_with(w))
            || ["and ", "in ", "for ", "where "]
                .iter()
                .any(|w| next.starts_with(w))
    };
    let gone = before.trim_end().ends_with("to the") || before.trim_end().ends_with(" to");
    let gone = gone && GONE.iter().any(|w| before.contains(w));
    let likewise = looks && LIKEWISE.iter().any(|w| text.contains(w));
    (is_alone && (gone || likewise)).then_some((at, side))
}
