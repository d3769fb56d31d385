//! The invoice as JSON: the shape of [`Invoice`], values as texts, exactly as written.

use std::sync::Arc;

use serde_json::error::Category;

use super::schema::INVOICE_SCHEMA;
use crate::finding::{Finding, JSON_SHAPE};
use crate::model::{Document, Invoice};
use crate::place::Place;
use crate::term::Terms;

#[cfg(test)]
mod tests;

/// Where schemas of ours stand.
const SCHEMAS: &str = "https://einv.dev/schema/";

/// A document as JSON, its keys in the order of the standard.
pub(crate) fn write(document: &Document) -> Vec<u8> {
    let mut invoice = Invoice::from_document(document);
    invoice.schema = Some(INVOICE_SCHEMA.to_owned());
    // JSON is seldom longer than what it was read from, and a large attachment shall not be copied while it grows.
    let mut bytes = Vec::with_capacity(document.source.len() + document.source.len() / 8);
    let written = serde_json::to_writer_pretty(&mut bytes, &invoice);
    debug_assert!(written.is_ok(), "structs of texts have no way to fail");
    bytes.push(b'\n');
    bytes
}

/// The document that a JSON text states.
pub(crate) fn read(text: &str, terms: Arc<Terms>) -> Result<Document, Vec<Finding>> {
    let invoice: Invoice = serde_json::from_str(text).map_err(|error| vec![refusal(text, &error)])?;
    if let Some(schema) =
        invoice.schema.as_deref().filter(|schema| schema.starts_with(SCHEMAS) && *schema != INVOICE_SCHEMA)
    {
        let finding = Finding::new(JSON_SHAPE, "the JSON follows another schema")
            .at(place(text, text.find(schema).unwrap_or_default()));
        return Err(vec![finding.found(schema).expected(INVOICE_SCHEMA)]);
    }
    invoice.to_document_with(&terms)
}

/// What serde_json says, in words of ours.
fn refusal(text: &str, error: &serde_json::Error) -> Finding {
    let end = read_until(text, error.line(), error.column());
    let message = error.to_string();
    let said = message.rsplit_once(" at line ").map_or(message.as_str(), |(said, _)| said);
    if error.classify() != Category::Data {
        return Finding::new(JSON_SHAPE, format!("the JSON is not well-formed: {said}")).at(place(text, end));
    }
    let mut names = said.split('`').skip(1).step_by(2);
    match (said.split(" `").next(), names.next()) {
        (Some("unknown field"), Some(field)) => {
            let finding = Finding::new(JSON_SHAPE, "a field does not exist").at(place_of_key(text, end, field));
            with_suggestion(finding.found(field), field, names)
        }
        (Some("duplicate field"), Some(field)) => {
            Finding::new(JSON_SHAPE, "a field stands twice").at(place_of_key(text, end, field)).found(field)
        }
        (Some("missing field"), Some(field)) => {
            Finding::new(JSON_SHAPE, "a field is missing").at(place(text, end.saturating_sub(1))).expected(field)
        }
        _ => of_wrong_type(text, end, said),
    }
}

/// From ``invalid type: integer `12`, expected a string``. A list or object is reported before it is read.
fn of_wrong_type(text: &str, end: usize, said: &str) -> Finding {
    let (found, expected) = said.split_once(", expected ").unwrap_or((said, "another value"));
    let found = found.split_once(": ").map_or(found, |(_, found)| found);
    let literal = found.split_once(['`', '"']).map(|(_, literal)| literal.trim_end_matches(['`', '"']));
    let at = match literal {
        Some(literal) => text.get(..end).and_then(|read| read.rfind(literal)).unwrap_or(end.saturating_sub(1)),
        None => end,
    };
    let ours = |theirs| match theirs {
        "a string" => "text in quotes",
        "map" => "an object",
        "sequence" | "a sequence" => "a list",
        object if object.starts_with("struct ") => "an object",
        other => other,
    };
    let finding = Finding::new(JSON_SHAPE, "a value is not of the type of its field").at(place(text, at));
    finding.found(ours(found)).expected(ours(expected))
}

/// The one name that differs in no more than two characters, if there is just one.
fn with_suggestion<'n>(finding: Finding, field: &str, names: impl Iterator<Item = &'n str>) -> Finding {
    let mut near = names.filter(|name| distance(field, name) <= 2 && name.len() > 3);
    match (near.next(), near.next()) {
        (Some(name), None) => finding.help(format!("write `{name}`")),
        _ => finding,
    }
}

/// How many characters must be put in, taken out or changed.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (above, from) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], above + 1);
        for (at, to) in right.chars().enumerate() {
            let changed = diagonal + usize::from(from != to);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[right.chars().count()]
}

/// The place of the key that was read last.
fn place_of_key(text: &str, end: usize, key: &str) -> Place {
    let before = text.get(..end).unwrap_or(text);
    place(text, before.rfind(&format!("\"{key}\"")).unwrap_or(before.len()))
}

/// How much of a text was read, from the line and the number of bytes read in it.
fn read_until(text: &str, line: usize, bytes: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + bytes).min(text.len())
}

/// The line and column of an offset.
fn place(text: &str, at: usize) -> Place {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.rsplit('\n').next().unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    Place { line: number as u32, column: line.chars().count() as u32 + 1, ..Place::default() }
}
