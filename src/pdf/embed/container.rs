//! The file around the objects: their order and numbers, version, identifier, cross-references.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object, ObjectId, ObjectStreamConfig, SaveOptions, StringFormat};
use md5::{Digest, Md5};

use crate::finding::{Finding, PDF_BROKEN};

/// The version of PDF that PDF/A-3 is made of.
const VERSION: &str = "1.7";
/// How hard the structure is packed, of 9.
const COMPRESSION: u32 = 6;
/// Objects in one object stream.
const MEMBERS: usize = 100;
/// Strings longer than this are written in hexadecimal: the writer's time for escapes grows with the square of them.
const LITERAL: usize = 1024;
/// Bytes of the hash in a file identifier.
const HASH: usize = 16;

/// Writes a document. `pdfa` asks for the version that PDF/A-3 wants; otherwise it may be a newer one.
pub(super) fn write(mut document: Document, pdfa: bool) -> Result<Vec<u8>, Finding> {
    version(&mut document, pdfa);
    document.objects.values_mut().for_each(measure);
    let first = first_identifier(&document);
    document.trailer = trailer(&document);
    let mut document = renumbered(document);
    let places = vec![blank(first.as_ref().map_or(HASH, Vec::len)), blank(HASH)];
    document.trailer.set("ID", places);
    let mut bytes = save(&mut document)?;
    identify(&mut bytes, first);
    Ok(bytes)
}

/// A stream states its length itself, not somewhere else.
fn measure(object: &mut Object) {
    if let Object::Stream(stream) = object {
        let length = stream.content.len() as i64;
        stream.dict.set("Length", length);
    }
}

/// What a file of this content may be called; the catalogue says nothing against the header.
fn version(document: &mut Document, pdfa: bool) {
    let stated = document.catalog().ok().and_then(|catalog| catalog.get(b"Version").ok()?.as_name().ok());
    let stated = stated.map(|name| String::from_utf8_lossy(name).into_owned());
    let newer = stated.into_iter().chain([document.version.clone()]).filter(|_| !pdfa).max();
    document.version =
        newer.filter(|version| version.as_str() > VERSION && version.len() == 3).unwrap_or_else(|| VERSION.to_owned());
    if let Ok(catalog) = document.catalog_mut() {
        catalog.as_hashmap_mut().shift_remove(b"Version".as_slice());
    }
    document.binary_mark = vec![0xE2, 0xE3, 0xCF, 0xD3];
}

/// What leads to the content: the rest of a trailer is about the file that was read.
fn trailer(document: &Document) -> Dictionary {
    let keys = [b"Root".as_slice(), b"Info"];
    keys.into_iter().filter_map(|key| Some((key.to_vec(), document.trailer.get(key).ok()?.clone()))).collect()
}

/// The identifier that stays the same through all revisions of a file, if it has one.
fn first_identifier(document: &Document) -> Option<Vec<u8>> {
    let identifier = document.trailer.get(b"ID").ok()?;
    let (_, identifier) = document.dereference(identifier).ok()?;
    let first = document.dereference(identifier.as_array().ok()?.first()?).ok()?.1.as_str().ok()?;
    (HASH..=2 * HASH).contains(&first.len()).then(|| first.to_vec())
}

/// The same document of the objects that something refers to, numbered in the order in which they are met.
pub(super) fn renumbered(mut document: Document) -> Document {
    let met = document.traverse_objects(|_| ());
    let there = met.into_iter().filter(|id| document.objects.contains_key(id));
    let numbers: HashMap<ObjectId, ObjectId> = there.zip((1..).map(|number| (number, 0))).collect();
    let old = std::mem::take(&mut document.objects);
    document.objects = old
        .into_iter()
        .filter_map(|(id, mut object)| {
            let number = *numbers.get(&id)?;
            refer(&mut object, &numbers);
            Some((number, object))
        })
        .collect();
    document.trailer.iter_mut().for_each(|(_, object)| refer(object, &numbers));
    document.max_id = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    document
}

/// Gives references their new numbers; one that leads nowhere is null, as it always was.
fn refer(object: &mut Object, numbers: &HashMap<ObjectId, ObjectId>) {
    let mut open = vec![object];
    while let Some(object) = open.pop() {
        match object {
            Object::Reference(id) => {
                *object = numbers.get(id).map_or(Object::Null, |number| Object::Reference(*number))
            }
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dictionary) => open.extend(dictionary.iter_mut().map(|(_, value)| value)),
            Object::Stream(stream) => open.extend(stream.dict.iter_mut().map(|(_, value)| value)),
            Object::String(text, format) if text.len() > LITERAL => *format = StringFormat::Hexadecimal,
            _ => {}
        }
    }
}

/// Room for an identifier.
fn blank(length: usize) -> Object {
    Object::String(vec![0; length], StringFormat::Hexadecimal)
}

fn save(document: &mut Document) -> Result<Vec<u8>, Finding> {
    let config = ObjectStreamConfig { max_objects_per_stream: MEMBERS, compression_level: COMPRESSION };
    let options = SaveOptions {
        use_object_streams: true,
        use_xref_streams: true,
        object_stream_config: config,
        ..SaveOptions::default()
    };
    let mut bytes = Vec::new();
    document
        .save_with_options(&mut bytes, options)
        .map_err(|error| Finding::new(PDF_BROKEN, "the PDF cannot be written").found(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Puts the identifiers into their places: the one that the file had, if any, and the hash of what was written.
fn identify(bytes: &mut [u8], first: Option<Vec<u8>>) {
    let hash = Md5::digest(&*bytes).to_vec();
    let first = first.unwrap_or_else(|| hash.clone());
    let text = |id: &[u8]| id.iter().fold(String::from("<"), |text, byte| text + &format!("{byte:02X}")) + ">";
    let places = format!("/ID[{}{}]", text(&vec![0; first.len()]), text(&[0; HASH]));
    if let Some(at) = memchr::memmem::rfind(bytes, places.as_bytes()) {
        let identifiers = format!("/ID[{}{}]", text(&first), text(&hash));
        bytes[at..at + places.len()].copy_from_slice(identifiers.as_bytes());
    }
}
