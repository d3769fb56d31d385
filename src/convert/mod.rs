//! From bytes to bytes: read, normalise, write, with the ledger of losses.

mod attach;
mod container;
mod detect;
mod doubts;
mod hybrid;
mod input;
mod ledger;
mod pages;
#[cfg(feature = "batch")]
mod settings;
mod step;
#[cfg(test)]
mod tests;
mod wrap;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::finding::{self, Finding};
use crate::format::{Format, profile_name};
use crate::limits::Limits;
use crate::mapping::{Edition, Manner, Plan, Source, Tables, write};
use crate::model::{Document, Invoice, Origin, Rows};
use crate::report::{Grade, Report, Side};
use crate::target::{Outcome, Override, Subject, Target, Wish, apply, normalise};

#[cfg(feature = "pdf")]
pub(crate) use detect::no_invoice;
pub(crate) use detect::{Looked, look};
pub use detect::{detect, detect_with, text};
pub use hybrid::{Embedded, Hybrid, embed};
use input::Input;
pub(crate) use input::{is_pdf, unpacked};
use ledger::{Ledger, Written};
use step::{Step, kind_name};
pub use wrap::Wrapping;

/// What to do when a value of the source has no place in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::Display, strum::EnumString, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum OnLoss {
    /// Nothing is written.
    #[default]
    Refuse,
    /// It is written, and every loss is told.
    Warn,
    /// It is written; the losses stand in the report.
    Allow,
}

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
    target: Target,
    on_loss: OnLoss,
    accepted: BTreeSet<String>,
    overrides: Vec<Override>,
    edition: Option<Edition>,
    envelope: Option<Wrapping>,
    hybrid: Hybrid,
    attached: Vec<attach::Wanted>,
    tables: Arc<Tables>,
    hashes: bool,
    file: Option<String>,
    limits: Limits,
    stop: Option<Stop>,
}

/// Asked between the stages of a conversion.
type Stop = Arc<dyn Fn() -> Option<Finding> + Send + Sync>;

