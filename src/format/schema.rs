//! The published JSON Schemas; `EINV_UPDATE=1 cargo test schemas` renews them.

/// Version of the invoice's JSON Schema; grows only within a major version.
pub const INVOICE_SCHEMA: &str = "https://einv.dev/schema/invoice-1.json";

/// The JSON Schema of [`Invoice`](crate::model::Invoice).
pub fn invoice_schema() -> &'static str {
    include_str!("../../schemas/invoice.schema.json")
}

/// The JSON Schema of [`Report`](crate::report::Report).
pub fn report_schema() -> &'static str {
    include_str!("../../schemas/report.schema.json")
}

#[cfg(test)]
pub(crate) mod tests {
    use schemars::Schema;
    use serde_json::Value;

    use super::*;
    use crate::model::Invoice;
    use crate::report::{REPORT_SCHEMA, Report};

    /// A published schema is that of its type.
    pub(crate) fn check(file: &str, id: &str, mut schema: Schema) {
        schema.insert("$id".to_owned(), Value::from(id));
        let path = format!("{}/schemas/{file}", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("EINV_UPDATE").is_some() {
            std::fs::write(&path, serde_json::to_string_pretty(&schema).unwrap() + "\n").unwrap();
        }
        let present = std::fs::read_to_string(&path).unwrap_or_default();
        let is_current = serde_json::from_str::<Value>(&present).is_ok_and(|present| present == *schema.as_value());
        assert!(is_current, "schemas/{file} is stale, run `EINV_UPDATE=1 cargo test schemas`");
    }

    #[test]
    fn schemas_are_current() {
        check("invoice.schema.json", INVOICE_SCHEMA, schemars::schema_for!(Invoice));
        check("report.schema.json", REPORT_SCHEMA, schemars::schema_for!(Report));
    }

    #[test]
    fn schemas_know_their_address() {
        for (text, id) in [(invoice_schema(), INVOICE_SCHEMA), (report_schema(), REPORT_SCHEMA)] {
            assert_eq!(serde_json::from_str::<Value>(text).unwrap()["$id"], id);
        }
    }
}
