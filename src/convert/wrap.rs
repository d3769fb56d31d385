//! The envelope around an output: who sends it to whom, from the invoice where the caller does not say.

use super::input::Input;
use super::step::Step;
use crate::finding::{self, Finding};
use crate::format::{Wanted, wrap};
use crate::model::Date;

/// An envelope to send the output in: a Standard Business Document Header, as Peppol's access points take it.
///
/// Sender and receiver are those of the invoice (BT-34 and BT-49, with their schemes) if not said, its time is the issue
/// date (BT-2), and its identifier follows from the content: the same invoice gives the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrapping {
    sender: Option<String>,
    receiver: Option<String>,
    created: Option<String>,
}

impl Wrapping {
    /// An envelope that takes everything from the invoice.
    pub fn sbdh() -> Wrapping {
        Wrapping::default()
    }

    /// Who sends it: scheme and id, such as `0088:7300010000001`.
    pub fn sender(mut self, id: impl Into<String>) -> Wrapping {
        self.sender = Some(id.into());
        self
    }

    /// Who gets it: scheme and id.
    pub fn receiver(mut self, id: impl Into<String>) -> Wrapping {
        self.receiver = Some(id.into());
        self
    }

    /// When it was made: a date, YYYY-MM-DD, or a date and time with zone, such as `2026-03-02T14:30:00Z`.
    pub fn created(mut self, when: impl Into<String>) -> Wrapping {
        self.created = Some(when.into());
        self
    }

    /// What is wrong with what the caller said.
    pub(super) fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, id) in [("sender", &self.sender), ("receiver", &self.receiver)] {
            let is_id =
                |id: &str| id.split_once(':').is_some_and(|(scheme, id)| scheme.len() == 4 && !id.trim().is_empty());
            if let Some(id) = id.as_deref().filter(|id| !is_id(id)) {
                let message = format!("the {name} is no participant of a network");
                let finding = Finding::new(finding::ARGUMENTS, message).found(id);
                findings.push(finding.expected("a scheme of four characters and an id, such as 0088:7300010000001"));
            }
        }
        if let Some(when) = self.created.as_deref().filter(|when| time(when).is_none()) {
            let finding = Finding::new(finding::ARGUMENTS, "the time of the envelope is none").found(when);
            findings.push(finding.expected("a date such as 2026-03-02, or 2026-03-02T14:30:00Z"));
        }
        findings
    }

    /// The document in this envelope; or what the invoice does not say that the envelope needs.
    pub(super) fn around(&self, document: &[u8], input: &Input<'_>, step: &Step) -> Result<Vec<u8>, Vec<Finding>> {
        let (sender, receiver, country) = match step.target.as_ref().is_some_and(|target| target.sent_by_buyer) {
            true => ("BT-49", "BT-34", "BT-55"),
            false => ("BT-34", "BT-49", "BT-40"),
        };
        let set = format!("give it with --set {country}=…");
        let mut needs = Needs { input, missing: Vec::new() };
        let created = self.created.clone().or_else(|| input.decoded("BT-2")).and_then(|when| time(&when));
        let (namespace, root, version) = kind(step);
        let instance = instance(&crate::hash::sha256(document));
        let header = Wanted {
            sender: &needs.address(&self.sender, sender, "the sender", "give it with --sender SCHEME:ID"),
            receiver: &needs.address(&self.receiver, receiver, "the receiver", "give it with --receiver SCHEME:ID"),
            country: &needs.value(input.value(country), country, "the country of the sender", &set),
            process: &needs.value(input.value("BT-23"), "BT-23", "the process", "give it with --process"),
            specification: &needs.value(input.value("BT-24"), "BT-24", "the specification", "name it with --profile"),
            created: &needs.value(created, "BT-2", "a date", "give it with --date YYYY-MM-DD"),
            namespace,
            root,
            version: &version,
            instance: &instance,
        };
        if needs.missing.is_empty() { Ok(wrap(&header, document)) } else { Err(needs.missing) }
    }
}

/// What the envelope takes from the invoice, and what is not there.
struct Needs<'i> {
    input: &'i Input<'i>,
    missing: Vec<Finding>,
}

impl Needs<'_> {
    fn value(&mut self, value: Option<String>, term: &str, what: &str, help: &str) -> String {
        value.unwrap_or_else(|| {
            let message = format!("the envelope names {what}, which the invoice does not");
            let finding = Finding::new(finding::REQUIRED, message).term(self.input.label(term));
            self.missing.push(finding.help(help));
            String::new()
        })
    }

    fn address(&mut self, said: &Option<String>, id: &str, what: &str, help: &str) -> String {
        let own = || {
            let scheme = self.input.value(&format!("{id}-1"))?;
            self.input.value(id).map(|address| format!("{scheme}:{address}"))
        };
        let address = said.clone().or_else(own);
        self.value(address, id, what, help)
    }
}

/// Namespace, root and version of what is written.
fn kind(step: &Step) -> (&'static str, &'static str, String) {
    match (step.format, step.kind) {
        ("ubl", 0) => ("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "Invoice", "2.1".to_owned()),
        ("ubl", _) => ("urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote", "2.1".to_owned()),
        _ => {
            let namespace = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100";
            (namespace, "CrossIndustryInvoice", step.edition.to_string())
        }
    }
}

/// A date and time with zone; midnight in UTC for a date alone.
fn time(text: &str) -> Option<String> {
    let text = text.trim();
    match text.split_once('T') {
        None => Date::new(text).ymd().is_ok().then(|| format!("{text}T00:00:00Z")),
        Some(_) => chrono::DateTime::parse_from_rfc3339(text).is_ok().then(|| text.to_owned()),
    }
}

/// An identifier in the shape of a UUID (version 8: of our own making) out of a hash of the content.
fn instance(hash: &str) -> String {
    let digit = |at: usize| hash.as_bytes().get(at).map_or('0', |&byte| char::from(byte));
    let part = |from: usize, to: usize| (from..to).map(digit).collect::<String>();
    format!("{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_participants_are_checked() {
        assert_eq!(time("2026-03-02").as_deref(), Some("2026-03-02T00:00:00Z"));
        assert_eq!(time("2026-03-02T14:30:00+01:00").as_deref(), Some("2026-03-02T14:30:00+01:00"));
        assert_eq!(time("2026-02-30"), None);
        assert_eq!(time("2026-03-02T14:30:00"), None, "without a zone it is no moment");
        assert_eq!(Wrapping::sbdh().sender("0088:1").check(), []);
        assert_eq!(Wrapping::sbdh().sender("1").receiver("0088:").created("x").check().len(), 3);
    }

    #[test]
    fn the_same_content_has_the_same_identifier() {
        assert_eq!(instance(&"0123456789abcdef".repeat(4)), "01234567-89ab-8def-a123-456789abcdef");
    }
}
