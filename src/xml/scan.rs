//! Short searches by hand: most texts of an invoice are shorter than what a call of a search costs.

/// Eight bytes at once; the lowest byte is the first.
const LANES: usize = 8;
/// Beyond this a search over whole vectors is faster.
const SHORT: usize = 40;

/// Length of the white space that a text begins with.
#[inline]
pub(super) fn blank_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    // A line end, then an indent of blanks.
    while matches!(bytes.get(at), Some(b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    while let Some(word) = word(bytes, at) {
        let other = word ^ repeat(b' ');
        if other != 0 {
            at += other.trailing_zeros() as usize / 8;
            break;
        }
        at += LANES;
    }
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Length of the text up to the next tag or reference; `None` if there is neither.
#[inline]
pub(super) fn text_length(bytes: &[u8]) -> Option<usize> {
    let hit = |word| zero_bytes(word ^ repeat(b'<')) | zero_bytes(word ^ repeat(b'&'));
    search(bytes, hit, |rest| memchr::memchr2(b'<', b'&', rest))
}

/// Length of what stands before the next tag; `None` if there is none.
#[inline]
pub(super) fn tag_offset(bytes: &[u8]) -> Option<usize> {
    search(bytes, |word| zero_bytes(word ^ repeat(b'<')), |rest| memchr::memchr(b'<', rest))
}

#[inline]
fn search(bytes: &[u8], hit: impl Fn(u64) -> u64, far: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    let mut at = 0;
    while at < SHORT {
        let Some(word) = word(bytes, at) else { break };
        let found = hit(word);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += LANES;
    }
    far(&bytes[at..]).map(|more| at + more)
}

/// Length of a name that begins a tag: up to white space, `>` or `/`.
#[inline]
pub(super) fn name_length(bytes: &[u8]) -> usize {
    let hit = |word| low_bytes(word) | zero_bytes(word ^ repeat(b'>')) | zero_bytes(word ^ repeat(b'/'));
    length(bytes, hit, |byte| byte <= b' ' || matches!(byte, b'>' | b'/'))
}

/// Length of the name of an attribute: up to white space or `=`.
#[inline]
pub(super) fn attribute_length(bytes: &[u8]) -> usize {
    length(bytes, |word| low_bytes(word) | zero_bytes(word ^ repeat(b'=')), |byte| byte <= b' ' || byte == b'=')
}

/// Length of what reads as it stands in an attribute value: up to the quote, `<`, `&`, or a control character.
#[inline]
pub(super) fn value_length(bytes: &[u8], quote: u8) -> usize {
    let mark = |word, byte| zero_bytes(word ^ repeat(byte));
    let hit = |word| mark(word, quote) | mark(word, b'<') | mark(word, b'&') | control_bytes(word);
    length(bytes, hit, |byte| byte < b' ' || byte == quote || matches!(byte, b'<' | b'&'))
}

/// Length up to the first byte that ends something: `hit` finds it among eight, `ends` in the rest.
#[inline]
fn length(bytes: &[u8], hit: impl Fn(u64) -> u64, ends: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    while let Some(word) = word(bytes, at) {
        let found = hit(word);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += LANES;
    }
    at + bytes[at..].iter().position(|&byte| ends(byte)).unwrap_or(bytes.len() - at)
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + LANES).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes)
}

const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; LANES])
}

/// The high bit of every byte that is zero; bits above the lowest one may be wrong.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeat(1)) & !word & repeat(0x80)
}

/// The high bit of every byte below a blank; bits above the lowest one may be wrong.
const fn control_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeat(b' ')) & !word & repeat(0x80)
}

/// The high bit of every byte up to a blank; bits above the lowest one may be wrong.
const fn low_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeat(b' ' + 1)) & !word & repeat(0x80)
}

#[cfg(test)]
mod tests {
    use super::{attribute_length, blank_length, name_length, tag_offset, text_length, value_length};

    #[test]
    fn lengths_are_those_of_a_plain_search() {
        let is_name = |byte: &&u8| **byte > b' ' && !b"/>".contains(byte);
        let is_attribute = |byte: &&u8| **byte > b' ' && **byte != b'=';
        let is_plain = |byte: &&u8| **byte >= b' ' && !b"'<&".contains(byte);
        let pieces = [
            "",
            "/",
            ">",
            "ram:NetPrice",
            "xmlns=",
            "'",
            " ",
            "\n",
            "\r\n        ",
            "\t",
            "a",
            "<",
            "&",
            "100.00",
            "é",
            "        x",
            "                 ",
        ];
        let longer = "0123456789".repeat(5);
        for first in pieces {
            for second in pieces {
                for third in [longer.as_str(), "", "<", "  &", "b<"] {
                    let text = format!("{first}{second}{third}");
                    let bytes = text.as_bytes();
                    let blank = bytes.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
                    assert_eq!(blank_length(bytes), blank, "{text:?}");
                    assert_eq!(name_length(bytes), bytes.iter().take_while(is_name).count(), "{text:?}");
                    assert_eq!(attribute_length(bytes), bytes.iter().take_while(is_attribute).count(), "{text:?}");
                    assert_eq!(value_length(bytes, b'\''), bytes.iter().take_while(is_plain).count(), "{text:?}");
                    assert_eq!(text_length(bytes), text.find(['<', '&']), "{text:?}");
                    assert_eq!(tag_offset(bytes), text.find('<'), "{text:?}");
                }
            }
        }
    }
}
