//! Documents: a report says the same in every format, and a run reads them side by side.

use std::{
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

use assert_cmd::Command;
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

pub(crate) const CANARY: &str = "quetzalcoatlus";

/// An RTF document of a text.
pub(crate) fn rtf(text: &str) -> Vec<u8> {
    let mut rtf = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 ".to_owned();
    for c in text.chars() {
        match c {
            '\\' | '{' | '}' => rtf.extend(['\\', c]),
            '\n' => rtf.push_str("\\par\r\n"),
            '\t' => rtf.push_str("\\tab "),
            ' '..='~' => rtf.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let number = i16::from_ne_bytes(unit.to_ne_bytes());
                    rtf.extend(["\\u", &number.to_string(), "?"]);
                }
            }
        }
    }
    (rtf + "}").into_bytes()
}

/// A zip archive of some parts.
pub(crate) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A Word document of a text, a paragraph a line.
pub(crate) fn docx(text: &str) -> Vec<u8> {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let line = escaped(line).replace('\t', "</w:t><w:tab/><w:t xml:space=\"preserve\">");
            format!("<w:p><w:r><w:t xml:space=\"preserve\">{line}</w:t></w:r></w:p>")
        })
        .collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>",
        lines.concat()
    );
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/header1.xml", CANARY.as_bytes()),
        ("word/document.xml", body.as_bytes()),
    ])
}

/// A clinical document of a text.
pub(crate) fn ccda(text: &str) -> Vec<u8> {
    let lines: Vec<String> = text
        .lines()
        .map(|line| format!("<paragraph>{}</paragraph>\n", escaped(line)))
        .collect();
    format!(
        "<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id root=\"1.2\" extension=\"OP-7\"/>\
         <author><assignedAuthor><assignedPerson><name><given>Ama</given><family>Quill</family></name></assignedPerson>\
         </assignedAuthor></author><legalAuthenticator/>\
         <documentationOf><serviceEvent><effectiveTime><low value=\"20240502\"/></effectiveTime></serviceEvent>\
         </documentationOf><component><structuredBody><component><section><title>Procedure description</title>\
         <text>{}</text></section></component></structuredBody></component></ClinicalDocument>",
        lines.concat()
    )
    .into_bytes()
}

/// A PDF document of a text, all on one page; without text the page is blank.
pub(crate) fn pdf(text: &str) -> Vec<u8> {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let line = line
                .replace('\\', "\\\\")
                .replace('(', "\\(")
                .replace(')', "\\)");
            format!("({line}) Tj T*\n")
        })
        .collect();
    let content = format!("BT /F1 10 Tf 40 800 Td 12 TL\n{}ET", lines.concat());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in objects.iter().enumerate() {
        writeln!(places, "{:010} 00000 n ", pdf.len()).unwrap();
        write!(pdf, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap();
    }
    let end = pdf.len();
    let count = objects.len() + 1;
    write!(
        pdf,
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{end}\n%%EOF\n"
    )
    .unwrap();
    pdf.into_bytes()
}

pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

/// The text that a document is read as.
fn read(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    ivus::intake::document(&path, None).unwrap().unwrap().text
}

/// The lines of a text without what no page shows: spaces at their ends, and blank lines at the ends of the text.
fn shown(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').trim_start().to_owned()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn the_corpus_is_the_same_text_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports");
    let mut count = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let text = ivus::text::decode(&fs::read(&path).unwrap()).replace("\r\n", "\n");
        let name = path.file_name().unwrap().to_string_lossy();
        let read = |kind: &str, bytes: &[u8]| read(folder.path(), kind, bytes);
        assert_eq!(shown(&read("r.rtf", &rtf(&text))), shown(&text), "{name}");
        assert_eq!(shown(&read("r.docx", &docx(&text))), shown(&text), "{name}");
        let note = read("r.xml", &ccda(&text));
        let (title, note) = note.split_once('\n').unwrap();
        assert_eq!(title, "Procedure description:");
        assert_eq!(words(note), words(&text), "{name}");
        count += 1;
    }
    println!("{count} reports, each as RTF, DOCX and C-CDA");
    assert!(count > 300);
}

