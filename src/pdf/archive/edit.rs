//! Changes to a loaded PDF: collected while it is looked at, made afterwards.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// Where a value stands: in an object of the file, along keys and positions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// The object.
    pub object: ObjectId,
    /// The way inside it.
    path: Vec<Step>,
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// The value of a key.
    Key(Vec<u8>),
    /// An item of an array, from 0.
    Item(usize),
}

/// A change.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Edit {
    /// A key of the dictionary, or of the dictionary of the stream, at this spot gets a value.
    Set(Spot, Vec<u8>, Object),
    /// The value at this spot is removed: a key with it, an item of an array.
    Remove(Spot),
    /// The same with a new object of the file.
    Attach(Spot, Vec<u8>, Object),
    /// A whole object gets another value.
    Replace(ObjectId, Object),
}

impl Spot {
    /// An object of the file.
    pub(super) fn of(object: ObjectId) -> Spot {
        Spot { object, path: Vec::new() }
    }

    /// The value of a key of what is here.
    pub(super) fn key(&self, key: &[u8]) -> Spot {
        self.step(Step::Key(key.to_vec()))
    }

    /// An item of the array that is here.
    pub(super) fn item(&self, at: usize) -> Spot {
        self.step(Step::Item(at))
    }

    fn step(&self, step: Step) -> Spot {
        let mut path = self.path.clone();
        path.push(step);
        Spot { object: self.object, path }
    }

    /// What stands here.
    fn find<'d>(&self, document: &'d mut Document) -> Option<&'d mut Object> {
        let mut value = document.objects.get_mut(&self.object)?;
        for step in &self.path {
            value = match step {
                Step::Key(key) => dictionary(value)?.get_mut(key).ok()?,
                Step::Item(at) => value.as_array_mut().ok()?.get_mut(*at)?,
            };
        }
        Some(value)
    }
}

/// The dictionary that an object is or has.
fn dictionary(object: &mut Object) -> Option<&mut Dictionary> {
    match object {
        Object::Dictionary(dictionary) | Object::Stream(Stream { dict: dictionary, .. }) => Some(dictionary),
        _ => None,
    }
}

/// Makes changes. What is removed goes last and from the back, so that the positions of the others stay true.
pub(super) fn apply(document: &mut Document, edits: Vec<Edit>) {
    let mut removals = Vec::new();
    for edit in edits {
        match edit {
            Edit::Set(spot, key, value) => set(document, &spot, key, value),
            Edit::Attach(spot, key, value) => {
                let id = document.add_object(value);
                set(document, &spot, key, id.into());
            }
            Edit::Replace(id, value) => {
                document.objects.insert(id, value);
            }
            Edit::Remove(spot) => removals.push(spot),
        }
    }
    removals.sort_unstable();
    removals.dedup();
    for spot in removals.into_iter().rev() {
        remove(document, spot);
    }
}

fn set(document: &mut Document, spot: &Spot, key: Vec<u8>, value: Object) {
    if let Some(dictionary) = spot.find(document).and_then(dictionary) {
        dictionary.set(key, value);
    }
}

fn remove(document: &mut Document, mut spot: Spot) {
    let Some(last) = spot.path.pop() else { return };
    match (last, spot.find(document)) {
        (Step::Key(key), Some(value)) => {
            if let Some(dictionary) = dictionary(value) {
                dictionary.remove(&key);
            }
        }
        (Step::Item(at), Some(Object::Array(items))) if at < items.len() => {
            items.remove(at);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn removals_do_not_move_one_another() {
        let mut document = Document::new();
        let items: Vec<Object> = (0..4).map(Object::from).collect();
        let id = document.add_object(dictionary! { "Items" => items, "Gone" => 1 });
        let spot = Spot::of(id);
        let items = spot.key(b"Items");
        let edits = vec![
            Edit::Remove(items.item(0)),
            Edit::Remove(items.item(2)),
            Edit::Remove(spot.key(b"Gone")),
            Edit::Set(spot.clone(), b"New".to_vec(), true.into()),
            Edit::Remove(items.item(9)),
            Edit::Set(items, b"Not a dictionary".to_vec(), true.into()),
        ];
        apply(&mut document, edits);
        let expected = dictionary! { "Items" => vec![Object::from(1), 3.into()], "New" => true };
        assert_eq!(document.get_dictionary(id).unwrap(), &expected);
    }
}
