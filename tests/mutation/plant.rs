//! Mistakes that a person makes in a mapping table, planted one at a time: in every row, in every word of it.

use std::collections::BTreeSet;

/// A table with one mistake in it.
pub(crate) struct Mutant {
    /// Names of the rows around it, and the row itself without its indent.
    pub(crate) row: String,
    /// What was done.
    pub(crate) mistake: String,
    pub(crate) text: String,
}

/// A line of a table as words.
struct Line<'t> {
    indent: usize,
    words: Vec<&'t str>,
    /// Names of the rows around it.
    around: Vec<&'t str>,
}

/// Words that begin a clause, up to which the clause before it reaches.
const CLAUSES: &[&str] = &[
    "=",
    "when",
    "lost",
    "date-102",
    "date-time",
    "map",
    "like",
    "otherwise",
    "if",
    "unless",
    "first",
    "also",
    "copy",
    "else",
    "state",
    "bundle",
    "use",
    "write",
    "keep",
    "any-case",
    "where",
    "prefer",
];
/// Lines that head a table and say nothing of their own.
const HEADS: &[&str] = &["map", "overlay", "root", "define"];
const GRADES: &[&str] = &["technical", "content", "meaning"];

/// Every mutant of a table.
pub(crate) fn mutants(text: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = text.lines().collect();
    let rows = rows(&lines);
    let mut found = Vec::new();
    for (at, line) in rows.iter().enumerate() {
        let Some(line) = line else { continue };
        let mut changes: Vec<(String, Option<Vec<String>>)> = vec![("row dropped".to_owned(), None)];
        let others = of_words(&line.words).into_iter().filter(|(_, words)| *words != line.words);
        changes.extend(others.map(|(mistake, words)| (mistake, Some(words))));
        for (mistake, words) in changes {
            let text = match words {
                Some(words) => replaced(&lines, at, line.indent, &words),
                None => without(&lines, &rows, at),
            };
            found.push(Mutant { row: spelled(&rows, at), mistake, text });
        }
        found.extend(exchanged(&lines, &rows, at));
    }
    let mut seen = BTreeSet::new();
    found.retain(|mutant| mutant.text != text && seen.insert(mutant.text.clone()));
    found
}

/// The rows around a row, and its words; of a row without a term, the first one below it.
fn spelled(rows: &[Option<Line<'_>>], at: usize) -> String {
    let Some(line) = &rows[at] else { return String::new() };
    let mut text: String = line.around.iter().flat_map(|name| [name, " / "]).collect();
    text.push_str(&line.words.join(" "));
    let below = rows[at + 1..].iter().flatten().take_while(|inner| inner.indent > line.indent);
    let term = below.filter_map(|inner| term_at(&inner.words).map(|at| inner.words[at])).next();
    if let (None, Some(term)) = (term_at(&line.words), term) {
        text.push_str(&format!(" ({term})"));
    }
    text
}

/// The rows among the lines; comments, blank lines and heads aside.
fn rows<'t>(lines: &[&'t str]) -> Vec<Option<Line<'t>>> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut rows = Vec::with_capacity(lines.len());
    for &line in lines {
        let words = words(line);
        let indent = line.len() - line.trim_start().len();
        if words.is_empty() {
            rows.push(None);
            continue;
        }
        open.retain(|(outer, _)| *outer < indent);
        let around = open.iter().map(|(_, name)| *name).collect();
        let head = indent == 0 && HEADS.contains(&words[0]);
        open.push((indent, words[if head { 1 } else { 0 }]));
        rows.push((!head).then_some(Line { indent, words, around }));
    }
    rows
}

/// The words of a line, texts in quotes whole, a comment behind it gone.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let end = match rest.strip_prefix('"') {
            Some(inner) => inner.find('"').map_or(rest.len(), |end| end + 2),
            None => rest.find(' ').unwrap_or(rest.len()),
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}

