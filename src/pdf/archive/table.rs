//! `schemas/pdfa3.table`: what PDF/A-3 demands, restated. Its head explains the notation.

use std::collections::HashMap;
use std::sync::LazyLock;

use lopdf::Object;

use super::Remedy;

const TEXT: &str = include_str!("../../../schemas/pdfa3.table");

/// The table, read once.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(TEXT));

/// All demands.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// What each role demands.
    roles: HashMap<&'static str, Role>,
    /// Demands that need more than one key, by clause.
    checks: HashMap<&'static str, Demand>,
}

/// What the objects of a role have and must not have.
#[derive(Debug, Default)]
pub(super) struct Role {
    /// Keys whose values play a role.
    pub links: Vec<Link>,
    /// Demands on keys.
    pub rows: Vec<Row>,
}

/// A key whose value plays a role.
#[derive(Debug)]
pub(super) struct Link {
    /// The key; empty for all keys.
    pub key: &'static [u8],
    /// What of its value plays the role.
    pub part: Part,
    /// The role.
    pub role: &'static str,
}

/// What of a value plays a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The value.
    Whole,
    /// The items of an array.
    Items,
    /// The values of a dictionary.
    Values,
}

/// A demand on a key.
#[derive(Debug)]
pub(super) struct Row {
    /// The key.
    pub key: &'static [u8],
    /// When the demand is not met.
    pub condition: Condition,
    /// What is done then.
    pub cure: Cure,
    /// The demand.
    pub demand: Demand,
}

/// When a demand on a key is not met.
#[derive(Debug)]
pub(super) enum Condition {
    /// The key is there.
    Any,
    /// The key is not there.
    Absent,
    /// It has one of these values.
    Is(Vec<&'static str>),
    /// It has another value.
    Not(Vec<&'static str>),
    /// It has another value or none.
    Unless(Vec<&'static str>),
}

impl Condition {
    /// Whether a value, or none, falls short of the demand.
    pub(super) fn falls_short(&self, value: Option<&Object>) -> bool {
        match self {
            Condition::Any => value.is_some(),
            Condition::Absent => value.is_none(),
            Condition::Is(words) => value.is_some_and(|value| is_one_of(value, words)),
            Condition::Not(words) => value.is_some_and(|value| !is_one_of(value, words)),
            Condition::Unless(words) => !value.is_some_and(|value| is_one_of(value, words)),
        }
    }
}

/// What is done about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// It is removed.
    Drop,
    /// It is set to a word of the table.
    Set(&'static str),
    /// The object that has it is removed where it is named.
    Unlink,
    /// Nothing here.
    Nothing,
}

/// What is demanded, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Demand {
    /// Clause and number of its test.
    pub clause: &'static str,
    /// What can be done.
    pub remedy: Remedy,
    /// What the PDF has, if it falls short.
    pub words: &'static str,
}

impl Table {
    /// The demands on a role.
    pub(super) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(name)
    }

    /// A demand by its clause.
    pub(super) fn check(&self, clause: &'static str) -> Demand {
        let unknown = Demand { clause, remedy: Remedy::None, words: clause };
        self.checks.get(clause).copied().unwrap_or(unknown)
    }

    /// Reads the rows. A test holds that each can be read: there is nobody to tell here.
    fn parse(text: &'static str) -> Table {
        let mut table = Table::default();
        let mut section = "";
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if !line.starts_with(' ') {
                section = line.strip_prefix("role ").unwrap_or_default().trim();
                if !section.is_empty() {
                    table.roles.entry(section).or_default();
                }
                continue;
            }
            match table.roles.get_mut(section) {
                Some(role) => role.row(line),
                None => table.checks.extend(check(line).map(|demand| (demand.clause, demand))),
            }
        }
        table
    }
}

impl Role {
    fn row(&mut self, line: &'static str) {
        if let Some((key, role)) = line.split_once("->") {
            self.links.push(link(key.trim(), role.trim()));
        } else {
            self.rows.extend(row(line));
        }
    }
}

