//! What a job is asked to do: from the arguments, or, where they are silent, from the manifest that is taken up.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use einv::batch::{Header, Job};
use einv::finding::ARGUMENTS;
use einv::{Finding, Tables};

use crate::cli::args::Convert;
use crate::cli::choices::{Level, Losses, Wrapping};
use crate::cli::exit::Stop;
use crate::cli::files;
use crate::cli::hybrid::Pages;
use crate::cli::job::{converter, only_for_pdf, set, tables, target};
use crate::cli::limits;
use crate::cli::overrides::SetFrom;
use crate::cli::render::{Sources, json};

/// The arguments, completed.
pub(super) fn settle(given: &Convert) -> Result<Convert, Stop> {
    let mut args = given.clone();
    args.accept = files::accepted(&args.accept)?;
    if let Some(manifest) = args.batch.taken_up().cloned()
        && (args.batch.retry.is_some() || std::fs::metadata(&manifest).is_ok_and(|meta| meta.len() > 0))
        && let Some(header) = Header::read(&manifest)?
    {
        fill(&mut args, &header);
        args.batch.manifest = Some(manifest);
    }
    check(&args)?;
    Ok(args)
}

/// Options about the output that a manifest holds, those that were given.
fn output_options(args: &Convert) -> Vec<(&'static str, Vec<String>)> {
    let one = |value: &Option<String>| value.iter().cloned().collect();
    let mut options = vec![
        ("set", args.set.clone()),
        ("unset", args.unset.clone()),
        ("limit", args.limits.clone()),
        ("process", one(&args.process)),
        ("cii", one(&args.cii)),
        ("sender", one(&args.sender)),
        ("receiver", one(&args.receiver)),
        ("date", one(&args.date)),
        ("pdf", args.hybrid.pdf.iter().map(|path| path.display().to_string()).collect()),
        ("relationship", one(&args.hybrid.relationship)),
        ("names", one(&args.hybrid.names)),
        ("attach", args.attach.iter().map(|path| path.display().to_string()).collect()),
        ("move-attachments", args.hybrid.move_attachments.then(|| "true".to_owned()).into_iter().collect()),
        ("no-pdfa", args.hybrid.no_pdfa.then(|| "true".to_owned()).into_iter().collect()),
        ("set-from", args.set_from.iter().map(|path| path.display().to_string()).collect()),
        ("wrap", args.wrap.iter().map(|_| "sbdh".to_owned()).collect()),
    ];
    options.retain(|(_, values)| !values.is_empty());
    options
}

/// Options that were not given are those of the manifest; whether given ones are the same, the job itself checks.
fn fill(args: &mut Convert, header: &Header) {
    let option = |name: &str| header.options.get(name).cloned().unwrap_or_default();
    let one = |name: &str| option(name).into_iter().next();
    if args.inputs.is_empty() {
        args.inputs = header.inputs.iter().map(|name| name.0.clone()).collect();
    }
    args.to = args.to.take().or_else(|| Some(header.target.clone()));
    args.output = args.output.take().or_else(|| header.output.clone().map(|name| name.0));
    args.mappings = args.mappings.take().or_else(|| one("mappings").map(PathBuf::from));
    args.force |= one("force").is_some();
    args.no_values |= one("no-values").is_some();
    if args.on_loss == Losses::Refuse {
        args.on_loss = one("on-loss").and_then(|name| Losses::from_str(&name, false).ok()).unwrap_or(args.on_loss);
    }
    if args.deny == Level::Error {
        args.deny = one("deny").and_then(|name| Level::from_str(&name, false).ok()).unwrap_or(args.deny);
    }
    let singles = [
        (&mut args.process, "process"),
        (&mut args.cii, "cii"),
        (&mut args.sender, "sender"),
        (&mut args.receiver, "receiver"),
        (&mut args.date, "date"),
        (&mut args.hybrid.relationship, "relationship"),
        (&mut args.hybrid.names, "names"),
    ];
    for (value, name) in singles {
        *value = value.take().or_else(|| one(name));
    }
    args.hybrid.pdf = args.hybrid.pdf.take().or_else(|| one("pdf").map(PathBuf::from));
    args.set_from = args.set_from.take().or_else(|| one("set-from").map(PathBuf::from));
    if args.attach.is_empty() {
        args.attach = option("attach").into_iter().map(PathBuf::from).collect();
    }
    args.hybrid.move_attachments |= one("move-attachments").is_some();
    args.hybrid.no_pdfa |= one("no-pdfa").is_some();
    args.wrap = args.wrap.or_else(|| one("wrap").map(|_| Wrapping::Sbdh));
    let lists = [
        (&mut args.accept, "accept"),
        (&mut args.batch.include, "include"),
        (&mut args.batch.exclude, "exclude"),
        (&mut args.set, "set"),
        (&mut args.unset, "unset"),
        (&mut args.limits, "limit"),
    ];
    for (list, name) in lists {
        if list.is_empty() {
            *list = option(name);
        }
    }
    let batch = &mut args.batch;
    batch.name = batch.name.take().or_else(|| one("name"));
    batch.on_no_invoice = batch.on_no_invoice.or_else(|| one("on-no-invoice").and_then(|name| name.parse().ok()));
    batch.shard = batch.shard.or_else(|| header.shard.as_ref().and_then(|shard| shard.parse().ok()));
}

