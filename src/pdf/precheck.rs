//! What is looked for in the bytes of a PDF before any reader sees it: files that make a reader go over the same bytes
//! again and again, before it says anything about what it read.

use lopdf::{Dictionary, Stream};
use memchr::memmem;

use super::load::over_limit;
use super::weight::{self, Piece};
use super::{Limits, deflate, too_many_objects};
use crate::finding::{Finding, PDF_BROKEN};

/// How often a reader may go over bytes in vain, as a multiple of those of the file.
const PASSES: usize = 4;
/// And what it may go over whatever the size of the file, in bytes.
const ALWAYS: usize = 1 << 20;
/// Bytes of cross-reference streams for each object that is allowed: an entry takes three at least.
const PER_ENTRY: usize = 4;
/// How far before a stream its dictionary may begin.
const DICTIONARY: usize = 4096;

/// A PDF that was looked ahead at, so that a reader may see it.
pub(super) struct Screened<'b> {
    pub bytes: &'b [u8],
    /// Its parts.
    pub pieces: Vec<Piece<'b>>,
}

/// Refuses a PDF that would take the machine while it is being read.
pub(super) fn screen<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Screened<'b>, Finding> {
    let pieces: Vec<Piece<'b>> = weight::pieces(bytes).take(limits.objects.saturating_add(1)).collect();
    if pieces.len() > limits.objects {
        return Err(too_many_objects(limits));
    }
    let most = bytes.len().saturating_mul(PASSES).saturating_add(ALWAYS);
    if lengths(bytes) > most {
        return Err(again("lengths of streams that are no numbers"));
    }
    if !texts_end(&pieces) && texts(bytes, most) > most {
        return Err(again("texts that run over the objects behind them"));
    }
    tables(&pieces, limits)?;
    Ok(Screened { bytes, pieces })
}

/// The finding for a PDF whose objects would be read again and again.
pub(super) fn again(found: &str) -> Finding {
    Finding::new(PDF_BROKEN, "the PDF cannot be read").found(found).expected("objects that end where the next begins")
}

// --- lengths

/// Bytes that are read to find the lengths of streams, where a length is no number but a reference to an object that is
/// none: each stream reads it anew.
fn lengths(bytes: &[u8]) -> usize {
    let mut targets: Vec<(u32, usize)> = Vec::new();
    for at in memmem::find_iter(bytes, b"/Length") {
        let Some((number, rest)) = integer(&bytes[at + b"/Length".len()..]) else { continue };
        if integer(rest).is_some_and(|(_, rest)| rest.trim_ascii_start().starts_with(b"R")) {
            targets.push((number, 1));
        }
    }
    targets.sort_unstable();
    targets.dedup_by(|again, first| {
        let is_same = again.0 == first.0;
        first.1 += if is_same { again.1 } else { 0 };
        is_same
    });
    let headers = memmem::find_iter(bytes, b"obj").filter(|_| !targets.is_empty());
    headers
        .map(|at| {
            let Some(number) = number_before(&bytes[..at]) else { return 0 };
            let behind = &bytes[at + b"obj".len()..];
            let times = targets.binary_search_by_key(&number, |target| target.0).map_or(0, |found| targets[found].1);
            if times == 0 || integer(behind).is_some() {
                return 0;
            }
            times.saturating_mul(memmem::find(behind, b"endobj").unwrap_or(behind.len()))
        })
        .fold(0, usize::saturating_add)
}

/// A number behind blanks, and what stands behind it.
fn integer(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let bytes = bytes.trim_ascii_start();
    let digits = bytes.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()?;
    Some((number, &bytes[digits..]))
}

/// The number of the object whose `obj` stands behind these bytes: `12 0 `.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let cut = |bytes: &'_ [u8]| bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let generation = bytes.trim_ascii_end();
    let number = generation[..generation.len() - cut(generation)].trim_ascii_end();
    let digits = &number[number.len() - cut(number)..];
    std::str::from_utf8(digits).ok()?.parse().ok()
}

// --- texts

/// A text in brackets that is open, as a reader sees it that begins at the object around it.
struct Open {
    /// The object, by its number in the file.
    object: usize,
    /// Brackets that were open before it.
    depth: usize,
}

/// Whether each text ends in the object that it begins in, as far as that is seen at once: then none runs over others.
fn texts_end(pieces: &[Piece<'_>]) -> bool {
    pieces.iter().all(|piece| {
        let mut rest = piece.text;
        while let Some(at) = memchr::memchr(b'(', rest) {
            rest = &rest[at + 1..];
            match end_of_text(rest) {
                Some(end) if memmem::find(&rest[..end], b"obj").is_none() => rest = &rest[end..],
                _ => return false,
            }
        }
        true
    })
}

/// How long a text in brackets is behind its first bracket.
fn end_of_text(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut behind_escape) = (1, 0);
    for at in memchr::memchr3_iter(b'(', b')', b'\\', bytes) {
        match bytes[at] {
            _ if at < behind_escape => {}
            b'\\' => behind_escape = at + 2,
            b'(' => depth += 1,
            _ if depth == 1 => return Some(at + 1),
            _ => depth -= 1,
        }
    }
    None
}

