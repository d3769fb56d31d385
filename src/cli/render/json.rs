//! The form for programs: the report, or what stopped the command in the shape of a report.

use einv::{Finding, Report};

use super::text;

/// The report as one JSON document.
pub(crate) fn document(report: &Report, values: bool) -> String {
    let mut report = report.clone();
    if !values {
        hide(&mut report);
    }
    // A report is plain data: it has no key that is not a text and no number that JSON lacks.
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text + "\n"
}

/// Findings in the shape of a report, where there is none.
pub(crate) fn report_of(findings: &[Finding]) -> Report {
    let mut report = Report::default();
    report.einv = env!("CARGO_PKG_VERSION").to_owned();
    report.findings = findings.to_vec();
    report
}

/// Takes the values of the invoice out.
pub(crate) fn hide(report: &mut Report) {
    for side in [&mut report.source, &mut report.target] {
        side.number = side.number.take().map(|_| "…".to_owned());
    }
    for loss in &mut report.losses {
        let is_id = |term: &str| term.starts_with("BT-") || term.starts_with("BG-") || term.starts_with("EXT-");
        loss.term = loss.term.take().map(|term| if is_id(&term) { term } else { "…".to_owned() });
        hide_values(&mut loss.finding);
    }
    let others = report.derivations.iter_mut().chain(&mut report.changes).chain(&mut report.findings);
    others.for_each(hide_values);
}

pub(crate) fn hide_values(finding: &mut Finding) {
    let path = text::place_path(finding).map(str::to_owned);
    let hidden = |text: &str| text::words(text, path.as_deref(), false);
    let found = finding.found.as_deref().map(|found| match text::is_worded(finding) {
        true => hidden(found),
        false => "…".to_owned(),
    });
    finding.found = found;
    finding.message = hidden(&finding.message);
    finding.expected = finding.expected.as_deref().map(hidden);
    finding.help = finding.help.as_deref().map(hidden);
}
