//! Layers (optional content, 6.9): each configuration has a name of its own, lists all layers, and none switches by
//! itself.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::edit::{Edit, Spot};
use super::fault::Fault;
use crate::pdf::lookup::Lookup;

/// Items of the lists of layers that are looked at, those in lists in lists too.
const ITEMS: usize = 100_000;

/// What is wrong with the layers.
pub(super) fn check(document: &Document) -> Vec<Fault> {
    let lookup = Lookup::new(document);
    let (Ok(root), Ok(catalog)) = (document.trailer.get(b"Root").and_then(Object::as_reference), document.catalog())
    else {
        return Vec::new();
    };
    let Ok(named) = catalog.get(b"OCProperties") else { return Vec::new() };
    let Some((id, Object::Dictionary(layers))) = lookup.resolve(named) else { return Vec::new() };
    let here = id.map_or_else(|| Spot::of(root).key(b"OCProperties"), Spot::of);
    let all: Vec<ObjectId> = lookup.array_at(layers, b"OCGs").iter().filter_map(|id| id.as_reference().ok()).collect();
    let mut names = HashSet::new();
    let mut faults = Vec::new();
    for (configuration, spot) in configurations(&lookup, layers, &here) {
        faults.extend(name(&lookup, configuration, &spot, &mut names));
        faults.extend(order(&lookup, configuration, &spot, &all));
        if configuration.has(b"AS") {
            faults.push(Fault::of("6.9-4").edit(Edit::Remove(spot.key(b"AS"))));
        }
    }
    faults
}

/// The default configuration and the others.
fn configurations<'a>(lookup: &Lookup<'a>, layers: &'a Dictionary, here: &Spot) -> Vec<(&'a Dictionary, Spot)> {
    let mut found = Vec::new();
    let mut add = |named: &'a Object, spot: Spot| {
        if let Some((id, Object::Dictionary(configuration))) = lookup.resolve(named) {
            found.push((configuration, id.map_or(spot, Spot::of)));
        }
    };
    if let Ok(first) = layers.get(b"D") {
        add(first, here.key(b"D"));
    }
    if let Ok(others) = layers.get(b"Configs")
        && let Some((id, Object::Array(items))) = lookup.resolve(others)
    {
        let spot = id.map_or_else(|| here.key(b"Configs"), Spot::of);
        items.iter().enumerate().for_each(|(at, item)| add(item, spot.item(at)));
    }
    found
}

/// A configuration has a name, and no other has it.
fn name(lookup: &Lookup<'_>, configuration: &Dictionary, spot: &Spot, names: &mut HashSet<String>) -> Option<Fault> {
    let stated =
        lookup.value(configuration, b"Name").and_then(crate::pdf::text::decode).filter(|name| !name.is_empty());
    let clause = if stated.is_none() { "6.9-1" } else { "6.9-2" };
    if stated.as_ref().is_some_and(|name| names.insert(name.clone())) {
        return None;
    }
    let stem = stated.unwrap_or_else(|| "Layers".to_owned());
    let mut free = stem.clone();
    let mut number = 2;
    while !names.insert(free.clone()) {
        free = format!("{stem} {number}");
        number += 1;
    }
    Some(Fault::of(clause).set(spot, "Name", lopdf::text_string(&free)))
}

/// A configuration that lists layers lists all of them.
fn order(lookup: &Lookup<'_>, configuration: &Dictionary, spot: &Spot, all: &[ObjectId]) -> Option<Fault> {
    let Object::Array(order) = lookup.value(configuration, b"Order")? else { return None };
    let mut listed = HashSet::new();
    let mut open: Vec<&Object> = order.iter().collect();
    let mut looked_at = 0;
    while let Some(item) = open.pop() {
        looked_at += 1;
        if looked_at > ITEMS {
            break;
        }
        match item {
            // A reference may lead to a layer or to another list.
            Object::Reference(id) if listed.insert(*id) => {
                if let Some((_, Object::Array(items))) = lookup.resolve(item) {
                    open.extend(items);
                }
            }
            Object::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let missing: Vec<Object> = all.iter().filter(|id| !listed.contains(id)).map(|id| Object::from(*id)).collect();
    if missing.is_empty() {
        return None;
    }
    let complete: Vec<Object> = order.iter().cloned().chain(missing).collect();
    Some(Fault::of("6.9-3").set(spot, "Order", complete))
}
