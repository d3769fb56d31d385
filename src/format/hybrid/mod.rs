//! The PDF around an invoice: whether what it says of the invoice fits the invoice, and what readers look for is there.

mod table;

use crate::finding::{Finding, PDF_CONTAINER, Severity};
use crate::pdf::{EmbeddedFile, FoundIn, Xmp, is_reserved, nearly_reserved};

use self::table::{Row, TABLE, squeezed};
use super::profile_level;

/// The namespace that files of today use.
const CURRENT: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hybrid<'a> {
    /// The embedded invoice.
    pub invoice: &'a EmbeddedFile,
    /// Another file that has the name of an invoice.
    pub next: Option<&'a EmbeddedFile>,
    /// What the metadata say, if they can be read.
    pub xmp: Option<&'a Xmp>,
    /// What the invoice states.
    pub stated: Stated<'a>,
}

/// What an invoice states that the PDF around it must fit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stated<'a> {
    /// BT-24.
    pub specification: Option<&'a str>,
    /// The country of the seller, BT-40, and that of the buyer, BT-55.
    pub countries: (Option<&'a str>, Option<&'a str>),
}

impl Hybrid<'_> {
    /// What does not fit. What keeps readers from the invoice, or makes them take it for another one, is an error.
    pub(crate) fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        findings.extend(self.file_name());
        findings.extend(self.next.map(|next| another(&next.name)));
        match self.xmp.filter(|xmp| xmp.namespace.is_some()) {
            Some(xmp) => findings.extend(self.metadata(xmp)),
            None => findings.push(error("the metadata of the PDF do not say that an invoice is inside")),
        }
        findings.extend(self.abroad());
        findings.extend(self.relationship());
        findings.extend(self.listed());
        findings.extend(self.claim());
        findings
    }

    /// The level that BT-24 stands for.
    fn level(&self) -> Option<&'static str> {
        self.stated.specification.and_then(profile_level)
    }

    /// What goes with the level, or with what the metadata take for it.
    fn row(&self) -> Option<&'static Row> {
        let stated = self.xmp.and_then(|xmp| xmp.profile.as_deref());
        TABLE.level(self.level().or(stated)?)
    }

    /// The name is one that readers look for: exactly, and that of the profile.
    fn file_name(&self) -> Option<Finding> {
        let name = self.invoice.name.as_str();
        if let Some(reserved) = nearly_reserved(self.invoice) {
            let finding = error("the name of the embedded invoice is not exactly that of the standard");
            return Some(finding.found(format!("`{name}`")).expected(format!("`{reserved}`")));
        }
        let schema = self.xmp.and_then(|xmp| TABLE.schema(xmp.namespace.as_deref()?));
        let of_level = self.row().map(|row| row.files.as_slice()).filter(|files| !files.is_empty());
        let files = of_level.or(schema.map(|row| row.files.as_slice()))?;
        // A name that is no reserved one was told when the invoice was looked for.
        let fits = files.contains(&name) || !is_reserved(name);
        (!fits).then(|| {
            error("the name of the embedded invoice is not that of its profile")
                .found(format!("`{name}`"))
                .expected(one_of(files))
        })
    }

    /// What the metadata say fits the file, BT-24 and itself.
    fn metadata(&self, xmp: &Xmp) -> Vec<Finding> {
        let checks = [
            file_stated(xmp, &self.invoice.name),
            self.level_stated(xmp),
            namespace(xmp),
            self.version(xmp),
            kind(xmp),
        ];
        checks.into_iter().flatten().collect()
    }

    fn level_stated(&self, xmp: &Xmp) -> Option<Finding> {
        let Some(stated) = xmp.profile.as_deref() else {
            let finding = error("the metadata of the PDF do not name the profile of the invoice");
            return Some(match self.level() {
                Some(level) => finding.expected(format!("`{level}`, as BT-24 of the invoice says")),
                None => finding,
            });
        };
        if let Some(level) = self.level() {
            return (squeezed(stated) != squeezed(level)).then(|| {
                error("the metadata of the PDF name another profile than the invoice")
                    .term("BT-24 Specification identifier")
                    .found(format!("`{stated}`"))
                    .expected(format!("`{level}`, as BT-24 of the invoice says"))
            });
        }
        let is_known = TABLE.level(stated).is_some();
        (!is_known).then(|| {
            warning("the metadata of the PDF name a profile that no standard has").found(format!("`{stated}`"))
        })
    }

    fn version(&self, xmp: &Xmp) -> Option<Finding> {
        let schema = TABLE.schema(xmp.namespace.as_deref()?)?;
        let of_level = self.row().map(|row| row.versions.as_slice()).filter(|versions| !versions.is_empty());
        let versions = of_level.unwrap_or(&schema.versions);
        let rule = schema.rule.filter(|_| of_level.is_none());
        let finding = match xmp.version.as_deref() {
            Some(version) if versions.contains(&version) => return None,
            Some(version) => warning("the metadata of the PDF name a version that the standard does not have")
                .found(format!("`{version}`")),
            None => warning("the metadata of the PDF do not name the version of the standard"),
        };
        Some(by_rule(finding.expected(one_of(versions)), rule))
    }

    /// Some levels are not for invoices within some countries.
    fn abroad(&self) -> Option<Finding> {
        let row = self.row()?;
        let (country, rule) = row.abroad?;
        let is_within = self.stated.countries == (Some(country), Some(country));
        let finding = || warning("the profile is not one for invoices within this country");
        is_within.then(|| {
            let found = format!("`{}`, seller and buyer in `{country}`", row.id);
            by_rule(finding().term("BT-24 Specification identifier").found(found), Some(rule))
        })
    }

    /// Readers tell by it whether the pages or the file count.
    fn relationship(&self) -> Option<Finding> {
        let allowed = self.row().map_or(&["Alternative", "Source", "Data"][..], |row| &row.relationships);
        let finding = match self.invoice.relationship.as_deref() {
            Some(stated) if allowed.contains(&stated) => return None,
            Some(stated) => warning("the embedded invoice relates to the PDF in a way that its profile does not know")
                .found(format!("`{stated}`")),
            None => error("the PDF does not say how the embedded invoice relates to it"),
        };
        Some(finding.expected(format!("{} as AFRelationship", one_of(allowed))))
    }

    /// A reader looks for it in the lists of the document.
    fn listed(&self) -> Option<Finding> {
        let place = match self.invoice.found_in {
            FoundIn::NameTree => return None,
            FoundIn::Scan => return None,
            FoundIn::AssociatedFiles => "the associated files alone",
            FoundIn::PageAssociatedFiles => "the associated files of a page",
            FoundIn::Annotation => "an annotation",
        };
        let finding = warning("the embedded invoice does not stand where readers look for it").found(place);
        Some(finding.expected("the name tree of embedded files and the associated files of the document"))
    }

    /// The part of PDF/A that the file claims to follow.
    fn claim(&self) -> Option<Finding> {
        let part = self.xmp.and_then(|xmp| xmp.pdfa_part.as_deref()).map(str::trim);
        let is_4f = || {
            self.xmp
                .and_then(|xmp| xmp.pdfa_conformance.as_deref())
                .is_some_and(|level| level.trim().eq_ignore_ascii_case("F"))
        };
        let finding = match part {
            Some("3") => return None,
            Some("4") if is_4f() => return None,
            Some(_) => error("the PDF claims to be another part of PDF/A than the one that may carry an invoice")
                .found(format!("`{}`", self.xmp.and_then(Xmp::pdfa).unwrap_or_default())),
            None => error("the PDF does not claim to be PDF/A-3"),
        };
        Some(by_rule(finding.expected("`PDF/A-3`"), Some("BR-HYBRID-02")))
    }
}

