//! Programs of Type 1 fonts: the names of their glyphs, how wide these are, and which codes they have.
//!
//! The first part is text; the second is encrypted, and the description of each glyph once more. The keys are public:
//! Adobe Type 1 Font Format, chapter 7.

use std::collections::HashMap;

use memchr::memmem;

/// The key of the second part.
const PART: u16 = 55665;
/// The key of a glyph.
const GLYPH: u16 = 4330;
/// Glyphs that are read.
const GLYPHS: usize = 65_536;

/// What is known of a program.
pub(super) struct Type1 {
    /// Names and widths, in thousandths of the font size.
    pub glyphs: Vec<(String, f32)>,
    /// Names of codes, where the program states them one by one.
    pub encoding: HashMap<u8, String>,
}

impl Type1 {
    /// Reads a program; `None` where no glyph is found.
    pub(super) fn read(bytes: &[u8]) -> Option<Type1> {
        let at = memmem::find(bytes, b"eexec")? + b"eexec".len();
        let (clear, packed) = bytes.split_at(at);
        let packed = &packed[packed.iter().position(|byte| !byte.is_ascii_whitespace())?..];
        let private = decrypted(&binary(packed), PART, 4);
        let scale = matrix(clear) * 1000.0;
        let skip = number_after(&private, b"/lenIV").and_then(|skip| usize::try_from(skip).ok()).unwrap_or(4);
        let glyphs: Vec<(String, f32)> =
            glyphs(&private, skip).into_iter().map(|(name, width)| (name, width * scale)).collect();
        (!glyphs.is_empty()).then(|| Type1 { glyphs, encoding: encoding(clear) })
    }

    /// The number of a glyph.
    pub(super) fn glyph_named(&self, name: &str) -> Option<u16> {
        u16::try_from(self.glyphs.iter().position(|(glyph, _)| glyph == name)?).ok()
    }
}

/// The second part may be written in hexadecimal digits.
fn binary(packed: &[u8]) -> Vec<u8> {
    let is_hex = packed.len() >= 4 && packed[..4].iter().all(u8::is_ascii_hexdigit);
    if !is_hex {
        return packed.to_vec();
    }
    let digits = packed.iter().filter_map(|byte| char::from(*byte).to_digit(16)).collect::<Vec<u32>>();
    let (pairs, _) = digits.as_chunks::<2>();
    pairs.iter().filter_map(|[high, low]| u8::try_from(high << 4 | low).ok()).collect()
}

fn decrypted(bytes: &[u8], mut key: u16, skip: usize) -> Vec<u8> {
    let plain = bytes.iter().map(|cipher| {
        let [high, _] = key.to_be_bytes();
        key = u16::from(*cipher).wrapping_add(key).wrapping_mul(52845).wrapping_add(22719);
        cipher ^ high
    });
    plain.skip(skip).collect()
}

/// The horizontal scale of the font; a thousandth if none is stated.
fn matrix(clear: &[u8]) -> f32 {
    let stated = memmem::find(clear, b"/FontMatrix").and_then(|at| {
        let rest = clear[at..].split(|byte| matches!(byte, b'[' | b'{')).nth(1)?;
        let word = rest.trim_ascii_start().split(u8::is_ascii_whitespace).next()?;
        std::str::from_utf8(word).ok()?.parse().ok()
    });
    stated.filter(|scale: &f32| *scale > 0.0).unwrap_or(0.001)
}

/// The whole number behind a word.
fn number_after(bytes: &[u8], word: &[u8]) -> Option<i32> {
    let rest = &bytes[memmem::find(bytes, word)? + word.len()..];
    let digits = rest.trim_ascii_start().split(u8::is_ascii_whitespace).next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// `dup 65 /A put`.
fn encoding(clear: &[u8]) -> HashMap<u8, String> {
    let Some(at) = memmem::find(clear, b"/Encoding") else { return HashMap::new() };
    let mut words = clear[at..].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut names = HashMap::new();
    while let Some(word) = words.next() {
        match word {
            b"dup" => {
                let code = words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse().ok());
                let name = words.next().and_then(|word| word.strip_prefix(b"/"));
                names.extend(code.zip(name.map(|name| String::from_utf8_lossy(name).into_owned())));
            }
            b"def" | b"readonly" => break,
            _ => {}
        }
    }
    names
}

