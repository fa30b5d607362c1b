//! Queue rows as Parquet, the columns those of the CSV: counts as numbers, days as dates, empty cells as null.

use std::sync::Arc;

use parquet::{
    basic::Compression,
    column::writer::ColumnWriter,
    data_type::ByteArray,
    errors::Result,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use crate::render::csv::QUEUE_COLUMNS;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    Day,
    Text,
}

fn kind(column: &str) -> Kind {
    match column {
        "date_of_service" => Kind::Day,
        _ if column.starts_with("units_") || column.starts_with("supported_") => Kind::Count,
        _ => Kind::Text,
    }
}

/// A file of rows, each with the cells of [`QUEUE_COLUMNS`].
pub(super) fn table(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let columns: String = QUEUE_COLUMNS
        .iter()
        .map(|name| match kind(name) {
            Kind::Count => format!("OPTIONAL INT32 {name};"),
            Kind::Day => format!("OPTIONAL INT32 {name} (DATE);"),
            Kind::Text => format!("OPTIONAL BYTE_ARRAY {name} (STRING);"),
        })
        .collect();
    let schema = Arc::new(parse_message_type(&format!("message queue {{{columns}}}"))?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("ivus {}", env!("CARGO_PKG_VERSION")))
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    let mut column = 0;
    while let Some(mut writer) = group.next_column()? {
        let cells = rows.iter().filter_map(|r| r.get(column));
        let name = QUEUE_COLUMNS.get(column).copied().unwrap_or_default();
        match (writer.untyped(), kind(name)) {
            (ColumnWriter::Int32ColumnWriter(typed), Kind::Count) => {
                let (values, levels) = split(cells.map(|c| c.parse().ok()));
                typed.write_batch(&values, Some(&levels), None)?;
            }
            (ColumnWriter::Int32ColumnWriter(typed), _) => {
                let (values, levels) = split(cells.map(|c| days(c)));
                typed.write_batch(&values, Some(&levels), None)?;
            }
            (ColumnWriter::ByteArrayColumnWriter(typed), _) => {
                let told = |c: &String| (!c.is_empty()).then(|| ByteArray::from(c.as_str()));
                let (values, levels) = split(cells.map(told));
                typed.write_batch(&values, Some(&levels), None)?;
            }
            _ => {}
        }
        writer.close()?;
        column += 1;
    }
    group.close()?;
    file.into_inner()
}

/// The values that are there, and for each row whether it has one.
fn split<T>(cells: impl Iterator<Item = Option<T>>) -> (Vec<T>, Vec<i16>) {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    (values, levels)
}

/// The days from 1970-01-01 to a date.
fn days(date: &str) -> Option<i32> {
    let date: jiff::civil::Date = date.parse().ok()?;
    let since = date.since(jiff::civil::date(1970, 1, 1)).ok()?;
    Some(since.get_days())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use parquet::{
        file::{reader::FileReader, serialized_reader::SerializedFileReader},
        record::Field,
    };

    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (date, number) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11016),
            ("2024-05-02", 19845),
        ] {
            assert_eq!(days(date), Some(number), "{date}");
        }
        assert_eq!(days(""), None);
    }

    #[test]
    fn rows_are_read_back_typed() {
        let row = |id: &str, day: &str, units: &str| {
            let cells = QUEUE_COLUMNS.iter().map(|c| match *c {
                "id" => id.to_owned(),
                "date_of_service" => day.to_owned(),
                "units_initial" => units.to_owned(),
                _ => String::new(),
            });
            cells.collect::<Vec<_>>()
        };
        let rows = [row("=a", "2024-05-02", "1"), row("b", "", "0")];
        let bytes = table(&rows).unwrap();
        assert_eq!(bytes, table(&rows).unwrap());
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let read: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let cell = |row: usize, name: &str| {
            let mut cells = read[row].get_column_iter();
            cells.find(|(n, _)| *n == name).unwrap().1.clone()
        };
        assert_eq!(cell(0, "id"), Field::Str("=a".to_owned()));
        assert_eq!(cell(0, "date_of_service"), Field::Date(19845));
        assert_eq!(cell(0, "units_initial"), Field::Int(1));
        assert_eq!(cell(1, "date_of_service"), Field::Null);
        assert_eq!(table(&[]).unwrap().get(..4), Some(&b"PAR1"[..]));
    }
}
