//! The beginning of a document, looked at before anything else, as strictly as the whole is read afterwards.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::limits::Limits;
use super::names::Names;
use super::refusal::Refusal;
use super::walk::{Aside, Handler, Tag, walk};
use crate::finding;

/// What is met on the way.
pub(crate) enum Seen<'a, 's> {
    /// A start tag; the root has depth 1.
    Open(Element<'a, 's>),
    /// Text of the innermost element, in escaped form.
    Text(&'a str),
    /// An end tag at this offset, back to this depth.
    Close(usize, usize),
}

/// A start tag, with its namespace.
pub(crate) struct Element<'a, 's> {
    pub(crate) depth: usize,
    pub(crate) uri: Cow<'s, str>,
    pub(crate) local: &'s str,
    /// Offset of its `<`.
    pub(crate) at: usize,
    /// Namespaces declared in its tag: prefix and URI.
    pub(crate) declares: Vec<(&'a str, Cow<'a, str>)>,
}

/// Shows elements and texts until `see` has seen enough. A document that breaks before that is refused.
pub(crate) fn peek<'a>(
    source: &'a str,
    limits: Limits,
    see: impl FnMut(Seen<'a, '_>) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let mut peek = Peek { source, see, scopes: Vec::new(), depth: 0, ended: false };
    match walk(source, &[], limits, &mut peek) {
        Err(_) if peek.ended => Ok(()),
        result => result,
    }
}

struct Peek<'a, F> {
    source: &'a str,
    see: F,
    /// Declarations in force, each with the depth of its element.
    scopes: Vec<(usize, &'a str, Cow<'a, str>)>,
    depth: usize,
    /// Seen enough: the walk is left through a refusal that says nothing.
    ended: bool,
}

impl<'a, F: FnMut(Seen<'a, '_>) -> ControlFlow<()>> Peek<'a, F> {
    fn show(&mut self, seen: Seen<'a, '_>) -> Result<(), Refusal> {
        if !self.ended && (self.see)(seen).is_break() {
            self.ended = true;
        }
        match self.ended {
            true => Err(Refusal::new(finding::XML_SYNTAX, 0, "")),
            false => Ok(()),
        }
    }
}

impl<'a, F: FnMut(Seen<'a, '_>) -> ControlFlow<()>> Handler<'a> for Peek<'a, F> {
    fn open(&mut self, tag: &Tag<'a, '_>, _: &Names<'a>) -> Result<(), Refusal> {
        self.depth += 1;
        let declared = tag.attributes.iter().filter_map(|attribute| Some((attribute.declares()?, attribute.value)));
        let declares: Vec<_> = declared.map(|(prefix, uri)| (prefix, super::unescape(uri))).collect();
        self.scopes.extend(declares.iter().map(|(prefix, uri)| (self.depth, *prefix, uri.clone())));
        if !super::is_qualified(tag.name) {
            return Err(Refusal::new(finding::XML_SYNTAX, tag.at, "expected an element name").found(tag.name));
        }
        let (prefix, local) = tag.name.split_once(':').unwrap_or(("", tag.name));
        let uri = match self.scopes.iter().rev().find(|(_, known, _)| *known == prefix) {
            Some((.., uri)) => uri.clone(),
            None if prefix.is_empty() => Cow::Borrowed(""),
            None => return Err(undeclared(tag.at, prefix)),
        };
        self.show(Seen::Open(Element { depth: self.depth, uri, local, at: tag.at, declares }))
    }

    fn text(&mut self, start: usize, end: usize) {
        // What ends here ends at the next tag.
        let _ = self.show(Seen::Text(&self.source[start..end]));
    }

    fn blank(&mut self, _: usize, _: usize) {}

    fn returns(&mut self) {}

    fn cdata(&mut self, _: usize, _: usize) {}

    fn aside(&mut self, _: Aside, _: usize) {}

    fn close(&mut self, at: usize) -> Result<(), Refusal> {
        self.depth -= 1;
        self.scopes.retain(|(depth, ..)| *depth <= self.depth);
        self.show(Seen::Close(self.depth, at))
    }
}

/// An element or attribute whose prefix stands for nothing.
#[cold]
pub(crate) fn undeclared(at: usize, prefix: &str) -> Refusal {
    Refusal::new(finding::XML_SYNTAX, at, "a prefix is used that no namespace is declared for").found(prefix)
}

/// Passes on what stands in one element, as if it were the whole document.
pub(crate) struct Within<'h, H> {
    inner: &'h mut H,
    /// Offset of the element.
    at: usize,
    /// Open elements, inside it and in all.
    inside: usize,
    open: usize,
    left: bool,
}

impl<'h, H> Within<'h, H> {
    pub(crate) fn new(inner: &'h mut H, at: usize) -> Within<'h, H> {
        Within { inner, at, inside: 0, open: 0, left: false }
    }
}

impl<'a, H: Handler<'a>> Handler<'a> for Within<'_, H> {
    fn open(&mut self, tag: &Tag<'a, '_>, names: &Names<'a>) -> Result<(), Refusal> {
        self.open += 1;
        if self.inside == 0 && tag.at != self.at {
            return match self.left && self.open == 2 {
                true => Err(Refusal::new(finding::CARRIER, tag.at, "a second document stands in the envelope")
                    .help("give each document an envelope of its own")),
                false => Ok(()),
            };
        }
        self.inside += 1;
        self.inner.open(tag, names)
    }

    fn text(&mut self, start: usize, end: usize) {
        if self.inside > 0 {
            self.inner.text(start, end);
        }
    }

    fn blank(&mut self, start: usize, end: usize) {
        if self.inside > 0 {
            self.inner.blank(start, end);
        }
    }

    fn returns(&mut self) {
        self.inner.returns();
    }

    fn cdata(&mut self, start: usize, end: usize) {
        if self.inside > 0 {
            self.inner.cdata(start, end);
        }
    }

    fn aside(&mut self, kind: Aside, at: usize) {
        self.inner.aside(kind, at);
    }

    fn close(&mut self, at: usize) -> Result<(), Refusal> {
        self.open -= 1;
        if self.inside == 0 {
            return Ok(());
        }
        self.inside -= 1;
        self.left = self.inside == 0;
        self.inner.close(at)
    }
}
