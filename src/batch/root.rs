//! Where the inputs begin: files, directories, archives, patterns and lists, and where each stands under OUT.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

use super::archive::Kind;
use super::files;
use crate::finding::{ARGUMENTS, FILE, Finding};

/// What makes a text a pattern.
const PATTERN: [char; 4] = ['*', '?', '[', '{'];

/// One input as it was given, a pattern or a list resolved.
#[derive(Debug, Clone)]
pub(super) struct Root {
    /// As it is told.
    pub(super) path: PathBuf,
    /// Without links, as far as it exists.
    pub(super) real: PathBuf,
    pub(super) what: What,
    /// Directory under OUT that its outputs stand in.
    pub(super) below: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Folder,
    Archive(Kind),
    File,
    /// Nothing is there, or nothing that can be read as a file.
    Nothing,
}

/// Resolves what was given. An input inside a directory that is given, too, is not done twice.
pub(super) fn roots(given: &[PathBuf]) -> Result<Vec<Root>, Finding> {
    let mut paths = Vec::new();
    for path in given {
        resolve(path, &mut paths)?;
    }
    let mut roots: Vec<Root> = paths.into_iter().map(root).collect();
    let folders: HashSet<PathBuf> =
        roots.iter().filter(|root| root.what == What::Folder).map(|root| root.real.clone()).collect();
    let mut seen = HashSet::new();
    roots.retain(|root| {
        let is_inside = root.real.ancestors().skip(1).any(|above| folders.contains(above));
        !is_inside && seen.insert(root.real.clone())
    });
    place(&mut roots);
    Ok(roots)
}

fn root(path: PathBuf) -> Root {
    let what = match fs::metadata(&path) {
        Ok(meta) if meta.is_dir() => What::Folder,
        Ok(meta) if meta.is_file() => Kind::of(&path).map_or(What::File, What::Archive),
        _ => What::Nothing,
    };
    let real = real(&path, what);
    Root { path, real, what, below: PathBuf::new() }
}

/// A path without links; of a file, the link itself counts.
fn real(path: &Path, what: What) -> PathBuf {
    if what == What::Folder {
        return fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (fs::canonicalize(folder), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

/// Each input keeps its path below the directory that all of them share. A single archive is such a directory itself.
fn place(roots: &mut [Root]) {
    if let [root] = roots {
        root.below = PathBuf::new();
        return;
    }
    let home = |root: &Root| match root.what {
        What::Folder => root.real.clone(),
        _ => root.real.parent().map(Path::to_owned).unwrap_or_default(),
    };
    let shared = roots.iter().map(home).reduce(|left, right| common(&left, &right)).unwrap_or_default();
    for root in roots {
        let own = match root.what {
            What::Folder | What::Archive(_) => root.real.clone(),
            _ => home(root),
        };
        let is_plain = |part: &Component<'_>| matches!(part, Component::Normal(_));
        root.below = own.strip_prefix(&shared).unwrap_or(&own).components().filter(is_plain).collect();
    }
}

fn common(left: &Path, right: &Path) -> PathBuf {
    left.components().zip(right.components()).take_while(|(left, right)| left == right).map(|(part, _)| part).collect()
}

fn resolve(path: &Path, into: &mut Vec<PathBuf>) -> Result<(), Finding> {
    if path.as_os_str() == "-" {
        let finding = Finding::new(ARGUMENTS, "standard input cannot be one of several inputs");
        return Err(finding.expected("files, directories, archives, patterns and @lists"));
    }
    let text = path.to_str().unwrap_or_default();
    if let Some(list) = text.strip_prefix('@').filter(|_| !exists(path)) {
        into.extend(listed(Path::new(list))?);
    } else if text.contains(PATTERN) && !exists(path) {
        into.extend(matching(text)?);
    } else {
        into.push(path.to_owned());
    }
    Ok(())
}

/// Whether a path stands for more than one file: a directory, an archive, a pattern or a list.
pub fn is_many(path: &Path) -> bool {
    let text = path.to_string_lossy();
    match exists(path) {
        true => path.is_dir() || Kind::of(path).is_some(),
        false => text.starts_with('@') || text.contains(PATTERN),
    }
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The paths of a list: one a line, or, if there is a zero byte, all ended by one, as `find -print0` writes them.
fn listed(list: &Path) -> Result<Vec<PathBuf>, Finding> {
    let bytes = fs::read(list).map_err(|error| {
        let finding = files::unreadable("the list of inputs", &error);
        files::about(finding, list)
    })?;
    let end = if bytes.contains(&0) { 0 } else { b'\n' };
    let lines = bytes.split(|byte| *byte == end);
    let lines = lines.map(|line| if end == 0 { line } else { line.strip_suffix(b"\r").unwrap_or(line) });
    Ok(lines.filter(|line| !line.is_empty()).map(from_bytes).collect())
}

#[cfg(unix)]
fn from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

#[cfg(not(unix))]
fn from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// What a pattern stands for, as a shell would resolve it, with `**` for any directories; in the order of names.
fn matching(pattern: &str) -> Result<Vec<PathBuf>, Finding> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| {
        Finding::new(ARGUMENTS, "the pattern cannot be read").found(pattern).expected(error.kind().to_string())
    })?;
    let matcher = glob.compile_matcher();
    let depth = if pattern.contains("**") { usize::MAX } else { pattern.matches('/').count() + 1 };
    let fixed = pattern.find(PATTERN).and_then(|at| pattern[..at].rfind('/'));
    let start = fixed.map_or(Path::new(""), |at| Path::new(&pattern[..=at]));
    let mut found = Vec::new();
    look(start, depth - start.components().count().min(depth - 1), &|path| matcher.is_match(path), &mut found);
    match found.is_empty() {
        false => Ok(found),
        true => Err(Finding::new(FILE, "no file has a name that fits the pattern").found(pattern)),
    }
}

fn look(folder: &Path, depth: usize, fits: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(shown) else { return };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = folder.join(entry.file_name());
        if fits(&path) {
            found.push(path);
        } else if depth > 1 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            look(&path, depth - 1, fits, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(given: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, is_folder) in [("in/a", true), ("in/b", true), ("in/a/1.xml", false), ("in/x.zip", false)] {
            let path = folder.path().join(path);
            match is_folder {
                true => fs::create_dir_all(path).unwrap(),
                false => fs::write(path, "").unwrap(),
            }
        }
        let given: Vec<PathBuf> = given.iter().map(|path| folder.path().join(path)).collect();
        let shown = |root: Root| root.below.to_string_lossy().replace('\\', "/");
        roots(&given).unwrap().into_iter().map(shown).collect()
    }

    #[test]
    fn inputs_keep_their_paths_below_what_they_share() {
        assert_eq!(below(&["in"]), [""]);
        assert_eq!(below(&["in/x.zip"]), [""]);
        assert_eq!(below(&["in/a", "in/b"]), ["a", "b"]);
        assert_eq!(below(&["in/a", "in/x.zip"]), ["a", "x.zip"]);
        assert_eq!(below(&["in/a/1.xml", "in/x.zip"]), ["a", "x.zip"]);
    }

    #[test]
    fn what_a_directory_holds_is_done_once() {
        assert_eq!(below(&["in", "in/a/1.xml", "in/b", "in"]), [""]);
    }

    #[test]
    fn patterns_find_what_a_shell_would() {
        assert_eq!(below(&["in/*"]), ["a", "b", "x.zip"]);
        assert_eq!(below(&["in/**/*.xml"]), [""]);
        assert!(roots(&[PathBuf::from("nowhere/*.xml")]).is_err());
    }
}
