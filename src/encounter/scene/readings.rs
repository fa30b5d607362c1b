//! Which measurements of a clause can be readings: not the size of a device, a dose, a pressure, a place on the catheter.

use super::View;
use crate::{
    lexicon::Device,
    mention::{Measure, Quantity, VesselList, Word},
    segment::Layout,
    text::preceding,
};

impl View<'_> {
    /// The measurements of the clause that can be readings.
    pub(in crate::encounter) fn readings(&self) -> Vec<Measure> {
        let rows = self.unit.unit.layout == Layout::Row;
        self.unit
            .measures
            .iter()
            .filter(|m| self.clause.span.contains(m.span))
            .filter(|m| match m.quantity {
                Quantity::Length | Quantity::Area | Quantity::Percent | Quantity::Degrees => true,
                Quantity::Bare if rows => m.second.is_some() || !self.numbers_row(m),
                Quantity::Bare => m.second.is_some() || self.bare_reading(m),
                Quantity::Other => false,
            })
            .filter(|m| !self.is_device_size(m) && !self.is_position(m) && !self.is_strength(m))
            .copied()
            .collect()
    }

    /// "2   left common iliac vein   166": the first number says which row of the list it is.
    fn numbers_row(&self, measure: &Measure) -> bool {
        let row = self.unit.unit.span.start;
        let lead = &self.text[row.min(measure.span.start)..measure.span.start];
        let first = lead.trim_matches([' ', '\t', '|', '#']).is_empty();
        let whole = measure.value.fract() == 0.0 && measure.value < 40.0;
        let mut rest = self.text[measure.span.end..]
            .trim_start_matches([' ', '\t', '|', '.'])
            .chars();
        first && whole && rest.next().is_some_and(char::is_alphabetic)
    }

    /// "reference 190", "75 / 194": a number without a unit that reads as an area.
    fn bare_reading(&self, measure: &Measure) -> bool {
        const NEAR: usize = 64;
        if measure.value < 0.5 {
            return false;
        }
        let from = measure.span.start;
        let gap = |to: usize| &self.text[to..from];
        // Asked of every number: words far before it are passed by.
        let words = self.clause.words;
        let near = words.partition_point(|w| w.span.start + NEAR < from);
        let named = words[near..]
            .iter()
            .take_while(|w| w.span.end <= from)
            .any(|w| {
                w.finding()
                    .is_some_and(|f| self.lexicon.findings[f as usize].class == "measure")
                    && ["", "is", "was", "of", "of only"]
                        .contains(&gap(w.span.end).trim_matches([' ', ':', '=', '-']))
            });
        // "CFV 148 mm2, EIV 139": the unit was given with the first.
        let beside = || {
            self.clause.lists.iter().any(|l| {
                l.span.end <= from && gap(l.span.end).trim_matches([' ', ':', '=']).is_empty()
            })
        };
        // "L EIA 7.1. No disease.": notes of an IVUS study, whose numbers have no unit.
        let whole = self.clause.span.end.min(self.unit.unit.span.end);
        let ends = self.text[measure.span.end..whole].starts_with(['.', ',', ';'])
            || measure.span.end == whole;
        let lists = &self.clause.lists;
        let told =
            |l: &VesselList| l.prep.is_none() && l.span.end <= from && gap(l.span.end) == " ";
        // "femoral vein 60, external iliac 48": several after each other; one alone begins the sentence.
        let begins = lists
            .first()
            .is_some_and(|l| l.span.start == self.unit.unit.span.start);
        let numbered = |l: &&VesselList| {
            let after = self.text[l.span.end..].strip_prefix(' ');
            after.is_some_and(|a| a.starts_with(|c: char| c.is_ascii_digit()))
        };
        let noted = lists.iter().any(told) && (begins || lists.iter().filter(numbered).count() > 1);
        if noted && ends && self.frame.is_ivus() && (2.0..1000.0).contains(&measure.value) {
            return true;
        }
        let area = |m: &Measure| m.quantity == Quantity::Area && m.span.end <= from;
        // "CFA 2.4 mm, proximal SFA 2.0", "PT 2.8, AT 3.1, peroneal 2.5 mm": the unit is given once for all.
        let length = |m: &Measure| m.quantity == Quantity::Length;
        let listed = || {
            (1.0..45.0).contains(&measure.value)
                && ends
                && self.unit.measures.iter().any(length)
                && self.clause.lists.iter().any(|l| {
                    l.span.end < from
                        && !l.atoms.is_empty()
                        && gap(l.span.end)
                            .trim_matches([' ', ':', '=', ','])
                            .is_empty()
                })
        };
        let after = self.text[measure.span.end..self.clause.span.end].trim_start();
        named
            || after.starts_with('/')
            || self.lead(from).ends_with("reference")
            || ((self.frame.is_ivus() || self.ivus().is_some())
                && (listed() || self.leads(measure)))
            || (measure.value >= 10.0 && self.unit.measures.iter().any(area) && beside())
    }

    /// "The areas were 201 in the common iliac, 176 in the external iliac", "284 for the IVC, 122 for the external iliac, 118 common
    /// femoral": a number before its vessel, where it is said what the numbers are and more than one is told so.
    fn leads(&self, measure: &Measure) -> bool {
        const NEAR: usize = 320;
        const NAMED: [&str; 8] = [
            "area", "diameter", "caliber", "calibre", "lumen", "numbers", "readings", "measure",
        ];
        let lists = self.clause.lists;
        let next = |at: usize| lists.get(lists.partition_point(|l| l.span.start < at));
        let of_vessel = |m: &&Measure| {
            let after = &self.lower[m.span.end..];
            m.quantity == Quantity::Bare
                && (2.0..1000.0).contains(&m.value)
                && next(m.span.end).is_some_and(|l| {
                    let gap = l.span.start.checked_sub(m.span.end).filter(|gap| *gap < 12);
                    gap.is_some_and(|gap| {
                        let gap = after[..gap].trim().trim_end_matches(" the");
                        matches!(gap, "" | "in" | "for" | "at") && !l.atoms.is_empty()
                    })
                })
        };
        // A sentence without an end is not searched whole for each of its numbers.
        let from = self.unit.unit.span.start.min(measure.span.start);
        let told = &self.lower[from..measure.span.start];
        let lead = preceding(told, told.len(), NEAR);
        let measures = self.unit.measures.iter();
        of_vessel(&measure)
            && NAMED.iter().any(|w| lead.contains(w))
            && measures.filter(of_vessel).nth(1).is_some()
    }

    /// "at 33 cm", "hypogastric at 47 mm": a distance along the catheter, no diameter.
    fn is_position(&self, measure: &Measure) -> bool {
        let lead = self.lead(measure.span.start);
        let of_branch = || {
            let branches = self.clause.lists.iter().filter(|l| self.is_of_branches(l));
            let mut ends = branches.map(|l| l.span.end - self.clause.span.start);
            ends.any(|end| lead.len() == end + " at".len())
        };
        measure.quantity == Quantity::Length
            && lead.ends_with(" at")
            && (measure.value >= 50.0 || of_branch())
    }

    /// "3% STS foam", "1 % lidocaine", "polidocanol 3 %": how strong a drug is.
    fn is_strength(&self, measure: &Measure) -> bool {
        const DRUGS: [&str; 9] = [
            "foam",
            "sts",
            "sodium",
            "sotradecol",
            "tetradecyl",
            "polidocanol",
            "lidocaine",
            "bupivacaine",
            "saline",
        ];
        let after = &self.lower[measure.span.end..self.unit.unit.span.end.max(measure.span.end)];
        let next = after.split_whitespace().next().unwrap_or_default();
        let lead = self.lead(measure.span.start);
        let last = lead.split_whitespace().next_back().unwrap_or_default();
        measure.quantity == Quantity::Percent
            && (DRUGS.contains(&next.trim_end_matches([',', '.', ';'])) || DRUGS.contains(&last))
    }

    /// The size of a balloon, stent or catheter: a long second number, or a device word beside it.
    fn is_device_size(&self, measure: &Measure) -> bool {
        if matches!(
            measure.quantity,
            Quantity::Percent | Quantity::Area | Quantity::Degrees
        ) {
            return false;
        }
        measure.second.is_some_and(|s| s >= 38.0)
            || self.clause.words.iter().any(|w| {
                let device = w.is_treatment_device()
                    || matches!(
                        w.device(),
                        Some(Device::Sheath | Device::LongSheath | Device::Catheter | Device::Wire)
                    );
                device && w.ivus().is_none() && self.sizes(measure, w)
            })
    }

    /// Whether a number stands so close to a device word that it is the size of it and not what was read there.
    fn sizes(&self, measure: &Measure, device: &Word) -> bool {
        const READS: [&str; 9] = [
            " was", " were", " is", "area", "lumen", " measur", " to ", "at ", " of ",
        ];
        let gap = if device.span.start >= measure.span.end {
            &self.text[measure.span.end..device.span.start]
        } else if device.span.end <= measure.span.start {
            &self.text[device.span.end..measure.span.start]
        } else {
            return true;
        };
        let short = gap.split_whitespace().count() <= 3 && !gap.contains([',', ';', ':', '|']);
        let gap = gap.to_ascii_lowercase();
        // "5 coils of 10 and 12 mm"
        let numbers = |t: &str| {
            t.split_whitespace()
                .all(|w| ["of", "and", "x", "to"].contains(&w) || w.parse::<f32>().is_ok())
        };
        if device.span.end <= measure.span.start && gap.starts_with(" of ") && numbers(&gap) {
            return true;
        }
        short && !READS.iter().any(|v| gap.contains(v))
    }
}
