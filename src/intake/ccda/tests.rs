//! What clinical documents say and what is left of broken ones.

use super::told;
use crate::intake::Status;

const HEAD: &str = r#"<id root="1.2.3" extension="OP-7"/><effectiveTime value="20260301"/>
    <author><assignedAuthor><id extension="A9"/><assignedPerson><name><prefix>Dr</prefix><given>Ama</given>
    <family>Quill</family></name></assignedPerson></assignedAuthor></author>
    <author><assignedAuthor><assignedPerson><name>Other</name></assignedPerson></assignedAuthor></author>
    <legalAuthenticator><signatureCode code="S"/></legalAuthenticator>
    <documentationOf><serviceEvent><effectiveTime><low value="20240502093000-0500"/><high value="20240502"/></effectiveTime>
    </serviceEvent></documentationOf>"#;

fn note(head: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\">{head}<component>{body}</component></ClinicalDocument>"
    )
}

fn section(title: &str, text: &str) -> String {
    format!(
        "<structuredBody><component><section><title>{title}</title><text>{text}</text><entry><code>x</code></entry>\
         </section></component></structuredBody>"
    )
}

#[test]
fn the_narrative_is_read_with_its_titles_and_tables() {
    for (text, read) in [
        (
            "<paragraph>IVUS of the left\n      iliac vein.</paragraph>\n   <paragraph>Done.</paragraph>",
            "IVUS of the left\niliac vein.\nDone.",
        ),
        (
            "<content>A</content>\n  <content>B</content><br/>C<br/>\n D",
            "A B\nC\nD",
        ),
        (
            "<table><thead><tr><th>Vessel</th><th>Stenosis</th></tr></thead><tbody><tr><td>Left\n CIV</td><td><content>78%</content></td></tr></tbody></table>",
            "Vessel\tStenosis\nLeft CIV\t78%",
        ),
        (
            "<list><item>IVUS</item><item>Stent</item></list>",
            "- IVUS\n- Stent",
        ),
        (
            "was <content revised=\"delete\">not </content>done &lt; 3&#176; &nbsp;x",
            "was done < 3° \u{a0}x",
        ),
        (
            "<caption>Cap</caption>plain<renderMultiMedia/>",
            "Cap\nplain",
        ),
    ] {
        let told = told(note(HEAD, &section("Findings", text)).as_bytes(), None).unwrap();
        assert_eq!(told.text.trim_end(), format!("Findings:\n{read}"), "{text}");
    }
}

#[test]
fn the_head_tells_id_date_author_and_status() {
    let body = section("Findings:", "x");
    let read = told(note(HEAD, &body).as_bytes(), None).unwrap();
    assert_eq!(read.id.as_deref(), Some("OP-7"));
    assert_eq!(
        read.date.map(|d| d.to_string()).as_deref(),
        Some("2024-05-02")
    );
    assert_eq!(read.author.as_deref(), Some("Ama Quill"));
    assert_eq!(read.status, Some(Status::Final));
    assert!(read.text.starts_with("Findings:\n"));

    let amended = format!("{HEAD}<relatedDocument typeCode=\"RPLC\"/>");
    let read = told(note(&amended, &body).as_bytes(), None).unwrap();
    assert_eq!(read.status, Some(Status::Amended));

    // The day a document was made is not the day of the service; a month is no day.
    let other = "<effectiveTime value=\"20240502\"/><documentationOf><serviceEvent><effectiveTime value=\"202405\"/></serviceEvent></documentationOf>";
    let read = told(note(other, &body).as_bytes(), None).unwrap();
    assert_eq!((read.date, read.id, read.author), (None, None, None));
}

#[test]
fn a_packed_document_is_unpacked() {
    let body = "<nonXMLBody><text mediaType=\"text/rtf\" representation=\"B64\">e1xydGYx\nIElWVVNccGFyfQ==</text></nonXMLBody>";
    assert_eq!(
        told(note(HEAD, body).as_bytes(), None).unwrap().text,
        "IVUS\n"
    );
    let body = "<nonXMLBody><text mediaType=\"text/plain\">FINDINGS:\nIVUS</text></nonXMLBody>";
    let read = told(note(HEAD, body).as_bytes(), None).unwrap();
    assert_eq!(read.text, "FINDINGS:\nIVUS\n");
}

#[test]
fn letters_are_those_that_the_document_declares() {
    let text = note("", &section("Findings", "mm²"));
    let latin = text.replacen("\"1.0\"", "\"1.0\" encoding=\"iso-8859-1\"", 1);
    let latin: Vec<u8> = latin
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let wide: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [latin, wide, format!("\u{feff}{text}").into_bytes()] {
        assert_eq!(told(&bytes, None).unwrap().text, "Findings:\nmm²\n");
    }
}

#[test]
fn a_broken_document_is_told_by_kind() {
    let whole = note(HEAD, &section("Findings", "IVUS"));
    let deep = note("", &"<section>".repeat(200_000));
    let bomb = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;\">]>{}",
        "canary".repeat(1000),
        note("", &section("Findings", "&b;&b;"))
            .split_once('\n')
            .map(|(_, rest)| rest.to_owned())
            .unwrap_or_default()
    );
    assert_eq!(
        told(bomb.as_bytes(), None).unwrap().text,
        "Findings:\n\u{fffd}\u{fffd}\n"
    );
    for (text, kind) in [
        (whole.get(..whole.len() - 40).unwrap(), "cut-short"),
        ("<?xml version=\"1.0\"?><Other/>", "unknown-format"),
        ("<?xml version=\"1.0\"?>", "damaged"),
        ("<ClinicalDocument><a></b></ClinicalDocument>", "damaged"),
        (&deep, "too-deep"),
    ] {
        let fault = told(text.as_bytes(), None).err().map(|p| p.kind);
        assert_eq!(fault, Some(kind), "{text:.60}");
    }
}
