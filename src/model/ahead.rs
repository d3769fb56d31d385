//! A long tape is brought into the cache some time before it is needed.
//!
//! What is gone through line by line of the cache, or in an order that no processor can guess, waits for memory again
//! and again. Asked for many places at once, memory gives them in a fraction of the time. Only long documents gain; for
//! short ones, which are in the cache, asking costs next to nothing.

use std::ops::Range;

use super::node::{Node, Tape};

/// Nodes that are asked for together: with their texts, a small part of the cache of one core.
const NODES: usize = 1024;
/// Bytes that memory gives at once.
const LINE: usize = 64;
/// Places that are looked at in turn.
const PLACES: usize = 8;

impl Tape {
    /// All nodes in blocks that were fetched just before, each with the index of its first node.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (usize, &[Node])> {
        self.nodes.chunks(NODES).enumerate().map(|(number, block)| {
            fetch(block, |node| node.flags.0 as u8);
            (number * NODES, block)
        })
    }

    /// Fetches nodes from this one on, with their texts: which.
    #[cold]
    pub(crate) fn fetch(&self, source: &str, from: usize) -> Range<usize> {
        let nodes = &self.nodes[from..self.nodes.len().min(from + NODES)];
        fetch(nodes, |node| node.flags.0 as u8);
        let bytes = source.as_bytes();
        // A group has no text, and is not told apart by a branch that might be guessed wrongly.
        let text = |node: &Node| if node.is_group() { 0 } else { node.start as usize };
        let seen = nodes.iter().fold(0, |seen, node| seen | bytes.get(text(node)).copied().unwrap_or(0));
        std::hint::black_box(seen);
        from..from + nodes.len()
    }
}

/// Looks at something in every line of the cache that these items take.
fn fetch<T>(items: &[T], look: impl Fn(&T) -> u8) {
    let each = items.len() / PLACES;
    let in_all_places = |at: usize| (0..PLACES).fold(0, |seen, place| seen | look(&items[place * each + at]));
    let seen = (0..each).step_by(LINE / size_of::<T>()).fold(0, |seen, at| seen | in_all_places(at));
    std::hint::black_box(seen);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Flags;

    #[test]
    fn blocks_hold_every_node_once_and_a_fetch_begins_where_it_was_asked_for() {
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
            let seen: Vec<usize> = tape.blocks().flat_map(|(from, block)| from..from + block.len()).collect();
            assert_eq!(seen, (0..length).collect::<Vec<_>>());
            assert!(tape.blocks().all(|(from, block)| usize::from(block[0].name) == from));
            // The source may be shorter than what the nodes say.
            for from in [0, length / 2, length.saturating_sub(1)].into_iter().filter(|&from| from < length) {
                assert_eq!(tape.fetch("a source", from), from..length.min(from + NODES));
            }
        }
    }
}
