//! What the words around an IVUS act say of it where no cue of the lists reaches: left in its box, answered with "no" in a form,
//! asked about, named as what can answer a question, with a field in the place of the vessel.

use super::{Clause, Status};
use crate::text::{Span, preceding};

/// More words than any of these turns of phrase lie apart from the act.
const NEAR: usize = 8;

/// More bytes on either side than these words take.
const REACH: usize = 160;

/// What the words around an IVUS act say of it, when they say that it was not done.
pub(super) fn told_around(text: &str, clause: &Clause<'_>, act: Span) -> Option<Status> {
    let from = clause.span.start.max(act.start.saturating_sub(REACH));
    let to = clause.span.end.min(act.end + REACH);
    let from = (from..=act.start).find(|at| text.is_char_boundary(*at))?;
    let to = (act.end..=to).rev().find(|at| text.is_char_boundary(*at))?;
    let before = text[from..act.start].to_ascii_lowercase();
    let before = before.trim_end();
    let after = text[act.end..to].to_ascii_lowercase();
    if is_put_away(&after)
        || is_out_of_order(&text[act.start..to])
        || answers_no(&after)
        || is_field(&after, clause, act)
    {
        return Some(Status::Negated);
    }
    let said = text.get(..clause.span.start).unwrap_or_default();
    let open = is_asked_about(before, &after)
        || is_told_of_a_day_to_come(said, &after)
        || is_what_can_tell(before, &after)
        || is_put_off(&after)
        || is_custom(&after);
    open.then_some(Status::Planned)
}

/// The last words of a text, one space apart.
fn last_words(text: &str, most: usize) -> String {
    let mut words: Vec<&str> = text.split_whitespace().rev().take(most).collect();
    words.reverse();
    words.join(" ")
}

/// The first words of a text, one space apart.
fn first_words(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().take(most).collect();
    words.join(" ")
}

/// "the IVUS catheter listed on the sheet was left in its package", "IVUS probe returned unopened": it never came to the table.
/// A second catheter that was kept back says nothing of the first.
pub(crate) fn is_put_away(after: &str) -> bool {
    const KEPT: [&str; 9] = [
        "left", "stayed", "remained", "kept", "lay", "lies", "stays", "remains", "still",
    ];
    const PLACES: [&str; 12] = [
        "package",
        "packaging",
        "packet",
        "box",
        "wrapper",
        "wrapping",
        "pouch",
        "carton",
        "shelf",
        "cabinet",
        "cupboard",
        "drawer",
    ];
    const UNUSED: [&str; 2] = ["unopened", "unused"];
    let mut words: Vec<&str> = Vec::with_capacity(NEAR * 2);
    for word in after.split_whitespace().take(NEAR * 2) {
        let told = word.split([':', ';']).next().unwrap_or_default();
        words.push(told.trim_matches(|c: char| !c.is_alphanumeric()));
        if told.len() < word.len() {
            break;
        }
    }
    let placed = |at: usize| {
        let rest = &words[at + 1..];
        let within = rest
            .first()
            .is_some_and(|w| ["in", "on", "inside"].contains(w));
        within && rest.iter().take(5).any(|w| PLACES.contains(w))
    };
    let kept = (0..words.len()).any(|at| KEPT.contains(&words[at]) && placed(at));
    (kept || words.iter().any(|w| UNUSED.contains(w))) && !tells_of_another(&words)
}

/// "The IVUS console reported a fault and could not be restarted": nothing was looked at with it.
fn is_out_of_order(told: &str) -> bool {
    const MACHINES: [&str; 6] = ["console", "system", "machine", "unit", "cart", "tower"];
    const SILENT: [&str; 8] = [
        "could not be restarted",
        "could not be started",
        "would not restart",
        "would not start",
        "would not boot",
        "failed to start",
        "failed to boot",
        "did not start",
    ];
    let told = first_words(told.split(". ").next().unwrap_or_default(), NEAR * 2);
    let told = told.to_ascii_lowercase();
    let words: Vec<&str> = told.split(' ').collect();
    words.iter().take(3).any(|w| MACHINES.contains(w))
        && SILENT.iter().any(|s| told.contains(s))
        && !tells_of_another(&words)
}

