//! A file of objects: its streams, then all other objects packed together, then where each of them stands.

use std::ops::Range;

use lopdf::{Dictionary, Object, Stream};

use super::order::Order;
use super::spelling::{self, Speller};
use crate::finding::{Finding, PDF_BROKEN};
use crate::pdf::deflate;

/// Objects that are packed together.
const MEMBERS: usize = 200;
/// Bytes around a stream.
const AROUND: usize = 256;
/// Bytes that an object takes, packed with others.
const MEMBER: usize = 32;
/// Behind the header, bytes that mark a binary file.
const BINARY: &[u8] = b"%\xE2\xE3\xCF\xD3\n";

/// A file that was written.
pub(super) struct Written {
    pub bytes: Vec<u8>,
    /// Where the contents of streams stand.
    pub contents: Vec<Range<usize>>,
    /// Where the room for the identifiers begins.
    pub identifiers: usize,
}

/// What a file says of itself.
pub(super) struct Head<'h> {
    /// `1.7`
    pub version: &'h str,
    /// What leads to the content.
    pub trailer: &'h Dictionary,
    /// Room for the identifiers, as long as they will be.
    pub identifiers: &'h [u8],
}

/// Where an object stands.
#[derive(Clone, Copy)]
enum Place {
    /// At this byte.
    At(usize),
    /// In this object, as its member of this number.
    In(u32, usize),
}

/// Writes a file.
pub(super) fn write(order: &Order<'_>, head: &Head<'_>) -> Result<Written, Finding> {
    let number = |id| order.number(id);
    let mut file = File {
        speller: Speller { number: &number },
        bytes: Vec::with_capacity(room(order)),
        places: vec![Place::At(0); order.len()],
        contents: Vec::with_capacity(order.len()),
    };
    file.bytes.extend_from_slice(format!("%PDF-{}\n", head.version).as_bytes());
    file.bytes.extend_from_slice(BINARY);
    let mut members = Vec::with_capacity(order.len());
    for (number, object) in order.objects() {
        match object {
            Object::Stream(stream) => file.copy(number, stream),
            object => members.push((number, object)),
        }
    }
    members.chunks(MEMBERS).for_each(|members| file.pack(members));
    let identifiers = file.end(head)?;
    Ok(Written { bytes: file.bytes, contents: file.contents, identifiers })
}

/// Bytes that the file will have, or a few less: streams, and what stands around them and behind them.
fn room(order: &Order<'_>) -> usize {
    let bytes = |object: &Object| match object {
        Object::Stream(stream) => stream.content.len() + AROUND,
        _ => MEMBER,
    };
    order.objects().map(|(_, object)| bytes(object)).sum()
}

/// A file that is being written.
struct File<'n> {
    speller: Speller<'n>,
    bytes: Vec<u8>,
    /// Where the objects stand, the one with the number 1 first.
    places: Vec<Place>,
    contents: Vec<Range<usize>>,
}

impl File<'_> {
    /// A stream as it is packed.
    fn copy(&mut self, number: u32, stream: &Stream) {
        self.open(number);
        self.speller.dictionary(&mut self.bytes, &stream.dict, Some(stream.content.len()));
        self.content(&stream.content);
    }

    /// Objects, packed into a stream.
    fn pack(&mut self, members: &[(u32, &Object)]) {
        let container = self.next();
        let (mut table, mut texts) = (Vec::new(), Vec::new());
        for (index, (number, object)) in members.iter().enumerate() {
            spelling::integer(&mut table, i64::from(*number));
            table.push(b' ');
            spelling::integer(&mut table, i64::try_from(texts.len()).unwrap_or(i64::MAX));
            table.push(b' ');
            self.speller.object(&mut texts, object);
            texts.push(b' ');
            self.places[*number as usize - 1] = Place::In(container, index);
        }
        let first = table.len();
        table.append(&mut texts);
        let packed = deflate::pack(&table);
        self.places.push(Place::At(0));
        self.open(container);
        let count = members.len();
        let length = packed.len();
        let described = format!("<</Type/ObjStm/N {count}/First {first}/Length {length}/Filter/FlateDecode>>");
        self.bytes.extend_from_slice(described.as_bytes());
        self.content(&packed);
    }

    /// The number of an object that only this file needs.
    fn next(&self) -> u32 {
        u32::try_from(self.places.len() + 1).unwrap_or(u32::MAX)
    }

    fn open(&mut self, number: u32) {
        self.places[number as usize - 1] = Place::At(self.bytes.len());
        spelling::integer(&mut self.bytes, number.into());
        self.bytes.extend_from_slice(b" 0 obj\n");
    }

    /// The bytes of a stream, and its end.
    fn content(&mut self, content: &[u8]) {
        self.bytes.extend_from_slice(b"stream\n");
        let from = self.bytes.len();
        self.bytes.extend_from_slice(content);
        self.contents.push(from..self.bytes.len());
        self.bytes.extend_from_slice(b"\nendstream \nendobj\n");
    }

    /// Where each object stands, and the end of the file; where the identifiers stand is given back.
    fn end(&mut self, head: &Head<'_>) -> Result<usize, Finding> {
        let (start, number) = (self.bytes.len(), self.next());
        self.places.push(Place::At(start));
        self.open(number);
        self.bytes.extend_from_slice(b"<<");
        for (key, value) in head.trailer {
            self.speller.entry(&mut self.bytes, key, value);
        }
        let identifiers = self.bytes.len();
        self.bytes.extend_from_slice(head.identifiers);
        let table = self.table()?;
        let (size, length) = (number + 1, table.len());
        let described = format!("/Type/XRef/Size {size}/W[1 4 2]/Index[1 {number}]/Length {length}>>");
        self.bytes.extend_from_slice(described.as_bytes());
        self.content(&table);
        self.bytes.extend_from_slice(format!("\nstartxref\n{start}\n%%EOF\n").as_bytes());
        Ok(identifiers)
    }

    /// Seven bytes for each object.
    fn table(&self) -> Result<Vec<u8>, Finding> {
        let mut table = Vec::with_capacity(self.places.len() * 7);
        for place in &self.places {
            let (kind, first, second) = match *place {
                Place::At(offset) => (1, u32::try_from(offset).map_err(|_| too_long())?, 0),
                Place::In(container, index) => (2, container, u16::try_from(index).unwrap_or(u16::MAX)),
            };
            table.push(kind);
            table.extend_from_slice(&first.to_be_bytes());
            table.extend_from_slice(&second.to_be_bytes());
        }
        Ok(table)
    }
}

/// The finding for a file whose objects stand beyond what can be said of their places.
fn too_long() -> Finding {
    Finding::new(PDF_BROKEN, "the PDF cannot be written").expected("a file of less than 4 GiB")
}
