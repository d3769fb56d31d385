//! The code lists that terms take their values from, as tables in `mappings/codes`.
//!
//! A table is codes between blanks, and comments on lines that begin with `#`. `[section]` on a line of its own begins
//! a part with a name, for lists whose members differ by document or syntax. Only members stand there, not meanings.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use crate::finding::{Code, Finding, TABLE_SYNTAX, TABLE_TWICE};
use crate::place::Place;

/// The members of a code list; looking up allocates nothing.
#[derive(Debug, Clone)]
pub struct CodeList {
    name: String,
    text: Cow<'static, str>,
    sections: Vec<Section>,
}

/// A part of a list: its name, empty for the codes before any section, and its codes in order.
#[derive(Debug, Clone)]
struct Section {
    name: String,
    codes: Vec<Member>,
}

/// A code: its head, which decides nearly every comparison, and where it stands.
#[derive(Debug, Clone)]
struct Member {
    head: u64,
    place: Range<usize>,
}

macro_rules! lists {
    ($($name:literal)*) => {
        /// The names of the lists that EN 16931 uses.
        pub const NAMES: &[&str] = &[$($name),*];

        /// The list of a name, read on first use.
        fn embedded(name: &str) -> Option<&'static CodeList> {
            match name {
                $($name => {
                    static LIST: LazyLock<CodeList> =
                        LazyLock::new(|| ours($name, include_str!(concat!("../mappings/codes/", $name, ".codes"))));
                    Some(&LIST)
                })*
                _ => None,
            }
        }
    };
}

lists! {
    "eas" "icd" "iso3166" "iso4217" "mime" "units" "untdid-1001" "untdid-1153" "untdid-2005" "untdid-4451" "untdid-4461"
    "untdid-5189" "untdid-5305" "untdid-7143" "untdid-7161" "vatex"
}

impl CodeList {
    /// The list of this name that EN 16931 uses, such as `untdid-4451`; [`NAMES`] has them all.
    pub fn named(name: &str) -> Option<&'static CodeList> {
        embedded(name)
    }

    /// Reads a table.
    ///
    /// # Errors
    ///
    /// Every code or section that cannot be read or stands twice, with its place in `file`.
    pub fn parse(name: &str, text: impl Into<Cow<'static, str>>, file: &str) -> Result<CodeList, Vec<Finding>> {
        let (list, findings) = read(name, text.into(), file);
        if findings.is_empty() { Ok(list) } else { Err(findings) }
    }

    /// Name of the list, as terms have it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a code is a member, in whatever section; blanks and case count.
    pub fn contains(&self, code: &str) -> bool {
        self.sections.iter().any(|section| self.has(section, code))
    }

    /// Whether a code is a member of this section; codes before any section are in the section `""`.
    pub fn contains_in(&self, section: &str, code: &str) -> bool {
        self.sections.iter().any(|candidate| candidate.name == section && self.has(candidate, code))
    }

    /// The names of the sections, in the order of the table; `""` for the codes before any section.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|section| section.name.as_str())
    }

    /// The codes of a section, in the order of their characters; none if there is no such section.
    pub fn codes(&self, section: &str) -> impl Iterator<Item = &str> {
        let found = self.sections.iter().find(|candidate| candidate.name == section);
        found.into_iter().flat_map(|section| section.codes.iter().map(|code| &self.text[code.place.clone()]))
    }

    /// The table this list was read from; a report states its hash.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a code stands in a section.
    fn has(&self, section: &Section, code: &str) -> bool {
        let head = head(code);
        let order = |member: &Member| member.head.cmp(&head).then_with(|| self.text[member.place.clone()].cmp(code));
        section.codes.binary_search_by(order).is_ok()
    }
}

/// A list that comes with the program; a test holds that it has no finding.
fn ours(name: &str, text: &'static str) -> CodeList {
    let (list, findings) = read(name, Cow::Borrowed(text), name);
    debug_assert!(findings.is_empty(), "{findings:?}");
    list
}

