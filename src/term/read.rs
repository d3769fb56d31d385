//! Reads the outline of a `.terms` table; the notation is explained at the head of `mappings/en16931.terms`.

use super::line::{Line, Piece, Problem, nothing_at, read_line};
use super::{Term, TermId, Terms};
use crate::finding::{Finding, TABLE_NAME, TABLE_SYNTAX, TABLE_TWICE};

/// Reads a standard's table: the terms of all good lines, and a finding for every other line.
pub(super) fn read(text: &str, file: &str) -> (Terms, Vec<Finding>) {
    let (mut terms, findings) = extend(Terms::default(), text, file);
    terms.standard = terms.len();
    (terms, findings)
}

/// Adds the terms of an extension table.
pub(super) fn extend(terms: Terms, text: &str, file: &str) -> (Terms, Vec<Finding>) {
    let mut outline = Outline { terms, open: Vec::new() };
    let mut findings = Vec::new();
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
    for (line, number) in lines.zip(1..) {
        if let Err(problem) = outline.take(line.trim_end()) {
            findings.push(problem.finding(file, number, line));
        }
    }
    outline.terms.texts.push(text.into());
    (outline.terms, findings)
}

/// The terms so far, and the lines that the next one may be below.
struct Outline {
    terms: Terms,
    open: Vec<Open>,
}

/// A line whose children may follow; without an id when the line itself could not be read.
struct Open {
    indent: usize,
    id: Option<TermId>,
}

/// Where a term belongs.
#[derive(Clone, Copy)]
enum Parent {
    Document,
    Term(TermId),
    /// A line that could not be read, which has its finding.
    Unread,
}

impl Outline {
    /// Takes one line: nothing, a comment or a term.
    fn take<'t>(&mut self, line: &'t str) -> Result<(), Problem<'t>> {
        let content = line.trim_start_matches(' ');
        if content.is_empty() || content.starts_with('#') {
            return Ok(());
        }
        let indent = line.len() - content.len();
        let fits = self.close(indent);
        let added = if fits {
            self.add(line)
        } else {
            Err(Problem::new(TABLE_SYNTAX, "the indentation is that of no line above", nothing_at(indent)))
        };
        let (id, result) = match added {
            Ok(id) => (id, Ok(())),
            Err(problem) => (None, Err(problem)),
        };
        self.open.push(Open { indent, id });
        result
    }

    /// Closes the lines that a line of this indentation is not below; whether it is that of the lines beside it.
    fn close(&mut self, indent: usize) -> bool {
        let mut beside = None;
        while let Some(open) = self.open.pop_if(|open| open.indent >= indent) {
            beside = Some(open.indent);
        }
        let below = indent == 0 || !self.open.is_empty();
        below && beside.is_none_or(|beside| beside == indent)
    }

    /// Adds the term of a line; nothing below a line that could not be read.
    fn add<'t>(&mut self, line: &'t str) -> Result<Option<TermId>, Problem<'t>> {
        let line = read_line(line)?;
        if self.terms.find(line.id.text).is_some() {
            return Err(Problem::new(TABLE_TWICE, "an id is defined twice", line.id));
        }
        let parent = match self.parent(line.words.within)? {
            Parent::Document => None,
            Parent::Term(parent) => Some(parent),
            Parent::Unread => return Ok(None),
        };
        if self.terms.child_by_field(parent, line.field.text).is_some() {
            return Err(Problem::new(TABLE_TWICE, "two terms of one group have the same field name", line.field));
        }
        let is_sub_term = self.is_sub_term(&line, parent)?;
        let id = line.id;
        let added = self.terms.push(term(line, parent, is_sub_term));
        added.map(Some).ok_or(Problem::new(TABLE_SYNTAX, "there are more terms than a table can hold", id))
    }

    /// The parent of a line, by `in` or by indentation.
    fn parent<'t>(&self, within: Option<Piece<'t>>) -> Result<Parent, Problem<'t>> {
        match (within, self.open.last()) {
            (None, None) => Ok(Parent::Document),
            (None, Some(open)) => Ok(open.id.map_or(Parent::Unread, Parent::Term)),
            (Some(piece), None) => self.terms.find(piece.text).map(Parent::Term).ok_or(Problem::new(
                TABLE_NAME,
                "the parent of a term does not exist",
                piece,
            )),
            (Some(piece), Some(_)) => {
                Err(Problem::new(TABLE_TWICE, "the parent of an indented line is stated once more", piece))
            }
        }
    }

    /// Whether a line is below a term. There stand plain values that occur once, and nothing below those.
    fn is_sub_term<'t>(&self, line: &Line<'t>, parent: Option<TermId>) -> Result<bool, Problem<'t>> {
        let Some(parent) = parent.map(|id| self.terms.get(id)).filter(|parent| !parent.kind.is_group()) else {
            return Ok(false);
        };
        let problem = |message| Err(Problem::new(TABLE_SYNTAX, message, line.id));
        match (line.kind.is_group(), line.repeats, parent.is_sub_term) {
            (true, ..) => problem("a group stands below a term"),
            (_, true, _) => problem("a value below a term occurs more than once"),
            (.., true) => problem("a term stands below a value that itself belongs to a term"),
            _ => Ok(true),
        }
    }
}

/// The term of a line, still without children.
fn term(line: Line, parent: Option<TermId>, is_sub_term: bool) -> Term {
    Term {
        id: line.id.text.to_owned(),
        parent,
        is_sub_term,
        kind: line.kind,
        min: line.min,
        repeats: line.repeats,
        field: line.field.text.to_owned(),
        name: line.name.to_owned(),
        outer: line.words.outer,
        several: line.words.several.unwrap_or_default(),
        lists: line.words.lists.map(|names| names.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        children: Vec::new(),
    }
}
