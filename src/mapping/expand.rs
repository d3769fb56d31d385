//! From rows as written to one tree for one kind of document: definitions put in place, type defaults added, overlays
//! merged, names of terms resolved.

use std::collections::HashMap;

use super::notation::{
    Choose, Condition, Filler, Fixed, Home, Lost, Operand, Piece, Row, Sheet, Spelling, Spot, Test, When, Words,
};
use super::structure::{Structure, TypeId};
use crate::finding::{self, Finding};
use crate::term::{TermId, TermKind, Terms};

/// A row of the tree for one kind of document.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) spot: Spot,
    /// Canonical qualified name.
    pub(crate) name: String,
    pub(crate) attribute: bool,
    pub(crate) repeats: bool,
    pub(crate) forced: bool,
    pub(crate) words: Words<TermId>,
    pub(crate) children: Vec<Item>,
}

impl Item {
    /// The group or term that this row carries, if it is a group.
    pub(crate) fn group(&self, terms: &Terms) -> Option<TermId> {
        self.words.term.filter(|&term| terms.get(term).kind().is_group())
    }

    /// The term that this row carries, if it is no group.
    pub(crate) fn value(&self, terms: &Terms) -> Option<TermId> {
        self.words.term.filter(|&term| !terms.get(term).kind().is_group())
    }
}

/// The rows below the root of one kind of document, and every problem on the way.
pub(crate) fn expand(
    sheets: &[Sheet],
    kind: usize,
    terms: &Terms,
    structure: &Structure,
) -> Result<Vec<Item>, Vec<Finding>> {
    let Some((base, overlays)) = sheets.split_first() else { return Ok(Vec::new()) };
    let mut expander = Expander::new(base, kind, terms);
    let mut items = expander.rows(&base.rows, None, 0);
    let root = base.roots.get(kind).and_then(|root| structure.root(root));
    for overlay in overlays {
        expander.definitions.extend(overlay.definitions.iter().map(|(name, rows)| (name.as_str(), rows.as_slice())));
        let added = expander.rows(&overlay.rows, None, 0);
        merge(&mut items, added, root, structure);
    }
    match expander.problems.is_empty() {
        true => Ok(items),
        false => Err(expander.problems),
    }
}

struct Expander<'s> {
    kind: usize,
    terms: &'s Terms,
    definitions: HashMap<&'s str, &'s [Row]>,
    types: HashMap<TermKind, &'s Row>,
    problems: Vec<Finding>,
}

/// Definitions inside definitions end somewhere.
const DEPTH: usize = 32;

impl<'s> Expander<'s> {
    fn new(sheet: &'s Sheet, kind: usize, terms: &'s Terms) -> Expander<'s> {
        let mut problems = Vec::new();
        let mut types = HashMap::new();
        for (name, row) in &sheet.types {
            match name.parse::<TermKind>() {
                Ok(kind) => {
                    types.insert(kind, row);
                }
                Err(_) => problems.push(row.spot.finding(finding::TABLE_NAME, "no such type of term").found(name)),
            }
        }
        let definitions = sheet.definitions.iter().map(|(name, rows)| (name.as_str(), rows.as_slice())).collect();
        Expander { kind, terms, definitions, types, problems }
    }

    fn rows(&mut self, rows: &'s [Row], group: Option<TermId>, depth: usize) -> Vec<Item> {
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            if row.names.is_empty() {
                items.extend(self.used(row, group, depth));
            } else if let Some(name) = row.names.get(self.kind).unwrap_or(&row.names[0]) {
                items.extend(self.item(row, name, group, depth));
            }
        }
        items
    }

    fn item(&mut self, row: &'s Row, name: &str, group: Option<TermId>, depth: usize) -> Option<Item> {
        let resolver = Resolver { terms: self.terms, group, spot: &row.spot };
        let words = match resolver.words(&row.words) {
            Ok(words) => words,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let inner = words.term.filter(|&term| self.terms.get(term).kind().is_group()).or(group);
        let mut children = self.used(row, inner, depth);
        children.extend(self.rows(&row.children, inner, depth));
        let mut item = Item {
            spot: row.spot.clone(),
            name: name.to_owned(),
            attribute: row.attribute,
            repeats: row.repeats,
            forced: row.forced,
            words,
            children,
        };
        self.type_defaults(&mut item, inner);
        Some(item)
    }

    fn used(&mut self, row: &'s Row, group: Option<TermId>, depth: usize) -> Vec<Item> {
        let Some(name) = &row.uses else { return Vec::new() };
        match self.definitions.get(name.as_str()).copied() {
            Some(rows) if depth < DEPTH => self.rows(rows, group, depth + 1),
            Some(_) => {
                self.problems.push(row.spot.finding(finding::TABLE_TWICE, "a definition uses itself").found(name));
                Vec::new()
            }
            None => {
                self.problems.push(row.spot.finding(finding::TABLE_NAME, "no such definition").found(name));
                Vec::new()
            }
        }
    }

    /// What every element of a type brings, unless the row says otherwise.
    fn type_defaults(&mut self, item: &mut Item, group: Option<TermId>) {
        let Some(term) = item.value(self.terms).filter(|_| !item.attribute) else { return };
        let Some(default) = self.types.get(&self.terms.get(term).kind()).copied() else { return };
        let resolver = Resolver { terms: self.terms, group, spot: &default.spot };
        if matches!(item.words.spelling, Spelling::Plain) {
            match resolver.spelling(&default.words.spelling) {
                Ok(spelling) => item.words.spelling = spelling,
                Err(problem) => self.problems.push(problem),
            }
        }
        for child in self.rows(&default.children, group, 0) {
            if !item.children.iter().any(|other| other.attribute && other.name == child.name) {
                item.children.push(child);
            }
        }
    }
}

