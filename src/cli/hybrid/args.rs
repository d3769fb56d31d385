//! Arguments that are about hybrid PDFs.

use std::path::PathBuf;

use clap::Args;

use crate::cli::common::Telling;

/// Of `einv embed`.
pub(crate) const EMBED_EXAMPLES: &str = "\
Examples:
  A hybrid PDF of an invoice and the pages that show it:
    einv embed invoice.xml --pdf pages.pdf -o invoice.pdf

  Of pages that cannot become PDF/A-3, a plain one:
    einv embed invoice.xml --pdf pages.pdf --no-pdfa -o invoice.pdf

";

/// Options for hybrid PDFs.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Hybrid PDFs")]
pub(crate) struct Hybrid {
    /// The pages: a PDF, or `from-attachment` for the one that the invoice carries (BG-24). If not said, those of IN
    ///
    /// An invoice that is in the PDF already is replaced; pages and other files stay as they are. With {stem} or {name} in
    /// it, as in --name, it is a path seen from the directory of each input: --pdf '{stem}.pdf' takes a.pdf beside a.xml.
    #[arg(long, value_name = "PDF")]
    pub(crate) pdf: Option<PathBuf>,
    /// How the invoice relates to the pages: Alternative, Data, Source, Supplement or Unspecified. If not said, as the
    /// profile wants it
    #[arg(long, value_name = "RELATIONSHIP")]
    pub(crate) relationship: Option<String>,
    /// How things are named: factur-x, or zugferd for receivers that know ZUGFeRD 2.0 only [default: factur-x]
    #[arg(long, value_name = "NAMES")]
    pub(crate) names: Option<String>,
    /// Write a plain PDF that does not claim to be PDF/A-3; nothing is mended, nothing demanded
    #[arg(long)]
    pub(crate) no_pdfa: bool,
    /// Put the files that the invoice carries (BT-125) beside it into the PDF; their references stay in the invoice
    #[arg(long)]
    pub(crate) move_attachments: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Embed {
    /// The invoice, in CII, in any encoding that XML has; `-` for standard input
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// Profile that the PDF states, such as en16931, where BT-24 of the invoice does not tell it
    #[arg(long, short = 'p', value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
    /// When the PDF was made: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ. If not said, the issue date (BT-2)
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    #[command(flatten)]
    pub(crate) hybrid: Hybrid,
    /// PDF to write; `-` for standard output
    #[arg(long = "output", short = 'o', value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,
    /// Do everything but write, with the same messages and the same exit code
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) telling: Telling,
}
