//! The metadata packet of a PDF (XMP): what it says about the invoice inside and about PDF/A.

use lopdf::Stream;
use roxmltree::{Document, Node, ParsingOptions};

use super::{Limits, deflate, text};

/// Namespaces in which the properties of an embedded invoice stand, by a part of their name: those of Factur-X,
/// ZUGFeRD 2 and 1, Order-X. Producers spell them in many ways.
const INVOICE: [&str; 4] = ["factur-x", "zugferd", ":ferd:", "order-x"];
/// The namespace of the PDF/A claim, by a part of its name.
const PDFA: [&str; 1] = ["/pdfa/ns/id"];
/// Nodes of a packet; real ones have a few hundred.
const NODES: u32 = 100_000;
/// Attributes of one element of a packet; real ones have some twenty. The time to read them grows with their square.
const ATTRIBUTES: usize = 256;
/// Bytes of a packet; real ones have a few thousand.
const BYTES: usize = 4 << 20;

/// What the metadata say. Each is told as it is written; `None` where it is not stated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Xmp {
    /// `fx:ConformanceLevel`, the profile: `EN 16931`.
    pub profile: Option<String>,
    /// `fx:DocumentType`: `INVOICE`, `ORDER`.
    pub document_type: Option<String>,
    /// `fx:DocumentFileName`: the name of the embedded file.
    pub file_name: Option<String>,
    /// `fx:Version`, of the standard of the properties.
    pub version: Option<String>,
    /// The namespace in which these four stand.
    pub namespace: Option<String>,
    /// `pdfaid:part`: `3`.
    pub pdfa_part: Option<String>,
    /// `pdfaid:conformance`: `B`.
    pub pdfa_conformance: Option<String>,
}

impl Xmp {
    /// The PDF/A standard that the file claims to follow: `PDF/A-3B`.
    pub(crate) fn pdfa(&self) -> Option<String> {
        let conformance = self.pdfa_conformance.as_deref().unwrap_or_default().to_uppercase();
        self.pdfa_part.as_ref().map(|part| format!("PDF/A-{part}{conformance}"))
    }
}

/// Reads packed metadata, or says why it cannot.
pub(super) fn read(packed: &Stream, limits: &Limits) -> Result<Xmp, String> {
    parse(&unpacked(packed, limits)?)
}

/// The packet as text, or why it cannot be unpacked.
pub(super) fn unpacked(packed: &Stream, limits: &Limits) -> Result<String, String> {
    let bytes = deflate::unpack(packed, limits.structure.min(BYTES)).map_err(|error| error.to_string())?;
    Ok(text::by_mark(&bytes).unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned()))
}

/// A packet without the padding of blanks or NUL that may surround it.
fn trimmed(packet: &str) -> &str {
    packet.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{FEFF}')
}

/// Whether properties of an embedded invoice stand in this namespace.
pub(super) fn is_invoice_space(namespace: &str) -> bool {
    is_one_of(&INVOICE, namespace)
}

