//! A packet as text: one description for each namespace, each prefix declared where it is used.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::tree::{Element, Packet, RDF, XML};
use super::vocabulary;

/// What a packet begins with; programs look for it in the bytes of the file.
const BEGIN: &str =
    "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n";
const END: &str = "</x:xmpmeta>\n<?xpacket end=\"w\"?>";

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
        let mut used = BTreeMap::new();
        properties.iter().for_each(|property| spaces(property, &prefixes, &mut used));
        for (prefix, space) in used {
            _ = write!(text, "\n    xmlns:{prefix}=\"{}\"", escaped(space, true));
        }
        text.push_str(">\n");
        properties.iter().for_each(|property| element(property, 3, &prefixes, &mut text));
        text.push_str("  </rdf:Description>\n");
    }
    text + " </rdf:RDF>\n" + END
}

/// A prefix for each namespace: the one that the standards demand, the one of the packet, or a new one.
fn prefixes(packet: &Packet) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    packet.properties.iter().for_each(|property| collect(property, &mut all));
    let mut taken: Vec<String> = vec!["rdf".to_owned(), "xml".to_owned(), "x".to_owned()];
    let known =
        all.keys().filter_map(|space| Some((space.clone(), vocabulary::prefix(space)?.to_owned()))).collect::<Vec<_>>();
    for (space, prefix) in known.into_iter().chain(packet.prefixes.iter().cloned()) {
        let is_new = all.get(&space).is_some_and(String::is_empty) && !taken.contains(&prefix);
        if is_new {
            taken.push(prefix.clone());
            all.insert(space, prefix);
        }
    }
    let mut numbers = 1..;
    for prefix in all.values_mut().filter(|prefix| prefix.is_empty()) {
        let free = numbers.by_ref().map(|number: u32| format!("ns{number}")).find(|name| !taken.contains(name));
        *prefix = free.unwrap_or_default();
    }
    all
}

/// The namespaces of an element and what stands in it, without those that need no declaration.
fn collect(element: &Element, all: &mut BTreeMap<String, String>) {
    let attributes = element.attributes.iter().map(|(space, ..)| space);
    for space in attributes.chain([&element.space]).filter(|space| !["", RDF, XML].contains(&space.as_str())) {
        all.entry(space.clone()).or_default();
    }
    element.parts.iter().for_each(|part| collect(part, all));
}

fn spaces<'a>(element: &Element, prefixes: &'a BTreeMap<String, String>, used: &mut BTreeMap<&'a str, &'a str>) {
    let mut own = BTreeMap::new();
    collect(element, &mut own);
    for space in own.keys() {
        if let Some((space, prefix)) = prefixes.get_key_value(space) {
            used.insert(prefix, space);
        }
    }
}

fn element(element: &Element, depth: usize, prefixes: &BTreeMap<String, String>, text: &mut String) {
    let name = qualified(&element.space, &element.name, prefixes);
    _ = write!(text, "{:depth$}<{name}", "");
    for (space, name, value) in &element.attributes {
        _ = write!(text, " {}=\"{}\"", qualified(space, name, prefixes), escaped(value, true));
    }
    match (element.text.is_empty(), element.parts.is_empty()) {
        (true, true) => text.push_str("/>\n"),
        (false, true) => _ = writeln!(text, ">{}</{name}>", escaped(&element.text, false)),
        (_, false) => {
            text.push_str(">\n");
            element.parts.iter().for_each(|part| self::element(part, depth + 1, prefixes, text));
            _ = writeln!(text, "{:depth$}</{name}>", "");
        }
    }
}

fn qualified(space: &str, name: &str, prefixes: &BTreeMap<String, String>) -> String {
    match (space, prefixes.get(space)) {
        (RDF, _) => format!("rdf:{name}"),
        (XML, _) => format!("xml:{name}"),
        (_, Some(prefix)) => format!("{prefix}:{name}"),
        (_, None) => name.to_owned(),
    }
}

fn escaped(text: &str, attribute: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' if attribute => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\n' | '\t' if attribute => _ = write!(escaped, "&#{};", u32::from(c)),
            c => escaped.push(c),
        }
    }
    escaped
}
