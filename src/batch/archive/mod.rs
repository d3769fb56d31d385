//! Archives: read in a stream, never unpacked to a disk, their entries never trusted.

mod entry;
mod shared;
mod tar;
mod zip;

pub(super) use entry::safe_path;
pub(super) use tar::{TarStream, check, survey};
pub(super) use zip::{Entry, Zip};

use std::path::Path;

/// A kind of archive, told by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    Tar,
    TarGz,
    TarZst,
}

const ENDS: &[(&str, Kind)] = &[
    (".zip", Kind::Zip),
    (".tar", Kind::Tar),
    (".tar.gz", Kind::TarGz),
    (".tgz", Kind::TarGz),
    (".tar.zst", Kind::TarZst),
    (".tzst", Kind::TarZst),
];

impl Kind {
    /// The kind of archive that a name promises.
    pub(super) fn of(path: &Path) -> Option<Kind> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        ENDS.iter().find(|(end, _)| name.ends_with(end) && name.len() > end.len()).map(|(_, kind)| *kind)
    }
}
