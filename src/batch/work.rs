//! One input: read, converted, written.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;

use super::clock::Clock;
use super::list::{Content, Task};
use super::outcome::{Outcome, State};
use super::pages::Pages;
use super::write::{Place, Sink, Trouble};
use super::{Job, OnNoInvoice, files};
use crate::convert::{Conversion, Converter, Room};
use crate::error::{Error, ErrorKind};
use crate::finding::{BATCH_DEFECT, Finding, LOSS_CONTENT, LOSS_MEANING, NOT_AN_INVOICE, PDF_NO_INVOICE, Severity};
use crate::hash::sha256;
use crate::report::Report;

/// Codes that say that an input is no invoice rather than a bad one.
const NO_INVOICE: [&str; 2] = [NOT_AN_INVOICE.id, PDF_NO_INVOICE.id];

/// What an input gave before anything is written.
struct Given {
    state: State,
    bytes: Option<Vec<u8>>,
    report: Report,
}

/// What a thread works with.
pub(super) struct Tools<'t> {
    pub(super) job: &'t Job,
    pub(super) pages: Option<&'t Pages>,
    pub(super) sink: &'t Sink,
    /// Memory of the inputs before.
    pub(super) room: &'t mut Room,
}

/// Converts one input and writes its output. The error is one that the job cannot go on from.
pub(super) fn work(tools: Tools<'_>, task: Task, turn: u64) -> Result<Outcome, Finding> {
    let Tools { job, pages, sink, room } = tools;
    let Task { index, path, below, output, content } = task;
    let pages = pages.map(|pages| pages.read(&path, &content, job.limit));
    let Given { mut state, bytes, mut report } = match read(content, &path, job.limit) {
        Ok(input) => convert(job, room, &path, input, pages),
        Err(finding) => failed(vec![finding], Report::default()),
    };
    let output = match state {
        State::Copied => below,
        _ => output,
    };
    let place = Place { index, turn, path: &output };
    let has_output = bytes.is_some();
    match sink.put(place, bytes.as_deref()) {
        Ok(()) => {}
        Err(Trouble::Lasting(finding)) => return Err(finding),
        Err(Trouble::File(finding)) => {
            state = State::Failed;
            report.written = false;
            report.findings.push(finding);
        }
    }
    room.keep(bytes.unwrap_or_default());
    if let Some(edit) = &job.edit {
        edit(&mut report);
    }
    let output = (has_output && state != State::Failed).then_some(output);
    Ok(Outcome { index, path, state, output, report })
}

fn read(content: Content, path: &Path, limit: u64) -> Result<Vec<u8>, Finding> {
    match content {
        Content::File => files::read(path, limit),
        Content::Bytes(bytes) => Ok(bytes),
        Content::Entry(zip, entry) => zip.read(&entry, limit),
        Content::Problem(finding) => Err(finding),
    }
}

/// The pages of an input: what they are called and their bytes, or why they cannot be read.
type Read = Result<(String, Vec<u8>), Finding>;

fn convert(job: &Job, room: &mut Room, path: &Path, input: Vec<u8>, pages: Option<Read>) -> Given {
    let source = || {
        let mut report = Report::default();
        report.source.bytes = input.len() as u64;
        report.source.sha256 = job.manifest.is_some().then(|| sha256(&input));
        report
    };
    let converter = job.converter.clone();
    let converter = match &job.tailor {
        Some(tailor) => tailor(path, converter),
        None => converter,
    };
    let (converter, lacking) = match pages {
        Some(Ok((name, bytes))) => (converter.pages(name, bytes), None),
        Some(Err(finding)) => (converter, Some(finding)),
        None => (converter, None),
    };
    let converter = timed(converter);
    let converted = catch_unwind(AssertUnwindSafe(|| (job.convert)(&converter, room, &input)));
    match (converted, lacking) {
        // What is no invoice needs no pages.
        (Ok(Err(error)), Some(_)) if is_no_invoice(&error) => {
            no_invoice(job, error.findings().to_vec(), source(), &input)
        }
        (_, Some(lacking)) => failed(vec![lacking], source()),
        (converted, None) => given(job, converted, source, &input),
    }
}

/// What became of an input.
fn given(
    job: &Job,
    converted: thread::Result<Result<Conversion, Error>>,
    source: impl Fn() -> Report,
    input: &[u8],
) -> Given {
    match converted {
        Ok(Ok(conversion)) => carried(conversion),
        Ok(Err(error)) if is_no_invoice(&error) => no_invoice(job, error.findings().to_vec(), source(), input),
        Ok(Err(error)) => failed(error.findings().to_vec(), source()),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            let finding = Finding::new(BATCH_DEFECT, "einv failed on this file by a defect of its own");
            let finding = finding.found(format!("`{said}`, einv {}", env!("CARGO_PKG_VERSION")));
            let finding = finding.help("report it to the einv project, with the file if you may");
            failed(vec![finding], source())
        }
    }
}

fn is_no_invoice(error: &Error) -> bool {
    let says_so = |finding: &Finding| NO_INVOICE.contains(&finding.code.as_str());
    error.kind() == ErrorKind::Input && error.findings().iter().any(says_so)
}

/// The converter with a look at the clock between the stages, from now on: the limit on time is one for each file.
fn timed(converter: Converter) -> Converter {
    let clock = Clock::start(converter.within());
    converter.stop_when(move || clock.late())
}

fn carried(conversion: Conversion) -> Given {
    let Conversion { output, report } = conversion;
    let is_loss = report.losses.iter().any(|loss| {
        let code = loss.finding.code.as_str();
        !loss.accepted && (code == LOSS_CONTENT.id || code == LOSS_MEANING.id)
    });
    let has_error = report.findings.iter().any(|finding| finding.severity == Severity::Error);
    let state = match &output {
        Some(_) => State::Converted,
        None if is_loss && !has_error => State::Refused,
        None => State::Failed,
    };
    Given { state, bytes: output, report }
}

fn failed(findings: Vec<Finding>, mut report: Report) -> Given {
    report.findings = findings;
    Given { state: State::Failed, bytes: None, report }
}

fn no_invoice(job: &Job, mut findings: Vec<Finding>, mut report: Report, input: &[u8]) -> Given {
    if job.on_no_invoice == OnNoInvoice::Fail {
        return failed(findings, report);
    }
    // What is expected to happen is no error.
    findings.iter_mut().for_each(|finding| finding.severity = Severity::Note);
    report.findings = findings;
    if job.on_no_invoice == OnNoInvoice::Skip {
        return Given { state: State::Skipped, bytes: None, report };
    }
    report.written = true;
    report.target = report.source.clone();
    report.target.format = "copy".to_owned();
    Given { state: State::Copied, bytes: Some(input.to_vec()), report }
}
