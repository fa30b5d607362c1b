//! The page *Import*: files of each form that the program reads, several at once; what cannot be used is told and keeps nothing
//! else out.

use super::{
    mllp_settled::document,
    serve::{Browser, Page, Server},
};

const TEXT: &str = "IVUS of the left common iliac vein showed 78% area stenosis.";

/// Sends files with the site and physician of reports that tell none.
fn send(server: &Server, browser: &mut Browser, files: &[(&str, &str)]) -> Page {
    let token = browser.get(server, "/import").token();
    let field = |name: &str, value: &str| {
        format!("--b--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields = [
        ("csrf", token.as_str()),
        ("site", "East"),
        ("physician", "Dr. Elm"),
    ];
    let mut parts: Vec<String> = fields.iter().map(|(n, v)| field(n, v)).collect();
    parts.extend(files.iter().map(|(name, content)| {
        format!("--b--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n{content}\r\n")
    }));
    parts.push("--b--b--\r\n".to_owned());
    let body = parts.concat();
    let kind = ("Content-Type", "multipart/form-data; boundary=b--b");
    browser.send(server, "POST", "/import", &[kind], body.as_bytes())
}

#[test]
fn tables_messages_and_documents_are_imported_together() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let csv =
        format!("id,text,site,physician\nu1,{TEXT},West,Dr. Oak\nu2,{TEXT},,\nu3,,West,Dr. Oak\n");
    let jsonl = format!("{{\"id\":\"u4\",\"text\":\"{TEXT}\"}}\n");
    let message = document("T02", "77", "DOC-5", "", "AU", TEXT);
    let files = [
        ("C:\\lists\\notes.csv", csv.as_str()),
        ("notes.jsonl", &jsonl),
        ("interface.hl7", &message),
        ("u6.txt", TEXT),
        ("scan.pdf", "%PDF-1.7"),
    ];
    let page = send(&server, &mut coder, &files);
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(
        page.body
            .contains("Imported: 5 new, 0 with another text, 0 known already"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("Not imported:")
            && page.body.contains("scan.pdf")
            && page.body.contains("notes.csv:4"),
        "{}",
        page.body
    );
    assert!(
        !page.body.contains("lists\\"),
        "folders of the sender's machine are not told"
    );
    let list = |coder: &mut Browser, site: &str| {
        let page = coder
            .get(
                &server,
                &format!("/reports?state=all&sort=name&site={site}"),
            )
            .body;
        let rows = page.split("<tbody>").nth(1).unwrap_or_default().to_owned();
        rows.split("<tr>")
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let west = list(&mut coder, "West");
    assert!(
        west.len() == 1 && west[0].contains(">u1<") && west[0].contains("Dr. Oak"),
        "{west:?}"
    );
    let east = list(&mut coder, "East");
    assert!(
        ["u2", "u4", "u6"]
            .iter()
            .all(|id| east.iter().any(|r| r.contains(&format!(">{id}<")))),
        "{east:?}"
    );
    assert!(east.iter().any(|r| r.contains(">DOC-5<")), "{east:?}");
    let again = send(&server, &mut coder, &files).body;
    assert!(
        again.contains("Imported: 0 new, 0 with another text, 5 known already"),
        "{again}"
    );
    // What was typed in the other form is not needed here, and the reverse.
    assert_eq!(send(&server, &mut coder, &[]).status, 422);
}

#[test]
fn of_many_faults_the_first_are_told() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let rows: Vec<String> = (0..80).map(|n| format!("e{n},")).collect();
    let page = send(
        &server,
        &mut coder,
        &[("notes.csv", &format!("id,text\n{}\n", rows.join("\n")))],
    );
    assert_eq!(
        page.body.matches("<li>notes.csv:").count(),
        50,
        "{}",
        page.body
    );
    assert!(page.body.contains("and 30 more"));
}
