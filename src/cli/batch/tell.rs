//! What is told about one input of a job, as it ends.

use einv::batch::{Outcome, State};
use einv::{Finding, Severity};

use crate::cli::args::Convert;
use crate::cli::choices::Form;
use crate::cli::render::{Show, Sources};

/// What is told about an input: failures and refusals with their reasons, what is no invoice in one line; of a converted
/// input what is denied. `None` if it is nothing.
pub(super) fn outcome<'o>(args: &Convert, outcome: &'o Outcome, show: &'o Show) -> Option<impl FnOnce() + 'o> {
    let is_json = show.form == Form::Json;
    let path = outcome.path.display().to_string();
    let named = |finding: Finding| named(finding, &path);
    let findings: Vec<Finding> = if is_json { Vec::new() } else { findings(args, outcome) };
    let findings: Vec<Finding> = findings.into_iter().map(named).collect();
    (is_json || !findings.is_empty()).then_some(move || match is_json {
        true => show.tell(&(outcome.json() + "\n")),
        false => show.findings(&findings, &Sources::default()),
    })
}

fn findings(args: &Convert, outcome: &Outcome) -> Vec<Finding> {
    if matches!(outcome.state, State::Skipped | State::Copied) {
        return if args.quiet { Vec::new() } else { no_invoice(args, outcome) };
    }
    let least = match outcome.state {
        State::Converted if args.verbose => Severity::Note,
        State::Converted => Severity::from(args.deny),
        _ if args.verbose => Severity::Note,
        _ => Severity::Loss,
    };
    let report = &outcome.report;
    let losses = report.losses.iter().filter(|loss| args.verbose || !loss.accepted).map(|loss| &loss.finding);
    let others = report.derivations.iter().chain(&report.changes).chain(&report.findings);
    let mut all: Vec<&Finding> = losses.chain(others).filter(|finding| finding.severity >= least).collect();
    all.sort_by_key(|finding| finding.place.as_ref().map(|place| (place.line, place.column)));
    all.into_iter().cloned().collect()
}

fn no_invoice(args: &Convert, outcome: &Outcome) -> Vec<Finding> {
    let what = if outcome.state == State::Copied { "copied as it is" } else { "skipped" };
    let shortened = |finding: &Finding| {
        let mut finding = finding.clone();
        finding.message = format!("{}, {what}", finding.message);
        if !args.verbose {
            (finding.found, finding.expected, finding.help) = (None, None, None);
        }
        finding
    };
    outcome.report.findings.iter().take(1).map(shortened).collect()
}

/// Findings of a job name no file, which then is the input, unless they are about its pages.
fn named(finding: Finding, path: &str) -> Finding {
    let place = finding.place.clone().unwrap_or_default();
    match place.file {
        Some(_) => finding,
        None => finding.at(place.in_file(path)),
    }
}
