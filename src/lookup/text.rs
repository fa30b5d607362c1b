//! The pages as text: what is told, each with a number that leads to its source at the foot.

use std::fmt::Write as _;

use super::{
    code::{CodePage, Link},
    entries::{DIAGNOSIS_FAMILIES, Entry},
    find::Ranked,
    vessel::{Edge, VesselPage},
};
use crate::{
    codes::{Confidence, SourceTold, Standing},
    date::Date,
    render::{sheet::Sheet, text::Colour},
};

/// The sources of a page in the order in which they are first named.
#[derive(Default)]
pub(super) struct Feet(Vec<String>);

impl Feet {
    /// `[confirmed 1]`: how sure, and the number of the source.
    pub(super) fn mark(&mut self, confidence: Confidence, source: &str) -> String {
        let at = self.0.iter().position(|s| s == source).unwrap_or_else(|| {
            self.0.push(source.to_owned());
            self.0.len() - 1
        });
        format!("[{confidence} {}]", at + 1)
    }

    pub(super) fn of(&mut self, standing: &Standing) -> String {
        self.mark(standing.confidence, &standing.source)
    }

    fn print(&self, sheet: &mut Sheet) {
        if self.0.is_empty() {
            return;
        }
        sheet.title("Sources");
        for (n, source) in self.0.iter().enumerate() {
            sheet.wrapped(&format!("  [{}] ", n + 1), source);
        }
    }
}

impl CodePage {
    /// The page for a screen.
    pub(crate) fn text(&self, colour: Colour) -> String {
        let mut sheet = Sheet::new(colour);
        let mut feet = Feet::default();
        sheet.line(&format!("{}   {}", sheet.bold(&self.code), self.title()));
        let on = self
            .on
            .map_or_else(|| "newest tables".to_owned(), |d| format!("on {d}"));
        let state = match self.state {
            "not told" => "no table says whether it is in force",
            told => told,
        };
        sheet.line(&format!("{state} ({on})"));
        if !self.entries.is_empty() {
            sheet.title("What the tables say");
            for entry in &self.entries {
                sheet.item(&entry_words(entry, &mut feet));
            }
        }
        self.history(&mut sheet, &mut feet);
        self.limits_text(&mut sheet, &mut feet);
        self.fees_text(&mut sheet, &mut feet);
        if let Some(family) = &self.family
            && !self.entries.iter().any(|e| e.table == DIAGNOSIS_FAMILIES)
        {
            sheet.title("Family");
            let mark = feet.of(&family.standing);
            sheet.item(&format!(
                "{}: {} ({}); that it backs the need for IVUS is {} {mark}",
                family.prefix, family.label, family.system, family.support
            ));
        }
        self.family_of_ivus(&mut sheet, &mut feet);
        self.pairs_text(&mut sheet, &mut feet);
        self.modifiers_text(&mut sheet, &mut feet);
        self.unknown_text(&mut sheet);
        self.facts_and_rules(&mut sheet, &mut feet);
        if !self.publications.is_empty() {
            sheet.title("What payers and authorities published");
            for row in &self.publications {
                let name = [row.body.as_str(), &row.document, &row.date];
                let name: Vec<&str> = name.into_iter().filter(|n| !n.is_empty()).collect();
                let mark = feet.mark(row.confidence, &row.source);
                sheet.item(&format!(
                    "{}: {}: {} {mark}",
                    name.join(", "),
                    row.topic,
                    row.statement
                ));
            }
        }
        if !self.neighbours.is_empty() {
            sheet.title("Beside it");
            for near in &self.neighbours {
                sheet.wrapped(&format!("  {:<8} ", near.code), &near.label);
            }
        }
        feet.print(&mut sheet);
        if let Some(tables) = &self.tables {
            sheet.title("Loaded tables");
            sheet.sub(&tables.files.join(", "));
        }
        sheet.out
    }

    fn history(&self, sheet: &mut Sheet, feet: &mut Feet) {
        for (title, links) in [
            ("Came before it", &self.predecessors),
            ("Took its place", &self.successors),
        ] {
            if links.is_empty() {
                continue;
            }
            sheet.title(title);
            for link in links {
                let mark = feet.mark(link.confidence, &link.source);
                sheet.wrapped(
                    &format!("  {:<8} ", link.code),
                    &format!("{} {mark}", link_words(link)),
                );
            }
        }
    }

