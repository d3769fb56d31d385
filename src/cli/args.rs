//! The arguments, and every text of `--help`.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};

use super::batch::args::{Batch, ManifestCommand};
use super::choices::{Color, Form, Level, ListForm, Losses, Schema, TableForm, Wrapping};
use super::common::{Reading, Telling};
use super::exit::EXIT_CODES;
use super::hybrid::args::{EMBED_EXAMPLES, Embed, Hybrid};
use super::limits;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  einv convert invoice.pdf --to ubl -o invoice.ubl.xml
  einv convert invoice.xml --to json
  einv help convert

";

const CONVERT_EXAMPLES: &str = "\
Examples:
  Take the invoice out of a Factur-X or ZUGFeRD PDF and write it as UBL:
    einv convert invoice.pdf --to ubl -o invoice.ubl.xml

  See what would be lost, without writing anything:
    einv convert invoice.xml --to ubl --dry-run

  Write it although something is lost, and keep the list of losses:
    einv convert invoice.xml --to ubl --on-loss warn --report-file losses.json -o invoice.ubl.xml

  Accept the loss of one term, and still refuse any other:
    einv convert invoice.xml --to ubl --accept BT-X-2 -o invoice.ubl.xml

  Write what a German public buyer takes, with the reference that the invoice does not have:
    einv convert invoice.xml --to ubl --profile xrechnung --set BT-10=04011000-12345-34 -o invoice.ubl.xml

  A hybrid PDF (Factur-X, ZUGFeRD) of an invoice and the pages that show it:
    einv convert invoice.xml --to facturx --pdf pages.pdf -o invoice.pdf

  A directory or an archive, with a record that a stopped job goes on from:
    einv convert inbox/ --to ubl -o outbox/ --manifest run.jsonl
    einv convert --resume --manifest run.jsonl

  In a pipe:
    curl -s https://example.com/invoice.xml | einv convert - --to json | jq .number

";

const EXTRACT_EXAMPLES: &str = "\
Examples:
  The invoice of a Factur-X or ZUGFeRD PDF, exactly as it stands inside:
    einv extract invoice.pdf -o invoice.xml

  The invoice and all files that are attached to the PDF or to the invoice itself:
    einv extract invoice.pdf --all -o invoice-files

  In a pipe:
    einv extract invoice.pdf | xmllint --format -

";

