//! Files: opened patiently, read within a limit, their troubles in words.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::finding::{FILE, Finding};
use crate::limits::Limits;
use crate::place::Place;

/// How often, and how long in between, a file is tried while too many are open: other threads close theirs meanwhile.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// Does something that needs a file descriptor, and waits for one if all are in use.
pub(super) fn patiently<T>(mut open: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..TRIES {
        match open() {
            Err(error) if is_out_of_descriptors(&error) => sleep(PAUSE),
            result => return result,
        }
    }
    open()
}

#[cfg(unix)]
fn is_out_of_descriptors(error: &io::Error) -> bool {
    const EMFILE: i32 = 24;
    const ENFILE: i32 = 23;
    matches!(error.raw_os_error(), Some(EMFILE | ENFILE))
}

#[cfg(not(unix))]
fn is_out_of_descriptors(_: &io::Error) -> bool {
    false
}

/// Reads an input whole, if it is not larger than `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Finding> {
    read_as("the input", path, limit)
}

/// Reads a file whole, if it is not larger than `limit` bytes; `what` is what it is called if it cannot be read.
pub(super) fn read_as(what: &str, path: &Path, limit: u64) -> Result<Vec<u8>, Finding> {
    let result = patiently(|| File::open(path)).and_then(|file| {
        let size = file.metadata()?.len();
        let mut bytes = Vec::with_capacity(size.min(limit) as usize + 1);
        file.take(limit + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    match result {
        Ok(bytes) if bytes.len() as u64 > limit => Err(too_large_as(what, limit)),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(unreadable(what, &error)),
    }
}

/// The finding for an input beyond the limit.
pub(super) fn too_large(limit: u64) -> Finding {
    too_large_as("the input", limit)
}

fn too_large_as(what: &str, limit: u64) -> Finding {
    let message = format!("{what} is larger than einv reads");
    Finding { message, ..Limits::default().input(limit).input_too_large(None) }
}

/// The finding for something that cannot be read.
pub(super) fn unreadable(what: &str, error: &io::Error) -> Finding {
    Finding::new(FILE, format!("{what} cannot be read: {}", in_words(error)))
}

/// The finding for something that cannot be written.
pub(super) fn unwritable(what: &str, error: &io::Error) -> Finding {
    Finding::new(FILE, format!("{what} cannot be written: {}", in_words(error)))
}

/// The finding for something that cannot be made.
pub(super) fn not_made(what: &str, error: &io::Error) -> Finding {
    Finding::new(FILE, format!("{what} cannot be made: {}", in_words(error)))
}

/// A finding about a file as a whole.
pub(super) fn about(finding: Finding, path: &Path) -> Finding {
    finding.at(Place::default().in_file(&path.to_string_lossy()))
}

/// Why a file cannot be read or written, as the end of a sentence; without the names of files under way.
pub fn in_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "there is no permission to do so".to_owned(),
        ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        ErrorKind::AlreadyExists => "a file is in the way".to_owned(),
        ErrorKind::NotADirectory => "a part of its path is a file".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the quota of the disk is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        ErrorKind::InvalidFilename => "its name is too long or not allowed here".to_owned(),
        _ if is_out_of_descriptors(error) => "too many files are open".to_owned(),
        // What the system says, without its number.
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    }
}

/// Whether the next file would meet the same trouble, so that the job cannot go on.
pub(super) fn is_lasting(error: &io::Error) -> bool {
    const EIO: i32 = 5;
    let lasting = [
        ErrorKind::StorageFull,
        ErrorKind::QuotaExceeded,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::PermissionDenied,
        ErrorKind::StaleNetworkFileHandle,
    ];
    lasting.contains(&error.kind()) || is_out_of_descriptors(error) || error.raw_os_error() == Some(EIO)
}
