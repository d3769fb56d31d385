//! The bytes of an embedded file: unpacked within a limit, compared with what the PDF says about them.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use md5::{Digest, Md5};

use super::deflate;
use super::load::{over_limit, size};
use super::lookup::Lookup;
use super::syntax::of_digits;
use super::text::quoted;
use super::{EmbeddedFile, Limits, missing_content};
use crate::finding::{Finding, PDF_BROKEN, PDF_LIMIT, READ_ODD};
use crate::limits::raise;

/// An unpacked file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What does not fit, where size or checksum are not what the PDF says: the bytes may be incomplete.
    pub damaged: Option<String>,
    /// Whether size or checksum are stated and are those of the bytes: then they are complete.
    pub complete: bool,
}

/// What a PDF says about the bytes of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stated {
    /// Their number.
    size: Option<usize>,
    /// Their MD5 checksum.
    checksum: Option<Vec<u8>>,
}

impl Stated {
    /// Reads the parameters of an embedded file.
    pub(super) fn read<'a>(lookup: &Lookup<'a>, params: &'a Dictionary) -> Stated {
        let size = lookup.value(params, b"Size").and_then(|size| usize::try_from(size.as_i64().ok()?).ok());
        let checksum = lookup.value(params, b"CheckSum").and_then(|checksum| checksum.as_str().ok());
        Stated { size, checksum: checksum.and_then(md5_bytes) }
    }

    /// What does not fit, if anything.
    fn compare(&self, bytes: &[u8]) -> Option<String> {
        if let Some(size) = self.size.filter(|size| *size != bytes.len()) {
            return Some(format!("{} bytes, but the PDF states {size}", bytes.len()));
        }
        let stated = self.checksum.as_deref()?;
        (Md5::digest(bytes).as_slice() != stated).then(|| "bytes whose checksum is not the stated one".to_owned())
    }
}

/// An MD5 checksum as 16 bytes; some producers write it as 32 hexadecimal digits. Anything else is none.
fn md5_bytes(text: &[u8]) -> Option<Vec<u8>> {
    match text.len() {
        16 => Some(text.to_vec()),
        32 => of_digits(text),
        _ => None,
    }
}

impl EmbeddedFile {
    /// Unpacks the file, within the limit for one stream.
    pub(crate) fn content(&self, limits: &Limits) -> Result<Content, Finding> {
        let stream = self.stream.as_ref().ok_or_else(|| missing_content(&self.name))?;
        if stream.dict.get(b"Filter").is_ok_and(|filter| !filter.is_null()) {
            // The next call would take a filter that it cannot read for none, and hand out packed bytes.
            stream.filters().map_err(|error| self.failure(&error, limits))?;
        }
        let bytes = deflate::unpack(stream, limits.stream).map_err(|error| self.failure(&error, limits))?;
        let damaged = self.stated.compare(&bytes);
        let complete = damaged.is_none() && self.stated != Stated::default();
        Ok(Content { bytes, damaged, complete })
    }

    /// How many bytes the PDF says it has.
    #[allow(dead_code, reason = "what a PDF says of itself is for those who look into it")]
    pub(crate) fn stated_size(&self) -> Option<usize> {
        self.stated.size
    }

    /// The warning for content that is not what the PDF states.
    pub(crate) fn damage(&self, content: &Content) -> Option<Finding> {
        let damage = content.damaged.as_ref()?;
        let message = format!("the attachment {} may be damaged", quoted(&self.name));
        Some(Finding::new(READ_ODD, message).found(damage.as_str()))
    }

    /// The finding for a file that does not unpack.
    fn failure(&self, error: &lopdf::Error, limits: &Limits) -> Finding {
        let name = quoted(&self.name);
        if over_limit(error) {
            return Finding::new(PDF_LIMIT, format!("the attachment {name} unpacks to more than einv reads"))
                .expected(format!("at most {}", size(limits.stream)))
                .help(raise("unpacked"));
        }
        Finding::new(PDF_BROKEN, format!("the attachment {name} cannot be unpacked")).found(error.to_string())
    }
}

/// Moves the stream of a file out of a PDF, so that it can be unpacked without it.
pub(super) fn take(document: &mut Document, id: ObjectId) -> Option<Stream> {
    let Some(Object::Stream(mut stream)) = document.objects.remove(&id) else { return None };
    for key in [b"Filter".as_slice(), b"DecodeParms"] {
        if let Some(value) = stream.dict.get(key).ok().and_then(|value| dereferenced(document, value)) {
            stream.dict.set(key, value);
        }
    }
    Some(stream)
}

/// A value without references in it, where it has any: itself, its items, and theirs if it is an array of dictionaries.
fn dereferenced(document: &Document, value: &Object) -> Option<Object> {
    let target = |object: &Object| document.dereference(object).map_or(Object::Null, |(_, object)| object.clone());
    let mut resolved = target(value);
    if let Object::Array(items) = &mut resolved {
        items.iter_mut().for_each(|item| *item = target(item));
    }
    (resolved != *value).then_some(resolved)
}
