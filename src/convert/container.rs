//! What the PDF around an invoice says of it, kept until the invoice is read and the two can be compared.

use super::input::Input;
use crate::finding::Finding;

#[cfg(feature = "pdf")]
pub(super) use with_pdf::Container;

/// A build without PDFs has no container.
#[cfg(not(feature = "pdf"))]
pub(super) enum Container {}

#[cfg(not(feature = "pdf"))]
impl Container {
    pub(super) fn check(&self, _: &Input<'_>) -> Vec<Finding> {
        match *self {}
    }
}

#[cfg(feature = "pdf")]
mod with_pdf {
    use super::{Finding, Input};
    use crate::finding::Severity;
    use crate::format::{Hybrid, Stated};
    use crate::pdf::{Choice, EmbeddedFile, Limits, Pdf, Xmp};

    /// The PDF that an invoice was taken out of.
    pub(crate) struct Container {
        invoice: EmbeddedFile,
        next: Option<EmbeddedFile>,
        xmp: Option<Xmp>,
    }

    impl Container {
        /// What is needed of a PDF once its files are gone.
        pub(crate) fn of(pdf: &Pdf, choice: &Choice<'_>, limits: &Limits) -> Container {
            let next = choice.next.map(EmbeddedFile::label);
            Container { invoice: choice.invoice.label(), next, xmp: pdf.metadata(limits) }
        }

        /// What does not fit. It does not keep the invoice from being read, so it is a warning at most.
        pub(crate) fn check(&self, input: &Input<'_>) -> Vec<Finding> {
            let [specification, seller, buyer] = ["BT-24", "BT-40", "BT-55"].map(|term| input.value(term));
            let countries = (seller.as_deref(), buyer.as_deref());
            let stated = Stated { specification: specification.as_deref(), countries };
            let Container { invoice, next, xmp } = self;
            let mut findings = Hybrid { invoice, next: next.as_ref(), xmp: xmp.as_ref(), stated }.check();
            findings.iter_mut().for_each(|finding| finding.severity = finding.severity.min(Severity::Warning));
            findings
        }
    }
}
