//! `einv manifest`: bring manifests together, tell what stands in them.

use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use einv::batch::{self, Merged};
use einv::finding::BATCH_MANIFEST;
use einv::{Finding, Severity};

use super::args::ManifestCommand;
use super::summary::{files, json, results, table};
use crate::cli::choices::Form;
use crate::cli::exit::{Exit, Stop};
use crate::cli::files::{about, is_dash, is_same, may_write, to_stdout, write};
use crate::cli::render::{Show, Sources};

/// Runs the command.
pub(crate) fn run(command: &ManifestCommand, color: ColorChoice) -> Exit {
    let show = Show::new(Form::Human, color);
    let result = match command {
        ManifestCommand::Merge { manifests, output, force } => merge(manifests, output.as_deref(), *force, &show),
        ManifestCommand::Summary { manifests, report, deny } => {
            summary(manifests, *report, Severity::from(*deny), &show)
        }
    };
    result.unwrap_or_else(|stop| show.stop(&stop, &Sources::default()))
}

fn merge(manifests: &[PathBuf], output: Option<&Path>, force: bool, show: &Show) -> Result<Exit, Stop> {
    let mut out = Vec::new();
    let output = output.filter(|path| !is_dash(path));
    if let Some(path) = output {
        may_write("the merged manifest", path, force)?;
        if manifests.iter().any(|manifest| is_same(manifest, path)) {
            let finding = Finding::new(einv::finding::ARGUMENTS, "the output would overwrite one of the manifests");
            return Err(Stop::usage(about(finding.help("give the output another name"), path)));
        }
    }
    let merged = batch::merge(manifests, &mut out)?;
    match output {
        Some(path) => write("the merged manifest", path, &out, force)?,
        None => to_stdout(&out)?,
    }
    lacks(&merged, show);
    if let Some(path) = output {
        show.tell(&format!("wrote {}: {}\n", path.display(), files(merged.inputs)));
    }
    Ok(Exit::Done)
}

fn summary(manifests: &[PathBuf], form: Form, deny: Severity, show: &Show) -> Result<Exit, Stop> {
    let (_, summary, merged) = batch::summary(manifests, deny)?;
    let text = match form {
        Form::Json => json(&summary) + "\n",
        _ => format!("{}: {}\n{}", files(summary.all()), results(&summary), table(&summary)),
    };
    to_stdout(text.as_bytes())?;
    lacks(&merged, show);
    Ok(if summary.is_bad() { Exit::Finding } else { Exit::Done })
}

/// What the manifests do not tell.
fn lacks(merged: &Merged, show: &Show) {
    let warn = |message: String| {
        let mut finding = Finding::new(BATCH_MANIFEST, message);
        finding.severity = Severity::Warning;
        finding
    };
    let parts = match merged.missing.as_slice() {
        [] => None,
        parts => Some(warn(format!("parts of the job are missing: {}", parts.join(", ")))),
    };
    let unfinished = merged.unfinished.iter().map(|path| {
        let finding = warn("the last line is not whole: the job was stopped".to_owned());
        about(finding.help("go on with that job by --resume"), path)
    });
    let findings: Vec<Finding> = parts.into_iter().chain(unfinished).collect();
    show.findings(&findings, &Sources::default());
}
