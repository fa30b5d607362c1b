//! Right or left: from the name, its list, its sentence, the passage, or the one side the report is about.
//! A side that none of these gives stays unknown; it is never guessed.

use super::{
    Atom, UnitMentions, VesselList,
    each_side::each_read,
    systems::{crosses, is_landmark},
    way_in::{Loose, holds_sheath, leads_over, punctures},
};
use crate::{
    lexicon::{Action, Category, Direction, Grammar, Kind, Lexicon, SideWord},
    segment::{Layout, SectionKind, Segmented},
    text::{Folded, Span, says_undone},
};

/// The side of a vessel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Side {
    Right,
    Left,
    /// The vessel has no twin.
    None,
    /// The vessel has a twin and the text does not say which is meant.
    Unknown,
}

impl Side {
    /// The other one of left and right.
    pub(crate) fn other(self) -> Option<Self> {
        match self {
            Self::Right => Some(Self::Left),
            Self::Left => Some(Self::Right),
            Self::None | Self::Unknown => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }

    fn of(word: SideWord, current: Option<Self>) -> Vec<Self> {
        let other = |s: Self| {
            if s == Self::Left {
                Self::Right
            } else {
                Self::Left
            }
        };
        match word {
            SideWord::Left => vec![Self::Left],
            SideWord::Right => vec![Self::Right],
            SideWord::Both => vec![Self::Right, Self::Left],
            SideWord::Contralateral => {
                current.map_or_else(|| vec![Self::Unknown], |s| vec![other(s)])
            }
            SideWord::Ipsilateral => current.map_or_else(|| vec![Self::Unknown], |s| vec![s]),
        }
    }
}

/// Where a side comes from, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SideBasis {
    /// Stands with the vessel or its list.
    Stated,
    /// From the same sentence or row.
    Sentence,
    /// From the heading it stands under.
    Heading,
    /// From the passage before.
    Passage,
    /// The only side the report is about.
    Report,
    /// No side is needed.
    Unsided,
    Missing,
}

/// What the reader remembers about sides while going down the report.
#[derive(Default)]
struct Memory {
    section: usize,
    paragraph: usize,
    block: usize,
    /// The side of the heading in force.
    heading: Option<SideWord>,
    /// The side of a heading that stands over other headings: what follows those stands under it, too.
    under: Option<SideWord>,
    /// The last side that was not only a puncture's.
    passage: Option<SideWord>,
    /// The side of the last puncture.
    access: Option<Side>,
    /// The sides told so far outside punctures.
    told: Vec<SideWord>,
    /// The sides told in headings so far.
    headed: Vec<SideWord>,
    /// The sides told in rows of the table being read.
    rows: Vec<SideWord>,
    /// The sides that the columns of the table being read stand for, up to its last column.
    columns: Vec<SideWord>,
}

/// How a side is told that nothing was done to.
const LEFT_ALONE: [&str; 10] = [
    "was not worked on",
    "was not touched",
    "not worked up",
    "is asymptomatic",
    "was left for another day",
    "leave alone",
    "left alone",
    // A leg that is no more.
    " bka",
    " aka",
    "knee amputation",
];

impl Memory {
    /// Notes a heading that stands over others, and the blank line that ends what stands under it.
    fn look_under(&mut self, text: &str, unit: &UnitMentions, over: &[(usize, SideWord)]) {
        let start = unit.unit.span.start;
        if text[..start].ends_with('\n') || bare_side(text, unit).is_some() {
            self.under = None;
        }
        if let Some((_, side)) = over.iter().find(|(at, _)| *at == start) {
            self.under = Some(*side);
        }
    }

    fn tell(&mut self, side: SideWord, layout: Layout) {
        if !self.told.contains(&side) {
            self.told.push(side);
        }
        if layout == Layout::Row && !self.rows.contains(&side) {
            self.rows.push(side);
        }
    }

