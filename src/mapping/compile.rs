//! From the tree of rows to a plan: what the writer walks, what the reader looks names up in.

use std::sync::Arc;

use super::expand::{Item, is_main};
use super::heat::Heat;
use super::notation::{Home, Operand, Piece, Sheet, Spelling, Spot, Test};
use super::plan::{Firsts, Mask, NONE, NOWHERE, Plan, PlanRow, Repeat, ScopeId};
use super::states::States;
use super::structure::{Child, Edition, Structure, TypeId};
use crate::finding::{self, Finding};
use crate::term::{TermId, Terms};

/// The two editions, in the order of the pairs of a plan.
pub(crate) const EDITIONS: [Edition; 2] = [Edition::D16B, Edition::D22B];

/// Compiles one kind of document of a syntax.
pub(crate) fn compile(
    sheet: &Sheet,
    kind: usize,
    items: &[Item],
    terms: &Terms,
    structure: &'static Structure,
) -> Result<Plan, Vec<Finding>> {
    let root = sheet.roots.get(kind).cloned().unwrap_or_default();
    let spot =
        Spot { file: items.first().map_or_else(|| "".into(), |item| item.spot.file.clone()), line: 1, column: 1 };
    let Some(root_type) = structure.root(&root) else {
        return Err(vec![spot.finding(finding::TABLE_NAME, "no such root element in the schema").found(&root)]);
    };
    if terms.len() > Mask::CAPACITY - 2 {
        let message = format!("a model has room for {} terms and groups", Mask::CAPACITY - 2);
        return Err(vec![spot.finding(finding::TABLE_SYNTAX, message)]);
    }
    let mut flat = Flatten { terms, structure, rows: Vec::new(), scopes: vec![0], problems: Vec::new() };
    flat.root(&root, root_type, items, spot);
    let Flatten { mut rows, scopes, mut problems, .. } = flat;
    open_masks(&mut rows, terms);
    let homes = homes(&rows, terms);
    for (row, mask) in firsts(&rows, &homes) {
        rows[row].firsts = mask;
    }
    let states = States::build(&rows, terms, structure.namespaces(), &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let around: Vec<ScopeId> = rows.iter().map(|row| scope_around(&rows, row.parent)).collect();
    let Heat { hot, bytes, children } = Heat::of(&rows, terms, &homes, &around);
    Ok(Plan {
        hot,
        bytes,
        children,
        opens: rows.iter().map(|row| row.opens).collect(),
        syntax: Arc::from(sheet.name.as_str()),
        root: root.clone().into(),
        top: 0,
        header: header(&root, structure),
        start: states.start,
        hot_states: super::states::hot(&states.states, &asked(&rows)),
        states: states.states,
        edges: states.edges,
        names: states.names,
        attribute_edges: states.attributes,
        choices: states.choices,
        any: sheet.any.clone(),
        everywhere: sheet.everywhere.clone(),
        vocabulary: structure.namespaces(),
        anchors: anchors(&rows, terms),
        within: within(&rows, &scopes, &homes),
        inside: inside(&rows, terms),
        tag_bytes: tag_bytes(&rows),
        homes,
        scopes,
        rows,
    })
}

struct Flatten<'t> {
    terms: &'t Terms,
    structure: &'static Structure,
    rows: Vec<PlanRow>,
    scopes: Vec<u16>,
    problems: Vec<Finding>,
}

