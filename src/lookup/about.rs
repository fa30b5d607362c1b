//! Rules as every answer tells them.

use serde::Serialize;

use crate::{
    codes::Fact,
    rules::{self, Rule},
};

/// A rule in one line.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleTold {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
}

impl From<&Rule> for RuleTold {
    fn from(rule: &Rule) -> Self {
        Self {
            id: rule.id.to_string(),
            name: rule.name,
            summary: rule.summary,
        }
    }
}

/// The rules that rest on any of the facts, in order of id.
pub(super) fn rules_of<'a>(facts: impl Iterator<Item = &'a Fact>) -> Vec<RuleTold> {
    let ids: Vec<&String> = facts.flat_map(|f| &f.rules).collect();
    rules::all()
        .iter()
        .filter(|r| ids.contains(&&r.id.to_string()))
        .map(|r| RuleTold::from(*r))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Reference;

    #[test]
    fn every_rule_of_a_fact_exists_and_every_rule_rests_on_a_fact() {
        let reference = Reference::builtin();
        for id in reference.facts.iter().flat_map(|f| &f.rules) {
            assert!(rules::find(id).is_some(), "{id}");
        }
        for rule in rules::all() {
            let id = rule.id.to_string();
            assert!(
                reference.facts_of(&id).next().is_some(),
                "{id} rests on no fact"
            );
        }
    }
}
