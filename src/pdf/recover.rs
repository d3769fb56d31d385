//! The second reader: hayro-syntax repairs some files in which lopdf finds nothing, for instance one whose streams all
//! state a wrong length. What it reads becomes a document of lopdf, so that all that follows is the same.
//!
//! It unpacks object streams without a limit, so this way is for files of moderate size, and such streams are measured
//! before it sees them.

use hayro_syntax::object::{Dict, MaybeRef, Object as Read, ObjectIdentifier};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use memchr::memmem;

use super::load::{broken, over_limit, over_structure, password_needed, size};
use super::{Limits, deflate, precheck, too_many_objects, weight};
use crate::finding::{Finding, PDF_LIMIT};

/// The largest file that is read this way, in bytes.
const AT_MOST: usize = 50 << 20;
/// Nested arrays and dictionaries; nothing on the way to a file lies deeper.
const DEPTH: usize = 32;
/// How far before a stream its dictionary may begin.
const DICTIONARY: usize = 4096;

/// Loads a PDF with the second reader.
pub(super) fn load(bytes: &[u8], limits: &Limits) -> Result<Document, Finding> {
    if bytes.len() > AT_MOST {
        return Err(Finding::new(PDF_LIMIT, "the PDF is damaged and too large to be repaired")
            .found(size(bytes.len()))
            .expected(format!("at most {}", size(AT_MOST))));
    }
    measure(bytes, limits)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => password_needed(),
        _ => broken(bytes, None),
    })?;
    if pdf.len() > limits.objects {
        return Err(too_many_objects(limits));
    }
    Ok(document(&pdf))
}

/// All that is needed of a PDF as a document of lopdf.
fn document(pdf: &Pdf) -> Document {
    let mut document = Document::with_version("1.7");
    document.trailer.set("Root", id_of(pdf.xref().root_id()));
    document.xref_recovery = Some(lopdf::xref::XrefRecovery::Reconstructed);
    let mut open = Vec::new();
    for object in pdf.objects() {
        // Of objects in a row only these tell their number. The others are fetched where they are referred to.
        let id = match &object {
            Read::Dict(dictionary) => dictionary.obj_id(),
            Read::Stream(stream) => Some(stream.obj_id()),
            _ => None,
        };
        if let Some(id) = id {
            document.objects.insert(id_of(id), converted(object, DEPTH, &mut open));
        }
    }
    while let Some(id) = open.pop() {
        document.objects.entry(id).or_insert_with(|| {
            let object = pdf.xref().get::<Read<'_>>(ObjectIdentifier::new(id.0, id.1.into()));
            object.map_or(Object::Null, |object| converted(object, DEPTH, &mut open))
        });
    }
    document
}

/// Unpacks the streams that make up the structure of the file, to see that they stay within the limits.
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), Finding> {
    if precheck::runs_over(bytes) {
        return Err(precheck::again("objects that run over those behind them"));
    }
    let mut unpack = limits.structure;
    let mut weight = 0;
    for piece in weight::pieces(bytes) {
        weight += weight::of_text(piece.text);
        let dictionary = weight::plain_names(&piece.text[piece.text.len().saturating_sub(DICTIONARY)..]);
        let is_structure = |word: &&[u8]| memmem::find(&dictionary, word).is_some();
        if ![b"ObjStm".as_slice(), b"XRef", b"/First"].iter().any(is_structure) {
            continue;
        }
        let mut packed = Stream::new(Dictionary::new(), piece.stream.trim_ascii_start().to_vec());
        match memmem::find_iter(&dictionary, b"Decode").count() - memmem::find_iter(&dictionary, b"DecodeParms").count()
        {
            0 => {}
            1 => packed.dict.set("Filter", "FlateDecode"),
            _ => return Err(broken(bytes, None)),
        }
        let text = match deflate::unpack(&packed, unpack) {
            Ok(text) => text,
            Err(error) if over_limit(&error) => return Err(over_structure(limits)),
            Err(_) => continue,
        };
        unpack -= text.len();
        weight += weight::of_text(&text);
    }
    if weight > limits.objects { Err(too_many_objects(limits)) } else { Ok(()) }
}

fn id_of(id: ObjectIdentifier) -> ObjectId {
    (id.obj_number, u16::try_from(id.gen_number).unwrap_or_default())
}

/// An object as lopdf has it. What lies too deep becomes null.
fn converted(object: Read<'_>, depth: usize, open: &mut Vec<ObjectId>) -> Object {
    let Some(depth) = depth.checked_sub(1) else { return Object::Null };
    match object {
        Read::Null(_) => Object::Null,
        Read::Boolean(value) => Object::Boolean(value),
        Read::Number(number) => Object::Integer(number.as_i64()),
        Read::String(text) => Object::string_literal(text.as_bytes()),
        Read::Name(name) => Object::Name(name.as_ref().to_vec()),
        Read::Array(items) => Object::Array(items.raw_iter().map(|item| reference(item, depth, open)).collect()),
        Read::Dict(dictionary) => Object::Dictionary(entries(&dictionary, depth, open)),
        Read::Stream(stream) => {
            let mut converted = Stream::new(entries(stream.dict(), depth, open), Vec::new());
            converted.set_content(stream.raw_data().into_owned());
            Object::Stream(converted)
        }
    }
}

fn entries(dictionary: &Dict<'_>, depth: usize, open: &mut Vec<ObjectId>) -> Dictionary {
    let entries = dictionary.entries();
    entries.map(|(key, value)| (key.as_ref().to_vec(), reference(value, depth, open))).collect()
}

/// A value; what it refers to is put on the list.
fn reference(value: MaybeRef<Read<'_>>, depth: usize, open: &mut Vec<ObjectId>) -> Object {
    match value {
        MaybeRef::Ref(id) => {
            let id = id_of(id.into());
            open.push(id);
            Object::Reference(id)
        }
        MaybeRef::NotRef(object) => converted(object, depth, open),
    }
}
