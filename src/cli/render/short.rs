//! The form for logs and editors: one line for each finding.

use einv::Finding;

use super::{Show, text};

/// `file:line:col: error[CODE]: message` and the term.
pub(super) fn finding(finding: &Finding, show: &Show) -> String {
    let at = finding.place.as_ref().and_then(super::position).unwrap_or_else(|| show.input.clone());
    let color = super::human::style(finding.severity);
    let path = text::place_path(finding);
    let message = text::words(&finding.message, path, show.values);
    let found = match text::found(finding, show.values) {
        Some(found) if !message.contains(&found) => format!(", found {found}"),
        _ => String::new(),
    };
    let term = finding.term.as_deref().map(|term| format!(" ({})", text::harmless(term))).unwrap_or_default();
    let (severity, code) = (finding.severity, &finding.code);
    let at = if at.is_empty() { at } else { format!("{at}: ") };
    format!("{at}{color}{severity}[{code}]{color:#}: {message}{found}{term}\n")
}
