//! From bytes to a tape: out of a PDF if need be, then by the table of the syntax.

use std::borrow::Cow;
use std::sync::Arc;

use super::container::Container;
use crate::error::Error;
use crate::finding::{self, Finding};
#[cfg(feature = "pdf")]
use crate::format::is_invoice;
use crate::format::{Carrier, Envelope, Party, Recognised, is_json, of_bytes, recognise, refuse, unpack};
use crate::limits::Limits;
use crate::mapping::{Lost, Plan, Tables, read, read_within};
#[cfg(feature = "json")]
use crate::model::Invoice;
use crate::model::{Document, Flags, Node, Origin, Rows, Tape, offset};
use crate::term::{TermId, Terms};
use crate::xml::{self, decode};

/// How many characters of its number a report of an invoice shows.
const NUMBER: usize = 1000;

/// The text of the invoice, and what was beside it.
pub(super) struct Opened<'b> {
    pub(super) text: Cow<'b, str>,
    /// What it stands in, from the outside inwards.
    pub(super) carriers: Vec<Carrier>,
    /// The PDF that it stands in.
    pub(super) pdf: Option<Cow<'b, [u8]>>,
    /// Name of the invoice in the PDF.
    pub(super) name: Option<String>,
    /// Other files in the PDF.
    pub(super) others: Vec<Beside>,
    pub(super) warnings: Vec<Finding>,
    /// The attachment that would have been the invoice in the place of this one.
    next: Option<String>,
    /// What the PDF says of the invoice.
    container: Option<Container>,
}

impl<'b> Opened<'b> {
    /// A text that nothing carries.
    pub(super) fn of(text: Cow<'b, str>) -> Opened<'b> {
        Opened {
            text,
            carriers: Vec::new(),
            pdf: None,
            name: None,
            others: Vec::new(),
            warnings: Vec::new(),
            next: None,
            container: None,
        }
    }

    /// The same error, its places in the file that holds the invoice. The next attachment is named: it is not taken in
    /// its place, but somebody may want it.
    pub(super) fn locate(&self, error: Error) -> Error {
        let Some(name) = &self.name else { return error };
        let inside = |finding: &Finding| match finding.place.clone() {
            Some(place) => finding.clone().at(place.inside(name)),
            None => finding.clone(),
        };
        self.with_next(Error::new(error.kind(), error.findings().iter().map(inside).collect()))
    }

    fn with_next(&self, error: Error) -> Error {
        let Some(next) = &self.next else { return error };
        let note = Finding::new(finding::READ_ODD, "another attachment of the PDF has the name of an invoice, too")
            .found(format!("`{next}`, which was not read in place of this one"));
        Error::new(error.kind(), error.findings().iter().cloned().chain([note]).collect())
    }
}

/// A file in the PDF that is not the invoice.
pub(super) struct Beside {
    pub(super) name: String,
    /// What the PDF says about it: description and relationship.
    pub(super) said: String,
    #[cfg(feature = "pdf")]
    pub(super) file: crate::pdf::EmbeddedFile,
}

#[cfg(feature = "pdf")]
impl Beside {
    fn of(file: &crate::pdf::EmbeddedFile) -> Beside {
        let said = file.description.iter().chain(&file.relationship);
        Beside {
            name: file.name.clone(),
            said: said.map(String::as_str).collect::<Vec<_>>().join(", "),
            file: file.clone(),
        }
    }
}

/// Takes the invoice out of what carries it, as text.
pub(super) fn open<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Opened<'b>, Error> {
    let bytes = unpacked(bytes, limits)?;
    let carriers = Vec::from_iter(matches!(bytes, Cow::Owned(_)).then_some(Carrier::Gzip));
    if is_pdf(&bytes) {
        let opened = open_pdf(&bytes, limits)?;
        return Ok(Opened { carriers: [carriers, vec![Carrier::Pdf]].concat(), pdf: Some(bytes), ..opened });
    }
    if let Some(row) = of_bytes(&bytes) {
        return Err(refuse(row, "").into());
    }
    Ok(Opened { carriers, ..Opened::of(decode(bytes)?) })
}

