//! What a clause adds to vessels that it does not name: readings and pullbacks of the one in focus, "inside that artery",
//! "the same veins on the right".

use super::{
    super::{
        super::{
            Site, Strength,
            findings::Reading,
            scene::{Role, is_usual_entry},
        },
        Mode, Reader, Record, Tentative,
        clause::{covers, row_status},
    },
    Frame, Left, Mover, Named, Telling,
};
use crate::{
    context::Status,
    lexicon::{Action, Extent, Ivus, SideWord, System},
    mention::{Side, SideBasis, UnitMentions, VesselList},
    text::{Role as Mark, Span},
};

impl Reader<'_> {
    /// "The guide was placed in the celiac artery. Ultrasound from inside that artery showed …": the vessel named last.
    pub(super) fn inside_that(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let context = self.context;
        let Some((span, asserted)) = telling.act else {
            return;
        };
        let Some(noun) = that_vessel(telling, span) else {
            return;
        };
        if asserted.status != Status::Performed || telling.mode != Mode::Live {
            return;
        }
        for (site, at, basis) in self.named.clone() {
            let system = context.lexicon.vessel(site.vessel).system;
            let fits = match noun {
                "artery" => system == System::Artery,
                "vein" => system == System::Vein,
                _ => true,
            };
            if !fits {
                continue;
            }
            self.trace
                .push((at, "the vessel that IVUS was used inside of".to_owned()));
            let evidence = context
                .evidence(at, Mark::Vessel)
                .with(context.source(span), Mark::Ivus);
            let (status, strength) = (Status::Performed, Strength::Frame);
            self.add(site, status, strength, basis, evidence, telling.extra);
            left.focus.push((site, at, basis));
            left.resting = true;
        }
    }

    /// "The left innominate was pale on contrast, so IVUS here: 5 mm", "contrast showed the arch open, IVUS showed it narrowed":
    /// the vessel just named.
    pub(super) fn of_the_last_named(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let context = self.context;
        let Some((span, asserted)) = telling.act else {
            return;
        };
        let done = asserted.status == Status::Performed && telling.mode == Mode::Live;
        if !done || telling.heading || !left.focus.is_empty() {
            return;
        }
        let Some((site, at, basis)) = self.named_before(telling, span) else {
            return;
        };
        let why = "named right before, and IVUS was used there";
        self.trace.push((at, why.to_owned()));
        let evidence = context
            .evidence(at, Mark::Vessel)
            .with(context.source(span), Mark::Ivus);
        let (status, strength) = (Status::Performed, Strength::Frame);
        self.add(site, status, strength, basis, evidence, telling.extra);
        self.told.insert(site.whole(context.lexicon));
        left.focus.push((site, at, basis));
        left.resting = true;
    }

    /// The only vessel that the sentence so far names, or the one before, when the clause tells of it.
    fn named_before(&self, telling: &Telling<'_>, act: Span) -> Option<Named> {
        let view = telling.view;
        // "Contrast showed the arch open, IVUS showed it narrowed."
        if let ([list], [role @ Role::Other(_)]) = (view.clause.lists, telling.roles) {
            let mut after = view.lower[act.end..view.clause.span.end].split_whitespace();
            let it = list.span.end <= act.start && after.by_ref().take(3).any(|w| w == "it");
            return it.then(|| self.one_named(list, *role, false)).flatten();
        }
        if !view.clause.lists.is_empty() {
            return None;
        }
        if !says_here(&view.lower[view.clause.span.start..view.clause.span.end]) {
            return None;
        }
        let paragraph = view.unit.unit.paragraph;
        let units = self.context.units;
        let tells = |r: &&Record<'_>| {
            let before = r.unit + 1 >= telling.unit && units[r.unit].unit.paragraph == paragraph;
            !r.clause.lists.is_empty() && before
        };
        let record = self.records.iter().rev().take(6).find(tells)?;
        let ([list], [role], Mode::Live) = (record.clause.lists, &record.roles[..], record.mode)
        else {
            return None;
        };
        let there = says_there(&view.lower[view.clause.span.start..view.clause.span.end]);
        let role = match *role {
            Role::Target(mover, _) | Role::Passed(mover, _) if there && mover != Mover::Ivus => {
                Role::Subject
            }
            role => role,
        };
        self.one_named(list, role, true)
    }

    /// The one vessel of a list, unless it is only a way in or a place. "Here" is wherever was named.
    fn one_named(&self, list: &VesselList, role: Role, here: bool) -> Option<Named> {
        let lexicon = self.context.lexicon;
        let told = matches!(role, Role::Subject | Role::Other(_) | Role::Treated(_));
        let place = !here && (list.prep.is_some() || is_usual_entry(list, lexicon));
        match self.context.sites(list)[..] {
            [named] if told && !place => {
                let vessel = lexicon.vessel(named.0.vessel);
                (!vessel.id.contains("aort")).then_some(named)
            }
            _ => None,
        }
    }

    /// "The same three veins were then studied on the right": what was looked at on the other side.
    pub(super) fn mirrored(&mut self, telling: &Telling<'_>) {
        if telling.mode != Mode::Live || !telling.frame.is_ivus() {
            return;
        }
        let Some((same, from, to)) = the_same_on(telling) else {
            return;
        };
        let known: Vec<Site> = self
            .interrogations
            .iter()
            .filter(|i| i.status == Status::Performed && i.site.side == from)
            .map(|i| i.site)
            .collect();
        for site in known {
            self.trace
                .push((same, "the same vessels on the other side".to_owned()));
            let evidence = self.context.evidence(same, Mark::Vessel);
            self.add(
                Site { side: to, ..site },
                Status::Performed,
                Strength::Frame,
                SideBasis::Sentence,
                evidence,
                telling.extra,
            );
        }
    }

    /// Readings without a vessel of their own belong to what is in focus.
    pub(super) fn loose_readings(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let loose = loose(telling);
        let speaks = telling.roles.iter().all(|r| {
            matches!(
                r,
                Role::Landmark | Role::Subject | Role::Target(Mover::Ivus, _)
            )
        });
        if !telling.frame.is_ivus()
            || loose.is_empty()
            || left.taken
            || !speaks
            || telling.heading
            || telling.mode != Mode::Live
        {
            return;
        }
        if self.read_where_named(telling, &loose, left) {
            return;
        }
        // What another paragraph tells is of something else; that the vessel was named may be a look without a reading.
        let block = |u: usize| self.context.units[u].unit.block;
        if self
            .named_in
            .is_some_and(|u| block(u) != block(telling.unit))
        {
            for named in self.focus.clone() {
                if !self.is_known(named.0) {
                    self.read_apart(named, &[]);
                }
            }
            self.resting = false;
            self.named_in = None;
        }
        // A vessel that was only named is read in the same sentence, or perhaps in one that follows.
        let apart = self.named_in.is_some_and(|u| {
            u != telling.unit && !(u + 1 == telling.unit && takes_up(telling, self.context.units))
        });
        let ahead = if left.focus.is_empty() || !left.resting {
            self.focus.clone()
        } else {
            left.focus.clone()
        };
        let rests = self.resting || left.resting;
        if let [(site, ..)] = ahead[..]
            && self.is_read_next(telling, site, &loose)
        {
            self.told.insert(site.whole(self.context.lexicon));
        }
        for named in ahead {
            if apart && !left.resting && !self.is_known(named.0) {
                if loose.iter().any(|r| r.tells(self.context)) {
                    self.read_apart(named, &loose);
                }
            } else {
                self.read_in_focus(telling, named, rests, &loose);
            }
        }
        if left.focus.is_empty() {
            left.resting = false;
            self.resting = false;
        }
    }

    /// "Target: posterior tibial. IVUS 3.0 mm.", "The SFA looked 50 % one way and 90 % the other, so the probe went in: 88 %.":
    /// IVUS and its reading, beside the only vessel that the words before name.
    fn read_where_named(
        &mut self,
        telling: &Telling<'_>,
        loose: &[&Reading],
        left: &mut Left,
    ) -> bool {
        let context = self.context;
        let Some((act, asserted)) = telling.act else {
            return false;
        };
        let unnamed = telling.view.clause.lists.iter().all(|l| l.atoms.is_empty());
        let measured = loose.iter().any(|r| r.is_measured());
        if asserted.status != Status::Performed || !unnamed || !measured {
            return false;
        }
        let Some((site, at, basis)) = self.just_named(telling.unit) else {
            return false;
        };
        self.trace
            .push((at, "named just before IVUS and its reading".to_owned()));
        let evidence = context
            .evidence(at, Mark::Vessel)
            .with(context.source(act), Mark::Ivus);
        let (status, strength) = (Status::Performed, Strength::Frame);
        self.add(site, status, strength, basis, evidence, telling.extra);
        self.attach(site, status, loose);
        self.told.insert(site.whole(context.lexicon));
        self.taken = true;
        left.focus = vec![(site, at, basis)];
        left.taken = true;
        true
    }

    /// The only vessel named in the clause before, or in the sentence before on the same line, when it is what that tells of.
    fn just_named(&self, unit: usize) -> Option<Named> {
        let place = &self.context.units[unit].unit;
        let mut before = self.records.iter().rev().take_while(|r| {
            let told = &self.context.units[r.unit].unit;
            r.unit + 2 >= unit && told.block == place.block && told.paragraph == place.paragraph
        });
        let record = before.find(|r| !r.clause.lists.is_empty())?;
        let ([list], [Role::Subject | Role::Treated(_)]) = (record.clause.lists, &record.roles[..])
        else {
            return None;
        };
        let [named] = self.sites(list)[..] else {
            return None;
        };
        // "The aorta" alone tells a place more often than a look.
        let vague = named.0.side == Side::Unknown
            || self.context.lexicon.vessel(named.0.vessel).id == "aorta";
        // "Profunda not entered. IVUS 2nd look: 15 mm2": not of that.
        let refused = row_status(&record.view(self.context), list, None).is_some();
        (record.mode == Mode::Live && list.prep.is_none() && !vague && !refused).then_some(named)
    }

    /// Readings of a vessel in focus: looked at before, or where the IVUS catheter rests.
    fn read_in_focus(
        &mut self,
        telling: &Telling<'_>,
        (site, at, basis): Named,
        rests: bool,
        loose: &[&Reading],
    ) {
        let context = self.context;
        let known = self.is_known(site);
        if !known && !rests {
            return;
        }
        let status = Status::Performed;
        if !known {
            let why = "the IVUS catheter rested there and a reading follows";
            self.trace.push((at, why.to_owned()));
            let mut evidence = context.evidence(at, Mark::Vessel);
            if let Some((span, _)) = telling.act {
                evidence.add(context.source(span), Mark::Ivus);
            }
            let strength = Strength::Frame;
            self.add(site, status, strength, basis, evidence, telling.extra);
            self.taken = true;
            let near = self.guided_at.is_some_and(|u| u + 2 >= telling.unit);
            if near && loose.iter().any(|r| r.is_measured()) {
                self.read_by_guide.insert(site.whole(context.lexicon));
            }
        }
        self.attach(site, status, loose);
    }

    /// "The common iliac came next. It was 9 mm wide.": the sentence before names that vessel alone, this one reads it, and the
    /// passage is one of IVUS. Or the probe has just gone where the guide was.
    fn is_read_next(&self, telling: &Telling<'_>, site: Site, loose: &[&Reading]) -> bool {
        let units = self.context.units;
        let before = telling.unit.checked_sub(1).map(|n| &units[n]);
        let named = before.is_some_and(|u| {
            u.lists.len() == 1
                && u.unit.block == units[telling.unit].unit.block
                && self.context.sites(&u.lists[0]).len() == 1
                && self.context.sites(&u.lists[0])[0].0.vessel == site.vessel
        });
        let guided = self.guided_at.is_some_and(|u| u + 1 >= telling.unit);
        matches!(telling.frame, Frame::Ivus { weak: false, .. })
            && (guided || (named && takes_up(telling, units)))
            && loose.iter().any(|r| r.is_measured())
    }

    pub(super) fn is_known(&self, site: Site) -> bool {
        let lexicon = self.context.lexicon;
        let whole = site.whole(lexicon);
        let mut known = self.interrogations.iter();
        known.any(|i| i.site.whole(lexicon) == whole && i.status == Status::Performed)
    }

    /// "Lastly the axillary vein. I waited for the arm to settle. It read 8 mm.": perhaps a look; the second reader decides.
    pub(super) fn read_apart(&mut self, (site, at, side_basis): Named, readings: &[&Reading]) {
        let context = self.context;
        let findings = readings.iter().map(|r| r.finding(context));
        let mut told = self.tentative.iter_mut();
        if let Some(known) = told.find(|t| t.site == site) {
            known.findings.extend(findings);
        } else {
            self.tentative.push(Tentative {
                site,
                side_basis,
                findings: findings.collect(),
                evidence: context.evidence(at, Mark::Vessel),
            });
        }
    }

    /// A pullback after the catheter came to rest images that vessel.
    pub(super) fn pulled(&mut self, telling: &Telling<'_>, left: &Left) {
        let view = telling.view;
        let pulled = || {
            view.clause.words.iter().any(|w| {
                (view.is_ivus(w) && w.ivus() == Some(Ivus::Act))
                    || (w.is_action(Action::Pullback) && telling.frame.is_ivus())
            })
        };
        if !self.resting
            || self.named_in.is_some()
            || !left.focus.is_empty()
            || left.taken
            || !pulled()
            || covers(view)
        {
            return;
        }
        for (site, at, basis) in self.focus.clone() {
            self.trace
                .push((at, "the pullback starts there".to_owned()));
            let evidence = self.context.evidence(at, Mark::Vessel);
            let (status, strength) = (Status::Performed, Strength::Weak);
            self.add(site, status, strength, basis, evidence, telling.extra);
        }
        self.resting = false;
    }
}

