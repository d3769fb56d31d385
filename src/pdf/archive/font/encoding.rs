//! Encodings of composite fonts (6.2.11.3.3): from codes to characters of a collection.

use lopdf::{Object, Stream};

use super::super::edit::Spot;
use super::super::fault::Fault;
use super::Font;

/// Encodings that need not be embedded (ISO 32000-1, table 118), without `-H` or `-V`, by the collection whose characters
/// they give.
const KNOWN: [(&str, &[&str]); 5] = [
    ("", &["Identity"]),
    ("GB1", &["GB-EUC", "GBpc-EUC", "GBK-EUC", "GBKp-EUC", "GBK2K", "UniGB-UCS2", "UniGB-UTF16"]),
    ("CNS1", &["B5pc", "HKscs-B5", "ETen-B5", "ETenms-B5", "CNS-EUC", "UniCNS-UCS2", "UniCNS-UTF16"]),
    (
        "Japan1",
        &[
            "83pv-RKSJ",
            "90ms-RKSJ",
            "90msp-RKSJ",
            "90pv-RKSJ",
            "Add-RKSJ",
            "EUC",
            "Ext-RKSJ",
            "UniJIS-UCS2",
            "UniJIS-UCS2-HW",
            "UniJIS-UTF16",
            "UniJIS2004-UTF16",
            "",
        ],
    ),
    ("Korea1", &["KSC-EUC", "KSCms-UHC", "KSCms-UHC-HW", "KSCpc-EUC", "UniKS-UCS2", "UniKS-UTF16"]),
];
/// The largest character (6.1.13).
const LAST: u32 = 65_535;

/// The collection that a known encoding gives characters of; empty where it gives those of any.
fn collection(name: &str) -> Option<&'static str> {
    let name =
        name.strip_suffix("-H").or(name.strip_suffix("-V")).unwrap_or(if matches!(name, "H" | "V") { "" } else { "?" });
    KNOWN.iter().find(|(_, names)| names.contains(&name)).map(|(collection, _)| *collection)
}

/// Where codes of two bytes lead.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Characters {
    /// The first code, the last one, and the character of the first.
    ranges: Vec<(u32, u32, u32)>,
}

impl Characters {
    /// The character of a code; 0 where none is stated.
    pub(super) fn of(&self, code: usize) -> usize {
        let code = u32::try_from(code).unwrap_or(u32::MAX);
        let range = self.ranges.iter().rev().find(|(first, last, _)| (*first..=*last).contains(&code));
        range.map_or(0, |(first, _, character)| usize::try_from(character + (code - first)).unwrap_or(0))
    }
}

/// What codes are characters: themselves, those of a table, or it cannot be told.
pub(super) enum Codes {
    Themselves,
    Table(Characters),
    Unknown,
}

/// What falls short of the encoding of a composite font, and where its codes lead.
pub(super) fn check(font: &Font<'_>) -> (Vec<Fault>, Codes) {
    match font.lookup.value(font.used.dictionary, b"Encoding") {
        Some(Object::Name(name)) => named(font, &String::from_utf8_lossy(name)),
        Some(Object::Stream(stream)) => embedded(font, stream),
        _ => (Vec::new(), Codes::Unknown),
    }
}

fn named(font: &Font<'_>, name: &str) -> (Vec<Fault>, Codes) {
    let stated = font.lookup.dictionary_at(font.inner, b"CIDSystemInfo");
    match collection(name) {
        None => (vec![font.fault("6.2.11.3.3-1").about(format!("{}, {name}", font.name))], Codes::Unknown),
        Some("") => (Vec::new(), Codes::Themselves),
        Some(collection) => {
            let ordering = stated.and_then(|stated| font.lookup.text_at(stated, b"Ordering"));
            let faults = (ordering.as_deref() != Some(collection)).then(|| font.fault("6.2.11.3.1-1"));
            (faults.into_iter().collect(), Codes::Unknown)
        }
    }
}

fn embedded(font: &Font<'_>, stream: &Stream) -> (Vec<Fault>, Codes) {
    let Some(text) = font.unpacked(stream) else { return (Vec::new(), Codes::Unknown) };
    let table = Table::read(&text);
    let mut faults = Vec::new();
    faults.extend(direction(font, stream, &table));
    faults.extend((!is_same_collection(font, stream)).then(|| font.fault("6.2.11.3.1-1")));
    let base = match font.lookup.value(&stream.dict, b"UseCMap") {
        Some(Object::Name(name)) => Some(String::from_utf8_lossy(name).into_owned()),
        Some(Object::Stream(base)) => font.lookup.name_at(&base.dict, b"CMapName"),
        _ => None,
    };
    let is_unknown = base.as_deref().is_some_and(|base| collection(base).is_none());
    faults.extend(is_unknown.then(|| font.fault("6.2.11.3.3-3")));
    let is_beyond =
        table.characters.ranges.iter().any(|(first, last, character)| character.saturating_add(last - first) > LAST);
    // A range of all codes ends where characters end.
    let is_beyond = is_beyond && table.characters.ranges.iter().any(|(.., character)| *character > LAST);
    faults.extend(is_beyond.then(|| font.fault("6.1.13-10")));
    let codes = if table.has_pairs_only && base.is_none() && !is_beyond {
        Codes::Table(table.characters)
    } else {
        Codes::Unknown
    };
    (faults, codes)
}

