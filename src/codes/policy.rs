//! Counting policies: which vessels make one unit. Data in `lexicons/policies/`.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::error::{Error, Result};

/// A counting policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its name in output and on the command line.
    pub name: String,
    /// What it does, in one line.
    pub label: String,
    units: BTreeMap<String, Vec<String>>,
    joins: BTreeMap<String, Vec<String>>,
    unspecified: BTreeMap<String, Vec<String>>,
}

const BUILTIN: &[(&str, &str)] = &[
    ("sir", include_str!("../../lexicons/policies/sir.toml")),
    (
        "anatomic",
        include_str!("../../lexicons/policies/anatomic.toml"),
    ),
];

impl Policy {
    /// The default policy, `sir`.
    ///
    /// # Panics
    /// Never in a tested build: the tests load the policy.
    #[must_use]
    pub fn sir() -> Self {
        Self::parse("sir.toml", BUILTIN[0].1).expect("the built-in policy is loaded by the tests")
    }

    /// The policy with this name, or the one in this file.
    ///
    /// # Errors
    /// When the name is unknown and no such file exists, or the file is not a policy.
    pub fn named(name: &str) -> Result<Self> {
        if let Some((file, text)) = BUILTIN.iter().find(|(n, _)| *n == name) {
            return Self::parse(file, text);
        }
        let path = Path::new(name);
        if !path.exists() {
            return Err(Error::usage(format!(
                "policy \"{name}\" is not known; use sir, anatomic or the path of a policy file (TOML)"
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
        Self::parse(name, &text)
    }

    fn parse(file: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |s| {
                text.bytes().take(s.start).filter(|b| *b == b'\n').count() + 1
            });
            Error::lexicon(file, line, "policy", e.message().to_owned())
        })
    }

    /// The counting unit of a vessel, given the other vessels counted on its side.
    #[must_use]
    pub fn unit<'a>(&'a self, vessel: &'a str, beside: &[&str]) -> &'a str {
        if let Some(hosts) = self.joins.get(vessel)
            && let Some(host) = hosts.iter().find(|h| beside.contains(&h.as_str()))
        {
            return self.unit(host, &[]);
        }
        self.units
            .iter()
            .find(|(_, members)| members.iter().any(|m| m == vessel))
            .map_or(vessel, |(unit, _)| unit)
    }

    /// The vessels that share a unit, as the policy lists them; only the vessel itself when it is not listed.
    pub(crate) fn members<'a>(&'a self, unit: &'a str) -> Vec<&'a str> {
        self.units
            .get(unit)
            .map_or_else(|| vec![unit], |m| m.iter().map(String::as_str).collect())
    }

    /// The vessels whose unit a vessel joins when one of them is counted on its side.
    pub(crate) fn hosts(&self, vessel: &str) -> &[String] {
        self.joins.get(vessel).map_or(&[], Vec::as_slice)
    }

    /// The names of the policies built into the program.
    pub(crate) fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// The named vessels that an unspecific name gives way to.
    #[must_use]
    pub fn more_specific(&self, vessel: &str) -> &[String] {
        self.unspecified.get(vessel).map_or(&[], Vec::as_slice)
    }

    /// Whether a name leaves open which vessel is meant.
    #[must_use]
    pub fn is_unspecified(&self, vessel: &str) -> bool {
        self.unspecified.contains_key(vessel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trunk_joins_a_tibial_artery_that_is_counted_too() {
        let policy = Policy::sir();
        assert_eq!(
            policy.unit("tibioperoneal-trunk", &[]),
            "tibioperoneal-trunk"
        );
        assert_eq!(
            policy.unit("tibioperoneal-trunk", &["peroneal-artery"]),
            "peroneal-artery"
        );
        assert_eq!(
            policy.unit("common-femoral-vein", &[]),
            "external-iliac-common-femoral-vein"
        );
        assert_eq!(
            Policy::named("anatomic")
                .unwrap()
                .unit("common-femoral-vein", &[]),
            "common-femoral-vein"
        );
    }
}
