//! A line of a table of structure: its words, and what is wrong with one.

use super::Datatype;
use crate::finding::{Code, Finding, TABLE_NAME, TABLE_SYNTAX};
use crate::place::Place;

/// A word of a line, and the byte that it starts at.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) text: &'static str,
    pub(super) at: usize,
}

/// What is wrong with a line.
pub(super) struct Fault {
    code: Code,
    at: usize,
    message: &'static str,
    found: &'static str,
    expected: &'static str,
}

impl Fault {
    pub(super) fn new(code: Code, word: Word, message: &'static str, expected: &'static str) -> Fault {
        Fault { code, at: word.at, message, found: word.text, expected }
    }

    pub(super) fn finding(self, file: &str, number: u32, line: &str) -> Finding {
        let finding = Finding::new(self.code, self.message).at(Place::at(file, number, column(line, self.at)));
        let finding = if self.found.is_empty() { finding } else { finding.found(self.found) };
        if self.expected.is_empty() { finding } else { finding.expected(self.expected) }
    }
}

/// Columns count characters, from 1.
fn column(line: &str, at: usize) -> u32 {
    let before = line.get(..at).unwrap_or(line).chars().count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

pub(super) type Read<T> = Result<T, Fault>;

/// The words of a line that are still to be read.
pub(super) struct Words {
    line: &'static str,
    at: usize,
}

impl Words {
    pub(super) fn new(line: &'static str) -> Words {
        Words { line, at: 0 }
    }

    pub(super) fn next(&mut self) -> Option<Word> {
        let bytes = self.line.as_bytes();
        let at = self.at + bytes.get(self.at..)?.iter().position(|byte| *byte != b' ')?;
        let end = bytes[at..].iter().position(|byte| *byte == b' ').map_or(bytes.len(), |length| at + length);
        self.at = end;
        Some(Word { text: &self.line[at..end], at })
    }

    /// The next word, which has to be there.
    pub(super) fn need(&mut self, expected: &'static str) -> Read<Word> {
        let end = Word { text: "", at: self.line.len() };
        self.next().ok_or_else(|| Fault::new(TABLE_SYNTAX, end, "the line ends too early", expected))
    }

    pub(super) fn need_word(&mut self, expected: &'static str) -> Read<()> {
        let word = self.need(expected)?;
        if word.text == expected { Ok(()) } else { Err(unreadable(word, expected)) }
    }

    pub(super) fn end(&mut self) -> Read<()> {
        self.next().map_or(Ok(()), |word| Err(unreadable(word, "the end of the line")))
    }

    /// The text between two quotation marks, the second of which ends the line.
    pub(super) fn quoted(&mut self) -> Read<&'static str> {
        let first = self.need("a value in quotation marks")?;
        self.at = self.line.len();
        let rest = self.line[first.at..].trim_end_matches(' ');
        rest.strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .ok_or_else(|| unreadable(first, "a value in quotation marks"))
    }
}

pub(super) fn unreadable(word: Word, expected: &'static str) -> Fault {
    Fault::new(TABLE_SYNTAX, word, "a word of the structure table cannot be read", expected)
}

pub(super) fn datatype(words: &mut Words) -> Read<Datatype> {
    datatype_named(words.need("a datatype")?)
}

pub(super) fn datatype_named(name: Word) -> Read<Datatype> {
    name.text.parse().map_err(|_| Fault::new(TABLE_NAME, name, "no datatype has this name", "such as token or decimal"))
}

/// `min..max`, with `*` for no bound.
pub(super) fn cardinality(word: Word) -> Read<(u32, Option<u32>)> {
    let fault = || unreadable(word, "min..max such as 0..1 or 1..*");
    let (min, max) = word.text.split_once("..").ok_or_else(fault)?;
    let min = number(min).ok_or_else(fault)?;
    if max == "*" {
        return Ok((min, None));
    }
    let max = number(max).filter(|max| *max > 0 && min <= *max).ok_or_else(fault)?;
    Ok((min, Some(max)))
}

pub(super) fn length(word: Word) -> Read<(u32, u32)> {
    match cardinality(word)? {
        (min, Some(max)) => Ok((min, max)),
        (_, None) => Err(unreadable(word, "min..max with a bound")),
    }
}

/// Digits only; `u32::from_str` takes a sign too.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
