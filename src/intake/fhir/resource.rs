//! The parts that resources share: identifiers, references, periods, narratives, attachments.

use encoding_rs::Encoding;
use serde::Deserialize;

use super::{
    super::{Fault, Status, columns::day, embedded, names::Name, narrative, version::usable_id},
    Around, Binary,
};
use crate::date::Date;

/// What every resource tells.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    pub(super) resource_type: String,
    meta: Option<serde_json::Value>,
}

impl Head {
    /// When this version of the resource was stored.
    pub(super) fn last_updated(&self) -> Option<&str> {
        self.meta.as_ref()?.get("lastUpdated")?.as_str()
    }
}

#[derive(Deserialize)]
pub(super) struct Identifier {
    pub(super) value: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    /// A name such as `Patient/7`.
    #[serde(rename = "reference")]
    pub(super) name: Option<String>,
    display: Option<String>,
    identifier: Option<Identifier>,
}

impl Reference {
    /// What is meant: type and id before and behind the last slash, an id behind the last colon, or the identifier.
    pub(super) fn target(&self) -> Option<Name> {
        let kind = self.name.as_deref().and_then(|reference| {
            let whole = reference.split("/_history/").next().unwrap_or_default();
            let kind = whole.rsplit('/').nth(1)?;
            let is_type = kind.starts_with(|c: char| c.is_ascii_uppercase());
            is_type.then(|| kind.to_owned())
        });
        let by_name = self.name.as_deref().map(|reference| {
            let whole = reference.split("/_history/").next().unwrap_or_default();
            whole.rsplit(['/', ':']).next().unwrap_or_default()
        });
        let by_value = self.identifier.as_ref().and_then(|i| i.value.as_deref());
        let target = by_name.or(by_value).map(str::trim);
        let number = target.filter(|t| !t.is_empty())?;
        Some(Name {
            kind: kind.unwrap_or_default(),
            ..Name::plain(number)
        })
    }
}

/// The first author who is named, else the first reference.
pub(super) fn author(authors: &[Reference]) -> Option<String> {
    let named = authors.iter().find_map(|a| a.display.clone());
    named.or_else(|| authors.iter().find_map(|a| a.name.clone()))
}

#[derive(Deserialize)]
pub(super) struct Period {
    pub(super) start: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Narrative {
    div: Option<String>,
}

impl Narrative {
    pub(super) fn text(&self, place: &str) -> Result<String, Fault> {
        narrative::text_of(self.div.as_deref().unwrap_or_default(), place)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    content_type: Option<String>,
    data: Option<String>,
    url: Option<String>,
}

impl Attachment {
    /// Plain text before what must be taken apart.
    pub(super) fn rank(&self) -> u8 {
        let kind = self.content_type.as_deref().unwrap_or_default();
        match kind.to_ascii_lowercase() {
            kind if kind.starts_with("text/plain") => 0,
            kind if kind.starts_with("text/html") || kind.contains("xhtml") => 1,
            _ => 2,
        }
    }

    /// The text. The data themselves decide what they are, the declared type only how their letters are coded.
    pub(super) fn text(&self, around: &Around<'_>) -> Result<String, Fault> {
        let place = around.place;
        if let Some(data) = &self.data {
            return self.decoded(&embedded::base64(data, place)?, around);
        }
        let url = self.url.as_deref().unwrap_or_default();
        if url.is_empty() {
            return Err(Fault::new(place, "empty", "an attachment without data"));
        }
        let meant = |name: &str| {
            url.strip_suffix(name)
                .is_some_and(|head| head.is_empty() || head.ends_with('/'))
        };
        let binary = around.beside.iter().find(|(name, _)| meant(name));
        let binary = binary.and_then(|(_, raw)| serde_json::from_str::<Binary>(raw.get()).ok());
        if let Some(data) = binary.and_then(|b| b.data) {
            return self.decoded(&embedded::base64(&data, place)?, around);
        }
        let cause = "its text is behind a link; send it as data, or with its Binary in one Bundle";
        Err(Fault::new(place, "unresolved", cause))
    }

    fn decoded(&self, bytes: &[u8], around: &Around<'_>) -> Result<String, Fault> {
        let kind = self.content_type.as_deref().unwrap_or_default();
        let charset = kind.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let label = value.trim().trim_matches('"');
            let wanted = name.trim().eq_ignore_ascii_case("charset");
            wanted.then(|| Encoding::for_label(label.as_bytes()))?
        });
        // A declared character set helps only where the bytes are no UTF-8 and no document.
        let open = std::str::from_utf8(bytes).is_err() && self.rank() < 2 && !bytes.contains(&0);
        let text = charset
            .filter(|_| open)
            .and_then(|set| set.decode_without_bom_handling_and_without_replacement(bytes));
        match text {
            Some(text) => embedded::text_of(text.as_bytes(), around.place, around.pdf_reader),
            None => embedded::text_of(bytes, around.place, around.pdf_reader),
        }
    }
}

/// The id of a resource: its own, else that of the systems it comes from, else its place; and its name.
pub(super) fn id(
    kind: &str,
    own: Option<&str>,
    others: &[Identifier],
    around: &Around<'_>,
) -> Result<(String, Name), Fault> {
    let others = others.iter().filter_map(|i| i.value.as_deref());
    let mut ids = own.into_iter().chain(others);
    let first = ids.find(|v| !v.trim().is_empty());
    let id = usable_id(first.unwrap_or_default(), around.place)?;
    let Some(id) = id else {
        let name = Name::unnumbered(around.place, around.unnamed);
        return Ok((around.unnamed.to_owned(), name));
    };
    let name = Name {
        kind: kind.to_owned(),
        ..Name::plain(&id)
    };
    Ok((id, name))
}

/// A day; a year or a month alone is none.
pub(super) fn date(written: Option<&str>, place: &str) -> Result<Option<Date>, Fault> {
    let digit = |c: char| c.is_ascii_digit();
    match written.map(str::trim) {
        None | Some("") => Ok(None),
        Some(part) if matches!(part.len(), 4 | 7) && part.starts_with(digit) => Ok(None),
        Some(written) => day(written).map(Some).ok_or_else(|| {
            let cause = "its date of service is not a date (YYYY-MM-DD)";
            Fault::new(place, "bad-date", cause)
        }),
    }
}

/// What a status of any of the resources says.
pub(super) fn status(code: &str) -> Option<Status> {
    match code.trim() {
        "final" => Some(Status::Final),
        "amended" | "corrected" | "appended" => Some(Status::Amended),
        "registered" | "partial" | "preliminary" => Some(Status::Draft),
        "cancelled" | "entered-in-error" | "superseded" => Some(Status::Withdrawn),
        // "current" says nothing of how far the document has come.
        _ => None,
    }
}
