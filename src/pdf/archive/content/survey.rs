//! What was found on the pages.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, ObjectId};

use super::super::colour::Family;
use super::super::fault::Fault;
use super::spot::Ink;

/// What the pages use.
#[derive(Debug, Default)]
pub(in crate::pdf::archive) struct Survey<'a> {
    /// Fonts, in the order of their first use.
    pub fonts: Vec<FontUse<'a>>,
    /// Their numbers, by where their dictionaries are in memory.
    numbers: HashMap<*const Dictionary, usize>,
    /// The first page with colours of a family, by the number of the family.
    painted: [Option<u32>; Family::COUNT],
    /// Inks that have names, each as it was described first.
    pub(super) inks: HashMap<&'a [u8], Ink<'a>>,
    /// Pages where CMYK of a profile lets inks below it be.
    pub(super) overprinted: HashSet<u32>,
    /// The first page where something shines through something else.
    pub transparent: Option<u32>,
    /// What falls short.
    pub faults: Vec<Fault>,
    /// Whether the stream that is being read has used resources that are not its own.
    pub inherits: bool,
}

/// A font and what is written with it.
#[derive(Debug)]
pub(in crate::pdf::archive) struct FontUse<'a> {
    /// The object that it is, if it is one of its own.
    pub id: Option<ObjectId>,
    /// The font.
    pub dictionary: &'a Dictionary,
    /// Pages where it is used to draw, the first ones.
    pub pages: Vec<u32>,
    /// Bytes that a character takes.
    pub width: usize,
    /// Its glyphs, where they are content themselves (Type 3).
    pub glyphs: Option<&'a Dictionary>,
    /// Characters that are drawn.
    pub drawn: Codes,
    /// Whether a text, even an empty one, is drawn with it.
    pub shown: bool,
    /// Characters that are drawn or only there to be found.
    pub used: Codes,
}

/// Pages that are noted for a font.
const NOTED_PAGES: usize = 64;

impl FontUse<'_> {
    /// Notes a text on a page.
    pub(super) fn write(&mut self, text: &[u8], page: u32, is_drawn: bool) {
        self.shown |= is_drawn;
        let note = |codes: &mut Codes| match self.width {
            1 => text.iter().for_each(|byte| codes.insert(usize::from(*byte))),
            _ => text
                .chunks(2)
                .for_each(|code| codes.insert(code.iter().fold(0, |code, byte| code << 8 | usize::from(*byte)))),
        };
        note(&mut self.used);
        if is_drawn {
            note(&mut self.drawn);
        }
        if is_drawn && !text.is_empty() && self.pages.last() != Some(&page) && self.pages.len() < NOTED_PAGES {
            self.pages.push(page);
        }
    }
}

/// A set of character codes.
#[derive(Debug, Default, Clone)]
pub(in crate::pdf::archive) struct Codes(Vec<u64>);

impl Codes {
    fn insert(&mut self, code: usize) {
        let word = code / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (code % 64);
    }

    /// The codes, in ascending order.
    pub(in crate::pdf::archive) fn iter(&self) -> impl Iterator<Item = usize> {
        let is_set = |code: &usize| self.0[code / 64] >> (code % 64) & 1 == 1;
        (0..self.0.len() * 64).filter(is_set)
    }

    /// Whether there is none.
    pub(in crate::pdf::archive) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<usize> for Codes {
    fn from_iter<I: IntoIterator<Item = usize>>(codes: I) -> Codes {
        let mut all = Codes::default();
        codes.into_iter().for_each(|code| all.insert(code));
        all
    }
}

impl<'a> Survey<'a> {
    /// Something is drawn in colours of a family.
    pub(super) fn paint(&mut self, family: Family, page: u32) {
        if self.painted[family as usize].is_some() {
            return;
        }
        if family == Family::Broken {
            self.faults.push(Fault::of("6.2.4.2-1").on(Some(page)));
        }
        self.painted[family as usize] = Some(page);
    }

    /// The first page with colours of a family.
    pub(in crate::pdf::archive) fn painted(&self, family: Family) -> Option<u32> {
        self.painted[family as usize]
    }

    /// Something shines through something else.
    pub(super) fn shine_through(&mut self, page: u32) {
        self.transparent.get_or_insert(page);
    }

    /// The number of a font.
    pub(super) fn font(
        &mut self,
        id: Option<ObjectId>,
        dictionary: &'a Dictionary,
        glyphs: impl FnOnce() -> Option<&'a Dictionary>,
    ) -> usize {
        *self.numbers.entry(std::ptr::from_ref(dictionary)).or_insert_with(|| {
            let is_composite =
                dictionary.get(b"Subtype").and_then(lopdf::Object::as_name).is_ok_and(|name| name == b"Type0");
            let width = if is_composite { 2 } else { 1 };
            let (drawn, used) = (Codes::default(), Codes::default());
            let shown = false;
            self.fonts.push(FontUse { id, dictionary, pages: Vec::new(), width, glyphs: glyphs(), drawn, shown, used });
            self.fonts.len() - 1
        })
    }
}
