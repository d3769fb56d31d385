//! One pass over a document: quick-xml's events, with the checks that it leaves to its caller.

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::attribute::{self, Attribute};
use super::limits::{Limits, limit};
use super::names::{Names, Vocabulary};
use super::survey::Survey;
use super::text::{is_blank, resolve};
use crate::finding::{self, Code};
use crate::limits::size;

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
    /// Text in escaped form; blank text between elements is not reported.
    fn text(&mut self, start: usize, end: usize);
    /// Text of a CDATA section, as it stands.
    fn cdata(&mut self, start: usize, end: usize);
    fn aside(&mut self, kind: Aside, at: usize);
    /// An end tag at this offset.
    fn close(&mut self, at: usize) -> Result<(), Refusal>;
}

struct Walk<'a, 'h, H> {
    source: &'a str,
    names: Names<'a>,
    attributes: Vec<Attribute<'a>>,
    depth: u16,
    limits: Limits,
    handler: &'h mut H,
    seen_root: bool,
    /// Behind the last tag; before the first one, beyond everything.
    behind: usize,
}

/// Reads a document. It is refused, with a place, if it is not well-formed, has a DTD, or is beyond a limit.
pub(crate) fn walk<'a, H: Handler<'a>>(
    source: &'a str,
    survey: &Survey,
    vocabulary: &'a Vocabulary,
    limits: Limits,
    handler: &mut H,
) -> Result<(), Refusal> {
    check_characters(source, survey)?;
    let mut reader = Reader::from_str(source);
    let mut walk = Walk {
        source,
        names: Names::new(vocabulary),
        attributes: Vec::with_capacity(limits.attributes.min(16)),
        depth: 0,
        limits,
        handler,
        seen_root: false,
        behind: usize::MAX,
    };
    let bracket = survey.bracket;
    let mut at = 0;
    loop {
        // Matched where it is made: an event that is moved first costs a tenth of the whole reading.
        match reader.read_event() {
            Ok(Event::Text(text)) => walk.text(at, &text, bracket)?,
            Ok(Event::Start(tag)) => walk.start(at, &tag)?,
            Ok(Event::End(_)) => {
                walk.end(at)?;
                walk.behind = reader.buffer_position() as usize;
            }
            Ok(Event::Empty(tag)) => {
                walk.start(at, &tag)?;
                walk.end(at)?;
                walk.behind = reader.buffer_position() as usize;
            }
            Ok(Event::GeneralRef(name)) => walk.reference(at, reader.buffer_position() as usize, &name)?,
            Ok(Event::CData(data)) => walk.cdata(at, data.len())?,
            Ok(Event::Comment(text)) => walk.comment(at, &text)?,
            Ok(Event::PI(instruction)) => walk.instruction(at, instruction.target())?,
            Ok(Event::Decl(declaration)) => check_declaration(at, &declaration)?,
            Ok(Event::DocType(_)) => return Err(doctype(at)),
            Ok(Event::Eof) => return walk.finish(at),
            Err(error) => return Err(broken(&error, reader.error_position() as usize)),
        }
        at = reader.buffer_position() as usize;
    }
}

impl<'a, H: Handler<'a>> Walk<'a, '_, H> {
    #[inline]
    fn start(&mut self, at: usize, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        let name = tag.name();
        let name: &str = name.as_ref();
        self.attributes.clear();
        self.depth += 1;
        self.bounded(at, name.len())?;
        if tag.len() > name.len() {
            self.attributes(at + 1 + name.len(), at + 1 + tag.len())?;
        }
        self.behind = at + tag.len() + "<>".len();
        if self.depth == 1 {
            self.root(at)?;
        }
        self.handler.open(&Tag { name, attributes: &self.attributes, at }, &self.names)
    }

    /// Depth, length of the name, and length of what stands between the last tag and this one.
    #[inline]
    fn bounded(&self, at: usize, name: usize) -> Result<(), Refusal> {
        let Limits { depth, name: longest, text, .. } = self.limits;
        match self.depth > depth || name > longest || at.saturating_sub(self.behind) > text {
            true => Err(self.beyond(at, name)),
            false => Ok(()),
        }
    }

