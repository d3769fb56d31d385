//! One pass over a document: quick-xml's events, with the checks that it leaves to its caller.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::attribute::{self, Attribute};
use super::names::{Names, Vocabulary};
use super::scan::{blank_length, text_length};
use super::survey::Survey;
use super::text::{is_blank, resolve};
use crate::finding::{self, Code};

/// How large a document may be in each direction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Nested elements.
    pub(crate) depth: u16,
    /// Attributes of one element.
    pub(crate) attributes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth: 100, attributes: 64 }
    }
}

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

/// A start tag.
pub(crate) struct Tag<'a, 'b> {
    /// Raw name.
    pub(crate) name: &'b str,
    /// Attributes, namespace declarations included.
    pub(crate) attributes: &'b [Attribute<'a>],
    /// Offset of its `<`.
    pub(crate) at: usize,
}

/// What stands beside the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aside {
    Comment,
    Instruction,
}

/// What a caller does with a document. Offsets are bytes of the source.
pub(crate) trait Handler<'a> {
    fn open(&mut self, tag: &Tag<'a, '_>, names: &Names<'a>) -> Result<(), Refusal>;
    /// Text in escaped form.
    fn text(&mut self, start: usize, end: usize);
    /// White space from tag to tag.
    fn blank(&mut self, start: usize, end: usize);
    /// From here on, line ends are not all single line feeds.
    fn returns(&mut self);
    /// Text of a CDATA section, as it stands.
    fn cdata(&mut self, start: usize, end: usize);
    fn aside(&mut self, kind: Aside, at: usize);
    /// An end tag at this offset.
    fn close(&mut self, at: usize) -> Result<(), Refusal>;
}

struct Walk<'a, 'h, H> {
    source: &'a str,
    survey: Survey<'a>,
    names: Names<'a>,
    attributes: Vec<Attribute<'a>>,
    depth: u16,
    limits: Limits,
    handler: &'h mut H,
    seen_root: bool,
}

/// Reads a document. It is refused, with a place, if it is not well-formed, has a DTD, or is beyond a limit.
pub(crate) fn walk<'a, H: Handler<'a>>(
    source: &'a str,
    vocabulary: &'a Vocabulary,
    limits: Limits,
    handler: &mut H,
) -> Result<(), Refusal> {
    let mut reader = Reader::from_str(source);
    let mut walk = Walk {
        source,
        survey: Survey::new(source),
        names: Names::new(vocabulary),
        attributes: Vec::with_capacity(limits.attributes.min(16)),
        depth: 0,
        limits,
        handler,
        seen_root: false,
    };
    let mut at = 0;
    loop {
        // Matched where it is made: an event that is moved first costs a tenth of the whole reading.
        match reader.read_event() {
            Ok(Event::Start(tag)) => walk.start(at, &tag)?,
            Ok(Event::End(_)) => walk.end(at)?,
            Ok(Event::Text(text)) => walk.text(at, &text)?,
            Ok(Event::Empty(tag)) => {
                walk.start(at, &tag)?;
                walk.end(at)?;
            }
            Ok(Event::GeneralRef(name)) => walk.reference(at, position(source, &reader), &name)?,
            Ok(Event::CData(data)) => walk.cdata(at, data.len())?,
            Ok(Event::Comment(text)) => walk.comment(at, &text)?,
            Ok(Event::PI(text)) => walk.instruction(at, text.len())?,
            Ok(Event::Decl(_)) if at == 0 => {}
            Ok(Event::Decl(_)) => return Err(syntax(at, "an XML declaration stands behind the start of the file")),
            Ok(Event::DocType(_)) => return Err(doctype(at)),
            Ok(Event::Eof) => return walk.finish(at),
            Err(error) => return Err(broken(&error, error_position(source, &reader))),
        }
        if walk.depth > 0 {
            walk.plain_text(&mut reader)?;
        }
        at = position(source, &reader);
    }
}

