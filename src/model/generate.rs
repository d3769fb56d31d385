//! Writes `invoice.rs` from the table of terms. `EINV_UPDATE=1 cargo test generated` renews the file.

use std::fmt::Write;

use crate::term::{Several, Term, TermId, TermKind, Terms};

/// Structs whose name is not that of the first field they stand in.
const NAMES: &[(&str, &str)] = &[
    ("BG-14", "Period"),
    ("BG-20", "AllowanceOrCharge"),
    ("BG-27", "LineAllowanceOrCharge"),
    ("BG-30", "LineVat"),
    ("BG-32", "ItemAttribute"),
];

const HEAD: &str = "\
// generated from mappings/en16931.terms by src/model/generate.rs; do not edit

//! The invoice for programmers: groups of EN 16931-1 as structs, terms as fields.

use serde::{Deserialize, Serialize};

use super::extra::Extra;
use super::fields::fields;
use super::source::Source;
use super::value::{Binary, Code, Date, Identifier, Number};
";

const ROOT_DOC: &str = "
/// An EN 16931 invoice: what every field means stands in the standard under the id in brackets.
///
/// Values are texts as written, with typed access where it makes sense. Nothing is required here: what is missing is for
/// rules to find.
";

const ROOT_FIRST: &str = "    \
    /// Address of the JSON Schema that a JSON text follows; says nothing about the invoice.
    #[serde(rename = \"$schema\", skip_serializing_if = \"Option::is_none\")]
    pub schema: Option<String>,
    /// The file that it was read from; none of an invoice that is built in code.
    #[serde(skip_serializing_if = \"Option::is_none\")]
    pub source: Option<Source>,
";

const ROOT_LAST: &str = "    \
    /// Values of the standard that have no field: a second payment due date, the VAT of another tax.
    #[serde(default, skip_serializing_if = \"Vec::is_empty\")]
    pub surplus: Vec<Extra>,
    /// Values of extension terms.
    #[serde(default, skip_serializing_if = \"Vec::is_empty\")]
    pub extensions: Vec<Extra>,
";

/// Groups of one shape: one struct.
struct Shape {
    name: String,
    groups: Vec<TermId>,
}

struct Generator<'t> {
    terms: &'t Terms,
    shapes: Vec<Shape>,
}

#[test]
fn generated() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/invoice.rs");
    let text = generate(Terms::standard());
    if std::env::var_os("EINV_UPDATE").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let is_current = std::fs::read_to_string(file).is_ok_and(|present| present == text);
    assert!(is_current, "src/model/invoice.rs is stale, run `EINV_UPDATE=1 cargo test generated`");
}

fn generate(terms: &Terms) -> String {
    let mut generator = Generator { terms, shapes: Vec::new() };
    for group in terms.iter().filter(|&group| terms.get(group).kind().is_group()) {
        let known =
            generator.shapes.iter().position(|shape| signature(terms, shape.groups[0]) == signature(terms, group));
        match known {
            Some(shape) => generator.shapes[shape].groups.push(group),
            None => generator.shapes.push(Shape { name: struct_name(terms.get(group)), groups: vec![group] }),
        }
    }
    let mut text = HEAD.to_owned() + ROOT_DOC;
    generator.structure("Invoice", &[None], &mut text);
    for shape in &generator.shapes {
        let groups: Vec<&Term> = shape.groups.iter().map(|&group| terms.get(group)).collect();
        let _ = write!(text, "\n/// {}.\n", described(&groups));
        let ids: Vec<Option<TermId>> = shape.groups.iter().copied().map(Some).collect();
        generator.structure(&shape.name, &ids, &mut text);
    }
    text
}

