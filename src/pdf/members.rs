//! What an object stream holds, where it is spelled as nearly all programs spell it.
//!
//! A reader that follows every odd spelling takes half of a load for this. What is odd in any way is left to it: here
//! there is either the same as lopdf makes of it, or nothing.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

use super::syntax::{is_blank, is_regular, of_digits};

/// Objects in objects that are followed.
const LEVELS: usize = 50;

/// The members of an object stream, by its dictionary and unpacked text; `None` if anything in it is odd.
pub(super) fn read(described: &Dictionary, text: &[u8]) -> Option<BTreeMap<ObjectId, Object>> {
    let number = |key: &[u8]| usize::try_from(described.get(key).ok()?.as_i64().ok()?).ok();
    let (count, first) = (number(b"N")?, number(b"First")?);
    let mut table = Text { bytes: text.get(..first)?, at: 0 };
    table.blanks();
    let mut members = Vec::with_capacity(count.min(first));
    while table.peek().is_some() {
        let (id, offset) = (table.whole()?, table.whole()?);
        let mut member = Text { bytes: text, at: first.checked_add(usize::try_from(offset).ok()?)? };
        member.blanks();
        members.push(((u32::try_from(id).ok()?, 0), member.object(LEVELS)?));
    }
    (members.len() == count).then(|| members.into_iter().collect())
}

