//! Escaping, both ways, and blanks.

use std::borrow::Cow;

/// True for the four characters that XML calls white space, and for nothing else.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// True if a text holds nothing but white space. Of what XML allows, no other character is as low as a blank, so eight
/// bytes are looked at together.
#[inline]
pub(crate) fn is_blank(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let is_high = |word: &[u8; 8]| {
        let word = u64::from_ne_bytes(*word);
        (word.wrapping_add(0x5F5F_5F5F_5F5F_5F5F) | word) & 0x8080_8080_8080_8080 != 0
    };
    !words.iter().any(is_high) && rest.iter().all(|&byte| byte <= b' ')
}

/// A text without white space around it.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) if is_space(first) || is_space(last) => text.trim_matches([' ', '\t', '\n', '\r']),
        _ => text,
    }
}

/// A text without white space behind it.
pub(super) fn trim_end(text: &str) -> &str {
    text.trim_end_matches([' ', '\t', '\n', '\r'])
}

/// Resolves the five predefined entities and character references; anything else stays as it is (the reader has
/// refused it already).
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let mut text = String::with_capacity(raw.len());
    text.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let resolved = rest.find(';').and_then(|end| resolve(&rest[1..end]).map(|character| (character, end)));
        let (character, end) = resolved.unwrap_or(('&', 0));
        text.push(character);
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The character that a reference stands for, `name` being what stands between `&` and `;`.
pub(super) fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
                None if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
                _ => return None,
            };
            char::from_u32(code).filter(|&character| is_xml(character))
        }
    }
}

/// XML 1.0 `Char`.
pub(super) fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// How many bytes a text takes in escaped form.
pub(crate) fn escaped_len(plain: &str) -> usize {
    plain.bytes().map(|byte| escaped(byte).map_or(1, str::len)).sum()
}

/// What stands for a character in element content, if it cannot stand there itself.
fn escaped(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#13;"),
        _ => None,
    }
}

/// Appends plain text in escaped form, fit for element content. `Err` names a character that XML cannot hold.
pub(crate) fn escape_into(plain: &str, out: &mut String) -> Result<(), char> {
    if let Some(bad) = plain.chars().find(|&character| !is_xml(character)) {
        return Err(bad);
    }
    // Room for all of it at once: a long text shall not be copied while it grows.
    out.reserve(escaped_len(plain));
    let mut rest = plain;
    while let Some((at, reference)) = rest.bytes().enumerate().find_map(|(at, byte)| Some((at, escaped(byte)?))) {
        out.push_str(&rest[..at]);
        out.push_str(reference);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    Ok(())
}

/// How many bytes [`escape_attribute`] appends.
pub(crate) fn attribute_len(escaped: &str) -> usize {
    let length = |byte| match byte {
        b'"' => 6,
        b'\n' | b'\r' => 5,
        b'<' | b'\t' => 4,
        _ => 1,
    };
    escaped.bytes().map(length).sum()
}

/// Appends a text that is escaped for element content as an attribute value in double quotes: white space that a
/// reader would normalise, and quotes, become references.
#[inline]
pub(crate) fn escape_attribute(escaped: &str, out: &mut Vec<u8>) {
    if !escaped.bytes().any(|b| matches!(b, b'"' | b'<' | b'\t' | b'\n' | b'\r')) {
        out.extend_from_slice(escaped.as_bytes());
        return;
    }
    for byte in escaped.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"&quot;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'\t' => out.extend_from_slice(b"&#9;"),
            b'\n' => out.extend_from_slice(b"&#10;"),
            b'\r' => out.extend_from_slice(b"&#13;"),
            _ => out.push(byte),
        }
    }
}
