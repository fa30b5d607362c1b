//! Why IVUS was needed: purposes, limits of the other study, questions it had to answer. A reason covers the study;
//! a look told as one more ("also …") needs its own.

use super::{
    Interrogation, NecessityState, Site,
    reader::{Context, Mode, Record, sentence_from},
    second,
};
use crate::{
    context::Status,
    lexicon::{Action, Category, Grammar, Ivus, Modality, Necessity},
    mention::{UnitMentions, Word},
    segment::{Layout, SectionKind},
    text::{Evidence, Role as Mark, Span, ends_in},
};

/// How far before the act a limit of the other study still is its reason, in sentences.
const SENTENCES_BEFORE: usize = 3;

/// From here on the second reader's word is enough that a reason is given. Of 15 unseen reports in which the rules read none, it
/// was this sure of six, and all six gave one.
const SURE: f32 = 0.95;

/// A reason in the text.
struct Reason {
    unit: usize,
    span: Span,
    vague: bool,
}

impl Reason {
    /// The vessels its sentence names; none when it is given for the study as a whole.
    fn sites(&self, context: &Context<'_>) -> Vec<Site> {
        if context.kind(self.unit) == SectionKind::Necessity {
            return Vec::new();
        }
        // "No measurement could be made; consequently IVUS of each common iliac vein …": the sentence that follows from it.
        let units = &context.units[self.unit..];
        let follows = units.get(1).filter(|next| {
            let studies = |w: &Word| matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device));
            next.unit.block == units[0].unit.block
                && !units[0].words.iter().any(studies)
                && next.words.iter().any(studies)
                && next
                    .words
                    .first()
                    .is_some_and(|w| w.is_necessity(Necessity::Result))
        });
        let lists = units.iter().take(1).chain(follows).flat_map(|u| &u.lists);
        lists
            .flat_map(|l| context.sites(l))
            .map(|(s, ..)| s.whole(context.lexicon))
            .collect()
    }
}

