//! The root element of a document, looked at before anything else.

use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Namespace and local name of the root; `None` if there is none to be found.
pub(crate) fn root(source: &str) -> Option<(String, String)> {
    let mut reader = NsReader::from_str(source);
    loop {
        let (space, event) = reader.read_resolved_event().ok()?;
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let uri = match space {
                    ResolveResult::Bound(uri) => uri.0.to_owned(),
                    _ => String::new(),
                };
                return Some((uri, tag.local_name().as_ref().to_owned()));
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}
