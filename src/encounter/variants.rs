//! Variants of anatomy that the text tells of: they make the order of a catheter doubtful. Anatomy outlives a session, so
//! what a history or an earlier study says of it counts, too.

use super::reader::{Context, Record};
use crate::{
    context::{Status, assert_act},
    encounter::VariantTold,
    lexicon::{Placed, Variant, VesselId},
    text::{Role as Mark, Span},
};

/// How far before the vessel a cue may end, in bytes: "replaced or accessory right".
const NEAR: usize = 24;

pub(super) fn variants(context: &Context<'_>, records: &[Record<'_>]) -> Vec<VariantTold> {
    let mut found = Vec::new();
    let (Some(first), Some(last)) = (records.first(), records.last()) else {
        return found;
    };
    let part = Span::new(first.clause.span.start, last.clause.span.end);
    let lower = &context.lower()[part.start..part.end];
    // Most reports hold none of the cues: each is looked for in the whole text before any clause is looked at.
    let cues = context.lexicon.variants.cues_in(lower);
    if cues.is_empty() {
        return found;
    }
    for record in records {
        let at = record.clause.span;
        let clause = Span::new(at.start - part.start, at.end - part.start);
        for (variant, cue) in &cues {
            for span in places(lower, clause, cue) {
                let span = Span::new(span.start + part.start, span.end + part.start);
                found.extend(told(context, record, variant, span));
            }
        }
    }
    found
}

/// What a cue at a place tells, unless it is denied or speaks of no vessel it can change.
fn told(
    context: &Context<'_>,
    record: &Record<'_>,
    variant: &Variant,
    span: Span,
) -> Option<VariantTold> {
    let asserted = assert_act(context.text(), &record.clause, span, context.lexicon);
    if asserted.status == Status::Negated {
        return None;
    }
    let vessels = match variant.placed {
        Placed::Anywhere => variant.reach.clone(),
        Placed::Before => vec![spoken_of(context, record, variant, span)?],
    };
    Some(VariantTold {
        vessels,
        effect: variant.effect.clone(),
        evidence: context.evidence(span, Mark::Modifier),
    })
}

/// The vessel a cue before it speaks of.
fn spoken_of(
    context: &Context<'_>,
    record: &Record<'_>,
    variant: &Variant,
    cue: Span,
) -> Option<VesselId> {
    let atoms = record.clause.lists.iter().flat_map(|l| &l.atoms);
    let near =
        |at: Span| at.start + NEAR >= cue.start && at.start <= cue.end + NEAR && at.end > cue.end;
    let vessel = atoms
        .filter(|a| near(a.span) && (a.span.start >= cue.end || a.span.start <= cue.start))
        .find_map(crate::mention::Atom::vessel)?;
    let whole = context.lexicon.whole(vessel);
    let fits = variant.reach.is_empty()
        || variant
            .reach
            .iter()
            .any(|v| context.lexicon.whole(*v) == whole);
    fits.then_some(whole)
}

/// The places of a cue in a part of the text in lower case, on word boundaries.
fn places(text: &str, part: Span, cue: &str) -> Vec<Span> {
    let body = &text[part.start..part.end];
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    body.match_indices(cue)
        .filter(|(at, _)| {
            !letter(body[..*at].chars().next_back())
                && !letter(body[at + cue.len()..].chars().next())
        })
        .map(|(at, _)| Span::new(part.start + at, part.start + at + cue.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::{encounter::tests::read_text, lexicon::Lexicon};

    #[test]
    fn a_variant_is_told_of_the_vessel_it_changes() {
        let lexicon = Lexicon::builtin();
        for (text, expected) in [
            ("FINDINGS: There is a bovine arch.", "common-carotid-artery"),
            ("FINDINGS: There is no bovine arch.", ""),
            (
                "FINDINGS: A replaced right hepatic artery was seen.",
                "right-hepatic-artery",
            ),
            ("DETAILS: The right femoral sheath was replaced.", ""),
            (
                "FINDINGS: An aberrant right subclavian artery was seen.",
                "subclavian-artery",
            ),
            ("HISTORY: CT showed a duplicated IVC.", "inferior-vena-cava"),
            ("FINDINGS: A duplicated femoral vein was open.", ""),
        ] {
            let encounter = read_text(text, &lexicon);
            let told: Vec<&str> = encounter
                .variants
                .iter()
                .filter_map(|v| v.vessels.first())
                .map(|v| lexicon.vessel(*v).id.as_str())
                .collect();
            assert_eq!(told.join(" "), expected, "{text}");
        }
    }
}