/// Sets the state of necessity of every performed interrogation.
pub(super) fn assign(
    context: &Context<'_>,
    records: &[Record<'_>],
    interrogations: &mut [Interrogation],
) {
    let looked = |i: &Interrogation| i.status == Status::Performed;
    if !interrogations.iter().any(looked) {
        return;
    }
    let mut reasons = reasons(context, records);
    if reasons.is_empty() {
        reasons.extend(weighed(context));
    }
    let study = reasons.iter().find(|r| !r.vague);
    let vague = reasons.iter().find(|r| r.vague);
    let tied = study.map_or_else(Vec::new, |r| r.sites(context));
    let indication = context.indicated
        || context
            .units
            .iter()
            .flat_map(|u| &u.words)
            .any(|w| w.is_necessity(Necessity::Symptom));
    for interrogation in interrogations.iter_mut().filter(|i| looked(i)) {
        let own = |vague: bool| {
            let at = interrogation
                .evidence
                .marks()
                .iter()
                .map(|m| m.span)
                .chain(interrogation.extra)
                .collect::<Vec<_>>();
            reasons.iter().find(|r| {
                r.vague == vague && {
                    let unit = context.source(context.units[r.unit].unit.span);
                    at.iter().any(|s| unit.contains(*s))
                }
            })
        };
        // One more look has a reason of its own, or shows something and the reason is for the study as a whole.
        let covered = interrogation
            .extra
            .is_none_or(|_| tied.is_empty() && !interrogation.findings.is_empty());
        let chosen = own(false).or_else(|| {
            study.filter(|_| covered && (own(true).is_none() || interrogation.extra.is_none()))
        });
        if let Some(reason) = chosen.filter(|_| !is_routine(context, interrogation)) {
            interrogation.necessity = NecessityState::Stated;
            interrogation.necessity_evidence =
                Some(Evidence::new(context.source(reason.span), Mark::Necessity));
        } else {
            interrogation.necessity = if indication || vague.is_some() {
                NecessityState::General
            } else {
                NecessityState::Missing
            };
            interrogation.necessity_evidence =
                vague.map(|r| Evidence::new(context.source(r.span), Mark::Necessity));
        }
    }
}

/// "The native vessels were looked at on the same pull as we routinely do": all that is told of a vessel is told as routine.
fn is_routine(context: &Context<'_>, interrogation: &Interrogation) -> bool {
    let text = context.text();
    let marks = interrogation.evidence.marks().iter();
    let units: Vec<_> = marks
        .filter(|m| m.role == Mark::Vessel)
        .filter_map(|m| context.unit_at(m.span))
        .collect();
    // "taken down into the popliteal artery": only how the catheter came to the others, unless nothing else is told.
    let only_moves = |u: &UnitMentions| {
        let moving = [Action::Place, Action::Pullback];
        u.measures.is_empty() && u.words.iter().any(|w| w.any_action(&moving))
    };
    let tells_more = units.iter().any(|u| !only_moves(u));
    let mut told = units
        .into_iter()
        .filter(|u| !tells_more || !only_moves(u))
        .peekable();
    told.peek().is_some()
        && told.all(|unit| {
            let words: Vec<&Word> = unit.words.iter().collect();
            is_vague(&words) && !is_specific(text, &words)
        })
}

/// The sentence that gives a reason in words the rules do not know, where the second reader is sure that there is one.
fn weighed(context: &Context<'_>) -> Option<Reason> {
    let (likely, span) = second::reason(context)?;
    let unit = context
        .units
        .iter()
        .position(|u| u.unit.span == span)
        .filter(|_| likely >= SURE)?;
    Some(Reason {
        unit,
        span,
        vague: false,
    })
}

#[expect(clippy::too_many_lines, reason = "one step for each form of a reason")]
fn reasons(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Reason> {
    let mut found = Vec::new();
    let text = context.text();
    let mut n = 0;
    while n < records.len() {
        let unit = records[n].unit;
        let sentence = sentence_from(records, n);
        let first = n;
        n += sentence.len();
        let mode = sentence[0].mode;
        let kind = context.kind(unit);
        let words: Vec<&Word> = context.units[unit].words.iter().collect();
        if kind == SectionKind::Necessity && context.units[unit].unit.layout != Layout::Heading {
            found.push(Reason {
                unit,
                span: context.units[unit].unit.span,
                vague: is_vague(&words) && !is_specific(text, &words),
            });
            continue;
        }
        // "PROCEDURE: Because of the allergy IVUS was used …": a description under the heading of a title.
        let described = mode == Mode::Claim
            && context.units[unit].unit.layout == Layout::Prose
            && words.iter().any(|w| w.is_grammar(Grammar::Aux));
        if mode == Mode::Off
            || (mode == Mode::Claim && !described)
            || (mode == Mode::Past && kind != SectionKind::History)
        {
            continue;
        }
        let reasons_line = words
            .first()
            .is_some_and(|w| w.is_necessity(Necessity::Purpose));
        let follows = first > 0
            && (kind == SectionKind::Ivus
                || records[..first]
                    .iter()
                    .rev()
                    .take(3)
                    .any(|r| r.act.is_some_and(|(_, a)| a.status == Status::Performed)));
        if reasons_line && follows && matches!(mode, Mode::Live) {
            found.push(Reason {
                unit,
                span: words[0].span,
                vague: is_vague(&words),
            });
            continue;
        }
        // A limit of the other study, told under the IVUS heading.
        let other = words
            .iter()
            .any(|w| w.modality() == Some(Modality::Angiography));
        if kind == SectionKind::Ivus
            && (other
                || words
                    .iter()
                    .any(|w| text[w.span.start..w.span.end].eq_ignore_ascii_case("needed")))
            && let Some(limit) = words.iter().find(|w| w.is_necessity(Necessity::Limit))
        {
            found.push(Reason {
                unit,
                span: limit.span,
                vague: false,
            });
            continue;
        }
        let speaks = words.iter().any(|w| {
            matches!(
                w.ivus(),
                Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
            )
        }) || sentence.iter().any(|r| r.act.is_some());
        // "IVUS was needed to …", "reason for IVUS": one term of the word list, so that the act in it is not told apart.
        let named = words.iter().find(|w| {
            w.is_necessity(Necessity::Explicit) && {
                let told = text[w.span.start..w.span.end].to_ascii_lowercase();
                told.contains("ivus") || told.contains("ultrasound")
            }
        });
        let denied = |word: &Word| {
            words.iter().any(|w| {
                w.has_category(context.lexicon, Category::Negated)
                    && w.span.end <= word.span.start
                    && text[w.span.end..word.span.start].split_whitespace().count() <= 3
            })
        };
        // "IVUS justification ...... ______": a field nobody filled.
        let blank = |word: &Word| {
            text[word.span.end..]
                .trim_start_matches([' ', ':', '.'])
                .starts_with("__")
        };
        if named.is_some_and(|w| blank(w)) {
            continue;
        }
        if let Some(word) = named.filter(|w| !denied(w)) {
            found.push(Reason {
                unit,
                span: word.span,
                vague: false,
            });
            continue;
        }
        // "INTRAVASCULAR ULTRASOUND: This was required to prove …", "IVUS, 0.035. Two questions: …"
        let opens = !speaks && opens_study(context, records, first);
        if !speaks && !opens {
            continue;
        }
        let tells_reason = words.iter().any(|w| {
            w.is_necessity(Necessity::Purpose)
                && text[w.span.start..w.span.end].eq_ignore_ascii_case("reason")
        });
        if !opens
            && !tells_reason
            && sentence.iter().all(|r| {
                r.act
                    .is_none_or(|(_, a)| matches!(a.status, Status::Negated | Status::Historical))
            })
        {
            continue;
        }
        if let Some(span) = specific(text, &words) {
            found.push(Reason {
                unit,
                span,
                vague: false,
            });
            continue;
        }
        if is_vague(&words) {
            let span = words
                .iter()
                .find(|w| w.is_necessity(Necessity::Vague))
                .map_or(context.units[unit].unit.span, |w| w.span);
            found.push(Reason {
                unit,
                span,
                vague: true,
            });
            continue;
        }
        // One of the sentences before tells of a limit of the other study, or asks the question.
        let earlier = records[..first].chunk_by(|a, b| a.unit == b.unit);
        let earlier = earlier.rev().filter_map(|sentence| sentence.first());
        let earlier = earlier.take(SENTENCES_BEFORE).map(|r| r.unit);
        for before in earlier.filter(|_| matches!(mode, Mode::Live)) {
            let near = context.units[before].unit.section == context.units[unit].unit.section
                && context.units[before].unit.block + 1 >= context.units[unit].unit.block;
            let limit = context.units[before]
                .words
                .iter()
                .find(|w| w.is_necessity(Necessity::Limit));
            let study = context.units[before].words.iter().any(|w| {
                matches!(
                    w.modality(),
                    Some(
                        Modality::Angiography
                            | Modality::CrossSectional
                            | Modality::ExternalUltrasound
                    )
                )
            });
            if near
                && study
                && let Some(word) = limit
            {
                found.push(Reason {
                    unit,
                    span: word.span,
                    vague: false,
                });
                break;
            }
        }
    }
    found
}

/// Whether a sentence without an IVUS word is the first under an IVUS heading, or follows words that only name the study.
fn opens_study(context: &Context<'_>, records: &[Record<'_>], first: usize) -> bool {
    let Some(before) = first.checked_sub(1).map(|n| records[n].unit) else {
        return false;
    };
    let this = &context.units[records[first].unit].unit;
    let title = &context.units[before];
    let names = title.words.iter().any(|w| {
        matches!(
            w.ivus(),
            Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
        )
    });
    let bare = title.unit.layout == Layout::Heading
        || (title.lists.is_empty() && title.unit.span.end - title.unit.span.start < 60);
    names && bare && title.unit.block == this.block && records[first].mode == Mode::Live
}

fn is_vague(words: &[&Word]) -> bool {
    words.iter().any(|w| w.is_necessity(Necessity::Vague))
}

fn is_specific(text: &str, words: &[&Word]) -> bool {
    specific(text, words).is_some()
}

/// The words of a sentence about IVUS that give its reason.
fn specific(text: &str, words: &[&Word]) -> Option<Span> {
    for (i, word) in words.iter().enumerate() {
        let next = words.get(i + 1);
        let adjacent = |n: &Word| text[word.span.end..n.span.start].trim().is_empty();
        if word.is_necessity(Necessity::Explicit) {
            return Some(word.span);
        }
        if word.is_grammar(Grammar::To)
            && text[word.span.start..word.span.end].eq_ignore_ascii_case("to")
            && let Some(next) = next
            && next.is_necessity(Necessity::PurposeVerb)
            && adjacent(next)
        {
            return Some(word.span.join(next.span));
        }
        if word.is_grammar(Grammar::For)
            && let Some(noun) = words[i + 1..]
                .iter()
                .take(4)
                .find(|w| w.is_necessity(Necessity::PurposeNoun))
            && text[word.span.end..noun.span.start]
                .split_whitespace()
                .count()
                <= 5
        {
            return Some(word.span.join(noun.span));
        }
        let need = ["need", "needed", "needs"]
            .iter()
            .any(|n| text[word.span.start..word.span.end].eq_ignore_ascii_case(n));
        if need
            && let Some(noun) = words[i + 1..].iter().take(4).find(|w| {
                w.is_necessity(Necessity::PurposeNoun) || w.is_necessity(Necessity::PurposeVerb)
            })
            && text[word.span.end..noun.span.start]
                .split_whitespace()
                .count()
                <= 5
        {
            return Some(word.span.join(noun.span));
        }
        // "no reason beyond completeness"
        let none = || {
            let lead = text[..word.span.start].trim_end();
            [" no", " no other", " without a"]
                .iter()
                .any(|n| ends_in(lead, n))
        };
        if word.is_necessity(Necessity::Purpose) && !none() {
            return Some(word.span);
        }
        if word.is_necessity(Necessity::Limit) {
            return Some(word.span);
        }
        if word.is_necessity(Necessity::Result) {
            return Some(word.span);
        }
        let because = word.is_necessity(Necessity::Cause)
            && ["because", "since", "given", "due to", "owing to"]
                .iter()
                .any(|c| {
                    text[word.span.start..word.span.end]
                        .to_ascii_lowercase()
                        .starts_with(c)
                });
        if because {
            return Some(word.span);
        }
    }
    None
}
