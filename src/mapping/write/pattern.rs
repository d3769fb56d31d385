//! A text of several terms.

use super::{Done, Event, EventKind, Writer};
use crate::mapping::notation::Piece;
use crate::mapping::plan::PlanRow;
use crate::mapping::spell;
use crate::term::TermId;
use crate::xml;

impl Writer<'_> {
    /// A text of several terms: the first alternative whose terms are all there.
    pub(super) fn pattern(&mut self, id: u16, row: &PlanRow) -> Done {
        let alternatives = row.pattern().unwrap_or_default();
        let Some((chosen, nodes)) = alternatives.iter().enumerate().find_map(|(at, pieces)| {
            let nodes = self.pieces(pieces)?;
            Some((at, nodes))
        }) else {
            return Done::Nothing;
        };
        let mut text = String::new();
        let mut parts = nodes.iter();
        for piece in &alternatives[chosen] {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Term(_, list) => {
                    let node = parts.next().map(|&at| &self.source.tape.nodes[at]);
                    let raw = node.map_or("", |node| self.source.tape.raw(self.source.text, node));
                    // A code stands between its marks without blanks, or it would read back as text.
                    text.push_str(if list.is_some() { xml::trim(raw) } else { raw });
                }
            }
        }
        let back = spell::split(alternatives, &text);
        let ambiguous = back.len() != nodes.len();
        let done = self.element(id, row, nodes.last().copied(), &text, Done::Value);
        for &at in &nodes {
            if ambiguous {
                self.events.push(Event {
                    row: id,
                    kind: EventKind::Ambiguous,
                    node: Some(at as u32),
                    value: text.clone(),
                });
            }
            self.take(at);
        }
        done
    }

    fn pieces(&self, pieces: &[Piece<TermId>]) -> Option<Vec<usize>> {
        let mut nodes = Vec::new();
        for piece in pieces {
            let Piece::Term(term, list) = piece else { continue };
            let slot = self.slot(*term);
            let at = (slot.count > 0).then_some(slot.first as usize)?;
            if let Some(list) = list {
                spell::in_list(list, xml::trim(&self.plain(at))).then_some(())?;
            }
            nodes.push(at);
        }
        Some(nodes)
    }
}