    /// The sides that a vessel without one of its own may have, best first: what its unit tells before it and only after it, what
    /// stands before the unit, and what the report tells.
    fn elsewhere(
        &self,
        [before, after]: [Option<SideWord>; 2],
        report: Option<SideWord>,
        mostly: Option<SideWord>,
    ) -> [Option<(SideWord, SideBasis)>; 8] {
        // A row without a side under rows of both sides may be either.
        let mixed = [SideWord::Left, SideWord::Right]
            .iter()
            .all(|s| self.rows.contains(s));
        let passage = self.passage.filter(|_| !mixed).map(|s| {
            let headed = self.heading == Some(s);
            let basis = if headed {
                SideBasis::Heading
            } else {
                SideBasis::Passage
            };
            (s, basis)
        });
        let told = match (&self.told[..], &self.headed[..]) {
            ([one], _) | ([], [one]) => Some(*one),
            _ => None,
        };
        let near = after.filter(|s| self.passage.is_none() || *s == SideWord::Both);
        [
            before.map(|s| (s, SideBasis::Sentence)),
            near.map(|s| (s, SideBasis::Sentence)),
            passage,
            self.heading.map(|s| (s, SideBasis::Heading)),
            after.map(|s| (s, SideBasis::Sentence)),
            report.map(|s| (s, SideBasis::Report)),
            told.map(|s| (s, SideBasis::Report)),
            mostly.map(|s| (s, SideBasis::Report)),
        ]
    }

    /// Goes to the other leg, from which no side was told yet or the way in alone.
    fn go_over(&mut self, unit: &UnitMentions, from: Side) {
        self.access = Some(from);
        if let Some(there) = across_from(from) {
            self.passage = Some(there);
            self.tell(there, unit.unit.layout);
        }
    }

    /// Goes where a unit leads by the sides that it tells.
    fn follow(&mut self, text: &str, unit: &UnitMentions, punctures: bool, lexicon: &Lexicon) {
        // "crushed beneath the right common iliac artery" does not move the reader there either, nor does "left renal origin marked".
        let aside: Vec<Span> = unit
            .lists
            .iter()
            .filter(|l| {
                l.prep.is_some_and(|(p, _)| p == Grammar::Landmark)
                    || is_a_mark(text, unit, l, lexicon)
            })
            .map(|l| l.span)
            .collect();
        for word in unit
            .of(&[Kind::Side])
            .iter()
            .filter(|w| !aside.iter().any(|a| a.contains(w.span)))
        {
            if let Some(side @ (SideWord::Left | SideWord::Right | SideWord::Both)) = word.side() {
                if unit.unit.layout == Layout::Heading {
                    self.heading = Some(side);
                    self.passage = Some(side);
                    if !self.headed.contains(&side) {
                        self.headed.push(side);
                    }
                } else if !punctures {
                    self.passage = Some(side);
                    self.tell(side, unit.unit.layout);
                } else if let Some(side) = single(side) {
                    self.access = Some(side);
                }
            } else if let (Some(SideWord::Contralateral), Some(here), false) = (
                word.side(),
                self.passage.and_then(single),
                punctures || named(unit, word.span),
            ) {
                // "The catheter was then passed up the other limb": the reader goes there.
                let there = match here {
                    Side::Left => SideWord::Right,
                    _ => SideWord::Left,
                };
                self.passage = Some(there);
                self.tell(there, unit.unit.layout);
            }
        }
        // A side inside an abbreviation (LCIV) counts as said.
        for atom in unit.lists.iter().flat_map(|l| &l.atoms) {
            if let Some((side @ (SideWord::Left | SideWord::Right), None)) = atom.side_word
                && !punctures
            {
                self.passage = Some(side);
                self.tell(side, unit.unit.layout);
            }
        }
    }
}

