//! One line of a `.terms` table: its columns and words, each with its place in the line.

use std::str::FromStr;

use super::{Several, TermKind};
use crate::finding::{Code, Finding, TABLE_NAME, TABLE_SYNTAX, TABLE_TWICE};
use crate::place::Place;

/// What a line says of a term, wherever that term belongs.
pub(super) struct Line<'t> {
    pub(super) id: Piece<'t>,
    pub(super) min: u8,
    pub(super) repeats: bool,
    pub(super) kind: TermKind,
    pub(super) field: Piece<'t>,
    pub(super) name: &'t str,
    pub(super) words: Words<'t>,
}

/// The words after the official name.
#[derive(Default)]
pub(super) struct Words<'t> {
    pub(super) outer: bool,
    pub(super) several: Option<Several>,
    pub(super) lists: Option<&'t str>,
    pub(super) within: Option<Piece<'t>>,
}

/// A piece of a line and how many bytes stand before it.
#[derive(Clone, Copy)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    pub(super) offset: usize,
}

/// What is wrong with a line; becomes a finding once file and line are known.
pub(super) struct Problem<'t> {
    code: Code,
    message: &'static str,
    piece: Piece<'t>,
    expected: Option<&'static str>,
}

impl<'t> Problem<'t> {
    /// A problem of a piece; an empty piece is a place only.
    pub(super) fn new(code: Code, message: &'static str, piece: Piece<'t>) -> Problem<'t> {
        Problem { code, message, piece, expected: None }
    }

    /// The same problem with what would have been right.
    fn expected(mut self, expected: &'static str) -> Problem<'t> {
        self.expected = Some(expected);
        self
    }

    /// The finding in a line, which has this number in its file.
    pub(super) fn finding(self, file: &str, number: u32, line: &str) -> Finding {
        let before = line.get(..self.piece.offset).unwrap_or(line).chars().count();
        let column = u32::try_from(before).map_or(u32::MAX, |before| before.saturating_add(1));
        let mut finding = Finding::new(self.code, self.message).at(Place::at(file, number, column));
        finding.found = (!self.piece.text.is_empty()).then(|| self.piece.text.to_owned());
        finding.expected = self.expected.map(str::to_owned);
        finding
    }
}

/// Reads a line that is not empty and no comment.
pub(super) fn read_line(line: &str) -> Result<Line<'_>, Problem<'_>> {
    if let Some(before) = line.find('\t') {
        return Err(Problem::new(TABLE_SYNTAX, "a tab stands in a line", nothing_at(before)).expected("spaces"));
    }
    let mut columns = pieces(line, 2, 0);
    let mut next = |what| {
        let end = nothing_at(line.len());
        columns.next().ok_or_else(|| Problem::new(TABLE_SYNTAX, "a line ends too early", end).expected(what))
    };
    let id = read_id(next("an id")?)?;
    let (min, repeats) = read_cardinality(next("a cardinality")?)?;
    let kind = read_kind(next("a type")?)?;
    let field = read_field(next("a field name")?)?;
    let name = next("an official name")?.text;
    let words = read_words(columns.flat_map(|column| pieces(column.text, 1, column.offset)), kind)?;
    Ok(Line { id, min, repeats, kind, field, name, words })
}

