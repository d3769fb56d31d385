//! Simple fonts: a code is one byte, and an encoding gives it a name or the program a glyph.

use std::collections::HashMap;

use lopdf::{Dictionary, Object};

use super::super::edit::{Edit, Spot};
use super::super::fault::Fault;
use super::program::Table;
use super::{Font, Program, is_as_wide, names};

/// The flag of a font that has characters of its own.
const SYMBOLIC: i64 = 4;
/// The flag of a font that has Latin letters.
const LATIN: i64 = 32;

/// What falls short of a simple font whose program is there.
pub(super) fn check(font: &Font<'_>, program: Option<&Program<'_>>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some(program) = program else { return faults };
    if font.kind == "TrueType" {
        faults.extend(true_type(font, program));
    }
    faults.extend(glyphs(font, program));
    faults
}

/// The encoding of a simple font.
pub(super) struct Encoding {
    /// The name of the one it is based on.
    base: Option<String>,
    /// Codes with names of their own.
    pub(super) differences: HashMap<usize, String>,
}

impl Encoding {
    /// The encoding that is stated, if one is.
    pub(super) fn read(font: &Font<'_>) -> Option<Encoding> {
        match font.lookup.value(font.used.dictionary, b"Encoding")? {
            Object::Name(name) => {
                Some(Encoding { base: Some(String::from_utf8_lossy(name).into_owned()), differences: HashMap::new() })
            }
            Object::Dictionary(encoding) => {
                let base = font.lookup.name_at(encoding, b"BaseEncoding");
                Some(Encoding { base, differences: differences(font, encoding) })
            }
            _ => None,
        }
    }

    /// Whether its codes are those of an encoding for Latin letters that every program knows.
    fn is_known(&self) -> bool {
        matches!(self.base.as_deref(), Some("WinAnsiEncoding" | "MacRomanEncoding"))
    }
}

/// Codes and the names that they have instead of those of the base.
fn differences<'a>(font: &Font<'a>, encoding: &'a Dictionary) -> HashMap<usize, String> {
    let mut names = HashMap::new();
    let mut code = 0;
    for item in font.lookup.array_at(encoding, b"Differences") {
        match font.lookup.resolve(item).map(|(_, item)| item) {
            Some(Object::Integer(first)) => code = usize::try_from(*first).unwrap_or(0),
            Some(Object::Name(name)) => {
                names.insert(code, String::from_utf8_lossy(name).into_owned());
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    names
}

/// The rules for encodings of TrueType fonts (6.2.11.6).
fn true_type(font: &Font<'_>, program: &Program<'_>) -> Option<Fault> {
    let encoding = Encoding::read(font);
    if is_symbolic(font) {
        let is_found = program.table_count() == 1 || program.tables().contains(&Table::Symbol);
        if !is_found {
            return Some(font.fault("6.2.11.6-4"));
        }
        return encoding.map(|encoding| symbols_with_encoding(font, program, &encoding));
    }
    if program.table_count() == 0 {
        return Some(font.fault("6.2.11.6-1"));
    }
    // With names of their own, only those of a list may occur; which ones do, the program does not tell here.
    (!encoding.is_some_and(|encoding| encoding.is_known())).then(|| font.fault("6.2.11.6-2"))
}

fn is_symbolic(font: &Font<'_>) -> bool {
    flags(font) & SYMBOLIC != 0
}

fn flags(font: &Font<'_>) -> i64 {
    let flags = font.descriptor.and_then(|descriptor| font.lookup.value(descriptor, b"Flags"));
    flags.and_then(|flags| flags.as_i64().ok()).unwrap_or(0)
}

/// A symbol font must not have an encoding. Where programs follow the encoding all the same, it is no symbol font.
fn symbols_with_encoding(font: &Font<'_>, program: &Program<'_>, encoding: &Encoding) -> Fault {
    let fault = font.fault("6.2.11.6-3");
    let is_latin = encoding.is_known() && encoding.differences.is_empty() && program.tables().contains(&Table::Unicode);
    match (is_latin, font.descriptor_id, font.used.id) {
        (true, Some(descriptor), _) => fault.set(&Spot::of(descriptor), "Flags", flags(font) & !SYMBOLIC | LATIN),
        (false, _, Some(id)) => fault.edit(Edit::Remove(Spot::of(id).key(b"Encoding"))),
        _ => fault.hopeless(),
    }
}

/// What falls short of the glyphs that are drawn.
fn glyphs(font: &Font<'_>, program: &Program<'_>) -> Vec<Fault> {
    let encoding = Encoding::read(font);
    let widths = font.widths();
    let (mut undefined, mut wrong) = (false, false);
    for code in font.used.drawn.iter() {
        let Some(glyph) = glyph(font, program, encoding.as_ref(), code) else { continue };
        undefined |= program.is_undefined(glyph) && matches!(program, Program::Face(_));
        wrong |= !is_as_wide(widths.of(code), program.width(glyph));
    }
    let found = [(undefined, "6.2.11.8-1"), (wrong, "6.2.11.5-1")];
    found.into_iter().filter(|(is_there, _)| *is_there).map(|(_, clause)| font.fault(clause)).collect()
}

/// The glyph that is shown for a name that the program does not have.
fn unnamed(program: &Program<'_>) -> Option<u16> {
    program.glyph_named(".notdef").filter(|_| !matches!(program, Program::Face(_)))
}

/// The glyph of a code; `None` where it cannot be told.
fn glyph(font: &Font<'_>, program: &Program<'_>, encoding: Option<&Encoding>, code: usize) -> Option<u16> {
    let byte = u8::try_from(code).ok()?;
    if let Some(name) = encoding.and_then(|encoding| encoding.differences.get(&code)) {
        return program.glyph_named(name).or(unnamed(program));
    }
    if let Program::Cff(_) | Program::Type1(_) = program {
        return match encoding.and_then(|encoding| encoding.base.as_deref()) {
            None => program.built_in(byte).or(unnamed(program)),
            Some("WinAnsiEncoding") => program.glyph_named(names::of(code)?).or(unnamed(program)),
            Some(_) => None,
        };
    }
    if is_symbolic(font) {
        let codes = [0xF000, 0, 0xF100, 0xF200].map(|page| page + u32::from(byte));
        let symbol = codes.into_iter().find_map(|code| program.glyph(Table::Symbol, code));
        return symbol.or_else(|| program.glyph(Table::Macintosh, u32::from(byte)));
    }
    let base = encoding?.base.as_deref().filter(|base| matches!(*base, "WinAnsiEncoding" | "MacRomanEncoding"))?;
    latin(program, base, byte)
}

/// The glyph of a code in an encoding for Latin letters, in a TrueType font: by its character, or by its code on a
/// Macintosh. Where its table of characters does not have it, nothing is there.
fn latin(program: &Program<'_>, base: &str, byte: u8) -> Option<u16> {
    let text = lopdf::Encoding::SimpleEncoding(base.as_bytes()).bytes_to_string(&[byte]).ok()?;
    let mut characters = text.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else { return None };
    let on_macintosh = || program.glyph(Table::Macintosh, u32::from(byte)).filter(|_| base == "MacRomanEncoding");
    let found = program.glyph(Table::Unicode, u32::from(character)).or_else(on_macintosh);
    let is_letter = character.is_alphanumeric() && program.tables() == [Table::Unicode];
    found.or_else(|| is_letter.then_some(0))
}
