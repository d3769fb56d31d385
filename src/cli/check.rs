//! `einv check`: whether the PDFs around invoices are what hybrid invoices need.

use std::path::Path;

use anstream::ColorChoice;
use einv::batch::Clock;
use einv::{Finding, Limits, Severity};

use super::args::Check;
use super::choices::{Form, ListForm};
use super::exit::{Exit, Stop};
use super::files;
use super::limits;
use super::render::{Show, Sources, count, harmless, json};

/// Runs the command.
pub(crate) fn run(args: &Check, color: ColorChoice) -> Exit {
    let show = |input: &str| Show {
        values: !args.no_values,
        input: harmless(input).into_owned(),
        ..Show::new(args.reading.report, color)
    };
    let limits = match limits::of(&args.reading.limits) {
        Ok(limits) => limits,
        Err(stop) => return show("").stop(&stop, &Sources::default()),
    };
    let codes = args.inputs.iter().map(|input| {
        let name = files::name_of(input);
        one(args, input, &name, &limits, &show(&name))
    });
    codes.max_by_key(|exit| *exit as u8).unwrap_or(Exit::Done)
}

/// Checks one file and tells of it.
fn one(args: &Check, input: &Path, name: &str, limits: &Limits, show: &Show) -> Exit {
    let (check, exit) = match checked(input, name, limits) {
        Ok(check) => {
            let deny = Severity::from(args.deny);
            let is_denied = check.findings.iter().any(|finding| finding.severity >= deny);
            (check, if is_denied { Exit::Finding } else { Exit::Done })
        }
        Err(stop) => (unreadable(name, stop.findings), stop.exit),
    };
    let told = match args.format {
        ListForm::Json => document(check.clone(), show.values),
        ListForm::Text => format!("{}\n", line(&check, show.values)),
    };
    if args.format == ListForm::Text && show.form != Form::Json {
        show.findings(&check.findings, &Sources::default());
    }
    match files::to_stdout(told.as_bytes()) {
        Ok(()) => exit,
        Err(stop) => show.stop(&stop, &Sources::default()),
    }
}

fn checked(input: &Path, name: &str, limits: &Limits) -> Result<einv::Check, Stop> {
    let clock = Clock::start(limits);
    let bytes = files::read(input, limits)?;
    let mut check = look_into(&bytes, limits, &clock).map_err(|mut stop| {
        stop.findings.iter_mut().for_each(|finding| files::locate(finding, name));
        stop
    })?;
    check.findings.iter_mut().for_each(|finding| files::locate(finding, name));
    check.file = Some(name.to_owned());
    Ok(check)
}

fn look_into(bytes: &[u8], limits: &Limits, clock: &Clock) -> Result<einv::Check, Stop> {
    limits::check(clock)?;
    let check = einv::check(bytes, limits)?;
    limits::check(clock)?;
    Ok(check)
}

/// What is told of a file without a container to check.
fn unreadable(name: &str, findings: Vec<Finding>) -> einv::Check {
    let mut check = einv::Check::default();
    check.file = Some(name.to_owned());
    check.findings = findings;
    check
}

/// One JSON document.
fn document(mut check: einv::Check, values: bool) -> String {
    if !values {
        check.findings.iter_mut().for_each(json::hide_values);
        check.invoice = "…".to_owned();
    }
    // It is plain data: it has no key that is not a text and no number that JSON lacks.
    serde_json::to_string_pretty(&check).unwrap_or_default() + "\n"
}

/// `a.pdf: passed: factur-x.xml, Factur-X BASIC, PDF/A-3B`.
fn line(check: &einv::Check, values: bool) -> String {
    let file = harmless(check.file.as_deref().unwrap_or_default());
    if check.invoice.is_empty() {
        return format!("{file}: nothing to check");
    }
    let number = |severity| check.findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = [(number(Severity::Error), "error"), (number(Severity::Warning), "warning")];
    let counts: Vec<String> =
        counts.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| count(number, word)).collect();
    let verdict = if check.passed { "passed" } else { "not passed" };
    let verdict = if counts.is_empty() { verdict.to_owned() } else { format!("{verdict}, {}", counts.join(" and ")) };
    let name = if values { check.invoice.as_str() } else { "…" };
    let said = [Some(name), check.profile.as_deref(), check.pdfa.as_deref()];
    let said: Vec<_> = said.into_iter().flatten().map(harmless).collect();
    format!("{file}: {verdict}: {}", said.join(", "))
}
