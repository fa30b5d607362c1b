//! What stands around a vessel's name, as features for the second reader: the scene, the meanings of the words of the
//! clause on either side, the measurements, and the words next to the name. Holds no text of a report but single words.

use std::fmt::{self, Write as _};

use super::super::{
    reader::{Context, Record},
    scene::Frame,
};
use crate::{
    lexicon::Label,
    mention::{Atom, VesselList, Word},
};

/// Words on either side of the name that are features by themselves.
const NEAR: usize = 4;

/// Takes features as they are found.
pub(super) trait Sink {
    fn feature(&mut self, feature: fmt::Arguments<'_>);
}

/// The features of one name of a vessel in a clause.
pub(super) fn features(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
    atom: &Atom,
    sink: &mut dyn Sink,
) {
    scene(context, record, sink);
    name(context, record, list, atom, sink);
    for word in record.clause.words {
        let side = if word.span.end <= list.span.start {
            "before"
        } else if word.span.start >= list.span.end {
            "after"
        } else {
            continue;
        };
        meanings(context, word, side, sink);
    }
    let unit = &context.units[record.unit];
    for measure in &unit.measures {
        if measure.span.start >= list.span.end && measure.span.end <= record.clause.span.end {
            sink.feature(format_args!("after measure {:?}", measure.quantity));
        } else if measure.span.end <= list.span.start
            && measure.span.start >= record.clause.span.start
        {
            sink.feature(format_args!("before measure {:?}", measure.quantity));
        }
    }
    words(context, record, atom, sink);
}

fn scene(context: &Context<'_>, record: &Record<'_>, sink: &mut dyn Sink) {
    let frame = match record.frame {
        Frame::None => "none",
        Frame::Ivus { coronary: true, .. } => "coronary",
        Frame::Ivus { weak: true, .. } => "weak",
        Frame::Ivus { .. } => "ivus",
        Frame::Other(_) => "other",
        Frame::Treatment => "treatment",
    };
    let hand = record
        .in_hand
        .map_or("none", super::super::scene::Mover::name);
    let act = record.act.map_or("none", |(_, a)| a.status.name());
    let mode = record.mode;
    sink.feature(format_args!("section {:?}", context.kind(record.unit)));
    let layout = context.units[record.unit].unit.layout;
    sink.feature(format_args!("layout {layout:?}"));
    sink.feature(format_args!("mode {mode:?}"));
    sink.feature(format_args!("frame {frame}"));
    sink.feature(format_args!("mode {mode:?} frame {frame}"));
    sink.feature(format_args!("hand {hand}"));
    sink.feature(format_args!("hand {hand} frame {frame}"));
    sink.feature(format_args!("act {act}"));
    sink.feature(format_args!("mode {mode:?} act {act}"));
}

/// The vessel, how it is named, and what the words of the clause make of it.
fn name(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
    atom: &Atom,
    sink: &mut dyn Sink,
) {
    if let Some(vessel) = atom.vessel() {
        let vessel = context.lexicon.vessel(vessel);
        sink.feature(format_args!("vessel {}", vessel.id));
        sink.feature(format_args!("scope {:?} {:?}", vessel.scope, vessel.system));
    }
    sink.feature(format_args!("side {:?}", atom.side_basis));
    sink.feature(format_args!("names {}", list.atoms.len().min(4)));
    match list.prep {
        Some((preposition, _)) => sink.feature(format_args!("prep {preposition:?}")),
        None => sink.feature(format_args!("prep none")),
    }
    if list.place.is_some() {
        sink.feature(format_args!("place"));
    }
    let lists = record.clause.lists.iter();
    let role = lists
        .zip(&record.roles)
        .find(|(l, _)| l.span == list.span)
        .map(|(_, role)| role.kind());
    if let Some(role) = role {
        sink.feature(format_args!("role {role}"));
        sink.feature(format_args!("role {role} mode {:?}", record.mode));
    }
}

/// What a word of the clause may mean.
fn meanings(context: &Context<'_>, word: &Word, side: &str, sink: &mut dyn Sink) {
    let lexicon = context.lexicon;
    for label in &word.labels {
        match label {
            Label::Vessel { .. } | Label::Group(_) => sink.feature(format_args!("{side} vessel")),
            Label::Finding(kind) => {
                let kind = &lexicon.findings[*kind as usize].id;
                sink.feature(format_args!("{side} finding {kind}"));
            }
            Label::Modifier(cue) => {
                let category = lexicon.modifiers[*cue as usize].category;
                sink.feature(format_args!("{side} cue {category:?}"));
            }
            Label::Procedure(p) => {
                sink.feature(format_args!("{side} {:?} {:?}", p.technique, p.form));
            }
            Label::Hidden | Label::Side(_) => {}
            other => sink.feature(format_args!("{side} {other:?}")),
        }
    }
}

/// The words next to the name in its sentence.
fn words(context: &Context<'_>, record: &Record<'_>, atom: &Atom, sink: &mut dyn Sink) {
    let unit = context.units[record.unit].unit.span;
    let text = context.text();
    let before = text.get(unit.start..atom.span.start).unwrap_or_default();
    let after = text.get(atom.span.end..unit.end).unwrap_or_default();
    let mut last: Vec<&str> = tokens(before).collect();
    if last.is_empty() {
        sink.feature(format_args!("first"));
    }
    last.reverse();
    for (n, token) in last.iter().take(NEAR).enumerate() {
        sink.feature(format_args!("-{} {}", n + 1, Lower(token)));
    }
    for (n, token) in tokens(after).take(NEAR).enumerate() {
        sink.feature(format_args!("+{} {}", n + 1, Lower(token)));
    }
}

/// Runs of letters, numbers, and single signs.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if first.is_alphabetic() {
            rest.find(|c: char| !c.is_alphabetic())
        } else if first.is_ascii_digit() {
            rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        } else {
            Some(first.len_utf8())
        };
        let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(token)
    })
}

/// A token in lower case; every number is the same.
struct Lower<'a>(&'a str);

impl fmt::Display for Lower<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.starts_with(|c: char| c.is_ascii_digit()) {
            return f.write_char('#');
        }
        for c in self.0.chars().flat_map(char::to_lowercase) {
            f.write_char(c)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Lower, tokens};

    #[test]
    fn words_numbers_and_signs() {
        let told: Vec<String> = tokens("The LCIV: 12.5 mm (tight)")
            .map(|t| Lower(t).to_string())
            .collect();
        assert_eq!(told, ["the", "lciv", ":", "#", "mm", "(", "tight", ")"]);
    }
}