/// Whether words tell of one catheter among several.
fn tells_of_another(words: &[&str]) -> bool {
    const OTHERS: [&str; 8] = [
        "second", "third", "spare", "another", "backup", "extra", "other", "showed",
    ];
    words.iter().any(|w| OTHERS.contains(w))
}

/// "used: ( ) yes (x) no", "performed: no", "(Y/N): N": a form's question answered.
pub(crate) fn answers_no(after: &str) -> bool {
    const BOXES: [&str; 8] = [
        "[x] no",
        "(x) no",
        "\u{2612} no",
        "\u{2611} no",
        "[x]no",
        "(x)no",
        "no [x]",
        "no (x)",
    ];
    const ASKED: [&str; 10] = [
        "used",
        "performed",
        "done",
        "utilized",
        "utilised",
        "obtained",
        "today",
        "this",
        "session",
        "y/n",
    ];
    const NO: [&str; 5] = ["no", "n", "none", "nil", "n/a"];
    // Both answers stand there: "yes (x) no ( )" says yes.
    if let Some(at) = after.find("yes") {
        let line = after.lines().next().unwrap_or_default();
        let line = line
            .replace("  ", " ")
            .replace("[ x ]", "[x]")
            .replace("( x )", "(x)");
        let yes_last = after[at..].starts_with("yes [") || after[at..].starts_with("yes (");
        // "[ ] yes [x] no" has the box before its word, "yes [ ] no [x]" behind it.
        let boxed_before = after[..at]
            .trim_end()
            .ends_with([']', ')', '\u{2610}', '\u{2612}']);
        return if boxed_before || !yes_last {
            BOXES[..6].iter().any(|b| line.contains(b)) && !line.contains("[x] yes")
        } else {
            BOXES[6..].iter().any(|b| line.contains(b))
        };
    }
    let mut words = after
        .split(|c: char| c.is_whitespace() || [':', '?', '(', ')', '-', '='].contains(&c))
        .filter(|w| !w.is_empty())
        .skip_while(|w| ASKED.contains(w));
    // A colon or a question mark sets the answer apart: "IVUS no web" is no answer.
    let asked = after.trim_start().starts_with([':', '?', '(', '-', '='])
        || ASKED.iter().any(|a| after.trim_start().starts_with(a));
    let answer = words.next().unwrap_or_default();
    let ends = answer.ends_with(['.', ',', ';']) || words.next().is_none();
    asked && ends && NO.contains(&answer.trim_end_matches(['.', ',', ';']))
}

/// "The IVUS catheter was advanced into the *** and pulled back to the ***.": a sentence of a form that nobody filled.
fn is_field(after: &str, clause: &Clause<'_>, act: Span) -> bool {
    const FIELDS: [&str; 5] = ["***", "____", "{pick", "[vessel", "{vessel"];
    !clause.lists.iter().any(|l| l.span.start >= act.end)
        && !after.bytes().any(|b| b.is_ascii_digit())
        && FIELDS.iter().any(|f| after.contains(f))
}

/// "The tech asked about opening the IVUS", "it was debated whether IVUS would help": talk of it.
fn is_asked_about(before: &str, after: &str) -> bool {
    const TALK: [&str; 12] = [
        "asked about",
        "asked whether",
        "asked if",
        "wondered whether",
        "wondered if",
        "wondered about",
        "question whether",
        "question of whether",
        "debated whether",
        "was told that the",
        "were told that the",
        "raised the question of",
    ];
    const DONE: [&str; 6] = [
        " was done",
        " was performed",
        " was used",
        " showed",
        " and did",
        " and we did",
    ];
    let told = last_words(before, NEAR);
    // "The question of an IVUS of the iliac axes was raised"
    let raised = ["question of", "question of an", "idea of", "idea of an"]
        .iter()
        .any(|t| told.ends_with(t))
        && [" was raised", " came up", " arose", " was put"]
            .iter()
            .any(|t| after.contains(t));
    (raised || TALK.iter().any(|t| told.contains(t))) && !DONE.iter().any(|d| after.contains(d))
}

