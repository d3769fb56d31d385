//! A job in numbers.

use std::collections::BTreeMap;

use super::outcome::{Outcome, State};
use crate::error::Error;
use crate::finding::Severity;

/// How a job ended.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum End {
    /// Every input is done.
    #[default]
    Whole,
    /// Somebody stopped it; `--resume` goes on.
    Cancelled,
    /// It stopped at the first failure or refusal, as it was told.
    FailedFast,
    /// It cannot go on: the disk is full, the directory of outputs is read-only.
    Stopped(Error),
}

/// How many inputs ended how. A resumed job counts what was done before, too.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Inputs by state.
    pub states: BTreeMap<State, u64>,
    /// Inputs that were not converted, by the code of what stood in the way.
    pub causes: BTreeMap<String, u64>,
    /// Converted inputs by profile, or by kind where there is none.
    pub profiles: BTreeMap<String, u64>,
    /// How many inputs were done before, by the manifest.
    pub before: u64,
    /// Converted inputs with a finding as serious as the job denies.
    pub denied: u64,
    /// How the job ended.
    pub end: End,
}

impl Summary {
    /// Counts one input.
    pub fn add(&mut self, outcome: &Outcome, deny: Severity) {
        *self.states.entry(outcome.state).or_default() += 1;
        match outcome.state {
            State::Converted => {
                let source = &outcome.report.source;
                let profile = source.profile.as_ref().unwrap_or(&source.kind);
                count(&mut self.profiles, profile);
                self.denied += u64::from(outcome.worst().is_some_and(|worst| worst >= deny));
            }
            _ => outcome.causes().into_iter().for_each(|code| count(&mut self.causes, code)),
        }
    }

    /// How many inputs ended so.
    pub fn of(&self, state: State) -> u64 {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// How many inputs are done.
    pub fn all(&self) -> u64 {
        self.states.values().sum()
    }

    /// Whether some input failed, was refused, or was converted with a finding that is denied.
    pub fn is_bad(&self) -> bool {
        self.of(State::Failed) + self.of(State::Refused) + self.denied > 0
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(number) => *number += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}
