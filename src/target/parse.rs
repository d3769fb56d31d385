//! The notation of `*.targets`: lines to rows. A line that cannot be read is told with its column and left out.

#[cfg(test)]
mod tests;

use super::demand::{Condition, Demand, Values, What};
use super::hybrid::{HybridRow, NamesRow};
use super::table::{Business, Change, Choice, SourceRow, TargetRow, Targets, without_of};
use crate::codelist::CodeList;
use crate::finding::{self, Code, Finding};
use crate::place::Place;
use crate::term::Terms;

/// What is wrong with a line: where, what kind, what was met, what would have been right.
struct Problem {
    column: usize,
    code: Code,
    message: &'static str,
    found: String,
    expected: Option<String>,
}

type Parsed<T> = Result<T, Problem>;

/// A word of a line, or a text in quotes, with its column.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    column: usize,
    text: &'t str,
}

impl Word<'_> {
    fn problem(&self, code: Code, message: &'static str) -> Problem {
        Problem { column: self.column, code, message, found: self.text.to_owned(), expected: None }
    }
}

/// A name that a line refers to, looked up when the whole table is known.
pub(super) struct Reference {
    kind: Kind,
    name: String,
    line: usize,
    column: usize,
}

enum Kind {
    Rules,
    Target,
}

impl Reference {
    pub(super) fn problem(&self, targets: &Targets, file: &str) -> Option<Finding> {
        let (known, message) = match self.kind {
            Kind::Rules => (targets.has_rules(&self.name), "no rules have this name"),
            Kind::Target => (targets.find(&self.name).is_some(), "no target has this name"),
        };
        let place = Place::at(file, self.line as u32, self.column as u32);
        (!known).then(|| Finding::new(finding::TABLE_NAME, message).at(place).found(&self.name))
    }
}

/// Reads a table: its rows, the names they refer to, and what is wrong.
pub(super) fn parse(text: &str, file: &str, terms: &Terms) -> (Targets, Vec<Reference>, Vec<Finding>) {
    let mut reader = Reader { terms, targets: Targets::default(), references: Vec::new(), block: Block::None, line: 0 };
    let mut problems = Vec::new();
    for (index, line) in text.lines().enumerate() {
        reader.line = index + 1;
        let is_inner = line.starts_with([' ', '\t']);
        let result = words(line).and_then(|words| match words.is_empty() {
            true => Ok(()),
            false => reader.take(is_inner, &words),
        });
        if let Err(problem) = result {
            let place = Place::at(file, reader.line as u32, problem.column as u32);
            let mut finding = Finding::new(problem.code, problem.message).at(place).found(problem.found);
            finding.expected = problem.expected;
            problems.push(finding);
        }
    }
    (reader.targets, reader.references, problems)
}

/// The words of a line; `#` begins a comment at the start or behind a blank.
fn words(line: &str) -> Parsed<Vec<Word<'_>>> {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        let content = rest.trim_start();
        let column = line[..line.len() - content.len()].chars().count() + 1;
        if content.is_empty() || content.starts_with('#') {
            return Ok(words);
        }
        let (text, behind) = match content.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or_else(|| {
                Word { column, text: content }.problem(finding::TABLE_SYNTAX, "a text in quotes has no end")
            })?,
            None => content.split_at(content.find(char::is_whitespace).unwrap_or(content.len())),
        };
        words.push(Word { column, text });
        rest = behind;
    }
}

/// Which block the indented lines belong to.
enum Block {
    None,
    Target,
    Rules,
    Names,
}

struct Reader<'t> {
    terms: &'t Terms,
    targets: Targets,
    references: Vec<Reference>,
    block: Block,
    line: usize,
}

