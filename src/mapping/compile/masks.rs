//! What a plan knows of its rows before it runs: which terms open a block, in which scope a term is looked for, which
//! terms stand within a scope or inside the element of a group.

use super::super::notation::{Home, Operand, Piece, Test};
use super::super::plan::{Firsts, Mask, NONE, NOWHERE, PlanRow, Repeat, ScopeId};
use crate::term::{TermId, Terms};

/// Terms below each row, its own included, that open its element; with them, whether it is constant or has to be tried.
pub(super) fn open_masks(rows: &mut [PlanRow], terms: &Terms) {
    for id in (0..rows.len()).rev() {
        let row = &rows[id];
        let mut opens = row.opens;
        opens.add(&own(row, terms));
        let tries = row.tries || row.once;
        let inside = row.elements.iter().any(|&child| rows[child as usize].constant);
        let constant = opens.is_empty() && (inside || is_constant(row));
        let parent = row.parent as usize;
        rows[id].tries = tries;
        rows[id].opens = opens;
        rows[id].constant = constant;
        if let Some(parent) = rows.get_mut(parent) {
            parent.opens.add(&opens);
            parent.tries |= tries;
        }
    }
}

/// Terms that open the element of a row by themselves.
fn own(row: &PlanRow, terms: &Terms) -> Mask {
    let mut mask = Mask::default();
    if let (Some(term), Home::Main, false) = (row.term, row.home, row.attribute)
        && !terms.get(term).is_sub_term()
    {
        mask.insert(term.index());
    }
    for term in pattern_terms(row) {
        mask.insert(term.index());
    }
    if let Repeat::Group(group) = row.repeat {
        mask.insert(group.index());
    }
    mask
}

/// True if a row says the same always.
fn is_constant(row: &PlanRow) -> bool {
    row.term.is_none() && row.lost.is_none() && (row.fixed.is_some() || row.when.is_some())
}

/// The terms of a text of several terms.
fn pattern_terms(row: &PlanRow) -> impl Iterator<Item = TermId> + '_ {
    row.pattern().into_iter().flatten().flatten().filter_map(|piece| match piece {
        Piece::Term(term, _) => Some(*term),
        Piece::Literal(_) => None,
    })
}

/// The scope of the rows inside a row.
pub(super) fn scope_around(rows: &[PlanRow], mut id: u16) -> ScopeId {
    while id != NONE {
        if rows[id as usize].scope != 0 {
            return rows[id as usize].scope;
        }
        id = rows[id as usize].parent;
    }
    0
}

/// The scope that the term of a row is looked for in: of a `first` row, the one around the repeated row.
fn scope_of(rows: &[PlanRow], id: usize) -> ScopeId {
    let row = &rows[id];
    let around = scope_around(rows, if row.pattern().is_some() { id as u16 } else { row.parent });
    if !row.first {
        return around;
    }
    let anchor = rows.iter().position(|row| row.scope == around && around != 0);
    anchor.map_or(0, |anchor| scope_around(rows, rows[anchor].parent))
}

/// The scope that each term is looked for in.
pub(super) fn homes(rows: &[PlanRow], terms: &Terms) -> Vec<ScopeId> {
    let mut homes = vec![NOWHERE; terms.len()];
    for (id, row) in rows.iter().enumerate() {
        let scope = scope_of(rows, id);
        if let (Some(term), Home::Main) = (row.term, row.home) {
            homes[term.index()] = scope;
        }
        for term in pattern_terms(row) {
            homes[term.index()] = scope;
        }
    }
    homes
}

/// The scope of each group that a row repeats with.
pub(super) fn anchors(rows: &[PlanRow], terms: &Terms) -> Vec<ScopeId> {
    let mut anchors = vec![NOWHERE; terms.len()];
    for row in rows {
        if let Repeat::Group(group) = row.repeat {
            anchors[group.index()] = row.scope;
        }
    }
    anchors
}

/// Terms that are looked for in each scope or in one inside it.
pub(super) fn within(rows: &[PlanRow], scopes: &[u16], homes: &[ScopeId]) -> Vec<Mask> {
    let mut within = vec![Mask::default(); scopes.len()];
    for (term, &home) in homes.iter().enumerate().filter(|(_, home)| **home != NOWHERE) {
        let mut scope = home;
        loop {
            within[scope as usize].insert(term);
            if scope == 0 {
                break;
            }
            scope = scope_around(rows, rows[scopes[scope as usize] as usize].parent);
        }
    }
    within
}

/// Terms in the element of each group, second homes and outer terms included.
pub(super) fn inside(rows: &[PlanRow], terms: &Terms) -> Vec<Mask> {
    let mut inside = vec![Mask::default(); terms.len()];
    for row in rows {
        let Some(term) = row.term.filter(|&term| !terms.get(term).is_sub_term()) else { continue };
        let mut at = row.parent;
        while at != NONE {
            if let Some(group) = rows[at as usize].group {
                inside[group.index()].insert(term.index());
            }
            at = rows[at as usize].parent;
        }
    }
    inside
}

/// For every repeated row: its rows with `first`, each with the terms of the repeated row that open its block.
pub(super) fn firsts(rows: &[PlanRow], homes: &[ScopeId]) -> Vec<(usize, Firsts)> {
    let repeated = rows.iter().enumerate().filter(|(_, row)| row.scope != 0);
    repeated.map(|(anchor, row)| (anchor, firsts_in(rows, homes, row.scope))).collect()
}

fn firsts_in(rows: &[PlanRow], homes: &[ScopeId], scope: ScopeId) -> Firsts {
    let inside = |row: &PlanRow| row.first && scope_around(rows, row.parent) == scope;
    let found = rows.iter().enumerate().filter(|(_, row)| inside(row)).map(|(id, row)| {
        let opens = rows[row.parent as usize].opens;
        let mut own = Mask::default();
        let here = homes.iter().enumerate().filter(|(_, home)| **home == scope).map(|(term, _)| term);
        here.filter(|&term| opens.contains(term)).for_each(|term| own.insert(term));
        (id as u16, own)
    });
    found.collect()
}

/// Terms whose values the reader must know when it looks at others.
pub(super) fn asked(rows: &[PlanRow]) -> Mask {
    let mut asked = Mask::default();
    let mut operand = |operand: &Operand<TermId>| {
        if let Operand::Term(term) = operand {
            asked.insert(term.index());
        }
    };
    for row in rows {
        row.fixed.iter().flat_map(|fixed| &fixed.values).for_each(&mut operand);
        row.lost.iter().flat_map(|lost| &lost.unless).for_each(&mut operand);
        for test in row.when.iter().flat_map(|when| &when.tests) {
            if let Test::Is(value) = test {
                operand(value);
            }
        }
    }
    asked
}
