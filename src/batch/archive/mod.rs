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

/// What else the names of packed files end in.
const OTHERS: [&str; 9] = [".7z", ".rar", ".cab", ".gz", ".zst", ".xz", ".txz", ".bz2", ".tbz2"];

/// Whether a name says that the file is packed, in a way that einv knows or not.
pub fn says_packed(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    Kind::of(path).is_some() || OTHERS.iter().any(|end| name.ends_with(end))
}

impl Kind {
    /// True for those that are written, too.
    pub(super) fn is_written(self) -> bool {
        matches!(self, Kind::Zip | Kind::Tar)
    }

    /// The kind of archive that a name promises.
    pub(super) fn of(path: &Path) -> Option<Kind> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        ENDS.iter().find(|(end, _)| name.ends_with(end) && name.len() > end.len()).map(|(_, kind)| *kind)
    }
}