impl Flatten<'_> {
    fn root(&mut self, name: &str, ty: TypeId, items: &[Item], spot: Spot) {
        let root = Item {
            spot,
            name: name.to_owned(),
            attribute: false,
            repeats: false,
            forced: true,
            words: super::notation::Words::default(),
            children: Vec::new(),
        };
        let id = self.row(&root, NONE, 0, None);
        self.children(id, items, 1, Some(ty));
    }

    fn children(&mut self, parent: u16, items: &[Item], depth: usize, ty: Option<TypeId>) {
        let mut elements = Vec::new();
        let mut attributes = Vec::new();
        for item in items {
            let child = ty.filter(|_| !item.attribute).and_then(|ty| self.structure.child(ty, &item.name));
            let id = self.row(item, parent, depth, child);
            if item.attribute {
                attributes.push(id)
            } else {
                elements.push(id)
            }
            let inner = child.map(|child| child.ty);
            self.children(id, &item.children, depth + 1, inner);
        }
        self.demands(parent, &elements, &attributes, ty);
        let row = &mut self.rows[parent as usize];
        row.elements = elements.into();
        row.attributes = attributes.into();
    }

    fn row(&mut self, item: &Item, parent: u16, depth: usize, child: Option<Child>) -> u16 {
        let id = self.rows.len() as u16;
        let words = &item.words;
        let group = item.group(self.terms);
        let term = item.value(self.terms);
        let leaf = !item.children.iter().any(|child| !child.attribute)
            && (term.is_some()
                || words.fixed.is_some()
                || words.when.is_some()
                || words.lost.is_some()
                || has_pattern(item));
        let repeat = self.repeat(item, group, term);
        let scope = match repeat {
            Repeat::Group(_) | Repeat::Bundle => {
                self.scopes.push(id);
                (self.scopes.len() - 1) as ScopeId
            }
            _ => 0,
        };
        let indent = format!("\n{}", "  ".repeat(depth));
        let open = match item.attribute {
            true => format!(" {}=\"", item.name),
            false => format!("{indent}<{}", item.name),
        };
        let close = if item.attribute { "\"".to_owned() } else { format!("</{}>", item.name) };
        let max = EDITIONS.map(|edition| match child.and_then(|child| child.edition_min_max(edition)) {
            Some((_, max)) => max,
            None => Some(u32::from(child.is_none())),
        });
        let datatype = match (item.attribute, child) {
            (false, Some(child)) => self.structure.datatype(child.ty),
            _ => None,
        };
        self.rows.push(PlanRow {
            spot: item.spot.clone(),
            name: item.name.as_str().into(),
            parent,
            attribute: item.attribute,
            starred: item.repeats,
            repeat,
            once: words.once,
            forced: item.forced,
            scope,
            group,
            term,
            owner: term
                .filter(|&term| self.terms.get(term).is_sub_term())
                .and_then(|term| self.terms.get(term).parent()),
            home: words.home,
            first: words.first,
            spelling: words.spelling.clone(),
            choose: words.choose.clone(),
            filler: words.filler.clone(),
            filler_where: words.filler_where.clone(),
            fixed: words.fixed.clone(),
            when: words.when.clone(),
            lost: words.lost.clone(),
            open: open.into_bytes().into(),
            close: close.into_bytes().into(),
            indent: indent.into_bytes().into(),
            attributes: Box::default(),
            elements: Box::default(),
            leaf,
            datatype,
            facets: None,
            max,
            required: Default::default(),
            required_attributes: Box::default(),
            opens: Mask::default(),
            constant: false,
            tries: false,
            firsts: Box::default(),
        });
        id
    }

    fn repeat(&mut self, item: &Item, group: Option<TermId>, term: Option<TermId>) -> Repeat {
        if item.words.bundle {
            return Repeat::Bundle;
        }
        match (item.repeats, group, term) {
            (false, ..) => Repeat::No,
            (true, Some(group), _) => Repeat::Group(group),
            (true, None, Some(term)) => Repeat::Term(term),
            (true, None, None) => match key_term(item, self.terms) {
                Some(term) => Repeat::Term(term),
                None if item.words.lost.is_some() => Repeat::No,
                None => {
                    let message = "a row repeats, but no term or group in it says with what";
                    self.problems.push(item.spot.finding(finding::TABLE_CARDINALITY, message).found(&item.name));
                    Repeat::No
                }
            },
        }
    }

    /// What the schema wants inside a row.
    fn demands(&mut self, parent: u16, elements: &[u16], attributes: &[u16], ty: Option<TypeId>) {
        let Some(ty) = ty else { return };
        let bits = |name: &str, ids: &[u16], rows: &[PlanRow]| {
            let fits =
                |(_, id): &(usize, &u16)| &*rows[**id as usize].name == name && rows[**id as usize].lost.is_none();
            ids.iter().enumerate().filter(fits).fold(0u64, |bits, (at, _)| bits | 1 << at.min(63))
        };
        let children = self.structure.children(ty);
        let required = EDITIONS.map(|edition| {
            let wanted = children
                .iter()
                .filter(|child| !child.choice && child.edition_min_max(edition).is_some_and(|(min, _)| min > 0));
            wanted.map(|child| (bits(child.name, elements, &self.rows), child.name.into())).collect()
        });
        let wanted = self.structure.attributes(ty).iter().filter(|attribute| attribute.required);
        let required_attributes =
            wanted.map(|attribute| (bits(attribute.name, attributes, &self.rows), attribute.name.into())).collect();
        for &id in attributes {
            let row = &mut self.rows[id as usize];
            row.facets = self.structure.attribute(ty, &row.name).copied();
        }
        let row = &mut self.rows[parent as usize];
        row.required = required;
        row.required_attributes = required_attributes;
    }
}

fn has_pattern(item: &Item) -> bool {
    matches!(item.words.spelling, Spelling::Pattern(_))
}

