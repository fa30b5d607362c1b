//! What stands around a vessel's name, as features for the second reader: the scene, the meanings of the words of the
//! clause on either side, the measurements, and the words next to the name. Holds no text of a report but single words.

use std::fmt::{self, Write as _};

use super::super::{
    reader::{Context, Record},
    scene::{Frame, Mover},
};
use crate::{
    lexicon::Label,
    mention::{Atom, VesselList},
    text::Span,
};

/// Words on either side of the name that are features by themselves.
const NEAR: usize = 4;

/// A feature: its name, to be learnt from, or the hash of its name, to be weighed by.
pub(super) trait Feature: Clone {
    /// The feature whose name is made of these parts.
    fn of(parts: &[&str]) -> Self;
}

/// What stands around the names of vessels in a clause: told once, however many vessels it names.
pub(super) struct Surroundings<F> {
    /// What holds for every name in the clause.
    scene: Vec<F>,
    words: Vec<Told<F>>,
}

/// What a word or a measurement tells to the names after it and to those before it.
struct Told<F> {
    span: Span,
    before: F,
    after: F,
}

impl<F: Feature> Surroundings<F> {
    pub(super) fn of(context: &Context<'_>, record: &Record<'_>) -> Self {
        let mut words = Vec::new();
        let mut name = String::new();
        for word in record.clause.words {
            for label in &word.labels {
                name.clear();
                if write_meaning(context, *label, &mut name).is_ok() && !name.is_empty() {
                    words.push(Told::of(word.span, &name));
                }
            }
        }
        let unit = &context.units[record.unit];
        let inside = |span: Span| record.clause.span.contains(span);
        for measure in unit.measures.iter().filter(|m| inside(m.span)) {
            words.push(Told::of(
                measure.span,
                &format!("measure {:?}", measure.quantity),
            ));
        }
        Self {
            scene: scene(context, record),
            words,
        }
    }

    /// The features of one name of a vessel in the clause; some may stand twice.
    pub(super) fn features(
        &self,
        context: &Context<'_>,
        record: &Record<'_>,
        list: &VesselList,
        atom: &Atom,
        found: &mut Vec<F>,
    ) {
        found.extend_from_slice(&self.scene);
        name(context, record, list, atom, found);
        for word in &self.words {
            if word.span.end <= list.span.start {
                found.push(word.before.clone());
            } else if word.span.start >= list.span.end {
                found.push(word.after.clone());
            }
        }
        near(context, record, atom, found);
    }
}

impl<F: Feature> Told<F> {
    fn of(span: Span, name: &str) -> Self {
        Self {
            span,
            before: F::of(&["before ", name]),
            after: F::of(&["after ", name]),
        }
    }
}

fn scene<F: Feature>(context: &Context<'_>, record: &Record<'_>) -> Vec<F> {
    let frame = match record.frame {
        Frame::None => "none",
        Frame::Ivus { coronary: true, .. } => "coronary",
        Frame::Ivus { weak: true, .. } => "weak",
        Frame::Ivus { .. } => "ivus",
        Frame::Other(_) => "other",
        Frame::Treatment => "treatment",
    };
    let hand = record.in_hand.map_or("none", Mover::name);
    let act = record.act.map_or("none", |(_, a)| a.status.name());
    let mode = format!("{:?}", record.mode);
    let section = format!("{:?}", context.kind(record.unit));
    let layout = format!("{:?}", context.units[record.unit].unit.layout);
    vec![
        F::of(&["section ", &section]),
        F::of(&["layout ", &layout]),
        F::of(&["mode ", &mode]),
        F::of(&["frame ", frame]),
        F::of(&["mode ", &mode, " frame ", frame]),
        F::of(&["hand ", hand]),
        F::of(&["hand ", hand, " frame ", frame]),
        F::of(&["act ", act]),
        F::of(&["mode ", &mode, " act ", act]),
    ]
}

