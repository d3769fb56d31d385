//! The metadata of the PDF (an XMP packet): read, merged, written anew.
//!
//! What producers write differs in everything but the statements: properties as elements or attributes, one or several
//! `rdf:RDF`, one schema described in several bags. So a packet is taken apart into its properties, each once, and written
//! in one form. What says that the file is PDF/A or holds an invoice is replaced, all else is kept.

mod info;
mod kind;
mod known;
mod print;
mod schemas;
mod tree;
mod vocabulary;

use lopdf::{Dictionary, Document, Object, Stream};

use super::Embedding;
use super::Stamp;
use crate::finding::{Finding, PDF_CHANGED};
use crate::pdf::archive::Level;
use crate::pdf::lookup::Lookup;
use crate::pdf::{Limits, deflate, text, xmp};
use tree::{Element, Packet};

/// Bytes of the metadata of a part of a PDF.
const BYTES: usize = 4 << 20;

/// Properties of a file that a PDF carries, with what a reader must know of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Properties {
    /// The namespace in which they stand.
    pub namespace: String,
    /// The prefix that stands for it.
    pub prefix: String,
    /// What the namespace is called.
    pub schema: String,
    /// The properties.
    pub properties: Vec<Property>,
}

/// A property: a text that comes from outside the PDF.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Property {
    /// Its name.
    pub name: String,
    /// What it says, for readers who do not know it.
    pub description: String,
    /// Its value.
    pub value: String,
}

/// The metadata of a PDF as it was read.
pub(in crate::pdf) enum Metadata {
    /// There are none.
    None,
    /// They do not unpack, in the reader's words.
    Broken(String),
    /// A packet, sound or not.
    Text(String),
}

impl Metadata {
    /// The packet.
    pub(in crate::pdf) fn text(&self) -> Option<&str> {
        match self {
            Metadata::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Takes the metadata out of a PDF.
pub(in crate::pdf) fn read(document: &Document, limits: &Limits) -> Metadata {
    let lookup = Lookup::new(document);
    let catalog = document.catalog().ok();
    match catalog.and_then(|catalog| lookup.value(catalog, b"Metadata")) {
        Some(Object::Stream(stream)) => match xmp::unpacked(stream, limits) {
            Ok(text) => Metadata::Text(text),
            Err(why) => Metadata::Broken(why),
        },
        _ => Metadata::None,
    }
}

/// Whether the metadata of a part of a PDF are as PDF/A-3 wants them. `main` are those of the whole.
pub(in crate::pdf) fn is_sound(stream: &Stream, main: Option<&str>, limits: &Limits) -> bool {
    let Ok(bytes) = deflate::unpack(stream, limits.structure.min(BYTES)) else { return false };
    let Ok(text) = std::str::from_utf8(&bytes) else { return false };
    let head = text.split_once("<?xpacket").and_then(|(_, rest)| rest.split("?>").next()).unwrap_or_default();
    let Ok(mut packet) = tree::parse(text) else { return false };
    let mut elsewhere = main.and_then(|main| tree::parse(main).ok()).unwrap_or_default();
    let elsewhere = schemas::sound(&schemas::take(&mut elsewhere));
    !head.contains(" bytes=") && !head.contains(" encoding=") && !known::conform(&mut packet, &elsewhere).changed
}

/// Writes the metadata: what the PDF said, the new properties, and which PDF/A the file is.
pub(super) fn write(
    document: &mut Document,
    metadata: Metadata,
    wish: &Embedding<'_>,
    level: Option<Level>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let parsed = match &metadata {
        Metadata::None => Ok(None),
        Metadata::Broken(why) => Err(why.clone()),
        Metadata::Text(text) => tree::parse(text).map(Some),
    };
    let mut packet = match parsed {
        Ok(Some(packet)) => packet,
        Ok(None) => info::packet(document),
        Err(why) => {
            let message = "the metadata of the PDF cannot be read and are made anew from its document information";
            findings.push(Finding::new(PDF_CHANGED, message).found(why));
            info::packet(document)
        }
    };
    state(&mut packet, wish, level);
    if level.is_some() {
        findings.extend(known::conform(&mut packet, &[]).findings);
    }
    put(document, print::print(&packet).into_bytes());
    info::modified(document, wish.date);
    findings
}

/// States the new properties and the level, in the place of what was stated before.
fn state(packet: &mut Packet, wish: &Embedding<'_>, level: Option<Level>) {
    let is_stale =
        |space: &str| space == known::PDFA_ID || xmp::is_invoice_space(space) || space == wish.properties.namespace;
    packet.properties.retain(|property| !is_stale(&property.space));
    dated(packet, wish.date);
    let mut described = schemas::take(packet);
    described.retain(|schema| !schemas::namespace(schema).as_deref().is_some_and(is_stale));
    described.push(schemas::described(wish.properties));
    schemas::put(packet, described);
    if let Some(level) = level {
        packet.properties.push(Element::text(known::PDFA_ID, "part", "3"));
        packet.properties.push(Element::text(known::PDFA_ID, "conformance", level.letter()));
    }
    for property in &wish.properties.properties {
        packet.properties.push(Element::text(&wish.properties.namespace, &property.name, &property.value));
    }
    packet.prefixes.insert(0, (wish.properties.namespace.clone(), wish.properties.prefix.clone()));
}

/// The packet says when the file was last changed.
fn dated(packet: &mut Packet, date: &Stamp) {
    for name in ["ModifyDate", "MetadataDate"] {
        match packet.properties.iter_mut().find(|property| property.is(known::XMP, name)) {
            Some(property) => *property = Element::text(known::XMP, name, date.iso()),
            None if name == "ModifyDate" => packet.properties.push(Element::text(known::XMP, name, date.iso())),
            None => {}
        }
    }
}

/// Puts a packet into the catalogue, unpacked, so that any program can find it.
fn put(document: &mut Document, packet: Vec<u8>) {
    let described = Dictionary::from_iter([("Type", Object::from("Metadata")), ("Subtype", Object::from("XML"))]);
    let stream = Stream::new(described, packet).with_compression(false);
    let id = document.add_object(stream);
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("Metadata", id);
    }
}

/// A text that a packet can hold: without the characters that XML does not have.
fn harmless(text: &str) -> String {
    let is_xml = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    text.chars().filter(is_xml).collect()
}

/// The text of an entry of the document information.
fn entry(document: &Document, key: &[u8]) -> Option<String> {
    let info = document.trailer.get(b"Info").ok()?;
    let (_, info) = document.dereference(info).ok()?;
    let (_, value) = document.dereference(info.as_dict().ok()?.get(key).ok()?).ok()?;
    text::decode(value).map(|text| harmless(&text)).filter(|text| !text.trim().is_empty())
}
