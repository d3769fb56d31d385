//! Values without a field in the typed invoice, and the paths that say where they belong.

use serde::{Deserialize, Serialize};

use super::tree::{Group, Path, Value};
use crate::finding::{self, Finding};
use crate::place::Place;
use crate::term::{Several, TermId, Terms};
use crate::xml;

/// A value that has no field: a second payment due date, a term of an extension.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Extra {
    /// Id of the term: `BT-9`, `BT-X-2`.
    pub term: String,
    /// The group it stands in, from the outside in, with positions from 1 where groups repeat: `BG-25[2]/BG-30`; empty
    /// at document level. Of a sub-term of an extension, the term it belongs to: `BG-4/BT-29[2]`. Payment instructions
    /// count one by one here, as in a document: the account of each is `BG-16[n]/BG-17[1]`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The value as written.
    pub value: String,
    /// Its scheme, MIME code and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subs: Vec<ExtraSub>,
}

/// What belongs to a value without a field: a scheme, a MIME code, a file name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExtraSub {
    /// Id of the sub-term: `BT-29-1`.
    pub term: String,
    /// The value as written.
    pub value: String,
}

impl Extra {
    /// A value of a term at a path.
    pub fn new(term: impl Into<String>, path: impl Into<String>, value: impl Into<String>) -> Extra {
        Extra { term: term.into(), path: path.into(), value: value.into(), subs: Vec::new() }
    }

    /// The same value with a sub-term.
    pub fn with_sub(mut self, term: impl Into<String>, value: impl Into<String>) -> Extra {
        self.subs.push(ExtraSub { term: term.into(), value: value.into() });
        self
    }

    /// Where it belongs among these terms, and what it holds.
    pub(super) fn locate(self, at: &str, terms: &Terms) -> Result<Located, Finding> {
        let term = known(terms, &self.term)?;
        let path = parse(terms, &self.path)?;
        let entry = terms.get(term);
        if entry.kind().is_group() || entry.parent() != path.last().map(|(step, _)| *step) {
            let message = "a value does not belong where its path leads";
            let expected = entry
                .parent()
                .map_or_else(|| "no path".to_owned(), |group| format!("a path to {}", terms.get(group).id()));
            let finding = Finding::new(finding::JSON_SHAPE, message).term(entry.label()).found(self.path.as_str());
            return Err(finding.expected(expected));
        }
        let mut subs = Vec::with_capacity(self.subs.len());
        for sub in self.subs.into_iter().filter(|sub| !xml::is_blank(&sub.value)) {
            let id = known(terms, &sub.term)?;
            if terms.get(id).parent() != Some(term) || entry.is_sub_term() {
                let message = "a value does not belong to the term that it stands with";
                return Err(Finding::new(finding::JSON_SHAPE, message).term(terms.get(id).label()).found(entry.id()));
            }
            subs.push((id, sub.value));
        }
        Ok(Located { at: at.to_owned(), term, path, value: Value { text: self.value, subs, node: None } })
    }
}

/// A value without a field, resolved.
pub(super) struct Located {
    /// Where it stands in the JSON.
    at: String,
    pub(super) term: TermId,
    pub(super) path: Path,
    value: Value,
}

impl Located {
    /// Puts the value where it belongs. Blank values say nothing.
    pub(super) fn add(mut self, terms: &Terms, root: &mut Group) -> Result<(), Finding> {
        if xml::is_blank(&self.value.text) {
            return Ok(());
        }
        let entry = terms.get(self.term);
        let owner = if entry.is_sub_term() { self.path.pop() } else { None };
        let Some((owner, position)) = owner else {
            root.at_mut(&self.path).values.entry(self.term).or_default().push(self.value);
            return Ok(());
        };
        let values = root.at_mut(&self.path).values.get_mut(&owner);
        match values.and_then(|values| values.get_mut(position as usize - 1)) {
            Some(value) => {
                value.subs.push((self.term, self.value.text));
                Ok(())
            }
            None => {
                let message = "a value belongs to a term that is not there";
                let finding = Finding::new(finding::JSON_SHAPE, message).at(Place::path(self.at));
                Err(finding.term(entry.label()).expected(terms.get(owner).label()))
            }
        }
    }
}

fn known(terms: &Terms, id: &str) -> Result<TermId, Finding> {
    terms.find(id).ok_or_else(|| Finding::new(finding::JSON_SHAPE, "a term does not exist").found(id))
}

/// `BG-25[2]/BG-30`: every step below the one before it.
fn parse(terms: &Terms, text: &str) -> Result<Path, Finding> {
    let mut path = Path::new();
    for step in text.split('/').filter(|_| !text.is_empty()) {
        let (id, position) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((id, position)) => (id, position.parse().ok().filter(|&position| position > 0)),
            None => (step, Some(1)),
        };
        let term = terms.find(id).filter(|&term| terms.get(term).parent() == path.last().map(|(above, _)| *above));
        let (Some(term), Some(position)) = (term, position) else {
            let finding = Finding::new(finding::JSON_SHAPE, "a path leads nowhere").found(text);
            return Err(finding.expected("groups from the outside in with positions from 1, such as BG-25[2]/BG-30"));
        };
        path.push((term, position));
    }
    Ok(path)
}

fn spell(terms: &Terms, path: &[(TermId, u32)]) -> String {
    let step = |&(term, position): &(TermId, u32)| {
        let entry = terms.get(term);
        let counted = position > 1 || entry.repeats() || entry.several() == Several::Keep;
        if counted { format!("{}[{position}]", entry.id()) } else { entry.id().to_owned() }
    };
    path.iter().map(step).collect::<Vec<_>>().join("/")
}

/// Everything that is left in a group and below, in the order of the standard: surplus first, then extensions.
#[derive(Default)]
pub(super) struct Leftovers {
    pub(super) surplus: Vec<Extra>,
    pub(super) extensions: Vec<Extra>,
}

impl Leftovers {
    pub(super) fn collect(&mut self, terms: &Terms, path: &mut Path, group: Group) {
        for (term, values) in group.values {
            values.into_iter().for_each(|value| self.push(terms, path, term, value));
        }
        for (owner, sub, text) in group.apart {
            path.push(owner);
            self.push(terms, path, sub, Value { text, subs: Vec::new(), node: None });
            path.pop();
        }
        for (step, inner) in group.groups {
            path.push(step);
            self.collect(terms, path, inner);
            path.pop();
        }
    }

    fn push(&mut self, terms: &Terms, path: &Path, term: TermId, value: Value) {
        let mut extra = Extra::new(terms.get(term).id(), spell(terms, path), value.text);
        for (sub, text) in value.subs {
            extra = extra.with_sub(terms.get(sub).id(), text);
        }
        if terms.is_standard(term) { self.surplus.push(extra) } else { self.extensions.push(extra) }
    }
}