/// A text that is read.
struct Text<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Text<'b> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Takes bytes of a kind.
    fn take_while(&mut self, is_inside: impl Fn(u8) -> bool) -> &'b [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_inside(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn blanks(&mut self) {
        self.take_while(is_blank);
    }

    /// Takes a byte, if it is the next.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// A whole number without a sign, and the blanks behind it, at least one.
    fn whole(&mut self) -> Option<u64> {
        let number = number(self.take_while(|byte| byte.is_ascii_digit()))?;
        let blanks = self.take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r'));
        (!blanks.is_empty() || self.peek().is_none()).then_some(number)
    }

    /// An object, and the blanks behind it.
    fn object(&mut self, levels: usize) -> Option<Object> {
        let levels = levels.checked_sub(1)?;
        let object = match self.peek()? {
            b'/' => Object::Name(self.name()?),
            b'(' => self.literal()?,
            b'[' => self.array(levels)?,
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => self.dictionary(levels)?,
            b'<' => self.hexadecimal()?,
            b'0'..=b'9' | b'-' | b'.' => self.number()?,
            _ => self.word()?,
        };
        self.blanks();
        Some(object)
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        self.take(b'/')?;
        let name = self.take_while(|byte| is_regular(byte) && byte != b'#');
        (self.peek() != Some(b'#')).then(|| name.to_vec())
    }

    /// A text in brackets that has neither brackets nor escapes nor lines.
    fn literal(&mut self) -> Option<Object> {
        self.take(b'(')?;
        let text = self.take_while(|byte| !matches!(byte, b'(' | b')' | b'\\' | b'\r' | b'\n'));
        self.take(b')')?;
        Some(Object::string_literal(text))
    }

    fn hexadecimal(&mut self) -> Option<Object> {
        self.take(b'<')?;
        let digits = self.take_while(|byte| byte.is_ascii_hexdigit());
        self.take(b'>')?;
        of_digits(digits).map(|bytes| Object::String(bytes, StringFormat::Hexadecimal))
    }

    fn array(&mut self, levels: usize) -> Option<Object> {
        self.take(b'[')?;
        self.blanks();
        let mut items = Vec::new();
        while self.take(b']').is_none() {
            items.push(self.object(levels)?);
        }
        Some(Object::Array(items))
    }

    fn dictionary(&mut self, levels: usize) -> Option<Object> {
        self.at += b"<<".len();
        self.blanks();
        let mut values = Dictionary::new();
        while self.take(b'>').is_none() {
            let key = self.name()?;
            self.blanks();
            values.set(key, self.object(levels)?);
        }
        self.take(b'>')?;
        Some(Object::Dictionary(values))
    }

    /// A number, or a reference, which begins as one.
    fn number(&mut self) -> Option<Object> {
        let word = std::str::from_utf8(self.take_while(is_regular)).ok()?;
        let digits = word.strip_prefix('-').unwrap_or(word);
        let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_whole && digits.len() == word.len() {
            let behind = self.at;
            if let Some(reference) = self.reference(word) {
                return reference;
            }
            self.at = behind;
        }
        match digits.split_once('.') {
            None if is_whole => word.parse().ok().map(Object::Integer),
            Some((whole, part)) => {
                let is_decimal = whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
                word.parse().ok().filter(|_| is_decimal).map(Object::Real)
            }
            None => None,
        }
    }

    /// The rest of a reference; `None` where it is none, `Some(None)` where its numbers are too large for one.
    fn reference(&mut self, word: &str) -> Option<Option<Object>> {
        self.blanks();
        let generation = self.take_while(|byte| byte.is_ascii_digit());
        let generation = std::str::from_utf8(generation).ok().filter(|digits| !digits.is_empty())?;
        self.blanks();
        self.take(b'R')?;
        let is_end = !self.peek().is_some_and(is_regular);
        let id = word.parse().ok().zip(generation.parse().ok()).filter(|_| is_end);
        Some(id.map(Object::Reference))
    }

    fn word(&mut self) -> Option<Object> {
        match self.take_while(is_regular) {
            b"true" => Some(true.into()),
            b"false" => Some(false.into()),
            b"null" => Some(Object::Null),
            _ => None,
        }
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use lopdf::{Document, ObjectStream, Stream, dictionary};
    use proptest::prelude::*;

    use super::*;

    /// What is read here, and what lopdf reads.
    fn both(table: &str, objects: &[u8]) -> (Option<BTreeMap<ObjectId, Object>>, BTreeMap<ObjectId, Object>) {
        let text = [table.as_bytes(), objects].concat();
        let count = table.split_whitespace().count() / 2;
        let described = dictionary! { "N" => count as i64, "First" => table.len() as i64 };
        let own = read(&described, &text);
        (own, ObjectStream::new(&Stream::new(described, text)).unwrap().objects)
    }

    /// A single object: what is read here is what lopdf reads.
    fn is_the_same(object: &[u8]) -> bool {
        let (own, expected) = both("7 0 ", object);
        own.is_none_or(|own| same(&own, &expected))
    }

    /// Whether the same was read; a number that is none is not equal to itself.
    fn same(own: &BTreeMap<ObjectId, Object>, expected: &BTreeMap<ObjectId, Object>) -> bool {
        format!("{own:?}") == format!("{expected:?}")
    }

    #[test]
    fn plain_spellings_are_read() {
        for object in [
            "<</Type/Page/Parent 1 0 R/Kids[2 0 R 3 0 R]/Box[0 -1 595.5 .5]/N null/T(a b)/H<00FF>/B true/E<<>>/A[]>>",
            "[ 1 2 3 0 R\n4 ]",
            "12",
            "-7",
            "1.",
            "/Name",
            "false",
            "()",
            "<>",
            "12 0 R",
            "9223372036854775807",
            "<< /A 1 /A 2 >>",
        ] {
            let (own, expected) = both("7 0 ", object.as_bytes());
            assert_eq!(own.as_ref(), Some(&expected), "{object}");
            assert_eq!(expected.len(), 1, "{object}");
        }
    }

    #[test]
    fn odd_spellings_are_left_to_lopdf() {
        for object in [
            "/A#20",
            "(a(b))",
            "(\\))",
            "(a\nb)",
            "<0>",
            "<0 0>",
            "1 % 2",
            "[1%\n2]",
            "+1",
            "--1",
            "1-2",
            ".",
            "-",
            "1e5",
            "99999999999999999999",
            "99999999999 0 R",
            "1 99999 R",
            "nul",
            "truee",
            "<</A>>",
            "<</A 1",
            "[1",
            "",
            "1 0 Rx",
            "<<1 2>>",
            "}",
            "12 0R5",
        ] {
            assert!(is_the_same(object.as_bytes()), "{object}");
        }
        let deep = "[".repeat(90) + &"]".repeat(90);
        assert!(both("7 0 ", deep.as_bytes()).0.is_none() && is_the_same(deep.as_bytes()));
    }

    #[test]
    fn tables_are_read_as_lopdf_reads_them() {
        for table in
            ["1 0 2 3 ", "2 0 1 3 ", "1 0 1 3 ", "1 0\n2 3\n", " 1 0 2 3", "1 0 2 ", "1 99 ", "1 % 0\n", "-1 0 "]
        {
            let (own, expected) = both(table, b"11 22 ");
            assert!(own.is_none_or(|own| own == expected), "{table}");
        }
        assert_eq!(both("1 0 2 3 ", b"11 22 ").0.unwrap().len(), 2);
    }

    /// Pieces of objects, in any order.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "<<", ">>", "[", "]", "/A", "/Bc", " ", "\n", "(t)", "(", ")", "<41>", "<", ">", "1", "0", "R", ".5", "-",
            "+", "true", "null", "%", "\\", "#20", "\0",
        ]);
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn whatever_is_read_lopdf_reads_too(object in pieces()) {
            prop_assert!(is_the_same(object.as_bytes()), "{}", object);
        }
    }

    #[test]
    fn what_lopdf_writes_is_read() {
        let mut document = Document::with_version("1.7");
        let page = document.add_object(dictionary! { "Type" => "Page", "Box" => vec![0.into(), 0.5.into()] });
        let mut packed = ObjectStream::builder().build();
        packed
            .add_object((1, 0), dictionary! { "Kids" => vec![page.into()], "T" => Object::string_literal("t") }.into())
            .unwrap();
        packed.add_object((2, 0), Object::Null).unwrap();
        let mut stream = packed.to_stream_object().unwrap();
        let text = stream.get_plain_content().unwrap();
        assert_eq!(read(&stream.dict, &text), Some(packed.objects));
        stream.dict.set("N", 3);
        assert_eq!(read(&stream.dict, &text), None);
    }
}
