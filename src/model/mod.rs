//! The canonical EN 16931 invoice. No format word in here.

mod document;
mod node;
mod rows;
mod same;
mod value;

pub use document::{Document, NodeId, NodeIdRaw, Origin, Standing};
pub use same::Difference;
pub use value::{Binary, Code, Date, Identifier, Number, ValueError};

pub(crate) use document::offset;
pub(crate) use node::{Flags, Node, Tape};
pub(crate) use rows::Rows;
pub(crate) use same::repeats;
