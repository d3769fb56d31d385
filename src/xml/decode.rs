//! Bytes as text: UTF-8 as it stands, everything else transcoded once, as the file declares it.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_16BE, UTF_16LE};

use crate::finding::{self, Finding};
use crate::place::Place;

/// An XML declaration is shorter than this.
const DECLARATION: usize = 256;

/// What the first bytes say about the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// One byte for each ASCII character; the declaration says more.
    Bytes,
    /// UTF-8 by its byte order mark.
    Marked,
    Utf16(&'static Encoding),
    /// Recognised, and not read.
    Refused(&'static str),
}

/// First bytes, what they tell, and how many of them are a byte order mark. The first that fits counts.
const BEGINNINGS: &[(&[u8], Family, usize)] = &[
    (b"\xEF\xBB\xBF", Family::Marked, 3),
    (b"\xFF\xFE\0\0", Family::Refused("UTF-32"), 0),
    (b"\0\0\xFE\xFF", Family::Refused("UTF-32"), 0),
    (b"\xFF\xFE", Family::Utf16(UTF_16LE), 2),
    (b"\xFE\xFF", Family::Utf16(UTF_16BE), 2),
    (b"<\0\0\0", Family::Refused("UTF-32"), 0),
    (b"\0\0\0<", Family::Refused("UTF-32"), 0),
    (b"<\0", Family::Utf16(UTF_16LE), 0),
    (b"\0<", Family::Utf16(UTF_16BE), 0),
    (b"\x4C\x6F\xA7\x94", Family::Refused("EBCDIC"), 0),
];

fn family(bytes: &[u8]) -> (Family, usize) {
    let known = BEGINNINGS.iter().find(|(start, ..)| bytes.starts_with(start));
    known.map_or((Family::Bytes, 0), |&(_, family, mark)| (family, mark))
}

/// True if the bytes are text of some kind of Unicode by their first bytes.
pub(crate) fn is_marked(bytes: &[u8]) -> bool {
    family(bytes).0 != Family::Bytes
}

/// Bytes as text, without a byte order mark. UTF-8 is borrowed.
pub(crate) fn decode(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Finding> {
    let (family, mark) = family(&bytes);
    match family {
        Family::Bytes | Family::Marked => {}
        Family::Utf16(encoding) => {
            let text = transcode(encoding, &bytes[mark..])?;
            return fits(declared(text.as_bytes()), encoding.name(), |label| UTF_16.contains(&label))
                .map(|()| Cow::Owned(text));
        }
        Family::Refused(name) => return Err(refused(name)),
    }
    let Some(label) = declared(&bytes[mark..]) else { return utf_8(bytes, mark) };
    let name = label.name.to_ascii_lowercase();
    if mark > 0 {
        fits(Some(label), "UTF-8", |label| UTF_8.contains(&label))?;
    }
    match name.as_str() {
        name if UTF_8.contains(&name) => utf_8(bytes, mark),
        name if UTF_16.contains(&name) => Err(mend(unfit(&label, "one byte for each character"), &bytes)),
        "us-ascii" | "ascii" if bytes.is_ascii() => utf_8(bytes, mark),
        "us-ascii" | "ascii" => {
            let at = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
            Err(no_text("US-ASCII", &bytes, at, String::from_utf8_lossy(&bytes[..at]).as_ref()))
        }
        name => match Encoding::for_label(name.as_bytes()).filter(|encoding| encoding.name() != "replacement") {
            Some(encoding) => {
                if is_iso(name) {
                    no_controls(encoding, label.name, &bytes)?;
                }
                transcode(encoding, &bytes).map(Cow::Owned)
            }
            None => Err(mend(unknown(&label), &bytes)),
        },
    }
}

/// How files call the encodings that need no table.
const UTF_8: [&str; 2] = ["utf-8", "utf8"];
const UTF_16: [&str; 6] = ["utf-16", "utf-16le", "utf-16be", "iso-10646-ucs-2", "ucs-2", "unicode"];

/// The parts of ISO 8859 have no characters from 80 to 9F; what stands there was meant as Windows has it.
fn is_iso(label: &str) -> bool {
    label.starts_with("iso-8859") || label.starts_with("iso8859") || label.starts_with("latin")
}

fn utf_8(bytes: Cow<'_, [u8]>, mark: usize) -> Result<Cow<'_, str>, Finding> {
    match bytes {
        Cow::Borrowed(bytes) => match simdutf8::compat::from_utf8(&bytes[mark..]) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(no_utf_8(&bytes[mark..], error.valid_up_to())),
        },
        Cow::Owned(mut bytes) => {
            bytes.drain(..mark);
            let text = String::from_utf8(bytes);
            text.map(Cow::Owned).map_err(|error| no_utf_8(error.as_bytes(), error.utf8_error().valid_up_to()))
        }
    }
}

#[cold]
fn no_utf_8(bytes: &[u8], at: usize) -> Finding {
    no_text("UTF-8", bytes, at, std::str::from_utf8(&bytes[..at]).unwrap_or_default())
}

/// Refuses bytes 80 to 9F in a part of ISO 8859.
fn no_controls(encoding: &'static Encoding, label: &str, bytes: &[u8]) -> Result<(), Finding> {
    let Some(at) = bytes.iter().position(|byte| (0x80..0xA0).contains(byte)) else { return Ok(()) };
    let (before, ..) = encoding.decode_without_bom_handling(&bytes[..at]);
    Err(no_text(label, bytes, at, &before)
        .help("declare the encoding as windows-1252 if that is what the file was written in"))
}

fn transcode(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Finding> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8 + 16);
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut read = 0;
    loop {
        let (result, taken) = decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += taken;
        match result {
            DecoderResult::InputEmpty => return Ok(text),
            DecoderResult::OutputFull => text.reserve(bytes.len() - read + 64),
            DecoderResult::Malformed(length, behind) => {
                let at = read.saturating_sub(usize::from(length) + usize::from(behind));
                return Err(no_text(encoding.name(), bytes, at, &text));
            }
        }
    }
}

/// The encoding that an XML declaration states.
#[derive(Debug, Clone, Copy)]
struct Label<'t> {
    name: &'t str,
    /// Where it stands, in characters.
    column: usize,
}

