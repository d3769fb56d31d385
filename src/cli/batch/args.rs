//! Arguments that are about many files.

use std::num::NonZero;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use einv::batch::{OnNoInvoice, Shard};

use crate::cli::choices::{Form, Level};

const SEVERAL: &str = "Several inputs";

/// Options of `einv convert` for several inputs. Any of them makes one input a job of its own, too.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = SEVERAL)]
pub(crate) struct Batch {
    /// Only files that fit a pattern; without a slash it is about names: '*.pdf', '2025/**/*.xml'
    #[arg(long, value_name = "PATTERN")]
    pub(crate) include: Vec<String>,
    /// No files and directories that fit a pattern
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// How outputs are named [default: {stem}.{ext}]; {name} and {format} may stand there, too
    ///
    /// {stem} is the name of the input without its extension. Where two inputs of a directory would meet (a.pdf beside
    /// a.xml), it is the whole name. {name} is always the whole name, {ext} and {format} are those of the output.
    #[arg(long, value_name = "RULE")]
    pub(crate) name: Option<String>,
    /// How many files to convert at the same time [default: one for each core]; the result is the same
    #[arg(long, short = 'j', value_name = "N")]
    pub(crate) jobs: Option<NonZero<usize>>,
    /// What becomes of files that are no invoices: skip, fail or copy [default: skip]
    #[arg(long, value_name = "WHAT")]
    pub(crate) on_no_invoice: Option<OnNoInvoice>,
    /// Stop at the first file that fails or is refused
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// Write a line of JSON for each file: hashes, result, losses, findings
    ///
    /// The first line tells the job. With a manifest, a job that was stopped goes on with --resume.
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
    /// Go on with the job of the manifest where it was stopped; what is done is not done again
    ///
    /// Inputs and options are taken from the manifest; those that are given must be the same. If there is no manifest
    /// yet, the job begins.
    #[arg(long, requires = "manifest")]
    pub(crate) resume: bool,
    /// Repeat what failed or was refused, by this manifest; it is written on
    #[arg(long, value_name = "MANIFEST", conflicts_with_all = ["manifest", "resume"])]
    pub(crate) retry: Option<PathBuf>,
    /// Do one part of the job: 0/4 to 3/4 on four machines
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(crate) shard: Option<Shard>,
    /// Write every file through to the disk before the next; much slower
    #[arg(long)]
    pub(crate) durable: bool,
    /// How to tell the progress: auto (a bar on a terminal, else plain), bar, plain, json or none [default: auto]
    #[arg(long, value_name = "HOW", hide_possible_values = true)]
    pub(crate) progress: Option<Progress>,
}

impl Batch {
    /// Whether some option is given that only a job understands.
    pub(crate) fn is_meant(&self) -> bool {
        let texts = self.include.len() + self.exclude.len() + usize::from(self.name.is_some());
        let files = self.manifest.is_some() || self.retry.is_some() || self.shard.is_some();
        let rest = self.on_no_invoice.is_some() || self.fail_fast || self.durable || self.progress.is_some();
        texts > 0 || files || rest || self.jobs.is_some()
    }

    /// The manifest that is taken up, if one is.
    pub(crate) fn taken_up(&self) -> Option<&PathBuf> {
        self.retry.as_ref().or(self.manifest.as_ref().filter(|_| self.resume))
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    text.parse().map_err(|_| "a part and how many there are, such as 0/4, 1/4, 2/4 and 3/4".to_owned())
}

/// How progress is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Progress {
    #[default]
    Auto,
    Bar,
    Plain,
    Json,
    None,
}

/// `einv manifest`.
#[derive(Debug, Subcommand)]
pub(crate) enum ManifestCommand {
    /// Bring manifests together: one line for each input, in the order of the inputs
    ///
    /// The same inputs give the same result, whatever the number of parts and threads, and however often the job was
    /// stopped. Of several lines about one input the last counts.
    Merge {
        /// Manifests of one job
        #[arg(value_name = "MANIFEST", required = true)]
        manifests: Vec<PathBuf>,
        /// File to write; `-` for standard output, which is the default
        #[arg(long, short = 'o', value_name = "OUT")]
        output: Option<PathBuf>,
        /// Overwrite a file that exists
        #[arg(long)]
        force: bool,
    },
    /// Tell how the inputs of manifests ended: by result, reason and profile
    Summary {
        /// Manifests of one job
        #[arg(value_name = "MANIFEST", required = true)]
        manifests: Vec<PathBuf>,
        /// Form: human or json
        #[arg(long, value_name = "FORM", default_value = "human", hide_possible_values = true)]
        report: Form,
        /// Exit with 1 on findings as serious as this: error, loss, warning or note
        #[arg(long, value_name = "LEVEL", default_value = "error", hide_possible_values = true)]
        deny: Level,
    },
}
