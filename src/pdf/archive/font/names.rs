//! `schemas/winansi.names`: what the characters of WinAnsiEncoding are called in fonts.

use std::collections::HashSet;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../../schemas/winansi.names");
/// The first code that has a name.
const FIRST: usize = 32;

/// The names, in the order of their codes.
static NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| TEXT.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect());
static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| NAMES.iter().copied().collect());

/// The name of a code.
pub(super) fn of(code: usize) -> Option<&'static str> {
    NAMES.get(code.checked_sub(FIRST)?).copied()
}

/// Whether a character has this name.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_at_their_codes() {
        assert_eq!(NAMES.len(), 256 - FIRST);
        for (code, name) in
            [(32, "space"), (65, "A"), (122, "z"), (128, "Euro"), (223, "germandbls"), (255, "ydieresis")]
        {
            assert_eq!(of(code), Some(name));
        }
        assert_eq!((of(31), of(256)), (None, None));
        assert!(is_known("eacute") && !is_known("Gold"));
    }
}
