//! From byte offsets to lines, columns and paths: computed only for what is shown.

use std::fmt::Write;

use memchr::memmem::Finder;

use super::scan::{name_length, tag_offset};
use crate::place::Place;

/// Places of byte offsets, in the order given. An offset in a start tag, at its `<` or in the text behind it names
/// that element; one at an attribute's name or value names the attribute. One pass, however many offsets, that only
/// looks for tags: the document was read before, and one that is refused is located as far as it goes.
pub(crate) fn locate(source: &str, offsets: &[usize]) -> Vec<Place> {
    let mut order: Vec<usize> = (0..offsets.len()).collect();
    order.sort_by_key(|&index| offsets[index]);
    let mut places = vec![Place::default(); offsets.len()];
    let mut trail = Trail::new(source);
    let mut lines = Lines::default();
    let mut tags = Tags { bytes: source.as_bytes(), at: 0, list: None };
    let mut current = tags.next(0);
    // The last tag whose start is not behind the offset decides.
    for index in order {
        let offset = offsets[index].min(source.len());
        let mut inside = None;
        while let Some(tag) = current.filter(|tag| tag.start <= offset) {
            if offset < tag.end {
                inside = Some(tag);
                break;
            }
            match trail.repeats(tag).then(|| tags.leap(tag, offset)).flatten() {
                Some(end) => {
                    trail.enter(tag);
                    trail.leave();
                    tags.at = end;
                }
                None => trail.pass(tag),
            }
            current = tags.next(trail.open_name());
        }
        if let Some(tag) = inside.filter(|tag| tag.kind != TagKind::End) {
            trail.enter(tag);
        }
        let (line, column) = lines.of(source, offset);
        let attribute = inside.and_then(|tag| attribute_at(source, tag, offset));
        places[index] = Place { line, column, path: trail.path(attribute), ..Place::default() };
        if inside.is_some_and(|tag| tag.kind != TagKind::End) {
            trail.undo();
        }
    }
    places
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TagKind {
    Start,
    Empty,
    End,
}

#[derive(Debug, Clone, Copy)]
struct Tag {
    kind: TagKind,
    start: usize,
    name: (usize, usize),
    /// Behind the `>`.
    end: usize,
}

/// The tags of a document; comments, CDATA, declarations and instructions are passed over.
struct Tags<'s> {
    bytes: &'s [u8],
    at: usize,
    /// The list that is being leapt through.
    list: Option<List<'s>>,
}

/// What ends a member of a list, and what would begin one inside it.
struct List<'s> {
    name: &'s [u8],
    close: Finder<'static>,
    open: Finder<'static>,
}

impl<'s> List<'s> {
    fn of(name: &'s [u8]) -> List<'s> {
        let finder = |parts: &[&[u8]]| Finder::new(&parts.concat()).into_owned();
        List { name, close: finder(&[b"</", name, b">"]), open: finder(&[b"<", name]) }
    }
}

impl<'s> Tags<'s> {
    /// The next tag. An end tag has the length of the name that is open, so its name need not be read.
    fn next(&mut self, open: usize) -> Option<Tag> {
        loop {
            let start = self.at + tag_offset(self.bytes.get(self.at..)?)?;
            match self.bytes.get(start + 1)? {
                b'!' | b'?' => self.at = self.behind_aside(start)?,
                b'/' if self.bytes.get(start + 2 + open) == Some(&b'>') => {
                    self.at = start + 3 + open;
                    return Some(Tag { kind: TagKind::End, start, name: (start + 2, start + 2 + open), end: self.at });
                }
                b'/' => return self.tag(TagKind::End, start, start + 2),
                _ => return self.tag(TagKind::Start, start, start + 1),
            }
        }
    }

    /// Behind an element that ends before `to`, if no element of its name stands in it: found without looking at what
    /// is inside.
    fn leap(&mut self, tag: Tag, to: usize) -> Option<usize> {
        let inside = self.bytes.get(tag.end..to).filter(|_| tag.kind == TagKind::Start)?;
        let bytes: &'s [u8] = self.bytes;
        let name = &bytes[tag.name.0..tag.name.1];
        if self.list.as_ref().is_none_or(|list| list.name != name) {
            self.list = Some(List::of(name));
        }
        let list = self.list.as_ref()?;
        let close = list.close.find(inside)?;
        let again = list.open.find(&inside[..close]);
        again.is_none().then_some(tag.end + close + name.len() + 3)
    }

