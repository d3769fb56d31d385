//! The words of a content stream, without copies. It is read as programs that show pages read it: what makes no sense
//! is skipped.

use std::borrow::Cow;

use crate::pdf::syntax::{digit, is_blank, is_regular};

/// How far behind the end of an inline image the text must look like one.
const LOOK_AHEAD: usize = 12;

/// A word of a content stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'b> {
    /// A name, without its slash, as it is written.
    Name(&'b [u8]),
    /// A number.
    Number(&'b [u8]),
    /// A text in parentheses, without them, as it is written.
    Literal(&'b [u8]),
    /// A text in hexadecimal digits.
    Hex(&'b [u8]),
    /// The beginning of an array or a dictionary.
    Open,
    /// The end of one.
    Close,
    /// An operator, or `true`, `false`, `null`.
    Word(&'b [u8]),
}

/// Digits of a number that is never beyond a limit.
const SHORT: usize = 9;
/// Bytes of a name (6.1.13).
const NAME: usize = 127;
/// Bytes of a text (6.1.13).
const TEXT: usize = 32_767;

impl Token<'_> {
    /// The limit that it is beyond (6.1.6, 6.1.13). Nearly no word is long enough for one.
    #[inline]
    pub(super) fn beyond_limit(self) -> Option<&'static str> {
        match self {
            Token::Number(digits) if digits.len() <= SHORT => None,
            Token::Word(_) | Token::Open | Token::Close => None,
            _ => self.long_beyond_limit(),
        }
    }

    #[cold]
    fn long_beyond_limit(self) -> Option<&'static str> {
        match self {
            Token::Number(digits) => beyond_number(digits),
            Token::Name(raw) if raw.len() > NAME => (name(raw).len() > NAME).then_some("6.1.13-4"),
            Token::Literal(raw) if raw.len() > TEXT => (text(self, &mut Vec::new()).len() > TEXT).then_some("6.1.13-3"),
            Token::Hex(digits) => {
                let (mut number, mut others) = (0, false);
                for byte in digits.iter().filter(|byte| !is_blank(**byte)) {
                    number += 1;
                    others |= !byte.is_ascii_hexdigit();
                }
                let is_long = number / 2 > TEXT;
                let clauses = [(others, "6.1.6-2"), (number % 2 != 0, "6.1.6-1"), (is_long, "6.1.13-3")];
                clauses.into_iter().find(|(is_met, _)| *is_met).map(|(_, clause)| clause)
            }
            _ => None,
        }
    }
}

fn beyond_number(digits: &[u8]) -> Option<&'static str> {
    let number: f64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let is_real = digits.contains(&b'.');
    let size = number.abs();
    match (is_real, size) {
        (false, _) if !(-2_147_483_648.0..=2_147_483_647.0).contains(&number) => Some("6.1.13-1"),
        (true, size) if size > 3.403e38 => Some("6.1.13-2"),
        (true, size) if size > 0.0 && size < 1.175e-38 => Some("6.1.13-5"),
        _ => None,
    }
}

/// Reads words.
#[derive(Debug)]
pub(super) struct Lexer<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Lexer<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Lexer<'b> {
        Lexer { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Takes bytes up to the first that ends a name, a number or an operator.
    fn take_regular(&mut self) -> &'b [u8] {
        let taken = regular(&self.bytes[self.at..]);
        self.at += taken.len();
        taken
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    let comment = &self.bytes[self.at..];
                    self.at += memchr::memchr2(b'\n', b'\r', comment).unwrap_or(comment.len());
                }
                _ if is_blank(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    /// A text in parentheses; the lexer stands behind the first one.
    fn literal(&mut self) -> &'b [u8] {
        let begin = self.at;
        let mut open = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' if open == 1 => return &self.bytes[begin..self.at - 1],
                b')' => open -= 1,
                _ => {}
            }
        }
        self.at = self.bytes.len();
        &self.bytes[begin.min(self.at)..]
    }

    fn hex(&mut self) -> &'b [u8] {
        let rest = &self.bytes[self.at..];
        let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at = (self.at + length + 1).min(self.bytes.len());
        &rest[..length]
    }

    /// Skips the data of an inline image; the lexer stands behind `ID`. `length` is that of data that are not packed.
    pub(super) fn skip_image(&mut self, length: Option<usize>) {
        let begin = (self.at + 1).min(self.bytes.len());
        if let Some(end) = length.and_then(|length| begin.checked_add(length))
            && let Some(rest) = self.bytes.get(end..)
            && rest.trim_ascii_start().starts_with(b"EI")
        {
            self.at = end;
            return self.skip_end_mark();
        }
        self.at = begin;
        while let Some(at) = memchr::memmem::find(&self.bytes[self.at..], b"EI") {
            self.at += at;
            if self.is_end_of_image() {
                return self.skip_end_mark();
            }
            self.at += 2;
        }
        self.at = self.bytes.len();
    }

    fn skip_end_mark(&mut self) {
        self.skip_blanks();
        self.at = (self.at + 2).min(self.bytes.len());
    }

    /// Whether `EI` stands alone here and text follows.
    fn is_end_of_image(&self) -> bool {
        let before = self.at.checked_sub(1).is_some_and(|before| is_blank(self.bytes[before]));
        let behind = &self.bytes[self.at + 2..];
        let behind = &behind[..behind.len().min(LOOK_AHEAD)];
        let is_text = |byte: &u8| byte.is_ascii_graphic() || is_blank(*byte);
        before && behind.first().is_none_or(|byte| is_blank(*byte)) && behind.iter().all(is_text)
    }
}

impl<'b> Iterator for Lexer<'b> {
    type Item = Token<'b>;

