//! One pass over a document.
//!
//! Tags and plain texts, nearly all of an invoice, are cut here, by hand and with quick-xml's parser of tags; whatever
//! else XML has is read by quick-xml's reader, event by event. What both let through is checked here: names and
//! nesting, namespaces, characters, references, limits.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::attribute::{self, Attribute};
use super::declaration;
use super::limits::{Limits, limit};
use super::names::{self, Names, Vocabulary};
use super::refusal::{Refusal, entity, syntax};
use super::scan::{blank_length, text_length};
use super::survey::Survey;
use super::tag;
use super::text::{is_blank, resolve};
use crate::finding;
use crate::limits::size;

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

/// Reads a document. It is refused, with a place, if it is not well-formed, has a DTD, or is beyond a limit.
pub(crate) fn walk<'a, H: Handler<'a>>(
    source: &'a str,
    vocabulary: &'a Vocabulary,
    limits: Limits,
    handler: &mut H,
) -> Result<(), Refusal> {
    let mut walk = Walk {
        source,
        at: if source.starts_with(MARK) { MARK.len_utf8() } else { 0 },
        behind: usize::MAX,
        survey: Survey::new(source),
        names: Names::new(vocabulary),
        attributes: Vec::with_capacity(limits.attributes.min(16)),
        open: Vec::with_capacity(usize::from(limits.depth) + 1),
        seen_root: false,
        limits,
        handler,
    };
    loop {
        if !walk.open.is_empty() {
            walk.plain_text()?;
        }
        match source.as_bytes()[walk.at..] {
            [b'<', b'/', ..] => walk.end_tag()?,
            [b'<', first, ..] if !matches!(first, b'!' | b'?') => walk.start_tag()?,
            [] => return walk.finish(),
            _ => walk.rarity()?,
        }
    }
}

/// The byte order mark: before a document it is no part of it, anywhere else a character.
const MARK: char = '\u{FEFF}';

struct Walk<'a, 'h, H> {
    source: &'a str,
    /// Offset of what comes next.
    at: usize,
    /// Behind the last tag; before the first one, beyond everything.
    behind: usize,
    survey: Survey<'a>,
    names: Names<'a>,
    attributes: Vec<Attribute<'a>>,
    /// Names of the open elements.
    open: Vec<&'a str>,
    seen_root: bool,
    limits: Limits,
    handler: &'h mut H,
}

impl<'a, H: Handler<'a>> Walk<'a, '_, H> {
    /// Before anything is handed on, it was looked at for characters that XML forbids.
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

    // --- tags

    #[inline]
    fn start_tag(&mut self) -> Result<(), Refusal> {
        let at = self.at;
        let cut = tag::start(self.source, at)?;
        self.reach(cut.end)?;
        let name = &self.source[at + 1..cut.name_end];
        self.bounded(self.open.len() + 1, name.len())?;
        self.attributes.clear();
        if cut.name_end < cut.content_end {
            self.attributes(cut.name_end, cut.content_end)?;
        }
        if self.open.is_empty() {
            self.root()?;
        }
        self.handler.open(&Tag { name, attributes: &self.attributes, at }, &self.names)?;
        self.open.push(name);
        if cut.empty {
            self.close()?;
        }
        self.at = cut.end;
        self.behind = cut.end;
        Ok(())
    }

    #[inline]
    fn end_tag(&mut self) -> Result<(), Refusal> {
        let Some(name) = self.open.last() else {
            return Err(syntax(self.at, "an end tag stands here, and no element is open"));
        };
        let end = tag::end(self.source, self.at, name)?;
        self.bounded(0, 0)?;
        self.close()?;
        self.at = end;
        self.behind = end;
        Ok(())
    }

    #[inline]
    fn close(&mut self) -> Result<(), Refusal> {
        self.handler.close(self.at)?;
        self.open.pop();
        self.names.leave(self.open.len());
        Ok(())
    }

    /// Depth, length of the name, and length of what stands between the last tag and this one.
    #[inline]
    fn bounded(&self, depth: usize, name: usize) -> Result<(), Refusal> {
        let Limits { depth: deepest, name: longest, text, .. } = self.limits;
        match depth > usize::from(deepest) || name > longest || self.at.saturating_sub(self.behind) > text {
            true => Err(self.beyond(self.at, depth, name)),
            false => Ok(()),
        }
    }

    #[cold]
    fn beyond(&self, at: usize, depth: usize, name: usize) -> Refusal {
        let Limits { depth: deepest, name: longest, text, .. } = self.limits;
        match () {
            () if depth > usize::from(deepest) => {
                limit("depth", at, format!("elements are nested more than {deepest} deep"))
            }
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
                return Err(self.beyond(attribute.at, 0, attribute.name.len()));
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
            attribute::twice(&self.attributes, &self.names)?;
        }
        Ok(())
    }

