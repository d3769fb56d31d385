//! What there is to choose from, for people and programs.

use serde::Serialize;

use super::demand::What;
use super::table::{Business, TargetRow, Targets};
use crate::term::{TermId, Terms};

/// A target as `einv profiles` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Profile {
    /// Name of the target: format and profile, such as `ubl/xrechnung`.
    pub target: String,
    /// Format: `ubl` or `cii`.
    pub format: String,
    /// What `--profile` takes.
    pub profile: String,
    /// What people call it.
    pub name: String,
    /// BT-24 of the output.
    pub specification: String,
    /// Edition of the syntax, where there are several: `D16B` or `D22B`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// BT-23 where the source has none, or none that the target allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Name of the invoice in a hybrid PDF, if `facturx` has this target, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What the metadata of a hybrid PDF call the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// How the invoice relates to the pages of a hybrid PDF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
    /// Terms that the target requires in every invoice, beyond those of EN 16931.
    pub requires: Vec<String>,
    /// Terms and groups of EN 16931 that it has no place for; of a group, nothing in it.
    pub without: Vec<String>,
}

impl Profile {
    fn of(row: &TargetRow, targets: &Targets) -> Profile {
        let process = match &row.business {
            Business::Any => None,
            Business::Required(value) | Business::OneOf(_, value) => Some(value.clone()),
        };
        let usual = || targets.names_of(None).map(|names| names.file.clone());
        let edition = if row.older_edition { "D16B" } else { "D22B" };
        Profile {
            target: row.name.clone(),
            format: row.format().to_owned(),
            profile: row.profile().to_owned(),
            name: row.title.clone(),
            specification: row.specification.clone(),
            edition: (row.format() == "cii").then(|| edition.to_owned()),
            process,
            file: row.hybrid.as_ref().and_then(|hybrid| hybrid.file.clone().or_else(usual)),
            level: row.level().map(str::to_owned),
            relationship: row.hybrid.as_ref().map(|hybrid| hybrid.relationship.clone()),
            requires: requires(row, targets),
            without: without(row),
        }
    }
}

/// What is asked for without a condition; rules of the standard itself (`BR-…` without a country) aside.
fn requires(row: &TargetRow, targets: &Targets) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for demand in targets.own_demands(row).filter(|demand| demand.when.is_empty()) {
        let text = match &demand.what {
            What::Present(ids) => ids.join(" or "),
            What::Value(term, value) => format!("{term} = {value}"),
            What::Allowed(..) | What::Dropped(_) | What::Refused(_) => continue,
        };
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// What it has no place for; of a group that it does not have, the group alone.
fn without(row: &TargetRow) -> Vec<String> {
    let terms = Terms::standard();
    let is_out = |id: TermId| row.without.iter().any(|out| out == terms.get(id).id());
    let is_inside = |id: &String| {
        let parent = terms.find(id).and_then(|id| terms.get(id).parent());
        parent.is_some_and(is_out)
    };
    row.without.iter().filter(|id| !is_inside(id)).cloned().collect()
}

impl Targets {
    /// All targets, as they are shown.
    pub(crate) fn profiles(&self) -> Vec<Profile> {
        self.iter().map(|row| Profile::of(row, self)).collect()
    }
}
