//! The forms that results may take beside JSONL and queue rows: where each lies, and what one record becomes in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    date::Date,
    intake::Fault,
    render::{Reading, brat, csv, doccano, fhir, omop, x12},
};

/// A form of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Queue rows as Parquet: `queue/part-00000.parquet`.
    Parquet,
    /// The OMOP table `NOTE_NLP`: `note_nlp.csv`.
    Omop,
    /// FHIR R4 bundles: `fhir/part-00000.ndjson`.
    Fhir,
    /// brat standoff: `brat/part-00000/`.
    Brat,
    /// doccano JSONL: `doccano/part-00000.jsonl`.
    Doccano,
    /// Previews of 837P service lines: `x12/part-00000.txt`.
    X12,
}

impl Form {
    /// All forms.
    pub(super) const ALL: [Self; 6] = [
        Self::Parquet,
        Self::Omop,
        Self::Fhir,
        Self::Brat,
        Self::Doccano,
        Self::X12,
    ];

    /// Its name among options.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Omop => "omop",
            Self::Fhir => "fhir",
            Self::Brat => "brat",
            Self::Doccano => "doccano",
            Self::X12 => "x12",
        }
    }

    /// The folder among the results that its parts lie in; none for what is joined to one file at the end.
    pub(super) fn folder(self) -> Option<&'static str> {
        match self {
            Self::Parquet => Some("queue"),
            Self::Omop => None,
            Self::Fhir => Some("fhir"),
            Self::Brat => Some("brat"),
            Self::Doccano => Some("doccano"),
            Self::X12 => Some("x12"),
        }
    }

    /// Where a part lies among the results.
    pub(super) fn file(self, number: usize) -> String {
        match self {
            Self::Parquet => format!("queue/part-{number:05}.parquet"),
            Self::Omop => format!("run/{number:05}.note_nlp.csv"),
            Self::Fhir => format!("fhir/part-{number:05}.ndjson"),
            Self::Brat => format!("brat/part-{number:05}"),
            Self::Doccano => format!("doccano/part-{number:05}.jsonl"),
            Self::X12 => format!("x12/part-{number:05}.txt"),
        }
    }

    /// What stands above the records of a part.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::X12 => x12::HEADER,
            _ => "",
        }
    }
}

/// The forms that are written, and what they need to know beside the reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// Which, each once, in order.
    pub which: Vec<Form>,
    /// The day that results bear: `nlp_date` in OMOP, `recorded` in FHIR.
    pub day: Option<Date>,
    /// The first `note_nlp_id`.
    pub note_nlp_id: i64,
}

/// What a record is in one form.
pub(super) enum Piece {
    /// Bytes that follow those of the record before.
    Text(String),
    /// The cells of a row.
    Cells(Vec<String>),
    /// Files of its own.
    Files(Files),
}

/// A record as a text and its annotations.
pub(super) struct Files {
    /// The name without its ending; made of the record's place in the run.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) place: String,
    pub(super) text: String,
    pub(super) annotations: String,
}

/// What a form is made from.
pub(super) struct Made<'a> {
    pub(super) reading: &'a Reading,
    pub(super) author: Option<&'a str>,
    pub(super) passthrough: &'a Map<String, Value>,
    pub(super) place: &'a str,
    /// The record's place in the run, from 0.
    pub(super) number: u64,
}

impl Forms {
    /// The record in each form. What one form cannot hold is a fault; the others go on.
    pub(super) fn pieces(&self, made: &Made<'_>) -> (Vec<Option<Piece>>, Vec<Fault>) {
        let mut faults = Vec::new();
        let pieces = self
            .which
            .iter()
            .map(|form| self.piece(*form, made).map_err(|f| faults.push(f)).ok())
            .collect();
        (pieces, faults)
    }

    fn piece(&self, form: Form, made: &Made<'_>) -> Result<Piece, Fault> {
        let reading = made.reading;
        let number = made.number + 1;
        Ok(match form {
            Form::Parquet => Piece::Cells(csv::queue_cells(reading)),
            Form::Omop => Piece::Text(self.note_nlp(made)?),
            Form::Fhir => {
                let patient = patient(made.passthrough);
                let context = fhir::Context {
                    recorded: self.day,
                    patient: patient.as_deref(),
                    author: made.author,
                };
                Piece::Text(fhir::line(reading, context))
            }
            Form::Brat => Piece::Files(Files {
                name: format!("{number:09}"),
                id: reading.report.id.to_string(),
                place: made.place.to_owned(),
                text: reading.report.text.clone(),
                annotations: brat::annotations(reading),
            }),
            Form::Doccano => Piece::Text(doccano::line(reading, number)),
            Form::X12 => Piece::Text(x12::preview(reading)),
        })
    }

    fn note_nlp(&self, made: &Made<'_>) -> Result<String, Fault> {
        let id = made.reading.report.id.as_str();
        if let (Ok(note_id), Some(day)) = (id.parse::<i32>(), self.day) {
            return Ok(omop::rows(made.reading, note_id.into(), day));
        }
        let cause = "its id is no whole number of 32 bits, which NOTE_NLP needs; it is in all other results, not in \
                     note_nlp.csv; name the column of note_id with --id-col";
        Err(Fault::new(made.place, "no-note-id", cause))
    }
}

/// The patient, when a column that usually holds one came with the record.
fn patient(columns: &Map<String, Value>) -> Option<String> {
    ["patient_ref", "patient_id", "person_id", "patient"]
        .iter()
        .find_map(|name| {
            let (_, value) = columns.iter().find(|(k, _)| k.eq_ignore_ascii_case(name))?;
            match value {
                Value::String(text) if !text.is_empty() => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            }
        })
}