/// Reads a table: everything that is good, and a finding for everything else, in the order of the table.
fn read(name: &str, text: Cow<'static, str>, file: &str) -> (CodeList, Vec<Finding>) {
    let mut reader = Reader { text: &text, sections: Vec::new(), problems: Vec::new() };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        reader.take(start, line);
        start += line.len();
    }
    reader.sort();
    let Reader { sections, mut problems, .. } = reader;
    problems.sort_by_key(|problem| problem.place.start);
    let findings = problems.iter().map(|problem| problem.finding(&text, file)).collect();
    (CodeList { name: name.to_owned(), text, sections }, findings)
}

/// What is known of a table so far.
struct Reader<'t> {
    text: &'t str,
    sections: Vec<Section>,
    problems: Vec<Problem>,
}

/// What is wrong, and where it stands.
struct Problem {
    code: Code,
    message: &'static str,
    place: Range<usize>,
}

impl Reader<'_> {
    /// Takes the line that begins at an offset: nothing, a comment, the head of a section or codes.
    fn take(&mut self, start: usize, line: &str) {
        let content = line.trim_ascii();
        let start = start + line.len() - line.trim_ascii_start().len();
        if content.starts_with('[') {
            self.begin(start..start + content.len());
        } else if !content.starts_with('#') {
            words(start, content).for_each(|word| self.add(word));
        }
    }

    /// Begins the section whose head stands here.
    fn begin(&mut self, head: Range<usize>) {
        let name =
            self.text[head.clone()].strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
        if name.is_empty() {
            self.problem(TABLE_SYNTAX, "the head of a section is not a name between [ and ]", head.clone());
        } else if self.sections.iter().any(|section| section.name == name) {
            self.problem(TABLE_TWICE, "a section begins twice", head.clone());
        }
        self.sections.push(Section { name: name.to_owned(), codes: Vec::new() });
    }

    /// Adds the code that stands here to the last section.
    fn add(&mut self, code: Range<usize>) {
        if !self.text[code.clone()].chars().all(|c| c.is_ascii_graphic() && !matches!(c, '#' | '[' | ']')) {
            return self.problem(TABLE_SYNTAX, "a code has a character that no code has", code);
        }
        let member = Member { head: head(&self.text[code.clone()]), place: code };
        match self.sections.last_mut() {
            Some(section) => section.codes.push(member),
            None => self.sections.push(Section { name: String::new(), codes: vec![member] }),
        }
    }

    /// Puts the codes of each section in order and finds those that stand twice.
    fn sort(&mut self) {
        let text = self.text;
        for section in &mut self.sections {
            let code = |member: &Member| &text[member.place.clone()];
            section.codes.sort_by(|a, b| a.head.cmp(&b.head).then_with(|| code(a).cmp(code(b))));
            let twice = section.codes.windows(2).filter(|pair| code(&pair[0]) == code(&pair[1]));
            self.problems.extend(twice.map(|pair| Problem {
                code: TABLE_TWICE,
                message: "a code stands twice in a section",
                place: pair[1].place.clone(),
            }));
        }
    }

    /// Keeps a problem for later, when line and column are looked for.
    fn problem(&mut self, code: Code, message: &'static str, place: Range<usize>) {
        self.problems.push(Problem { code, message, place });
    }
}

impl Problem {
    /// The finding, with line and column.
    fn finding(&self, text: &str, file: &str) -> Finding {
        let before = &text[..self.place.start];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let place = Place::at(file, number(line), number(column));
        Finding::new(self.code, self.message).at(place).found(&text[self.place.clone()])
    }
}

/// The first eight bytes of a code as a number; numbers are in the order of the texts, equal only if those bytes are.
fn head(code: &str) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(code.bytes()).for_each(|(slot, byte)| *slot = byte);
    u64::from_be_bytes(bytes)
}