/// The vessel, how it is named, and what the words of the clause make of it.
fn name<F: Feature>(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
    atom: &Atom,
    found: &mut Vec<F>,
) {
    if let Some(vessel) = atom.vessel() {
        let vessel = context.lexicon.vessel(vessel);
        found.push(F::of(&["vessel ", &vessel.id]));
        let scope = format!("{:?} {:?}", vessel.scope, vessel.system);
        found.push(F::of(&["scope ", &scope]));
    }
    found.push(F::of(&["side ", &format!("{:?}", atom.side_basis)]));
    let names = list.atoms.len().min(4).to_string();
    found.push(F::of(&["names ", &names]));
    found.push(match list.prep {
        Some((preposition, _)) => F::of(&["prep ", &format!("{preposition:?}")]),
        None => F::of(&["prep none"]),
    });
    if list.place.is_some() {
        found.push(F::of(&["place"]));
    }
    let mut lists = record.clause.lists.iter().zip(&record.roles);
    if let Some((_, role)) = lists.find(|(l, _)| l.span == list.span) {
        let (role, mode) = (role.kind(), format!("{:?}", record.mode));
        found.push(F::of(&["role ", role]));
        found.push(F::of(&["role ", role, " mode ", &mode]));
    }
}

/// Writes what a word of the clause may mean; nothing where that says nothing.
fn write_meaning(context: &Context<'_>, label: Label, name: &mut String) -> fmt::Result {
    let lexicon = context.lexicon;
    match label {
        Label::Vessel { .. } | Label::Group(_) => name.write_str("vessel"),
        Label::Finding(kind) => {
            name.write_str("finding ")?;
            name.write_str(&lexicon.findings[kind as usize].id)
        }
        Label::Modifier(cue) => {
            let category = lexicon.modifiers[cue as usize].category;
            write!(name, "cue {category:?}")
        }
        Label::Procedure(p) => write!(name, "{:?} {:?}", p.technique, p.form),
        Label::Hidden | Label::Side(_) => Ok(()),
        other => write!(name, "{other:?}"),
    }
}

/// The words next to the name in its sentence.
fn near<F: Feature>(context: &Context<'_>, record: &Record<'_>, atom: &Atom, found: &mut Vec<F>) {
    const BEFORE: [&str; NEAR] = ["-1 ", "-2 ", "-3 ", "-4 "];
    const AFTER: [&str; NEAR] = ["+1 ", "+2 ", "+3 ", "+4 "];
    let unit = context.units[record.unit].unit.span;
    let text = context.text();
    let before = text.get(unit.start..atom.span.start).unwrap_or_default();
    let after = text.get(atom.span.end..unit.end).unwrap_or_default();
    let last: Vec<&str> = tokens(tail(before)).collect();
    if last.is_empty() {
        found.push(F::of(&["first"]));
    }
    let mut small = String::new();
    let mut push = |place: &str, token: &str| {
        small.clear();
        lower(token, &mut small);
        found.push(F::of(&[place, &small]));
    };
    for (place, token) in BEFORE.iter().zip(last.iter().rev()) {
        push(place, token);
    }
    for (place, token) in AFTER.iter().zip(tokens(after)) {
        push(place, token);
    }
}

/// The end of a text that holds its last tokens: white space parts any two, so [`NEAR`] runs without it hold as many.
fn tail(text: &str) -> &str {
    let mut rest = text.trim_end();
    for _ in 0..NEAR {
        match rest.rfind(char::is_whitespace) {
            Some(at) => rest = rest.get(..at).unwrap_or_default().trim_end(),
            None => return text,
        }
    }
    text.get(rest.len()..).unwrap_or_default()
}

/// Runs of letters, numbers, and single signs.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
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

/// Writes a token in lower case; every number is the same.
pub(super) fn lower(token: &str, small: &mut String) {
    if token.starts_with(|c: char| c.is_ascii_digit()) {
        small.push('#');
    } else if token.is_ascii() {
        small.push_str(token);
        small.make_ascii_lowercase();
    } else {
        small.extend(token.chars().flat_map(char::to_lowercase));
    }
}

#[cfg(test)]
mod tests {
    use super::{NEAR, lower, tail, tokens};

    #[test]
    fn words_numbers_and_signs() {
        let told: Vec<String> = tokens("The LCIV: 12.5 mm (tight) É")
            .map(|t| {
                let mut small = String::new();
                lower(t, &mut small);
                small
            })
            .collect();
        assert_eq!(
            told,
            ["the", "lciv", ":", "#", "mm", "(", "tight", ")", "é"]
        );
    }

    #[test]
    fn the_end_of_a_text_holds_its_last_tokens() {
        for text in [
            "",
            " ",
            "IVUS",
            "a b",
            "one, two  three 12,.5 (four) five ",
            "x y z u v",
        ] {
            let last = |text| {
                tokens(text)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev()
                    .take(NEAR)
            };
            assert!(last(text).eq(last(tail(text))), "{text}");
        }
    }
}
