//! One conversion: read, normalise, write, with the ledger of losses.

use std::sync::Arc;

use super::input::{self, Input};
use super::ledger::{Ledger, Written};
use super::step::{Step, kind_name};
use super::{Conversion, Converter, OnLoss, Room, hybrid};
use crate::error::{Error, ErrorKind};
use crate::finding::{self, Finding};
use crate::format::{Format, profile_name};
use crate::mapping::{Manner, Plan, Source, write};
use crate::model::{Document, Invoice, Rows};
use crate::report::{Grade, Report, Side};
use crate::target::{Outcome, Subject, Wish, apply, normalise};

impl Converter {
    /// Converts one document.
    ///
    /// # Errors
    /// If the input is not readable as an invoice. A refusal for loss is no error but a [`Conversion`] without output.
    pub fn convert(&self, bytes: &[u8]) -> Result<Conversion, Error> {
        self.convert_in(&mut Room::new(), bytes)
    }

    /// Converts one document in memory that conversions before it have left.
    ///
    /// # Errors
    /// As [`Converter::convert`].
    pub fn convert_in(&self, room: &mut Room, bytes: &[u8]) -> Result<Conversion, Error> {
        self.run(bytes, room).map_err(|error| self.name_file(error))
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
        self.finish(Input::of(document, &self.tables)?, document.source.as_bytes(), &mut Room::new())
    }

    fn run(&self, bytes: &[u8], room: &mut Room) -> Result<Conversion, Error> {
        let opened = input::open(bytes, &self.limits)?;
        self.go_on()?;
        if self.keeps_pages() && opened.pdf.is_none() {
            return Err(Error::new(ErrorKind::Usage, vec![hybrid::no_pages()]));
        }
        let input = Input::read_in(&opened, &self.tables, &self.limits, room.nodes());
        let mut input = input.map_err(|error| opened.locate(error))?;
        if self.keeps_pages() || self.carries_files() {
            // Other files in the PDF stay in it, or come along.
            input.others = &[];
        }
        self.go_on()?;
        let conversion = self.finish(input, bytes, room)?;
        self.go_on()?;
        Ok(conversion)
    }

    fn go_on(&self) -> Result<(), Error> {
        match self.stop.as_ref().and_then(|stop| stop()) {
            Some(finding) => Err(finding.into()),
            None => Ok(()),
        }
    }

    fn finish(&self, mut input: Input<'_>, bytes: &[u8], room: &mut Room) -> Result<Conversion, Error> {
        let mut ledger = Ledger::new(&self.tables.terms, &input, self.limits.messages());
        let mut report = self.report(bytes, &input);
        self.check()?;
        self.supply(&mut input, &mut ledger)?;
        let step = self.step(&input, &mut ledger)?;
        self.supporting(&mut input, &step, &mut ledger)?;
        let (carried, loose) = self.taken_out(&mut input, &mut ledger)?;
        let outcome = self.normalise(&mut input, &step);
        ledger.outcome(&outcome, &input);
        let (specification, number) = (input.value("BT-24").unwrap_or_default(), input.number());
        let output = match self.target.format {
            Format::Json => self.write_json(&mut input, &mut ledger)?,
            _ => self.write_xml(&input, &step, &outcome, &mut ledger, room.output())?,
        };
        let output = self.wrapped(output, &input, &step, &mut ledger);
        let (output, pdfa) = self.in_pages(output, (carried.as_deref(), &loose), &input, &step, &mut ledger)?;
        ledger.settle(&self.accepted, (self.file.as_deref(), input.name), &mut report);
        report.written = !self.refuses(&report);
        report.target = self.side(&step, &output, pdfa);
        if report.target.profile.is_none() {
            report.target.profile = self.tables.targets.title(step.format, &specification).map(str::to_owned);
        }
        report.target.specification = Some(specification).filter(|specification| !specification.is_empty());
        report.target.number = number;
        room.keep_nodes(input.tape.nodes);
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
        input.tape.doubt_lines();
        ledger.outcome(&outcome, input);
        Ok(())
    }

    fn write_xml(
        &self,
        input: &Input<'_>,
        step: &Step,
        outcome: &Outcome,
        ledger: &mut Ledger<'_>,
        room: Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        let plan = self.plan(step.format, step.kind)?;
        let source = Source { text: input.text, tape: &input.tape, plan: input.plan.as_deref() };
        if ledger.refuses() {
            return Ok(Vec::new());
        }
        let codes = step.target.as_ref().map_or(&[][..], |target| &target.codes);
        let (most, most_bytes) = (self.limits.messages(), self.limits.unpacked);
        let manner = Manner { edition: step.edition, codes, most, most_bytes };
        let writing = write(source, plan, &self.tables.terms, manner, room);
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
        ledger.nodes(input, &Written { taken: &stated, same_syntax: false });
        // All that is to be told of its texts is told: they need not stand beside those of the invoice.
        input.tape.side = String::new();
        let bytes = crate::format::json::write(invoice, length, &self.limits);
        Ok(bytes.ok_or_else(|| self.limits.output_too_large())?)
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
                number: input.number(),
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
