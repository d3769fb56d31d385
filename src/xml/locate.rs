//! From byte offsets to lines, columns and paths: computed only for what is shown.

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
    let mut tags = Tags { bytes: source.as_bytes(), at: 0 };
    let mut current = tags.next();
    // The last tag whose start is not behind the offset decides.
    for index in order {
        let offset = offsets[index].min(source.len());
        let mut inside = None;
        while let Some(tag) = current.filter(|tag| tag.start <= offset) {
            if offset < tag.end {
                inside = Some(tag);
                break;
            }
            trail.pass(tag);
            current = tags.next();
        }
        if let Some(tag) = inside.filter(|tag| tag.kind != TagKind::End) {
            trail.enter(tag);
        }
        let (line, column) = lines.of(source, offset);
        let attribute = inside.and_then(|tag| attribute_at(source, tag, offset));
        places[index] = Place { file: None, line, column, path: trail.path(attribute) };
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
}

impl Tags<'_> {
    fn next(&mut self) -> Option<Tag> {
        loop {
            let start = self.at + memchr::memchr(b'<', self.bytes.get(self.at..)?)?;
            match self.bytes.get(start + 1)? {
                b'!' | b'?' => self.at = self.behind_aside(start)?,
                b'/' => return self.tag(TagKind::End, start, start + 2),
                _ => return self.tag(TagKind::Start, start, start + 1),
            }
        }
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
        let mut at = name;
        while !matches!(self.bytes.get(at)?, b' ' | b'>' | b'/' | b'\t' | b'\n' | b'\r') {
            at += 1;
        }
        let name = (name, at);
        let mut quote = None;
        loop {
            match (self.bytes.get(at)?, quote) {
                (b'>', None) => break,
                (&byte @ (b'"' | b'\''), None) => quote = Some(byte),
                (&byte, Some(open)) if byte == open => quote = None,
                _ => {}
            }
            at += 1;
        }
        self.at = at + 1;
        let empty = kind == TagKind::Start && self.bytes[at - 1] == b'/';
        Some(Tag { kind: if empty { TagKind::Empty } else { kind }, start, name, end: at + 1 })
    }
}

/// Line and column, counted on from the last question.
#[derive(Default)]
struct Lines {
    at: usize,
    line: u32,
    start: usize,
}

impl Lines {
    fn of(&mut self, source: &str, offset: usize) -> (u32, u32) {
        let offset = (0..=offset).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(0);
        for newline in memchr::memchr_iter(b'\n', &source.as_bytes()[self.at..offset]) {
            self.line += 1;
            self.start = self.at + newline + 1;
        }
        self.at = offset;
        (self.line + 1, source[self.start..offset].chars().count() as u32 + 1)
    }
}

/// The elements that are open, each with how many siblings of its name came before.
struct Trail<'s> {
    source: &'s str,
    open: Vec<(&'s str, u32)>,
    /// Names met so far at each depth that is open, with their count.
    siblings: Vec<Vec<(&'s str, u32)>>,
}

/// Different names of siblings that are counted; invoices have a few dozen.
const NAMES: usize = 256;

impl<'s> Trail<'s> {
    fn new(source: &'s str) -> Trail<'s> {
        Trail { source, open: Vec::new(), siblings: Vec::new() }
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
        let mut path = String::new();
        for (name, nth) in &self.open {
            path.push('/');
            path.push_str(name);
            if *nth > 1 {
                path.push_str(&format!("[{nth}]"));
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
