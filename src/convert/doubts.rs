//! What is doubtful in an invoice, whatever becomes of it: the lines of `mappings/doubts.table`, looked up in the pass
//! that counts the terms.

use std::sync::LazyLock;

use super::input::Input;
use crate::finding::{self, AtMost, Finding};
use crate::mapping::has_check_digits;
use crate::model::{Flags, Node, offset};
use crate::place::Place;
use crate::term::{TermId, Terms};
use crate::xml;

/// What a line says of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// `one BT-a`: it stands several times with different values.
    Several,
    /// `BT-a with BT-b`: its sub-term is missing.
    Without(TermId),
    /// `BT-a iban`: it looks like an IBAN, but its check digits are wrong.
    Iban,
    /// `BT-a not BT-b`: both have the same value.
    Equals(TermId),
}

/// The lines of the table.
struct Doubts {
    lines: Vec<(TermId, Doubt)>,
    /// A bit for each term of a line: nearly every node is passed over by this.
    mask: Vec<u64>,
}

const FILE: &str = "mappings/doubts.table";
const TEXT: &str = include_str!("../../mappings/doubts.table");

static STANDARD: LazyLock<Doubts> = LazyLock::new(|| {
    let (doubts, problems) = Doubts::parse(TEXT, Terms::standard());
    debug_assert!(problems.is_empty(), "a test holds that the built-in table can be read: {problems:?}");
    doubts
});

impl Doubts {
    fn parse(text: &str, terms: &Terms) -> (Doubts, Vec<Finding>) {
        let mut doubts = Doubts { lines: Vec::new(), mask: vec![0; terms.len() / 64 + 1] };
        let mut problems = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let words: Vec<&str> = line.split("  #").next().unwrap_or_default().split_whitespace().collect();
            if words.is_empty() || line.starts_with('#') {
                continue;
            }
            match parse_line(&words, terms) {
                Some((term, doubt)) => {
                    doubts.mask[term.index() / 64] |= 1 << (term.index() % 64);
                    doubts.lines.push((term, doubt));
                }
                None => problems.push(
                    Finding::new(finding::TABLE_SYNTAX, "a line of the doubts cannot be read")
                        .at(Place::at(FILE, number, 1))
                        .found(line),
                ),
            }
        }
        (doubts, problems)
    }
}

fn parse_line(words: &[&str], terms: &Terms) -> Option<(TermId, Doubt)> {
    match words {
        ["one", term] => Some((terms.find(term)?, Doubt::Several)),
        [term, "with", sub] => Some((terms.find(term)?, Doubt::Without(terms.find(sub)?))),
        [term, "iban"] => Some((terms.find(term)?, Doubt::Iban)),
        [term, "not", other] => Some((terms.find(term)?, Doubt::Equals(terms.find(other)?))),
        _ => None,
    }
}

/// How many terms an invoice holds, and what is doubtful among them, each with its place: no more than `most`.
pub(super) fn count(input: &Input<'_>, most: usize) -> (u64, AtMost<(usize, Finding)>) {
    let mut search = Search { input, firsts: Vec::new(), others: Vec::new(), found: AtMost::new(most) };
    let doubts = &*STANDARD;
    let is_of_line = |name: u16| {
        let word = doubts.mask.get(usize::from(name) / 64);
        word.is_some_and(|word| word & (1 << (name % 64)) != 0)
    };
    let mut read = 0;
    for (at, node) in input.tape.fetched() {
        read += u64::from(node.is_value());
        if is_of_line(node.name) && node.is_value() {
            search.look(at, node, doubts);
        }
    }
    (read, search.found)
}

struct Search<'i, 'b> {
    input: &'i Input<'b>,
    /// The first value of each term that should stand once.
    firsts: Vec<(TermId, String)>,
    /// The value of each term that others are compared with.
    others: Vec<(TermId, Option<String>)>,
    found: AtMost<(usize, Finding)>,
}

impl Search<'_, '_> {
    fn look(&mut self, at: usize, node: &Node, doubts: &Doubts) {
        let of_term = doubts.lines.iter().filter(|(term, _)| node.term() == Some(*term));
        for (term, doubt) in of_term {
            let told = match doubt {
                Doubt::Several => self.differs(at, *term),
                Doubt::Without(sub) => self.lacks(at, *sub),
                Doubt::Iban => self.mistyped(at),
                Doubt::Equals(other) => self.repeats(at, *other),
            };
            if let Some((message, expected)) = told {
                let term = self.input.terms.get(*term);
                let message = format!("{} {message}", term.spoken());
                let mut finding = Finding::new(finding::DOUBTFUL, message).term(term.label()).found(self.text(at));
                finding.expected = expected;
                finding.help =
                    (*doubt == Doubt::Iban).then(|| "check the account before anybody pays to it".to_owned());
                self.found.push((offset(&self.input.tape, at), finding));
            }
        }
    }

    fn text(&self, at: usize) -> String {
        xml::unescape(xml::trim(self.input.tape.raw(self.input.text, &self.input.tape.nodes[at]))).into_owned()
    }

    fn differs(&mut self, at: usize, term: TermId) -> Option<(String, Option<String>)> {
        let value = self.text(at);
        match self.firsts.iter().find(|(known, _)| *known == term) {
            Some((_, first)) if *first == value => None,
            Some((_, first)) => {
                let message = "is another one than before, and EN 16931 has one in an invoice";
                Some((message.to_owned(), Some(format!("`{first}` as before"))))
            }
            None => {
                self.firsts.push((term, value));
                None
            }
        }
    }

    fn lacks(&self, at: usize, sub: TermId) -> Option<(String, Option<String>)> {
        let nodes = &self.input.tape.nodes;
        let behind = nodes[at + 1..].iter().take(usize::from(nodes[at].span));
        let mut subs = behind.filter(|node| node.is_value() && node.is(Flags::SUB));
        let has_sub = subs.any(|node| node.term() == Some(sub));
        let name = || self.input.terms.get(sub).spoken();
        let message = || format!("has no {}, which EN 16931 requires", name());
        (!has_sub).then(|| (message(), Some(self.input.terms.get(sub).label())))
    }

    fn mistyped(&self, at: usize) -> Option<(String, Option<String>)> {
        let message = "looks like an IBAN, but its check digits do not fit";
        (!has_check_digits(&self.text(at))).then(|| (message.to_owned(), None))
    }

    fn repeats(&mut self, at: usize, other: TermId) -> Option<(String, Option<String>)> {
        if !self.others.iter().any(|(known, _)| *known == other) {
            self.others.push((other, self.input.value(self.input.terms.get(other).id())));
        }
        let value = self.others.iter().find(|(known, _)| *known == other)?.1.as_ref()?;
        let same = *value == self.text(at);
        let name = self.input.terms.get(other).spoken();
        same.then(|| (format!("is the {name}, too, so it should not be stated"), None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_can_be_read() {
        let (doubts, problems) = Doubts::parse(TEXT, Terms::standard());
        assert_eq!(problems, []);
        assert!(doubts.lines.len() > 5);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told() {
        let (doubts, problems) = Doubts::parse("# a comment\none BT-81\none BT-4\n", Terms::standard());
        assert_eq!(doubts.lines.len(), 1);
        assert_eq!(problems[0].place, Some(Place::at(FILE, 3, 1)));
    }
}
