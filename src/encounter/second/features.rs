//! What stands around a vessel's name, as features for the second reader: the scene, the meanings of the words of the
//! clause on either side, the measurements, and the words next to the name. Holds no text of a report but single words.

use super::{
    super::{
        reader::{Context, Mode, Record},
        scene::{Frame, Mover},
    },
    Name,
};
use crate::{
    lexicon::{Beginning, Grammar, Label, VesselId, Weights},
    mention::{Atom, Quantity, SideBasis, VesselList},
    segment::{Layout, SectionKind},
    text::Span,
};

/// Words on either side of the name that are features by themselves.
const NEAR: usize = 4;

/// How the features begin that tell the words of the clause.
const CLAUSE: Beginning = Beginning::new("clause ");

/// A feature: its name, to be learnt from, or its weight, to be weighed by.
pub(super) trait Feature: Clone {
    /// The feature whose name is made of these parts; none where it says nothing.
    fn of(parts: &[&str], weights: &Weights) -> Option<Self>;

    /// The feature whose name is made of a beginning and a word; none where it says nothing.
    fn after(beginning: &Beginning, word: &str, weights: &Weights) -> Option<Self>;
}

/// What a meaning tells to the names after it and to those before it.
#[derive(Clone)]
struct Told<F> {
    before: Option<F>,
    after: Option<F>,
}

/// What was worked out for each of a few things that come again and again.
struct Memo<K, V>(Vec<(K, V)>);

impl<K: PartialEq + Copy, V> Memo<K, V> {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn get(&mut self, key: K, make: impl FnOnce() -> V) -> &V {
        let known = self.0.iter().position(|(k, _)| *k == key);
        let at = known.unwrap_or_else(|| {
            self.0.push((key, make()));
            self.0.len() - 1
        });
        &self.0[at].1
    }
}

/// What holds for every name in a clause: section, layout, mode, frame, what is in hand, and the act.
type Scene = (
    SectionKind,
    Layout,
    Mode,
    &'static str,
    &'static str,
    &'static str,
);

/// How a vessel is named: its side, with how many others, after which preposition, as a place.
type Naming = (SideBasis, usize, Option<Grammar>, bool);

/// What was told of one report so far: the same few meanings, scenes and ways of naming come again and again.
pub(super) struct Met<F> {
    /// By [`Label::number`].
    labels: Memo<u32, Option<Told<F>>>,
    measures: Memo<Quantity, Told<F>>,
    scenes: Memo<Scene, Vec<F>>,
    vessels: Memo<VesselId, Vec<F>>,
    namings: Memo<Naming, Vec<F>>,
    roles: Memo<(&'static str, Mode), Vec<F>>,
}

impl<F: Feature> Met<F> {
    pub(super) fn new() -> Self {
        Self {
            labels: Memo::new(),
            measures: Memo::new(),
            scenes: Memo::new(),
            vessels: Memo::new(),
            namings: Memo::new(),
            roles: Memo::new(),
        }
    }

    fn label(&mut self, context: &Context<'_>, label: Label) -> Option<Told<F>> {
        // All vessels tell the same.
        let label = match label {
            Label::Vessel { .. } | Label::Group(_) => Label::Group(0),
            other => other,
        };
        let told = || meaning(context, label).map(|name| Told::of(&name, &context.lexicon.second));
        self.labels.get(label.number(), told).clone()
    }

    /// What the words and measures of a clause tell the names in it, each with its place.
    pub(super) fn words(&mut self, context: &Context<'_>, record: &Record<'_>) -> Around<F> {
        let mut words = Vec::with_capacity(record.clause.words.len());
        for word in record.clause.words {
            let told = word.labels().iter().filter_map(|l| self.label(context, *l));
            words.extend(told.map(|told| (word.span, told)));
        }
        let unit = &context.units[record.unit];
        let clause = record.clause.span;
        let mut all = Vec::new();
        super::wording::words(context, clause, |word| {
            all.extend(F::after(&CLAUSE, word, &context.lexicon.second));
        });
        let inside = |span: Span| clause.contains(span);
        for measure in unit.measures.iter().filter(|m| inside(m.span)) {
            let quantity = measure.quantity;
            let told = || {
                let name = format!("measure {quantity:?}");
                Told::of(&name, &context.lexicon.second)
            };
            let told = self.measures.get(quantity, told).clone();
            words.push((measure.span, told));
        }
        Around { words, all }
    }

    /// The features of one name of a vessel in a clause; some may stand twice.
    pub(super) fn features(
        &mut self,
        context: &Context<'_>,
        (record, list, atom): Name<'_>,
        around: &Around<F>,
        found: &mut Vec<F>,
    ) {
        self.scene(context, record, found);
        self.name(context, (record, list, atom), found);
        found.extend_from_slice(&around.all);
        readings(context, record, list, found);
        for (at, told) in &around.words {
            if at.end <= list.span.start {
                found.extend(told.before.clone());
            } else if at.start >= list.span.end {
                found.extend(told.after.clone());
            }
        }
        near(context, record, atom, found);
    }

    fn scene(&mut self, context: &Context<'_>, record: &Record<'_>, found: &mut Vec<F>) {
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
        let (section, mode) = (context.kind(record.unit), record.mode);
        let layout = context.units[record.unit].unit.layout;
        let told = || {
            let [section, layout] = [format!("{section:?}"), format!("{layout:?}")];
            let mode = format!("{mode:?}");
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
            all(&names, context)
        };
        let key = (section, layout, mode, frame, hand, act);
        found.extend_from_slice(self.scenes.get(key, told));
    }

