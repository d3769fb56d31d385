//! From bytes to bytes: read, normalise, write, with the ledger of losses.

mod detect;
mod doubts;
mod input;
mod ledger;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::codelist::CodeList;
use crate::error::{Error, ErrorKind};
use crate::finding::{self, Finding};
use crate::format::{Format, profile_name};
use crate::limits::Limits;
use crate::mapping::{Edition, Plan, Source, Tables, write};
use crate::model::{Document, Invoice, Origin, Rows};
use crate::report::{Grade, Report, Side};
use crate::target::{Choice, Outcome, Subject, Target, TargetRow, Targets, Wish, normalise};

#[cfg(feature = "pdf")]
pub(crate) use detect::no_invoice;
pub(crate) use detect::{Looked, look};
pub use detect::{detect, detect_with, text};
use input::Input;
pub(crate) use input::{is_pdf, unpacked};
use ledger::{Ledger, Written};

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

    /// What is asked between the stages of a conversion (opening, reading, writing): a finding ends it. So a caller that
    /// has a clock bounds the time for one document; the library has none.
    pub fn stop_when(mut self, stop: impl Fn() -> Option<Finding> + Send + Sync + 'static) -> Converter {
        self.stop = Some(Arc::new(stop));
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
        let document = invoice.to_document_with(&self.tables.terms);
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
        let input = Input::read(&opened, &self.tables, &self.limits).map_err(|error| opened.locate(error))?;
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
        let mut ledger = Ledger::new(&self.tables.terms, &input);
        let mut report = self.report(bytes, &input);
        let step = self.step(&input, &mut ledger);
        let outcome = self.normalise(&mut input, &step);
        ledger.outcome(&outcome, &input);
        let output = match self.target.format {
            Format::Json => self.write_json(&input, &mut ledger),
            _ => self.write_xml(&input, &step, &outcome, &mut ledger)?,
        };
        ledger.settle(&self.accepted, (self.file.as_deref(), input.name), &mut report);
        report.written = !self.refuses(&report);
        report.target = self.side(&step, &output);
        report.target.specification = input.value("BT-24");
        report.target.number = input.value("BT-1");
        Ok(Conversion { output: report.written.then_some(output), report })
    }

    fn refuses(&self, report: &Report) -> bool {
        report.open_losses(Grade::Meaning) > 0
            || (self.on_loss == OnLoss::Refuse && report.open_losses(Grade::Content) > 0)
            || report.findings.iter().any(|finding| finding.severity == finding::Severity::Error)
    }

    /// Which target, kind of document and edition the output has.
    fn step(&self, input: &Input<'_>, ledger: &mut Ledger<'_>) -> Step {
        let format = self.target.format.name();
        let same_syntax = input.origin.syntax == Some(format);
        let targets = Targets::standard();
        let stated = input.value("BT-24").unwrap_or_default();
        let without_lines = self.target.format == Format::Ubl && !input.has_group("BG-25");
        let target = match &self.target.name {
            _ if without_lines => {
                ledger.no_lines();
                None
            }
            Some(name) => targets.find(name).cloned(),
            None => default_target(input, (&stated, format), same_syntax, ledger),
        };
        let kind = match self.target.format {
            Format::Ubl => ubl_kind(input, same_syntax, ledger),
            _ => 0,
        };
        let older = target.as_ref().is_some_and(|target| target.older_edition);
        let edition = if older { Edition::D16B } else { Edition::D22B };
        Step { format, target, same_syntax, kind, edition }
    }

    fn normalise(&self, input: &mut Input<'_>, step: &Step) -> Outcome {
        if self.target.format == Format::Json {
            return Outcome::default();
        }
        let rows = input.plan.as_deref().map(|plan| plan as &dyn Rows);
        let mut subject = Subject { terms: &self.tables.terms, source: input.text, tape: &mut input.tape, rows };
        let wish = Wish { format: step.format, target: step.target.as_ref(), other_syntax: !step.same_syntax };
        normalise(&mut subject, &wish, Targets::standard())
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
        let writing = write(source, plan, &self.tables.terms, step.edition);
        ledger.writing(input, outcome, &writing, plan);
        ledger.nodes(input, &Written { taken: &writing.taken, same_syntax: step.same_syntax });
        Ok(writing.bytes)
    }

    #[cfg(feature = "json")]
    fn write_json(&self, input: &Input<'_>, ledger: &mut Ledger<'_>) -> Vec<u8> {
        let (bytes, stated) = crate::format::json::write(&input.document(&self.tables.terms));
        ledger.nodes(input, &Written { taken: &stated, same_syntax: false });
        bytes
    }

    #[cfg(not(feature = "json"))]
    fn write_json(&self, _: &Input<'_>, ledger: &mut Ledger<'_>) -> Vec<u8> {
        ledger.finding(Finding::new(finding::NO_PLACE, "this build of einv has no JSON"));
        Vec::new()
    }

    fn plan(&self, syntax: &str, kind: usize) -> Result<&Arc<Plan>, Error> {
        self.tables.plan(syntax, kind).map_err(|findings| Error::new(ErrorKind::Usage, findings))
    }

    fn report(&self, bytes: &[u8], input: &Input<'_>) -> Report {
        let format = input.format();
        let specification = input.value("BT-24");
        let targets = Targets::standard();
        let profile = specification.as_deref().and_then(|id| targets.by_specification(format, id));
        let profile = profile.map(|target| target.title.clone());
        Report {
            einv: env!("CARGO_PKG_VERSION").to_owned(),
            tables: if self.hashes { self.tables.hash().to_owned() } else { String::new() },
            source: Side {
                format: format.to_owned(),
                kind: kind_name(format, input.origin.kind, None),
                profile: profile.or_else(|| profile_name(specification.as_deref()?).map(str::to_owned)),
                specification,
                number: input.value("BT-1"),
                bytes: bytes.len() as u64,
                sha256: self.hashes.then(|| crate::hash::sha256(bytes)),
            },
            ..Report::default()
        }
    }

    fn side(&self, step: &Step, output: &[u8]) -> Side {
        Side {
            format: step.format.to_owned(),
            kind: kind_name(step.format, step.kind, Some(step.edition)),
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
            finding.clone().at(place.in_file(file))
        };
        Error::new(error.kind(), error.findings().iter().map(name).collect())
    }
}

/// What the output will be.
struct Step {
    format: &'static str,
    /// `None`: BT-24 stays as it is.
    target: Option<TargetRow>,
    same_syntax: bool,
    kind: usize,
    edition: Edition,
}

fn default_target(
    input: &Input<'_>,
    (stated, format): (&str, &str),
    same_syntax: bool,
    ledger: &mut Ledger<'_>,
) -> Option<TargetRow> {
    let targets = Targets::standard();
    let mut choice = targets.default_for(stated.trim(), format)?;
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

fn kind_name(format: &str, kind: usize, edition: Option<Edition>) -> String {
    match (format, kind, edition) {
        ("ubl", 0, _) => "UBL Invoice".to_owned(),
        ("ubl", _, _) => "UBL CreditNote".to_owned(),
        ("cii", _, Some(edition)) => format!("CII {edition}"),
        ("cii", _, None) => "CII".to_owned(),
        ("zugferd1", _, _) => "ZUGFeRD 1.0".to_owned(),
        _ => "JSON".to_owned(),
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
