//! The line of the source that a finding is about, with a marker under what was met.

use std::cell::OnceCell;

use einv::{Finding, Limits};

use super::text;

/// A line that is longer is not shown.
const LINE: usize = 120;

/// Of a larger file with bytes that are no text, no line is shown: the legible part may take three times the room.
const LEGIBLE: usize = 16 << 20;

/// Texts that findings have places in, by the name that places give.
#[derive(Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    /// Where every [`STEP`]th line begins; found when a line is first asked for.
    starts: OnceCell<Vec<usize>>,
}

/// A file of nothing but line ends shall not take more room for its lines than for itself.
const STEP: usize = 256;

impl Source {
    fn line(&self, number: u32) -> Option<&str> {
        let begins = |text| std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
        let starts = self.starts.get_or_init(|| begins(self.text.as_bytes()).step_by(STEP).collect());
        let (step, further) = ((number as usize - 1) / STEP, (number as usize - 1) % STEP);
        let rest = &self.text[*starts.get(step)?..];
        let start = begins(rest.as_bytes()).nth(further)?;
        rest[start..].lines().next()
    }
}

/// A line, and where its marker stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) number: u32,
    pub(super) line: String,
    /// Columns before the marker.
    pub(super) indent: usize,
    pub(super) marker: usize,
    /// The marker stands under the whole of what was met.
    pub(super) covers: bool,
}

impl Sources {
    /// Adds an input, unless it is not a text with lines of its own (a PDF).
    pub(crate) fn add_input(&mut self, name: &str, bytes: Vec<u8>) {
        let is_pdf = bytes.starts_with(b"%PDF-");
        let text = match String::from_utf8(bytes) {
            Ok(text) => Some(text),
            // Packed, in another encoding, or broken where the message says.
            Err(error) => {
                let bytes = error.as_bytes();
                let is_shown = bytes.len() < LEGIBLE && !bytes.starts_with(b"\x1F\x8B");
                let lossy = || is_shown.then(|| String::from_utf8_lossy(bytes).into_owned());
                einv::text(bytes, &Limits::default()).or_else(lossy)
            }
        };
        if let Some(text) = text.filter(|_| !is_pdf) {
            self.add(name, text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text));
        }
    }

    fn add(&mut self, name: &str, text: String) {
        self.0.push(Source { name: name.to_owned(), text, starts: OnceCell::new() });
    }

    pub(crate) fn add_tables(&mut self, tables: &[(String, String)]) {
        tables.iter().for_each(|(name, text)| self.add(name, text.clone()));
    }

    /// The line of a finding, if it is known and short.
    pub(super) fn snippet(&self, finding: &Finding) -> Option<Snippet> {
        let place = finding.place.as_ref().filter(|place| place.line > 0 && place.column > 0)?;
        let source = self.0.iter().find(|source| Some(&source.name) == place.file.as_ref())?;
        let line = source.line(place.line)?;
        // Zeros are half of each letter in an encoding that the file does not declare.
        if line.chars().count() > LINE || line.trim().is_empty() || line.contains('\0') {
            return None;
        }
        let column = (place.column as usize - 1).min(line.chars().count());
        let start = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let is_attribute =
            place.path.as_deref().is_some_and(|path| path.rsplit('/').next().is_some_and(|step| step.starts_with('@')));
        let value = finding.found.as_deref().filter(|_| !text::is_worded(finding));
        let marked = value.and_then(|value| locate(line, start, value, is_attribute));
        // A row of a table is marked by its first word, an element by one caret.
        let word = match (&place.path, value) {
            (None, None) if finding.code.starts_with("EINV-M") => line[start..].find(char::is_whitespace),
            _ => Some(0),
        };
        let (at, end, covers) = marked.unwrap_or((start, word.map_or(line.len(), |word| start + word), false));
        let width = |part: &str| text::harmless(part).chars().count();
        Some(Snippet {
            number: place.line,
            line: text::harmless(line).into_owned(),
            indent: width(&line[..at]),
            marker: width(&line[at..end]).max(1),
            covers,
        })
    }
}

/// Where the value stands on the line, at or after a place, and if all of it does.
fn locate(line: &str, from: usize, value: &str, is_attribute: bool) -> Option<(usize, usize, bool)> {
    let value = value.trim();
    let first = value.lines().next().map(str::trim_end).filter(|first| !first.is_empty())?;
    // The text of an element stands behind its start tag.
    let skipped = match line[from..].starts_with('<') && !is_attribute && !first.starts_with('<') {
        true => line[from..].find('>')? + 1,
        false => 0,
    };
    let at = from + skipped + line[from + skipped..].find(first)?;
    Some((at, at + first.len(), first == value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use einv::Place;
    use einv::finding::LOSS_CONTENT;

    fn snippet(line: &str, column: u32, path: &str, found: &str) -> Option<Snippet> {
        let mut sources = Sources::default();
        sources.add_input("a.xml", line.into());
        let mut place = Place::at("a.xml", 1, column);
        place.path = Some(path.to_owned());
        sources.snippet(&Finding::new(LOSS_CONTENT, "lost").at(place).found(found))
    }

    #[test]
    fn the_marker_stands_under_the_value() {
        let found = snippet("  <ram:Brand>Brand</ram:Brand>", 3, "/a/ram:Brand", "Brand").unwrap();
        assert_eq!((found.indent, found.marker, found.covers), (13, 5, true));
        let found = snippet("\t<a unit=\"KGM\">1</a>", 4, "/a/@unit", "KGM").unwrap();
        assert_eq!((found.line.as_str(), found.indent, found.marker), ("    <a unit=\"KGM\">1</a>", 13, 3));
    }

    #[test]
    fn a_value_that_is_spelled_otherwise_has_one_caret() {
        let found = snippet("  <a>x &amp; y</a>", 3, "/a", "x & y").unwrap();
        assert_eq!((found.indent, found.marker, found.covers), (2, 1, false));
    }

    #[test]
    fn a_line_is_found_however_many_stand_before_it() {
        let mut sources = Sources::default();
        sources.add_input("a.xml", (1..=3 * STEP).map(|line| format!("line {line}\r\n")).collect::<String>().into());
        let at = |line| sources.snippet(&Finding::new(LOSS_CONTENT, "lost").at(Place::at("a.xml", line, 1)));
        for line in [1, 2, STEP, STEP + 1, 2 * STEP, 3 * STEP] {
            assert_eq!(at(line as u32).unwrap().line, format!("line {line}"));
        }
        assert_eq!(at(3 * STEP as u32 + 1), None);
    }

    #[test]
    fn half_letters_are_not_shown() {
        assert_eq!(snippet("<\0a\0>\0", 1, "/a", "x"), None);
    }

    #[test]
    fn long_lines_are_not_shown() {
        assert_eq!(snippet(&format!("<a>{}</a>", "x".repeat(120)), 1, "/a", "x"), None);
    }
}
