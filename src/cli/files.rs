//! Files: read whole, written whole or not at all, never over an original.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use einv::batch::in_words;
use einv::finding::{ARGUMENTS, FILE};
use einv::{Finding, Limits, Place};

use super::exit::{Exit, Stop};

/// True for `-`, standard input or output.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A finding about a file as a whole.
pub(crate) fn about(finding: Finding, path: &Path) -> Finding {
    finding.at(Place::default().in_file(&path.display().to_string()))
}

/// Reads the input whole, if it is within the limit.
pub(crate) fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, Stop> {
    read_as("the input", path, limits)
}

/// Reads a file whole, if it is within the limit of inputs; `what` is what messages call it.
pub(crate) fn read_as(what: &str, path: &Path, limits: &Limits) -> Result<Vec<u8>, Stop> {
    if is_dash(path) {
        return read_from(io::stdin().lock(), 0, "standard input", Path::new("<stdin>"), limits);
    }
    if path.is_dir() {
        let finding = Finding::new(ARGUMENTS, format!("{what} is a directory, and one file is wanted"));
        return Err(Stop::usage(about(finding, path)));
    }
    let file = fs::File::open(path).map_err(|error| unreadable(what, path, &error))?;
    let size = file.metadata().ok().filter(fs::Metadata::is_file).map(|meta| meta.len());
    match size {
        Some(size) if size > limits.input_bytes() => Err(too_large(path, limits, Some(size))),
        _ => read_from(file, size.unwrap_or_default(), what, path, limits),
    }
}

fn read_from(source: impl Read, size: u64, what: &str, path: &Path, limits: &Limits) -> Result<Vec<u8>, Stop> {
    // One byte more, so that its end is met without more room.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default().saturating_add(1));
    let most = limits.input_bytes();
    source.take(most + 1).read_to_end(&mut bytes).map_err(|error| unreadable(what, path, &error))?;
    match bytes.len() as u64 > most {
        true => Err(too_large(path, limits, None)),
        false => Ok(bytes),
    }
}

fn too_large(path: &Path, limits: &Limits, size: Option<u64>) -> Stop {
    Stop { exit: Exit::Input, findings: vec![about(limits.input_too_large(size), path)] }
}

/// Reads a text that belongs to the command line: a table, a list of losses.
pub(crate) fn read_text(what: &str, path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| unreadable(what, path, &error))
}

fn unreadable(what: &str, path: &Path, error: &io::Error) -> Stop {
    Stop::file(about(Finding::new(FILE, format!("{what} cannot be read: {}", in_words(error))), path))
}

/// How messages name an input.
pub(crate) fn name_of(input: &Path) -> String {
    if is_dash(input) { "<stdin>".to_owned() } else { input.display().to_string() }
}

/// Puts a finding about what is in an input there.
pub(crate) fn locate(finding: &mut Finding, name: &str) {
    let place = finding.place.take().unwrap_or_default();
    finding.place = Some(place.in_file(name));
}

/// True if both paths lead to the same file.
pub(crate) fn is_same(left: &Path, right: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    left == right || real(left).is_some_and(|left| real(right) == Some(left))
}

/// Says before any work whether a file may be written.
pub(crate) fn may_write(what: &str, path: &Path, force: bool) -> Result<(), Stop> {
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            let finding = Finding::new(FILE, format!("{what} cannot be written: it is a directory"));
            Err(Stop::file(about(finding, path)))
        }
        Ok(meta) if meta.is_file() && !force => Err(exists(path)),
        Ok(_) => Ok(()),
        Err(_) if folder(path).is_dir() => Ok(()),
        Err(_) => {
            let message = format!("{what} cannot be written: there is no such directory");
            Err(Stop::file(about(Finding::new(FILE, message), folder(path))))
        }
    }
}