/// The line is not one of the notation.
fn unknown(words: &[Word<'_>], expected: &str) -> Problem {
    let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
    Problem {
        column: words.first().map_or(1, |word| word.column),
        code: finding::TABLE_SYNTAX,
        message: "a line of the targets cannot be read",
        found: texts.join(" "),
        expected: Some(expected.to_owned()),
    }
}

fn owned(words: &[Word<'_>]) -> Vec<String> {
    words.iter().map(|word| word.text.to_owned()).collect()
}

impl Reader<'_> {
    fn take(&mut self, is_inner: bool, words: &[Word<'_>]) -> Parsed<()> {
        let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
        if is_inner {
            return match texts[0] {
                "requires" | "allows" | "drops" | "refuses" => self.demand(words),
                _ => self.detail(words, &texts),
            };
        }
        self.block = Block::None;
        match texts.as_slice() {
            ["target", name, "BT-24", specification] => self.target(name, specification),
            ["rules", name] => {
                self.targets.rules.push(((*name).to_owned(), Vec::new()));
                self.block = Block::Rules;
            }
            ["names", name] => {
                self.targets.names.push(NamesRow { name: (*name).to_owned(), ..NamesRow::default() });
                self.block = Block::Names;
            }
            ["known", id, title] => self.targets.known.push(((*id).to_owned(), (*title).to_owned())),
            ["from", id, ..] => {
                let choices = self.choices(&words[2..])?;
                self.targets.sources.push(SourceRow { id: (*id).to_owned(), choices });
            }
            ["change", format, rest @ ..] => {
                let change = change(rest).ok_or_else(|| unknown(words, "fill, spread, split or drop"))?;
                self.targets.changes.push(((*format).to_owned(), change));
            }
            _ => return Err(unknown(words, "target, rules, names, known, from or change")),
        }
        Ok(())
    }

    fn target(&mut self, name: &str, specification: &str) {
        self.targets.targets.push(TargetRow {
            name: name.to_owned(),
            title: name.to_owned(),
            specification: specification.to_owned(),
            ..TargetRow::default()
        });
        self.block = Block::Target;
    }

    fn detail(&mut self, words: &[Word<'_>], texts: &[&str]) -> Parsed<()> {
        const EXPECTED: &str = "name, edition, BT-23, notes, sender, code, pdf, profile, without, follows, requires, allows, drops or refuses";
        if let (Block::Names, Some(names)) = (&self.block, self.targets.names.last_mut()) {
            return names.detail(texts).ok_or_else(|| unknown(words, "file, version, schema or property"));
        }
        let target = match self.block {
            Block::Target => self.targets.targets.last_mut(),
            _ => None,
        };
        let Some(target) = target else { return Err(unknown(words, "requires, allows, drops or refuses")) };
        match texts {
            ["name", rest @ ..] => target.title = rest.join(" "),
            ["edition", "D16B"] => target.older_edition = true,
            ["BT-23", "any"] => target.business = Business::Any,
            ["BT-23", "required", value] => target.business = Business::Required((*value).to_owned()),
            ["BT-23", "one", "of", values @ .., "else", default] => {
                let values = values.iter().map(|value| (*value).to_owned()).collect();
                target.business = Business::OneOf(values, (*default).to_owned());
            }
            ["notes", "one"] => target.one_note = true,
            ["sender", "buyer"] => target.sent_by_buyer = true,
            ["pdf", rest @ ..] => {
                let row = HybridRow::of(rest);
                target.hybrid = Some(row.ok_or_else(|| unknown(words, "relationship R, file, version or level"))?);
            }
            ["code", _, code] => {
                term(self.terms, words[1])?;
                target.codes.push((words[1].text.to_owned(), (*code).to_owned()));
            }
            ["profile", column] => {
                let known = without_of(column);
                let without = known.ok_or_else(|| words[1].problem(finding::TABLE_NAME, "no profile has this name"))?;
                target.without.extend(without);
            }
            ["without", ..] => {
                let terms = self.terms;
                for word in &words[1..] {
                    term(terms, *word)?;
                }
                target.without.extend(owned(&words[1..]));
            }
            ["follows", ..] => {
                target.follows.extend(owned(&words[1..]));
                let line = self.line;
                let names = words[1..].iter().map(|word| (word.text.to_owned(), word.column));
                let rules = |(name, column)| Reference { kind: Kind::Rules, name, line, column };
                self.references.extend(names.map(rules));
            }
            _ => return Err(unknown(words, EXPECTED)),
        }
        Ok(())
    }

    fn demand(&mut self, words: &[Word<'_>]) -> Parsed<()> {
        let demand = demand(self.terms, words)?;
        let demands = match self.block {
            Block::Target => self.targets.targets.last_mut().map(|target| &mut target.demands),
            Block::Rules => self.targets.rules.last_mut().map(|(_, demands)| demands),
            Block::None | Block::Names => None,
        };
        demands.ok_or_else(|| unknown(words, "`target` or `rules` above it"))?.push(demand);
        Ok(())
    }

    fn choices(&mut self, mut words: &[Word<'_>]) -> Parsed<Vec<(String, Choice)>> {
        let mut choices = Vec::new();
        while let [format, rest @ ..] = words {
            let (choice, rest) = self.choice(rest).ok_or_else(|| unknown(words, "a format and its target"))?;
            choices.push((format.text.to_owned(), choice));
            words = rest;
        }
        Ok(choices)
    }

    fn choice<'w, 't>(&mut self, words: &'w [Word<'t>]) -> Option<(Choice, &'w [Word<'t>])> {
        let (word, rest) = words.split_first()?;
        Some(match word.text {
            "same" => (Choice::Same, rest),
            "refuse" => (Choice::Refuse, rest),
            "same-or" => {
                let (inner, rest) = self.choice(rest)?;
                (Choice::SameOr(Box::new(inner)), rest)
            }
            name => {
                let (line, column) = (self.line, word.column);
                self.references.push(Reference { kind: Kind::Target, name: name.to_owned(), line, column });
                (Choice::Target(name.to_owned()), rest)
            }
        })
    }
}

fn change(words: &[&str]) -> Option<Change> {
    let owned = |word: &&str| (*word).to_owned();
    Some(match words {
        ["fill", term, "from", from] => Change::Fill { term: owned(term), from: owned(from) },
        ["drop", group, "if", left, "=", right] => {
            Change::Drop { group: owned(group), left: owned(left), right: owned(right) }
        }
        ["spread", term] => Change::Spread { term: owned(term) },
        ["note", term] => Change::Note { term: owned(term) },
        ["number", term] => Change::Number { term: owned(term) },
        ["split", group] => Change::Split { group: owned(group) },
        _ => return None,
    })
}

/// A term or group that exists.
fn term(terms: &Terms, word: Word<'_>) -> Parsed<String> {
    match terms.find(word.text) {
        Some(_) => Ok(word.text.to_owned()),
        None => Err(word.problem(finding::TABLE_NAME, "no term or group has this id")),
    }
}

/// Words that end a list of values.
const ENDS: &[&str] = &["if", "unless", "and", "rule", "help"];

/// `requires BT-77 if BG-15 rule BR-DE-10 help "…"`
fn demand(terms: &Terms, words: &[Word<'_>]) -> Parsed<Demand> {
    let end = words.iter().position(|word| ENDS.contains(&word.text)).unwrap_or(words.len());
    let (head, mut rest) = words.split_at(end);
    let what = what(terms, head)?;
    let mut demand = Demand { what, when: Vec::new(), rule: None, help: None };
    let mut negated = false;
    while let [word, behind @ ..] = rest {
        let end = behind.iter().position(|word| ENDS.contains(&word.text)).unwrap_or(behind.len());
        let (own, next) = behind.split_at(end);
        match (word.text, own) {
            ("rule", [id]) => demand.rule = Some(id.text.to_owned()),
            ("help", [text]) => demand.help = Some(text.text.to_owned()),
            // `unless A and B` would leave open what is denied.
            ("and", _) if negated || demand.when.is_empty() => {
                return Err(unknown(rest, "`unless` once more, or `if`"));
            }
            ("if" | "unless" | "and", _) => {
                negated = word.text == "unless";
                demand.when.push(condition(terms, own, negated, *word)?);
            }
            _ => return Err(unknown(rest, "if, unless, rule or help")),
        }
        rest = next;
    }
    Ok(demand)
}

fn what(terms: &Terms, words: &[Word<'_>]) -> Parsed<What> {
    let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
    let expected =
        "requires BT-a, requires BT-a or BT-b, requires BT-a = VALUE, allows BT-a VALUE …, drops BT-a, refuses BT-a";
    match texts.as_slice() {
        ["requires", _, "=", value] => Ok(What::Value(term(terms, words[1])?, (*value).to_owned())),
        ["requires", _, ..] => {
            let ids = words[1..].iter().filter(|word| word.text != "or");
            Ok(What::Present(ids.map(|word| term(terms, *word)).collect::<Parsed<_>>()?))
        }
        ["allows", _, _, ..] => Ok(What::Allowed(term(terms, words[1])?, values(&words[2..])?)),
        ["drops", _] => Ok(What::Dropped(term(terms, words[1])?)),
        ["refuses", _] => Ok(What::Refused(term(terms, words[1])?)),
        _ => Err(unknown(words, expected)),
    }
}

/// `in LIST`, `in LIST/SECTION`, or the values themselves.
fn values(words: &[Word<'_>]) -> Parsed<Values> {
    let [Word { text: "in", .. }, list] = words else { return Ok(Values::Words(owned(words))) };
    let (name, section) = match list.text.split_once('/') {
        Some((name, section)) => (name, Some(section.to_owned())),
        None => (list.text, None),
    };
    let known = CodeList::named(name);
    let has_section =
        |list: &CodeList| section.as_deref().is_none_or(|section| list.sections().any(|own| own == section));
    match known.filter(|list| has_section(list)) {
        Some(_) => Ok(Values::List(name.to_owned(), section)),
        None => Err(list.problem(finding::TABLE_NAME, "no code list or section has this name")),
    }
}

/// `BG-15`, `BT-81 = 49 59`, `BT-125-1 in mime`
fn condition(terms: &Terms, words: &[Word<'_>], negated: bool, after: Word<'_>) -> Parsed<Condition> {
    let Some((first, rest)) = words.split_first() else {
        return Err(after.problem(finding::TABLE_SYNTAX, "a condition is missing"));
    };
    let term = term(terms, *first)?;
    let values = match rest {
        [] => None,
        [Word { text: "=", .. }, rest @ ..] => Some(values(rest)?),
        [Word { text: "in", .. }, _] => Some(values(rest)?),
        [Word { text: "positive", .. }] => Some(Values::Positive),
        _ => return Err(unknown(rest, "= and values, `in` and a list, or `positive`")),
    };
    Ok(Condition { term, values, negated })
}
