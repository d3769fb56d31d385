//! The semantic model: which groups (BG) and business terms (BT) an invoice has.
//!
//! The model of EN 16931-1:2017+A1:2019/AC:2020 stands in `mappings/en16931.terms`; extensions (Factur-X EXTENDED, a
//! private field of an integrator) are further tables in the same notation, added with [`Terms::extended`].

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use strum::{Display, EnumString};

use crate::finding::Finding;

mod line;
mod read;
#[cfg(test)]
mod tests;

/// A group, term or sub-term of a [`Terms`]; small enough to stand in every node of an invoice.
///
/// It means something only to the `Terms` it came from and to those extended from that one. Ids are ordered as the
/// lines of the table: standard ones in the order of the standard, then extensions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TermId(u16);

impl TermId {
    /// Position in [`Terms::iter`], from 0 and without gaps.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The id at a position of [`Terms::iter`].
    pub(crate) const fn from_index(index: u16) -> TermId {
        TermId(index)
    }
}

/// What a term holds: the data types of EN 16931-1, section 6.5, and the group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Display, EnumString)]
#[non_exhaustive]
pub enum TermKind {
    /// A group of terms; has no value of its own.
    Group,
    /// Free text.
    Text,
    /// An identifier.
    Identifier,
    /// A code, mostly of a list.
    Code,
    /// A calendar date.
    Date,
    /// An amount of money, at most two decimals.
    Amount,
    /// An amount per unit, any number of decimals.
    UnitPrice,
    /// A quantity.
    Quantity,
    /// A percentage, 19 for 19 %.
    Percentage,
    /// The number of another document.
    Reference,
    /// An attached file.
    Binary,
    /// The scheme of an identifier, or the version of that scheme.
    Scheme,
}

impl TermKind {
    /// Whether it is a group.
    pub fn is_group(self) -> bool {
        self == TermKind::Group
    }

    /// Whether the value is a decimal number, compared by value.
    pub fn is_numeric(self) -> bool {
        matches!(self, TermKind::Amount | TermKind::UnitPrice | TermKind::Quantity | TermKind::Percentage)
    }

    /// Whether the value is kept character by character; blanks around any other kind mean nothing.
    pub fn is_text(self) -> bool {
        matches!(self, TermKind::Text | TermKind::Binary)
    }
}

/// What to do with several occurrences of a term where the target has room for one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Several {
    /// The first is taken, the others are losses.
    #[default]
    First,
    /// They become one text, joined with newlines.
    Join,
    /// They become one number, added up.
    Sum,
    /// The first with a scheme is taken, else the first; the others are losses.
    Schemed,
    /// What remained would state another invoice: not converted.
    Refuse,
    /// All are kept: both syntaxes repeat the element around it, whatever the standard says.
    Keep,
}

/// A group, term or sub-term: one line of a table.
#[derive(Clone, Debug)]
pub struct Term {
    id: String,
    parent: Option<TermId>,
    is_sub_term: bool,
    kind: TermKind,
    min: u8,
    repeats: bool,
    field: String,
    name: String,
    outer: bool,
    several: Several,
    lists: Vec<String>,
    children: Vec<TermId>,
}

/// Abbreviations that stay as they are in names that are all capital letters.
const ABBREVIATIONS: &[&str] = &["VAT"];

/// A name as it stands within a sentence: in lower case, abbreviations such as VAT as they are.
pub(crate) fn spoken(name: &str) -> String {
    let is_capital = |word: &str| word.len() > 1 && !word.contains(char::is_lowercase);
    let all_capital = is_capital(name);
    let mut spoken = String::with_capacity(name.len());
    for word in name.split(' ') {
        if !spoken.is_empty() {
            spoken.push(' ');
        }
        match if all_capital { ABBREVIATIONS.contains(&word) } else { is_capital(word) } {
            true => spoken.push_str(word),
            false => spoken.extend(word.chars().flat_map(char::to_lowercase)),
        }
    }
    spoken
}

impl Term {
    /// Id in the standard or extension: `BT-31`, `BG-4`, `BT-29-1`, `BT-X-2`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The enclosing group, or the term that a sub-term belongs to; none at document level.
    pub fn parent(&self) -> Option<TermId> {
        self.parent
    }

    /// Whether it belongs to a term and not to a group, as a scheme does.
    pub fn is_sub_term(&self) -> bool {
        self.is_sub_term
    }

    /// What it holds.
    pub fn kind(&self) -> TermKind {
        self.kind
    }

    /// How often it must occur in its parent: 0 or 1.
    pub fn min(&self) -> u8 {
        self.min
    }

    /// Whether it may occur more than once in its parent.
    pub fn repeats(&self) -> bool {
        self.repeats
    }

    /// Name in the typed invoice, in JSON and in the mapping tables; unique within the parent.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Official name, such as `Seller VAT identifier`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Id and official name, for messages: `BT-31 Seller VAT identifier`.
    pub fn label(&self) -> String {
        [self.id.as_str(), " ", &self.name].concat()
    }

