//! `mappings/targets.table`, read once.

use std::sync::{Arc, LazyLock};

use crate::finding::{self, Finding};
use crate::place::Place;

/// What an output says in BT-23.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Business {
    /// Whatever the source says.
    #[default]
    Any,
    /// What the source says, or this.
    Required(String),
    /// What the source says if it is one of these, else the default.
    OneOf(Vec<String>, String),
}

/// A target of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetRow {
    /// `ubl/xrechnung`
    pub(crate) name: String,
    /// What people call it.
    pub(crate) title: String,
    /// BT-24.
    pub(crate) specification: String,
    pub(crate) business: Business,
    /// CII D16B rather than D22B.
    pub(crate) older_edition: bool,
    /// One note only, unless both parties are German.
    pub(crate) one_note: bool,
}

/// What becomes of a source by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// BT-24 stays as it is.
    Same,
    /// Not without being asked for.
    Refuse,
    Target(String),
    /// Kept within the syntax, otherwise the inner choice.
    SameOr(Box<Choice>),
}

/// A step of every conversion into another syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Fill { term: String, from: String },
    Drop { group: String, left: String, right: String },
    Spread { term: String },
    Split { group: String },
    Note { term: String },
    Number { term: String },
}

#[derive(Debug, Clone)]
struct SourceRow {
    id: String,
    choices: Vec<(String, Choice)>,
}

/// The whole table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Targets {
    targets: Vec<TargetRow>,
    sources: Vec<SourceRow>,
    changes: Vec<(String, Change)>,
}

const FILE: &str = "mappings/targets.table";
/// The text of the built-in table.
const TEXT: &str = include_str!("../../mappings/targets.table");

static STANDARD: LazyLock<Arc<Targets>> = LazyLock::new(|| {
    let (targets, problems) = Targets::parse(TEXT, FILE);
    debug_assert!(problems.is_empty(), "a test holds that the built-in table can be read: {problems:?}");
    Arc::new(targets)
});

impl Targets {
    pub(crate) fn standard() -> &'static Arc<Targets> {
        &STANDARD
    }

    /// Reads the table; lines that cannot be read are left out and reported.
    pub(crate) fn parse(text: &str, file: &str) -> (Targets, Vec<Finding>) {
        let mut targets = Targets::default();
        let mut problems = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let content = line.split(" # ").next().unwrap_or_default().trim_end();
            if content.trim().is_empty() || content.starts_with('#') {
                continue;
            }
            if targets.line(content).is_none() {
                let column = content.len() - content.trim_start().len() + 1;
                problems.push(
                    Finding::new(finding::TABLE_SYNTAX, "a line of the targets cannot be read")
                        .at(Place::at(file, index as u32 + 1, column as u32))
                        .found(content.trim()),
                );
            }
        }
        (targets, problems)
    }

    fn line(&mut self, content: &str) -> Option<()> {
        let words: Vec<&str> = content.split_whitespace().collect();
        match (content.starts_with(' '), words.as_slice()) {
            (true, words) => self.detail(words),
            (false, ["target", name, "BT-24", specification]) => {
                self.targets.push(TargetRow {
                    name: (*name).to_owned(),
                    title: (*name).to_owned(),
                    specification: (*specification).to_owned(),
                    business: Business::Any,
                    older_edition: false,
                    one_note: false,
                });
                Some(())
            }
            (false, ["from", id, rest @ ..]) => {
                self.sources.push(SourceRow { id: (*id).to_owned(), choices: choices(rest)? });
                Some(())
            }
            (false, ["change", format, rest @ ..]) => {
                self.changes.push(((*format).to_owned(), change(rest)?));
                Some(())
            }
            _ => None,
        }
    }

    fn detail(&mut self, words: &[&str]) -> Option<()> {
        let target = self.targets.last_mut()?;
        match words {
            ["name", rest @ ..] => target.title = rest.join(" "),
            ["edition", "D16B"] => target.older_edition = true,
            ["BT-23", "any"] => target.business = Business::Any,
            ["BT-23", "required", value] => target.business = Business::Required((*value).to_owned()),
            ["BT-23", "one", "of", values @ .., "else", default] => {
                let values = values.iter().map(|value| (*value).to_owned()).collect();
                target.business = Business::OneOf(values, (*default).to_owned());
            }
            ["notes", "one"] => target.one_note = true,
            _ => return None,
        }
        Some(())
    }

    /// A target by name.
    pub(crate) fn find(&self, name: &str) -> Option<&TargetRow> {
        self.targets.iter().find(|target| target.name == name)
    }

    /// The target of a format that states this BT-24.
    pub(crate) fn by_specification(&self, format: &str, specification: &str) -> Option<&TargetRow> {
        self.targets
            .iter()
            .find(|target| target.specification == specification && target.name.split('/').next() == Some(format))
    }

    /// All names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.targets.iter().map(|target| target.name.as_str())
    }

    /// What becomes by default of a source with this BT-24 in a format.
    pub(crate) fn default_for(&self, specification: &str, format: &str) -> Option<&Choice> {
        let source = self.sources.iter().find(|source| fits(&source.id, specification))?;
        source.choices.iter().find(|(known, _)| known == format).map(|(_, choice)| choice)
    }

    /// The steps of a conversion into a format.
    pub(crate) fn changes(&self, format: &str) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |(known, _)| known == "all" || known == format).map(|(_, change)| change)
    }
}

