//! The answer to a message: taken, wrong, or refused, with the sender's own number and in the sender's own delimiters.

use super::head::Head;
use crate::queue::time;

/// How a message fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Kept, and durable (AA).
    Taken,
    /// Something in it cannot be used (AE).
    Wrong,
    /// Not of a kind that is taken, no message, or nothing can be kept now (AR).
    Refused,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    /// The number in HL7 table 0357.
    pub(super) code: u16,
    /// What is wrong and what to do; nothing of the message.
    pub(super) words: String,
}

/// What is to be said of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) verdict: Verdict,
    pub(super) reason: Option<Reason>,
}

impl Told {
    pub(super) fn taken() -> Self {
        Self {
            verdict: Verdict::Taken,
            reason: None,
        }
    }

    pub(super) fn wrong(code: u16, words: impl Into<String>) -> Self {
        Self::not(Verdict::Wrong, code, words)
    }

    pub(super) fn refused(code: u16, words: impl Into<String>) -> Self {
        Self::not(Verdict::Refused, code, words)
    }

    fn not(verdict: Verdict, code: u16, words: impl Into<String>) -> Self {
        let words = words.into();
        Self {
            verdict,
            reason: Some(Reason { code, words }),
        }
    }

    /// The code to answer a head with: `AA`, or `CA` for a sender that asks for the receipt alone.
    pub(super) fn code(&self, head: &Head) -> &'static str {
        match (wanted(head).1, self.verdict) {
            (Mode::Application, Verdict::Taken) => "AA",
            (Mode::Application, Verdict::Wrong) => "AE",
            (Mode::Application, Verdict::Refused) => "AR",
            (Mode::Accept, Verdict::Taken) => "CA",
            (Mode::Accept, Verdict::Wrong) => "CE",
            (Mode::Accept, Verdict::Refused) => "CR",
        }
    }

    /// The whole answer with its frame; `None` when the sender wants none.
    pub(super) fn answer(&self, head: &Head, number: &str) -> Option<Vec<u8>> {
        let when = wanted(head).0;
        let is_wanted = match when {
            b"NE" => false,
            b"ER" => self.verdict != Verdict::Taken,
            b"SU" => self.verdict == Verdict::Taken,
            _ => true,
        };
        is_wanted.then(|| self.written(head, number))
    }

    fn written(&self, head: &Head, number: &str) -> Vec<u8> {
        let field = |parts: &[&[u8]]| parts.join(&head.field);
        let component = |parts: &[&[u8]]| parts.join(&head.component());
        let at = time::iso(time::now()).replace(['-', ':', 'T', 'Z'], "");
        let event = head.words(9, 2);
        let kind = if event.is_empty() {
            b"ACK".to_vec()
        } else {
            component(&[b"ACK", event.as_bytes(), b"ACK"])
        };
        let processing = or(head.field(11), b"P");
        let version = or(head.field(12), b"2.5.1");
        let msh = field(&[
            b"MSH",
            &head.others,
            head.field(5),
            head.field(6),
            head.field(3),
            head.field(4),
            at.as_bytes(),
            b"",
            &kind,
            number.as_bytes(),
            processing,
            version,
        ]);
        let words = self.reason.as_ref().map(|r| clean(&r.words, head));
        let words = words.unwrap_or_default();
        let mut msa = field(&[b"MSA", self.code(head).as_bytes(), head.field(10)]);
        let mut segments = vec![msh];
        if let Some(reason) = &self.reason {
            msa = field(&[&msa, words.as_bytes()]);
            let code = component(&[reason.code.to_string().as_bytes(), b"", b"HL70357"]);
            segments.push(msa);
            segments.push(field(&[
                b"ERR",
                b"",
                b"",
                &code,
                b"E",
                b"",
                b"",
                words.as_bytes(),
            ]));
        } else {
            segments.push(msa);
        }
        let mut answer = vec![0x0B];
        for segment in segments {
            answer.extend(segment);
            answer.push(b'\r');
        }
        answer.extend([0x1C, 0x0D]);
        answer
    }
}

enum Mode {
    Application,
    Accept,
}

/// When an answer is wanted (MSH-15, MSH-16), and of which kind. One answer a message: for a sender that asks for both kinds, the
/// one that says more.
fn wanted(head: &Head) -> (&[u8], Mode) {
    let (accept, application) = (head.field(15).trim_ascii(), head.field(16).trim_ascii());
    match (accept, application) {
        (b"", _) | (b"NE", b"AL" | b"ER" | b"SU") => (application, Mode::Application),
        (_, b"" | b"NE") => (accept, Mode::Accept),
        _ => (application, Mode::Application),
    }
}

fn or<'a>(told: &'a [u8], instead: &'a [u8]) -> &'a [u8] {
    if told.is_empty() { instead } else { told }
}

/// Words without what would be delimiters there.
fn clean(words: &str, head: &Head) -> String {
    let special = |c: char| {
        c.is_control() || u8::try_from(c).is_ok_and(|b| b == head.field || head.others.contains(&b))
    };
    words.replace(special, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(head: &str, told: &Told) -> String {
        let head = Head::of(head.as_bytes()).unwrap();
        let bytes = told.answer(&head, "1").unwrap_or_default();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_number_and_the_delimiters_are_those_of_the_sender() {
        let told = answer("MSH#*+?@#A#B#C#D###MDM*T02#x*1#T#2.3", &Told::taken());
        assert!(told.starts_with("\u{B}MSH#*+?@#C#D#A#B#20"), "{told}");
        assert!(
            told.contains("##ACK*T02*ACK#1#T#2.3\rMSA#AA#x*1\r\u{1C}\r"),
            "{told}"
        );
    }

    #[test]
    fn what_the_sender_wrote_does_not_end_the_answer_before_its_end() {
        let told = answer(
            "MSH|^~\\&|A|B|||||MDM^T02|7\u{1C}|P|2.5\u{1C}",
            &Told::taken(),
        );
        assert!(told.contains("|P|2.5\rMSA|AA|7\r"), "{told}");
        assert_eq!(told.matches('\u{1C}').count(), 1, "{told}");
    }

    #[test]
    fn what_is_wrong_is_told_in_words_of_one_line() {
        let told = answer(
            "MSH|^~\\&|A|B|||||MDM^T02|7|P|2.5",
            &Told::wrong(101, "no text|in\rit"),
        );
        assert!(
            told.contains("MSA|AE|7|no text in it\rERR|||101^^HL70357|E|||no text in it\r"),
            "{told}"
        );
    }

    #[test]
    fn the_answer_that_the_sender_wants_is_given() {
        let head = |accept: &str, application: &str| {
            format!("MSH|^~\\&|A|B|||||MDM^T02|7|P|2.5|||{accept}|{application}")
        };
        let bad = Told::refused(200, "x");
        for (accept, application, told, code) in [
            ("", "", Told::taken(), "AA"),
            ("AL", "NE", Told::taken(), "CA"),
            ("AL", "", bad.clone(), "CR"),
            ("AL", "AL", Told::taken(), "AA"),
            ("NE", "AL", Told::taken(), "AA"),
            ("NE", "NE", bad.clone(), ""),
            ("ER", "NE", Told::taken(), ""),
            ("ER", "NE", Told::wrong(101, "x"), "CE"),
            ("", "SU", bad.clone(), ""),
        ] {
            let told = answer(&head(accept, application), &told);
            match code {
                "" => assert!(told.is_empty(), "{accept} {application}: {told}"),
                code => assert!(
                    told.contains(&format!("MSA|{code}|7")),
                    "{accept} {application}: {told}"
                ),
            }
        }
    }
}