/// Bytes that stand in a text of an earlier object: a reader that begins at each object goes over them each time. Stops
/// when there are more than `most`.
fn texts(bytes: &[u8], most: usize) -> usize {
    let mut open: Vec<Open> = Vec::new();
    let (mut object, mut depth, mut at, mut over) = (0, 0_usize, 0, 0_usize);
    while let Some(found) = bytes[at..].iter().position(|byte| matches!(byte, b'(' | b')' | b'\\' | b'o' | b's')) {
        let older = open.iter().rev().skip_while(|text| text.object == object).count();
        over = over.saturating_add(older.saturating_mul(found + 1));
        at += found;
        if over > most {
            break;
        }
        let rest = &bytes[at..];
        at += 1;
        match rest[0] {
            b'\\' if !open.is_empty() => at = (at + 1).min(bytes.len()),
            b'(' => {
                if open.last().is_none_or(|text| text.object != object) {
                    open.push(Open { object, depth });
                }
                depth += 1;
            }
            b')' => {
                depth = depth.saturating_sub(1);
                open.truncate(open.partition_point(|text| text.depth < depth));
            }
            b'o' if rest.starts_with(b"obj") && !bytes[..at - 1].ends_with(b"end") => object += 1,
            // What stands in a stream is no text, unless a text is open that never reaches it as one.
            b's' if open.is_empty() && is_stream(&bytes[..at - 1], rest) => {
                at += memmem::find(rest, b"endstream").map_or(rest.len(), |end| end + b"endstream".len()) - 1;
                depth = 0;
            }
            _ => {}
        }
    }
    over
}

// --- objects without an end

/// Whether so many objects do not end before the next one begins that a reader who searches for objects, and follows each
/// to its end, would go over the file again and again.
#[cfg(feature = "pdf-recover")]
pub(super) fn runs_over(bytes: &[u8]) -> bool {
    let most = bytes.len().saturating_mul(PASSES).saturating_add(ALWAYS);
    let headers = memmem::find_iter(bytes, b"obj").filter(|&at| number_before(&bytes[..at]).is_some());
    let mut starts = headers.map(|at| at + b"obj".len()).peekable();
    let mut open = 0_usize;
    while let Some(start) = starts.next() {
        let text = &bytes[start..starts.peek().copied().unwrap_or(bytes.len())];
        let text = &text[..memmem::find(text, b"endobj").unwrap_or(text.len())];
        open += usize::from(!is_closed(text));
        if open.saturating_mul(bytes.len()) > most {
            return true;
        }
    }
    false
}

/// Whether every bracket and every text of an object is closed; what stands in a stream does not count.
#[cfg(feature = "pdf-recover")]
fn is_closed(object: &[u8]) -> bool {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some((byte, rest)) = object.get(at..).and_then(<[u8]>::split_first) {
        let doubled = rest.first() == Some(byte);
        at += 1;
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'<' if doubled => (depth, at) = (depth + 1, at + 1),
            b'>' if doubled => (depth, at) = (depth.saturating_sub(1), at + 1),
            b'%' => at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len()),
            b's' if is_stream(&object[..at - 1], &object[at - 1..]) => break,
            b'(' | b'<' => {
                let end = if *byte == b'(' { end_of_text(rest) } else { memchr::memchr(b'>', rest).map(|end| end + 1) };
                let Some(end) = end else { return false };
                at += end;
            }
            _ => {}
        }
    }
    depth == 0
}

fn is_stream(before: &[u8], rest: &[u8]) -> bool {
    rest.starts_with(b"stream") && before.trim_ascii_end().ends_with(b">>")
}

// --- cross-references

/// Unpacks what may be cross-reference streams, to see that all of them together hold no more than entries for the
/// objects that are allowed: each entry is kept, before it is known whether there is such an object.
fn tables(pieces: &[Piece<'_>], limits: &Limits) -> Result<(), Finding> {
    let mut left = limits.objects.saturating_mul(PER_ENTRY);
    // Made once: a file has a stream every few hundred bytes.
    let (header, table) = (memmem::FinderRev::new(b"obj"), memmem::Finder::new(b"XRef"));
    for piece in pieces {
        let before = &piece.text[piece.text.len().saturating_sub(DICTIONARY)..];
        let dictionary = weight::plain_names(&before[header.rfind(before).unwrap_or(0)..]);
        if table.find(&dictionary).is_none() {
            continue;
        }
        let mut packed = Stream::new(Dictionary::new(), piece.stream.trim_ascii_start().to_vec());
        if memmem::find(&dictionary, b"FlateDecode").is_some() {
            packed.dict.set("Filter", "FlateDecode");
        }
        match deflate::unpack(&packed, left) {
            Ok(text) if text.len() <= left => left -= text.len(),
            Err(error) if !over_limit(&error) => {}
            _ => return Err(too_many_objects(limits)),
        }
    }
    Ok(())
}
