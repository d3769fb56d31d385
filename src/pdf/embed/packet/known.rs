//! The vocabulary that PDF/A knows by itself (XMP of 2005), and what becomes of the rest.

use super::schemas;
use super::tree::{Element, Packet, RDF, XML};
use crate::finding::{Finding, PDF_CHANGED};

pub(super) const DC: &str = "http://purl.org/dc/elements/1.1/";
pub(super) const PDF: &str = "http://ns.adobe.com/pdf/1.3/";
pub(super) const XMP: &str = "http://ns.adobe.com/xap/1.0/";
pub(super) const PDFA_ID: &str = "http://www.aiim.org/pdfa/ns/id/";
pub(super) const PDFA_EXTENSION: &str = "http://www.aiim.org/pdfa/ns/extension/";
pub(super) const PDFA_SCHEMA: &str = "http://www.aiim.org/pdfa/ns/schema#";
pub(super) const PDFA_PROPERTY: &str = "http://www.aiim.org/pdfa/ns/property#";

/// Namespaces with the prefix that PDF/A demands or everybody has, and their properties where PDF/A knows a fixed set
/// (`*`: not looked at). What is not a plain text has its form behind it: `alt`, `bag` or `seq`.
const KNOWN: [(&str, &str, &str); 20] = [
    (
        DC,
        "dc",
        "contributor:bag coverage creator:seq date:seq description:alt format identifier language:bag publisher:bag \
         relation:bag rights:alt source subject:bag title:alt type:bag",
    ),
    (
        XMP,
        "xmp",
        "Advisory:bag BaseURL CreateDate CreatorTool Identifier:bag Label MetadataDate ModifyDate Nickname Rating \
         Thumbnails:alt",
    ),
    (PDF, "pdf", "Keywords PDFVersion Producer Trapped"),
    ("http://ns.adobe.com/xap/1.0/rights/", "xmpRights", "Certificate Marked Owner:bag UsageTerms:alt WebStatement"),
    (
        "http://ns.adobe.com/xap/1.0/mm/",
        "xmpMM",
        "DerivedFrom:any DocumentID History:any InstanceID LastURL ManageTo ManageUI ManagedFrom:any Manager \
         ManagerVariant RenditionClass RenditionOf:any RenditionParams SaveID VersionID Versions:any",
    ),
    ("http://ns.adobe.com/xap/1.0/bj/", "xmpBJ", "JobRef:any"),
    ("http://ns.adobe.com/xap/1.0/t/pg/", "xmpTPg", "Colorants:any Fonts:any MaxPageSize:any NPages PlateNames:any"),
    ("http://ns.adobe.com/xmp/1.0/DynamicMedia/", "xmpDM", "*"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop", "*"),
    ("http://ns.adobe.com/camera-raw-settings/1.0/", "crs", "*"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff", "*"),
    ("http://ns.adobe.com/exif/1.0/", "exif", "*"),
    ("http://ns.adobe.com/exif/1.0/aux/", "aux", "*"),
    (PDFA_ID, "pdfaid", "*"),
    (PDFA_EXTENSION, "pdfaExtension", "*"),
    (PDFA_SCHEMA, "pdfaSchema", "*"),
    (PDFA_PROPERTY, "pdfaProperty", "*"),
    ("http://www.aiim.org/pdfa/ns/type#", "pdfaType", "*"),
    ("http://www.aiim.org/pdfa/ns/field#", "pdfaField", "*"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceRef#", "stRef", "*"),
];

/// The prefix of a namespace that everybody has.
pub(super) fn prefix(space: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, ..)| *known == space).map(|(_, prefix, _)| *prefix)
}

/// The form of a property that PDF/A knows: empty for a plain text.
fn form(space: &str, name: &str) -> Option<&'static str> {
    let (.., properties) = KNOWN.iter().find(|(known, ..)| *known == space)?;
    let mut properties = properties.split_whitespace().map(|word| word.split_once(':').unwrap_or((word, "")));
    properties.find_map(|(known, form)| match known {
        "*" => Some("any"),
        _ => (known == name).then_some(form),
    })
}

/// A property with a value, in the form that it has.
pub(super) fn shaped(space: &str, name: &str, value: &str) -> Element {
    let li = Element::text(RDF, "li", value);
    let list = match form(space, name) {
        Some("alt") => Element::of(RDF, "Alt", vec![li.with(XML, "lang", "x-default")]),
        Some("seq") => Element::of(RDF, "Seq", vec![li]),
        Some("bag") => Element::of(RDF, "Bag", vec![li]),
        _ => return Element::text(space, name, value),
    };
    Element::of(space, name, vec![list])
}

/// Brings the properties into the form that PDF/A wants: a text where a list belongs becomes the list, what is in no
/// schema gets one, and what cannot be described is dropped.
pub(super) fn conform(packet: &mut Packet) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut described = schemas::take(packet);
    let mut unknown: Vec<(String, Vec<Element>)> = Vec::new();
    packet.properties.retain_mut(|property| {
        let (space, name) = (property.space.clone(), property.name.clone());
        if let Some(form) = form(&space, &name) {
            let is_plain = property.parts.is_empty() && property.attributes.is_empty();
            if is_plain && !["", "any"].contains(&form) {
                *property = shaped(&space, &name, &property.text);
            }
            return true;
        }
        let is_own = |schema: &&Element| schemas::namespace(schema) == Some(space.as_str());
        if described.iter().filter(is_own).any(|schema| schemas::describes(schema, &name)) {
            return true;
        }
        let Some(value) = value_type(property).filter(|_| !space.is_empty()) else {
            findings.push(dropped(property));
            return false;
        };
        let description = schemas::one(&name, value, &name);
        match unknown.iter_mut().find(|(known, _)| *known == space) {
            Some((_, properties)) => properties.push(description),
            None => unknown.push((space, vec![description])),
        }
        true
    });
    for (space, properties) in unknown {
        let stated = packet.prefixes.iter().find(|(known, _)| *known == space).map(|(_, prefix)| prefix.as_str());
        let prefix = prefix(&space).or(stated).unwrap_or("ns").to_owned();
        described.insert(0, schemas::schema(&prefix, &space, &prefix, properties));
    }
    schemas::put(packet, described);
    findings
}

/// The type of a value in the words of PDF/A, where it is a plain one.
fn value_type(property: &Element) -> Option<&'static str> {
    let is_text =
        |element: &Element| element.parts.is_empty() && element.attributes.iter().all(|(space, ..)| space == XML);
    match property.parts.as_slice() {
        [] => property.attributes.is_empty().then_some("Text"),
        [list] if list.space == RDF && list.parts.iter().all(|item| item.is(RDF, "li") && is_text(item)) => {
            match list.name.as_str() {
                "Bag" => Some("bag Text"),
                "Seq" => Some("seq Text"),
                "Alt" => Some("Lang Alt"),
                _ => None,
            }
        }
        _ => None,
    }
}

fn dropped(property: &Element) -> Finding {
    let message = "a property of the metadata is dropped: PDF/A does not know it, and nothing describes it";
    Finding::new(PDF_CHANGED, message).found(format!("`{}` of `{}`", property.name, property.space))
}