/// Sets the sides of every atom. A report without any asks nothing.
pub(super) fn resolve(
    folded: &Folded,
    units: &mut [UnitMentions],
    segmented: &Segmented,
    lexicon: &Lexicon,
) {
    let Some(last) = units.iter().rposition(|u| !u.lists.is_empty()) else {
        return;
    };
    let (text, lower) = (folded.text(), folded.lower());
    let summed = summed_side(lower, units);
    let report = labelled_side(text, units)
        .or(summed)
        .or_else(|| report_side(units, segmented));
    let mostly = report.or_else(|| leaning(folded, units, segmented, lexicon));
    // "LEFT / Venogram: faint / IVUS: …": a side over other headings.
    let over: Vec<(usize, SideWord)> = units
        .windows(2)
        .filter(|pair| {
            let between = &text[pair[0].unit.span.end..pair[1].unit.span.start];
            pair[1].unit.layout == Layout::Heading && between.trim_matches([':', ' ']).is_empty()
        })
        .filter_map(|pair| Some((pair[0].unit.span.start, bare_side(text, &pair[0])?)))
        .collect();
    let loose = Loose::of(lower, units, lexicon);
    let mut memory = Memory::default();
    let mut end = 0;
    for unit in &mut units[..=last] {
        memory.look_under(text, unit, &over);
        if unit.unit.section != memory.section {
            memory.section = unit.unit.section;
            memory.heading = memory.under;
            memory.passage = memory.heading;
        }
        let fresh = unit.unit.block != memory.block;
        memory.block = unit.unit.block;
        // A ruled line goes through a table without ending it.
        let apart = fresh && !is_ruled(text.get(end..unit.unit.span.start).unwrap_or_default());
        end = unit.unit.span.end;
        if apart || unit.unit.layout != Layout::Row {
            memory.rows.clear();
            memory.columns.clear();
        }
        if let Some(columns) = side_columns(text, unit) {
            memory.columns = columns;
            continue;
        }
        if fresh && unit.unit.layout == Layout::Prose && report.is_some() {
            memory.passage = None;
        }
        if unit.unit.paragraph != memory.paragraph {
            memory.paragraph = unit.unit.paragraph;
        }
        let in_access = segmented.sections[unit.unit.section].kind == SectionKind::Access;
        let punctures = punctures(text, unit, in_access) || holds_sheath(text, unit, &memory.told);
        if summed.is_some() {
            memory.passage = None;
        }
        let current = memory.passage.or(report).and_then(single);
        let way = leads_over(lower, unit);
        if !unit.lists.is_empty() {
            let ways = Ways {
                report,
                mostly,
                over: way.as_ref(),
                loose: &loose,
            };
            resolve_unit(text, unit, &memory, &ways, current, lexicon);
        }
        if let Some((_, side)) = way {
            memory.go_over(unit, side);
        } else if !is_left_aside(lower, unit, lexicon) {
            memory.follow(text, unit, punctures, lexicon);
        }
    }
}

/// "Left renal origin marked on the screen": where a renal vessel begins, by which heights are told.
fn is_a_mark(text: &str, unit: &UnitMentions, list: &VesselList, lexicon: &Lexicon) -> bool {
    const BEGINS: [&str; 4] = ["origin", "ostium", "orifice", "takeoff"];
    let renal = |a: &Atom| {
        let vessel = a.vessel();
        vessel.is_some_and(|v| lexicon.vessel(v).id.contains("renal-"))
    };
    let after = text[list.span.end..unit.unit.span.end].trim_start();
    let place = BEGINS.iter().any(|w| after.starts_with(w));
    place
        && text[list.span.end..unit.unit.span.end].contains("mark")
        && list.atoms.iter().all(renal)
}

/// Whether a unit tells of a side only that nothing was done there, and so does not move the reader.
fn is_left_aside(lower: &str, unit: &UnitMentions, lexicon: &Lexicon) -> bool {
    // "The left leg was not studied" does not move the reader there.
    let negated = unit.of(&[Kind::Modifier]).iter().any(|w| {
        w.modifier().is_some_and(|m| {
            let modifier = lexicon.modifiers[m as usize];
            modifier.category == Category::Negated && modifier.direction == Direction::Backward
        })
    }) && unit.measures.is_empty();
    // "Right leg is asymptomatic and was not worked on."
    let told = &lower[unit.unit.span.start..unit.unit.span.end];
    negated
        || (unit.measures.is_empty()
            && unit.lists.is_empty()
            && unit.words.iter().any(|w| w.side().is_some())
            && is_set_aside(told))
}

/// Whether a side is told of a vessel, and so moves the reader by its name.
fn named(unit: &UnitMentions, side: Span) -> bool {
    let mut atoms = unit.lists.iter().flat_map(|l| &l.atoms);
    atoms.any(|a| a.side_word.is_some_and(|(_, at)| at == Some(side)))
}

/// The side of a heading that tells nothing else.
fn bare_side(text: &str, unit: &UnitMentions) -> Option<SideWord> {
    let [word] = &unit.words[..] else {
        return None;
    };
    let side = word
        .side()
        .filter(|s| matches!(s, SideWord::Left | SideWord::Right))?;
    let told = text[unit.unit.span.start..unit.unit.span.end].trim_end_matches([':', '.', ' ']);
    let bare = word.span.end - word.span.start == told.len();
    (unit.unit.layout == Layout::Heading && bare).then_some(side)
}