#[test]
fn a_folder_may_mix_all_formats() {
    let folder = tempfile::tempdir().unwrap();
    let text = "DATE OF SERVICE: 05/02/2024\nINDICATION: Suspected May-Thurner compression.\nFINDINGS: IVUS of the left \
                common iliac vein showed 78% area stenosis, 34 mm² → ≥50%.\n";
    let plain = text.replace('→', "to").replace('≥', ">=");
    let wide: Vec<u8> = text
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    let utf16: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let latin: Vec<u8> = plain
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let files: [(&str, Vec<u8>); 11] = [
        ("a.txt", text.into()),
        ("b.txt", wide),
        ("c.txt", utf16),
        ("d.txt", latin),
        ("e.rtf", rtf(text)),
        // Known by content, whatever the name.
        ("f.doc", rtf(text)),
        ("g.txt", docx(text)),
        ("h.docx", docx(text)),
        ("i.xml", ccda(text)),
        ("j.rtf", text.into()),
        ("k.pdf", pdf(&plain.replace('²', "2"))),
    ];
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    for (name, bytes) in &files {
        fs::write(input.join(name), bytes).unwrap();
    }
    fs::write(input.join("l.pdf"), pdf("")).unwrap();
    fs::write(input.join("m.png"), b"\x89PNG\r\n\x1a\n\0\0").unwrap();
    let out = folder.path().join("out");
    let ran = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .arg("batch")
        .arg(&input)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(3));
    let told = lines(&out.join("part-00000.jsonl"));
    for report in &told {
        let line = &report["coding"]["lines"][0];
        assert_eq!(
            (&line["code"], &line["units"]),
            (&json!("37252"), &json!(1)),
            "{}",
            report["report"]
        );
    }
    let with_pdf = cfg!(feature = "pdf");
    assert_eq!(told.len(), if with_pdf { 11 } else { 10 });
    let note = told.iter().find(|t| t["report"]["id"] == "OP-7").unwrap();
    assert_eq!(
        (&note["author"], &note["report_status"]),
        (&json!("Ama Quill"), &json!("final"))
    );
    assert_eq!(note["report"]["date_source"], "metadata");
    let errors = lines(&out.join("errors.jsonl"));
    let kinds: Vec<&str> = errors.iter().filter_map(|e| e["kind"].as_str()).collect();
    if with_pdf {
        assert_eq!(kinds, ["no-text", "binary"]);
    } else {
        assert_eq!(kinds, ["unknown-format", "unknown-format", "binary"]);
    }
}

#[test]
fn a_named_document_is_read_by_check_and_extract() {
    let folder = tempfile::tempdir().unwrap();
    let text = "FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis.\n";
    for (name, bytes) in [
        ("r.rtf", rtf(text)),
        ("r.docx", docx(text)),
        ("r.xml", ccda(text)),
        ("r.txt", rtf(text)),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        for verb in ["check", "extract"] {
            let ran = Command::new(env!("CARGO_BIN_EXE_ivus"))
                .args([verb, "--format", "jsonl"])
                .arg(&path)
                .output()
                .unwrap();
            let out = String::from_utf8(ran.stdout).unwrap();
            assert!(out.contains("common-iliac-vein"), "{verb} {name}: {out}");
        }
    }
    // A note that is not signed yet has no units here either.
    let path = folder.path().join("draft.xml");
    let draft = String::from_utf8(ccda(text)).unwrap();
    let draft = draft.replace("<id root", "<statusCode code=\"active\"/><id root");
    fs::write(&path, draft).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["check", "--format", "jsonl"])
        .arg(&path)
        .output()
        .unwrap();
    let out = String::from_utf8(ran.stdout).unwrap();
    assert!(
        out.contains("IVUS112") && out.contains("\"lines\":[]"),
        "{out}"
    );
    let path = folder.path().join("cut.rtf");
    fs::write(&path, format!("{{\\rtf1 {CANARY}")).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .arg("check")
        .arg(&path)
        .output()
        .unwrap();
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(err.contains("ends in the middle"), "{err}");
    assert!(!err.contains(CANARY), "{err}");
}
