//! The datatypes of XML Schema 1.0 that invoices use: which texts they allow.

use strum::{Display, EnumString};

use super::uri;

/// A datatype, under its name in XML Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString)]
#[strum(serialize_all = "camelCase")]
pub(crate) enum Datatype {
    /// Any text.
    String,
    /// Any text; tabs and line ends count as spaces.
    NormalizedString,
    /// Any text; runs of white space count as one space, those at the ends not at all.
    Token,
    /// A language tag such as `de-AT`.
    Language,
    /// A web address or another URI, absolute or relative.
    #[strum(serialize = "anyURI")]
    Uri,
    /// `true`, `false`, `1` or `0`.
    Boolean,
    /// Digits with a sign and a point, without exponent.
    Decimal,
    /// A day of the calendar, `2026-02-28`, with or without time zone.
    Date,
    /// A time of the day, `23:59:59.5`, with or without time zone.
    Time,
    /// Both, with `T` between them.
    DateTime,
    /// Bytes in Base64.
    #[strum(serialize = "base64Binary")]
    Base64,
}

impl Datatype {
    /// Whether this text is in the lexical space, white space being collapsed as the datatype says.
    pub(crate) fn accepts(self, text: &str) -> bool {
        self.accepts_bytes(text.as_bytes())
    }

    /// The same for the bytes of a text in UTF-8.
    pub(crate) fn accepts_bytes(self, text: &[u8]) -> bool {
        match self {
            Datatype::String | Datatype::NormalizedString | Datatype::Token => is_xml(text),
            Datatype::Language => is_language(trim(text)),
            Datatype::Uri => is_xml(text) && uri::is_reference(trim(text)),
            Datatype::Boolean => matches!(trim(text), b"true" | b"false" | b"1" | b"0"),
            Datatype::Decimal => is_decimal(trim(text)),
            Datatype::Date => after_date(trim(text)).is_some_and(is_zone),
            Datatype::Time => after_time(trim(text)).is_some_and(is_zone),
            Datatype::DateTime => is_date_time(trim(text)),
            Datatype::Base64 => is_base64(text),
        }
    }
}

/// White space of XML; `u8::is_ascii_whitespace` has the form feed too.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    trim_end(text)
}

fn trim_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

/// Only characters that XML 1.0 can hold. The first look is without early exit, so that it takes many bytes at a time.
fn is_xml(text: &[u8]) -> bool {
    let is_doubtful = |byte: u8| (byte < b' ' && !is_space(byte)) || byte == 0xEF;
    !text.iter().fold(false, |found, byte| found | is_doubtful(*byte)) || is_xml_in_detail(text)
}

/// U+FFFE and U+FFFF are no characters; others begin with the same byte in UTF-8.
fn is_xml_in_detail(text: &[u8]) -> bool {
    let control = text.iter().any(|byte| *byte < b' ' && !is_space(*byte));
    !control && !text.windows(3).any(|bytes| matches!(bytes, [0xEF, 0xBF, 0xBE | 0xBF]))
}

fn is_language(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| *byte == b'-');
    let sized = |part: &[u8]| (1..=8).contains(&part.len());
    parts.next().is_some_and(|first| sized(first) && first.iter().all(u8::is_ascii_alphabetic))
        && parts.all(|part| sized(part) && part.iter().all(u8::is_ascii_alphanumeric))
}

fn is_decimal(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    let (whole, rest) = digits(unsigned);
    match rest {
        [] => !whole.is_empty(),
        [b'.', rest @ ..] => {
            let (fraction, rest) = digits(rest);
            rest.is_empty() && !(whole.is_empty() && fraction.is_empty())
        }
        _ => false,
    }
}

/// The leading digits, and what follows.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Two leading digits as a number, and what follows.
fn two_digits(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => Some(((tens - b'0') * 10 + (ones - b'0'), rest)),
        _ => None,
    }
}

/// What follows a date that the calendar has.
fn after_date(text: &[u8]) -> Option<&[u8]> {
    let (year, rest) = digits(text.strip_prefix(b"-").unwrap_or(text));
    let (month, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    let (day, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    (is_year(year) && day >= 1 && day <= days(year, month)).then_some(rest)
}

/// Four digits, or more without leading zero; there is no year 0.
fn is_year(year: &[u8]) -> bool {
    year.len() >= 4 && year != b"0000" && (year.len() == 4 || !year.starts_with(b"0"))
}

fn days(year: &[u8], month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// The last four digits tell, so a year may be of any length.
fn is_leap(year: &[u8]) -> bool {
    let last = year.iter().rev().take(4).rev().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    last.is_multiple_of(4) && (!last.is_multiple_of(100) || last.is_multiple_of(400))
}

/// What follows a time of the day; `24:00:00` is the end of the day.
fn after_time(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = two_digits(text)?;
    let (minute, rest) = two_digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = two_digits(rest.strip_prefix(b":")?)?;
    let (fraction, rest) = rest.strip_prefix(b".").map_or((None, rest), |rest| {
        let (fraction, rest) = digits(rest);
        (Some(fraction), rest)
    });
    let fraction = match fraction {
        Some([]) => return None,
        other => other.unwrap_or_default(),
    };
    let within = hour < 24 && minute < 60 && second < 60;
    let end_of_day = hour == 24 && minute == 0 && second == 0 && fraction.iter().all(|digit| *digit == b'0');
    (within || end_of_day).then_some(rest)
}

fn is_date_time(text: &[u8]) -> bool {
    after_date(text).and_then(|rest| rest.strip_prefix(b"T")).and_then(after_time).is_some_and(is_zone)
}

/// A time zone up to 14 hours from UTC, or nothing.
fn is_zone(text: &[u8]) -> bool {
    let offset = match text {
        [] | b"Z" => return true,
        [b'+' | b'-', offset @ ..] => offset,
        _ => return false,
    };
    let Some((hours, rest)) = two_digits(offset) else { return false };
    let Some((minutes, [])) = rest.strip_prefix(b":").and_then(two_digits) else { return false };
    (hours < 14 && minutes < 60) || (hours == 14 && minutes == 0)
}

/// Groups of four symbols, the last one padded; the bits that padding leaves over are zero.
fn is_base64(text: &[u8]) -> bool {
    let (body, padding) = strip_padding(text);
    let Some(count) = base64_symbols(body) else { return false };
    let last = body.last().copied();
    (count + padding).is_multiple_of(4)
        && match padding {
            0 => true,
            1 => last.is_some_and(|symbol| b"AEIMQUYcgkosw048".contains(&symbol)),
            _ => last.is_some_and(|symbol| b"AQgw".contains(&symbol)),
        }
}

/// The text before up to two `=`, and how many these are.
fn strip_padding(text: &[u8]) -> (&[u8], usize) {
    let (mut body, mut padding) = (trim_end(text), 0);
    while padding < 2
        && let Some(rest) = body.strip_suffix(b"=")
    {
        (body, padding) = (trim_end(rest), padding + 1);
    }
    (body, padding)
}

/// How many symbols of the alphabet; `None` if there is anything else but white space. Attachments are long, so this
/// counts in bytes over short pieces, which runs many bytes at a time.
fn base64_symbols(text: &[u8]) -> Option<usize> {
    let mut count = 0;
    for piece in text.chunks(128) {
        let (mut symbols, mut spaces) = (0_u8, 0_u8);
        for &byte in piece {
            symbols += u8::from(is_base64_symbol(byte));
            spaces += u8::from(is_space(byte));
        }
        if usize::from(symbols) + usize::from(spaces) != piece.len() {
            return None;
        }
        count += usize::from(symbols);
    }
    Some(count)
}

fn is_base64_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}
