//! From the text of a mapping table to its rows. Every line that cannot be read is a finding with line and column.

use std::sync::Arc;

use super::notation::{
    Choose, Condition, Filler, Fixed, Grade, Home, Lost, Operand, Piece, Row, Sheet, Spelling, Spot, Test, When, Words,
};
use crate::finding::{self, Finding};

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

/// One word of a row and what belongs to it.
fn word(words: &mut Cursor<'_>, row: &mut Words<String>) -> Result<(), Finding> {
    let Some(token) = words.next() else { return Ok(()) };
    if token.quoted {
        row.spelling = pattern(words, token)?;
        return Ok(());
    }
    match token.text.as_str() {
        "bundle" => row.bundle = true,
        "or" => {
            words.expect("once")?;
            row.once = true;
        }
        "=" => row.fixed = Some(fixed(words)?),
        "when" => row.when = Some(when(words)?),
        "lost" => row.lost = Some(lost(words)?),
        "date-102" => row.spelling = Spelling::Date102,
        "map" => row.spelling = map(words)?,
        "like" => row.choose = Some(Choose::Like(words.value("the name of a shape")?)),
        "otherwise" => row.choose = Some(Choose::Otherwise),
        "if" => row.choose = Some(Choose::If(condition(words)?)),
        "unless" => row.choose = Some(Choose::Unless(condition(words)?)),
        "first" => row.first = true,
        "also" => row.home = Home::Also,
        "copy" => row.home = Home::Copy,
        "else" => {
            row.filler = Some(filler(words)?);
            if words.take("where") {
                row.filler_where = Some(condition(words)?);
            }
        }
        "state" => row.filler = Some(Filler::Statement(words.value("a value")?)),
        text if is_term(text) && row.term.is_none() => row.term = Some(text.to_owned()),
        _ => return Err(words.unknown(token)),
    }
    Ok(())
}

/// `BT-1`, `BG-25`, `.field`, `ACME-1`.
fn is_term(text: &str) -> bool {
    match text.strip_prefix('.') {
        Some(field) => !field.is_empty(),
        None => {
            text.contains('-')
                && text.starts_with(|c: char| c.is_ascii_uppercase())
                && text.contains(|c: char| c.is_ascii_digit())
        }
    }
}

fn operand(text: &str, quoted: bool) -> Operand<String> {
    match !quoted && is_term(text) {
        true => Operand::Term(text.to_owned()),
        false => Operand::Text(text.to_owned()),
    }
}

fn fixed(words: &mut Cursor<'_>) -> Result<Fixed<String>, Finding> {
    let mut values = vec![words.operand()?];
    while words.take(",") {
        values.push(words.operand()?);
    }
    Ok(Fixed { values, otherwise: words.or_grade()?.unwrap_or(Grade::Technical) })
}

fn when(words: &mut Cursor<'_>) -> Result<When<String>, Finding> {
    let not = words.take("not");
    let mut tests = vec![test(words)?];
    let mut otherwise = None;
    while otherwise.is_none() && words.peek().is_some_and(|token| token.text == "or") {
        otherwise = words.or_grade()?;
        if otherwise.is_none() {
            words.next();
            tests.push(test(words)?);
        }
    }
    let any_case = words.take("any-case");
    let write = match words.take("write") {
        true => Some(words.operand()?),
        false => tests.iter().find_map(|test| match test {
            Test::Is(operand) if !not => Some(operand.clone()),
            _ => None,
        }),
    };
    let keep = words.take("keep");
    if otherwise.is_none() {
        otherwise = words.or_grade()?;
    }
    Ok(When { tests, not, any_case, write, keep, otherwise: otherwise.unwrap_or(Grade::Technical) })
}

fn test(words: &mut Cursor<'_>) -> Result<Test<String>, Finding> {
    let token = words.next().ok_or_else(|| words.missing("a value"))?;
    Ok(match token.text.as_str() {
        "absent" if !token.quoted => Test::Absent,
        "other" if !token.quoted => Test::Other,
        text => Test::Is(operand(text, token.quoted)),
    })
}

fn lost(words: &mut Cursor<'_>) -> Result<Lost<String>, Finding> {
    let grade = words.grade()?;
    let mut unless = Vec::new();
    if words.take("unless") {
        unless.push(words.operand()?);
        while words.take(",") {
            unless.push(words.operand()?);
        }
    }
    let mut label = Vec::new();
    while let Some(token) = words.next() {
        label.push(token.text.as_str());
    }
    Ok(Lost { grade, unless, label: (!label.is_empty()).then(|| label.join(" ")) })
}

fn map(words: &mut Cursor<'_>) -> Result<Spelling<String>, Finding> {
    let mut pairs = Vec::new();
    while let Some((file, model)) = words.peek().and_then(|token| token.text.split_once('=')) {
        pairs.push((file.to_owned(), model.to_owned()));
        words.next();
    }
    match pairs.is_empty() {
        true => Err(words.missing("pairs such as `5=3`: the code of this syntax, the code of the model")),
        false => Ok(Spelling::Map(pairs)),
    }
}

fn filler(words: &mut Cursor<'_>) -> Result<Filler<String>, Finding> {
    if words.take("sum") {
        return Ok(Filler::Sum(words.value("a term")?));
    }
    let first = words.operand()?;
    match first {
        Operand::Text(text) => Ok(Filler::Placeholder(text)),
        Operand::Term(left) => {
            words.expect("+")?;
            Ok(Filler::Add(left, words.value("a term")?))
        }
    }
}

