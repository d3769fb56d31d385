//! lopdf's loading within a budget for the whole file.
//!
//! lopdf limits what one stream may unpack to. A few kilobytes can hold hundreds of object streams, or name one object
//! ten thousand times in their cross-references, and each would be read. lopdf offers one place where a caller sees each
//! object before it is kept, a filter without a state of its own. So the budget of a load stands beside it, per thread.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use lopdf::xref::XrefEntry;
use lopdf::{Document, Error, LoadOptions, Object, ObjectId, ObjectStream, Stream};

use super::load::over_limit;
use super::precheck::Screened;
use super::{Limits, deflate, members, weight};

/// How much may be read a second time because cross-references name it again, in objects.
const REPEATED: usize = 100_000;
/// Bytes of a stream that weigh as much as an object.
const BYTES_PER_OBJECT: usize = 256;
/// The part of the structure that a single cross-reference stream may be.
const PER_STREAM: usize = 4;

/// Why a load came to nothing.
#[derive(Debug)]
pub(super) enum Stopped {
    /// lopdf says why.
    Reader(Error),
    /// The structure unpacks to too much.
    Structure,
    /// There are too many objects.
    Objects,
    /// Cross-references name the same objects again and again.
    Repeats,
}

/// What an object stream holds.
type Members = BTreeMap<ObjectId, Object>;

/// What is left for the load that runs on this thread.
struct Budget {
    unpack: usize,
    objects: usize,
    repeats: usize,
    seen: Seen,
    /// Object streams, unpacked and read: number of the stream and what it holds.
    members: Vec<(u32, Members)>,
    over: Option<Stopped>,
}

/// Objects that were read.
#[derive(Default)]
struct Seen {
    /// Those that came in the order of their numbers, as nearly all do.
    sorted: Vec<ObjectId>,
    /// All others.
    others: HashSet<ObjectId>,
}

impl Seen {
    /// Whether an object comes for the first time.
    fn insert(&mut self, id: ObjectId) -> bool {
        if self.sorted.last().is_none_or(|last| *last < id) {
            self.sorted.push(id);
            return true;
        }
        self.sorted.binary_search(&id).is_err() && self.others.insert(id)
    }
}

thread_local! {
    static BUDGET: RefCell<Option<Budget>> = const { RefCell::new(None) };
}

/// What is thrown to end a load.
struct Over;

/// Loads a PDF; `rebuilt` asks for a search for objects in place of the cross-references.
pub(super) fn load(screened: &Screened<'_>, rebuilt: bool, limits: &Limits) -> Result<Document, Stopped> {
    let Screened { bytes, pieces } = screened;
    match load_beside(weight::at_most(pieces), bytes, rebuilt, limits) {
        Err(Stopped::Objects) => load_beside(weight::of_pieces(pieces), bytes, rebuilt, limits),
        loaded => loaded,
    }
}

/// Loads a PDF, where objects of this weight stand in its text.
fn load_beside(weight: usize, bytes: &[u8], rebuilt: bool, limits: &Limits) -> Result<Document, Stopped> {
    let objects = limits.objects.checked_sub(weight).ok_or(Stopped::Objects)?;
    let options = LoadOptions {
        max_decompressed_size: Some(limits.structure / PER_STREAM),
        force_reconstruct: rebuilt,
        filter: Some(filter),
        ..LoadOptions::default()
    };
    let budget = Budget {
        unpack: limits.structure,
        objects,
        repeats: REPEATED,
        seen: Seen::default(),
        members: Vec::new(),
        over: None,
    };
    BUDGET.set(Some(budget));
    let loaded = catch_unwind(AssertUnwindSafe(|| Document::load_mem_with_options(bytes, options)));
    finish(loaded, BUDGET.take())
}

/// The loaded document with the members of its object streams, or why there is none.
fn finish(loaded: std::thread::Result<lopdf::Result<Document>>, budget: Option<Budget>) -> Result<Document, Stopped> {
    let (members, over) = budget.map(|budget| (budget.members, budget.over)).unwrap_or_default();
    match (over, loaded) {
        (Some(over), _) => Err(over),
        (None, Ok(loaded)) => {
            let mut document = loaded.map_err(Stopped::Reader)?;
            members.into_iter().for_each(|(container, members)| add(&mut document, container, members));
            Ok(document)
        }
        (None, Err(panic)) => resume_unwind(panic),
    }
}

/// Adds what an object stream holds, where no newer object of the number is there or was deleted.
fn add(document: &mut Document, container: u32, members: Members) {
    for (id, object) in members {
        let is_current = match document.reference_table.get(id.0) {
            Some(XrefEntry::Compressed { container: stated, .. }) => *stated == container,
            Some(XrefEntry::Free | XrefEntry::UnusableFree) => false,
            Some(XrefEntry::Normal { .. }) | None => true,
        };
        if is_current {
            document.objects.entry(id).or_insert(object);
        }
    }
}

/// Sees each object of the file once it is read. `None` drops it; what stands in a `Some` is not looked at, because the
/// only objects for which lopdf would do so are members of object streams, and those are taken from it.
fn filter(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let kept = BUDGET.with_borrow_mut(|budget| match budget {
        Some(budget) => budget.admit(id, object),
        None => Ok(true),
    });
    match kept {
        Ok(true) => Some((id, Object::Null)),
        Ok(false) => None,
        Err(Over) => stop(),
    }
}

/// Ends the load. lopdf has no other way out; where panics abort, it goes on, with nothing kept.
fn stop() -> Option<(ObjectId, Object)> {
    if cfg!(panic = "unwind") { resume_unwind(Box::new(Over)) } else { None }
}

impl Budget {
    /// Whether an object is kept by lopdf.
    fn admit(&mut self, id: ObjectId, object: &mut Object) -> Result<bool, Over> {
        if self.over.is_some() {
            return Err(Over);
        }
        if !self.seen.insert(id) {
            self.repeats = self.repeats.checked_sub(weigh(object)).ok_or_else(|| self.end(Stopped::Repeats))?;
            return Ok(false);
        }
        match object {
            Object::Stream(stream) if stream.dict.has_type(b"ObjStm") => self.unpack(id, stream).map(|()| false),
            _ => Ok(true),
        }
    }

    /// Reads an object stream within what is left; one that is broken has no members.
    fn unpack(&mut self, id: ObjectId, stream: &mut Stream) -> Result<(), Over> {
        let text = match deflate::unpack(stream, self.unpack) {
            Ok(text) => text,
            Err(error) if over_limit(&error) => return Err(self.end(Stopped::Structure)),
            Err(_) => return Ok(()),
        };
        self.unpack -= text.len();
        self.objects = self.objects.checked_sub(weight::of_text(&text)).ok_or_else(|| self.end(Stopped::Objects))?;
        let members = members::read(&stream.dict, &text).or_else(|| {
            stream.set_plain_content(text);
            ObjectStream::new_with_limit(stream, None).ok().map(|stream| stream.objects)
        });
        self.members.extend(members.map(|members| (id.0, members)));
        Ok(())
    }

    fn end(&mut self, why: Stopped) -> Over {
        self.over = Some(why);
        Over
    }
}

/// What it took to read an object again, in objects.
fn weigh(object: &Object) -> usize {
    let mut open = vec![object];
    let mut weight = 0;
    while let Some(object) = open.pop() {
        weight += 1;
        match object {
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dictionary) => open.extend(dictionary.iter().map(|(_, value)| value)),
            Object::Stream(stream) => {
                weight += stream.content.len() / BYTES_PER_OBJECT;
                open.extend(stream.dict.iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    weight
}
