//! Where something stands: in an invoice, a table, an argument.

use serde::{Deserialize, Serialize};

/// A position in a text, for people: lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Place {
    /// File name as the caller gave it; absent where the library was handed bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Name of the file inside `file` that the place is in: the invoice in a PDF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// Line, from 1; 0 where there is none (a value that was set from outside).
    pub line: u32,
    /// Column in characters, from 1; 0 where there is none.
    pub column: u32,
    /// XPath of the element or attribute, with positions where an element repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Place {
    /// A place in a text without a path, such as a row of a table.
    pub fn at(file: impl Into<String>, line: u32, column: u32) -> Place {
        Place { file: Some(file.into()), line, column, ..Place::default() }
    }

    /// A place that is known by its path alone.
    pub(crate) fn path(path: impl Into<String>) -> Place {
        Place { path: Some(path.into()), ..Place::default() }
    }

    /// The same place, in a file of this name inside another one.
    pub fn inside(mut self, name: &str) -> Place {
        self.inside = Some(name.to_owned());
        self
    }

    /// The same place, in the file of this name.
    pub fn in_file(mut self, file: &str) -> Place {
        self.file = Some(file.to_owned());
        self
    }
}
