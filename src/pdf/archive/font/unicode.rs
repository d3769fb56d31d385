//! Which characters of a font are known as Unicode (6.2.11.7): level U demands it of all.

use lopdf::Object;

use super::super::cmap;
use super::{Checked, Font, names};

/// Encodings whose names are those of Unicode characters.
const KNOWN: &[&str] = &["WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding"];

/// What is known of the characters that are used.
pub(super) fn known(font: &Font<'_>) -> Checked {
    let table = font.lookup.stream_at(font.used.dictionary, b"ToUnicode");
    let table = table.and_then(|table| font.unpacked(table));
    if let Some(table) = table {
        let coverage = cmap::coverage(&table, &font.used.used);
        let unicode = coverage.sound && (coverage.complete || is_named(font));
        return Checked { faults: Vec::new(), unicode, private: coverage.private };
    }
    Checked { faults: Vec::new(), unicode: is_named(font), private: false }
}

/// Whether the encoding names every character. Names of its own are known if they are those of
/// Latin characters or say their number.
fn is_named(font: &Font<'_>) -> bool {
    if font.is_composite() {
        return false;
    }
    match font.lookup.value(font.used.dictionary, b"Encoding") {
        Some(Object::Name(name)) => KNOWN.iter().any(|known| known.as_bytes() == name),
        Some(Object::Dictionary(encoding)) => {
            let base = font.lookup.name_at(encoding, b"BaseEncoding");
            let names = font.lookup.array_at(encoding, b"Differences").iter().filter_map(|name| name.as_name().ok());
            base.is_some_and(|base| KNOWN.contains(&base.as_str())) && names.into_iter().all(is_known_name)
        }
        _ => false,
    }
}

fn is_known_name(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    let hexadecimal = |digits: &str| digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    names::is_known(name) || name.strip_prefix("uni").is_some_and(hexadecimal)
}
