//! What the standards say about structure: which elements an element holds, in which order, how often, and of which
//! datatype. The tables stand in `schemas/`, in a notation that their first lines explain.
//!
//! Nothing here knows an invoice term. Mapping tables are checked against these tables, and what is written is too.

mod datatype;
mod line;
mod parse;
#[cfg(test)]
mod tests;
mod uri;

use std::sync::LazyLock;

use strum::{Display, EnumString};

pub(crate) use datatype::Datatype;

use crate::finding::Finding;

/// One table.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    namespaces: Vec<(&'static str, &'static str)>,
    roots: Vec<(&'static str, TypeId)>,
    types: Vec<Type>,
    children: Vec<Child>,
    attributes: Vec<Attribute>,
}

/// The type of an element, in the table that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(u16);

/// An edition of CII. UBL has one edition only, under either name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Display, EnumString)]
#[strum(ascii_case_insensitive)]
#[non_exhaustive]
pub enum Edition {
    /// The edition that XRechnung and the rules of EN 16931 still name.
    D16B,
    /// The edition that Factur-X and the French profiles name; the table follows it.
    #[default]
    D22B,
}

/// What a type holds; the ranges point into the vectors of [`Structure`].
#[derive(Debug, Clone, Default)]
struct Type {
    name: &'static str,
    children: Span,
    any: bool,
    datatype: Option<Datatype>,
    attributes: Span,
}

/// From and to; a `Range` is neither `Copy` nor this small.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    from: u32,
    to: u32,
}

impl Span {
    fn of<T>(self, items: &[T]) -> &[T] {
        items.get(self.from as usize..self.to as usize).unwrap_or_default()
    }
}

/// An element as a child of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Child {
    /// Name with the prefix of the table, such as `ram:ID`.
    pub(crate) name: &'static str,
    /// Rank among its siblings, from 0; the members of a choice share theirs.
    pub(crate) position: u16,
    /// How often at least; of a member of a choice: once it is the chosen one.
    pub(crate) min: u32,
    /// How often at most, without bound if `None`; 0 where only the older edition has the element.
    pub(crate) max: Option<u32>,
    /// What it holds.
    pub(crate) ty: TypeId,
    /// Exactly one of the siblings at this position occurs.
    pub(crate) choice: bool,
    older: Option<Occurrence>,
}

/// How often an element may occur and what it holds, in one edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Occurrence {
    min: u32,
    max: Option<u32>,
    ty: TypeId,
}

impl Child {
    /// How often at least and at most in an edition; `None` where the edition does not have the element.
    pub(crate) fn edition_min_max(self, edition: Edition) -> Option<(u32, Option<u32>)> {
        self.occurrence(edition).map(|found| (found.min, found.max))
    }

    /// What it holds in an edition; `None` where the edition does not have the element.
    #[cfg(test)]
    pub(crate) fn edition_type(self, edition: Edition) -> Option<TypeId> {
        self.occurrence(edition).map(|found| found.ty)
    }

    fn occurrence(self, edition: Edition) -> Option<Occurrence> {
        match edition {
            Edition::D16B => self.older,
            Edition::D22B if self.max == Some(0) => None,
            Edition::D22B => Some(Occurrence { min: self.min, max: self.max, ty: self.ty }),
        }
    }
}

/// An attribute of an element with text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Name; no attribute has a namespace.
    pub(crate) name: &'static str,
    /// Must be there.
    pub(crate) required: bool,
    /// What its value must look like.
    pub(crate) datatype: Datatype,
    length: Option<(u32, u32)>,
    fixed: Option<Fixed>,
}

/// A value that an attribute must have if it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fixed {
    value: &'static str,
    /// The newer edition allows others.
    older_only: bool,
}

impl Attribute {
    /// The one value that an edition allows, if it allows only one.
    pub(crate) fn fixed(&self, edition: Edition) -> Option<&'static str> {
        self.fixed.filter(|fixed| edition == Edition::D16B || !fixed.older_only).map(|fixed| fixed.value)
    }

    /// The schema says more than a datatype.
    pub(crate) fn is_strict(&self) -> bool {
        self.length.is_some() || self.fixed.is_some()
    }

    /// Whether an edition allows this value: its datatype, length and fixed value.
    pub(crate) fn accepts(&self, text: &str, edition: Edition) -> bool {
        self.datatype.accepts(text)
            && self.length.is_none_or(|(min, max)| (min as usize..=max as usize).contains(&collapsed_length(text)))
            && self.fixed(edition).is_none_or(|value| same_token(value, text))
    }
}

