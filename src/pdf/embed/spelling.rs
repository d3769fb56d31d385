//! How objects are spelled in a file, without a blank that could be left out.

use std::io::Write;

use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat};

/// Strings longer than this are written in hexadecimal: readers follow brackets in a literal one only so far.
const LITERAL: usize = 1024;

/// Spells objects.
pub(super) struct Speller<'n> {
    /// The number that an object has in the file; a reference to one that has none is null, as it always was.
    pub number: &'n dyn Fn(ObjectId) -> Option<u32>,
}

impl Speller<'_> {
    /// An object at the end of a text; of a stream its dictionary.
    pub(super) fn object(&self, text: &mut Vec<u8>, object: &Object) {
        match object {
            Object::Null => text.extend_from_slice(b"null"),
            Object::Boolean(true) => text.extend_from_slice(b"true"),
            Object::Boolean(false) => text.extend_from_slice(b"false"),
            Object::Integer(number) => integer(text, *number),
            Object::Real(number) => real(text, *number),
            Object::Name(bytes) => name(text, bytes),
            Object::String(bytes, StringFormat::Literal) if bytes.len() <= LITERAL => literal(text, bytes),
            Object::String(bytes, _) => hexadecimal(text, bytes),
            Object::Array(items) => self.array(text, items),
            Object::Dictionary(values) | Object::Stream(Stream { dict: values, .. }) => {
                self.dictionary(text, values, None);
            }
            Object::Reference(id) => match (self.number)(*id) {
                Some(number) => {
                    integer(text, number.into());
                    text.extend_from_slice(b" 0 R");
                }
                None => text.extend_from_slice(b"null"),
            },
        }
    }

    fn array(&self, text: &mut Vec<u8>, items: &[Object]) {
        text.push(b'[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 && is_word(item) {
                text.push(b' ');
            }
            self.object(text, item);
        }
        text.push(b']');
    }

    /// A dictionary; that of a stream states how many bytes the stream has.
    pub(super) fn dictionary(&self, text: &mut Vec<u8>, values: &Dictionary, length: Option<usize>) {
        let mut length = length.map(|length| Object::Integer(i64::try_from(length).unwrap_or(i64::MAX)));
        text.extend_from_slice(b"<<");
        for (key, value) in values {
            match length.take_if(|_| key.as_slice() == b"Length") {
                Some(length) => self.entry(text, key, &length),
                None => self.entry(text, key, value),
            }
        }
        if let Some(length) = length {
            self.entry(text, b"Length", &length);
        }
        text.extend_from_slice(b">>");
    }

    /// A key and its value.
    pub(super) fn entry(&self, text: &mut Vec<u8>, key: &[u8], value: &Object) {
        name(text, key);
        if is_word(value) {
            text.push(b' ');
        }
        self.object(text, value);
    }
}

/// Whether an object would run into the word before it.
fn is_word(object: &Object) -> bool {
    matches!(object, Object::Null | Object::Boolean(_) | Object::Integer(_) | Object::Real(_) | Object::Reference(_))
}

/// A whole number.
pub(super) fn integer(text: &mut Vec<u8>, number: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    while rest > 0 || at == digits.len() {
        at -= 1;
        digits[at] = b'0' + (rest % 10).to_le_bytes()[0];
        rest /= 10;
    }
    if number < 0 {
        text.push(b'-');
    }
    text.extend_from_slice(&digits[at..]);
}

/// A number with all its digits and without an exponent, which PDFs do not have; it stays no whole one.
fn real(text: &mut Vec<u8>, number: f32) {
    let from = text.len();
    _ = write!(text, "{number}");
    if number.is_finite() && !text[from..].contains(&b'.') {
        text.extend_from_slice(b".0");
    }
}

/// Which bytes stand for themselves in a name: looked up, because half of a dictionary are names.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        plain[byte as usize] =
            !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%' | b'#');
        byte += 1;
    }
    plain
};

fn name(text: &mut Vec<u8>, name: &[u8]) {
    let is_plain = |byte: &u8| PLAIN[usize::from(*byte)];
    text.push(b'/');
    if name.iter().all(is_plain) {
        return text.extend_from_slice(name);
    }
    for byte in name {
        match is_plain(byte) {
            true => text.push(*byte),
            false => _ = write!(text, "#{byte:02X}"),
        }
    }
}

/// A text in brackets: those in it stay as they are where they are balanced.
fn literal(text: &mut Vec<u8>, bytes: &[u8]) {
    text.push(b'(');
    let special = |byte: &u8| matches!(byte, b'(' | b')' | b'\\' | b'\r');
    if !bytes.iter().any(special) {
        text.extend_from_slice(bytes);
        return text.push(b')');
    }
    let unbalanced = unbalanced(bytes);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' => text.extend_from_slice(b"\\r"),
            b'\\' => text.extend_from_slice(b"\\\\"),
            b'(' | b')' if unbalanced.binary_search(&at).is_ok() => text.extend_from_slice(&[b'\\', *byte]),
            _ => text.push(*byte),
        }
    }
    text.push(b')');
}

/// Where brackets stand that have no counterpart, in ascending order.
fn unbalanced(bytes: &[u8]) -> Vec<usize> {
    let (mut open, mut unbalanced) = (Vec::new(), Vec::new());
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => open.push(at),
            b')' if open.pop().is_none() => unbalanced.push(at),
            _ => {}
        }
    }
    // What is still open stands behind all that was never opened.
    unbalanced.extend(open);
    unbalanced
}

/// A text in hexadecimal digits.
pub(super) fn hexadecimal(text: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.push(b'<');
    text.extend(bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]));
    text.push(b'>');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any object, with texts and names of bytes that need escapes.
    fn objects() -> impl Strategy<Value = Object> {
        let bytes = || prop::collection::vec(prop_oneof![Just(b'('), Just(b')'), Just(b'\\'), any::<u8>()], 0..12);
        let leaf = prop_oneof![
            Just(Object::Null),
            any::<bool>().prop_map(Object::from),
            any::<i64>().prop_map(Object::from),
            any::<f32>().prop_map(Object::from),
            bytes().prop_map(Object::Name),
            bytes().prop_map(|bytes| Object::String(bytes, StringFormat::Literal)),
            bytes().prop_map(|bytes| Object::String(bytes, StringFormat::Hexadecimal)),
            any::<u32>().prop_map(|number| Object::Reference((number, 0))),
        ];
        leaf.prop_recursive(3, 30, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Object::Array),
                prop::collection::vec((bytes(), inner), 0..6)
                    .prop_map(|values| Object::Dictionary(values.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn objects_are_spelled_as_lopdf_spells_them(object in objects()) {
            let mut own = b"1 0 ".to_vec();
            Speller { number: &|id| Some(id.0) }.object(&mut own, &object);
            own.push(b' ');
            let mut packed = lopdf::ObjectStream::builder().build();
            packed.add_object((1, 0), object).unwrap();
            let expected = packed.build_stream_content().unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&own), String::from_utf8_lossy(&expected));
        }
    }

    #[test]
    fn references_to_nothing_are_null_and_long_texts_hexadecimal() {
        let long = Object::string_literal(vec![b'('; LITERAL + 1]);
        let items = Object::Array(vec![1.into(), Object::Reference((7, 0)), Object::Reference((8, 0)), long]);
        let mut text = Vec::new();
        Speller { number: &|id| (id.0 == 7).then_some(3) }.object(&mut text, &items);
        assert!(text.starts_with(b"[1 3 0 R null<2828"));
    }
}
