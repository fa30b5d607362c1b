//! What stands around a vessel's name, as features for the second reader: the scene, the meanings of the words of the
//! clause on either side, the measurements, and the words next to the name. Holds no text of a report but single words.

use super::super::{
    reader::{Context, Record},
    scene::{Frame, Mover},
};
use crate::{
    lexicon::{Label, Weights},
    mention::{Atom, VesselList},
    text::Span,
};

/// Words on either side of the name that are features by themselves.
const NEAR: usize = 4;

/// A feature: its name, to be learnt from, or its weight, to be weighed by.
pub(super) trait Feature: Clone {
    /// The feature whose name is made of these parts; none where it says nothing.
    fn of(parts: &[&str], weights: &Weights) -> Option<Self>;
}

/// What a meaning tells to the names after it and to those before it.
#[derive(Clone)]
struct Told<F> {
    before: Option<F>,
    after: Option<F>,
}

/// What the meanings of words met so far tell: the same few come again and again.
pub(super) struct Meanings<F>(Vec<(Label, Option<Told<F>>)>);

impl<F: Feature> Meanings<F> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    fn tell(&mut self, context: &Context<'_>, label: Label) -> Option<Told<F>> {
        // All vessels tell the same.
        let label = match label {
            Label::Vessel { .. } | Label::Group(_) => Label::Group(0),
            other => other,
        };
        if let Some((_, told)) = self.0.iter().find(|(known, _)| *known == label) {
            return told.clone();
        }
        let told = meaning(context, label).map(|name| Told::of(&name, &context.lexicon.second));
        self.0.push((label, told.clone()));
        told
    }
}

/// What stands around the names of vessels in a clause: told once, however many vessels it names.
pub(super) struct Surroundings<F> {
    /// What holds for every name in the clause.
    scene: Vec<F>,
    words: Vec<(Span, Told<F>)>,
}

impl<F: Feature> Surroundings<F> {
    pub(super) fn of(
        context: &Context<'_>,
        record: &Record<'_>,
        meanings: &mut Meanings<F>,
    ) -> Self {
        let mut words = Vec::new();
        for word in record.clause.words {
            let told = word
                .labels
                .iter()
                .filter_map(|l| meanings.tell(context, *l));
            words.extend(told.map(|told| (word.span, told)));
        }
        let unit = &context.units[record.unit];
        let inside = |span: Span| record.clause.span.contains(span);
        for measure in unit.measures.iter().filter(|m| inside(m.span)) {
            let name = format!("measure {:?}", measure.quantity);
            words.push((measure.span, Told::of(&name, &context.lexicon.second)));
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
        for (at, told) in &self.words {
            if at.end <= list.span.start {
                found.extend(told.before.clone());
            } else if at.start >= list.span.end {
                found.extend(told.after.clone());
            }
        }
        near(context, record, atom, found);
    }
}

impl<F: Feature> Told<F> {
    fn of(name: &str, weights: &Weights) -> Self {
        Self {
            before: F::of(&["before ", name], weights),
            after: F::of(&["after ", name], weights),
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
    let names: [&[&str]; 9] = [
        &["section ", &section],
        &["layout ", &layout],
        &["mode ", &mode],
        &["frame ", frame],
        &["mode ", &mode, " frame ", frame],
        &["hand ", hand],
        &["hand ", hand, " frame ", frame],
        &["act ", act],
        &["mode ", &mode, " act ", act],
    ];
    let weights = &context.lexicon.second;
    let features = names.iter().filter_map(|parts| F::of(parts, weights));
    features.collect()
}

/// The vessel, how it is named, and what the words of the clause make of it.
fn name<F: Feature>(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
    atom: &Atom,
    found: &mut Vec<F>,
) {
    let mut push = |parts: &[&str]| found.extend(F::of(parts, &context.lexicon.second));
    if let Some(vessel) = atom.vessel() {
        let vessel = context.lexicon.vessel(vessel);
        push(&["vessel ", &vessel.id]);
        push(&["scope ", &format!("{:?} {:?}", vessel.scope, vessel.system)]);
    }
    push(&["side ", &format!("{:?}", atom.side_basis)]);
    push(&["names ", &list.atoms.len().min(4).to_string()]);
    match list.prep {
        Some((preposition, _)) => push(&["prep ", &format!("{preposition:?}")]),
        None => push(&["prep none"]),
    }
    if list.place.is_some() {
        push(&["place"]);
    }
    let mut lists = record.clause.lists.iter().zip(&record.roles);
    if let Some((_, role)) = lists.find(|(l, _)| l.span == list.span) {
        let (role, mode) = (role.kind(), format!("{:?}", record.mode));
        push(&["role ", role]);
        push(&["role ", role, " mode ", &mode]);
    }
}

/// What a word of the clause may mean; none where that says nothing.
fn meaning(context: &Context<'_>, label: Label) -> Option<String> {
    let lexicon = context.lexicon;
    Some(match label {
        Label::Vessel { .. } | Label::Group(_) => "vessel".to_owned(),
        Label::Finding(kind) => format!("finding {}", lexicon.findings[kind as usize].id),
        Label::Modifier(cue) => {
            let category = lexicon.modifiers[cue as usize].category;
            format!("cue {category:?}")
        }
        Label::Procedure(p) => format!("{:?} {:?}", p.technique, p.form),
        Label::Hidden | Label::Side(_) => return None,
        other => format!("{other:?}"),
    })
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
    let weights = &context.lexicon.second;
    if last.is_empty() {
        found.extend(F::of(&["first"], weights));
    }
    let mut small = String::new();
    let mut push = |place: &str, token: &str| {
        small.clear();
        lower(token, &mut small);
        found.extend(F::of(&[place, &small], weights));
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
            Some(letters(rest))
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

/// Where the letters end that a text begins with; those of ASCII are most, and quicker to tell.
fn letters(text: &str) -> usize {
    let bytes = text.as_bytes().iter();
    let plain = bytes.take_while(|b| b.is_ascii_alphabetic()).count();
    let rest = text.get(plain..).unwrap_or_default();
    let other = rest.find(|c: char| !c.is_alphabetic());
    plain + other.unwrap_or(rest.len())
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
