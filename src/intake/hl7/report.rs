//! What a message tells of documents: MDM of one document, ORU of one for each order with text.

use serde_json::Map;

use super::{
    super::{
        Fault, Status,
        columns::day,
        embedded,
        names::Name,
        order::Sent,
        version::{Link, Version, changed, keep, usable_id},
    },
    message::{Message, Segment},
};
use crate::date::Date;

type Read = Result<Version, Fault>;

/// The versions that a message tells of; none when it is of a kind that holds no report.
pub(super) fn versions(message: &Message, place: &str, unnamed: &str) -> Vec<Read> {
    match message.told("MSH", 9, 1).as_str() {
        "MDM" => vec![document(message, place, unnamed)],
        "ORU" => results(message, place, unnamed),
        _ => Vec::new(),
    }
}

/// A document message.
fn document(message: &Message, place: &str, unnamed: &str) -> Read {
    let event = event(message);
    let Some(head) = message.first("TXA") else {
        let cause = "a document message without its TXA segment";
        return Err(Fault::new(place, "bad-message", cause));
    };
    let name = number(message, head, 12, place)?;
    let (id, name) = named(name, place, unnamed);
    let read = || -> Read {
        let lines = message.segments().filter(|s| s.is("OBX"));
        let text = text(message, &lines.collect::<Vec<_>>(), place)?;
        let parent = number(message, head, 13, place)?.map(|parent| Name {
            near: name.space.clone(),
            ..parent
        });
        // Some senders name the document itself there.
        let is_own = |p: &Name| {
            let spaces = [&p.space, &name.space];
            p.number == name.number
                && (spaces.iter().any(|s| s.is_empty()) || spaces[0] == spaces[1])
        };
        let parent = parent.filter(|p| !is_own(p));
        let status = match (
            head.component(17, 1).as_str(),
            head.component(19, 1).as_str(),
        ) {
            // Cancelled or obsolete: the file room's own word.
            (_, "CA" | "OB") | ("NU", _) => Some(Status::Withdrawn),
            ("", _) => None,
            ("AU" | "LA" | "UC", _) => Some(Status::Final),
            // Dictated, in progress, incomplete, not yet authenticated, and what nobody knows.
            _ => Some(Status::Draft),
        };
        let (link, status) = match (event.as_str(), parent) {
            ("T11", _) => (Link::Withdraws, Some(Status::Withdrawn)),
            ("T03" | "T04", _) if text.is_empty() => (Link::Restates, status),
            ("T05" | "T06", Some(parent)) => (Link::Appends(parent), status),
            ("T05" | "T06", None) => (Link::Adds, changed(status)),
            ("T07" | "T08", Some(parent)) => (Link::Edits(parent), changed(status)),
            ("T09" | "T10", Some(parent)) => (Link::Replaces(parent), changed(status)),
            ("T07" | "T08" | "T09" | "T10", None) => (Link::Whole, changed(status)),
            _ => (Link::Whole, status),
        };
        if text.is_empty() && !matches!(link, Link::Withdraws | Link::Restates) {
            let cause = "a notice of a document, without its text";
            return Err(Fault::new(place, "empty", cause));
        }
        let author = Some(person(head, 9)).filter(|a| !a.is_empty());
        let author = author.or_else(|| Some(person(head, 5)).filter(|a| !a.is_empty()));
        let orders = message.first("OBR").map(|order| order.component(7, 1));
        let day = [head.component(4, 1), orders.unwrap_or_default()];
        Ok(Version {
            date: date(day.iter().find(|d| !d.is_empty()), place)?,
            passthrough: rest(message, &event, &head.component(2, 1)),
            id: id.clone(),
            name: name.clone(),
            sent: sent(message),
            place: place.to_owned(),
            text,
            author,
            status,
            link,
        })
    };
    read().map_err(|fault| fault.of(&id))
}

/// A message of results: an order and the observations behind it make a document, orders of one number one together.
fn results(message: &Message, place: &str, unnamed: &str) -> Vec<Read> {
    let mut orders: Vec<(Option<Segment<'_>>, Option<Name>, Vec<Segment<'_>>)> = Vec::new();
    let mut into = None;
    for segment in message.segments() {
        if segment.is("OBR") {
            let numbers = [3, 2].map(|field| (segment.component(field, 1), field));
            let number = numbers.into_iter().find(|(n, _)| !n.is_empty());
            let name = number.map(|(number, field)| Name {
                kind: "order".to_owned(),
                number,
                space: segment.component(field, 2),
                ..told(message)
            });
            let known = orders
                .iter()
                .position(|(_, n, _)| *n == name && n.is_some());
            into = Some(known.unwrap_or_else(|| {
                orders.push((Some(segment), name, Vec::new()));
                orders.len() - 1
            }));
        } else if segment.is("OBX") {
            let at = *into.get_or_insert_with(|| {
                orders.push((None, None, Vec::new()));
                orders.len() - 1
            });
            orders[at].2.push(segment);
        }
    }
    let mut found = Vec::new();
    for (n, (order, name, lines)) in orders.into_iter().enumerate() {
        let lines: Vec<_> = lines.iter().copied().filter(|l| is_text(*l)).collect();
        if !lines.is_empty() {
            let unnamed = match n {
                0 => unnamed.to_owned(),
                n => format!("{unnamed}.{}", n + 1),
            };
            found.push(result(message, order, name, &lines, (place, &unnamed)));
        }
    }
    if found.is_empty() {
        let cause = "a message of results, none of which is text";
        found.push(Err(Fault::new(place, "empty", cause)));
    }
    found
}

