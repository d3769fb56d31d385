//! From the text of a mapping table to its rows. Every line that cannot be read is a finding with line and column.
//!
//! This module owns lines: indents, the lines that speak of the table, names of rows. What stands behind the names is
//! read by [`words`], out of what [`tokens`] makes of a line.

mod tokens;
mod words;

use std::sync::Arc;

use super::notation::{Grade, Row, Sheet, Spot, Words};
use crate::finding::{self, Finding};
use tokens::{Cursor, Token, tokens, without_comment};
use words::word;

/// Reads one table.
pub(crate) fn parse(text: &str, file: &str) -> Result<Sheet, Vec<Finding>> {
    let mut reader = SheetReader { file: file.into(), sheet: Sheet::default(), open: Vec::new(), problems: Vec::new() };
    for (index, line) in text.lines().enumerate() {
        if let Err(problem) = reader.line(line, index as u32 + 1) {
            reader.problems.push(problem);
        }
    }
    reader.close_to(0);
    if reader.sheet.name.is_empty() && reader.problems.is_empty() {
        let spot = Spot { file: reader.file.clone(), line: 1, column: 1 };
        reader.problems.push(spot.finding(finding::TABLE_SYNTAX, "expected `map NAME` or `overlay NAME` at the start"));
    }
    match reader.problems.is_empty() {
        true => Ok(reader.sheet),
        false => Err(reader.problems),
    }
}

struct SheetReader {
    file: Arc<str>,
    sheet: Sheet,
    /// Rows that are still open, outermost first; a definition is the row it would be.
    open: Vec<(Row, Goes)>,
    problems: Vec<Finding>,
}

/// Where a finished outermost row goes.
enum Goes {
    Rows,
    Definition,
}

impl SheetReader {
    fn line(&mut self, line: &str, number: u32) -> Result<(), Finding> {
        let content = without_comment(line);
        if content.trim().is_empty() {
            return Ok(());
        }
        let indent = content.len() - content.trim_start_matches(' ').len();
        let spot = Spot { file: self.file.clone(), line: number, column: indent as u32 + 1 };
        let tokens = tokens(content, &spot)?;
        if indent == 0 && self.header(&tokens, &spot)? {
            return Ok(());
        }
        if !indent.is_multiple_of(2) {
            return Err(spot.finding(finding::TABLE_SYNTAX, "expected an indent of two blanks a level"));
        }
        let level = indent / 2;
        if level > self.open.len() {
            return Err(
                spot.finding(finding::TABLE_SYNTAX, "a row is indented more than one level below the row above")
            );
        }
        self.close_to(level);
        let row = row(&tokens, spot)?;
        self.open.push((row, Goes::Rows));
        Ok(())
    }

    fn close_to(&mut self, level: usize) {
        while self.open.len() > level {
            let Some((row, into)) = self.open.pop() else { return };
            match (self.open.last_mut(), into) {
                (Some((parent, _)), _) => parent.children.push(row),
                (None, Goes::Rows) => self.sheet.rows.push(row),
                (None, Goes::Definition) => {
                    let name = row.names.into_iter().flatten().next().unwrap_or_default();
                    self.sheet.definitions.push((name, row.children));
                }
            }
        }
    }

    /// Lines that speak of the table rather than of an element.
    fn header(&mut self, tokens: &[Token], spot: &Spot) -> Result<bool, Finding> {
        let word = tokens[0].text.as_str();
        let rest = &tokens[1..];
        match word {
            "map" | "overlay" => {
                self.sheet.name = name(rest, spot)?;
                self.sheet.overlay = word == "overlay";
                self.sheet.read_only = read_only(&rest[1..], spot)?;
            }
            "root" => self.sheet.roots = rest.iter().filter(|t| t.text != "|").map(|t| t.text.clone()).collect(),
            "any" => {
                let attributes = attributes(rest, spot)?;
                self.sheet.any.extend(attributes);
            }
            "everywhere" => {
                let attributes = attributes(rest, spot)?;
                self.sheet.everywhere.extend(attributes);
            }
            "type" => {
                let kind = name(rest, spot)?;
                let mut words = Cursor::new(&rest[1..], spot);
                let mut row = blank_row(spot.clone());
                type_words(&mut words, &mut row)?;
                self.sheet.types.push((kind, row));
            }
            "define" => {
                self.close_to(0);
                let mut row = blank_row(spot.clone());
                row.names = vec![Some(name(rest, spot)?)];
                self.open.push((row, Goes::Definition));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What stands behind the name of a table.
fn read_only(rest: &[Token], spot: &Spot) -> Result<bool, Finding> {
    let mut words = Cursor::new(rest, spot);
    let read_only = words.take("read-only");
    words.end()?;
    Ok(read_only)
}

/// `@a @b lost GRADE`
fn attributes(rest: &[Token], spot: &Spot) -> Result<Vec<(String, Grade)>, Finding> {
    let names = rest.iter().take_while(|token| token.text.starts_with('@'));
    let names: Vec<String> = names.map(|token| token.text[1..].to_owned()).collect();
    let mut words = Cursor::new(&rest[names.len()..], spot);
    words.expect("lost")?;
    let grade = words.grade()?;
    words.end()?;
    Ok(names.into_iter().map(|name| (name, grade)).collect())
}

/// `type Date  date-102  @format = 102`: a spelling, then attributes that every such element has.
fn type_words(words: &mut Cursor<'_>, row: &mut Row) -> Result<(), Finding> {
    while let Some(token) = words.peek() {
        if let Some(attribute) = token.text.strip_prefix('@') {
            let mut child = blank_row(words.spot.clone());
            child.names = vec![Some(attribute.to_owned())];
            child.attribute = true;
            words.next();
            let mut inner = Words::default();
            while words.peek().is_some_and(|next| !next.text.starts_with('@')) {
                word(words, &mut inner)?;
            }
            child.words = inner;
            row.children.push(child);
        } else {
            word(words, &mut row.words)?;
        }
    }
    Ok(())
}

fn name(rest: &[Token], spot: &Spot) -> Result<String, Finding> {
    rest.first().map(|token| token.text.clone()).ok_or_else(|| spot.finding(finding::TABLE_SYNTAX, "expected a name"))
}

fn blank_row(spot: Spot) -> Row {
    Row {
        spot,
        names: Vec::new(),
        attribute: false,
        repeats: false,
        forced: false,
        words: Words::default(),
        uses: None,
        children: Vec::new(),
    }
}

/// A row: its names, then its words.
fn row(tokens: &[Token], spot: Spot) -> Result<Row, Finding> {
    let mut row = blank_row(spot.clone());
    let mut words = Cursor::new(tokens, &spot);
    if words.take("use") {
        row.uses = Some(words.value("the name of a definition")?);
        words.end()?;
        return Ok(row);
    }
    loop {
        let name = words.value("an element or @attribute")?;
        row.attribute |= name.starts_with('@');
        let plain = name.trim_start_matches('@').to_owned();
        row.names.push((plain != "-").then_some(plain));
        if !words.take("|") {
            break;
        }
    }
    row.repeats = words.take("*");
    row.forced = words.take("!");
    while words.peek().is_some() {
        if words.take("use") {
            row.uses = Some(words.value("the name of a definition")?);
        } else {
            word(&mut words, &mut row.words)?;
        }
    }
    Ok(row)
}
