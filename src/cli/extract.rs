//! `einv extract`: the invoice out of a PDF, byte for byte, and the files beside it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use einv::batch::Clock;
use einv::finding::ARGUMENTS;
use einv::{AttachedTo, Attachment, Extraction, Finding, Limits, Severity};

use super::args::Extract;
use super::choices::Form;
use super::exit::{Exit, Stop};
use super::files;
use super::limits;
use super::render::{Show, Sources, count, harmless, json};

/// Runs the command.
pub(crate) fn run(args: &Extract, color: ColorChoice) -> Exit {
    let show = Show {
        values: !args.telling.no_values,
        quiet: args.telling.quiet,
        input: harmless(&files::name_of(&args.input)).into_owned(),
        ..Show::new(args.telling.reading.report, color)
    };
    let mut sources = Sources::default();
    extract(args, &show, &mut sources).unwrap_or_else(|stop| show.stop(&stop, &sources))
}

fn extract(args: &Extract, show: &Show, sources: &mut Sources) -> Result<Exit, Stop> {
    let place = Place::of(args)?;
    let limits = limits::of(&args.telling.reading.limits)?;
    let clock = Clock::start(&limits);
    let bytes = files::read(&args.input, &limits)?;
    let mut extraction = take(args, &bytes, &limits, &clock).map_err(|mut stop| {
        stop.findings.iter_mut().for_each(|finding| files::locate(finding, &files::name_of(&args.input)));
        sources.add_input(&files::name_of(&args.input), bytes);
        stop
    })?;
    extraction.findings.iter_mut().for_each(|finding| files::locate(finding, &files::name_of(&args.input)));
    let outputs = place.outputs(&extraction);
    may_write(args, &outputs)?;
    write(args, &place, &outputs)?;
    Ok(tell(show, &extraction, &outputs))
}

fn take(args: &Extract, bytes: &[u8], limits: &Limits, clock: &Clock) -> Result<Extraction, Stop> {
    limits::check(clock)?;
    let extraction = match args.all {
        true => einv::extract_all_with(bytes, limits)?,
        false => einv::extract_with(bytes, limits)?,
    };
    limits::check(clock)?;
    Ok(extraction)
}

/// Where the files go.
enum Place {
    /// The invoice to standard output.
    Stdout,
    /// The invoice to a file of this name.
    File(PathBuf),
    /// Each under its own name into this directory.
    Folder(PathBuf),
}

impl Place {
    fn of(args: &Extract) -> Result<Place, Stop> {
        let output = args.output.as_deref().filter(|path| !files::is_dash(path));
        match (args.all, output) {
            (true, Some(path)) if path.exists() && !path.is_dir() => {
                let finding = Finding::new(ARGUMENTS, "with --all the output is a directory, and this is a file");
                Err(Stop::usage(files::about(finding, path)))
            }
            (true, Some(path)) => Ok(Place::Folder(path.to_owned())),
            (true, None) => {
                let finding =
                    Finding::new(ARGUMENTS, "with --all there may be several files, and no directory is given");
                Err(Stop::usage(finding.expected("-o with a directory; `-o .` is the one you are in")))
            }
            (false, Some(path)) if path.is_dir() => Ok(Place::Folder(path.to_owned())),
            (false, Some(path)) => Ok(Place::File(path.to_owned())),
            (false, None) => Ok(Place::Stdout),
        }
    }

    /// The files with the paths that they get: no path for standard output.
    fn outputs<'e>(&self, extraction: &'e Extraction) -> Vec<Output<'e>> {
        let all = std::iter::once(&extraction.invoice).chain(&extraction.attachments);
        let mut taken = HashSet::new();
        let path = |file: &Attachment| match self {
            Place::Stdout => None,
            Place::File(path) => Some(path.clone()),
            Place::Folder(folder) => Some(folder.join(unique(&file.file_name(), &mut taken))),
        };
        let paths: Vec<Option<PathBuf>> = all.clone().map(path).collect();
        all.zip(paths).enumerate().map(|(at, (file, path))| Output { file, path, is_invoice: at == 0 }).collect()
    }
}

/// A file and where it goes.
struct Output<'e> {
    file: &'e Attachment,
    path: Option<PathBuf>,
    is_invoice: bool,
}

/// The name, with a number if it is taken: `a.pdf`, `a-2.pdf`. Capitals do not make another name, as on many systems.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let (stem, extension) = match name.rfind('.').filter(|at| *at > 0) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    let numbered = (2..).map(|number| format!("{stem}-{number}{extension}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

/// All that stands in the way of writing, before anything is written.
fn may_write(args: &Extract, outputs: &[Output<'_>]) -> Result<(), Stop> {
    let mut stop: Option<Stop> = None;
    for path in outputs.iter().filter_map(|output| output.path.as_deref()) {
        let missing = args.all && !folder(path).exists();
        let result = match () {
            () if files::is_same(path, &args.input) => Err(would_overwrite(path)),
            // The directory will be made.
            () if missing => Ok(()),
            () => files::may_write("the output", path, args.force),
        };
        match (result, &mut stop) {
            (Err(next), Some(stop)) => stop.findings.extend(next.findings),
            (Err(next), None) => stop = Some(next),
            (Ok(()), _) => {}
        }
    }
    stop.map_or(Ok(()), Err)
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

fn would_overwrite(path: &Path) -> Stop {
    let finding = Finding::new(ARGUMENTS, "the output would overwrite the input").help("name another output");
    Stop::usage(files::about(finding, path))
}

fn write(args: &Extract, place: &Place, outputs: &[Output<'_>]) -> Result<(), Stop> {
    if let Place::Folder(folder) = place {
        files::make_folder(folder)?;
    }
    outputs.iter().try_for_each(|output| match &output.path {
        Some(path) => files::write("the output", path, &output.file.bytes, args.force),
        None => files::to_stdout(&output.file.bytes),
    })
}

/// What is odd, then a line for each file.
fn tell(show: &Show, extraction: &Extraction, outputs: &[Output<'_>]) -> Exit {
    let least = if show.quiet { Severity::Error } else { Severity::Note };
    let findings: Vec<Finding> = extraction.findings.iter().filter(|f| f.severity >= least).cloned().collect();
    match show.form {
        Form::Json => show.tell(&json::document(&json::report_of(&findings), show.values)),
        _ => show.findings(&findings, &Sources::default()),
    }
    if !show.quiet && show.form != Form::Json {
        show.tell(&outputs.iter().map(line).collect::<String>());
    }
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    if failed { Exit::Finding } else { Exit::Done }
}

fn line(output: &Output<'_>) -> String {
    let name = match &output.path {
        Some(path) => path.display().to_string(),
        None => "to standard output".to_owned(),
    };
    let what = match output.file.attached_to {
        _ if output.is_invoice => "the invoice",
        AttachedTo::Invoice => "attached to the invoice",
        _ => "attached to the PDF",
    };
    format!("wrote {}: {what}, {}\n", harmless(&name), count(output.file.bytes.len(), "byte"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken_get_a_number() {
        let mut taken = HashSet::new();
        let names = ["a.pdf", "A.PDF", "a-2.pdf", "b", "b", ".x", "a.pdf"];
        let unique = names.map(|name| unique(name, &mut taken));
        assert_eq!(unique, ["a.pdf", "A-2.PDF", "a-2-2.pdf", "b", "b-2", ".x", "a-3.pdf"]);
    }
}
