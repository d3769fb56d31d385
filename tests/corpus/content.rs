//! The semantic content of an invoice as lines: what a person checks against the file, and what a wrong table changes.

use std::collections::HashMap;
use std::fmt::Write;

use einv::model::{NodeId, Standing};
use einv::{Conversion, Document, Finding};

/// One line per value: groups around it, term, how it counts if not plainly, the text, its sub-terms.
///
/// ```text
/// BG-25[2]/BG-30/BT-152 = 19
/// BG-4/BT-29 = 4012345000009  BT-29-1 = 0088
/// ```
pub(crate) fn lines(document: &Document) -> String {
    let mut lines = String::new();
    let paths = paths(document);
    for node in document.nodes().filter(|&node| !document.is_group(node)) {
        let Some(term) = document.term(node) else { continue };
        if document.standing(node) == Standing::Fixed {
            continue;
        }
        let mark = mark(document.standing(node));
        let text = shown(&document.text(node));
        if document.is_sub_term(node) {
            let _ = lines.pop();
            let _ = writeln!(lines, "  {}{mark} = {text}", term.id());
        } else {
            let _ = writeln!(lines, "{}{}{mark} = {text}", paths[&node], term.id());
        }
    }
    lines
}

fn mark(standing: Standing) -> &'static str {
    match standing {
        Standing::Empty => " (empty)",
        Standing::Placeholder => " (placeholder)",
        Standing::Second => " (second home)",
        _ => "",
    }
}

fn shown(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r")
}

/// The groups around every value, outermost first, with positions from the second of a kind on. An element that holds
/// terms together without being a group of the standard is a `-`.
fn paths(document: &Document) -> HashMap<NodeId, String> {
    let mut prefixes: HashMap<Option<NodeId>, String> = HashMap::from([(None, String::new())]);
    let mut counts: HashMap<(Option<NodeId>, String), usize> = HashMap::new();
    let mut paths = HashMap::new();
    for node in document.nodes() {
        let up = document.up(node);
        let prefix = prefixes[&up].clone();
        if !document.is_group(node) {
            paths.insert(node, prefix);
            continue;
        }
        let name = document.term(node).map_or("-", |term| term.id()).to_owned();
        let count = counts.entry((up, name.clone())).or_default();
        *count += 1;
        let position = if *count > 1 { format!("[{count}]") } else { String::new() };
        prefixes.insert(Some(node), format!("{prefix}{name}{position}/"));
    }
    paths
}

/// What a conversion told, one line each: losses, derivations, changes, findings; the words aside.
pub(crate) fn told(conversion: &Conversion) -> String {
    let report = &conversion.report;
    let mut lines = String::new();
    for loss in &report.losses {
        let accepted = if loss.accepted { " accepted" } else { "" };
        tell(&mut lines, &format!("loss {}{accepted}", loss.grade), &loss.finding);
    }
    report.derivations.iter().for_each(|finding| tell(&mut lines, "derivation", finding));
    report.changes.iter().for_each(|finding| tell(&mut lines, "change", finding));
    report.findings.iter().for_each(|finding| tell(&mut lines, "finding", finding));
    let _ = writeln!(lines, "{} terms read, {} written", report.terms_read, report.terms_written);
    lines
}

fn tell(lines: &mut String, kind: &str, finding: &Finding) {
    let path = finding.place.as_ref().and_then(|place| place.path.as_deref()).unwrap_or("-");
    let term = finding.term.as_deref().and_then(|term| term.split(' ').next()).unwrap_or("-");
    let found = finding.found.as_deref().map(shown).unwrap_or_default();
    let _ = writeln!(lines, "{kind}: {} {term} {path} {found}", finding.code);
}