/// `/A 42 RD …`: each glyph and its width in units of the font.
fn glyphs(private: &[u8], skip: usize) -> Vec<(String, f32)> {
    let mut found = Vec::new();
    let Some(at) = memmem::find(private, b"/CharStrings") else { return found };
    let mut rest = &private[at + 1..];
    while let Some(at) = memchr::memchr(b'/', rest).filter(|_| found.len() < GLYPHS) {
        rest = &rest[at + 1..];
        let Some((name, length, behind)) = head(rest) else { continue };
        let Some((glyph, behind)) = behind.split_at_checked(length) else { break };
        found.extend(width(&decrypted(glyph, GLYPH, skip)).map(|width| (name, width)));
        rest = behind;
    }
    found
}

/// `A 42 RD `: the name, the length, and what stands behind one blank.
fn head(bytes: &[u8]) -> Option<(String, usize, &[u8])> {
    let mut words = bytes.splitn(4, |byte| *byte == b' ');
    let (name, length, word, behind) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let length = std::str::from_utf8(length).ok()?.parse().ok()?;
    let is_known = matches!(word, b"RD" | b"-|") && name.len() <= 127;
    is_known.then(|| (String::from_utf8_lossy(name).into_owned(), length, behind))
}

/// The width, with which the description of a glyph begins.
fn width(glyph: &[u8]) -> Option<f32> {
    let mut numbers: Vec<f32> = Vec::new();
    let mut rest = glyph;
    loop {
        let [first, tail @ ..] = rest else { return None };
        let (number, tail) = match (first, tail) {
            (32..=246, _) => (f32::from(*first) - 139.0, tail),
            (247..=250, [next, tail @ ..]) => ((f32::from(*first) - 247.0) * 256.0 + f32::from(*next) + 108.0, tail),
            (251..=254, [next, tail @ ..]) => ((251.0 - f32::from(*first)) * 256.0 - f32::from(*next) - 108.0, tail),
            (255, [a, b, c, d, tail @ ..]) => (whole(i32::from_be_bytes([*a, *b, *c, *d]))?, tail),
            (12, [12, tail @ ..]) => {
                let (by, number) = (numbers.pop()?, numbers.pop()?);
                (number / by, tail)
            }
            // `hsbw`, with the side bearing before it, and `sbw`, with two of them.
            (13, _) => return numbers.get(1).copied(),
            (12, [7, ..]) => return numbers.get(2).copied(),
            _ => return None,
        };
        numbers.push(number);
        rest = tail;
    }
}

/// Numbers of this size are only there to be divided.
fn whole(number: i32) -> Option<f32> {
    let (high, low) = (i16::try_from(number / 65_536).ok()?, u16::try_from((number % 65_536).unsigned_abs()).ok()?);
    let low = if number < 0 { -f32::from(low) } else { f32::from(low) };
    Some(f32::from(high) * 65_536.0 + low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypted(plain: &[u8], mut key: u16) -> Vec<u8> {
        let encrypt = |byte: &u8| {
            let cipher = byte ^ key.to_be_bytes()[0];
            key = u16::from(cipher).wrapping_add(key).wrapping_mul(52845).wrapping_add(22719);
            cipher
        };
        plain.iter().map(encrypt).collect()
    }

    /// A program with one glyph of this description.
    fn program(glyph: &[u8]) -> Vec<u8> {
        let glyph = encrypted(&[b"xxxx", glyph].concat(), GLYPH);
        let head = format!("xxxxdup /Private /lenIV 4 def 2 /CharStrings 1 dict dup begin\n/A {} RD ", glyph.len());
        let private = [head.as_bytes(), &glyph, b" ND\nend"].concat();
        let clear = b"/FontMatrix [0.001 0 0 0.001 0 0] def /Encoding 256 array\ndup 65 /A put\nreadonly def\neexec\n";
        [clear.as_slice(), &encrypted(&private, PART)].concat()
    }

    #[test]
    fn widths_are_read() {
        for (glyph, expected) in [
            (&[139, 248, 136, 13][..], 500.0),
            (&[139, 139, 248, 136, 139, 12, 7], 500.0),
            (&[139, 255, 0, 0, 3, 232, 141, 12, 12, 13], 500.0),
        ] {
            let program = Type1::read(&program(glyph)).unwrap();
            assert_eq!(program.glyphs, [("A".to_owned(), expected)]);
            assert_eq!((program.glyph_named("A"), program.glyph_named("B")), (Some(0), None));
            assert_eq!(program.encoding.get(&65).map(String::as_str), Some("A"));
        }
    }

    #[test]
    fn what_is_damaged_is_no_program() {
        let whole = program(&[139, 248, 136, 13]);
        for length in 0..whole.len() {
            let _ = Type1::read(&whole[..length]);
        }
        for glyph in [&[][..], &[13], &[255, 1], &[12], &[247], &[139, 139, 12, 12]] {
            assert!(Type1::read(&program(glyph)).is_none_or(|program| program.glyphs.is_empty() || !glyph.is_empty()));
        }
    }
}
