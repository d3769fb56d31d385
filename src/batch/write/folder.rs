//! Into a directory: under another name first, then by rename.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Place, Trouble};
use crate::batch::files::{self, is_lasting, patiently};
use crate::batch::walk::TEMPORARY;
use crate::finding::{FILE, Finding};

/// The directory OUT.
#[derive(Debug)]
pub(in crate::batch) struct Folder {
    path: PathBuf,
    /// Marks temporary files of this job: a resumed run knows its own.
    mark: String,
    force: bool,
    durable: bool,
}

impl Folder {
    /// Makes the directory, if it is not there.
    pub(in crate::batch) fn new(path: &Path, mark: String, force: bool, durable: bool) -> Result<Folder, Finding> {
        let made = fs::create_dir_all(path).and_then(|()| fs::canonicalize(path));
        let path = made.map_err(|error| files::about(files::not_made("the directory", &error), path))?;
        Ok(Folder { path, mark, force, durable })
    }

    pub(super) fn put(&self, place: Place<'_>, bytes: &[u8]) -> Result<(), Trouble> {
        let path = self.path.join(place.path);
        match self.write(place, &path, bytes) {
            Ok(()) => Ok(()),
            // A run that was killed between the output and its line in the manifest has written just this.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && holds(&path, bytes) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Trouble::File(exists(place.path))),
            Err(error) => {
                let finding = files::unwritable("the output", &error);
                Err(match is_lasting(&error) {
                    true => Trouble::Lasting(files::about(finding, &path)),
                    false => Trouble::File(finding.found(place.path.to_string_lossy())),
                })
            }
        }
    }

    fn write(&self, place: Place<'_>, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.path);
        let mut file = self.temporary(folder, place.index)?;
        file.write_all(bytes)?;
        if self.durable {
            file.as_file().sync_all()?;
        }
        let kept = if self.force { file.persist(path) } else { file.persist_noclobber(path) };
        kept.map_err(|error| error.error)?;
        match self.durable {
            true => sync(folder),
            false => Ok(()),
        }
    }

    fn temporary(&self, folder: &Path, index: u64) -> io::Result<NamedTempFile> {
        let name = self.name(index);
        let create = || patiently(|| builder(&name).tempfile_in(folder));
        match create() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                create()
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                fs::remove_file(folder.join(&name))?;
                create()
            }
            result => result,
        }
    }

    fn name(&self, index: u64) -> String {
        format!("{TEMPORARY}{}-{index}", self.mark)
    }

    pub(super) fn clean(&self, place: Place<'_>) {
        let folder = place.path.parent().unwrap_or(Path::new(""));
        // Nearly always there is none, and if it cannot be removed, writing will say so.
        let _ = fs::remove_file(self.path.join(folder).join(self.name(place.index)));
    }
}

/// A temporary file with the permissions that a new file has.
fn builder(name: &str) -> tempfile::Builder<'_, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(name).rand_bytes(0);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

/// Whether a file holds just these bytes.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let is_alike = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == bytes.len() as u64);
    is_alike && fs::read(path).is_ok_and(|present| present == bytes)
}

fn exists(path: &Path) -> Finding {
    let finding = Finding::new(FILE, "a file with the name of the output exists already and is kept");
    finding.found(path.to_string_lossy()).help("add --force to overwrite such files")
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    // A directory cannot be opened as a file there.
    let _ = File::open;
    Ok(())
}
