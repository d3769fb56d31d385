//! The inputs, one after the other, in an order that depends on names alone.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::archive::{self, Entry, Kind, TarStream, Zip, safe_path};
use super::cancel::Cancel;
use super::name::{Crowded, Names};
use super::root::{Root, What};
use super::walk::{Folder, Rules, Step, inner};
use crate::finding::{BATCH_KIND, Finding};

/// An input, and where its output goes.
#[derive(Debug)]
pub(super) struct Task {
    /// Place in the order of inputs.
    pub(super) index: u64,
    /// The path as it is told.
    pub(super) path: PathBuf,
    /// The path under OUT that mirrors it, with its own name.
    pub(super) below: PathBuf,
    /// The path of the output under OUT.
    pub(super) output: PathBuf,
    pub(super) content: Content,
}

/// Where the bytes are.
#[derive(Debug)]
pub(super) enum Content {
    File,
    Bytes(Vec<u8>),
    Entry(Zip, Box<Entry>),
    Problem(Finding),
}

/// Gives the inputs. Memory: the names of each directory on the way, and of the zip that is being read.
pub(super) struct Lister {
    roots: std::vec::IntoIter<Root>,
    crowded: Crowded,
    stack: Vec<Frame>,
    rules: Rules,
    limit: u64,
    cancel: Cancel,
    index: u64,
    /// Names are enough: no content is read.
    counting: bool,
}

/// What is being worked through.
enum Frame {
    Folder(Folder),
    Zip(Packed, Zip, std::vec::IntoIter<Entry>),
    Tar(Packed, TarStream),
    /// The names of a tar whose contents are not wanted.
    Names(Packed, std::vec::IntoIter<PathBuf>),
}

/// An archive: how it is called, where it stands, and which names of outputs are taken.
struct Packed {
    path: PathBuf,
    below: PathBuf,
    /// Path of the archive below its input, for patterns.
    inner: PathBuf,
    crowded: Crowded,
}

/// A task before it has its number.
type Found = (PathBuf, PathBuf, PathBuf, Content);

impl Lister {
    pub(super) fn new(mut roots: Vec<Root>, rules: Rules, limit: u64, cancel: Cancel) -> Lister {
        without_pages(&mut roots, &rules);
        let files = roots.iter().filter(|root| root.what == What::File);
        let keys = files.map(|root| rules.names.keys(&root.below, &name(&root.path))).collect();
        let crowded = Crowded::decide(keys, []);
        Lister { roots: roots.into_iter(), crowded, stack: Vec::new(), rules, limit, cancel, index: 0, counting: false }
    }

    /// The same inputs without their contents.
    pub(super) fn counting(mut self) -> Lister {
        self.counting = true;
        self
    }

    fn step(&mut self) -> Option<Option<Found>> {
        let Some(frame) = self.stack.last_mut() else {
            let root = self.roots.next()?;
            return Some(self.root(root));
        };
        let found = match frame {
            Frame::Folder(folder) => match folder.next(&self.rules) {
                None => None,
                Some(step) => return Some(self.walked(step)),
            },
            Frame::Zip(packed, zip, entries) => entries.next().map(|entry| packed.zipped(zip, entry, &self.rules)),
            Frame::Names(packed, names) => names.next().map(|name| packed.streamed(name, Ok(Vec::new()), &self.rules)),
            Frame::Tar(packed, stream) => stream.next().map(|(name, bytes)| packed.streamed(name, bytes, &self.rules)),
        };
        match found {
            None => {
                self.stack.pop();
                Some(None)
            }
            found => Some(found.flatten()),
        }
    }

    fn root(&mut self, root: Root) -> Option<Found> {
        let own = name(&root.path);
        match root.what {
            What::Folder => {
                self.rules.tree.clone_from(&root.path);
                match Folder::open(root.path.clone(), root.below.clone(), Path::new(""), &self.rules) {
                    Ok(folder) => self.enter(Frame::Folder(folder)),
                    Err(finding) => Some(problem(root.path, root.below, finding)),
                }
            }
            What::Archive(kind) => self.archive(root.path, root.below, PathBuf::new(), kind),
            What::File if !self.rules.filter.takes(Path::new(&own)) => None,
            What::File => {
                let output = root.below.join(self.crowded.name(&self.rules.names, &root.below, &own));
                Some((root.path, root.below.join(own), output, Content::File))
            }
            What::Nothing => {
                let finding = match std::fs::metadata(&root.path) {
                    Err(error) => super::files::unreadable("the input", &error),
                    Ok(_) => Finding::new(BATCH_KIND, "this is a pipe, a socket or a device, and einv reads files"),
                };
                Some(problem(root.path, root.below.join(own), finding))
            }
        }
    }

    fn walked(&mut self, step: Step) -> Option<Found> {
        match step {
            Step::Folder(folder) => self.enter(Frame::Folder(folder)),
            Step::Archive { path, below, kind } => {
                let inner = inner(&path, &self.rules);
                self.archive(path, below, inner, kind)
            }
            Step::File { path, below, output } => Some((path, below, output, Content::File)),
            Step::Problem { path, below, finding } => Some(problem(path, below, finding)),
            Step::Elsewhere => None,
        }
    }

