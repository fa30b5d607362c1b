//! What one message tells of one document, before others have had their say: for those who get messages one by one, keep what
//! each told, and settle it anew when the next one comes. Settling is that of files: see [`super::Items`].

use serde_json::{Map, Value, json};

use super::{
    Fault, Listing, Record, Status,
    embedded::PdfReader,
    hl7,
    links::Links,
    messages,
    names::Name,
    version::{Link, Version},
};

/// What a message tells of a document. `Debug` is left out: it holds the text.
#[derive(Clone)]
pub struct Telling(Version);

impl Telling {
    /// A document that is known as it stands, without a message.
    #[must_use]
    pub fn whole(record: Record) -> Self {
        Self(Version {
            name: Name::plain(&record.id),
            sent: None,
            id: record.id,
            place: record.place,
            text: record.text,
            date: record.date,
            author: record.author,
            status: record.status,
            link: Link::Whole,
            passthrough: record.passthrough,
        })
    }

    /// The document's number.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.0.id
    }

    /// The number of the document that it adds to or replaces.
    #[must_use]
    pub fn other(&self) -> Option<&str> {
        self.0.link.other().map(|name| name.number.as_str())
    }

    /// Whether it tells the document itself, not its end or a new status.
    #[must_use]
    pub fn is_document(&self) -> bool {
        !matches!(self.0.link, Link::Withdraws | Link::Restates)
    }

    /// The columns that came along, such as `facility`.
    #[must_use]
    pub fn columns(&self) -> &Map<String, Value> {
        &self.0.passthrough
    }

    /// As it is kept: without patient, visit and what else came along.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Version { text, author, .. } = &self.0;
        let link = match &self.0.link {
            Link::Whole => "is",
            Link::Adds => "adds",
            link => link.word(),
        };
        json!({
            "link": link, "text": text, "date": self.0.date, "author": author, "status": self.0.status.map(Status::word),
        })
        .to_string()
    }

    /// Without namespace, sender and the time it was sent, none of which is kept.
    fn by_number(self) -> Self {
        let mut version = self.0;
        version.name = Name::plain(&version.id);
        version.sent = None;
        version.link = match version.link {
            Link::Appends(other) => Link::Appends(Name::plain(&other.number)),
            Link::Edits(other) => Link::Edits(Name::plain(&other.number)),
            Link::Replaces(other) => Link::Replaces(Name::plain(&other.number)),
            link => link,
        };
        Self(version)
    }

    /// What was kept by [`Telling::to_json`]; `None` when it was not.
    #[must_use]
    pub fn from_json(document: &str, other: Option<&str>, kept: &str) -> Option<Self> {
        let kept: Value = serde_json::from_str(kept).ok()?;
        let told = |name: &str| kept[name].as_str();
        let link = match (told("link")?, other) {
            ("is", _) => Link::Whole,
            ("adds", _) => Link::Adds,
            ("appends", Some(other)) => Link::Appends(Name::plain(other)),
            ("edits", Some(other)) => Link::Edits(Name::plain(other)),
            ("replaces", Some(other)) => Link::Replaces(Name::plain(other)),
            ("withdraws", _) => Link::Withdraws,
            ("restates", _) => Link::Restates,
            _ => return None,
        };
        Some(Self(Version {
            name: Name::plain(document),
            sent: None,
            id: document.to_owned(),
            place: String::new(),
            text: told("text")?.to_owned(),
            date: told("date").and_then(|d| d.parse().ok()),
            author: told("author").map(str::to_owned),
            status: told("status").and_then(Status::named),
            link,
            passthrough: Map::new(),
        }))
    }
}

/// What message files tell: HL7 v2, or FHIR as one resource or one a line; `None` when one of the files is none.
#[must_use]
pub fn tell(listing: &Listing, pdf_reader: &PdfReader) -> Option<Vec<Result<Telling, Fault>>> {
    let mut all = Vec::new();
    for file in &listing.files {
        let file = file.as_ref().ok().filter(|f| f.format.is_messages())?;
        all.extend(messages::versions(file, pdf_reader).map(|v| v.map(Telling)));
    }
    Some(all)
}

/// What one HL7 message tells; none when it is of a kind that holds no report. `unnamed` is what a document is called that has
/// no number.
///
/// # Errors
/// When it is no message.
pub fn tell_message(
    bytes: &[u8],
    unnamed: &str,
    pdf_reader: &PdfReader,
) -> Result<Vec<Result<Telling, Fault>>, Fault> {
    let told = hl7::message(bytes, unnamed, pdf_reader)?;
    Ok(told.into_iter().map(|v| v.map(Telling)).collect())
}

/// What tellings of one site come to, in the order in which they came: for each the record, or none where it went to another
/// document. A document is known by its number alone.
#[must_use]
pub fn settle(tellings: Vec<Telling>) -> Vec<Option<Result<Record, Fault>>> {
    let tellings: Vec<Telling> = tellings.into_iter().map(Telling::by_number).collect();
    let mut links = Links::default();
    for (telling, n) in tellings.iter().zip(0..) {
        links.note(&telling.0, (0, n));
    }
    let links = links.settled();
    let numbered = tellings.into_iter().zip(0..);
    numbered
        .map(|(telling, n)| links.settle(telling.0, (0, n)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "MSH|^~\\&|DICT|NORTH|||20260310||";

    fn told(message: &str) -> Telling {
        let mut told = tell_message(message.as_bytes(), "none", &None).unwrap();
        told.remove(0).unwrap()
    }

    #[test]
    fn what_is_kept_settles_as_what_came() {
        let whole = told(&format!(
            "{HEAD}MDM^T02|1|P|2.5\rPID|||77\rTXA||OP||||||||||A|||||AU\rOBX|1|TX|||IVUS was performed."
        ));
        let added = told(&format!(
            "{HEAD}MDM^T06|2|P|2.5\rTXA||OP||||||||||B|A||||AU\rOBX|1|TX|||The vein was the left one."
        ));
        let kept: Vec<Telling> = [whole, added]
            .iter()
            .map(|t| Telling::from_json(t.document(), t.other(), &t.to_json()).unwrap())
            .collect();
        assert!(!kept[0].to_json().contains("77"), "no patient is kept");
        let settled = settle(kept);
        assert!(settled[1].is_none());
        let record = settled[0].clone().unwrap().unwrap();
        assert_eq!(
            record.text,
            "IVUS was performed.\n\nADDENDUM:\nThe vein was the left one."
        );
        assert_eq!(record.status, Some(Status::Amended));
    }

    #[test]
    fn what_was_not_kept_is_none() {
        for kept in ["", "{}", "{\"link\":\"appends\",\"text\":\"x\"}"] {
            assert!(Telling::from_json("A", None, kept).is_none(), "{kept}");
        }
    }
}
