//! Broken and hostile documents: each gives a report or a fault of a known kind, in bounded memory, and no text of it
//! reaches an error.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use crate::documents::{CANARY, ccda, docx, lines, pdf, rtf, zip};

/// The kinds of fault that a document may end in.
const KINDS: &[&str] = &[
    "binary",
    "cut-short",
    "damaged",
    "duplicate",
    "empty",
    "gave-up",
    "no-text",
    "too-deep",
    "too-long",
    "unknown-format",
];

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// A document cut, overwritten, padded and doubled in many ways.
fn spoiled(name: &str, extension: &str, whole: &[u8], files: &mut Vec<(String, Vec<u8>)>) {
    let mut dice = Dice(whole.len() as u64);
    let mut add = |what: String, bytes: Vec<u8>| {
        files.push((format!("{name}-{what}.{extension}"), bytes));
    };
    for part in 1..=8 {
        add(
            format!("cut{part}"),
            whole[..whole.len() * part / 9].to_vec(),
        );
    }
    for round in 0..8 {
        let mut bytes = whole.to_vec();
        for _ in 0..=round * 4 {
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
        }
        add(format!("flipped{round}"), bytes);
    }
    for round in 0..4 {
        let mut bytes = whole.to_vec();
        let from = dice.below(bytes.len());
        let to = (from + dice.below(64)).min(bytes.len());
        if round % 2 == 0 {
            bytes.drain(from..to);
        } else {
            let again = bytes[from..to].repeat(50);
            bytes.splice(from..from, again);
        }
        add(format!("moved{round}"), bytes);
    }
    let mut nul = whole.to_vec();
    nul[whole.len() / 2] = 0;
    add("nul".to_owned(), nul);
    add("twice".to_owned(), whole.repeat(2));
    add("padded".to_owned(), [whole, &[0; 512]].concat());
    add("tail".to_owned(), [whole, CANARY.as_bytes()].concat());
}

fn rtfs(files: &mut Vec<(String, Vec<u8>)>) {
    let mut add = |name: &str, rtf: String| files.push((format!("rtf-{name}.rtf"), rtf.into()));
    add("deep", "{\\rtf1 ".to_owned() + &"{".repeat(200_000));
    add(
        "deep-closed",
        "{\\rtf1 ".to_owned() + &"{\\b ".repeat(200_000) + &"}".repeat(200_001),
    );
    add("closing", "{\\rtf1 x}".to_owned() + &"}".repeat(200_000));
    add("long-word", format!("{{\\rtf1 \\{}}}", "a".repeat(1 << 20)));
    add(
        "long-number",
        format!("{{\\rtf1 \\u{}?x}}", "9".repeat(1 << 16)),
    );
    add(
        "negative",
        format!("{{\\rtf1\\uc-5\\bin-5\\ansicpg-1\\f-1\\u-99999999 {CANARY}}}"),
    );
    add("uc", format!("{{\\rtf1\\uc999999999\\u178 {CANARY}}}"));
    add("bin", format!("{{\\rtf1\\bin2147483647 {CANARY}}}"));
    add(
        "halves",
        "{\\rtf1 \\u-10179?\\u-10179?\\u-8704?\\u-8704?}".to_owned(),
    );
    add("hex", "{\\rtf1 \\'zz\\'9\\'\\'}".to_owned());
    add(
        "pages",
        "{\\rtf1 ".to_owned()
            + &(0..2000)
                .map(|n| format!("\\ansicpg{n}\\'fd"))
                .collect::<Vec<_>>()
                .concat()
            + "}",
    );
    add(
        "fonts",
        "{\\rtf1{\\fonttbl".to_owned() + &"{\\f1\\fcharset2 S;}".repeat(50_000) + "}\\f1\\'b3 x}",
    );
    add(
        "cells",
        "{\\rtf1\\trowd ".to_owned() + &"x\\cell ".repeat(100_000) + "\\row}",
    );
    add(
        "rows",
        "{\\rtf1".to_owned() + &"\\trowd x\\cell\\row".repeat(20_000) + "}",
    );
    add("open-row", format!("{{\\rtf1\\trowd {CANARY}}}"));
    add("backslash", "{\\rtf1 \\".to_owned());
    add("only", "{\\rtf".to_owned());
    add("hidden", format!("{{\\rtf1\\v {CANARY}}}"));
    add("star", format!("{{\\rtf1{{\\*{CANARY}}}{{\\*\\}}}}"));
}

