//! The tree of rows as one list, parents first: each row with its tags, its scope, and what the schema says about it.

use super::super::expand::{Item, is_main};
use super::super::notation::{Spelling, Spot, Words};
use super::super::plan::{Mask, NONE, PlanRow, Repeat, ScopeId};
use super::super::structure::{Child, Structure, TypeId};
use super::EDITIONS;
use crate::finding::{self, Finding};
use crate::term::{TermId, Terms};

/// The rows of a plan, and the row of every scope; the first scope is the document.
pub(super) struct Flat {
    pub(super) rows: Vec<PlanRow>,
    pub(super) scopes: Vec<u16>,
    pub(super) problems: Vec<Finding>,
}

/// Makes the list, the root element first.
pub(super) fn flatten(
    root: &str,
    ty: TypeId,
    items: &[Item],
    spot: Spot,
    terms: &Terms,
    structure: &'static Structure,
) -> Flat {
    let flat = Flat { rows: Vec::new(), scopes: vec![0], problems: Vec::new() };
    let mut flatten = Flatten { terms, structure, flat };
    let root = Item {
        spot,
        name: root.to_owned(),
        attribute: false,
        repeats: false,
        forced: true,
        words: Words::default(),
        children: Vec::new(),
    };
    let id = flatten.row(&root, NONE, 0, None);
    flatten.children(id, items, 1, Some(ty));
    flatten.flat
}

struct Flatten<'t> {
    terms: &'t Terms,
    structure: &'static Structure,
    flat: Flat,
}

impl Flatten<'_> {
    fn children(&mut self, parent: u16, items: &[Item], depth: usize, ty: Option<TypeId>) {
        let mut elements = Vec::new();
        let mut attributes = Vec::new();
        for item in items {
            let child = ty.filter(|_| !item.attribute).and_then(|ty| self.structure.child(ty, &item.name));
            let id = self.row(item, parent, depth, child);
            let ids = if item.attribute { &mut attributes } else { &mut elements };
            ids.push(id);
            let inner = child.map(|child| child.ty);
            self.children(id, &item.children, depth + 1, inner);
        }
        self.demands(parent, &elements, &attributes, ty);
        let row = &mut self.flat.rows[parent as usize];
        row.elements = elements.into();
        row.attributes = attributes.into();
    }

    fn row(&mut self, item: &Item, parent: u16, depth: usize, child: Option<Child>) -> u16 {
        let id = self.flat.rows.len() as u16;
        let words = &item.words;
        let group = item.group(self.terms);
        let term = item.value(self.terms);
        let repeat = self.repeat(item, group, term);
        let scope = self.scope(id, repeat);
        let Tags { indent, open, close } = Tags::of(item, depth);
        self.flat.rows.push(PlanRow {
            spot: item.spot.clone(),
            name: item.name.as_str().into(),
            parent,
            attribute: item.attribute,
            starred: item.repeats || words.bundle,
            repeat,
            once: words.once,
            forced: item.forced,
            scope,
            group,
            term,
            owner: self.owner(term),
            home: words.home,
            first: words.first,
            spelling: words.spelling.clone(),
            choose: words.choose.clone(),
            filler: words.filler.clone(),
            filler_where: words.filler_where.clone(),
            prefer: words.prefer,
            fixed: words.fixed.clone(),
            when: words.when.clone(),
            lost: words.lost.clone(),
            open,
            close,
            indent,
            attributes: Box::default(),
            elements: Box::default(),
            leaf: is_leaf(item, term),
            datatype: child.filter(|_| !item.attribute).and_then(|child| self.structure.datatype(child.ty)),
            facets: None,
            max: most(child),
            required: Default::default(),
            required_attributes: Box::default(),
            opens: Mask::default(),
            constant: false,
            tries: false,
            firsts: Box::default(),
        });
        id
    }

    /// A scope of its own for a row that repeats with a group or bundle.
    fn scope(&mut self, row: u16, repeat: Repeat) -> ScopeId {
        match repeat {
            Repeat::Group(_) | Repeat::Bundle => {
                self.flat.scopes.push(row);
                (self.flat.scopes.len() - 1) as ScopeId
            }
            _ => 0,
        }
    }

    /// The term that a scheme or code belongs to.
    fn owner(&self, term: Option<TermId>) -> Option<TermId> {
        let term = self.terms.get(term?);
        term.parent().filter(|_| term.is_sub_term())
    }

    fn repeat(&mut self, item: &Item, group: Option<TermId>, term: Option<TermId>) -> Repeat {
        if item.words.bundle {
            return Repeat::Bundle;
        }
        match (item.repeats, group, term) {
            (false, ..) => Repeat::No,
            (true, Some(group), _) => Repeat::Group(group),
            (true, None, Some(term)) => Repeat::Term(term),
            (true, None, None) => match key_term(item, self.terms) {
                Some(term) => Repeat::Term(term),
                None if item.words.lost.is_some() => Repeat::No,
                None => {
                    let message = "a row repeats, but no term or group in it says with what";
                    self.flat.problems.push(item.spot.finding(finding::TABLE_CARDINALITY, message).found(&item.name));
                    Repeat::No
                }
            },
        }
    }

    /// What the schema wants inside a row.
    fn demands(&mut self, parent: u16, elements: &[u16], attributes: &[u16], ty: Option<TypeId>) {
        let Some(ty) = ty else { return };
        let rows = &self.flat.rows;
        let required = EDITIONS.map(|edition| {
            let wants = |child: &Child| child.edition_min_max(edition).is_some_and(|(min, _)| min > 0);
            let wanted = self.structure.children(ty).iter().filter(|child| !child.choice && wants(child));
            wanted.map(|child| (bits(child.name, elements, rows), child.name.into())).collect()
        });
        let wanted = self.structure.attributes(ty).iter().filter(|attribute| attribute.required);
        let required_attributes =
            wanted.map(|attribute| (bits(attribute.name, attributes, rows), attribute.name.into())).collect();
        for &id in attributes {
            let row = &mut self.flat.rows[id as usize];
            row.facets = self.structure.attribute(ty, &row.name).copied();
        }
        let row = &mut self.flat.rows[parent as usize];
        row.required = required;
        row.required_attributes = required_attributes;
    }
}

