//! Fonts whose glyphs are content (Type 3): each begins with its width.

use super::super::fault::Fault;
use super::simple::Encoding;
use super::{Font, is_as_wide};

/// Words of a glyph that come before its width is set.
const WORDS: usize = 16;

/// Whether the glyphs that are drawn are as wide as the font says (6.2.11.5).
pub(super) fn check(font: &Font<'_>) -> Option<Fault> {
    let encoding = Encoding::read(font)?;
    let glyphs = font.lookup.dictionary_at(font.used.dictionary, b"CharProcs")?;
    let width = |code: usize| {
        let glyph = font.lookup.stream_at(glyphs, encoding.differences.get(&code)?.as_bytes())?;
        stated(&font.unpacked(glyph)?)
    };
    let widths = font.widths();
    let is_wrong = font.used.drawn.iter().any(|code| !is_as_wide(widths.of(code), width(code)));
    is_wrong.then(|| font.fault("6.2.11.5-1"))
}

/// The width before `d0` or `d1`, the first operator of a glyph.
fn stated(glyph: &[u8]) -> Option<f32> {
    let words = glyph.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).take(WORDS);
    let words: Vec<&[u8]> = words.collect();
    let at = words.iter().position(|word| matches!(*word, b"d0" | b"d1"))?;
    let operands = if words[at] == b"d0" { 2 } else { 6 };
    std::str::from_utf8(words.get(at.checked_sub(operands)?)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_stand_before_the_first_operator() {
        assert_eq!(stated(b"500 0 d0 0 0 400 400 re f"), Some(500.0));
        assert_eq!(stated(b" 27.5 0 0 0 20 30 d1\nq"), Some(27.5));
        assert_eq!((stated(b"q d0"), stated(b""), stated(b"0 d1")), (None, None, None));
    }
}