fn zips(files: &mut Vec<(String, Vec<u8>)>) {
    let mut add = |name: &str, bytes: Vec<u8>| files.push((format!("zip-{name}.docx"), bytes));
    let main = "word/document.xml";
    let document = |body: &str| format!("<w:document><w:body>{body}</w:body></w:document>");
    add("bomb", zip(&[(main, &vec![b' '; 80 << 20])]));
    add(
        "bomb-text",
        zip(&[(
            main,
            document(&format!("<w:t>{}</w:t>", "a ".repeat(40 << 20))).as_bytes(),
        )]),
    );
    add("deep", zip(&[(main, "<w:p>".repeat(200_000).as_bytes())]));
    add(
        "tables",
        zip(&[(main, document(&"<w:tr><w:tc>".repeat(100)).as_bytes())]),
    );
    add(
        "slip",
        zip(&[
            ("../../../../tmp/slip", b"x"),
            ("/etc/slip", b"x"),
            (main, document("").as_bytes()),
        ]),
    );
    add(
        "slip-main",
        zip(&[(
            "_rels/.rels",
            b"<R><r Type=\"/officeDocument\" Target=\"../../../etc/hostname\"/></R>",
        )]),
    );
    add(
        "self",
        zip(&[(
            "_rels/.rels",
            b"<R><r Type=\"/officeDocument\" Target=\"_rels/.rels\"/></R>",
        )]),
    );
    let names: Vec<String> = (0..12_000).map(|n| format!("{n}")).collect();
    let mut parts: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b""[..])).collect();
    let empty = document("");
    parts.push((main, empty.as_bytes()));
    add("entries", zip(&parts));
    add("other", zip(&[("content.xml", CANARY.as_bytes())]));
    add("nested", zip(&[(main, &docx(CANARY))]));
    add(
        "entity",
        zip(&[(
            main,
            format!(
                "<!DOCTYPE d [<!ENTITY a \"{CANARY}\"><!ENTITY b \"&a;&a;\">]>{}",
                document("<w:t>&b;</w:t>")
            )
            .as_bytes(),
        )]),
    );
    let whole = docx(CANARY);
    let find = |bytes: &[u8], magic: &[u8]| bytes.windows(4).rposition(|w| w == magic).unwrap();
    // Numbers that lie: sizes, counts, places, methods, flags.
    for (name, magic, at, value) in [
        ("size", b"PK\x01\x02", 24, &[0xFF; 4][..]),
        ("size-small", b"PK\x01\x02", 24, &[1, 0, 0, 0]),
        ("packed-size", b"PK\x01\x02", 20, &[0xFF; 4]),
        ("method", b"PK\x01\x02", 10, &[99, 0]),
        ("locked", b"PK\x01\x02", 8, &[1, 0]),
        ("name", b"PK\x01\x02", 28, &[0xFF; 2]),
        ("place", b"PK\x01\x02", 42, &[0xFF; 4]),
        ("local-name", b"PK\x03\x04", 26, &[0xFF; 2]),
        ("count", b"PK\x05\x06", 10, &[0xFF; 2]),
        ("counts", b"PK\x05\x06", 8, &[0xFF; 4]),
        ("directory", b"PK\x05\x06", 12, &[0xFF; 8]),
        ("comment", b"PK\x05\x06", 20, &[0xFF; 2]),
    ] {
        let mut bytes = whole.clone();
        let start = find(&bytes, magic) + at;
        bytes[start..start + value.len()].copy_from_slice(value);
        add(name, bytes);
    }
    add("start", b"PK\x03\x04".to_vec());
    add("none", CANARY.into());
}

