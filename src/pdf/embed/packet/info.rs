//! The document information of a PDF, from which metadata are made where there are none.

use lopdf::{Document, Object};

use super::known::{DC, PDF, XMP};
use super::tree::{Element, Packet};
use super::{Stamp, entry};
use crate::pdf::text;

/// Entries of the document information, and the property that says the same.
const ENTRIES: [(&[u8], &str, &str); 6] = [
    (b"Title", DC, "title"),
    (b"Author", DC, "creator"),
    (b"Subject", DC, "description"),
    (b"Keywords", PDF, "Keywords"),
    (b"Producer", PDF, "Producer"),
    (b"Creator", XMP, "CreatorTool"),
];

/// A packet that says what the document information says.
pub(super) fn packet(document: &Document) -> Packet {
    let mut packet = Packet::default();
    for (key, space, name) in ENTRIES {
        packet.properties.extend(entry(document, key).map(|value| super::known::shaped(space, name, &value)));
    }
    let created = entry(document, b"CreationDate").and_then(|date| text::date(&date));
    packet.properties.extend(created.map(|date| Element::text(XMP, "CreateDate", &date)));
    packet
}

/// The document information says when the file was last changed, if it said so before.
pub(super) fn modified(document: &mut Document, date: &Stamp) {
    let stated = Object::string_literal(date.pdf());
    let id = document.trailer.get(b"Info").and_then(Object::as_reference);
    if let Ok(Object::Dictionary(info)) = id.and_then(|id| document.get_object_mut(id))
        && info.has(b"ModDate")
    {
        info.set("ModDate", stated);
    }
}