/// What came of a conversion: the output, unless it was refused, and the report.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Conversion {
    /// The document; `None` if a loss was not accepted or the output would break its schema.
    pub output: Option<Vec<u8>>,
    /// What was read, written, lost, derived and changed.
    pub report: Report,
}

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

    /// Converts one document.
    ///
    /// # Errors
    /// If the input is not readable as an invoice. A refusal for loss is no error but a [`Conversion`] without output.
    pub fn convert(&self, bytes: &[u8]) -> Result<Conversion, Error> {
        self.run(bytes).map_err(|error| self.name_file(error))
    }

    /// Writes an invoice that was built in code.
    ///
    /// # Errors
    /// If a text holds a character that XML does not allow, or a place in `surplus` or `extensions` does not exist.
    pub fn write_invoice(&self, invoice: &Invoice) -> Result<Conversion, Error> {
        let document = invoice.clone().into_document(&self.tables.terms, &self.limits);
        self.write(&document.map_err(|findings| Error::new(ErrorKind::Input, findings))?)
    }

    /// Writes a document that was read before.
    ///
    /// # Errors
    /// If the tables of this converter cannot be compiled.
    pub fn write(&self, document: &Document) -> Result<Conversion, Error> {
        self.finish(Input::of(document, &self.tables)?, document.source.as_bytes())
    }

    fn run(&self, bytes: &[u8]) -> Result<Conversion, Error> {
        let opened = input::open(bytes, &self.limits)?;
        self.go_on()?;
        if self.keeps_pages() && opened.pdf.is_none() {
            return Err(Error::new(ErrorKind::Usage, vec![hybrid::no_pages()]));
        }
        let mut input = Input::read(&opened, &self.tables, &self.limits).map_err(|error| opened.locate(error))?;
        if self.keeps_pages() || self.carries_files() {
            // Other files in the PDF stay in it, or come along.
            input.others = &[];
        }
        self.go_on()?;
        let conversion = self.finish(input, bytes)?;
        self.go_on()?;
        Ok(conversion)
    }

    fn go_on(&self) -> Result<(), Error> {
        match self.stop.as_ref().and_then(|stop| stop()) {
            Some(finding) => Err(finding.into()),
            None => Ok(()),
        }
    }

    fn finish(&self, mut input: Input<'_>, bytes: &[u8]) -> Result<Conversion, Error> {
        let mut ledger = Ledger::new(&self.tables.terms, &input, self.limits.messages());
        let mut report = self.report(bytes, &input);
        self.check()?;
        self.supply(&mut input, &mut ledger)?;
        let step = self.step(&input, &mut ledger)?;
        self.supporting(&mut input, &step, &mut ledger)?;
        let (carried, loose) = self.taken_out(&mut input, &mut ledger)?;
        let outcome = self.normalise(&mut input, &step);
        ledger.outcome(&outcome, &input);
        let output = match self.target.format {
            Format::Json => self.write_json(&mut input, &mut ledger)?,
            _ => self.write_xml(&input, &step, &outcome, &mut ledger)?,
        };
        let output = self.wrapped(output, &input, &step, &mut ledger);
        let (output, pdfa) = self.in_pages(output, (carried.as_deref(), &loose), &input, &step, &mut ledger)?;
        ledger.settle(&self.accepted, (self.file.as_deref(), input.name), &mut report);
        report.written = !self.refuses(&report);
        report.target = self.side(&step, &output, pdfa);
        let specification = input.value("BT-24").unwrap_or_default();
        if report.target.profile.is_none() {
            report.target.profile = self.tables.targets.title(step.format, &specification).map(str::to_owned);
        }
        report.target.specification = Some(specification).filter(|specification| !specification.is_empty());
        report.target.number = input.value("BT-1");
        Ok(Conversion { output: report.written.then_some(output), report })
    }

    fn refuses(&self, report: &Report) -> bool {
        report.open_losses(Grade::Meaning) > 0
            || (self.on_loss == OnLoss::Refuse && report.open_losses(Grade::Content) > 0)
            || report.findings.iter().any(|finding| finding.severity == finding::Severity::Error)
    }

    fn normalise(&self, input: &mut Input<'_>, step: &Step) -> Outcome {
        if self.target.format == Format::Json {
            return Outcome::new(0);
        }
        let rows = input.plan.as_deref().map(|plan| plan as &dyn Rows);
        let mut subject = Subject { terms: &self.tables.terms, source: input.text, tape: &mut input.tape, rows };
        let wish = Wish {
            format: step.format,
            target: step.target.as_ref(),
            other_syntax: !step.same_syntax,
            is_asked: self.target.name.is_some(),
            most_told: self.limits.messages(),
        };
        normalise(&mut subject, &wish, &self.tables.targets)
    }

    /// What the caller sets or removes, before anything looks at the document.
    fn supply(&self, input: &mut Input<'_>, ledger: &mut Ledger<'_>) -> Result<(), Error> {
        if self.overrides.is_empty() {
            return Ok(());
        }
        let rows = input.plan.as_deref().map(|plan| plan as &dyn Rows);
        let mut subject = Subject { terms: &self.tables.terms, source: input.text, tape: &mut input.tape, rows };
        let mut outcome = Outcome::new(self.limits.messages());
        apply(&mut subject, &self.overrides, &mut outcome)
            .map_err(|findings| Error::new(ErrorKind::Usage, findings))?;
        ledger.outcome(&outcome, input);
        Ok(())
    }

    fn write_xml(
        &self,
        input: &Input<'_>,
        step: &Step,
        outcome: &Outcome,
        ledger: &mut Ledger<'_>,
    ) -> Result<Vec<u8>, Error> {
        let plan = self.plan(step.format, step.kind)?;
        let source = Source { text: input.text, tape: &input.tape, plan: input.plan.as_deref() };
        if ledger.refuses() {
            return Ok(Vec::new());
        }
        let codes = step.target.as_ref().map_or(&[][..], |target| &target.codes);
        let (most, most_bytes) = (self.limits.messages(), self.limits.unpacked);
        let manner = Manner { edition: step.edition, codes, most, most_bytes };
        let writing = write(source, plan, &self.tables.terms, manner);
        if writing.is_full {
            return Err(self.limits.output_too_large().into());
        }
        ledger.writing(input, outcome, &writing, plan);
        ledger.nodes(input, &Written { taken: &writing.taken, same_syntax: step.same_syntax });
        Ok(writing.bytes)
    }

    fn wrapped(&self, output: Vec<u8>, input: &Input<'_>, step: &Step, ledger: &mut Ledger<'_>) -> Vec<u8> {
        let Some(envelope) = self.envelope.as_ref().filter(|_| self.target.format != Format::Json) else {
            return output;
        };
        match envelope.around(&output, input, step) {
            Ok(wrapped) => wrapped,
            Err(missing) => {
                let findings = missing.into_iter().map(|one| (None, one)).collect();
                ledger.outcome(&Outcome { findings, ..Outcome::new(0) }, input);
                output
            }
        }
    }

    #[cfg(feature = "json")]
    fn write_json(&self, input: &mut Input<'_>, ledger: &mut Ledger<'_>) -> Result<Vec<u8>, Error> {
        let groups = input.tape.nodes.iter().filter(|node| node.is_group()).count() as u64;
        self.limits.allows_groups(groups, "the invoice has more groups than einv writes as JSON")?;
        let (invoice, stated) = input.typed(&self.tables.terms);
        // JSON is seldom longer than what it was read from.
        let length = input.text.len().max(input.tape.side.len()) / 8 * 9;
        let bytes = crate::format::json::write(invoice, length, &self.limits);
        let bytes = bytes.ok_or_else(|| self.limits.output_too_large())?;
        ledger.nodes(input, &Written { taken: &stated, same_syntax: false });
        Ok(bytes)
    }

    #[cfg(not(feature = "json"))]
    fn write_json(&self, _: &mut Input<'_>, ledger: &mut Ledger<'_>) -> Result<Vec<u8>, Error> {
        ledger.finding(Finding::new(finding::NO_PLACE, "this build of einv has no JSON"));
        Ok(Vec::new())
    }

    fn plan(&self, syntax: &str, kind: usize) -> Result<&Arc<Plan>, Error> {
        self.tables.plan(syntax, kind).map_err(|findings| Error::new(ErrorKind::Usage, findings))
    }

    fn report(&self, bytes: &[u8], input: &Input<'_>) -> Report {
        let format = input.format();
        let specification = input.value("BT-24");
        let profile = specification.as_deref().and_then(|id| self.tables.targets.title(format, id));
        Report {
            einv: env!("CARGO_PKG_VERSION").to_owned(),
            tables: if self.hashes { self.tables.hash().to_owned() } else { String::new() },
            source: Side {
                format: format.to_owned(),
                kind: kind_name(format, input.origin.kind, None),
                profile: profile.or_else(|| profile_name(specification.as_deref()?)).map(str::to_owned),
                specification,
                number: input.value("BT-1"),
                bytes: bytes.len() as u64,
                sha256: self.hashes.then(|| crate::hash::sha256(bytes)),
            },
            ..Report::default()
        }
    }

    fn side(&self, step: &Step, output: &[u8], pdfa: Option<String>) -> Side {
        let kind = kind_name(step.format, step.kind, Some(step.edition));
        let is_hybrid = self.target.format == Format::FacturX;
        Side {
            format: self.target.format.name().to_owned(),
            kind: if is_hybrid { format!("{} with {kind}", pdfa.as_deref().unwrap_or("PDF")) } else { kind },
            profile: step.target.as_ref().map(|target| target.title.clone()),
            bytes: output.len() as u64,
            sha256: self.hashes.then(|| crate::hash::sha256(output)),
            ..Side::default()
        }
    }

    fn name_file(&self, error: Error) -> Error {
        let Some(file) = &self.file else { return error };
        let name = |finding: &Finding| {
            let place = finding.place.clone().unwrap_or_default();
            // What stands in the pages of a PDF has its file already.
            let has_file = place.file.is_some();
            finding.clone().at(if has_file { place } else { place.in_file(file) })
        };
        Error::new(error.kind(), error.findings().iter().map(name).collect())
    }
}

/// Reads an invoice as it stands, with the built-in tables.
///
/// # Errors
/// If the input is not readable as an invoice.
pub fn read(bytes: &[u8]) -> Result<Document, Error> {
    read_with(bytes, Tables::standard())
}

/// Reads an invoice as it stands.
///
/// # Errors
/// If the input is not readable as an invoice.
pub fn read_with(bytes: &[u8], tables: &Arc<Tables>) -> Result<Document, Error> {
    read_within(bytes, tables, &Limits::default())
}

/// Reads an invoice as it stands, within limits.
pub(crate) fn read_within(bytes: &[u8], tables: &Arc<Tables>, limits: &Limits) -> Result<Document, Error> {
    let opened = input::open(bytes, limits)?;
    let input = Input::read(&opened, tables, limits).map_err(|error| opened.locate(error))?;
    Ok(input.document(&tables.terms))
}

/// The part of a document's origin that the model shows.
pub(crate) const FROM_CODE: Origin = Origin { syntax: None, kind: 0 };