/// "Will discuss a second approach; IVUS of the cava then.": on the day that was just told of.
fn is_told_of_a_day_to_come(said: &str, after: &str) -> bool {
    const TO_COME: [&str; 4] = ["will", "tomorrow", "plan", "next"];
    let last = after.trim_end().trim_end_matches('.');
    let then = last.ends_with(" then") && !after.bytes().any(|b| b.is_ascii_digit() || b == b':');
    if !then {
        return false;
    }
    let told = last_words(preceding(said, said.len(), REACH), NEAR * 2).to_ascii_lowercase();
    told.split(|c: char| !c.is_alphanumeric())
        .any(|w| TO_COME.contains(&w))
}

/// "can be answered only by IVUS", "only IVUS can tell", "it takes IVUS to see this": what IVUS can do, not what it did.
fn is_what_can_tell(before: &str, after: &str) -> bool {
    // Not "could": that tells in a report why IVUS was done.
    const MODALS: [&str; 3] = ["can", "will", "may"];
    const KNOWS: [&str; 7] = [
        "tell",
        "answer",
        "settle",
        "decide",
        "resolve",
        "determine",
        "clarify",
    ];
    const MEANS: [&str; 8] = [
        "by", "with", "by an", "with an", "through", "by the", "from", "on",
    ];
    const DONE: [&str; 10] = [
        "which showed",
        "which was",
        "which we",
        "which i",
        "which it",
        " so ",
        " showed",
        " and it did",
        " we did",
        "was done",
    ];
    let done = || DONE.iter().any(|d| after.contains(d));
    let told = last_words(before, NEAR);
    let follows = first_words(after, 4);
    let second = follows.strip_prefix("alone ");
    let modal_after = MODALS.iter().any(|m| {
        let modal = |told: &str| {
            told.strip_prefix(m)
                .is_some_and(|rest| rest.starts_with(' '))
        };
        follows == *m || modal(&follows) || second.is_some_and(modal)
    });
    // "only IVUS can tell", "IVUS alone could", but not "only IVUS could be used"; a number is what it told.
    let alone = told == "only" || told.ends_with(" only") || follows.starts_with("alone ");
    let told_there = after.bytes().any(|b| b.is_ascii_digit() || b == b':');
    if modal_after && alone {
        let knows = follows.split(' ').any(|w| KNOWS.contains(&w));
        return knows && !told_there && !done();
    }
    if told.ends_with("it takes")
        || told.ends_with("it will take")
        || told.ends_with("a question for")
    {
        return !done();
    }
    // "can be answered only by", "will be settled by"
    let means = MEANS.iter().any(|m| {
        let before = told.strip_suffix(m);
        before.is_some_and(|b| b.ends_with(' '))
    });
    if !means || done() {
        return false;
    }
    let mut words: Vec<&str> = told.split(' ').collect();
    words.retain(|w| *w != "only" && *w != "best" && *w != "alone" && *w != "really");
    let modal = words
        .windows(2)
        .position(|w| MODALS.contains(&w[0]) && w[1] == "be");
    modal.is_some_and(|at| words.len() - at <= 6)
}

/// "IVUS was to be next", "IVUS remains an option": nothing more than meant.
fn is_put_off(after: &str) -> bool {
    const MEANT: [&str; 8] = [
        "was to be",
        "were to be",
        "was to follow",
        "had been hoped for",
        "remains an option",
        "remains a possibility",
        "would have to wait",
        "has to be postponed",
    ];
    let told = first_words(after, 4);
    MEANT.iter().any(|m| told.starts_with(m))
        && ![" and was", " and it was", " so it was", " showed"]
            .iter()
            .any(|d| after.contains(d))
}

/// "IVUS is performed when the angiogram leaves doubt", "is available in this laboratory": what is the custom.
fn is_custom(after: &str) -> bool {
    const ACTS: [&str; 6] = [
        "is performed",
        "is used",
        "is done",
        "is available",
        "is added",
        "is offered",
    ];
    const WHEN: [&str; 10] = [
        "when ",
        "if ",
        "whenever ",
        "where ",
        "in this lab",
        "in our lab",
        "here",
        "in all ",
        "in every ",
        "only when ",
    ];
    let told = after.trim_start();
    ACTS.iter().any(|a| {
        told.strip_prefix(a)
            .is_some_and(|rest| WHEN.iter().any(|w| rest.trim_start().starts_with(w)))
    })
}
