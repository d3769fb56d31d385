//! What `einv convert` is asked to do, settled before any work: format, files, tables, accepted losses.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use einv::finding::ARGUMENTS;
use einv::{Converter, Finding, Format, Tables, Target};

use super::args::{Convert, Form};
use super::exit::Stop;
use super::files;
use super::render::Sources;

/// The formats by name, as they are told to people.
const FORMATS: &str = "ubl, cii or json";

/// A conversion that can begin.
pub(crate) struct Job {
    pub(crate) converter: Converter,
    /// `None`: standard output.
    pub(crate) output: Option<PathBuf>,
}

/// Name of the input in messages.
pub(crate) fn input_name(args: &Convert) -> String {
    match files::is_dash(&args.input) {
        true => "<stdin>".to_owned(),
        false => args.input.display().to_string(),
    }
}

impl Job {
    pub(crate) fn new(args: &Convert, sources: &mut Sources) -> Result<Job, Stop> {
        let output = args.output.clone().filter(|path| !files::is_dash(path));
        let target = target(args, output.as_deref())?;
        for (what, path) in [("output", &output), ("report", &args.report_file)] {
            if let Some(path) = path {
                spare_input(what, path, args)?;
                files::may_write(path, args.force)?;
            }
        }
        let mut converter = Converter::new()
            .to(target)
            .on_loss(args.on_loss.into())
            .accept(files::accepted(&args.accept)?)
            .hashes(args.report == Form::Json || args.report_file.is_some())
            .file(input_name(args));
        if let Some(folder) = &args.mappings {
            converter = converter.tables(tables(folder, sources)?);
        }
        Ok(Job { converter, output })
    }
}

/// The tables of a directory over the built-in ones.
pub(super) fn tables(folder: &Path, sources: &mut Sources) -> Result<Arc<Tables>, Stop> {
    let files = files::tables(folder)?;
    sources.add_tables(&files);
    let tables = Tables::with(&files);
    tables.map(Arc::new).map_err(|findings| Stop { exit: super::exit::Exit::Usage, findings })
}

/// An input is never written over.
fn spare_input(what: &str, path: &Path, args: &Convert) -> Result<(), Stop> {
    let is_report = what == "report";
    let other = match (files::is_same(path, &args.input), is_report, &args.output) {
        (true, ..) => "the input",
        (_, true, Some(output)) if files::is_same(path, output) => "the output",
        _ => return Ok(()),
    };
    let finding = Finding::new(ARGUMENTS, format!("the {what} would overwrite {other}"));
    Err(Stop::usage(files::about(finding.help(format!("give the {what} another name")), path)))
}

/// The target by name, or by the name of the output.
pub(super) fn target(args: &Convert, output: Option<&Path>) -> Result<Target, Stop> {
    if let Some(name) = &args.to {
        // With a profile (`ubl/xrechnung`) the table of targets answers for itself.
        return match name.contains('/') {
            true => Ok(Target::named(name)?),
            false => name.parse().map(Target::for_format).map_err(|_| unknown(name)),
        };
    }
    match output.map(by_name) {
        Some(Some(format)) => Ok(Target::for_format(format)),
        Some(None) => Err(ambiguous(output.unwrap_or(Path::new("")))),
        None => {
            let finding = Finding::new(ARGUMENTS, "the format to write is not given");
            Err(Stop::usage(finding.expected(format!("--to with {FORMATS}"))))
        }
    }
}

/// The format that a name says: `a.json`, `a.ubl.xml`, `a.cii`.
fn by_name(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?;
    match extension.to_lowercase().as_str() {
        "xml" => Path::new(path.file_stem()?).extension()?.to_str()?.parse().ok(),
        other => other.parse().ok(),
    }
}

fn unknown(name: &str) -> Stop {
    let finding = Finding::new(ARGUMENTS, "einv does not write this format");
    Stop::usage(finding.found(format!("--to `{name}`")).expected(FORMATS))
}

fn ambiguous(path: &Path) -> Stop {
    let is_xml = path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("xml"));
    let (message, formats) = match is_xml {
        true => ("the name of the output does not say if it is UBL or CII", "ubl or cii"),
        false => ("the name of the output does not say its format", FORMATS),
    };
    Stop::usage(files::about(Finding::new(ARGUMENTS, message).expected(format!("--to with {formats}")), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_formats() {
        assert_eq!(by_name(Path::new("a.json")), Some(Format::Json));
        assert_eq!(by_name(Path::new("dir.json/a.UBL.xml")), Some(Format::Ubl));
        assert_eq!(by_name(Path::new("a.cii")), Some(Format::Cii));
        assert_eq!(by_name(Path::new("a.xml")), None);
        assert_eq!(by_name(Path::new("json")), None);
    }
}
