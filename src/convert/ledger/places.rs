//! Where what is told of stands in the source: a value, or the group around one that is not there.

use super::super::input::Input;
use crate::model::{Flags, Node, offset};
use crate::term::{TermId, Terms};

/// The place of a change, if the node is still the one that was changed.
pub(super) fn of_change(node: usize, term: Option<TermId>, input: &Input<'_>) -> Option<usize> {
    let found = input.tape.nodes.get(node)?;
    (term.is_some() && found.term() == term).then(|| offset(&input.tape, node))
}

/// The innermost group of the source around a term that is not there: inside the group `within`, which is being
/// written, or in the document.
pub(super) fn around(term: TermId, within: Option<u32>, terms: &Terms, input: &Input<'_>) -> Option<usize> {
    let groups = std::iter::successors(Some(term), |&inner| terms.get(inner).parent());
    let mut groups = groups.filter(|&group| terms.get(group).kind().is_group());
    groups.find_map(|group| group_in(group, within, terms, input)).map(|at| input.tape.nodes[at].start as usize)
}

/// The first group of a name. Lines are leapt over when something of the document is looked for.
fn group_in(group: TermId, within: Option<u32>, terms: &Terms, input: &Input<'_>) -> Option<usize> {
    let nodes = &input.tape.nodes;
    let line = terms.find("BG-25");
    let (mut at, to) = match within {
        Some(inside) => (inside as usize, input.tape.end(inside as usize)),
        None => (0, nodes.len()),
    };
    while at < to {
        let node: &Node = &nodes[at];
        if node.is_group() && node.term() == Some(group) && !node.is(Flags::OUT) {
            return Some(at);
        }
        let leaps = within.is_none() && node.is_group() && node.term() == line;
        at = if leaps { node.extent as usize } else { at + 1 };
    }
    None
}
