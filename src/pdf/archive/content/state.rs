//! What a content stream has set when it draws.

use super::super::colour::{Family, Space};

/// What is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// The colour space of areas.
    pub fill: Space,
    /// The colour space of lines.
    pub stroke: Space,
    /// The font, by its number in the survey.
    pub font: Option<usize>,
    /// How characters are drawn: 3 is not at all.
    pub mode: u8,
    /// What lets the colours below it be.
    pub overprint: Overprint,
}

/// Whether what is drawn leaves the inks below it that it does not have itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Overprint {
    /// Areas do (`op`).
    pub fill: bool,
    /// Lines do (`OP`).
    pub stroke: bool,
    /// An ink of which there is nothing is one that it does not have (`OPM` 1).
    pub is_sparing: bool,
}

impl Default for State {
    fn default() -> State {
        State {
            fill: Family::Gray.into(),
            stroke: Family::Gray.into(),
            font: None,
            mode: 0,
            overprint: Overprint::default(),
        }
    }
}

/// The state, and those that were saved.
#[derive(Debug)]
pub(super) struct Stack {
    /// The state now.
    pub now: State,
    /// Those that were saved.
    saved: Vec<State>,
    /// How many were saved at once; those beyond what memory should hold are only counted.
    pub deepest: usize,
    /// Saved states that are only counted.
    uncounted: usize,
}

/// Saved states that are kept.
const KEPT: usize = 1024;

impl Stack {
    pub(super) fn new(now: State) -> Stack {
        Stack { now, saved: Vec::new(), deepest: 0, uncounted: 0 }
    }

    pub(super) fn save(&mut self) {
        if self.saved.len() < KEPT {
            self.saved.push(self.now);
        } else {
            self.uncounted += 1;
        }
        self.deepest = self.deepest.max(self.saved.len() + self.uncounted);
    }

    pub(super) fn restore(&mut self) {
        if self.uncounted > 0 {
            self.uncounted -= 1;
        } else if let Some(state) = self.saved.pop() {
            self.now = state;
        }
    }
}
