//! Conversions into hybrid PDFs: what goes into the pages, and what comes of it.

use super::Converter;
use super::attach::{self, Loose};
use super::hybrid::{self, Hybrid, Pages, Visual};
use super::input::Input;
use super::ledger::Ledger;
use super::step::Step;
use crate::error::Error;
use crate::format::Format;

impl Converter {
    /// What a hybrid PDF is made of, for [`Format::FacturX`].
    pub fn hybrid(mut self, hybrid: Hybrid) -> Converter {
        self.hybrid = hybrid;
        self
    }

    /// The same with pages of its own for one input.
    #[cfg(feature = "batch")]
    pub(crate) fn pages(mut self, name: String, pdf: Vec<u8>) -> Converter {
        self.hybrid = std::mem::take(&mut self.hybrid).with_pages(name, pdf);
        self
    }

    /// Whether the output has the pages of the source.
    pub(super) fn keeps_pages(&self) -> bool {
        self.target.format == Format::FacturX && self.hybrid.visual == Visual::Source
    }

    /// What goes out of the invoice into the PDF: the pages, and files.
    pub(super) fn taken_out(
        &self,
        input: &mut Input<'_>,
        ledger: &mut Ledger<'_>,
    ) -> Result<(Option<Vec<u8>>, Vec<Loose>), Error> {
        if self.target.format != Format::FacturX {
            return Ok((None, Vec::new()));
        }
        let is_carried = self.hybrid.visual == Visual::Attachment;
        let carried = if is_carried { Some(attach::visual(input)?) } else { None };
        if !self.hybrid.moves {
            return Ok((carried, Vec::new()));
        }
        let (mut files, outcome) = attach::take_out(input)?;
        ledger.outcome(&outcome, input);
        // The pages are the PDF: they are no file in it, too.
        files.retain(|file| Some(&file.bytes) != carried.as_ref());
        Ok((carried, files))
    }

    /// The invoice in the pages of a hybrid PDF, and which PDF/A that is. What stands in its way is told like all else.
    pub(super) fn in_pages(
        &self,
        output: Vec<u8>,
        (carried, loose): (Option<&[u8]>, &[Loose]),
        input: &Input<'_>,
        step: &Step,
        ledger: &mut Ledger<'_>,
    ) -> Result<(Vec<u8>, Option<String>), Error> {
        if self.target.format != Format::FacturX || output.is_empty() {
            return Ok((output, None));
        }
        let pages = Pages { limits: &self.limits, source: input.pdf, carried, loose };
        match pages.hybrid(&self.hybrid, &output, step.target.as_ref(), input, &self.tables.targets) {
            Ok(embedded) => {
                ledger.findings(embedded.findings);
                Ok((embedded.bytes, embedded.pdfa))
            }
            Err(error) if !hybrid::is_lacking(&error) => Err(error),
            Err(error) => {
                ledger.findings(error.findings().to_vec());
                Ok((Vec::new(), None))
            }
        }
    }
}
