//! Composite fonts: codes are characters of a collection, and these are glyphs of the font below.

use lopdf::Object;

use super::super::edit::Spot;
use super::super::fault::Fault;
use super::encoding::{self, Codes};
use super::{Font, Program, is_as_wide};

/// What falls short of a composite font whose program is there.
pub(super) fn check(font: &Font<'_>, program: Option<&Program<'_>>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let kind = font.lookup.name_at(font.inner, b"Subtype").unwrap_or_default();
    let is_true_type = kind == "CIDFontType2";
    faults.extend(is_true_type.then(|| glyph_map(font)).flatten());
    let (of_encoding, codes) = encoding::check(font);
    faults.extend(of_encoding);
    if let Some(program) = program {
        faults.extend(match codes {
            Codes::Themselves => glyphs(font, program, is_true_type, |code| code),
            Codes::Table(characters) => glyphs(font, program, is_true_type, |code| characters.of(code)),
            // Only where codes are characters can they be followed to glyphs.
            Codes::Unknown => Vec::new(),
        });
    }
    faults
}

/// From characters to glyphs of a TrueType font: a table, or they are the same.
fn glyph_map(font: &Font<'_>) -> Option<Fault> {
    let fault = || font.fault("6.2.11.3.2-1");
    match font.lookup.value(font.inner, b"CIDToGIDMap") {
        Some(Object::Stream(_)) => None,
        Some(Object::Name(name)) if name == b"Identity" => None,
        Some(_) => Some(fault().hopeless()),
        None => Some(match font.inner_id {
            Some(id) => fault().set(&Spot::of(id), "CIDToGIDMap", Object::Name(b"Identity".to_vec())),
            None => fault().hopeless(),
        }),
    }
}

/// What falls short of the glyphs that are used.
fn glyphs(
    font: &Font<'_>,
    program: &Program<'_>,
    is_true_type: bool,
    character: impl Fn(usize) -> usize,
) -> Vec<Fault> {
    let map = font.lookup.stream_at(font.inner, b"CIDToGIDMap");
    let map = map.and_then(|map| font.unpacked(map));
    let glyph_of = |code: usize| match (&map, is_true_type) {
        (Some(map), true) => {
            let pair = map.get(code * 2..code * 2 + 2)?;
            let glyph = u16::from_be_bytes([pair[0], pair[1]]);
            (glyph < program.glyph_count()).then_some(glyph)
        }
        _ => program.glyph_of_character(u16::try_from(code).ok()?),
    };
    let widths = Widths::read(font);
    let (mut missing, mut undefined, mut wrong) = (false, false, false);
    for code in font.used.used.iter().map(&character) {
        undefined |= glyph_of(code).is_some_and(|glyph| program.is_undefined(glyph));
    }
    for code in font.used.drawn.iter().map(&character) {
        let glyph = glyph_of(code);
        missing |= glyph.is_none();
        wrong |= !is_as_wide(Some(widths.of(code)), glyph.and_then(|glyph| program.width(glyph)));
    }
    let found = [(undefined, "6.2.11.8-1"), (missing, "6.2.11.4.1-2"), (wrong, "6.2.11.5-1")];
    found.into_iter().filter(|(is_there, _)| *is_there).map(|(_, clause)| font.fault(clause)).collect()
}

/// The widths of characters.
struct Widths {
    /// Characters from the first to the last, and their width; in the order of the file.
    runs: Vec<(usize, usize, f32)>,
    /// The width of all others.
    default: f32,
}

impl Widths {
    fn read(font: &Font<'_>) -> Widths {
        let number = |object: &Object| font.lookup.document.dereference(object).ok()?.1.as_float().ok();
        let default = font.inner.get(b"DW").ok().and_then(number).unwrap_or(1000.0);
        let mut runs = Vec::new();
        let mut rest = font.lookup.array_at(font.inner, b"W");
        let code =
            |object: &Object| usize::try_from(font.lookup.document.dereference(object).ok()?.1.as_i64().ok()?).ok();
        while let [first, second, behind @ ..] = rest {
            let Some(first) = code(first) else { break };
            if let Ok((_, Object::Array(widths))) = font.lookup.document.dereference(second) {
                let each = widths.iter().enumerate();
                runs.extend(each.filter_map(|(at, width)| Some((first + at, first + at, number(width)?))));
                rest = behind;
            } else if let (Some(last), [width, behind @ ..]) = (code(second), behind) {
                runs.extend(number(width).map(|width| (first, last, width)));
                rest = behind;
            } else {
                break;
            }
        }
        runs.sort_by_key(|(first, ..)| *first);
        Widths { runs, default }
    }

    fn of(&self, code: usize) -> f32 {
        let behind = self.runs.partition_point(|(first, ..)| *first <= code);
        let run = behind.checked_sub(1).map(|at| self.runs[at]).filter(|(_, last, _)| code <= *last);
        run.map_or(self.default, |(.., width)| width)
    }
}
