//! Whether a clause says that IVUS showed nothing at all: no catheter came into the patient, or none gave a picture.

use crate::{context::is_put_away, text::holds};

/// What a clause says of IVUS that came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vain {
    /// No catheter came into the patient, or none gave a picture.
    Unseen,
    /// The machine was down: tells why, where nothing was looked at.
    Down,
}

/// What a clause in lower case says of IVUS that came to nothing; `down` says that the text tells at all of a machine that was.
pub(super) fn vain(told: &str, down: bool) -> Option<Vain> {
    const MOST: usize = 60;
    let words: Vec<&str> = told
        .split_whitespace()
        .take(MOST)
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    let unseen = (never_inside(&words)
        || has_no_picture(&words)
        || has_nothing(&words)
        || names_a_probe(&words) && is_put_away(told))
        && !tells_of_another_study(&words);
    let vain = if unseen {
        Some(Vain::Unseen)
    } else {
        (down && is_down(told)).then_some(Vain::Down)
    };
    vain.filter(|_| !is_of_one(&words))
}

/// Whether a word denies what follows.
fn denies(word: &str) -> bool {
    const NOT: [&str; 8] = [
        "never", "not", "neither", "none", "no", "without", "nor", "didn't",
    ];
    NOT.contains(&word) || word.ends_with("n't")
}

/// "The first catheter never entered the patient": one of several.
fn is_of_one(words: &[&str]) -> bool {
    const ONE: [&str; 7] = [
        "first", "second", "spare", "another", "backup", "other", "until",
    ];
    const ALL: [&str; 4] = ["neither", "either", "both", "none"];
    words.iter().any(|w| ONE.contains(w)) && !words.iter().any(|w| ALL.contains(w))
}

/// "No contrast was ever put into the patient".
fn tells_of_another_study(words: &[&str]) -> bool {
    const OTHERS: [&str; 16] = [
        "contrast",
        "dye",
        "wire",
        "guidewire",
        "balloon",
        "stent",
        "sheath",
        "filter",
        "venogram",
        "angiogram",
        "fluoroscopy",
        "film",
        "duplex",
        "ct",
        "snare",
        "needle",
    ];
    words.iter().any(|w| OTHERS.contains(w))
}

/// Whether words name what IVUS is done with.
fn names_a_probe(words: &[&str]) -> bool {
    const PROBES: [&str; 8] = [
        "catheter",
        "catheters",
        "probe",
        "probes",
        "ivus",
        "ultrasound",
        "transducer",
        "device",
    ];
    words.iter().any(|w| PROBES.contains(w))
}

/// "Neither catheter was ever put into the patient", "it did not go in", "it never left the table".
fn never_inside(words: &[&str]) -> bool {
    const MOVED: [&str; 14] = [
        "entered",
        "enter",
        "put",
        "inserted",
        "introduced",
        "advanced",
        "brought",
        "placed",
        "passed",
        "went",
        "go",
        "gone",
        "came",
        "taken",
    ];
    const BODY: [&str; 4] = ["patient", "pt", "body", "him"];
    const HOME: [&str; 13] = [
        "table",
        "package",
        "box",
        "wrapper",
        "tray",
        "pouch",
        "packaging",
        "shelf",
        "drape",
        "hoop",
        "coil",
        "hanger",
        "sleeve",
    ];
    const SUBJECTS: [&str; 4] = ["it", "neither", "none", "they"];
    let Some(at) = words.iter().position(|w| denies(w)) else {
        return false;
    };
    let subject = &words[..words.len().min(at + 4)];
    if !names_a_probe(subject) && !subject.iter().any(|w| SUBJECTS.contains(w)) {
        return false;
    }
    let near = &words[at + 1..words.len().min(at + 10)];
    let moved = near.iter().position(|w| MOVED.contains(w));
    let left = near.iter().position(|w| ["left", "leave"].contains(w));
    let first = |from: usize| near[from + 1..].iter().take(4);
    let inside = moved.is_some_and(|m| {
        // "it did not go in"
        near[m + 1..] == ["in"] || first(m).any(|w| BODY.contains(w))
    });
    // "did not enter the right side" tells of a place.
    let home = left.is_some_and(|l| first(l).any(|w| HOME.contains(w)));
    inside || home
}

