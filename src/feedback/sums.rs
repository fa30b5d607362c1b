//! Sums over results: by physician, site and month, by rule, and of coders' decisions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Element, GAPS, Share, Told};

/// Figures of one physician, site, month, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Reports with IVUS.
    pub reports: u64,
    /// Those that have each element, in the order of [`Element::ALL`], of those where it applies.
    pub elements: [Share; 5],
    /// Those that lack none.
    pub whole: Share,
    /// Reports with each gap, by rule.
    pub gaps: BTreeMap<String, u64>,
    /// Units performed.
    pub performed: u64,
    /// Units the text supports.
    pub supported: u64,
    /// Reports in which vessels of one lesion were counted as one.
    pub collapsed: u64,
}

/// What coders made of suggestions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coders {
    /// Finished reports.
    pub finished: u64,
    /// Finished reports in which every suggestion was used as it was, and nothing added.
    pub unchanged: Share,
    /// Suggestions used as they were, of those decided.
    pub accepted: Share,
    /// Units used as suggested, of all units used.
    pub suggested: Share,
    /// Suggestions used as they were, by confidence.
    pub confidences: BTreeMap<String, Share>,
    /// Decisions by rule that shaped the suggestion and class; of what was added, by the rule that had declined the vessel.
    pub rules: BTreeMap<String, BTreeMap<String, u64>>,
    /// Decisions by class.
    pub classes: BTreeMap<String, u64>,
    /// Rejections by reason.
    pub reasons: BTreeMap<String, u64>,
}

/// All figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Results that were read.
    pub read: u64,
    /// Results of reports that their sender took back; they count nowhere else.
    pub withdrawn: u64,
    /// Results that came again and count once.
    pub doubles: u64,
    /// All reports with IVUS.
    pub all: Group,
    /// By physician.
    pub physicians: BTreeMap<String, Group>,
    /// By site.
    pub sites: BTreeMap<String, Group>,
    /// By month of service.
    pub months: BTreeMap<String, Group>,
    /// Reports that lack none of the elements, by physician and month of service.
    pub physician_months: BTreeMap<String, BTreeMap<String, Share>>,
    /// Reports with IVUS but without a date of service.
    pub undated: u64,
    /// Reports by the rules that flag them.
    pub flags: BTreeMap<String, u64>,
    /// Reports, and vessels in them, by the rules that decline vessels.
    pub declined: BTreeMap<String, (u64, u64)>,
    /// What coders made of it; `None` without decisions.
    pub coders: Option<Coders>,
    seen: BTreeSet<String>,
}

/// The rule that takes vessels of one lesion together.
const ONE_LESION: &str = "IVUS107";

impl Group {
    fn add(&mut self, told: &Told) {
        self.reports += 1;
        for (share, has) in self.elements.iter_mut().zip(told.elements) {
            if let Some(has) = has {
                share.count(has);
            }
        }
        self.whole.count(told.is_whole());
        for gap in GAPS.iter().filter(|g| told.flags.contains_key(g.rule)) {
            *self.gaps.entry(gap.rule.to_owned()).or_default() += 1;
        }
        self.performed += told.performed;
        self.supported += told.supported;
        self.collapsed += u64::from(told.declining().contains(ONE_LESION));
    }

    /// The share of an element.
    #[must_use]
    pub fn element(&self, element: Element) -> Share {
        let at = Element::ALL.iter().position(|e| *e == element);
        at.map_or_else(Share::default, |at| self.elements[at])
    }

    /// The units the text supports, of those performed.
    #[must_use]
    pub fn units(&self) -> Share {
        Share {
            part: self.supported.min(self.performed),
            of: self.performed,
        }
    }

    /// The most frequent gap of this group, if there is one.
    #[must_use]
    pub fn first_gap(&self) -> Option<(&str, u64)> {
        let most = self
            .gaps
            .iter()
            .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        most.map(|(rule, n)| (rule.as_str(), *n))
    }
}

impl Figures {
    /// Adds a result. One that came before, by source, id and site, is counted as a double.
    pub fn add(&mut self, told: &Told) {
        if !self.seen.insert(told.id.clone()) {
            self.doubles += 1;
            return;
        }
        self.read += 1;
        if told.withdrawn {
            self.withdrawn += 1;
            return;
        }
        for rule in told.flags.keys() {
            *self.flags.entry(rule.clone()).or_default() += 1;
        }
        for rule in told.declining() {
            let vessels = told.declined.iter().filter(|(_, r)| r == rule).count();
            let (reports, all) = self.declined.entry(rule.to_owned()).or_default();
            *reports += 1;
            *all += vessels as u64;
        }
        if told.decided.is_some() {
            self.coders.get_or_insert_default().add(told);
        }
        if !told.ivus {
            return;
        }
        self.all.add(told);
        let named = |name: &str| {
            if name.is_empty() {
                "not known".to_owned()
            } else {
                name.to_owned()
            }
        };
        self.physicians
            .entry(named(&told.physician))
            .or_default()
            .add(told);
        self.sites.entry(named(&told.site)).or_default().add(told);
        let Some(month) = told.month() else {
            self.undated += 1;
            return;
        };
        self.months.entry(month.to_owned()).or_default().add(told);
        let months = self.physician_months.entry(named(&told.physician));
        let share = months.or_default().entry(month.to_owned()).or_default();
        share.count(told.is_whole());
    }

    /// The gaps, the most frequent first.
    #[must_use]
    pub fn gaps(&self) -> Vec<(&str, u64)> {
        let mut rows: Vec<(&str, u64)> = self
            .all
            .gaps
            .iter()
            .map(|(r, n)| (r.as_str(), *n))
            .collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        rows
    }