fn result(
    message: &Message,
    order: Option<Segment<'_>>,
    name: Option<Name>,
    lines: &[Segment<'_>],
    (place, unnamed): (&str, &str),
) -> Read {
    usable_id(name.as_ref().map_or("", |n| &n.number), place)?;
    let (id, name) = named(name, place, unnamed);
    let read = || -> Read {
        let told = |field| order.map_or_else(String::new, |o| o.component(field, 1));
        let author = order
            .map(|o| interpreter(message, o))
            .filter(|a| !a.is_empty());
        let kept: Vec<_> = lines
            .iter()
            .filter(|l| !matches!(l.component(11, 1).as_str(), "D" | "W" | "X"))
            .copied()
            .collect();
        let whole = kept.is_empty() || kept.len() == lines.len();
        let kept = if kept.is_empty() { lines } else { &kept };
        let text = text(message, kept, place)?;
        let codes = kept.iter().map(|l| l.component(11, 1)).chain([told(25)]);
        let statuses = codes.filter_map(|code| result_status(&code));
        // The least settled part decides, so that no unit rests on it; parts taken back on their own are left out.
        let status = match statuses.max_by_key(|s| rank(*s)) {
            None | Some(Status::Final) if !whole => Some(Status::Amended),
            status => status,
        };
        if text.is_empty() && status != Some(Status::Withdrawn) {
            return Err(Fault::new(place, "empty", "a result without text"));
        }
        Ok(Version {
            date: date(Some(&told(7)).filter(|d| !d.is_empty()), place)?,
            passthrough: rest(message, &event(message), &told(4)),
            id: id.clone(),
            name: name.clone(),
            sent: sent(message),
            place: place.to_owned(),
            text,
            author,
            status,
            link: Link::Whole,
        })
    };
    read().map_err(|fault| fault.of(&id))
}

/// What the status of an order or an observation says.
fn result_status(code: &str) -> Option<Status> {
    match code {
        "" => None,
        "F" | "U" => Some(Status::Final),
        "C" => Some(Status::Amended),
        "X" | "D" | "W" => Some(Status::Withdrawn),
        // Preliminary, partial, not verified, and what nobody knows.
        _ => Some(Status::Draft),
    }
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Final => 0,
        Status::Amended | Status::Addendum => 1,
        Status::Draft => 2,
        Status::Withdrawn => 3,
    }
}

