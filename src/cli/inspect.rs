//! `einv inspect`: what files are and what they state, one after the other.

use std::path::Path;

use anstream::ColorChoice;
use einv::batch::Clock;
use einv::{Finding, Inspection, Limits, Severity};

use super::args::Inspect;
use super::choices::{Form, ListForm};
use super::exit::{Exit, Stop};
use super::files;
use super::limits;
use super::render::{Show, Sources, harmless, inspection};

/// Runs the command.
pub(crate) fn run(args: &Inspect, color: ColorChoice) -> Exit {
    let show = |input: &str| Show {
        values: !args.no_values,
        input: harmless(input).into_owned(),
        ..Show::new(args.reading.report, color)
    };
    let limits = match limits::of(&args.reading.limits) {
        Ok(limits) => limits,
        Err(stop) => return show("").stop(&stop, &Sources::default()),
    };
    let mut worst = Exit::Done;
    for (at, input) in args.inputs.iter().enumerate() {
        let name = files::name_of(input);
        let separator = if at > 0 && args.format == ListForm::Text { "\n" } else { "" };
        let exit = one(args, input, &limits, &show(&name), separator);
        worst = if exit as u8 > worst as u8 { exit } else { worst };
    }
    worst
}

/// Tells of one file.
fn one(args: &Inspect, input: &Path, limits: &Limits, show: &Show, separator: &str) -> Exit {
    let mut sources = Sources::default();
    let (inspection, exit) = match inspect(args, input, limits, &mut sources) {
        Ok(inspection) => {
            let is_broken = inspection.findings.iter().any(|finding| finding.severity == Severity::Error);
            (inspection, if is_broken { Exit::Input } else { Exit::Done })
        }
        Err(stop) => (unreadable(input, stop.findings), stop.exit),
    };
    let told = match args.format {
        ListForm::Json => inspection::json(inspection.clone(), show.values),
        ListForm::Text => separator.to_owned() + &inspection::text(inspection.clone(), show.values),
    };
    let written = files::to_stdout(told.as_bytes());
    if args.format == ListForm::Text {
        tell(show, inspection.findings, &sources);
    }
    match written {
        Ok(()) => exit,
        Err(stop) => show.stop(&stop, &sources),
    }
}

fn inspect(args: &Inspect, input: &Path, limits: &Limits, sources: &mut Sources) -> Result<Inspection, Stop> {
    let clock = Clock::start(limits);
    let bytes = files::read(input, limits)?;
    let name = files::name_of(input);
    let result = look_into(args, &bytes, limits, &clock).map_err(|mut stop| {
        stop.findings.iter_mut().for_each(|finding| files::locate(finding, &name));
        stop
    });
    sources.add_input(&name, bytes);
    let mut inspection = result?;
    inspection.findings.iter_mut().for_each(|finding| files::locate(finding, &name));
    inspection.file = Some(name);
    Ok(inspection)
}

fn look_into(args: &Inspect, bytes: &[u8], limits: &Limits, clock: &Clock) -> Result<Inspection, Stop> {
    limits::check(clock)?;
    let inspection = match args.terms {
        true => einv::inspect_terms(bytes, limits)?,
        false => einv::inspect_with(bytes, limits)?,
    };
    limits::check(clock)?;
    Ok(inspection)
}

/// What is told of a file that cannot be named.
fn unreadable(input: &Path, findings: Vec<Finding>) -> Inspection {
    let mut inspection = Inspection::default();
    inspection.file = Some(files::name_of(input));
    let name = if input.is_dir() { "a directory" } else { "a file that cannot be read" };
    inspection.document.name = name.to_owned();
    inspection.findings = findings;
    inspection
}

fn tell(show: &Show, findings: Vec<Finding>, sources: &Sources) {
    match show.form {
        Form::Json if findings.is_empty() => {}
        Form::Json => {
            show.stop(&Stop { exit: Exit::Done, findings }, sources);
        }
        _ => show.findings(&findings, sources),
    }
}
