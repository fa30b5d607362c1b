//! doccano JSONL: one object a report, with the spans in both shapes that doccano reads (`label` for sequence labelling,
//! `entities` and `relations` for relation extraction).

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Reading, notes};

#[derive(Serialize)]
struct Example<'a> {
    id: u64,
    report_id: &'a str,
    text: &'a str,
    label: Vec<(usize, usize, String)>,
    entities: Vec<Entity>,
    relations: Vec<Relation>,
    #[serde(rename = "Comments")]
    comments: [(); 0],
}

#[derive(Serialize)]
struct Entity {
    id: usize,
    label: String,
    start_offset: usize,
    end_offset: usize,
}

#[derive(Serialize)]
struct Relation {
    id: usize,
    from_id: usize,
    to_id: usize,
    r#type: &'static str,
}

/// The line of a report; `number` is its place in the run, from 1. Offsets are code points, ends exclusive. A stretch that
/// says the same of several vessels stands once.
#[expect(clippy::missing_panics_doc, reason = "writing to memory does not fail")]
#[must_use]
pub fn line(reading: &Reading, number: u64) -> String {
    let notes = notes::notes(&reading.document);
    let mut known = BTreeMap::new();
    let mut entities: Vec<Entity> = Vec::new();
    let mut ids = Vec::new();
    for note in &notes.notes {
        let place = (note.quote.start, note.quote.end, note.quote.role);
        let id = *known.entry(place).or_insert_with(|| {
            entities.push(Entity {
                id: entities.len() + 1,
                label: note.label(),
                start_offset: note.quote.start,
                end_offset: note.quote.end,
            });
            entities.len()
        });
        ids.push(id);
    }
    let mut ties: Vec<_> = notes
        .ties
        .iter()
        .map(|t| (ids[t.from], ids[t.to], t.kind))
        .collect();
    ties.sort_unstable();
    ties.dedup();
    let example = Example {
        id: number,
        report_id: reading.report.id.as_str(),
        text: &reading.report.text,
        label: entities
            .iter()
            .map(|e| (e.start_offset, e.end_offset, e.label.clone()))
            .collect(),
        relations: (1..)
            .zip(ties)
            .map(|(id, (from_id, to_id, r#type))| Relation {
                id,
                from_id,
                to_id,
                r#type,
            })
            .collect(),
        entities,
        comments: [],
    };
    serde_json::to_string(&example).expect("numbers and text can be written as JSON") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::notes::tests::reading;

    #[test]
    fn both_shapes_tell_the_same_and_ties_name_entities() {
        let read = reading(
            "FINDINGS: IVUS of the bilateral common iliac veins showed 78% area stenosis.\n",
        );
        let told: serde_json::Value = serde_json::from_str(&line(&read, 3)).unwrap();
        assert_eq!((&told["id"], &told["report_id"]), (&3.into(), &"17".into()));
        let labels = told["label"].as_array().unwrap();
        let entities = told["entities"].as_array().unwrap();
        assert_eq!(labels.len(), entities.len());
        let mut places: Vec<String> = labels.iter().map(ToString::to_string).collect();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), labels.len(), "no span twice");
        for tie in told["relations"].as_array().unwrap() {
            for end in ["from_id", "to_id"] {
                assert!(entities.iter().any(|e| e["id"] == tie[end]), "{tie}");
            }
        }
        assert!(!told["relations"].as_array().unwrap().is_empty());
        assert_eq!(told["Comments"], serde_json::json!([]));
    }
}
