//! Reads a table of structure, line by line.

use std::collections::{HashMap, HashSet};

use super::line::{Fault, Read, Word, Words, cardinality, datatype, datatype_named, length, unreadable};
use super::{Attribute, Child, Datatype, Fixed, Occurrence, Span, Structure, Type, TypeId};
use crate::finding::{Finding, TABLE_NAME, TABLE_SYNTAX, TABLE_TWICE};

/// Reads a whole table; see [`Structure::parse`].
pub(super) fn parse(text: &'static str, file: &str) -> Result<Structure, Vec<Finding>> {
    let mut parser = Parser::new(text.len());
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        parser.line_number = number;
        if let Err(fault) = parser.line(line) {
            findings.push(fault.finding(file, number, line));
        }
    }
    findings.extend(parser.incomplete_types(text, file));
    if let Err(fault) = parser.whole() {
        findings.push(fault.finding(file, 1, ""));
    }
    if findings.is_empty() { Ok(parser.structure) } else { Err(findings) }
}

/// The line that indented lines belong to.
#[derive(Clone, Copy)]
enum Open {
    Nothing,
    /// A type that cannot be read; the fault is already told.
    Unknown,
    Elements(TypeId),
    Text(TypeId),
}

struct Parser {
    structure: Structure,
    line_number: u32,
    /// Whether the line `schema` has been read, and the older edition that it names.
    schema: Option<Option<&'static str>>,
    names: HashMap<&'static str, TypeId>,
    /// Where each type is described, or first named as long as it is not.
    mentions: Vec<Mention>,
    open: Open,
    /// Names within the open type.
    seen: HashSet<&'static str>,
    /// Below `one of`.
    in_choice: bool,
    /// The position that the members of this choice share, once there is one.
    choice_position: Option<u16>,
}

#[derive(Clone, Copy)]
struct Mention {
    line: u32,
    at: usize,
    described: bool,
}

impl Parser {
    fn new(size: usize) -> Parser {
        let structure = Structure { children: Vec::with_capacity(size / 40), ..Structure::default() };
        Parser {
            structure,
            line_number: 0,
            schema: None,
            names: HashMap::with_capacity(size / 256),
            mentions: Vec::new(),
            open: Open::Nothing,
            seen: HashSet::new(),
            in_choice: false,
            choice_position: None,
        }
    }

    fn line(&mut self, line: &'static str) -> Read<()> {
        let mut words = Words::new(line);
        let Some(word) = words.next() else { return Ok(()) };
        match word.at {
            _ if word.text.starts_with('#') => Ok(()),
            0 => self.heading(word, &mut words),
            2 | 4 => self.member(word, &mut words),
            _ => Err(unreadable(word, "no indentation, two spaces, or four below `one of`")),
        }
    }

    fn heading(&mut self, word: Word, words: &mut Words) -> Read<()> {
        self.open = Open::Nothing;
        match word.text {
            "schema" => self.schema(word, words),
            "namespace" => self.namespace(words),
            "root" => self.root(words),
            "type" | "text" => {
                self.open = Open::Unknown;
                self.describe(word.text == "text", words)
            }
            _ => Err(unreadable(word, "schema, namespace, root, type or text")),
        }
    }

    fn schema(&mut self, word: Word, words: &mut Words) -> Read<()> {
        words.need("the name of the schema")?;
        words.need("the edition that the table follows")?;
        let older = words.next().map(|older| older.text);
        words.end()?;
        match self.schema.replace(older) {
            None => Ok(()),
            Some(_) => Err(Fault::new(TABLE_TWICE, word, "the schema is named twice", "")),
        }
    }

    fn namespace(&mut self, words: &mut Words) -> Read<()> {
        let prefix = words.need("a prefix")?;
        let name = words.need("the name of the namespace")?;
        words.end()?;
        let namespaces = &mut self.structure.namespaces;
        if namespaces.iter().any(|(other, uri)| *other == prefix.text || *uri == name.text) {
            return Err(Fault::new(TABLE_TWICE, prefix, "a namespace is declared twice", ""));
        }
        namespaces.push((prefix.text, name.text));
        Ok(())
    }

    fn root(&mut self, words: &mut Words) -> Read<()> {
        let name = self.element_name(words)?;
        let ty = self.type_name(words)?;
        words.end()?;
        if self.structure.root(name.text).is_some() {
            return Err(Fault::new(TABLE_TWICE, name, "a root element stands twice", ""));
        }
        self.structure.roots.push((name.text, ty));
        Ok(())
    }

