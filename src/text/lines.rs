//! Line and column of a byte offset, and code-point offsets for output.

use super::count;

/// Bytes between two places whose code points are known.
const STEP: usize = 512;

/// Line starts of a text, and the code points before each `STEP` of bytes, so that a look-up reads little of the text
/// however long its lines are.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// The first byte of each line and the code points before it.
    starts: Vec<(usize, usize)>,
    /// The code points that begin before each step.
    steps: Vec<usize>,
    /// Whether each byte is a code point.
    ascii: bool,
}

impl LineIndex {
    /// Indexes a text. A line ends after `\n`, or after a `\r` that no `\n` follows.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ascii = text.is_ascii();
        let mut steps = Vec::new();
        let mut points = 0;
        for step in bytes.chunks(STEP).filter(|_| !ascii) {
            steps.push(points);
            points += begun(step);
        }
        let mut index = Self {
            starts: vec![(0, 0)],
            steps,
            ascii,
        };
        let mut points = 0;
        let mut before = 0;
        for end in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[end] == b'\n' || bytes.get(end + 1) != Some(&b'\n') {
                let start = end + 1;
                let line = &bytes[before..start];
                points += if ascii { line.len() } else { begun(line) };
                index.starts.push((start, points));
                before = start;
            }
        }
        index
    }

    /// The 1-based line, 1-based column and 0-based offset of a byte offset, the last two in code points.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> (usize, usize, usize) {
        let line = self.starts.partition_point(|&(start, _)| start <= offset) - 1;
        let (_, before) = self.starts[line];
        let points = if text.is_char_boundary(offset) {
            self.points(text.as_bytes(), offset)
        } else {
            before
        };
        (line + 1, points - before + 1, points)
    }

    /// The code points before a byte offset.
    fn points(&self, bytes: &[u8], offset: usize) -> usize {
        if self.ascii {
            return offset.min(bytes.len());
        }
        let step = (offset / STEP).min(self.steps.len().saturating_sub(1));
        let rest = bytes.get(step * STEP..offset).unwrap_or_default();
        self.steps
            .get(step)
            .map_or(0, |before| before + begun(rest))
    }
}

/// The code points that begin in some bytes.
fn begun(bytes: &[u8]) -> usize {
    count(bytes, |b| b & 0xC0 != 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_points_not_bytes() {
        let text = "mm² é\nab";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, text.find('a').unwrap()), (2, 1, 6));
        assert_eq!(index.position(text, text.find('é').unwrap()), (1, 5, 4));
    }

    #[test]
    fn long_lines_are_counted_like_short_ones() {
        let text = format!(
            "{}\r\n{}\r{}",
            "é".repeat(700),
            "a".repeat(2000),
            "²b".repeat(900)
        );
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let (before, _) = text.split_at(offset);
            let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
            let column = line.chars().count() + 1;
            let (_, told, points) = index.position(&text, offset);
            assert_eq!(points, before.chars().count());
            // Between the two signs of a line's end the column is that of the line before.
            if !before.ends_with(['\n', '\r']) {
                assert_eq!(told, column, "{offset}");
            }
        }
    }
}
