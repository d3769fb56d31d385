//! Targets: what an output states about itself, as data, and the one step that changes content for it.

mod lines;
mod normalise;
mod notes;
mod table;

pub(crate) use normalise::{Outcome, Subject, Wish, normalise};
pub(crate) use table::{Choice, TargetRow, Targets};

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

    /// A target by its name in the table, such as `ubl/xrechnung`, or a format by its name.
    ///
    /// # Errors
    /// If the table has no target of this name: the finding lists those it has.
    pub fn named(name: &str) -> Result<Target, Error> {
        if let Ok(format) = name.parse::<Format>() {
            return Ok(Target::for_format(format));
        }
        let targets = Targets::standard();
        let format = name.split('/').next().and_then(|format| format.parse::<Format>().ok());
        match (format, targets.find(name)) {
            (Some(format), Some(_)) => Ok(Target { format, name: Some(name.to_owned()) }),
            _ => {
                let finding = Finding::new(finding::ARGUMENTS, "no such target")
                    .found(name)
                    .expected(targets.names().collect::<Vec<_>>().join(", "));
                Err(Error::new(ErrorKind::Usage, vec![finding]))
            }
        }
    }

    /// The format of the output.
    pub fn format(&self) -> Format {
        self.format
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.format),
        }
    }
}