    fn behind_aside(&self, start: usize) -> Option<usize> {
        let rest = &self.bytes[start..];
        let close: &[u8] = match rest {
            rest if rest.starts_with(b"<!--") => b"-->",
            rest if rest.starts_with(b"<![CDATA[") => b"]]>",
            rest if rest.starts_with(b"<?") => b"?>",
            _ => b">",
        };
        memchr::memmem::find(rest, close).map(|at| start + at + close.len())
    }

    fn tag(&mut self, kind: TagKind, start: usize, name: usize) -> Option<Tag> {
        let rest = self.bytes.get(name..)?;
        let name_length = name_length(rest);
        let mut length = name_length;
        while *rest.get(length)? != b'>' {
            let stop = rest[length..].iter().position(|byte| matches!(byte, b'>' | b'"' | b'\''))?;
            length += stop;
            if rest[length] != b'>' {
                length += 2 + rest[length + 1..].iter().position(|&byte| byte == rest[length])?;
            }
            rest.get(length)?;
        }
        let tag = &rest[..length];
        self.at = name + length + 1;
        let empty = kind == TagKind::Start && tag.last() == Some(&b'/');
        Some(Tag {
            kind: if empty { TagKind::Empty } else { kind },
            start,
            name: (name, name + name_length),
            end: self.at,
        })
    }
}

/// Line and column, counted on from the last question: a document may be one long line.
#[derive(Default)]
struct Lines {
    at: usize,
    line: u32,
    column: u32,
}

impl Lines {
    fn of(&mut self, source: &str, offset: usize) -> (u32, u32) {
        let offset = (0..=offset).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(0);
        let passed = &source[self.at..offset];
        self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u32;
        let last = memchr::memrchr(b'\n', passed.as_bytes());
        let rest = last.map_or(passed, |newline| &passed[newline + 1..]);
        self.column = rest.chars().count() as u32 + if last.is_some() { 0 } else { self.column };
        self.at = offset;
        (self.line + 1, self.column + 1)
    }
}

/// The elements that are open, each with how many siblings of its name came before.
struct Trail<'s> {
    source: &'s str,
    open: Vec<(&'s str, u32)>,
    /// Names met so far at each depth that is open, with their count.
    siblings: Vec<Vec<(&'s str, u32)>>,
}

/// What a step of a path takes beside its name.
const PATH_STEP: usize = 4;
/// So many siblings of one name are a list: leaping over a member has to be set up.
const LIST: u32 = 4;
/// Different names of siblings that are counted; invoices have a few dozen.
const NAMES: usize = 256;

impl<'s> Trail<'s> {
    fn new(source: &'s str) -> Trail<'s> {
        Trail { source, open: Vec::new(), siblings: Vec::new() }
    }

    /// Length of the name of the innermost open element.
    fn open_name(&self) -> usize {
        self.open.last().map_or(0, |(name, _)| name.len())
    }

    /// Several siblings before had the same name: a list, whose members can be leapt over.
    fn repeats(&self, tag: Tag) -> bool {
        let name = self.source.get(tag.name.0..tag.name.1);
        let last = self.siblings.get(self.open.len()).and_then(|siblings| siblings.last());
        tag.kind == TagKind::Start && last.is_some_and(|&(last, count)| count >= LIST && Some(last) == name)
    }

    fn pass(&mut self, tag: Tag) {
        match tag.kind {
            TagKind::End => self.leave(),
            TagKind::Start => self.enter(tag),
            TagKind::Empty => {
                self.enter(tag);
                self.leave();
            }
        }
    }

    fn enter(&mut self, tag: Tag) {
        let name = self.source.get(tag.name.0..tag.name.1).unwrap_or_default();
        if self.siblings.len() <= self.open.len() {
            self.siblings.push(Vec::new());
        }
        let siblings = &mut self.siblings[self.open.len()];
        // The name met last is the likeliest: lines follow lines.
        let nth = match siblings.iter().rposition(|(known, _)| *known == name) {
            Some(at) => {
                siblings[at].1 += 1;
                siblings[at].1
            }
            None if siblings.len() < NAMES => {
                siblings.push((name, 1));
                1
            }
            None => 0,
        };
        self.open.push((name, nth));
        if let Some(inner) = self.siblings.get_mut(self.open.len()) {
            inner.clear();
        }
    }

    fn leave(&mut self) {
        self.open.pop();
    }

    /// Takes back the entry into an element that is not passed yet.
    fn undo(&mut self) {
        let Some((name, _)) = self.open.pop() else { return };
        let siblings = self.siblings.get_mut(self.open.len()).into_iter().flatten();
        if let Some((_, count)) = siblings.rev().find(|(known, _)| *known == name) {
            *count -= 1;
        }
    }

    fn path(&self, attribute: Option<&str>) -> Option<String> {
        let length = self.open.iter().map(|(name, _)| name.len() + PATH_STEP).sum::<usize>();
        let mut path = String::with_capacity(length + attribute.map_or(0, |name| name.len() + PATH_STEP));
        for (name, nth) in &self.open {
            path.push('/');
            path.push_str(name);
            if *nth > 1 {
                // Writing to a string cannot fail.
                _ = write!(path, "[{nth}]");
            }
        }
        if let Some(name) = attribute {
            path.push_str("/@");
            path.push_str(name);
        }
        (!path.is_empty()).then_some(path)
    }
}

/// The attribute whose name or value stands at `offset` in a start tag.
fn attribute_at(source: &str, tag: Tag, offset: usize) -> Option<&str> {
    if tag.kind == TagKind::End || offset < tag.name.1 {
        return None;
    }
    let mut rest = source.get(tag.name.1..tag.end)?;
    loop {
        rest = rest.trim_start();
        let name = &rest[..rest.find(['=', ' ', '>', '\t', '\n', '\r'])?];
        let value = rest.find(['"', '\''])?;
        let close = value + 1 + rest[value + 1..].find(&rest[value..=value])?;
        let end = tag.end - rest.len() + close + 1;
        if offset < end {
            return Some(name);
        }
        rest = &rest[close + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::locate;

    const SOURCE: &str = "<a>\n  <b x='1>2' y=\"ü\">t</b>\n  <!-- <b> --><b/>\n  <b>last</b>\n</a>";

    fn at(text: &str) -> (u32, u32, String) {
        let place = locate(SOURCE, &[SOURCE.find(text).unwrap()]).remove(0);
        (place.line, place.column, place.path.unwrap_or_default())
    }

    #[test]
    fn elements_and_attributes_have_line_column_and_path() {
        assert_eq!(at("<a>"), (1, 1, "/a".to_owned()));
        assert_eq!(at("<b x"), (2, 3, "/a/b".to_owned()));
        assert_eq!(at("x='1"), (2, 6, "/a/b/@x".to_owned()));
        assert_eq!(at("ü"), (2, 17, "/a/b/@y".to_owned()));
        assert_eq!(at("t</b>"), (2, 20, "/a/b".to_owned()));
        assert_eq!(at("<b/>"), (3, 15, "/a/b[2]".to_owned()));
        assert_eq!(at("last"), (4, 6, "/a/b[3]".to_owned()));
    }

    #[test]
    fn several_offsets_take_one_pass_in_any_order() {
        let offsets: Vec<usize> = ["last", "<b x", "last"].iter().map(|text| SOURCE.find(text).unwrap()).collect();
        let paths: Vec<_> = locate(SOURCE, &offsets).into_iter().map(|place| place.path.unwrap()).collect();
        assert_eq!(paths, ["/a/b[3]", "/a/b", "/a/b[3]"]);
    }

    #[test]
    fn broken_documents_are_located_as_far_as_they_go() {
        for end in 0..SOURCE.len() {
            let Some(cut) = SOURCE.get(..end) else { continue };
            assert_eq!(locate(cut, &[0, end, end + 7]).len(), 3);
        }
    }
}
