//! What the model asks of a table: the spelling of the rows that nodes come from.

use std::borrow::Cow;

use super::notation::Spelling;
use super::plan::Plan;
use super::spell;
use crate::model::{Rows, Source};

impl Rows for Plan {
    fn decode<'v>(&self, row: u16, raw: &'v str) -> Option<Cow<'v, str>> {
        match self.rows.get(usize::from(row)) {
            Some(row) => spell::decode(&row.spelling, raw),
            None => Some(Cow::Borrowed(raw)),
        }
    }

    fn source(&self) -> Source {
        Source::new(&*self.syntax, self.root_name())
    }

    fn is_plain(&self, row: u16) -> bool {
        let spelling = self.rows.get(usize::from(row)).map(|row| &row.spelling);
        matches!(spelling, None | Some(Spelling::Plain | Spelling::Pattern(_)))
    }
}