fn xmls(files: &mut Vec<(String, Vec<u8>)>) {
    let mut add = |name: &str, bytes: Vec<u8>| files.push((format!("xml-{name}.xml"), bytes));
    let note =
        |body: &str| format!("<?xml version=\"1.0\"?><ClinicalDocument>{body}</ClinicalDocument>");
    add("deep", note(&"<section>".repeat(200_000)).into());
    add("laughs", {
        let declared = (1..20)
            .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
            .collect::<Vec<_>>()
            .concat();
        format!("<?xml version=\"1.0\"?><!DOCTYPE ClinicalDocument [<!ENTITY l0 \"{CANARY}\">{declared}]><ClinicalDocument><section><text>&l19;</text></section></ClinicalDocument>").into()
    });
    add("outside", format!("<?xml version=\"1.0\"?><!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>{}", "<ClinicalDocument><section><text>&x;</text></section></ClinicalDocument>").into());
    add(
        "other",
        format!("<?xml version=\"1.0\"?><{CANARY}/>").into(),
    );
    add("none", CANARY.into());
    add("unclosed", note(&format!("<section><text>{CANARY}")).into());
    add(
        "attributes",
        note(&format!("<id {}/>", "a=\"1\" ".repeat(100_000))).into(),
    );
    add(
        "long-id",
        note(&format!("<id extension=\"{}\"/>", CANARY.repeat(100))).into(),
    );
    add("packed", note(&format!("<component><nonXMLBody><text representation=\"B64\">{CANARY}!</text></nonXMLBody></component>")).into());
    add("packed-note", note("<component><nonXMLBody><text representation=\"B64\">PENsaW5pY2FsRG9jdW1lbnQ+</text></nonXMLBody></component>").into());
    add(
        "references",
        note("<section><text>&#0;&#xFFFFFFFF;&#xD800;&nope;&;</text></section>").into(),
    );
    add(
        "cdata",
        note(&format!("<section><text><![CDATA[{CANARY}")).into(),
    );
    add("comment", note("<!-- <section>").into());
    add("dates", note("<documentationOf><serviceEvent><effectiveTime value=\"99999999\"/></serviceEvent></documentationOf>").into());
    add(
        "utf16-odd",
        [
            b"\xFF\xFE".to_vec(),
            note("x")
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .skip(1)
                .collect(),
        ]
        .concat(),
    );
    add(
        "label",
        note("")
            .replace("1.0\"", "1.0\" encoding=\"no-such\"")
            .into_bytes()
            .into_iter()
            .chain([0xFF])
            .collect(),
    );
}

fn pdfs(files: &mut Vec<(String, Vec<u8>)>) {
    let mut add = |name: &str, bytes: Vec<u8>| files.push((format!("pdf-{name}.pdf"), bytes));
    let whole = String::from_utf8(pdf(CANARY)).unwrap();
    add("none", CANARY.into());
    add("start", b"%PDF-".to_vec());
    add("blank", pdf(""));
    for (name, from, to) in [
        ("loop", "/Kids [3 0 R]", "/Kids [2 0 R]"),
        ("no-root", "/Root 1 0 R", "/Root 9 0 R"),
        ("length", "/Length ", "/Length 9999999"),
        ("count", "/Count 1", "/Count 2147483647"),
        ("font", "/F1 5 0 R", "/F1 4 0 R"),
        ("filter", "/Length ", "/Filter /FlateDecode /Length "),
        (
            "self",
            "<< /Type /Font",
            "<< /Parent 5 0 R /ToUnicode 5 0 R /Type /Font",
        ),
        ("start-at", "startxref\n", "startxref\n99"),
        ("locked", "/Root 1 0 R", "/Root 1 0 R /Encrypt 5 0 R"),
    ] {
        add(name, whole.replace(from, to).into_bytes());
    }
    add(
        "brackets",
        format!(
            "%PDF-1.4\n1 0 obj\n{}\nendobj\ntrailer << /Root 1 0 R >>",
            "[".repeat(200_000)
        )
        .into(),
    );
}

