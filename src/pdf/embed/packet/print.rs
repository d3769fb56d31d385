//! A packet as text: one description for each namespace, each prefix declared where it is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::tree::{Element, Packet, RDF, XML};
use super::vocabulary;

/// What a packet begins with; programs look for it in the bytes of the file.
const BEGIN: &str =
    "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n";
const END: &str = "</x:xmpmeta>\n<?xpacket end=\"w\"?>";

/// The prefix of each namespace.
type Prefixes<'p> = BTreeMap<&'p str, String>;

/// Writes a packet.
pub(super) fn print(packet: &Packet) -> String {
    let prefixes = prefixes(packet);
    let mut text = format!("{BEGIN} <rdf:RDF xmlns:rdf=\"{RDF}\">\n");
    let mut groups: Vec<(&str, Vec<&Element>)> = Vec::new();
    for property in &packet.properties {
        match groups.iter_mut().find(|(space, _)| *space == property.space) {
            Some((_, group)) => group.push(property),
            None => groups.push((&property.space, vec![property])),
        }
    }
    for (_, properties) in groups {
        text.push_str("  <rdf:Description rdf:about=\"\"");
        let mut used = BTreeSet::new();
        properties.iter().for_each(|property| collect(property, &mut used));
        let mut used: Vec<(&str, &str)> =
            used.into_iter().filter_map(|space| Some((prefixes.get(space)?.as_str(), space))).collect();
        used.sort_unstable();
        for (prefix, space) in used {
            _ = write!(text, "\n    xmlns:{prefix}=\"");
            escape(space, true, &mut text);
            text.push('"');
        }
        text.push_str(">\n");
        properties.iter().for_each(|property| element(property, 3, &prefixes, &mut text));
        text.push_str("  </rdf:Description>\n");
    }
    text + " </rdf:RDF>\n" + END
}

/// A prefix for each namespace: the one that the standards demand, the one of the packet, or a new one.
fn prefixes(packet: &Packet) -> Prefixes<'_> {
    let mut spaces = BTreeSet::new();
    packet.properties.iter().for_each(|property| collect(property, &mut spaces));
    let mut all: Prefixes<'_> = spaces.into_iter().map(|space| (space, String::new())).collect();
    let mut taken: Vec<&str> = vec!["rdf", "xml", "x"];
    let known: Vec<(&str, &str)> = all.keys().filter_map(|space| Some((*space, vocabulary::prefix(space)?))).collect();
    let stated = packet.prefixes.iter().map(|(space, prefix)| (space.as_str(), prefix.as_str()));
    for (space, prefix) in known.into_iter().chain(stated) {
        if let Some(own) = all.get_mut(space).filter(|own| own.is_empty() && !taken.contains(&prefix)) {
            taken.push(prefix);
            prefix.clone_into(own);
        }
    }
    let mut numbers = 1..;
    for prefix in all.values_mut().filter(|prefix| prefix.is_empty()) {
        let mut free = numbers.by_ref().map(|number: u32| format!("ns{number}"));
        *prefix = free.find(|name| !taken.contains(&name.as_str())).unwrap_or_default();
    }
    all
}

/// The namespaces of an element and what stands in it, without those that need no declaration.
fn collect<'p>(element: &'p Element, all: &mut BTreeSet<&'p str>) {
    let attributes = element.attributes.iter().map(|(space, ..)| space.as_str());
    all.extend(attributes.chain([element.space.as_str()]).filter(|space| !["", RDF, XML].contains(space)));
    element.parts.iter().for_each(|part| collect(part, all));
}

fn element(element: &Element, depth: usize, prefixes: &Prefixes<'_>, text: &mut String) {
    let indent = |text: &mut String| (0..depth).for_each(|_| text.push(' '));
    let name = |text: &mut String| qualify(&element.space, &element.name, prefixes, text);
    indent(text);
    text.push('<');
    name(text);
    for (space, name, value) in &element.attributes {
        text.push(' ');
        qualify(space, name, prefixes, text);
        text.push_str("=\"");
        escape(value, true, text);
        text.push('"');
    }
    match (element.text.is_empty(), element.parts.is_empty()) {
        (true, true) => return text.push_str("/>\n"),
        (false, true) => {
            text.push('>');
            escape(&element.text, false, text);
        }
        (_, false) => {
            text.push_str(">\n");
            element.parts.iter().for_each(|part| self::element(part, depth + 1, prefixes, text));
            indent(text);
        }
    }
    text.push_str("</");
    name(text);
    text.push_str(">\n");
}

/// A name with its prefix.
fn qualify(space: &str, name: &str, prefixes: &Prefixes<'_>, text: &mut String) {
    let prefix = match space {
        RDF => Some("rdf"),
        XML => Some("xml"),
        _ => prefixes.get(space).map(String::as_str),
    };
    if let Some(prefix) = prefix {
        text.push_str(prefix);
        text.push(':');
    }
    text.push_str(name);
}

fn escape(value: &str, attribute: bool, text: &mut String) {
    if !value.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\r' | b'\n' | b'\t')) {
        return text.push_str(value);
    }
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' if attribute => text.push_str("&quot;"),
            '\r' => text.push_str("&#13;"),
            '\n' | '\t' if attribute => _ = write!(text, "&#{};", u32::from(c)),
            c => text.push(c),
        }
    }
}
