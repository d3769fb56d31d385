//! The walk to the embedded files: name tree, associated files, annotations, and at last every object.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::lookup::Lookup;
use super::{EmbeddedFile, FoundIn, Limits, filespec, too_many_objects};
use crate::finding::{Finding, PDF_LIMIT};

/// The files of a PDF, each with the object that holds its bytes.
pub(super) struct Collected {
    /// In the order in which the PDF lists them.
    pub files: Vec<(EmbeddedFile, Option<ObjectId>)>,
    /// Whether the catalogue is there and every reference on the way led to an object.
    pub intact: bool,
}

/// Walks through a PDF.
pub(super) fn collect(document: &Document, limits: &Limits) -> Result<Collected, Finding> {
    let mut walk = Walk {
        lookup: Lookup::new(document),
        limits,
        steps: 0,
        files: Vec::new(),
        streams: HashSet::new(),
        missing: HashSet::new(),
        met: HashSet::new(),
    };
    let catalog = document.catalog().ok();
    if let Some(catalog) = catalog {
        walk.name_tree(catalog)?;
        walk.associated(catalog, FoundIn::AssociatedFiles)?;
        walk.pages(catalog)?;
    }
    if walk.streams.is_empty() {
        walk.scan()?;
    }
    Ok(Collected { intact: catalog.is_some() && walk.lookup.intact(), files: walk.files })
}

/// The state of a walk.
struct Walk<'a> {
    /// The PDF.
    lookup: Lookup<'a>,
    /// How far the walk may go.
    limits: &'a Limits,
    /// Entries met so far.
    steps: usize,
    /// Files found so far.
    files: Vec<(EmbeddedFile, Option<ObjectId>)>,
    /// The streams of these files: what stands in several places is one file.
    streams: HashSet<ObjectId>,
    /// The names of files without a stream, likewise.
    missing: HashSet<String>,
    /// Files and annotations that were referred to: a second reference adds nothing.
    met: HashSet<ObjectId>,
}

impl<'a> Walk<'a> {
    /// Counts entries that the walk is about to meet.
    fn count(&mut self, entries: usize) -> Result<(), Finding> {
        self.steps = self.steps.saturating_add(entries);
        if self.steps > self.limits.objects { Err(too_many_objects(self.limits)) } else { Ok(()) }
    }

    /// Whether something was met before, by a reference to the same object.
    fn is_met(&mut self, entry: &Object) -> bool {
        entry.as_reference().is_ok_and(|id| !self.met.insert(id))
    }

    /// The name tree of embedded files. Nodes are visited once, so a cycle ends.
    fn name_tree(&mut self, catalog: &'a Dictionary) -> Result<(), Finding> {
        let Some(names) = self.lookup.dictionary_at(catalog, b"Names") else { return Ok(()) };
        let Ok(root) = names.get(b"EmbeddedFiles") else { return Ok(()) };
        let mut visited = HashSet::new();
        let mut open = vec![(root, 1)];
        while let Some((node, level)) = open.pop() {
            let repeated = node.as_reference().is_ok_and(|id| !visited.insert(id));
            let Some(node) = self.lookup.dictionary(node).filter(|_| !repeated) else { continue };
            if level > self.limits.depth {
                return Err(too_deep(self.limits));
            }
            self.leaf(node)?;
            let kids = self.lookup.array_at(node, b"Kids");
            self.count(kids.len())?;
            open.extend(kids.iter().rev().map(|kid| (kid, level + 1)));
        }
        Ok(())
    }

    /// The pairs of name and file in one node of the name tree.
    fn leaf(&mut self, node: &'a Dictionary) -> Result<(), Finding> {
        let names = self.lookup.array_at(node, b"Names");
        self.count(names.len())?;
        for pair in names.chunks_exact(2) {
            if self.is_met(&pair[1]) {
                continue;
            }
            let Some(spec) = self.lookup.dictionary(&pair[1]) else { continue };
            let name = || super::text::decode(self.lookup.resolve(&pair[0])?.1);
            let name = filespec::name_of(&self.lookup, spec).or_else(name);
            self.file(spec, name, FoundIn::NameTree);
        }
        Ok(())
    }

