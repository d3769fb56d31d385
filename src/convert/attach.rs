//! Files that come into an invoice as supporting documents (BG-24), and those that go out of it into a PDF.

use super::Converter;
use super::input::{Beside, Input};
use super::ledger::Ledger;
use super::step::Step;
use crate::base64;
use crate::error::{Error, ErrorKind};
use crate::finding::{self, Finding};
use crate::media;
use crate::model::{Invoice, Rows, SupportingDocument};
use crate::target::{Outcome, Override, Subject, TargetRow, apply};

/// What French invoices call the document that people read (BT-123, code list of XP Z12-012).
pub(super) const VISUAL: &str = "LISIBLE";
/// What a file is if nothing says it; no target allows it in BT-125.
const SOME_FILE: &str = "application/octet-stream";

/// A file that is asked for as a supporting document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// This one: name and bytes.
    File(String, Vec<u8>),
    /// The PDF that is the source.
    Pdf,
    /// The files in the PDF that is the source.
    Files,
}

/// A file outside an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loose {
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) description: Option<String>,
    pub(super) bytes: Vec<u8>,
}

impl Converter {
    /// A file that becomes a supporting document of the invoice (BG-24); its name says its media type.
    ///
    /// It is a change that is told. What the target does not allow as an attached document is a loss, as ever.
    pub fn attach(mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Converter {
        self.attached.push(Wanted::File(name.into(), bytes.into()));
        self
    }

    /// The source itself, a PDF, becomes a supporting document of the invoice (BG-24), with all that is in it. Where the
    /// target has the codes of French invoices, it is `LISIBLE`, the document that people read.
    pub fn attach_pdf(mut self) -> Converter {
        self.attached.push(Wanted::Pdf);
        self
    }

    /// Each file that stands beside the invoice in the source, a PDF, becomes a supporting document (BG-24).
    pub fn attach_files(mut self) -> Converter {
        self.attached.push(Wanted::Files);
        self
    }

    /// Whether other files in the PDF stay with the invoice: so they are not lost.
    pub(super) fn carries_files(&self) -> bool {
        self.attached.iter().any(|wanted| matches!(wanted, Wanted::Pdf | Wanted::Files))
    }

    /// Puts the files that are asked for into the invoice. What the target has no place for is a loss.
    pub(super) fn supporting(&self, input: &mut Input<'_>, step: &Step, ledger: &mut Ledger<'_>) -> Result<(), Error> {
        if self.attached.is_empty() {
            return Ok(());
        }
        let mut outcome = Outcome::new(self.limits.messages());
        let mut lost = Vec::new();
        let stated = input.value("BT-24").unwrap_or_default();
        let target = step.target.as_ref().or_else(|| self.tables.targets.stated(step.format, stated.trim()));
        let (files, broken) = self.wanted(input)?;
        let has = |asks: &dyn Fn(&TargetRow) -> bool| target.is_some_and(asks);
        let coded = has(&|target| self.tables.targets.allows(target, "BT-123", VISUAL));
        let mut number = input.count("BG-24");
        for mut file in files {
            if has(&|target| !self.tables.targets.takes_document(target, &file.mime)) {
                let message = format!("a file of the type {} has no place in the invoice", file.mime);
                let finding = Finding::new(finding::LOSS_CONTENT, message).found(&file.name);
                lost.push(finding.term(input.label("BT-125")));
                continue;
            }
            number += 1;
            // What is no code of the French list may not stand beside codes, and the code says nothing elsewhere.
            file.description = file.description.filter(|text| coded == (text == VISUAL));
            change(input, &entries(number, &file), &mut Outcome::new(0))?;
            let message = "a file is attached to the invoice, as asked";
            let finding = Finding::new(finding::CHANGED, message).found(&file.name).term(input.label("BG-24"));
            outcome.changes.push((None, finding));
        }
        ledger.findings(broken);
        ledger.losses("BG-24", lost);
        ledger.outcome(&outcome, input);
        Ok(())
    }

    /// The files that are asked for, and what is wrong with those that cannot be unpacked.
    fn wanted(&self, input: &Input<'_>) -> Result<(Vec<Loose>, Vec<Finding>), Error> {
        let (mut files, mut broken) = (Vec::new(), Vec::new());
        for wanted in &self.attached {
            match (wanted, input.pdf) {
                (Wanted::File(name, bytes), _) => files.push(Loose {
                    name: name.clone(),
                    mime: media::of_name(name).unwrap_or(SOME_FILE).to_owned(),
                    description: None,
                    bytes: bytes.clone(),
                }),
                (_, None) => {
                    let finding = Finding::new(finding::ARGUMENTS, "the invoice does not stand in a PDF");
                    let finding = finding.expected("a hybrid PDF, for --attach pdf and --attach files");
                    return Err(Error::new(ErrorKind::Usage, vec![finding]));
                }
                (Wanted::Pdf, Some(pdf)) => files.push(Loose {
                    name: self.pdf_name(),
                    mime: "application/pdf".to_owned(),
                    description: Some(VISUAL.to_owned()),
                    bytes: pdf.to_vec(),
                }),
                (Wanted::Files, Some(_)) => {
                    for file in input.beside {
                        match file.loose(&self.limits) {
                            Ok(file) => files.push(file),
                            Err(finding) => broken.push(finding),
                        }
                    }
                }
            }
        }
        Ok((files, broken))
    }

    /// The name of the PDF: that of its file, if it has one.
    fn pdf_name(&self) -> String {
        let name = self.file.as_deref().and_then(|path| path.rsplit(['/', '\\']).next());
        let is_pdf = |name: &&str| name.len() > 4 && name.to_ascii_lowercase().ends_with(".pdf");
        name.filter(is_pdf).unwrap_or("invoice.pdf").to_owned()
    }
}

impl Beside {
    /// The file by itself.
    #[cfg(feature = "pdf")]
    fn loose(&self, limits: &crate::limits::Limits) -> Result<Loose, Finding> {
        let content = self.file.content(&crate::pdf::Limits::from(limits))?;
        let stated = self.file.mime.clone().filter(|mime| mime.contains('/') && mime != SOME_FILE);
        let mime = stated.unwrap_or_else(|| media::of_name(&self.name).unwrap_or(SOME_FILE).to_owned());
        let description = self.file.description.clone();
        Ok(Loose { name: self.name.clone(), mime, description, bytes: content.bytes })
    }

