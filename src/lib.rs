//! einv
pub mod codelist;
pub mod finding;
mod hash;
mod mapping;
mod model;
pub mod place;
pub mod term;
mod xml;