/// Start and end tag of a row, and the line break and indent before them.
struct Tags {
    indent: Box<[u8]>,
    open: Box<[u8]>,
    close: Box<[u8]>,
}

impl Tags {
    fn of(item: &Item, depth: usize) -> Tags {
        let indent = format!("\n{}", "  ".repeat(depth));
        let (open, close) = match item.attribute {
            true => (format!(" {}=\"", item.name), "\"".to_owned()),
            false => (format!("{indent}<{}", item.name), format!("</{}>", item.name)),
        };
        Tags { indent: boxed(indent), open: boxed(open), close: boxed(close) }
    }
}

fn boxed(text: String) -> Box<[u8]> {
    text.into_bytes().into()
}

/// True if the row holds text: it says something and has no elements inside.
fn is_leaf(item: &Item, term: Option<TermId>) -> bool {
    let words = &item.words;
    let says = term.is_some()
        || words.fixed.is_some()
        || words.when.is_some()
        || words.lost.is_some()
        || matches!(words.spelling, Spelling::Pattern(_));
    says && item.children.iter().all(|child| child.attribute)
}

/// How often the schema allows an element, per edition: what it does not know stands once, what an edition lacks never.
fn most(child: Option<Child>) -> [Option<u32>; 2] {
    EDITIONS.map(|edition| match child.and_then(|child| child.edition_min_max(edition)) {
        Some((_, max)) => max,
        None => Some(u32::from(child.is_none())),
    })
}

/// The rows of a name that can fill a place, as bits by position.
fn bits(name: &str, ids: &[u16], rows: &[PlanRow]) -> u64 {
    let fits = |id: u16| &*rows[id as usize].name == name && rows[id as usize].lost.is_none();
    ids.iter().enumerate().filter(|(_, id)| fits(**id)).fold(0, |bits, (at, _)| bits | 1 << at.min(63))
}

/// The first term inside a repeated row: it repeats with that term.
fn key_term(item: &Item, terms: &Terms) -> Option<TermId> {
    item.children.iter().find_map(|child| {
        let own = child.value(terms).filter(|&term| is_main(child) && !terms.get(term).is_sub_term());
        own.or_else(|| key_term(child, terms))
    })
}
