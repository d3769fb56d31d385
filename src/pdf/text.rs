//! Texts of a PDF, and how they are quoted in findings.

use lopdf::Object;

/// How much of a value a finding shows, in characters.
const QUOTED: usize = 60;

/// A text string: UTF-16 or UTF-8 by its byte order mark, otherwise PDFDocEncoding. What is no character in the
/// encoding becomes U+FFFD or, in PDFDocEncoding, nothing.
pub(super) fn decode(object: &Object) -> Option<String> {
    let text = match object.as_str().ok()? {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => lopdf::decode_text_string(object).ok()?,
    };
    Some(text.trim_end_matches('\0').to_owned())
}

/// UTF-16 in the byte order of `unit`; an odd byte at the end is no character.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A value in backticks for a finding: cut if long, without characters that would steer a terminal.
pub(super) fn quoted(value: &str) -> String {
    let mut shown: String =
        value.chars().take(QUOTED).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if value.chars().nth(QUOTED).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
