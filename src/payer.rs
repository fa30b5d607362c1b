//! Payer profiles: what one payer wants beyond the code book. Base codes added or removed, unit limits, a counting policy,
//! documentation rules switched off or weighed anew. Data in `lexicons/payers/` or a file of one's own.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    codes::{Policy, Terms},
    error::{Error, Result},
    rules::{self, RuleId, Severity},
};

/// A payer profile.
#[derive(Clone, Debug, Default)]
pub struct Payer {
    /// Its name in output and on the command line.
    pub name: String,
    /// What it is, in one line.
    pub label: String,
    /// Its counting policy, if it has one of its own.
    pub policy: Option<Policy>,
    /// Its base codes and limits.
    pub terms: Terms,
    /// Documentation rules that do not apply.
    pub off: BTreeSet<RuleId>,
    /// Documentation rules that weigh more or less.
    pub severity: BTreeMap<RuleId, Severity>,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    label: String,
    policy: Option<Spanned<String>>,
    #[serde(default)]
    base: Base,
    #[serde(default)]
    limits: BTreeMap<Spanned<String>, Spanned<i64>>,
    #[serde(default)]
    rules: Switches,
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    #[serde(default)]
    add: Vec<Spanned<String>>,
    #[serde(default)]
    remove: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switches {
    #[serde(default)]
    off: Vec<Spanned<String>>,
}

const BUILTIN: &[(&str, &str)] = &[(
    "example-plan",
    include_str!("../lexicons/payers/example-plan.toml"),
)];

impl Payer {
    /// The names of the built-in profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// The profile with this name, or the one in this file.
    ///
    /// # Errors
    /// When the name is unknown and no such file exists, or the file is not a profile: with file, line and cure.
    pub fn named(name: &str) -> Result<Self> {
        if let Some((name, text)) = BUILTIN.iter().find(|(n, _)| *n == name) {
            return Self::parse(&format!("{name}.toml"), text);
        }
        let path = Path::new(name);
        if !path.exists() {
            let known: Vec<&str> = Self::names().collect();
            return Err(Error::usage(format!(
                "payer \"{name}\" is not known; use {} or the path of a payer profile (TOML)",
                known.join(", ")
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
        Self::parse(name, &text)
    }

    fn parse(file: &str, text: &str) -> Result<Self> {
        let place = Place { file, text };
        let read: File = toml::from_str(text)
            .map_err(|e| place.fault(e.span().map_or(0, |s| s.start), "profile", e.message()))?;
        if read.name.get_ref().trim().is_empty() {
            return Err(place.at(&read.name, "name must not be empty"));
        }
        let policy = read.policy.as_ref().map(|p| place.policy(p)).transpose()?;
        let added = place.codes(&read.base.add)?;
        let removed = place.codes(&read.base.remove)?;
        if let Some(both) = read
            .base
            .remove
            .iter()
            .find(|c| added.contains(c.get_ref()))
        {
            return Err(place.at(both, "stands under add and under remove; keep one"));
        }
        let mut limits = BTreeMap::new();
        for (code, units) in &read.limits {
            let units = u32::try_from(*units.get_ref())
                .map_err(|_| place.at(code, "the limit must be a whole number of units"))?;
            place.codes(std::slice::from_ref(code))?;
            limits.insert(code.get_ref().clone(), units);
        }
        let mut off = BTreeSet::new();
        for rule in &read.rules.off {
            off.insert(place.rule(rule)?);
        }
        let mut severity = BTreeMap::new();
        for (rule, weight) in &read.severity {
            let found = place.rule(rule)?;
            if off.contains(&found) {
                return Err(place.at(rule, "the rule is switched off; remove its severity"));
            }
            severity.insert(found, place.severity(weight)?);
        }
        Ok(Self {
            name: read.name.into_inner(),
            label: read.label,
            policy,
            terms: Terms {
                added,
                removed,
                limits,
            },
            off,
            severity,
        })
    }
}

/// A profile's text, for errors with a line.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
}

impl Place<'_> {
    fn fault(&self, byte: usize, entry: &str, cure: &str) -> Error {
        let line = self.text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1;
        Error::lexicon(self.file, line, entry, cure)
    }

    fn at(&self, cell: &Spanned<String>, cure: &str) -> Error {
        self.fault(cell.span().start, cell.get_ref(), cure)
    }

    fn codes(&self, codes: &[Spanned<String>]) -> Result<BTreeSet<String>> {
        let is_code = |c: &str| {
            c.len() == 5
                && c.bytes()
                    .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        };
        let wrong = codes.iter().find(|c| !is_code(c.get_ref()));
        match wrong {
            Some(code) => Err(self.at(
                code,
                "not a code; write five digits or capitals, such as 36005",
            )),
            None => Ok(codes.iter().map(|c| c.get_ref().clone()).collect()),
        }
    }

    /// A policy by name, or in a file beside the profile.
    fn policy(&self, name: &Spanned<String>) -> Result<Policy> {
        let beside = Path::new(self.file).with_file_name(name.get_ref());
        let path = beside.to_string_lossy();
        let asked = if beside.is_file() {
            path.as_ref()
        } else {
            name.get_ref()
        };
        Policy::named(asked).map_err(|e| self.at(name, &e.to_string()))
    }

    fn rule(&self, name: &Spanned<String>) -> Result<RuleId> {
        match rules::find(name.get_ref()) {
            None => Err(self.at(name, "no such rule; `ivus rule` lists them")),
            Some(rule) if rule.is_coding() => Err(self.at(
                name,
                "this rule decides units; only documentation rules (IVUS001 to IVUS099) can be changed, units by policy and limits",
            )),
            Some(rule) => Ok(rule.id),
        }
    }

    fn severity(&self, word: &Spanned<String>) -> Result<Severity> {
        [Severity::Info, Severity::Warning, Severity::Review]
            .into_iter()
            .find(|s| s.name() == word.get_ref())
            .ok_or_else(|| self.at(word, "not a severity; use info, warning or review"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_uses_every_key() {
        let payer = Payer::named("example-plan").unwrap();
        assert_eq!(payer.policy.unwrap().name, "anatomic");
        let terms = payer.terms;
        assert!(terms.added.contains("36005") && terms.removed.contains("36140"));
        assert_eq!(terms.limits["37253"], 3);
        assert!(payer.off.contains(&RuleId(7)));
        assert_eq!(payer.severity[&RuleId(6)], Severity::Review);
    }

    #[test]
    fn an_error_names_the_line_and_the_cure() {
        let head = "name = \"p\"\nlabel = \"x\"\n";
        for (text, told) in [
            (
                "[base]\nadd = [\"36005\", \"3600\"]",
                "p.toml:4: entry \"3600\": not a code; write five digits or capitals, such as 36005",
            ),
            (
                "[base]\nadd = [\"36005\"]\nremove = [\"36005\"]",
                "p.toml:5: entry \"36005\": stands under add and under remove; keep one",
            ),
            (
                "[limits]\n37253 = -1",
                "p.toml:4: entry \"37253\": the limit must be a whole number of units",
            ),
            (
                "[rules]\noff = [\"missing-finding\"]",
                "p.toml:4: entry \"missing-finding\": no such rule; `ivus rule` lists them",
            ),
            (
                "[rules]\noff = [\"IVUS107\"]",
                "p.toml:4: entry \"IVUS107\": this rule decides units; only documentation rules (IVUS001 to IVUS099) can be changed, units by policy and limits",
            ),
            (
                "[severity]\nIVUS006 = \"high\"",
                "p.toml:4: entry \"high\": not a severity; use info, warning or review",
            ),
            (
                "policy = \"sirr\"",
                "p.toml:3: entry \"sirr\": policy \"sirr\" is not known; use sir, anatomic or the path of a policy file (TOML)",
            ),
        ] {
            let error = Payer::parse("p.toml", &format!("{head}{text}\n")).unwrap_err();
            assert_eq!(error.to_string(), told);
        }
        let error = Payer::parse("p.toml", &format!("{head}limit = 3\n")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("p.toml:3: entry \"profile\": unknown field `limit`"),
            "{error}"
        );
    }
}
