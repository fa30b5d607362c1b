//! Lesions that run through several vessels. Silence is not contiguity: the text must say that one lesion goes on
//! from a vessel into the next.

mod before;
mod wording;

use super::{
    Interrogation, Lesion, Site,
    reader::{Context, Mode, Record, sentence_from},
    scene::{Frame, Role},
    tree::{path_between, touch},
};
use crate::{
    context::{Clause, Status},
    lexicon::{Category, Extent, Grammar, GroupKind, Lexicon},
    mention::{Side, VesselList, Word},
    text::{Evidence, Role as Mark, Span, preceding},
};

/// A sentence of more clauses than this is read study by study.
const LONG: usize = 8;

/// Finds the lesions; vessels of a lesion in an IVUS passage that are not yet known as looked at go to `looked_at`.
pub(super) fn lesions(
    context: &Context<'_>,
    records: &[Record<'_>],
    interrogations: &[Interrogation],
    looked_at: &mut Vec<(Site, Evidence)>,
) -> Vec<Lesion> {
    let lexicon = context.lexicon;
    let mut found: Vec<Lesion> = Vec::new();
    let known = |site: Site| {
        interrogations
            .iter()
            .any(|i| i.status == Status::Performed && i.site.whole(lexicon) == site.whole(lexicon))
    };
    // Without a look there is no lesion to follow.
    if !records.iter().any(|r| r.frame.is_ivus())
        && !interrogations.iter().any(|i| i.status == Status::Performed)
    {
        return found;
    }
    let mut n = 0;
    while n < records.len() {
        let end = n + sentence_from(records, n).len();
        let end = if is_answered_yes(context, records, end) {
            end + sentence_from(records, end).len()
        } else {
            end
        };
        // Dictation without a full stop tells of several studies in one sentence: each by itself.
        let other = |r: &Record<'_>| matches!(r.frame, Frame::Other(_));
        let end = if end - n > LONG {
            let turn = records[n..end]
                .iter()
                .position(|r| other(r) != other(&records[n]));
            turn.map_or(end, |p| n + p)
        } else {
            end
        };
        let start = n;
        n = end;
        // "…; cava healthy by venogram": what is told of another study behind a semicolon is of no lesion before it.
        let apart = records[start..end]
            .iter()
            .rposition(|r| !(other(r) && context.text()[r.clause.span.start..].starts_with(';')));
        let end = apart.map_or(end, |last| start + last + 1);
        let sentence = &records[start..end];
        if !sentence.iter().any(|r| r.mode == Mode::Live) {
            continue;
        }
        let ivus = sentence.iter().any(|r| r.frame.is_ivus());
        let other = sentence.iter().any(|r| matches!(r.frame, Frame::Other(_)));
        let last = found.last().map_or(&[][..], |l| &l.sites[..]);
        let told = Sentence::new(context, records, start, end).lesion(last);
        let Some(Told {
            sites,
            evidence,
            each_side,
            on,
        }) = told
        else {
            continue;
        };
        // "where it ends at the hypogastric", "up to the azygos arch": a branch that only tells where, beside two vessels or more.
        let trunks = sites
            .iter()
            .filter(|(s, _)| !is_branch(*s, lexicon))
            .count();
        let sites = sites.into_iter();
        let sites: Vec<_> = sites
            .filter(|(s, _)| trunks < 2 || known(*s) || !is_branch(*s, lexicon))
            .collect();
        // From "the aorta" alone nobody can tell how much of it: the parts told of, if any is.
        let vague = sites
            .iter()
            .any(|(s, _)| lexicon.vessel(s.vessel).id == "aorta");
        let part = sites
            .iter()
            .any(|(s, _)| is_aortic(*s, lexicon) && known(*s));
        let kept = |s: Site| {
            !vague
                || !is_aortic(s, lexicon)
                || known(s)
                || (!part && lexicon.vessel(s.vessel).id == "aorta")
        };
        let sites: Vec<_> = sites.into_iter().filter(|(s, _)| kept(*s)).collect();
        let sites: Vec<Site> = if ivus && !other {
            for (site, at) in &sites {
                if !known(*site) && site.side != Side::Unknown {
                    looked_at.push((*site, context.evidence(*at, Mark::Lesion)));
                }
            }
            sites.into_iter().map(|(s, _)| s).collect()
        } else {
            sites
                .into_iter()
                .map(|(s, _)| s)
                .filter(|s| known(*s))
                .collect()
        };
        if each_side {
            // "one scar on the right, and the same on the left": two of them.
            for side in [Side::Left, Side::Right] {
                let own = sites.iter().filter(|s| s.side == side).copied();
                note(&mut found, own.collect(), &evidence, on);
            }
        } else {
            note(&mut found, sites, &evidence, on);
        }
    }
    found
}

/// "Is the scar in one piece? [x] yes: from the …": whether the sentence that ends before a record asks, and the record says yes.
fn is_answered_yes(context: &Context<'_>, records: &[Record<'_>], at: usize) -> bool {
    let (Some(asked), Some(next)) = (at.checked_sub(1), records.get(at)) else {
        return false;
    };
    let told = |r: &Record<'_>| {
        let span = r.clause.span;
        context.lower()[span.start..span.end].trim()
    };
    let boxed = [' ', '[', ']', '(', ')', 'x', '\u{2611}', '\u{2612}'];
    told(&records[asked]).ends_with('?') && told(next).trim_start_matches(boxed).starts_with("yes")
}

