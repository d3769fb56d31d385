//! How values are spelled: dates, codes, texts of several terms; and what conditions ask of them.

use std::borrow::Cow;

use super::notation::{Condition, Piece, Spelling};
use crate::codelist::CodeList;
use crate::term::TermId;
use crate::xml;

/// A term found in a text of several terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) term: TermId,
    pub(crate) start: usize,
    pub(crate) length: usize,
    pub(crate) blank: bool,
}

/// Splits a text by the first alternative that fits; the last one should fit everything.
pub(crate) fn split(alternatives: &[Vec<Piece<TermId>>], text: &str) -> Vec<Part> {
    alternatives.iter().find_map(|pieces| split_one(pieces, text)).unwrap_or_default()
}

fn split_one(pieces: &[Piece<TermId>], text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::with_capacity(pieces.len());
    let mut at = 0;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(literal) => {
                text[at..].starts_with(literal.as_str()).then_some(())?;
                at += literal.len();
            }
            Piece::Term(term, list) => {
                let length = match pieces.get(index + 1) {
                    Some(Piece::Literal(next)) => text[at..].find(next.as_str())?,
                    _ => text.len() - at,
                };
                let value = &text[at..at + length];
                if let Some(list) = list {
                    in_list(list, value).then_some(())?;
                }
                parts.push(Part { term: *term, start: at, length, blank: xml::is_blank(value) });
                at += length;
            }
        }
    }
    (at == text.len()).then_some(parts)
}

/// `NAME` or `NAME/SECTION`.
pub(crate) fn in_list(list: &str, value: &str) -> bool {
    let (name, section) = list.split_once('/').map_or((list, None), |(name, section)| (name, Some(section)));
    let Some(list) = CodeList::named(name) else { return false };
    match section {
        Some(section) => list.contains_in(section, value),
        None => list.contains(value),
    }
}

/// From the spelling of a file to that of the model. `None`: the file's text is not in that spelling.
pub(crate) fn decode<'v>(spelling: &Spelling<TermId>, raw: &'v str) -> Option<Cow<'v, str>> {
    match spelling {
        Spelling::Plain | Spelling::Pattern(_) => Some(Cow::Borrowed(raw)),
        Spelling::Date102 => owned(with_hyphens(xml::trim(raw), &mut [0; 10])),
        Spelling::DateTime => {
            Some(without_midnight(xml::trim(raw))).filter(|day| is_calendar_date(day)).map(Cow::Borrowed)
        }
        Spelling::Map(pairs) => {
            let text = xml::trim(raw);
            let found = pairs.iter().find(|(file, _)| file == text);
            Some(found.map_or(Cow::Borrowed(raw), |(_, model)| Cow::Owned(model.clone())))
        }
    }
}

/// From the spelling of the model to that of a file. `None`: the value cannot be spelled so.
pub(crate) fn encode<'v>(spelling: &Spelling<TermId>, model: &'v str) -> Option<Cow<'v, str>> {
    match spelling {
        Spelling::Plain | Spelling::Pattern(_) => Some(Cow::Borrowed(model)),
        Spelling::Date102 => owned(without_hyphens(xml::trim(model), &mut [0; 10])),
        Spelling::DateTime => Some(Cow::Borrowed(model)),
        Spelling::Map(pairs) => {
            let text = xml::trim(model);
            let found = pairs.iter().find(|(_, value)| value == text);
            Some(found.map_or(Cow::Borrowed(model), |(file, _)| Cow::Owned(file.clone())))
        }
    }
}

fn owned<'v>(bytes: Option<&[u8]>) -> Option<Cow<'v, str>> {
    Some(Cow::Owned(std::str::from_utf8(bytes?).ok()?.to_owned()))
}

/// The day at whose beginning a time stands.
pub(crate) fn without_midnight(text: &str) -> &str {
    text.strip_suffix("T00:00:00").unwrap_or(text)
}

