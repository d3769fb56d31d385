//! `mappings/documents.table`, read once.

use std::sync::LazyLock;

use crate::finding::{self, Finding};
use crate::format::fits;
use crate::place::Place;

/// What a file can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its name, with an article.
    pub(crate) name: &'static str,
    /// Syntax and kind of the mapping table that reads it.
    pub(crate) read: Option<(&'static str, usize)>,
    /// An invoice, whether it is read or not.
    pub(crate) is_invoice: bool,
    pub(crate) is_envelope: bool,
    /// What can be done instead.
    pub(crate) help: Option<&'static str>,
    /// What the metadata of a hybrid PDF call a profile.
    pub(crate) level: Option<&'static str>,
    sign: Sign,
}

/// What a row is recognised by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Sign {
    /// The first bytes, `None` being any, and a text somewhere behind.
    Bytes(Vec<Option<u8>>, Option<&'static str>),
    /// How the text begins, in small letters and without blanks.
    Text(String),
    #[default]
    Blank,
    Words,
    Noise,
    /// Name and namespace of the root element, and another namespace that its tag declares.
    Root(&'static str, &'static str, Option<&'static str>),
    /// A specification identifier.
    Profile(&'static str),
}

/// The whole table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Documents(Vec<Row>);

const FILE: &str = "mappings/documents.table";
const TEXT: &str = include_str!("../../../mappings/documents.table");
/// As much of a text as is looked at.
const BEGINNING: usize = 128;

static STANDARD: LazyLock<Documents> = LazyLock::new(|| {
    let (documents, problems) = Documents::parse(TEXT, FILE);
    debug_assert!(problems.is_empty(), "a test holds that the built-in table can be read: {problems:?}");
    documents
});

impl Documents {
    pub(crate) fn standard() -> &'static Documents {
        &STANDARD
    }

    /// Reads the table; lines that cannot be read are left out and reported.
    fn parse(text: &'static str, file: &str) -> (Documents, Vec<Finding>) {
        let mut documents = Documents::default();
        let mut problems = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let content = line.split(" # ").next().unwrap_or_default().trim_end();
            let is_read = match content.trim_start() {
                "" => true,
                _ if content.starts_with('#') => true,
                detail if content.starts_with(' ') => documents.detail(detail).is_some(),
                head => documents.head(head).is_some(),
            };
            if !is_read {
                let problem = Finding::new(finding::TABLE_SYNTAX, "a line of the documents cannot be read");
                problems.push(problem.at(Place::at(file, index as u32 + 1, 1)).found(content.trim()));
            }
        }
        (documents, problems)
    }

    fn head(&mut self, line: &'static str) -> Option<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let sign = match word {
            "bytes" => {
                let (digits, holds) = rest.split_once(" holds ").map_or((rest, None), |(d, h)| (d, Some(h)));
                Sign::Bytes(bytes(digits.trim())?, holds)
            }
            "text" if !rest.is_empty() => Sign::Text(squeezed(rest).collect()),
            "blank" => Sign::Blank,
            "words" => Sign::Words,
            "noise" => Sign::Noise,
            "root" => {
                let (name, spaces) = rest.split_once(" in ")?;
                let (space, beside) = spaces.split_once(" beside ").map_or((spaces, None), |(s, b)| (s, Some(b)));
                Sign::Root(name, space, beside)
            }
            "profile" if !rest.is_empty() => Sign::Profile(rest),
            _ => return None,
        };
        self.0.push(Row { sign, ..Row::default() });
        Some(())
    }

    fn detail(&mut self, line: &'static str) -> Option<()> {
        let row = self.0.last_mut()?;
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "is" => row.name = rest,
            "help" => row.help = Some(rest),
            "level" => row.level = Some(rest),
            "invoice" => row.is_invoice = true,
            "envelope" => row.is_envelope = true,
            "read" => {
                let (syntax, kind) = rest.split_once(' ')?;
                row.read = Some((syntax, kind.parse().ok()?));
                row.is_invoice = true;
            }
            _ => return None,
        }
        Some(())
    }

    /// What a file is that is no text with markup.
    pub(crate) fn of_bytes(&self, content: &[u8]) -> Option<&Row> {
        let text = String::from_utf8_lossy(&content[..content.len().min(BEGINNING)]);
        let is_blank = content.iter().all(u8::is_ascii_whitespace);
        self.0.iter().find(|row| match &row.sign {
            Sign::Bytes(start, holds) => {
                begins(content, start)
                    && holds.is_none_or(|part| memchr::memmem::find(content, part.as_bytes()).is_some())
            }
            Sign::Text(start) => {
                let mut squeezed = squeezed(&text);
                start.chars().all(|wanted| squeezed.next() == Some(wanted))
            }
            Sign::Blank => is_blank,
            _ => false,
        })
    }

    /// What a file is that begins neither as XML nor as JSON, and in no other way that the table knows.
    pub(crate) fn of_rest(&self, content: &[u8]) -> Option<&Row> {
        let has_control = content.iter().take(4096).any(|byte| matches!(byte, 0..=8 | 14..=31));
        let wanted = if has_control { Sign::Noise } else { Sign::Words };
        self.0.iter().find(|row| row.sign == wanted)
    }

    /// What a document is, by the namespace and the name of its root element, and the namespaces declared there.
    pub(crate) fn of_root(&self, space: &str, name: &str, declared: &[impl AsRef<str>]) -> Option<&Row> {
        let declares = |wanted: &str| declared.iter().any(|uri| fits(wanted, uri.as_ref()));
        self.0.iter().find(|row| match row.sign {
            Sign::Root(names, spaces, beside) => {
                fits(names, name) && fits(spaces, space) && beside.is_none_or(declares)
            }
            _ => false,
        })
    }

    /// The profile with a specification identifier.
    pub(crate) fn profile(&self, id: &str) -> Option<&Row> {
        self.0.iter().find(|row| matches!(row.sign, Sign::Profile(pattern) if fits(pattern, id)))
    }

    /// All that is read: what is expected of a file.
    #[cfg(test)]
    fn rows(&self) -> &[Row] {
        &self.0
    }
}