    /// What only a code of the IVUS family has.
    fn family_of_ivus(&self, sheet: &mut Sheet, feet: &mut Feet) {
        if !self.base_codes.is_empty() {
            let count: usize = self.base_codes.iter().map(|f| f.codes.len()).sum();
            sheet.title(&format!(
                "May be added to ({count} codes in {} families; the codes one by one in JSON)",
                self.base_codes.len()
            ));
            for family in &self.base_codes {
                let codes = ranges(&family.codes);
                sheet.item(&format!(
                    "{}: {codes} [{}]",
                    family.family, family.confidence
                ));
            }
        }
        if !self.included_by.is_empty() {
            sheet.title("Included by: no units in a session with");
            for row in &self.included_by {
                let edit = if row.can_be_opened {
                    "indicator 1, can be opened for a distinct service"
                } else {
                    "cannot be opened"
                };
                let mark = feet.of(&row.standing);
                sheet.wrapped(
                    &format!("  {:<8} ", row.code),
                    &format!("{}; {edit} {mark}", row.label),
                );
            }
        }
    }

    fn modifiers_text(&self, sheet: &mut Sheet, feet: &mut Feet) {
        if !self.modifiers.is_empty() {
            sheet.title("Modifiers");
            for row in &self.modifiers {
                let mark = feet.of(&row.standing);
                sheet.wrapped(
                    &format!("  {:<8} ", row.code),
                    &format!("{} {mark}", row.usage),
                );
            }
        }
    }

    fn facts_and_rules(&self, sheet: &mut Sheet, feet: &mut Feet) {
        if !self.rules.is_empty() {
            sheet.title("Rules that use it");
            for rule in &self.rules {
                sheet.item(&format!("{} {}: {}", rule.id, rule.name, rule.summary));
            }
        }
        if !self.facts.is_empty() {
            sheet.title("Facts");
            for fact in &self.facts {
                let names: Vec<String> = fact.sources.iter().map(SourceTold::dated).collect();
                let mark = feet.mark(fact.confidence, &names.join("; "));
                let mut words = format!("{} {mark}", fact.statement);
                for (head, more) in [("Sources differ:", &fact.conflict), ("Note:", &fact.note)] {
                    if !more.is_empty() {
                        let _ = write!(words, " {head} {more}");
                    }
                }
                sheet.wrapped(&format!("  {:>2}. ", fact.id), &words);
            }
        }
    }
}

fn entry_words(entry: &Entry, feet: &mut Feet) -> String {
    let days = days(entry.standing.from, entry.standing.until);
    let note = if entry.note.is_empty() {
        String::new()
    } else {
        format!("; {}", entry.note)
    };
    format!("{}{note}; {days} {}", entry.says, feet.of(&entry.standing))
}

/// "from 2016-01-01 to 2025-12-31".
pub(super) fn days(from: Option<Date>, until: Option<Date>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("from {from} to {until}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => "first day not known".to_owned(),
    }
}

fn link_words(link: &Link) -> String {
    let mut parts = vec![link.label.clone()];
    if let (Some(until), Some(from)) = (link.until, link.from) {
        parts.push(format!(
            "the older code until {until}, the newer from {from}"
        ));
    }
    parts.push(link.note.clone());
    parts.retain(|p| !p.is_empty());
    parts.join("; ")
}

/// `36221-36224, 36226`: codes that follow each other as a range.
pub(super) fn ranges(codes: &[String]) -> String {
    let mut parts: Vec<(String, String)> = Vec::new();
    for code in codes {
        let follows = |last: &str| matches!((last.parse::<u32>(), code.parse::<u32>()), (Ok(a), Ok(b)) if a + 1 == b);
        match parts.last_mut() {
            Some((_, last)) if follows(last) => last.clone_from(code),
            _ => parts.push((code.clone(), code.clone())),
        }
    }
    let parts = parts.into_iter();
    let words: Vec<String> = parts
        .map(|(a, b)| if a == b { a } else { format!("{a}-{b}") })
        .collect();
    words.join(", ")
}

