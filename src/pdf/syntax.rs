//! The characters of a PDF, by what they are for: ISO 32000-1, 7.2.2.

/// White space.
#[inline]
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'\x0C' | b'\0')
}

/// Which bytes a name, a number or a word is made of: looked up, because it is asked of every byte.
const REGULAR: [bool; 256] = {
    let mut regular = [true; 256];
    let others = b" \n\r\t\x0C\0()<>[]{}/%";
    let mut at = 0;
    while at < others.len() {
        regular[others[at] as usize] = false;
        at += 1;
    }
    regular
};

/// Whether a name, a number or a word goes on with a byte.
#[inline]
pub(super) fn is_regular(byte: u8) -> bool {
    REGULAR[usize::from(byte)]
}

/// The value of a hexadecimal digit.
#[inline]
pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The bytes that hexadecimal digits stand for; `None` for an odd number of them, and for anything else.
pub(super) fn of_digits(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}
