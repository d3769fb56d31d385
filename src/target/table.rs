//! `mappings/targets.table`: what each target says of itself and asks for, as data.

use std::sync::{Arc, LazyLock};

use super::demand::Demand;
use super::hybrid::{HybridRow, NamesRow};
use super::profiles;
use crate::finding::Finding;
use crate::format::{Format, fits};
use crate::term::Terms;

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
#[derive(Debug, Clone, Default)]
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
    /// The buyer sends it (self-billing), so its envelope goes from buyer to seller.
    pub(crate) sent_by_buyer: bool,
    /// What a PDF with it says of it, if it can stand in one.
    pub(crate) hybrid: Option<HybridRow>,
    /// Codes beside terms that are not those of the mapping table: term, code.
    pub(crate) codes: Vec<(String, String)>,
    /// Terms and groups that it has no place for.
    pub(crate) without: Vec<String>,
    /// Rules that it takes over, by name.
    pub(crate) follows: Vec<String>,
    /// Rules of its own.
    pub(crate) demands: Vec<Demand>,
}

impl TargetRow {
    /// `ubl` of `ubl/xrechnung`.
    pub(crate) fn format(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// `xrechnung` of `ubl/xrechnung`.
    pub(crate) fn profile(&self) -> &str {
        self.name.split_once('/').map_or("", |(_, profile)| profile)
    }
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
pub(super) struct SourceRow {
    pub(super) id: String,
    pub(super) choices: Vec<(String, Choice)>,
}

/// The whole table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Targets {
    pub(super) targets: Vec<TargetRow>,
    pub(super) sources: Vec<SourceRow>,
    pub(super) changes: Vec<(String, Change)>,
    /// Rules by name, for the targets that follow them.
    pub(super) rules: Vec<(String, Vec<Demand>)>,
    /// What people call a specification that is no target, by BT-24.
    pub(super) known: Vec<(String, String)>,
    /// How hybrid PDFs name what is in them.
    pub(super) names: Vec<NamesRow>,
}

/// Rules of the standard itself have names that begin so.
const STANDARD_RULES: &str = "en16931";

/// The name of the built-in table in messages.
pub(crate) const FILE: &str = "mappings/targets.table";
/// The text of the built-in table.
pub(crate) const TEXT: &str = include_str!("../../mappings/targets.table");

static STANDARD: LazyLock<Arc<Targets>> = LazyLock::new(|| {
    let (targets, problems) = Targets::default().extended(TEXT, FILE, Terms::standard());
    debug_assert!(problems.is_empty(), "a test holds that the built-in table can be read: {problems:?}");
    Arc::new(targets)
});

impl Targets {
    pub(crate) fn standard() -> &'static Arc<Targets> {
        &STANDARD
    }

    /// These targets and those of another table, which come first; lines that cannot be read are left out and told.
    pub(crate) fn extended(&self, text: &str, file: &str, terms: &Terms) -> (Targets, Vec<Finding>) {
        let (mut more, lines, mut problems) = super::parse::parse(text, file, terms);
        more.targets
            .extend(self.targets.iter().filter(|old| more.find(&old.name).is_none()).cloned().collect::<Vec<_>>());
        let is_new = |name: &str| more.rules.iter().all(|(known, _)| known != name);
        let old: Vec<_> = self.rules.iter().filter(|(name, _)| is_new(name)).cloned().collect();
        more.rules.extend(old);
        more.sources.extend(self.sources.iter().cloned());
        more.known.extend(self.known.iter().cloned());
        more.names.splice(0..0, self.names.iter().cloned());
        more.changes.splice(0..0, self.changes.iter().cloned());
        problems.extend(lines.iter().filter_map(|line| line.problem(&more, file)));
        (more, problems)
    }

    /// A target by name.
    pub(crate) fn find(&self, name: &str) -> Option<&TargetRow> {
        self.targets.iter().find(|target| target.name == name)
    }

    /// All targets, in the order of the table.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &TargetRow> {
        self.targets.iter()
    }

    /// What people call a specification: a target of this format, one of another, or one that is only known.
    pub(crate) fn title(&self, format: &str, specification: &str) -> Option<&str> {
        let stated = specification.trim();
        let exact = || self.targets.iter().filter(|target| target.specification == stated);
        let target = exact().find(|target| target.format() == format).or_else(|| exact().next());
        let known = || self.known.iter().find(|(id, _)| fits(id, stated)).map(|(_, title)| title.as_str());
        target.map(|target| target.title.as_str()).or_else(known)
    }

    /// What becomes by default of a source with this BT-24 in a format.
    pub(crate) fn default_for(&self, specification: &str, format: &str) -> Option<&Choice> {
        let source = self.sources.iter().find(|source| fits(&source.id, specification))?;
        let of = |format: &str| source.choices.iter().find(|(known, _)| known == format).map(|(_, choice)| choice);
        // A hybrid PDF holds CII.
        of(format).or_else(|| of(format.parse::<Format>().ok()?.syntax()))
    }

    /// True if a source with this BT-24 states this target already: its id, or one that only adds to it.
    pub(crate) fn is_stated(&self, stated: &str, target: &TargetRow) -> bool {
        let by_default = || match self.default_for(stated, target.format()) {
            Some(Choice::Target(name)) => *name == target.name,
            _ => false,
        };
        stated == target.specification || (stated.starts_with(&target.specification) && by_default())
    }

    /// The steps of a conversion into a format.
    pub(crate) fn changes(&self, format: &str) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |(known, _)| known == "all" || known == format).map(|(_, change)| change)
    }

    /// Every rule of a target: those it follows, then its own.
    pub(crate) fn demands<'t>(&'t self, target: &'t TargetRow) -> impl Iterator<Item = &'t Demand> {
        let named = move |name: &String| self.rules.iter().find(|(known, _)| known == name).map(|(_, demands)| demands);
        target.follows.iter().filter_map(named).flatten().chain(&target.demands)
    }

    /// The rules of a target beyond those of the standard.
    pub(super) fn own_demands<'t>(&'t self, target: &'t TargetRow) -> impl Iterator<Item = &'t Demand> {
        let own = |name: &&String| !name.starts_with(STANDARD_RULES);
        let named = move |name: &String| self.rules.iter().find(|(known, _)| known == name).map(|(_, demands)| demands);
        target.follows.iter().filter(own).filter_map(named).flatten().chain(&target.demands)
    }

    pub(super) fn has_rules(&self, name: &str) -> bool {
        self.rules.iter().any(|(known, _)| known == name)
    }
}

/// The terms and groups that a column of `mappings/profiles.csv` has no place for.
pub(super) fn without_of(profile: &str) -> Option<Vec<String>> {
    profiles::without(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_can_be_read() {
        let (_, problems) = Targets::default().extended(TEXT, FILE, Terms::standard());
        assert_eq!(problems, []);
    }

    #[test]
    fn every_target_is_recognised_as_its_own_source() {
        let targets = Targets::standard();
        for target in &targets.targets {
            assert!(targets.default_for(&target.specification, target.format()).is_some(), "{}", target.name);
            assert!(targets.is_stated(&target.specification, target), "{}", target.name);
            assert!(targets.title(target.format(), &target.specification).is_some(), "{}", target.name);
        }
    }

    #[test]
    fn an_id_that_adds_to_another_is_not_the_plain_one() {
        let targets = Targets::standard();
        let peppol = targets.find("ubl/peppol").unwrap();
        assert!(targets.is_stated(&format!("{}#conformant#urn:x", peppol.specification), peppol));
        let plain = targets.find("ubl/en16931").unwrap();
        assert!(!targets.is_stated(&peppol.specification, plain));
    }
}
