//! The canonical EN 16931 invoice. No format word in here.

mod node;

pub(crate) use node::{Flags, Node, Tape};
