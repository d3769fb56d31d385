//! `schemas/xmp.table`: the properties that PDF/A knows by itself. Its head explains the notation.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::kind::{Kind, Structure};

const TEXT: &str = include_str!("../../../../schemas/xmp.table");

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(TEXT));

/// The prefixes of what describes other properties; PDF/A demands just these.
const DESCRIBING: [(&str, &str); 5] = [
    ("http://www.aiim.org/pdfa/ns/extension/", "pdfaExtension"),
    ("http://www.aiim.org/pdfa/ns/schema#", "pdfaSchema"),
    ("http://www.aiim.org/pdfa/ns/property#", "pdfaProperty"),
    ("http://www.aiim.org/pdfa/ns/type#", "pdfaType"),
    ("http://www.aiim.org/pdfa/ns/field#", "pdfaField"),
];

#[derive(Debug, Default)]
struct Table {
    prefixes: HashMap<&'static str, &'static str>,
    /// By namespace and name.
    kinds: HashMap<&'static str, HashMap<&'static str, Kind>>,
    types: HashMap<&'static str, Arc<Structure>>,
}

/// The prefix of a namespace that everybody has.
pub(super) fn prefix(space: &str) -> Option<&'static str> {
    let describing = DESCRIBING.iter().find(|(known, _)| *known == space).map(|(_, prefix)| *prefix);
    TABLE.prefixes.get(space).copied().or(describing)
}

/// What the value of a property is, where PDF/A knows it.
pub(super) fn kind(space: &str, name: &str) -> Option<&'static Kind> {
    TABLE.kinds.get(space)?.get(name)
}

/// A structure of the standard.
pub(super) fn structure(name: &str) -> Option<Arc<Structure>> {
    TABLE.types.get(name).cloned()
}

impl Table {
    /// Reads the rows. A test holds that each can be read: there is nobody to tell here.
    fn parse(text: &'static str) -> Table {
        let mut table = Table::default();
        // Properties may have structures that are explained below.
        for wanted in ["type", "space"] {
            table.sections(text, wanted);
        }
        table
    }

    fn sections(&mut self, text: &'static str, wanted: &str) {
        let mut section = None;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if !line.starts_with(' ') {
                section = head(line).filter(|(what, ..)| *what == wanted);
                self.prefixes.extend(section.map(|(_, _, prefix, space)| (space, prefix)));
            } else if let (Some((_, name, _, space)), Some((kind, names))) = (section, self.row(line)) {
                match wanted {
                    "type" => self.explain(name, space, &kind, &names),
                    _ => {
                        self.kinds.entry(space).or_default().extend(names.into_iter().map(|name| (name, kind.clone())))
                    }
                }
            }
        }
    }

    /// `TYPE  NAME …`, two or more blanks apart.
    fn row(&self, line: &'static str) -> Option<(Kind, Vec<&'static str>)> {
        let (kind, names) = line.trim().split_once("  ")?;
        let named = |name: &str, _| self.types.get(name).cloned();
        Some((Kind::of(kind, &named, 0)?, names.split_whitespace().collect()))
    }

    fn explain(&mut self, name: &'static str, space: &'static str, kind: &Kind, fields: &[&str]) {
        let mut structure = Structure { space: space.to_owned(), fields: Vec::new() };
        if let Some(known) = self.types.get(name) {
            structure.fields.clone_from(&known.fields);
        }
        structure.fields.extend(fields.iter().map(|field| ((*field).to_owned(), kind.clone())));
        self.types.insert(name, Arc::new(structure));
    }
}

/// `space PREFIX URI` or `type NAME PREFIX URI`: what it is, name, prefix and namespace.
fn head(line: &'static str) -> Option<(&'static str, &'static str, &'static str, &'static str)> {
    let words: Vec<&'static str> = line.split_whitespace().collect();
    match words[..] {
        ["space", prefix, space] => Some(("space", prefix, prefix, space)),
        ["type", name, prefix, space] => Some(("type", name, prefix, space)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        for line in TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.starts_with(' ') {
                true => assert!(TABLE.row(line).is_some_and(|(_, names)| !names.is_empty()), "{line}"),
                false => assert!(head(line).is_some(), "{line}"),
            }
        }
    }

    #[test]
    fn properties_and_fields_are_known() {
        assert_eq!(kind("http://ns.adobe.com/xap/1.0/", "CreateDate"), Some(&Kind::Date));
        assert!(kind("http://ns.adobe.com/pdf/1.3/", "Trapped").is_none());
        assert_eq!(structure("ResourceEvent").unwrap().fields.len(), 5);
        assert_eq!(prefix("http://ns.adobe.com/xap/1.0/sType/ResourceRef#"), Some("stRef"));
        assert_eq!(prefix("http://www.aiim.org/pdfa/ns/schema#"), Some("pdfaSchema"));
    }
}
