//! Cuts a report into sections and units. A unit is a sentence, a list entry's sentence, a table row or a heading:
//! the stretch of text that is read at once. All spans are in the folded text.

#![expect(
    clippy::string_slice,
    reason = "spans come from matches and lie on character boundaries; a property test holds it"
)]

mod beginning;
mod flat;
mod lines;
mod run_on;
mod sections;
mod sentences;

pub(crate) use sections::SectionKind;

use memchr::memmem;

use crate::{
    lexicon::{Hit, Lexicon},
    text::{Folded, Span},
};
use beginning::begins_work;
use lines::{Line, Shape};

/// A part of the report under one heading. Sections tile the report.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) kind: SectionKind,
    pub(crate) title: Option<Span>,
    pub(crate) body: Span,
}

/// How a unit is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Prose,
    Item,
    Row,
    Heading,
}

/// A stretch of text that is read at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    pub(crate) span: Span,
    pub(crate) section: usize,
    /// Paragraph, list or table: counted up at each blank line and heading.
    pub(crate) block: usize,
    /// The line or joined lines the unit comes from: sentences of one paragraph share it.
    pub(crate) paragraph: usize,
    pub(crate) layout: Layout,
}

/// The layout of a report.
#[derive(Clone, Debug)]
pub(crate) struct Segmented {
    pub(crate) sections: Vec<Section>,
    pub(crate) units: Vec<Unit>,
}

impl Segmented {
    /// Where the report lists what was done: titles and procedure lists, in the report's own offsets.
    pub(crate) fn titles(&self, source: &str, folded: &Folded) -> Vec<Span> {
        self.sections
            .iter()
            .filter(|s| matches!(s.kind, SectionKind::Procedures | SectionKind::Exam))
            .map(|s| folded.to_source(source, s.body))
            .collect()
    }
}

/// Cuts a report into sections and units.
#[expect(clippy::too_many_lines, reason = "the steps of the cut in their order")]
pub(crate) fn segment(source: &str, folded: &Folded, hits: &[Hit], lexicon: &Lexicon) -> Segmented {
    let lines = lines::logical_lines(source, folded, lexicon);
    let end = folded.text().len();
    let mut sections = vec![Section {
        kind: SectionKind::Header,
        title: None,
        body: Span::new(0, end),
    }];
    let mut units = Vec::new();
    let mut block = 0;
    let style = sentences::Style::of(folded.text());
    // The line an inline heading ("Date: …") started on, while its section is open.
    let mut inline = false;
    // That heading started an entry of a list.
    let mut headed_item = false;
    for (n, line) in lines.iter().enumerate() {
        if line.after_blank {
            block += 1;
        }
        let mut rest = line.content;
        let mut opened = false;
        if let Some(heading) = sections::heading(
            folded.text(),
            &lines,
            n,
            hits,
            sections[sections.len() - 1].kind,
            lexicon,
        ) {
            block += 1;
            let last = sections.len() - 1;
            sections[last].body.end = line.span.start;
            sections.push(Section {
                kind: heading.kind,
                title: Some(heading.title),
                body: Span::new(heading.title.end, end),
            });
            units.push(Unit {
                span: heading.title,
                section: last + 1,
                block,
                paragraph: n,
                layout: Layout::Heading,
            });
            rest = Span::new(heading.rest, line.content.end);
            opened = true;
            // "DOS 2/26/2016": the label holds its own content.
            let label = &folded.text()[heading.title.start..heading.title.end];
            headed_item = line.shape == Shape::Item;
            inline = rest.start < rest.end
                || line.before_boxes
                || label.bytes().any(|b| b.is_ascii_digit());
        }
        let kind = sections[sections.len() - 1].kind;
        let over = kind.ends_with_line()
            && line.after_blank
            && n > 0
            && !lines[n - 1]
                .content
                .contains(sections[sections.len() - 1].title.unwrap_or(line.content));
        let listed = line.shape != Shape::Plain
            && matches!(kind, SectionKind::Procedures | SectionKind::Diagnosis);
        // "4) WHY IVUS: …" is over with its step.
        let step = !opened
            && inline
            && line.shape == Shape::Item
            && headed_item
            && matches!(
                kind,
                SectionKind::Necessity
                    | SectionKind::Indication
                    | SectionKind::History
                    | SectionKind::Comparison
                    | SectionKind::Access
                    | SectionKind::Consent
            );
        if !opened
            && !step
            && (inline || over)
            && (kind.ends_with_line()
                || (line.after_blank && !listed && kind.ends_with_paragraph()))
        {
            let last = sections.len() - 1;
            sections[last].body.end = line.span.start;
            sections.push(Section {
                kind: SectionKind::Unknown,
                title: None,
                body: Span::new(line.span.start, end),
            });
            inline = false;
        }
        // "Hx: DVT 2019, ulcer. / Left femoral vein, 9F sheath. …": the label was of its line alone.
        let begins = !opened
            && inline
            && line.shape == Shape::Plain
            && !line.after_blank
            && begins_work(folded.text(), line.content, hits, kind);
        if step || begins {
            let last = sections.len() - 1;
            sections[last].body.end = line.span.start;
            sections.push(Section {
                kind: SectionKind::Unknown,
                title: None,
                body: Span::new(line.span.start, end),
            });
            inline = false;
        }
        let section = sections.len() - 1;
        let layout = match line.shape {
            Shape::Plain => Layout::Prose,
            Shape::Item => Layout::Item,
            Shape::Row => Layout::Row,
        };
        let sentences_in_row = || {
            let row = &folded.text()[rest.start..rest.end];
            row.contains(". ") && !row.contains('|')
        };
        if layout == Layout::Row && !sentences_in_row() {
            push(
                &mut units,
                folded.text(),
                Unit {
                    span: rest,
                    section,
                    block,
                    paragraph: n,
                    layout,
                },
            );
        } else {
            let found = sentences::sentences(folded.text(), rest, style, &lexicon.abbreviations);
            let mut section = section;
            for span in found
                .into_iter()
                .flat_map(|s| run_on::parts(folded.text(), s, hits))
            {
                // "Indication: swelling, venogram unclear. Right femoral vein, 9F. IVUS showed …", all on one line.
                let kind = sections[section].kind;
                if inline && span.start > rest.start && begins_work(folded.text(), span, hits, kind)
                {
                    sections[section].body.end = span.start;
                    sections.push(Section {
                        kind: SectionKind::Unknown,
                        title: None,
                        body: Span::new(span.start, end),
                    });
                    section = sections.len() - 1;
                    inline = false;
                }
                push(
                    &mut units,
                    folded.text(),
                    Unit {
                        span,
                        section,
                        block,
                        paragraph: n,
                        layout,
                    },
                );
            }
        }
    }
    let mut begun = false;
    let mut listed = false;
    for section in &mut sections {
        let title = section.title.map_or("", |t| &folded.text()[t.start..t.end]);
        if section.kind == SectionKind::Procedures && {
            let body = &folded.text()[section.body.start..section.body.end];
            tells(title, body) || (listed && goes_on(body))
        } {
            section.kind = SectionKind::Narrative;
        }
        listed |= section.kind == SectionKind::Procedures;
        // "Imaging:" after the puncture is today's, not an earlier study's.
        begun |= matches!(
            section.kind,
            SectionKind::Access
                | SectionKind::Narrative
                | SectionKind::OtherModality
                | SectionKind::Catheter
        );
        if begun && section.kind == SectionKind::Comparison && title.eq_ignore_ascii_case("imaging")
        {
            section.kind = SectionKind::Unknown;
        }
    }
    Segmented { sections, units }
}

