//! A directory, walked in the order of names with no descriptor held open: of each directory on the way, the names are
//! in memory, and nothing else.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::archive;
use super::files::{patiently, unreadable};
use super::filter::Filter;
use super::name::{Crowded, Names, key};
use super::pages::Pages;
use crate::finding::{BATCH_KIND, FILE, Finding};

/// Temporary files begin so; they are never inputs.
pub(super) const TEMPORARY: &str = ".einv-";

/// What the walk needs to know.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) names: Names,
    /// Where inputs have their pages.
    pub(super) pages: Option<Pages>,
    pub(super) filter: Filter,
    /// The tree that links may not lead out of.
    pub(super) tree: PathBuf,
    /// OUT and the manifest, where they lie in the tree: no inputs.
    pub(super) avoid: Vec<PathBuf>,
}

/// A directory whose names are being worked through.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    below: PathBuf,
    names: std::vec::IntoIter<(OsString, Kind)>,
    crowded: Crowded,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Archive(archive::Kind),
    Link,
    Other,
}

/// A step of the walk.
pub(super) enum Step {
    Folder(Folder),
    File {
        path: PathBuf,
        below: PathBuf,
        output: PathBuf,
    },
    Archive {
        path: PathBuf,
        below: PathBuf,
        kind: archive::Kind,
    },
    Problem {
        path: PathBuf,
        below: PathBuf,
        finding: Finding,
    },
    /// A link to a directory of the tree, which is walked at its own place.
    Elsewhere,
}

impl Folder {
    /// Lists a directory; `inner` is its path below the input, `below` the one under OUT.
    pub(super) fn open(path: PathBuf, below: PathBuf, inner: &Path, rules: &Rules) -> Result<Folder, Finding> {
        let mut names = list(&path, inner, rules).map_err(|error| unreadable("the directory", &error))?;
        without_pages(&mut names, rules);
        let is_file = |kind: &Kind| !matches!(kind, Kind::Folder | Kind::Archive(_));
        let files = names.iter().filter(|(_, kind)| is_file(kind));
        let keys = files.map(|(name, _)| rules.names.keys(Path::new(""), name)).collect();
        let folders = names.iter().filter(|(_, kind)| !is_file(kind)).map(|(name, _)| key(Path::new(""), name));
        let crowded = Crowded::decide(keys, folders);
        Ok(Folder { path, below, names: names.into_iter(), crowded })
    }

    /// The next name.
    pub(super) fn next(&mut self, rules: &Rules) -> Option<Step> {
        let (name, kind) = self.names.next()?;
        let (path, below) = (self.path.join(&name), self.below.join(&name));
        let finding = match kind {
            Kind::Folder => match Folder::open(path.clone(), below.clone(), &inner(&path, rules), rules) {
                Ok(folder) => return Some(Step::Folder(folder)),
                Err(finding) => finding,
            },
            Kind::Link => match followed(&path, &rules.tree) {
                Ok(Followed::File) => return Some(self.file(path, below, &name, rules)),
                Ok(Followed::Folder) => return Some(Step::Elsewhere),
                Err(finding) => finding,
            },
            Kind::Other => Finding::new(BATCH_KIND, "this is a pipe, a socket or a device, and einv reads files"),
            Kind::Archive(kind) => return Some(Step::Archive { path, below, kind }),
            Kind::File => return Some(self.file(path, below, &name, rules)),
        };
        Some(Step::Problem { path, below, finding })
    }

    fn file(&self, path: PathBuf, below: PathBuf, name: &OsString, rules: &Rules) -> Step {
        let output = self.below.join(self.crowded.name(&rules.names, Path::new(""), name));
        Step::File { path, below, output }
    }
}

/// The path below the input, for patterns.
pub(super) fn inner(path: &Path, rules: &Rules) -> PathBuf {
    path.strip_prefix(&rules.tree).unwrap_or(path).to_owned()
}

/// What a link inside the tree leads to. A directory of the tree is walked at its own place.
enum Followed {
    File,
    Folder,
}

fn followed(path: &Path, tree: &Path) -> Result<Followed, Finding> {
    let tree = fs::canonicalize(tree).map_err(|error| unreadable("the directory", &error))?;
    match (fs::canonicalize(path), fs::metadata(path)) {
        (Ok(real), Ok(_)) if !real.starts_with(&tree) => {
            Err(Finding::new(BATCH_KIND, "this is a link that leads out of the directory, and is not followed"))
        }
        (Ok(_), Ok(meta)) if meta.is_dir() => Ok(Followed::Folder),
        (Ok(_), Ok(meta)) if meta.is_file() => Ok(Followed::File),
        (Ok(_), Ok(_)) => Err(Finding::new(BATCH_KIND, "this leads to a pipe, a socket or a device")),
        _ => Err(Finding::new(FILE, "this is a link that leads nowhere")),
    }
}

fn list(path: &Path, inner: &Path, rules: &Rules) -> io::Result<Vec<(OsString, Kind)>> {
    let mut names = Vec::new();
    for entry in patiently(|| fs::read_dir(path))? {
        let entry = entry?;
        let name = entry.file_name();
        let kind = kind(entry.file_type()?, Path::new(&name));
        let below = inner.join(&name);
        let is_left_out = match kind {
            Kind::Folder | Kind::Archive(_) => rules.filter.leaves_out(&below),
            _ => !rules.filter.takes(&below),
        };
        let is_ours = name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes());
        if !is_left_out && !is_ours && !is_avoided(path, &name, rules) {
            names.push((name, kind));
        }
    }
    names.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    Ok(names)
}

/// Files that are the pages of an input beside them are no inputs.
fn without_pages(names: &mut Vec<(OsString, Kind)>, rules: &Rules) {
    let Some(pages) = &rules.pages else { return };
    let taken: HashSet<OsString> = names.iter().filter_map(|(name, _)| pages.beside(name)).collect();
    names.retain(|(name, _)| !taken.contains(name));
}

fn is_avoided(folder: &Path, name: &OsString, rules: &Rules) -> bool {
    let same = |avoid: &PathBuf| {
        avoid.file_name() == Some(name) && fs::canonicalize(folder.join(name)).is_ok_and(|real| real == *avoid)
    };
    rules.avoid.iter().any(same)
}

fn kind(kind: FileType, name: &Path) -> Kind {
    match kind {
        kind if kind.is_dir() => Kind::Folder,
        kind if kind.is_file() => archive::Kind::of(name).map_or(Kind::File, Kind::Archive),
        kind if kind.is_symlink() => Kind::Link,
        _ => Kind::Other,
    }
}