    /// The associated files of the document or a page: an array, or a single file where a producer forgot the array.
    fn associated(&mut self, owner: &'a Dictionary, found_in: FoundIn) -> Result<(), Finding> {
        let files = match self.lookup.value(owner, b"AF") {
            Some(Object::Array(files)) => files.as_slice(),
            Some(file) => std::slice::from_ref(file),
            None => return Ok(()),
        };
        self.count(files.len())?;
        for file in files {
            if self.is_met(file) {
                continue;
            }
            if let Some(spec) = self.lookup.dictionary(file) {
                self.file(spec, filespec::name_of(&self.lookup, spec), found_in);
            }
        }
        Ok(())
    }

    /// The associated files of all pages, then the files of all annotations.
    fn pages(&mut self, catalog: &'a Dictionary) -> Result<(), Finding> {
        let pages = self.page_tree(catalog)?;
        for page in &pages {
            self.associated(page, FoundIn::PageAssociatedFiles)?;
        }
        for page in &pages {
            self.annotations(page)?;
        }
        Ok(())
    }

    /// The pages in their order. Nodes are visited once, so a cycle ends; a node with kids is no page, whatever it says.
    fn page_tree(&mut self, catalog: &'a Dictionary) -> Result<Vec<&'a Dictionary>, Finding> {
        let mut visited = HashSet::new();
        let mut pages = Vec::new();
        let mut open: Vec<&'a Object> = catalog.get(b"Pages").into_iter().collect();
        while let Some(node) = open.pop() {
            let repeated = node.as_reference().is_ok_and(|id| !visited.insert(id));
            let Some(node) = self.lookup.dictionary(node).filter(|_| !repeated) else { continue };
            let kids = self.lookup.array_at(node, b"Kids");
            self.count(kids.len())?;
            open.extend(kids.iter().rev());
            if kids.is_empty() {
                pages.push(node);
            }
        }
        Ok(pages)
    }

    /// The files of the annotations of a page.
    fn annotations(&mut self, page: &'a Dictionary) -> Result<(), Finding> {
        let annotations = self.lookup.array_at(page, b"Annots");
        self.count(annotations.len())?;
        for annotation in annotations {
            if self.is_met(annotation) {
                continue;
            }
            let Some(annotation) = self.lookup.dictionary(annotation) else { continue };
            if let Some(spec) = self.lookup.dictionary_at(annotation, b"FS") {
                self.file(spec, filespec::name_of(&self.lookup, spec), FoundIn::Annotation);
            }
        }
        Ok(())
    }

    /// Every file specification among the objects, then every stream that says it is an embedded file.
    fn scan(&mut self) -> Result<(), Finding> {
        let objects = &self.lookup.document.objects;
        self.count(objects.len())?;
        for dictionary in objects.values().filter_map(|object| object.as_dict().ok()) {
            let spec = if dictionary.has(b"EF") { Some(dictionary) } else { direct(dictionary, b"FS") };
            if let Some(spec) = spec {
                self.file(spec, filespec::name_of(&self.lookup, spec), FoundIn::Scan);
            }
        }
        for (id, object) in objects {
            if let Object::Stream(stream) = object
                && stream.dict.has_type(b"EmbeddedFile")
                && self.streams.insert(*id)
            {
                let file = filespec::describe(&self.lookup, None, Some(&stream.dict), unnamed(*id), FoundIn::Scan);
                self.files.push((file, Some(*id)));
            }
        }
        Ok(())
    }

    /// Adds the file of a specification, unless it is there already or outside the PDF.
    fn file(&mut self, spec: &'a Dictionary, name: Option<String>, found_in: FoundIn) {
        let Some(id) = filespec::stream_of(&self.lookup, spec) else { return };
        let name = name.unwrap_or_else(|| unnamed(id.unwrap_or_default()));
        let new = match id {
            Some(id) => self.streams.insert(id),
            None => self.missing.insert(name.clone()),
        };
        if new {
            let stream = id.and_then(|id| self.lookup.document.get_object(id).ok()?.as_stream().ok());
            let stream = stream.map(|stream| &stream.dict);
            self.files.push((filespec::describe(&self.lookup, Some(spec), stream, name, found_in), id));
        }
    }
}

/// The value of a key, where it is a dictionary that stands right there.
fn direct<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    dictionary.get(key).ok()?.as_dict().ok()
}

/// What stands for the name of a file that has none.
fn unnamed(id: ObjectId) -> String {
    format!("object {} {}", id.0, id.1)
}

/// The finding for a name tree of too many levels.
fn too_deep(limits: &Limits) -> Finding {
    Finding::new(PDF_LIMIT, "the list of attachments is nested deeper than einv reads")
        .expected(format!("at most {} levels", limits.depth))
}
