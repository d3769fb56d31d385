//! The end of a job: numbers, reasons, profiles, and what to do next.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use einv::batch::{End, State, Summary};
use einv::finding::{CODES, LOSS_CONTENT};

use crate::cli::args::Convert;
use crate::cli::choices::{Form, Losses};
use crate::cli::exit::Stop;
use crate::cli::render::{Show, Sources, harmless};
use crate::cli::summary::quoted;

/// Tells the summary of a job.
pub(super) fn tell(args: &Convert, summary: &Summary, time: Duration, show: &Show) {
    if let End::Stopped(error) = &summary.end {
        show.stop(&Stop::from(error.clone()), &Sources::default());
    }
    if show.form == Form::Json {
        return show.tell(&(json(summary) + "\n"));
    }
    let is_fine = matches!(summary.end, End::Whole) && !summary.is_bad();
    if !(show.quiet && is_fine) {
        show.tell(&text(args, summary, time));
    }
}

fn text(args: &Convert, summary: &Summary, time: Duration) -> String {
    let end = match summary.end {
        End::Cancelled => "interrupted: ",
        End::Stopped(_) => "the job cannot go on: ",
        End::FailedFast => "stopped at the first failure: ",
        _ => "",
    };
    let before = match summary.before {
        0 => String::new(),
        before => format!(" ({} of them before)", number(before)),
    };
    let dry = if args.dry_run { ", nothing written (dry run)" } else { "" };
    let mut out = format!("{end}{} in {}{before}: {}{dry}\n", files(summary.all()), seconds(time), results(summary));
    out += &table(summary);
    for line in next(args, summary) {
        let _ = writeln!(out, "  = help: {line}");
    }
    out
}

/// How inputs ended, in words.
pub(super) fn results(summary: &Summary) -> String {
    let converted = format!("{} converted", number(summary.of(State::Converted)));
    let others = [
        (State::Refused, "refused for loss"),
        (State::Skipped, "skipped"),
        (State::Copied, "copied"),
        (State::Failed, "failed"),
    ];
    let others = others.iter().filter(|(state, _)| summary.of(*state) > 0);
    let others = others.map(|(state, word)| format!("{} {word}", number(summary.of(*state))));
    let denied = (summary.denied > 0).then(|| format!("{} with findings that are denied", number(summary.denied)));
    [converted].into_iter().chain(denied).chain(others).collect::<Vec<_>>().join(", ")
}

/// Reasons and profiles, most frequent first.
pub(super) fn table(summary: &Summary) -> String {
    let mut out = String::new();
    for (code, count) in sorted(&summary.causes) {
        let meaning = CODES.iter().find(|known| known.id == code).map_or("", |known| known.meaning);
        let _ = writeln!(out, "  {:>9}  {code}  {meaning}", number(count));
    }
    if !summary.profiles.is_empty() {
        let profiles = sorted(&summary.profiles);
        let profiles = profiles.iter().map(|(name, count)| format!("{} {}", number(*count), harmless(name)));
        let _ = writeln!(out, "  converted from: {}", profiles.collect::<Vec<_>>().join(", "));
    }
    out
}

fn sorted(counts: &std::collections::BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut sorted: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sorted
}

/// What to do next.
fn next(args: &Convert, summary: &Summary) -> Vec<String> {
    let manifest = args.batch.manifest.as_deref();
    let mut next = Vec::new();
    if !matches!(summary.end, End::Whole) {
        next.push(match manifest {
            Some(path) => format!("go on with: einv convert --resume --manifest {}", quoted(path)),
            None => "what is written stays; a job with --manifest FILE can go on where it was stopped".to_owned(),
        });
    }
    if summary.is_bad() && matches!(summary.end, End::Whole) {
        next.push(repeat(manifest));
    }
    if summary.causes.contains_key(LOSS_CONTENT.id) && args.on_loss == Losses::Refuse {
        let id = LOSS_CONTENT.id;
        next.push(format!("a job with --on-loss warn writes what {id} alone refuses; --accept allows single losses"));
    }
    next
}

fn repeat(manifest: Option<&Path>) -> String {
    match manifest {
        Some(path) => {
            let path = quoted(path);
            format!("see {path}; repeat the others with: einv convert --retry {path}")
        }
        None => "add --manifest FILE to have each result in a file, and to repeat the others alone".to_owned(),
    }
}

/// The numbers as JSON.
pub(super) fn json(summary: &Summary) -> String {
    let end = match &summary.end {
        End::Cancelled => "cancelled",
        End::Stopped(_) => "stopped",
        End::FailedFast => "failed fast",
        _ => "whole",
    };
    let states: std::collections::BTreeMap<String, u64> =
        summary.states.iter().map(|(state, count)| (state.to_string(), *count)).collect();
    serde_json::json!({
        "files": summary.all(), "before": summary.before, "end": end, "results": states,
        "denied": summary.denied, "causes": summary.causes, "profiles": summary.profiles,
    })
    .to_string()
}

/// A count of files: `1 file`, `1,254 files`.
pub(super) fn files(count: u64) -> String {
    match count {
        1 => "1 file".to_owned(),
        _ => format!("{} files", number(count)),
    }
}

/// A number with a comma at each thousand.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_for_people() {
        assert_eq!([0, 999, 1_254, 1_000_000].map(number), ["0", "999", "1,254", "1,000,000"]);
        assert_eq!(seconds(Duration::from_millis(3_140)), "3.1 s");
        assert_eq!(seconds(Duration::from_secs(3_700)), "1 h 1 min");
    }
}
