//! What a packet says of its own vocabulary: one bag of schemas that PDF/A wants for all that it does not know.

use super::Properties;
use super::known::{PDFA_EXTENSION, PDFA_PROPERTY, PDFA_SCHEMA};
use super::tree::{Element, Packet, RDF};

/// Whether a property is a bag of schemas.
pub(super) fn is_schemas(property: &Element) -> bool {
    property.is(PDFA_EXTENSION, "schemas")
}

/// Takes the schemas out of a packet, of all bags; an empty bag stays in the place of the first.
pub(super) fn take(packet: &mut Packet) -> Vec<Element> {
    let mut schemas = Vec::new();
    for property in packet.properties.iter_mut().filter(|property| is_schemas(property)) {
        for bag in std::mem::take(&mut property.parts) {
            schemas.extend(bag.parts);
        }
    }
    let mut is_first = true;
    packet.properties.retain(|property| !is_schemas(property) || std::mem::replace(&mut is_first, false));
    schemas
}

/// Puts the schemas into one bag.
pub(super) fn put(packet: &mut Packet, schemas: Vec<Element>) {
    let bag = Element::of(PDFA_EXTENSION, "schemas", vec![Element::of(RDF, "Bag", schemas)]);
    match packet.properties.iter_mut().find(|property| is_schemas(property)) {
        Some(property) => *property = bag,
        None => packet.properties.push(bag),
    }
}

/// The namespace that a schema describes.
pub(super) fn namespace(schema: &Element) -> Option<&str> {
    field(schema, "namespaceURI").map(str::trim)
}

/// Whether a schema describes this property.
pub(super) fn describes(schema: &Element, name: &str) -> bool {
    let mut open = vec![schema];
    while let Some(element) = open.pop() {
        if text(element, PDFA_PROPERTY, "name").is_some_and(|stated| stated.trim() == name) {
            return true;
        }
        open.extend(&element.parts);
    }
    false
}

/// A field of a schema, which may stand in a description inside.
fn field<'e>(schema: &'e Element, name: &str) -> Option<&'e str> {
    let inner = schema.parts.iter().filter(|part| part.is(RDF, "Description"));
    std::iter::once(schema).chain(inner).find_map(|element| text(element, PDFA_SCHEMA, name))
}

/// The text of a part or of an attribute.
fn text<'e>(element: &'e Element, space: &str, name: &str) -> Option<&'e str> {
    let parts = element.parts.iter().filter(|part| part.is(space, name)).map(|part| part.text.as_str());
    let attributes = element.attributes.iter().filter(|(known, local, _)| known == space && local == name);
    parts.chain(attributes.map(|(.., value)| value.as_str())).next()
}

/// The description of properties.
pub(super) fn described(properties: &Properties) -> Element {
    let described = properties.properties.iter().map(|property| one(&property.name, "Text", &property.description));
    schema(&properties.schema, &properties.namespace, &properties.prefix, described.collect())
}

/// A schema with descriptions of its properties.
pub(super) fn schema(title: &str, namespace: &str, prefix: &str, properties: Vec<Element>) -> Element {
    resource(vec![
        Element::text(PDFA_SCHEMA, "schema", title),
        Element::text(PDFA_SCHEMA, "namespaceURI", namespace),
        Element::text(PDFA_SCHEMA, "prefix", prefix),
        Element::of(PDFA_SCHEMA, "property", vec![Element::of(RDF, "Seq", properties)]),
    ])
}

/// The description of one property, which comes from outside the PDF.
pub(super) fn one(name: &str, value: &str, description: &str) -> Element {
    resource(vec![
        Element::text(PDFA_PROPERTY, "name", name),
        Element::text(PDFA_PROPERTY, "valueType", value),
        Element::text(PDFA_PROPERTY, "category", "external"),
        Element::text(PDFA_PROPERTY, "description", description),
    ])
}

fn resource(parts: Vec<Element>) -> Element {
    Element::of(RDF, "li", parts).with(RDF, "parseType", "Resource")
}