/// The bytes of a file within the limits, unpacked if they are packed: then they are owned.
pub(crate) fn unpacked<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Cow<'b, [u8]>, Finding> {
    match bytes.len() as u64 > limits.input {
        true => Err(limits.input_too_large(Some(bytes.len() as u64))),
        false => unpack(Cow::Borrowed(bytes), limits),
    }
}

#[cfg(feature = "pdf")]
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    crate::pdf::is_pdf(bytes)
}

#[cfg(not(feature = "pdf"))]
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

#[cfg(feature = "pdf")]
fn open_pdf(bytes: &[u8], limits: &Limits) -> Result<Opened<'static>, Error> {
    let limits = crate::pdf::Limits::from(limits);
    let pdf = crate::pdf::open(bytes, &limits)?;
    let choice = crate::pdf::choose(&pdf.files, &limits, is_invoice)?;
    let container = Container::of(&pdf, &choice, &limits);
    let mut opened = Opened {
        text: Cow::default(),
        carriers: Vec::new(),
        pdf: None,
        name: Some(choice.invoice.name.clone()),
        others: choice.others.iter().map(|file| Beside::of(file)).collect(),
        warnings: choice.warnings,
        next: choice.next.map(|file| file.name.clone()),
        container: Some(container),
    };
    let content = choice.invoice.content(&limits).map_err(|finding| opened.with_next(finding.into()))?;
    opened.warnings.extend(pdf.repair());
    opened.warnings.extend(choice.invoice.damage(&content));
    opened.text = decode(Cow::Owned(content.bytes)).map_err(|finding| opened.locate(finding.into()))?;
    Ok(opened)
}

#[cfg(not(feature = "pdf"))]
fn open_pdf(_: &[u8], _: &Limits) -> Result<Opened<'static>, Error> {
    Err(Finding::new(finding::NOT_AN_INVOICE, "the input is a PDF, which this build of einv does not read").into())
}

/// A document under conversion. The source is borrowed: nothing is copied that need not be.
pub(super) struct Input<'b> {
    pub(super) text: &'b str,
    pub(super) tape: Tape,
    pub(super) plan: Option<Arc<Plan>>,
    pub(super) origin: Origin,
    pub(super) lost: Vec<Lost>,
    /// The PDF that it stands in.
    pub(super) pdf: Option<&'b [u8]>,
    /// Name of the invoice in the PDF.
    pub(super) name: Option<&'b str>,
    /// Other files in the PDF that the output does not have.
    pub(super) others: &'b [Beside],
    /// All other files in the PDF.
    pub(super) beside: &'b [Beside],
    pub(super) warnings: &'b [Finding],
    /// What is told of the envelope that the invoice stood in.
    pub(super) unwrapped: Vec<Finding>,
    pub(super) terms: Arc<Terms>,
}

