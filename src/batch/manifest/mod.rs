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

/// The JSON Schema of each line of a manifest.
pub fn schema() -> &'static str {
    include_str!("../../../schemas/manifest.schema.json")
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;

    use super::*;

    /// A line of a manifest: the first tells the job, each other one an input.
    #[derive(JsonSchema)]
    #[schemars(untagged)]
    #[allow(dead_code, clippy::large_enum_variant, reason = "only its shape counts")]
    enum ManifestLine<'l> {
        Job(Header),
        Input(Line<'l>),
    }

    #[test]
    fn the_schema_is_current() {
        let schema = schemars::schema_for!(ManifestLine<'static>);
        crate::format::schema::tests::check("manifest.schema.json", MANIFEST_SCHEMA, schema);
    }
}