    #[cold]
    fn beyond(&self, at: usize, name: usize) -> Refusal {
        let Limits { depth, name: longest, text, .. } = self.limits;
        match () {
            () if self.depth > depth => limit("depth", at, format!("elements are nested more than {depth} deep")),
            () if name > longest => limit("name", at, format!("a name has more than {longest} bytes")),
            () => limit("text", self.behind, format!("a text is longer than {}", size(text as u64))),
        }
    }

    fn attributes(&mut self, from: usize, to: usize) -> Result<(), Refusal> {
        attribute::read(self.source, from, to, self.limits.attributes, &mut self.attributes)?;
        for index in 0..self.attributes.len() {
            let attribute = self.attributes[index];
            if !attribute.plain && attribute.value.contains('&') {
                references(attribute.value, attribute.value_at)?;
            }
            if attribute.name.len() > self.limits.name {
                return Err(self.beyond(attribute.at, attribute.name.len()));
            }
            if attribute.value.len() > self.limits.text {
                let most = size(self.limits.text as u64);
                return Err(limit("text", attribute.at, format!("an attribute value is longer than {most}")));
            }
            if let Some(prefix) = attribute.declares() {
                self.declare(&attribute, prefix)?;
            }
        }
        // Two prefixes can stand for one namespace; one attribute cannot stand twice.
        if self.attributes.len() > 1 {
            super::attribute::twice(&self.attributes, &self.names)?;
        }
        Ok(())
    }

    fn declare(&mut self, attribute: &Attribute<'a>, prefix: &'a str) -> Result<(), Refusal> {
        if prefix.is_empty() && attribute.name.ends_with(':') {
            return Err(syntax(attribute.at, "a namespace is declared for no prefix"));
        }
        let uri = super::unescape(attribute.value);
        super::names::declarable(attribute.at, prefix, &uri)?;
        self.names.bind(prefix, uri, self.depth);
        if self.names.count() > self.limits.namespaces {
            let most = self.limits.namespaces;
            return Err(limit("namespaces", attribute.at, format!("more than {most} namespaces are declared")));
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

    #[inline]
    fn end(&mut self, at: usize) -> Result<(), Refusal> {
        self.bounded(at, 0)?;
        self.handler.close(at)?;
        self.depth -= 1;
        self.names.leave(self.depth);
        Ok(())
    }

    #[inline]
    fn text(&mut self, at: usize, text: &str, bracket: bool) -> Result<(), Refusal> {
        if self.depth == 0 {
            return self.outside(at, text);
        }
        if bracket && text.contains("]]>") {
            return Err(syntax(at, "`]]>` stands in a text"));
        }
        self.handler.text(at, at + text.len());
        Ok(())
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
        self.handler.cdata(start, start + length);
        Ok(())
    }

    fn comment(&mut self, at: usize, text: &str) -> Result<(), Refusal> {
        if text.contains("--") || text.ends_with('-') {
            return Err(syntax(at, "`--` stands in a comment"));
        }
        self.handler.aside(Aside::Comment, at);
        Ok(())
    }

    fn instruction(&mut self, at: usize, target: &str) -> Result<(), Refusal> {
        if !attribute::is_name(target) || target.eq_ignore_ascii_case("xml") {
            return Err(syntax(at, "a processing instruction has no name").found(format!("<?{target}")));
        }
        self.handler.aside(Aside::Instruction, at);
        Ok(())
    }

    fn finish(&self, at: usize) -> Result<(), Refusal> {
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

fn check_characters(source: &str, survey: &Survey) -> Result<(), Refusal> {
    let Some(at) = survey.forbidden else { return Ok(()) };
    let character = source[at..].chars().next().unwrap_or_default();
    Err(syntax(at, "a character stands here that XML does not allow").found(format!("U+{:04X}", u32::from(character))))
}

/// The declaration stands first or nowhere, and its version is one that XML 1.0 readers take.
fn check_declaration(at: usize, declaration: &BytesDecl<'_>) -> Result<(), Refusal> {
    if at > 0 {
        return Err(syntax(at, "an XML declaration stands behind the start of the file")
            .help("remove what stands before `<?xml`"));
    }
    match declaration.version() {
        Ok(version) if version.starts_with("1.") => Ok(()),
        _ => Err(syntax(at, "expected an XML declaration with version 1.0")),
    }
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
            .help("write the character itself, or `&amp;` for a plain `&`"),
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
