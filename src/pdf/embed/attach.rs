//! The new files among those of the PDF, each listed where readers look for it.

use std::collections::{BTreeSet, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use md5::{Digest, Md5};

use super::{Embedding, NewFile, Stamp, names, remove};
use crate::pdf::deflate;

/// What a file is if nothing says it.
const SOME_FILE: &str = "application/octet-stream";

/// Writes the new files; under PDF/A-3 the others get what it demands of them.
pub(super) fn attach(document: &mut Document, wish: &Embedding<'_>) {
    let others = if wish.pdfa { complete(document, wish.date) } else { Vec::new() };
    let mut entries = names::read(document);
    let mut associated = associated(document);
    associated.extend(others);
    for file in wish.files {
        let id = written(document, file, wish.date);
        entries.push((text(file.name), id));
        associated.push(id);
    }
    names::write(document, entries);
    let listed: Vec<Object> = associated.into_iter().map(Object::Reference).collect();
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("AF", listed);
    }
}

/// Adds a file and its specification.
fn written(document: &mut Document, file: &NewFile<'_>, date: &Stamp) -> ObjectId {
    let params = dictionary! {
        "ModDate" => Object::string_literal(date.pdf()),
        "Size" => file.bytes.len() as i64,
        "CheckSum" => Object::string_literal(Md5::digest(file.bytes).to_vec()),
    };
    let described = dictionary! { "Type" => "EmbeddedFile", "Subtype" => file.mime, "Params" => params };
    let mut stream = Stream::new(described, Vec::new());
    // A file that does not pack stays as it is.
    match Some(deflate::pack(file.bytes)).filter(|packed| packed.len() < file.bytes.len()) {
        Some(packed) => {
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(packed);
        }
        None => stream.set_content(file.bytes.to_vec()),
    }
    let stream = document.add_object(stream);
    document.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal(text(file.name)),
        "UF" => Object::string_literal(text(file.name)),
        "Desc" => Object::string_literal(text(file.description)),
        "AFRelationship" => file.relationship,
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    })
}

/// A text string: ASCII as it is, UTF-16 otherwise.
pub(super) fn text(text: &str) -> Vec<u8> {
    match text.is_ascii() {
        true => text.as_bytes().to_vec(),
        false => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
    }
}

/// The files that the document itself is associated with: an array, or a single one where a producer forgot the array.
fn associated(document: &Document) -> Vec<ObjectId> {
    let stated = document.catalog().and_then(|catalog| catalog.get(b"AF")).ok();
    let stated = stated.and_then(|files| Some((files, document.dereference(files).ok()?.1)));
    let files = match stated {
        Some((_, Object::Array(files))) => files.iter().filter_map(|file| file.as_reference().ok()).collect(),
        Some((Object::Reference(id), Object::Dictionary(_))) => vec![*id],
        _ => Vec::new(),
    };
    let mut seen = HashSet::new();
    files.into_iter().filter(|id| document.get_dictionary(*id).is_ok() && seen.insert(*id)).collect()
}

/// Gives the files in the PDF what PDF/A-3 demands of them; those are given back that nothing is associated with yet.
fn complete(document: &mut Document, date: &Stamp) -> Vec<ObjectId> {
    if !document.objects.values().any(remove::is_spec) {
        return Vec::new();
    }
    let met = document.traverse_objects(|_| ());
    let is_spec = |id: &ObjectId| document.objects.get(id).is_some_and(remove::is_spec);
    let specs: Vec<ObjectId> = met.into_iter().filter(is_spec).collect();
    if specs.is_empty() {
        return specs;
    }
    for id in &specs {
        let streams = specify(document, *id);
        streams.into_iter().for_each(|stream| describe(document, stream, date));
    }
    let known = all_associated(document);
    specs.into_iter().filter(|id| !known.contains(id)).collect()
}

/// Completes a file specification; the streams of its file are given back.
fn specify(document: &mut Document, id: ObjectId) -> BTreeSet<ObjectId> {
    let Some(Object::Dictionary(spec)) = document.objects.get(&id) else { return BTreeSet::new() };
    let mut spec = spec.clone();
    let files = spec.get(b"EF").and_then(|files| document.dereference(files)).ok();
    let mut files = files.and_then(|(_, files)| files.as_dict().ok()).cloned().unwrap_or_default();
    both(&mut spec);
    both(&mut files);
    let streams = files.iter().filter_map(|(_, stream)| stream.as_reference().ok()).collect();
    spec.set("EF", files);
    if !spec.has(b"AFRelationship") {
        spec.set("AFRelationship", "Unspecified");
    }
    document.objects.insert(id, Object::Dictionary(spec));
    streams
}

/// Both keys of a name or a file say the same where only one says it, or one of those that systems of old had.
fn both(dictionary: &mut Dictionary) {
    let keys = ["UF", "F", "Unix", "DOS", "Mac"];
    let Some(value) = keys.into_iter().find_map(|key| dictionary.get(key.as_bytes()).ok()).cloned() else { return };
    for key in ["F", "UF"] {
        if !dictionary.has(key.as_bytes()) {
            dictionary.set(key, value.clone());
        }
    }
}

/// Completes the dictionary of a file: media type and date.
fn describe(document: &mut Document, id: ObjectId, date: &Stamp) {
    let params = match document.objects.get(&id) {
        Some(Object::Stream(stream)) => stream.dict.get(b"Params").and_then(|params| document.dereference(params)).ok(),
        _ => return,
    };
    let mut params = params.and_then(|(_, params)| params.as_dict().ok()).cloned().unwrap_or_default();
    if !params.has(b"ModDate") {
        params.set("ModDate", Object::string_literal(date.pdf()));
    }
    let Some(Object::Stream(stream)) = document.objects.get_mut(&id) else { return };
    let is_typed = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name.contains(&b'/'));
    if !is_typed {
        stream.dict.set("Subtype", SOME_FILE);
    }
    stream.dict.set("Params", params);
}

/// Every file that anything in the document is associated with.
fn all_associated(document: &Document) -> HashSet<ObjectId> {
    let owners = document.objects.values().filter_map(|object| match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    });
    let files = owners.filter_map(|owner| Some(document.dereference(owner.get(b"AF").ok()?).ok()?.1));
    let items = files.filter_map(|files| files.as_array().ok()).flatten();
    items.filter_map(|file| file.as_reference().ok()).collect()
}