/// Adds a lesion of several vessels, or what is told of one once more.
fn note(found: &mut Vec<Lesion>, sites: Vec<Site>, evidence: &Evidence, on: bool) {
    if sites.len() < 2 {
        return;
    }
    let same = |l: &Lesion| l.sites.iter().filter(|s| sites.contains(s)).count();
    match found
        .iter_mut()
        .find(|l| (on && same(l) > 0) || same(l) >= 2 || same(l) == sites.len().min(l.sites.len()))
    {
        // The same lesion told again, or told on.
        Some(lesion) => {
            for site in sites {
                if !lesion.sites.contains(&site) {
                    lesion.sites.push(site);
                }
            }
            lesion.evidence.extend(evidence);
        }
        None => found.push(Lesion {
            sites,
            contiguous: true,
            evidence: evidence.clone(),
        }),
    }
}

/// A lesion that a sentence tells of.
struct Told {
    sites: Vec<(Site, Span)>,
    evidence: Evidence,
    /// There is one on each side.
    each_side: bool,
    /// It goes on with a lesion told of before.
    on: bool,
}

/// A sentence with what is asked of it again and again.
struct Sentence<'s, 'a> {
    context: &'s Context<'a>,
    /// All records, and where those of the sentence stand.
    all: &'s [Record<'a>],
    start: usize,
    end: usize,
    words: Vec<&'s Word>,
    span: Span,
}

