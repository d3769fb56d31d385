//! How the fields of the typed invoice take values of a tree, and give them back.
//!
//! A field knows its name, the table of terms knows which term has this name in which group: so `Address` serves four
//! groups, and no line is written per term.

use super::tree::{Group, Value};
use super::value::{Binary, Code, Date, Identifier, Number};
use crate::term::{Several, TermId, Terms};
use crate::xml;

/// A group as a struct: its fields, by name.
pub(super) trait Fields: Default + PartialEq {
    fn each(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Field));
}

/// A field: an `Option` or a `Vec`.
pub(super) trait Field {
    /// Moves what it holds into a group: a text may be long.
    fn put(&mut self, terms: &Terms, term: TermId, group: &mut Group);
    fn take(&mut self, terms: &Terms, term: TermId, group: &mut Group);
}

/// What a field holds: a value or a group.
pub(super) trait Part: Sized {
    /// Puts it into a group, as number `position` of its kind.
    fn put(self, terms: &Terms, term: TermId, position: u32, group: &mut Group);
    /// Takes one, the one that counts, out of a group.
    fn take_one(terms: &Terms, term: TermId, group: &mut Group) -> Option<Self>;
    /// Takes all out of a group, in order.
    fn take_all(terms: &Terms, term: TermId, group: &mut Group) -> Vec<Self>;
}

impl<P: Part> Field for Option<P> {
    fn put(&mut self, terms: &Terms, term: TermId, group: &mut Group) {
        if let Some(part) = self.take() {
            part.put(terms, term, 1, group);
        }
    }

    fn take(&mut self, terms: &Terms, term: TermId, group: &mut Group) {
        *self = P::take_one(terms, term, group);
    }
}

impl<P: Part> Field for Vec<P> {
    fn put(&mut self, terms: &Terms, term: TermId, group: &mut Group) {
        for (part, position) in std::mem::take(self).into_iter().zip(1..) {
            part.put(terms, term, position, group);
        }
    }

    fn take(&mut self, terms: &Terms, term: TermId, group: &mut Group) {
        *self = P::take_all(terms, term, group);
    }
}

/// Puts all fields into a group.
pub(super) fn put_fields<F: Fields>(mut fields: F, terms: &Terms, at: Option<TermId>, group: &mut Group) {
    fields.each(&mut |name, field| {
        if let Some(term) = terms.child_by_field(at, name) {
            field.put(terms, term, group);
        }
    });
}

/// Takes what has a field out of a group; the rest stays.
pub(super) fn take_fields<F: Fields>(terms: &Terms, at: Option<TermId>, group: &mut Group) -> F {
    let mut fields = F::default();
    fields.each(&mut |name, field| {
        if let Some(term) = terms.child_by_field(at, name) {
            field.take(terms, term, group);
        }
    });
    fields
}

/// Makes a struct with these fields a group: `fields! { Note: subject_code text }`.
macro_rules! fields {
    ($name:ident: $($field:ident)*) => {
        impl $crate::model::fields::Fields for $name {
            fn each(&mut self, visit: &mut dyn FnMut(&str, &mut dyn $crate::model::fields::Field)) {
                $(visit(stringify!($field), &mut self.$field);)*
            }
        }
    };
}
pub(super) use fields;

impl<F: Fields> Part for F {
    fn put(self, terms: &Terms, term: TermId, position: u32, group: &mut Group) {
        put_fields(self, terms, Some(term), group.at_mut(&[(term, position)]));
    }

    fn take_one(terms: &Terms, term: TermId, group: &mut Group) -> Option<F> {
        let taken = take_fields(terms, Some(term), group.groups.get_mut(&(term, 1))?);
        (taken != F::default()).then_some(taken)
    }

    fn take_all(terms: &Terms, term: TermId, group: &mut Group) -> Vec<F> {
        let all = group.groups.range_mut((term, 0)..=(term, u32::MAX));
        all.map(|(_, inner)| take_fields(terms, Some(term), inner)).collect()
    }
}

/// A value as a type: its text and those of its sub-terms that it has room for.
trait Leaf: Sized {
    /// Field names of the sub-terms.
    const SUBS: &'static [&'static str] = &[];

    fn make(text: String, subs: [Option<String>; 2]) -> Self;
    fn split(self) -> (String, [Option<String>; 2]);
}