/// Puts rows of an overlay where they belong: under every row of their path, new ones in the order of the schema.
fn merge(into: &mut Vec<Item>, added: Vec<Item>, of: Option<TypeId>, structure: &Structure) {
    for row in added {
        let child = of.and_then(|of| structure.child(of, &row.name));
        let inner = child.map(|child| child.ty);
        let mut met = false;
        for item in into.iter_mut().filter(|item| item.name == row.name && item.attribute == row.attribute) {
            met = true;
            if says_something(&row.words) {
                item.words = row.words.clone();
                item.spot = row.spot.clone();
            }
            item.repeats |= row.repeats;
            merge(&mut item.children, row.children.clone(), inner, structure);
        }
        if !met {
            let position = child.map(|child| child.position);
            let behind = |item: &Item| {
                let other = of.and_then(|of| structure.child(of, &item.name)).map(|child| child.position);
                !item.attribute && position.is_some() && other > position
            };
            let at = into.iter().position(behind).unwrap_or(into.len());
            into.insert(at, row);
        }
    }
}

fn says_something(words: &Words<TermId>) -> bool {
    words.term.is_some() || words.bundle || words.fixed.is_some() || words.when.is_some() || words.lost.is_some()
}

/// Names of terms to terms, `.field` within the group around.
struct Resolver<'r> {
    terms: &'r Terms,
    group: Option<TermId>,
    spot: &'r Spot,
}

type Resolved<T> = Result<T, Finding>;

