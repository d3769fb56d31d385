//! What PDFs built for measuring are made of, and how a bare reader loads them.

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, dictionary};

/// What einv lets a stream of the structure unpack to.
const STRUCTURE: usize = 64 << 20;

/// A bare load with the options of einv.
pub(crate) fn load(bytes: &[u8]) -> Document {
    let options = LoadOptions { max_decompressed_size: Some(STRUCTURE), ..LoadOptions::default() };
    Document::load_mem_with_options(bytes, options).expect("the sample can be read")
}

/// A page with this content, and structure elements of its own.
pub(crate) fn page(document: &mut Document, parent: ObjectId, resources: Dictionary, text: String) -> Object {
    let mut content = Stream::new(dictionary! {}, text.into_bytes());
    content.compress().expect("bytes that pack");
    let content = document.add_object(content);
    let elements: Vec<Object> = (0..8_i64)
        .map(|id| {
            document.add_object(dictionary! { "S" => "Span", "K" => id, "Alt" => Object::string_literal("text") })
        })
        .map(Object::from)
        .collect();
    let page = dictionary! {
        "Type" => "Page", "Parent" => parent, "Contents" => content, "Elements" => elements,
        "MediaBox" => vec![Object::from(0), 0.into(), 595.into(), 842.into()],
        "Resources" => resources,
    };
    document.add_object(page).into()
}

/// Bytes that do not pack.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}
