//! A mapping table as it is written: rows and what their words say, names not yet resolved.

use crate::finding::{Code, Finding};
use crate::place::Place;

/// How much a value weighs that is not carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumString, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Grade {
    /// Says nothing about the invoice: a note.
    Technical,
    /// A value of the invoice: a loss.
    Content,
    /// Without it the output would state another invoice: refused.
    Meaning,
}

/// A value in a table: a text, or what a term holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operand<T> {
    Text(String),
    Term(T),
}

/// `= X`: written always, checked on reading.
#[derive(Debug, Clone)]
pub(crate) struct Fixed<T> {
    /// The first is written; the others are known, too.
    pub(crate) values: Vec<Operand<T>>,
    /// Weight of another value.
    pub(crate) otherwise: Grade,
}

/// One alternative of a `when`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test<T> {
    Is(Operand<T>),
    Absent,
    /// Whatever no other row took.
    Other,
}

/// `when X`: chooses between rows with the same element name, and writes what it asks for.
#[derive(Debug, Clone)]
pub(crate) struct When<T> {
    pub(crate) tests: Vec<Test<T>>,
    pub(crate) not: bool,
    pub(crate) any_case: bool,
    /// What is written; nothing where the row says nothing that could be.
    pub(crate) write: Option<Operand<T>>,
    /// A trip within the syntax keeps the value of the source.
    pub(crate) keep: bool,
    /// Weight of a value that is read and would not be written.
    pub(crate) otherwise: Grade,
}

/// `lost GRADE`: known, not carried.
#[derive(Debug, Clone)]
pub(crate) struct Lost<T> {
    pub(crate) grade: Grade,
    /// With one of these values it is technical.
    pub(crate) unless: Vec<Operand<T>>,
    /// Extension term and name, for the report.
    pub(crate) label: Option<String>,
}

/// A condition on terms in reach of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition<T> {
    /// The term or group is there.
    Has(T),
    /// Two terms hold the same number.
    Equal(T, T),
    /// All homes of a term hold the same value.
    Agrees(T),
    All(Vec<Condition<T>>),
    Any(Vec<Condition<T>>),
}

/// Which of several rows writes a term.
#[derive(Debug, Clone)]
pub(crate) enum Choose<T> {
    Like(String),
    Otherwise,
    If(Condition<T>),
    Unless(Condition<T>),
}

/// Where a term of a second row stands towards its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Home {
    #[default]
    Main,
    /// Read if the first home is empty.
    Also,
    /// The same, and written with the value of the first home whenever its block is open.
    Copy,
}

/// What stands in an element that the schema wants and no term fills.
#[derive(Debug, Clone)]
pub(crate) enum Filler<T> {
    /// `else NA`: read back as absent.
    Placeholder(String),
    /// `state 1`: a statement, read back as such.
    Statement(String),
    /// `else sum BT-n`
    Sum(T),
    /// `else BT-a + BT-b`
    Add(T, T),
}

/// How a value is spelled in the file.
#[derive(Debug, Clone, Default)]
pub(crate) enum Spelling<T> {
    #[default]
    Plain,
    /// `date-102`: YYYYMMDD for the model's YYYY-MM-DD.
    Date102,
    /// `date-time`: a date of XML Schema, with or without midnight, for the model's YYYY-MM-DD.
    DateTime,
    /// `map FILE=MODEL …`
    Map(Vec<(String, String)>),
    /// A text of several terms: alternatives, tried in order.
    Pattern(Vec<Vec<Piece<T>>>),
}

/// A piece of a text of several terms.
#[derive(Debug, Clone)]
pub(crate) enum Piece<T> {
    Literal(String),
    /// A term, and the code list that its value must be in.
    Term(T, Option<String>),
}

/// Everything a row says, with terms as `T`: their names first, resolved later.
#[derive(Debug, Clone)]
pub(crate) struct Words<T> {
    pub(crate) term: Option<T>,
    pub(crate) bundle: bool,
    pub(crate) once: bool,
    pub(crate) fixed: Option<Fixed<T>>,
    pub(crate) when: Option<When<T>>,
    pub(crate) lost: Option<Lost<T>>,
    pub(crate) choose: Option<Choose<T>>,
    pub(crate) spelling: Spelling<T>,
    pub(crate) first: bool,
    pub(crate) home: Home,
    pub(crate) filler: Option<Filler<T>>,
    /// `else X where COND`: the filler counts only then.
    pub(crate) filler_where: Option<Condition<T>>,
    /// `prefer BG-n`: of several values, one beside this group counts; the others are in a second home.
    pub(crate) prefer: Option<T>,
}

impl<T> Default for Words<T> {
    fn default() -> Words<T> {
        Words {
            term: None,
            bundle: false,
            once: false,
            fixed: None,
            when: None,
            lost: None,
            choose: None,
            spelling: Spelling::Plain,
            first: false,
            home: Home::Main,
            filler: None,
            filler_where: None,
            prefer: None,
        }
    }
}

/// Where a row stands: table, line, column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) file: std::sync::Arc<str>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Spot {
    /// A finding at this spot.
    pub(crate) fn finding(&self, code: Code, message: impl Into<String>) -> Finding {
        Finding::new(code, message).at(Place::at(&*self.file, self.line, self.column))
    }
}

/// One line of a table and what is indented under it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) spot: Spot,
    /// Element or attribute name per kind of document; `None`: not there.
    pub(crate) names: Vec<Option<String>>,
    pub(crate) attribute: bool,
    pub(crate) repeats: bool,
    pub(crate) forced: bool,
    pub(crate) words: Words<String>,
    /// Definition whose rows stand here, behind the row's own words.
    pub(crate) uses: Option<String>,
    pub(crate) children: Vec<Row>,
}

/// A table as parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    /// `map NAME` or `overlay NAME`.
    pub(crate) name: String,
    pub(crate) overlay: bool,
    /// `read-only`: no invoice is written with it.
    pub(crate) read_only: bool,
    /// Root element per kind of document.
    pub(crate) roots: Vec<String>,
    /// `any @a @b lost GRADE`: on elements that have a row.
    pub(crate) any: Vec<(String, Grade)>,
    /// `everywhere @a lost GRADE`: on all elements.
    pub(crate) everywhere: Vec<(String, Grade)>,
    /// `type KIND words`: what every term of a type brings.
    pub(crate) types: Vec<(String, Row)>,
    pub(crate) definitions: Vec<(String, Vec<Row>)>,
    pub(crate) rows: Vec<Row>,
}
