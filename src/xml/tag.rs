//! Where a tag ends, and where its name.

use quick_xml::parser::{ElementParser, Parser};

use super::refusal::{Refusal, syntax};
use super::scan::name_length;
use super::text::trim_end;

/// Offsets of a start tag.
pub(super) struct Start {
    pub(super) name_end: usize,
    /// Behind its attributes.
    pub(super) content_end: usize,
    /// Behind its `>`.
    pub(super) end: usize,
    /// It is an end tag, too.
    pub(super) empty: bool,
}

/// Cuts the start tag whose `<` stands at an offset.
#[inline]
pub(super) fn start(source: &str, at: usize) -> Result<Start, Refusal> {
    let bytes = source.as_bytes();
    let name_end = at + 1 + name_length(&bytes[at + 1..]);
    if name_end == at + 1 {
        return Err(syntax(at, "expected the name of an element behind `<`"));
    }
    match bytes[name_end..] {
        [b'>', ..] => Ok(Start { name_end, content_end: name_end, end: name_end + 1, empty: false }),
        [b'/', b'>', ..] => Ok(Start { name_end, content_end: name_end, end: name_end + 2, empty: true }),
        _ => with_attributes(bytes, at, name_end),
    }
}

fn with_attributes(bytes: &[u8], at: usize, name_end: usize) -> Result<Start, Refusal> {
    let mut parser = ElementParser::Outside;
    let Some(length) = parser.feed(&bytes[name_end..]) else {
        return Err(syntax(at, "a tag is not closed by `>`"));
    };
    let close = name_end + length;
    let empty = bytes[close - 1] == b'/';
    Ok(Start { name_end, content_end: close - usize::from(empty), end: close + 1, empty })
}

/// The offset behind the end tag at an offset, which has to be that of this element.
#[inline]
pub(super) fn end(source: &str, at: usize, name: &str) -> Result<usize, Refusal> {
    let inside = at + "</".len();
    let behind = inside + name.len();
    let bytes = source.as_bytes();
    match bytes[inside..].starts_with(name.as_bytes()) && bytes.get(behind) == Some(&b'>') {
        true => Ok(behind + 1),
        false => odd_end(source, at, name),
    }
}

#[cold]
fn odd_end(source: &str, at: usize, name: &str) -> Result<usize, Refusal> {
    let inside = &source[at + "</".len()..];
    let Some(length) = inside.find('>') else { return Err(syntax(at, "a tag is not closed by `>`")) };
    let found = trim_end(&inside[..length]);
    if found == name {
        return Ok(at + "</".len() + length + 1);
    }
    Err(syntax(at, &format!("expected the end tag `</{name}>`, found `</{found}>`")))
}
