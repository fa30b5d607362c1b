//! Lesions that run through several vessels. Silence is not contiguity: the text must say that one lesion goes on
//! from a vessel into the next.

use super::{
    Interrogation, Lesion, Site,
    reader::{Context, Mode, Record},
    scene::{Frame, Known, Role, View},
    tree::{path_between, touch},
};
use crate::{
    context::{Clause, Status},
    lexicon::{Category, Extent, Grammar, GroupKind, Lexicon},
    mention::{Side, VesselList, Word},
    text::{Evidence, Role as Mark, Span},
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
    let mut n = 0;
    while n < records.len() {
        let unit = records[n].unit;
        let end = records[n..]
            .iter()
            .position(|r| r.unit != unit)
            .map_or(records.len(), |p| n + p);
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
        let sentence = &records[n..end];
        n = end;
        if !sentence.iter().any(|r| r.mode == Mode::Live) {
            continue;
        }
        let ivus = sentence.iter().any(|r| r.frame.is_ivus());
        let other = sentence.iter().any(|r| matches!(r.frame, Frame::Other(_)));
        let last = found.last().map_or(&[][..], |l| &l.sites[..]);
        let Some((sites, evidence)) = one_lesion(context, records, sentence, (end, last)) else {
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
        if sites.len() > 1 {
            let same = |l: &Lesion| l.sites.iter().filter(|s| sites.contains(s)).count();
            match found
                .iter_mut()
                .find(|l| same(l) >= 2 || same(l) == sites.len().min(l.sites.len()))
            {
                // The same lesion told again, or told on.
                Some(lesion) => {
                    for site in sites {
                        if !lesion.sites.contains(&site) {
                            lesion.sites.push(site);
                        }
                    }
                    lesion.evidence.extend(&evidence);
                }
                None => found.push(Lesion {
                    sites,
                    contiguous: true,
                    evidence,
                }),
            }
        }
    }
    found
}

/// The sites of the one lesion a sentence tells of, if it does.
#[expect(
    clippy::too_many_lines,
    reason = "one sentence read from its start to its end"
)]
fn one_lesion(
    context: &Context<'_>,
    records: &[Record<'_>],
    sentence: &[Record<'_>],
    (end, last): (usize, &[Site]),
) -> Option<(Vec<(Site, Span)>, Evidence)> {
    let lexicon = context.lexicon;
    let words: Vec<&Word> = sentence.iter().flat_map(|r| r.clause.words).collect();
    let text = context.text();
    let lesion = words.iter().position(|w| {
        w.finding()
            .is_some_and(|f| lexicon.findings[f as usize].lesion)
    });
    let carried = || {
        // "It continues …": the lesion of the sentence before.
        let first = records.partition_point(|r| r.unit < sentence[0].unit);
        let opener = words
            .first()
            .is_some_and(|w| w.is_grammar(Grammar::Anaphor));
        opener
            && first > 0
            && records[first - 1].clause.words.iter().any(|w| {
                w.is_extent(Extent::Contiguous)
                    || w.finding()
                        .is_some_and(|f| lexicon.findings[f as usize].lesion)
            })
    };
    // "A single, uninterrupted lining: it begins under the cava and extends through …": a lesion by how it runs.
    let runs = || {
        let any = |extent| words.iter().any(|w| w.is_extent(extent));
        any(Extent::Contiguous)
            && any(Extent::Continue)
            && sentence.iter().all(|r| r.frame.is_ivus())
    };
    if lesion.is_none() && !carried() && !runs() {
        return None;
    }
    if words.iter().any(|w| w.is_extent(Extent::Separate))
        && !words
            .iter()
            .any(|w| text[w.span.start..w.span.end].eq_ignore_ascii_case("contiguous"))
    {
        return None;
    }
    // The next sentence may take it back: "These are separate."
    if let Some(next) = records.get(end)
        && next.clause.lists.is_empty()
        && next
            .clause
            .words
            .iter()
            .any(|w| w.is_extent(Extent::Separate))
        && next.clause.words.len() < 8
    {
        return None;
    }
    let start = lesion.map_or(0, |l| words[l].span.start);
    let cue = words.iter().find(|w| {
        let contiguous = w.is_extent(Extent::Contiguous);
        let continues = w.is_extent(Extent::Continue);
        if !contiguous && !continues {
            return false;
        }
        let negated = words.iter().any(|m| {
            m.span.end <= w.span.start
                && m.has_category(lexicon, Category::Negated)
                && text[m.span.end..w.span.start].split_whitespace().count() <= 2
        });
        // The subject of the verb is the lesion, not a device.
        let moved = words.iter().any(|d| {
            d.span.end <= w.span.start
                && (d.span.start > start || lesion.is_none())
                && (d.device().is_some() || d.ivus().is_some())
                && !is_aside(text, d.span)
        });
        !negated && (contiguous || (!moved && (lesion.is_none() || start < w.span.start)))
    })?;
    let mut sites = taken_up(context, records, sentence, cue.span);
    // "The same scar continued into the right common iliac vein": the lesion told of last.
    let first = sentence[0].clause.span.start;
    if context.lower()[first..].starts_with("the same ") && cue.is_extent(Extent::Continue) {
        let same = Span::new(first, first + "the same".len());
        sites.extend(last.iter().map(|s| (*s, same)));
    }
    let mut from: Option<Site> = None;
    for record in sentence {
        let view = View {
            text,
            lower: context.lower(),
            clause: &record.clause,
            unit: &context.units[record.unit],
            lexicon,
            facts: context.facts,
            frame: record.frame,
            in_hand: None,
            at_access: false,
            known: Known::default(),
        };
        for (l, (list, role)) in record.clause.lists.iter().zip(&record.roles).enumerate() {
            // "from the common iliac origin into …": a range starts there.
            let at_a_mouth = matches!(list.prep, Some((Grammar::At, _)));
            let named_for_place = list
                .place
                .is_some_and(|p| p.start >= list.span.end || at_a_mouth)
                && !matches!(list.prep, Some((Grammar::From, _)));
            let start = starts_at_origin(text, list);
            if view.is_coronary(list)
                || named_for_place
                || is_told_healthy(&record.clause, l, lexicon)
                || matches!(role, Role::Access(_))
                || (*role == Role::Landmark && !start)
            {
                continue;
            }
            let mut members: Vec<(Site, Span)> = context
                .sites(list)
                .into_iter()
                .map(|(s, at, _)| (s.whole(lexicon), at))
                .collect();
            for atom in &list.atoms {
                let Some(group) = atom.group.map(|g| &lexicon.groups[g as usize]) else {
                    continue;
                };
                if group.kind == GroupKind::Span {
                    for vessel in &group.members {
                        for side in &atom.sides {
                            let side = if lexicon.vessel(*vessel).sided {
                                *side
                            } else {
                                Side::None
                            };
                            members.push((
                                Site {
                                    vessel: lexicon.whole(*vessel),
                                    side,
                                },
                                atom.span,
                            ));
                        }
                    }
                }
            }
            let prep = if start {
                Some(Grammar::From)
            } else {
                list.prep.map(|(p, _)| p)
            };
            if let (Some(a), Some((b, at))) = (from, members.last())
                && matches!(prep, Some(Grammar::To | Grammar::Through))
                && let Some(path) = path_between(a, *b, lexicon)
            {
                let at = *at;
                sites.extend(path.into_iter().map(|s| (s, at)));
            }
            from = members
                .first()
                .map(|(s, _)| *s)
                .filter(|_| prep == Some(Grammar::From))
                .or(from);
            sites.extend(members);
        }
    }
    let mut unique: Vec<(Site, Span)> = Vec::new();
    for (site, at) in sites {
        if !unique.iter().any(|(s, _)| *s == site) {
            unique.push((site, at));
        }
    }
    // A lesion hangs together: drop what touches none of the rest.
    let touching: Vec<(Site, Span)> = unique
        .iter()
        .filter(|(s, _)| unique.iter().any(|(o, _)| o != s && touch(*s, *o, lexicon)))
        .copied()
        .collect();
    if touching.len() < 2 {
        return None;
    }
    let mut evidence = context.evidence(cue.span, Mark::Lesion);
    for (_, at) in &touching {
        evidence.add(context.source(*at), Mark::Vessel);
    }
    Some((touching, evidence))
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
fn is_told_healthy(clause: &Clause<'_>, list: usize, lexicon: &Lexicon) -> bool {
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
        .filter(|w| w.span.start >= from && w.span.end <= to)
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
    [" by", " on", " with", " in-", " than"]
        .iter()
        .any(|p| before.ends_with(p))
}
