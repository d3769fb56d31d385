//! What has to be known of a whole document before it is read, in one pass through memory.

use memchr::memmem::Finder;

/// A document looked through byte by byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// Where the first character stands that XML 1.0 forbids: a control character, U+FFFE or U+FFFF.
    pub(super) forbidden: Option<usize>,
    /// `]]>` occurs, which no text may hold.
    pub(super) bracket: bool,
    /// Line ends are not all single line feeds.
    pub(crate) returns: bool,
}

/// As much as stays in the cache between the questions.
const BLOCK: usize = 32 * 1024;

impl Survey {
    /// Looks through a document.
    pub(crate) fn of(source: &str) -> Survey {
        let bytes = source.as_bytes();
        let end_of_cdata = Finder::new(b"]]>");
        let mut survey = Survey::default();
        let mut from = 0;
        while from < bytes.len() && survey.forbidden.is_none() {
            let block = &bytes[from..bytes.len().min(from + BLOCK)];
            // What begins in a block may end in the next.
            let beyond = &bytes[from..bytes.len().min(from + BLOCK + 2)];
            survey.forbidden = forbidden(block).or_else(|| non_character(beyond)).map(|at| from + at);
            survey.bracket = survey.bracket || end_of_cdata.find(beyond).is_some();
            survey.returns = survey.returns || memchr::memchr(b'\r', block).is_some();
            from += BLOCK;
        }
        survey
    }
}

/// The first control character that XML forbids.
fn forbidden(bytes: &[u8]) -> Option<usize> {
    // No short circuits inside a block: that is what lets the compiler use vectors.
    let forbidden = |b: u8| (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r');
    let (blocks, rest) = bytes.as_chunks::<64>();
    let clean = blocks.iter().all(|block| !block.iter().fold(false, |bad, &b| bad | forbidden(b)));
    match clean && !rest.iter().any(|&b| forbidden(b)) {
        true => None,
        false => bytes.iter().position(|&b| forbidden(b)),
    }
}

/// U+FFFE or U+FFFF: the bytes EF BF BE and EF BF BF.
fn non_character(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xEF, bytes).find(|&at| matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])))
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Survey};

    #[test]
    fn what_stands_on_the_edge_of_a_block_is_found() {
        for (odd, expected) in [("]]>", (None, true)), ("\u{FFFE}", (Some(()), false)), ("\u{1}", (Some(()), false))] {
            for shift in 0..4 {
                let text = format!("{}{odd}{}", "a".repeat(BLOCK - shift), "b".repeat(9));
                let survey = Survey::of(&text);
                assert_eq!((survey.forbidden.map(|_| ()), survey.bracket), expected, "{odd:?} {shift}");
                assert!(survey.forbidden.is_none_or(|at| at == BLOCK - shift));
            }
        }
        assert_eq!(Survey::of("plain\n\t text ü"), Survey::default());
        assert!(Survey::of("a\r\n").returns);
    }
}
