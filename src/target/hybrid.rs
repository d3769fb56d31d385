//! What the table says of hybrid PDFs: which targets can stand in one, and what the PDF says of them.

use super::demand::{Demand, Values, What};
use super::table::Targets;
use super::{Target, TargetRow};
use crate::format::{Format, profile_level};

/// A target as a file in a PDF; what is not said is that of the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HybridRow {
    /// How the file relates to the pages: `Alternative`, `Data`.
    pub(crate) relationship: String,
    pub(crate) file: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) level: Option<String>,
}

/// How hybrid PDFs name what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NamesRow {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) version: String,
    /// Namespace of the metadata, its prefix, its title.
    pub(crate) schema: (String, String, String),
    /// Name, value and meaning of each statement.
    pub(crate) properties: Vec<(String, String, String)>,
}

impl HybridRow {
    /// `relationship R file NAME version V level TEXT`; the first must be there.
    pub(super) fn of(mut words: &[&str]) -> Option<HybridRow> {
        let mut row = HybridRow::default();
        while let [key, value, rest @ ..] = words {
            let value = (*value).to_owned();
            match *key {
                "relationship" => row.relationship = value,
                "file" => row.file = Some(value),
                "version" => row.version = Some(value),
                "level" => row.level = Some(value),
                _ => return None,
            }
            words = rest;
        }
        (words.is_empty() && !row.relationship.is_empty()).then_some(row)
    }
}

impl NamesRow {
    /// One of the lines below `names`; `None` if it is none.
    pub(super) fn detail(&mut self, words: &[&str]) -> Option<()> {
        let owned = |word: &str| word.to_owned();
        match words {
            ["file", name] => self.file = owned(name),
            ["version", version] => self.version = owned(version),
            ["schema", space, "prefix", prefix, title] => self.schema = (owned(space), owned(prefix), owned(title)),
            ["property", name, "=", value, meaning] => {
                self.properties.push((owned(name), owned(value), owned(meaning)));
            }
            _ => return None,
        }
        Some(())
    }
}

impl TargetRow {
    /// What the metadata of a hybrid PDF call the profile.
    pub(crate) fn level(&self) -> Option<&str> {
        let hybrid = self.hybrid.as_ref()?;
        hybrid.level.as_deref().or_else(|| profile_level(&self.specification))
    }
}

impl Target {
    /// What the table says of this target. A hybrid PDF holds a target of CII.
    pub(crate) fn row<'t>(&self, targets: &'t Targets) -> Option<&'t TargetRow> {
        let (_, profile) = self.name.as_deref()?.split_once('/')?;
        row(self.format, profile, targets)
    }
}

/// The row of a profile in a format.
pub(super) fn row<'t>(format: Format, profile: &str, targets: &'t Targets) -> Option<&'t TargetRow> {
    let row = targets.find(&format!("{}/{profile}", format.syntax()))?;
    takes(format, row).then_some(row)
}

/// Whether a format has room for a target: not every one may stand in a PDF.
pub(super) fn takes(format: Format, row: &TargetRow) -> bool {
    format != Format::FacturX || row.hybrid.is_some()
}

impl Targets {
    /// The target that an invoice in a hybrid PDF states by this BT-24, or one that the metadata of PDFs call the same.
    pub(crate) fn hybrid(&self, specification: &str) -> Option<&TargetRow> {
        let all = || self.iter().filter(|row| row.hybrid.is_some());
        let level = || profile_level(specification);
        all().find(|row| row.specification == specification).or_else(|| all().find(|row| row.level() == level()))
    }

    /// The target of a format that an invoice states by this BT-24.
    pub(crate) fn stated(&self, format: &str, specification: &str) -> Option<&TargetRow> {
        self.iter().find(|row| row.format() == format && row.specification == specification)
    }

    /// Whether a target has a list of values for a term, and this one is in it.
    pub(crate) fn allows(&self, target: &TargetRow, term: &str, value: &str) -> bool {
        self.demands(target).any(|demand| match &demand.what {
            What::Allowed(of, Values::Words(words)) => of == term && words.iter().any(|word| word == value),
            _ => false,
        })
    }

    /// Whether a target has a place for an attached document of this media type.
    pub(crate) fn takes_document(&self, target: &TargetRow, mime: &str) -> bool {
        let is_out = ["BG-24", "BT-125"].iter().any(|id| target.without.iter().any(|out| out == id));
        let drops = |demand: &Demand| {
            let of = matches!(&demand.what, What::Dropped(term) if term == "BT-125");
            let has = |values: &Option<Values>| values.as_ref().is_some_and(|values| values.has(mime));
            of && demand.when.iter().all(|when| when.term == "BT-125-1" && has(&when.values) != when.negated)
        };
        !is_out && !self.demands(target).any(drops)
    }

    /// How hybrid PDFs name things: in this way, or in the usual one.
    pub(crate) fn names_of(&self, name: Option<&str>) -> Option<&NamesRow> {
        self.names.iter().find(|names| name.is_none_or(|name| names.name == name))
    }

    /// The ways to name things.
    pub(crate) fn ways(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|names| names.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_of_a_hybrid_pdf_has_a_level_and_every_name_a_schema() {
        let targets = Targets::standard();
        for row in targets.iter().filter(|row| row.hybrid.is_some()) {
            assert!(row.level().is_some(), "{}", row.name);
            assert_eq!(row.format(), "cii", "{}", row.name);
            let same = targets.hybrid(&row.specification).map(TargetRow::level);
            assert_eq!(same, Some(row.level()), "{}", row.name);
        }
        for names in &targets.names {
            let statements: Vec<&str> = names.properties.iter().map(|(name, ..)| name.as_str()).collect();
            assert_eq!(statements, ["DocumentFileName", "DocumentType", "Version", "ConformanceLevel"]);
            assert!(!names.schema.0.is_empty() && !names.file.is_empty());
        }
    }

    #[test]
    fn old_ids_have_the_level_of_the_new_ones() {
        let targets = Targets::standard();
        let level = |id: &str| targets.hybrid(id).and_then(TargetRow::level);
        assert_eq!(level("urn:zugferd.de:2p0:basicwl"), Some("BASIC WL"));
        assert_eq!(
            level("urn:cen.eu:en16931:2017#compliant#urn:xoev-de:kosit:standard:xrechnung_2.3"),
            Some("XRECHNUNG")
        );
        assert_eq!(level("urn:nobody:knows"), None);
    }
}