impl Generator<'_> {
    /// One struct and the list of its fields.
    fn structure(&self, name: &str, groups: &[Option<TermId>], text: &mut String) {
        let is_root = groups == [None];
        text.push_str("#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]\n");
        text.push_str("#[cfg_attr(feature = \"json\", derive(schemars::JsonSchema))]\n");
        text.push_str("#[serde(deny_unknown_fields)]\n#[non_exhaustive]\n");
        let _ = writeln!(text, "pub struct {name} {{");
        text.push_str(if is_root { ROOT_FIRST } else { "" });
        let children = self.terms.children(groups[0]);
        for (position, &child) in children.iter().enumerate() {
            let twin = |&group: &Option<TermId>| self.terms.get(self.terms.children(group)[position]);
            let same: Vec<&Term> = groups.iter().map(twin).collect();
            self.field(child, &same, text);
        }
        text.push_str(if is_root { ROOT_LAST } else { "" });
        let _ = write!(text, "}}\n\nfields! {{ {name}:\n");
        fill(children.iter().map(|&child| self.terms.get(child).field()), text);
        text.push_str("}\n");
    }

    fn field(&self, id: TermId, same: &[&Term], text: &mut String) {
        let held = self.type_of(id);
        let (around, test, default) = match same[0].repeats() {
            true => ("Vec", "Vec::is_empty", "default, "),
            false => ("Option", "Option::is_none", ""),
        };
        let _ = writeln!(text, "    /// {}{}.", described(same), format_of(same));
        let _ = writeln!(text, "    #[serde({default}skip_serializing_if = \"{test}\")]");
        let _ = writeln!(text, "    pub {}: {around}<{held}>,", same[0].field());
    }

    fn type_of(&self, id: TermId) -> &str {
        match self.terms.get(id).kind() {
            TermKind::Group => {
                let shape = self.shapes.iter().find(|shape| shape.groups.contains(&id));
                shape.map_or("", |shape| &shape.name)
            }
            TermKind::Identifier if !self.terms.sub_terms(id).is_empty() => "Identifier",
            TermKind::Code => "Code",
            TermKind::Date => "Date",
            TermKind::Binary => "Binary",
            kind if kind.is_numeric() => "Number",
            _ => "String",
        }
    }
}

/// Groups with equal signatures are one struct.
fn signature(terms: &Terms, group: TermId) -> Vec<(&str, TermKind, bool, usize)> {
    let part = |&child: &TermId| {
        let term = terms.get(child);
        (term.field(), term.kind(), term.repeats(), terms.sub_terms(child).len())
    };
    terms.children(group).iter().map(part).collect()
}

/// `tax_representative` -> `TaxRepresentative`, `lines` -> `Line`.
fn struct_name(group: &Term) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(id, _)| *id == group.id()) {
        return (*name).to_owned();
    }
    let field = group.field();
    let one = if group.repeats() { field.strip_suffix('s').unwrap_or(field) } else { field };
    one.split('_').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

/// `Address line 1 (BT-35, BT-50, BT-64, BT-75)`: what the official names have in common, and the ids.
fn described(same: &[&Term]) -> String {
    let names: Vec<String> = same.iter().map(|term| official(term)).collect();
    let mut words: Vec<&str> = names[0].split(' ').collect();
    while !words.is_empty() && !names.iter().all(|name| name.ends_with(&words.join(" "))) {
        words.remove(0);
    }
    let name = if words.is_empty() { names.join(", ").to_lowercase() } else { words.join(" ") };
    let ids: Vec<&str> = same.iter().map(|term| term.id()).collect();
    format!("{} ({})", capitalised(&name), ids.join(", "))
}

/// The official name; those of groups are in capital letters.
fn official(term: &Term) -> String {
    match term.kind().is_group() {
        true => capitalised(&term.name().to_lowercase().replace("vat", "VAT")),
        false => term.name().to_owned(),
    }
}

/// How the value is written.
fn format_of(same: &[&Term]) -> String {
    let mut lists: Vec<&str> = same.iter().flat_map(|term| term.lists()).map(String::as_str).collect();
    lists.dedup();
    let format = match same[0].kind() {
        TermKind::Code if !lists.is_empty() => return format!(": a code of {}", lists.join(" or ")),
        TermKind::Code => "a code",
        TermKind::Identifier => "an identifier",
        TermKind::Date => "a date, `YYYY-MM-DD`",
        TermKind::Amount => "an amount, at most two decimals",
        TermKind::UnitPrice => "an amount per unit",
        TermKind::Quantity => "a quantity",
        TermKind::Percentage => "a percentage, `19` for 19 %",
        TermKind::Reference => "the number of a document",
        TermKind::Binary => "a file",
        TermKind::Group if same[0].several() == Several::Keep => "those with one means of payment are one here",
        _ => return String::new(),
    };
    format!(": {format}")
}

/// Words in lines of at most 120 characters.
fn fill<'w>(words: impl Iterator<Item = &'w str>, text: &mut String) {
    let mut line = "   ".to_owned();
    for word in words {
        if line.len() + 1 + word.len() > 120 {
            text.push_str(&line);
            line = "\n   ".to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}
