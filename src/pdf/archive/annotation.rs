//! Annotations: they are printed as they are shown, and each says how it looks.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::edit::{Edit, Spot};
use super::fault::Fault;
use super::walk::Visit;
use crate::pdf::lookup::value;

/// Flags of an annotation that keep it from being shown on a screen: hidden, no view.
const UNSEEN: i64 = 2 | 32;
/// Flags that must not be set: the two, invisible if unknown, toggled in view.
const FORBIDDEN: i64 = UNSEEN | 1 | 256;
/// The flag that must be set: printed.
const PRINTED: i64 = 4;
/// Levels of form fields above an annotation.
const FIELD_LEVELS: usize = 32;

/// What is wrong with an annotation beyond the rows of the table.
pub(super) fn check(document: &Document, visit: &Visit<'_>) -> Vec<Fault> {
    let annotation = Annotation::read(document, visit);
    let mut faults = Vec::new();
    faults.extend(annotation.flags());
    faults.extend(annotation.appearance());
    faults.extend(annotation.actions());
    let about = |fault: Fault| fault.about(annotation.kind.clone()).on(visit.page);
    faults.into_iter().map(about).collect()
}

/// An annotation.
struct Annotation<'a> {
    document: &'a Document,
    visit: &'a Visit<'a>,
    /// `Link`, `Widget` …
    kind: String,
}

impl<'a> Annotation<'a> {
    fn read(document: &'a Document, visit: &'a Visit<'a>) -> Annotation<'a> {
        let mut annotation = Annotation { document, visit, kind: String::new() };
        if let Some(Object::Name(name)) = annotation.value(b"Subtype") {
            annotation.kind = String::from_utf8_lossy(name).into_owned();
        }
        annotation
    }

    fn value(&self, key: &[u8]) -> Option<&'a Object> {
        value(self.document, self.visit.dictionary, key)
    }

    /// One that is not shown goes, so that the page looks as before; the others are printed.
    fn flags(&self) -> Option<Fault> {
        let stated = self.value(b"F").and_then(|flags| flags.as_i64().ok());
        let flags = stated.unwrap_or(0);
        if flags & UNSEEN != 0 {
            return Some(Fault::of("6.3.2-3").edit(Edit::Remove(self.visit.named.clone())));
        }
        let right = (flags | PRINTED) & !FORBIDDEN;
        let is_right = stated == Some(right) || (stated.is_none() && self.kind == "Popup");
        (!is_right).then(|| Fault::of("6.3.2-2").set(&self.visit.here, "F", right))
    }

    /// A field of a form must not start anything.
    fn actions(&self) -> Option<Fault> {
        let keys = ["A", "AA"].into_iter().filter(|key| self.visit.dictionary.has(key.as_bytes()));
        let mut keys = keys.filter(|_| self.kind == "Widget").peekable();
        keys.peek()?;
        let remove = |fault: Fault, key: &str| fault.edit(Edit::Remove(self.visit.here.key(key.as_bytes())));
        Some(keys.fold(Fault::of("6.4.1-1"), remove))
    }

    fn appearance(&self) -> Option<Fault> {
        let Some(looks) = self.value(b"AP").and_then(|looks| looks.as_dict().ok()) else {
            return (!self.needs_none()).then(|| self.made());
        };
        let here = match self.visit.dictionary.get(b"AP") {
            Ok(Object::Reference(id)) => Spot::of(self.document.dereference(&Object::Reference(*id)).ok()?.0?),
            _ => self.visit.here.key(b"AP"),
        };
        match value(self.document, looks, b"N") {
            Some(Object::Stream(_)) if self.is_button() => Some(self.with_states(looks, &here)),
            Some(Object::Dictionary(states)) if !self.is_button() => Some(self.without_states(states, &here)),
            Some(Object::Stream(_) | Object::Dictionary(_)) => None,
            _ => (!self.needs_none()).then(|| self.made()),
        }
    }

    /// Links and popups need no appearance, nor does what has no extent.
    fn needs_none(&self) -> bool {
        matches!(self.kind.as_str(), "Link" | "Popup") || self.size() == (0.0, 0.0)
    }

    fn size(&self) -> (f32, f32) {
        let corners: Vec<f32> = match self.value(b"Rect") {
            Some(Object::Array(items)) => items.iter().filter_map(|item| self.number(item)).collect(),
            _ => Vec::new(),
        };
        match corners[..] {
            [x1, y1, x2, y2] => ((x2 - x1).abs(), (y2 - y1).abs()),
            _ => (0.0, 0.0),
        }
    }

    fn number(&self, object: &Object) -> Option<f32> {
        self.document.dereference(object).ok()?.1.as_float().ok()
    }

    /// A form field without value and decoration shows nothing, and gets an appearance that shows nothing. How others
    /// look, each program decides by itself, so none can be made for them.
    fn made(&self) -> Fault {
        let fault = Fault::of("6.3.3-1");
        if self.kind != "Widget" || self.shows_something() {
            return fault;
        }
        let (width, height) = self.size();
        let form = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), width.into(), height.into()],
            "Resources" => Dictionary::new(),
        };
        let id = Edit::Attach(self.visit.here.key(b"AP"), b"N".to_vec(), Stream::new(form, Vec::new()).into());
        let mut fault = fault.set(&self.visit.here, "AP", Dictionary::new()).edit(id);
        fault.demand.remedy = super::Remedy::Mending;
        fault
    }

    fn shows_something(&self) -> bool {
        let decorated = self.value(b"MK").and_then(|look| look.as_dict().ok()).is_some_and(|look| !look.is_empty());
        let is_empty = |value: &Object| matches!(value, Object::String(text, _) if text.is_empty());
        let filled = self.inherited(b"V").is_some_and(|value| !is_empty(value));
        decorated || filled || self.is_button() || self.visit.dictionary.has(b"BS")
    }

    fn is_button(&self) -> bool {
        self.kind == "Widget" && matches!(self.inherited(b"FT"), Some(Object::Name(name)) if name == b"Btn")
    }

    /// A key of the form field, which may stand in a field above.
    fn inherited(&self, key: &[u8]) -> Option<&'a Object> {
        let mut field = self.visit.dictionary;
        for _ in 0..FIELD_LEVELS {
            if let Some(found) = value(self.document, field, key) {
                return Some(found);
            }
            field = value(self.document, field, b"Parent")?.as_dict().ok()?;
        }
        None
    }

    /// The one appearance of a button becomes that of the state it is in.
    fn with_states(&self, looks: &Dictionary, here: &Spot) -> Fault {
        let fault = Fault::of("6.3.3-3");
        let Ok(normal) = looks.get(b"N") else { return fault.hopeless() };
        let states = dictionary! { "Off" => normal.clone() };
        fault.set(here, "N", states).set(&self.visit.here, "AS", Object::Name(b"Off".to_vec()))
    }

    /// The appearance of the state that an annotation is in becomes its only one.
    fn without_states(&self, states: &Dictionary, here: &Spot) -> Fault {
        let state = self.value(b"AS").and_then(|state| state.as_name().ok());
        let look: Option<ObjectId> = match state {
            Some(state) => states.get(state).and_then(Object::as_reference).ok(),
            None => None,
        };
        match look {
            Some(look) => Fault::of("6.3.3-4").set(here, "N", look),
            None => Fault::of("6.3.3-4").hopeless(),
        }
    }
}
