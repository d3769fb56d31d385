//! Tar, plain or packed: a first pass over the headers for the names, a second one for the contents, in a thread of its
//! own that is never more than a few entries ahead.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use flate2::read::MultiGzDecoder;

use super::Kind;
use super::entry::{no_file, refused, twice};
use crate::batch::THREAD;
use crate::batch::cancel::Cancel;
use crate::batch::files::{patiently, too_large, unreadable};
use crate::batch::shard::digest;
use crate::finding::{BATCH_ENTRY, Finding};

/// How many entries the reading thread may be ahead.
const AHEAD: usize = 2;

/// An entry: its path as it stands in the archive, and its bytes or why there are none.
pub(in crate::batch) type Item = (PathBuf, Result<Vec<u8>, Finding>);

/// Entries as they come.
#[derive(Debug)]
pub(in crate::batch) struct TarStream(Receiver<Item>);

impl Iterator for TarStream {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        self.0.recv().ok()
    }
}

/// The paths of all entries that are no directories, one after the other; what is wrong with the archive comes again
/// when the contents are read. Gives the paths that stand there twice.
pub(in crate::batch) fn survey(path: &Path, kind: Kind, cancel: &Cancel, mut each: impl FnMut(&Path)) -> Twice {
    let mut seen = HashSet::new();
    let mut twice = HashSet::new();
    let mut look = || -> io::Result<()> {
        for entry in tar::Archive::new(open(path, kind)?).entries()? {
            let entry = entry?;
            if cancel.is_cancelled() {
                break;
            }
            if !entry.header().entry_type().is_dir() {
                let path = entry.path()?;
                each(&path);
                if !seen.insert(digest(&path)) {
                    twice.insert(digest(&path));
                }
            }
        }
        Ok(())
    };
    let _ = catch_unwind(AssertUnwindSafe(&mut look));
    Twice(twice)
}

/// Paths that stand in an archive more than once.
#[derive(Debug, Default)]
pub(in crate::batch) struct Twice(HashSet<[u8; 16]>);

impl TarStream {
    /// Begins to read. The thread ends with the archive, or when nobody listens any more.
    pub(in crate::batch) fn start(path: &Path, kind: Kind, twice: Twice, limit: u64) -> TarStream {
        let (sender, receiver) = sync_channel(AHEAD);
        let reader = Reader { twice, limit, sender: sender.clone() };
        let path = path.to_owned();
        let thread = thread::Builder::new().name(THREAD.to_owned());
        if let Err(error) = thread.spawn(move || reader.whole(&path, kind)) {
            let _ = sender.try_send((PathBuf::new(), Err(unreadable("the archive", &error))));
        }
        TarStream(receiver)
    }
}

struct Reader {
    twice: Twice,
    limit: u64,
    sender: SyncSender<Item>,
}

impl Reader {
    /// Reads to the end, or to where the archive is damaged.
    fn whole(&self, path: &Path, kind: Kind) {
        let run = AssertUnwindSafe(|| self.run(path, kind));
        let end = catch_unwind(run).unwrap_or_else(|_| Err(io::Error::other("its headers contradict each other")));
        if let Err(error) = end {
            let finding = Finding::new(BATCH_ENTRY, format!("the archive is damaged: {error}"));
            let _ = self.sender.send((PathBuf::new(), Err(finding)));
        }
    }

    fn run(&self, path: &Path, kind: Kind) -> io::Result<()> {
        for entry in tar::Archive::new(open(path, kind)?).entries()? {
            let mut entry = entry?;
            if entry.header().entry_type().is_dir() {
                continue;
            }
            let path = entry.path()?.into_owned();
            let bytes = match self.refuses(&path, &entry) {
                Some(finding) => Err(finding),
                None => {
                    let mut bytes = Vec::new();
                    entry.read_to_end(&mut bytes)?;
                    Ok(bytes)
                }
            };
            if self.sender.send((path, bytes)).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn refuses<R: Read>(&self, path: &Path, entry: &tar::Entry<'_, R>) -> Option<Finding> {
        let kind = entry.header().entry_type();
        match () {
            () if self.twice.0.contains(&digest(path)) => Some(twice()),
            () if !kind.is_file() && !kind.is_contiguous() && !kind.is_gnu_sparse() => Some(no_file()),
            () if entry.size() > self.limit => Some(too_large(self.limit)),
            () => refused(path),
        }
    }
}

fn open(path: &Path, kind: Kind) -> io::Result<Box<dyn Read + Send>> {
    let file = BufReader::with_capacity(1 << 17, patiently(|| File::open(path))?);
    Ok(match kind {
        Kind::TarGz => Box::new(MultiGzDecoder::new(file)),
        Kind::TarZst => Box::new(zstd::Decoder::new(file)?),
        _ => Box::new(file),
    })
}

/// Says whether an archive can be opened at all.
pub(in crate::batch) fn check(path: &Path) -> Result<(), Finding> {
    let opened = patiently(|| File::open(path));
    opened.map(|_| ()).map_err(|error| unreadable("the archive", &error))
}
