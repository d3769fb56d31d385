//! The level that a document really holds.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object};

use super::Level;
use crate::pdf::lookup::Lookup;

/// Types of structure that need no explanation (ISO 32000-1, 14.8.4).
const STANDARD: &[&str] = &[
    "Document",
    "Part",
    "Art",
    "Sect",
    "Div",
    "BlockQuote",
    "Caption",
    "TOC",
    "TOCI",
    "Index",
    "NonStruct",
    "Private",
    "P",
    "H",
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "L",
    "LI",
    "Lbl",
    "LBody",
    "Table",
    "TR",
    "TH",
    "TD",
    "THead",
    "TBody",
    "TFoot",
    "Span",
    "Quote",
    "Note",
    "Reference",
    "BibEntry",
    "Code",
    "Link",
    "Annot",
    "Ruby",
    "RB",
    "RT",
    "RP",
    "Warichu",
    "WT",
    "WP",
    "Figure",
    "Formula",
    "Form",
];
/// Elements of the structure that are looked at.
const ELEMENTS: usize = 1_000_000;

/// The level of a document without faults, by what it claims: the claimed one or the next lower one that it holds.
pub(super) fn held(document: &Document, claimed: Option<Level>, unicode: bool, private: bool) -> Level {
    let known = if unicode { Level::U } else { Level::B };
    match claimed {
        Some(Level::A) if unicode && !private && is_tagged(document) => Level::A,
        Some(Level::B) => Level::B,
        _ => known,
    }
}

/// Whether the structure of the text is there: marked, in a tree of known types, in a language.
fn is_tagged(document: &Document) -> bool {
    let lookup = Lookup::new(document);
    let Ok(catalog) = document.catalog() else { return false };
    let marks = lookup.dictionary_at(catalog, b"MarkInfo");
    let is_marked = marks.and_then(|marks| lookup.value(marks, b"Marked")) == Some(&Object::Boolean(true));
    let language = lookup.text_at(catalog, b"Lang");
    let root = lookup.dictionary_at(catalog, b"StructTreeRoot");
    is_marked && language.is_some_and(|tag| is_language(&tag)) && root.is_some_and(|root| is_known(&lookup, root))
}

/// `de-AT`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.next().is_some_and(|first| is_part(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts.all(is_part)
}

/// Whether each type of the tree is standard or stands for one that is, without a circle, and none is redefined.
fn is_known(lookup: &Lookup<'_>, root: &Dictionary) -> bool {
    let roles = lookup.dictionary_at(root, b"RoleMap");
    let role = |name: &str| roles.and_then(|roles| lookup.name_at(roles, name.as_bytes()));
    let ends_standard = |name: &str| {
        let mut name = name.to_owned();
        let mut met = HashSet::new();
        while !STANDARD.contains(&name.as_str()) {
            match role(&name) {
                Some(next) if met.insert(name.clone()) => name = next,
                _ => return false,
            }
        }
        true
    };
    let types = types(lookup, root);
    types.iter().all(|name| if STANDARD.contains(&name.as_str()) { role(name).is_none() } else { ends_standard(name) })
}

/// The types of all elements.
fn types(lookup: &Lookup<'_>, root: &Dictionary) -> HashSet<String> {
    let mut types = HashSet::new();
    let mut visited = HashSet::new();
    let mut open: Vec<&Object> = root.get(b"K").into_iter().collect();
    let mut met = 0;
    while let Some(object) = open.pop() {
        met += 1;
        if met > ELEMENTS || object.as_reference().is_ok_and(|id| !visited.insert(id)) {
            continue;
        }
        match lookup.resolve(object) {
            Some((_, Object::Array(kids))) => open.extend(kids),
            Some((_, Object::Dictionary(element))) => {
                types.extend(lookup.name_at(element, b"S"));
                open.extend(element.get(b"K"));
            }
            _ => {}
        }
    }
    types
}