/// "Surgery: revision of stents … Surgery / Prone. Puncture of both veins. The probe was passed from each side.": under the second
/// heading of the kind stands what was done, in sentences.
fn goes_on(text: &str) -> bool {
    let lower = text.to_ascii_lowercase().replace('\n', " ");
    let places = |word: &'static str| memmem::find_iter(lower.as_bytes(), word).count();
    text.len() > 60 && places(". ") > 1 && places(" was ") + places(" were ") > 0
}

/// Whether the text under "PROCEDURE" is the description, not the title: several sentences with verbs of telling.
fn tells(title: &str, text: &str) -> bool {
    if text.len() <= 60 {
        return false;
    }
    let lower = text.to_ascii_lowercase().replace('\n', " ");
    let places = |word: &'static str| memmem::find_iter(lower.as_bytes(), word);
    // "PROCEDURE" in the singular may head a telegram: "IVUS probe advanced into …, pullback to the sheath."
    let singular = ["procedure", "operation", "surgery", "proc", "op"]
        .iter()
        .any(|t| title.eq_ignore_ascii_case(t));
    // "PROCEDURE: Patient supine, both groins prepped. Both arteries entered. 7 Fr sheaths.": how a session begins.
    let begins = [
        " supine",
        " prone",
        " prepped",
        " draped",
        " lidocaine",
        " punctured",
        " puncture of",
        " cannulated",
        " cannulation of",
        " entered",
        " sheath",
    ];
    let set_out = begins.iter().filter(|w| lower.contains(*w)).count() > 1;
    if singular && set_out && places(". ").nth(2).is_some() {
        return true;
    }
    // So many sentences without a number before the first are no list of procedures.
    let numbered = ["1.", "1)", "(1)", "- ", "* ", "a.", "a)"]
        .iter()
        .any(|n| lower.trim_start_matches([':', ' ']).starts_with(n));
    if singular && !numbered && text.len() > 300 && places(". ").nth(5).is_some() {
        return true;
    }
    let acts = [
        " advanced",
        " inserted",
        " placed in",
        " deployed",
        " punctured",
        " pulled",
        " passed",
        " removed",
        " brought",
        " withdrawn",
        " mm ",
        " mm2",
        " mm\u{b2}",
        " mm,",
        " mm.",
        " mm;",
    ];
    if singular
        && text.len() > 200
        && places(". ").nth(1).is_some()
        && acts.into_iter().flat_map(places).nth(2).is_some()
    {
        return true;
    }
    let verbs = [
        " was ",
        " were ",
        " i ",
        " we ",
        " then ",
        " showed ",
        " measured ",
        " demonstrated ",
        " revealed ",
    ];
    verbs.into_iter().flat_map(places).nth(1).is_some()
}

