//! A packet as its properties.

use roxmltree::{Node, NodeType};

use crate::pdf::xmp;

/// The namespace of RDF.
pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/// The namespace of `xml:lang`.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Elements inside each other; real packets have ten.
const DEPTH: usize = 64;

/// The properties of a document, each once, in the order of the packet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Packet {
    pub properties: Vec<Element>,
    /// Namespaces and the prefixes that the packet has for them.
    pub prefixes: Vec<(String, String)>,
}

/// A property, or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub space: String,
    pub name: String,
    /// Namespace, name and value of each; no namespace is empty.
    pub attributes: Vec<(String, String, String)>,
    /// Its text, where it has no parts.
    pub text: String,
    pub parts: Vec<Element>,
}

impl Element {
    /// An element with a text.
    pub(super) fn text(space: &str, name: &str, text: &str) -> Element {
        Element { text: text.to_owned(), ..Element::of(space, name, Vec::new()) }
    }

    /// An element with parts.
    pub(super) fn of(space: &str, name: &str, parts: Vec<Element>) -> Element {
        Element { space: space.to_owned(), name: name.to_owned(), parts, ..Element::default() }
    }

    /// The same element with an attribute.
    pub(super) fn with(mut self, space: &str, name: &str, value: &str) -> Element {
        self.attributes.push((space.to_owned(), name.to_owned(), value.to_owned()));
        self
    }

    /// Whether it has this name.
    pub(super) fn is(&self, space: &str, name: &str) -> bool {
        self.space == space && self.name == name
    }
}

/// Reads a packet, or says why it cannot.
pub(super) fn parse(text: &str) -> Result<Packet, String> {
    let document = xmp::document(text)?;
    let is_root = |node: &Node<'_, '_>| node.has_tag_name((RDF, "RDF"));
    let mut packet = Packet::default();
    let mut roots = document.descendants().filter(is_root).peekable();
    if roots.peek().is_none() {
        return Err("no rdf:RDF in it".to_owned());
    }
    for description in roots.flat_map(|root| root.children().filter(Node::is_element)) {
        // Inside another description, it is a part of a property.
        if description.ancestors().filter(is_root).count() == 1 {
            packet.take(description)?;
        }
    }
    Ok(packet)
}

impl Packet {
    /// Adds the properties of a description, those that stand as attributes, too.
    fn take(&mut self, description: Node<'_, '_>) -> Result<(), String> {
        for attribute in description.attributes() {
            let space = attribute.namespace().unwrap_or_default();
            if !["", RDF, XML].contains(&space) {
                self.add(Element::text(space, attribute.name(), attribute.value()));
            }
        }
        for property in description.children().filter(Node::is_element) {
            let property = element(property, DEPTH)?;
            self.add(property);
        }
        for node in description.descendants().filter(Node::is_element) {
            for declared in node.namespaces() {
                self.know(declared.uri(), declared.name().unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Adds a property: of one that is stated twice, the first counts; of schemas, all do.
    fn add(&mut self, property: Element) {
        let is_schemas = super::schemas::is_schemas(&property);
        if is_schemas || !self.properties.iter().any(|known| known.is(&property.space, &property.name)) {
            self.properties.push(property);
        }
    }

    fn know(&mut self, space: &str, prefix: &str) {
        if !prefix.is_empty() && !self.prefixes.iter().any(|(known, _)| known == space) {
            self.prefixes.push((space.to_owned(), prefix.to_owned()));
        }
    }
}

/// An element with all that stands in it. Between parts there are blanks only.
fn element(node: Node<'_, '_>, depth: usize) -> Result<Element, String> {
    let depth = depth.checked_sub(1).ok_or("elements inside each other without end")?;
    let attributes = node.attributes().map(|attribute| {
        let space = attribute.namespace().unwrap_or_default();
        (space.to_owned(), attribute.name().to_owned(), attribute.value().to_owned())
    });
    let parts = node.children().filter(Node::is_element).map(|part| element(part, depth));
    let parts: Vec<Element> = parts.collect::<Result<_, String>>()?;
    let texts = node.children().filter(|child| child.node_type() == NodeType::Text).filter_map(|child| child.text());
    let text = if parts.is_empty() { texts.collect() } else { String::new() };
    let space = node.tag_name().namespace().unwrap_or_default().to_owned();
    Ok(Element { space, name: node.tag_name().name().to_owned(), attributes: attributes.collect(), text, parts })
}
