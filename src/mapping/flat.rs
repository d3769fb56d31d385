//! The tables as one flat table: each term and its path in UBL Invoice, UBL CreditNote, CII and ZUGFeRD 1.0; for
//! spreadsheets.

use super::notation::{Operand, Piece, Test, When};
use super::plan::{NONE, Plan};
use super::tables::Tables;
use crate::finding::Finding;
use crate::term::{TermId, Terms};

/// A term and where each syntax has it; several places stand with ` | ` between them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableRow {
    /// `BT-31`, `BG-4`, `BT-29-1`.
    pub term: String,
    /// Official name.
    pub name: String,
    /// Path below the root of a UBL Invoice.
    pub ubl_invoice: String,
    /// Path below the root of a UBL CreditNote.
    pub ubl_creditnote: String,
    /// Path below the root of a CII invoice.
    pub cii: String,
    /// Path below the root of a ZUGFeRD 1.0 invoice, which is only read.
    pub zugferd1: String,
}

impl Tables {
    /// Everything that is wrong with the tables, with line and column.
    pub fn check(&self) -> Vec<Finding> {
        self.problems()
    }

    /// The flat table, in the order of the terms.
    ///
    /// # Errors
    /// What is wrong with the tables, if they cannot be compiled.
    pub fn table(&self) -> Result<Vec<TableRow>, Vec<Finding>> {
        let plans = [self.plan("ubl", 0)?, self.plan("ubl", 1)?, self.plan("cii", 0)?, self.plan("zugferd1", 0)?];
        let row = |id: TermId| {
            let [ubl_invoice, ubl_creditnote, cii, zugferd1] = plans.map(|plan| paths(plan, &self.terms, id));
            let term = self.terms.get(id);
            let (term, name) = (term.id().to_owned(), term.name().to_owned());
            TableRow { term, name, ubl_invoice, ubl_creditnote, cii, zugferd1 }
        };
        Ok(self.terms.iter().map(row).collect())
    }

    /// How many terms each table carries, such as `164 of 164 terms bound in cii.map`.
    pub fn summary(&self) -> String {
        let all = self.terms.iter().filter(|&id| {
            let term = self.terms.get(id);
            self.terms.is_standard(id) && !term.kind().is_group() && !term.is_sub_term()
        });
        let all: Vec<TermId> = all.collect();
        let count = |syntax: &str| {
            let plan = self.plan(syntax, 0).ok()?;
            let bound = all.iter().filter(|id| plan.homes[id.index()] != super::plan::NOWHERE).count();
            Some(format!("{bound} of {} terms bound in {syntax}.map", all.len()))
        };
        self.syntaxes.iter().filter_map(|syntax| count(syntax.name)).collect::<Vec<_>>().join(", ")
    }
}

fn paths(plan: &Plan, terms: &Terms, id: TermId) -> String {
    let here = |row: &super::plan::PlanRow| {
        let in_pattern = row.pattern().into_iter().flatten().flatten();
        row.term == Some(id)
            || row.group == Some(id)
            || in_pattern.into_iter().any(|piece| matches!(piece, Piece::Term(term, _) if *term == id))
    };
    let rows = plan.rows.iter().enumerate().filter(|(_, row)| here(row)).map(|(at, _)| at as u16);
    rows.map(|row| path(plan, terms, row)).collect::<Vec<_>>().join(" | ")
}

/// The path of a row below the root, with what its `when`s ask for.
fn path(plan: &Plan, terms: &Terms, mut id: u16) -> String {
    let mut steps = Vec::new();
    while id != plan.top && id != NONE {
        let row = &plan.rows[id as usize];
        let mark = if row.attribute { "@" } else { "" };
        steps.push(format!("{mark}{}{}", row.name, predicate(plan, terms, id)));
        id = row.parent;
    }
    steps.reverse();
    steps.join("/")
}

/// What stands below a row to choose it: `[cbc:DocumentTypeCode='130']`.
fn predicate(plan: &Plan, terms: &Terms, id: u16) -> String {
    let row = &plan.rows[id as usize];
    if !row.starred && !has_twin(plan, id) {
        return String::new();
    }
    let Some((steps, when)) = decider(plan, id, String::new()) else { return String::new() };
    let value = |operand: &Operand<TermId>| match operand {
        Operand::Text(text) => format!("'{text}'"),
        Operand::Term(term) => terms.get(*term).id().to_owned(),
    };
    let tests = when.tests.iter().map(|test| match test {
        Test::Is(operand) => format!("{steps}{}{}", if when.not { "!=" } else { "=" }, value(operand)),
        Test::Absent => format!("not({steps})"),
        Test::Other => format!("other {steps}"),
    });
    format!("[{}]", tests.collect::<Vec<_>>().join(" or "))
}

fn has_twin(plan: &Plan, id: u16) -> bool {
    let row = &plan.rows[id as usize];
    let siblings = plan.rows.get(usize::from(row.parent)).map_or(&[][..], |parent| &parent.elements);
    siblings.iter().filter(|&&other| plan.rows[usize::from(other)].name == row.name).count() > 1
}

/// The `when` that belongs to a row, and the path to it.
fn decider(plan: &Plan, id: u16, path: String) -> Option<(String, &When<TermId>)> {
    let row = &plan.rows[usize::from(id)];
    for &child in row.attributes.iter().chain(&row.elements) {
        let inner = &plan.rows[usize::from(child)];
        let mark = if inner.attribute { "@" } else { "" };
        let slash = if path.is_empty() { "" } else { "/" };
        let here = format!("{path}{slash}{mark}{}", inner.name);
        if let Some(when) = &inner.when {
            return Some((here, when));
        }
        if inner.starred || has_twin(plan, child) {
            continue;
        }
        if let Some(found) = decider(plan, child, here) {
            return Some(found);
        }
    }
    None
}
