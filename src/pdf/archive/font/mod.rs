//! Fonts that are used (6.2.11): each is embedded, has what is written with it, and says how wide its characters are.

mod composite;
mod encoding;
mod names;
mod program;
mod simple;
mod type1;
mod type3;
mod unicode;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use self::program::Program;
use super::content::FontUse;
use super::edit::{Edit, Spot};
use super::fault::Fault;
use crate::pdf::lookup::Lookup;
use crate::pdf::{Limits, deflate};

/// Kinds of fonts (6.2.11.2).
const KINDS: &[&str] = &["Type1", "MMType1", "TrueType", "Type3", "Type0", "CIDFontType0", "CIDFontType2"];
/// Kinds of programs in `FontFile3` (6.2.11.2).
const PROGRAMS: &[&str] = &["Type1C", "CIDFontType0C", "OpenType"];
/// How much a width may differ, in thousandths of the font size (6.2.11.5).
const TOLERANCE: f32 = 1.0;

/// What was seen of a font.
#[derive(Debug)]
pub(super) struct Checked {
    /// What falls short.
    pub faults: Vec<Fault>,
    /// Whether every character of it is known as Unicode.
    pub unicode: bool,
    /// Whether some of them are only known as characters for private use.
    pub private: bool,
}

/// A font and what describes it.
struct Font<'a> {
    lookup: &'a Lookup<'a>,
    limits: &'a Limits,
    used: &'a FontUse<'a>,
    /// `TrueType`, `Type0` …
    kind: String,
    /// Its name, without the prefix of a subset.
    name: String,
    /// Whether its name has this prefix.
    is_subset: bool,
    /// The font below a composite one, otherwise the font itself.
    inner: &'a Dictionary,
    /// The object that this is.
    inner_id: Option<ObjectId>,
    /// What describes it.
    descriptor: Option<&'a Dictionary>,
    /// The object that this is.
    descriptor_id: Option<ObjectId>,
}

/// Looks at a font.
pub(super) fn check(document: &Document, used: &FontUse<'_>, limits: &Limits) -> Checked {
    let lookup = Lookup::new(document);
    let font = Font::read(&lookup, used, limits);
    let mut faults = font.description();
    if font.kind == "Type3" {
        faults.extend(type3::check(&font));
    } else {
        match font.file() {
            None if !used.shown => {}
            None => faults.push(font.fault("6.2.11.4.1-1")),
            Some(file) => faults.extend(font.embedded(file)),
        }
    }
    let mut unicode = unicode::known(&font);
    unicode.faults = faults;
    unicode
}

