//! Files that give way: out of every list of the PDF, with the annotations that show them.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::names;
use super::numbers::Numbers;
use crate::finding::{Finding, PDF_CHANGED};
use crate::pdf::filespec;
use crate::pdf::lookup::Lookup;
use crate::pdf::text;

/// Removes the files whose names fit. Their bytes are left behind when the document is written.
pub(super) fn remove(document: &mut Document, replaces: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    lift(document);
    let mut entries = names::read(document);
    let mut gone = BTreeSet::new();
    let mut told = Vec::new();
    for (id, name) in specs(document, &entries) {
        if replaces(&name) {
            gone.insert(id);
            if !told.contains(&name) {
                told.push(name);
            }
        }
    }
    if gone.is_empty() {
        return Vec::new();
    }
    gone.extend(annotations(document, &gone));
    entries.retain(|(_, id)| !gone.contains(id));
    names::write(document, entries);
    document.objects.retain(|id, _| !gone.contains(id));
    document.objects.values_mut().for_each(|object| strip(object, &gone));
    told.iter().map(|name| replaced(name)).collect()
}

fn replaced(name: &str) -> Finding {
    Finding::new(PDF_CHANGED, format!("the file {} in the PDF gives way", text::quoted(name)))
}

/// Makes every file specification an object of its own, so that all that shows it refers to it. References that lead
/// nowhere become null: a new object with their number would be taken for what they mean.
fn lift(document: &mut Document) {
    let mut next = document.max_id;
    let mut lifted = Vec::new();
    let mut there = Numbers::new(document.objects.len());
    document.objects.keys().for_each(|id| there.insert(*id, 1));
    let mut open: Vec<&mut Object> = Vec::new();
    for object in document.objects.values_mut() {
        open.extend(inside(object));
        while let Some(object) = open.pop() {
            match object {
                Object::Reference(id) if there.get(*id).is_none() => *object = Object::Null,
                _ if is_spec(object) => {
                    next += 1;
                    lifted.push(((next, 0), std::mem::replace(object, Object::Reference((next, 0)))));
                }
                _ => open.extend(inside(object)),
            }
        }
    }
    document.max_id = next;
    document.objects.extend(lifted);
}

/// The references in an object, and what holds more of them.
fn inside(object: &mut Object) -> impl Iterator<Item = &mut Object> {
    let (items, values) = match object {
        Object::Array(items) => (Some(items.iter_mut()), None),
        Object::Dictionary(dictionary) => (None, Some(dictionary.iter_mut())),
        Object::Stream(stream) => (None, Some(stream.dict.iter_mut())),
        _ => (None, None),
    };
    let values = values.into_iter().flatten().map(|(_, value)| value);
    let holds = |object: &&mut Object| {
        matches!(object, Object::Reference(_) | Object::Array(_) | Object::Dictionary(_) | Object::Stream(_))
    };
    items.into_iter().flatten().chain(values).filter(holds)
}

/// Whether an object is the specification of a file inside the PDF.
pub(super) fn is_spec(object: &Object) -> bool {
    // This is asked of every dictionary: a look at its keys is quicker than a look-up.
    matches!(object, Object::Dictionary(dictionary) if dictionary.iter().any(|(key, _)| key == b"EF"))
}

/// The file specifications with the names of their files: those they state, or those of the list of files.
fn specs(document: &Document, entries: &[(Vec<u8>, ObjectId)]) -> Vec<(ObjectId, String)> {
    let lookup = Lookup::new(document);
    let specs = document.objects.iter().filter(|(_, object)| is_spec(object));
    let name = |id: &ObjectId, spec: &Dictionary| {
        let listed = || entries.iter().find(|(_, listed)| listed == id).map(|(key, _)| key);
        let listed = || listed().and_then(|key| text::decode(&Object::string_literal(key.as_slice())));
        filespec::name_of(&lookup, spec).or_else(listed)
    };
    specs.filter_map(|(id, spec)| Some((*id, name(id, spec.as_dict().ok()?)?))).collect()
}

/// The annotations that show these files, and the windows that belong to them.
fn annotations(document: &Document, gone: &BTreeSet<ObjectId>) -> Vec<ObjectId> {
    let mut found = Vec::new();
    for (id, object) in &document.objects {
        if let Object::Dictionary(annotation) = object
            && shows(annotation, gone)
        {
            found.push(*id);
            found.extend(annotation.get(b"Popup").and_then(Object::as_reference));
        }
    }
    found
}

/// Whether a dictionary is an annotation that shows one of these files.
fn shows(annotation: &Dictionary, gone: &BTreeSet<ObjectId>) -> bool {
    let is_attachment =
        annotation.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"FileAttachment");
    is_attachment && annotation.get(b"FS").is_ok_and(|file| leads_to(file, gone))
}

fn leads_to(object: &Object, gone: &BTreeSet<ObjectId>) -> bool {
    object.as_reference().is_ok_and(|id| gone.contains(&id))
}

/// Takes references to what is gone out of an object, with what is nothing without them.
fn strip(object: &mut Object, gone: &BTreeSet<ObjectId>) {
    let mut open = vec![object];
    while let Some(object) = open.pop() {
        match object {
            Object::Array(items) => items.retain(|item| !leads_to(item, gone) && !is_nothing_without(item, gone)),
            Object::Dictionary(dictionary) => forget(dictionary, gone),
            Object::Stream(stream) => forget(&mut stream.dict, gone),
            _ => {}
        }
        open.extend(inside(object));
    }
}

/// Inline annotations that show a file, and the places of annotations in the structure of the text.
fn is_nothing_without(object: &Object, gone: &BTreeSet<ObjectId>) -> bool {
    let Object::Dictionary(dictionary) = object else { return false };
    let is_place = dictionary.has_type(b"OBJR") && dictionary.get(b"Obj").is_ok_and(|object| leads_to(object, gone));
    is_place || shows(dictionary, gone)
}

fn forget(dictionary: &mut Dictionary, gone: &BTreeSet<ObjectId>) {
    dictionary.as_hashmap_mut().retain(|_, value| !leads_to(value, gone));
}