/// `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut rest = rest;
    let mut open = false;
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
        open = part.is_empty();
    }
    rest.is_empty() || open
}

fn choices<'w>(mut words: &'w [&'w str]) -> Option<Vec<(String, Choice)>> {
    let mut choices = Vec::new();
    while let [format, rest @ ..] = words {
        let (choice, rest) = choice(rest)?;
        choices.push(((*format).to_owned(), choice));
        words = rest;
    }
    Some(choices)
}

fn choice<'w>(words: &'w [&'w str]) -> Option<(Choice, &'w [&'w str])> {
    match words {
        ["same", rest @ ..] => Some((Choice::Same, rest)),
        ["refuse", rest @ ..] => Some((Choice::Refuse, rest)),
        ["same-or", rest @ ..] => {
            let (inner, rest) = choice(rest)?;
            Some((Choice::SameOr(Box::new(inner)), rest))
        }
        [name, rest @ ..] => Some((Choice::Target((*name).to_owned()), rest)),
        [] => None,
    }
}

fn change(words: &[&str]) -> Option<Change> {
    let owned = |word: &&str| (*word).to_owned();
    Some(match words {
        ["fill", term, "from", from] => Change::Fill { term: owned(term), from: owned(from) },
        ["drop", group, "if", left, "=", right] => {
            Change::Drop { group: owned(group), left: owned(left), right: owned(right) }
        }
        ["spread", term] => Change::Spread { term: owned(term) },
        ["note", term] => Change::Note { term: owned(term) },
        ["number", term] => Change::Number { term: owned(term) },
        ["split", group] => Change::Split { group: owned(group) },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_can_be_read() {
        let (targets, problems) = Targets::parse(TEXT, FILE);
        assert_eq!(problems, []);
        for source in &targets.sources {
            for (_, choice) in &source.choices {
                let mut choice = choice;
                while let Choice::SameOr(inner) = choice {
                    choice = inner;
                }
                if let Choice::Target(name) = choice {
                    assert!(targets.find(name).is_some(), "{name}");
                }
            }
        }
    }

    #[test]
    fn every_target_is_recognised_as_its_own_source() {
        let targets = Targets::standard();
        for target in &targets.targets {
            let format = target.name.split('/').next().unwrap();
            let choice = targets.default_for(&target.specification, format).unwrap();
            assert!(
                matches!(choice, Choice::Target(name) if *name == target.name) || matches!(choice, Choice::SameOr(_)),
                "{} goes to {choice:?}",
                target.name
            );
        }
    }

    #[test]
    fn stars_stand_for_any_text() {
        assert!(fits("a*", "a"));
        assert!(fits("a*c*", "abcd"));
        assert!(!fits("a", "ab"));
        assert!(!fits("a*c", "abd"));
        assert!(fits("*", ""));
    }
}