    #[inline]
    fn next(&mut self) -> Option<Token<'b>> {
        // A local copy stays in a register.
        let (bytes, mut at) = (self.bytes, self.at);
        let first = loop {
            match *bytes.get(at)? {
                byte if is_regular(byte) => {
                    let word = regular(&bytes[at..]);
                    self.at = at + word.len();
                    let is_number = matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.');
                    return Some(if is_number { Token::Number(word) } else { Token::Word(word) });
                }
                b' ' | b'\n' => at += 1,
                byte if byte == b'%' || is_blank(byte) => {
                    self.at = at;
                    self.skip_blanks();
                    at = self.at;
                }
                byte => break byte,
            }
        };
        self.at = at + 1;
        Some(match first {
            b'/' => Token::Name(self.take_regular()),
            b'(' => Token::Literal(self.literal()),
            b'<' if self.peek() == Some(b'<') => {
                self.at += 1;
                Token::Open
            }
            b'<' => Token::Hex(self.hex()),
            b'>' if self.peek() == Some(b'>') => {
                self.at += 1;
                Token::Close
            }
            b'[' => Token::Open,
            _ => Token::Close,
        })
    }
}

/// What stands before the first byte that ends a name, a number or an operator.
#[inline]
fn regular(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().position(|&byte| !is_regular(byte)).unwrap_or(bytes.len());
    &bytes[..length]
}

/// A name with its escapes undone.
pub(super) fn name(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'#') {
        return Cow::Borrowed(raw);
    }
    let mut name = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'#' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        name.push(escaped.map_or(*first, |(high, low)| high << 4 | low));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    Cow::Owned(name)
}

/// The bytes of a text: those that are written where nothing is escaped, otherwise in a buffer.
pub(super) fn text<'t>(token: Token<'t>, buffer: &'t mut Vec<u8>) -> &'t [u8] {
    buffer.clear();
    match token {
        Token::Literal(raw) if memchr::memchr2(b'\\', b'\r', raw).is_none() => return raw,
        Token::Literal(raw) => unescape(raw, buffer),
        Token::Hex(digits) => {
            let mut digits = digits.iter().filter_map(|byte| digit(*byte));
            while let Some(high) = digits.next() {
                buffer.push(high << 4 | digits.next().unwrap_or(0));
            }
        }
        _ => {}
    }
    buffer
}

fn unescape(raw: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'\\', b'\r', rest) {
        bytes.extend_from_slice(&rest[..at]);
        rest = match &rest[at..] {
            [b'\r', b'\n', tail @ ..] | [b'\r', tail @ ..] => {
                bytes.push(b'\n');
                tail
            }
            [_, tail @ ..] => escape(tail, bytes),
            [] => &[],
        };
    }
    bytes.extend_from_slice(rest);
}

/// What stands behind a backslash; gives what follows.
fn escape<'b>(rest: &'b [u8], bytes: &mut Vec<u8>) -> &'b [u8] {
    let octal = rest.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    if octal > 0 {
        // Three octal digits may say more than a byte holds; what is too much is left off.
        let value = rest[..octal].iter().fold(0_u16, |value, byte| value << 3 | u16::from(byte - b'0'));
        bytes.push(value.to_le_bytes()[0]);
        return &rest[octal..];
    }
    match rest {
        [b'\r', b'\n', tail @ ..] | [b'\r' | b'\n', tail @ ..] => tail,
        [byte, tail @ ..] => {
            bytes.push(match byte {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => b'\x08',
                b'f' => b'\x0C',
                other => *other,
            });
            tail
        }
        [] => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(content: &str) -> Vec<Token<'_>> {
        Lexer::new(content.as_bytes()).collect()
    }

    #[test]
    fn words_are_told_apart() {
        let expected = [
            Token::Name(b"F1"),
            Token::Number(b"12"),
            Token::Word(b"Tf"),
            Token::Open,
            Token::Literal(b"a\\)(b)"),
            Token::Number(b"-.5"),
            Token::Hex(b"00 41"),
            Token::Close,
            Token::Word(b"TJ"),
            Token::Open,
            Token::Close,
            Token::Word(b"f*"),
        ];
        assert_eq!(words("/F1 12 Tf%rem\n[(a\\)(b))-.5<00 41>]TJ<<>>f*"), expected);
    }

    #[test]
    fn what_is_cut_off_ends() {
        for content in ["(", "(a\\", "<", "<4", "/", "[", "((((", "\\", "BI /W 1 ID x"] {
            let _ = words(content);
        }
        let mut lexer = Lexer::new(b"ID");
        lexer.at = 2;
        lexer.skip_image(Some(usize::MAX));
        assert_eq!(lexer.next(), None);
    }

    #[test]
    fn images_end_where_their_data_end() {
        for (content, length) in [("ID a EI b EI\nQ", Some(6)), ("ID \u{1}EI\u{2} \nEI Q", None), ("ID xEI Q", Some(1))]
        {
            let mut lexer = Lexer::new(content.as_bytes());
            assert_eq!(lexer.next(), Some(Token::Word(b"ID")));
            lexer.skip_image(length);
            assert_eq!(lexer.next(), Some(Token::Word(b"Q")), "{content}");
        }
    }

    #[test]
    fn texts_are_unescaped() {
        let mut bytes = Vec::new();
        for (token, expected) in [
            (Token::Literal(b"a\\(\\101\\7x\\\nb\r\nc\\n"), b"a(A\x07xb\nc\n".as_slice()),
            (Token::Hex(b"4 1 4"), b"A\x40"),
            (Token::Literal(b"a(b)"), b"a(b)"),
        ] {
            assert_eq!(text(token, &mut bytes), expected);
        }
        assert_eq!(name(b"A#20B#zz").as_ref(), b"A B#zz");
    }
}
