//! What the pages really use: their content is read as a program that shows them reads it, with the forms, patterns,
//! glyphs and appearances that it calls.

mod inline;
mod jpx;
mod lexer;
mod operator;
mod spot;
mod state;
mod survey;
mod text;

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use self::lexer::{Lexer, Token};
use self::state::State;
use super::colour::Colours;
use super::edit::{Edit, Spot};
use super::fault::Fault;
use crate::finding::Finding;
use crate::pdf::lookup::value;
use crate::pdf::{Limits, deflate, load};
pub(super) use survey::{Codes, FontUse, Survey};

/// Forms in forms.
const LEVELS: usize = 40;
/// Levels of `q` that PDF/A-3 allows.
const SAVED_STATES: usize = 28;

/// A content stream that is read, and what it may use.
#[derive(Debug, Clone, Copy)]
struct Scope<'a> {
    /// Its resources, or those of what calls it.
    resources: Option<&'a Dictionary>,
    /// Whether these are its own.
    own: bool,
    /// The page it is on, from 1.
    page: u32,
    /// Whether what it calls has them for its own: the glyphs of a font those of the font.
    lends: bool,
    /// What calls what.
    level: usize,
}

/// Reads pages.
pub(super) struct Reader<'a> {
    document: &'a Document,
    limits: &'a Limits,
    /// What was found.
    survey: Survey<'a>,
    /// Bytes of content that may still be read.
    budget: usize,
    colours: Colours<'a>,
    /// Room for the content of what is read next, as often as content calls content.
    rooms: Vec<Vec<u8>>,
    /// Room for a text.
    text: Vec<u8>,
    /// What was read already, and in which state it was called.
    visited: HashSet<(ObjectId, State)>,
    /// Colour spaces that were looked at for their inks, by where they are in memory.
    inks_seen: HashSet<*const Vec<Object>>,
    /// Pages and forms that lack resources of their own, each told once.
    without_resources: HashSet<ObjectId>,
}

/// Reads the content of all pages.
pub(super) fn survey<'a>(
    document: &'a Document,
    pages: &[ObjectId],
    limits: &'a Limits,
) -> Result<Survey<'a>, Finding> {
    let mut reader = Reader {
        document,
        limits,
        survey: Survey::default(),
        budget: limits.structure,
        colours: Colours::new(document, limits),
        rooms: Vec::new(),
        text: Vec::new(),
        visited: HashSet::new(),
        inks_seen: HashSet::new(),
        without_resources: HashSet::new(),
    };
    for (number, page) in (1_u32..).zip(pages) {
        reader.page(*page, number)?;
    }
    Ok(reader.survey)
}

impl<'a> Reader<'a> {
    fn value(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        value(self.document, dictionary, key)
    }

    fn dictionary(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        self::dictionary(self.document, dictionary, key)
    }

    /// A page: its group, its content and what is laid over it.
    fn page(&mut self, id: ObjectId, number: u32) -> Result<(), Finding> {
        let Ok(page) = self.document.get_dictionary(id) else { return Ok(()) };
        let own = self.dictionary(page, b"Resources");
        let inherited = own.is_none().then(|| self.inherited_resources(page)).flatten();
        let resources = own.or(inherited.map(|(_, found)| found));
        let scope = Scope { resources, own: own.is_some(), page: number, lends: false, level: 0 };
        self.box_size(page, number);
        self.group(page, scope);
        let content = self.page_content(page)?;
        self.without_resources.remove(&id);
        self.read(content, scope, State::default())?;
        if self.survey.inherits
            && let Some((value, _)) = inherited
        {
            let edit = Edit::Set(Spot::of(id), b"Resources".to_vec(), value.clone());
            self.survey.faults.push(Fault::of("6.2.2-2").on(Some(number)).edit(edit));
        }
        self.survey.inherits = false;
        self.annotations(page, scope)
    }