/// "Not one frame was saved from either", "never got a picture", "no frame was ever recorded".
fn has_no_picture(words: &[&str]) -> bool {
    const PICTURES: [&str; 8] = [
        "frame", "frames", "image", "images", "picture", "pictures", "loop", "loops",
    ];
    const HAD: [&str; 18] = [
        "saved", "recorded", "obtained", "stored", "acquired", "seen", "captured", "produced",
        "got", "get", "had", "gained", "came", "come", "gave", "give", "appeared", "received",
    ];
    const OF_ALL: [&str; 2] = ["ever", "never"];
    const PARTS: [&str; 17] = [
        "beyond", "of", "in", "on", "distal", "above", "below", "past", "after", "there", "here",
        "right", "left", "behind", "before", "because", "for",
    ];
    let Some(at) = words.iter().position(|w| denies(w)) else {
        return false;
    };
    let rest = &words[at..];
    let Some(picture) = rest.iter().take(7).position(|w| PICTURES.contains(w)) else {
        return false;
    };
    let had = rest[..picture]
        .iter()
        .chain(rest[picture..].iter().take(6))
        .any(|w| HAD.contains(w));
    // What was seen alive may not have been kept.
    let kept = words.iter().any(|w| ["saved", "stored"].contains(w));
    let one = rest[..=picture].contains(&"one")
        || words
            .iter()
            .any(|w| ["either", "both", "neither"].contains(w));
    let all = one || (!kept && words.iter().any(|w| OF_ALL.contains(w)));
    let part = rest[picture..].iter().any(|w| PARTS.contains(w));
    had && all && !part
}

/// "Nothing was imaged from inside the vein", "nothing could be scanned at all"; not "below the ligament nothing was imaged".
fn has_nothing(words: &[&str]) -> bool {
    const SEEN: [&str; 3] = ["imaged", "scanned", "visualized"];
    const PARTS: [&str; 8] = [
        "below", "above", "beyond", "of", "on", "distal", "past", "other",
    ];
    let Some(at) = words.iter().position(|w| *w == "nothing") else {
        return false;
    };
    if words[..at].iter().any(|w| PARTS.contains(w)) {
        return false;
    }
    let rest = words[at + 1..].iter();
    let mut rest = rest.skip_while(|w| ["at", "all", "was", "could", "be", "ever"].contains(w));
    let seen = rest.next().is_some_and(|w| SEEN.contains(w));
    let after: Vec<&str> = rest.copied().take(2).collect();
    seen && matches!(after[..], [] | ["from" | "today", ..] | ["at", "all"])
}

/// "Nothing on the monitor: black screen", "the console returned a connection error": a machine that did not work.
pub(super) fn is_down(told: &str) -> bool {
    const SIGNS: [&str; 29] = [
        "reported a fault",
        "showed a fault",
        "reported an error",
        "could not be restarted",
        "would not restart",
        "would not boot",
        "hardware fault",
        "hardware error",
        "hardware failure",
        "screen black",
        "black screen",
        "blue screen",
        "blank screen",
        "screen blank",
        "screen stayed",
        "screen remained",
        "transducer dead",
        "probe dead",
        "dead transducer",
        "connection error",
        "error page",
        "failed to prime",
        "failed to recognize",
        "failed to recognise",
        "did not recognize it",
        "did not recognise it",
        "froze at",
        "out for service",
        "out for repair",
    ];
    SIGNS.iter().any(|s| holds(told, s))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vain(told: &str) -> Option<Vain> {
        super::vain(told, true)
    }

    #[test]
    fn what_came_to_nothing() {
        for told in [
            "neither probe was ever put into the patient.",
            "it did not go in.",
            "the ultrasound catheter never left the table",
            "the probe was never introduced into the body",
        ] {
            assert_eq!(vain(told), Some(Vain::Unseen), "{told}");
        }
        for told in [
            "not one frame could be stored from either.",
            "we never got a picture.",
            "no image was ever seen.",
            "nothing was imaged from inside the vein.",
            "the catheter never left its hoop.",
        ] {
            assert_eq!(vain(told), Some(Vain::Unseen), "{told}");
        }
        assert_eq!(vain("blue screen on both consoles."), Some(Vain::Down));
        for told in [
            "no image was stored of the right side.",
            "the first catheter never entered the patient.",
            "the catheter did not go past the ankle.",
            "no flap was seen.",
            "it was not used in the left leg.",
            "nothing was imaged below the knee.",
        ] {
            assert_eq!(vain(told), None, "{told}");
        }
    }
}
