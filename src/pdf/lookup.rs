//! Looking things up in a loaded PDF, where any value may stand behind a reference.

use std::cell::Cell;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::text;

/// What stands under a key. Nearly always nothing does, and lopdf would make an error of that, with a text.
pub(super) fn entry<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    dictionary.as_hashmap().get(key)
}

/// The value of a key, where it is not null.
pub(super) fn value<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let value = document.dereference(entry(dictionary, key)?).ok()?.1;
    (!value.is_null()).then_some(value)
}

/// A loaded PDF, and whether a reference in it led nowhere.
pub(super) struct Lookup<'a> {
    /// The PDF.
    pub document: &'a Document,
    /// Set once a reference had no object behind it.
    dangling: Cell<bool>,
}

impl<'a> Lookup<'a> {
    /// Lookups in this PDF.
    pub(super) fn new(document: &'a Document) -> Lookup<'a> {
        Lookup { document, dangling: Cell::new(false) }
    }

    /// Whether every reference so far led to an object.
    pub(super) fn intact(&self) -> bool {
        !self.dangling.get()
    }

    /// The object itself or what it refers to, with the id of the latter.
    pub(super) fn resolve(&self, object: &'a Object) -> Option<(Option<ObjectId>, &'a Object)> {
        let resolved = self.document.dereference(object).ok();
        if resolved.is_none() {
            self.dangling.set(true);
        }
        resolved
    }

    /// The object, or what it refers to, as a dictionary.
    pub(super) fn dictionary(&self, object: &'a Object) -> Option<&'a Dictionary> {
        self.resolve(object)?.1.as_dict().ok()
    }

    /// The value of a key.
    pub(super) fn value(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        Some(self.resolve(entry(dictionary, key)?)?.1)
    }

    /// The value of a key, where it is a dictionary.
    pub(super) fn dictionary_at(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        self.value(dictionary, key)?.as_dict().ok()
    }

    /// The value of a key, where it is a stream.
    pub(super) fn stream_at(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Stream> {
        self.value(dictionary, key)?.as_stream().ok()
    }

    /// The value of a key, where it is an array; empty otherwise.
    pub(super) fn array_at(&self, dictionary: &'a Dictionary, key: &[u8]) -> &'a [Object] {
        self.value(dictionary, key).and_then(|value| value.as_array().ok()).map_or(&[], Vec::as_slice)
    }

    /// The value of a key, where it is a text with something in it.
    pub(super) fn text_at(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<String> {
        text::decode(self.value(dictionary, key)?).filter(|text| !text.is_empty())
    }

    /// The value of a key, where it is a date.
    pub(super) fn date_at(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<String> {
        text::date(&self.text_at(dictionary, key)?)
    }

    /// The value of a key, where it is a name with something in it.
    pub(super) fn name_at(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<String> {
        let name = self.value(dictionary, key)?.as_name().ok()?;
        Some(String::from_utf8_lossy(name).into_owned()).filter(|name| !name.is_empty())
    }
}