impl<'s, 'a> Sentence<'s, 'a> {
    fn new(context: &'s Context<'a>, all: &'s [Record<'a>], start: usize, end: usize) -> Self {
        let records = &all[start..end];
        let span = Span::new(
            records[0].clause.span.start,
            records[records.len() - 1].clause.span.end,
        );
        Self {
            context,
            all,
            start,
            end,
            words: records.iter().flat_map(|r| r.clause.words).collect(),
            span,
        }
    }

    fn records(&self) -> &'s [Record<'a>] {
        &self.all[self.start..self.end]
    }

    fn lower(&self) -> &'s str {
        &self.context.lower()[..self.span.end]
    }

    fn is_lesion(&self, word: &Word) -> bool {
        let lexicon = self.context.lexicon;
        word.finding()
            .is_some_and(|f| lexicon.findings[f as usize].lesion)
    }

    fn any(&self, extent: Extent) -> bool {
        self.words.iter().any(|w| w.is_extent(extent))
    }

    /// Where the first word of disease stands: a finding, or "an iliocaval thrombus", that tells how far it goes as well.
    fn disease(&self) -> Option<usize> {
        let spans = |w: &&&Word| {
            w.is_extent(Extent::Contiguous) && wording::names_disease(self.lower(), w.span)
        };
        // "free of any debris" is none.
        let free = |w: &&&Word| {
            let before = &self.lower()[self.span.start..w.span.start];
            ["free of any ", "free of ", "clear of "]
                .iter()
                .any(|f| before.ends_with(f))
        };
        let mut words = self.words.iter();
        let first = words.find(|w| (self.is_lesion(w) && !free(w)) || spans(w))?;
        Some(first.span.start)
    }

    /// "It continues …", "without interruption ends inside …": the lesion of the sentence before.
    fn is_carried(&self) -> bool {
        let first = self
            .all
            .partition_point(|r| r.unit < self.records()[0].unit);
        let opens = self.words.first().is_some_and(|w| {
            w.is_grammar(Grammar::Anaphor)
                || ((w.is_extent(Extent::Contiguous) || w.is_extent(Extent::Continue))
                    && self.lower()[self.span.start..w.span.start].trim().len() < 5
                    && !wording::is_a_way(self.lower(), Span::new(w.span.start, self.span.end)))
        }) || wording::is_known(self.lower(), self.span);
        opens
            && first > 0
            && self.all[first - 1]
                .clause
                .words
                .iter()
                .any(|w| w.is_extent(Extent::Contiguous) || self.is_lesion(w))
    }

    /// "A single, uninterrupted lining: it begins under the cava and extends through …": a lesion by how it runs.
    fn runs(&self) -> bool {
        self.any(Extent::Contiguous)
            && self.any(Extent::Continue)
            && self.records().iter().all(|r| r.frame.is_ivus())
    }

    /// Whether it says that there are several lesions, or the next sentence does: "These are separate."
    fn sets_apart(&self, gapless: Option<Span>) -> bool {
        let text = self.context.text();
        let here = self
            .words
            .iter()
            .any(|w| wording::separates(self.lower(), w, gapless))
            && !self
                .words
                .iter()
                .any(|w| text[w.span.start..w.span.end].eq_ignore_ascii_case("contiguous"));
        let next = || {
            self.all.get(self.end).is_some_and(|next| {
                let lower = &self.context.lower()[..next.clause.span.end];
                let gapless = wording::without_gap(lower, next.clause.span);
                let mut words = next.clause.words.iter();
                next.clause.lists.is_empty()
                    && next.clause.words.len() < 8
                    && words.any(|w| wording::separates(lower, w, gapless))
            })
        };
        here || next()
    }

    /// The word of continuity, if there is one whose subject is the disease, and whether it says by itself that it is one.
    fn cue(&self, disease: Option<usize>, gapless: Option<Span>) -> Option<(Span, bool)> {
        let lexicon = self.context.lexicon;
        let text = self.context.text();
        let word = self.words.iter().find(|w| {
            let contiguous = w.is_extent(Extent::Contiguous);
            if !contiguous && !w.is_extent(Extent::Continue) {
                return false;
            }
            let denied = wording::is_denied(text, &self.words, w.span, lexicon);
            let told = disease.is_none_or(|start| start < w.span.start)
                && (!wording::is_only_end(&self.lower()[w.span.start..w.span.end])
                    || self.says_from());
            let named = contiguous && disease.is_some();
            !denied
                && (named || (told && !self.is_moved(w.span, disease)))
                && !self.is_of_one_reading(w)
        });
        let told = word.map(|w| (w.span, w.is_extent(Extent::Contiguous)));
        let one = || wording::is_one(self.lower(), self.span);
        let same = || wording::is_part_of_same(self.lower(), self.span);
        match told {
            Some((_, true)) => told,
            _ => gapless
                .or_else(one)
                .or_else(same)
                .filter(|at| !self.is_moved(*at, disease))
                .map(|at| (at, true))
                .or(told),
        }
    }

    /// "SFA 6.1 mm diffuse soft plaque, CFA 8.2 mm eccentric plaque": each vessel has a reading of its own, and the word is of one.
    fn is_of_one_reading(&self, word: &Word) -> bool {
        let diffuse = self.lower()[word.span.start..].starts_with("diffuse");
        let lists: Vec<&VesselList> = if diffuse {
            let lists = self.records().iter().flat_map(|r| r.clause.lists);
            lists.filter(|l| l.prep.is_none()).collect()
        } else {
            return false;
        };
        let ends = lists.iter().skip(1).map(|l| l.span.start);
        let ends = ends.chain([self.span.end]);
        let measures = &self.context.units[self.records()[0].unit].measures;
        let read = |from: usize, to: usize| {
            let first = measures.partition_point(|m| m.span.start < from);
            measures.get(first).is_some_and(|m| m.span.end <= to)
        };
        let mut each = lists
            .iter()
            .zip(ends)
            .filter(|(l, to)| read(l.span.end, *to));
        each.nth(1).is_some()
    }

    /// "On the right one contiguous scar from the external into the common iliac vein, and the same on the left, from …": first
    /// the vessels of one side, then those of the other, and between them that it is so there, too.
    fn is_of_each_side(&self, sites: &[(Site, Span)]) -> bool {
        let of = |side: Side| {
            let own = sites.iter().filter(move |(s, _)| s.side == side);
            let spans = || own.clone().map(|(_, at)| *at);
            Some((
                spans().map(|a| a.start).min()?,
                spans().map(|a| a.end).max()?,
            ))
        };
        let (Some(left), Some(right)) = (of(Side::Left), of(Side::Right)) else {
            return false;
        };
        let (first, second) = if left < right {
            (left, right)
        } else {
            (right, left)
        };
        let sided = |s: &Site| matches!(s.side, Side::Left | Side::Right);
        // What only lies on the way from one side to the other rests on another's name.
        let on_the_way = |at: &Span| sites.iter().any(|(s, own)| sided(s) && own == at);
        let named = |(s, at): &(Site, Span)| sided(s) || on_the_way(at);
        if first.1 > second.0 || !sites.iter().all(named) {
            return false;
        }
        let again = self.words.iter().any(|w| {
            w.is_extent(Extent::Contiguous) && first.1 <= w.span.start && w.span.end <= second.0
        });
        let between = &self.lower()[first.1..second.0];
        again
            || ["the same on", "likewise on", "another on"]
                .iter()
                .any(|w| between.contains(w))
    }

    /// Whether the subject of a word of continuity is a device, not the disease.
    fn is_moved(&self, cue: Span, disease: Option<usize>) -> bool {
        self.words.iter().any(|d| {
            d.span.end <= cue.start
                && disease.is_none_or(|start| d.span.start > start)
                && (d.device().is_some() || d.ivus().is_some())
                && !is_aside(self.context.text(), d.span)
        })
    }

    /// Whether it says where the disease begins: "from the common iliac".
    fn says_from(&self) -> bool {
        let mut lists = self.records().iter().flat_map(|r| r.clause.lists);
        lists.any(|l| matches!(l.prep, Some((Grammar::From, _))))
    }

    /// The vessels told of before in which the disease of this sentence was seen, too.
    fn told_before(
        &self,
        named: &[(Site, Span)],
        cue: (Span, bool),
        last: &[Site],
    ) -> Vec<(Site, Span)> {
        let (context, lexicon) = (self.context, self.context.lexicon);
        let mut found = taken_up(context, self.all, self.records(), cue.0);
        found.extend(self.ends_in_focus(cue.0));
        found.extend(self.begins_in_focus(named, cue.0));
        let same = wording::is_same(self.lower(), self.span);
        let told = &self.lower()[cue.0.start..cue.0.end];
        let disease_free = self.disease().is_none();
        if let (Some(same), false) = (same, self.says_from()) {
            found.extend(last.iter().map(|s| (*s, same)));
        }
        if named.is_empty() {
            // "It is one sleeve of tissue …": of the vessels just told of.
            let other = |r: &Record<'_>| matches!(r.frame, Frame::Other(_) | Frame::Treatment);
            if cue.1 && !self.records().iter().any(other) {
                let several = wording::takes_up_several(self.lower(), self.span, usize::MAX);
                found.extend(before::run(context, self.all, self.start, several));
            }
            return found;
        }
        let alone = named.iter().all(|(s, _)| s.vessel == named[0].0.vessel);
        let after = Span::new(cue.0.end, self.span.end);
        let joins = cue.1 && wording::joins_the_last(self.lower(), after);
        let known = same.is_some()
            || joins
            || (wording::is_known(self.lower(), self.span)
                && (alone || told.starts_with("continu")))
            || (self.is_carried() && alone);
        let passive = disease_free && wording::is_passive(self.lower(), cue.0);
        if known && !passive && !self.says_from() && (cue.1 || wording::goes_on(told)) {
            let touches = |s: &Site| named.iter().any(|(n, _)| n != s && touch(*n, *s, lexicon));
            let near = before::nearest(context, self.all, self.start).into_iter();
            found.extend(near.filter(|(s, _)| touches(s)));
            if joins && found.is_empty() {
                found.extend(last.iter().filter(|s| touches(s)).map(|s| (*s, cue.0)));
            }
        }
        found
    }

    /// "It runs on from the aorta into this vessel": the one that the sentence before was of.
    fn ends_in_focus(&self, cue: Span) -> Option<(Site, Span)> {
        const WORDS: [&str; 6] = [
            "into this vein",
            "into this artery",
            "into this vessel",
            "into that vein",
            "into that artery",
            "into that vessel",
        ];
        // "Left external iliac: the clot goes on into this vessel": the one that the sentence names.
        let mut lists = self.records().iter().flat_map(|r| r.clause.lists);
        if lists.any(|l| l.span.end <= cue.start) {
            return None;
        }
        let told = &self.lower()[cue.end..self.span.end];
        let (at, len) = WORDS.iter().find_map(|w| Some((told.find(w)?, w.len())))?;
        let before = &self.all[self.start.checked_sub(1)?];
        let [site] = before.focus[..] else {
            return None;
        };
        let at = Span::new(cue.end + at, cue.end + at + len);
        Some((site.whole(self.context.lexicon), at))
    }

    /// "Its last 2 cm are encased, and this goes on into the superior vena cava": of the vessel that the sentence before was of.
    fn begins_in_focus(&self, named: &[(Site, Span)], cue: Span) -> Option<(Site, Span)> {
        let lexicon = self.context.lexicon;
        let told = self.lower().get(self.span.start..cue.start)?;
        let own = told.trim_start().starts_with("its ");
        let diseased = self
            .words
            .iter()
            .any(|w| w.span.end <= cue.start && self.is_lesion(w));
        let mut lists = self.records().iter().flat_map(|r| r.clause.lists);
        if !own || !diseased || lists.any(|l| l.span.end <= cue.start) {
            return None;
        }
        let [site] = self.all[self.start.checked_sub(1)?].focus[..] else {
            return None;
        };
        let site = site.whole(lexicon);
        let touches = named
            .iter()
            .any(|(n, _)| *n != site && touch(*n, site, lexicon));
        touches.then(|| (site, Span::new(self.span.start, self.span.start + 3)))
    }

    /// The vessels it names as part of a lesion, with those on the way from one to another.
    fn named(&self) -> Vec<(Site, Span)> {
        let lexicon = self.context.lexicon;
        let mut sites: Vec<(Site, Span)> = Vec::new();
        let mut ways: Vec<(Site, Span)> = Vec::new();
        let mut from: Option<Site> = None;
        for record in self.records() {
            for (l, role) in record.roles.iter().enumerate() {
                let list = &record.clause.lists[l];
                let start = starts_at_origin(self.context.text(), list)
                    || self.begins_in(list)
                    || self.begins_below(list);
                if !self.is_part(record, l, *role, start) {
                    continue;
                }
                let members = self.members(list);
                let prep = if start {
                    Some(Grammar::From)
                } else if list.prep.is_none() && self.is_led_to(list) {
                    Some(Grammar::To)
                } else {
                    list.prep.map(|(p, _)| p)
                };
                if let (Some(a), Some((b, at))) = (from, members.last())
                    && matches!(prep, Some(Grammar::To | Grammar::Through))
                    && let Some(path) = path_between(a, *b, lexicon)
                {
                    let at = *at;
                    ways.extend(path.into_iter().map(|s| (s, at)));
                }
                from = members
                    .first()
                    .map(|(s, _)| *s)
                    .filter(|_| prep == Some(Grammar::From))
                    .or(from);
                sites.extend(members);
            }
        }
        // What is named rests on its own name, not on that of the range's end.
        ways.retain(|(way, _)| !sites.iter().any(|(s, _)| s == way));
        sites.extend(ways);
        sites
    }

    /// "runs into the left external iliac vein": the word of continuity ends in the preposition.
    fn is_led_to(&self, list: &VesselList) -> bool {
        self.words.iter().any(|w| {
            let told = &self.lower()[w.span.start..w.span.end];
            w.is_extent(Extent::Continue)
                && told.ends_with("to")
                && w.span.end <= list.span.start
                && list.span.start - w.span.end <= " the ".len()
        })
    }

    /// "that begins in the descending aorta": a range starts there.
    fn begins_in(&self, list: &VesselList) -> bool {
        list.prep.is_some_and(|(prep, at)| {
            prep == Grammar::In && wording::begins_in(&self.lower()[self.span.start..at.start])
        })
    }

    /// "starts 1 cm below the origin of the common iliac and carries on …": in that vessel, a little way down.
    fn begins_below(&self, list: &VesselList) -> bool {
        let lower = self.lower();
        list.prep.is_some_and(|(prep, at)| {
            let before = lower[self.span.start..at.start].trim_end();
            let before = before.trim_end_matches(" the");
            let before = ["below", "beyond", "past", "distal to"]
                .iter()
                .find_map(|w| before.strip_suffix(w))
                .map_or(before, str::trim_end);
            let length = [" mm", " cm"].iter().any(|w| before.ends_with(w));
            // What goes before the length.
            let verb = preceding(before, before.len(), 24);
            let origin = lower[at.start..list.span.start].contains("origin");
            prep == Grammar::Landmark && length && origin && wording::begins(verb)
        })
    }

    /// "in the innominate vein 1 cm from the cava": how far away it is.
    fn is_distance(&self, since: usize, list: &VesselList) -> bool {
        let lower = self.lower();
        list.prep.is_some_and(|(prep, at)| {
            let between = lower[since.min(at.start)..at.start].trim();
            let number = ["mm", "cm"]
                .iter()
                .find_map(|unit| between.strip_suffix(unit));
            let digits = |n: &str| n.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            prep == Grammar::From && number.is_some_and(|n| digits(n.trim_matches([' ', ','])))
        })
    }

    /// Whether a list names vessels of the lesion, not a place, an access, or where it does not go.
    fn is_part(&self, record: &Record<'_>, l: usize, role: Role, start: bool) -> bool {
        let context = self.context;
        let list = &record.clause.lists[l];
        let lists = record.clause.lists;
        let since = match l.checked_sub(1) {
            Some(p) => lists[p].span.end,
            None => record.clause.span.start,
        };
        let until = lists
            .get(l + 1)
            .map_or(record.clause.span.end, |n| n.span.start);
        let between = &context.lower()[since..list.span.start];
        let after = context.lower()[list.span.end..until].trim_start();
        // "starts at the mouth of the left common iliac vein", "1 cm below the origin of …, and from there"
        let begins = wording::begins(between) || after.contains("from there");
        // "from the common iliac origin into …": a range starts there.
        let at_a_mouth = matches!(list.prep, Some((Grammar::At, _)));
        let named_for_place = list
            .place
            .is_some_and(|p| p.start >= list.span.end || at_a_mouth)
            && !begins
            && !matches!(list.prep, Some((Grammar::From, _)));
        // "where it peters out at the profunda"
        let lexicon = context.lexicon;
        let branches = || {
            context
                .sites(list)
                .iter()
                .all(|(s, ..)| is_branch(*s, lexicon))
        };
        let left_out = (at_a_mouth && wording::ends_at(between) && branches())
            || (l > 0 && self.is_distance(since, list))
            || wording::stays_out_of(between)
            || wording::stays_out(after)
            || wording::is_met(&context.lower()[record.clause.span.start..list.span.start])
            || is_told_healthy(context, &record.clause, l);
        // "no gap in the scar between the common and the external iliac vein"
        let spanned = || {
            let gapless = wording::without_gap(self.lower(), self.span);
            gapless.is_some() && self.lower()[self.span.start..list.span.start].contains("between")
        };
        !record.view(context).is_coronary(list)
            && !named_for_place
            && !left_out
            && !matches!(role, Role::Access(_))
            && (role != Role::Landmark || start || after.contains("from there") || spanned())
    }

    /// The sites of a list; a name for several vessels stands for each of them.
    fn members(&self, list: &VesselList) -> Vec<(Site, Span)> {
        let lexicon = self.context.lexicon;
        let mut members: Vec<(Site, Span)> = self
            .context
            .sites(list)
            .into_iter()
            .map(|(s, at, _)| (s.whole(lexicon), at))
            .collect();
        for atom in &list.atoms {
            let Some(group) = atom.group.map(|g| &lexicon.groups[g as usize]) else {
                continue;
            };
            if group.kind != GroupKind::Span {
                continue;
            }
            for vessel in &group.members {
                let sided = lexicon.vessel(*vessel).sided;
                let vessel = lexicon.whole(*vessel);
                members.extend(atom.sides.iter().map(|side| {
                    let side = if sided { *side } else { Side::None };
                    (Site { vessel, side }, atom.span)
                }));
            }
        }
        members
    }

    /// The one lesion it tells of, if it does.
    fn lesion(&self, last: &[Site]) -> Option<Told> {
        let lexicon = self.context.lexicon;
        let disease = self.disease();
        let same = wording::is_same(self.lower(), self.span);
        let one = wording::is_one(self.lower(), self.span);
        if disease.is_none()
            && same.is_none()
            && one.is_none()
            && !self.is_carried()
            && !self.runs()
        {
            return None;
        }
        let gapless = wording::without_gap(self.lower(), self.span);
        if self.sets_apart(gapless) || wording::is_doubtful(self.lower(), self.span) {
            return None;
        }
        let cue = self.cue(disease, gapless)?;
        let named = self.named();
        let before = self.told_before(&named, cue, last);
        let on = before.iter().any(|(s, _)| last.contains(s));
        let mut unique: Vec<(Site, Span)> = Vec::new();
        for (site, at) in before.into_iter().chain(named) {
            if !unique.iter().any(|(s, _)| *s == site) {
                unique.push((site, at));
            }
        }
        // A lesion hangs together: drop what touches none of the rest.
        let sites: Vec<(Site, Span)> = unique
            .iter()
            .filter(|(s, _)| unique.iter().any(|(o, _)| o != s && touch(*s, *o, lexicon)))
            .copied()
            .collect();
        if sites.len() < 2 {
            return None;
        }
        let mut evidence = self.context.evidence(cue.0, Mark::Lesion);
        for (_, at) in &sites {
            evidence.add(self.context.source(*at), Mark::Vessel);
        }
        let each_side = self.is_of_each_side(&sites);
        Some(Told {
            sites,
            evidence,
            each_side,
            on,
        })
    }
}

