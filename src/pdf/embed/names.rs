//! The list of embedded files that a catalogue keeps (a name tree), as a plain list.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::pdf::lookup::Lookup;

/// Its key in the dictionary of names.
const KEY: &[u8] = b"EmbeddedFiles";

/// The entries: the key of each, and the object of its file specification. Nodes are visited once, so a cycle ends;
/// what is no specification in an object of its own is left out.
pub(super) fn read(document: &Document) -> Vec<(Vec<u8>, ObjectId)> {
    let lookup = Lookup::new(document);
    let names = document.catalog().ok().and_then(|catalog| lookup.dictionary_at(catalog, b"Names"));
    let Some(root) = names.and_then(|names| names.get(KEY).ok()) else { return Vec::new() };
    let (mut entries, mut visited, mut open) = (Vec::new(), HashSet::new(), vec![root]);
    while let Some(node) = open.pop() {
        let repeated = node.as_reference().is_ok_and(|id| !visited.insert(id));
        let Some(node) = lookup.dictionary(node).filter(|_| !repeated) else { continue };
        for pair in lookup.array_at(node, b"Names").chunks_exact(2) {
            let key = lookup.resolve(&pair[0]).and_then(|(_, key)| key.as_str().ok());
            if let (Some(key), Ok(id)) = (key, pair[1].as_reference())
                && document.get_dictionary(id).is_ok()
            {
                entries.push((key.to_vec(), id));
            }
        }
        open.extend(lookup.array_at(node, b"Kids").iter().rev());
    }
    entries
}

/// Writes the list as one sorted node, in the place where it stood: twice must be once.
pub(super) fn write(document: &mut Document, mut entries: Vec<(Vec<u8>, ObjectId)>) {
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    let items = entries.into_iter().flat_map(|(key, id)| [Object::string_literal(key), Object::Reference(id)]);
    let items: Vec<Object> = items.collect();
    let catalog = document.catalog().ok();
    let stated = catalog.and_then(|catalog| document.dereference(catalog.get(b"Names").ok()?).ok());
    let mut names = stated.and_then(|(_, names)| names.as_dict().ok()).cloned().unwrap_or_default();
    names.set(KEY, Dictionary::from_iter([("Names", Object::Array(items))]));
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("Names", names);
    }
}
