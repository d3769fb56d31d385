//! From bytes to a tape: out of a PDF if need be, then by the table of the syntax.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::Error;
#[cfg(not(feature = "pdf"))]
use crate::finding;
use crate::finding::Finding;
use crate::format::{Carrier, carrier, syntax, text};
use crate::mapping::{Lost, Plan, Tables, read};
use crate::model::{Document, Flags, Node, Origin, Rows, Tape};
use crate::term::Terms;
use crate::xml;

/// The bytes of the invoice, and what was beside it.
pub(super) struct Opened<'b> {
    pub(super) bytes: Cow<'b, [u8]>,
    /// Other files in the PDF.
    pub(super) others: Vec<Beside>,
    pub(super) warnings: Vec<Finding>,
}

/// A file in the PDF that is not the invoice.
pub(super) struct Beside {
    pub(super) name: String,
    /// What the PDF says about it: description and relationship.
    pub(super) said: String,
}

#[cfg(feature = "pdf")]
impl Beside {
    fn of(file: &crate::pdf::EmbeddedFile) -> Beside {
        let said = file.description.iter().chain(&file.relationship);
        Beside { name: file.name.clone(), said: said.map(String::as_str).collect::<Vec<_>>().join(", ") }
    }
}

/// Takes the invoice out of what carries it.
pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    match carrier(bytes) {
        Carrier::Pdf => open_pdf(bytes),
        _ => Ok(Opened { bytes: Cow::Borrowed(bytes), others: Vec::new(), warnings: Vec::new() }),
    }
}

#[cfg(feature = "pdf")]
fn open_pdf(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    let limits = crate::pdf::Limits::default();
    let files = crate::pdf::embedded_files(bytes, &limits)?;
    let is_invoice = |bytes: &[u8]| text(bytes).is_ok_and(|text| xml::root(text).is_some() && syntax(text).is_ok());
    let choice = crate::pdf::choose(&files, &limits, is_invoice)?;
    let content = choice.invoice.content(&limits)?;
    let mut warnings = choice.warnings;
    if let Some(damage) = content.damaged {
        let message = format!("the embedded `{}` may be damaged: {damage}", choice.invoice.name);
        warnings.push(Finding::new(crate::finding::READ_ODD, message));
    }
    let others = choice.others.iter().map(|file| Beside::of(file)).collect();
    Ok(Opened { bytes: Cow::Owned(content.bytes), others, warnings })
}

#[cfg(not(feature = "pdf"))]
fn open_pdf(_: &[u8]) -> Result<Opened<'_>, Error> {
    Err(Finding::new(finding::NOT_AN_INVOICE, "the input is a PDF, which this build of einv does not read").into())
}

/// A document under conversion. The source is borrowed: nothing is copied that need not be.
pub(super) struct Input<'b> {
    pub(super) text: &'b str,
    pub(super) tape: Tape,
    pub(super) plan: Option<Arc<Plan>>,
    pub(super) origin: Origin,
    pub(super) lost: Vec<Lost>,
    pub(super) others: &'b [Beside],
    pub(super) warnings: &'b [Finding],
    terms: Arc<Terms>,
}

impl<'b> Input<'b> {
    pub(super) fn read(opened: &'b Opened<'_>, tables: &Arc<Tables>) -> Result<Input<'b>, Error> {
        let text = text(&opened.bytes)?;
        let blank = Input {
            text,
            tape: Tape::default(),
            plan: None,
            origin: super::FROM_CODE,
            lost: Vec::new(),
            others: &opened.others,
            warnings: &opened.warnings,
            terms: Arc::clone(&tables.terms),
        };
        match carrier(&opened.bytes) {
            Carrier::Json => blank.read_json(tables),
            _ => blank.read_xml(tables),
        }
    }

    /// A document that was read or built before.
    pub(super) fn of(document: &'b Document, tables: &Tables) -> Result<Input<'b>, Error> {
        let plan = document.origin.syntax.map(|syntax| tables.plan(syntax, document.origin.kind)).transpose();
        let plan = plan.map_err(|findings| Error::new(crate::error::ErrorKind::Usage, findings))?;
        Ok(Input {
            text: &document.source,
            tape: document.tape.clone(),
            plan: plan.cloned(),
            origin: document.origin,
            lost: Vec::new(),
            others: &[],
            warnings: &[],
            terms: Arc::clone(&document.terms),
        })
    }

    fn read_xml(self, tables: &Tables) -> Result<Input<'b>, Error> {
        let (syntax, kind) = syntax(self.text)?;
        let plan = tables.plan(syntax, kind);
        let plan = plan.map_err(|findings| Error::new(crate::error::ErrorKind::Usage, findings))?;
        let reading =
            read(self.text, plan, xml::Limits::default()).map_err(|refusal| refusal.into_finding(self.text))?;
        let origin = Origin { syntax: Some(syntax), kind };
        Ok(Input { tape: reading.tape, lost: reading.lost, plan: Some(Arc::clone(plan)), origin, ..self })
    }

    #[cfg(feature = "json")]
    fn read_json(self, tables: &Tables) -> Result<Input<'b>, Error> {
        let document = crate::format::json::read(self.text, Arc::clone(&tables.terms))
            .map_err(|findings| Error::new(crate::error::ErrorKind::Input, findings))?;
        Ok(Input { text: "", tape: document.tape, ..self })
    }

    #[cfg(not(feature = "json"))]
    fn read_json(self, _: &Tables) -> Result<Input<'b>, Error> {
        let message = "the input is JSON, which this build of einv does not read";
        Err(Finding::new(crate::finding::NOT_AN_INVOICE, message).into())
    }

    /// The first value of a term at the level of the document, as text.
    pub(super) fn value(&self, id: &str) -> Option<String> {
        let at = self.tape.first_outside_lines(&self.terms, self.terms.find(id)?)?;
        Some(xml::unescape(xml::trim(self.tape.raw(self.text, &self.tape.nodes[at]))).into_owned())
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

    /// The document for itself, with a source of its own.
    pub(super) fn document(&self, terms: &Arc<Terms>) -> Document {
        let rows = self.plan.clone().map(|plan| plan as Arc<dyn Rows>);
        Document::new(Arc::clone(terms), rows, Arc::from(self.text), self.tape.clone(), self.origin)
    }
}