impl Row {
    /// Its name, for a root element of this name.
    pub(crate) fn named(&self, root: &str) -> String {
        self.name.replace("{root}", root)
    }
}

fn bytes(digits: &'static str) -> Option<Vec<Option<u8>>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let byte = |pair: &[u8; 2]| match pair {
        b".." => Some(None),
        pair => u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().map(Some),
    };
    pairs.iter().map(byte).collect()
}

fn begins(content: &[u8], start: &[Option<u8>]) -> bool {
    content.len() >= start.len() && start.iter().zip(content).all(|(wanted, byte)| wanted.is_none_or(|w| w == *byte))
}

/// In small letters and without blanks.
fn squeezed(text: &str) -> impl Iterator<Item = char> {
    let text = text.trim_start_matches('\u{FEFF}');
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_can_be_read() {
        let (documents, problems) = Documents::parse(TEXT, FILE);
        assert_eq!(problems, []);
        assert!(documents.rows().iter().all(|row| !row.name.is_empty()), "a row has no name");
    }

    #[test]
    fn no_row_hides_another() {
        let documents = Documents::standard();
        for row in documents.rows() {
            let full = |pattern: &str| pattern.replace('*', "");
            let found = match &row.sign {
                Sign::Root(name, space, beside) => {
                    let declared: Vec<String> = beside.iter().map(|uri| full(uri)).collect();
                    documents.of_root(&full(space), &full(name), &declared)
                }
                Sign::Text(start) => documents.of_bytes(start.as_bytes()),
                Sign::Bytes(start, holds) => {
                    let mut content: Vec<u8> = start.iter().map(|byte| byte.unwrap_or(0)).collect();
                    content.extend_from_slice(holds.unwrap_or_default().as_bytes());
                    assert_eq!(documents.of_bytes(&content).map(|row| row.name), Some(row.name));
                    continue;
                }
                Sign::Profile(pattern) => {
                    assert_eq!(documents.profile(&full(pattern)), Some(row), "{pattern}");
                    continue;
                }
                Sign::Blank => documents.of_bytes(b" \n"),
                Sign::Words => documents.of_rest(b"Dear customer"),
                Sign::Noise => documents.of_rest(&[0, 1, 2, 0xFF]),
            };
            assert_eq!(found, Some(row));
        }
    }
}
