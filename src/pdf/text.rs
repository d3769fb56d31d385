//! Texts of a PDF, and how they are quoted in findings.

use lopdf::Object;

/// How much of a value a finding shows, in characters.
const QUOTED: usize = 60;

/// A text string: UTF-16 or UTF-8 by its byte order mark, otherwise PDFDocEncoding. What is no character in the
/// encoding becomes U+FFFD or, in PDFDocEncoding, nothing.
pub(super) fn decode(object: &Object) -> Option<String> {
    let text = by_mark(object.as_str().ok()?).or_else(|| lopdf::decode_text_string(object).ok())?;
    Some(text.trim_end_matches('\0').to_owned())
}

/// The text of bytes that begin with a byte order mark.
pub(super) fn by_mark(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => Some(utf16(rest, u16::from_be_bytes)),
        [0xFF, 0xFE, rest @ ..] => Some(utf16(rest, u16::from_le_bytes)),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Some(String::from_utf8_lossy(rest).into_owned()),
        _ => None,
    }
}

/// UTF-16 in the byte order of `unit`; an odd byte at the end is no character.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A date of a PDF, `D:20260302123000+01'00'`, as `2026-03-02T12:30:00+01:00`; what is not stated is left out.
pub(super) fn date(text: &str) -> Option<String> {
    const BEFORE: [&str; 6] = ["", "-", "-", "T", ":", ":"];
    const DIGITS: [usize; 6] = [4, 2, 2, 2, 2, 2];
    let mut rest = text.trim();
    rest = rest.strip_prefix("D:").unwrap_or(rest);
    let mut date = String::new();
    let mut parts = 0;
    for (before, digits) in BEFORE.into_iter().zip(DIGITS) {
        let Some(part) = rest.get(..digits).filter(|part| part.bytes().all(|b| b.is_ascii_digit())) else { break };
        date = date + before + part;
        rest = &rest[digits..];
        parts += 1;
    }
    match parts {
        0 => return None,
        // An hour alone is no time of ISO 8601.
        4 => date += ":00",
        _ => {}
    }
    if parts > 3 {
        date += &zone(rest);
    }
    Some(date)
}

/// The time zone of a date, where it is stated.
fn zone(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    match (text.chars().next(), digits.as_slice()) {
        (Some('Z'), _) => "Z".to_owned(),
        (Some(sign @ ('+' | '-')), [h, i]) => format!("{sign}{h}{i}:00"),
        (Some(sign @ ('+' | '-')), [h, i, m, n]) => format!("{sign}{h}{i}:{m}{n}"),
        _ => String::new(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_as_far_as_they_are_stated() {
        for (stated, told) in [
            ("D:20260302123005+01'00'", "2026-03-02T12:30:05+01:00"),
            ("D:20260302123005-0530", "2026-03-02T12:30:05-05:30"),
            ("D:20260302123005Z00'00'", "2026-03-02T12:30:05Z"),
            ("20260302", "2026-03-02"),
            ("D:2026030212", "2026-03-02T12:00"),
            ("D:2026", "2026"),
        ] {
            assert_eq!(date(stated).as_deref(), Some(told));
        }
        assert_eq!(date("yesterday"), None);
        assert_eq!(date("D:20€"), None);
    }
}
