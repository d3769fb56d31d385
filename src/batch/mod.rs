//! Many invoices at once: directories and archives, in threads, with a manifest that a killed job goes on from.
//!
//! A [`Job`] says what is converted, how, and where to. [`Job::run`] does it: it calls back for every input that is done,
//! stops when its [`Cancel`] flag says so, and keeps nothing outside of itself. Each output is whole or not there; inputs
//! are never touched; one bad input never stops the others, not even by a panic.
//!
//! ```no_run
//! use einv::batch::{Cancel, Job};
//! use einv::{Converter, Format, Target};
//!
//! # fn main() -> Result<(), einv::Error> {
//! let converter = Converter::new().to(Target::for_format(Format::Ubl));
//! let job = Job::new(converter).input("inbox").output("outbox").manifest("run.jsonl");
//! let summary = job.run(&|outcome| println!("{}: {}", outcome.path.display(), outcome.state), &Cancel::new())?;
//! println!("{} done", summary.all());
//! # Ok(())
//! # }
//! ```
//!
//! **Memory** does not grow with the size of the job. A thread holds one input at a time with its output: about three times
//! their size. A directory costs the names in it while it is walked, a zip about 100 bytes an entry, a tar 32; a job that is
//! resumed 16 bytes for every input that is done; inputs that are given by name (lists, patterns) their names.

mod archive;
mod cancel;
mod clock;
mod files;
mod filter;
mod list;
mod manifest;
mod name;
mod outcome;
mod pages;
mod root;
mod run;
mod shard;
mod summary;
#[cfg(test)]
mod tests;
mod walk;
mod work;
mod write;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::convert::{Conversion, Converter, Room};
use crate::error::Error;
use crate::finding::Severity;
use crate::report::Report;

pub use archive::says_packed;
pub use cancel::Cancel;
pub use clock::Clock;
pub use files::in_words;
use manifest::Resume;
pub use manifest::{Header, MANIFEST_SCHEMA, Merged, Name, merge, schema, summary};
pub use outcome::{Outcome, State};
pub use pages::pages_of;
pub use root::is_many;
pub use shard::Shard;
pub use summary::{End, Summary};

/// Name of the threads that convert; what panics there is caught.
pub const THREAD: &str = "einv-batch";

/// How large an input may be, if the job does not say: 512 MiB.
const LIMIT: u64 = 512 << 20;

/// What becomes of a PDF without an invoice, an XML that is none, any other file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum OnNoInvoice {
    /// Nothing; it is counted.
    #[default]
    Skip,
    /// It is a failure.
    Fail,
    /// It is copied to the outputs under its own name.
    Copy,
}

/// What is done to the bytes of an input, with the job's converter; tests put other things in its place.
type Convert = dyn Fn(&Converter, &mut Room, &[u8]) -> Result<Conversion, Error> + Send + Sync;
type Tailor = dyn Fn(&Path, Converter) -> Converter + Send + Sync;
type Edit = dyn Fn(&mut Report) + Send + Sync;

/// A conversion of many inputs. Built once; each run is for itself.
#[derive(Clone)]
pub struct Job {
    converter: Converter,
    convert: Arc<Convert>,
    tailor: Option<Arc<Tailor>>,
    edit: Option<Arc<Edit>>,
    inputs: Vec<PathBuf>,
    output: Option<PathBuf>,
    include: Vec<String>,
    exclude: Vec<String>,
    name: Option<String>,
    pages: Option<String>,
    on_no_invoice: OnNoInvoice,
    deny: Severity,
    force: bool,
    durable: bool,
    fail_fast: bool,
    threads: Option<NonZero<usize>>,
    manifest: Option<PathBuf>,
    resume: Resume,
    shard: Option<Shard>,
    limit: u64,
    caller: BTreeMap<String, Vec<String>>,
}

impl Job {
    /// A job without inputs. The converter says the target and what may be lost.
    pub fn new(converter: Converter) -> Job {
        Job {
            converter,
            convert: Arc::new(Converter::convert_in),
            tailor: None,
            edit: None,
            inputs: Vec::new(),
            output: None,
            include: Vec::new(),
            exclude: Vec::new(),
            name: None,
            pages: None,
            on_no_invoice: OnNoInvoice::Skip,
            deny: Severity::Error,
            force: false,
            durable: false,
            fail_fast: false,
            threads: None,
            manifest: None,
            resume: Resume::No,
            shard: None,
            limit: LIMIT,
            caller: BTreeMap::new(),
        }
    }

    /// Adds an input: a file, a directory, an archive (zip, tar, tar.gz, tar.zst, by the end of its name), a pattern such
    /// as `in/**/*.pdf`, or `@list`, a file with one of these on each line.
    pub fn input(mut self, path: impl Into<PathBuf>) -> Job {
        self.inputs.push(path.into());
        self
    }

    /// Where outputs go: a directory, made if it is not there, or an archive (`.zip`, `.tar`) that appears when it is
    /// whole. Without it, nothing is written: a dry run.
    pub fn output(mut self, path: impl Into<PathBuf>) -> Job {
        self.output = Some(path.into());
        self
    }

    /// Only files that fit one of the patterns. Without a slash, a pattern is about names; otherwise about the path below
    /// the input.
    pub fn include(mut self, patterns: impl IntoIterator<Item = String>) -> Job {
        self.include.extend(patterns);
        self
    }

    /// No files, and no directories, that fit one of the patterns.
    pub fn exclude(mut self, patterns: impl IntoIterator<Item = String>) -> Job {
        self.exclude.extend(patterns);
        self
    }