/// The text of all observations, in the order of their numbers when these are numbers, all different.
fn text(message: &Message, lines: &[Segment<'_>], place: &str) -> Result<String, Fault> {
    let mut numbered: Vec<(Option<u32>, Segment<'_>)> = lines
        .iter()
        .filter(|l| is_text(**l))
        .map(|l| (l.component(1, 1).parse().ok(), *l))
        .collect();
    let mut numbers: Vec<_> = numbered.iter().map(|(n, _)| *n).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() == numbered.len() && !numbers.contains(&None) {
        numbered.sort_by_key(|(n, _)| *n);
    }
    let mut parts = Vec::new();
    for (_, line) in numbered {
        parts.push(observation(message, line, place)?);
    }
    let text = parts.join("\n");
    if text.trim_start().starts_with("{\\rtf") {
        return embedded::text_of(text.trim_start().as_bytes(), place, &message.pdf_reader);
    }
    if text.contains('\0') {
        let cause = "binary content where its text should be";
        return Err(Fault::new(place, "binary", cause));
    }
    Ok(if text.trim().is_empty() {
        String::new()
    } else {
        text
    })
}

/// Whether an observation holds text; measurements and codes on their own are none.
fn is_text(line: Segment<'_>) -> bool {
    matches!(
        line.component(2, 1).as_str(),
        "TX" | "FT" | "ST" | "ED" | "RP" | ""
    )
}

fn observation(message: &Message, line: Segment<'_>, place: &str) -> Result<String, Fault> {
    match line.component(2, 1).as_str() {
        "RP" => {
            let cause = "its text is only pointed to; send the text itself";
            Err(Fault::new(place, "unresolved", cause))
        }
        "ED" => {
            let parts = line.field(5).split(message.delimiters.component);
            let parts: Vec<&str> = parts.collect();
            let data = parts.get(4).copied().unwrap_or_default();
            match parts
                .get(3)
                .copied()
                .unwrap_or_default()
                .to_ascii_uppercase()
                .as_str()
            {
                "BASE64" => {
                    let bytes = embedded::base64(data, place)?;
                    embedded::text_of(&bytes, place, &message.pdf_reader)
                }
                "A" | "" => Ok(message.unescaped(data)),
                _ => {
                    let cause = "its text is encoded in a way that is not read; send Base64";
                    Err(Fault::new(place, "bad-encoding", cause))
                }
            }
        }
        _ => Ok(message.unescaped(&lines_of(line.field(5), message.delimiters.repetition))),
    }
}

/// Repetitions are lines. A repetition sign that stands before a number was dictated: "about".
fn lines_of(field: &str, repetition: char) -> String {
    let mut text = String::with_capacity(field.len());
    let mut letters = field.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let number = letters.peek().is_some_and(char::is_ascii_digit);
        if letter == repetition && !(before == ' ' && number) {
            text.push('\n');
        } else {
            text.push(letter);
        }
        before = letter;
    }
    text
}

/// The event, such as `T02`, from MSH-9 or EVN.
fn event(message: &Message) -> String {
    let event = message.told("MSH", 9, 2);
    if event.is_empty() {
        message.told("EVN", 1, 1)
    } else {
        event
    }
}

/// The name that a field of a document message tells; none without a number. Some senders leave the first part blank and
/// write the number where the standard has the universal id. A namespace alone is no number.
fn number(
    message: &Message,
    head: Segment<'_>,
    field: usize,
    place: &str,
) -> Result<Option<Name>, Fault> {
    let [first, namespace, universal] = [1, 2, 3].map(|n| head.component(field, n));
    let (number, space) = match (first.is_empty(), namespace.is_empty()) {
        (true, _) => (universal, namespace),
        (false, true) => (first, universal),
        (false, false) => (first, namespace),
    };
    Ok(usable_id(&number, place)?.map(|number| Name {
        number,
        space,
        ..told(message)
    }))
}

/// What a message tells of all that it names: who sent it, and whose it is.
fn told(message: &Message) -> Name {
    Name {
        sender: message.told("MSH", 4, 1),
        patient: message.told("PID", 3, 1),
        ..Name::default()
    }
}

/// The id of a document and its name; without a number it has the name of its place, which no other document has.
fn named(name: Option<Name>, place: &str, unnamed: &str) -> (String, Name) {
    match name {
        Some(name) => (name.number.clone(), name),
        None => (unnamed.to_owned(), Name::unnumbered(place, unnamed)),
    }
}

fn sent(message: &Message) -> Option<Sent> {
    Sent::read(&message.told("MSH", 7, 1))
}

/// A person as "family, given", else the id.
fn person(segment: Segment<'_>, field: usize) -> String {
    let [id, family, given] = [1, 2, 3].map(|n| segment.component(field, n));
    match (family.is_empty(), given.is_empty()) {
        (false, false) => format!("{family}, {given}"),
        (false, true) => family,
        _ => id,
    }
}

/// Who read the result: the name stands in parts of the first component.
fn interpreter(message: &Message, order: Segment<'_>) -> String {
    let field = order.field(32).split(message.delimiters.repetition).next();
    let name = field
        .unwrap_or_default()
        .split(message.delimiters.component);
    let parts = name
        .take(1)
        .flat_map(|n| n.split(message.delimiters.subcomponent));
    let parts: Vec<String> = parts.map(|p| message.unescaped(p.trim())).collect();
    match &parts[..] {
        [_, family, given, ..] if !family.is_empty() && !given.is_empty() => {
            format!("{family}, {given}")
        }
        [_, family, ..] if !family.is_empty() => family.clone(),
        [id, ..] => id.clone(),
        [] => String::new(),
    }
}

/// A day; a year or a month alone is none.
fn date(written: Option<&String>, place: &str) -> Result<Option<Date>, Fault> {
    match written.map(|w| w.trim()) {
        None => Ok(None),
        Some(part) if part.len() < 8 && part.bytes().all(|b| b.is_ascii_digit()) => Ok(None),
        Some(written) => day(written).map(Some).ok_or_else(|| {
            let cause = "its date of service is not a date (YYYYMMDD)";
            Fault::new(place, "bad-date", cause)
        }),
    }
}

/// What else is worth keeping of a message.
fn rest(message: &Message, event: &str, kind: &str) -> Map<String, serde_json::Value> {
    let mut rest = Map::new();
    keep(&mut rest, "message", &message.told("MSH", 10, 1));
    let code = message.told("MSH", 9, 1);
    keep(&mut rest, "event", &format!("{code}^{event}"));
    keep(&mut rest, "sent", &message.told("MSH", 7, 1));
    keep(&mut rest, "facility", &message.told("MSH", 4, 1));
    keep(&mut rest, "document_type", kind);
    keep(&mut rest, "patient", &message.told("PID", 3, 1));
    keep(&mut rest, "visit", &message.told("PV1", 19, 1));
    rest
}
