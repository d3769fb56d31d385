//! Goldens: what was read of each own file, what conversions told, and the output in the other syntax.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::checks::{Tried, Verdict};
use crate::content;
use crate::sample::{Sample, root};

/// `tests/golden/<syntax>/<profile>/<name>`, with this ending.
pub(crate) fn path(sample: &Sample, ending: &str) -> PathBuf {
    let stem = sample.name.rsplit_once('.').map_or(sample.name.as_str(), |(stem, _)| stem);
    root().join("tests/golden").join(format!("{stem}{ending}"))
}

/// The semantic content, what both conversions told, and the sum of the output in the same syntax.
pub(crate) fn summary(tried: &Tried<'_>) -> String {
    let (format, other) = tried.other();
    let mut text = content::lines(&tried.document);
    let _ = writeln!(text, "\nto {format}\n{}", content::told(other));
    let same = tried.same();
    let sum = same.output.as_ref().map_or_else(|| "nothing".to_owned(), |output| sum(output));
    let _ = write!(text, "to {}: {sum}\n{}", tried.sample.format(), content::told(same));
    text
}

/// The files of a sample: ending and content.
pub(crate) fn files(tried: &Tried<'_>) -> Vec<(String, String)> {
    let mut files = vec![(".txt".to_owned(), summary(tried))];
    let (format, other) = tried.other();
    if let Some(output) = &other.output {
        files.push((format!(".to-{format}.xml"), String::from_utf8_lossy(output).into_owned()));
    }
    files
}

/// True if the goldens are to be written anew.
pub(crate) fn is_update() -> bool {
    std::env::var_os("EINV_UPDATE").is_some_and(|value| value == "1")
}

/// What was read and written is what the goldens say. A PDF holds an invoice that has its own goldens as XML.
pub(crate) fn check(tried: &Tried<'_>) -> Verdict {
    if !tried.sample.is_own() || tried.sample.is_pdf() {
        return None;
    }
    let mut wrong = Vec::new();
    for (ending, text) in files(tried) {
        let path = path(tried.sample, &ending);
        if is_update() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the golden");
            std::fs::write(&path, &text).expect("a golden that can be written");
            continue;
        }
        match std::fs::read_to_string(&path) {
            Ok(golden) if golden == text => {}
            Ok(golden) => wrong.push(format!("{} differs: {}", path.display(), first_difference(&golden, &text))),
            Err(error) => wrong.push(format!("{}: {error}; EINV_UPDATE=1 writes it", path.display())),
        }
    }
    Some(wrong)
}

/// The first line that differs, on both sides.
pub(crate) fn first_difference(golden: &str, text: &str) -> String {
    let mut pairs = golden.lines().zip(text.lines()).zip(1..);
    match pairs.find(|((golden, text), _)| golden != text) {
        Some(((golden, text), line)) => format!("line {line} was {golden:?}, is {text:?}"),
        None => format!("{} lines became {}", golden.lines().count(), text.lines().count()),
    }
}

/// Goldens without a sample: left over from a file that is gone.
pub(crate) fn orphans(samples: &[Sample]) -> Vec<String> {
    let mut left = Vec::new();
    let mut folders = vec![root().join("tests/golden")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let found = entry.path();
            if found.is_dir() {
                folders.push(found);
                continue;
            }
            let endings = [".txt", ".to-ubl.xml", ".to-cii.xml"];
            let is_page = || found.parent() == Some(&root().join("tests/golden/pdf")) && page(&found).exists();
            let known = samples.iter().any(|sample| endings.iter().any(|ending| path(sample, ending) == found));
            if !known && !is_page() {
                left.push(format!("{} belongs to no file of corpus/", found.display()));
            }
        }
    }
    left
}

/// The PDF in `corpus/pdf` that a golden of the preflight is about.
fn page(golden: &Path) -> PathBuf {
    let name = golden.file_stem().unwrap_or_default();
    root().join("corpus/pdf").join(name).with_extension("pdf")
}

/// A short sum of bytes that are not kept: FNV-1a.
fn sum(bytes: &[u8]) -> String {
    let sum = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{sum:016x}")
}
