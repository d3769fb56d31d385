//! Payment instructions: one per element in a document, one with many accounts in the typed invoice.

use std::collections::HashSet;

use super::extra::Leftovers;
use super::tree::{Group, Path};
use crate::term::{TermId, Terms};

/// The terms it is about.
struct Names {
    instructions: TermId,
    code: TermId,
    account: TermId,
}

impl Names {
    fn of(terms: &Terms) -> Option<Names> {
        Some(Names { instructions: terms.find("BG-16")?, code: terms.find("BT-81")?, account: terms.find("BG-17")? })
    }

    /// Payment instructions that say nothing but one account and the code of the first ones.
    fn is_one_more(&self, first: &Group, more: &Group) -> bool {
        let code = |group: &Group| group.values.get(&self.code).and_then(|codes| codes.first().cloned());
        let plain = |group: &Group| {
            let mut values = group.values.values();
            values.all(|values| values.len() == 1 && values.iter().all(|value| value.subs.is_empty()))
        };
        let mut inside = more.groups.iter();
        let account = inside.next().filter(|((group, _), _)| *group == self.account && inside.next().is_none());
        account.is_some_and(|(_, account)| plain(account) && account.groups.is_empty())
            && plain(more)
            && more.values.keys().all(|term| *term == self.code)
            && code(first) == code(more)
    }
}

/// Gathers the accounts of all payment instructions with the code of the first ones. The others stay.
pub(super) fn fold(terms: &Terms, root: &mut Group, left: &mut Leftovers) {
    let Some(names) = Names::of(terms) else { return };
    let Some(mut first) = root.groups.remove(&(names.instructions, 1)) else { return };
    for position in 2..=first.last(names.account) {
        let surplus = first.groups.remove(&(names.account, position));
        let mut path: Path = vec![(names.instructions, 1), (names.account, position)];
        surplus.into_iter().for_each(|surplus| left.collect(terms, &mut path, surplus));
    }
    for position in 2..=root.last(names.instructions) {
        let key = (names.instructions, position);
        let is_one_more =
            |more: &Group| first.last(names.account) > 0 && names.is_one_more(&first, more) && in_fields(terms, more);
        if root.groups.get(&key).is_some_and(is_one_more)
            && let Some(account) = root.groups.remove(&key).and_then(|mut more| more.groups.pop_first())
        {
            let next = first.last(names.account) + 1;
            first.groups.insert((names.account, next), account.1);
        }
    }
    root.groups.insert((names.instructions, 1), first);
}

/// No term of an extension stands in a group or below.
fn in_fields(terms: &Terms, group: &Group) -> bool {
    group.values.keys().all(|term| terms.is_standard(*term))
        && group.groups.iter().all(|((term, _), group)| terms.is_standard(*term) && in_fields(terms, group))
}

/// Gives every account payment instructions of its own, with the same code, at the positions that are not `taken`.
pub(super) fn unfold(terms: &Terms, root: &mut Group, taken: &[&Path]) {
    let Some(names) = Names::of(terms) else { return };
    let Some(mut first) = root.groups.remove(&(names.instructions, 1)) else { return };
    let mut accounts = std::mem::take(&mut first.groups);
    let code = first.values.get(&names.code).cloned();
    let is_account = |step: &(TermId, u32), group: &Group| step.0 == names.account && !group.is_empty();
    first.groups = accounts.extract_if(.., |step, group| !is_account(step, group)).collect();
    let mut accounts = accounts.into_values();
    first.groups.extend(accounts.next().map(|account| ((names.account, 1), account)));
    root.groups.insert((names.instructions, 1), first);
    let instructions = taken.iter().filter_map(|path| path.first()).filter(|(step, _)| *step == names.instructions);
    let taken: HashSet<u32> = instructions.map(|(_, position)| *position).collect();
    let is_free = |position: &u32| !taken.contains(position);
    for (account, position) in accounts.zip((2..).filter(is_free)) {
        let more = root.at_mut(&[(names.instructions, position)]);
        more.values.extend(code.clone().map(|code| (names.code, code)));
        more.groups.insert((names.account, 1), account);
    }
}
