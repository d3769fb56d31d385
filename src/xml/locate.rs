//! From byte offsets to lines, columns and paths: computed only for what is shown.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::place::Place;

/// Places of byte offsets, in the order given. An offset inside a start tag, at its `<` or in the text behind it names
/// that element; one at an attribute's name or value names the attribute. One pass, however many offsets.
pub(crate) fn locate(source: &str, offsets: &[usize]) -> Vec<Place> {
    let mut order: Vec<usize> = (0..offsets.len()).collect();
    order.sort_by_key(|&index| offsets[index]);
    let mut places = vec![Place::default(); offsets.len()];
    let mut trail = Trail::default();
    let mut reader = Reader::from_str(source);
    let mut lines = Lines::default();
    let mut waiting = order.into_iter().peekable();
    let mut at = 0;
    while waiting.peek().is_some() {
        let event = reader.read_event();
        let end = reader.buffer_position() as usize;
        let last = !matches!(&event, Ok(event) if !matches!(event, Event::Eof));
        if let Ok(Event::Start(tag) | Event::Empty(tag)) = &event {
            let length = tag.name().as_ref().len();
            trail.enter(source.get(at + 1..at + 1 + length).unwrap_or_default());
        }
        while let Some(index) = waiting.next_if(|&index| last || offsets[index] < end) {
            let offset = offsets[index].min(source.len());
            let (line, column) = lines.of(source, offset);
            let attribute = attribute_at(source, at, end, offset);
            places[index] = Place { file: None, line, column, path: trail.path(attribute) };
        }
        if let Ok(Event::End(_) | Event::Empty(_)) = &event {
            trail.leave();
        }
        at = end;
    }
    places
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
#[derive(Default)]
struct Trail<'a> {
    open: Vec<(&'a str, usize)>,
    counts: Vec<HashMap<&'a str, usize>>,
}

impl<'a> Trail<'a> {
    fn enter(&mut self, name: &'a str) {
        if self.counts.len() <= self.open.len() {
            self.counts.push(HashMap::new());
        }
        let nth = self.counts[self.open.len()].entry(name).or_default();
        *nth += 1;
        self.open.push((name, *nth));
        self.counts.truncate(self.open.len());
    }

    fn leave(&mut self) {
        self.counts.truncate(self.open.len());
        self.open.pop();
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

/// The attribute whose name or value stands at `offset` in the tag from `at` to `end`.
fn attribute_at(source: &str, at: usize, end: usize, offset: usize) -> Option<&str> {
    let tag = source.get(at..end).filter(|tag| tag.starts_with('<') && !tag.starts_with("</"))?;
    let before = tag.get(..offset - at + 1)?;
    let quotes = ['"', '\''];
    let name_from = match before.matches(quotes).count() % 2 {
        // In a value: its name stands before the quote that is still open.
        1 => before[..before.rfind(quotes)?].trim_end_matches([' ', '=']).rfind(char::is_whitespace)? + 1,
        _ => before.rfind(char::is_whitespace)? + 1,
    };
    let name = tag[name_from..].split(['=', ' ', '>', '/']).next()?;
    (!name.is_empty() && tag[name_from + name.len()..].trim_start().starts_with('=')).then_some(name)
}