/// An id has a family and a number: `BT-31`, `BT-29-1`, `BG-X-3`, `ACME-1`.
fn read_id(id: Piece<'_>) -> Result<Piece<'_>, Problem<'_>> {
    let text = id.text;
    let good = text.contains('-') && has_parts(text, '-', |c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if good && text.starts_with(|first: char| first.is_ascii_uppercase()) {
        return Ok(id);
    }
    let problem = Problem::new(TABLE_SYNTAX, "an id cannot be read", id);
    Err(problem.expected("capital letters and digits with hyphens between, such as BT-31"))
}

/// The least number of occurrences, and whether there may be several.
fn read_cardinality(cardinality: Piece<'_>) -> Result<(u8, bool), Problem<'_>> {
    match cardinality.text {
        "0..1" => Ok((0, false)),
        "1..1" => Ok((1, false)),
        "0..n" => Ok((0, true)),
        "1..n" => Ok((1, true)),
        _ => {
            let problem = Problem::new(TABLE_SYNTAX, "a cardinality cannot be read", cardinality);
            Err(problem.expected("0..1, 1..1, 0..n or 1..n"))
        }
    }
}

/// The type of a term.
fn read_kind(kind: Piece<'_>) -> Result<TermKind, Problem<'_>> {
    TermKind::from_str(kind.text).map_err(|_| {
        Problem::new(TABLE_NAME, "a type does not exist", kind)
            .expected("a type such as Text, Code, Identifier or Group")
    })
}

/// A field name is one that Rust and JSON can have: `line1`, `vat_identifier`.
fn read_field(field: Piece<'_>) -> Result<Piece<'_>, Problem<'_>> {
    let good = has_parts(field.text, '_', |c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if good && field.text.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Ok(field);
    }
    let problem = Problem::new(TABLE_SYNTAX, "a field name cannot be read", field);
    Err(problem.expected("small letters and digits with underscores between, such as vat_identifier"))
}

/// The words after the official name, each at most once.
fn read_words<'t>(mut pieces: impl Iterator<Item = Piece<'t>>, kind: TermKind) -> Result<Words<'t>, Problem<'t>> {
    let mut words = Words::default();
    while let Some(word) = pieces.next() {
        let mut operand =
            || pieces.next().ok_or(Problem::new(TABLE_SYNTAX, "nothing follows a word that needs a value", word));
        let twice = match word.text {
            "outer" => std::mem::replace(&mut words.outer, true),
            "several" => words.several.replace(read_several(operand()?, kind)?).is_some(),
            "list" => words.lists.replace(read_lists(operand()?)?).is_some(),
            "in" => words.within.replace(operand()?).is_some(),
            _ => {
                let problem = Problem::new(TABLE_SYNTAX, "a word is not known", word);
                return Err(problem.expected("outer, several, list or in"));
            }
        };
        if twice {
            return Err(Problem::new(TABLE_TWICE, "a word stands twice in a line", word));
        }
    }
    Ok(words)
}

/// What to do with several occurrences; a sum needs numbers, and only texts can be joined.
fn read_several(how: Piece<'_>, kind: TermKind) -> Result<Several, Problem<'_>> {
    let problem = |code, message| Problem::new(code, message, how);
    match Several::from_str(how.text) {
        Err(_) => Err(problem(TABLE_NAME, "a way to treat several occurrences does not exist")
            .expected("first, join, sum or refuse")),
        Ok(Several::Sum) if !kind.is_numeric() => Err(problem(TABLE_SYNTAX, "only numbers can be added up")),
        Ok(Several::Join) if kind != TermKind::Text => Err(problem(TABLE_SYNTAX, "only texts can be joined")),
        Ok(several) => Ok(several),
    }
}

/// The names of code lists: `untdid-4451`, `icd,eas`.
fn read_lists(names: Piece<'_>) -> Result<&str, Problem<'_>> {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if names.text.split(',').all(|name| has_parts(name, '-', small)) {
        return Ok(names.text);
    }
    let problem = Problem::new(TABLE_SYNTAX, "the name of a code list cannot be read", names);
    Err(problem.expected("small letters, digits and hyphens, a comma between two names"))
}

/// Whether all parts of a text have such characters only, and at least one.
fn has_parts(text: &str, separator: char, such: impl Fn(char) -> bool) -> bool {
    text.split(separator).all(|part| !part.is_empty() && part.chars().all(&such))
}

/// The parts of a text between so many or more blanks; the text itself has an offset in its line.
fn pieces(text: &str, blanks: usize, offset: usize) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(' ');
        let start = offset + text.len() - rest.len();
        let end = rest.as_bytes().windows(blanks).position(|bytes| bytes.iter().all(|&byte| byte == b' '));
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!piece.is_empty()).then_some(Piece { text: piece, offset: start })
    })
}

/// An empty piece at a byte offset of a line.
pub(super) fn nothing_at(offset: usize) -> Piece<'static> {
    Piece { text: "", offset }
}
