//! The properties of a packet against the vocabulary of PDF/A: what it knows, what is described, and what becomes of the rest.

use super::kind::{Change, Kind};
use super::schemas::{self, Schema};
use super::tree::{Element, Packet, RDF, XML};
use super::vocabulary;
use crate::finding::{Finding, PDF_CHANGED};

pub(super) const DC: &str = "http://purl.org/dc/elements/1.1/";
pub(super) const PDF: &str = "http://ns.adobe.com/pdf/1.3/";
pub(super) const XMP: &str = "http://ns.adobe.com/xap/1.0/";
pub(super) const PDFA_ID: &str = "http://www.aiim.org/pdfa/ns/id/";

/// A property with a value, in the form that it has.
pub(super) fn shaped(space: &str, name: &str, value: &str) -> Element {
    let mut property = Element::text(space, name, value);
    if let Some(kind) = vocabulary::kind(space, name) {
        // What does not fit is found when the packet is written.
        kind.fit(&mut property, &mut Change::default());
    }
    property
}

/// What was done to a packet.
#[derive(Debug, Default)]
pub(super) struct Conformed {
    /// What was left out.
    pub findings: Vec<Finding>,
    /// Whether the packet was other than PDF/A wants it.
    pub changed: bool,
}

/// Brings the properties into the form that PDF/A wants: a value that is written in another form than its type gets that,
/// what is in no schema gets one, what has no form or cannot be described is dropped. `elsewhere` are schemas that describe
/// properties, too.
pub(super) fn conform(packet: &mut Packet, elsewhere: &[Schema]) -> Conformed {
    let stated = schemas::take(packet);
    let mut described = schemas::sound(&stated);
    let mut outcome = Conformed { findings: Vec::new(), changed: described.len() != stated.len() };
    let mut unknown = Vec::new();
    packet.properties.retain_mut(|property| {
        if schemas::is_schemas(property) {
            return true;
        }
        let kind = vocabulary::kind(&property.space, &property.name).cloned();
        let by = |schema: &Schema| schema.kind(&property.space, &property.name);
        let kind = kind.or_else(|| described.iter().chain(elsewhere).find_map(by));
        let kept = match kind {
            Some(kind) => fit(property, &kind, &mut outcome),
            None => describe(property, &mut unknown, &mut outcome),
        };
        outcome.changed |= !kept;
        kept
    });
    outcome.changed |= !unknown.is_empty();
    for (space, name, value) in unknown {
        let stated = packet.prefixes.iter().find(|(known, _)| *known == space).map(|(_, prefix)| prefix.as_str());
        let prefix = vocabulary::prefix(&space).or(stated).unwrap_or("ns");
        schemas::describe(&mut described, (prefix, &space), &name, value);
    }
    schemas::put(packet, described.into_iter().map(Schema::into_element).collect());
    outcome
}

/// Brings a value into the form of its type, or tells that it has none.
fn fit(property: &mut Element, kind: &Kind, outcome: &mut Conformed) -> bool {
    let mut change = Change::default();
    let fits = kind.fit(property, &mut change);
    outcome.changed |= change.made || !change.lost.is_empty();
    if !fits {
        let message = "a property of the metadata is dropped: its value is none that PDF/A knows for it";
        outcome.findings.push(about(message, property));
    } else if !change.lost.is_empty() {
        let message = "a part of a property of the metadata is dropped: PDF/A does not know it";
        let found = format!("{} in `{}` of `{}`", quoted(&change.lost), property.name, property.space);
        outcome.findings.push(Finding::new(PDF_CHANGED, message).found(found));
    }
    fits
}

/// `a`, `b`, each once.
fn quoted(names: &[String]) -> String {
    let mut names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// Notes a property that nothing describes, if it can be described.
fn describe(
    property: &mut Element,
    unknown: &mut Vec<(String, String, &'static str)>,
    outcome: &mut Conformed,
) -> bool {
    let Some(value) = value_type(property).filter(|_| !property.space.is_empty()) else {
        let message = "a property of the metadata is dropped: PDF/A does not know it, and nothing describes it";
        outcome.findings.push(about(message, property));
        return false;
    };
    unknown.push((property.space.clone(), property.name.clone(), value));
    true
}

/// The type of a value in the words of PDF/A, where it is a plain one.
fn value_type(property: &mut Element) -> Option<&'static str> {
    let is_text =
        |element: &Element| element.parts.is_empty() && element.attributes.iter().all(|(space, ..)| space == XML);
    match property.parts.as_slice() {
        [] => property.attributes.is_empty().then_some("Text"),
        [list] if list.space == RDF && list.parts.iter().all(|item| item.is(RDF, "li") && is_text(item)) => {
            match list.name.as_str() {
                "Bag" => Some("bag Text"),
                "Seq" => Some("seq Text"),
                "Alt" => Kind::LangAlt.fit(property, &mut Change::default()).then_some("Lang Alt"),
                _ => None,
            }
        }
        _ => None,
    }
}

fn about(message: &str, property: &Element) -> Finding {
    Finding::new(PDF_CHANGED, message).found(format!("`{}` of `{}`", property.name, property.space))
}

#[cfg(test)]
mod tests {
    use super::super::{print, tree};
    use super::*;

    #[test]
    fn values_are_those_of_their_types() {
        let text = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description \
            xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
            xmlns:mm=\"http://ns.adobe.com/xap/1.0/mm/\" xmlns:e=\"http://ns.adobe.com/xap/1.0/sType/ResourceEvent#\">\
            <dc:creator><rdf:Bag><rdf:li>A</rdf:li></rdf:Bag></dc:creator><xmp:CreateDate>D:20260302</xmp:CreateDate>\
            <xmp:Rating>good</xmp:Rating><mm:History><rdf:Seq><rdf:li e:action=\"saved\" e:changed=\"/\"/></rdf:Seq>\
            </mm:History></rdf:Description></rdf:RDF>";
        let mut packet = tree::parse(text).unwrap();
        let outcome = conform(&mut packet, &[]);
        assert!(outcome.changed && outcome.findings.len() == 2, "{:?}", outcome.findings);
        let text = print::print(&packet);
        for expected in ["<rdf:Seq>\n     <rdf:li>A", "<xmp:CreateDate>2026-03-02<", "<stEvt:action>saved<"] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(!text.contains("Rating") && !text.contains("changed"), "{text}");
        assert!(!conform(&mut packet, &[]).changed, "once is enough");
    }
}