fn texts(files: &mut Vec<(String, Vec<u8>)>) {
    let mut add = |name: &str, bytes: Vec<u8>| files.push((format!("text-{name}.txt"), bytes));
    add("nul", format!("{CANARY}\0").into());
    add("mark", b"\xFF\xFE".to_vec());
    add("mark-32", b"\xFF\xFE\0\0".to_vec());
    add("odd-32", b"\xFF\xFE\0\0A\0\0\0B".to_vec());
    add("lone", b"\xFF\xFE\x00\xD8A\x00".to_vec());
    add("bidi", format!("\u{202E}{CANARY}\u{2066}\u{200B}").into());
    add("controls", [1, 2, 3, 4, 5, 6, 7, 8].repeat(100));
    add("png", b"\x89PNG\r\n\x1a\n\x81\x8d".to_vec());
    add("ole", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".repeat(64));
    add("line", "a ".repeat(1 << 20).into());
    add("mentions", "LCIV open.\n".repeat(100_000).into());
    let look = "IVUS of the left common iliac vein showed 50% stenosis. ";
    add("looks", look.repeat(4_000).into());
    add(
        "denials",
        "no evidence of IVUS was not performed "
            .repeat(4_000)
            .into(),
    );
    // More than any report: refused, since it would take more memory to read than there may be.
    add("endless", look.repeat(90_000).into());
}

/// All of them, by name.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let text =
        format!("FINDINGS: IVUS of the left common iliac vein, {CANARY}.\nSecond\tline, 34 mm².\n");
    spoiled("rtf", "rtf", &rtf(&text), &mut files);
    spoiled("docx", "docx", &docx(&text), &mut files);
    spoiled("xml", "xml", &ccda(&text), &mut files);
    spoiled("pdf", "pdf", &pdf(&text.replace('²', "2")), &mut files);
    rtfs(&mut files);
    zips(&mut files);
    xmls(&mut files);
    pdfs(&mut files);
    texts(&mut files);
    files
}

#[test]
fn malformed_documents_give_a_report_or_a_fault_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let files = files();
    for (name, bytes) in &files {
        fs::write(input.join(name), bytes).unwrap();
    }
    let out = folder.path().join("out");
    let run = |limit: &str| {
        let command = format!("{limit} exec \"$0\" batch \"$1\" --out \"$2\" --jobs 1");
        Command::new("sh")
            .args(["-c", &command, env!("CARGO_BIN_EXE_ivus")])
            .args([&input, &out])
            .output()
            .unwrap()
    };
    // All memory of the program and of what it starts: 512 MiB.
    let ran = run(if cfg!(target_os = "linux") {
        "ulimit -v 524288;"
    } else {
        ""
    });
    let err = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(3), "{err}");
    let read = lines(&out.join("part-00000.jsonl")).len();
    let errors = lines(&out.join("errors.jsonl"));
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for error in &errors {
        let kind = error["kind"].as_str().unwrap();
        assert!(KINDS.contains(&kind), "{error}");
        *kinds.entry(kind).or_default() += 1;
    }
    println!(
        "{} malformed files: {read} read, {} faults: {kinds:?}",
        files.len(),
        errors.len()
    );
    assert!(files.len() >= 180);
    assert!(kinds.contains_key("too-long"));
    assert_eq!(read + errors.len(), files.len(), "none lost, none double");
    for told in [&err, &String::from_utf8_lossy(&ran.stdout)] {
        assert!(!told.contains(CANARY), "{told}");
    }
    let errors = fs::read_to_string(out.join("errors.jsonl")).unwrap();
    assert!(!errors.contains(CANARY), "{errors}");
    assert!(!Path::new("/tmp/slip").exists());
}
