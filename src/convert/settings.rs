//! What a converter is set to, for those who record it.

use super::Converter;

/// Settings that decide what a conversion gives.
pub(crate) struct Settings {
    /// Target, such as `ubl` or `ubl/xrechnung`.
    pub(crate) target: String,
    pub(crate) on_loss: String,
    pub(crate) accepted: Vec<String>,
    /// SHA-256 of the tables.
    pub(crate) tables: String,
}

impl Converter {
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            target: self.target.to_string(),
            on_loss: self.on_loss.to_string(),
            accepted: self.accepted.iter().cloned().collect(),
            tables: self.tables.hash().to_owned(),
        }
    }
}
