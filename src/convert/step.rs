//! Where a conversion goes: which target, kind of document and edition the output has.

use super::Converter;
use super::input::Input;
use super::ledger::Ledger;
use crate::codelist::CodeList;
use crate::error::Error;
use crate::format::Format;
use crate::mapping::Edition;
use crate::target::{Choice, Target, TargetRow};

/// What the output will be.
pub(super) struct Step {
    pub(super) format: &'static str,
    /// `None`: BT-24 stays as it is.
    pub(super) target: Option<TargetRow>,
    pub(super) same_syntax: bool,
    pub(super) kind: usize,
    pub(super) edition: Edition,
}

impl Converter {
    /// Which target, kind of document and edition the output has.
    pub(super) fn step(&self, input: &Input<'_>, ledger: &mut Ledger<'_>) -> Result<Step, Error> {
        let format = self.target.format.syntax();
        let same_syntax = input.origin.syntax == Some(format);
        let targets = &self.tables.targets;
        let stated = input.value("BT-24").unwrap_or_default();
        let without_lines = self.target.format == Format::Ubl && !input.has_group("BG-25");
        let target = match &self.target.name {
            _ if without_lines => {
                ledger.no_lines();
                None
            }
            Some(_) if self.target.is_same() => None,
            Some(name) => {
                Target::of(name, targets)?;
                self.target.row(targets).cloned()
            }
            None => self.default_target(input, &stated, same_syntax, ledger),
        };
        let kind = match self.target.format {
            Format::Ubl => ubl_kind(input, same_syntax, ledger),
            _ => 0,
        };
        let older = target.as_ref().is_some_and(|target| target.older_edition);
        let edition = self.edition.unwrap_or(if older { Edition::D16B } else { Edition::D22B });
        Ok(Step { format, target, same_syntax, kind, edition })
    }

    fn default_target(
        &self,
        input: &Input<'_>,
        stated: &str,
        same_syntax: bool,
        ledger: &mut Ledger<'_>,
    ) -> Option<TargetRow> {
        let (targets, format) = (&self.tables.targets, self.target.format.syntax());
        let mut choice = targets.default_for(stated.trim(), self.target.format.name())?;
        let mut foreign = false;
        loop {
            match choice {
                Choice::SameOr(_) if same_syntax => return None,
                Choice::SameOr(inner) => {
                    choice = inner;
                    foreign = true;
                }
                Choice::Same => return None,
                Choice::Refuse => {
                    ledger.no_default_target(input, stated, format);
                    return None;
                }
                Choice::Target(name) => {
                    let target = targets.find(name).cloned();
                    if let (true, Some(target)) = (foreign, &target) {
                        ledger.foreign_profile(input, stated, (&target.title, &target.specification));
                    }
                    return target;
                }
            }
        }
    }
}

/// UBL has two roots. Within UBL the source's stays; otherwise it follows the type code (BT-3).
fn ubl_kind(input: &Input<'_>, same_syntax: bool, ledger: &mut Ledger<'_>) -> usize {
    let code = input.value("BT-3").unwrap_or_default();
    let code = code.trim();
    let list = CodeList::named("untdid-1001");
    let is_in = |section: &str| list.is_some_and(|list| list.contains_in(section, code));
    let (invoice, credit_note) = (is_in("invoice"), is_in("creditnote"));
    if same_syntax {
        let kind = input.origin.kind;
        let fits = if kind == 0 { invoice } else { credit_note };
        if !fits {
            ledger.root_against_type(input, &kind_name("ubl", kind, None), code);
        }
        return kind;
    }
    if !invoice && !credit_note {
        ledger.unknown_type(input, code);
    }
    usize::from(credit_note)
}

pub(super) fn kind_name(format: &str, kind: usize, edition: Option<Edition>) -> String {
    match (format, kind, edition) {
        ("ubl", 0, _) => "UBL Invoice".to_owned(),
        ("ubl", _, _) => "UBL CreditNote".to_owned(),
        ("cii", _, Some(edition)) => format!("CII {edition}"),
        ("cii", _, None) => "CII".to_owned(),
        ("zugferd1", _, _) => "ZUGFeRD 1.0".to_owned(),
        _ => "JSON".to_owned(),
    }
}
