//! Tables from character codes to Unicode (`ToUnicode`).

use super::content::Codes;

/// Codes that one range may name.
const RANGE: u32 = 0xFFFF;

/// What a table says of the codes that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coverage {
    /// Whether each has characters.
    pub complete: bool,
    /// Whether these are real ones: not U+0000, U+FEFF, U+FFFE (6.2.11.7.2).
    pub sound: bool,
    /// Whether one of them has no meaning outside the font: private use.
    pub private: bool,
}

/// How a table covers codes.
pub(super) fn coverage(table: &[u8], codes: &Codes) -> Coverage {
    let entries = entries(table);
    let mut coverage = Coverage { complete: true, sound: true, private: false };
    for code in codes.iter().filter_map(|code| u32::try_from(code).ok()) {
        let entry = entries.partition_point(|entry| entry.first <= code);
        let entry = entry.checked_sub(1).map(|at| entries[at]).filter(|entry| code <= entry.last);
        let Some(entry) = entry else {
            coverage.complete = false;
            continue;
        };
        let character = entry.character.map(|character| character + (code - entry.first));
        coverage.sound &= !matches!(character, None | Some(0 | 0xFEFF | 0xFFFE));
        coverage.private |= matches!(character, Some(0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF));
    }
    coverage
}

/// Codes and the characters of the first.
#[derive(Debug, Clone, Copy)]
struct Entry {
    first: u32,
    last: u32,
    /// The first unit of its text; none where the text is empty.
    character: Option<u32>,
}

/// The entries of a table, in the order of their codes. Of entries for the same code the last counts.
fn entries(table: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = table;
    while let Some(at) = memchr::memmem::find(rest, b"beginbf") {
        let body = &rest[at + b"beginbf".len()..];
        let end = memchr::memmem::find(body, b"endbf").unwrap_or(body.len());
        let (section, behind) = body.split_at(end);
        rest = behind;
        if let Some(section) = section.strip_prefix(b"char") {
            characters(section, &mut entries);
        } else if let Some(section) = section.strip_prefix(b"range") {
            ranges(section, &mut entries);
        }
    }
    entries.sort_by_key(|entry| entry.first);
    entries
}

fn characters(section: &[u8], entries: &mut Vec<Entry>) {
    let mut texts = Texts { rest: section };
    while let (Some(Text::Hex(code)), Some(text)) = (texts.next(), texts.next()) {
        let character = match text {
            Text::Hex(text) => first_unit(text),
            Text::Open | Text::Close => None,
        };
        let code = number(code);
        entries.push(Entry { first: code, last: code, character });
    }
}

fn ranges(section: &[u8], entries: &mut Vec<Entry>) {
    let mut texts = Texts { rest: section };
    while let (Some(Text::Hex(first)), Some(Text::Hex(last)), Some(text)) = (texts.next(), texts.next(), texts.next()) {
        let (first, last) = (number(first), number(last));
        let last = last.min(first.saturating_add(RANGE));
        match text {
            Text::Hex(text) => entries.push(Entry { first, last, character: first_unit(text) }),
            Text::Open => {
                for code in first..=last {
                    let Some(Text::Hex(text)) = texts.next() else { break };
                    entries.push(Entry { first: code, last: code, character: first_unit(text) });
                }
                // What closes the list, if it was read to its end.
                let mut ahead = Texts { rest: texts.rest };
                if ahead.next() == Some(Text::Close) {
                    texts = ahead;
                }
            }
            Text::Close => return,
        }
    }
}

/// A text or a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text<'b> {
    Hex(&'b [u8]),
    Open,
    Close,
}

struct Texts<'b> {
    rest: &'b [u8],
}

impl<'b> Iterator for Texts<'b> {
    type Item = Text<'b>;

    fn next(&mut self) -> Option<Text<'b>> {
        let at = self.rest.iter().position(|byte| matches!(byte, b'<' | b'[' | b']'))?;
        let (first, behind) = (self.rest[at], &self.rest[at + 1..]);
        if first != b'<' {
            self.rest = behind;
            return Some(if first == b'[' { Text::Open } else { Text::Close });
        }
        let end = behind.iter().position(|byte| *byte == b'>').unwrap_or(behind.len());
        self.rest = &behind[(end + 1).min(behind.len())..];
        Some(Text::Hex(&behind[..end]))
    }
}

/// The value of hexadecimal digits; only the last eight count.
fn number(digits: &[u8]) -> u32 {
    digits.iter().filter_map(|byte| char::from(*byte).to_digit(16)).fold(0, |number, digit| number << 4 | digit)
}

/// The first unit of a text in UTF-16; that of a pair is a character beyond the first 65536.
fn first_unit(digits: &[u8]) -> Option<u32> {
    let digits: Vec<u8> = digits.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    if digits.is_empty() {
        return None;
    }
    let first = number(&digits[..digits.len().min(4)]);
    match digits.get(4..8).map(number) {
        Some(second) if (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second) => {
            Some(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        }
        _ => Some(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(codes: &[usize]) -> Codes {
        codes.iter().copied().collect()
    }

    #[test]
    fn codes_are_found_alone_in_ranges_and_in_lists() {
        let table = b"2 beginbfchar <01> <0041> <05> <D83DDE00> endbfchar\n\
            2 beginbfrange <10> <12> <0061> <20><21>[<0062> <0063>] endbfrange";
        let all = coverage(table, &codes(&[1, 5, 0x10, 0x12, 0x20, 0x21]));
        assert_eq!(all, Coverage { complete: true, sound: true, private: false });
        for missing in [0, 2, 0x13, 0x22] {
            assert!(!coverage(table, &codes(&[missing])).complete, "{missing}");
        }
    }

    #[test]
    fn characters_that_are_none_are_told() {
        let table = b"beginbfchar <01> <0000> <02> <FEFF> <03> <E000> <04> <> endbfchar";
        let of = |code| coverage(table, &codes(&[code]));
        assert!(!of(1).sound && !of(2).sound && !of(4).sound);
        assert!(of(3).sound && of(3).private);
    }

    #[test]
    fn hostile_tables_end() {
        for table in
            ["beginbfrange <0000> <FFFFFFFF> <0000>", "beginbfrange <00> <FFFFFFFF> [", "beginbfchar <", "beginbf"]
        {
            let _ = coverage(table.as_bytes(), &codes(&[0, 70_000]));
        }
    }
}