/// `A or B and C`: `and` binds closer.
fn condition(words: &mut Cursor<'_>) -> Result<Condition<String>, Finding> {
    let mut any = vec![conjunction(words)?];
    while words.take("or") {
        any.push(conjunction(words)?);
    }
    Ok(single_or(any, Condition::Any))
}

fn conjunction(words: &mut Cursor<'_>) -> Result<Condition<String>, Finding> {
    let mut all = vec![atom(words)?];
    while words.take("and") {
        all.push(atom(words)?);
    }
    Ok(single_or(all, Condition::All))
}

fn atom(words: &mut Cursor<'_>) -> Result<Condition<String>, Finding> {
    let left = words.value("a term")?;
    if words.take("=") {
        return Ok(Condition::Equal(left, words.value("a term")?));
    }
    if words.take("agrees") {
        return Ok(Condition::Agrees(left));
    }
    Ok(Condition::Has(left))
}

fn single_or<T>(mut parts: Vec<Condition<T>>, many: fn(Vec<Condition<T>>) -> Condition<T>) -> Condition<T> {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

/// `"#{BT-21 in LIST}#{BT-22}" or "{BT-22}"`
fn pattern(words: &mut Cursor<'_>, first: &Token) -> Result<Spelling<String>, Finding> {
    let mut alternatives = vec![pieces(&first.text, words)?];
    while words.take("or") {
        let token = words.next().filter(|token| token.quoted).ok_or_else(|| words.missing("a text in quotes"))?;
        alternatives.push(pieces(&token.text, words)?);
    }
    Ok(Spelling::Pattern(alternatives))
}

fn pieces(text: &str, words: &Cursor<'_>) -> Result<Vec<Piece<String>>, Finding> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            pieces.push(Piece::Literal(rest[..open].to_owned()));
        }
        let close = rest.find('}').filter(|&close| close > open).ok_or_else(|| words.missing("a closing `}`"))?;
        let mut inner = rest[open + 1..close].split(" in ");
        let term = inner.next().unwrap_or_default().to_owned();
        pieces.push(Piece::Term(term, inner.next().map(str::to_owned)));
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

/// A word of a line, its quotes taken off.
#[derive(Debug)]
struct Token {
    text: String,
    quoted: bool,
    column: u32,
}

fn without_comment(line: &str) -> &str {
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

fn tokens(content: &str, spot: &Spot) -> Result<Vec<Token>, Finding> {
    let mut tokens = Vec::new();
    let mut rest = content.trim_start_matches(' ');
    while !rest.is_empty() {
        let column = content[..content.len() - rest.len()].chars().count() as u32 + 1;
        let (text, quoted, after) = match rest.strip_prefix('"') {
            Some(inside) => {
                let end = inside.find('"').ok_or_else(|| {
                    Spot { column, ..spot.clone() }.finding(finding::TABLE_SYNTAX, "a quoted text is not closed")
                })?;
                (&inside[..end], true, &inside[end + 1..])
            }
            None => {
                let end = rest.find(' ').unwrap_or(rest.len());
                (&rest[..end], false, &rest[end..])
            }
        };
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

/// The words of one line, read from left to right.
struct Cursor<'t> {
    tokens: &'t [Token],
    at: usize,
    spot: Spot,
}

impl<'t> Cursor<'t> {
    fn new(tokens: &'t [Token], spot: &Spot) -> Cursor<'t> {
        Cursor { tokens, at: 0, spot: spot.clone() }
    }

    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| !token.quoted && token.text == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, word: &str) -> Result<(), Finding> {
        match self.take(word) {
            true => Ok(()),
            false => Err(self.missing(&format!("`{word}`"))),
        }
    }

    fn value(&mut self, what: &str) -> Result<String, Finding> {
        self.next().map(|token| token.text.clone()).ok_or_else(|| self.missing(what))
    }

    fn operand(&mut self) -> Result<Operand<String>, Finding> {
        let token = self.next().ok_or_else(|| self.missing("a value"))?;
        Ok(operand(&token.text, token.quoted))
    }

    fn grade(&mut self) -> Result<Grade, Finding> {
        let grade = self.peek().and_then(|token| token.text.parse().ok());
        self.at += usize::from(grade.is_some());
        grade.ok_or_else(|| self.missing("technical, content or meaning"))
    }

    /// `or GRADE`, if that is what stands here.
    fn or_grade(&mut self) -> Result<Option<Grade>, Finding> {
        let grade = self.tokens.get(self.at + 1).and_then(|token| token.text.parse().ok());
        match (self.peek().is_some_and(|token| token.text == "or"), grade) {
            (true, Some(grade)) => {
                self.at += 2;
                Ok(Some(grade))
            }
            _ => Ok(None),
        }
    }

    fn end(&mut self) -> Result<(), Finding> {
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
    fn missing(&self, what: &str) -> Finding {
        let mut finding = self.spot_here().finding(finding::TABLE_SYNTAX, format!("expected {what}"));
        finding.found = self.peek().map(|token| token.text.clone());
        finding
    }

    #[cold]
    fn unknown(&self, token: &Token) -> Finding {
        let spot = Spot { column: token.column, ..self.spot.clone() };
        spot.finding(finding::TABLE_SYNTAX, "expected a word of the notation").found(&token.text)
    }
}
