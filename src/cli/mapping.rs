//! `einv mapping`: the tables, checked and printed.

use std::path::Path;
use std::sync::Arc;

use anstream::ColorChoice;
use einv::{Finding, Severity, TableRow, Tables};

use super::args::Mapping;
use super::choices::{Form, TableForm};
use super::exit::{Exit, Stop};
use super::files;
use super::render::{Show, Sources, count, json};

/// Runs `einv mapping …`.
pub(crate) fn run(mapping: &Mapping, color: ColorChoice) -> Exit {
    let (folder, show) = match mapping {
        Mapping::Check { mappings, report, quiet } => {
            (mappings.as_deref(), Show { quiet: *quiet, ..Show::new(*report, color) })
        }
        Mapping::Table { mappings, .. } => (mappings.as_deref(), Show::new(Form::Human, color)),
    };
    let mut sources = Sources::default();
    let result = open(folder, &mut sources).and_then(|tables| match mapping {
        Mapping::Check { .. } => Ok(check(&tables, folder, &show, &sources)),
        Mapping::Table { format, .. } => tables.table().map_err(mistakes).and_then(|rows| table(&rows, *format)),
    });
    result.unwrap_or_else(|stop| {
        show.stop(&stop, &sources);
        conclude(&show, folder, &stop);
        stop.exit
    })
}

fn mistakes(findings: Vec<Finding>) -> Stop {
    Stop { exit: Exit::Finding, findings }
}

fn open(folder: Option<&Path>, sources: &mut Sources) -> Result<Arc<Tables>, Stop> {
    let Some(folder) = folder else { return Ok(Arc::clone(Tables::standard())) };
    let files = files::tables(folder)?;
    sources.add_tables(&files);
    Tables::with(&files).map(Arc::new).map_err(mistakes)
}

/// The last line where the tables cannot be used.
fn conclude(show: &Show, folder: Option<&Path>, stop: &Stop) {
    if stop.exit == Exit::Finding && show.form != Form::Json && !show.quiet {
        show.tell(&format!("{}: {}\n", name(folder), count(stop.findings.len(), "error")));
    }
}

fn check(tables: &Tables, folder: Option<&Path>, show: &Show, sources: &Sources) -> Exit {
    let findings = tables.check();
    match show.form {
        Form::Json => show.tell(&json::document(&json::report_of(&findings), show.values)),
        _ => show.findings(&findings, sources),
    }
    let errors = findings.iter().filter(|finding: &&Finding| finding.severity == Severity::Error).count();
    if show.form != Form::Json && !show.quiet {
        let result = if errors == 0 { "no mistake".to_owned() } else { count(errors, "error") };
        show.tell(&format!("{}: {result}; {}\n", name(folder), tables.summary()));
    }
    if errors == 0 { Exit::Done } else { Exit::Finding }
}

fn name(folder: Option<&Path>) -> String {
    folder.map_or("built-in tables".to_owned(), |folder| folder.display().to_string())
}

const COLUMNS: usize = 6;

fn table(rows: &[TableRow], format: TableForm) -> Result<Exit, Stop> {
    const HEAD: [&str; COLUMNS] = ["Term", "Name", "UBL Invoice", "UBL CreditNote", "CII", "ZUGFeRD 1.0"];
    let line: fn([&str; COLUMNS]) -> String = match format {
        TableForm::Markdown => markdown,
        TableForm::Csv => csv,
    };
    let mut text = line(HEAD);
    if format == TableForm::Markdown {
        text += &format!("|{}\n", "---|".repeat(COLUMNS));
    }
    for row in rows {
        text += &line([&row.term, &row.name, &row.ubl_invoice, &row.ubl_creditnote, &row.cii, &row.zugferd1]);
    }
    files::print(&text)
}

fn markdown(cells: [&str; COLUMNS]) -> String {
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}

/// RFC 4180, but for the line ends.
fn csv(cells: [&str; COLUMNS]) -> String {
    let quoted = |cell: &str| match cell.contains([',', '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    cells.map(quoted).join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_kept_apart() {
        assert_eq!(csv(["a,b", "c\"d", "", "e", "f", "g"]), "\"a,b\",\"c\"\"d\",,e,f,g\n");
        assert_eq!(markdown(["a|b", "c", "", "e", "f", "g"]), "| a\\|b | c |  | e | f | g |\n");
    }
}