/// What the report as a whole and the way in tell of sides.
struct Ways<'w> {
    /// The one side the report is about.
    report: Option<SideWord>,
    /// The side that nearly all sentences are about.
    mostly: Option<SideWord>,
    /// The sides of a way over the bifurcation: where they stand, and which it is.
    over: Option<&'w (Vec<usize>, Side)>,
    loose: &'w Loose,
}

/// The side that a way over the bifurcation leads to.
fn across_from(side: Side) -> Option<SideWord> {
    match side {
        Side::Left => Some(SideWord::Right),
        Side::Right => Some(SideWord::Left),
        Side::None | Side::Unknown => None,
    }
}

fn resolve_unit(
    text: &str,
    unit: &mut UnitMentions,
    memory: &Memory,
    ways: &Ways<'_>,
    current: Option<Side>,
    lexicon: &Lexicon,
) {
    let (report, mostly) = (ways.report, ways.mostly);
    let words = &unit.words;
    let stated: Vec<(usize, SideWord)> = words
        .iter()
        .filter_map(|w| w.side().map(|s| (w.span.start, s)))
        .chain(
            unit.lists
                .iter()
                .flat_map(|l| &l.atoms)
                .filter_map(|a| match a.side_word {
                    Some((s, None)) => Some((a.span.start, s)),
                    _ => None,
                }),
        )
        .collect();
    // "The right iliac artery pressed it, and the cast lined the external iliac vein": the side of what lies across.
    let across: Vec<Span> = unit
        .lists
        .iter()
        .filter(|l| (memory.passage.is_some() && crosses(text, l)) || is_landmark(l))
        .map(|l| l.span)
        .collect();
    let entry = |at: usize| ways.over.is_some_and(|(starts, _)| starts.contains(&at));
    let lies = |at: usize| across.iter().any(|s| s.start <= at && at < s.end) || entry(at);
    // "Crossover from the right femoral artery, stent of the external iliac": of the left one.
    let beyond = ways.over.and_then(|(_, side)| across_from(*side));
    let beside: Vec<(usize, SideWord)> = stated
        .iter()
        .copied()
        .filter(|(at, _)| !lies(*at))
        .collect();
    let cell = side_cell(text, unit);
    let column = filled_column(text, unit, &memory.columns);
    let unit_span = unit.unit.span;
    let ends: Vec<usize> = unit.lists.iter().skip(1).map(|l| l.span.start).collect();
    for (number, list) in unit.lists.iter_mut().enumerate() {
        let alone = list.atoms.len() == 1;
        let end = ends.get(number).copied().unwrap_or(unit_span.end);
        for atom in &mut list.atoms {
            let sided =
                atom.group.is_some() || atom.vessel().is_some_and(|v| lexicon.vessel(v).sided);
            if !sided {
                atom.sides = vec![Side::None];
                atom.side_basis = SideBasis::Unsided;
                continue;
            }
            let start = atom.span.start;
            let before = beside
                .iter()
                .filter(|(at, _)| *at < start)
                .max_by_key(|(at, _)| *at);
            let before = before.map(|(_, s)| *s);
            let after = beside
                .iter()
                .filter(|(at, _)| *at > start)
                .min_by_key(|(at, _)| *at);
            let after = after.map(|(_, s)| *s);
            let each = alone && before.is_none() && each_read(text, atom.span, end);
            let only_after =
                after.filter(|_| before.is_none() && stated.iter().all(|(_, s)| Some(*s) == after));
            // "Right radial access. IVUS of the renal artery": the side of the way in is none of its own.
            let region = atom.vessel().map_or("", |v| &lexicon.vessel(v).region);
            let passed = |s: &SideWord| ways.loose.allows(region, *s);
            let known = [
                atom.side_word.map(|(s, _)| (s, SideBasis::Stated)),
                each.then_some((SideWord::Both, SideBasis::Stated)),
                cell.map(|s| (s, SideBasis::Stated)),
                column.map(|s| (s, SideBasis::Stated)),
            ];
            let unit_tells = [before.or(beyond), only_after];
            let elsewhere = memory.elsewhere(unit_tells, report, mostly);
            let mut elsewhere = elsewhere.into_iter().flatten();
            let found = known
                .into_iter()
                .flatten()
                .next()
                .or_else(|| elsewhere.find(|(s, _)| passed(s)))
                .or_else(|| Some((ways.loose.only(region)?, SideBasis::Report)));
            // "the common iliac veins", with both sides in play: one each.
            let pair = alone
                && atom.plural
                && atom.side_word.is_none()
                && atom.group.is_none()
                && report.is_none();
            let found = if pair && found.is_none_or(|(_, b)| b > SideBasis::Sentence) {
                Some((SideWord::Both, SideBasis::Sentence))
            } else {
                found
            };
            // "contralateral" is the other side of the puncture or of what was last told.
            take(atom, found, memory.access, current);
        }
    }
}