    /// A line `type` or `text`, which opens the description of a type.
    fn describe(&mut self, is_text: bool, words: &mut Words) -> Read<()> {
        let name = words.need("the name of a type")?;
        if !name.text.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Err(unreadable(name, "the name of a type, in upper case"));
        }
        let datatype = if is_text { Some(datatype(words)?) } else { None };
        words.end()?;
        let id = self.named(name)?;
        let index = usize::from(id.0);
        let mention = Mention { line: self.line_number, at: name.at, described: true };
        if std::mem::replace(&mut self.mentions[index], mention).described {
            return Err(Fault::new(TABLE_TWICE, name, "a type is described twice", ""));
        }
        let (children, attributes) = (end_of(&self.structure.children), end_of(&self.structure.attributes));
        self.structure.types[index] = Type { name: name.text, children, any: false, datatype, attributes };
        self.open = if is_text { Open::Text(id) } else { Open::Elements(id) };
        self.in_choice = false;
        self.seen.clear();
        Ok(())
    }

    /// A line below `type` or `text`.
    fn member(&mut self, word: Word, words: &mut Words) -> Read<()> {
        match self.open {
            Open::Nothing => Err(unreadable(word, "a line `type` or `text` above an indented one")),
            Open::Unknown => Ok(()),
            Open::Text(id) if word.at == 2 => self.attribute(id, word, words),
            Open::Elements(id) if word.at == 2 => self.element(id, word, words),
            Open::Elements(id) if self.in_choice => self.child(id, word, words),
            _ => Err(unreadable(word, "four spaces only below `one of`")),
        }
    }

    fn element(&mut self, id: TypeId, word: Word, words: &mut Words) -> Read<()> {
        self.in_choice = false;
        match word.text {
            "one" => {
                words.need_word("of")?;
                (self.in_choice, self.choice_position) = (true, None);
                words.end()
            }
            "any" => {
                self.structure.types[usize::from(id.0)].any = true;
                words.end()
            }
            _ => self.child(id, word, words),
        }
    }

    /// `min..max  element  type`, with what the older edition says behind it.
    fn child(&mut self, id: TypeId, first: Word, words: &mut Words) -> Read<()> {
        let in_newer = first.text != "-";
        let (min, max) = if in_newer { cardinality(first)? } else { (0, Some(0)) };
        let name = self.element_name(words)?;
        let ty = self.type_name(words)?;
        let newer = Occurrence { min, max, ty };
        let older = match self.edition(words)? {
            Some(()) => self.older(ty, words)?,
            None => Some(newer).filter(|_| in_newer),
        };
        words.end()?;
        if !in_newer && older.is_none() {
            return Err(Fault::new(TABLE_SYNTAX, first, "no edition has this element", "min..max"));
        }
        if !self.seen.insert(name.text) {
            return Err(Fault::new(TABLE_TWICE, name, "an element stands twice in a type", ""));
        }
        let position = self.position(id, name)?;
        self.choice_position = Some(position);
        let children = &mut self.structure.children;
        children.push(Child { name: name.text, position, min, max, ty, choice: self.in_choice, older });
        self.structure.types[usize::from(id.0)].children.to = end_of(children).to;
        Ok(())
    }

    /// The position of the next child: after the last one, or with it in the same choice.
    fn position(&self, id: TypeId, name: Word) -> Read<u16> {
        if let (true, Some(position)) = (self.in_choice, self.choice_position) {
            return Ok(position);
        }
        let Some(last) = self.structure.children(id).last() else { return Ok(0) };
        let too_many = || Fault::new(TABLE_SYNTAX, name, "a type has too many elements", "at most 65536");
        last.position.checked_add(1).ok_or_else(too_many)
    }

    /// Whether the line goes on with the older edition.
    fn edition(&self, words: &mut Words) -> Read<Option<()>> {
        let Some(word) = words.next() else { return Ok(None) };
        if self.schema.flatten() == Some(word.text) {
            return Ok(Some(()));
        }
        Err(Fault::new(TABLE_NAME, word, "a line names an edition that the schema line does not", ""))
    }

    /// `-`, or `min..max` and the type if it is another.
    fn older(&mut self, ty: TypeId, words: &mut Words) -> Read<Option<Occurrence>> {
        let word = words.need("min..max or -")?;
        if word.text == "-" {
            return Ok(None);
        }
        let (min, max) = cardinality(word)?;
        let ty = match words.next() {
            Some(name) => self.named(name)?,
            None => ty,
        };
        Ok(Some(Occurrence { min, max, ty }))
    }

    /// `@name  datatype`, and what else holds.
    fn attribute(&mut self, id: TypeId, first: Word, words: &mut Words) -> Read<()> {
        let name = first.text.strip_prefix('@').filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| unreadable(first, "an attribute such as @schemeID"))?;
        let mut attribute = Attribute { name, required: false, datatype: datatype(words)?, length: None, fixed: None };
        while let Some(word) = words.next() {
            self.facet(&mut attribute, word, words)?;
        }
        if !self.seen.insert(name) {
            return Err(Fault::new(TABLE_TWICE, first, "an attribute stands twice in a type", ""));
        }
        self.structure.attributes.push(attribute);
        self.structure.types[usize::from(id.0)].attributes.to = end_of(&self.structure.attributes).to;
        Ok(())
    }

    fn facet(&self, attribute: &mut Attribute, word: Word, words: &mut Words) -> Read<()> {
        // Only of a token is it known here which texts mean the same value.
        if word.text != "required" && attribute.datatype != Datatype::Token {
            return Err(unreadable(word, "required, as only a token can have more"));
        }
        match word.text {
            "required" => attribute.required = true,
            "length" => attribute.length = Some(length(words.need("min..max")?)?),
            "fixed" => attribute.fixed = Some(Fixed { value: words.quoted()?, older_only: false }),
            older if self.schema.flatten() == Some(older) => {
                words.need_word("fixed")?;
                attribute.fixed = Some(Fixed { value: words.quoted()?, older_only: true });
            }
            _ => return Err(unreadable(word, "length, required, fixed or an edition")),
        }
        Ok(())
    }

    /// A name with a prefix that is declared.
    fn element_name(&self, words: &mut Words) -> Read<Word> {
        let name = words.need("an element such as ram:ID")?;
        let local = |prefix: &str| name.text.strip_prefix(prefix)?.strip_prefix(':');
        let known = self.structure.namespaces.iter().find_map(|(prefix, _)| local(prefix));
        if known.is_none_or(str::is_empty) {
            return Err(Fault::new(TABLE_NAME, name, "an element has no prefix that a line declares", ""));
        }
        Ok(name)
    }

    fn type_name(&mut self, words: &mut Words) -> Read<TypeId> {
        let name = words.need("a type")?;
        self.named(name)
    }

    /// The type of this name; a new one if no line has named it yet.
    fn named(&mut self, name: Word) -> Read<TypeId> {
        if let Some(id) = self.names.get(name.text) {
            return Ok(*id);
        }
        let is_datatype = name.text.starts_with(|first: char| first.is_ascii_lowercase());
        let datatype = if is_datatype { Some(datatype_named(name)?) } else { None };
        let too_many = |_| Fault::new(TABLE_SYNTAX, name, "a table has too many types", "at most 65536");
        let id = TypeId(u16::try_from(self.structure.types.len()).map_err(too_many)?);
        self.structure.types.push(Type { name: name.text, datatype, ..Type::default() });
        self.mentions.push(Mention { line: self.line_number, at: name.at, described: is_datatype });
        self.names.insert(name.text, id);
        Ok(id)
    }

    /// Findings about types that no line describes, or that hold nothing.
    fn incomplete_types(&self, text: &'static str, file: &str) -> Vec<Finding> {
        let types = self.mentions.iter().zip(&self.structure.types);
        let faults: Vec<_> = types.filter_map(|(mention, ty)| Some((mention, incomplete(mention, ty)?))).collect();
        if faults.is_empty() {
            return Vec::new();
        }
        let lines: Vec<&str> = text.lines().collect();
        faults
            .into_iter()
            .map(|(mention, fault)| {
                let line = lines.get(mention.line as usize - 1).copied().unwrap_or_default();
                fault.finding(file, mention.line, line)
            })
            .collect()
    }

    /// What only the end of the table shows.
    fn whole(&self) -> Read<()> {
        let start = Word { text: "", at: 0 };
        if self.schema.is_none() || self.structure.roots.is_empty() {
            return Err(Fault::new(TABLE_SYNTAX, start, "the table lacks a head", "the lines schema and root"));
        }
        Ok(())
    }
}

fn incomplete(mention: &Mention, ty: &Type) -> Option<Fault> {
    let word = Word { text: ty.name, at: mention.at };
    let has_children = ty.children.from < ty.children.to;
    if !mention.described {
        Some(Fault::new(TABLE_NAME, word, "no line describes this type", ""))
    } else if ty.datatype.is_none() && has_children == ty.any {
        Some(Fault::new(TABLE_SYNTAX, word, "a type holds neither elements nor any, or both", ""))
    } else {
        None
    }
}

/// The empty span behind the last item.
fn end_of<T>(items: &[T]) -> Span {
    let end = u32::try_from(items.len()).unwrap_or(u32::MAX);
    Span { from: end, to: end }
}
