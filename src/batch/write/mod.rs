//! Outputs: into a directory, each whole or not at all, or into one archive, in the order of the inputs.

mod folder;
mod order;
mod pack;
mod zip;

pub(super) use folder::Folder;
pub(super) use pack::Pack;

use std::path::Path;

use crate::finding::Finding;

/// Why an output was not written.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Only this one.
    File(Finding),
    /// The next one would fare no better.
    Lasting(Finding),
}

/// Where outputs go.
pub(super) enum Sink {
    /// A dry run.
    Nowhere,
    Folder(Folder),
    Pack(Pack),
}

/// An output, with its place in the order of the inputs and in the order of those that are done at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) index: u64,
    pub(super) turn: u64,
    pub(super) path: &'p Path,
}

impl Sink {
    /// Writes an output, or nothing for an input that has none; each turn is taken exactly once.
    pub(super) fn put(&self, place: Place<'_>, bytes: Option<&[u8]>) -> Result<(), Trouble> {
        match (self, bytes) {
            (Sink::Pack(pack), bytes) => pack.put(place, bytes),
            (Sink::Folder(folder), Some(bytes)) => folder.put(place, bytes),
            _ => Ok(()),
        }
    }

    /// Nothing more comes, and nobody shall wait for it.
    pub(super) fn give_up(&self) {
        if let Sink::Pack(pack) = self {
            pack.give_up();
        }
    }

    /// Removes what a killed run may have left of an output.
    pub(super) fn clean(&self, place: Place<'_>) {
        if let Sink::Folder(folder) = self {
            folder.clean(place);
        }
    }

    /// Everything is written.
    pub(super) fn finish(self) -> Result<(), Finding> {
        match self {
            Sink::Pack(pack) => pack.finish(),
            _ => Ok(()),
        }
    }
}
