//! What a caller says of a conversion before it begins.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Hybrid, OnLoss, Wrapping, attach};
use crate::error::{Error, ErrorKind};
use crate::finding::Finding;
use crate::format::Format;
use crate::limits::Limits;
use crate::mapping::{Edition, Tables};
use crate::target::{Override, Target};

/// Converts invoices. Built once, used from many threads.
///
/// ```
/// use einv::{Converter, Format, Target};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/cii/en16931/consulting.xml"))?;
/// let converter = Converter::new().to(Target::for_format(Format::Ubl));
/// let conversion = converter.convert(&bytes)?;
/// assert!(conversion.output.is_some(), "{:?}", conversion.report.losses);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Converter {
    pub(super) target: Target,
    pub(super) on_loss: OnLoss,
    pub(super) accepted: BTreeSet<String>,
    pub(super) overrides: Vec<Override>,
    pub(super) edition: Option<Edition>,
    pub(super) envelope: Option<Wrapping>,
    pub(super) hybrid: Hybrid,
    pub(super) attached: Vec<attach::Wanted>,
    pub(super) tables: Arc<Tables>,
    pub(super) hashes: bool,
    pub(super) file: Option<String>,
    pub(super) limits: Limits,
    pub(super) stop: Option<Stop>,
}

/// Asked between the stages of a conversion.
pub(super) type Stop = Arc<dyn Fn() -> Option<Finding> + Send + Sync>;

impl Default for Converter {
    fn default() -> Converter {
        Converter::new()
    }
}

impl Converter {
    /// A converter to UBL that refuses losses, with the built-in tables.
    pub fn new() -> Converter {
        Converter {
            target: Target::for_format(Format::Ubl),
            on_loss: OnLoss::Refuse,
            accepted: BTreeSet::new(),
            overrides: Vec::new(),
            edition: None,
            envelope: None,
            hybrid: Hybrid::default(),
            attached: Vec::new(),
            tables: Arc::clone(Tables::standard()),
            hashes: false,
            file: None,
            limits: Limits::default(),
            stop: None,
        }
    }

    /// Where to convert to.
    pub fn to(mut self, target: Target) -> Converter {
        self.target = target;
        self
    }

    /// What to do about losses.
    pub fn on_loss(mut self, on_loss: OnLoss) -> Converter {
        self.on_loss = on_loss;
        self
    }

    /// Losses that are accepted beforehand, by term (`BT-X-2`) or by path in the source; positions in paths do not count.
    pub fn accept(mut self, losses: impl IntoIterator<Item = String>) -> Converter {
        self.accepted.extend(losses);
        self
    }

    /// Gives a term a value, whatever the source says: `BT-10`, `BT-34-1`, `BG-25[2]/BT-133`; `BG-25[*]/BT-133` means
    /// each line, and one behind the last is a new group. A recorded change. Dates are YYYY-MM-DD.
    ///
    /// A term that does not exist, or a place that the invoice does not have, is an error of the conversion.
    pub fn set(mut self, term: impl Into<String>, value: impl Into<String>) -> Converter {
        self.overrides.push(Override { path: term.into(), value: Some(value.into()) });
        self
    }

    /// Removes a term or a group, named as in [`Converter::set`]. A recorded change.
    pub fn unset(mut self, term: impl Into<String>) -> Converter {
        self.overrides.push(Override { path: term.into(), value: None });
        self
    }

    /// Sends the output in an envelope. JSON has none.
    pub fn wrap(mut self, envelope: Wrapping) -> Converter {
        self.envelope = Some(envelope);
        self
    }

    /// Says at once what is wrong with the terms given to [`Converter::set`] and [`Converter::unset`], as far as it does
    /// not depend on the invoice; a conversion says it, too.
    ///
    /// # Errors
    /// Every term that does not exist, place that cannot be, and value that is none for its term.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = self.overrides.iter().filter_map(|one| one.check(&self.tables.terms).err());
        let envelope = self.envelope.iter().flat_map(Wrapping::check);
        let findings: Vec<Finding> = wrong.chain(envelope).chain(self.hybrid.check(&self.tables.targets)).collect();
        if findings.is_empty() { Ok(()) } else { Err(Error::new(ErrorKind::Usage, findings)) }
    }

    /// The edition of CII, where it is not to be that of the target.
    pub fn edition(mut self, edition: Edition) -> Converter {
        self.edition = Some(edition);
        self
    }

    /// Tables other than the built-in ones.
    pub fn tables(mut self, tables: Arc<Tables>) -> Converter {
        self.tables = tables;
        self
    }

    /// SHA-256 of input and output in the report: asked for, because it costs as much as the conversion.
    pub fn hashes(mut self, hashes: bool) -> Converter {
        self.hashes = hashes;
        self
    }

    /// Name of the input for the places of findings.
    pub fn file(mut self, name: impl Into<String>) -> Converter {
        self.file = Some(name.into());
        self
    }

    /// How large an input may be.
    pub fn limits(mut self, limits: Limits) -> Converter {
        self.limits = limits;
        self
    }

    /// The limits that it keeps.
    #[cfg(feature = "batch")]
    pub(crate) fn within(&self) -> &Limits {
        &self.limits
    }

    /// What is asked between the stages of a conversion (opening, reading, writing): a finding ends it. So a caller that
    /// has a clock bounds the time for one document; the library has none. Several may be given, and each is asked.
    pub fn stop_when(mut self, stop: impl Fn() -> Option<Finding> + Send + Sync + 'static) -> Converter {
        self.stop = Some(match self.stop {
            Some(before) => Arc::new(move || before().or_else(&stop)),
            None => Arc::new(stop),
        });
        self
    }
}
