//! The notation of the mapping tables: read, checked, compiled, run in both directions.

mod compile;
mod derive;
mod expand;
mod flat;
mod heat;
mod lint;
mod notation;
mod parse;
mod plan;
mod read;
mod rows;
mod scope;
mod spell;
mod states;
mod structure;
mod tables;
mod write;

pub use flat::TableRow;
pub use structure::Edition;
pub use tables::Tables;

pub(crate) use notation::{Grade, Operand, Test, When};
pub(crate) use plan::{Plan, PlanRow};
pub(crate) use read::{Cause, Lost, read, read_within};
pub(crate) use spell::{has_check_digits, plain_number};
pub(crate) use write::{Breach, BreachKind, Event, EventKind, Manner, Source, Writing, write};
