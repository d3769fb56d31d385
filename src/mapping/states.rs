//! The reader's side of a plan: rows with the same element name merged into one state, choices between them.

use std::collections::HashMap;

use super::notation::{Filler, Operand, Test};
use super::plan::{Alternative, ChoiceOf, Duties, Edge, HotState, Mask, NONE, PlanRow, Repeat, State};
use crate::finding::{self, Finding};
use crate::model::{Flags, Node};
use crate::term::{TermId, Terms};
use crate::xml::Vocabulary;

/// States and what they point at.
pub(crate) struct States {
    pub(crate) start: u16,
    pub(crate) states: Vec<State>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) names: String,
    pub(crate) attributes: Vec<(Box<str>, u16)>,
    pub(crate) choices: Vec<ChoiceOf>,
}

struct Builder<'r> {
    rows: &'r [PlanRow],
    vocabulary: &'r Vocabulary,
    /// The row whose element a `when` decides about, and the row of the `when`.
    deciders: HashMap<u16, u16>,
    /// Rows whose end closes the nodes that belong to a term.
    owners: HashMap<u16, TermId>,
    /// Rows with a placeholder.
    placeholders: Vec<u16>,
    state_of: HashMap<u16, u16>,
    made: States,
    problems: &'r mut Vec<Finding>,
}

impl States {
    pub(crate) fn build(
        rows: &[PlanRow],
        terms: &Terms,
        vocabulary: &Vocabulary,
        problems: &mut Vec<Finding>,
    ) -> States {
        let made = States {
            start: 0,
            states: Vec::new(),
            edges: Vec::new(),
            names: String::new(),
            attributes: Vec::new(),
            choices: Vec::new(),
        };
        let placeholder = |row: &PlanRow| matches!(row.filler, Some(Filler::Placeholder(_)));
        let mut builder = Builder {
            placeholders: (0..rows.len() as u16).filter(|&id| placeholder(&rows[id as usize])).collect(),
            rows,
            vocabulary,
            deciders: HashMap::new(),
            owners: owners(rows, terms),
            state_of: HashMap::new(),
            made,
            problems,
        };
        builder.find_deciders();
        builder.check_preferences();
        let start = builder.state(&[0], false);
        builder.made.start = start;
        builder.made
    }
}