/// The dictionary says of the direction what the table says.
fn direction(font: &Font<'_>, stream: &Stream, table: &Table) -> Option<Fault> {
    let stated = font.lookup.value(&stream.dict, b"WMode").and_then(|mode| mode.as_i64().ok()).unwrap_or(0);
    if stated == table.direction {
        return None;
    }
    let fault = font.fault("6.2.11.3.3-2");
    Some(match font.used.dictionary.get(b"Encoding").and_then(Object::as_reference) {
        Ok(id) => fault.set(&Spot::of(id), "WMode", table.direction),
        Err(_) => fault.hopeless(),
    })
}

/// Whether the characters of the encoding are those of the font.
fn is_same_collection(font: &Font<'_>, stream: &Stream) -> bool {
    let of_font = font.lookup.dictionary_at(font.inner, b"CIDSystemInfo");
    let of_table = font.lookup.dictionary_at(&stream.dict, b"CIDSystemInfo");
    let (Some(of_font), Some(of_table)) = (of_font, of_table) else { return false };
    let same = |key: &[u8]| {
        let text = font.lookup.text_at(of_font, key);
        text.is_some() && text == font.lookup.text_at(of_table, key)
    };
    let supplement = |info| font.lookup.value(info, b"Supplement").and_then(|number| number.as_i64().ok());
    let is_covered = supplement(of_font).zip(supplement(of_table)).is_some_and(|(font, table)| font <= table);
    same(b"Registry") && same(b"Ordering") && is_covered
}

/// A table as it is written.
#[derive(Debug, Default)]
struct Table {
    direction: i64,
    characters: Characters,
    has_pairs_only: bool,
}

impl Table {
    fn read(text: &[u8]) -> Table {
        let words: Vec<&[u8]> = text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).collect();
        let direction = words.windows(2).find(|pair| pair[0] == b"/WMode").and_then(|pair| number(pair[1]));
        let mut table = Table { direction: direction.map_or(0, i64::from), ..Table::default() };
        table.has_pairs_only = true;
        for (begin, end, size) in [
            ("begincodespacerange", "endcodespacerange", 2),
            ("begincidrange", "endcidrange", 3),
            ("begincidchar", "endcidchar", 2),
        ] {
            for section in sections(text, begin.as_bytes(), end.as_bytes()) {
                table.section(begin, &spaced(section), size);
            }
        }
        table.has_pairs_only &= !table.characters.ranges.is_empty();
        table
    }

    fn section(&mut self, kind: &str, text: &[u8], size: usize) {
        let words: Vec<&[u8]> = text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).collect();
        for entry in words.chunks_exact(size) {
            let codes = |word: &[u8]| code(word);
            match (kind, entry) {
                ("begincodespacerange", [first, _]) => self.has_pairs_only &= first.len() == 6,
                ("begincidrange", [first, last, character]) => {
                    if let (Some(first), Some(last), Some(character)) = (codes(first), codes(last), number(character)) {
                        self.characters.ranges.push((first, last.max(first), character));
                    }
                }
                (_, [only, character]) => {
                    if let (Some(only), Some(character)) = (codes(only), number(character)) {
                        self.characters.ranges.push((only, only, character));
                    }
                }
                _ => {}
            }
        }
    }
}

/// What stands between two words, each time.
fn sections<'t>(mut text: &'t [u8], begin: &'t [u8], end: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
    std::iter::from_fn(move || {
        let from = memchr::memmem::find(text, begin)? + begin.len();
        let rest = &text[from..];
        let until = memchr::memmem::find(rest, end).unwrap_or(rest.len());
        text = &rest[until..];
        Some(&rest[..until])
    })
}

/// The text with blanks around codes, which may stand close together.
fn spaced(text: &[u8]) -> Vec<u8> {
    text.iter()
        .flat_map(|byte| match byte {
            b'<' => vec![b' ', b'<'],
            b'>' => vec![b'>', b' '],
            byte => vec![*byte],
        })
        .collect()
}

/// `<00FF>`.
fn code(word: &[u8]) -> Option<u32> {
    let digits = word.strip_prefix(b"<")?.strip_suffix(b">")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn number(word: &[u8]) -> Option<u32> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_encodings_have_their_collections() {
        for (name, expected) in [
            ("Identity-H", Some("")),
            ("UniGB-UTF16-V", Some("GB1")),
            ("H", Some("Japan1")),
            ("KSCms-UHC-HW-H", Some("Korea1")),
            ("GBFoo-H", None),
            ("Identity", None),
            ("", None),
        ] {
            assert_eq!(collection(name), expected, "{name}");
        }
    }

    #[test]
    fn tables_are_read() {
        let text = b"/WMode 1 def 1 begincodespacerange <0000><FFFF> endcodespacerange\n\
            2 begincidrange <0010> <0020> 5 <0030><0031>100 endcidrange 1 begincidchar <0040> 7 endcidchar";
        let table = Table::read(text);
        assert!(table.direction == 1 && table.has_pairs_only);
        let characters = [0x10, 0x12, 0x31, 0x40, 0x41].map(|code| table.characters.of(code));
        assert_eq!(characters, [5, 7, 101, 7, 0]);
        assert!(!Table::read(b"begincodespacerange <00> <FF> endcodespacerange").has_pairs_only);
    }

    #[test]
    fn hostile_tables_end() {
        for text in
            ["begincidrange <FFFFFFFF> <0000> 4294967295", "begincidrange <", "begincidrange", "begincidchar <0> 1 <"]
        {
            let _ = Table::read(text.as_bytes()).characters.of(1);
        }
    }
}
