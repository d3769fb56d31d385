//! Writing files into a PDF: what a hybrid invoice needs of its container, without knowing an invoice.
//!
//! The document is loaded, changed as objects and written anew. Streams are copied as they are packed, so pages stay what
//! they were. What nothing refers to is left behind, objects are numbered in the order in which they are met from the
//! trailer, and the file identifier is a hash of the content: the same input gives the same bytes, and embedding the same
//! file twice gives what embedding it once gave.

mod attach;
mod container;
mod file;
mod names;
mod numbers;
mod order;
pub(in crate::pdf) mod packet;
mod remove;
mod source;
mod spelling;
mod stamp;
#[cfg(test)]
mod tests;

pub(crate) use packet::{Properties, Property};
pub(crate) use stamp::Stamp;

use super::archive::{self, Level};
use super::{Limits, xmp};
use crate::finding::Finding;

/// A file that is to be written into a PDF.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewFile<'a> {
    /// Its name, which readers look for.
    pub name: &'a str,
    /// Its bytes, which come out as they are.
    pub bytes: &'a [u8],
    /// Its media type: `text/xml`.
    pub mime: &'a str,
    /// How it relates to the document: `Alternative`, `Data`, `Source`, `Supplement`, `Unspecified`.
    pub relationship: &'a str,
    /// What it is, in words.
    pub description: &'a str,
}

/// What is to be done with a PDF.
pub(crate) struct Embedding<'a> {
    /// What is written into it.
    pub files: &'a [NewFile<'a>],
    /// Which files inside it give way, by name. Those that a new file has the name of do so anyway.
    pub replaces: &'a dyn Fn(&str) -> bool,
    /// What the metadata say of the new files; those that say as much of older ones are dropped.
    pub properties: &'a Properties,
    /// When this is done, as the file states it.
    pub date: &'a Stamp,
    /// Whether the file shall be PDF/A-3 and say so.
    pub pdfa: bool,
}

/// A PDF with the files in it.
#[derive(Debug)]
pub(crate) struct Embedded {
    /// The file.
    pub bytes: Vec<u8>,
    /// The level of PDF/A-3 that it claims, if any.
    pub level: Option<Level>,
    /// What was changed beyond what was asked for, and what is odd.
    pub findings: Vec<Finding>,
}

/// Writes files into a PDF.
///
/// # Errors
/// All that stands in the way: the PDF cannot be read, is beyond a limit, is signed, or cannot become PDF/A-3.
pub(crate) fn embed(bytes: &[u8], wish: &Embedding<'_>, limits: &Limits) -> Result<Embedded, Vec<Finding>> {
    let source::Source { mut document, mut findings } = source::open(bytes, limits).map_err(|finding| vec![finding])?;
    let replaces = |name: &str| (wish.replaces)(name) || wish.files.iter().any(|file| file.name == name);
    findings.extend(remove::remove(&mut document, &replaces));
    let metadata = packet::read(&document, limits);
    let level = match wish.pdfa {
        true => Some(archive(&mut document, &metadata, &mut findings, limits)?),
        false => None,
    };
    attach::attach(&mut document, wish);
    findings.extend(packet::write(&mut document, metadata, wish, level));
    let bytes = container::write(document, level.is_some()).map_err(|finding| vec![finding])?;
    Ok(Embedded { bytes, level, findings })
}

/// What stands in the way, and the way around it, where there is one: a signature forbids every change.
fn hopeless(left: Vec<archive::Lack>) -> Vec<Finding> {
    let is_signed = left.iter().any(|lack| lack.remedy == archive::Remedy::Refused);
    let mut findings: Vec<Finding> = left.into_iter().map(|lack| lack.finding).collect();
    if let Some(last) = findings.last_mut().filter(|_| !is_signed) {
        let help = "make the pages anew as PDF/A, with all fonts embedded, or write a plain PDF with --no-pdfa";
        last.help = Some(help.to_owned());
    }
    findings
}

/// Makes the document PDF/A-3 as far as its objects go, or says why it cannot be.
fn archive(
    document: &mut lopdf::Document,
    metadata: &packet::Metadata,
    findings: &mut Vec<Finding>,
    limits: &Limits,
) -> Result<Level, Vec<Finding>> {
    let claimed = metadata.text().and_then(|text| xmp::parse(text).ok());
    let mended = archive::mend(document, claimed.as_ref(), limits).map_err(|finding| vec![finding])?;
    if !mended.left.is_empty() {
        return Err(hopeless(mended.left));
    }
    findings.extend(mended.done);
    Ok(mended.level)
}