    /// The size of a page is limited.
    fn box_size(&mut self, page: &'a Dictionary, number: u32) {
        let keys: [&[u8]; 5] = [b"MediaBox", b"CropBox", b"TrimBox", b"BleedBox", b"ArtBox"];
        for key in keys {
            let Some(Object::Array(items)) = self.inherited_box(page, key) else { continue };
            let number_at = |item: &'a Object| self.document.dereference(item).ok()?.1.as_float().ok();
            let sides: Vec<f32> = items.iter().filter_map(number_at).collect();
            let [x1, y1, x2, y2] = sides[..] else { continue };
            let is_right = |length: f32| (3.0..=14400.0).contains(&length.abs());
            if !is_right(x2 - x1) || !is_right(y2 - y1) {
                self.survey.faults.push(Fault::of("6.1.13-11").on(Some(number)));
            }
        }
    }

    /// A box of a page, which may stand above it.
    fn inherited_box(&self, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        let mut node = page;
        for _ in 0..self.limits.depth {
            if let Some(found) = self.value(node, key) {
                return Some(found);
            }
            node = self.dictionary(node, b"Parent").filter(|_| matches!(key, b"MediaBox" | b"CropBox"))?;
        }
        None
    }

    /// The resources of the nearest node above a page, as they are named there and as they are.
    fn inherited_resources(&self, page: &'a Dictionary) -> Option<(&'a Object, &'a Dictionary)> {
        let mut node = page;
        for _ in 0..self.limits.depth {
            node = self.dictionary(node, b"Parent")?;
            if let Some(found) = self.dictionary(node, b"Resources") {
                return Some((node.get(b"Resources").ok()?, found));
            }
        }
        None
    }

    /// The content streams of a page, one after the other.
    fn page_content(&mut self, page: &'a Dictionary) -> Result<Vec<u8>, Finding> {
        let streams = match self.value(page, b"Contents") {
            Some(Object::Array(items)) => items.as_slice(),
            Some(_) => page.get(b"Contents").map(std::slice::from_ref).unwrap_or_default(),
            None => &[],
        };
        let mut content = self.room();
        for stream in streams {
            if let Ok((_, Object::Stream(stream))) = self.document.dereference(stream) {
                if !content.is_empty() {
                    content.push(b'\n');
                }
                self.unpack(stream, &mut content)?;
            }
        }
        Ok(content)
    }

    /// Empty room for content.
    fn room(&mut self) -> Vec<u8> {
        self.rooms.pop().unwrap_or_default()
    }

    /// Unpacks content behind what is there, within what may still be read. What cannot be unpacked shows nothing, and is
    /// told.
    fn unpack(&mut self, stream: &Stream, content: &mut Vec<u8>) -> Result<(), Finding> {
        let from = content.len();
        match deflate::unpack_behind(content, stream, self.budget) {
            Ok(()) => self.budget = self.budget.saturating_sub(content.len() - from),
            Err(error) if load::over_limit(&error) => return Err(load::over_structure(self.limits)),
            Err(error) => self.survey.faults.push(Fault::of("6.1.7.1-1").about(error.to_string())),
        }
        Ok(())
    }

    /// Reads content, and has its room back for the next.
    fn read(&mut self, mut content: Vec<u8>, scope: Scope<'a>, state: State) -> Result<(), Finding> {
        self.run(&content, scope, state)?;
        content.clear();
        self.rooms.push(content);
        Ok(())
    }

    /// The appearances of annotations; those that are not shown are not part of the page.
    fn annotations(&mut self, page: &'a Dictionary, scope: Scope<'a>) -> Result<(), Finding> {
        let Some(Object::Array(annotations)) = self.value(page, b"Annots") else { return Ok(()) };
        let scope = Scope { resources: None, ..scope };
        for annotation in annotations {
            let Ok((_, Object::Dictionary(annotation))) = self.document.dereference(annotation) else { continue };
            let looks = self.dictionary(annotation, b"AP").and_then(|looks| looks.get(b"N").ok());
            let Some(looks) = looks else { continue };
            match self.document.dereference(looks) {
                Ok((_, Object::Dictionary(states))) => {
                    for (_, look) in states {
                        self.form(look, scope, State::default())?;
                    }
                }
                _ => self.form(looks, scope, State::default())?,
            }
        }
        Ok(())
    }

