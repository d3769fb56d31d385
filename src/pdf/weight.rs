//! How many objects a piece of a PDF becomes in memory, before it is read: every one takes over a hundred bytes, so a
//! small file of nothing but brackets takes the machine.

use std::borrow::Cow;

use memchr::memmem;

/// What an array or dictionary weighs in objects: room for its first entries is taken at once.
const CONTAINER: u8 = 4;

/// More objects than this are not in the text of a PDF. That is quickly told, and enough to know of nearly all.
pub(super) fn at_most(pieces: &[Piece<'_>]) -> usize {
    let text: usize = pieces.iter().map(|piece| piece.text.len()).sum();
    text.saturating_mul(usize::from(CONTAINER))
}

/// Objects in the text of a PDF; what stands between `stream` and `endstream` is no text.
pub(super) fn of_pieces(pieces: &[Piece<'_>]) -> usize {
    pieces.iter().map(|piece| of_text(piece.text)).sum()
}

/// A part of a PDF: text up to a stream or to the end, and the stream.
pub(super) struct Piece<'b> {
    pub text: &'b [u8],
    pub stream: &'b [u8],
}

/// The parts of a PDF, by the words alone: without its cross-references, and whether or not it is sound.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let (open, close) = (memmem::Finder::new(b"stream"), memmem::Finder::new(b"endstream"));
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (text, behind) = rest.split_at(next_stream(rest, &open).unwrap_or(rest.len()));
        let end = close.find(behind).unwrap_or(behind.len());
        let (stream, behind) = behind.split_at(end);
        rest = behind.strip_prefix(b"endstream").unwrap_or(behind);
        Some(Piece { text, stream })
    })
}

/// Where the content of the next stream begins: behind a dictionary, the word and a line end.
fn next_stream(bytes: &[u8], word: &memmem::Finder<'_>) -> Option<usize> {
    word.find_iter(bytes).map(|at| (at, at + b"stream".len())).find_map(|(at, end)| {
        let before = bytes[..at].trim_ascii_end();
        let is_stream = before.ends_with(b">>") && matches!(bytes.get(end), Some(b'\r' | b'\n'));
        is_stream.then_some(end)
    })
}

/// A dictionary with the escapes in its names resolved: `/Obj#53tm` is `/ObjStm`.
pub(super) fn plain_names(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'#', text).is_none() {
        return Cow::Borrowed(text);
    }
    let hex = |digit: Option<&u8>| digit.and_then(|digit| char::from(*digit).to_digit(16));
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, hex(text.get(at + 1)), hex(text.get(at + 2))) {
            (b'#', Some(high), Some(low)) => {
                plain.push((high << 4 | low) as u8);
                at += 3;
            }
            _ => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(plain)
}

/// Objects in a text without streams. Names and words count as one each, the closing of a container as none.
pub(super) fn of_text(text: &[u8]) -> usize {
    let (mut weight, mut inside) = (0, false);
    for byte in text {
        let Kind { own, word, opens } = KINDS[usize::from(*byte)];
        weight += usize::from(own) + usize::from(word && !inside);
        inside = opens;
    }
    weight
}

/// What a byte adds to the weight of a text.
#[derive(Clone, Copy)]
struct Kind {
    /// Objects that it begins wherever it stands.
    own: u8,
    /// Whether it begins an object unless it stands inside a word.
    word: bool,
    /// Whether a word goes on behind it.
    opens: bool,
}

/// The kinds of all bytes: a look-up, because it is asked of every byte of a file.
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind { own: 0, word: true, opens: true }; 256];
    let mut byte: u8 = 255;
    loop {
        match byte {
            b'[' | b'<' => kinds[byte as usize] = Kind { own: CONTAINER, word: false, opens: false },
            b'/' | b'(' => kinds[byte as usize] = Kind { own: 1, word: false, opens: true },
            b' ' | b'\r' | b'\n' | b'\t' | b'\x0C' | b'\0' | b']' | b'>' | b')' => {
                kinds[byte as usize] = Kind { own: 0, word: false, opens: false };
            }
            _ => {}
        }
        if byte == 0 {
            break kinds;
        }
        byte -= 1;
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_weigh_more_than_words() {
        assert_eq!(of_text(b"[1 2/Name(text)]"), 4 + 4);
        assert_eq!(of_text(b""), 0);
    }

    #[test]
    fn streams_weigh_nothing() {
        let text = b"1 0 obj<</Length 3>>\nstream\n[[[\nendstream endobj";
        let of_file = |bytes| of_pieces(&pieces(bytes).collect::<Vec<_>>());
        assert_eq!(of_file(text), of_text(b"1 0 obj<</Length 3>>\nstream") + 1);
        assert!(of_file(text) <= at_most(&pieces(text).collect::<Vec<_>>()));
        assert_eq!(of_file(b"(downstream)\n[[[\nendstream"), of_text(b"(downstream)\n[[[\nendstream"));
    }
}