/// A packet as a tree, within the limits, or why it cannot be one.
pub(super) fn document(packet: &str) -> Result<Document<'_>, String> {
    let packet = trimmed(packet);
    if most_attributes(packet) > ATTRIBUTES {
        return Err(format!("an element of more than {ATTRIBUTES} attributes"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    Document::parse_with_options(packet, options).map_err(|error| error.to_string())
}

/// An upper bound of the attributes of one element.
fn most_attributes(packet: &str) -> usize {
    let (mut most, mut here, mut in_tag) = (0, 0, true);
    for byte in packet.bytes() {
        match byte {
            b'<' => (here, in_tag) = (0, true),
            b'>' => in_tag = false,
            b'=' if in_tag => {
                here += 1;
                most = most.max(here);
            }
            _ => {}
        }
    }
    most
}

/// Reads a packet.
pub(super) fn parse(packet: &str) -> Result<Xmp, String> {
    let document = document(packet)?;
    let find = |spaces: &[&str], name: &str| property(&document, spaces, name);
    let profile = find(&INVOICE, "ConformanceLevel");
    let file_name = find(&INVOICE, "DocumentFileName");
    let namespace = profile.as_ref().or(file_name.as_ref()).map(|(space, _)| (*space).to_owned());
    let value = |property: Option<(&str, &str)>| property.map(|(_, value)| value.to_owned());
    Ok(Xmp {
        profile: value(profile),
        document_type: value(find(&INVOICE, "DocumentType")),
        file_name: value(file_name),
        version: value(find(&INVOICE, "Version")),
        namespace,
        pdfa_part: value(find(&PDFA, "part")),
        pdfa_conformance: value(find(&PDFA, "conformance")),
    })
}

/// The first value of a property, an element or an attribute, with its namespace.
fn property<'d>(document: &'d Document<'_>, spaces: &[&str], name: &str) -> Option<(&'d str, &'d str)> {
    document.descendants().filter(Node::is_element).find_map(|element| {
        let here = (element.tag_name().namespace(), element.tag_name().name(), element.text());
        let attributes =
            element.attributes().map(|attribute| (attribute.namespace(), attribute.name(), Some(attribute.value())));
        std::iter::once(here).chain(attributes).find_map(|(space, local, value)| {
            let space = space.filter(|space| local.eq_ignore_ascii_case(name) && is_one_of(spaces, space))?;
            let value = value.map(str::trim).filter(|value| !value.is_empty())?;
            Some((space, value))
        })
    })
}

fn is_one_of(parts: &[&str], namespace: &str) -> bool {
    let namespace = namespace.to_ascii_lowercase();
    parts.iter().any(|part| namespace.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet with these descriptions.
    fn packet(descriptions: &str) -> String {
        format!(
            "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">{descriptions}</rdf:RDF>\
             </x:xmpmeta>\n<?xpacket end=\"w\"?>   \n\0\0"
        )
    }

    const FX: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

    #[test]
    fn properties_are_elements() {
        let xmp = parse(&packet(&format!(
            "<rdf:Description xmlns:fx=\"{FX}\"><fx:DocumentType>INVOICE</fx:DocumentType>\
             <fx:DocumentFileName>factur-x.xml</fx:DocumentFileName><fx:Version>1.0</fx:Version>\
             <fx:ConformanceLevel> EN 16931\n</fx:ConformanceLevel></rdf:Description>\
             <rdf:Description xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>3</pdfaid:part>\
             <pdfaid:conformance>u</pdfaid:conformance></rdf:Description>"
        )))
        .unwrap();
        assert_eq!(xmp.profile.as_deref(), Some("EN 16931"));
        assert_eq!(xmp.document_type.as_deref(), Some("INVOICE"));
        assert_eq!(xmp.file_name.as_deref(), Some("factur-x.xml"));
        assert_eq!(xmp.version.as_deref(), Some("1.0"));
        assert_eq!(xmp.namespace.as_deref(), Some(FX));
        assert_eq!(xmp.pdfa().as_deref(), Some("PDF/A-3U"));
    }

    #[test]
    fn an_element_of_many_attributes_is_not_read() {
        let attributes = |many: usize| (0..many).map(|at| format!(" a{at}=\"=\"")).collect::<String>();
        assert!(parse(&packet(&format!("<a{}/>", attributes(100)))).is_ok());
        assert!(parse(&packet(&format!("<a{}/>", attributes(200)))).is_err());
    }

    #[test]
    fn properties_are_attributes_in_any_case_and_namespace() {
        for space in [
            "urn:ferd:pdfa:CrossIndustryDocument:invoice:1p0#",
            "urn:zugferd:pdfa:CrossIndustryDocument:invoice:2p0#",
            "urn:Factur-X:pdfa:CrossIndustryDocument:1p0#",
        ] {
            let xmp = packet(&format!(
                "<rdf:Description xmlns:zf=\"{space}\" zf:conformancelevel=\"COMFORT\" zf:DocumentType=\"\"/>"
            ));
            let xmp = parse(&xmp).unwrap();
            assert_eq!((xmp.profile.as_deref(), xmp.document_type, xmp.pdfa_part), (Some("COMFORT"), None, None));
        }
    }

    #[test]
    fn two_descriptions_in_two_roots_of_rdf_are_read() {
        let second = format!(
            "</rdf:RDF><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description xmlns:fx=\"{FX}\" fx:ConformanceLevel=\"BASIC\"/>"
        );
        assert_eq!(parse(&packet(&second)).unwrap().profile.as_deref(), Some("BASIC"));
    }

    #[test]
    fn what_describes_the_properties_is_not_taken_for_them() {
        let schema = format!(
            "<rdf:Description xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\
             <pdfaProperty:name>ConformanceLevel</pdfaProperty:name><pdfaProperty:namespace>{FX}\
             </pdfaProperty:namespace></rdf:Description>"
        );
        assert_eq!(parse(&packet(&schema)), Ok(Xmp::default()));
    }

    #[test]
    fn hostile_packets_are_refused_in_words() {
        let entity = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><x>&a;</x>";
        let deep = "<x>".repeat(50_000);
        for packet in ["", "no XML", "<x>&nothing;</x>", entity, &deep] {
            assert!(parse(packet).is_err_and(|why| !why.is_empty()));
        }
    }

    #[test]
    fn packets_come_in_utf_16_too() {
        let text = packet(&format!("<rdf:Description xmlns:fx=\"{FX}\" fx:ConformanceLevel=\"BASIC\"/>"));
        let mark = [0xFE, 0xFF].into_iter();
        let bytes = mark.chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let xmp = read(&Stream::new(lopdf::Dictionary::new(), bytes), &Limits::default()).unwrap();
        assert_eq!(xmp.profile.as_deref(), Some("BASIC"));
    }
}