impl<'b> Input<'b> {
    pub(super) fn read(opened: &'b Opened<'_>, tables: &Arc<Tables>, limits: &Limits) -> Result<Input<'b>, Error> {
        Input::read_in(opened, tables, limits, Vec::new())
    }

    /// The same in the memory of these nodes.
    pub(super) fn read_in(
        opened: &'b Opened<'_>,
        tables: &Arc<Tables>,
        limits: &Limits,
        nodes: Vec<Node>,
    ) -> Result<Input<'b>, Error> {
        let blank = Input {
            text: &opened.text,
            unwrapped: Vec::new(),
            tape: Tape::of(nodes, &tables.terms),
            plan: None,
            origin: super::FROM_CODE,
            lost: Vec::new(),
            pdf: opened.pdf.as_deref(),
            name: opened.name.as_deref(),
            others: &opened.others,
            beside: &opened.others,
            warnings: &opened.warnings,
            terms: Arc::clone(&tables.terms),
        };
        let mut input = match is_json(&opened.text) {
            true => blank.read_json(tables, limits)?,
            false => blank.read_xml(tables, limits)?,
        };
        if let Some(container) = &opened.container {
            let findings = container.check(&input);
            input.unwrapped.extend(findings);
        }
        Ok(input)
    }

    /// A document that was read or built before.
    pub(super) fn of(document: &'b Document, tables: &Tables) -> Result<Input<'b>, Error> {
        let (origin, plan) = origin(document, tables)?;
        Ok(Input {
            text: &document.source,
            tape: document.tape.clone(),
            plan,
            origin,
            lost: Vec::new(),
            pdf: None,
            name: None,
            others: &[],
            beside: &[],
            warnings: &[],
            unwrapped: Vec::new(),
            terms: Arc::clone(&document.terms),
        })
    }

    fn read_xml(self, tables: &Tables, limits: &Limits) -> Result<Input<'b>, Error> {
        let limits = xml::Limits::from(limits);
        let Recognised { syntax, kind, within, envelope, warning } = recognise(self.text, limits)?;
        let plan = tables.plan(syntax, kind);
        let plan = plan.map_err(|findings| Error::new(crate::error::ErrorKind::Usage, findings))?;
        let reading = match within {
            Some(at) => read_within(self.text, at, plan, limits, self.tape),
            None => read(self.text, plan, limits, self.tape),
        };
        let reading = reading.map_err(|refusal| refusal.into_finding(self.text))?;
        let origin = Origin { syntax: Some(syntax), kind };
        let unwrapped = envelope.map(|envelope| unwrapped(&envelope)).into_iter().chain(warning).collect();
        Ok(Input { unwrapped, tape: reading.tape, lost: reading.lost, plan: Some(Arc::clone(plan)), origin, ..self })
    }

    #[cfg(feature = "json")]
    fn read_json(self, tables: &Tables, limits: &Limits) -> Result<Input<'b>, Error> {
        let groups = memchr::memchr_iter(b'{', self.text.as_bytes()).count() as u64;
        limits.allows_groups(groups, "the JSON has more objects than einv reads")?;
        let document = crate::format::json::read(self.text, &tables.terms, limits)
            .map_err(|findings| Error::new(crate::error::ErrorKind::Input, findings))?;
        let (origin, plan) = origin(&document, tables).map_err(|error| at_source(&error, self.text))?;
        Ok(Input { text: "", tape: document.tape, plan, origin, ..self })
    }

    #[cfg(not(feature = "json"))]
    fn read_json(self, _: &Tables, _: &Limits) -> Result<Input<'b>, Error> {
        let message = "the input is JSON, which this build of einv does not read";
        Err(Finding::new(finding::NOT_AN_INVOICE, message).into())
    }

    /// The format of the file: JSON has no text with places.
    pub(super) fn format(&self) -> &'static str {
        self.origin.syntax.filter(|_| !self.text.is_empty()).unwrap_or("json")
    }

    /// The first value of a term at the level of the document, as text.
    pub(super) fn value(&self, id: &str) -> Option<String> {
        let at = self.tape.first_outside_lines(&self.terms, self.terms.find(id)?)?;
        Some(xml::unescape(xml::trim(self.tape.raw(self.text, &self.tape.nodes[at]))).into_owned())
    }

    /// The invoice number, so much of it as a report needs: what an input has in its place may be of any size.
    pub(super) fn number(&self) -> Option<String> {
        let at = self.tape.first_outside_lines(&self.terms, self.terms.find("BT-1")?)?;
        let raw = xml::trim(self.tape.raw(self.text, &self.tape.nodes[at]));
        // Each character takes up to ten bytes as a reference.
        let beginning = xml::unescape(&raw[..raw.floor_char_boundary(NUMBER * 10)]);
        Some(beginning.chars().take(NUMBER).collect())
    }

    /// Where the first value of a term at the level of the document stands.
    pub(super) fn place_of(&self, term: TermId) -> Option<usize> {
        self.tape.first_outside_lines(&self.terms, term).map(|at| offset(&self.tape, at))
    }

    /// The same in the spelling of the model.
    pub(super) fn decoded(&self, id: &str) -> Option<String> {
        let at = self.tape.first_outside_lines(&self.terms, self.terms.find(id)?)?;
        let node = &self.tape.nodes[at];
        let raw = xml::unescape(xml::trim(self.tape.raw(self.text, node)));
        let rows = self.plan.as_deref().filter(|_| node.row != Node::NO_ROW && !node.is(Flags::DECODED));
        let decoded = rows.and_then(|rows| rows.decode(node.row, &raw)).map(Cow::into_owned);
        Some(decoded.unwrap_or_else(|| raw.into_owned()))
    }

    /// Id and official name of a term.
    pub(super) fn label(&self, id: &str) -> String {
        self.terms.find(id).map_or_else(|| id.to_owned(), |term| self.terms.get(term).label())
    }

    /// True if a trip within the syntax keeps this constant.
    pub(super) fn keeps(&self, node: &Node) -> bool {
        let hot = self.plan.as_deref().and_then(|plan| plan.hot.get(usize::from(node.row)));
        hot.is_some_and(|hot| hot.keeps)
    }

    /// True if there is a group of this name.
    pub(super) fn has_group(&self, id: &str) -> bool {
        let Some(name) = self.terms.find(id).map(|group| group.index() as u16) else { return false };
        self.tape.nodes.iter().any(|node| node.is_group() && node.name == name && !node.is(Flags::OUT))
    }

    /// How many groups of a name there are.
    pub(super) fn count(&self, id: &str) -> usize {
        let Some(name) = self.terms.find(id).map(|group| group.index() as u16) else { return 0 };
        self.tape.nodes.iter().filter(|node| node.is_group() && node.name == name && !node.is(Flags::OUT)).count()
    }

    /// The typed invoice, and the terms that it states, as bits by node. A document stands only while it is made: its
    /// texts, those of the input and those of the invoice are never there all at once for longer.
    #[cfg(feature = "json")]
    pub(super) fn typed(&mut self, terms: &Arc<Terms>) -> (Invoice, Vec<u64>) {
        let rows = self.plan.clone().map(|plan| plan as Arc<dyn Rows>);
        let tape = std::mem::take(&mut self.tape);
        let document = Document::new(Arc::clone(terms), rows, Arc::from(self.text), tape, self.origin);
        let typed = Invoice::stated(&document);
        self.tape = document.tape;
        typed
    }

    /// The document for itself, with a source of its own.
    pub(super) fn document(&self, terms: &Arc<Terms>) -> Document {
        let rows = self.plan.clone().map(|plan| plan as Arc<dyn Rows>);
        Document::new(Arc::clone(terms), rows, Arc::from(self.text), self.tape.clone(), self.origin)
    }
}

