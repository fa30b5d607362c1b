//! One report and its labels side by side: vessels under the same names, units, lesions. Every figure is made from this.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    found::{Found, Look},
    gold::{Gold, GoldSite, GoldVessel, Keys, Units},
};

/// A vessel with its side, as both sides name it.
pub(super) type Site = String;

/// One report and its labels.
pub(super) struct Compared<'a> {
    pub(super) gold: &'a Gold,
    pub(super) found: &'a Found,
    pub(super) text: &'a str,
    pub(super) keys: &'a Keys<'a>,
    /// Vessels IVUS looked at by the labels.
    pub(super) want: BTreeMap<Site, &'a GoldVessel>,
    /// Vessels IVUS looked at by the program.
    pub(super) got: BTreeMap<Site, &'a Look>,
    /// Units by the labels: performed, supported.
    pub(super) gold_units: (Units, Units),
    /// Units by the program: performed, supported.
    pub(super) units: (Units, Units),
}

impl<'a> Compared<'a> {
    pub(super) fn new(gold: &'a Gold, found: &'a Found, text: &'a str, keys: &'a Keys<'a>) -> Self {
        let want = gold
            .vessels
            .iter()
            .map(|v| (keys.key(v.side.as_deref(), &v.vessel), v))
            .collect();
        let looks = found.encounter.interrogations.iter();
        let got = looks
            .filter(|i| i.counts())
            .map(|i| (keys.key(Some(&i.side), &i.vessel), i))
            .collect();
        Self {
            gold,
            found,
            text,
            keys,
            want,
            got,
            gold_units: (gold.units.unwrap_or_default(), gold.units_supported),
            units: found.units(),
        }
    }

    /// Whether the units performed are those of the labels.
    pub(super) fn is_exact(&self) -> bool {
        self.units.0 == self.gold_units.0
    }

    /// More units than the labels have, or fewer.
    pub(super) fn compare_totals(&self) -> std::cmp::Ordering {
        self.units.0.total().cmp(&self.gold_units.0.total())
    }

    /// Vessels told that the labels lack.
    pub(super) fn extra(&self) -> impl Iterator<Item = (&Site, &'a Look)> {
        let extra = self.got.iter().filter(|(k, _)| !self.want.contains_key(*k));
        extra.map(|(k, l)| (k, *l))
    }

    /// Vessels of the labels that were not told.
    pub(super) fn missed(&self) -> impl Iterator<Item = (&Site, &'a GoldVessel)> {
        let missed = self.want.iter().filter(|(k, _)| !self.got.contains_key(*k));
        missed.map(|(k, v)| (k, *v))
    }

    /// Lesions over several vessels: of the labels, and told.
    pub(super) fn lesions(&self) -> (BTreeSet<BTreeSet<Site>>, BTreeSet<BTreeSet<Site>>) {
        let lesion = |vessels: &[String]| vessels.iter().map(|v| self.keys.member(v)).collect();
        let told = self.found.encounter.lesions.iter();
        let told = told.filter(|l| l.contiguous && l.vessels.len() > 1);
        (
            self.gold.one_lesion.iter().map(|l| lesion(l)).collect(),
            told.map(|l| lesion(&l.vessels)).collect(),
        )
    }

    /// Access sites: of the labels, and told.
    pub(super) fn access(&self) -> (BTreeSet<Site>, BTreeSet<Site>) {
        let told = self.found.encounter.access.iter();
        let told = told.map(|a| self.keys.key(Some(&a.side), &a.vessel));
        (self.sites(&self.gold.access), told.collect())
    }

    /// Vessels a catheter was brought to: of the labels, and told.
    pub(super) fn targets(&self) -> (BTreeSet<Site>, BTreeSet<Site>) {
        let told = self.found.encounter.catheter_moves.iter();
        let told = told
            .filter(|m| m.status == "performed" && !m.vessel.is_empty())
            .map(|m| self.keys.key(Some(&m.side), &m.vessel));
        (self.sites(&self.gold.catheter_targets), told.collect())
    }

    fn sites(&self, sites: &[GoldSite]) -> BTreeSet<Site> {
        let key = |s: &GoldSite| self.keys.key(s.side.as_deref(), &s.vessel);
        sites.iter().map(key).collect()
    }
}

/// The vessel of a site without its side.
pub(super) fn vessel_of(site: &str) -> &str {
    site.split_once(' ').map_or(site, |(_, vessel)| vessel)
}
