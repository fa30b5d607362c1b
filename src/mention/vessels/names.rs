//! The names of a list, in order, with the side that each takes: "the right and left common and external iliac veins".

use super::{
    Atom, VesselList,
    glue::{Gap, gap},
};
use crate::{
    lexicon::{Form, Grammar, Label, Lexicon, SideWord, VesselId},
    mention::{Word, sides::SideBasis},
    text::Span,
};

/// Whether a list starts at word `i`: a vessel, or a side or partial name with a vessel right after it.
pub(super) fn starts_list(text: &str, words: &[Word], i: usize) -> bool {
    let word = &words[i];
    if word.is_vessel() || word.group().is_some() {
        return true;
    }
    if word.side().is_none() && !word.is_grammar(Grammar::Partial) {
        return false;
    }
    let mut j = i;
    while let Some(next) = words.get(j + 1) {
        if gap(text, words[j].span.end, next.span.start).is_none() {
            return false;
        }
        if next.is_vessel() || next.group().is_some() {
            return true;
        }
        if next.side().is_none()
            && !next.is_grammar(Grammar::Partial)
            && !next.is_grammar(Grammar::And)
        {
            return false;
        }
        j += 1;
    }
    false
}

/// "ended within the right common iliac vein, and the right external iliac vein was free": the second name is the
/// subject of a clause of its own, when the first is the object of a preposition.
fn opens_clause(text: &str, words: &[Word], start: usize, and: usize) -> bool {
    const PREPOSITIONS: &[Grammar] = &[
        Grammar::In,
        Grammar::To,
        Grammar::Through,
        Grammar::From,
        Grammar::At,
    ];
    let object = words[..start]
        .last()
        .and_then(Word::grammar)
        .is_some_and(|g| PREPOSITIONS.contains(&g));
    let next: Vec<&Word> = words[and + 1..]
        .iter()
        .take_while(|w| w.is_vessel() || w.side().is_some())
        .collect();
    let singular = next.last().is_some_and(|w| {
        ["was ", "is ", "has ", "had "]
            .iter()
            .any(|v| text[w.span.end..].trim_start().starts_with(v))
    });
    object && singular && text[..words[and].span.start].trim_end().ends_with(',')
}

/// Reads the list that starts at word `start`, and gives the first word behind it.
pub(super) fn read_list(
    text: &str,
    words: &[Word],
    start: usize,
    lexicon: &Lexicon,
) -> (Option<VesselList>, usize) {
    let mut names = Names {
        text,
        words,
        lexicon,
        start,
        atoms: Vec::new(),
        side: None,
        partials: Vec::new(),
        end: words[start].span.start,
        joined: true,
    };
    let mut i = start;
    while i < words.len() {
        if i > start {
            match gap(text, words[i - 1].span.end, words[i].span.start) {
                None => break,
                Some(Gap::Separator) => names.joined = true,
                Some(Gap::Close) => {}
            }
        }
        match names.take(i) {
            Step::On => i += 1,
            Step::Stop => break,
            Step::Close(taken) => {
                i += taken;
                break;
            }
        }
    }
    (names.list(), i)
}

/// What a word does to the list being read.
enum Step {
    /// It belongs to the list, which may go on.
    On,
    /// It does not belong to the list.
    Stop,
    /// It ends the list and belongs to it, with so many words.
    Close(usize),
}

/// A list while it is read.
struct Names<'t> {
    text: &'t str,
    words: &'t [Word],
    lexicon: &'t Lexicon,
    /// The first word.
    start: usize,
    atoms: Vec<Atom>,
    /// The side that the next name takes, and where it stands.
    side: Option<(SideWord, Option<Span>)>,
    /// Parts of names ("common") that wait for the rest.
    partials: Vec<Span>,
    end: usize,
    /// A comma, a slash or "and" joins what follows to what stands before.
    joined: bool,
}

