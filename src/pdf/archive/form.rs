//! Form fields: a signature in one ends every change.

use lopdf::{Document, Object};

use super::fault::Fault;
use super::walk::Visit;

/// The fault of a field that is signed.
pub(super) fn check_field(document: &Document, visit: &Visit<'_>) -> Option<Fault> {
    let value = document.dereference(visit.dictionary.get(b"V").ok()?).ok()?.1;
    let Object::Dictionary(signature) = value else { return None };
    let covers = |key: &[u8]| signature.get(key).is_ok_and(|value| !value.is_null());
    (covers(b"ByteRange") || covers(b"Contents")).then(|| Fault::of("6.4.3-1"))
}