/// Characters that are left when runs of white space count as one and those at the ends not at all.
fn collapsed_length(text: &str) -> usize {
    let (words, characters) = text
        .split_ascii_whitespace()
        .fold((0, 0), |(words, characters), word| (words + 1, characters + word.chars().count()));
    characters + usize::saturating_sub(words, 1)
}

fn same_token(one: &str, other: &str) -> bool {
    one.split_ascii_whitespace().eq(other.split_ascii_whitespace())
}

impl Structure {
    /// Reads a table; `file` is its name in findings.
    ///
    /// # Errors
    /// One finding for each line that cannot be read and each type that no line describes.
    pub(crate) fn parse(text: &'static str, file: &str) -> Result<Structure, Vec<Finding>> {
        parse::parse(text, file)
    }

    /// Cross Industry Invoice D22B, with what differs in D16B.
    pub(crate) fn cii() -> &'static Structure {
        static CII: LazyLock<Structure> =
            LazyLock::new(|| built_in(include_str!("../../schemas/cii.structure"), "schemas/cii.structure"));
        &CII
    }

    /// UBL 2.1 Invoice and CreditNote.
    pub(crate) fn ubl() -> &'static Structure {
        static UBL: LazyLock<Structure> =
            LazyLock::new(|| built_in(include_str!("../../schemas/ubl.structure"), "schemas/ubl.structure"));
        &UBL
    }

    /// ZUGFeRD 1.0.
    pub(crate) fn zugferd1() -> &'static Structure {
        static ZUGFERD1: LazyLock<Structure> =
            LazyLock::new(|| built_in(include_str!("../../schemas/zugferd1.structure"), "schemas/zugferd1.structure"));
        &ZUGFERD1
    }

    /// The type of a root element, such as `rsm:CrossIndustryInvoice`.
    pub(crate) fn root(&self, qname: &str) -> Option<TypeId> {
        self.roots.iter().find(|(name, _)| *name == qname).map(|(_, ty)| *ty)
    }

    /// The child of this name, such as `ram:ID`.
    pub(crate) fn child(&self, of: TypeId, qname: &str) -> Option<Child> {
        self.children(of).iter().find(|child| child.name == qname).copied()
    }

    /// All children, in the order of the schema.
    pub(crate) fn children(&self, of: TypeId) -> &[Child] {
        self.get(of).map_or(&[], |ty| ty.children.of(&self.children))
    }

    /// Whether it holds one element of any other namespace.
    pub(crate) fn is_open(&self, of: TypeId) -> bool {
        self.get(of).is_some_and(|ty| ty.any)
    }

    /// What its text must look like; `None` where it holds elements.
    pub(crate) fn datatype(&self, of: TypeId) -> Option<Datatype> {
        self.get(of)?.datatype
    }

    /// The attribute of this name.
    pub(crate) fn attribute(&self, of: TypeId, name: &str) -> Option<&Attribute> {
        self.attributes(of).iter().find(|attribute| attribute.name == name)
    }

    /// All attributes.
    pub(crate) fn attributes(&self, of: TypeId) -> &[Attribute] {
        self.get(of).map_or(&[], |ty| ty.attributes.of(&self.attributes))
    }

    /// Prefixes with the namespaces that they stand for in this table.
    pub(crate) fn namespaces(&self) -> &[(&'static str, &'static str)] {
        &self.namespaces
    }

    /// The name that the table gives to a type, for messages.
    pub(crate) fn type_name(&self, of: TypeId) -> &'static str {
        self.get(of).map_or("", |ty| ty.name)
    }

    fn get(&self, of: TypeId) -> Option<&Type> {
        self.types.get(usize::from(of.0))
    }
}

/// A table of ours, which a test reads too: a build with a broken one does not pass.
fn built_in(text: &'static str, file: &str) -> Structure {
    Structure::parse(text, file).unwrap_or_else(|findings| panic!("{findings:#?}"))
}
