//! What a packet says of its own vocabulary: one bag of schemas that PDF/A wants for all that it does not know.

use std::borrow::Cow;
use std::sync::Arc;

use super::Properties;
use super::kind::{self, Kind, Structure};
use super::tree::{Element, Packet, RDF};
use super::vocabulary;

const PDFA_EXTENSION: &str = "http://www.aiim.org/pdfa/ns/extension/";
const PDFA_SCHEMA: &str = "http://www.aiim.org/pdfa/ns/schema#";
const PDFA_PROPERTY: &str = "http://www.aiim.org/pdfa/ns/property#";
const PDFA_TYPE: &str = "http://www.aiim.org/pdfa/ns/type#";
const PDFA_FIELD: &str = "http://www.aiim.org/pdfa/ns/field#";

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

/// Puts the schemas into one bag, if there are any.
pub(super) fn put(packet: &mut Packet, schemas: Vec<Element>) {
    if schemas.is_empty() {
        return packet.properties.retain(|property| !is_schemas(property));
    }
    let bag = Element::of(PDFA_EXTENSION, "schemas", vec![Element::of(RDF, "Bag", schemas)]);
    match packet.properties.iter_mut().find(|property| is_schemas(property)) {
        Some(property) => *property = bag,
        None => packet.properties.push(bag),
    }
}

/// The namespace that a schema describes, whether it is sound or not.
pub(super) fn namespace(schema: &Element) -> Option<String> {
    let stated = kind::fields(schema).into_iter().find(|field| field.is(PDFA_SCHEMA, "namespaceURI"))?;
    Some(stated.text.trim().to_owned())
}

/// A schema that describes its properties as PDF/A wants it.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    title: String,
    namespace: String,
    prefix: String,
    /// Descriptions of the properties.
    properties: Vec<Element>,
    /// Names of the properties, and what they are.
    kinds: Vec<(String, Kind)>,
    /// Descriptions of types, if there are any.
    types: Option<Element>,
}

/// The schemas that are sound; those of one namespace are one.
pub(super) fn sound(stated: &[Element]) -> Vec<Schema> {
    let mut all: Vec<Schema> = Vec::new();
    for schema in stated.iter().filter_map(Schema::read) {
        match all.iter_mut().find(|known| known.namespace == schema.namespace) {
            Some(known) => known.merge(schema),
            None => all.push(schema),
        }
    }
    all
}

/// Describes a property in the schema of its namespace.
pub(super) fn describe(schemas: &mut Vec<Schema>, (prefix, space): (&str, &str), name: &str, value: &str) {
    if !schemas.iter().any(|schema| schema.namespace == space) {
        let new = schema(prefix, space, prefix, Vec::new());
        schemas.splice(0..0, Schema::read(&new));
    }
    if let Some(schema) = schemas.iter_mut().find(|schema| schema.namespace == space) {
        schema.properties.push(one(name, value, name));
    }
}

impl Schema {
    /// Reads a schema; `None` if anything in it is not as it must be.
    fn read(schema: &Element) -> Option<Schema> {
        let fields = kind::fields(schema);
        let is_known = |field: &Cow<'_, Element>| {
            field.space == PDFA_SCHEMA
                && ["schema", "namespaceURI", "prefix", "property", "valueType"].contains(&field.name.as_str())
        };
        if !fields.iter().all(is_known) {
            return None;
        }
        let text = |name: &str| plain(&fields, PDFA_SCHEMA, name);
        let types = fields.iter().find(|field| field.name == "valueType").map(|types| types.clone().into_owned());
        let structures = match &types {
            Some(types) => items(types)?.into_iter().map(structure).collect::<Option<Vec<_>>>()?,
            None => Vec::new(),
        };
        let (mut properties, mut kinds) = (Vec::new(), Vec::new());
        for property in fields.iter().filter(|field| field.name == "property") {
            for described in items(property)? {
                kinds.push(property_kind(described, &structures)?);
                properties.push(described.clone());
            }
        }
        // Each type leads somewhere.
        let leads = |(_, structure): &(String, Raw)| structure.solve(&structures, 0).is_some();
        structures.iter().all(leads).then_some(())?;
        Some(Schema {
            title: text("schema")?,
            namespace: text("namespaceURI")?,
            prefix: text("prefix")?,
            properties,
            kinds,
            types,
        })
    }

    fn merge(&mut self, other: Schema) {
        for (property, kind) in other.properties.into_iter().zip(other.kinds) {
            if !self.kinds.iter().any(|(name, _)| *name == kind.0) {
                self.properties.push(property);
                self.kinds.push(kind);
            }
        }
        self.types = self.types.take().or(other.types);
    }

    /// What a property is that this schema describes.
    pub(super) fn kind(&self, space: &str, name: &str) -> Option<Kind> {
        let known = self.kinds.iter().find(|(known, _)| self.namespace == space && known == name);
        known.map(|(_, kind)| kind.clone())
    }

    /// The schema as it stands in a packet.
    pub(super) fn into_element(self) -> Element {
        let mut element = schema(&self.title, &self.namespace, &self.prefix, self.properties);
        element.parts.extend(self.types);
        element
    }
}