fn exists(path: &Path) -> Stop {
    let finding = Finding::new(FILE, "this file exists already and is kept").help("add --force to overwrite it");
    Stop::file(about(finding, path))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes a directory, where there is none.
pub(crate) fn make_folder(path: &Path) -> Result<(), Stop> {
    fs::create_dir_all(path).map_err(|error| {
        let message = format!("the directory cannot be made: {}", in_words(&error));
        Stop::file(about(Finding::new(FILE, message), path))
    })
}

/// Writes a file, whole or not at all: under another name first. Devices and pipes are written to as they are.
pub(crate) fn write(what: &str, path: &Path, bytes: &[u8], force: bool) -> Result<(), Stop> {
    let known = fs::metadata(path).ok();
    if known.as_ref().is_some_and(|meta| !meta.is_file()) {
        return fs::write(path, bytes).map_err(|error| unwritable(what, path, &error));
    }
    // A link stays a link: what it leads to is replaced.
    let real = known.as_ref().and_then(|_| fs::canonicalize(path).ok());
    let real = real.as_deref().unwrap_or(path);
    let result = (|| {
        let mut file = new_file(known).tempfile_in(folder(real))?;
        file.write_all(bytes)?;
        let kept = if force { file.persist(real) } else { file.persist_noclobber(real) };
        kept.map(|_| ()).map_err(|error| error.error)
    })();
    result.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => unwritable(what, path, &error),
    })
}

fn unwritable(what: &str, path: &Path, error: &io::Error) -> Stop {
    Stop::file(about(Finding::new(FILE, format!("{what} cannot be written: {}", in_words(error))), path))
}

/// The file that becomes the output by its new name, with the permissions that a file of that name has or would have.
fn new_file(known: Option<fs::Metadata>) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".einv-");
    match known {
        Some(known) => {
            builder.permissions(known.permissions());
        }
        None => {
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
    }
    builder
}

/// Prints a document to standard output.
pub(crate) fn print(text: &str) -> Result<Exit, Stop> {
    to_stdout(format!("{}\n", text.trim_end()).as_bytes()).map(|()| Exit::Done)
}

/// Writes to standard output. That nobody reads on is not an error.
pub(crate) fn to_stdout(bytes: &[u8]) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(unwritable("the output", Path::new("<stdout>"), &error))
        }
        _ => Ok(()),
    }
}

/// The tables of a directory, by name and text, in the order of their names.
pub(crate) fn tables(folder: &Path) -> Result<Vec<(String, String)>, Stop> {
    let what = "the directory of tables";
    let entries = fs::read_dir(folder).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Stop::file(about(Finding::new(FILE, format!("{what} cannot be read: there is no such directory")), folder))
        }
        _ => unreadable(what, folder, &error),
    })?;
    let is_table =
        |path: &PathBuf| path.extension().is_some_and(|ext| ext == "map" || ext == "terms" || ext == "targets");
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_table).collect();
    paths.sort();
    if paths.is_empty() {
        let finding = Finding::new(ARGUMENTS, "there is no table in this directory");
        return Err(Stop::usage(about(finding.expected("files whose names end in .map, .terms or .targets"), folder)));
    }
    let named = |path: PathBuf| Ok((path.display().to_string(), read_text("a table", &path)?));
    paths.into_iter().map(named).collect()
}

/// Losses to accept, with those of `@FILE` in the place of its name.
pub(crate) fn accepted(given: &[String]) -> Result<Vec<String>, Stop> {
    let mut all = Vec::new();
    for entry in given {
        match entry.trim().strip_prefix('@') {
            Some(path) => {
                let text = read_text("the list of losses to accept", Path::new(path))?;
                all.extend(text.lines().map(without_comment).map(str::to_owned));
            }
            None => all.push(entry.trim().to_owned()),
        }
    }
    all.retain(|entry| !entry.is_empty());
    Ok(all)
}

/// A `#` begins a comment at the start of a line or behind a blank.
fn without_comment(line: &str) -> &str {
    let is_comment = |at: &usize| line[..*at].chars().next_back().is_none_or(char::is_whitespace);
    let end = line.match_indices('#').map(|(at, _)| at).find(is_comment);
    line[..end.unwrap_or(line.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_comments_on_lines_and_behind_entries() {
        assert_eq!(without_comment("# all"), "");
        assert_eq!(without_comment(" BT-X-2  # document name"), "BT-X-2");
        assert_eq!(without_comment("offer#2.pdf"), "offer#2.pdf");
        assert_eq!(without_comment(""), "");
    }

    #[test]
    fn an_output_keeps_what_is_there_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.xml");
        write("the output", &path, b"one", false).unwrap();
        assert_eq!(write("the output", &path, b"two", false).unwrap_err().exit, Exit::File);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write("the output", &path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.xml"), folder.path().join("link.xml"));
        fs::write(&real, b"one").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        write("the output", &link, b"two", true).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"two");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
