//! One file specification: the dictionary that names a file and leads to its bytes.

use lopdf::{Dictionary, Object, ObjectId};

use super::content::Stated;
use super::lookup::Lookup;
use super::{EmbeddedFile, FoundIn};

/// The keys under which a file specification leads to its bytes, best first.
const STREAM_KEYS: [&[u8]; 5] = [b"UF", b"F", b"Unix", b"DOS", b"Mac"];
/// The keys under which a file specification names its file, best first.
const NAME_KEYS: [&[u8]; 5] = STREAM_KEYS;

/// The stream of a file specification; `None` where it names a file outside the PDF, `Some(None)` where the file should
/// be inside and is not.
pub(super) fn stream_of<'a>(lookup: &Lookup<'a>, spec: &'a Dictionary) -> Option<Option<ObjectId>> {
    let files = lookup.dictionary_at(spec, b"EF")?;
    let mut keys = STREAM_KEYS.iter().filter_map(|key| files.get(key).ok()).peekable();
    keys.peek()?;
    Some(keys.find_map(|object| match lookup.resolve(object)? {
        (Some(id), Object::Stream(_)) => Some(id),
        _ => None,
    }))
}

/// The name that a file specification gives its file.
pub(super) fn name_of<'a>(lookup: &Lookup<'a>, spec: &'a Dictionary) -> Option<String> {
    NAME_KEYS.iter().find_map(|key| lookup.text_at(spec, key))
}

/// What the PDF says about a file, in its specification and in the dictionary of its stream.
pub(super) fn describe<'a>(
    lookup: &Lookup<'a>,
    spec: Option<&'a Dictionary>,
    stream: Option<&'a Dictionary>,
    name: String,
    found_in: FoundIn,
) -> EmbeddedFile {
    let params = stream.and_then(|stream| lookup.dictionary_at(stream, b"Params"));
    EmbeddedFile {
        name,
        description: spec.and_then(|spec| lookup.text_at(spec, b"Desc")),
        relationship: spec.and_then(|spec| lookup.name_at(spec, b"AFRelationship")),
        mime: stream.and_then(|stream| lookup.name_at(stream, b"Subtype")),
        found_in,
        created: params.and_then(|params| lookup.date_at(params, b"CreationDate")),
        modified: params.and_then(|params| lookup.date_at(params, b"ModDate")),
        stated: params.map(|params| Stated::read(lookup, params)).unwrap_or_default(),
        stream: None,
    }
}