    /// A form: content that is called, with resources of its own or those of the caller.
    fn form(&mut self, named: &'a Object, scope: Scope<'a>, state: State) -> Result<(), Finding> {
        let Ok((Some(id), Object::Stream(stream))) = self.document.dereference(named) else { return Ok(()) };
        if !self.visited.insert((id, state)) {
            return Ok(());
        }
        if scope.level >= LEVELS {
            return Err(too_deep());
        }
        let own = self.dictionary(&stream.dict, b"Resources");
        let inner = Scope {
            resources: own.or(scope.resources),
            own: own.is_some() || scope.lends,
            lends: false,
            level: scope.level + 1,
            ..scope
        };
        self.group(&stream.dict, inner);
        let mut content = self.room();
        self.unpack(stream, &mut content)?;
        let outer = std::mem::take(&mut self.survey.inherits);
        self.read(content, inner, state)?;
        let inherits = std::mem::replace(&mut self.survey.inherits, outer);
        if inherits && self.without_resources.insert(id) {
            self.missing_resources(id, inner);
        }
        Ok(())
    }

    /// A form that uses the resources of its caller gets a copy of them.
    fn missing_resources(&mut self, id: ObjectId, scope: Scope<'a>) {
        let fault = Fault::of("6.2.2-2").on(Some(scope.page));
        let fault = match scope.resources {
            Some(resources) => fault.set(&Spot::of(id), "Resources", resources.clone()),
            None => fault.hopeless(),
        };
        self.survey.faults.push(fault);
    }

    /// A group whose parts are blended, in colours that may be those of a device.
    fn group(&mut self, owner: &'a Dictionary, scope: Scope<'a>) {
        let Some(group) = self.dictionary(owner, b"Group") else { return };
        if let Ok(space) = group.get(b"CS") {
            self.paint_space(space, scope);
        }
    }

    /// Something is drawn in the colours of a space.
    fn paint_space(&mut self, space: &'a Object, scope: Scope<'a>) {
        let family = self.colours.space(space, scope.resources).family;
        self.survey.paint(family, scope.page);
        self.inks(space, scope);
    }

    /// Reads a content stream.
    fn run(&mut self, content: &[u8], scope: Scope<'a>, state: State) -> Result<(), Finding> {
        let mut lexer = Lexer::new(content);
        let mut operands: Vec<Token<'_>> = Vec::new();
        let mut states = state::Stack::new(state);
        while let Some(token) = lexer.next() {
            if let Some(clause) = token.beyond_limit() {
                self.survey.faults.push(Fault::of(clause).on(Some(scope.page)).hopeless());
            }
            match token {
                Token::Word([letter]) if operator::is_harmless_letter(*letter) => operands.clear(),
                Token::Word(b"true" | b"false" | b"null") => operands.push(token),
                Token::Word(b"BI") => operands.clear(),
                Token::Word(b"ID") => {
                    self.inline_image(&operands, &mut lexer, scope, &states.now);
                    operands.clear();
                }
                Token::Word(operator) => {
                    self.operator(operator, &operands, scope, &mut states)?;
                    operands.clear();
                }
                _ => operands.push(token),
            }
        }
        if states.deepest > SAVED_STATES {
            self.survey.faults.push(Fault::of("6.1.13-8").on(Some(scope.page)));
        }
        Ok(())
    }
}

/// The dictionary that the value of a key is or has.
fn dictionary<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    match value(document, dictionary, key)? {
        Object::Dictionary(found) | Object::Stream(Stream { dict: found, .. }) => Some(found),
        _ => None,
    }
}

/// The finding for forms that call one another too deep.
fn too_deep() -> Finding {
    Finding::new(crate::finding::PDF_LIMIT, "the pages of the PDF are nested too deep")
        .expected(format!("at most {LEVELS} levels"))
}