/// Offset of what is read next. The reader's own count does not know of the texts that [`Walk::plain_text`] skips.
#[inline]
fn position(source: &str, reader: &Reader<&[u8]>) -> usize {
    source.len() - reader.get_ref().len()
}

#[cold]
fn error_position(source: &str, reader: &Reader<&[u8]>) -> usize {
    let skipped = position(source, reader) as u64 - reader.buffer_position();
    (reader.error_position() + skipped) as usize
}

impl<'a, H: Handler<'a>> Walk<'a, '_, H> {
    /// Before anything is handed on, it was looked at for what quick-xml lets through.
    #[inline]
    fn reach(&mut self, end: usize) -> Result<(), Refusal> {
        if self.survey.has_reached(end) { Ok(()) } else { self.survey_to(end) }
    }

    #[cold]
    fn survey_to(&mut self, end: usize) -> Result<(), Refusal> {
        let had_returns = self.survey.returns;
        self.survey.reach(end).map_err(|at| forbidden(self.source, at))?;
        if self.survey.returns && !had_returns {
            self.handler.returns();
        }
        Ok(())
    }

    #[inline]
    fn start(&mut self, at: usize, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        self.reach(at + tag.len() + 2)?;
        let name = tag.name();
        let name: &str = name.as_ref();
        self.attributes.clear();
        self.depth += 1;
        if tag.len() > name.len() {
            self.attributes(at + 1 + name.len(), at + 1 + tag.len())?;
        }
        if self.depth > self.limits.depth {
            return Err(self.too_deep(at));
        }
        if self.depth == 1 {
            self.root(at)?;
        }
        self.handler.open(&Tag { name, attributes: &self.attributes, at }, &self.names)
    }

    fn attributes(&mut self, from: usize, to: usize) -> Result<(), Refusal> {
        attribute::read(self.source, from, to, self.limits.attributes, &mut self.attributes)?;
        for index in 0..self.attributes.len() {
            let attribute = self.attributes[index];
            if !attribute.plain && attribute.value.contains('&') {
                references(attribute.value, attribute.value_at)?;
            }
            if let Some(prefix) = attribute.declares() {
                let uri = super::unescape(attribute.value);
                if uri.is_empty() && !prefix.is_empty() {
                    return Err(syntax(attribute.at, "a prefix is bound to no namespace"));
                }
                self.names.bind(prefix, &uri, self.depth);
            }
        }
        Ok(())
    }

    fn root(&mut self, at: usize) -> Result<(), Refusal> {
        if self.seen_root {
            return Err(syntax(at, "a second root element stands behind the first"));
        }
        self.seen_root = true;
        Ok(())
    }

    #[cold]
    fn too_deep(&self, at: usize) -> Refusal {
        Refusal::new(finding::XML_LIMIT, at, format!("elements are nested more than {} deep", self.limits.depth))
    }

    #[inline]
    fn end(&mut self, at: usize) -> Result<(), Refusal> {
        self.handler.close(at)?;
        self.depth -= 1;
        self.names.leave(self.depth);
        Ok(())
    }

    #[inline]
    fn blank(&mut self, at: usize, end: usize) -> Result<(), Refusal> {
        self.reach(end)?;
        self.handler.blank(at, end);
        Ok(())
    }

    #[inline]
    fn text(&mut self, at: usize, text: &str) -> Result<(), Refusal> {
        self.reach(at + text.len())?;
        if self.depth == 0 {
            return self.outside(at, text);
        }
        if self.survey.bracket && text.contains("]]>") {
            return Err(syntax(at, "`]]>` stands in a text"));
        }
        self.handler.text(at, at + text.len());
        Ok(())
    }