fn link(key: &'static str, role: &'static str) -> Link {
    let (key, part) = match (key.strip_suffix('*'), key.strip_suffix("[]")) {
        (Some(key), _) => (key.trim_end_matches('/'), Part::Values),
        (_, Some(key)) => (key, Part::Items),
        _ => (key, Part::Whole),
    };
    Link { key: key.as_bytes(), part, role }
}

/// `KEY  CONDITION  REMEDY  CLAUSE  WORDS`, two or more blanks apart.
fn row(line: &'static str) -> Option<Row> {
    let columns: Vec<&'static str> = line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
    let [key, condition, remedy, clause, words] = columns[..] else { return None };
    let (cure, remedy) = cure(remedy)?;
    let demand = Demand { clause, remedy, words };
    Some(Row { key: key.as_bytes(), condition: parse_condition(condition)?, cure, demand })
}

fn check(line: &'static str) -> Option<Demand> {
    let columns: Vec<&'static str> = line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
    let [clause, remedy, words] = columns[..] else { return None };
    Some(Demand { clause, remedy: cure(remedy)?.1, words })
}

fn parse_condition(text: &'static str) -> Option<Condition> {
    let (word, values) = text.split_once(' ').unwrap_or((text, ""));
    let values = || values.split_whitespace().collect();
    Some(match word {
        "any" => Condition::Any,
        "absent" => Condition::Absent,
        "is" => Condition::Is(values()),
        "not" => Condition::Not(values()),
        "unless" => Condition::Unless(values()),
        _ => return None,
    })
}

fn cure(text: &'static str) -> Option<(Cure, Remedy)> {
    Some(match text.split_once(' ') {
        Some(("set", value)) => (Cure::Set(value), Remedy::Mending),
        None if text == "drop" => (Cure::Drop, Remedy::Mending),
        None if text == "unlink" => (Cure::Unlink, Remedy::Mending),
        None if text == "mend" => (Cure::Nothing, Remedy::Mending),
        None if text == "writing" => (Cure::Nothing, Remedy::Writing),
        None if text == "none" => (Cure::Nothing, Remedy::None),
        None if text == "refuse" => (Cure::Nothing, Remedy::Refused),
        _ => return None,
    })
}

/// Whether a value is one of the words: a name, a truth value or a number.
fn is_one_of(value: &Object, words: &[&str]) -> bool {
    match value {
        Object::Name(name) => words.iter().any(|word| word.as_bytes() == name),
        Object::Boolean(truth) => words.iter().any(|word| word.parse() == Ok(*truth)),
        Object::Integer(number) => words.iter().any(|word| word.parse() == Ok(*number)),
        _ => false,
    }
}

/// A word of the table as a value.
pub(super) fn value(word: &str) -> Object {
    match (word.parse::<bool>(), word.parse::<i64>()) {
        (Ok(truth), _) => truth.into(),
        (_, Ok(number)) => number.into(),
        _ => Object::Name(word.as_bytes().to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        let mut section = "";
        for line in TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix("  ") {
                None => section = line,
                Some(line) if section == "check" => assert!(check(line).is_some(), "{line}"),
                Some(line) => assert!(line.contains("->") || row(line).is_some(), "{line}"),
            }
        }
    }

    #[test]
    fn every_role_that_is_named_is_there() {
        for role in TABLE.roles.values() {
            for link in &role.links {
                assert!(TABLE.role(link.role).is_some(), "{}", link.role);
            }
        }
    }

    #[test]
    fn conditions_look_at_values() {
        let name = Object::Name(b"URI".to_vec());
        assert!(!Condition::Unless(vec!["GoTo", "URI"]).falls_short(Some(&name)));
        assert!(Condition::Unless(vec!["GoTo"]).falls_short(None));
        assert!(!Condition::Not(vec!["GoTo"]).falls_short(None));
        assert!(Condition::Is(vec!["true"]).falls_short(Some(&true.into())));
        assert!(Condition::Is(vec!["1", "5"]).falls_short(Some(&5.into())));
    }
}