    fn declare(&mut self, attribute: &Attribute<'a>, prefix: &'a str) -> Result<(), Refusal> {
        if prefix.is_empty() && attribute.name.ends_with(':') {
            return Err(syntax(attribute.at, "a namespace is declared for no prefix"));
        }
        let uri = super::unescape(attribute.value);
        names::declarable(attribute.at, prefix, &uri)?;
        self.names.bind(prefix, uri, self.open.len() + 1);
        if self.names.count() > self.limits.namespaces {
            let most = self.limits.namespaces;
            return Err(limit("namespaces", attribute.at, format!("more than {most} namespaces are declared")));
        }
        Ok(())
    }

    fn root(&mut self) -> Result<(), Refusal> {
        if self.seen_root {
            return Err(syntax(self.at, "a second root element stands behind the first"));
        }
        self.seen_root = true;
        Ok(())
    }

    // --- texts

    /// Text up to the next tag or reference; none if there is neither.
    #[inline]
    fn plain_text(&mut self) -> Result<(), Refusal> {
        let at = self.at;
        let rest = &self.source.as_bytes()[at..];
        let blank = blank_length(rest);
        if rest.get(blank) == Some(&b'<') {
            self.at = at + blank;
            return if blank > 0 { self.blank(at, at + blank) } else { Ok(()) };
        }
        let length = text_length(&rest[blank..]).map_or(0, |more| blank + more);
        self.at = at + length;
        if length > 0 { self.text(at, at + length) } else { Ok(()) }
    }

    #[inline]
    fn blank(&mut self, start: usize, end: usize) -> Result<(), Refusal> {
        self.reach(end)?;
        self.handler.blank(start, end);
        Ok(())
    }

    #[inline]
    fn text(&mut self, start: usize, end: usize) -> Result<(), Refusal> {
        self.reach(end)?;
        if self.survey.bracket && self.source[start..end].contains("]]>") {
            return Err(syntax(start, "`]]>` stands in a text"));
        }
        self.handler.text(start, end);
        Ok(())
    }

    // --- everything else

    /// What is neither a tag nor plain text is read by quick-xml: one event of it.
    fn rarity(&mut self) -> Result<(), Refusal> {
        let at = self.at;
        let rest = &self.source[at..];
        if rest.starts_with(MARK) {
            // The reader would take it for the beginning of a file.
            return Err(self.misplaced());
        }
        let mut reader = Reader::from_str(rest);
        let event = reader.read_event();
        let end = at + rest.len() - reader.get_ref().len();
        self.reach(end)?;
        match event {
            Ok(Event::Comment(text)) => self.comment(&text)?,
            Ok(Event::GeneralRef(name)) => self.reference(end, &name)?,
            Ok(Event::CData(data)) => self.cdata(data.len())?,
            Ok(Event::PI(instruction)) => self.instruction(instruction.target())?,
            Ok(Event::Decl(_)) => declaration::check(self.source, at, end)?,
            Ok(Event::DocType(_)) => return Err(doctype(at)),
            Ok(Event::Text(text)) => self.outside(&text)?,
            Ok(_) => {}
            Err(error) => return Err(broken(&error, at + reader.error_position() as usize)),
        }
        self.at = end;
        Ok(())
    }

    fn outside(&self, text: &str) -> Result<(), Refusal> {
        if self.open.is_empty() && !is_blank(text) { Err(self.misplaced()) } else { Ok(()) }
    }

    #[cold]
    fn misplaced(&self) -> Refusal {
        match self.open.is_empty() {
            true => syntax(self.at, "text stands outside the root element"),
            false => self.unfinished(),
        }
    }

    fn reference(&mut self, end: usize, name: &str) -> Result<(), Refusal> {
        self.outside(name)?;
        if resolve(name).is_none() {
            return Err(entity(self.at, name));
        }
        self.handler.text(self.at, end);
        Ok(())
    }

    fn cdata(&mut self, length: usize) -> Result<(), Refusal> {
        self.outside("<![CDATA[")?;
        let start = self.at + "<![CDATA[".len();
        self.handler.cdata(start, start + length);
        Ok(())
    }

    fn instruction(&mut self, target: &str) -> Result<(), Refusal> {
        if !attribute::is_name(target) || target.eq_ignore_ascii_case("xml") {
            return Err(syntax(self.at, "a processing instruction has no name").found(format!("<?{target}")));
        }
        self.handler.aside(Aside::Instruction, self.at);
        Ok(())
    }

    fn comment(&mut self, text: &str) -> Result<(), Refusal> {
        if text.contains("--") || text.ends_with('-') {
            return Err(syntax(self.at, "`--` stands in a comment"));
        }
        self.handler.aside(Aside::Comment, self.at);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Refusal> {
        self.reach(self.source.len())?;
        match (self.seen_root, self.open.is_empty()) {
            (false, _) => Err(syntax(self.at, "the input holds no element")),
            (true, true) => Ok(()),
            (true, false) => Err(self.unfinished()),
        }
    }

    #[cold]
    fn unfinished(&self) -> Refusal {
        let name = self.open.last().copied().unwrap_or_default();
        let message = format!("unexpected end of file: the element `{name}` is still open");
        syntax(self.source.len(), &message)
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
fn doctype(at: usize) -> Refusal {
    Refusal::new(finding::XML_DTD, at, "the input has a document type declaration, which no e-invoice may have")
        .help("remove the `<!DOCTYPE …>`")
}
