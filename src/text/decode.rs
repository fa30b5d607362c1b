//! Bytes to text: UTF-8, UTF-16 and UTF-32 with or without a byte-order mark, else a legacy encoding found by its letters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// Decodes a report's bytes. A byte-order mark is dropped; undecodable bytes become U+FFFD, so this cannot fail.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    // Before UTF-16, whose mark the one of UTF-32 begins with.
    if let Some(text) = utf32(bytes) {
        return text;
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(&bytes[mark..])
            .0
            .into_owned();
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector
        .guess(None, Utf8Detection::Allow)
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

/// UTF-32, known by its mark or by three bytes of each four being a NUL.
fn utf32(bytes: &[u8]) -> Option<String> {
    if bytes.len() < 8 || !bytes.len().is_multiple_of(4) {
        return None;
    }
    let little = |c: [u8; 4]| u32::from_le_bytes(c);
    let big = |c: [u8; 4]| u32::from_be_bytes(c);
    [little, big].into_iter().find_map(|order| {
        let mut units = bytes
            .chunks_exact(4)
            .map(|c| order([c[0], c[1], c[2], c[3]]));
        let marked = units.clone().next() == Some(0xFEFF);
        let latin = || units.clone().all(|u| u != 0 && u < 0x3000);
        if !marked && !latin() {
            return None;
        }
        if marked {
            units.next();
        }
        let text = units.map(|u| char::from_u32(u).unwrap_or(char::REPLACEMENT_CHARACTER));
        Some(text.collect())
    })
}

/// UTF-16 without its mark, known by the NUL that is every second byte of Latin text.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let units = bytes.len() / 2;
    if units == 0 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let nuls = |offset: usize| {
        bytes
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (nuls(0), nuls(1));
    if even == 0 && odd * 10 >= units * 9 {
        Some(encoding_rs::UTF_16LE)
    } else if odd == 0 && even * 10 >= units * 9 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_utf8_utf16_and_windows_1252() {
        assert_eq!(decode("\u{feff}mm²".as_bytes()), "mm²");
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("mm²".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decode(&utf16), "mm²");
        assert_eq!(
            decode(b"lumen 34 mm\xB2 \x96 the vein\x92s wall"),
            "lumen 34 mm² – the vein’s wall"
        );
    }

    #[test]
    fn reads_utf32_with_and_without_its_mark() {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}lumen 34 mm²");
            let little: Vec<u8> = text
                .chars()
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect();
            let big: Vec<u8> = text
                .chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect();
            assert_eq!(decode(&little), "lumen 34 mm²");
            assert_eq!(decode(&big), "lumen 34 mm²");
        }
        assert_eq!(decode(b"IVUS\0\0\0\0"), "IVUS\0\0\0\0");
    }
}
