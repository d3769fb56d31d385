//! A manifest as it is written, and taken up again.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::line::{Header, Line};
use crate::batch::files::{about, unreadable, unwritable};
use crate::batch::outcome::{Outcome, State};
use crate::batch::shard::digest;
use crate::error::{Error, ErrorKind as Class};
use crate::finding::{BATCH_MANIFEST, FILE, Finding};

/// What is to be done with a manifest that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub(in crate::batch) enum Resume {
    /// Nothing: it is kept, or with `force` overwritten.
    No,
    /// Goes on where it ends.
    Rest,
    /// Repeats what failed or was refused.
    Retry,
}

/// Which inputs are to be done, by their paths: 16 bytes for each of the others.
#[derive(Debug)]
pub(in crate::batch) enum Chosen {
    All,
    AllBut(HashSet<[u8; 16]>),
    Only(HashSet<[u8; 16]>),
}

impl Chosen {
    pub(in crate::batch) fn takes(&self, path: &Path) -> bool {
        match self {
            Chosen::All => true,
            Chosen::AllBut(done) => !done.contains(&digest(path)),
            Chosen::Only(open) => open.contains(&digest(path)),
        }
    }
}

/// An open manifest. Threads append whole lines.
#[derive(Debug)]
pub(in crate::batch) struct Manifest {
    end: Mutex<End>,
    durable: bool,
}

/// Room for nearly every line, in bytes.
const USUAL_LINE: usize = 4096;

#[derive(Debug)]
struct End {
    file: File,
    at: u64,
}

impl Manifest {
    /// Begins a manifest or takes it up. `each` gets what stands in it and stays.
    pub(in crate::batch) fn open(
        path: &Path,
        header: &Header,
        resume: Resume,
        (force, durable): (bool, bool),
        mut each: impl FnMut(&Outcome),
    ) -> Result<(Manifest, Chosen), Error> {
        let known = fs::metadata(path).ok();
        if let Some(meta) = known.as_ref().filter(|meta| !meta.is_file()) {
            let what = if meta.is_dir() { "a directory" } else { "a pipe, a socket or a device" };
            let finding = Finding::new(FILE, format!("the manifest cannot be written: it is {what}"));
            return Err(Error::new(Class::File, vec![about(finding, path)]));
        }
        let exists = known.is_some_and(|meta| meta.len() > 0);
        if exists && resume == Resume::No && !force {
            return Err(kept(path));
        }
        let file = open(path, resume == Resume::Retry)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let finding = Finding::new(BATCH_MANIFEST, "another job is writing this manifest");
            let finding = finding.help("wait until that job has ended, or name another manifest");
            return Err(Error::new(Class::File, vec![about(finding, path)]));
        }
        let (at, chosen) = match resume {
            Resume::No => (0, Chosen::All),
            _ => take_up(&file, path, header, resume, &mut each)?,
        };
        let failed = |error: io::Error| broken(path, &error);
        file.set_len(at).map_err(failed)?;
        (&file).seek(SeekFrom::Start(at)).map_err(failed)?;
        let manifest = Manifest { end: Mutex::new(End { file, at }), durable };
        if at == 0 {
            manifest.append(header).map_err(failed)?;
        }
        Ok((manifest, chosen))
    }

    /// Appends a line, or nothing: what a full disk left of it is taken back.
    pub(in crate::batch) fn append(&self, line: &impl serde::Serialize) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(USUAL_LINE);
        serde_json::to_writer(&mut bytes, line).map_err(io::Error::other)?;
        bytes.push(b'\n');
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let written = end.file.write_all(&bytes).and_then(|()| match self.durable {
            true => end.file.sync_data(),
            false => Ok(()),
        });
        if written.is_err() {
            let at = end.at;
            // If even this fails, the half line is found by the next run.
            let _ = end.file.set_len(at).and_then(|()| end.file.seek(SeekFrom::Start(at)));
            return written;
        }
        end.at += bytes.len() as u64;
        Ok(())
    }
}

fn open(path: &Path, must_exist: bool) -> Result<File, Error> {
    if let Some(folder) = path.parent().filter(|folder| !must_exist && !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| broken(path, &error))?;
    }
    let file = OpenOptions::new().read(true).write(true).create(!must_exist).truncate(false).open(path);
    file.map_err(|error| match error.kind() {
        ErrorKind::NotFound => broken_to_read(path, &error),
        _ => broken(path, &error),
    })
}

fn broken(path: &Path, error: &io::Error) -> Error {
    Error::new(Class::File, vec![about(unwritable("the manifest", error), path)])
}

fn kept(path: &Path) -> Error {
    let finding = Finding::new(FILE, "this manifest exists already and is kept");
    let finding = finding.help("go on with that job by adding --resume, or overwrite it with --force");
    Error::new(Class::File, vec![about(finding, path)])
}

