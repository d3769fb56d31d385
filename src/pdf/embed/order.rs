//! The objects that the trailer leads to, in the order in which they are met: their numbers in the file that is written.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::numbers::Numbers;

/// Objects that something refers to.
pub(super) struct Order<'a> {
    document: &'a Document,
    /// The objects; the first has the number 1.
    objects: Vec<&'a Object>,
    numbers: Numbers,
}

impl<'a> Order<'a> {
    /// The objects that these entries of a trailer lead to.
    pub(super) fn of(document: &'a Document, trailer: &'a Dictionary) -> Order<'a> {
        let mut order = Order { document, objects: Vec::new(), numbers: Numbers::new(document.objects.len()) };
        trailer.iter().for_each(|(_, value)| order.follow(value));
        let mut at = 0;
        while let Some(object) = order.objects.get(at) {
            order.follow(object);
            at += 1;
        }
        order
    }

    /// The objects with their numbers.
    pub(super) fn objects(&self) -> impl Iterator<Item = (u32, &'a Object)> {
        (1..).zip(self.objects.iter().copied())
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// The number of an object; `None` where a reference leads nowhere.
    pub(super) fn number(&self, id: ObjectId) -> Option<u32> {
        self.numbers.get(id)
    }

    /// Meets what stands in a value, or what it refers to.
    fn follow(&mut self, value: &'a Object) {
        match value {
            Object::Reference(id) => self.meet(*id),
            Object::Array(items) => items.iter().for_each(|item| self.follow(item)),
            Object::Dictionary(values) => values.iter().for_each(|(_, value)| self.follow(value)),
            // A stream states its length itself, whatever it did before.
            Object::Stream(stream) => {
                let values = stream.dict.iter().filter(|(key, _)| key.as_slice() != b"Length");
                values.for_each(|(_, value)| self.follow(value));
            }
            _ => {}
        }
    }

    fn meet(&mut self, id: ObjectId) {
        if self.numbers.get(id).is_none()
            && let Some(object) = self.document.objects.get(&id)
        {
            self.objects.push(object);
            self.numbers.insert(id, u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        }
    }
}