fn put_leaf<L: Leaf>(leaf: L, terms: &Terms, term: TermId, group: &mut Group) {
    let (text, subs) = leaf.split();
    if xml::is_blank(&text) {
        return;
    }
    let named = L::SUBS.iter().zip(subs).filter_map(|(name, sub)| Some((name, sub.filter(|sub| !xml::is_blank(sub))?)));
    let known = named.filter_map(|(name, sub)| Some((terms.child_by_field(term, name)?, sub)));
    group.values.entry(term).or_default().push(Value { text, subs: known.collect(), node: None });
}

/// Takes the value at an index, as number `position` of its field. Nothing if some sub-term of the standard has no room.
fn take_leaf<L: Leaf>(terms: &Terms, term: TermId, (index, position): (usize, u32), group: &mut Group) -> Option<L> {
    let values = group.values.get_mut(&term)?;
    let value = values.get(index)?;
    let mut subs = [None, None];
    let mut apart = Vec::new();
    for (sub, text) in &value.subs {
        match L::SUBS.iter().position(|name| *name == terms.get(*sub).field()).filter(|_| terms.is_standard(*sub)) {
            Some(room) if subs[room].is_none() => subs[room] = Some(text.clone()),
            None if !terms.is_standard(*sub) => apart.push(((term, position), *sub, text.clone())),
            _ => return None,
        }
    }
    let value = values.remove(index);
    if values.is_empty() {
        group.values.remove(&term);
    }
    group.apart.append(&mut apart);
    Some(L::make(value.text, subs))
}

/// Turns the order of a term's values.
fn turn(term: TermId, group: &mut Group) {
    if let Some(values) = group.values.get_mut(&term) {
        values.reverse();
    }
}

/// The value that counts where there are several.
fn chosen(terms: &Terms, term: TermId, values: &[Value]) -> usize {
    match terms.get(term).several() {
        Several::Schemed => values.iter().position(|value| !value.subs.is_empty()).unwrap_or_default(),
        _ => 0,
    }
}

/// Makes a type the value of a term.
macro_rules! leaf {
    ($($name:ident)*) => {$(
        impl Part for $name {
            fn put(self, terms: &Terms, term: TermId, _: u32, group: &mut Group) {
                put_leaf(self, terms, term, group);
            }

            fn take_one(terms: &Terms, term: TermId, group: &mut Group) -> Option<Self> {
                let index = chosen(terms, term, group.values.get(&term)?);
                take_leaf(terms, term, (index, 1), group)
            }

            fn take_all(terms: &Terms, term: TermId, group: &mut Group) -> Vec<Self> {
                let mut all = Vec::new();
                // From the end of the turned list: what is taken from the front moves all that stand behind.
                turn(term, group);
                while let Some(last) = group.values.get(&term).and_then(|values| values.len().checked_sub(1))
                    && let Some(leaf) = take_leaf(terms, term, (last, all.len() as u32 + 1), group)
                {
                    all.push(leaf);
                }
                turn(term, group);
                all
            }
        }
    )*};
}

leaf! { String Code Date Number Identifier Binary }

impl Leaf for String {
    fn make(text: String, _: [Option<String>; 2]) -> String {
        text
    }

    fn split(self) -> (String, [Option<String>; 2]) {
        (self, [None, None])
    }
}

macro_rules! plain_leaf {
    ($($name:ident)*) => {$(
        impl Leaf for $name {
            fn make(text: String, _: [Option<String>; 2]) -> $name {
                $name::from(text)
            }

            fn split(self) -> (String, [Option<String>; 2]) {
                (self.into(), [None, None])
            }
        }
    )*};
}

plain_leaf! { Code Date Number }

impl Leaf for Identifier {
    const SUBS: &'static [&'static str] = &["scheme", "scheme_version"];

    fn make(value: String, [scheme, scheme_version]: [Option<String>; 2]) -> Identifier {
        Identifier { value, scheme, scheme_version }
    }

    fn split(self) -> (String, [Option<String>; 2]) {
        (self.value, [self.scheme, self.scheme_version])
    }
}

impl Leaf for Binary {
    const SUBS: &'static [&'static str] = &["mime_code", "filename"];

    fn make(content: String, [mime_code, filename]: [Option<String>; 2]) -> Binary {
        Binary { content, mime_code, filename }
    }

    fn split(self) -> (String, [Option<String>; 2]) {
        (self.content, [self.mime_code, self.filename])
    }
}