/// "IVUS here and only here", "the probe was passed into this branch". Takes a clause in lower case.
fn says_here(told: &str) -> bool {
    const PLACES: [&str; 9] = [
        "this branch",
        "this segment",
        "this vessel",
        "this artery",
        "this vein",
        "this level",
        "this stretch",
        "this site",
        "this spot",
    ];
    told.split(|c: char| !c.is_alphabetic())
        .any(|w| w == "here")
        || PLACES.iter().any(|p| told.contains(p))
        || says_there(told)
}

/// "Put the probe down there too": where a wire or a catheter went before it.
fn says_there(told: &str) -> bool {
    const TOOLS: [&str; 5] = ["probe", "ultrasound", "ivus", "catheter", "transducer"];
    const PAIRS: [[&str; 2]; 5] = [
        ["down", "there"],
        ["up", "there"],
        ["in", "there"],
        ["out", "there"],
        ["there", "too"],
    ];
    let words: Vec<&str> = told
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    words.windows(2).any(|w| PAIRS.iter().any(|pair| pair == w))
        && words.iter().any(|w| TOOLS.contains(w))
}

/// "It read 8 mm.", "Here the lumen is 4 mm.", "A ring of calcium brought it down to 4 mm.": said of the vessel that the
/// sentence before named.
fn takes_up(telling: &Telling<'_>, units: &[UnitMentions]) -> bool {
    let view = telling.view;
    let span = view.unit.unit.span;
    let told = &view.lower[span.start..span.end];
    let first = told.split(|c: char| !c.is_alphabetic()).next();
    let object = || {
        let mut measures = view.unit.measures.iter();
        view.unit.lists.is_empty()
            && measures.any(|m| {
                let before = view.lower[span.start..m.span.start].split_whitespace();
                before.rev().take(4).any(|w| w == "it")
            })
    };
    // "Common and external iliac vein. A single scar fills them."
    let several = || {
        view.unit.lists.is_empty() && {
            let mut words = told.split(|c: char| !c.is_alphabetic());
            words.any(|w| w == "them")
        }
    };
    // "Left renal vein. Two channels, 6 mm."
    let label = || {
        let before = telling.unit.checked_sub(1).map(|n| &units[n]);
        view.unit.lists.is_empty()
            && before.is_some_and(|u| {
                let told = &view.text[u.unit.span.start..u.unit.span.end];
                let mut lists = u.lists.iter();
                u.unit.block == view.unit.unit.block
                    && lists.any(|l| told.trim_end_matches('.').len() == l.span.end - l.span.start)
            })
    };
    first.is_some_and(|w| ["it", "its", "this", "here", "there"].contains(&w))
        || object()
        || several()
        || label()
}

