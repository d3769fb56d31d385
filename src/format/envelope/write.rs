//! The envelope that networks send an invoice in: the Standard Business Document Header, as the Peppol Business Message
//! Envelope 2.0 fills it in.

use crate::xml;

/// Namespace of the header.
const NAMESPACE: &str = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader";
/// What Peppol's participants are named by.
const AUTHORITY: &str = "iso6523-actorid-upis";

/// What the header says of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'h> {
    /// Scheme and id, `0088:7300010000001`.
    pub(crate) sender: &'h str,
    pub(crate) receiver: &'h str,
    /// Namespace, local name and version of the document.
    pub(crate) namespace: &'h str,
    pub(crate) root: &'h str,
    pub(crate) version: &'h str,
    /// BT-24.
    pub(crate) specification: &'h str,
    /// BT-23.
    pub(crate) process: &'h str,
    /// Country of the sender.
    pub(crate) country: &'h str,
    /// Tells this envelope from any other.
    pub(crate) instance: &'h str,
    /// Date and time with zone.
    pub(crate) created: &'h str,
}

/// The document in its envelope; the XML declaration stands once.
pub(crate) fn wrap(header: &Wanted<'_>, document: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(document);
    let body = match text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, body)) => body.trim_start(),
        None => text.as_ref(),
    };
    let mut out = Writer::default();
    out.line(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out.line(0, &format!("<StandardBusinessDocument xmlns=\"{NAMESPACE}\">"));
    out.line(1, "<StandardBusinessDocumentHeader>");
    out.element(2, "HeaderVersion", "1.0");
    out.partner("Sender", header.sender);
    out.partner("Receiver", header.receiver);
    out.line(2, "<DocumentIdentification>");
    out.element(3, "Standard", header.namespace);
    out.element(3, "TypeVersion", header.version);
    out.element(3, "InstanceIdentifier", header.instance);
    out.element(3, "Type", header.root);
    out.element(3, "CreationDateAndTime", header.created);
    out.line(2, "</DocumentIdentification>");
    out.line(2, "<BusinessScope>");
    let Wanted { namespace, root, specification, version, .. } = header;
    let document_id = format!("{namespace}::{root}##{specification}::{version}");
    out.scope("DOCUMENTID", &document_id, Some("busdox-docid-qns"));
    out.scope("PROCESSID", header.process, Some("cenbii-procid-ubl"));
    out.scope("COUNTRY_C1", header.country, None);
    out.line(2, "</BusinessScope>");
    out.line(1, "</StandardBusinessDocumentHeader>");
    out.0.push_str(body.trim_end());
    out.0.push('\n');
    out.line(0, "</StandardBusinessDocument>");
    out.0.into_bytes()
}

#[derive(Default)]
struct Writer(String);

impl Writer {
    fn line(&mut self, depth: usize, text: &str) {
        self.0.push_str(&"  ".repeat(depth));
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn element(&mut self, depth: usize, name: &str, text: &str) {
        self.line(depth, &format!("<{name}>{}</{name}>", escaped(text)));
    }

    fn partner(&mut self, name: &str, id: &str) {
        self.line(2, &format!("<{name}>"));
        self.line(3, &format!("<Identifier Authority=\"{AUTHORITY}\">{}</Identifier>", escaped(id)));
        self.line(2, &format!("</{name}>"));
    }

    fn scope(&mut self, kind: &str, value: &str, scheme: Option<&str>) {
        self.line(3, "<Scope>");
        self.element(4, "Type", kind);
        self.element(4, "InstanceIdentifier", value);
        if let Some(scheme) = scheme {
            self.element(4, "Identifier", scheme);
        }
        self.line(3, "</Scope>");
    }
}

/// A character that XML forbids is left out; none gets here from a document that was read.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    match xml::escape_into(text, &mut out) {
        Ok(()) => out,
        Err(bad) => escaped(&text.replace(bad, "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_stands_unchanged_behind_the_header() {
        let header = Wanted {
            sender: "0088:1&2",
            receiver: "0204:991-1234512345-06",
            namespace: "urn:n",
            root: "Invoice",
            version: "2.1",
            specification: "urn:s",
            process: "urn:p",
            country: "DE",
            instance: "i",
            created: "2026-03-02T00:00:00Z",
        };
        let wrapped = wrap(&header, b"<?xml version=\"1.0\"?>\n<Invoice>\n  <ID>1</ID>\n</Invoice>\n");
        let text = String::from_utf8(wrapped).unwrap();
        assert_eq!(text.matches("<?xml").count(), 1);
        assert!(text.contains(">0088:1&amp;2<") && text.contains("urn:n::Invoice##urn:s::2.1"));
        assert!(text.ends_with(
            "</StandardBusinessDocumentHeader>\n<Invoice>\n  <ID>1</ID>\n</Invoice>\n</StandardBusinessDocument>\n"
        ));
    }
}
