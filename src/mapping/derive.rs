//! Values that are not copied: respelled for another syntax, added up.

use std::borrow::Cow;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::notation::Spelling;
use super::plan::PlanRow;
use super::spell;
use super::write::{EventKind, Source};
use crate::model::{Flags, Node};
use crate::term::{TermId, TermKind, Terms};
use crate::xml;

/// The value of a node in the spelling of a row, and what had to be done to it.
#[inline]
pub(super) fn respell<'d>(
    source: &Source<'d>,
    same_syntax: bool,
    terms: &Terms,
    row: &PlanRow,
    at: usize,
) -> (Cow<'d, str>, Option<EventKind>) {
    let node = &source.tape.nodes[at];
    let raw = source.tape.raw(source.text, node);
    if same_syntax && !node.is(Flags::SUPPLIED.with(Flags::DECODED)) {
        return (Cow::Borrowed(raw), None);
    }
    let Some(term) = node.term() else { return (Cow::Borrowed(raw), None) };
    let kind = terms.get(term).kind();
    if kind.is_text() {
        return (Cow::Borrowed(raw), None);
    }
    let trimmed = xml::trim(raw);
    let from = spelling_of(source, node);
    if matches!((from, &row.spelling), (Spelling::Plain, Spelling::Plain)) && kind != TermKind::Date {
        return (Cow::Borrowed(trimmed), (trimmed.len() != raw.len()).then_some(EventKind::Trimmed));
    }
    match kind {
        TermKind::Date => date(from, &row.spelling, raw, trimmed),
        _ => code(from, &row.spelling, trimmed),
    }
}

fn spelling_of<'d>(source: &Source<'d>, node: &Node) -> &'d Spelling<TermId> {
    match source.plan {
        Some(plan) if node.row != Node::NO_ROW && !node.is(Flags::DECODED) => &plan.rows[node.row as usize].spelling,
        _ => &Spelling::Plain,
    }
}

fn date<'d>(
    from: &Spelling<TermId>,
    to: &Spelling<TermId>,
    raw: &'d str,
    trimmed: &'d str,
) -> (Cow<'d, str>, Option<EventKind>) {
    let (day, cut) = day_of(from, trimmed);
    let spelled = spell::decode(from, day).and_then(|model| {
        let model: &str = &model;
        spell::encode(to, model).map(Cow::into_owned)
    });
    match spelled {
        Some(spelled) => (Cow::Owned(spelled), cut),
        // Not a date: it stands as it is. UBL's schema has a type for dates and refuses it; CII's has a text.
        None => (Cow::Borrowed(raw), matches!(to, Spelling::Date102).then_some(EventKind::NoDate)),
    }
}

/// The day of a date that says more than the day.
fn day_of<'d>(from: &Spelling<TermId>, text: &'d str) -> (&'d str, Option<EventKind>) {
    let text = if matches!(from, Spelling::DateTime) { spell::without_midnight(text) } else { text };
    let length = if matches!(from, Spelling::Date102) { 8 } else { 10 };
    match (text.len() > length, text.get(..length), text.get(length..)) {
        (true, Some(day), Some(rest)) if length == 10 && (rest == "Z" || rest.starts_with(['+', '-'])) => {
            (day, Some(EventKind::ZoneCut))
        }
        (true, Some(day), Some(_)) => (day, Some(EventKind::DateCut)),
        _ => (text, None),
    }
}

fn code<'d>(from: &Spelling<TermId>, to: &Spelling<TermId>, trimmed: &'d str) -> (Cow<'d, str>, Option<EventKind>) {
    let model = spell::decode(from, trimmed).unwrap_or(Cow::Borrowed(trimmed));
    let known = |spelling: &Spelling<TermId>, value: &str, file: bool| match spelling {
        Spelling::Map(pairs) => pairs.iter().any(|(left, right)| if file { left == value } else { right == value }),
        _ => true,
    };
    let unknown = !known(from, trimmed, true) || !known(to, &model, false);
    let spelled = spell::encode(to, &model).map(Cow::into_owned);
    (spelled.map_or(Cow::Borrowed(trimmed), Cow::Owned), unknown.then_some(EventKind::CodeUnknown))
}

/// The sum of decimal texts; `None` if one is no number, or there is none.
pub(crate) fn sum<'v>(values: impl Iterator<Item = &'v str>) -> Option<String> {
    let mut sum: Option<Decimal> = None;
    for value in values {
        let text = xml::unescape(xml::trim(value)).trim_start_matches('+').to_owned();
        let number = Decimal::from_str(&text).ok().filter(|_| !text.contains(['e', 'E']))?;
        sum = Some(match sum {
            Some(sum) => sum.checked_add(number)?,
            None => number,
        });
    }
    sum.map(|sum| sum.to_string())
}
