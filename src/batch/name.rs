//! Names of outputs: the rule, and when two inputs of a directory would meet.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::finding::{ARGUMENTS, Finding};

/// The rule if none is given.
const USUAL: &str = "{stem}.{ext}";

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Stem,
    Name,
}

/// How an output is called after its input.
#[derive(Debug, Clone)]
pub(super) struct Names(Vec<Piece>);

impl Names {
    /// Reads a rule such as `{stem}-{format}.{ext}`.
    pub(super) fn new(rule: Option<&str>, format: &str, extension: &str) -> Result<Names, Finding> {
        let rule = rule.unwrap_or(USUAL);
        let pieces = pieces(rule, Some((format, extension))).filter(|pieces| {
            let is_safe = |piece: &Piece| !matches!(piece, Piece::Text(text) if text.contains(['/', '\\', '\0']));
            is_about_inputs(pieces) && pieces.iter().all(is_safe)
        });
        pieces.map(Names).ok_or_else(|| {
            Finding::new(ARGUMENTS, "the rule for names of outputs cannot be used")
                .found(rule)
                .expected("a file name with {stem} or {name}; {format} and {ext} may stand in it, too")
        })
    }

    /// Reads a rule for files beside inputs: a path, in which the format of the output says nothing.
    pub(super) fn path(rule: &str) -> Option<Names> {
        let pieces = pieces(rule, None)?;
        let is_safe = |piece: &Piece| !matches!(piece, Piece::Text(text) if text.contains('\0'));
        (is_about_inputs(&pieces) && pieces.iter().all(is_safe)).then_some(Names(pieces))
    }

    /// The name if nothing stands against it.
    pub(super) fn short(&self, name: &OsStr) -> OsString {
        self.fill(Path::new(name).file_stem().unwrap_or(name), name)
    }

    /// The name with the whole name of the input in it: no two inputs of a directory share it.
    pub(super) fn full(&self, name: &OsStr) -> OsString {
        self.fill(name, name)
    }

    fn fill(&self, stem: &OsStr, name: &OsStr) -> OsString {
        let mut out = OsString::new();
        for piece in &self.0 {
            out.push(match piece {
                Piece::Text(text) => OsStr::new(text),
                Piece::Stem => stem,
                Piece::Name => name,
            });
        }
        out
    }

    /// What is compared, for an input of a directory.
    pub(super) fn keys(&self, folder: &Path, name: &OsStr) -> Keys {
        Keys { short: key(folder, &self.short(name)), full: key(folder, &self.full(name)) }
    }
}

/// Whether a rule gives different inputs different names.
fn is_about_inputs(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Stem | Piece::Name))
}

/// The pieces of a rule; format and extension are those of the output, if it has any.
fn pieces(rule: &str, output: Option<(&str, &str)>) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = rest_after(rule, &mut pieces);
    while let Some(open) = rest {
        let (word, after) = open.split_once('}')?;
        pieces.push(match word {
            "stem" => Piece::Stem,
            "name" => Piece::Name,
            "format" => Piece::Text(output?.0.to_owned()),
            "ext" => Piece::Text(output?.1.to_owned()),
            _ => return None,
        });
        rest = rest_after(after, &mut pieces);
    }
    Some(pieces)
}

/// Takes the text before the next brace, and gives what is behind it.
fn rest_after<'r>(rule: &'r str, pieces: &mut Vec<Piece>) -> Option<&'r str> {
    let (text, rest) = rule.split_once('{').map_or((rule, None), |(text, rest)| (text, Some(rest)));
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
    rest
}

/// Hashes of the two names that an output can have. File systems may not tell capitals apart, so neither do these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Keys {
    pub(super) short: u64,
    full: u64,
}

