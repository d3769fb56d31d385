//! `einv convert`: read a file, convert it, write the output, tell what happened.

use anstream::ColorChoice;
use einv::finding::LOSS_TECHNICAL;
use einv::{Conversion, Finding, Grade, Report, Severity};

use super::args::Convert;
use super::batch;
use super::choices::{Form, Losses};
use super::exit::{Exit, Stop};
use super::files;
use super::job::Job;
use super::limits;
use super::render::{Show, Sources, count, harmless, json};
use super::summary;

/// Runs the command: for one file, or for many.
pub(crate) fn run(args: &Convert, color: ColorChoice) -> Exit {
    match args.inputs.as_slice() {
        [input] if !batch::is_meant(args) => one(&Convert { input: input.clone(), ..args.clone() }, color),
        _ => batch::run(args, color),
    }
}

fn one(args: &Convert, color: ColorChoice) -> Exit {
    let show = Show {
        values: !args.no_values,
        verbose: args.verbose,
        quiet: args.quiet,
        input: harmless(&files::name_of(&args.input)).into_owned(),
        ..Show::new(args.report, color)
    };
    let mut sources = Sources::default();
    let result = Job::new(args, &mut sources).and_then(|job| convert(args, &job, &show, &mut sources));
    result.unwrap_or_else(|stop| show.stop(&stop, &sources))
}

fn convert(args: &Convert, job: &Job, show: &Show, sources: &mut Sources) -> Result<Exit, Stop> {
    let converter = limits::timed(job.converter.clone(), &job.limits);
    let bytes = files::read(&args.input, &job.limits)?;
    let conversion = match converter.convert(&bytes) {
        Ok(conversion) => conversion,
        Err(error) => {
            sources.add_input(&files::name_of(&args.input), bytes);
            let stop = Stop::from(error);
            write_report(args, &json::report_of(&stop.findings))?;
            return Err(stop);
        }
    };
    let Conversion { output, mut report, .. } = conversion;
    let mut exit = judge(args, output.is_some(), &report);
    if let Some(output) = output.filter(|_| !args.dry_run)
        && let Err(stop) = deliver(args, job, &output)
    {
        report.written = false;
        report.findings.extend(stop.findings);
        exit = stop.exit;
    }
    let kept = write_report(args, &report);
    sources.add_input(&files::name_of(&args.input), bytes);
    tell(args, job, &report, show, sources);
    kept.map(|()| exit)
}

/// The exit code of a conversion.
fn judge(args: &Convert, has_output: bool, report: &Report) -> Exit {
    let losses = report.losses.iter().filter(|loss| !loss.accepted).map(|loss| &loss.finding);
    let others = report.derivations.iter().chain(&report.changes).chain(&report.findings);
    let deny = Severity::from(args.deny);
    match has_output {
        true if losses.chain(others).any(|finding| finding.severity >= deny) => Exit::Finding,
        true => Exit::Done,
        false if summary::errors(report) > 0 => Exit::Finding,
        false => Exit::Loss,
    }
}

fn deliver(args: &Convert, job: &Job, output: &[u8]) -> Result<(), Stop> {
    match &job.output {
        Some(path) => files::write("the output", path, output, args.force),
        None => files::to_stdout(output),
    }
}

fn write_report(args: &Convert, report: &Report) -> Result<(), Stop> {
    match &args.report_file {
        Some(path) => files::write("the report", path, json::document(report, !args.no_values).as_bytes(), args.force),
        None => Ok(()),
    }
}

/// Findings, then the summary line; or the report as it is.
fn tell(args: &Convert, job: &Job, report: &Report, show: &Show, sources: &Sources) {
    if show.form == Form::Json {
        show.tell(&json::document(report, show.values));
        return;
    }
    show.findings(shown(args, report), sources);
    if !show.quiet
        && let Some(finding) = technical(report).filter(|_| !show.verbose)
    {
        show.findings([&finding], sources);
    }
    if !(show.quiet && report.written) {
        show.tell(&summary::line(args, job, report));
    }
}

/// The findings that are shown one by one, in document order.
fn shown<'r>(args: &Convert, report: &'r Report) -> Vec<&'r Finding> {
    let losses = report.losses.iter().filter(|loss| match loss.grade {
        _ if args.verbose => true,
        Grade::Technical => false,
        Grade::Content => !loss.accepted && args.on_loss != Losses::Allow,
        _ => true,
    });
    let others = report.derivations.iter().chain(&report.changes).chain(&report.findings);
    let mut shown: Vec<&Finding> = losses.map(|loss| &loss.finding).chain(others).collect();
    if args.quiet {
        let least = if report.written { Severity::from(args.deny) } else { Severity::Loss };
        shown.retain(|finding| finding.severity >= least);
    }
    shown.sort_by_key(|finding| finding.place.as_ref().map(|place| (place.line, place.column)));
    shown
}

/// All technical losses in one line.
fn technical(report: &Report) -> Option<Finding> {
    let number = report.losses.iter().filter(|loss| loss.grade == Grade::Technical).count();
    let (what, verb) = if number == 1 { ("1 detail".to_owned(), "is") } else { (count(number, "detail"), "are") };
    let says = if number == 1 { "says" } else { "say" };
    let message = format!("{what} of the file that {says} nothing about the invoice {verb} not carried; -v shows each");
    (number > 0).then(|| Finding::new(LOSS_TECHNICAL, message))
}
