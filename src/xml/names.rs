//! Namespaces by URI: which prefix stands for what, at every depth.

use std::borrow::Cow;

use super::walk::Refusal;
use crate::finding;

/// The namespaces that a table speaks of: canonical prefix and URI, by index.
pub(crate) type Vocabulary = [(&'static str, &'static str)];

/// What a prefix stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// A namespace of the vocabulary, by index.
    Known(u8),
    /// `xsi:`, what XML Schema says to parsers.
    Instance,
    /// Another namespace.
    Foreign,
    /// No namespace.
    None,
}

struct Binding<'a> {
    prefix: &'a str,
    uri: Cow<'a, str>,
    space: Space,
    depth: u16,
    /// A prefix of the vocabulary that stands for something else here.
    odd: bool,
}

/// Bindings in scope. Nearly every file binds the canonical prefixes once, on the root: then a raw name is canonical
/// as it stands, and nothing is resolved per element.
pub(crate) struct Names<'a> {
    vocabulary: &'a Vocabulary,
    bindings: Vec<Binding<'a>>,
    odd: u32,
    bound: u32,
}

impl<'a> Names<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary) -> Names<'a> {
        Names { vocabulary, bindings: Vec::with_capacity(16), odd: 0, bound: 0 }
    }

    /// True if the raw name of an element in this namespace of the vocabulary is its canonical name.
    #[inline]
    pub(crate) fn is_canonical(&self, space: u8) -> bool {
        self.odd == 0 && self.bound & (1 << space) != 0
    }

    /// Binds a prefix (empty: the default namespace) from this depth on.
    pub(crate) fn bind(&mut self, prefix: &'a str, uri: Cow<'a, str>, depth: u16) {
        let space = match self.vocabulary.iter().position(|(_, known)| *known == uri) {
            Some(index) => Space::Known(index as u8),
            None if uri.is_empty() => Space::None,
            None if uri == "http://www.w3.org/2001/XMLSchema-instance" => Space::Instance,
            None => Space::Foreign,
        };
        if self.lookup(prefix) == Some(space) && space != Space::Foreign {
            return;
        }
        let usual = self.vocabulary.iter().position(|(known, _)| *known == prefix);
        let odd = usual.is_some_and(|index| space != Space::Known(index as u8));
        self.odd += u32::from(odd);
        if let (Some(index), false) = (usual, odd) {
            self.bound |= 1 << index;
        }
        self.bindings.push(Binding { prefix, uri, space, depth, odd });
    }

    /// How many declarations are in force.
    pub(super) fn count(&self) -> usize {
        self.bindings.len()
    }

    /// The namespace that a prefix stands for.
    pub(super) fn uri(&self, prefix: &str) -> Option<&str> {
        match prefix {
            "xml" => Some(XML),
            _ => self.bindings.iter().rev().find(|binding| binding.prefix == prefix).map(|binding| &*binding.uri),
        }
    }

    /// Forgets what was bound below this depth.
    #[inline]
    pub(crate) fn leave(&mut self, depth: u16) {
        if self.bindings.last().is_some_and(|last| last.depth > depth) {
            self.unbind(depth);
        }
    }

    #[cold]
    fn unbind(&mut self, depth: u16) {
        self.bindings.retain(|binding| binding.depth <= depth);
        self.odd = self.bindings.iter().map(|binding| u32::from(binding.odd)).sum();
        self.bound = 0;
        for binding in &self.bindings {
            if let Some(index) = self.vocabulary.iter().position(|(known, _)| *known == binding.prefix)
                && binding.space == Space::Known(index as u8)
            {
                self.bound |= 1 << index;
            }
        }
    }

    /// Namespace and local part of an element name; `None` if its prefix is not declared.
    pub(crate) fn resolve<'n>(&self, raw: &'n str) -> Option<(Space, &'n str)> {
        match raw.split_once(':') {
            Some((prefix, local)) => self.lookup(prefix).map(|space| (space, local)),
            None => Some((self.lookup("").unwrap_or(Space::None), raw)),
        }
    }

    /// Namespace and local part of an attribute name: no default namespace for these.
    pub(crate) fn resolve_attribute<'n>(&self, raw: &'n str) -> Option<(Space, &'n str)> {
        match raw.split_once(':') {
            Some((prefix, local)) => self.lookup(prefix).map(|space| (space, local)),
            None => Some((Space::None, raw)),
        }
    }

    fn lookup(&self, prefix: &str) -> Option<Space> {
        if prefix == "xml" {
            return Some(Space::Foreign);
        }
        self.bindings.iter().rev().find(|binding| binding.prefix == prefix).map(|binding| binding.space)
    }
}

/// The namespaces of the prefixes `xml` and `xmlns`, which nothing else stands for.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Refuses declarations that XML forbids.
pub(super) fn declarable(at: usize, prefix: &str, uri: &str) -> Result<(), Refusal> {
    let message = match (prefix, uri) {
        ("xml", XML) => return Ok(()),
        ("xml" | "xmlns", _) | (_, XML | XMLNS) => "a reserved prefix or namespace is declared anew",
        ("", "") => return Ok(()),
        (_, "") => "a prefix is bound to no namespace",
        (prefix, _) if prefix.contains(':') => "a prefix has a colon in it",
        _ => return Ok(()),
    };
    Err(Refusal::new(finding::XML_SYNTAX, at, message))
}