    fn archive(&mut self, path: PathBuf, below: PathBuf, inner: PathBuf, kind: Kind) -> Option<Found> {
        let mut packed = Packed { path, below, inner, crowded: Crowded::default() };
        let opened = match kind {
            Kind::Zip => packed.open_zip(&self.rules),
            kind if self.counting => packed.list_tar(kind, &self.rules, &self.cancel),
            kind => packed.open_tar(kind, &self.rules, self.limit, &self.cancel),
        };
        match opened {
            Ok(Opened::Zip(zip, entries)) => self.enter(Frame::Zip(packed, zip, entries.into_iter())),
            Ok(Opened::Names(names)) => self.enter(Frame::Names(packed, names.into_iter())),
            Ok(Opened::Tar(stream)) => self.enter(Frame::Tar(packed, stream)),
            Err(finding) => Some(problem(packed.path, packed.below, finding)),
        }
    }

    fn enter(&mut self, frame: Frame) -> Option<Found> {
        self.stack.push(frame);
        None
    }
}

impl Iterator for Lister {
    type Item = Task;

    fn next(&mut self) -> Option<Task> {
        loop {
            if let Some((path, below, output, content)) = self.step()? {
                let index = self.index;
                self.index += 1;
                return Some(Task { index, path, below, output, content });
            }
        }
    }
}

/// Files that are the pages of another input, beside them, are no inputs.
fn without_pages(roots: &mut Vec<Root>, rules: &Rules) {
    let Some(pages) = &rules.pages else { return };
    let taken: HashSet<PathBuf> =
        roots.iter().filter_map(|root| Some(root.real.with_file_name(pages.beside(root.real.file_name()?)?))).collect();
    roots.retain(|root| !taken.contains(&root.real));
}

enum Opened {
    Zip(Zip, Vec<Entry>),
    Tar(TarStream),
    Names(Vec<PathBuf>),
}

impl Packed {
    fn open_zip(&mut self, rules: &Rules) -> Result<Opened, Finding> {
        let zip = Zip::open(&self.path)?;
        let entries = zip.entries()?;
        let mut keys = Vec::new();
        for entry in &entries {
            self.key(&entry.path().0, rules, &mut keys);
        }
        self.crowded = Crowded::decide(keys, []);
        Ok(Opened::Zip(zip, entries))
    }

    fn open_tar(&mut self, kind: Kind, rules: &Rules, limit: u64, cancel: &Cancel) -> Result<Opened, Finding> {
        archive::check(&self.path)?;
        let mut keys = Vec::new();
        let twice = archive::survey(&self.path, kind, cancel, |name| self.key(name, rules, &mut keys));
        self.crowded = Crowded::decide(keys, []);
        Ok(Opened::Tar(TarStream::start(&self.path, kind, twice, limit)))
    }

    fn list_tar(&mut self, kind: Kind, rules: &Rules, cancel: &Cancel) -> Result<Opened, Finding> {
        archive::check(&self.path)?;
        let (mut keys, mut names) = (Vec::new(), Vec::new());
        archive::survey(&self.path, kind, cancel, |name| {
            self.key(name, rules, &mut keys);
            names.push(name.to_owned());
        });
        self.crowded = Crowded::decide(keys, []);
        Ok(Opened::Names(names))
    }

    fn key(&self, name: &Path, rules: &Rules, keys: &mut Vec<super::name::Keys>) {
        if let Ok(safe) = safe_path(name)
            && rules.filter.takes(&self.inner.join(&safe))
        {
            keys.push(rules.names.keys(folder(&safe), &self::name(&safe)));
        }
    }

    fn zipped(&self, zip: &Zip, entry: Entry, rules: &Rules) -> Option<Found> {
        let (name, safe) = entry.path();
        self.found(&name, safe, rules, || Content::Entry(zip.clone(), Box::new(entry)))
    }

    fn streamed(&self, name: PathBuf, bytes: Result<Vec<u8>, Finding>, rules: &Rules) -> Option<Found> {
        let content = match bytes {
            Err(finding) if name.as_os_str().is_empty() => {
                return Some(problem(self.path.clone(), self.below.clone(), finding));
            }
            Err(finding) => Content::Problem(finding),
            Ok(bytes) => Content::Bytes(bytes),
        };
        self.found(&name, safe_path(&name), rules, || content)
    }

    fn found(
        &self,
        name: &Path,
        safe: Result<PathBuf, Finding>,
        rules: &Rules,
        content: impl FnOnce() -> Content,
    ) -> Option<Found> {
        let path = inside(&self.path, name);
        match safe {
            Ok(safe) if !rules.filter.takes(&self.inner.join(&safe)) => None,
            Ok(safe) => {
                let output = self.output(&safe, &rules.names);
                Some((path, self.below.join(&safe), output, content()))
            }
            Err(finding) => Some(problem(path, inside(&self.below, name), finding)),
        }
    }

    fn output(&self, safe: &Path, names: &Names) -> PathBuf {
        let folder = folder(safe);
        self.below.join(folder).join(self.crowded.name(names, folder, &name(safe)))
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn name(path: &Path) -> OsString {
    path.file_name().unwrap_or(path.as_os_str()).to_owned()
}

/// The path of an entry as it is told; joining would let an absolute one stand for itself.
fn inside(archive: &Path, name: &Path) -> PathBuf {
    let mut path = archive.as_os_str().to_owned();
    if !path.is_empty() {
        path.push("/");
    }
    path.push(name);
    path.into()
}

fn problem(path: PathBuf, below: PathBuf, finding: Finding) -> Found {
    (path, below, PathBuf::new(), Content::Problem(finding))
}
