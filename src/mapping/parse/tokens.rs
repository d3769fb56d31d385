//! A line of a table as words: quotes taken off, comments cut, columns kept; and the cursor that reads them.

use super::super::notation::{Grade, Operand, Spot};
use crate::finding::{self, Finding};

/// A word of a line, its quotes taken off.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) quoted: bool,
    column: u32,
}

impl Token {
    /// A term or a text; in quotes it is a text, whatever it looks like.
    pub(super) fn operand(&self) -> Operand<String> {
        match !self.quoted && is_term(&self.text) {
            true => Operand::Term(self.text.clone()),
            false => Operand::Text(self.text.clone()),
        }
    }
}

/// `BT-1`, `BG-25`, `.field`, `ACME-1`.
pub(super) fn is_term(text: &str) -> bool {
    match text.strip_prefix('.') {
        Some(field) => !field.is_empty(),
        None => {
            text.contains('-')
                && text.starts_with(|c: char| c.is_ascii_uppercase())
                && text.contains(|c: char| c.is_ascii_digit())
        }
    }
}

/// A line up to the `#` that begins a comment.
pub(super) fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '#' if !quoted && before == ' ' => return &line[..at],
            _ => {}
        }
        before = character;
    }
    line
}

/// The words of a line, from left to right.
pub(super) fn tokens(content: &str, spot: &Spot) -> Result<Vec<Token>, Finding> {
    let mut tokens = Vec::new();
    let mut rest = content.trim_start_matches(' ');
    while !rest.is_empty() {
        let column = content[..content.len() - rest.len()].chars().count() as u32 + 1;
        let (text, quoted, after) = cut(rest).ok_or_else(|| {
            Spot { column, ..spot.clone() }.finding(finding::TABLE_SYNTAX, "a quoted text is not closed")
        })?;
        // A comma may stand behind its value.
        match text.strip_suffix(',').filter(|value| !quoted && !value.is_empty()) {
            Some(value) => {
                tokens.push(Token { text: value.to_owned(), quoted, column });
                tokens.push(Token { text: ",".to_owned(), quoted: false, column });
            }
            None => tokens.push(Token { text: text.to_owned(), quoted, column }),
        }
        rest = after.trim_start_matches(' ');
    }
    Ok(tokens)
}

/// The first word of what is left of a line, whether it stands in quotes, and the rest; `None` if they are not closed.
fn cut(rest: &str) -> Option<(&str, bool, &str)> {
    match rest.strip_prefix('"') {
        Some(inside) => {
            let end = inside.find('"')?;
            Some((&inside[..end], true, &inside[end + 1..]))
        }
        None => {
            let end = rest.find(' ').unwrap_or(rest.len());
            Some((&rest[..end], false, &rest[end..]))
        }
    }
}

/// The words of one line, read from left to right.
pub(super) struct Cursor<'t> {
    tokens: &'t [Token],
    at: usize,
    pub(super) spot: Spot,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: &'t [Token], spot: &Spot) -> Cursor<'t> {
        Cursor { tokens, at: 0, spot: spot.clone() }
    }

    pub(super) fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn next(&mut self) -> Option<&'t Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| !token.quoted && token.text == word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, word: &str) -> Result<(), Finding> {
        match self.take(word) {
            true => Ok(()),
            false => Err(self.missing(&format!("`{word}`"))),
        }
    }

    pub(super) fn value(&mut self, what: &str) -> Result<String, Finding> {
        self.next().map(|token| token.text.clone()).ok_or_else(|| self.missing(what))
    }

    pub(super) fn operand(&mut self) -> Result<Operand<String>, Finding> {
        let token = self.next().ok_or_else(|| self.missing("a value"))?;
        Ok(token.operand())
    }

    pub(super) fn grade(&mut self) -> Result<Grade, Finding> {
        let grade = self.peek().and_then(|token| token.text.parse().ok());
        self.at += usize::from(grade.is_some());
        grade.ok_or_else(|| self.missing("technical, content or meaning"))
    }

    /// `or GRADE`, if that is what stands here.
    pub(super) fn or_grade(&mut self) -> Result<Option<Grade>, Finding> {
        let grade = self.tokens.get(self.at + 1).and_then(|token| token.text.parse().ok());
        match (self.peek().is_some_and(|token| token.text == "or"), grade) {
            (true, Some(grade)) => {
                self.at += 2;
                Ok(Some(grade))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn end(&mut self) -> Result<(), Finding> {
        match self.next() {
            None => Ok(()),
            Some(token) => Err(self.unknown(token)),
        }
    }

    fn spot_here(&self) -> Spot {
        let column = self.peek().or(self.tokens.last()).map_or(self.spot.column, |token| token.column);
        Spot { column, ..self.spot.clone() }
    }

    #[cold]
    pub(super) fn missing(&self, what: &str) -> Finding {
        let mut finding = self.spot_here().finding(finding::TABLE_SYNTAX, format!("expected {what}"));
        finding.found = self.peek().map(|token| token.text.clone());
        finding
    }

    #[cold]
    pub(super) fn unknown(&self, token: &Token) -> Finding {
        let spot = Spot { column: token.column, ..self.spot.clone() };
        spot.finding(finding::TABLE_SYNTAX, "expected a word of the notation").found(&token.text)
    }
}