fn replaced(lines: &[&str], at: usize, indent: usize, words: &[String]) -> String {
    let line = format!("{}{}", " ".repeat(indent), words.join(" "));
    let mut text = String::new();
    for (index, old) in lines.iter().enumerate() {
        text.push_str(if index == at { &line } else { old });
        text.push('\n');
    }
    text
}

/// The table without a row and what is indented under it.
fn without(lines: &[&str], rows: &[Option<Line<'_>>], at: usize) -> String {
    let indent = rows[at].as_ref().map_or(0, |line| line.indent);
    let inner = rows[at + 1..].iter().zip(&lines[at + 1..]);
    let end =
        inner.take_while(|(row, line)| row.as_ref().map_or(line.trim().is_empty(), |row| row.indent > indent)).count();
    let kept = lines.iter().enumerate().filter(|(index, _)| !(at..=at + end).contains(index));
    kept.flat_map(|(_, line)| [line, "\n"]).collect()
}

/// The term of this row and the one of the next row that has one of the same kind, exchanged.
fn exchanged(lines: &[&str], rows: &[Option<Line<'_>>], at: usize) -> Option<Mutant> {
    let line = rows[at].as_ref()?;
    let own = term_at(&line.words)?;
    let kind = |word: &str| word.chars().take(2).collect::<String>().replace(|c: char| c.is_ascii_lowercase(), "");
    let other = (at + 1..rows.len()).find(|&other| {
        let term = rows[other].as_ref().and_then(|line| term_at(&line.words).map(|at| line.words[at]));
        term.is_some_and(|term| kind(term) == kind(line.words[own]) && term != line.words[own])
    })?;
    let target = rows[other].as_ref()?;
    let theirs = term_at(&target.words)?;
    let swap = |words: &[&str], at: usize, term: &str| -> Vec<String> {
        words.iter().enumerate().map(|(index, word)| if index == at { term } else { word }.to_owned()).collect()
    };
    let text = replaced(lines, at, line.indent, &swap(&line.words, own, target.words[theirs]));
    let text = replaced(
        &text.lines().collect::<Vec<_>>(),
        other,
        target.indent,
        &swap(&target.words, theirs, line.words[own]),
    );
    let mistake = format!("exchanged with {}", target.words[theirs]);
    Some(Mutant { row: spelled(rows, at), mistake, text })
}

/// Where the words of a row have its term: `BT-9`, `BG-4`, `.name`.
fn term_at(words: &[&str]) -> Option<usize> {
    let behind = words.iter().position(|word| CLAUSES.contains(word)).unwrap_or(words.len());
    words[..behind].iter().position(|word| is_term(word))
}

fn is_term(word: &str) -> bool {
    word.starts_with("BT-") || word.starts_with("BG-") || (word.starts_with('.') && word.len() > 1)
}

/// Mistakes within the words of a row.
fn of_words(words: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut plant = |mistake: String, words: Vec<String>| found.push((mistake, words));
    for (at, &word) in words.iter().enumerate() {
        for (mistake, with) in instead(words, at) {
            plant(mistake, splice(words, at, at + 1, &with));
        }
        if CLAUSES.contains(&word) {
            let end = clause_end(words, at);
            plant(format!("`{}` dropped", words[at..end].join(" ")), splice(words, at, end, &[]));
        }
        if ["or", "and", ","].contains(&word) && at + 1 < words.len() {
            let end = if words.get(at + 2) == Some(&"=") { at + 4 } else { at + 2 };
            let end = if words.get(at + 2) == Some(&"agrees") { at + 3 } else { end };
            plant(format!("`{}` dropped", words[at..end].join(" ")), splice(words, at, end, &[]));
        }
    }
    if let Some(at) = term_at(words) {
        plant(format!("{} dropped", words[at]), splice(words, at, at + 1, &[]));
        if !words.contains(&"*") && !words[0].starts_with('@') {
            plant("`*` added".to_owned(), splice(words, at, at, &["*".to_owned()]));
        }
    } else if words.len() == 1 && !words[0].starts_with('@') {
        plant("`*` added".to_owned(), splice(words, 1, 1, &["*".to_owned()]));
    }
    found
}

/// Up to the next clause; `write`, `keep` and `any-case` go with the `when` before them, as clauses of their own.
fn clause_end(words: &[&str], at: usize) -> usize {
    let mut next = at + 1;
    while next < words.len() && (!CLAUSES.contains(&words[next]) || (words[next] == "=" && is_term(words[next - 1]))) {
        next += 1;
    }
    next
}

/// What could stand by mistake in the place of a word.
fn instead(words: &[&str], at: usize) -> Vec<(String, Vec<String>)> {
    let word = words[at];
    let one = |mistake: &str, with: &[&str]| {
        vec![(mistake.to_owned(), with.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())]
    };
    match word {
        "when" if words.get(at + 1) != Some(&"not") => one("`when` inverted", &["when", "not"]),
        "not" => one("`not` dropped", &[]),
        "if" => one("`if` became `unless`", &["unless"]),
        "unless" if at > 1 && words[at - 2] != "lost" => one("`unless` became `if`", &["if"]),
        "like" => Vec::new(),
        "otherwise" => one("`otherwise` became `like iban`", &["like", "iban"]),
        "also" => one("`also` became `copy`", &["copy"]),
        "copy" => one("`copy` became `also`", &["also"]),
        "*" => one("`*` dropped", &[]),
        "!" => one("`!` dropped", &[]),
        "|" if at == 1 => one("kinds of document merged", &[words[0]]),
        _ if GRADES.contains(&word) => GRADES
            .iter()
            .filter(|grade| **grade != word)
            .map(|grade| (format!("{word} became {grade}"), vec![(*grade).to_owned()]))
            .collect(),
        _ if is_constant(words, at) => constants(word),
        _ if is_term(word) && at > 0 => terms(word),
        _ => Vec::new(),
    }
}

/// A constant, a pair of a code map, a text with terms: behind a word that takes one.
fn is_constant(words: &[&str], at: usize) -> bool {
    let word = words[at];
    let before = at.checked_sub(1).map_or("", |before| words[before]);
    let takes = ["=", "when", "not", "write", "else", "state", "or", ",", "unless", "map"].contains(&before);
    let pair = word.contains('=') && word != "=";
    let free = !["not", "other", "absent", "sum", "once", "if"].contains(&word) && !CLAUSES.contains(&word);
    // What the report calls a loss behind `lost` is for people.
    let text = word.starts_with('"') && !words[..at].contains(&"lost");
    (takes || pair || text) && free && !is_term(word)
}

/// A constant with a letter more; a pair of codes with one of the two changed.
fn constants(word: &str) -> Vec<(String, Vec<String>)> {
    let made = |with: String| (format!("{word} became {with}"), vec![with]);
    match word.strip_suffix('"') {
        Some(text) => {
            let terms = text.find('{').map(|open| made(format!("\"{}\"", &text[open..])));
            std::iter::once(made(format!("{text}x\""))).chain(terms).collect()
        }
        None => match word.split_once('=') {
            Some((file, model)) => vec![made(format!("{file}1={model}")), made(format!("{file}={model}1"))],
            None => vec![made(format!("{word}X"))],
        },
    }
}

/// The term with the next number, and the one before: what a slip of the pen gives.
fn terms(word: &str) -> Vec<(String, Vec<String>)> {
    let Some((family, number)) = word.rsplit_once('-') else { return Vec::new() };
    let Ok(number) = number.parse::<u32>() else { return Vec::new() };
    let near = [number + 1, number.saturating_sub(1)];
    near.into_iter()
        .map(|near| format!("{family}-{near}"))
        .map(|term| (format!("{word} became {term}"), vec![term]))
        .collect()
}

fn splice(words: &[&str], from: usize, to: usize, with: &[String]) -> Vec<String> {
    let before = words[..from].iter().map(|&word| word.to_owned());
    let behind = words[to.min(words.len())..].iter().map(|&word| word.to_owned());
    before.chain(with.iter().cloned()).chain(behind).collect()
}
