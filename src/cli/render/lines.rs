//! An inspection as lines: a label and what it says, narrow enough for a terminal.

use std::fmt::{Display, Write};

use einv::{Carrier, Coded, EmbeddedFile, Envelope, Inspection, PartySummary, PdfSummary, Summary, SupportingFile};
use einv::{StatedTerm, VatCategory};

use super::text::{count, harmless, path, value};

/// The column that begins behind the labels.
const LABELS: usize = 14;

/// Labels and texts; a label stands once for the texts below one another.
#[derive(Default)]
struct Lines {
    out: String,
    label: &'static str,
}

impl Lines {
    fn add(&mut self, label: &'static str, text: impl Display) {
        let shown = if label == self.label { "" } else { label };
        let _ = writeln!(self.out, "  {shown:<LABELS$}{text}");
        self.label = label;
    }

    /// A text of the file, if it is stated.
    fn stated(&mut self, label: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.add(label, value(text));
        }
    }

    /// An identifier whose end matters: it is not cut.
    fn whole(&mut self, label: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.add(label, harmless(text));
        }
    }
}

/// The whole inspection, with a heading.
pub(super) fn of(inspection: &Inspection) -> String {
    let document = &inspection.document;
    // A PDF without an invoice is not in a PDF.
    let holds_invoice = inspection.pdf.as_ref().is_some_and(|pdf| pdf.files.iter().any(|file| file.is_invoice));
    let carriers = document.carriers.iter().filter(|carrier| holds_invoice || **carrier != Carrier::Pdf);
    let carriers: String = carriers.rev().map(|carrier| format!(", {}", carried(*carrier))).collect();
    let file = harmless(inspection.file.as_deref().unwrap_or_default());
    let mut lines = Lines { out: format!("{file}: {}{carriers}\n", harmless(&document.name)), label: "" };
    lines.stated("profile", document.profile.as_deref());
    lines.whole("BT-24", document.specification.as_deref());
    lines.stated("UBL version", document.version.as_deref());
    if let Some(invoice) = &inspection.invoice {
        lines.invoice(invoice);
    }
    if let Some(envelope) = &document.envelope {
        lines.envelope(envelope);
    }
    if let Some(pdf) = &inspection.pdf {
        lines.pdf(pdf);
    }
    if let Some(help) = &document.help {
        lines.add("help", harmless(help));
    }
    inspection.terms.iter().for_each(|term| lines.term(term));
    lines.out
}

fn carried(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Gzip => "packed with gzip",
        Carrier::Pdf => "in a PDF",
        Carrier::Sbdh => "in an SBDH envelope",
        _ => "in another file",
    }
}

/// The parts that are there, with commas between them.
fn list<'t>(parts: impl IntoIterator<Item = Option<&'t str>>) -> String {
    parts.into_iter().flatten().map(value).collect::<Vec<_>>().join(", ")
}

fn coded(coded: &Coded) -> String {
    list([Some(coded.code.as_str()), coded.name.as_deref()])
}

fn named<'n>(name: &'n Option<String>, mime: &'n Option<String>) -> [Option<&'n str>; 2] {
    [name.as_deref(), mime.as_deref()]
}

impl Lines {
    fn invoice(&mut self, invoice: &Summary) {
        if let Some(process) = &invoice.process {
            self.stated("process", process.name.as_deref());
            self.whole("BT-23", Some(&process.code));
        }
        self.stated("number", invoice.number.as_deref());
        self.stated("type", invoice.type_code.as_ref().map(coded).as_deref());
        self.stated("issue date", invoice.issue_date.as_ref().map(|date| date.as_str()));
        self.stated("due date", invoice.due_date.as_ref().map(|date| date.as_str()));
        self.party("seller", invoice.seller.as_ref());
        self.party("buyer", invoice.buyer.as_ref());
        self.party("payee", invoice.payee.as_ref());
        self.party("tax agent", invoice.tax_representative.as_ref());
        self.stated("currency", invoice.currency_code.as_ref().map(|code| code.as_str()));
        self.stated("VAT currency", invoice.vat_currency_code.as_ref().map(|code| code.as_str()));
        self.vat(&invoice.vat_breakdown);
        self.totals(invoice);
        self.add("lines", invoice.lines);
        invoice.attachments.iter().for_each(|file| self.attachment(file));
    }

