//! An inspection as text or as JSON, on standard output.

use einv::Inspection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::json::hide_values;
use super::lines;

/// One JSON document.
pub(crate) fn json(mut inspection: Inspection, values: bool) -> String {
    if !values {
        hide(&mut inspection);
        inspection.findings.iter_mut().for_each(hide_values);
    }
    // An inspection is plain data: it has no key that is not a text and no number that JSON lacks.
    serde_json::to_string_pretty(&inspection).unwrap_or_default() + "\n"
}

/// A line for each thing worth knowing.
pub(crate) fn text(mut inspection: Inspection, values: bool) -> String {
    if !values {
        hide(&mut inspection);
    }
    lines::of(&inspection)
}

/// What is not of the invoice itself: how it is carried, and by which standards.
const KEPT: [&str; 11] = [
    "term",
    "label",
    "mime",
    "mime_code",
    "relationship",
    "listed_in",
    "version",
    "pdfa",
    "level",
    "document_type",
    "namespace",
];

fn hide(inspection: &mut Inspection) {
    inspection.invoice = inspection.invoice.as_ref().and_then(hidden);
    inspection.pdf = inspection.pdf.as_ref().and_then(hidden);
    inspection.terms.iter_mut().for_each(|term| term.value = "…".to_owned());
    if let Some(envelope) = &mut inspection.document.envelope {
        let parties = envelope.senders.iter_mut().chain(&mut envelope.receivers);
        parties.for_each(|party| party.identifier = "…".to_owned());
        envelope.instance = envelope.instance.take().map(|_| "…".to_owned());
    }
}

/// The same with `…` for every text that says something of the invoice.
fn hidden<T: Serialize + DeserializeOwned>(plain: &T) -> Option<T> {
    let mut value = serde_json::to_value(plain).ok()?;
    hide_texts(&mut value);
    serde_json::from_value(value).ok()
}

fn hide_texts(value: &mut Value) {
    match value {
        Value::String(text) => "…".clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(hide_texts),
        Value::Object(fields) => {
            fields.iter_mut().filter(|(key, _)| !KEPT.contains(&key.as_str())).for_each(|(_, value)| hide_texts(value));
        }
        _ => {}
    }
}
