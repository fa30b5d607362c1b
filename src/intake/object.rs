//! One JSON object: its values by name, refused where a name is there twice, and the numbers that would be rounded here as
//! they were written.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

/// What the reader says of a name that comes twice.
const DOUBLED: &str = "doubled name";

/// An object.
#[derive(Debug)]
pub(super) struct Told {
    /// A number at the top that would be rounded is a string of its digits.
    pub(super) cells: Map<String, Value>,
    /// The values with such numbers as they were written, without white space.
    pub(super) verbatim: BTreeMap<String, String>,
}

/// Why something is no object that can be used.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) kind: &'static str,
    pub(super) column: usize,
}

struct Object(Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Cells;
        impl<'de> Visitor<'de> for Cells {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut cells = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if cells.insert(name, value).is_some() {
                        return Err(A::Error::custom(DOUBLED));
                    }
                }
                Ok(Object(cells))
            }
        }
        deserializer.deserialize_map(Cells)
    }
}

/// Reads an object; a number in a column of text stays a number, which is no text.
pub(super) fn told(line: &str, is_text: impl Fn(&str) -> bool) -> Result<Told, Wrong> {
    let Object(mut cells) = serde_json::from_str(line).map_err(|e| {
        let message = e.to_string();
        let kind = if message.starts_with("recursion limit") {
            "too-deep"
        } else if message.starts_with(DOUBLED) {
            "doubled-column"
        } else {
            "bad-json"
        };
        Wrong {
            kind,
            column: e.column(),
        }
    })?;
    let mut verbatim = BTreeMap::new();
    if cells.values().any(has_float) {
        let written: BTreeMap<String, &RawValue> = serde_json::from_str(line).unwrap_or_default();
        for (name, written) in written {
            let Some(cell) = cells.get_mut(&name) else {
                continue;
            };
            let (written, own) = (compact(written.get()), cell.to_string());
            if !has_float(cell) || written == own || is_text(&name) {
                continue;
            }
            if cell.is_number() {
                *cell = Value::String(written.clone());
            }
            verbatim.insert(name, written);
        }
    }
    Ok(Told { cells, verbatim })
}

/// Whether a value holds a number that is no whole one of 64 bits.
fn has_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(values) => values.iter().any(has_float),
        Value::Object(values) => values.values().any(has_float),
        _ => false,
    }
}

/// JSON without white space between its parts.
fn compact(json: &str) -> String {
    let (mut is_string, mut is_escaped) = (false, false);
    let kept = json.chars().filter(|c| {
        if is_string {
            is_string = *c != '"' || is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            return true;
        }
        is_string = *c == '"';
        !c.is_ascii_whitespace()
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_would_be_rounded_are_kept_as_written() {
        let line = r#"{"id": 123456789012345678901234, "e": 1e5, "f": 2.50, "g": 1.5, "n": {"a ": [1e5, 7, "1 e\" 5"]}, "i": 7, "text": 1e5}"#;
        let told = told(line, |name| name == "text").unwrap();
        assert_eq!(told.cells["id"], "123456789012345678901234");
        assert!(told.cells["text"].is_number());
        let kept: Vec<(&str, &str)> = told
            .verbatim
            .iter()
            .map(|(name, written)| (name.as_str(), written.as_str()))
            .collect();
        assert_eq!(
            kept,
            [
                ("e", "1e5"),
                ("f", "2.50"),
                ("id", "123456789012345678901234"),
                ("n", r#"{"a ":[1e5,7,"1 e\" 5"]}"#)
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_told_by_kind() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500));
        for (line, kind) in [
            ("[1]", "bad-json"),
            ("{\"a\":", "bad-json"),
            (r#"{"a": 1, "a": 2}"#, "doubled-column"),
            (&deep, "too-deep"),
        ] {
            assert_eq!(told(line, |_| false).unwrap_err().kind, kind);
        }
    }
}
