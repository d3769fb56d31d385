//! What is wrong with a table although every row of it can be read: order and cardinality against the schema, terms
//! without a row.

use super::notation::{Choose, Home, Piece};
use super::plan::{NOWHERE, Plan, PlanRow};
use super::spell;
use super::structure::{Structure, TypeId};
use crate::codelist::CodeList;
use crate::finding::{self, Finding};
use crate::term::{TermId, Terms};

/// Every problem of one kind of document.
pub(crate) fn lint(plan: &Plan, terms: &Terms, structure: &Structure) -> Vec<Finding> {
    let mut lint = Lint { plan, terms, structure, problems: Vec::new() };
    if let Some(root) = structure.root(&plan.root) {
        lint.row(lint.top(), root);
    }
    if !plan.read_only {
        lint.unbound();
        lint.twice();
    }
    lint.names();
    lint.problems
}

struct Lint<'l> {
    plan: &'l Plan,
    terms: &'l Terms,
    structure: &'l Structure,
    problems: Vec<Finding>,
}

impl<'l> Lint<'l> {
    fn top(&self) -> &'l PlanRow {
        &self.plan.rows[usize::from(self.plan.top)]
    }

    /// The elements of a row against the schema: names, order, how often; then the same inside each.
    fn row(&mut self, row: &PlanRow, ty: TypeId) {
        let plan = self.plan;
        let name = self.structure.type_name(ty);
        let mut last: Option<(u16, &PlanRow)> = None;
        for child in row.elements.iter().map(|&id| &plan.rows[usize::from(id)]) {
            let Some(known) = self.structure.child(ty, &child.name) else {
                if !self.structure.is_open(ty) {
                    let message = format!("the schema has no {} here", child.name);
                    self.report(child, finding::TABLE_NAME, message, format!("a child of {name}"));
                }
                continue;
            };
            if let Some((_, before)) = last.filter(|(position, _)| *position > known.position) {
                let message = format!("{} stands before {}", before.name, child.name);
                self.report(child, finding::TABLE_ORDER, message, format!("the order of {name}"));
            }
            last = Some((known.position, child));
            if child.starred && known.max == Some(1) {
                let message = format!("{} repeats, but the schema has it once", child.name);
                self.report(child, finding::TABLE_CARDINALITY, message, format!("one in {name}"));
            }
            self.row(child, known.ty);
        }
        self.attributes(row, ty, name);
        self.required(row, name);
    }

    fn attributes(&mut self, row: &PlanRow, ty: TypeId, name: &str) {
        for &id in &row.attributes {
            let attribute = &self.plan.rows[id as usize];
            if self.structure.attribute(ty, &attribute.name).is_none()
                && attribute.home == Home::Main
                && attribute.lost.is_none()
            {
                let message = format!("the schema has no attribute {} here", attribute.name);
                self.report(attribute, finding::TABLE_NAME, message, format!("an attribute of {name}"));
            }
        }
    }

    /// What the schema wants in an element that we write must have a row.
    fn required(&mut self, row: &PlanRow, name: &str) {
        if row.lost.is_some() || self.plan.read_only {
            return;
        }
        let wanted = row.required[1].iter().chain(&row.required_attributes);
        let missing: Vec<String> = wanted.filter(|(bits, _)| *bits == 0).map(|(_, name)| name.to_string()).collect();
        for child in missing {
            let message = format!("{} has no row for {child}, which the schema requires", row.name);
            self.report(row, finding::TABLE_UNBOUND, message, format!("every required child of {name}"));
        }
    }

    /// Shapes and code lists that rows name.
    fn names(&mut self) {
        for row in &self.plan.rows {
            if let Some(Choose::Like(shape)) = &row.choose
                && !spell::SHAPES.contains(&shape.as_str())
            {
                let expected = spell::SHAPES.join(" or ");
                let finding = row.spot.finding(finding::TABLE_NAME, "no such shape").found(shape).expected(expected);
                self.problems.push(finding);
            }
            for piece in row.pattern().into_iter().flatten().flatten() {
                if let Piece::Term(_, Some(list)) = piece
                    && CodeList::named(list.split('/').next().unwrap_or_default()).is_none()
                {
                    self.problems.push(row.spot.finding(finding::TABLE_NAME, "no such code list").found(list));
                }
            }
        }
    }

    fn report(&mut self, row: &PlanRow, code: finding::Code, message: String, expected: String) {
        self.problems.push(row.spot.finding(code, message).expected(expected));
    }

    /// Every term and group of the standard is carried: a group by an element of its own or by its terms. What is
    /// missing has no row, so it is told at the beginning of the table.
    fn unbound(&mut self) {
        let (plan, terms) = (self.plan, self.terms);
        let has_home = |id: TermId| plan.homes[id.index()] != NOWHERE;
        for id in terms.iter().filter(|&id| terms.is_standard(id)) {
            let term = terms.get(id);
            let bound = match term.kind().is_group() {
                true => terms.iter().any(|inner| has_home(inner) && terms.chain(inner).any(|around| around == id)),
                false => has_home(id),
            };
            if !bound {
                let message = format!("{} has no row in {}", term.id(), plan.root);
                let finding = self.top().spot.finding(finding::TABLE_UNBOUND, message).term(term.label());
                self.problems.push(finding);
            }
        }
    }

    /// A term has one first home; more only where the rows say which of them is written.
    fn twice(&mut self) {
        let rows = &self.plan.rows;
        for (id, row) in rows.iter().enumerate() {
            let Some(term) = row.term.filter(|_| row.home == Home::Main && row.owner.is_none()) else { continue };
            let earlier = rows[..id].iter().find(|other| {
                other.term == Some(term) && other.home == Home::Main && (other.choose.is_none() || row.choose.is_none())
            });
            if let Some(earlier) = earlier {
                let term = self.terms.get(term);
                let message = format!("{} is carried twice, see also line {}", term.id(), earlier.spot.line);
                let help = "say with `if`, `unless`, `like`, `otherwise` or `also` which row writes it";
                let finding = row.spot.finding(finding::TABLE_TWICE, message).term(term.label()).help(help);
                self.problems.push(finding);
            }
        }
    }
}
