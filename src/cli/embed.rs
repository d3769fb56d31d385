//! `einv embed`: an invoice into a PDF, byte for byte.

use std::path::Path;

use anstream::ColorChoice;
use einv::finding::{ARGUMENTS, PDF_NOT_ARCHIVABLE, PDF_SIGNED, REQUIRED};
use einv::{Embedded, Finding, Severity, Target};

use super::choices::Form;
use super::exit::{Exit, Stop};
use super::files;
use super::hybrid::{self, args::Embed};
use super::limits;
use super::render::{Show, Sources, harmless, json};

/// Runs the command.
pub(crate) fn run(args: &Embed, color: ColorChoice) -> Exit {
    let show = Show {
        values: !args.telling.no_values,
        quiet: args.telling.quiet,
        input: harmless(&files::name_of(&args.input)).into_owned(),
        ..Show::new(args.telling.reading.report, color)
    };
    let mut sources = Sources::default();
    embed(args, &show, &mut sources).unwrap_or_else(|stop| show.stop(&stop, &sources))
}

fn embed(args: &Embed, show: &Show, sources: &mut Sources) -> Result<Exit, Stop> {
    let output = Some(args.output.as_path()).filter(|path| !files::is_dash(path));
    check(args, output)?;
    let limits = limits::of(&args.telling.reading.limits)?;
    let profile = args.profile.as_ref().map(|profile| Target::named(&format!("facturx/{profile}"))).transpose()?;
    let bytes = files::read(&args.input, &limits)?;
    let hybrid = hybrid::of(&hybrid::for_input(&args.hybrid, &args.input)?, args.date.as_deref(), &limits)?;
    let embedded = einv::embed(&bytes, profile.as_ref(), &hybrid, &limits).map_err(|error| {
        let mut stop = Stop::from(error);
        let is_lack = |finding: &Finding| [PDF_NOT_ARCHIVABLE.id, PDF_SIGNED.id, REQUIRED.id].contains(&&*finding.code);
        if stop.findings.iter().all(is_lack) {
            stop.exit = Exit::Finding;
        }
        stop.findings.iter_mut().for_each(|finding| locate(finding, args));
        sources.add_input(&files::name_of(&args.input), bytes.clone());
        stop
    })?;
    match output {
        _ if args.dry_run => {}
        Some(path) => files::write("the output", path, &embedded.bytes, args.force)?,
        None => files::to_stdout(&embedded.bytes)?,
    }
    Ok(tell(args, show, embedded))
}

/// What stands in the way before any work.
fn check(args: &Embed, output: Option<&Path>) -> Result<(), Stop> {
    if args.hybrid.pdf.is_none() {
        let finding = Finding::new(ARGUMENTS, "the pages are not given");
        let expected = "--pdf with a PDF, or --pdf from-attachment for one that the invoice carries (BG-24)";
        return Err(Stop::usage(finding.expected(expected)));
    }
    if args.hybrid.move_attachments {
        let finding = Finding::new(ARGUMENTS, "the invoice goes into the PDF as it is, with the files that it carries");
        return Err(Stop::usage(finding.help("take `einv convert --to facturx` to move them")));
    }
    if !args.dry_run {
        hybrid::spare_terminal(output)?;
    }
    hybrid::spare_pages(&hybrid::for_input(&args.hybrid, &args.input)?, output)?;
    let Some(path) = output else { return Ok(()) };
    if files::is_same(path, &args.input) {
        let finding = Finding::new(ARGUMENTS, "the output would overwrite the input").help("name another output");
        return Err(Stop::usage(files::about(finding, path)));
    }
    files::may_write("the output", path, args.force)
}

/// A finding that does not stand in the pages stands in the input.
fn locate(finding: &mut Finding, args: &Embed) {
    let is_placed = finding.place.as_ref().is_some_and(|place| place.file.is_some());
    if finding.code != ARGUMENTS.id && !is_placed {
        files::locate(finding, &files::name_of(&args.input));
    }
}

fn tell(args: &Embed, show: &Show, embedded: Embedded) -> Exit {
    let Embedded { bytes, pdfa, name, level, mut findings, .. } = embedded;
    findings.iter_mut().for_each(|finding| locate(finding, args));
    findings.retain(|finding| !show.quiet || finding.severity == Severity::Error);
    match show.form {
        Form::Json => show.tell(&json::document(&json::report_of(&findings), show.values)),
        _ => show.findings(&findings, &Sources::default()),
    }
    if !show.quiet && show.form != Form::Json {
        let path = args.output.display().to_string();
        let output = if files::is_dash(&args.output) { "to standard output".into() } else { harmless(&path) };
        let kind = pdfa.as_deref().unwrap_or("PDF");
        let wrote = if args.dry_run { "would write" } else { "wrote" };
        show.tell(&format!("{wrote} {output}: {kind} with {name}, {level}; {} bytes\n", bytes.len()));
    }
    Exit::Done
}