/// The value of `encoding` in the XML declaration, if there is one.
fn declared(bytes: &[u8]) -> Option<Label<'_>> {
    let head = &bytes[..bytes.len().min(DECLARATION)];
    let rest = head.strip_prefix(b"<?xml").filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace))?;
    let rest = &rest[..memchr::memmem::find(rest, b"?>").unwrap_or(rest.len())];
    let mut at = memchr::memmem::find(rest, b"encoding")? + "encoding".len();
    let mut skip = |wanted: &[u8]| {
        at += rest[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let found = *rest.get(at).filter(|byte| wanted.contains(byte))?;
        at += 1;
        Some(found)
    };
    skip(b"=")?;
    let quote = skip(b"\"'")?;
    let end = at + memchr::memchr(quote, &rest[at..])?;
    let name = std::str::from_utf8(&rest[at..end]).ok()?;
    Some(Label { name: name.trim(), column: "<?xml".len() + at })
}

/// Holds a declaration against what the bytes are.
fn fits(label: Option<Label<'_>>, actual: &str, is: impl Fn(&str) -> bool) -> Result<(), Finding> {
    match label {
        Some(label) if !is(&label.name.to_ascii_lowercase()) => Err(unfit(&label, actual)),
        _ => Ok(()),
    }
}

impl Label<'_> {
    fn place(&self) -> Place {
        Place { line: 1, column: self.column as u32 + 1, ..Place::default() }
    }
}

#[cold]
fn unfit(label: &Label<'_>, actual: &str) -> Finding {
    let finding = Finding::new(finding::XML_ENCODING, "the declared encoding does not fit the bytes")
        .at(label.place())
        .found(format!("`{}` declared, but {actual}", label.name));
    match actual {
        "UTF-8" => finding.help("declare the encoding as UTF-8"),
        _ => finding,
    }
}

#[cold]
fn unknown(label: &Label<'_>) -> Finding {
    Finding::new(finding::XML_ENCODING, "the declared encoding does not exist")
        .at(label.place())
        .found(label.name)
        .expected("UTF-8, UTF-16, ISO-8859-1, windows-1252 or another registered name")
}

/// Says what to declare, if that is certain.
fn mend(finding: Finding, bytes: &[u8]) -> Finding {
    match std::str::from_utf8(bytes) {
        Ok(_) => finding.help("declare the encoding as UTF-8"),
        Err(_) => finding,
    }
}

#[cold]
fn refused(name: &str) -> Finding {
    Finding::new(finding::XML_ENCODING, "the file is in an encoding that einv does not read")
        .found(name)
        .expected("UTF-8, UTF-16 or a declared Latin encoding")
        .help("save the file as UTF-8")
}

