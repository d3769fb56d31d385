//! The parts of the rows that every invoice line needs, packed: see [`Hot`].

use super::notation::{Home, Spelling};
use super::plan::{Hot, PlanRow, Repeat, Way};
use super::structure::Datatype;
use crate::term::{TermKind, Terms};

/// Hot parts of all rows, and what they point at.
#[derive(Default)]
pub(super) struct Heat {
    pub(super) hot: Vec<Hot>,
    pub(super) bytes: Vec<u8>,
    pub(super) children: Vec<u16>,
}

impl Heat {
    pub(super) fn of(rows: &[PlanRow], terms: &Terms) -> Heat {
        let mut heat = Heat::default();
        for row in rows {
            let hot = heat.row(row, terms);
            heat.hot.push(hot);
        }
        heat
    }

    fn row(&mut self, row: &PlanRow, terms: &Terms) -> Hot {
        let kind = row.term.map(|term| terms.get(term).kind());
        Hot {
            way: way(row),
            verbatim: kind.is_some_and(TermKind::is_text),
            plain: matches!(row.spelling, Spelling::Plain | Spelling::Pattern(_)) && kind != Some(TermKind::Date),
            has_attributes: !row.attributes.is_empty() || !row.required_attributes.is_empty(),
            datatype: row.datatype.filter(|datatype| !any_text_will_do(*datatype)),
            term: row.term.map_or(u16::MAX, |term| term.index() as u16),
            open: self.bytes(&row.open),
            close: self.bytes(&row.close),
            elements: {
                let start = self.children.len() as u32;
                self.children.extend_from_slice(&row.elements);
                (start, self.children.len() as u32)
            },
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> (u32, u32) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        (start, self.bytes.len() as u32)
    }
}

fn way(row: &PlanRow) -> Way {
    // A sub-term opens nothing, but is written behind its term.
    let beside = row.owner.is_some() || row.home != Home::Main || row.filler.is_some();
    let simple = row.leaf && row.repeat == Repeat::No && row.term.is_some() && !row.first && row.choose.is_none();
    match () {
        () if row.lost.is_some() => Way::Skip,
        () if row.constant || row.forced || row.tries || beside => Way::Always,
        () if simple && row.pattern().is_none() && !row.attribute => Way::Leaf,
        () => Way::IfPresent,
    }
}

/// Datatypes that every text of a well-formed file fits.
fn any_text_will_do(datatype: Datatype) -> bool {
    matches!(datatype, Datatype::String | Datatype::NormalizedString | Datatype::Token)
}
