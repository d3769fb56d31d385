//! Why a document is refused.

use crate::finding::{self, Code};

/// Why a document was refused, and at which byte.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Cause>);

#[derive(Debug)]
struct Cause {
    code: Code,
    at: usize,
    message: String,
    found: Option<String>,
    help: Option<String>,
}

impl Refusal {
    #[cold]
    pub(crate) fn new(code: Code, at: usize, message: impl Into<String>) -> Refusal {
        Refusal(Box::new(Cause { code, at, message: message.into(), found: None, help: None }))
    }

    /// With the text that was met.
    #[cold]
    pub(crate) fn found(mut self, found: impl Into<String>) -> Refusal {
        self.0.found = Some(found.into());
        self
    }

    /// With what to do.
    #[cold]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Refusal {
        self.0.help = Some(help.into());
        self
    }

    /// The finding to show, with its place in `source`.
    pub(crate) fn into_finding(self, source: &str) -> finding::Finding {
        let place = super::locate(source, &[self.0.at]).into_iter().next().unwrap_or_default();
        let mut found = finding::Finding::new(self.0.code, self.0.message).at(place);
        found.found = self.0.found;
        found.help = self.0.help;
        found
    }
}

/// What breaks the rules of XML.
#[cold]
pub(super) fn syntax(at: usize, message: &str) -> Refusal {
    Refusal::new(finding::XML_SYNTAX, at, message)
}

/// A reference that stands for nothing that XML predefines.
#[cold]
pub(super) fn entity(at: usize, name: &str) -> Refusal {
    match name.starts_with('#') {
        true => syntax(at, "a character reference stands for no character of XML").found(format!("&{name};")),
        false => Refusal::new(finding::XML_DTD, at, "an entity is used that XML does not predefine")
            .found(format!("&{name};"))
            .help("write the character itself, or `&amp;` for a plain `&`"),
    }
}
