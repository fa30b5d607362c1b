//! Codes the writer printed, and blanks nobody filled.

use super::PrintedCode;
use crate::{
    mention::{UnitMentions, has_digits, has_foreign_signs},
    text::{Folded, Pattern, Report, Span},
};

static CODE: Pattern = Pattern::new(|| {
    r"(?i)\b(\d{5}|0\d{3}T)(?:-(?:50|59|26|RT|LT|XS|XU|XP|XE|TC))*\b(?:\s*(?:x|(?u:×)|\*|units?:?|qty:?)\s*\(?(\d{1,2})\)?(?:\b|$)|\s*\(?\s*(\d{1,2})\s+units?\b)?".into()
});
static BLANK: Pattern = Pattern::new(|| {
    r"_{3,}|\*{3}(?:\s|$)|\[\s*\*{2,}\s*\]|\[(?i:side|vessel|laterality|size|date|name|insert(?u:[^\]]*)|select(?u:[^\]]*)|free text|findings)\]|\{(?u:[^{}\n]){0,40}\}|<<(?u:[^<>\n]){0,40}>>|@[A-Z]{3,}@".into()
});

/// The IVUS and procedure codes printed in the text.
pub(super) fn codes(report: &Report, folded: &Folded, units: &[UnitMentions]) -> Vec<PrintedCode> {
    let mut found: Vec<PrintedCode> = Vec::new();
    // Five digits in a row, or four and a letter.
    let may_hold = |text: &str| has_digits(text.as_bytes(), 4) || has_foreign_signs(text);
    if !may_hold(folded.text()) {
        return found;
    }
    for unit in units {
        let text = &folded.text()[unit.unit.span.start..unit.unit.span.end];
        if !may_hold(text) {
            continue;
        }
        for c in CODE.for_text(text).captures_iter(text) {
            let whole = c.get(1).expect("group 1 takes part in every match");
            let code = whole.as_str().to_ascii_uppercase();
            let first = code.as_bytes()[0];
            if !(matches!(first, b'3' | b'7' | b'9') || code.ends_with('T')) || !in_range(&code) {
                continue;
            }
            let count = c
                .get(2)
                .or(c.get(3))
                .and_then(|m| m.as_str().parse().ok())
                .unwrap_or(1);
            let span = Span::new(
                unit.unit.span.start + whole.start(),
                unit.unit.span.start + whole.end(),
            );
            found.push(PrintedCode {
                code,
                units: count,
                span: folded.to_source(&report.text, span),
            });
        }
    }
    found
}

/// Code numbers that a vascular report may print; keeps record numbers and zip codes out.
fn in_range(code: &str) -> bool {
    code.ends_with('T')
        || matches!(
            code.parse::<u32>(),
            Ok(
                33_200..=37_799
                | 75_600..=75_999
                | 76_900..=76_999
                | 92_900..=93_999
                | 99_150..=99_160,
            )
        )
}

/// Unfilled blanks of a template, in the text as written.
pub(super) fn blanks(text: &str) -> Vec<Span> {
    // A rule of underscores across the page is a line, not a blank.
    // The line looked at last: where it is, whether it says anything, and whether it starts with a star.
    let mut last = (0..0, false, false);
    let bytes = text.as_bytes();
    let told = |sign: &str| memchr::memmem::find(bytes, sign.as_bytes()).is_some();
    let single = memchr::memchr3(b'[', b'{', b'@', bytes).is_some();
    if !single && !told("___") && !told("***") && !told("<<") {
        return Vec::new();
    }
    BLANK
        .for_text(text)
        .find_iter(text)
        .filter(|m| {
            if m.start() < last.0.start || m.end() > last.0.end || m.as_str().contains('\n') {
                let line_start = text[..m.start()].rfind('\n').map_or(0, |i| i + 1);
                let line_end = text[m.end()..]
                    .find('\n')
                    .map_or(text.len(), |i| m.end() + i);
                let line = &text[line_start..line_end];
                let within = if m.as_str().contains('\n') {
                    0..0
                } else {
                    line_start..line_end
                };
                let says = line.chars().any(char::is_alphanumeric);
                last = (within, says, line.trim_start().starts_with('*'));
            }
            // "*** FINAL REPORT ***" is a banner.
            let banner = m.as_str().starts_with('*') && last.2;
            last.1 && !banner
        })
        .map(|m| Span::new(m.start(), m.end()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_is_found_and_a_rule_across_the_page_is_not() {
        assert_eq!(blanks("Left ____ vein was [side]\n________\nDone").len(), 2);
    }

    #[test]
    fn codes_carry_their_units() {
        let found: Vec<(String, Option<String>)> = CODE
            .for_text("")
            .captures_iter("37252, 37253 x 4; 37221-50")
            .map(|c| (c[1].to_owned(), c.get(2).map(|m| m.as_str().to_owned())))
            .collect();
        assert_eq!(
            found,
            [
                ("37252".to_owned(), None),
                ("37253".to_owned(), Some("4".to_owned())),
                ("37221".to_owned(), None)
            ]
        );
    }
}
