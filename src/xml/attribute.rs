//! The attributes of one start tag.

use super::limits::limit;
use super::names::Names;
use super::refusal::{Refusal, syntax};
use super::scan::{attribute_length, value_length};

/// An attribute as it stands in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attribute<'a> {
    /// Raw name, with prefix.
    pub(crate) name: &'a str,
    /// Raw value between the quotes, references unresolved.
    pub(crate) value: &'a str,
    /// Offset of the name in the source.
    pub(crate) at: usize,
    /// Offset of the value in the source.
    pub(crate) value_at: usize,
    /// The value holds no reference and no white space but blanks: it reads as it stands.
    pub(crate) plain: bool,
}

impl<'a> Attribute<'a> {
    /// The prefix that a namespace declaration binds, if it is one (empty: the default namespace).
    pub(crate) fn declares(&self) -> Option<&'a str> {
        match self.name.strip_prefix("xmlns") {
            Some("") => Some(""),
            Some(rest) => rest.strip_prefix(':'),
            None => None,
        }
    }
}

/// Reads the part of a start tag behind its name into `found`.
pub(super) fn read<'a>(
    source: &'a str,
    from: usize,
    to: usize,
    most: usize,
    found: &mut Vec<Attribute<'a>>,
) -> Result<(), Refusal> {
    found.clear();
    let bytes = source.as_bytes();
    let mut at = from;
    loop {
        let blank = skip_blank(bytes, at, to);
        if blank == to {
            return Ok(());
        }
        if blank == at {
            return Err(syntax(at, "expected a blank before an attribute"));
        }
        let attribute = read_one(source, blank, to)?;
        at = attribute.value_at + attribute.value.len() + 1;
        if found.iter().any(|other| other.name == attribute.name) {
            return Err(syntax(blank, "an attribute stands twice in one element").found(attribute.name));
        }
        if found.len() == most {
            return Err(limit("attributes", blank, format!("an element has more than {most} attributes")));
        }
        found.push(attribute);
    }
}

fn read_one(source: &str, at: usize, to: usize) -> Result<Attribute<'_>, Refusal> {
    let bytes = source.as_bytes();
    let name_end = at + attribute_length(&bytes[at..to]);
    let equals = skip_blank(bytes, name_end, to);
    if name_end == at || equals == to || bytes[equals] != b'=' {
        return Err(syntax(at, "expected an attribute with a value"));
    }
    let open = skip_blank(bytes, equals + 1, to);
    if open == to || !matches!(bytes[open], b'"' | b'\'') {
        return Err(syntax(equals, "expected an attribute value in quotes"));
    }
    let start = open + 1;
    let mut plain = true;
    let mut end = start;
    loop {
        end += value_length(&bytes[end..to], bytes[open]);
        match bytes[end..to].first() {
            Some(byte) if *byte == bytes[open] => break,
            Some(b'<') => return Err(syntax(end, "`<` stands in an attribute value")),
            Some(byte) => plain = plain && !matches!(byte, b'&' | b'\t' | b'\n' | b'\r'),
            None => return Err(syntax(open, "an attribute value is not closed")),
        }
        end += 1;
    }
    let name = &source[at..name_end];
    if !is_name(name) {
        return Err(syntax(at, "expected an attribute name").found(name));
    }
    Ok(Attribute { name, value: &source[start..end], at, value_at: start, plain })
}

/// Refuses an attribute that stands twice in one element under two prefixes for the same namespace.
pub(super) fn twice(attributes: &[Attribute<'_>], names: &Names<'_>) -> Result<(), Refusal> {
    let resolved = |attribute: &Attribute<'_>| {
        let (prefix, local) = attribute.name.split_once(':').filter(|(prefix, _)| *prefix != "xmlns")?;
        Some((names.uri(prefix)?.to_owned(), local.to_owned(), attribute.at))
    };
    if attributes.iter().filter(|attribute| attribute.name.contains(':')).count() < 2 {
        return Ok(());
    }
    let mut seen: Vec<_> = attributes.iter().filter_map(resolved).collect();
    seen.sort();
    match seen.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[0].1 == pair[1].1) {
        Some(pair) => Err(syntax(pair[1].2, "an attribute stands twice in one element").found(pair[1].1.as_str())),
        None => Ok(()),
    }
}

/// A name with at most one colon, and something on both sides of it.
pub(crate) fn is_qualified(name: &str) -> bool {
    let (prefix, local) = name.split_once(':').unwrap_or(("a", name));
    is_name(prefix) && is_name(local) && !local.contains(':')
}

/// XML 1.0 `Name`, with the characters beyond ASCII taken as letters.
pub(super) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b':') || b >= 0x80)
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-' | b'.') || b >= 0x80)
}

fn skip_blank(bytes: &[u8], mut at: usize, to: usize) -> usize {
    while at < to && matches!(bytes[at], b' ' | b'\t' | b'\n' | b'\r') {
        at += 1;
    }
    at
}
