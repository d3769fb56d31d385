//! Terms that the command line sets or removes: `--set`, `--unset`, `--process`, and files of them.

use std::path::{Path, PathBuf};

use einv::finding::ARGUMENTS;
use einv::{Finding, Place};

use super::args::Convert;
use super::exit::Stop;
use super::files;

/// A term, and the value that it gets; without one it is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Override {
    pub(crate) term: String,
    pub(crate) value: Option<String>,
}

/// Everything for this input: from the file first, so that an option overrules it.
pub(crate) fn all(args: &Convert) -> Result<Vec<Override>, Stop> {
    let mut all = match &args.set_from {
        Some(path) => SetFrom::read(path)?.of(&args.input),
        None => Vec::new(),
    };
    let own = own(args)?;
    all.retain(|old| own.iter().all(|new| new.term != old.term));
    all.extend(own);
    Ok(all)
}

/// What the options say themselves.
fn own(args: &Convert) -> Result<Vec<Override>, Stop> {
    let mut own: Vec<Override> = args.unset.iter().map(|term| Override { term: term.clone(), value: None }).collect();
    if let Some(process) = &args.process {
        own.push(Override { term: "BT-23".to_owned(), value: Some(process.clone()) });
    }
    for text in &args.set {
        own.push(assignment(text)?);
    }
    Ok(own)
}

fn assignment(text: &str) -> Result<Override, Stop> {
    match text.split_once('=') {
        Some((term, value)) => Ok(Override { term: term.trim().to_owned(), value: Some(value.to_owned()) }),
        None => {
            let finding = Finding::new(ARGUMENTS, "a term is to be set, and its value is missing");
            Err(Stop::usage(finding.found(format!("--set `{text}`")).expected("--set TERM=VALUE")))
        }
    }
}

/// A file of terms to set.
pub(crate) struct SetFrom {
    folder: PathBuf,
    rows: Vec<(String, Override)>,
}

impl SetFrom {
    pub(crate) fn read(path: &Path) -> Result<SetFrom, Stop> {
        let text = files::read_text("the file of terms to set", path)?;
        let rows = match path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            true => from_json(&text),
            false => from_csv(&text),
        };
        let rows = rows.map_err(|mut finding| {
            files::locate(&mut finding, &files::name_of(path));
            Stop::usage(finding)
        })?;
        Ok(SetFrom { folder: path.parent().unwrap_or(Path::new("")).to_owned(), rows })
    }

    /// What it says for one input.
    fn of(self, input: &Path) -> Vec<Override> {
        let concerns = |file: &str| {
            file == "*"
                || Path::new(file) == input
                || files::is_same(Path::new(file), input)
                || files::is_same(&self.folder.join(file), input)
        };
        self.rows.into_iter().filter(|(file, _)| concerns(file)).map(|(_, row)| row).collect()
    }

    /// What it says for this input of many alone: by its name as the job lists it, or as seen from the file's directory.
    /// What an option says, too, stays as the option says it.
    pub(crate) fn for_input(&self, args: &Convert, input: &Path) -> Vec<Override> {
        let concerns = |file: &str| file != "*" && (Path::new(file) == input || self.folder.join(file) == input);
        let by_option = own(args).unwrap_or_default();
        let is_free = |row: &&Override| by_option.iter().all(|option| option.term != row.term);
        let rows = self.rows.iter().filter(|(file, _)| concerns(file)).map(|(_, row)| row);
        rows.filter(is_free).cloned().collect()
    }
}

type Rows = Result<Vec<(String, Override)>, Finding>;

