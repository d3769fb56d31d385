//! Targets: what an output states about itself, as data, and the one step that changes content for it.

mod demand;
mod hybrid;
mod lines;
mod mask;
mod normalise;
mod notes;
mod overrides;
mod parse;
mod profile;
mod profiles;
mod table;

pub(crate) use hybrid::NamesRow;
pub(crate) use normalise::{Outcome, Subject, Wish, normalise};
pub(crate) use overrides::{Override, apply};
pub use profile::Profile;
pub(crate) use profiles::TEXT as PROFILES;
pub(crate) use table::{Choice, TEXT as TARGETS, TargetRow, Targets};

use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::finding::{self, Finding};
use crate::format::Format;

/// Where a conversion goes: a format, and the profile that the output follows.
///
/// A `Target` is a value out of `mappings/targets.table`, so a pair that does not exist cannot be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub(crate) format: Format,
    pub(crate) name: Option<String>,
}

impl Target {
    /// A format, with the profile that fits the source: XRechnung stays XRechnung, Peppol stays Peppol, and so on.
    pub fn for_format(format: Format) -> Target {
        Target { format, name: None }
    }

    /// A target by its name in the table, such as `ubl/xrechnung`, or a format by its name. `ubl/same` and `cii/same`
    /// keep what the source states in BT-24.
    ///
    /// # Errors
    /// If the table has no target of this name: the finding lists those it has.
    pub fn named(name: &str) -> Result<Target, Error> {
        Target::of(name, Targets::standard())
    }

    pub(crate) fn of(name: &str, targets: &Targets) -> Result<Target, Error> {
        if let Ok(format) = name.parse::<Format>() {
            return Ok(Target::for_format(format));
        }
        let (format, profile) = name.split_once('/').unwrap_or((name, ""));
        let format = format.parse::<Format>().ok().filter(|format| *format != Format::Json);
        let is_known = |format: &Format| profile == SAME || hybrid::row(*format, profile, targets).is_some();
        match format.filter(is_known) {
            Some(format) => Ok(Target { format, name: Some(format!("{}/{profile}", format.name())) }),
            None => Err(unknown(name, format, targets)),
        }
    }

    /// The format of the output.
    pub fn format(&self) -> Format {
        self.format
    }

    /// True if BT-24 stays as the source has it.
    pub(crate) fn is_same(&self) -> bool {
        self.name.as_deref().and_then(|name| name.split_once('/')).is_some_and(|(_, profile)| profile == SAME)
    }
}

/// The profile of a target that keeps what the source states.
const SAME: &str = "same";

fn unknown(name: &str, format: Option<Format>, targets: &Targets) -> Error {
    let formats = format.map_or_else(|| vec![Format::Ubl, Format::Cii, Format::FacturX], |format| vec![format]);
    let of_format = |format: Format| {
        let is_of = move |row: &&TargetRow| row.format() == format.syntax() && hybrid::takes(format, row);
        let rows = targets.iter().filter(is_of);
        rows.map(move |row| format!("{format}/{}", row.profile()))
    };
    let names: Vec<String> = formats.into_iter().flat_map(of_format).collect();
    let finding = Finding::new(finding::ARGUMENTS, "no such target").found(name).expected(names.join(", "));
    Error::new(ErrorKind::Usage, vec![finding])
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.format),
        }
    }
}