    /// How outputs are named: `{stem}.{ext}`, if it does not say otherwise. `{stem}` is the name of the input without its
    /// extension, or with it where two inputs of a directory would meet; `{name}` always with it; `{format}` and `{ext}`
    /// are those of the target.
    pub fn name(mut self, rule: impl Into<String>) -> Job {
        self.name = Some(rule.into());
        self
    }

    /// Where each input has the pages of its hybrid PDF: `{stem}.pdf`, seen from the directory of the input, with `{stem}`
    /// and `{name}` as in names of outputs. Files that are the pages of an input beside them are no inputs themselves.
    pub fn pages(mut self, rule: impl Into<String>) -> Job {
        self.pages = Some(rule.into());
        self
    }

    /// What becomes of inputs that are no invoices.
    pub fn on_no_invoice(mut self, what: OnNoInvoice) -> Job {
        self.on_no_invoice = what;
        self
    }

    /// From which weight on a finding counts against a converted input in the summary.
    pub fn deny(mut self, least: Severity) -> Job {
        self.deny = least;
        self
    }

    /// Overwrites outputs that exist. An input is never overwritten.
    pub fn force(mut self, force: bool) -> Job {
        self.force = force;
        self
    }

    /// Writes each output and each line of the manifest through to the disk before the next: about twenty times slower.
    pub fn durable(mut self, durable: bool) -> Job {
        self.durable = durable;
        self
    }

    /// Stops at the first input that fails or is refused.
    pub fn fail_fast(mut self, fail_fast: bool) -> Job {
        self.fail_fast = fail_fast;
        self
    }

    /// How many threads convert; one for each core, if not said. The result does not depend on it.
    pub fn threads(mut self, threads: NonZero<usize>) -> Job {
        self.threads = Some(threads);
        self
    }

    /// Writes a manifest: JSON, one line for the job and one for each input as it is done.
    pub fn manifest(mut self, path: impl Into<PathBuf>) -> Job {
        self.manifest = Some(path.into());
        self.converter = self.converter.hashes(true);
        self
    }

    /// Goes on from the manifest if there is one: what is done is not done again.
    pub fn resume(mut self) -> Job {
        self.resume = Resume::Rest;
        self
    }

    /// Repeats the inputs that failed or were refused by the manifest, and no others.
    pub fn retry(mut self) -> Job {
        self.resume = Resume::Retry;
        self
    }

    /// Does one part of the job. All parts together do all of it.
    pub fn shard(mut self, shard: Shard) -> Job {
        self.shard = Some(shard);
        self
    }

    /// How many bytes an input may have.
    pub fn limit(mut self, bytes: u64) -> Job {
        self.limit = bytes;
        self
    }

    /// What is done to each report before it is handed on and written down: hide values, leave out notes.
    pub fn edit(mut self, edit: impl Fn(&mut Report) + Send + Sync + 'static) -> Job {
        self.edit = Some(Arc::new(edit));
        self
    }

    /// A converter of its own for an input, made from that of the job: values that one file alone needs.
    pub fn tailor(mut self, tailor: impl Fn(&Path, Converter) -> Converter + Send + Sync + 'static) -> Job {
        self.tailor = Some(Arc::new(tailor));
        self
    }

    /// A setting of the caller that the manifest shall hold, and that a resumed job must share.
    pub fn setting(mut self, name: impl Into<String>, values: impl IntoIterator<Item = String>) -> Job {
        self.caller.insert(name.into(), values.into_iter().collect());
        self
    }

    /// The job as the first line of its manifest tells it.
    pub fn header(&self) -> Header {
        let settings = self.converter.settings();
        let mut options = self.caller.clone();
        let mut set = |name: &str, values: Vec<String>| match values.is_empty() {
            true => {}
            false => drop(options.insert(name.to_owned(), values)),
        };
        set("on-loss", vec![settings.on_loss]);
        set("accept", settings.accepted);
        set("deny", vec![self.deny.to_string()]);
        set("include", self.include.clone());
        set("exclude", self.exclude.clone());
        set("name", self.name.iter().cloned().collect());
        set("pdf", self.pages.iter().cloned().collect());
        set("on-no-invoice", vec![self.on_no_invoice.to_string()]);
        set("force", self.force.then(|| "true".to_owned()).into_iter().collect());
        Header {
            manifest: MANIFEST_SCHEMA.to_owned(),
            einv: env!("CARGO_PKG_VERSION").to_owned(),
            tables: settings.tables,
            target: settings.target,
            inputs: self.inputs.iter().map(|path| Name(path.clone())).collect(),
            output: self.output.clone().map(Name),
            shard: self.shard.map(|shard| shard.to_string()),
            options,
        }
    }

    /// How many inputs there are: a look at the names alone. Tells how far a run is.
    ///
    /// # Errors
    /// As [`Job::run`], before anything is done.
    pub fn count(&self, cancel: &Cancel) -> Result<u64, Error> {
        run::count(self, cancel)
    }

    /// Does the job. `each` is called once for every input, from the threads that convert, in the order of completion.
    ///
    /// # Errors
    /// Of class usage if the job cannot be done as it stands: an output would overwrite an input, a pattern or rule cannot
    /// be read, the manifest is of another job. Of class file if OUT or the manifest cannot be opened. In both cases nothing
    /// has been done. What goes wrong later stands in the summary.
    pub fn run(&self, each: &(dyn Fn(&Outcome) + Sync), cancel: &Cancel) -> Result<Summary, Error> {
        run::run(self, each, cancel)
    }
}