    fn party(&mut self, label: &'static str, party: Option<&PartySummary>) {
        let Some(party) = party else { return };
        let country = party.country_code.as_ref().map(|code| code.as_str());
        let names = list([party.name.as_deref(), party.trading_name.as_deref(), country]);
        self.add(label, if names.is_empty() { "without a name" } else { &names });
        for identifier in &party.identifiers {
            let scheme = identifier.scheme.as_deref().map(|scheme| format!("{}:", value(scheme))).unwrap_or_default();
            let (term, name) = (&identifier.term, &identifier.label);
            self.add(label, format!("{term} {name}: {scheme}{}", value(&identifier.value)));
        }
    }

    fn vat(&mut self, categories: &[VatCategory]) {
        for vat in categories {
            let category = vat.category.as_ref().map(coded);
            let rate = vat.rate.as_ref().map(|rate| format!("{rate} %"));
            let tax = vat.tax_amount.as_ref().map(|tax| format!("tax {tax}"));
            let base = vat.taxable_amount.as_ref().map(|base| format!("on {base}"));
            self.add("VAT", list([category.as_deref(), rate.as_deref(), tax.as_deref(), base.as_deref()]));
        }
    }

    fn totals(&mut self, invoice: &Summary) {
        let Some(totals) = &invoice.totals else { return };
        let all = [
            ("lines", &totals.sum_of_lines),
            ("allowances", &totals.sum_of_allowances),
            ("charges", &totals.sum_of_charges),
            ("without VAT", &totals.total_without_vat),
            ("VAT", &totals.vat_total),
            ("VAT in VAT currency", &totals.vat_total_in_vat_currency),
            ("with VAT", &totals.total_with_vat),
            ("paid", &totals.paid_amount),
            ("rounding", &totals.rounding_amount),
            ("due", &totals.amount_due),
        ];
        let stated = all.iter().filter_map(|(name, amount)| Some((*name, value(amount.as_ref()?.as_str()))));
        let width = stated.clone().map(|(_, amount)| amount.chars().count()).max().unwrap_or_default();
        for (name, amount) in stated {
            self.add("totals", format!("{amount:>width$}  {name}"));
        }
    }

    fn attachment(&mut self, file: &SupportingFile) {
        let size = file.bytes.map(|bytes| count(bytes as usize, "byte"));
        let [name, mime] = named(&file.filename, &file.mime_code);
        let parts = [file.reference.as_deref(), name, mime, size.as_deref(), file.description.as_deref()];
        self.add("attachment", list(parts.into_iter().chain([file.location.as_deref()])));
    }

    fn envelope(&mut self, envelope: &Envelope) {
        envelope.senders.iter().for_each(|party| self.stated("SBDH sender", Some(&party.identifier)));
        envelope.receivers.iter().for_each(|party| self.stated("SBDH receiver", Some(&party.identifier)));
        self.whole("SBDH type", envelope.document_type.as_deref());
        self.whole("SBDH process", envelope.process.as_deref());
    }

    fn pdf(&mut self, pdf: &PdfSummary) {
        let pdfa = pdf.pdfa.as_ref().map(|pdfa| format!("claims {pdfa}"));
        let encrypted = pdf.encrypted.then_some("encrypted");
        let repaired = pdf.repaired.then_some("damaged and repaired");
        let claim = pdfa.as_deref().unwrap_or("no claim of PDF/A");
        self.add("PDF", list([Some(pdf.version.as_str()), Some(claim), encrypted, repaired]));
        if let Some(xmp) = &pdf.xmp {
            let stated = [&xmp.level, &xmp.document_type, &xmp.file_name, &xmp.version];
            self.add("metadata", list(stated.into_iter().map(Option::as_deref)));
        }
        pdf.files.iter().for_each(|file| self.file(file));
        if pdf.files.is_empty() {
            self.add("files", "none");
        }
    }

    fn file(&mut self, file: &EmbeddedFile) {
        let label = if file.is_invoice { "invoice file" } else { "other file" };
        let size = file.bytes.map(|bytes| count(bytes as usize, "byte"));
        let listed = format!("listed: {}", file.listed_in);
        let [relationship, mime] = named(&file.relationship, &file.mime);
        let parts = [Some(file.name.as_str()), mime, size.as_deref(), relationship, Some(listed.as_str())];
        self.add(label, list(parts.into_iter().chain([file.description.as_deref()])));
    }

    fn term(&mut self, term: &StatedTerm) {
        let place = term.place.as_ref();
        let at = place.map(|place| format!("{}:{}", place.line, place.column)).unwrap_or_default();
        let path = place.and_then(|place| place.path.as_deref()).map(path).unwrap_or_default();
        let line = format!("  {at:<LABELS$}{} {}: {}  {path}", term.id, term.name, value(&term.value));
        let _ = writeln!(self.out, "{}", line.trim_end());
    }
}
