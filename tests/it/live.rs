//! The live check: what a physician is shown of a text holds words of that text and neutral words of our own, and nothing of
//! codes, units or money; nothing that is typed is kept.

use std::fs;

use ivus::{
    Analyzer,
    lexicon::Lexicon,
    queue::{Desk, Store, gaps, neutral},
};

use super::serve::Server;

/// Texts of the corpus, in the order of their names.
pub(crate) fn corpus() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/reports");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|p| fs::read_to_string(p).unwrap())
        .collect()
}

/// Texts made of lines of others, always the same for a seed.
pub(crate) fn mixed(texts: &[String], count: usize) -> Vec<String> {
    let lines: Vec<&str> = texts
        .iter()
        .flat_map(|t| t.split_inclusive(['\n', '.']))
        .filter(|l| l.trim().len() > 8)
        .collect();
    let mut state: u64 = 7;
    let mut next = |most: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % most
    };
    (0..count)
        .map(|_| {
            let mut text = String::from("IVUS was performed. ");
            for _ in 0..2 + next(12) {
                text.push_str(lines[next(lines.len())]);
                text.push(' ');
            }
            text
        })
        .collect()
}

/// The words of a page that are the program's own: without tags, quotes of the text, and the text.
fn own_words(page: &str) -> String {
    let mut own = String::new();
    for (n, part) in page.split("<div class=\"text\">").enumerate() {
        // Lines are `div` elements; the text ends where no further one begins.
        let rest = if n == 0 {
            part
        } else {
            part.split("</span></div></div>").nth(1).unwrap_or_default()
        };
        own.push_str(rest);
    }
    let quoted = regex::Regex::new("(?s)<q>.*?</q>|<p class=\"legend\">.*?</p>").unwrap();
    let own = quoted.replace_all(&own, " ");
    let tags = regex::Regex::new("<[^>]*>").unwrap();
    tags.replace_all(&own, " ").into_owned()
}

#[test]
fn a_physician_is_shown_words_of_the_text_and_neutral_words_alone() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = server.log_in("physician", server.password());
    let token = browser.get(&server, "/check").token();
    let lexicon = Lexicon::builtin();
    let mut texts = corpus();
    texts.extend(mixed(&texts, 600));
    assert!(texts.len() > 900, "{}", texts.len());
    let mut asked = 0;
    let tags = regex::Regex::new("<[^>]*>").unwrap();
    for text in &texts {
        let form = [("csrf", token.clone()), ("text", text.clone())];
        let page = browser.post(&server, "/check/marks", &form);
        assert_eq!(page.status, 200);
        let own = own_words(&page.body);
        assert!(neutral::is_neutral(&own), "{own}");
        let named = lexicon.names(&own);
        assert!(named.is_empty(), "{named:?} in {own}");
        // What is quoted stands in the text.
        let letters = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        let whole = letters(text);
        for quote in page.body.split("<q>").skip(1) {
            let quote = quote.split("</q>").next().unwrap();
            let quote = tags
                .replace_all(quote, "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
            assert!(
                whole.contains(&letters(&quote)),
                "a quote that is not in the text"
            );
            asked += 1;
        }
    }
    assert!(asked > 1000, "{asked}");
    let log = server
        .log_in("auditor", server.password())
        .get(&server, "/audit")
        .body;
    assert!(
        !log.contains("/check"),
        "what is typed is no report of the queue"
    );
}

#[test]
fn a_coder_sees_units_and_the_page_works_without_the_script() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = server.log_in("coder", server.password());
    let token = browser.get(&server, "/check").token();
    let text = "05/02/2024\r\nIVUS of the left common iliac vein <b>showed</b> 78% stenosis.";
    let form = [("csrf", token), ("text", text.to_owned())];
    let page = browser.post(&server, "/check", &form).body;
    assert!(
        page.contains("37252") && page.contains("<textarea"),
        "{page}"
    );
    assert!(!page.contains("<b>showed"), "the text is escaped");
}

#[test]
fn what_is_typed_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    let desk = Desk::new(Store::open(&path).unwrap(), Analyzer::builtin());
    let reading = desk.look("IVUS of the canaryword vein was done.".to_owned());
    assert!(!gaps::gaps(&reading.document.flags).is_empty());
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("canaryword"));
    }
}

/// What a physician is shown of a text, between the legend's end and the page's.
fn seen(text: &str) -> String {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = server.log_in("physician", server.password());
    let token = browser.get(&server, "/check").token();
    let form = [("csrf", token), ("text", text.to_owned())];
    browser.post(&server, "/check/marks", &form).body
}

#[test]
fn a_side_and_a_reason_are_shown_in_the_words_of_the_text() {
    let page = seen(
        "05/02/2024\nWe used IVUS because the venogram could not tell how tight it was.\nIVUS of the R CIV showed 78% stenosis.\n\
         LEFT LEG:\nIVUS of the EIV was normal.\n",
    );
    let table = page.split("in the words of the text").nth(1).unwrap();
    assert!(table.contains("<q>R CIV</q>"), "{table}");
    assert!(
        table.contains("<q>EIV</q>") && table.contains("(side: <q>LEFT LEG</q> "),
        "{table}"
    );
    // The sentence, with the word that makes it a reason marked in it.
    assert!(
        table.contains(
            "<q>We used IVUS because the venogram <mark class=\"m necessity\">could not tell</mark>"
        ) && table.contains(" how tight it was.</q>"),
        "{table}"
    );
    // The side is marked in the text, and so is the rest of the sentence.
    for class in ["m side", "m sentence"] {
        assert!(
            page.contains(&format!("<mark class=\"{class}\"")),
            "{class}"
        );
    }
}

#[test]
fn a_question_is_asked_once_and_what_is_unclear_stands_by_itself() {
    let page = seen("IVUS was performed.");
    assert_eq!(page.matches("<b>Vessel</b>").count(), 1, "{page}");
    assert!(page.contains("Not found in the text") && !page.contains("To be clarified"));
    let page = seen(
        "DATE OF SERVICE: 05/02/2024\nIVUS of the left common iliac vein showed 78% stenosis.\n\n\
         DATE OF SERVICE: 06/03/2024\nA venogram was done.\nIVUS of the left external iliac vein was normal.\n",
    );
    let unclear = page.split("To be clarified").nth(1).unwrap();
    assert!(unclear.contains("<b>More than one session</b>"), "{page}");
}

#[test]
fn what_a_physician_reads_about_the_program_names_documents_and_days_and_no_code() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = server.log_in("physician", server.password());
    let page = browser.get(&server, "/about").body;
    let own = own_words(&page);
    assert!(neutral::is_neutral(&own), "{own}");
    for words in [
        "Limits",
        "its name, its side, the reason and the findings",
        "Vascular Specialist",
        "each seen for the first time, from 20",
        "The newest day in what it knows is 20",
    ] {
        assert!(own.contains(words), "{words}");
    }
    // A coder is told more.
    let coder = server
        .log_in("coder", server.password())
        .get(&server, "/about");
    assert!(coder.body.contains("Rules and tables"));
}
