//! The XML declaration.

use super::attribute::{self, Attribute};
use super::refusal::{Refusal, syntax};

/// Checks the declaration between two offsets: it stands first or nowhere, and its version is one that readers of
/// XML 1.0 take.
pub(super) fn check(source: &str, at: usize, end: usize) -> Result<(), Refusal> {
    let before = source[..at].trim_start_matches('\u{FEFF}');
    if !before.is_empty() {
        let late = syntax(at, "an XML declaration stands behind the start of the file");
        let is_a_document = before.contains('<');
        return Err(if is_a_document { late } else { late.help("remove what stands before `<?xml`") });
    }
    let mut parts = Vec::new();
    attribute::read(source, at + "<?xml".len(), end - "?>".len(), KNOWN.len(), &mut parts)?;
    let mut known = KNOWN.iter();
    for part in &parts {
        // In this order, each at most once.
        match known.find(|(name, _)| *name == part.name) {
            Some((_, fits)) if fits(part.value) => {}
            _ => return Err(unexpected(part)),
        }
    }
    match parts.first() {
        Some(first) if first.name == "version" => Ok(()),
        _ => Err(syntax(at, NO_VERSION)),
    }
}

type Fits = fn(&str) -> bool;

const KNOWN: [(&str, Fits); 3] = [("version", is_version), ("encoding", is_encoding), ("standalone", is_standalone)];

fn is_version(value: &str) -> bool {
    value.strip_prefix("1.").is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_encoding(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn is_standalone(value: &str) -> bool {
    matches!(value, "yes" | "no")
}

const NO_VERSION: &str = "expected an XML declaration with version 1.0";

fn unexpected(part: &Attribute<'_>) -> Refusal {
    let expected = match part.name {
        "version" => NO_VERSION,
        _ => "expected version, encoding and standalone in an XML declaration, in this order",
    };
    syntax(part.at, expected).found(format!("{}=\"{}\"", part.name, part.value))
}
