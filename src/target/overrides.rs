//! Values from outside: `BG-25[2]/BT-133` is set or removed before anything else looks at the document.

use super::normalise::{Outcome, Subject};
use crate::finding::{self, Finding};
use crate::model::{Addition, Date, Flags, Node, Number, repeats};
use crate::term::{TermId, TermKind, Terms};
use crate::xml;

/// A term to set or remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Override {
    /// As the caller wrote it.
    pub(crate) path: String,
    /// `None`: the term or group is removed.
    pub(crate) value: Option<String>,
}

/// Which of several groups or values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// The only one.
    Only,
    /// From 1; one behind the last is a new one.
    At(usize),
    Each,
}

/// A term or group, and the positions of the repeated groups around it.
struct Path {
    term: TermId,
    position: Position,
    /// Groups that repeat, outer first; for a sub-term its term at the end.
    around: Vec<(TermId, Position)>,
}

impl Path {
    fn positions(&self) -> Vec<usize> {
        let number = |position: Position| match position {
            Position::At(number) => number,
            _ => 1,
        };
        self.around.iter().map(|step| step.1).chain([self.position]).map(number).collect()
    }
}

fn refusal(message: impl Into<String>, path: &str) -> Finding {
    Finding::new(finding::ARGUMENTS, message).found(path)
}

/// Reads `BG-25[2]/BT-133`: what it names, in terms that exist and inside groups that hold them.
fn parse(path: &str, terms: &Terms) -> Result<Path, Finding> {
    let mut steps = Vec::new();
    for step in path.split('/').map(str::trim) {
        let (id, position) = position(step).ok_or_else(|| {
            refusal("a position is not one", path).expected("a number from 1, or * for each, as in BG-25[2]/BT-133")
        })?;
        let term = terms.find(id).ok_or_else(|| {
            let finding = refusal(format!("there is no term `{id}`"), path);
            finding.expected("terms of EN 16931 or of your tables, such as BT-10, BG-25[2]/BT-133 or BT-34-1")
        })?;
        steps.push((term, position));
    }
    let Some((term, position)) = steps.pop() else { return Err(refusal("a term is missing", path)) };
    let mut chain: Vec<TermId> = terms.chain(term).collect();
    chain.reverse();
    chain.extend(terms.get(term).parent().filter(|_| terms.get(term).is_sub_term()));
    let mut from = 0;
    for (group, _) in &steps {
        let id = |term: TermId| terms.get(term).id();
        let found = chain[from..].iter().position(|around| around == group).ok_or_else(|| {
            let holders: Vec<&str> = chain.iter().map(|&group| id(group)).collect();
            let finding = refusal(format!("{} does not stand in {}", id(term), id(*group)), path);
            match holders.is_empty() {
                true => finding.expected("no group: it is a term of the whole invoice"),
                false => finding.expected(holders.join("/")),
            }
        })?;
        from += found + 1;
    }
    let given = |group: TermId| steps.iter().find(|(own, _)| *own == group).map_or(Position::Only, |step| step.1);
    let is_outer = terms.get(term).outer();
    let is_several = |own: TermId| may_repeat(terms, own) && !is_outer;
    let owner = |own: TermId| own != term && !terms.get(own).kind().is_group();
    for (own, position) in steps.iter().copied().chain([(term, position)]) {
        // A document may state twice what stands once: `BT-46[2]/BT-46-1` is the scheme of the second one.
        if !owner(own) && !matches!(position, Position::Only | Position::At(1)) && !is_several(own) {
            return Err(refusal(format!("{} stands once in its group", terms.get(own).id()), path));
        }
    }
    let around = chain.into_iter().filter(|&group| is_several(group) || !terms.get(group).kind().is_group());
    Ok(Path { term, position, around: around.map(|group| (group, given(group))).collect() })
}

fn may_repeat(terms: &Terms, id: TermId) -> bool {
    match terms.get(id).kind().is_group() {
        true => repeats(terms, id),
        false => terms.get(id).repeats(),
    }
}

fn position(step: &str) -> Option<(&str, Position)> {
    let Some((id, rest)) = step.split_once('[') else { return Some((step, Position::Only)) };
    let position = match rest.strip_suffix(']')? {
        "*" => Position::Each,
        number => Position::At(number.parse().ok().filter(|&number| number > 0)?),
    };
    Some((id, position))
}

impl Override {
    /// Checks what can be checked without a document: names, places, the type of the value.
    pub(crate) fn check(&self, terms: &Terms) -> Result<(), Finding> {
        let path = parse(&self.path, terms)?;
        match &self.value {
            Some(value) => check(&self.path, &path, value, terms),
            None => Ok(()),
        }
    }
}

