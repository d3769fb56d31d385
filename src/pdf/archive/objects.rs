//! Limits that hold for every object of the file, wherever it is used: names, numbers, texts, packed streams.

use std::cell::OnceCell;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::edit::{Edit, Spot};
use super::fault::Fault;
use crate::pdf::embed::packet;
use crate::pdf::lookup::entry;
use crate::pdf::{Limits, deflate};

/// Ways to pack a stream that PDF/A-3 allows (6.1.7.2).
const FILTERS: &[&[u8]] = &[
    b"ASCIIHexDecode",
    b"ASCII85Decode",
    b"FlateDecode",
    b"RunLengthDecode",
    b"CCITTFaxDecode",
    b"JBIG2Decode",
    b"DCTDecode",
    b"JPXDecode",
];
/// Bytes of a name (6.1.13).
const NAME: usize = 127;
/// Bytes of a text (6.1.13).
const TEXT: usize = 32_767;
/// Numbers closer to zero than this are none (6.1.13).
const SMALLEST: f32 = 1.175e-38;

/// What falls short in any object.
pub(super) fn check(document: &Document, limits: &Limits) -> Vec<Fault> {
    let (mut faults, mut open) = (Vec::new(), Vec::new());
    let metadata = Metadata::of(document, limits);
    for (id, object) in &document.objects {
        let before = faults.len();
        let mut tiny = false;
        open.push(object);
        values(&mut open, &mut faults, &mut tiny);
        if let Object::Stream(stream) = object {
            faults.extend(packed(*id, stream, limits));
        }
        faults.extend(metadata.of_part(*id, object));
        if tiny {
            faults.push(without_tiny(*id, object));
        }
        // One object says the same thing once.
        faults[before..].sort_by_key(|fault| fault.demand.clause);
        let mut kept = before;
        for at in before..faults.len() {
            if at == before || faults[at].demand != faults[kept - 1].demand {
                faults.swap(kept, at);
                kept += 1;
            }
        }
        faults.truncate(kept);
    }
    faults
}

/// The values in objects, however deep.
fn values(open: &mut Vec<&Object>, faults: &mut Vec<Fault>, tiny: &mut bool) {
    while let Some(object) = open.pop() {
        match object {
            Object::Name(name) => faults.extend(check_name(name)),
            Object::String(text, _) if text.len() > TEXT => faults.push(Fault::of("6.1.13-3")),
            Object::Integer(number) if i32::try_from(*number).is_err() => faults.push(Fault::of("6.1.13-1")),
            Object::Real(number) => *tiny |= is_tiny(*number),
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dictionary) | Object::Stream(Stream { dict: dictionary, .. }) => {
                faults.extend(dictionary.iter().filter_map(|(key, _)| check_name(key)));
                open.extend(dictionary.iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
}

/// The metadata of the whole, which parts may have metadata beside.
struct Metadata<'a> {
    document: &'a Document,
    limits: &'a Limits,
    root: Option<ObjectId>,
    /// Those of the whole, if they were asked for.
    main: OnceCell<Option<String>>,
}

impl<'a> Metadata<'a> {
    fn of(document: &'a Document, limits: &'a Limits) -> Metadata<'a> {
        let root = document.trailer.get(b"Root").and_then(Object::as_reference).ok();
        Metadata { document, limits, root, main: OnceCell::new() }
    }

    /// Those of a page, an image, a font go where they say what PDF/A-3 does not know; those of the whole are written anew.
    fn of_part(&self, id: ObjectId, object: &Object) -> Option<Fault> {
        let (Object::Dictionary(part) | Object::Stream(Stream { dict: part, .. })) = object else { return None };
        let stated = entry(part, b"Metadata").filter(|_| self.root != Some(id))?;
        let is_sound = match self.document.dereference(stated).ok()?.1 {
            Object::Stream(stream) => {
                let main = || packet::read(self.document, self.limits).text().map(str::to_owned);
                packet::is_sound(stream, self.main.get_or_init(main).as_deref(), self.limits)
            }
            _ => return None,
        };
        (!is_sound).then(|| Fault::of("6.6.2.3.1-1").edit(Edit::Remove(Spot::of(id).key(b"Metadata"))))
    }
}

fn check_name(name: &[u8]) -> Option<Fault> {
    (name.len() > NAME).then(|| Fault::of("6.1.13-4").about(String::from_utf8_lossy(name)))
}

fn is_tiny(number: f32) -> bool {
    number != 0.0 && number.abs() < SMALLEST
}

/// What is closer to zero than a program can tell is zero.
fn without_tiny(id: ObjectId, object: &Object) -> Fault {
    let mut object = object.clone();
    let mut open = vec![&mut object];
    while let Some(value) = open.pop() {
        match value {
            Object::Real(number) if is_tiny(*number) => *number = 0.0,
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dictionary) | Object::Stream(Stream { dict: dictionary, .. }) => {
                open.extend(dictionary.iter_mut().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    Fault::of("6.1.13-5").edit(Edit::Replace(id, object))
}

/// How a stream is packed.
fn packed(id: ObjectId, stream: &Stream, limits: &Limits) -> Vec<Fault> {
    let mut faults = Vec::new();
    if stream.dict.iter().any(|(key, _)| matches!(key.as_slice(), b"F" | b"FFilter" | b"FDecodeParms")) {
        faults.push(Fault::of("6.1.7.1-3"));
    }
    let filters = stream.filters().unwrap_or_default();
    match filters.into_iter().find(|filter| !FILTERS.contains(filter)) {
        Some(b"LZWDecode") => faults.push(repacked(id, stream, limits)),
        Some(b"Crypt") if is_identity(&stream.dict) => {}
        Some(other) => faults.push(Fault::of("6.1.7.2-2").about(String::from_utf8_lossy(other))),
        None => {}
    }
    faults
}

/// Whether the filter `Crypt` does nothing.
fn is_identity(stream: &Dictionary) -> bool {
    let parameters = match stream.get(b"DecodeParms") {
        Ok(Object::Array(items)) => items.first().and_then(|item| item.as_dict().ok()),
        Ok(Object::Dictionary(parameters)) => Some(parameters),
        _ => None,
    };
    let name = parameters.and_then(|parameters| parameters.get(b"Name").ok()).and_then(|name| name.as_name().ok());
    name.is_none_or(|name| name == b"Identity")
}

/// A stream packed with LZW is packed anew.
fn repacked(id: ObjectId, stream: &Stream, limits: &Limits) -> Fault {
    let fault = Fault::of("6.1.7.2-1");
    let Ok(plain) = deflate::unpack(stream, limits.structure) else { return fault.hopeless() };
    let mut again = stream.clone();
    again.dict.remove(b"DecodeParms");
    again.set_plain_content(plain);
    match again.compress() {
        Ok(()) => fault.edit(Edit::Replace(id, again.into())),
        Err(_) => fault.hopeless(),
    }
}