fn check(args: &Convert) -> Result<(), Stop> {
    let finding = match &args.output {
        _ if args.inputs.is_empty() => {
            let finding = Finding::new(ARGUMENTS, "there is nothing to convert");
            finding.expected("files, directories, archives, patterns or @lists; or a manifest that names them")
        }
        _ if matches!(Pages::of(&args.hybrid), Pages::File(_)) => {
            let finding = Finding::new(ARGUMENTS, "--pdf names one file, and there are several inputs");
            let expected = "--pdf '{stem}.pdf' for a PDF beside each, --pdf from-attachment, or hybrid PDFs as inputs";
            finding.expected(expected)
        }
        _ if args.report_file.is_some() => {
            let finding = Finding::new(ARGUMENTS, "a report is about one file, and there are several inputs");
            finding.help("write a manifest instead, with --manifest FILE")
        }
        None if !args.dry_run => {
            let finding = Finding::new(ARGUMENTS, "with several inputs, it must be said where the outputs go");
            finding.expected("-o with a directory, or with a name that ends in .zip or .tar")
        }
        Some(path) if files::is_dash(path) => {
            let finding = Finding::new(ARGUMENTS, "several outputs cannot go to standard output");
            finding.expected("-o with a directory, or with a name that ends in .zip or .tar")
        }
        Some(path) if path.is_file() && !is_archive(path) => {
            let finding = Finding::new(ARGUMENTS, "with several inputs, the output must be a directory or an archive");
            files::about(finding.found("a file"), path)
        }
        _ => return Ok(()),
    };
    Err(Stop::usage(finding))
}

fn is_archive(path: &std::path::Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    name.ends_with(".zip") || name.ends_with(".tar")
}

/// The job.
pub(super) fn job(args: &Convert, sources: &mut Sources) -> Result<Job, Stop> {
    let tables = match &args.mappings {
        Some(folder) => tables(folder, sources)?,
        None => Arc::clone(Tables::standard()),
    };
    let limits = limits::of(&args.limits)?;
    let target = target(args, None, &tables)?;
    only_for_pdf(args, &target)?;
    let converter = converter(args, target, tables, &limits)?;
    converter.check()?;
    let batch = &args.batch;
    let mut job = Job::new(converter)
        .limit(limits.input_bytes())
        .include(batch.include.clone())
        .exclude(batch.exclude.clone())
        .on_no_invoice(batch.on_no_invoice.unwrap_or_default())
        .deny(args.deny.into())
        .force(args.force)
        .durable(batch.durable)
        .fail_fast(batch.fail_fast);
    for input in &args.inputs {
        job = job.input(input);
    }
    if let Some(path) = args.output.as_ref().filter(|_| !args.dry_run) {
        job = job.output(path);
    }
    if let Some(rule) = &batch.name {
        job = job.name(rule);
    }
    if let Pages::Rule(rule) = Pages::of(&args.hybrid) {
        job = job.pages(rule);
    }
    if let Some(threads) = batch.jobs {
        job = job.threads(threads);
    }
    if let Some(shard) = batch.shard {
        job = job.shard(shard);
    }
    if args.no_values {
        job = job.edit(json::hide).setting("no-values", ["true".to_owned()]);
    }
    if let Some(folder) = &args.mappings {
        job = job.setting("mappings", [folder.display().to_string()]);
    }
    if let Some(path) = &args.set_from {
        let (rows, args) = (SetFrom::read(path)?, args.clone());
        job = job.tailor(move |input, converter| rows.for_input(&args, input).into_iter().fold(converter, set));
    }
    for (name, values) in output_options(args) {
        job = job.setting(name, values);
    }
    if let Some(path) = &batch.manifest {
        job = job.manifest(path);
    }
    Ok(match (&batch.retry, batch.resume) {
        (Some(_), _) => job.retry(),
        (None, true) => job.resume(),
        _ => job,
    })
}
