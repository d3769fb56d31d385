//! What stands in an XML file, seen without our reader: every text and attribute, with its path.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A text or attribute that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// XPath, with positions from the second of a name on; attributes behind `/@`.
    pub(crate) path: String,
    /// References resolved, line ends as XML wants them.
    pub(crate) value: String,
}

struct Open {
    name: String,
    path: String,
    text: String,
    /// Where its text belongs among the leaves: before its attributes and children.
    at: usize,
    children: HashMap<String, usize>,
}

/// All leaves in document order: the text of an element, then its attributes, then its children. Namespace declarations
/// aside.
pub(crate) fn leaves(xml: &str) -> Vec<Leaf> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let mut open =
        vec![Open { name: String::new(), path: String::new(), text: String::new(), at: 0, children: HashMap::new() }];
    let mut found: Vec<Leaf> = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => enter(&tag, &mut open, &mut found),
            Event::Empty(tag) => {
                enter(&tag, &mut open, &mut found);
                leave(&mut open, &mut found);
            }
            Event::End(_) => leave(&mut open, &mut found),
            Event::Text(text) => push(&mut open, &returns(&text)),
            Event::CData(text) => push(&mut open, &returns(&text)),
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                push(&mut open, &quick_xml::escape::unescape(&text).expect("a known reference"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found.retain(|leaf| !leaf.value.trim().is_empty());
    found
}

fn push(open: &mut [Open], text: &str) {
    if let Some(top) = open.last_mut() {
        top.text.push_str(text);
    }
}

fn enter(tag: &BytesStart<'_>, open: &mut Vec<Open>, found: &mut Vec<Leaf>) {
    let name = tag.name().as_ref().to_owned();
    let above = open.last_mut().expect("the document is open");
    let nth = above.children.entry(name.clone()).or_default();
    *nth += 1;
    let position = if *nth > 1 { format!("[{nth}]") } else { String::new() };
    let path = format!("{}/{name}{position}", above.path);
    let at = found.len();
    found.push(Leaf { path: path.clone(), value: String::new() });
    for attribute in tag.attributes() {
        let attribute = attribute.expect("a well-formed attribute");
        let key = attribute.key.as_ref().to_owned();
        if key == "xmlns" || key.starts_with("xmlns:") {
            continue;
        }
        let raw = attribute.value.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
        let value = quick_xml::escape::unescape(&raw).expect("known references").into_owned();
        found.push(Leaf { path: format!("{path}/@{key}"), value });
    }
    open.push(Open { name, path, text: String::new(), at, children: HashMap::new() });
}

fn leave(open: &mut Vec<Open>, found: &mut [Leaf]) {
    let element = open.pop().expect("an open element");
    debug_assert!(!element.name.is_empty());
    found[element.at].value = element.text;
}

fn returns(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The XML in a file: itself, or the embedded file of a PDF that has an invoice as its root.
pub(crate) fn xml_of(bytes: &[u8]) -> String {
    if !bytes.starts_with(b"%PDF") {
        return String::from_utf8(bytes.to_vec()).expect("UTF-8");
    }
    let pdf = lopdf::Document::load_mem(bytes).expect("a readable PDF");
    let streams = pdf.objects.values().filter_map(|object| object.as_stream().ok());
    let texts = streams.filter_map(|stream| {
        let content = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
        String::from_utf8(content).ok()
    });
    let texts: Vec<String> = texts.collect();
    let last_with = |root: &str| texts.iter().rfind(|text| text.contains(root));
    let found = last_with("CrossIndustryInvoice>").or_else(|| last_with("CrossIndustryDocument>"));
    found.expect("an embedded invoice").clone()
}
