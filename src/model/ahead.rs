//! A long tape is brought into the cache some time before it is needed.
//!
//! What is gone through in an order that no processor can guess waits for memory again and again. Only long documents
//! gain; for short ones, which are in the cache, asking costs next to nothing.

use std::ops::Range;

use super::node::{Node, Tape};
use crate::cache::{LINE, places};

/// Nodes that are asked for together: with their texts, a small part of the cache of one core.
const NODES: usize = 1024;

impl Tape {
    /// All nodes, each with its index, by blocks that are fetched just before.
    pub(crate) fn fetched(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.chunks(NODES).enumerate().flat_map(|(number, block)| {
            fetch(block);
            (number * NODES..).zip(block)
        })
    }

    /// Fetches nodes from this one on, with their texts: which.
    #[cold]
    pub(crate) fn fetch(&self, source: &str, from: usize) -> Range<usize> {
        let nodes = &self.nodes[from..self.nodes.len().min(from + NODES)];
        fetch(nodes);
        let bytes = source.as_bytes();
        // A group has no text, and is not told apart by a branch that might be guessed wrongly.
        let text = |node: &Node| if node.is_group() { 0 } else { node.start as usize };
        let seen = nodes.iter().fold(0, |seen, node| seen | bytes.get(text(node)).copied().unwrap_or(0));
        std::hint::black_box(seen);
        from..from + nodes.len()
    }
}

/// Looks at something in every line of the cache that these nodes take.
fn fetch(nodes: &[Node]) {
    let (places, _) = places(nodes);
    let in_all_places = |at: usize| places.iter().fold(0, |seen, place| seen | place[at].flags.0);
    let lines = (0..places[0].len()).step_by(LINE / size_of::<Node>());
    std::hint::black_box(lines.fold(0, |seen, at| seen | in_all_places(at)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Flags;

    #[test]
    fn every_node_is_met_once_and_a_fetch_begins_where_it_was_asked_for() {
        let node = |number: usize| Node {
            name: number as u16,
            row: Node::NO_ROW,
            flags: Flags::TERM,
            span: 0,
            start: number as u32,
            extent: 1,
        };
        for length in [0, 1, NODES - 1, NODES, 2 * NODES + 3] {
            let mut tape = Tape::default();
            tape.nodes.extend((0..length).map(node));
            let seen: Vec<usize> = tape.fetched().map(|(at, _)| at).collect();
            assert_eq!(seen, (0..length).collect::<Vec<_>>());
            assert!(tape.fetched().all(|(at, node)| usize::from(node.name) == at));
            // The source may be shorter than what the nodes say.
            for from in [0, length / 2, length.saturating_sub(1)].into_iter().filter(|&from| from < length) {
                assert_eq!(tape.fetch("a source", from), from..length.min(from + NODES));
            }
        }
    }
}