/// Where the whole lines end, and what is left to do.
fn take_up(
    file: &File,
    path: &Path,
    header: &Header,
    resume: Resume,
    each: &mut impl FnMut(&Outcome),
) -> Result<(u64, Chosen), Error> {
    let mut lines = Lines::new(file);
    match lines.next().and_then(|line| serde_json::from_slice::<Header>(line).ok()) {
        // Killed before the first line was whole: nothing was done.
        None if resume == Resume::Rest && lines.is_over() => return Ok((0, Chosen::All)),
        None => return Err(foreign(path)),
        Some(there) => same(path, header, &there)?,
    }
    let mut end = lines.at;
    let mut last = std::collections::HashMap::new();
    while let Some(line) = lines.next().and_then(|line| serde_json::from_slice::<Line<'_>>(line).ok()) {
        last.insert(digest(&line.path.0), (end, lines.at));
        end = lines.at;
    }
    settle(file, header, resume, &last, each).map(|chosen| (end, chosen)).map_err(|error| broken(path, &error))
}

/// The last line about each input counts, and an output that is gone is made again.
fn settle(
    file: &File,
    header: &Header,
    resume: Resume,
    last: &std::collections::HashMap<[u8; 16], (u64, u64)>,
    each: &mut impl FnMut(&Outcome),
) -> io::Result<Chosen> {
    (&*file).rewind()?;
    let mut lines = Lines::new(file);
    let mut done = HashSet::new();
    let mut open = HashSet::new();
    lines.next();
    let mut start = lines.at;
    while let Some(line) = lines.next().and_then(|line| serde_json::from_slice::<Line<'_>>(line).ok()) {
        let outcome = line.into_outcome();
        let key = digest(&outcome.path);
        let range = (start, lines.at);
        start = lines.at;
        if last.get(&key) != Some(&range) {
            continue;
        }
        let is_open = match resume {
            Resume::Retry => outcome.is_bad(),
            _ => !is_there(header, &outcome),
        };
        match is_open {
            true => drop(open.insert(key)),
            false => {
                each(&outcome);
                done.insert(key);
            }
        }
    }
    Ok(if resume == Resume::Retry { Chosen::Only(open) } else { Chosen::AllBut(done) })
}

/// Whether the output of a finished input is there, as long as it was.
fn is_there(header: &Header, outcome: &Outcome) -> bool {
    match (&header.output, &outcome.output, outcome.state) {
        (Some(folder), Some(output), State::Converted | State::Copied) => {
            let size = outcome.report.target.bytes;
            fs::symlink_metadata(folder.0.join(output)).is_ok_and(|meta| meta.is_file() && meta.len() == size)
        }
        _ => true,
    }
}

/// The first line, if it is whole.
pub(super) fn header(path: &Path) -> Result<Option<Header>, Error> {
    let file = File::open(path).map_err(|error| broken_to_read(path, &error))?;
    let mut lines = Lines::new(file);
    match lines.next().map(serde_json::from_slice::<Header>) {
        None if lines.is_over() => Ok(None),
        Some(Ok(header)) if header.manifest == super::MANIFEST_SCHEMA => Ok(Some(header)),
        _ => Err(foreign(path)),
    }
}

fn broken_to_read(path: &Path, error: &io::Error) -> Error {
    Error::new(Class::File, vec![about(unreadable("the manifest", error), path)])
}

fn foreign(path: &Path) -> Error {
    let finding = Finding::new(BATCH_MANIFEST, "this is no manifest of einv").found("another first line");
    Error::new(Class::Usage, vec![about(finding, path)])
}

fn same(path: &Path, here: &Header, there: &Header) -> Result<(), Error> {
    let Some((key, here, there)) = here.difference(there) else { return Ok(()) };
    let finding = Finding::new(BATCH_MANIFEST, format!("this manifest is of another job: `{key}` differs"));
    let finding = finding.found(there).expected(here);
    Err(Error::new(Class::Usage, vec![about(finding, path)]))
}

/// Whole lines: each ends with a line end.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    /// Where the next line begins.
    pub(super) at: u64,
}

impl<R: io::Read> Lines<R> {
    pub(super) fn new(reader: R) -> Lines<R> {
        Lines { reader: BufReader::with_capacity(1 << 16, reader), line: Vec::new(), at: 0 }
    }

    /// The next whole line, without its end.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        self.line.clear();
        let read = self.reader.read_until(b'\n', &mut self.line).ok()?;
        let line = self.line.strip_suffix(b"\n")?;
        self.at += read as u64;
        Some(line)
    }

    /// Whether nothing was left but the beginning of a line.
    pub(super) fn is_over(&mut self) -> bool {
        !self.line.ends_with(b"\n")
    }
}
