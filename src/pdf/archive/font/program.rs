//! Embedded font programs: which glyphs they have and how wide these are.

use ttf_parser::{Face, GlyphId, PlatformId, cff};

use super::type1::Type1;

/// A program that can be looked into.
pub(super) enum Program<'b> {
    /// TrueType, or OpenType with either kind of outlines.
    Face(Box<Face<'b>>),
    /// Bare CFF.
    Cff(Box<cff::Table<'b>>),
    /// Type 1.
    Type1(Type1),
}

/// Where the codes of a simple font are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Unicode on Windows.
    Unicode,
    /// Symbols on Windows.
    Symbol,
    /// Macintosh.
    Macintosh,
}

impl<'b> Program<'b> {
    /// Reads a program; `None` if it cannot be read.
    pub(super) fn read(key: &str, bytes: &'b [u8]) -> Option<Program<'b>> {
        match key {
            "FontFile" => Type1::read(bytes).map(Program::Type1),
            "FontFile2" => Self::face(bytes),
            "FontFile3"
                if matches!(bytes, [b'O', b'T', b'T', b'O', ..] | [0, 1, 0, 0, ..] | [b't', b'r', b'u', b'e', ..]) =>
            {
                Self::face(bytes)
            }
            "FontFile3" => cff::Table::parse(bytes).map(|table| Program::Cff(Box::new(table))),
            _ => None,
        }
    }

    fn face(bytes: &'b [u8]) -> Option<Program<'b>> {
        Face::parse(bytes, 0).ok().map(|face| Program::Face(Box::new(face)))
    }

    pub(super) fn glyph_count(&self) -> u16 {
        match self {
            Program::Face(face) => face.number_of_glyphs(),
            Program::Cff(table) => table.number_of_glyphs(),
            Program::Type1(font) => u16::try_from(font.glyphs.len()).unwrap_or(u16::MAX),
        }
    }

    /// The width of a glyph in thousandths of the font size.
    pub(super) fn width(&self, glyph: u16) -> Option<f32> {
        match self {
            Program::Face(face) => {
                let width = f32::from(face.glyph_hor_advance(GlyphId(glyph))?);
                Some(width * 1000.0 / f32::from(face.units_per_em()))
            }
            Program::Cff(table) => Some(f32::from(table.glyph_width(GlyphId(glyph))?) * table.matrix().sx * 1000.0),
            Program::Type1(font) => font.glyphs.get(usize::from(glyph)).map(|(_, width)| *width),
        }
    }

    /// Whether a glyph stands for characters that the font does not have.
    pub(super) fn is_undefined(&self, glyph: u16) -> bool {
        match self {
            Program::Face(_) | Program::Cff(_) => glyph == 0,
            // These glyphs have no order.
            Program::Type1(font) => font.glyphs.get(usize::from(glyph)).is_some_and(|(name, _)| name == ".notdef"),
        }
    }

    /// The characters that it has as the font below a composite one.
    pub(super) fn characters(&self) -> Vec<usize> {
        let glyphs = 0..self.glyph_count();
        match self {
            Program::Face(_) | Program::Type1(_) => glyphs.map(usize::from).collect(),
            Program::Cff(table) => {
                let cid = |glyph| usize::from(table.glyph_cid(GlyphId(glyph)).unwrap_or(glyph));
                glyphs.map(cid).collect()
            }
        }
    }

    /// The glyph of a character, in a font below a composite one without a table of its own.
    pub(super) fn glyph_of_character(&self, cid: u16) -> Option<u16> {
        match self {
            Program::Face(_) | Program::Type1(_) => (cid < self.glyph_count()).then_some(cid),
            Program::Cff(table) if table.glyph_cid(GlyphId(0)).is_none() => (cid < self.glyph_count()).then_some(cid),
            Program::Cff(table) => (0..self.glyph_count()).find(|glyph| table.glyph_cid(GlyphId(*glyph)) == Some(cid)),
        }
    }

    /// The names of all glyphs, where they have names.
    pub(super) fn glyph_names(&self) -> Option<Vec<&str>> {
        match self {
            Program::Cff(table) => (0..self.glyph_count()).map(|glyph| table.glyph_name(GlyphId(glyph))).collect(),
            Program::Type1(font) => Some(font.glyphs.iter().map(|(name, _)| name.as_str()).collect()),
            Program::Face(_) => None,
        }
    }

    /// The tables from codes to glyphs.
    pub(super) fn tables(&self) -> Vec<Table> {
        let Program::Face(face) = self else { return Vec::new() };
        let Some(cmap) = face.tables().cmap else { return Vec::new() };
        let kinds = cmap.subtables.into_iter().filter_map(|table| match (table.platform_id, table.encoding_id) {
            (PlatformId::Windows, 1) => Some(Table::Unicode),
            (PlatformId::Windows, 0) => Some(Table::Symbol),
            (PlatformId::Macintosh, 0) => Some(Table::Macintosh),
            _ => None,
        });
        kinds.collect()
    }

    /// How many tables from codes to glyphs there are.
    pub(super) fn table_count(&self) -> u16 {
        match self {
            Program::Face(face) => face.tables().cmap.map_or(0, |cmap| cmap.subtables.len()),
            Program::Cff(_) | Program::Type1(_) => 0,
        }
    }

    /// The glyph of a code in a table.
    pub(super) fn glyph(&self, table: Table, code: u32) -> Option<u16> {
        let Program::Face(face) = self else { return None };
        let wanted = match table {
            Table::Unicode => (PlatformId::Windows, 1),
            Table::Symbol => (PlatformId::Windows, 0),
            Table::Macintosh => (PlatformId::Macintosh, 0),
        };
        let tables = face.tables().cmap?.subtables.into_iter();
        let mut tables = tables.filter(|table| (table.platform_id, table.encoding_id) == wanted);
        tables.find_map(|table| table.glyph_index(code)).map(|glyph| glyph.0)
    }

    /// The glyph of a name.
    pub(super) fn glyph_named(&self, name: &str) -> Option<u16> {
        match self {
            Program::Face(face) => face.glyph_index_by_name(name).map(|glyph| glyph.0),
            Program::Cff(table) => table.glyph_index_by_name(name).map(|glyph| glyph.0),
            Program::Type1(font) => font.glyph_named(name),
        }
    }

    /// The glyph of a code in the encoding that is built in.
    pub(super) fn built_in(&self, code: u8) -> Option<u16> {
        match self {
            Program::Face(_) => None,
            Program::Cff(table) => table.glyph_index(code).map(|glyph| glyph.0),
            Program::Type1(font) => font.glyph_named(font.encoding.get(&code)?),
        }
    }
}