impl VesselPage {
    /// The page for a screen.
    pub(crate) fn text(&self, colour: Colour) -> String {
        let mut sheet = Sheet::new(colour);
        let mut feet = Feet::default();
        let side = if self.side == "none" {
            String::new()
        } else {
            format!("{} ", self.side)
        };
        let title = format!("{side}{}", self.name);
        sheet.line(&format!("{}   {}", sheet.bold(&title), self.id));
        let sided = if self.sided {
            "one on each side"
        } else {
            "no side"
        };
        let of = self
            .part_of
            .as_ref()
            .map_or_else(String::new, |p| format!(" of the {}", words(p)));
        sheet.line(&format!(
            "{} {}{of}, {}, {sided}",
            self.system, self.scope, self.region
        ));
        if !self.asked.is_empty() {
            sheet.line(&format!("the words asked for are {}", self.asked));
        }
        sheet.title("Names");
        for names in &self.names {
            sheet.item(&format!("{}: {}", names.form, names.names.join("; ")));
        }
        sheet.title("Counting");
        for unit in &self.counting {
            let members: Vec<String> = unit.members.iter().map(|m| words(m)).collect();
            let joins = if unit.joins.is_empty() {
                String::new()
            } else {
                let hosts: Vec<String> = unit.joins.iter().map(|h| words(h)).collect();
                format!(
                    "; joins the unit of {} when it is counted on the side",
                    hosts.join(" or ")
                )
            };
            let share = if members.len() > 1 {
                format!(" ({} are one)", members.join(", "))
            } else {
                " (on its own)".to_owned()
            };
            sheet.item(&format!(
                "policy {}: unit {}{share}{joins}",
                unit.policy, unit.unit
            ));
        }
        if self.counting.is_empty() {
            sheet.item("coronary: no unit of noncoronary IVUS");
        }
        for row in &self.statements {
            let vessels: Vec<String> = row.vessels.iter().map(|v| words(v)).collect();
            let against = if row.disagreement.is_empty() {
                String::new()
            } else {
                format!("; but {}", row.disagreement)
            };
            let mark = feet.mark(row.confidence, &row.source);
            sheet.item(&format!(
                "{}: {}: {}{against} {mark}",
                row.system,
                vessels.join(", "),
                row.statement
            ));
        }
        self.tree(&mut sheet);
        feet.print(&mut sheet);
        sheet.out
    }

    fn tree(&self, sheet: &mut Sheet) {
        sheet.title("Tree");
        for edge in &self.parents {
            let order = if edge.order_from_root.is_empty() {
                String::new()
            } else {
                format!(
                    "; catheter order {} from the root ({}; {})",
                    edge.order_from_root, edge.root_family, edge.certainty
                )
            };
            let note = if edge.note.is_empty() {
                String::new()
            } else {
                format!("; {}", edge.note)
            };
            sheet.wrapped(
                "  hangs from  ",
                &format!("{}{order}{note}", edge_words(edge)),
            );
        }
        if self.parents.is_empty() {
            sheet.wrapped("  hangs from  ", "nothing: a root, or not in the tree");
        }
        if !self.children.is_empty() {
            let children: Vec<String> = self.children.iter().map(edge_words).collect();
            sheet.wrapped("  carries     ", &children.join("; "));
        }
        if !self.segments.is_empty() {
            let segments: Vec<String> = self.segments.iter().map(|s| words(s)).collect();
            sheet.wrapped("  segments    ", &segments.join("; "));
        }
        if !self.neighbours.is_empty() {
            let near: Vec<String> = self.neighbours.iter().map(|s| words(s)).collect();
            sheet.wrapped("  touches     ", &near.join("; "));
        }
    }
}

fn edge_words(edge: &Edge) -> String {
    match edge.side.as_str() {
        "any" | "" => words(&edge.vessel),
        side => format!("{} ({side} only)", words(&edge.vessel)),
    }
}

fn words(id: &str) -> String {
    id.replace('-', " ")
}

/// What was found, one entry a line.
pub(crate) fn found(ranked: &[Ranked<'_>], colour: Colour) -> String {
    let mut sheet = Sheet::new(colour);
    for row in ranked {
        let head = format!("{:<11} {:<22} ", row.entry.kind, row.entry.id);
        sheet.wrapped(&head, &row.entry.title);
    }
    sheet.out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_follow_each_other_are_a_range() {
        let codes = ["36221", "36222", "36223", "36226", "0238T"].map(str::to_owned);
        assert_eq!(ranges(&codes), "36221-36223, 36226, 0238T");
    }
}
