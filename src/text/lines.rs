//! Line and column of a byte offset, and code-point offsets for output.

/// Line starts of a text, with the code points before each, so that a look-up reads one line only.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<(usize, usize)>,
}

impl LineIndex {
    /// Indexes a text. A line ends after `\n`, or after a `\r` that no `\n` follows.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![(0, 0)];
        let bytes = text.as_bytes();
        let mut points = 0;
        for (i, &b) in bytes.iter().enumerate() {
            if b & 0xC0 != 0x80 {
                points += 1;
            }
            if b == b'\n' || (b == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                starts.push((i + 1, points));
            }
        }
        Self { starts }
    }

    /// The 1-based line, 1-based column and 0-based offset of a byte offset, the last two in code points.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> (usize, usize, usize) {
        let line = self.starts.partition_point(|&(start, _)| start <= offset) - 1;
        let (start, before) = self.starts[line];
        let column = text.get(start..offset).map_or(0, |s| s.chars().count());
        (line + 1, column + 1, before + column)
    }
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
}
