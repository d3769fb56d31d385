//! Hybrid PDFs (Factur-X, ZUGFeRD): the pages that people read, and the invoice inside that machines read.

use std::sync::Arc;

use super::attach::Loose;
use super::input::{Input, Opened};
use super::step::kind_name;
use crate::error::{Error, ErrorKind};
use crate::finding::{self, Finding};
use crate::format::Carrier;
use crate::limits::Limits;
use crate::mapping::Tables;
use crate::target::{NamesRow, Target, TargetRow, Targets};

/// The relations that a file can have to a PDF (AFRelationship).
const RELATIONSHIPS: [&str; 5] = ["Alternative", "Data", "Source", "Supplement", "Unspecified"];

/// What a hybrid PDF is made of beside the invoice: for conversions into [`Format::FacturX`](crate::Format::FacturX), and
/// for [`embed`].
///
/// If nothing is said, the pages are those of the source, which then is a PDF, and the file becomes PDF/A-3, dated by the
/// invoice (BT-2). So the same input gives the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hybrid {
    pub(super) visual: Visual,
    relationship: Option<String>,
    names: Option<String>,
    date: Option<String>,
    plain: bool,
    pub(super) moves: bool,
    file: Option<String>,
}

/// Where the pages come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Visual {
    /// The source, a PDF.
    #[default]
    Source,
    /// This PDF.
    Bytes(Arc<[u8]>),
    /// A PDF that the invoice carries (BG-24).
    Attachment,
}

impl Hybrid {
    /// A hybrid PDF/A-3 with the pages of the source.
    pub fn new() -> Hybrid {
        Hybrid::default()
    }

    /// The pages: a PDF. An invoice that is in it already gives way; other files in it stay.
    pub fn visual(mut self, pdf: impl Into<Arc<[u8]>>) -> Hybrid {
        self.visual = Visual::Bytes(pdf.into());
        self
    }

    /// The pages are those of a PDF that the invoice carries as a supporting document (BG-24): the one that BT-123 calls
    /// `LISIBLE`, or the only one. It stays in the invoice, too.
    pub fn visual_from_attachment(mut self) -> Hybrid {
        self.visual = Visual::Attachment;
        self
    }

    /// How the invoice relates to the pages (AFRelationship): `Alternative`, `Data`, `Source`, `Supplement` or
    /// `Unspecified`. If not said, the target says it.
    pub fn relationship(mut self, relationship: impl Into<String>) -> Hybrid {
        self.relationship = Some(relationship.into());
        self
    }

    /// How things are named: `factur-x`, or `zugferd` for receivers that know ZUGFeRD 2.0 only.
    pub fn names(mut self, names: impl Into<String>) -> Hybrid {
        self.names = Some(names.into());
        self
    }

    /// When it is made: a date, YYYY-MM-DD, or a date and time with zone, such as `2026-03-02T14:30:00Z`. If not said, the
    /// issue date (BT-2).
    pub fn date(mut self, when: impl Into<String>) -> Hybrid {
        self.date = Some(when.into());
        self
    }

    /// A plain PDF that does not claim to be PDF/A-3, so nothing is mended and nothing is demanded of it.
    pub fn without_pdfa(mut self) -> Hybrid {
        self.plain = true;
        self
    }

    /// The files that the invoice carries (BT-125) become files of the PDF; their references stay in the invoice.
    pub fn move_attachments(mut self) -> Hybrid {
        self.moves = true;
        self
    }

    /// The same with other pages, and their name.
    #[cfg(feature = "batch")]
    pub(super) fn with_pages(self, name: String, pdf: Vec<u8>) -> Hybrid {
        self.visual(pdf).file(name)
    }

    /// Name of the pages for the places of findings.
    pub fn file(mut self, name: impl Into<String>) -> Hybrid {
        self.file = Some(name.into());
        self
    }