/// Gives a vessel the side found for it; none leaves it unknown.
fn take(
    atom: &mut Atom,
    found: Option<(SideWord, SideBasis)>,
    access: Option<Side>,
    current: Option<Side>,
) {
    // "both" said of something else earlier does not double a vessel.
    let found = found.filter(|(word, basis)| {
        *word != SideWord::Both
            || *basis <= SideBasis::Stated
            || atom.plural
            || *basis == SideBasis::Sentence
    });
    let Some((word, basis)) = found else {
        atom.sides = vec![Side::Unknown];
        atom.side_basis = SideBasis::Missing;
        return;
    };
    let reference = match word {
        SideWord::Contralateral | SideWord::Ipsilateral => access.or(current),
        _ => current,
    };
    atom.sides = Side::of(word, reference);
    atom.side_basis = basis;
}

/// "| Common iliac | L | 190 |", "CIV  L ..... 44 mm2": the side that has a cell of its own in a row.
fn side_cell(text: &str, unit: &UnitMentions) -> Option<SideWord> {
    if unit.unit.layout != Layout::Row {
        return None;
    }
    let alone = |start: usize, end: usize| {
        let before = text[unit.unit.span.start..start].trim_end();
        let after = text[end..unit.unit.span.end].trim_start();
        let cell = (before.is_empty() || before.ends_with('|'))
            && (after.is_empty() || after.starts_with('|'));
        let named = || {
            unit.lists
                .iter()
                .any(|l| before.len() == l.span.end - unit.unit.span.start)
        };
        cell || (after.starts_with("..") && named())
    };
    let mut found = unit
        .words
        .iter()
        .filter(|w| alone(w.span.start, w.span.end))
        .filter_map(super::Word::side);
    let side = found.next()?;
    found.next().is_none().then_some(side)
}

/// "|  | Left | Right |": the sides that the columns of a table stand for.
fn side_columns(text: &str, unit: &UnitMentions) -> Option<Vec<SideWord>> {
    if unit.unit.layout != Layout::Row || !unit.lists.is_empty() {
        return None;
    }
    let sides: Vec<SideWord> = unit.words.iter().filter_map(super::Word::side).collect();
    let cells = cells(&text[unit.unit.span.start..unit.unit.span.end]);
    let last = cells.len().checked_sub(sides.len())?;
    // "Right (mm²)", "R mm2", "R comment": with the unit or the name of the column.
    let short = |c: &&str| c.split('(').next().unwrap_or(c).split_whitespace().count() <= 2;
    let alone = cells[last..].iter().all(short);
    let only = [SideWord::Left, SideWord::Right];
    let both = only.iter().all(|s| sides.contains(s)) && sides.iter().all(|s| only.contains(s));
    (alone && both).then_some(sides)
}

/// Whether nothing but ruled lines, at least one, stands between two rows.
fn is_ruled(between: &str) -> bool {
    let mut inner = between.trim_matches(['|', ' ', '\t']).trim().lines();
    let ruled = |l: &str| !l.trim().is_empty() && l.chars().all(|c| "+-=_| \t".contains(c));
    let first = inner.next();
    first.is_some_and(ruled) && inner.all(ruled)
}