impl Builder<'_> {
    /// A `when` decides about the nearest row above it that repeats or has a twin.
    fn find_deciders(&mut self) {
        for (id, row) in self.rows.iter().enumerate().filter(|(_, row)| row.when.is_some()) {
            let mut at = if row.attribute { row.parent } else { id as u16 };
            while at != NONE && !self.rows[at as usize].starred && !self.has_twin(at) {
                at = self.rows[at as usize].parent;
            }
            if at == NONE {
                let message = "a `when` stands under no row that repeats or has a twin";
                self.problems.push(row.spot.finding(finding::TABLE_OVERLAP, message));
            } else if let Some(other) = self.deciders.insert(at, id as u16) {
                let message = format!("a row has two `when`s, see also line {}", self.rows[other as usize].spot.line);
                self.problems.push(row.spot.finding(finding::TABLE_TWICE, message));
            }
        }
    }

    fn has_twin(&self, id: u16) -> bool {
        let row = &self.rows[id as usize];
        let siblings = self.rows.get(row.parent as usize).map_or(&[][..], |parent| &parent.elements);
        siblings.iter().filter(|&&other| self.rows[other as usize].name == row.name).count() > 1
    }

    /// A state for these rows: one, or one per alternative of the choice around ([`NONE`]: it has no such row).
    fn state(&mut self, rows: &[u16], in_choice: bool) -> u16 {
        let id = self.made.states.len() as u16;
        self.made.states.push(self.blank(rows, in_choice));
        for &row in rows.iter().filter(|&&row| row != NONE) {
            self.state_of.insert(row, id);
        }
        let mut edges = Vec::new();
        for name in self.names(rows, |row| &row.elements) {
            let state = self.child(rows, &name, in_choice);
            edges.push(self.edge(&name, state));
        }
        let mut attributes = Vec::new();
        for name in self.names(rows, |row| &row.attributes) {
            let inner = self.per_alternative(rows, &name, |row| &row.attributes);
            attributes.push((name.into_boxed_str(), self.state(&inner, in_choice)));
        }
        let state = &mut self.made.states[id as usize];
        state.edges = push_all(&mut self.made.edges, edges);
        state.attributes = push_all(&mut self.made.attributes, attributes);
        id
    }

    fn blank(&self, rows: &[u16], in_choice: bool) -> State {
        let real = || rows.iter().filter(|&&row| row != NONE).map(|&row| &self.rows[row as usize]);
        let (name, flags) = match in_choice {
            true => (Node::CONSTANT, Flags::PENDING),
            false => self.rows[rows[0] as usize].node(),
        };
        State {
            row: if in_choice { NONE } else { rows[0] },
            alternatives: if in_choice { rows.into() } else { Box::default() },
            edges: (0, 0),
            attributes: (0, 0),
            group: if in_choice { None } else { real().find_map(PlanRow::group_name) },
            opens_group: real().any(|row| row.group_name().is_some()),
            leaf: real().any(|row| row.is_value() || row.pattern().is_some() || (row.lost.is_some() && row.leaf)),
            pattern: real().any(|row| row.pattern().is_some()),
            lost: self.lost_row(rows),
            choice: NONE,
            owner: rows.iter().find_map(|row| self.owners.get(row).copied()),
            name,
            flags,
            checks: !in_choice && real().any(|row| row.fixed.is_some() || row.when.is_some()),
            fillers: self.fillers(rows, in_choice),
            anchor: real().any(|row| row.scope != 0),
            forced: real().all(|row| row.forced),
        }
    }

    /// The row that says `lost`, unless another alternative takes the value.
    fn lost_row(&self, rows: &[u16]) -> u16 {
        let taken = |row: &PlanRow| row.is_value() || row.pattern().is_some();
        let mut real = rows.iter().copied().filter(|&row| row != NONE);
        match real.clone().any(|row| taken(&self.rows[row as usize])) {
            true => NONE,
            false => real.find(|&row| self.rows[row as usize].lost.is_some()).unwrap_or(NONE),
        }
    }

    /// Rows with a placeholder: directly below, or anywhere below a choice, which is resolved only when it ends.
    fn fillers(&self, rows: &[u16], in_choice: bool) -> Box<[u16]> {
        let below = |id: u16| {
            let mut at = self.rows[id as usize].parent;
            while at != NONE && in_choice && !rows.contains(&at) {
                at = self.rows[at as usize].parent;
            }
            at != NONE && rows.contains(&at)
        };
        self.placeholders.iter().copied().filter(|&id| below(id)).collect()
    }

    fn names(&self, rows: &[u16], of: fn(&PlanRow) -> &[u16]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for &row in rows.iter().filter(|&&row| row != NONE) {
            for &child in of(&self.rows[row as usize]) {
                let name = &*self.rows[child as usize].name;
                if !names.iter().any(|other| other == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }

    fn per_alternative(&mut self, rows: &[u16], name: &str, of: fn(&PlanRow) -> &[u16]) -> Vec<u16> {
        let mut found = Vec::with_capacity(rows.len());
        for &row in rows {
            let children = if row == NONE { &[][..] } else { of(&self.rows[row as usize]) };
            let mut fitting = children.iter().copied().filter(|&child| &*self.rows[child as usize].name == name);
            found.push(fitting.next().unwrap_or(NONE));
            if let Some(second) = fitting.next() {
                let message = "rows with the same name stand inside a row that is itself chosen by a `when`";
                self.problems.push(self.rows[second as usize].spot.finding(finding::TABLE_OVERLAP, message));
            }
        }
        found
    }

    /// The state of a child element, with the choice that ends with it.
    fn child(&mut self, rows: &[u16], name: &str, in_choice: bool) -> u16 {
        if in_choice {
            let inner = self.per_alternative(rows, name, |row| &row.elements);
            return self.state(&inner, true);
        }
        let same = |&child: &u16| &*self.rows[child as usize].name == name;
        let twins: Vec<u16> = self.rows[rows[0] as usize].elements.iter().copied().filter(same).collect();
        if twins.len() == 1 && !self.deciders.contains_key(&twins[0]) {
            return self.state(&twins, false);
        }
        self.check_twins(&twins);
        let state = self.state(&twins, true);
        let alternatives: Vec<Alternative> = twins
            .iter()
            .map(|twin| {
                let decider = self.deciders.get(twin).copied();
                let state_of = |row: u16| self.state_of.get(&row).copied();
                let value = decider.map(|row| &self.rows[row as usize]).filter(|row| row.attribute);
                Alternative {
                    when: decider.and_then(|row| self.rows[row as usize].when.clone()),
                    at: decider.and_then(state_of).unwrap_or(NONE),
                    qualified: value.and_then(|row| state_of(row.parent)).unwrap_or(NONE),
                    prefers: self.preference(*twin),
                }
            })
            .collect();
        let asks_term = |test: &Test<TermId>| matches!(test, Test::Is(Operand::Term(_)));
        let deferred =
            alternatives.iter().filter_map(|one| one.when.as_ref()).any(|when| when.tests.iter().any(asks_term));
        self.made.choices.push(ChoiceOf { alternatives, deferred });
        self.made.states[state as usize].choice = (self.made.choices.len() - 1) as u16;
        state
    }

    /// The row with `prefer` directly below a twin.
    fn preference(&self, twin: u16) -> Option<(u16, TermId)> {
        let below = &self.rows[twin as usize].elements;
        below.iter().find_map(|&row| Some((row, self.rows[row as usize].prefer?)))
    }

    /// A `prefer` is looked at when a `when` has decided about the element around it.
    fn check_preferences(&mut self) {
        for row in self.rows.iter().filter(|row| row.prefer.is_some()) {
            if !self.deciders.contains_key(&row.parent) {
                let message = "a `prefer` stands in no row that a `when` chooses";
                self.problems.push(row.spot.finding(finding::TABLE_OVERLAP, message));
            }
        }
    }

    fn check_twins(&mut self, twins: &[u16]) {
        let plain: Vec<u16> = twins.iter().copied().filter(|twin| !self.deciders.contains_key(twin)).collect();
        if let [first, second, ..] = plain[..] {
            let (first, second) = (&self.rows[first as usize].spot, &self.rows[second as usize].spot);
            let message = format!("both rows match the same element, see also line {}", first.line);
            let help = "add a `when` row under each, for example on the code that tells them apart";
            self.problems.push(second.finding(finding::TABLE_OVERLAP, message).help(help));
        }
    }

    fn edge(&mut self, name: &str, state: u16) -> Edge {
        let prefix = name.split(':').next().unwrap_or_default();
        let space = self.vocabulary.iter().position(|(known, _)| *known == prefix).unwrap_or(31) as u8;
        let local = name.find(':').map_or(0, |colon| colon + 1) as u8;
        let start = self.made.names.len() as u32;
        self.made.names.push_str(name);
        Edge { name: (start, name.len().min(255) as u8), local, space, state }
    }
}

/// The parts of the states that the reader needs at every element.
pub(crate) fn hot(states: &[State], asked: &Mask) -> Vec<HotState> {
    let one = |(id, state): (usize, &State)| {
        let at_end = state.pattern || state.lost != NONE || state.choice != NONE || state.owner.is_some();
        let is_asked = state.name < Node::BUNDLE && asked.contains(usize::from(state.name));
        let duties = Duties::default()
            .when(state.opens_group, Duties::GROUP)
            .when(!state.opens_group && state.leaf && state.lost == NONE, Duties::VALUE)
            .when(state.leaf, Duties::TEXT)
            .when(state.checks || is_asked, Duties::COMPARE)
            .when(at_end || !state.fillers.is_empty(), Duties::AT_END)
            .when(state.lost != NONE, Duties::WEIGHT)
            .when(state.forced, Duties::MAY_BE_EMPTY);
        let (name, flags) = match (state.opens_group, state.group) {
            (false, _) => (state.name, state.flags),
            (true, Some(name)) => (name, Flags::GROUP),
            (true, None) => (Node::CONSTANT, Flags::GROUP.with(Flags::PENDING)),
        };
        HotState {
            row: if state.alternatives.is_empty() { state.row } else { id as u16 },
            name,
            flags,
            duties,
            edges: (state.edges.0 as u16, state.edges.1 as u16),
        }
    };
    states.iter().enumerate().map(one).collect()
}

fn push_all<T>(all: &mut Vec<T>, more: Vec<T>) -> (u32, u32) {
    let start = all.len() as u32;
    all.extend(more);
    (start, all.len() as u32)
}

/// For a term whose sub-terms stand beside its element, not in it: the row around both.
fn owners(rows: &[PlanRow], terms: &Terms) -> HashMap<u16, TermId> {
    let mut owners = HashMap::new();
    for (id, row) in rows.iter().enumerate() {
        let Some(term) = row.term.filter(|&term| !terms.sub_terms(term).is_empty()) else { continue };
        if holds_sub_term(rows, id as u16, term) || row.parent == NONE {
            continue;
        }
        if holds_sub_term(rows, row.parent, term) && row.repeat != Repeat::Term(term) {
            owners.insert(row.parent, term);
        }
    }
    owners
}

fn holds_sub_term(rows: &[PlanRow], id: u16, term: TermId) -> bool {
    let row = &rows[id as usize];
    let mut below = row.attributes.iter().chain(&row.elements);
    below.any(|&child| rows[child as usize].owner == Some(term) || holds_sub_term(rows, child, term))
}
