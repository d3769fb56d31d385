//! `mappings/hybrids.table`: what fits together in a hybrid PDF. Its head explains the notation.

use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../mappings/hybrids.table");

/// The table, read once.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(TEXT));

/// What metadata say, and what they may say then.
#[derive(Debug, Default)]
pub(super) struct Table {
    schemas: Vec<Row>,
    levels: Vec<Row>,
}

/// A namespace or a level, and what goes with it.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The namespace or the level.
    pub id: &'static str,
    /// Names of the embedded invoice; none where the level does not say.
    pub files: Vec<&'static str>,
    /// Versions, likewise.
    pub versions: Vec<&'static str>,
    /// The official rule for versions.
    pub rule: Option<&'static str>,
    /// The country within which the level is not for invoices, and the official rule for that.
    pub abroad: Option<(&'static str, &'static str)>,
    /// How the invoice may relate to the document.
    pub relationships: Vec<&'static str>,
}

impl Table {
    fn parse(text: &'static str) -> Table {
        let mut table = Table::default();
        let mut in_levels = false;
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            let rest = rest.trim();
            match word {
                "schema" => table.schemas.push(Row { id: rest, ..Row::default() }),
                "level" => table.levels.push(Row { id: rest, ..Row::default() }),
                _ => {
                    let rows = if in_levels { &mut table.levels } else { &mut table.schemas };
                    if let Some(row) = rows.last_mut() {
                        row.say(word, rest);
                    }
                }
            }
            in_levels |= word == "level";
        }
        table
    }

    /// What goes with a namespace.
    pub(super) fn schema(&self, uri: &str) -> Option<&Row> {
        self.schemas.iter().find(|row| row.id == uri)
    }

    /// What goes with a level. Producers write `BASIC WL`, `BASICWL`, `Basic_WL`.
    pub(super) fn level(&self, name: &str) -> Option<&Row> {
        self.levels.iter().find(|row| squeezed(row.id) == squeezed(name))
    }
}

impl Row {
    fn say(&mut self, word: &str, rest: &'static str) {
        let words = || rest.split_whitespace().collect();
        match word {
            "file" => self.files = words(),
            "version" => self.versions = words(),
            "relationship" => self.relationships = words(),
            "rule" => self.rule = Some(rest),
            "abroad" => self.abroad = rest.split_once(' '),
            _ => {}
        }
    }
}

/// A level without what producers spell in different ways.
pub(super) fn squeezed(level: &str) -> String {
    level.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_something() {
        let known = ["schema", "level", "is", "file", "version", "rule", "relationship", "abroad"];
        for line in TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let word = line.trim().split(' ').next().unwrap();
            assert!(known.contains(&word), "{line}");
        }
        assert!(TABLE.schemas.iter().all(|row| !row.files.is_empty() && !row.versions.is_empty()));
        assert!(TABLE.levels.iter().all(|row| !row.relationships.is_empty()));
    }

    #[test]
    fn levels_are_found_in_any_spelling() {
        for name in ["BASIC WL", "BASICWL", "basic_wl"] {
            assert_eq!(TABLE.level(name).unwrap().id, "BASIC WL");
        }
        assert!(TABLE.level("BASIC-XL").is_none());
    }
}