/// The side or sides a row under such columns tells of: those whose cell holds a reading.
fn filled_column(text: &str, unit: &UnitMentions, columns: &[SideWord]) -> Option<SideWord> {
    if columns.is_empty() || unit.unit.layout != Layout::Row {
        return None;
    }
    let cells = cells(&text[unit.unit.span.start..unit.unit.span.end]);
    let last = cells.len().checked_sub(columns.len()).filter(|&n| n > 0)?;
    let mut told = columns.iter().zip(&cells[last..]).filter(|(_, cell)| {
        let cell = cell.to_ascii_lowercase();
        cell.chars().any(char::is_alphanumeric) && !says_undone(&cell)
    });
    let (side, _) = told.next()?;
    let other = told.any(|(s, _)| s != side);
    Some(if other { SideWord::Both } else { *side })
}

/// The cells of a row.
fn cells(row: &str) -> Vec<&str> {
    row.trim_matches(['|', ' '])
        .split('|')
        .map(str::trim)
        .collect()
}

fn single(word: SideWord) -> Option<Side> {
    match word {
        SideWord::Left => Some(Side::Left),
        SideWord::Right => Some(Side::Right),
        _ => None,
    }
}

/// The side of a field such as "Limb: right".
fn labelled_side(text: &str, units: &[UnitMentions]) -> Option<SideWord> {
    const LABELS: &[&str] = &[
        "limb:",
        "side:",
        "laterality:",
        "extremity:",
        "leg:",
        "arm:",
    ];
    units.iter().enumerate().take(30).find_map(|(n, unit)| {
        let words = &text[unit.unit.span.start..unit.unit.span.end];
        let headed = unit.unit.layout == Layout::Heading;
        if !headed && !words.contains(':') {
            return None;
        }
        let words = words.to_ascii_lowercase();
        let at = LABELS.iter().find_map(|l| {
            let mut colons = memchr::memchr_iter(b':', words.as_bytes());
            let end = colons.find(|&i| words[..=i].ends_with(l))?;
            let before = (end + 1 - l.len()).checked_sub(1);
            let opens = before.is_none_or(|i| !words.as_bytes()[i].is_ascii_alphanumeric());
            opens.then_some(end)
        });
        let is_label = |l: &&str| l.strip_suffix(':') == Some(words.trim());
        let heading = headed && LABELS.iter().any(is_label);
        let (from, beside) = match (at, heading) {
            (Some(i), _) => (unit.unit.span.start + i, unit),
            (None, true) => (0, units.get(n + 1)?),
            (None, false) => return None,
        };
        let side = beside
            .words
            .iter()
            .filter(|w| {
                w.span.start >= from && w.span.start < from.max(beside.unit.span.start) + 16
            })
            .find_map(super::Word::side)?;
        single(side).map(|_| side)
    })
}

/// "All right sided.", "Both on the left, of course.": one sentence for all vessels.
fn summed_side(lower: &str, units: &[UnitMentions]) -> Option<SideWord> {
    const ALL: [&str; 8] = [
        "all ",
        "both ",
        "everything ",
        "these ",
        "all of ",
        "both of ",
        "they were ",
        "each ",
    ];
    const WORDS: usize = 9;
    let sums = |unit: &UnitMentions| {
        let told = &lower[unit.unit.span.start..unit.unit.span.end];
        let told = told.trim_start_matches(['(', '-', ' ']);
        unit.lists.is_empty()
            && unit.measures.is_empty()
            && ALL.iter().any(|w| told.starts_with(w))
            && told.split_whitespace().count() <= WORDS
            && ["left", "right", "left-sided", "right-sided"]
                .iter()
                .any(|w| told.split([' ', ',', '.', ')', ';']).any(|t| t == *w))
            && !["leg", "arm", "groin", "limb", "punct", "access", "sheath"]
                .iter()
                .any(|w| told.contains(w))
    };
    let mut found = units.iter().filter(|u| sums(u)).flat_map(sides_of);
    let side = found.find(|s| *s != SideWord::Both)?;
    single(side).map(|_| side)
}