/// A name in a directory, capitals aside.
pub(super) fn key(folder: &Path, name: &OsStr) -> u64 {
    let folder = folder.to_string_lossy().to_lowercase();
    let name = name.to_string_lossy().to_lowercase();
    fnv(fnv(fnv(FNV, folder.as_bytes()), b"/"), name.as_bytes())
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: small, and the same on every machine, so that every shard decides alike.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The short names that cannot be given, by their keys: 16 bytes for each input while it is decided, nothing afterwards.
#[derive(Debug, Default)]
pub(super) struct Crowded(HashSet<u64>);

impl Crowded {
    /// Decides, whatever the order: inputs with the same short name keep their full names, and so does one whose short
    /// name is another's full name, or is taken by a directory.
    pub(super) fn decide(mut keys: Vec<Keys>, taken: impl IntoIterator<Item = u64>) -> Crowded {
        keys.sort_unstable();
        let same = |pair: &&[Keys]| pair[0].short == pair[1].short;
        let mut crowded: HashSet<u64> = keys.windows(2).filter(same).map(|pair| pair[0].short).collect();
        crowded.extend(taken);
        loop {
            let is_crowded = |keys: &&Keys| crowded.contains(&keys.short);
            let full: HashSet<u64> = keys.iter().filter(is_crowded).map(|keys| keys.full).collect();
            let more: Vec<u64> = keys.iter().map(|keys| keys.short).filter(|short| full.contains(short)).collect();
            let before = crowded.len();
            crowded.extend(more);
            if crowded.len() == before {
                return Crowded(crowded);
            }
        }
    }

    /// The name of an output.
    pub(super) fn name(&self, names: &Names, folder: &Path, name: &OsStr) -> OsString {
        let short = names.short(name);
        match !self.0.is_empty() && self.0.contains(&key(folder, &short)) {
            true => names.full(name),
            false => short,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(inputs: &[&str]) -> Vec<String> {
        let names = Names::new(None, "ubl", "xml").unwrap();
        let folder = Path::new("d");
        let keys = inputs.iter().map(|name| names.keys(folder, OsStr::new(name))).collect();
        let crowded = Crowded::decide(keys, []);
        let name = |name: &&str| crowded.name(&names, folder, OsStr::new(name)).into_string().unwrap();
        inputs.iter().map(name).collect()
    }

    #[test]
    fn an_output_has_the_name_of_its_input_and_the_extension_of_its_format() {
        assert_eq!(named(&["a.pdf", "b.ubl.xml", "c"]), ["a.xml", "b.ubl.xml", "c.xml"]);
    }

    #[test]
    fn where_two_meet_each_keeps_its_full_name() {
        assert_eq!(named(&["a.pdf", "a.xml", "b.xml"]), ["a.pdf.xml", "a.xml.xml", "b.xml"]);
        assert_eq!(named(&["A.pdf", "a.xml"]), ["A.pdf.xml", "a.xml.xml"]);
    }

    #[test]
    fn a_full_name_pushes_others_out_of_the_way_whatever_the_order() {
        assert_eq!(named(&["a.pdf", "a.xml", "a.pdf.xml"]), ["a.pdf.xml", "a.xml.xml", "a.pdf.xml.xml"]);
        assert_eq!(named(&["a.pdf.xml", "a.xml", "a.pdf"]), ["a.pdf.xml.xml", "a.xml.xml", "a.pdf.xml"]);
        assert_eq!(named(&["a.pdf", "a.pdf.xml"]), ["a.xml", "a.pdf.xml"]);
    }

    #[test]
    fn a_directory_keeps_its_name() {
        let names = Names::new(None, "ubl", "xml").unwrap();
        let folder = Path::new("");
        let keys = vec![names.keys(folder, OsStr::new("a.pdf"))];
        let crowded = Crowded::decide(keys, [key(folder, OsStr::new("a.xml"))]);
        assert_eq!(crowded.name(&names, folder, OsStr::new("a.pdf")), "a.pdf.xml");
    }

    #[test]
    fn rules_are_filled_or_refused() {
        let names = Names::new(Some("{stem}-{format}.{ext}"), "ubl", "xml").unwrap();
        assert_eq!(names.short(OsStr::new("a.pdf")), "a-ubl.xml");
        assert_eq!(names.full(OsStr::new("a.pdf")), "a.pdf-ubl.xml");
        for rule in ["", "same.xml", "{stem", "{what}", "../{stem}", "{stem}\\x"] {
            assert!(Names::new(Some(rule), "ubl", "xml").is_err(), "{rule}");
        }
    }
}
