//! Memory that one conversion leaves for the next.

use crate::model::Node;

/// Memory of conversions that are over, for those to come: a thread that converts many invoices has one.
///
/// An output is as large as its input, what is under way half as large, and the system clears memory that is new. So
/// large invoices one after another take up to a sixth less time in one room, where the allocator gives memory back to the
/// system from one to the next. It never holds anything of an invoice.
///
/// ```
/// use einv::{Converter, Room};
///
/// # fn main() -> Result<(), einv::Error> {
/// # let invoices = [std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/cii/en16931/consulting.xml")).unwrap()];
/// let (converter, mut room) = (Converter::new(), Room::new());
/// for invoice in &invoices {
///     let conversion = converter.convert_in(&mut room, invoice)?;
///     // … and when the output is written:
///     room.keep(conversion.output.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
pub struct Room {
    output: Vec<u8>,
    nodes: Vec<Node>,
    most: usize,
}

impl Default for Room {
    fn default() -> Room {
        Room::new()
    }
}

impl Room {
    /// A room with nothing in it.
    pub fn new() -> Room {
        Room::at_most(usize::MAX)
    }

    /// A room that keeps no memory of outputs of more than so many bytes, nor of what else was as large: for those whose
    /// invoices are small, but for a few.
    pub fn at_most(bytes: usize) -> Room {
        Room { output: Vec::new(), nodes: Vec::new(), most: bytes }
    }

    /// Takes the memory of an output that is no longer needed.
    pub fn keep(&mut self, output: Vec<u8>) {
        if (self.output.capacity() + 1..=self.most).contains(&output.capacity()) {
            self.output = output;
        }
        self.output.clear();
    }

    /// Memory for an output.
    pub(super) fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Memory for the nodes of a document.
    pub(super) fn nodes(&mut self) -> Vec<Node> {
        std::mem::take(&mut self.nodes)
    }

    /// Takes the memory of a document that is no longer needed.
    pub(super) fn keep_nodes(&mut self, mut nodes: Vec<Node>) {
        nodes.clear();
        if nodes.capacity() * size_of::<Node>() <= self.most {
            self.nodes = nodes;
        }
    }
}

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Room").field("bytes", &self.output.capacity()).finish_non_exhaustive()
    }
}