/// A byte that the encoding does not have, behind the text `before`.
#[cold]
fn no_text(encoding: &str, bytes: &[u8], at: usize, before: &str) -> Finding {
    let place = super::locate(before, &[before.len()]).into_iter().next().unwrap_or_default();
    Finding::new(finding::XML_ENCODING, format!("the bytes are not {encoding}"))
        .at(place)
        .found(format!("byte {:#04x}", bytes.get(at).copied().unwrap_or_default()))
        .expected(format!("text in {encoding}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<a>Gebühr €</a>";

    fn with(label: &str) -> String {
        format!("<?xml version='1.0' encoding=\"{label}\"?>{TEXT}")
    }

    fn read(bytes: &[u8]) -> Result<String, Finding> {
        decode(Cow::Borrowed(bytes)).map(Cow::into_owned)
    }

    fn utf_16(text: &str, unit: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
        let units = text.encode_utf16().flat_map(unit);
        let mark = mark.then_some(unit(0xFEFF)).into_iter().flatten();
        mark.chain(units).collect()
    }

    #[test]
    fn utf_8_is_borrowed() {
        for text in [TEXT.to_owned(), with("UTF-8"), with("utf8"), format!("\u{FEFF}{}", with("UTF-8"))] {
            let decoded = decode(Cow::Borrowed(text.as_bytes())).unwrap();
            assert!(matches!(decoded, Cow::Borrowed(_)));
            assert_eq!(decoded, text.trim_start_matches('\u{FEFF}'));
            assert_eq!(decode(Cow::Owned(text.clone().into_bytes())).unwrap(), decoded);
        }
    }

    #[test]
    fn utf_16_by_mark_and_by_pattern() {
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            for mark in [true, false] {
                for text in [TEXT.to_owned(), with("UTF-16"), with("utf-16le")] {
                    assert_eq!(read(&utf_16(&text, unit, mark)).unwrap(), text);
                }
                let found = read(&utf_16(&with("UTF-8"), unit, mark)).unwrap_err().found.unwrap();
                assert!(found.starts_with("`UTF-8` declared, but UTF-16"), "{found}");
            }
        }
        let mut odd = utf_16(TEXT, u16::to_le_bytes, true);
        odd.pop();
        let finding = read(&odd).unwrap_err();
        assert_eq!(finding.place.unwrap().column, 15);
        assert!(read(b"\xFF\xFE\0\xD8<\0").is_err(), "half of a surrogate pair");
    }

    #[test]
    fn declared_latin_is_transcoded() {
        for (label, euro) in [("ISO-8859-15", 0xA4), ("windows-1252", 0x80), ("cp1252", 0x80), ("latin-9", 0xA4)] {
            let bytes = with(label).chars().map(|c| if c == '€' { euro } else { c as u8 }).collect::<Vec<u8>>();
            match label {
                "latin-9" => assert!(read(&bytes).is_err(), "no label"),
                _ => assert_eq!(read(&bytes).unwrap(), with(label)),
            }
        }
        let latin = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
        let text = with("iso-8859-1").replace('€', "ß");
        assert_eq!(read(&latin(&text)).unwrap(), text);
        let finding = read(&latin(&text.replace('ß', "\u{80}"))).unwrap_err();
        assert_eq!(finding.found.as_deref(), Some("byte 0x80"));
        assert!(finding.help.unwrap().contains("windows-1252"));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_place() {
        for (bytes, column, found) in [
            (with("UTF-8-W/O-BOM").into_bytes(), 31, "UTF-8-W/O-BOM"),
            (with("utf-16").into_bytes(), 31, "`utf-16` declared, but one byte for each character"),
            (format!("\u{FEFF}{}", with("latin1")).into_bytes(), 31, "`latin1` declared, but UTF-8"),
            (with("us-ascii").into_bytes(), 48, "byte 0xc3"),
            (b"<a>\n \xC3\xBC\xE4</a>".to_vec(), 3, "byte 0xe4"),
            (b"<a>\xFF".to_vec(), 4, "byte 0xff"),
        ] {
            let finding = read(&bytes).unwrap_err();
            assert_eq!(finding.code, "EINV-X02");
            assert_eq!(finding.found.as_deref(), Some(found));
            assert_eq!(finding.place.unwrap().column, column, "{found}");
        }
        for bytes in [&b"\xFF\xFE\0\0<\0\0\0"[..], b"\0\0\0<", b"\x4C\x6F\xA7\x94"] {
            assert!(read(bytes).unwrap_err().help.is_some());
        }
    }
}