/// `ABCDEF`: six capital letters.
fn is_prefix(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl<'a> Font<'a> {
    fn read(lookup: &'a Lookup<'a>, used: &'a FontUse<'a>, limits: &'a Limits) -> Font<'a> {
        let name_at = |dictionary: &'a Dictionary, key: &[u8]| lookup.name_at(dictionary, key).unwrap_or_default();
        let kind = name_at(used.dictionary, b"Subtype");
        let below = lookup.array_at(used.dictionary, b"DescendantFonts").first();
        let below = below.filter(|_| kind == "Type0").and_then(|below| lookup.resolve(below));
        let (inner_id, inner) = match below {
            Some((id, Object::Dictionary(inner))) => (id, inner),
            _ => (used.id, used.dictionary),
        };
        let descriptor = inner.get(b"FontDescriptor").ok().and_then(|named| lookup.resolve(named));
        let (descriptor_id, descriptor) = match descriptor {
            Some((id, Object::Dictionary(descriptor))) => (id, Some(descriptor)),
            _ => (None, None),
        };
        let stated = name_at(used.dictionary, b"BaseFont");
        let prefixed = stated.split_once('+').filter(|(prefix, _)| is_prefix(prefix));
        let (is_subset, name) = (prefixed.is_some(), prefixed.map_or(stated.as_str(), |(_, name)| name).to_owned());
        Font { is_subset, lookup, limits, used, kind, name, inner, inner_id, descriptor, descriptor_id }
    }

    /// What a stream holds, if it can be told within the limits.
    fn unpacked(&self, stream: &Stream) -> Option<Vec<u8>> {
        deflate::unpack(stream, self.limits.structure).ok()
    }

    fn fault(&self, clause: &'static str) -> Fault {
        let name = if self.name.is_empty() { &self.kind } else { &self.name };
        Fault::of(clause).about(name.clone()).on(self.used.pages.first().copied())
    }

    fn is_composite(&self) -> bool {
        self.kind == "Type0"
    }

    /// What its dictionaries must say.
    fn description(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let incomplete = |why: &str| self.fault("6.2.11.2-1").about(format!("{}, {why}", self.name));
        if !KINDS.contains(&self.kind.as_str()) {
            faults.push(incomplete("no kind"));
        }
        if self.name.is_empty() && self.kind != "Type3" {
            faults.push(incomplete("no name"));
        }
        if !self.has_readable_name() {
            faults.push(self.fault("6.1.8-1"));
        }
        if !self.used.dictionary.has_type(b"Font")
            && let Some(id) = self.used.id
        {
            let mut fault = incomplete("no type").set(&Spot::of(id), "Type", "Font");
            fault.demand.remedy = super::Remedy::Mending;
            faults.push(fault);
        }
        if !self.is_composite() && !self.has_widths() {
            faults.push(incomplete("no widths"));
        }
        if let Some((_, file)) = self.file()
            && !self.lookup.name_at(&file.dict, b"Subtype").is_none_or(|kind| PROGRAMS.contains(&kind.as_str()))
        {
            faults.push(incomplete("an unknown kind of program"));
        }
        faults
    }

    /// Whether its name is in UTF-8.
    fn has_readable_name(&self) -> bool {
        let name = self.lookup.value(self.used.dictionary, b"BaseFont").and_then(|name| name.as_name().ok());
        name.is_none_or(|name| std::str::from_utf8(name).is_ok())
    }

    /// Whether each character between the first and the last has a width. The standard fonts have theirs from outside.
    fn has_widths(&self) -> bool {
        let whole = |key: &[u8]| self.lookup.value(self.used.dictionary, key).and_then(|value| value.as_i64().ok());
        let (first, last) = (whole(b"FirstChar"), whole(b"LastChar"));
        let widths = self.lookup.array_at(self.used.dictionary, b"Widths").len();
        match (first, last) {
            (Some(first), Some(last)) => usize::try_from(last - first + 1) == Ok(widths),
            _ => self.descriptor.is_none() && self.kind != "Type3",
        }
    }

    /// The widths of a font that is not composite.
    fn widths(&self) -> Widths<'a> {
        let first = self.lookup.value(self.used.dictionary, b"FirstChar").and_then(|first| first.as_i64().ok());
        let first = first.and_then(|first| usize::try_from(first).ok()).unwrap_or(0);
        Widths { lookup: self.lookup, first, all: self.lookup.array_at(self.used.dictionary, b"Widths") }
    }

    /// The embedded program: the key and the stream.
    fn file(&self) -> Option<(&'static str, &'a Stream)> {
        let descriptor = self.descriptor?;
        ["FontFile", "FontFile2", "FontFile3"]
            .into_iter()
            .find_map(|key| Some((key, self.lookup.stream_at(descriptor, key.as_bytes())?)))
    }

    /// What falls short of a font whose program is there.
    fn embedded(&self, (key, stream): (&'static str, &'a Stream)) -> Vec<Fault> {
        let Some(bytes) = self.unpacked(stream) else {
            return vec![self.fault("6.2.11.4.1-1")];
        };
        let program = Program::read(key, &bytes);
        if program.is_none() {
            return vec![self.fault("6.2.11.4.1-1")];
        }
        let mut faults = if self.is_composite() {
            composite::check(self, program.as_ref())
        } else {
            simple::check(self, program.as_ref())
        };
        faults.extend(self.listed(program.as_ref()));
        faults
    }

    /// A list of the characters in a subset is not demanded, so one that may be incomplete goes.
    fn listed(&self, program: Option<&Program<'_>>) -> Option<Fault> {
        if !self.is_subset {
            return None;
        }
        let (key, clause) = if self.is_composite() { ("CIDSet", "6.2.11.4.2-2") } else { ("CharSet", "6.2.11.4.2-1") };
        let descriptor = self.descriptor.filter(|descriptor| descriptor.has(key.as_bytes()))?;
        if key == "CIDSet" && self.lists_all(descriptor, program) {
            return None;
        }
        if key == "CharSet" && self.names_all(descriptor, program) {
            return None;
        }
        let fault = self.fault(clause);
        Some(match self.descriptor_id {
            Some(id) => fault.edit(Edit::Remove(Spot::of(id).key(key.as_bytes()))),
            None => fault.hopeless(),
        })
    }

    /// Whether a `CIDSet` has a bit for each character of the program.
    fn lists_all(&self, descriptor: &'a Dictionary, program: Option<&Program<'_>>) -> bool {
        let set = self.lookup.stream_at(descriptor, b"CIDSet");
        let Some(set) = set.and_then(|set| self.unpacked(set)) else { return false };
        let listed = |cid: usize| set.get(cid / 8).is_some_and(|byte| byte >> (7 - cid % 8) & 1 == 1);
        program.is_some_and(|program| program.characters().into_iter().skip(1).all(listed))
    }

    /// Whether a `CharSet` names each glyph of the program.
    fn names_all(&self, descriptor: &'a Dictionary, program: Option<&Program<'_>>) -> bool {
        let Some(Object::String(set, _)) = self.lookup.value(descriptor, b"CharSet") else { return false };
        let listed: std::collections::HashSet<&[u8]> =
            set.split(|byte| *byte == b'/').map(<[u8]>::trim_ascii).collect();
        let names = program.and_then(Program::glyph_names);
        names.is_some_and(|names| names.iter().all(|name| *name == ".notdef" || listed.contains(name.as_bytes())))
    }
}

/// The widths of characters from the first on.
struct Widths<'a> {
    lookup: &'a Lookup<'a>,
    first: usize,
    all: &'a [Object],
}

impl Widths<'_> {
    /// The width of a code, where it is stated.
    fn of(&self, code: usize) -> Option<f32> {
        let stated = self.all.get(code.checked_sub(self.first)?)?;
        self.lookup.document.dereference(stated).ok()?.1.as_float().ok()
    }
}

/// Whether a character is as wide as the PDF says, or one of the widths cannot be told.
fn is_as_wide(stated: Option<f32>, real: Option<f32>) -> bool {
    stated.zip(real).is_none_or(|(stated, real)| (stated - real).abs() <= TOLERANCE)
}