const INSPECT_EXAMPLES: &str = "\
Examples:
  What a file is and what it states:
    einv inspect invoice.pdf

  Every term of the invoice, with its value and where it stands:
    einv inspect --terms invoice.xml

  The profiles of many files:
    einv inspect --format json inbox/* | jq -r '[.file, .profile] | @tsv'

";

const CHECK_EXAMPLES: &str = "\
Examples:
  Whether a Factur-X or ZUGFeRD PDF is what its readers expect:
    einv check invoice.pdf

  Those of many that are not:
    einv check --format json inbox/*.pdf | jq -r 'select(.passed | not) | .file'

";

const MAPPING_EXAMPLES: &str = "\
Examples:
  einv mapping table --format csv > mapping.csv
  einv mapping check --mappings my-tables/";

/// Converts European e-invoices (EN 16931) between formats, and loses nothing silently
///
/// Reads UBL invoices and credit notes, UN/CEFACT CII invoices, the XML inside Factur-X and ZUGFeRD PDFs, and JSON.
/// Writes UBL, CII, hybrid PDFs and JSON.
#[derive(Debug, Parser)]
#[command(name = "einv", version, styles = STYLES, arg_required_else_help = true)]
#[command(after_help = [EXAMPLES, EXIT_CODES].concat())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[arg(
        long,
        global = true,
        display_order = 100,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    #[arg(help = "When to use colour: auto (on a terminal), always or never")]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Convert an invoice into another format
    ///
    /// Everything that the invoice says is carried over. If something has no place in the output, nothing is written and
    /// every such value is named, unless you allow its loss with --on-loss or --accept.
    ///
    /// Messages go to standard error, so that the invoice alone goes to standard output.
    #[command(after_long_help = [CONVERT_EXAMPLES, EXIT_CODES].concat())]
    #[command(after_help = "`einv convert --help` tells more, with examples and the exit codes.")]
    Convert(Box<Convert>),
    /// Take the invoice out of a PDF, byte for byte, and the files attached to it
    ///
    /// Without -o the invoice goes to standard output. An invoice that is no PDF is given back as it is, so that a script
    /// need not know; with --all, the files that it carries come out (BG-24).
    ///
    /// Whoever made the PDF chose the names of the attached files, so they are made safe: without directories, without
    /// characters that a system does not take. Of two files with the same name, the second gets a number.
    #[command(after_long_help = [EXTRACT_EXAMPLES, EXIT_CODES].concat())]
    #[command(after_help = "`einv extract --help` tells more, with examples and the exit codes.")]
    Extract(Box<Extract>),
    /// Put an invoice into a PDF as it is, byte for byte
    ///
    /// The PDF becomes a hybrid one, Factur-X or ZUGFeRD: people read its pages, machines the invoice. What the PDF says of
    /// the invoice follows from BT-24. To change the profile or the format of the invoice, take `einv convert --to facturx`.
    #[command(after_long_help = [EMBED_EXAMPLES, EXIT_CODES].concat())]
    #[command(after_help = "`einv embed --help` tells more, with examples and the exit codes.")]
    Embed(Box<Embed>),
    /// List the profiles that --profile takes, with what each states and requires
    Profiles(Profiles),
    /// Tell what files are: invoice or not, format, profile, parties, totals, what a PDF holds
    ///
    /// Whatever can be named is told by its name, and that is exit code 0: an order, an image, a PDF without an invoice.
    /// A file that is damaged, or whose invoice cannot be read to its end, is an error: exit code 3. With several files,
    /// the highest code counts.
    ///
    /// What is told goes to standard output, warnings and errors to standard error; with --format json all stands in
    /// one JSON document for each file.
    #[command(after_long_help = [INSPECT_EXAMPLES, EXIT_CODES].concat())]
    #[command(after_help = "`einv inspect --help` tells more, with examples and the exit codes.")]
    Inspect(Inspect),
    /// Check the PDF around an invoice: what it says of the invoice, how it carries it, what it lacks of PDF/A-3
    ///
    /// The name of the file inside, how it is attached and what the metadata say of it are compared with the invoice and
    /// with what readers of Factur-X and ZUGFeRD look for. Fonts, colours, annotations and the rest of the pages are held
    /// against PDF/A-3. The invoice itself is not judged.
    ///
    /// The result is one line for each file on standard output, and all that was found on standard error; with --format
    /// json all stands in one JSON document for each file. A file that is no PDF, or has no invoice inside, is exit code 3.
    #[command(after_long_help = [CHECK_EXAMPLES, EXIT_CODES].concat())]
    #[command(after_help = "`einv check --help` tells more, with examples and the exit codes.")]
    Check(Check),
    /// Print the JSON Schema of the invoices (or reports, inspections, checks, lines of manifests) that einv writes as JSON
    Schema {
        /// What the schema describes
        #[arg(value_name = "WHAT", default_value = "invoice")]
        of: Schema,
    },
    /// Check or print the tables that say where each term of an invoice stands in each format
    #[command(subcommand, after_help = MAPPING_EXAMPLES)]
    Mapping(Mapping),
    /// Bring together or count what --manifest wrote
    #[command(subcommand)]
    Manifest(ManifestCommand),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Convert {
    /// The invoice: XML, JSON, or a PDF with an invoice inside; `-` for standard input. Or many of them: directories,
    /// archives (zip, tar, tar.gz, tar.zst), patterns, @LIST
    #[arg(value_name = "IN", required_unless_present_any = ["retry", "resume"])]
    pub(crate) inputs: Vec<PathBuf>,
    /// The one input, where there is one.
    #[arg(skip)]
    pub(crate) input: PathBuf,
    /// Format to write: ubl, cii, facturx (a hybrid PDF) or json
    ///
    /// Not needed if the name of OUT says it: invoice.json, invoice.ubl.xml, invoice.cii.xml, invoice.pdf. The output follows the
    /// profile of the input where the format has it: XRechnung stays XRechnung, Peppol stays Peppol.
    #[arg(long, short = 't', value_name = "FORMAT")]
    pub(crate) to: Option<String>,
    /// Profile to follow, such as peppol or xrechnung; `einv profiles` lists them all
    ///
    /// What the profile requires and the invoice does not have is an error, and nothing is written; --set gives it. What
    /// the profile has no place for is a loss. `same` keeps what the input states.
    ///
    /// UBL: en16931, peppol, peppol-selfbilling, xrechnung, xrechnung-extension, xrechnung-cvd, fr, extended-ctc-fr. CII:
    /// minimum, basicwl, basic, en16931, extended, xrechnung, xrechnung-extension, xrechnung-cvd, peppol, fr,
    /// extended-ctc-fr. A hybrid PDF has those of CII, peppol apart.
    #[arg(long, short = 'p', value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
    /// Business process (BT-23) to state, as a profile may require: `--process S1` for --profile fr
    #[arg(long, value_name = "VALUE")]
    pub(crate) process: Option<String>,
    /// Give a term a value, whatever the input says; can be repeated
    ///
    /// TERM is BT-10, a scheme BT-34-1, or a place in a group: BG-25[2]/BT-133 is in the second line, BG-25[*]/BT-133 in
    /// each, and one behind the last is new. Dates are YYYY-MM-DD. Each value set stands in the report.
    #[arg(long, value_name = "TERM=VALUE")]
    pub(crate) set: Vec<String>,
    /// Remove a term or a group, named as for --set; can be repeated
    #[arg(long, value_name = "TERM")]
    pub(crate) unset: Vec<String>,
    /// File with terms to set: JSON, or CSV with the columns file, term and value
    ///
    /// JSON: {"BT-10": "4711"} for any input, {"in/a.xml": {"BT-10": "4711"}} for one; null removes the term. CSV: `*`
    /// stands for any file. Names of files are as on the command line, or as seen from the directory of this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) set_from: Option<PathBuf>,
    /// Attach a file to the invoice (BG-24); can be repeated
    ///
    /// `pdf` stands for IN itself, a PDF, with all that is in it: in French invoices it is the document LISIBLE. `files`
    /// stands for each file beside the invoice in the PDF. A file of such a name is ./pdf.
    #[arg(long, value_name = "FILE|pdf|files")]
    pub(crate) attach: Vec<PathBuf>,
    /// Edition of CII: d16b or d22b. If not said, the one that the profile wants
    #[arg(long, value_name = "EDITION")]
    pub(crate) cii: Option<String>,
    /// Put the output in an envelope: sbdh, the Standard Business Document Header of Peppol
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    pub(crate) wrap: Option<Wrapping>,
    /// Who sends the envelope, as 0088:7300010000001. If not said, the seller's electronic address (BT-34)
    #[arg(long, value_name = "SCHEME:ID", requires = "wrap")]
    pub(crate) sender: Option<String>,
    /// Who gets the envelope. If not said, the buyer's electronic address (BT-49)
    #[arg(long, value_name = "SCHEME:ID", requires = "wrap")]
    pub(crate) receiver: Option<String>,
    /// When the envelope or the PDF was made: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ. If not said, the issue date (BT-2)
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    #[command(flatten)]
    pub(crate) hybrid: Hybrid,
    /// File to write; `-` for standard output, which is the default. With many inputs: a directory, or an archive to make
    /// (.zip, .tar)
    #[arg(long = "output", short = 'o', value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,
    /// Do everything but write, with the same messages and the same exit code
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// When content would be lost: refuse, warn (write and name it) or allow (write and only count it)
    ///
    /// A loss that would turn the invoice into another one is refused in any case.
    #[arg(long, value_name = "WHAT", default_value = "refuse", hide_possible_values = true)]
    pub(crate) on_loss: Losses,
    /// Losses to accept: terms (BT-X-2) or paths as the messages name them; @FILE reads them from a file
    ///
    /// Separated by commas; the option can be repeated. In a file: one on each line, and # begins a comment. Positions in
    /// a path do not count: /Invoice/cac:InvoiceLine/cbc:Note stands for every line. Long paths are shown whole with -v.
    #[arg(long, value_name = "TERM|PATH|@FILE", value_delimiter = ',')]
    pub(crate) accept: Vec<String>,
    /// Exit with 1 on findings as serious as this: error, loss, warning or note
    ///
    /// The output is written all the same, unless it is an error. A loss that is accepted does not count.
    #[arg(long, value_name = "LEVEL", default_value = "error", hide_possible_values = true)]
    pub(crate) deny: Level,
    /// Write the report as JSON to a file, too, even in a dry run
    #[arg(long, value_name = "FILE")]
    pub(crate) report_file: Option<PathBuf>,
    /// Directory with tables of your own (*.map, *.terms, *.targets) that replace or extend the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(crate) mappings: Option<PathBuf>,
    /// Change a limit on the input: depth=200, unpacked=64MiB, time=10s; --help lists all
    #[arg(long = "limit", value_name = "NAME=VALUE", long_help = limits::help())]
    pub(crate) limits: Vec<String>,
    /// Form of the messages: human, short (one line each) or json (the whole report)
    #[arg(long, value_name = "FORM", default_value = "human", hide_possible_values = true)]
    pub(crate) report: Form,
    /// Show no values of the invoice in messages and reports, for logs
    #[arg(long)]
    pub(crate) no_values: bool,
    /// Show every detail: accepted losses, comments that are not carried over, whole paths
    #[arg(long, short = 'v', conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Show only what made the exit code other than 0
    #[arg(long, short = 'q')]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) batch: Batch,
}

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// The PDF, or an invoice in XML or JSON; `-` for standard input
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// Write all files: those attached to the PDF, and the documents that the invoice carries (BG-24)
    #[arg(long)]
    pub(crate) all: bool,
    /// File to write, or a directory, where each file gets its own name; `-` for standard output
    ///
    /// With --all it must be given, and is a directory, which is made if there is none.
    #[arg(long = "output", short = 'o', value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

#[derive(Debug, Args)]
pub(crate) struct Profiles {
    /// Form of the list: text or json
    #[arg(long, value_name = "FORM", default_value = "text", hide_possible_values = true)]
    pub(crate) format: ListForm,
    /// Directory with tables of your own (*.map, *.terms, *.targets) that replace or extend the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(crate) mappings: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Files of any kind; `-` for standard input
    #[arg(value_name = "IN", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// List every term of the invoice with its value and place, too
    #[arg(long)]
    pub(crate) terms: bool,
    /// Form of what is told: text or json (a document for each file, see `einv schema inspect`)
    #[arg(long, value_name = "FORM", default_value = "text", hide_possible_values = true)]
    pub(crate) format: ListForm,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Show no values of the invoice, for logs
    #[arg(long)]
    pub(crate) no_values: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// PDFs with an invoice inside; `-` for standard input
    #[arg(value_name = "IN", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Form of the result: text or json (a document for each file, see `einv schema check`)
    #[arg(long, value_name = "FORM", default_value = "text", hide_possible_values = true)]
    pub(crate) format: ListForm,
    /// Exit with 1 on findings as serious as this: error, warning or note
    #[arg(long, value_name = "LEVEL", default_value = "error", hide_possible_values = true)]
    pub(crate) deny: Level,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Show no values of the file, for logs
    #[arg(long)]
    pub(crate) no_values: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Mapping {
    /// Check the tables: every mistake with line and column
    Check {
        /// Directory with tables of your own (*.map, *.terms, *.targets) that replace or extend the built-in ones
        #[arg(long, value_name = "DIR")]
        mappings: Option<PathBuf>,
        /// Form of the messages: human, short (one line each) or json
        #[arg(long, value_name = "FORM", default_value = "human", hide_possible_values = true)]
        report: Form,
        /// Show nothing if there is no mistake
        #[arg(long, short = 'q')]
        quiet: bool,
    },
    /// Print where each term stands in UBL Invoice, UBL CreditNote and CII
    Table {
        /// Form of the table: markdown or csv
        #[arg(long, value_name = "FORM", default_value = "markdown", hide_possible_values = true)]
        format: TableForm,
        /// Directory with tables of your own (*.map, *.terms, *.targets) that replace or extend the built-in ones
        #[arg(long, value_name = "DIR")]
        mappings: Option<PathBuf>,
    },
}