/// The first term inside a repeated row: it repeats with that term.
fn key_term(item: &Item, terms: &Terms) -> Option<TermId> {
    item.children.iter().find_map(|child| {
        let own = child.value(terms).filter(|&term| is_main(child) && !terms.get(term).is_sub_term());
        own.or_else(|| key_term(child, terms))
    })
}

/// Terms below each row, its own included, that open its element.
fn open_masks(rows: &mut [PlanRow], terms: &Terms) {
    for id in (0..rows.len()).rev() {
        let mut mask = rows[id].opens;
        let row = &rows[id];
        if let (Some(term), Home::Main, false) = (row.term, row.home, row.attribute)
            && !terms.get(term).is_sub_term()
        {
            mask.insert(term.index());
        }
        for piece in row.pattern().into_iter().flatten().flatten() {
            if let Piece::Term(term, _) = piece {
                mask.insert(term.index());
            }
        }
        if let Repeat::Group(group) = row.repeat {
            mask.insert(group.index());
        }
        let tries = row.tries || row.once;
        rows[id].tries = tries;
        rows[id].opens = mask;
        let says =
            |row: &PlanRow| row.term.is_none() && row.lost.is_none() && (row.fixed.is_some() || row.when.is_some());
        let inside = rows[id].elements.iter().any(|&child| rows[child as usize].constant);
        rows[id].constant = mask.is_empty() && (says(&rows[id]) || inside);
        if let Some(parent) = rows.get(rows[id].parent as usize).map(|_| rows[id].parent as usize) {
            rows[parent].opens.add(&mask);
            rows[parent].tries |= tries;
        }
    }
}

/// The scope of the rows inside a row.
fn scope_around(rows: &[PlanRow], mut id: u16) -> ScopeId {
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

fn homes(rows: &[PlanRow], terms: &Terms) -> Vec<ScopeId> {
    let mut homes = vec![NOWHERE; terms.len()];
    for (id, row) in rows.iter().enumerate() {
        let scope = scope_of(rows, id);
        if let (Some(term), Home::Main) = (row.term, row.home) {
            homes[term.index()] = scope;
        }
        for piece in row.pattern().into_iter().flatten().flatten() {
            if let Piece::Term(term, _) = piece {
                homes[term.index()] = scope;
            }
        }
    }
    homes
}

fn anchors(rows: &[PlanRow], terms: &Terms) -> Vec<ScopeId> {
    let mut anchors = vec![NOWHERE; terms.len()];
    for row in rows {
        if let Repeat::Group(group) = row.repeat {
            anchors[group.index()] = row.scope;
        }
    }
    anchors
}

fn within(rows: &[PlanRow], scopes: &[u16], homes: &[ScopeId]) -> Vec<Mask> {
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
fn inside(rows: &[PlanRow], terms: &Terms) -> Vec<Mask> {
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
fn firsts(rows: &[PlanRow], homes: &[ScopeId]) -> Vec<(usize, Firsts)> {
    let mut all = Vec::new();
    for (anchor, row) in rows.iter().enumerate().filter(|(_, row)| row.scope != 0) {
        let mut found = Vec::new();
        for (id, inner) in rows.iter().enumerate().filter(|(_, inner)| inner.first) {
            if scope_around(rows, inner.parent) == row.scope {
                let mut own = Mask::default();
                let opens = rows[inner.parent as usize].opens;
                for (term, _) in homes.iter().enumerate().filter(|(_, home)| **home == row.scope) {
                    if opens.contains(term) {
                        own.insert(term);
                    }
                }
                found.push((id as u16, own));
            }
        }
        all.push((anchor, found.into()));
    }
    all
}

/// Terms whose values the reader must know when it looks at others.
fn asked(rows: &[PlanRow]) -> Mask {
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

fn header(root: &str, structure: &Structure) -> Box<[u8]> {
    let (own, local) = root.split_once(':').unwrap_or(("", root));
    let plain = is_unprefixed(own);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    text.push_str(if plain { local } else { root });
    for (prefix, uri) in structure.namespaces() {
        match *prefix {
            prefix if prefix == own && plain => text.push_str(&format!(" xmlns=\"{uri}\"")),
            "ubl" | "cn" | "ext" => {}
            prefix => text.push_str(&format!(" xmlns:{prefix}=\"{uri}\"")),
        }
    }
    text.into_bytes().into()
}

/// Roots that are usually written in the default namespace.
pub(crate) fn is_unprefixed(prefix: &str) -> bool {
    matches!(prefix, "ubl" | "cn")
}

fn tag_bytes(rows: &[PlanRow]) -> usize {
    let leaves: Vec<_> = rows.iter().filter(|row| row.leaf && row.term.is_some()).collect();
    let tags: usize = rows.iter().filter(|row| row.lost.is_none()).map(|row| row.open.len() + row.close.len()).sum();
    tags / leaves.len().max(1)
}
