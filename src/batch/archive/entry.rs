//! What may stand in an archive, and what is refused.

use std::path::{Component, Path, PathBuf};

use super::Kind;
use crate::finding::{BATCH_ENTRY, Finding};

/// The path of an entry below the archive, if it stays there. Its name decides nothing but the name of the output.
pub(in crate::batch) fn safe_path(name: &Path) -> Result<PathBuf, Finding> {
    let mut safe = PathBuf::new();
    for component in name.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => safe.push(part),
            _ => return Err(leads_out(name)),
        }
    }
    let text = name.to_string_lossy();
    // What is a plain name here may lead out on a machine with other rules.
    let mut parts = text.split(['/', '\\']);
    let has_drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    match text.starts_with('\\') || has_drive || text.contains('\0') || parts.any(|part| part == "..") {
        true => Err(leads_out(name)),
        false if safe.as_os_str().is_empty() => Err(leads_out(name)),
        false => Ok(safe),
    }
}

fn leads_out(name: &Path) -> Finding {
    Finding::new(BATCH_ENTRY, "the entry has a path that leads out of the archive").found(name.to_string_lossy())
}

/// The reason why an entry is not read, whatever the kind of archive, by its name alone.
pub(super) fn refused(path: &Path) -> Option<Finding> {
    Kind::of(path).map(|_| {
        let finding = Finding::new(BATCH_ENTRY, "an archive inside an archive is not opened");
        finding.help("unpack the outer archive and convert the inner one")
    })
}

pub(super) fn twice() -> Finding {
    Finding::new(BATCH_ENTRY, "two entries of the archive have this path, and neither is taken for the right one")
}

pub(super) fn no_file() -> Finding {
    Finding::new(crate::finding::BATCH_KIND, "the entry is a link or a device, and einv reads files")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_archive() {
        assert_eq!(safe_path(Path::new("./a/b.xml")).unwrap(), Path::new("a/b.xml"));
        for name in ["../a", "a/../../b", "/etc/a", "..\\a", "C:\\a", "\\a", "", "./", "a\0b"] {
            assert!(safe_path(Path::new(name)).is_err(), "{name}");
        }
    }
}