    #[cfg(not(feature = "pdf"))]
    fn loose(&self, _: &crate::limits::Limits) -> Result<Loose, Finding> {
        Err(Finding::new(finding::NO_PLACE, "this build of einv has no PDFs"))
    }
}

/// The terms of a supporting document.
fn entries(number: usize, file: &Loose) -> Vec<Override> {
    let term =
        |id: &str, value: &str| Override { path: format!("BG-24[{number}]/{id}"), value: Some(value.to_owned()) };
    let mut entries = vec![term("BT-122", &file.name), term("BT-125", &base64::encoded(&file.bytes))];
    entries.extend(file.description.as_deref().map(|text| term("BT-123", text)));
    entries.extend([term("BT-125/BT-125-1", &file.mime), term("BT-125/BT-125-2", &file.name)]);
    entries
}

fn change(input: &mut Input<'_>, changes: &[Override], outcome: &mut Outcome) -> Result<(), Error> {
    let rows = input.plan.as_deref().map(|plan| plan as &dyn Rows);
    let mut subject = Subject { terms: &input.terms, source: input.text, tape: &mut input.tape, rows };
    apply(&mut subject, changes, outcome).map_err(|findings| Error::new(ErrorKind::Usage, findings))
}

/// Takes the files that an invoice carries out of it. What cannot be unpacked stays where it is.
pub(super) fn take_out(input: &mut Input<'_>) -> Result<(Vec<Loose>, Outcome), Error> {
    let invoice = Invoice::from_document(&input.document(&input.terms));
    // One for each file, and the files of an invoice are few: the limits on its size bound them.
    let mut outcome = Outcome::new(usize::MAX);
    let mut files: Vec<Loose> = Vec::new();
    let mut removals = Vec::new();
    for (index, document) in invoice.supporting_documents.iter().enumerate() {
        if let Some(file) = loose(document).filter(|file| files.iter().all(|known| known.name != file.name)) {
            removals.push(Override { path: format!("BG-24[{}]/BT-125", index + 1), value: None });
            let message = "an attached document goes into the PDF, as asked";
            let finding = Finding::new(finding::CHANGED, message).found(&file.name).term(input.label("BT-125"));
            outcome.changes.push((None, finding));
            files.push(file);
        }
    }
    change(input, &removals, &mut Outcome::new(0))?;
    Ok((files, outcome))
}

fn loose(document: &SupportingDocument) -> Option<Loose> {
    let binary = document.attachment.as_ref()?;
    let name = binary.filename.iter().chain(&document.reference).find(|name| !name.trim().is_empty())?.clone();
    let mime = binary.mime_code.clone().or_else(|| media::of_name(&name).map(str::to_owned));
    Some(Loose {
        bytes: base64::decoded(&binary.content)?,
        mime: mime.unwrap_or_else(|| SOME_FILE.to_owned()),
        description: document.description.clone(),
        name,
    })
}

/// The PDF that the invoice carries for people to read.
pub(super) fn visual(input: &Input<'_>) -> Result<Vec<u8>, Error> {
    let invoice = Invoice::from_document(&input.document(&input.terms));
    let bytes = |document: &SupportingDocument| base64::decoded(&document.attachment.as_ref()?.content);
    let pdf = |document: &SupportingDocument| bytes(document).filter(|bytes| super::is_pdf(bytes));
    let is_visual = |document: &SupportingDocument| {
        document.description.as_deref().is_some_and(|text| text.trim().eq_ignore_ascii_case(VISUAL))
    };
    let named = |only_visual: bool| {
        let documents = invoice.supporting_documents.iter().filter(move |document| !only_visual || is_visual(document));
        documents.filter_map(move |document| Some((document.reference.clone().unwrap_or_default(), pdf(document)?)))
    };
    let visual: Vec<_> = named(true).collect();
    let mut found = if visual.is_empty() { named(false).collect() } else { visual };
    let finding = Finding::new(finding::ARGUMENTS, "the invoice carries no PDF to take the pages from");
    let finding = match found.len() {
        1 => return Ok(found.remove(0).1),
        0 => finding.expected("a PDF as attached document, BT-125"),
        _ => {
            let names: Vec<String> = found.iter().map(|(name, _)| format!("`{name}`")).collect();
            let several =
                Finding::new(finding::ARGUMENTS, "the invoice carries several PDFs, and none is the visual one");
            several.found(names.join(", ")).expected(format!("one whose description (BT-123) is `{VISUAL}`"))
        }
    };
    Err(Error::new(ErrorKind::Usage, vec![finding.term(input.label("BG-24"))]))
}
