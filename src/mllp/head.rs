//! The first segment of a message as its bytes stand: what an acknowledgement has to repeat, also of a message that cannot be
//! read.

/// The fields of MSH that matter; numbered as the standard does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The field delimiter.
    pub(super) field: u8,
    /// The other delimiters, as they stand (MSH-2).
    pub(super) others: Vec<u8>,
    fields: Vec<Vec<u8>>,
}

/// Bytes of a field that are repeated or noted.
const MOST: usize = 200;

/// Bytes of the frame, which would end an answer before its end.
const FRAME: [u8; 2] = [0x0B, 0x1C];

impl Head {
    /// The head of a message; `None` when it does not begin with one.
    pub(super) fn of(message: &[u8]) -> Option<Self> {
        let message = message.trim_ascii_start();
        let rest = message.strip_prefix(b"MSH")?;
        let field = *rest.first().filter(|b| b.is_ascii_punctuation())?;
        let line = rest.split(|b| matches!(b, b'\r' | b'\n')).next()?;
        let fields: Vec<Vec<u8>> = line
            .split(|b| *b == field)
            .map(|f| f.iter().filter(|b| !FRAME.contains(b)).take(MOST))
            .map(|f| f.copied().collect())
            .collect();
        let others = fields.get(1)?.clone();
        let usable = (1..=5).contains(&others.len())
            && others
                .iter()
                .all(|b| b.is_ascii_punctuation() && *b != field);
        usable.then_some(Self {
            field,
            others,
            fields,
        })
    }

    /// A head to answer with when there is none.
    pub(super) fn none() -> Self {
        Self {
            field: b'|',
            others: b"^~\\&".to_vec(),
            fields: Vec::new(),
        }
    }

    /// A field as it stands.
    pub(super) fn field(&self, number: usize) -> &[u8] {
        self.fields
            .get(number.wrapping_sub(1))
            .map_or(&[], Vec::as_slice)
    }

    /// A component of a field, in words that can be noted: without control characters.
    pub(super) fn words(&self, number: usize, component: usize) -> String {
        let separator = self.others.first().copied().unwrap_or(b'^');
        let mut parts = self.field(number).split(|b| *b == separator);
        plain(parts.nth(component.wrapping_sub(1)).unwrap_or_default())
    }

    /// The component delimiter.
    pub(super) fn component(&self) -> u8 {
        self.others.first().copied().unwrap_or(b'^')
    }

    /// Who sent the message: application and facility.
    pub(super) fn sender(&self) -> String {
        format!("{}@{}", self.words(3, 1), self.words(4, 1))
    }

    /// The sender's number of the message.
    pub(super) fn control(&self) -> String {
        plain(self.field(10))
    }
}

/// Bytes as words of one line.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_numbered_as_in_the_standard() {
        let head =
            Head::of(b"MSH|^~\\&|DICT^x|NORTH|IVUS|B|2026||MDM^T02^MDM_T02|17|P|2.5.1\rTXA|")
                .unwrap();
        assert_eq!(head.field(2), b"^~\\&");
        assert_eq!(head.sender(), "DICT@NORTH");
        assert_eq!(
            (head.words(9, 1), head.words(9, 2)),
            ("MDM".into(), "T02".into())
        );
        assert_eq!(
            (head.control(), head.field(12)),
            ("17".into(), &b"2.5.1"[..])
        );
        assert_eq!(head.field(40), b"");
    }

    #[test]
    fn what_is_no_head_is_none() {
        for bytes in [
            &b""[..],
            b"MSH",
            b"MSHA^~",
            b"MSH|",
            b"MSH||",
            b"PID|1",
            b"MSH|^|~",
            b"GET / HTTP/1.1",
        ] {
            let found = Head::of(bytes);
            assert!(found.is_none() || bytes == b"MSH|^|~", "{bytes:?}");
        }
    }
}
