//! The parts of the rows that every invoice line needs, packed: see [`Hot`].

use super::notation::{Home, Operand, Spelling};
use super::plan::{Hot, PlanRow, Repeat, ScopeId, Spelled, Way};
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
    /// `homes`: scope of each term; `around`: scope around each row.
    pub(super) fn of(rows: &[PlanRow], terms: &Terms, homes: &[ScopeId], around: &[ScopeId]) -> Heat {
        let mut heat = Heat::default();
        for (row, &around) in rows.iter().zip(around) {
            let inner = (0..homes.len()).all(|term| !row.opens.contains(term) || homes[term] == around);
            let once = row.repeat == Repeat::No || matches!(row.repeat, Repeat::Term(_));
            let hot = heat.row(row, terms, inner && once);
            heat.hot.push(hot);
        }
        heat
    }

    fn row(&mut self, row: &PlanRow, terms: &Terms, inner: bool) -> Hot {
        let kind = row.term.map(|term| terms.get(term).kind());
        let way = way(row);
        let asked = match (row.constant_operand(), row.repeat) {
            (Some(Operand::Term(term)), _) if way == Way::Repeated => Some(*term),
            (_, Repeat::Term(term)) => Some(term),
            _ => row.term.or(row.group),
        };
        let facets = row.facets.map(|facets| facets.datatype);
        Hot {
            way,
            spelled: spelled(row, kind),
            verbatim: kind.is_some_and(TermKind::is_text),
            inner,
            strict: row.facets.is_some_and(|facets| facets.is_strict())
                || facets.is_some_and(|of| !any_text_will_do(of)),
            wanted: row.required_attributes.iter().fold(0, |bits, (mask, _)| bits | (*mask).min(0x80) as u8),
            keeps: row.when.as_ref().is_some_and(|when| when.keep),
            demands: row.required.iter().any(|wanted| !wanted.is_empty()),
            kept: row.constant || row.forced,
            datatype: row.datatype.filter(|datatype| !any_text_will_do(*datatype)),
            term: asked.map_or(u16::MAX, |term| term.index() as u16),
            words: row.opens.words(),
            open: self.open(row, way),
            close: if row.leaf { self.bytes(&[&row.close]) } else { self.bytes(&[&row.indent, &row.close]) },
            elements: self.rows(&row.elements),
            attributes: self.rows(&row.attributes),
        }
    }

    /// The start tag; of a constant, everything.
    fn open(&mut self, row: &PlanRow, way: Way) -> (u32, u32) {
        match (way, row.constant_operand(), row.attribute) {
            (Way::Constant, Some(Operand::Text(text)), true) => self.bytes(&[&row.open, text.as_bytes(), &row.close]),
            (Way::Constant, Some(Operand::Text(text)), false) => {
                self.bytes(&[&row.open, b">", text.as_bytes(), &row.close])
            }
            _ => self.bytes(&[&row.open]),
        }
    }

    fn bytes(&mut self, parts: &[&[u8]]) -> (u32, u32) {
        let start = self.bytes.len() as u32;
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        (start, self.bytes.len() as u32)
    }

    fn rows(&mut self, rows: &[u16]) -> (u32, u32) {
        let start = self.children.len() as u32;
        self.children.extend_from_slice(rows);
        (start, self.children.len() as u32)
    }
}

fn way(row: &PlanRow) -> Way {
    // A sub-term opens nothing, but is written behind its term.
    let beside = row.owner.is_some() || row.home != Home::Main || row.filler.is_some();
    let once = row.repeat == Repeat::No || matches!(row.repeat, Repeat::Term(_));
    let plain = row.leaf && once && !row.first && row.choose.is_none() && row.pattern().is_none();
    let kept = row.when.as_ref().is_some_and(|when| when.keep);
    match (row.constant_operand(), row.term) {
        _ if row.lost.is_some() => Way::Skip,
        (Some(Operand::Text(text)), None) if plain && !kept && row.attributes.is_empty() && is_plain_text(text) => {
            Way::Constant
        }
        (Some(Operand::Term(_)), None) if plain && !kept && row.attribute => Way::Repeated,
        _ if row.tries || beside => Way::Always,
        (_, Some(_)) if plain => Way::Leaf,
        _ if !row.leaf && once => Way::Block,
        _ if row.constant || row.forced => Way::Always,
        _ => Way::IfPresent,
    }
}

/// Needs no escaping, wherever it stands.
fn is_plain_text(text: &str) -> bool {
    !text.contains(['&', '<', '>', '"', '\n', '\t', '\r'])
}

fn spelled(row: &PlanRow, kind: Option<TermKind>) -> Spelled {
    match (&row.spelling, kind) {
        (Spelling::Plain, Some(TermKind::Date)) => Spelled::Iso,
        (Spelling::Plain, _) => Spelled::Plain,
        (Spelling::Date102, _) => Spelled::Date102,
        _ => Spelled::Other,
    }
}

/// Datatypes that every text of a well-formed file fits.
fn any_text_will_do(datatype: Datatype) -> bool {
    matches!(datatype, Datatype::String | Datatype::NormalizedString | Datatype::Token)
}
