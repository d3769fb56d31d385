//! Profiles that are narrower than the standard: what they have no place for is left out, each value as a loss.

use super::normalise::{Outcome, Subject};
use super::table::TargetRow;

/// Leaves out every term and group that the target does not have.
pub(super) fn leave_out(subject: &mut Subject<'_>, target: &TargetRow, outcome: &mut Outcome) {
    if target.without.is_empty() {
        return;
    }
    let terms = subject.terms;
    let mut is_out = vec![false; terms.len()];
    target.without.iter().filter_map(|id| terms.find(id)).for_each(|id| is_out[id.index()] = true);
    for term in terms.iter() {
        // What stands in a group that is left out is left out, too, and so is what qualifies a term.
        let inside = terms.get(term).parent().is_some_and(|parent| is_out[parent.index()]);
        is_out[term.index()] |= inside;
    }
    for at in 0..subject.tape.nodes.len() {
        let node = subject.tape.nodes[at];
        let Some(term) = node.term().filter(|term| is_out[term.index()]) else { continue };
        if node.is_value() {
            subject.leave_out(at, outcome);
        } else if node.is_group() && terms.get(term).kind().is_group() {
            subject.tape.take_out(at);
        }
    }
}