/// Whether a site is a part of the aorta.
fn is_aortic(site: Site, lexicon: &Lexicon) -> bool {
    let vessel = lexicon.vessel(site.vessel);
    vessel.is_a("aorta") || vessel.is_a("aortic-arch")
}

/// Whether a vessel is a branch by which heights are told more often than a lesion runs into it.
fn is_branch(site: Site, lexicon: &Lexicon) -> bool {
    const BRANCHES: [&str; 7] = [
        "azygos",
        "internal-iliac",
        "renal",
        "profunda",
        "lumbar",
        "gonadal",
        "celiac",
    ];
    let vessel = lexicon.vessel(site.vessel);
    BRANCHES.iter().any(|b| vessel.is_a(b))
}

/// "From there the clot goes down without a break through …", "The mass narrows this vein and carries on into …": the vessel
/// that the sentence before was of.
fn taken_up(
    context: &Context<'_>,
    records: &[Record<'_>],
    sentence: &[Record<'_>],
    cue: Span,
) -> Vec<(Site, Span)> {
    const WORDS: [&str; 6] = [
        "from there",
        "this vein",
        "this artery",
        "this vessel",
        "that vein",
        "that artery",
    ];
    let first = records.partition_point(|r| r.unit < sentence[0].unit);
    let start = sentence[0].clause.span.start;
    let told = &context.lower()[start..cue.start.max(start)];
    let at = WORDS.iter().find_map(|w| Some((told.find(w)?, w.len())));
    let (Some((at, len)), Some(before)) = (at, first.checked_sub(1).map(|n| &records[n])) else {
        return Vec::new();
    };
    // "From there it ran from the external iliac through …": the sentence says where it begins.
    let mut lists = sentence.iter().flat_map(|r| r.clause.lists);
    if lists.any(|l| matches!(l.prep, Some((Grammar::From, _)))) {
        return Vec::new();
    }
    // "The cava was free of thrombus. From there on down …": the lesion begins below it.
    let unit = records.partition_point(|r| r.unit < before.unit);
    let lexicon = context.lexicon;
    let words = || records[unit..first].iter().flat_map(|r| r.clause.words);
    let first_told = words().find_map(|w| Some((w.span, w.finding()?)));
    let healthy = first_told.is_some_and(|(at, finding)| {
        let class = &lexicon.findings[finding as usize].class;
        let mut denials = words().filter(|w| w.has_category(lexicon, Category::Negated));
        matches!(class.as_str(), "normal" | "patency") || denials.any(|w| w.span.end <= at.start)
    });
    if healthy {
        return Vec::new();
    }
    let span = Span::new(start + at, start + at + len);
    before
        .focus
        .iter()
        .map(|site| (site.whole(lexicon), span))
        .collect()
}

/// "the cava, which was clean, …": the first that is told of a vessel is that it is free of disease, so no lesion runs in it.
fn is_told_healthy(context: &Context<'_>, clause: &Clause<'_>, list: usize) -> bool {
    let lexicon = context.lexicon;
    // "with no normal interval" tells of no vessel that it is normal.
    let gapless = wording::without_gap(&context.lower()[..clause.span.end], clause.span);
    let in_gap = |w: &Word| gapless.is_some_and(|g| g.start <= w.span.start && w.span.end <= g.end);
    let from = clause.lists[list].span.end;
    let to = clause.lists.get(list + 1).map_or_else(
        || {
            // Of the last vessel only what a verb of its own tells: "below that the right femoral vein was open".
            let verb = clause.words.iter().find(|w| w.span.start >= from);
            if verb.is_some_and(|w| w.is_grammar(Grammar::Aux) && w.span.start <= from + 1) {
                clause.span.end
            } else {
                from
            }
        },
        |l| l.span.start,
    );
    clause
        .words
        .iter()
        .filter(|w| w.span.start >= from && w.span.end <= to && !in_gap(w))
        .find_map(Word::finding)
        .is_some_and(|f| {
            matches!(
                lexicon.findings[f as usize].class.as_str(),
                "normal" | "patency"
            )
        })
}

/// "from the origin of the left common iliac vein": where a lesion starts is part of it.
fn starts_at_origin(text: &str, list: &VesselList) -> bool {
    list.prep.is_some_and(|(p, at)| {
        p == Grammar::Landmark
            && text[at.start..at.end]
                .to_ascii_lowercase()
                .contains("origin")
            && text[..at.start]
                .trim_end()
                .trim_end_matches(" the")
                .to_ascii_lowercase()
                .ends_with(" from")
    })
}

fn is_aside(text: &str, span: Span) -> bool {
    let before = text[..span.start].trim_end().to_ascii_lowercase();
    let before = before.trim_end_matches(" the");
    [
        " by", " on", " with", " in-", " than", " from", " of", " below", " above", " under",
        " beneath", " inside", " at", " in",
    ]
    .iter()
    .any(|p| before.ends_with(p))
}