/// The longest unit in bytes. What follows compares the words of a unit with each other, so a sentence without an end must
/// not grow with the text; a real one is far shorter.
const LONGEST: usize = 4096;

fn push(units: &mut Vec<Unit>, text: &str, unit: Unit) {
    for span in pieces(text, unit.span) {
        let words = &text[span.start..span.end];
        if words.chars().any(char::is_alphanumeric) {
            units.push(Unit { span, ..unit });
        }
    }
}

/// A span in pieces that are not too long, cut at spaces where there are any.
fn pieces(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut start = span.start;
    std::iter::from_fn(move || {
        if start >= span.end {
            return None;
        }
        let mut end = (start + LONGEST).min(span.end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        if end < span.end
            && let Some(space) = text[start..end].rfind(' ').filter(|at| *at > 0)
        {
            end = start + space;
        }
        let piece = Span::new(start, end);
        start = end;
        Some(piece)
    })
}

impl Line {
    fn text<'a>(&self, folded: &'a str) -> &'a str {
        &folded[self.content.start..self.content.end]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::builtin);

    fn cut(text: &str) -> (Folded, Segmented) {
        let folded = Folded::new(text);
        let hits = LEXICON.matcher.find(&folded);
        let segmented = segment(text, &folded, &hits, &LEXICON);
        (folded, segmented)
    }

    fn kinds(text: &str) -> Vec<SectionKind> {
        cut(text).1.sections.iter().map(|s| s.kind).collect()
    }

    #[test]
    fn headings_in_any_dress_open_sections() {
        use SectionKind as K;
        for heading in [
            "FINDINGS:",
            "Findings",
            "**Findings:**",
            "findings:",
            "3. FINDINGS",
        ] {
            let text = format!(
                "The first line of the report stands here.\n\n{heading}\nThe vein was open.\n"
            );
            assert_eq!(kinds(&text).last(), Some(&K::Findings), "{heading}");
        }
        assert!(kinds("FINDINGS: The vein was open.\n").contains(&K::Findings));
        let ended = kinds("IVUS FINDINGS:\nThe vein was open.\n\nHOUSEKEEPING:\nAll counted.\n");
        assert_eq!(ended.last(), Some(&K::Unknown));
    }

    #[test]
    fn a_sentence_without_an_end_is_cut_at_spaces() {
        let text = format!(
            "FINDINGS: {}",
            "IVUS of the é left common iliac vein and ".repeat(500)
        );
        let (folded, segmented) = cut(&text);
        let units = &segmented.units;
        assert!(units.len() > 4 && units.iter().all(|u| u.span.end - u.span.start <= LONGEST));
        for pair in units[1..].windows(2) {
            assert_eq!(pair[0].span.end, pair[1].span.start);
            assert!(folded.text()[pair[1].span.start..].starts_with(' '));
        }
        let joined = "é".repeat(9000);
        assert!(
            cut(&joined)
                .1
                .units
                .iter()
                .all(|u| u.span.end - u.span.start <= LONGEST)
        );
    }

    proptest! {
        /// Sections stand in order, touch no other, and every unit lies in its own.
        #[test]
        fn sections_tile(pieces in prop::collection::vec("(FINDINGS:|IVUS|Plan|[a-z]{1,9}|é|\\[x\\]|\\[ \\]|12 mm|\\.|:|\\||\t|\r\n|\n|\n\n| {1,4})", 0..80)) {
            let text = pieces.concat();
            let (folded, segmented) = cut(&text);
            let mut at = 0;
            for section in &segmented.sections {
                let start = section.title.map_or(section.body.start, |t| t.start.min(section.body.start));
                prop_assert!(at <= start, "sections overlap");
                prop_assert!(section.body.start <= section.body.end);
                at = section.body.end;
            }
            prop_assert!(at <= folded.text().len());
            let mut last = 0;
            for unit in &segmented.units {
                prop_assert!(last <= unit.span.start && unit.span.start <= unit.span.end, "units overlap");
                prop_assert!(folded.text().get(unit.span.start..unit.span.end).is_some());
                let section = &segmented.sections[unit.section];
                let inside = section.body.contains(unit.span) || section.title.is_some_and(|t| t.contains(unit.span) || t.start <= unit.span.start);
                prop_assert!(inside, "a unit outside its section");
                last = unit.span.end;
            }
        }
    }
}
