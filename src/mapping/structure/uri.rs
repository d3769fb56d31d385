//! URI references, as `anyURI` allows them: characters that a URI cannot hold stand for their percent escapes
//! (XML Schema 1.0 part 2, 3.2.17), and the rest follows RFC 3986, with the brackets that its predecessors RFC 2396
//! and 2732 allow in queries and fragments.

/// Whether this text is a URI reference; the empty one is.
pub(super) fn is_reference(text: &[u8]) -> bool {
    let (text, fragment) = cut(text, b"#");
    let (text, query) = cut(text, b"?");
    let rest = without_scheme(text);
    let (authority, path) = match rest.strip_prefix(b"//") {
        Some(rest) => rest.split_at(rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len())),
        None => (&[][..], rest),
    };
    // Without a scheme, a colon in the first segment would be read as the end of one.
    let first_segment = path.split(|byte| *byte == b'/').next().unwrap_or_default();
    let ambiguous = rest.len() == text.len() && !rest.starts_with(b"//") && first_segment.contains(&b':');
    !ambiguous
        && is_authority(authority)
        && holds_only(path, b":@/")
        && [query, fragment].into_iter().all(|part| holds_only(part, b":@/?[]"))
}

/// What stands before and after a mark; nothing after it where there is none.
fn cut<'t>(text: &'t [u8], mark: &[u8; 1]) -> (&'t [u8], &'t [u8]) {
    match text.iter().position(|byte| mark.contains(byte)) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[]),
    }
}

fn without_scheme(text: &[u8]) -> &[u8] {
    let Some(end) = text.iter().position(|byte| *byte == b':') else { return text };
    let scheme = &text[..end];
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
    if is_scheme { &text[end + 1..] } else { text }
}

/// `user@host:port`, each part but the host optional; an address of IP version 6 stands in brackets.
fn is_authority(text: &[u8]) -> bool {
    let (user, place) = match text.iter().position(|byte| *byte == b'@') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (&[][..], text),
    };
    let (host_fits, port) = match place.strip_prefix(b"[") {
        Some(rest) => {
            let end = rest.iter().position(|byte| *byte == b']');
            (end.is_some_and(|end| is_address(&rest[..end])), end.map_or(rest, |end| &rest[end + 1..]))
        }
        None => {
            let end = place.iter().position(|byte| *byte == b':').unwrap_or(place.len());
            (holds_only(&place[..end], b""), &place[end..])
        }
    };
    let port_fits = port.is_empty() || port.strip_prefix(b":").is_some_and(|port| port.iter().all(u8::is_ascii_digit));
    host_fits && port_fits && holds_only(user, b":")
}

/// The inside of the brackets, not looked into further than its characters.
fn is_address(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b":.-_~!$&'()*+,;=".contains(byte))
}

/// Only characters that may stand in every part of a URI, those that stand for their escapes, and these marks.
fn holds_only(text: &[u8], marks: &[u8]) -> bool {
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        rest = match (byte, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            (b'%', _) => return false,
            _ if is_common(*byte) || marks.contains(byte) => after,
            _ => return false,
        };
    }
    true
}

fn is_common(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || b"-._~!$&'()*+,;=".contains(&byte)
        || b" \t\n\r<>\"{}|\\^`\x7f".contains(&byte)
        || !byte.is_ascii()
}