/// `{"BT-10": "4711", "in/a.xml": {"BT-20": null}}`
fn from_json(text: &str) -> Rows {
    use serde_json::Value;
    let expected = "an object of terms and their values, which are texts or null, or of files and such objects";
    let wrong = |message: String| Finding::new(ARGUMENTS, message).expected(expected);
    let all = serde_json::from_str(text).map_err(|error: serde_json::Error| {
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or_default();
        let message = format!("the file of terms to set is not well-formed JSON: {said}");
        wrong(message).at(Place::at("", error.line() as u32, error.column() as u32))
    })?;
    let Value::Object(all) = all else {
        return Err(wrong("the file of terms to set is JSON of another kind".to_owned()));
    };
    let row = |file: &str, term: String, value: Value| match value {
        Value::String(value) => Ok((file.to_owned(), Override { term, value: Some(value) })),
        Value::Null => Ok((file.to_owned(), Override { term, value: None })),
        other => Err(wrong(format!("the value of {term} is no text")).found(other.to_string())),
    };
    let mut rows = Vec::new();
    for (key, value) in all {
        match value {
            Value::Object(inner) => {
                for (term, value) in inner {
                    rows.push(row(&key, term, value)?);
                }
            }
            value => rows.push(row("*", key, value)?),
        }
    }
    Ok(rows)
}

/// Columns file, term and value, by their names in the first line; an empty value removes the term.
fn from_csv(text: &str) -> Rows {
    let wrong = |found: &str, line: usize| {
        let finding = Finding::new(ARGUMENTS, "a line of the file of terms to set cannot be read");
        let finding = finding.at(Place::at("", line as u32, 1)).found(found);
        finding.expected("columns named file, term and value, set apart by commas")
    };
    let mut lines = csv_lines(text).into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let (number, head) = lines.next().unwrap_or_default();
    let column = |name: &str| head.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
    let (Some(file), Some(term), Some(value)) = (column("file"), column("term"), column("value")) else {
        return Err(wrong(&head.join(","), number.max(1)));
    };
    let mut rows = Vec::new();
    for (number, cells) in lines {
        let (Some(file), Some(term)) = (cells.get(file), cells.get(term).filter(|_| cells.len() == head.len())) else {
            return Err(wrong(&cells.join(","), number));
        };
        let value = cells.get(value).filter(|value| !value.is_empty()).cloned();
        rows.push((file.clone(), Override { term: term.trim().to_owned(), value }));
    }
    Ok(rows)
}

/// Lines of cells by RFC 4180, each with the number of its first line: a cell in quotes may hold commas and line ends.
fn csv_lines(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut lines = Vec::new();
    let (mut cells, mut cell, mut quoted, mut number, mut start) = (Vec::new(), String::new(), false, 1, 1);
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        number += usize::from(character == '\n');
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                lines.push((start, std::mem::take(&mut cells)));
                start = number;
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        lines.push((start, cells));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(file: &str, term: &str, value: Option<&str>) -> (String, Override) {
        (file.to_owned(), Override { term: term.to_owned(), value: value.map(str::to_owned) })
    }

    #[test]
    fn csv_has_columns_by_name_and_quotes() {
        let text = "\u{feff}term,file,value\r\nBT-10,a.xml,\"1,\"\"2\"\"\"\r\n\r\nBT-20,*,\n";
        let rows = from_csv(text).unwrap();
        assert_eq!(rows, [set("a.xml", "BT-10", Some("1,\"2\"")), set("*", "BT-20", None)]);
        assert!(from_csv("file,value\na,b\n").is_err());
        assert!(from_csv("file,term,value\na,BT-10\n").is_err());
        assert!(from_csv("").is_err());
    }

    #[test]
    fn json_has_terms_or_files() {
        let rows = from_json(r#"{"BT-10": "x", "in/a.xml": {"BT-20": null}}"#).unwrap();
        assert_eq!(rows, [set("*", "BT-10", Some("x")), set("in/a.xml", "BT-20", None)]);
        assert!(from_json(r#"{"BT-10": 4711}"#).is_err(), "a number would lose its spelling");
        assert!(from_json("[]").is_err());
    }

    #[test]
    fn a_value_may_hold_equal_signs() {
        assert_eq!(assignment("BT-10=a=b").unwrap(), Override { term: "BT-10".into(), value: Some("a=b".into()) });
        assert!(assignment("BT-10").is_err());
    }
}
