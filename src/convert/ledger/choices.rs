//! What is said of an element that no row takes, although some take elements of its name: which value decided, and what
//! the rows ask for.

use super::super::input::Input;
use super::words::{name_at, spoken};
use crate::mapping::{Cause, Lost, Operand, Test, When};
use crate::term::TermId;
use crate::xml;

/// The first line, with the value that decided.
pub(super) fn message(name: &str, choice: u16, deciding: Option<u32>, input: &Input<'_>) -> String {
    let kind = format!("{name} is of a kind that EN 16931 does not have here");
    let node = deciding.and_then(|node| input.tape.nodes.get(node as usize));
    match node {
        Some(node) => {
            let value = xml::unescape(xml::trim(input.tape.raw(input.text, node)));
            let decider = name_at(input.text, node.start as usize);
            if decider == name { kind } else { format!("{kind}, for {decider} is `{value}`") }
        }
        None if whens(choice, input).next().is_some() => format!("{kind}, for nothing says which it is"),
        None => kind,
    }
}

/// The values that rows for the element ask for.
pub(super) fn expected(lost: &Lost, input: &Input<'_>) -> Option<String> {
    let Cause::NoAlternative(choice, _) = lost.cause else { return None };
    let mut wanted: Vec<String> = Vec::new();
    for when in whens(choice, input) {
        for test in when.tests.iter().filter_map(|test| spelled(test, input)) {
            let test = if when.not { format!("another than {test}") } else { test };
            if !wanted.contains(&test) {
                wanted.push(test);
            }
        }
    }
    let last = wanted.pop()?;
    Some(if wanted.is_empty() { last } else { format!("{} or {last}", wanted.join(", ")) })
}

fn whens<'i>(choice: u16, input: &'i Input<'_>) -> impl Iterator<Item = &'i When<TermId>> {
    let choice = input.plan.as_deref().and_then(|plan| plan.choices.get(usize::from(choice)));
    choice.into_iter().flat_map(|choice| &choice.alternatives).filter_map(|one| one.when.as_ref())
}

fn spelled(test: &Test<TermId>, input: &Input<'_>) -> Option<String> {
    match test {
        Test::Is(Operand::Text(text)) => Some(format!("`{text}`")),
        Test::Is(Operand::Term(term)) => Some(spoken(input.terms.get(*term).name())),
        Test::Absent => Some("none".to_owned()),
        Test::Other => None,
    }
}