impl Names<'_> {
    fn take(&mut self, i: usize) -> Step {
        let word = &self.words[i];
        if word.is_vessel() || word.group().is_some() {
            self.name(word)
        } else if let Some(side) = word.side() {
            self.side(i, side)
        } else if word.is_grammar(Grammar::And) {
            if opens_clause(self.text, self.words, self.start, i) {
                return Step::Stop;
            }
            self.joined = true;
            Step::On
        } else if word.is_grammar(Grammar::Partial) {
            self.partials.push(word.span);
            Step::On
        } else if word.is_grammar(Grammar::In)
            && !self.atoms.is_empty()
            && joined_side(self.text, self.words, i)
        {
            // "… on the left".
            let on = &self.words[i + 1];
            self.all_take(on.side().map(|s| (s, Some(on.span))));
            self.end = on.span.end;
            Step::Close(2)
        } else {
            Step::Stop
        }
    }

    /// A name, with the parts of names that share its head.
    fn name(&mut self, word: &Word) -> Step {
        // Two names with nothing between them ("cephalic arch vein") belong to two lists.
        if let Some(last) = self.atoms.last()
            && !self.joined
            && self
                .side
                .is_none_or(|(_, at)| at.is_none_or(|s| s.start < last.span.end))
            && last.form != Form::Bare
        {
            return Step::Stop;
        }
        let mut atom = atom(word);
        if atom.side_word.is_none() {
            atom.side_word = self.side;
        } else {
            self.side = atom.side_word;
        }
        for span in self.partials.drain(..) {
            if let Some(mut shared) = shared_head(self.text, span, &atom, self.lexicon) {
                shared.side_word = shared.side_word.or(self.side);
                self.atoms.push(shared);
            }
        }
        self.end = atom.span.end;
        self.atoms.push(atom);
        self.joined = false;
        Step::On
    }

    /// A side after the names and before a new name starts that name; at the end it belongs to all.
    fn side(&mut self, i: usize, side: SideWord) -> Step {
        let at = self.words[i].span;
        let more = starts_list(self.text, self.words, i);
        let first = self.atoms.is_empty();
        // "Below the profunda confluence the left femoral vein is healthy": a place, and another list.
        let placed = self.atoms.last().is_some_and(|a| a.group.is_some());
        if placed && more && !self.joined {
            return Step::Stop;
        }
        if first || (more && (self.joined || side != SideWord::Both)) {
            // "the right and the left common femoral arteries", "left then right".
            let both =
                first && self.joined && matches!(self.side, Some((other, _)) if other != side);
            let side = if both { SideWord::Both } else { side };
            self.side = Some((side, Some(at)));
            self.joined = self.joined && !first;
            Step::On
        } else if self.joined && !more {
            Step::Stop
        } else {
            self.all_take(Some((side, Some(at))));
            self.end = at.end;
            Step::Close(1)
        }
    }

    /// Gives a side to every name that has none.
    fn all_take(&mut self, side: Option<(SideWord, Option<Span>)>) {
        for atom in &mut self.atoms {
            atom.side_word = atom.side_word.or(side);
        }
    }

    fn list(self) -> Option<VesselList> {
        let first = self.atoms.first()?.span.start;
        let last = self.atoms.last()?.span.end;
        let start = self.words[self.start].span.start.min(first);
        Some(VesselList {
            span: Span::new(start, self.end.max(last)),
            atoms: self.atoms,
            prep: None,
            place: None,
        })
    }
}

/// Whether word `i` is "on" with a side right after it that no vessel follows.
fn joined_side(text: &str, words: &[Word], i: usize) -> bool {
    text[words[i].span.start..words[i].span.end].eq_ignore_ascii_case("on")
        && words.get(i + 1).is_some_and(|w| {
            w.side().is_some() && gap(text, words[i].span.end, w.span.start) == Some(Gap::Close)
        })
        && !starts_list(text, words, i + 1)
}

/// A name alone, with the firmest of its readings.
fn atom(word: &Word) -> Atom {
    let mut atom = Atom {
        span: word.span,
        candidates: Vec::new(),
        group: word.group(),
        form: Form::Full,
        plural: false,
        side_word: None,
        sides: Vec::new(),
        side_basis: SideBasis::Missing,
    };
    let mut best = None;
    if atom.group.is_some() {
        return atom;
    }
    for label in word.labels() {
        if let Label::Vessel {
            id,
            form,
            side,
            plural,
        } = label
        {
            let rank = match form {
                Form::Full => 0,
                Form::Abbreviation => 1,
                Form::Bare => 2,
                Form::Misspelt => 3,
            };
            if best.is_none_or(|b| rank < b) {
                best = Some(rank);
                atom.candidates.clear();
            }
            if best == Some(rank) {
                atom.candidates.push(*id);
                atom.form = *form;
                atom.plural = *plural;
                if let Some(side) = side {
                    atom.side_word = Some((*side, None));
                }
            }
        }
    }
    atom
}

/// The vessel of a shared head: "common" before "external iliac veins" is the common iliac vein.
fn shared_head(text: &str, partial: Span, next: &Atom, lexicon: &Lexicon) -> Option<Atom> {
    let word = text[partial.start..partial.end].to_ascii_lowercase();
    if ![
        "common",
        "external",
        "internal",
        "superficial",
        "deep",
        "anterior",
        "posterior",
        "superior",
        "inferior",
    ]
    .contains(&word.as_str())
    {
        return None;
    }
    let mut candidates = Vec::new();
    for id in &next.candidates {
        let name = &lexicon.vessel(*id).name;
        let (_, head) = name.split_once(' ')?;
        let wanted = format!("{word} {head}");
        let found = lexicon.vessels.iter().position(|v| v.name == wanted);
        candidates.extend(found.and_then(|n| u16::try_from(n).ok()).map(VesselId));
    }
    (!candidates.is_empty() && !candidates.iter().any(|c| next.candidates.contains(c))).then(|| {
        Atom {
            span: partial,
            candidates,
            ..next.clone()
        }
    })
}
