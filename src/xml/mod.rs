//! XML, hardened: what quick-xml leaves unchecked is checked here, with a place. Knows no invoice.

mod attribute;
mod locate;
mod names;
mod root;
mod scan;
mod survey;
mod text;
mod walk;

pub(crate) use attribute::Attribute;
pub(crate) use locate::locate;
pub(crate) use names::{Names, Space, Vocabulary};
pub(crate) use root::root;
pub(crate) use text::{escape_attribute, escape_into, is_blank, trim, unescape};
pub(crate) use walk::{Aside, Handler, Limits, Refusal, Tag, walk};