impl Resolver<'_> {
    fn term(&self, name: &str) -> Resolved<TermId> {
        let found = match name.strip_prefix('.') {
            Some(field) => self.group.and_then(|group| self.terms.child_by_field(group, field)),
            None => self.terms.find(name),
        };
        found.ok_or_else(|| {
            let message = match (name.starts_with('.'), self.group) {
                (true, Some(group)) => format!("{} has no field of this name", self.terms.get(group).label()),
                (true, None) => "a field stands outside any group".to_owned(),
                _ => "no such term".to_owned(),
            };
            self.spot.finding(finding::TABLE_NAME, message).found(name)
        })
    }

    fn words(&self, words: &Words<String>) -> Resolved<Words<TermId>> {
        Ok(Words {
            term: words.term.as_deref().map(|name| self.term(name)).transpose()?,
            bundle: words.bundle,
            once: words.once,
            fixed: words.fixed.as_ref().map(|fixed| self.fixed(fixed)).transpose()?,
            when: words.when.as_ref().map(|when| self.when(when)).transpose()?,
            lost: words.lost.as_ref().map(|lost| self.lost(lost)).transpose()?,
            choose: words.choose.as_ref().map(|choose| self.choose(choose)).transpose()?,
            spelling: self.spelling(&words.spelling)?,
            first: words.first,
            home: words.home,
            filler: words.filler.as_ref().map(|filler| self.filler(filler)).transpose()?,
            filler_where: words.filler_where.as_ref().map(|condition| self.condition(condition)).transpose()?,
            prefer: words.prefer.as_deref().map(|name| self.term(name)).transpose()?,
        })
    }

    fn operand(&self, operand: &Operand<String>) -> Resolved<Operand<TermId>> {
        Ok(match operand {
            Operand::Text(text) => Operand::Text(text.clone()),
            Operand::Term(name) => Operand::Term(self.term(name)?),
        })
    }

    fn operands(&self, operands: &[Operand<String>]) -> Resolved<Vec<Operand<TermId>>> {
        operands.iter().map(|operand| self.operand(operand)).collect()
    }

    fn fixed(&self, fixed: &Fixed<String>) -> Resolved<Fixed<TermId>> {
        Ok(Fixed { values: self.operands(&fixed.values)?, otherwise: fixed.otherwise })
    }

    fn when(&self, when: &When<String>) -> Resolved<When<TermId>> {
        let test = |test: &Test<String>| {
            Ok(match test {
                Test::Is(operand) => Test::Is(self.operand(operand)?),
                Test::Absent => Test::Absent,
                Test::Other => Test::Other,
            })
        };
        Ok(When {
            tests: when.tests.iter().map(test).collect::<Resolved<_>>()?,
            not: when.not,
            any_case: when.any_case,
            write: when.write.as_ref().map(|operand| self.operand(operand)).transpose()?,
            keep: when.keep,
            otherwise: when.otherwise,
        })
    }

    fn lost(&self, lost: &Lost<String>) -> Resolved<Lost<TermId>> {
        Ok(Lost { grade: lost.grade, unless: self.operands(&lost.unless)?, label: lost.label.clone() })
    }

    fn choose(&self, choose: &Choose<String>) -> Resolved<Choose<TermId>> {
        Ok(match choose {
            Choose::Like(name) => Choose::Like(name.clone()),
            Choose::Otherwise => Choose::Otherwise,
            Choose::If(condition) => Choose::If(self.condition(condition)?),
            Choose::Unless(condition) => Choose::Unless(self.condition(condition)?),
        })
    }

    fn condition(&self, condition: &Condition<String>) -> Resolved<Condition<TermId>> {
        let all = |parts: &[Condition<String>]| parts.iter().map(|part| self.condition(part)).collect::<Resolved<_>>();
        Ok(match condition {
            Condition::Has(name) => Condition::Has(self.term(name)?),
            Condition::Equal(left, right) => Condition::Equal(self.term(left)?, self.term(right)?),
            Condition::Agrees(name) => Condition::Agrees(self.term(name)?),
            Condition::All(parts) => Condition::All(all(parts)?),
            Condition::Any(parts) => Condition::Any(all(parts)?),
        })
    }

    fn filler(&self, filler: &Filler<String>) -> Resolved<Filler<TermId>> {
        Ok(match filler {
            Filler::Placeholder(text) => Filler::Placeholder(text.clone()),
            Filler::Statement(text) => Filler::Statement(text.clone()),
            Filler::Sum(name) => Filler::Sum(self.term(name)?),
            Filler::Add(left, right) => Filler::Add(self.term(left)?, self.term(right)?),
        })
    }

    fn spelling(&self, spelling: &Spelling<String>) -> Resolved<Spelling<TermId>> {
        Ok(match spelling {
            Spelling::Plain => Spelling::Plain,
            Spelling::Date102 => Spelling::Date102,
            Spelling::DateTime => Spelling::DateTime,
            Spelling::Map(pairs) => Spelling::Map(pairs.clone()),
            Spelling::Pattern(alternatives) => {
                let piece = |piece: &Piece<String>| {
                    Ok(match piece {
                        Piece::Literal(text) => Piece::Literal(text.clone()),
                        Piece::Term(name, list) => Piece::Term(self.term(name)?, list.clone()),
                    })
                };
                let pieces = |pieces: &Vec<Piece<String>>| pieces.iter().map(piece).collect::<Resolved<_>>();
                Spelling::Pattern(alternatives.iter().map(pieces).collect::<Resolved<_>>()?)
            }
        })
    }
}

/// True if a home of a term is the one that a write looks for.
pub(crate) fn is_main(item: &Item) -> bool {
    item.words.home == Home::Main
}
