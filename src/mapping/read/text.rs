//! Texts: a slice of the source where they stand in one piece, of the side buffer else.

use super::Reader;
use crate::model::Flags;
use crate::xml;

impl Reader<'_, '_> {
    /// More text of the same element: behind a reference, a comment or a child.
    pub(super) fn continue_text(&mut self, start: usize, end: usize) {
        match self.frames.last_mut() {
            Some(frame) if !frame.text_in_side && frame.text.1 == start as u32 => frame.text.1 = end as u32,
            _ => self.append(&self.source[start..end]),
        }
    }

    /// Text that does not continue in the source (CDATA, a comment inside) goes to the side buffer.
    #[cold]
    pub(super) fn append(&mut self, escaped: &str) {
        if self.tape.side.len() > self.most_aside() {
            return;
        }
        let Some(frame) = self.frames.last_mut() else { return };
        let (start, end) = frame.text;
        let side_end = self.tape.side.len() as u32;
        if !frame.text_in_side || end != side_end {
            let so_far = match frame.text_in_side {
                true => self.tape.side[start as usize..end as usize].to_owned(),
                false => self.source[start as usize..end as usize].to_owned(),
            };
            self.tape.side.push_str(&so_far);
            frame.text.0 = side_end;
            frame.text_in_side = true;
        }
        self.tape.side.push_str(escaped);
        frame.text.1 = self.tape.side.len() as u32;
    }

    /// Gives a node its text.
    #[inline]
    pub(super) fn fill(&mut self, index: usize, text: (u32, u32), in_side: bool) {
        if text.1 == 0 && !in_side {
            // No text at all: the node keeps the place of its element.
            self.tape.nodes[index].flags.set(Flags::EMPTY);
            return;
        }
        let (mut start, mut length, mut side) = (text.0, text.1 - text.0, in_side);
        // A text in pieces stands where its element does.
        let mut at = self.tape.nodes[index].start;
        if self.has_returns && !in_side {
            let value = &self.source[text.0 as usize..text.1 as usize];
            if value.contains('\r') {
                (start, length) = self.tape.aside(&value.replace("\r\n", "\n").replace('\r', "\n"));
                side = true;
                at = text.0;
            }
        }
        let value = match side {
            true => &self.tape.side[start as usize..(start + length) as usize],
            false => &self.source[start as usize..(start + length) as usize],
        };
        let empty = xml::is_blank(value);
        let node = &mut self.tape.nodes[index];
        node.start = start;
        node.extent = length;
        if empty {
            node.flags.set(Flags::EMPTY);
        }
        if side {
            node.flags.set(Flags::SIDE);
            self.tape.note_piece((start, length), at);
        }
    }
}