/// What is told of an envelope: it is how the invoice was sent, and no output has it.
fn unwrapped(envelope: &Envelope) -> Finding {
    let name = |parties: &[Party]| match parties {
        [] => "nobody".to_owned(),
        parties => parties.iter().map(|party| party.identifier.as_str()).collect::<Vec<_>>().join(", "),
    };
    let told = Finding::new(finding::UNWRAPPED, "the invoice was taken out of its SBDH envelope, which is not carried");
    match envelope.senders.is_empty() && envelope.receivers.is_empty() {
        true => told,
        false => told.found(format!("sent by {} to {}", name(&envelope.senders), name(&envelope.receivers))),
    }
}

/// The syntax and kind of document that a document was read from, or that the typed invoice says it was; and the plan
/// of that.
fn origin(document: &Document, tables: &Tables) -> Result<(Origin, Option<Arc<Plan>>), Error> {
    let origin = stated_origin(document, tables)?;
    let plan = origin.syntax.map(|syntax| tables.plan(syntax, origin.kind)).transpose();
    let plan = plan.map_err(|findings| Error::new(crate::error::ErrorKind::Usage, findings))?;
    Ok((origin, plan.cloned()))
}

fn stated_origin(document: &Document, tables: &Tables) -> Result<Origin, Error> {
    let Some(source) = &document.made_from else { return Ok(document.origin) };
    match tables.kind(&source.syntax, source.document.as_deref()) {
        Some((syntax, kind)) => Ok(Origin { syntax: Some(syntax), kind }),
        None => {
            let document = source.document.iter().map(|document| format!(", {document}"));
            let found = document.fold(source.syntax.clone(), |found, document| found + &document);
            let finding = Finding::new(crate::finding::JSON_SHAPE, "the source is no kind of document that einv knows");
            Err(finding.found(found).expected(tables.kinds()).into())
        }
    }
}

/// The same error, at the source that the JSON states.
#[cfg(feature = "json")]
fn at_source(error: &Error, text: &str) -> Error {
    let place = crate::format::json::place_of(text, "source");
    Error::new(error.kind(), error.findings().iter().map(|finding| finding.clone().at(place.clone())).collect())
}
