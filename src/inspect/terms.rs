//! Every term that an invoice states, with its place.

use super::types::StatedTerm;
use crate::model::{Document, NodeId, Standing};
use crate::xml;

/// All terms and sub-terms with a value, in the order of the file.
pub(super) fn all(document: &Document) -> Vec<StatedTerm> {
    let is_stated = |node: &NodeId| {
        let counts = !document.is_group(*node) && document.term(*node).is_some();
        counts && matches!(document.standing(*node), Standing::Value | Standing::Second)
    };
    let nodes: Vec<NodeId> = document.nodes().filter(is_stated).collect();
    let offsets: Vec<usize> = nodes.iter().map(|node| document.offset(*node)).collect();
    // JSON is not kept as the text of its document.
    let has_places = !document.source.is_empty();
    let places = xml::locate(&document.source, &offsets).into_iter().map(|place| has_places.then_some(place));
    let stated = nodes.into_iter().zip(places).filter_map(|(node, place)| {
        let term = document.term(node)?;
        let (id, name) = (term.id().to_owned(), term.name().to_owned());
        Some(StatedTerm { id, name, value: document.text(node).into_owned(), place })
    });
    stated.collect()
}
