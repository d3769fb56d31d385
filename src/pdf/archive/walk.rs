//! The walk through a PDF by the roles of the table: from the catalogue to every object that a demand is about.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::edit::{Edit, Spot};
use super::fault::Fault;
use super::table::{self, Cure, Link, Part, Row, TABLE};
use super::{annotation, form};
use crate::pdf::lookup::{entry, value};

/// An object on the way.
#[derive(Debug, Clone)]
pub(super) struct Visit<'a> {
    /// Where it is named, or where it stands if it is no object of its own.
    pub named: Spot,
    /// Where it stands.
    pub here: Spot,
    /// The dictionary that it is or has.
    pub dictionary: &'a Dictionary,
    /// What it plays.
    pub role: &'static str,
    /// The page it belongs to, from 1.
    pub page: Option<u32>,
}

/// The state of the walk.
struct Walk<'a> {
    document: &'a Document,
    /// Numbers of pages.
    numbers: &'a HashMap<ObjectId, u32>,
    /// What was visited in which role: an object may play several.
    visited: HashSet<(ObjectId, &'static str)>,
    /// What is still to be visited, the next one last.
    open: Vec<Visit<'a>>,
    faults: Vec<Fault>,
}

/// What falls short of the table's demands on roles.
pub(super) fn walk(document: &Document, numbers: &HashMap<ObjectId, u32>) -> Vec<Fault> {
    let mut walk = Walk { document, numbers, visited: HashSet::new(), open: Vec::new(), faults: Vec::new() };
    if let (Ok(root), Ok(catalog)) = (document.trailer.get(b"Root").and_then(Object::as_reference), document.catalog())
    {
        let spot = Spot::of(root);
        walk.open.push(Visit { named: spot.clone(), here: spot, dictionary: catalog, role: "catalog", page: None });
    }
    while let Some(visit) = walk.open.pop() {
        walk.visit(&visit);
    }
    walk.faults
}

impl<'a> Walk<'a> {
    fn visit(&mut self, visit: &Visit<'a>) {
        let Some(role) = TABLE.role(visit.role) else { return };
        let faults: Vec<Fault> = role.rows.iter().filter_map(|row| self.check(visit, row)).collect();
        self.faults.extend(faults);
        match visit.role {
            "annotation" => self.faults.extend(annotation::check(self.document, visit)),
            "field" => self.faults.extend(form::check_field(self.document, visit)),
            _ => {}
        }
        let from = self.open.len();
        for link in &role.links {
            self.follow(visit, link);
        }
        // The walk takes the last one next: the first one goes there.
        self.open[from..].reverse();
    }

    /// The fault of an object against a row.
    fn check(&self, visit: &Visit<'a>, row: &Row) -> Option<Fault> {
        let value = value(self.document, visit.dictionary, row.key);
        if !row.condition.falls_short(value) || is_exempt(visit) {
            return None;
        }
        let about = value.and_then(|value| value.as_name().ok()).map(String::from_utf8_lossy).unwrap_or_default();
        let fault = Fault { demand: row.demand, about: None, page: visit.page, edits: Vec::new() }.about(about);
        Some(match row.cure {
            Cure::Drop => fault.edit(Edit::Remove(visit.here.key(row.key))),
            Cure::Set(word) => fault.edit(Edit::Set(visit.here.clone(), row.key.to_vec(), table::value(word))),
            Cure::Unlink => fault.edit(Edit::Remove(visit.named.clone())),
            Cure::Nothing => fault,
        })
    }

    /// What a key leads to.
    fn follow(&mut self, visit: &Visit<'a>, link: &Link) {
        if link.key.is_empty() {
            return self.values(visit.dictionary, &visit.here, link.role, visit.page);
        }
        let Some(value) = entry(visit.dictionary, link.key) else { return };
        let named = visit.here.key(link.key);
        let Some((id, resolved)) = self.resolve(value) else { return };
        let here = id.map_or_else(|| named.clone(), Spot::of);
        match (link.part, resolved) {
            (Part::Whole, _) => self.one(value, named, link.role, visit.page),
            (Part::Items, Object::Array(items)) if id.is_none_or(|id| self.visited.insert((id, link.role))) => {
                for (at, item) in items.iter().enumerate() {
                    self.one(item, here.item(at), link.role, visit.page);
                }
            }
            (Part::Values, Object::Dictionary(values)) => self.values(values, &here, link.role, visit.page),
            _ => {}
        }
    }

    /// The values of a dictionary.
    fn values(&mut self, values: &'a Dictionary, here: &Spot, role: &'static str, page: Option<u32>) {
        for (key, value) in values {
            self.one(value, here.key(key), role, page);
        }
    }

    /// A value that plays a role: a dictionary or a stream.
    fn one(&mut self, value: &'a Object, named: Spot, role: &'static str, page: Option<u32>) {
        let (id, dictionary) = match self.resolve(value) {
            Some((id, Object::Dictionary(dictionary) | Object::Stream(Stream { dict: dictionary, .. }))) => {
                (id, dictionary)
            }
            _ => return,
        };
        if id.is_none_or(|id| self.visited.insert((id, role))) {
            let page = id.and_then(|id| self.numbers.get(&id).copied()).or(page);
            let here = id.map_or_else(|| named.clone(), Spot::of);
            self.open.push(Visit { named, here, dictionary, role, page });
        }
    }

    fn resolve(&self, value: &'a Object) -> Option<(Option<ObjectId>, &'a Object)> {
        self.document.dereference(value).ok()
    }
}

/// Demands on annotations hold for each kind but one: a popup is only a window of another one. The parent of an
/// annotation may be another annotation instead of a field.
fn is_exempt(visit: &Visit<'_>) -> bool {
    visit.role == "field"
        && visit.dictionary.has(b"Subtype")
        && !visit.dictionary.has(b"FT")
        && !visit.dictionary.has(b"T")
}
