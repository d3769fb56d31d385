//! From the tree of rows to a plan: what the writer walks, what the reader looks names up in.
//!
//! This module puts the parts together: the rows as one list ([`flatten`]), what is known of their terms ([`masks`]),
//! the reader's states and the hot parts of the rows.

mod flatten;
mod masks;

use std::sync::Arc;

use super::expand::Item;
use super::heat::Heat;
use super::notation::{Sheet, Spot};
use super::plan::{Mask, Plan, PlanRow, ScopeId};
use super::states::{self, States};
use super::structure::{Edition, Structure, TypeId};
use crate::finding::{self, Finding};
use crate::term::Terms;
use flatten::{Flat, flatten};

/// The two editions, in the order of the pairs of a plan.
pub(crate) const EDITIONS: [Edition; 2] = [Edition::D16B, Edition::D22B];

/// Compiles one kind of document of a syntax.
pub(crate) fn compile(
    sheet: &Sheet,
    kind: usize,
    items: &[Item],
    terms: &Terms,
    structure: &'static Structure,
) -> Result<Plan, Vec<Finding>> {
    let spot = start(sheet);
    let (root, ty) = root(sheet, kind, terms, structure, &spot).map_err(|problem| vec![problem])?;
    let Flat { mut rows, scopes, mut problems } = flatten(&root, ty, items, spot, terms, structure);
    masks::open_masks(&mut rows, terms);
    let homes = masks::homes(&rows, terms);
    for (row, mask) in masks::firsts(&rows, &homes) {
        rows[row].firsts = mask;
    }
    let states = States::build(&rows, terms, structure.namespaces(), &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let around: Vec<ScopeId> = rows.iter().map(|row| masks::scope_around(&rows, row.parent)).collect();
    let Heat { hot, bytes, children } = Heat::of(&rows, terms, &homes, &around);
    Ok(Plan {
        hot,
        bytes,
        children,
        opens: rows.iter().map(|row| row.opens).collect(),
        syntax: Arc::from(sheet.name.as_str()),
        root: root.as_str().into(),
        read_only: sheet.read_only,
        top: 0,
        header: header(&root, structure),
        start: states.start,
        hot_states: states::hot(&states.states, &masks::asked(&rows)),
        states: states.states,
        edges: states.edges,
        names: states.names,
        attribute_edges: states.attributes,
        choices: states.choices,
        any: sheet.any.clone(),
        everywhere: sheet.everywhere.clone(),
        vocabulary: structure.namespaces(),
        anchors: masks::anchors(&rows, terms),
        within: masks::within(&rows, &scopes, &homes),
        inside: masks::inside(&rows, terms),
        tag_bytes: tag_bytes(&rows),
        homes,
        scopes,
        rows,
    })
}

/// Where a table begins: its first line, whatever is laid over it.
fn start(sheet: &Sheet) -> Spot {
    let file = sheet.rows.first().map_or_else(|| "".into(), |row| row.spot.file.clone());
    Spot { file, line: 1, column: 1 }
}

/// Name and type of the root element, if the schema has it and the plan has room for the terms.
fn root(
    sheet: &Sheet,
    kind: usize,
    terms: &Terms,
    structure: &Structure,
    spot: &Spot,
) -> Result<(String, TypeId), Finding> {
    let root = sheet.roots.get(kind).cloned().unwrap_or_default();
    let Some(ty) = structure.root(&root) else {
        return Err(spot.finding(finding::TABLE_NAME, "no such root element in the schema").found(root));
    };
    let room = Mask::CAPACITY - 2;
    if terms.len() > room {
        let message = format!("a model has room for {room} terms and groups");
        return Err(spot.finding(finding::TABLE_SYNTAX, message).found(terms.len().to_string()));
    }
    Ok((root, ty))
}

/// The XML declaration and the start tag of the root with its namespaces, up to the attributes.
fn header(root: &str, structure: &Structure) -> Box<[u8]> {
    let (own, local) = root.split_once(':').unwrap_or(("", root));
    let plain = is_unprefixed(own);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    text.push_str(if plain { local } else { root });
    for (prefix, uri) in structure.namespaces() {
        match *prefix {
            prefix if prefix == own && plain => text.push_str(&format!(" xmlns=\"{uri}\"")),
            "ubl" | "cn" | "ext" => {}
            prefix => text.push_str(&format!(" xmlns:{prefix}=\"{uri}\"")),
        }
    }
    text.into_bytes().into()
}

/// Roots that are usually written in the default namespace.
pub(crate) fn is_unprefixed(prefix: &str) -> bool {
    matches!(prefix, "ubl" | "cn")
}

/// Bytes of tags for each value, about: how large an output will be.
fn tag_bytes(rows: &[PlanRow]) -> usize {
    let leaves: Vec<_> = rows.iter().filter(|row| row.leaf && row.term.is_some()).collect();
    let tags: usize = rows.iter().filter(|row| row.lost.is_none()).map(|row| row.open.len() + row.close.len()).sum();
    tags / leaves.len().max(1)
}
