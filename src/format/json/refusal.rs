//! Why a JSON text is refused: what serde_json says of it, said as everything else is.

use serde_json::error::Category;

use super::path;
use crate::finding::{Finding, JSON_SHAPE};
use crate::format::detect::{has_no_field_of_ours, of_another_kind};
use crate::place::Place;

/// What serde_json says of a text that is no JSON, and what would have been right there.
const EXPECTED: &[(&str, &str)] = &[
    ("EOF while parsing a list", "a value or `]`"),
    ("EOF while parsing an object", "a field or `}`"),
    ("EOF while parsing a string", "a quotation mark at the end of the text"),
    ("EOF while parsing a value", "a value"),
    ("expected `:`", "`:` behind the name of a field"),
    ("expected `,` or `]`", "`,` or `]`"),
    ("expected `,` or `}`", "`,` or `}`"),
    ("expected ident", "true, false or null"),
    ("expected value", "a value"),
    ("expected `\"`", "a quotation mark"),
    ("invalid escape", "an escape such as `\\n` or `\\u00e4`"),
    ("invalid number", "a number"),
    ("control character", "an escape such as `\\n` or `\\t` for a control character"),
    ("key must be a string", "the name of a field in quotation marks"),
    ("invalid unicode code point", "the escape of a character"),
    ("lone leading surrogate", "two escapes that make one character"),
    (
        "unexpected end of hex escape",
        "four hexadecimal digits behind `\\u`, and a second escape where one alone is half a character",
    ),
    ("trailing comma", "no comma behind the last value"),
    ("trailing characters", "nothing behind the invoice"),
    ("recursion limit exceeded", "fewer objects and lists inside each other"),
];

/// What serde_json says, in words of ours, with the place and the path in the JSON.
pub(super) fn of(text: &str, error: &serde_json::Error) -> Finding {
    let end = read_until(text, error.line(), error.column());
    let message = error.to_string();
    let said = message.rsplit_once(" at line ").map_or(message.as_str(), |(said, _)| said);
    if error.classify() != Category::Data {
        return of_syntax(text, end, said);
    }
    let mut names = said.split('`').skip(1).step_by(2);
    match (said.split(" `").next(), names.next()) {
        (Some("unknown field"), Some(field)) => {
            let finding = Finding::new(JSON_SHAPE, "a field does not exist").at(place_of_key(text, end, field));
            let finding = with_suggestion(finding.found(field), field, names);
            // A text that begins with what no invoice has is not meant to be one.
            let is_first = text.split('"').nth(1) == Some(field);
            if is_first && finding.help.is_none() && has_no_field_of_ours(text) { of_another_kind() } else { finding }
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

/// What was met at the end of what was read, and what would have been right.
fn of_syntax(text: &str, end: usize, said: &str) -> Finding {
    let expected = EXPECTED.iter().find(|(theirs, _)| said.starts_with(theirs)).map(|(_, ours)| (*ours).to_owned());
    let mut finding = match said.starts_with("EOF") {
        true => Finding::new(JSON_SHAPE, "the JSON ends too early").at(place(text, end)),
        false => {
            let met = text.get(..end).and_then(|read| read.chars().next_back()).unwrap_or_default();
            let at = place(text, end.saturating_sub(met.len_utf8()));
            Finding::new(JSON_SHAPE, "the JSON is not well-formed").at(at).found(met)
        }
    };
    finding.expected = expected;
    finding
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
    let finding = Finding::new(JSON_SHAPE, "a value is not of the type of its field").at(place(text, at));
    let met = match (found.split([' ', '`', '"']).next(), literal) {
        (Some("integer" | "floating"), Some(literal)) => format!("the number `{literal}`"),
        (Some("string"), Some(literal)) => format!("the text `{literal}`"),
        (_, Some(literal)) => format!("`{literal}`"),
        (_, None) => kind(found).unwrap_or(found).to_owned(),
    };
    let finding = finding.found(met);
    match kind(expected) {
        Some(expected) => finding.expected(expected),
        None => finding,
    }
}

/// A kind of value, in words of ours.
fn kind(theirs: &str) -> Option<&'static str> {
    match theirs {
        "a string" => Some("text in quotes"),
        "map" => Some("an object"),
        "sequence" | "a sequence" => Some("a list"),
        "null" => Some("null"),
        object if object.starts_with("struct ") => Some("an object"),
        _ => None,
    }
}

/// The one name that differs in no more than two characters, if there is just one.
fn with_suggestion<'n>(finding: Finding, field: &str, names: impl Iterator<Item = &'n str>) -> Finding {
    let mut near = names.filter(|name| distance(field, name) <= 2 && name.len() > 3);
    match (near.next(), near.next()) {
        (Some(name), None) => finding.help(format!("write `{name}`")),
        _ => finding.expected("a field of the invoice, as `einv schema invoice` prints them"),
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

/// The line, column and path of an offset.
pub(super) fn place(text: &str, at: usize) -> Place {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.rsplit('\n').next().unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    let path = path::path_at(text, at);
    Place { line: number as u32, column: line.chars().count() as u32 + 1, path, ..Place::default() }
}
