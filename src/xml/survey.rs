//! What the events of quick-xml do not tell: looked up block by block, just ahead of the reading, while a block is in
//! the cache.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::cache::{LINE, places};

/// A document looked through byte by byte, as far as it was reached.
pub(super) struct Survey<'a> {
    bytes: &'a [u8],
    reached: usize,
    /// `]]>` occurs, which no text may hold.
    pub(super) bracket: bool,
    /// Line ends are not all single line feeds.
    pub(super) returns: bool,
}

/// As much as stays in the cache between the questions.
const BLOCK: usize = 32 * 1024;
/// The first block is smaller, because often only the beginning of a document is asked for; each is as long as all
/// before it.
const FIRST: usize = 1024;

static END_OF_CDATA: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"]]>"));

impl<'a> Survey<'a> {
    pub(super) fn new(source: &'a str) -> Survey<'a> {
        Survey { bytes: source.as_bytes(), reached: 0, bracket: false, returns: false }
    }

    /// True if everything before `end` was looked at.
    #[inline]
    pub(super) fn has_reached(&self, end: usize) -> bool {
        end <= self.reached
    }

    /// Looks at everything before `end`. `Err` is where the first character stands that XML 1.0 forbids: a control
    /// character, U+FFFE or U+FFFF.
    pub(super) fn reach(&mut self, end: usize) -> Result<(), usize> {
        let length = self.bytes.len();
        while self.reached < end.min(length) {
            let from = self.reached;
            let until = from + from.clamp(FIRST, BLOCK);
            let block = &self.bytes[from..length.min(until)];
            if !is_plain(block) {
                // What begins in a block may end in the next.
                self.look_into(block, &self.bytes[from..length.min(until + 2)]).map_err(|at| from + at)?;
            }
            self.reached = from + block.len();
        }
        Ok(())
    }

    #[cold]
    fn look_into(&mut self, block: &[u8], beyond: &[u8]) -> Result<(), usize> {
        if let Some(at) = forbidden(block).or_else(|| non_character(beyond)) {
            return Err(at);
        }
        self.bracket = self.bracket || END_OF_CDATA.find(beyond).is_some();
        self.returns = self.returns || memchr::memchr(b'\r', block).is_some();
        Ok(())
    }
}

/// True if nothing begins here that needs a second look: nearly all of an invoice, seen in one go.
///
/// This is what first brings a document into the cache.
fn is_plain(bytes: &[u8]) -> bool {
    // No short circuits inside a line: that is what lets the compiler use vectors.
    let is_odd = |line: &[u8; LINE]| {
        line.iter()
            .fold(false, |found, &b| found | ((b < 0x20) & (b != b'\t') & (b != b'\n')) | (b == 0xEF) | (b == b']'))
    };
    let (lines, rest) = bytes.as_chunks::<LINE>();
    let (places, more) = places(lines);
    let mut last = [b' '; LINE];
    last[..rest.len()].copy_from_slice(rest);
    (0..places[0].len()).all(|at| !places.iter().fold(false, |found, place| found | is_odd(&place[at])))
        && !more.iter().any(is_odd)
        && !is_odd(&last)
}

/// The first control character that XML forbids.
fn forbidden(bytes: &[u8]) -> Option<usize> {
    let forbidden = |b: u8| (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r');
    let (blocks, _) = bytes.as_chunks::<64>();
    let clean = blocks.iter().take_while(|block| !block.iter().fold(false, |bad, &b| bad | forbidden(b))).count() * 64;
    bytes[clean..].iter().position(|&b| forbidden(b)).map(|at| clean + at)
}

/// U+FFFE or U+FFFF: the bytes EF BF BE and EF BF BF.
fn non_character(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xEF, bytes).find(|&at| matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])))
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, FIRST, Survey};

    #[test]
    fn what_stands_on_the_edge_of_a_block_is_found() {
        for (odd, is_allowed, bracket) in [("]]>", true, true), ("\u{FFFE}", false, false), ("\u{1}", false, false)] {
            for before in [FIRST, 2 * FIRST, BLOCK, 2 * BLOCK].into_iter().flat_map(|edge| edge - 3..=edge) {
                let text = format!("{}{odd}{}", "a".repeat(before), "b".repeat(9));
                let mut survey = Survey::new(&text);
                let expected = if is_allowed { Ok(()) } else { Err(before) };
                assert_eq!(survey.reach(text.len()), expected, "{odd:?} {before}");
                assert_eq!(survey.bracket, bracket, "{odd:?} {before}");
            }
        }
    }

    #[test]
    fn only_what_is_asked_for_is_looked_at() {
        let text = format!("plain\n\t text ü{}\r\n\u{1}", " ".repeat(BLOCK));
        let mut survey = Survey::new(&text);
        assert!(survey.reach(5).is_ok() && survey.has_reached(FIRST) && !survey.has_reached(BLOCK) && !survey.returns);
        assert_eq!(survey.reach(BLOCK + 1), Err(text.len() - 1));
    }
}