/// The noun of "that artery", "this vein", "the same vessel" when it follows an act.
fn that_vessel<'v>(telling: &Telling<'v>, act: Span) -> Option<&'v str> {
    let clause = telling.view.clause;
    let next = clause.lists.iter().find(|l| l.span.start >= act.end);
    let end = next.map_or(clause.span.end, |l| l.span.start);
    let after = &telling.view.text[act.end..end];
    let first: Vec<&str> = after.split_whitespace().take(10).collect();
    let noun = first
        .windows(2)
        .filter(|w| ["that", "this", "same"].contains(&w[0]))
        .map(|w| w[1].trim_matches([',', '.', ';', ':']))
        .find(|noun| ["artery", "vein", "vessel"].contains(noun));
    noun.filter(|_| !after.contains("graft"))
}

/// "The same three veins … on the right", studied or pulled through: where that stands, the side told before, and this
/// one.
fn the_same_on(telling: &Telling<'_>) -> Option<(Span, Side, Side)> {
    const SEVERAL: [&str; 4] = ["veins", "arteries", "vessels", "segments"];
    let view = telling.view;
    let clause = view.clause;
    let text = &view.lower[clause.span.start..clause.span.end];
    let at = text.find("same ")?;
    let several = text[at..]
        .split_whitespace()
        .take(4)
        .any(|w| SEVERAL.contains(&w.trim_matches(',')));
    let same = Span::new(clause.span.start + at, clause.span.start + at + 4);
    let after = || clause.words.iter().filter(|w| w.span.start > same.start);
    let looks = after().any(|w| w.any_action(&[Action::Image, Action::Perform]))
        || clause.words.iter().any(|w| w.is_action(Action::Pullback));
    let (from, to) = after().find_map(|w| match w.side() {
        Some(SideWord::Left) => Some((Side::Right, Side::Left)),
        Some(SideWord::Right) => Some((Side::Left, Side::Right)),
        _ => None,
    })?;
    (several && looks).then_some((same, from, to))
}

/// The readings of a clause that are of none of its lists.
fn loose<'t>(telling: &'t Telling<'_>) -> Vec<&'t Reading> {
    let clause = telling.view.clause;
    // "two separate lesions, normal artery between" reads several at once, and none of them.
    let several = clause.lists.is_empty()
        && clause
            .words
            .iter()
            .any(|w| w.is_extent(Extent::Separate) || w.is_extent(Extent::Contiguous));
    telling
        .readings
        .iter()
        .filter(|r| r.list.is_none() && !several)
        .collect()
}
