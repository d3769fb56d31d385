//! The last line of `einv convert`: what was written, or why nothing was.

use std::path::Path;

use einv::{Grade, Report, Severity};

use super::args::Convert;
use super::files;
use super::job::Job;
use super::render::{count, harmless};

/// How many findings are errors, losses aside.
pub(crate) fn errors(report: &Report) -> usize {
    report.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// The line, and for a refusal that can be overruled the command that would write the file.
pub(crate) fn line(args: &Convert, job: &Job, report: &Report) -> String {
    match report.written {
        true => written(args, job, report),
        false => refused(args, job, report),
    }
}

fn written(args: &Convert, job: &Job, report: &Report) -> String {
    let verb = if args.dry_run { "would write" } else { "wrote" };
    let name = match &job.output {
        Some(path) => named(path),
        None => "to standard output".to_owned(),
    };
    let profile = report.target.profile.as_deref().map(|profile| format!(", {profile}")).unwrap_or_default();
    let (read, written) = (count(report.terms_read as usize, "term"), report.terms_written);
    format!("{verb} {name}: {}{profile}; {read} read, {written} written, {}\n", report.target.kind, lost(report))
}

fn lost(report: &Report) -> String {
    let losses = || report.losses.iter().filter(|loss| loss.grade != Grade::Technical);
    match (losses().count(), losses().filter(|loss| loss.accepted).count()) {
        (0, _) => "nothing lost".to_owned(),
        (all, 0) => format!("{all} lost"),
        (all, accepted) if all == accepted => format!("{all} lost as accepted"),
        (all, accepted) => format!("{all} lost, {accepted} of them as accepted"),
    }
}

fn refused(args: &Convert, job: &Job, report: &Report) -> String {
    let (meaning, content) = (report.open_losses(Grade::Meaning), report.open_losses(Grade::Content));
    let mut reasons = Vec::new();
    match errors(report) {
        0 => {}
        errors => reasons.push(count(errors, "error")),
    }
    if meaning > 0 {
        reasons.push(format!("it would state another invoice, for {} ({})", count(meaning, "reason"), names(report)));
    }
    if content > 0 {
        reasons.push(format!("{} would be lost", count(content, "term")));
    }
    let name = match &job.output {
        Some(path) => format!("{} not written", named(path)),
        None => "nothing written".to_owned(),
    };
    let line = format!("{name}: {}\n", reasons.join(", "));
    match errors(report) + meaning {
        0 => format!("{line}  = help: write it all the same with: {}\n", command(args)),
        _ => line,
    }
}

/// What stands in the way, by name.
fn names(report: &Report) -> String {
    let losses = report.losses.iter().filter(|loss| loss.grade == Grade::Meaning);
    let mut names: Vec<&str> = Vec::new();
    for loss in losses {
        let name = loss.finding.term.as_deref().unwrap_or(&loss.finding.message);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// The command that writes the output although something is lost.
fn command(args: &Convert) -> String {
    let mut words = vec!["einv convert".to_owned(), quoted(&args.input)];
    if let Some(to) = &args.to {
        words.push(format!("--to {to}"));
    }
    if let Some(profile) = &args.profile {
        words.push(format!("--profile {}", quoted(Path::new(profile))));
    }
    words.extend(settings(args));
    words.push("--on-loss warn".to_owned());
    if let Some(folder) = &args.mappings {
        words.push(format!("--mappings {}", quoted(folder)));
    }
    if args.force {
        words.push("--force".to_owned());
    }
    if let Some(output) = args.output.as_deref().filter(|path| !files::is_dash(path)) {
        words.push(format!("-o {}", quoted(output)));
    }
    words.join(" ")
}

/// The options that change terms, as they were given.
fn settings(args: &Convert) -> Vec<String> {
    let one = |name: &str, value: &str| format!("{name} {}", quoted(Path::new(value)));
    let mut words: Vec<String> = args.process.iter().map(|value| one("--process", value)).collect();
    words.extend(args.set.iter().map(|value| one("--set", value)));
    words.extend(args.unset.iter().map(|value| one("--unset", value)));
    words.extend(args.set_from.iter().map(|path| format!("--set-from {}", quoted(path))));
    words.extend(args.date.iter().map(|value| one("--date", value)));
    words.extend(args.hybrid.pdf.iter().map(|path| format!("--pdf {}", quoted(path))));
    words.extend(args.hybrid.relationship.iter().map(|value| one("--relationship", value)));
    words.extend(args.hybrid.names.iter().map(|value| one("--names", value)));
    words.extend(args.attach.iter().map(|path| format!("--attach {}", quoted(path))));
    words.extend(args.hybrid.move_attachments.then(|| "--move-attachments".to_owned()));
    words.extend(args.hybrid.no_pdfa.then(|| "--no-pdfa".to_owned()));
    words.extend(args.cii.iter().map(|value| one("--cii", value)));
    words
}

fn named(path: &Path) -> String {
    harmless(&path.display().to_string()).into_owned()
}

/// A path as a shell takes it.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", harmless(&text).replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_for_a_shell() {
        assert_eq!(quoted(Path::new("in/a-1.xml")), "in/a-1.xml");
        assert_eq!(quoted(Path::new("Müller's bill.xml")), r"'Müller'\''s bill.xml'");
    }
}