/// The one side the report is about: of its headings and reasons, else of all its text. `None` when both occur.
fn report_side(units: &[UnitMentions], segmented: &Segmented) -> Option<SideWord> {
    use SectionKind as K;
    let sides = |keep: &dyn Fn(&UnitMentions) -> bool| {
        let mut left = 0;
        let mut right = 0;
        for unit in units.iter().filter(|u| keep(u)) {
            for side in sides_of(unit) {
                match side {
                    SideWord::Left => left += 1,
                    SideWord::Right => right += 1,
                    SideWord::Both => {
                        left += 1;
                        right += 1;
                    }
                    _ => {}
                }
            }
        }
        (left, right)
    };
    let one = |(left, right): (usize, usize)| match (left, right) {
        (0, 0) => None,
        (_, 0) => Some(SideWord::Left),
        (0, _) => Some(SideWord::Right),
        _ => None,
    };
    let kind = |u: &UnitMentions| segmented.sections[u.unit.section].kind;
    let access = |u: &UnitMentions| {
        let mut acts = u.of(&[Kind::Action]).iter();
        acts.any(|w| w.is_action(Action::Access))
    };
    // A report without headings is all head: its first lines are the title.
    let top = |u: &UnitMentions| kind(u) != K::Header || u.unit.paragraph < 3;
    let titled = |u: &UnitMentions| {
        !access(u)
            && top(u)
            && matches!(
                kind(u),
                K::Header | K::Procedures | K::Exam | K::Diagnosis | K::Indication | K::History
            )
    };
    // "Report of angiography: LEFT upper extremity arteries": the first line is a title, whatever it starts with.
    let first = |u: &UnitMentions| u.unit.paragraph == 0 && !access(u);
    one(sides(&|u| {
        first(u) || titled(u) && matches!(kind(u), K::Procedures | K::Exam | K::Header)
    }))
    .or_else(|| one(sides(&titled)))
    .or_else(|| one(sides(&|u| !access(u))))
    .or_else(|| one(sides(&|_| true)))
}

/// The side that nearly all sentences of the report are about which tell one: "L leg C4b" and "L iliac compression" beside one
/// "R leg nl". A puncture and its closure may be across, and tell least. `None` when both sides occur often.
fn leaning(
    folded: &Folded,
    units: &[UnitMentions],
    segmented: &Segmented,
    lexicon: &Lexicon,
) -> Option<SideWord> {
    /// So many times as many sentences as tell of the other side.
    const TIMES: usize = 3;
    let count = |with_access: bool| {
        let (mut left, mut right) = (0, 0);
        for unit in units {
            let sides = sides_of(unit);
            if sides.is_empty() {
                continue;
            }
            let told = &folded.lower()[unit.unit.span.start..unit.unit.span.end];
            let healthy = unit.lists.is_empty()
                && unit.words.iter().any(|w| {
                    let finding = w.finding().map(|f| &lexicon.findings[f as usize]);
                    finding.is_some_and(|f| matches!(f.id.as_str(), "normal" | "patent"))
                });
            let in_access = segmented.sections[unit.unit.section].kind == SectionKind::Access;
            let access = || punctures(folded.text(), unit, in_access) || is_closure(told);
            if healthy || is_set_aside(told) || (!with_access && access()) {
                continue;
            }
            left += usize::from(sides.iter().any(|s| *s != SideWord::Right));
            right += usize::from(sides.iter().any(|s| *s != SideWord::Left));
        }
        (left, right)
    };
    let most = |(left, right): (usize, usize), least: usize| {
        if left >= least.max(TIMES * right) {
            Some(SideWord::Left)
        } else if right >= least.max(TIMES * left) {
            Some(SideWord::Right)
        } else {
            None
        }
    };
    most(count(false), 2).or_else(|| most(count(true), 3))
}

/// Whether a sentence, in small letters, tells how a puncture was closed: it may be across.
fn is_closure(told: &str) -> bool {
    const WORDS: [&str; 7] = [
        "closure",
        "closed with",
        "hemostasis",
        "manual pressure",
        "minutes of pressure",
        "groin",
        "sheath out",
    ];
    WORDS.iter().any(|w| told.contains(w))
}

/// Whether a sentence, in small letters, says that nothing was done to a side.
fn is_set_aside(told: &str) -> bool {
    LEFT_ALONE.iter().any(|w| told.contains(w))
}

/// The sides a sentence tells, also those inside of abbreviations.
fn sides_of(unit: &UnitMentions) -> Vec<SideWord> {
    let written = unit.of(&[Kind::Side]).iter();
    let written = written.filter_map(super::Word::side);
    let atoms = unit.lists.iter().flat_map(|l| &l.atoms);
    let inside = atoms.filter_map(|a| match a.side_word {
        Some((s, None)) => Some(s),
        _ => None,
    });
    let told = written.chain(inside);
    told.filter(|s| matches!(s, SideWord::Left | SideWord::Right | SideWord::Both))
        .collect()
}