    /// What is wrong with what the caller said.
    pub(super) fn check(&self, targets: &Targets) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut wrong = |message: &str, found: &Option<String>, expected: String| {
            let finding = Finding::new(finding::ARGUMENTS, message).found(found.as_deref().unwrap_or_default());
            findings.push(finding.expected(expected));
        };
        if self.relationship.is_some() && self.known_relationship().is_none() {
            wrong("a PDF has no such relation to a file", &self.relationship, RELATIONSHIPS.join(", "));
        }
        if self.names.is_some() && targets.names_of(self.names.as_deref()).is_none() {
            wrong("hybrid PDFs have no such names", &self.names, targets.ways().collect::<Vec<_>>().join(" or "));
        }
        #[cfg(feature = "pdf")]
        if self.date.as_deref().is_some_and(|date| crate::pdf::Stamp::of(date).is_none()) {
            let expected = "a date such as 2026-03-02, or 2026-03-02T14:30:00Z".to_owned();
            wrong("the date of the PDF is none", &self.date, expected);
        }
        findings
    }

    /// Findings about the pages stand in their file, if they have one of their own.
    #[cfg(feature = "pdf")]
    fn locate(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let Some(file) = self.file.as_ref().filter(|_| self.visual != Visual::Source) else { return findings };
        let place = |finding: Finding| {
            let place = finding.place.clone().unwrap_or_default().in_file(file);
            finding.at(place)
        };
        findings.into_iter().map(place).collect()
    }

    fn known_relationship(&self) -> Option<&'static str> {
        let said = self.relationship.as_deref()?;
        RELATIONSHIPS.into_iter().find(|known| known.eq_ignore_ascii_case(said))
    }
}

/// A PDF with an invoice in it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Embedded {
    /// The file.
    pub bytes: Vec<u8>,
    /// The PDF/A that it claims to be, such as `PDF/A-3B`; `None` for a plain PDF.
    pub pdfa: Option<String>,
    /// Name of the invoice in it.
    pub name: String,
    /// What the metadata call the profile.
    pub level: String,
    /// What was changed in the PDF beyond what was asked for, and what is odd.
    pub findings: Vec<Finding>,
}

/// Embeds an invoice in a PDF as it is, byte for byte. The profile that the PDF states is told from BT-24; `target` names
/// it where BT-24 says nothing that einv knows.
///
/// # Errors
/// If the invoice is no CII that can be read, or nothing tells its profile; if the PDF cannot be read, is signed, or
/// cannot become PDF/A-3.
pub fn embed(invoice: &[u8], target: Option<&Target>, hybrid: &Hybrid, limits: &Limits) -> Result<Embedded, Error> {
    let tables = Tables::standard();
    let wrong = hybrid.check(&tables.targets);
    if !wrong.is_empty() {
        return Err(Error::new(ErrorKind::Usage, wrong));
    }
    let opened = super::input::open(invoice, limits)?;
    let input = Input::read(&opened, tables, limits).map_err(|error| opened.locate(error))?;
    if let Some(finding) = unfit(&opened, &input) {
        return Err(Error::new(ErrorKind::Usage, vec![finding]));
    }
    let row = target.and_then(|target| target.row(&tables.targets));
    let is_carried = hybrid.visual == Visual::Attachment;
    let carried = if is_carried { Some(super::attach::visual(&input)?) } else { None };
    let pages = Pages { limits, source: None, carried: carried.as_deref(), loose: &[] };
    pages.hybrid(hybrid, invoice, row, &input, &tables.targets)
}

/// Why a file cannot be embedded as it is: readers of hybrid PDFs look for CII, and for nothing around it.
fn unfit(opened: &Opened<'_>, input: &Input<'_>) -> Option<Finding> {
    const CONVERT: &str = "convert it with `einv convert --to facturx`";
    let is_in_envelope = input.unwrapped.iter().any(|finding| finding.code == finding::UNWRAPPED.id);
    let (found, help) = if opened.name.is_some() {
        (
            "a PDF".to_owned(),
            "take the invoice out with `einv extract`, or convert the PDF with `einv convert --to facturx`",
        )
    } else if opened.carriers.contains(&Carrier::Gzip) {
        ("a gzip file".to_owned(), "unpack it")
    } else if is_in_envelope {
        ("an SBDH envelope around it".to_owned(), CONVERT)
    } else if input.format() != "cii" {
        (kind_name(input.format(), 0, None), CONVERT)
    } else {
        return None;
    };
    let finding = Finding::new(finding::ARGUMENTS, "a hybrid PDF holds an invoice in CII, as it is");
    Some(finding.found(found).help(help))
}