fn check(written: &str, path: &Path, value: &str, terms: &Terms) -> Result<(), Finding> {
    let term = terms.get(path.term);
    if term.id() == "BT-24" {
        let finding = refusal("BT-24 follows from the target and is not set", written);
        return Err(finding.help("name the target with --profile"));
    }
    if term.kind().is_group() {
        let finding = refusal(format!("{} is a group and has no value of its own", term.label()), written);
        let ids: Vec<&str> = terms.children(path.term).iter().map(|&child| terms.get(child).id()).collect();
        return Err(finding.expected(format!("one of its terms: {}", ids.join(", "))));
    }
    let wrong = match term.kind() {
        TermKind::Date => Date::new(value).ymd().err().map(|error| error.expected),
        kind if kind.is_numeric() => Number::new(value).decimal().err().map(|error| error.expected),
        _ => value.trim().is_empty().then_some("a text; --unset removes a term"),
    };
    match wrong {
        Some(expected) => {
            let message = format!("this value is none for {}", term.label());
            Err(refusal(message, &format!("{written}={value}")).expected(expected))
        }
        None if xml::escape_into(value, &mut String::new()).is_err() => {
            Err(refusal("this value has a character that XML forbids", written))
        }
        None => Ok(()),
    }
}

/// Carries out all changes: removals first, then values, then what belongs to values.
pub(crate) fn apply(
    subject: &mut Subject<'_>,
    changes: &[Override],
    outcome: &mut Outcome,
) -> Result<(), Vec<Finding>> {
    let mut findings: Vec<Finding> = changes.iter().filter_map(|one| one.check(subject.terms).err()).collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    let terms = subject.terms;
    // Removals first; then by position, so that a new group is there before the one behind it; schemes last.
    let rank = |one: &Override| match (&one.value, parse(&one.path, terms)) {
        (Some(_), Ok(path)) => (if terms.get(path.term).is_sub_term() { 2 } else { 1 }, path.positions()),
        _ => (0, Vec::new()),
    };
    let mut sorted: Vec<&Override> = changes.iter().collect();
    sorted.sort_by_cached_key(|one| rank(one));
    for change in sorted {
        let done = parse(&change.path, terms).and_then(|path| match &change.value {
            Some(value) => subject.supply(&path, value, &change.path, outcome),
            None => subject.remove(&path, &change.path, outcome),
        });
        findings.extend(done.err());
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

impl Subject<'_> {
    /// Nodes of a group, or values of a term, in a part of the document.
    fn instances(&self, id: TermId, around: Option<usize>) -> Vec<usize> {
        let range = match around {
            Some(node) => (node, self.tape.end(node)),
            None => (0, self.tape.nodes.len()),
        };
        if self.terms.get(id).kind().is_group() {
            return self.groups_in(id, range);
        }
        self.values_in(id, range)
    }

    /// Which instances a position means; `None` in the list is a new one.
    fn chosen(&self, found: &[usize], step: (TermId, Position), path: &str) -> Result<Vec<Option<usize>>, Finding> {
        let id = self.terms.get(step.0).id();
        match step.1 {
            Position::Each => Ok(found.iter().map(|&at| Some(at)).collect()),
            Position::Only if found.len() > 1 => {
                let message = format!("there are {} of {id}, and nothing says which", found.len());
                Err(refusal(message, path).expected(format!("{id}[1] to {id}[{}], or {id}[*] for each", found.len())))
            }
            Position::Only => Ok(vec![found.first().copied()]),
            Position::At(number) if number <= found.len() + 1 => Ok(vec![found.get(number - 1).copied()]),
            Position::At(_) => {
                let times = if found.len() == 1 { "once".to_owned() } else { format!("{} times", found.len()) };
                let message = format!("{id} stands {times}");
                Err(refusal(message, path).expected(format!("{id}[{}] at most, which is a new one", found.len() + 1)))
            }
        }
    }

    fn supply(&mut self, path: &Path, value: &str, written: &str, outcome: &mut Outcome) -> Result<(), Finding> {
        let mut places: Vec<Option<usize>> = vec![None];
        for &step in &path.around {
            let mut inner = Vec::new();
            for &place in &places {
                let found = self.instances(step.0, place);
                inner.extend(
                    self.chosen(&found, step, written)?
                        .into_iter()
                        .map(|chosen| (place, found.last().copied(), chosen)),
                );
            }
            places.clear();
            for (place, last, chosen) in inner {
                places.push(Some(match chosen {
                    Some(at) => at,
                    None if self.terms.get(step.0).kind().is_group() => self.add_group(step.0, place, last),
                    None => {
                        let id = self.terms.get(step.0).id();
                        let message = format!("{id} is not there, so there is nothing to qualify");
                        return Err(refusal(message, written).expected(format!("{id} in the invoice, or --set {id}=…")));
                    }
                }));
            }
        }
        // From the end, so that positions stay what they are.
        for &place in places.iter().rev() {
            let found = self.instances(path.term, place);
            let single = !may_repeat(self.terms, path.term);
            let position = if single { Position::At(1) } else { path.position };
            let chosen = self.chosen(&found, (path.term, position), written)?;
            for at in chosen.into_iter().rev() {
                self.put(path.term, (place, at), value, outcome);
            }
            if single {
                found.iter().skip(1).for_each(|&at| self.take_out(at));
            }
        }
        Ok(())
    }

    fn put(&mut self, term: TermId, (place, at): (Option<usize>, Option<usize>), value: &str, outcome: &mut Outcome) {
        let mut escaped = String::new();
        if xml::escape_into(value, &mut escaped).is_err() {
            return;
        }
        let own = self.supplied(term, &escaped);
        let is_sub_term = self.terms.get(term).is_sub_term();
        let before = at.map(|at| self.text(at));
        let at = match (at, place) {
            (Some(at), _) => {
                let Node { row, span, .. } = self.tape.nodes[at];
                if let Some(was) = self.tape.source_of(&self.tape.nodes[at]) {
                    self.tape.note_piece((own.start, own.extent), was as u32);
                    // What is set next does not begin where this ends, so it does not share its place.
                    self.tape.side.push(' ');
                }
                let flags = if is_sub_term { own.flags.with(Flags::SUB) } else { own.flags };
                self.tape.nodes[at] = Node { row, span, flags, ..own };
                at
            }
            (None, Some(owner)) if is_sub_term => {
                let flags = own.flags.with(Flags::SUB);
                self.insert_beside(owner + 1, &[Node { flags, ..own }], owner);
                self.tape.nodes[owner].span += 1;
                owner + 1
            }
            (None, Some(group)) => {
                self.insert_beside(group + 1, &[own], group);
                group + 1
            }
            (None, None) => {
                self.tape.nodes.push(own);
                self.tape.nodes.len() - 1
            }
        };
        let message = format!("{} is set to `{value}`, as asked", self.terms.spoken(term));
        let mut finding = Finding::new(finding::CHANGED, message).term(self.terms.get(term).label());
        finding.found = before;
        outcome.changes.push((Some(at), finding));
    }

    /// A new group behind the last one of its kind, or first in the group around it.
    fn add_group(&mut self, group: TermId, place: Option<usize>, last: Option<usize>) -> usize {
        let at = match (last, place) {
            (Some(last), _) => self.tape.end(last),
            (None, Some(place)) => place + 1,
            (None, None) => self.tape.nodes.len(),
        };
        let start = last.or(place).map_or(0, |node| self.tape.nodes[node].start);
        let flags = Flags::GROUP.with(Flags::SUPPLIED);
        let node = Node { name: group.index() as u16, row: Node::NO_ROW, flags, span: 0, start, extent: at as u32 + 1 };
        match place {
            Some(place) => self.insert_beside(at, &[node], place),
            None => self.tape.insert(vec![Addition { at, nodes: vec![node], inside: None }]),
        }
        at
    }

    /// Puts nodes in at a position, into every group that holds the node `beside`.
    fn insert_beside(&mut self, at: usize, nodes: &[Node], beside: usize) {
        let holds = |(index, node): &(usize, &Node)| {
            node.is_group() && *index <= beside && node.extent as usize > beside && node.extent as usize == at
        };
        let holders: Vec<usize> = self.tape.nodes.iter().enumerate().filter(holds).map(|(index, _)| index).collect();
        self.tape.insert(vec![Addition { at, nodes: nodes.to_vec(), inside: None }]);
        for holder in holders {
            self.tape.nodes[holder].extent += nodes.len() as u32;
        }
    }

    fn remove(&mut self, path: &Path, written: &str, outcome: &mut Outcome) -> Result<(), Finding> {
        let mut places: Vec<Option<usize>> = vec![None];
        for &step in &path.around {
            let mut inner = Vec::new();
            for place in places {
                let found = self.instances(step.0, place);
                let position = if path.position == Position::Each { Position::Each } else { step.1 };
                inner.extend(self.chosen(&found, (step.0, position), written)?.into_iter().flatten().map(Some));
            }
            places = inner;
        }
        let mut removed = Vec::new();
        for place in places {
            let found = self.instances(path.term, place);
            match path.position {
                Position::Only if !may_repeat(self.terms, path.term) => removed.extend(found),
                position => removed.extend(self.chosen(&found, (path.term, position), written)?.into_iter().flatten()),
            }
        }
        let term = self.terms.get(path.term);
        if removed.is_empty() {
            let message = format!("{} was to be removed, but is not there", self.terms.spoken(path.term));
            outcome.changes.push((None, Finding::new(finding::CHANGED, message).term(term.label())));
        }
        for at in removed {
            let message = format!("{} is removed, as asked", self.terms.spoken(path.term));
            let mut finding = Finding::new(finding::CHANGED, message).term(term.label());
            finding.found = (!self.tape.nodes[at].is_group()).then(|| self.text(at));
            outcome.changes.push((Some(at), finding));
            self.take_out(at);
        }
        Ok(())
    }

    /// Marks a value with what belongs to it, or everything in a group.
    fn take_out(&mut self, at: usize) {
        let end = self.tape.end(at);
        (at..end).for_each(|at| self.tape.take_out(at));
    }
}
