//! PDF/A-3 (ISO 19005-3): what an ordinary PDF lacks of it, and what of that can be mended.
//!
//! [`examine`] looks and changes nothing; [`mend`] changes what can be changed without touching how a page looks. Both
//! see the document as it will be after it is written anew: what a writer does anyway (header, cross-references, file
//! identifier, metadata) is a lack that is mended there, [`Remedy::Writing`].

mod annotation;
mod cmap;
mod colour;
mod content;
mod edit;
mod fault;
mod file;
mod font;
mod form;
mod intent;
mod layers;
mod level;
mod objects;
mod table;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::HashMap;

use lopdf::{Document, Object, ObjectId};

use self::content::Survey;
use self::fault::Fault;
use super::{Limits, Xmp};
use crate::finding::Finding;
pub(crate) use file::examine_file;

/// A conformance level of PDF/A-1, -2 and -3; the later includes the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Basic: looks the same everywhere.
    B,
    /// Every character is known as Unicode.
    U,
    /// The structure of the text is known, too.
    A,
}

impl Level {
    /// As the metadata state it: `B`.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Level::B => "B",
            Level::U => "U",
            Level::A => "A",
        }
    }
}

/// What can be done about a lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// [`mend`] does it.
    Mending,
    /// Writing the file with an invoice does it: metadata, file identifier, file specifications.
    Writing,
    /// Nothing: only the producer of the PDF can.
    None,
    /// Nothing, and not even a plain hybrid may be written: a signature would break.
    Refused,
}

/// Something that keeps a PDF from being PDF/A-3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// The clause of ISO 19005-3 with the number of veraPDF's test of it: `6.2.11.4.1-1`.
    pub clause: &'static str,
    /// What can be done about it.
    pub remedy: Remedy,
    /// What it is, with the page and the font that it is about: an error where there is no remedy, a note otherwise.
    pub finding: Finding,
}

/// What mending came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mended {
    /// What was done, one note each.
    pub done: Vec<Finding>,
    /// What is left and has no remedy, one error each; with any of them the file must not claim to be PDF/A.
    pub left: Vec<Lack>,
    /// The level that the document holds afterwards, if nothing is left.
    pub level: Level,
}

/// What keeps a document from being PDF/A-3. `claimed` are its own metadata, if they can be read.
///
/// # Errors
/// If its pages are beyond a limit.
pub(crate) fn examine(document: &Document, claimed: Option<&Xmp>, limits: &Limits) -> Result<Vec<Lack>, Finding> {
    let examined = Examined::new(document, claimed, limits)?;
    Ok(fault::groups(&examined.faults).iter().map(fault::Group::lack).collect())
}

/// Mends what can be mended. The level is the claimed one if the document really holds it, otherwise the next lower one
/// that it holds; a document that claims nothing gets `U` or `B`.
///
/// # Errors
/// As [`examine`]; the document is then as it was.
pub(crate) fn mend(document: &mut Document, claimed: Option<&Xmp>, limits: &Limits) -> Result<Mended, Finding> {
    let Examined { faults, level } = Examined::new(document, claimed, limits)?;
    let (mendable, others): (Vec<Fault>, Vec<Fault>) =
        faults.into_iter().partition(|fault| fault.demand.remedy == Remedy::Mending);
    let hopeless: Vec<Fault> = others.into_iter().filter(|fault| fault.demand.remedy != Remedy::Writing).collect();
    let done = fault::groups(&mendable).iter().map(fault::Group::done).collect();
    let left = fault::groups(&hopeless).iter().map(fault::Group::lack).collect();
    edit::apply(document, mendable.into_iter().flat_map(|fault| fault.edits).collect());
    Ok(Mended { done, left, level })
}

/// What was seen of a document.
struct Examined {
    /// Where it falls short, in the order in which it is told.
    faults: Vec<Fault>,
    /// The level that it holds once they are mended.
    level: Level,
}

impl Examined {
    fn new(document: &Document, claimed: Option<&Xmp>, limits: &Limits) -> Result<Examined, Finding> {
        let pages: Vec<ObjectId> = document.page_iter().collect();
        let numbers: HashMap<ObjectId, u32> = pages.iter().copied().zip(1..).collect();
        let mut faults = of_the_whole(document, claimed);
        faults.extend(walk::walk(document, &numbers));
        let mut survey = content::survey(document, &pages, limits)?;
        faults.append(&mut survey.faults);
        let (unicode, private) = fonts(document, &survey, limits, &mut faults);
        faults.extend(intent::check(document, &survey, limits));
        faults.extend(layers::check(document));
        faults.extend(objects::check(document, limits));
        let level = level::held(document, claimed.and_then(claimed_level), unicode, private);
        Ok(Examined { faults, level })
    }
}

/// What falls short of the file as a whole.
fn of_the_whole(document: &Document, claimed: Option<&Xmp>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if document.was_encrypted() {
        faults.push(Fault::of("6.1.3-2"));
    }
    if !matches!(document.trailer.get(b"ID"), Ok(Object::Array(parts)) if parts.len() == 2) {
        faults.push(Fault::of("6.1.3-1"));
    }
    match claimed.and_then(|xmp| xmp.pdfa_part.as_deref()).map(str::trim) {
        Some("3") => {}
        Some("4") => faults.push(Fault::of("6.6.4-4")),
        Some(part) => faults.push(Fault::of("6.6.4-2").about(format!("PDF/A-{part}"))),
        None => faults.push(Fault::of("6.6.4-1")),
    }
    faults
}

/// The faults of fonts; gives whether all characters are known as Unicode, and whether some are for private use only.
fn fonts(document: &Document, survey: &Survey<'_>, limits: &Limits, faults: &mut Vec<Fault>) -> (bool, bool) {
    let (mut unicode, mut private) = (true, false);
    for font in survey.fonts.iter().filter(|font| font.shown || !font.used.is_empty()) {
        let checked = font::check(document, font, limits);
        unicode &= checked.unicode;
        private |= checked.private;
        faults.extend(checked.faults);
    }
    (unicode, private)
}

/// The level that the metadata claim, of PDF/A-1, -2 or -3.
fn claimed_level(xmp: &Xmp) -> Option<Level> {
    let part = xmp.pdfa_part.as_deref()?.trim();
    match xmp.pdfa_conformance.as_deref()?.trim().to_ascii_uppercase().as_str() {
        "A" if part != "4" => Some(Level::A),
        "U" if part != "4" => Some(Level::U),
        "B" if part != "4" => Some(Level::B),
        _ => None,
    }
}