    /// The same without what physicians are not shown: units, rules, what coders decided.
    #[must_use]
    pub fn for_physicians(mut self) -> Self {
        self.flags.clear();
        self.declined.clear();
        self.coders = None;
        let groups = [&mut self.physicians, &mut self.sites, &mut self.months];
        let all = groups.into_iter().flat_map(BTreeMap::values_mut);
        for group in all.chain([&mut self.all]) {
            (group.performed, group.supported, group.collapsed) = (0, 0, 0);
        }
        self
    }
}

impl Coders {
    fn add(&mut self, told: &Told) {
        let Some(decided) = &told.decided else { return };
        let as_suggested = |class: &str| matches!(class, "Accepted" | "Direct");
        for made in &decided.made {
            *self.classes.entry(made.class.clone()).or_default() += 1;
            if let Some(reason) = &made.reason {
                *self.reasons.entry(reason.clone()).or_default() += 1;
            }
            if made.class != "Rejected" {
                self.suggested.count(as_suggested(&made.class));
            }
            let known = told.suggestions.iter().find(|s| s.0 == made.suggestion);
            let mut tell = |rule: &str| {
                let classes = self.rules.entry(rule.to_owned()).or_default();
                *classes.entry(made.class.clone()).or_default() += 1;
            };
            if let Some((_, rules, confidence)) = known {
                for rule in rules {
                    tell(rule);
                }
                self.accepted.count(as_suggested(&made.class));
                let share = self.confidences.entry(confidence.clone()).or_default();
                share.count(as_suggested(&made.class));
            } else if made.class == "Added" {
                let vessel = made.vessel.as_deref().unwrap_or_default();
                tell(told.declined_by(vessel).unwrap_or("none"));
            }
        }
        if decided.finished {
            self.finished += 1;
            let same = decided.made.iter().all(|m| as_suggested(&m.class));
            self.unchanged.count(same);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::{Decided, Made};

    fn told(id: &str, physician: &str, month: &str) -> Told {
        Told {
            id: id.to_owned(),
            physician: physician.to_owned(),
            date: Some(format!("{month}-03")),
            ivus: true,
            elements: [Some(true), None, Some(false), Some(true), Some(true)],
            flags: [("IVUS007".to_owned(), 1)].into(),
            performed: 2,
            supported: 1,
            suggestions: vec![(
                "37252 left x".to_owned(),
                vec!["IVUS190".to_owned()],
                "high".to_owned(),
            )],
            declined: vec![("left y".to_owned(), "IVUS107".to_owned())],
            ..Told::default()
        }
    }

    #[test]
    fn results_are_summed_once_by_physician_and_month() {
        let mut figures = Figures::default();
        figures.add(&told("1", "a", "2024-05"));
        figures.add(&told("1", "a", "2024-05"));
        figures.add(&told("2", "", "2024-06"));
        let mut back = told("3", "a", "2024-05");
        back.withdrawn = true;
        figures.add(&back);
        assert_eq!(
            (figures.read, figures.doubles, figures.withdrawn),
            (3, 1, 1)
        );
        let names: Vec<&String> = figures.physicians.keys().collect();
        assert_eq!(names, ["a", "not known"]);
        assert_eq!(figures.months["2024-05"].reports, 1);
        let none = Share { part: 0, of: 1 };
        assert_eq!(figures.physician_months["a"]["2024-05"], none);
        assert_eq!(figures.physician_months["not known"]["2024-06"], none);
        assert_eq!(
            figures.all.element(Element::Movement),
            Share { part: 0, of: 2 }
        );
        assert_eq!(figures.all.element(Element::Side), Share::default());
        assert_eq!(figures.all.whole, Share { part: 0, of: 2 });
        assert_eq!((figures.all.performed, figures.all.supported), (4, 2));
        assert_eq!(
            (figures.all.collapsed, figures.declined["IVUS107"]),
            (2, (2, 2))
        );
        let plain = figures.for_physicians();
        assert_eq!((plain.all.performed, plain.all.collapsed), (0, 0));
        assert!(plain.flags.is_empty() && plain.declined.is_empty());
    }

    #[test]
    fn decisions_are_counted_by_rule_class_and_reason() {
        let mut report = told("1", "a", "2024-05");
        let made = |suggestion: &str, class: &str, vessel: &str, reason: Option<&str>| Made {
            suggestion: suggestion.to_owned(),
            class: class.to_owned(),
            vessel: Some(vessel.to_owned()),
            reason: reason.map(str::to_owned),
        };
        report.decided = Some(Decided {
            finished: true,
            made: vec![
                made("37252 left x", "Accepted", "left x", None),
                made("37253 left y", "Added", "left y", None),
            ],
        });
        let mut figures = Figures::default();
        figures.add(&report);
        report.id = "2".to_owned();
        report.decided = Some(Decided {
            finished: true,
            made: vec![made("37252 left x", "Rejected", "", Some("wrong_side"))],
        });
        figures.add(&report);
        let coders = figures.coders.unwrap();
        assert_eq!(coders.accepted, Share { part: 1, of: 2 });
        assert_eq!(coders.suggested, Share { part: 1, of: 2 });
        assert_eq!(coders.unchanged, Share { part: 0, of: 2 });
        assert_eq!(coders.rules["IVUS107"]["Added"], 1);
        assert_eq!(coders.rules["IVUS190"]["Rejected"], 1);
        assert_eq!(coders.reasons["wrong_side"], 1);
        assert_eq!(coders.confidences["high"], Share { part: 1, of: 2 });
    }
}