/// YYYYMMDD, of a day that exists, as YYYY-MM-DD.
#[inline]
pub(crate) fn with_hyphens<'v>(text: &str, day: &'v mut [u8; 10]) -> Option<&'v [u8]> {
    let [y1, y2, y3, y4, m1, m2, d1, d2] = *text.as_bytes() else { return None };
    *day = [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2];
    is_day(day).then_some(&day[..])
}

/// YYYY-MM-DD, of a day that exists, as YYYYMMDD.
#[inline]
pub(crate) fn without_hyphens<'v>(text: &str, day: &'v mut [u8; 10]) -> Option<&'v [u8]> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    is_calendar_date(text).then_some(())?;
    *day = [y1, y2, y3, y4, m1, m2, d1, d2, 0, 0];
    Some(&day[..8])
}

/// `YYYY-MM-DD`, of a day that exists.
pub(crate) fn is_calendar_date(text: &str) -> bool {
    text.as_bytes().first_chunk::<10>().is_some_and(|day| text.len() == 10 && is_day(day))
}

fn is_day(day: &[u8; 10]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *day else { return false };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |digits: &[u8]| digits.iter().fold(0i32, |number, digit| number * 10 + i32::from(digit - b'0'));
    let (year, month, day) = (number(&digits[..4]), number(&digits[4..6]), number(&digits[6..]));
    // chrono knows the calendar; its parser of formats is not needed for ten bytes.
    chrono::NaiveDate::from_ymd_opt(year, month as u32, day as u32).is_some()
}

/// Two texts that hold the same number of XML Schema, however spelled.
pub(super) fn same_number(left: &str, right: &str) -> bool {
    match (plain_number(left), plain_number(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// Sign, digits before the point without leading zeros, digits behind it without trailing ones.
pub(crate) fn plain_number(text: &str) -> Option<(bool, &str, &str)> {
    let text = xml::trim(text);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    (fits(whole) && fits(fraction) && !(whole.is_empty() && fraction.is_empty())).then_some(())?;
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    Some((negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction))
}

/// Named shapes of values, for `like`. The one pair of functions that the notation itself cannot say.
pub(crate) fn is_like(shape: &str, value: &str) -> bool {
    match shape {
        "iban" => is_iban(value),
        _ => false,
    }
}

/// The shapes that `like` knows.
pub(crate) const SHAPES: &[&str] = &["iban"];

/// The shape of an IBAN (ISO 13616), blanks aside; the check digits are not looked at, so that a wrong one stays visible.
fn is_iban(value: &str) -> bool {
    let mut count = 0;
    for byte in value.bytes().filter(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
        let fits = match count {
            0 | 1 => byte.is_ascii_uppercase(),
            2 | 3 => byte.is_ascii_digit(),
            _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        };
        if !fits {
            return false;
        }
        count += 1;
    }
    (15..=34).contains(&count)
}

/// False for what has the shape of an IBAN, but other check digits: modulo 97, letters as numbers from 10, is not 1.
pub(crate) fn has_check_digits(value: &str) -> bool {
    if !is_iban(value) {
        return true;
    }
    let plain: Vec<u8> = value.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let turned = plain[4..].iter().chain(&plain[..4]);
    let rest = turned.fold(0u32, |rest, &byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

/// A condition, with a way to look terms up. `agrees` is for the writer, which sees all homes.
pub(crate) fn condition<'v>(condition: &Condition<TermId>, value: &dyn Fn(TermId) -> Option<&'v str>) -> bool {
    match condition {
        Condition::Has(term) => value(*term).is_some(),
        Condition::Equal(left, right) => match (value(*left), value(*right)) {
            (Some(left), Some(right)) => same_number(left, right),
            _ => false,
        },
        Condition::Agrees(_) => true,
        Condition::All(parts) => parts.iter().all(|part| self::condition(part, value)),
        Condition::Any(parts) => parts.iter().any(|part| self::condition(part, value)),
    }
}