fn file_stated(xmp: &Xmp, name: &str) -> Option<Finding> {
    let stated = xmp.file_name.as_deref().filter(|stated| *stated != name)?;
    let finding = error("the metadata of the PDF name another file than the embedded invoice");
    Some(finding.found(format!("`{stated}`")).expected(format!("`{name}`")))
}

fn namespace(xmp: &Xmp) -> Option<Finding> {
    let stated = xmp.namespace.as_deref().filter(|stated| TABLE.schema(stated).is_none())?;
    let finding = error("the metadata of the PDF speak of the invoice in a namespace that no standard has");
    Some(by_rule(finding.found(format!("`{stated}`")).expected(format!("`{CURRENT}`")), Some("BR-HYBRID-04")))
}

fn kind(xmp: &Xmp) -> Option<Finding> {
    let stated = xmp.document_type.as_deref();
    if stated == Some("INVOICE") {
        return None;
    }
    let finding = warning("the metadata of the PDF do not call the document an invoice").expected("`INVOICE`");
    Some(match stated {
        Some(stated) => finding.found(format!("`{stated}`")),
        None => finding,
    })
}

fn another(name: &str) -> Finding {
    error("another attachment of the PDF has the name of an invoice, too").found(format!("`{name}`, which is not read"))
}

fn error(message: &str) -> Finding {
    let mut finding = Finding::new(PDF_CONTAINER, message);
    finding.severity = Severity::Error;
    finding
}

fn warning(message: &str) -> Finding {
    Finding::new(PDF_CONTAINER, message)
}

/// The same finding with the id of an official rule.
fn by_rule(mut finding: Finding, rule: Option<&str>) -> Finding {
    if let Some(rule) = rule {
        rule.clone_into(&mut finding.code);
    }
    finding
}

/// `A`, `B` or `C`.
fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        words => words.concat(),
    }
}
