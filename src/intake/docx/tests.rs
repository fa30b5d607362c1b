//! What Word documents say and what is left of broken ones.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::text;

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn body(body: &str) -> Vec<u8> {
    let part = format!(
        r#"<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>{body}</w:body></w:document>"#
    );
    packed(&[("word/document.xml", &part), ("word/header1.xml", "Name")])
}

#[test]
fn what_is_seen_on_the_page_is_read_and_nothing_else() {
    for (xml, read) in [
        (
            "<w:p><w:r><w:t>A &amp; B</w:t></w:r></w:p><w:p/><w:p><w:r><w:t xml:space=\"preserve\">C </w:t><w:tab/><w:t>D</w:t><w:br/><w:t>E</w:t></w:r></w:p>",
            "A & B\n\nC \tD\nE",
        ),
        (
            "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>60</w:t><w:noBreakHyphen/><w:t>70%</w:t></w:r></w:p>",
            "60-70%",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Left CIV</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>78%</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            "Left CIV\t78%",
        ),
        (
            "<w:p><w:r><w:t>not </w:t></w:r><w:del><w:r><w:delText>x</w:delText><w:t>y</w:t></w:r></w:del><w:ins><w:r><w:t>done</w:t></w:r></w:ins></w:p>",
            "not done",
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>old</w:t></w:r></w:moveFrom><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>seen</w:t></w:r></w:p>",
            "seen",
        ),
        (
            "<w:p><w:r><w:t>a</w:t></w:r><w:r><w:instrText>DATE</w:instrText></w:r><mc:AlternateContent><mc:Choice><w:r><w:t>b</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>b</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>",
            "ab",
        ),
        (
            "<w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>IVUS</w:t></w:r></w:p>",
            "- IVUS",
        ),
        (
            "<w:p><w:r><w:sym w:font=\"Symbol\" w:char=\"F0B3\"/><w:t>50%</w:t></w:r></w:p>",
            "\u{2265}50%",
        ),
        (
            "<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val=\"0\"/><w:checked/></w:checkBox></w:ffData></w:fldChar><w:t> IVUS</w:t></w:r></w:p>",
            "\u{2612} IVUS",
        ),
    ] {
        let told = text(&body(xml));
        assert_eq!(told.as_deref().map(str::trim_end).ok(), Some(read), "{xml}");
    }
}

#[test]
fn the_main_part_is_where_the_package_says() {
    let bytes = packed(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Type="x/officeDocument" Target="/word/document2.xml"/></Relationships>"#,
        ),
        ("word/document2.xml", "<d><p><t>A</t></p></d>"),
        ("../../etc/outside", "x"),
    ]);
    assert_eq!(text(&bytes).unwrap(), "A\n");
}

#[test]
fn a_broken_document_is_told_by_kind() {
    let deep = format!("<w:body>{}", "<w:p>".repeat(200_000));
    let bomb = "<w:t>".to_owned() + &" ".repeat(70 << 20);
    let whole = body("<w:p/>");
    for (bytes, kind) in [
        (packed(&[("content.xml", "<a/>")]), "unknown-format"),
        (packed(&[("word/document.xml", &deep)]), "too-deep"),
        (packed(&[("word/document.xml", &bomb)]), "too-long"),
        (packed(&[("word/document.xml", "<a><b></a>")]), "damaged"),
        (packed(&[("word/document.xml", "<a><b>")]), "cut-short"),
        (packed(&[("word/document.xml", "")]), "damaged"),
        (whole[..whole.len() / 2].to_vec(), "damaged"),
        (b"PK\x03\x04".to_vec(), "damaged"),
    ] {
        assert_eq!(text(&bytes).err().map(|p| p.kind), Some(kind));
    }
}