/// Where pages are looked for.
#[cfg_attr(not(feature = "pdf"), allow(dead_code, reason = "what a PDF is made of"))]
pub(super) struct Pages<'p> {
    pub(super) limits: &'p Limits,
    /// The source, if it is a PDF.
    pub(super) source: Option<&'p [u8]>,
    /// The PDF that the invoice carries, if its pages are asked for.
    pub(super) carried: Option<&'p [u8]>,
    /// Files beside the invoice.
    pub(super) loose: &'p [Loose],
}

/// What a PDF says of the invoice in it.
#[cfg_attr(not(feature = "pdf"), allow(dead_code, reason = "what a PDF is made of"))]
struct Statement<'t> {
    names: &'t NamesRow,
    file: &'t str,
    version: &'t str,
    level: &'t str,
    relationship: &'t str,
}

impl<'t> Statement<'t> {
    fn of(hybrid: &Hybrid, row: &'t TargetRow, targets: &'t Targets) -> Option<Statement<'t>> {
        let names = targets.names_of(hybrid.names.as_deref())?;
        let stated = row.hybrid.as_ref()?;
        Some(Statement {
            names,
            file: stated.file.as_deref().unwrap_or(&names.file),
            version: stated.version.as_deref().unwrap_or(&names.version),
            level: row.level()?,
            relationship: hybrid.known_relationship().unwrap_or(&stated.relationship),
        })
    }

    #[cfg(feature = "pdf")]
    fn properties(&self) -> crate::pdf::Properties {
        let put_in = |value: &str| {
            value.replace("{file}", self.file).replace("{version}", self.version).replace("{level}", self.level)
        };
        let (namespace, prefix, schema) = self.names.schema.clone();
        let property = |(name, value, meaning): &(String, String, String)| crate::pdf::Property {
            name: name.clone(),
            description: meaning.clone(),
            value: put_in(value),
        };
        let properties = self.names.properties.iter().map(property).collect();
        crate::pdf::Properties { namespace, prefix, schema, properties }
    }
}

