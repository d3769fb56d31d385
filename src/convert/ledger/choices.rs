//! What is said of an element that no row takes, although some take elements of its name: which value decided, and what
//! the rows ask for.

use super::super::input::Input;
use super::words::name_at;
use crate::mapping::{Cause, Lost, Operand, Test, When};
use crate::term::TermId;
use crate::xml;

/// How much of a value a message repeats, in characters.
const SHOWN: usize = 200;

/// The first line, with the value that decided.
pub(super) fn message(name: &str, choice: u16, deciding: Option<u32>, input: &Input<'_>) -> String {
    let kind = format!("{name} is of a kind that EN 16931 does not have here");
    let node = deciding.and_then(|node| input.tape.nodes.get(node as usize));
    match node {
        Some(node) => {
            let value = xml::unescape(xml::trim(input.tape.raw(input.text, node)));
            // Many elements may be told of with the same value.
            let value: String = value.chars().take(SHOWN).collect();
            let decider = name_at(input.text, input.tape.source_of(node).unwrap_or(0));
            if decider == name { kind } else { format!("{kind}, for {decider} is `{value}`") }
        }
        None if whens(choice, input).next().is_some() => format!("{kind}, for nothing says which it is"),
        None => kind,
    }
}

/// The values that rows for the element ask for.
pub(super) fn expected(lost: &Lost, input: &Input<'_>) -> Option<String> {
    let choice = match lost.cause {
        Cause::NoAlternative(choice, _) => choice,
        Cause::Constant(row) => return constant(row, input),
        _ => return None,
    };
    let mut wanted: Vec<String> = Vec::new();
    for when in whens(choice, input) {
        for test in when.tests.iter().filter_map(|test| spelled(test, input)) {
            let test = if when.not { format!("another than {test}") } else { test };
            if !wanted.contains(&test) {
                wanted.push(test);
            }
        }
    }
    one_of(wanted)
}

/// The constant of a row.
fn constant(row: u16, input: &Input<'_>) -> Option<String> {
    let row = input.plan.as_deref()?.rows.get(usize::from(row))?;
    let values = match (&row.fixed, &row.when) {
        (Some(fixed), _) => &fixed.values[..],
        (None, when) => when.as_ref()?.write.as_slice(),
    };
    one_of(values.iter().map(|operand| operand_spelled(operand, input)).collect())
}

fn one_of(mut wanted: Vec<String>) -> Option<String> {
    let last = wanted.pop()?;
    Some(if wanted.is_empty() { last } else { format!("{} or {last}", wanted.join(", ")) })
}

fn whens<'i>(choice: u16, input: &'i Input<'_>) -> impl Iterator<Item = &'i When<TermId>> {
    let choice = input.plan.as_deref().and_then(|plan| plan.choices.get(usize::from(choice)));
    choice.into_iter().flat_map(|choice| &choice.alternatives).filter_map(|one| one.when.as_ref())
}

fn spelled(test: &Test<TermId>, input: &Input<'_>) -> Option<String> {
    match test {
        Test::Is(operand) => Some(operand_spelled(operand, input)),
        Test::Absent => Some("none".to_owned()),
        Test::Other => None,
    }
}

fn operand_spelled(operand: &Operand<TermId>, input: &Input<'_>) -> String {
    match operand {
        Operand::Text(text) => format!("`{text}`"),
        Operand::Term(term) => input.terms.get(*term).spoken(),
    }
}
