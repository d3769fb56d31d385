//! Inks beside those of every press (6.2.4.4): each is described, and in one way through the whole file.

use lopdf::{Dictionary, Object, Stream};

use super::super::fault::Fault;
use super::{Reader, Scope};
use crate::pdf::deflate;

/// Inks that every press has, or that are none.
const EVERYWHERE: [&[u8]; 6] = [b"Cyan", b"Magenta", b"Yellow", b"Black", b"None", b"All"];
/// Inks of one colour space (6.1.13).
const INKS: usize = 32;
/// Objects that are compared to tell whether two inks are described in one way.
const COMPARED: usize = 10_000;

/// How an ink is described: the colour space that stands in for it, and how its shades become colours there.
#[derive(Debug, Clone, Copy)]
pub(in crate::pdf::archive) struct Ink<'a> {
    alternate: &'a Object,
    tint: &'a Object,
}

impl<'a> Reader<'a> {
    /// Looks at a colour space that is used, as far as it is about inks.
    pub(super) fn inks(&mut self, space: &'a Object, scope: Scope<'a>) {
        let Ok((_, Object::Array(items))) = self.document.dereference(space) else { return };
        if self.inks_seen.insert(std::ptr::from_ref(items)) {
            match items.first().and_then(|kind| self.resolved(kind)?.as_name().ok()) {
                Some(b"Separation") => self.separation(items, scope),
                Some(b"DeviceN") => self.inks_together(items, scope),
                Some(b"Indexed" | b"I" | b"Pattern") => {
                    if let Some(below) = items.get(1) {
                        self.inks(below, scope);
                    }
                }
                _ => {}
            }
        }
    }

    fn resolved(&self, object: &'a Object) -> Option<&'a Object> {
        self.document.dereference(object).ok().map(|(_, object)| object)
    }

    /// One ink: wherever it is described, it is so in the same way.
    fn separation(&mut self, items: &'a [Object], scope: Scope<'a>) {
        let [_, name, alternate, tint, ..] = items else { return };
        let Some(Object::Name(name)) = self.resolved(name) else { return };
        self.readable(name, scope);
        let ink = Ink { alternate, tint };
        let Some(known) = self.survey.inks.get(name.as_slice()).copied() else {
            self.survey.inks.insert(name, ink);
            return;
        };
        if !self.same(known.alternate, ink.alternate) || !self.same(known.tint, ink.tint) {
            let about = String::from_utf8_lossy(name).into_owned();
            self.survey.faults.push(Fault::of("6.2.4.4-2").about(about).on(Some(scope.page)));
        }
    }

    /// Inks together: those that not every press has are described one by one.
    fn inks_together(&mut self, items: &'a [Object], scope: Scope<'a>) {
        let names = items.get(1).and_then(|names| self.resolved(names)?.as_array().ok());
        let names: Vec<&[u8]> =
            names.into_iter().flatten().filter_map(|name| self.resolved(name)?.as_name().ok()).collect();
        if names.len() > INKS {
            self.survey.faults.push(Fault::of("6.1.13-9").on(Some(scope.page)));
        }
        let attributes = items.get(4).and_then(|attributes| self.resolved(attributes)?.as_dict().ok());
        let colorants = attributes.and_then(|attributes| self.dictionary(attributes, b"Colorants"));
        let process = attributes.and_then(|attributes| self.dictionary(attributes, b"Process"));
        let of_process = process.and_then(|process| self.value(process, b"Components")?.as_array().ok());
        let of_process: Vec<&[u8]> =
            of_process.into_iter().flatten().filter_map(|name| self.resolved(name)?.as_name().ok()).collect();
        for name in names {
            self.readable(name, scope);
            let is_described = colorants.is_some_and(|colorants| colorants.has(name));
            if !is_described && !EVERYWHERE.contains(&name) && !of_process.contains(&name) {
                let about = String::from_utf8_lossy(name).into_owned();
                self.survey.faults.push(Fault::of("6.2.4.4-1").about(about).on(Some(scope.page)));
            }
        }
        if let Some(space) = process.and_then(|process| process.get(b"ColorSpace").ok()) {
            self.paint_space(space, scope);
        }
        for (_, colorant) in colorants.into_iter().flatten() {
            self.paint_space(colorant, scope);
        }
    }

    /// Names that people read are in UTF-8 (6.1.8).
    fn readable(&mut self, name: &[u8], scope: Scope<'a>) {
        if std::str::from_utf8(name).is_err() {
            let about = String::from_utf8_lossy(name).into_owned();
            self.survey.faults.push(Fault::of("6.1.8-1").about(about).on(Some(scope.page)));
        }
    }

    /// Whether two objects say the same, however they are packed and wherever they stand.
    fn same(&self, left: &'a Object, right: &'a Object) -> bool {
        let mut open = vec![(left, right)];
        for _ in 0..COMPARED {
            let Some((left, right)) = open.pop() else { return true };
            let (Some(left), Some(right)) = (self.resolved(left), self.resolved(right)) else { return false };
            if std::ptr::eq(left, right) {
                continue;
            }
            let is_same = match (left, right) {
                (Object::Array(left), Object::Array(right)) => {
                    open.extend(left.iter().zip(right));
                    left.len() == right.len()
                }
                (Object::Dictionary(left), Object::Dictionary(right)) => pairs(left, right, &mut open),
                (Object::Stream(left), Object::Stream(right)) => {
                    pairs(&left.dict, &right.dict, &mut open) && self.same_content(left, right)
                }
                _ => same_value(left, right),
            };
            if !is_same {
                return false;
            }
        }
        // It cannot be told in any reasonable time.
        true
    }

    fn same_content(&self, left: &Stream, right: &Stream) -> bool {
        let content = |stream: &Stream| deflate::unpack(stream, self.limits.structure);
        match (content(left), content(right)) {
            (Ok(left), Ok(right)) => left == right,
            _ => false,
        }
    }
}

/// The values of two dictionaries that must be the same; `false` if their keys are not.
fn pairs<'a>(left: &'a Dictionary, right: &'a Dictionary, open: &mut Vec<(&'a Object, &'a Object)>) -> bool {
    let counts = |key: &[u8]| !matches!(key, b"Filter" | b"DecodeParms" | b"Length");
    let number = |dictionary: &Dictionary| dictionary.iter().filter(|(key, _)| counts(key)).count();
    let mut all = left.iter().filter(|(key, _)| counts(key));
    number(left) == number(right)
        && all.all(|(key, value)| match right.get(key) {
            Ok(other) => {
                open.push((value, other));
                true
            }
            Err(_) => false,
        })
}

fn same_value(left: &Object, right: &Object) -> bool {
    match (left.as_float(), right.as_float()) {
        (Ok(left), Ok(right)) => left.to_bits() == right.to_bits(),
        _ => left == right,
    }
}
