//! How far the words of a section can be trusted to tell what was done today.

use super::{super::scene::Frame, Reader};
use crate::{
    context::{Clause, Status, assert_act, clauses},
    lexicon::{Action, Category, Device, Grammar, Ivus, Kind, Modality, Necessity, Targets},
    mention::{UnitMentions, Word},
    segment::{Layout, SectionKind},
};

/// How far a section's words can be trusted to tell what was done today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::encounter) enum Mode {
    /// A description of the procedure.
    Live,
    /// A summary: may name what was done, adds no readings of its own.
    Summary,
    /// A title or list of procedures.
    Claim,
    /// History, other days.
    Past,
    Plan,
    /// Indications: reasons, no acts.
    Reason,
    Off,
}

impl Reader<'_> {
    pub(super) fn mode(&self, n: usize) -> Mode {
        use SectionKind as K;
        let unit = &self.context.units[n];
        let kind = self.context.kind(n);
        // A text may have as many entries as lines; they stand in order and apart.
        let days = self.context.other_days;
        let here = self.context.source(unit.unit.span);
        let entry = days.get(days.partition_point(|(s, _)| s.end <= here.start));
        if let Some((_, mode)) = entry.filter(|(s, _)| s.contains(here)) {
            return *mode;
        }
        if unit.unit.layout == Layout::Heading {
            return if kind == K::Ivus && n > 0 {
                Mode::Live
            } else {
                Mode::Claim
            };
        }
        match kind {
            K::Procedures if self.begins_below(n) => Mode::Live,
            K::Procedures | K::Exam => Mode::Claim,
            K::Diagnosis | K::Indication if !self.has_begun(n) && !self.begins_below(n) => {
                Mode::Reason
            }
            // Readings go on after the reason: in rows and items, and in prose after the sentence that gives it.
            K::Necessity
                if unit.unit.layout == Layout::Row
                    || self.goes_on(n)
                    || self.lists_vessels(n)
                    || self.begins_below(n) =>
            {
                Mode::Live
            }
            K::Necessity => Mode::Reason,
            K::Planned | K::Consent | K::Plan => Mode::Plan,
            K::History | K::Background | K::Comparison => Mode::Past,
            K::Signature if self.attests(n) => Mode::Live,
            K::People | K::Bookkeeping | K::Codes | K::Implants | K::Signature => Mode::Off,
            K::Impression | K::Assessment | K::Complications | K::Anesthesia => Mode::Summary,
            K::Header | K::Unknown if self.introduces(n) || self.labels_ivus(n) => Mode::Live,
            K::Header | K::Unknown if self.is_title(n) || self.is_title_row(n) => Mode::Claim,
            K::Narrative | K::Header | K::Unknown if self.is_title_in_capitals(n) => Mode::Claim,
            _ => Mode::Live,
        }
    }

    /// "ATTESTATION: the right femoral vein was recorded by IVUS as well": a look told where a report is signed.
    fn attests(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let ivus = unit
            .words
            .iter()
            .any(|w| matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device)));
        // "was recorded", not "present for the imaging", and nothing that is still to come.
        let told = |w: &Word| &self.context.lower()[w.span.start..w.span.end];
        let looked = unit
            .words
            .iter()
            .any(|w| w.is_action(Action::Image) && told(w).ends_with("ed"));
        let later = unit.words.iter().any(|w| {
            let cue = w
                .modifier()
                .map(|m| self.context.lexicon.modifiers[usize::from(m)]);
            cue.is_some_and(|c| {
                matches!(
                    c.category,
                    Category::Planned | Category::Conditional | Category::Recommended
                )
            })
        });
        ivus && looked && !later && !unit.lists.is_empty()
    }

    /// Whether a line tells of IVUS and of no vessel, and rows or entries with readings stand right below it: "IVUS log (for
    /// diameter)", "IVUS pullback from the chest to the sheath, the stops noted:", "IVUS was needed for the size of the balloons."
    pub(super) fn introduces(&self, n: usize) -> bool {
        let context = self.context;
        let unit = &context.units[n];
        // "IVUS was needed" is one word of the list of reasons.
        let told = |w: &Word| {
            let needed = w.is_necessity(Necessity::Explicit)
                && context.lower()[w.span.start..].starts_with("ivus");
            needed
                || matches!(
                    w.ivus(),
                    Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
                )
        };
        let denied = |w: &Word| {
            let cue = w
                .modifier()
                .map(|m| context.lexicon.modifiers[usize::from(m)]);
            cue.is_some_and(|c| match c.category {
                Category::Negated => c.targets == Targets::Acts,
                Category::Historical | Category::Attempted | Category::Recommended => true,
                _ => false,
            })
        };
        let study = |w: &Word| w.modality().is_some_and(|m| m != Modality::Phrase);
        if unit.unit.layout != Layout::Prose
            || !unit.lists.is_empty()
            || !unit.words.iter().any(told)
            || unit.words.iter().any(|w| denied(w) || study(w))
        {
            return false;
        }
        let next = |n: usize| context.units.get(n).map(|u| (u, u.unit));
        // The heads of the columns.
        let heads = next(n + 1).is_some_and(|(u, at)| {
            at.layout == Layout::Row && u.lists.is_empty() && u.measures.is_empty()
        });
        // "IVC: not examined" may stand before the first that was read.
        let from = n + 1 + usize::from(heads);
        let entries = (from..from + 3).map_while(next);
        let mut entries = entries.take_while(|(u, _)| !u.lists.is_empty());
        let Some((entry, at)) = entries.find(|(u, _)| !u.measures.is_empty()) else {
            return false;
        };
        let first = entry.lists.first();
        let lead = first.map_or("", |l| &context.text()[at.span.start..l.span.start]);
        at.section == unit.unit.section
            && at.block == unit.unit.block
            && at.paragraph > unit.unit.paragraph
            && first.is_some_and(|l| !l.atoms.is_empty() && l.prep.is_none())
            && lead.split_whitespace().count() <= 4
            && !entry.measures.is_empty()
            && !entry.words.iter().any(study)
    }

    /// Whether a line is a vessel alone in a passage of IVUS: what stands below was read there.
    fn labels_ivus(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let text = &self.context.text()[unit.unit.span.start..unit.unit.span.end];
        matches!(self.frame, Frame::Ivus { .. })
            && n > 0
            && unit.lists.len() == 1
            && unit.lists[0].span.end - unit.lists[0].span.start
                == text.trim().trim_end_matches([':', '.']).len()
    }

    /// Whether a line in columns names its label a title: "Exam ........ right iliac venogram; IVUS of the right iliac veins".
    fn is_title_row(&self, n: usize) -> bool {
        let context = self.context;
        let unit = &context.units[n].unit;
        if unit.layout != Layout::Row {
            return false;
        }
        // The first of its paragraph.
        let first = context.units[..n].partition_point(|u| u.unit.paragraph < unit.paragraph);
        let row = &context.units[first];
        let text = &context.text()[row.unit.span.start..row.unit.span.end];
        let ends = ["..", " |", "|", "  ", " ..", "\t"].map(|gap| text.find(gap));
        let label = ends
            .into_iter()
            .flatten()
            .min()
            .map(|end| text[..end].trim());
        let kind = label.and_then(|l| context.lexicon.section_of(l));
        matches!(
            kind.map(SectionKind::from_id),
            Some(SectionKind::Procedures | SectionKind::Exam)
        )
    }

    /// Whether the description has begun under a heading for reasons: the vessel was entered.
    fn has_begun(&self, n: usize) -> bool {
        let section = self.context.units[n].unit.section;
        let text = self.context.text();
        let first = self.context.units[..=n].partition_point(|u| u.unit.section < section);
        let headed = self.context.units.get(first).map(|u| u.unit.paragraph);
        self.context.units[..=n]
            .iter()
            .rev()
            .take_while(|u| u.unit.section == section)
            .any(|u| {
                let planned = u.words.iter().any(|w| {
                    w.has_category(self.context.lexicon, Category::Planned)
                        || w.has_category(self.context.lexicon, Category::Historical)
                });
                // "Right femoral, US guided, 8F." "IVUS catheter advanced into the cava and pulled down."
                let entered = u
                    .words
                    .iter()
                    .any(|w| w.modality() == Some(Modality::AccessUltrasound))
                    && u.words.iter().any(Word::is_vessel);
                // "1. Right common femoral vein access, ultrasound, 7F sheath."
                let later = headed.is_some_and(|h| u.unit.paragraph > h);
                let entered = entered
                    || ((u.unit.layout == Layout::Item || later)
                        && u.words.iter().any(|w| w.device() == Some(Device::Sheath))
                        && u.words.iter().any(|w| w.is_action(Action::Access))
                        && u.words.iter().any(Word::is_vessel));
                let moved = u.words.iter().any(|w| w.ivus() == Some(Ivus::Device))
                    && u.words.iter().any(|w| w.is_action(Action::Place));
                let punctured = u.words.windows(2).any(|pair| {
                    pair[0].is_grammar(Grammar::Aux)
                        && pair[1].is_action(Action::Access)
                        && text[pair[0].span.end..pair[1].span.start]
                            .split_whitespace()
                            .count()
                            <= 1
                });
                // "INDICATION: leg swelling. / IVUS of the left common iliac vein showed 78% stenosis."
                let shown = u.words.iter().any(|w| {
                    matches!(
                        w.ivus(),
                        Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
                    )
                }) && u.words.iter().any(|w| w.is_action(Action::Show))
                    && !u.measures.is_empty()
                    && !u.lists.is_empty();
                // "Scanned by IVUS and free of stenosis: the IVC, both common iliac veins."
                let scanned = later
                    && u.words.iter().any(|w| w.ivus() == Some(Ivus::Modality))
                    && u.words.iter().any(|w| w.is_action(Action::Image))
                    && !u.lists.is_empty();
                !planned && (scanned || entered || moved || punctured || shown)
            })
    }

    /// "Title: left iliac stent / Left CFV 9F. IVUS of the iliac veins was done: …": a label with its own words on its line, and the
    /// description in sentences below, up to here.
    fn begins_below(&self, n: usize) -> bool {
        let units = self.context.units;
        let section = units[n].unit.section;
        let first = units[..n].partition_point(|u| u.unit.section < section);
        let inline = units.get(first + 1).is_some_and(|u| {
            u.unit.section == section && u.unit.paragraph == units[first].unit.paragraph
        });
        if !inline || units[first].unit.layout != Layout::Heading {
            return false;
        }
        units[first..=n]
            .iter()
            .filter(|u| {
                u.unit.paragraph > units[first].unit.paragraph && u.unit.layout == Layout::Prose
            })
            .any(|u| self.is_terse_entry(u) || self.tells_a_look(u))
    }

    /// "Left CFV 9F.": a vessel and the size of its sheath.
    fn is_terse_entry(&self, unit: &UnitMentions) -> bool {
        let text = &self.context.lower()[unit.unit.span.start..unit.unit.span.end];
        let french = |t: &str| {
            let t = t.trim_matches([',', '.', ';']);
            let digits = t.strip_suffix("fr").or(t.strip_suffix('f'));
            digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
        };
        text.ends_with('.')
            && unit.lists.len() == 1
            && text.split_whitespace().count() <= 6
            && text.split_whitespace().any(french)
    }

    /// "IVUS of the external iliac artery was carried out", "It was assessed with an Eagle Eye along the femoral artery.": told as
    /// done, with a vessel.
    fn tells_a_look(&self, unit: &UnitMentions) -> bool {
        let (text, lexicon) = (self.context.text(), self.context.lexicon);
        let told = unit.words.iter().any(|w| w.is_action(Action::Show))
            || unit.words.windows(2).any(|pair| {
                pair[0].is_grammar(Grammar::Aux)
                    && pair[1].any_action(&[Action::Perform, Action::Image])
            });
        if !told || unit.lists.is_empty() || !text[..unit.unit.span.end].ends_with('.') {
            return false;
        }
        let performed = |c: &Clause<'_>| {
            c.of(Kind::Ivus).iter().any(|w| {
                let named = matches!(
                    w.ivus(),
                    Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
                ) && !w.is_necessity(Necessity::Explicit);
                named && assert_act(text, c, w.span, lexicon).status == Status::Performed
            })
        };
        clauses(text, unit, self.context.service_year, lexicon)
            .iter()
            .any(performed)
    }

    /// Whether an entry under a reason stands below a label of its own for the vessels: "vessels seen: [x] cephalic arch".
    fn lists_vessels(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let label = self.context.units[..n]
            .iter()
            .rev()
            .find(|u| u.unit.section == unit.unit.section && u.unit.layout != Layout::Item);
        unit.unit.layout == Layout::Item
            && label.is_some_and(|u| {
                let text = &self.context.lower()[u.unit.span.start..u.unit.span.end];
                text.len() < 40 && (text.contains("vessels") || text.contains("segments"))
            })
    }

    /// Whether a unit under a reason for IVUS tells of IVUS again.
    fn goes_on(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let studied = unit
            .words
            .iter()
            .any(|w| w.modality().is_some_and(|m| m != Modality::Phrase));
        let first = n.checked_sub(1).is_none_or(|p| {
            self.context.units[p].unit.section != unit.unit.section
                || self.context.units[p].unit.layout == Layout::Heading
        });
        self.frame.is_ivus()
            && !first
            && !studied
            && (unit.unit.layout == Layout::Prose
                || (!unit.lists.is_empty() && !unit.measures.is_empty()))
    }

    /// "PROCEDURE: RIGHT ILIAC VEIN STENT, IVUS OF …": in capitals right after its heading, in a report that goes on in small letters.
    fn is_title_in_capitals(&self, n: usize) -> bool {
        let units = self.context.units;
        let text =
            |u: usize| &self.context.text()[units[u].unit.span.start..units[u].unit.span.end];
        let capitals = |t: &str| !t.bytes().any(|b| b.is_ascii_lowercase());
        let small = |t: &str| t.bytes().filter(u8::is_ascii_lowercase).count() > t.len() / 2;
        let headed = n
            .checked_sub(1)
            .is_some_and(|h| units[h].unit.layout == Layout::Heading);
        // "RIGHT FISTULOGRAM. IVUS OF SUBCLAVIAN VEIN AND SVC." above a body in small letters
        let on_top = units[n].unit.block == units[0].unit.block;
        (headed || on_top) && n < 4 && units[n].measures.is_empty() && capitals(text(n)) && {
            // A signature alone is no body.
            let body = (n + 1..units.len()).take(5).filter(|u| small(text(*u)));
            body.count() >= if headed { 1 } else { 3 }
        }
    }

    /// A line of the report's head that is a title: short, without a verb or a reading.
    fn is_title(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let text = &self.context.text()[unit.unit.span.start..unit.unit.span.end];
        if n < 8
            && ["procedure ", "operation "].iter().any(|p| {
                text.get(..p.len())
                    .is_some_and(|t| t.eq_ignore_ascii_case(p))
            })
            && text.len() < 200
        {
            return true;
        }
        let early = n < 6 || n <= self.head;
        let verb = unit.words.iter().any(|w| {
            w.is_grammar(Grammar::Aux)
                || w.any_action(&[
                    Action::Show,
                    Action::Place,
                    Action::Perform,
                    Action::Pullback,
                ])
        }) || text.starts_with("hence ");
        early
            && unit.unit.layout == Layout::Prose
            && !verb
            && unit.measures.is_empty()
            && text.len() < 160
            && !text.trim_end().ends_with('.')
    }
}
