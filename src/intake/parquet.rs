//! Parquet: a report a row, read row by row without Arrow. Damaged files end with a fault: the reader is told by its errors
//! and, where it fails, kept from taking the run with it.

use std::{
    collections::BTreeSet,
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ::parquet::{
    basic::{LogicalType, TimeUnit},
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, Row, reader::RowIter},
    schema::types::Type,
};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Map, Number, Value};

use super::{Columns, Fault, Item, MAX_BYTES, cells::Cells, changed, list::Listed, too_long};
use crate::{error::Error, text::decode};

/// Rows decoded at a time: few, since each may hold a long text.
const BATCH: usize = 64;

/// The rows of a table, in order, counted from 1.
pub(super) fn rows(file: Listed, columns: &Arc<Columns>) -> Box<dyn Iterator<Item = Item>> {
    let place = file.path.display().to_string();
    let once =
        |fault| -> Box<dyn Iterator<Item = Item>> { Box::new(std::iter::once(Item::fault(fault))) };
    // Messages of the reader may quote values.
    let reader = catch_unwind(AssertUnwindSafe(|| reader(&file)));
    let reader = match reader {
        Ok(Ok(Some(reader))) => reader,
        Ok(Err(e)) => return once(Fault::from_error(&file.path, &Error::read(&file.path, e))),
        Ok(Ok(None)) | Err(_) => return once(damaged(place)),
    };
    let schema = reader.metadata().file_metadata().schema();
    let names: Vec<String> = schema
        .get_fields()
        .iter()
        .map(|f| f.name().to_owned())
        .collect();
    let nanos: BTreeSet<String> = schema
        .get_fields()
        .iter()
        .filter(|f| is_nanos(f))
        .map(|f| f.name().to_owned())
        .collect();
    if let Some(fault) = columns.lacking(&names, &place) {
        return once(fault);
    }
    let all = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or_default();
    let mut rows = RowIter::from_file_into(reader).with_batch_size(BATCH);
    let (columns, mut number, mut done) = (columns.clone(), 0_u64, false);
    Box::new(std::iter::from_fn(move || {
        if done {
            return None;
        }
        number += 1;
        let place = format!("{place}:{number}");
        let row = catch_unwind(AssertUnwindSafe(|| rows.next()));
        Some(match row {
            Ok(Some(Ok(row))) => {
                // The bytes of a row lie in as many places as it has columns; each row counts as the same share.
                file.count(file.size.checked_div(all).unwrap_or_default());
                item(row, &nanos, place, file.id_of(number), &columns)
            }
            Ok(None) => {
                done = true;
                let path = file.path.display().to_string();
                return file.has_changed().then(|| Item::fault(changed(path)));
            }
            Ok(Some(Err(_))) | Err(_) => {
                done = true;
                Item::fault(damaged(place))
            }
        })
    }))
}

/// A reader of the table; `None` when it is none.
fn reader(file: &Listed) -> io::Result<Option<Box<dyn FileReader>>> {
    Ok(if file.is_in_memory() {
        let bytes = Bytes::from(file.bytes()?.to_vec());
        boxed(SerializedFileReader::new(bytes).ok())
    } else {
        boxed(SerializedFileReader::new(File::open(&file.path)?).ok())
    })
}

fn boxed(reader: Option<impl FileReader + 'static>) -> Option<Box<dyn FileReader>> {
    reader.map(|r| -> Box<dyn FileReader> { Box::new(r) })
}

fn damaged(place: String) -> Fault {
    let cause = "a Parquet table that is damaged, encrypted, or packed in a way that is not read (snappy, gzip and zstd are); \
                 nothing from here on was read";
    Fault::new(place, "cut-short", cause)
}

/// Whether a column holds moments in nanoseconds, which the reader of rows hands on as bare numbers.
fn is_nanos(column: &Type) -> bool {
    let unit = column.get_basic_info().logical_type_ref();
    matches!(unit, Some(LogicalType::Timestamp(t)) if t.unit == TimeUnit::NANOS)
}

fn item(
    row: Row,
    nanos: &BTreeSet<String>,
    place: String,
    unnamed: String,
    columns: &Arc<Columns>,
) -> Item {
    let cells = row.into_columns().into_iter();
    let cells = cells.map(|(name, field)| match field {
        Field::Long(n) if nanos.contains(&name) => {
            (name, moment(Timestamp::from_nanosecond(n.into())))
        }
        field => (name, value(field)),
    });
    let cells: Map<String, Value> = cells.collect();
    let cells = Cells {
        by_column: cells,
        place,
        unnamed,
        columns: columns.clone(),
    };
    if cells.bytes() > MAX_BYTES {
        return Item::fault(too_long(cells.place));
    }
    Item::cells(cells)
}

/// A cell as JSON has it; nested ones are left out.
fn value(field: Field) -> Value {
    let float = |f: f64| Number::from_f64(f).map_or(Value::Null, Value::Number);
    match field {
        Field::Str(text) => Value::String(text),
        // Some writers do not say that their bytes are text.
        Field::Bytes(bytes) => Value::String(decode(bytes.data())),
        Field::Bool(yes) => Value::Bool(yes),
        Field::Byte(n) => n.into(),
        Field::Short(n) => n.into(),
        Field::Int(n) => n.into(),
        Field::Long(n) => n.into(),
        Field::UByte(n) => n.into(),
        Field::UShort(n) => n.into(),
        Field::UInt(n) => n.into(),
        Field::ULong(n) => n.into(),
        Field::Float(n) => float(n.into()),
        Field::Double(n) => float(n),
        Field::Date(days) => civil::date(1970, 1, 1)
            .checked_add(SignedDuration::from_hours(i64::from(days) * 24))
            .map_or(Value::Null, |d| d.to_string().into()),
        Field::TimestampMillis(n) => moment(Timestamp::from_millisecond(n)),
        Field::TimestampMicros(n) => moment(Timestamp::from_microsecond(n)),
        number @ Field::Decimal(_) => decimal(&number.to_string()),
        _ => Value::Null,
    }
}

/// A decimal number, as a number where that keeps its digits.
fn decimal(digits: &str) -> Value {
    let number: Option<Number> = digits.parse().ok();
    match number.filter(|n| n.to_string() == digits) {
        Some(number) => Value::Number(number),
        None => digits.into(),
    }
}

fn moment(time: Result<Timestamp, jiff::Error>) -> Value {
    time.map_or(Value::Null, |t| t.to_string().into())
}
