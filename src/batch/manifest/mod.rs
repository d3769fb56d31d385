//! The manifest: a line for the job, then one for each input as it ends.

mod file;
mod line;
mod merge;
mod path;

pub(super) use file::{Chosen, Manifest, Resume};
pub use line::Header;
pub(super) use line::Line;
pub use merge::{Merged, merge, summary};
pub use path::Name;

/// Version of the manifest; grows only within a major version.
pub const MANIFEST_SCHEMA: &str = "https://einv.dev/schema/manifest-1.json";
