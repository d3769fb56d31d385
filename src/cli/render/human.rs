//! The form for people: first line, place, source line with a marker, labelled notes.

use std::fmt::Write;

use clap::builder::styling::{AnsiColor, Style};
use einv::{Finding, Severity};

use super::{Show, Sources, text};

const BOLD: Style = Style::new().bold();
const FRAME: Style = AnsiColor::Blue.on_default().bold();

/// The style of a severity.
pub(super) fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Loss => AnsiColor::Magenta.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        _ => AnsiColor::Cyan.on_default().bold(),
    }
}

/// One finding.
pub(super) fn finding(finding: &Finding, sources: &Sources, show: &Show) -> String {
    let mut out = String::new();
    let color = style(finding.severity);
    let path = text::place_path(finding);
    let message = text::words(&finding.message, path, show.values);
    let (severity, code) = (finding.severity, &finding.code);
    let _ = writeln!(out, "{color}{severity}[{code}]{color:#}{BOLD}: {message}{BOLD:#}");
    place(&mut out, finding, show);
    let snippet = sources.snippet(finding).filter(|_| show.values);
    let pad = snippet.as_ref().map_or(2, |snippet| snippet.number.to_string().len().max(2));
    if let Some(snippet) = &snippet {
        let (mark, indent) = ("^".repeat(snippet.marker), snippet.indent);
        let _ = writeln!(out, "{FRAME}{:pad$} |{FRAME:#}", "");
        let _ = writeln!(out, "{FRAME}{:>pad$} |{FRAME:#} {}", snippet.number, snippet.line);
        let _ = writeln!(out, "{FRAME}{:pad$} |{FRAME:#} {:indent$}{color}{mark}{color:#}", "", "");
    }
    let found = text::found(finding, show.values).filter(|_| !snippet.is_some_and(|snippet| snippet.covers));
    let worded = |text: &Option<String>| text.as_deref().map(|text| text::words(text, path, show.values));
    let notes = [
        ("term", finding.term.clone()),
        ("found", found),
        ("expected", worded(&finding.expected)),
        ("help", worded(&finding.help)),
    ];
    for (label, note) in notes {
        if let Some(note) = note {
            let _ = writeln!(out, "{:pad$} {FRAME}={FRAME:#} {BOLD}{label}:{BOLD:#} {}", "", text::harmless(&note));
        }
    }
    out
}

fn place(out: &mut String, finding: &Finding, show: &Show) {
    let Some(place) = &finding.place else { return };
    let shown = |path| if show.verbose { text::harmless(path).into_owned() } else { text::path(path) };
    let path = place.path.as_deref().map(|path| format!("  {}", shown(path))).unwrap_or_default();
    let Some(at) = super::position(place) else { return };
    let _ = writeln!(out, "  {FRAME}-->{FRAME:#} {at}{path}");
}