    /// The vessel, how it is named, and what the words of the clause make of it.
    fn name(&mut self, context: &Context<'_>, (record, list, atom): Name<'_>, found: &mut Vec<F>) {
        if let Some(id) = atom.vessel() {
            let told = || {
                let vessel = context.lexicon.vessel(id);
                let scope = format!("{:?} {:?}", vessel.scope, vessel.system);
                all(&[&["vessel ", &vessel.id], &["scope ", &scope]], context)
            };
            found.extend_from_slice(self.vessels.get(id, told));
        }
        let preposition = list.prep.map(|(preposition, _)| preposition);
        let (names, place) = (list.atoms.len().min(4), list.place.is_some());
        let told = || {
            let side = format!("{:?}", atom.side_basis);
            let preposition = preposition.map_or_else(|| "none".to_owned(), |p| format!("{p:?}"));
            let names = names.to_string();
            let told: [&[&str]; 4] = [
                &["side ", &side],
                &["names ", &names],
                &["prep ", &preposition],
                &["place"],
            ];
            all(&told[..3 + usize::from(place)], context)
        };
        let naming = (atom.side_basis, names, preposition, place);
        found.extend_from_slice(self.namings.get(naming, told));
        let mut lists = record.clause.lists.iter().zip(&record.roles);
        if let Some((_, role)) = lists.find(|(l, _)| l.span == list.span) {
            let (role, mode) = (role.kind(), record.mode);
            let told = || {
                let mode = format!("{mode:?}");
                all(
                    &[&["role ", role], &["role ", role, " mode ", &mode]],
                    context,
                )
            };
            found.extend_from_slice(self.roles.get((role, mode), told));
        }
    }
}

/// What stands around the names of vessels in a clause: told once, however many vessels it names.
pub(super) struct Around<F> {
    /// What words and measures tell, each with its place.
    words: Vec<(Span, Told<F>)>,
    /// All words of the clause, wherever they stand.
    all: Vec<F>,
}

impl<F: Feature> Told<F> {
    fn of(name: &str, weights: &Weights) -> Self {
        Self {
            before: F::of(&["before ", name], weights),
            after: F::of(&["after ", name], weights),
        }
    }
}

/// The features of some names, each made of parts.
fn all<F: Feature>(names: &[&[&str]], context: &Context<'_>) -> Vec<F> {
    let weights = &context.lexicon.second;
    names.iter().filter_map(|n| F::of(n, weights)).collect()
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

/// Where a list stands among those of its clause, and on which side of it, up to the next one, readings stand.
fn readings<F: Feature>(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
    found: &mut Vec<F>,
) {
    let (clause, lists) = (record.clause.span, record.clause.lists);
    let at = lists.iter().position(|l| l.span == list.span).unwrap_or(0);
    let next = lists.get(at + 1);
    let before = at.checked_sub(1).and_then(|n| lists.get(n));
    let place = match (before, next) {
        (None, None) => "only",
        (None, Some(_)) => "first",
        (Some(_), None) => "last",
        (Some(_), Some(_)) => "amid",
    };
    let after = Span::new(list.span.end, next.map_or(clause.end, |l| l.span.start));
    let before = Span::new(before.map_or(clause.start, |l| l.span.end), list.span.start);
    let measures = &context.units[record.unit].measures;
    let measured = |part: Span| measures.iter().any(|m| part.contains(m.span));
    let words = record.clause.words.iter().filter(|w| w.finding().is_some());
    let finds = |part: Span| words.clone().any(|w| part.contains(w.span));
    let tell = |is_told: bool, what: &'static str| if is_told { what } else { "" };
    let read = [
        tell(measured(before), " measure before"),
        tell(measured(after), " measure after"),
        tell(finds(before), " finding before"),
        tell(finds(after), " finding after"),
    ];
    let [a, b, c, d] = read;
    let names: [&[&str]; 3] = [
        &["stands ", place],
        &["reads", a, b, c, d],
        &["stands ", place, " reads", a, b, c, d],
    ];
    found.extend(all(&names, context));
}

/// The words next to the name in its sentence.
fn near<F: Feature>(context: &Context<'_>, record: &Record<'_>, atom: &Atom, found: &mut Vec<F>) {
    const BEFORE: [Beginning; NEAR] = [
        Beginning::new("-1 "),
        Beginning::new("-2 "),
        Beginning::new("-3 "),
        Beginning::new("-4 "),
    ];
    const AFTER: [Beginning; NEAR] = [
        Beginning::new("+1 "),
        Beginning::new("+2 "),
        Beginning::new("+3 "),
        Beginning::new("+4 "),
    ];
    let unit = context.units[record.unit].unit.span;
    let text = context.folded.lower();
    let before = text.get(unit.start..atom.span.start).unwrap_or_default();
    let after = text.get(atom.span.end..unit.end).unwrap_or_default();
    let last: Vec<&str> = tokens(tail(before)).collect();
    let weights = &context.lexicon.second;
    if last.is_empty() {
        found.extend(F::of(&["first"], weights));
    }
    let mut small = String::new();
    let mut push = |place: &Beginning, token: &str| {
        small.clear();
        lower(token, &mut small);
        found.extend(F::after(place, &small, weights));
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
        rest = rest.trim_ascii_start().trim_start();
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