/// A type as it is described: namespace, and fields with the names of their types.
#[derive(Debug)]
struct Raw {
    space: String,
    fields: Vec<(String, String)>,
}

impl Raw {
    /// The structure with the types of its fields, which may be described, too.
    fn solve(&self, all: &[(String, Raw)], level: usize) -> Option<Arc<Structure>> {
        let kind = |(name, kind): &(String, String)| Some((name.clone(), kind_of(kind, all, level)?));
        let fields = self.fields.iter().map(kind).collect::<Option<Vec<_>>>()?;
        Some(Arc::new(Structure { space: self.space.clone(), fields }))
    }
}

/// The type of a name, with those that the schema describes.
fn kind_of(name: &str, described: &[(String, Raw)], level: usize) -> Option<Kind> {
    let named = |name: &str, level| match described.iter().find(|(known, _)| known == name) {
        Some((_, raw)) => raw.solve(described, level),
        None => vocabulary::structure(name),
    };
    Kind::of(name, &named, level)
}

/// Name and type of a property from its description.
fn property_kind(described: &Element, structures: &[(String, Raw)]) -> Option<(String, Kind)> {
    let fields = kind::fields(described);
    let text = |name: &str| plain(&fields, PDFA_PROPERTY, name);
    let is_known = |field: &Cow<'_, Element>| {
        field.space == PDFA_PROPERTY && ["name", "valueType", "category", "description"].contains(&field.name.as_str())
    };
    let is_sound = fields.iter().all(is_known) && text("description").is_some();
    let category = text("category").filter(|_| is_sound)?;
    ["internal", "external"].contains(&category.as_str()).then_some(())?;
    Some((text("name")?.trim().to_owned(), kind_of(&text("valueType")?, structures, 0)?))
}

/// Name and fields of a type from its description.
fn structure(described: &Element) -> Option<(String, Raw)> {
    let fields = kind::fields(described);
    let text = |name: &str| plain(&fields, PDFA_TYPE, name);
    text("prefix").and(text("description"))?;
    let field = |item: &Element| {
        let fields = kind::fields(item);
        let text = |name: &str| plain(&fields, PDFA_FIELD, name);
        text("description")?;
        Some((text("name")?, text("valueType")?))
    };
    let of_type = match fields.iter().find(|field| field.is(PDFA_TYPE, "field")) {
        Some(list) => items(list)?.into_iter().map(field).collect::<Option<Vec<_>>>()?,
        None => Vec::new(),
    };
    Some((text("type")?, Raw { space: text("namespaceURI")?, fields: of_type }))
}

/// The items of a sequence.
fn items(list: &Element) -> Option<Vec<&Element>> {
    match list.parts.as_slice() {
        [seq] if seq.is(RDF, "Seq") => Some(seq.parts.iter().filter(|item| item.is(RDF, "li")).collect()),
        _ => None,
    }
}

/// The text of a field that is there once and has one.
fn plain(fields: &[Cow<'_, Element>], space: &str, name: &str) -> Option<String> {
    let mut found = fields.iter().filter(|field| field.is(space, name));
    let field = found.next().filter(|field| field.parts.is_empty() && !field.text.trim().is_empty())?;
    found.next().is_none().then(|| field.text.clone())
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