    /// Text up to the next tag or reference. As an event it would cost twice as much: it would be checked for UTF-8 once
    /// more, and half of all events are texts.
    #[inline]
    fn plain_text(&mut self, reader: &mut Reader<&'a [u8]>) -> Result<(), Refusal> {
        let rest = *reader.get_ref();
        let at = self.source.len() - rest.len();
        let blank = blank_length(rest);
        let length = match rest.get(blank) {
            Some(b'<') => blank,
            _ => text_length(&rest[blank..]).map_or(0, |more| blank + more),
        };
        if length == 0 {
            return Ok(());
        }
        *reader.get_mut() = &rest[length..];
        match length == blank {
            true => self.blank(at, at + length),
            false => self.text(at, &self.source[at..at + length]),
        }
    }

    fn outside(&self, at: usize, text: &str) -> Result<(), Refusal> {
        match is_blank(text.trim_start_matches('\u{FEFF}')) {
            true => Ok(()),
            false => Err(syntax(at, "text stands outside the root element")),
        }
    }

    fn reference(&mut self, at: usize, end: usize, name: &str) -> Result<(), Refusal> {
        if self.depth == 0 {
            return Err(syntax(at, "text stands outside the root element"));
        }
        if resolve(name).is_none() {
            return Err(entity(at, name));
        }
        self.handler.text(at, end);
        Ok(())
    }

    fn cdata(&mut self, at: usize, length: usize) -> Result<(), Refusal> {
        if self.depth == 0 {
            return Err(syntax(at, "text stands outside the root element"));
        }
        let start = at + "<![CDATA[".len();
        self.reach(start + length)?;
        self.handler.cdata(start, start + length);
        Ok(())
    }

    fn instruction(&mut self, at: usize, length: usize) -> Result<(), Refusal> {
        self.reach(at + length)?;
        self.handler.aside(Aside::Instruction, at);
        Ok(())
    }

    fn comment(&mut self, at: usize, text: &str) -> Result<(), Refusal> {
        self.reach(at + text.len())?;
        if text.contains("--") || text.ends_with('-') {
            return Err(syntax(at, "`--` stands in a comment"));
        }
        self.handler.aside(Aside::Comment, at);
        Ok(())
    }

    fn finish(&mut self, at: usize) -> Result<(), Refusal> {
        self.reach(self.source.len())?;
        match (self.seen_root, self.depth) {
            (false, _) => Err(syntax(at, "the input holds no element")),
            (true, 0) => Ok(()),
            (true, _) => Err(syntax(at, "unexpected end of file: elements are still open")),
        }
    }
}

fn references(value: &str, at: usize) -> Result<(), Refusal> {
    let mut from = 0;
    while let Some(found) = value[from..].find('&') {
        let start = from + found + 1;
        let name = value[start..].find(';').map_or(&value[start..], |end| &value[start..start + end]);
        if start + name.len() == value.len() || resolve(name).is_none() {
            return Err(entity(at + start - 1, name));
        }
        from = start + name.len();
    }
    Ok(())
}

#[cold]
fn forbidden(source: &str, at: usize) -> Refusal {
    let character = source[at..].chars().next().unwrap_or_default();
    syntax(at, "a character stands here that XML does not allow").found(format!("U+{:04X}", u32::from(character)))
}

#[cold]
fn broken(error: &quick_xml::Error, at: usize) -> Refusal {
    syntax(at, &format!("not well-formed XML: {error}"))
}

#[cold]
fn entity(at: usize, name: &str) -> Refusal {
    match name.starts_with('#') {
        true => syntax(at, "a character reference stands for no character of XML").found(format!("&{name};")),
        false => Refusal::new(finding::XML_DTD, at, "an entity is used that XML does not predefine")
            .found(format!("&{name};"))
            .help("write `&amp;` for a plain `&`"),
    }
}

#[cold]
fn doctype(at: usize) -> Refusal {
    Refusal::new(finding::XML_DTD, at, "the input has a document type declaration, which no e-invoice may have")
        .help("remove the `<!DOCTYPE …>`")
}

#[cold]
fn syntax(at: usize, message: &str) -> Refusal {
    Refusal::new(finding::XML_SYNTAX, at, message.to_owned())
}