impl Pages<'_> {
    /// The invoice in its pages.
    pub(super) fn hybrid(
        &self,
        hybrid: &Hybrid,
        invoice: &[u8],
        row: Option<&TargetRow>,
        input: &Input<'_>,
        targets: &Targets,
    ) -> Result<Embedded, Error> {
        let specification = input.value("BT-24").unwrap_or_default();
        let row = row.filter(|row| row.hybrid.is_some()).or_else(|| targets.hybrid(specification.trim()));
        let Some(statement) = row.and_then(|row| Statement::of(hybrid, row, targets)) else {
            return Err(Error::new(ErrorKind::Usage, vec![unknown(&specification, input)]));
        };
        let date = hybrid.date.clone().or_else(|| input.decoded("BT-2"));
        self.embed(hybrid, invoice, &statement, date, input)
    }

    #[cfg(feature = "pdf")]
    fn embed(
        &self,
        hybrid: &Hybrid,
        invoice: &[u8],
        statement: &Statement<'_>,
        date: Option<String>,
        input: &Input<'_>,
    ) -> Result<Embedded, Error> {
        use crate::pdf::{self, Embedding, NewFile, Stamp};
        let Some(date) = date.as_deref().and_then(Stamp::of) else { return Err(undated(input).into()) };
        let visual = self.visual(hybrid)?;
        let file = NewFile {
            name: statement.file,
            bytes: invoice,
            mime: "text/xml",
            relationship: statement.relationship,
            description: "Invoice",
        };
        let loose = self.loose.iter().map(|file| NewFile {
            name: &file.name,
            bytes: &file.bytes,
            mime: &file.mime,
            relationship: "Supplement",
            description: file.description.as_deref().unwrap_or(&file.name),
        });
        // The invoice comes last, as in a PDF that already has the others.
        let files: Vec<NewFile<'_>> = loose.filter(|file| !pdf::is_reserved(file.name)).chain([file]).collect();
        let own = input.name.filter(|_| hybrid.visual == Visual::Source);
        let wish = Embedding {
            files: &files,
            replaces: &|name| own == Some(name) || pdf::is_reserved(name),
            properties: &statement.properties(),
            date: &date,
            pdfa: !hybrid.plain,
        };
        let embedded = pdf::embed(&visual, &wish, &pdf::Limits::from(self.limits))
            .map_err(|findings| Error::new(ErrorKind::Input, hybrid.locate(findings)))?;
        Ok(Embedded {
            bytes: embedded.bytes,
            pdfa: embedded.level.map(|level| format!("PDF/A-3{}", level.letter())),
            name: statement.file.to_owned(),
            level: statement.level.to_owned(),
            findings: hybrid.locate(embedded.findings),
        })
    }

    #[cfg(not(feature = "pdf"))]
    fn embed(
        &self,
        _: &Hybrid,
        _: &[u8],
        _: &Statement<'_>,
        _: Option<String>,
        _: &Input<'_>,
    ) -> Result<Embedded, Error> {
        let finding = Finding::new(finding::NO_PLACE, "this build of einv has no PDFs");
        Err(Error::new(ErrorKind::Usage, vec![finding]))
    }

    /// The PDF that people read.
    #[cfg(feature = "pdf")]
    fn visual<'v>(&'v self, hybrid: &'v Hybrid) -> Result<std::borrow::Cow<'v, [u8]>, Error> {
        use std::borrow::Cow;
        let given = match (&hybrid.visual, self.source) {
            (Visual::Bytes(bytes), _) => bytes,
            (Visual::Source, Some(source)) => return Ok(Cow::Borrowed(source)),
            (Visual::Source, None) => return Err(Error::new(ErrorKind::Usage, vec![no_pages()])),
            (Visual::Attachment, _) => return Ok(Cow::Borrowed(self.carried.unwrap_or_default())),
        };
        let wrong = |finding: Finding| Error::new(ErrorKind::Input, hybrid.locate(vec![finding]));
        let unpacked = super::unpacked(given, self.limits).map_err(wrong)?;
        match crate::pdf::is_pdf(&unpacked) {
            true => Ok(unpacked),
            false => {
                let finding = Finding::new(finding::PDF_BROKEN, "the pages of a hybrid PDF are no PDF");
                Err(wrong(finding.expected("a file that begins with `%PDF-`")))
            }
        }
    }
}

/// Whether an error says that a PDF that can be read cannot become what is asked for.
pub(super) fn is_lacking(error: &Error) -> bool {
    const LACKS: [&str; 3] = [finding::PDF_NOT_ARCHIVABLE.id, finding::PDF_SIGNED.id, finding::REQUIRED.id];
    error.kind() == ErrorKind::Input && error.findings().iter().all(|finding| LACKS.contains(&finding.code.as_str()))
}

/// Without pages there is no PDF.
pub(super) fn no_pages() -> Finding {
    Finding::new(finding::ARGUMENTS, "a hybrid PDF needs pages, and the invoice is no PDF")
        .expected("--pdf with a PDF, or --pdf from-attachment for one that the invoice carries (BG-24)")
}

fn unknown(specification: &str, input: &Input<'_>) -> Finding {
    let message = match specification.is_empty() {
        true => "the invoice states no specification, so its profile is not known",
        false => "no profile of hybrid PDFs has this specification",
    };
    let finding = Finding::new(finding::ARGUMENTS, message).found(specification).term(input.label("BT-24"));
    finding.help("name the profile that the PDF shall state with --profile")
}

#[cfg(feature = "pdf")]
fn undated(input: &Input<'_>) -> Finding {
    let finding = Finding::new(finding::REQUIRED, "a hybrid PDF states a date, which the invoice does not");
    finding.term(input.label("BT-2")).help("give it with --date YYYY-MM-DD")
}
