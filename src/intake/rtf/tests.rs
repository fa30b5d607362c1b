//! What RTF documents say and what is left of broken ones.

use super::text;

#[test]
fn what_is_seen_on_the_page_is_read_and_nothing_else() {
    for (rtf, read) in [
        // What other readers were found to lose.
        (r"{\rtf1 A\par B}", "A\nB"),
        (r"{\rtf1 60\u8211?70% x}", "60\u{2013}70% x"),
        (r"{\rtf1\ansi\ansicpg1252 Patient\'92s}", "Patient\u{2019}s"),
        (r"{\rtf1 A{\pict\wmetafile8 a0102b}B}", "AB"),
        (r"{\rtf1 left\~iliac}", "left\u{a0}iliac"),
        (
            r"{\rtf1 \trowd\cellx1\cellx2\intbl CIV\cell 78%\cell\row next}",
            "CIV\t78%\nnext",
        ),
        (r"{\rtf1 {\header Name}Text{\footer 1}}", "Text"),
        (r"{\rtf1 {\*\unknown x}A\line B\tab C}", "A\nB\tC"),
        (
            r"{\rtf1{\fonttbl{\f0 Arial;}}{\stylesheet{\s0 Normal;}}{\info{\author N}}A}",
            "A",
        ),
        (r"{\rtf1 a\{b\}c\\d}", r"a{b}c\d"),
        // Letters.
        (r"{\rtf1\uc2 \u8805\'3e\'3d50}", "\u{2265}50"),
        (r"{\rtf1\uc0 \u8805 50}", "\u{2265}50"),
        (r"{\rtf1 \u-10179?\u-8704?!}", "\u{1F600}!"),
        (r"{\rtf1 {\uc0 \u178}x\u178 ?y}", "²x²y"),
        (r"{\rtf1\ansicpg1251 \'ec\'ec}", "мм"),
        (r"{\rtf1\pc mm\'fd}", "mm²"),
        (r"{\rtf1\mac \'b3 50}", "\u{2265} 50"),
        (
            r"{\rtf1{\fonttbl{\f3\fcharset2 Symbol;}{\f4\fcharset2 Wingdings;}}{\f3\'b3}50{\f4\'fe} yes}",
            "\u{2265}50\u{2611} yes",
        ),
        (r"{\rtf1\deff1{\fonttbl{\f1\fcharset204 A;}}\'ec}", "м"),
        (r"{\rtf1 a\emdash b\endash c\rquote d}", "a—b–c’d"),
        ("{\\rtf1 mm\u{b2}}", "mm²"),
        // Left out.
        (r"{\rtf1 A{\v secret}B\v gone\v0 C}", "ABC"),
        (r"{\rtf1 no {\deleted old }new}", "no new"),
        (
            r#"{\rtf1 {\field{\*\fldinst HYPERLINK "x"}{\fldrslt shown}}}"#,
            "shown",
        ),
        (r"{\rtf1 A{\*\annotation note}B}", "AB"),
        ("{\\rtf1 A\\bin3 }}}B}", "AB"),
        (
            r"{\rtf1 {\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt boxed}}}}",
            "boxed",
        ),
        // Layout.
        (
            r"{\rtf1 {\listtext 1.\tab}IVUS was done.\par{\listtext 2.\tab}Stent.}",
            "1. IVUS was done.\n2. Stent.",
        ),
        (r"{\rtf1 \trowd\intbl A\par B\cell C\cell\row}", "A B\tC"),
        ("{\\rtf1 one\ntwo\\\nthree}", "onetwo\nthree"),
        // A second document behind the first, and what pads a file.
        ("{\\rtf1 A\\par}\r\n{\\rtf1 B}\0\0", "A\nB"),
    ] {
        let told = text(rtf.as_bytes());
        assert_eq!(told.as_deref().map(str::trim_end).ok(), Some(read), "{rtf}");
    }
}

#[test]
fn a_broken_document_is_told_by_kind() {
    let deep = "{\\rtf1 ".to_owned() + &"{".repeat(200_000);
    for (rtf, kind) in [
        (r"{\rtf1 IVUS of the", "cut-short"),
        (r"{\rtf1 {\b IVUS", "cut-short"),
        (r"{\rtf1 IVUS\", "cut-short"),
        (r"{\rtf1 IVUS\'", "cut-short"),
        (r"{\rtf1 A} of the vein}", "damaged"),
        (&deep, "too-deep"),
    ] {
        let fault = text(rtf.as_bytes()).err().map(|p| p.kind);
        assert_eq!(fault, Some(kind), "{rtf:.40}");
    }
}
