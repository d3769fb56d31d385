//! `schemas/winansi.names`: what the characters of WinAnsiEncoding are called in fonts.

const TEXT: &str = include_str!("../../../../schemas/winansi.names");
/// The first code that has a name.
const FIRST: usize = 32;

/// The names, in the order of their codes.
fn names() -> impl Iterator<Item = &'static str> {
    TEXT.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// The name of a code.
pub(super) fn of(code: usize) -> Option<&'static str> {
    names().nth(code.checked_sub(FIRST)?)
}

/// Whether a character has this name.
pub(super) fn is_known(name: &str) -> bool {
    names().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_at_their_codes() {
        assert_eq!(names().count(), 256 - FIRST);
        for (code, name) in
            [(32, "space"), (65, "A"), (122, "z"), (128, "Euro"), (223, "germandbls"), (255, "ydieresis")]
        {
            assert_eq!(of(code), Some(name));
        }
        assert_eq!((of(31), of(256)), (None, None));
        assert!(is_known("eacute") && !is_known("Gold"));
    }
}
