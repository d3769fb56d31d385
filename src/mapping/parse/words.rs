//! The words of a row behind its name: what it carries, how the value is spelled, when it is written, what is lost.

use super::super::notation::{
    Choose, Condition, Filler, Fixed, Grade, Home, Lost, Operand, Piece, Spelling, Test, When, Words,
};
use super::tokens::{Cursor, Token, is_term};
use crate::finding::Finding;

/// One word of a row and what belongs to it.
pub(super) fn word(words: &mut Cursor<'_>, row: &mut Words<String>) -> Result<(), Finding> {
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
        "date-time" => row.spelling = Spelling::DateTime,
        "map" => row.spelling = map(words)?,
        "first" => row.first = true,
        "also" => row.home = Home::Also,
        "copy" => row.home = Home::Copy,
        "prefer" => row.prefer = Some(words.value("a group")?),
        "like" | "otherwise" | "if" | "unless" => row.choose = Some(choose(&token.text, words)?),
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

/// Which of several rows writes a term.
fn choose(word: &str, words: &mut Cursor<'_>) -> Result<Choose<String>, Finding> {
    Ok(match word {
        "like" => Choose::Like(words.value("the name of a shape")?),
        "if" => Choose::If(condition(words)?),
        "unless" => Choose::Unless(condition(words)?),
        _ => Choose::Otherwise,
    })
}

fn fixed(words: &mut Cursor<'_>) -> Result<Fixed<String>, Finding> {
    let values = operands(words)?;
    Ok(Fixed { values, otherwise: words.or_grade()?.unwrap_or(Grade::Technical) })
}

/// `A, B`
fn operands(words: &mut Cursor<'_>) -> Result<Vec<Operand<String>>, Finding> {
    let mut values = vec![words.operand()?];
    while words.take(",") {
        values.push(words.operand()?);
    }
    Ok(values)
}

fn when(words: &mut Cursor<'_>) -> Result<When<String>, Finding> {
    let not = words.take("not");
    let (tests, mut otherwise) = tests(words)?;
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

/// `A or B or GRADE`: what is asked for, and what another value weighs if that stands here already.
fn tests(words: &mut Cursor<'_>) -> Result<(Vec<Test<String>>, Option<Grade>), Finding> {
    let mut tests = vec![test(words)?];
    let mut otherwise = None;
    while otherwise.is_none() && words.peek().is_some_and(|token| token.text == "or") {
        otherwise = words.or_grade()?;
        if otherwise.is_none() {
            words.next();
            tests.push(test(words)?);
        }
    }
    Ok((tests, otherwise))
}

fn test(words: &mut Cursor<'_>) -> Result<Test<String>, Finding> {
    let token = words.next().ok_or_else(|| words.missing("a value"))?;
    Ok(match token.text.as_str() {
        "absent" if !token.quoted => Test::Absent,
        "other" if !token.quoted => Test::Other,
        _ => Test::Is(token.operand()),
    })
}

fn lost(words: &mut Cursor<'_>) -> Result<Lost<String>, Finding> {
    let grade = words.grade()?;
    let unless = match words.take("unless") {
        true => operands(words)?,
        false => Vec::new(),
    };
    let label: Vec<&str> = std::iter::from_fn(|| words.next()).map(|token| token.text.as_str()).collect();
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
