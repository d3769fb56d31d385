//! What a PDF says of itself, for those who look into it. Nothing of this decides what its invoice is.

use lopdf::{Document, Object};

use super::lookup::Lookup;
use super::xmp::{self, Xmp};
use super::{EmbeddedFile, Limits, Pdf, open};
use crate::finding::{Finding, READ_ODD};

/// A PDF as it describes itself.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The version of PDF that it follows, `1.7`.
    pub version: String,
    /// Whether it is encrypted; one that could be read opens without a password.
    pub encrypted: bool,
    /// Whether it was damaged and had to be repaired to be read.
    pub repaired: bool,
    /// The files inside it.
    pub files: Vec<EmbeddedFile>,
    /// What its metadata say; absent without metadata that can be read.
    pub xmp: Option<Xmp>,
    /// What is odd about it.
    pub warnings: Vec<Finding>,
}

/// What a PDF says of itself.
pub(crate) fn facts(bytes: &[u8], limits: &Limits) -> Result<Facts, Finding> {
    let pdf = open(bytes, limits)?;
    let mut warnings = Vec::from_iter(pdf.repair());
    let Pdf { files, repaired, said } = pdf;
    let xmp = said.metadata.and_then(|packed| match xmp::read(&packed, limits) {
        Ok(xmp) => Some(xmp),
        Err(why) => {
            warnings.push(Finding::new(READ_ODD, "the metadata of the PDF cannot be read").found(why));
            None
        }
    });
    Ok(Facts { version: said.version, encrypted: said.encrypted, repaired, files, xmp, warnings })
}

impl Pdf {
    /// What its metadata say; `None` without metadata that can be read.
    pub(crate) fn metadata(&self, limits: &Limits) -> Option<Xmp> {
        xmp::read(self.said.metadata.as_ref()?, limits).ok()
    }
}

/// What is taken from a PDF while it is open.
#[derive(Debug)]
pub(super) struct Said {
    /// The version of its header, or the one of its catalogue if that is newer.
    pub version: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The packed metadata.
    pub metadata: Option<lopdf::Stream>,
}

impl Said {
    /// Reads the catalogue.
    pub(super) fn read(document: &Document) -> Said {
        let lookup = Lookup::new(document);
        let catalog = document.catalog().ok();
        let stated = catalog.and_then(|catalog| lookup.name_at(catalog, b"Version"));
        let metadata = catalog.and_then(|catalog| match lookup.value(catalog, b"Metadata")? {
            Object::Stream(stream) => Some(stream.clone()),
            _ => None,
        });
        Said {
            version: stated.into_iter().chain([document.version.clone()]).max().unwrap_or_default(),
            encrypted: document.was_encrypted(),
            metadata,
        }
    }
}