/// Where the words of a line stand that begins at an offset.
fn words(start: usize, line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = start;
    line.split(|c: char| c.is_ascii_whitespace()).filter_map(move |word| {
        let place = next..next + word.len();
        next = place.end + 1;
        (!word.is_empty()).then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::Terms;

    fn list(name: &str) -> &'static CodeList {
        CodeList::named(name).unwrap_or_else(|| panic!("{name}"))
    }

    /// `code line:column found` of every finding of a table.
    fn findings(text: &'static str) -> Vec<String> {
        let found = CodeList::parse("colours", text, "colours.codes").err().unwrap_or_default();
        let describe = |finding: Finding| {
            let place = finding.place.unwrap_or_default();
            format!("{} {}:{} {}", finding.code, place.line, place.column, finding.found.unwrap_or_default())
        };
        found.into_iter().map(describe).collect()
    }

    #[test]
    fn every_list_has_the_members_of_its_source() {
        for (name, members) in [
            ("eas", 104),
            ("icd", 243),
            ("iso3166", 252),
            ("iso4217", 178),
            ("mime", 6),
            ("units", 2162),
            ("untdid-1001", 63),
            ("untdid-1153", 818),
            ("untdid-2005", 3),
            ("untdid-4451", 401),
            ("untdid-4461", 84),
            ("untdid-5189", 19),
            ("untdid-5305", 10),
            ("untdid-7143", 185),
            ("untdid-7161", 178),
            ("vatex", 88),
        ] {
            assert!(NAMES.contains(&name), "{name}");
            let list = list(name);
            assert!(CodeList::parse(name, list.text(), name).is_ok());
            assert_eq!(list.sections().map(|section| list.codes(section).count()).sum::<usize>(), members, "{name}");
        }
        assert_eq!(NAMES.len(), 16);
    }

    #[test]
    fn every_list_of_a_term_exists_and_every_list_has_a_term() {
        let terms = Terms::standard();
        let used: Vec<_> = terms.iter().flat_map(|id| terms.get(id).lists()).map(String::as_str).collect();
        assert!(used.iter().all(|name| CodeList::named(name).is_some()));
        assert!(NAMES.iter().all(|name| used.contains(name)));
    }

    #[test]
    fn membership_is_exact() {
        let currencies = list("iso4217");
        assert!(currencies.contains("EUR"));
        for other in ["eur", " EUR", "EU", "EURO", "", "XXY"] {
            assert!(!currencies.contains(other), "{other}");
        }
        assert!(currencies.contains_in("", "EUR"));
        assert!(CodeList::named("iso9999").is_none());
    }

    #[test]
    fn every_member_is_found() {
        for list in NAMES.iter().map(|name| list(name)) {
            for section in list.sections() {
                assert!(list.codes(section).all(|code| list.contains(code) && list.contains_in(section, code)));
            }
        }
    }

    #[test]
    fn sections_tell_documents_and_syntaxes_apart() {
        let types = list("untdid-1001");
        assert!(types.contains_in("invoice", "380") && !types.contains_in("creditnote", "380"));
        assert!(types.contains_in("invoice", "81") && types.contains_in("creditnote", "81"));
        assert!(!types.contains_in("invoice", "502") && types.contains("502"));
        let subjects = list("untdid-4451");
        assert!(subjects.contains_in("both", "AAI") && subjects.contains_in("cii only", "BAT"));
        let countries = list("iso3166");
        assert!(countries.contains_in("ubl only", "SS") && countries.contains_in("cii only", "AN"));
        assert!(!list("icd").contains("SEPA"));
    }

    #[test]
    fn malformed_tables_are_found_where_they_stand() {
        assert_eq!(findings("RED\n  GREEN RED\n"), ["EINV-M03 2:9 RED"]);
        assert_eq!(findings("# é\n\nRED GRÜN  B#\n"), ["EINV-M01 3:5 GRÜN", "EINV-M01 3:11 B#"]);
        assert_eq!(findings("[warm]\nRED\n [warm]\r\nRED\n"), ["EINV-M03 3:2 [warm]"]);
        assert_eq!(
            findings("[]\nRED\n[cold\nBLUE BLUE"),
            ["EINV-M01 1:1 []", "EINV-M01 3:1 [cold", "EINV-M03 4:6 BLUE"]
        );
        assert_eq!(findings("RED\n[cold]\nBLUE\n"), [""; 0]);
    }
}