    /// The official name as it stands within a sentence: in lower case, abbreviations such as VAT as they are.
    pub(crate) fn spoken(&self) -> String {
        spoken(&self.name)
    }

    /// Whether it stands once per invoice although both syntaxes repeat the element around it (BT-83).
    pub fn outer(&self) -> bool {
        self.outer
    }

    /// What to do with several occurrences where the target has room for one.
    pub fn several(&self) -> Several {
        self.several
    }

    /// Names of the code lists that its value is taken from; none for a value without a list.
    pub fn lists(&self) -> &[String] {
        &self.lists
    }
}

/// The terms of the standard, alone or with extensions.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    terms: Vec<Term>,
    top: Vec<TermId>,
    ids: FxHashMap<String, TermId>,
    standard: usize,
    texts: Vec<Arc<str>>,
}

static STANDARD: LazyLock<Arc<Terms>> = LazyLock::new(|| {
    let (terms, findings) = read::read(include_str!("../mappings/en16931.terms"), "en16931.terms");
    debug_assert!(findings.is_empty(), "{findings:?}");
    Arc::new(terms)
});

impl Terms {
    /// The terms of EN 16931-1:2017+A1:2019/AC:2020, without extensions.
    pub fn standard() -> &'static Arc<Terms> {
        &STANDARD
    }

    /// Reads a table that takes the place of the standard's; its terms count as standard.
    ///
    /// # Errors
    ///
    /// Every line that cannot be read, with its place in `file`.
    pub fn parse(text: &str, file: &str) -> Result<Terms, Vec<Finding>> {
        accepted(read::read(text, file))
    }

    /// The same terms and those of an extension table; the ids of the present ones stay as they are.
    ///
    /// # Errors
    ///
    /// Every line that cannot be read, names a parent that does not exist, or defines an id again.
    pub fn extended(&self, text: &str, file: &str) -> Result<Terms, Vec<Finding>> {
        accepted(read::extend(self.clone(), text, file))
    }

    /// The term of an id.
    ///
    /// # Panics
    ///
    /// When the id is of other terms and beyond these.
    pub fn get(&self, id: TermId) -> &Term {
        &self.terms[id.index()]
    }

    /// The id of `BT-31`, `BG-4`, `BT-29-1`, `BT-X-2`.
    pub fn find(&self, id: &str) -> Option<TermId> {
        self.ids.get(id).copied()
    }

    /// Every group, term and sub-term: the standard in its order, then extensions in theirs.
    pub fn iter(&self) -> impl Iterator<Item = TermId> + use<> {
        (0..self.terms.len()).map_while(id_at)
    }

    /// How many groups, terms and sub-terms there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Groups and terms directly below a group, in order; of a term its sub-terms; of `None` the document level.
    pub fn children(&self, parent: impl Into<Option<TermId>>) -> &[TermId] {
        match parent.into() {
            Some(id) => &self.get(id).children,
            None => &self.top,
        }
    }

    /// The child with this field name; `None` as parent is the document level.
    pub fn child_by_field(&self, parent: impl Into<Option<TermId>>, field: &str) -> Option<TermId> {
        self.children(parent).iter().copied().find(|&child| self.get(child).field == field)
    }

    /// The sub-terms of a term, in order; none of a group.
    pub fn sub_terms(&self, term: TermId) -> &[TermId] {
        if self.get(term).kind.is_group() { &[] } else { &self.get(term).children }
    }

    /// The name of a term as it stands within a sentence; what qualifies a term is told with it.
    pub(crate) fn spoken(&self, id: TermId) -> String {
        let term = self.get(id);
        match term.parent.filter(|_| term.is_sub_term) {
            Some(owner) => format!("{} of {}", term.spoken(), self.get(owner).spoken()),
            None => term.spoken(),
        }
    }

    /// The groups around a group, term or sub-term, inner first; the term of a sub-term is no group.
    pub fn chain(&self, id: TermId) -> impl Iterator<Item = TermId> {
        std::iter::successors(self.get(id).parent, |&parent| self.get(parent).parent)
            .filter(|&parent| self.get(parent).kind.is_group())
    }

    /// Whether the term is of the standard and not of an extension.
    pub fn is_standard(&self, id: TermId) -> bool {
        id.index() < self.standard
    }

    /// The tables these terms were read from, the standard first; a report states their hash.
    pub fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// Adds a term below its parent; none when the table is full.
    fn push(&mut self, term: Term) -> Option<TermId> {
        let id = id_at(self.terms.len())?;
        match term.parent {
            Some(parent) => self.terms[parent.index()].children.push(id),
            None => self.top.push(id),
        }
        self.ids.insert(term.id.clone(), id);
        self.terms.push(term);
        Some(id)
    }
}

/// The id of the term at an index.
fn id_at(index: usize) -> Option<TermId> {
    u16::try_from(index).ok().map(TermId::from_index)
}

/// Terms read without a finding.
fn accepted((terms, findings): (Terms, Vec<Finding>)) -> Result<Terms, Vec<Finding>> {
    if findings.is_empty() { Ok(terms) } else { Err(findings) }
}
