//! The canonical EN 16931 invoice. No format word in here.

mod ahead;
mod document;
mod extra;
mod fields;
mod fold;
#[cfg(test)]
mod generate;
mod invoice;
mod lines;
mod node;
mod rows;
mod same;
mod shape;
mod source;
mod tree;
mod value;

pub use document::{Document, NodeId, NodeIdRaw, Origin, Standing};
pub use extra::{Extra, ExtraSub};
pub use invoice::*;
pub use same::Difference;
pub use source::Source;
pub use value::{Binary, Code, Date, Identifier, Number, ValueError};

pub(crate) use document::offset;
pub(crate) use node::{Addition, Flags, Node, Tape};
pub(crate) use rows::Rows;
pub(crate) use same::repeats;
