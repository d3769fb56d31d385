//! Names and identifiers in tables, where `*` stands for any text.

/// Whether a text is one that a pattern stands for.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    // Most patterns of a table differ early, and whatever stands before a star can be told at once.
    let (wanted, bytes) = (pattern.as_bytes(), text.as_bytes());
    let same = wanted.iter().zip(bytes).take_while(|(wanted, byte)| wanted == byte && **wanted != b'*').count();
    match wanted.get(same) {
        None => same == bytes.len(),
        Some(b'*') => fits_behind(&pattern[same + 1..], &text[same..]),
        Some(_) => false,
    }
}

/// The rest of a pattern, behind its first star.
fn fits_behind(pattern: &str, mut text: &str) -> bool {
    let mut parts: Vec<&str> = pattern.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_any_text() {
        let cases = [
            ("a*", "a", true),
            ("a*", "ä", false),
            ("ä*", "äö", true),
            ("a*c*", "abcd", true),
            ("a*c", "abcc", true),
            ("a*c", "abd", false),
            ("a*bb", "ab", false),
            ("a", "ab", false),
            ("ab", "a", false),
            ("ab", "ab", true),
            ("*", "", true),
            ("", "", true),
            ("*b*", "abc", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
