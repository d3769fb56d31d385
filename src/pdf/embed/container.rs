//! The file around the objects: its version and identifier, and what leads to the objects.

use std::collections::HashMap;
use std::ops::Range;

use lopdf::{Dictionary, Document, Object, ObjectId};
use md5::{Digest, Md5};

use super::file::{self, Head};
use super::order::Order;
use super::spelling;
use crate::finding::Finding;

/// The version of PDF that PDF/A-3 is made of.
const VERSION: &str = "1.7";
/// Bytes of the hash in a file identifier.
const HASH: usize = 16;

/// Writes a document: the objects that something refers to, numbered in the order in which they are met. `pdfa` asks for
/// the version that PDF/A-3 wants; otherwise it may be a newer one.
pub(super) fn write(mut document: Document, pdfa: bool) -> Result<Vec<u8>, Finding> {
    version(&mut document, pdfa);
    let first = first_identifier(&document);
    let trailer = trailer(&document);
    let order = Order::of(&document, &trailer);
    let room = identifiers(&vec![0; first.as_ref().map_or(HASH, Vec::len)], &[0; HASH]);
    let head = Head { version: &document.version, trailer: &trailer, identifiers: &room };
    let mut written = file::write(&order, &head)?;
    let hash = hash(&written.bytes, &written.contents);
    let identifiers = identifiers(first.as_ref().unwrap_or(&hash), &hash);
    written.bytes[written.identifiers..][..identifiers.len()].copy_from_slice(&identifiers);
    Ok(written.bytes)
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

/// The same document of the objects that something refers to, numbered from 1.
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
            _ => {}
        }
    }
}

/// Both identifiers as the trailer states them: the one that stays, and the one of this file.
fn identifiers(first: &[u8], hash: &[u8]) -> Vec<u8> {
    let mut text = b"/ID[".to_vec();
    spelling::hexadecimal(&mut text, first);
    spelling::hexadecimal(&mut text, hash);
    text.push(b']');
    text
}

/// A hash of the file. The contents of streams count by their lengths and checksums: a hash of all their bytes would take
/// longer than writing them.
fn hash(bytes: &[u8], contents: &[Range<usize>]) -> Vec<u8> {
    let mut hash = Md5::new();
    let mut from = 0;
    for stream in contents {
        hash.update(&bytes[from..stream.start]);
        let mut checksum = flate2::Crc::new();
        checksum.update(&bytes[stream.clone()]);
        hash.update(checksum.sum().to_be_bytes());
        from = stream.end;
    }
    hash.update(&bytes[from..]);
    hash.finalize().to_vec()
}
