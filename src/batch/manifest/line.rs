//! The lines of a manifest.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::path::Name;
use crate::batch::outcome::{Outcome, State};
use crate::error::Error;
use crate::finding::Finding;
use crate::report::{Loss, Report, Side};

/// The first line: the job. What decides the result stands here; how many threads ran does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[non_exhaustive]
pub struct Header {
    /// [`MANIFEST_SCHEMA`](super::MANIFEST_SCHEMA).
    pub manifest: String,
    /// Version of einv.
    pub einv: String,
    /// SHA-256 of the tables.
    pub tables: String,
    /// Target, such as `ubl` or `ubl/xrechnung`.
    pub target: String,
    /// Inputs as they were given.
    pub inputs: Vec<Name>,
    /// Directory or archive of outputs; absent in a dry run, and after a merge of parts that had several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Name>,
    /// Part of the job that this manifest is about, such as `0/4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// All else that decides the result, by the name of its option.
    pub options: BTreeMap<String, Vec<String>>,
}

impl Header {
    /// The first line of a manifest; `None` if a killed job left no whole line there.
    ///
    /// # Errors
    /// If the file cannot be read, or is no manifest.
    pub fn read(path: &Path) -> Result<Option<Header>, Error> {
        super::file::header(path)
    }

    /// What differs in another job: its name, what stands here, what there.
    pub(super) fn difference(&self, other: &Header) -> Option<(String, String, String)> {
        let (here, there) = (self.settings(), other.settings());
        let names: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
        let of =
            |settings: &BTreeMap<String, String>, name| settings.get(name).cloned().unwrap_or("nothing".to_owned());
        let both = names.into_iter().map(|name| (name.clone(), of(&here, name), of(&there, name)));
        both.into_iter().find(|(_, here, there)| here != there)
    }

    /// Everything that the job is set to, by name.
    fn settings(&self) -> BTreeMap<String, String> {
        let listed = |names: &[Name]| names.iter().map(|name| name.0.to_string_lossy()).collect::<Vec<_>>().join(", ");
        let mut settings: BTreeMap<String, String> =
            self.options.iter().map(|(name, values)| (name.clone(), values.join(", "))).collect();
        let own = [
            ("manifest", Some(self.manifest.clone())),
            ("einv", Some(self.einv.clone())),
            ("tables", Some(self.tables.clone())),
            ("target", Some(self.target.clone())),
            ("inputs", Some(listed(&self.inputs))),
            ("output", self.output.as_ref().map(|name| name.0.to_string_lossy().into_owned())),
            ("shard", self.shard.clone()),
        ];
        settings.extend(own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        settings
    }
}

/// A line about one input. Places name no file, and empty lists are left out.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::batch) struct Line<'l> {
    /// Place in the order of inputs, from 0.
    pub(in crate::batch) index: u64,
    /// The input: its path, or that of the archive with the one inside.
    pub(in crate::batch) path: Cow<'l, Name>,
    /// How it ended.
    pub(in crate::batch) result: State,
    /// The output, below the directory (or inside the archive) of outputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::batch) output: Option<Name>,
    /// What was read.
    #[serde(default)]
    source: Cow<'l, Side>,
    /// What was written, or would have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::batch) target: Option<Cow<'l, Side>>,
    /// Values that have no place in the output.
    #[serde(default, skip_serializing_if = "is_empty")]
    losses: Cow<'l, [Loss]>,
    /// Values that the syntax forces, derived from others.
    #[serde(default, skip_serializing_if = "is_empty")]
    derivations: Cow<'l, [Finding]>,
    /// Values that were changed for the target.
    #[serde(default, skip_serializing_if = "is_empty")]
    changes: Cow<'l, [Finding]>,
    /// Everything else that was found.
    #[serde(default, skip_serializing_if = "is_empty")]
    findings: Cow<'l, [Finding]>,
}

fn is_empty<T: Clone>(list: &[T]) -> bool {
    list.is_empty()
}

impl<'l> Line<'l> {
    pub(in crate::batch) fn of(outcome: &'l Outcome) -> Line<'l> {
        let report = &outcome.report;
        let has_target = matches!(outcome.state, State::Converted | State::Refused | State::Copied);
        Line {
            index: outcome.index,
            path: Cow::Owned(outcome.path.as_path().into()),
            result: outcome.state,
            output: outcome.output.as_deref().map(Name::from),
            source: Cow::Borrowed(&report.source),
            target: (has_target && !report.target.format.is_empty()).then_some(Cow::Borrowed(&report.target)),
            losses: Cow::Borrowed(&report.losses),
            derivations: Cow::Borrowed(&report.derivations),
            changes: Cow::Borrowed(&report.changes),
            findings: Cow::Borrowed(&report.findings),
        }
    }

    /// The outcome that a line tells.
    pub(in crate::batch) fn into_outcome(self) -> Outcome {
        let report = Report {
            source: self.source.into_owned(),
            target: self.target.map(Cow::into_owned).unwrap_or_default(),
            losses: self.losses.into_owned(),
            derivations: self.derivations.into_owned(),
            changes: self.changes.into_owned(),
            findings: self.findings.into_owned(),
            ..Report::default()
        };
        let (path, output) = (self.path.into_owned().0, self.output.map(|name| name.0));
        Outcome { index: self.index, path, state: self.result, output, report }
    }
}
