//! The pages of hybrid PDFs, where each input has its own: a file beside it, found by a rule.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::files;
use super::list::Content;
use super::name::Names;
use crate::finding::{ARGUMENTS, Finding};

/// How the pages of an input are found: `{stem}.pdf`, seen from its directory.
#[derive(Debug, Clone)]
pub(super) struct Pages(Names);

/// Where an input has its pages by a rule, as [`Job::pages`](super::Job::pages) finds them.
///
/// # Errors
/// If the rule has neither `{stem}` nor `{name}` in it, or something else in braces.
pub fn pages_of(rule: &str, input: &Path) -> Result<PathBuf, Finding> {
    Ok(Pages::new(rule)?.of(input))
}

impl Pages {
    /// Reads a rule: a path with `{stem}` or `{name}`.
    pub(super) fn new(rule: &str) -> Result<Pages, Finding> {
        Names::path(rule).map(Pages).ok_or_else(|| {
            Finding::new(ARGUMENTS, "the rule for pages cannot be used")
                .found(rule)
                .expected("a path with {stem} or {name} in it, seen from the directory of each input")
        })
    }

    /// Where the pages of an input are.
    pub(super) fn of(&self, input: &Path) -> PathBuf {
        let name = input.file_name().unwrap_or(input.as_os_str());
        input.with_file_name(self.0.short(name))
    }

    /// What the pages of an input of this name are called, if that is another file of its directory.
    pub(super) fn beside(&self, input: &OsStr) -> Option<OsString> {
        let name = self.0.short(input);
        (name != input && Path::new(&name).file_name() == Some(&name)).then_some(name)
    }

    /// Reads the pages of an input: what they are called, and their bytes.
    pub(super) fn read(&self, input: &Path, content: &Content, limit: u64) -> Result<(String, Vec<u8>), Finding> {
        if !matches!(content, Content::File) {
            let finding =
                Finding::new(ARGUMENTS, "pages are looked for beside each input, and this one is in an archive");
            return Err(finding.help("unpack the archive and give the directory"));
        }
        let path = self.of(input);
        let told = path.display().to_string();
        match files::read_as("the PDF with its pages", &path, limit) {
            Ok(bytes) => Ok((told, bytes)),
            Err(finding) => Err(finding.found(format!("`{told}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_from_the_directory_of_the_input() {
        for (rule, expected) in [
            ("{stem}.pdf", "in/a/7.ubl.pdf"),
            ("{name}.pdf", "in/a/7.ubl.xml.pdf"),
            ("../pages/{stem}.pdf", "in/a/../pages/7.ubl.pdf"),
            ("/pages/{stem}.pdf", "/pages/7.ubl.pdf"),
        ] {
            assert_eq!(Pages::new(rule).unwrap().of(Path::new("in/a/7.ubl.xml")), Path::new(expected), "{rule}");
        }
        for rule in ["", "same.pdf", "{stem", "{what}.pdf", "{stem}.{ext}"] {
            assert!(Pages::new(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn pages_beside_an_input_are_another_file_of_its_directory() {
        let beside = |rule: &str, name: &str| Pages::new(rule).unwrap().beside(OsStr::new(name));
        assert_eq!(beside("{stem}.pdf", "a.xml"), Some("a.pdf".into()));
        assert_eq!(beside("{stem}.pdf", "a.pdf"), None);
        assert_eq!(beside("../{stem}.pdf", "a.xml"), None);
    }
}
