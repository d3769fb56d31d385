//! Packing and unpacking of streams, nearly all of which are small: making what it takes costs more than that, so each
//! thread keeps it.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use lopdf::Stream;

/// How hard is tried to pack: in less than half of the time that is usual, an invoice takes a sixth more, which is a few
/// hundred bytes. What was packed before stays as it is.
const LEVEL: u32 = 2;
/// How much larger than its packed bytes a stream is taken to be at first.
const GROWTH: usize = 8;
/// How much room is taken at once, in bytes.
const AT_ONCE: usize = 1 << 20;

thread_local! {
    static DEFLATER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(LEVEL), true));
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// The packed bytes.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    DEFLATER.with_borrow_mut(|deflater| {
        deflater.reset();
        let mut packed = Vec::with_capacity(bytes.len() / GROWTH + 64);
        loop {
            let read = usize::try_from(deflater.total_in()).unwrap_or(usize::MAX);
            let rest = bytes.get(read..).unwrap_or_default();
            match deflater.compress_vec(rest, &mut packed, FlushCompress::Finish) {
                // Packing fails only for want of room.
                Ok(Status::StreamEnd) | Err(_) => return packed,
                Ok(_) => packed.reserve(packed.len().max(64)),
            }
        }
    })
}

/// What a stream holds.
///
/// # Errors
/// Those of lopdf: what it unpacks to is beyond the limit, or cannot be unpacked.
pub(super) fn unpack(stream: &Stream, limit: usize) -> Result<Vec<u8>, lopdf::Error> {
    let mut content = Vec::new();
    unpack_behind(&mut content, stream, limit)?;
    Ok(content)
}

/// The same behind what is there, which an error leaves as it was.
pub(super) fn unpack_behind(content: &mut Vec<u8>, stream: &Stream, limit: usize) -> Result<(), lopdf::Error> {
    let from = content.len();
    if !is_inflated(stream) || !inflate(&stream.content, limit, content) {
        // Other ways to pack, and what is damaged or too large, are told and repaired by lopdf.
        content.truncate(from);
        content.extend(stream.get_plain_content_with_limit(limit)?);
    }
    Ok(())
}

/// Whether sound bytes were unpacked within the limit.
fn inflate(packed: &[u8], limit: usize, content: &mut Vec<u8>) -> bool {
    let from = content.len();
    let mut room = packed.len().saturating_mul(GROWTH);
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(true);
        loop {
            content.reserve(room.clamp(1, AT_ONCE));
            let read = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
            let Some(rest) = packed.get(read..) else { return false };
            let status = inflater.decompress_vec(rest, content, FlushDecompress::Finish);
            let is_full = content.len() == content.capacity();
            match status {
                _ if content.len() - from > limit => return false,
                Ok(Status::StreamEnd) => return true,
                Ok(_) if is_full => room = content.len() - from,
                _ => return false,
            }
        }
    })
}

/// Whether a stream is packed as nearly all are.
fn is_inflated(stream: &Stream) -> bool {
    matches!(stream.filters().as_deref(), Ok([b"FlateDecode"])) && !stream.dict.has(b"DecodeParms")
}

#[cfg(test)]
mod tests {
    use lopdf::{Dictionary, dictionary};

    use super::*;

    /// A packed stream.
    fn packed(content: &[u8]) -> Stream {
        let mut stream = Stream::new(Dictionary::new(), content.to_vec());
        stream.compress().unwrap();
        stream
    }

    #[test]
    fn streams_are_unpacked_one_after_the_other() {
        let mut content = Vec::new();
        let large: Vec<u8> = (0..3_000_000_u32).map(|at| (at / 1000) as u8).collect();
        let plain = Stream::new(Dictionary::new(), b"plain".to_vec());
        let hex = Stream::new(dictionary! { "Filter" => "ASCIIHexDecode" }, b"41 42>".to_vec());
        let mut expected = Vec::new();
        for (stream, unpacked) in
            [(packed(&large), &large[..]), (plain, b"plain"), (hex, b"AB"), (packed(&[7; 99]), &[7; 99])]
        {
            expected.extend_from_slice(unpacked);
            unpack_behind(&mut content, &stream, large.len()).unwrap();
            assert!(content == expected);
        }
        assert!(unpack_behind(&mut content, &packed(&large), large.len() - 1).is_err());
        assert!(content == expected);
    }

    #[test]
    fn packed_bytes_are_those_of_any_other_packer() {
        let large: Vec<u8> = (0..100_000_u32).map(|at| (at.wrapping_mul(at) >> 7) as u8).collect();
        for bytes in [b"".as_slice(), b"a", &b"1 0 obj null endobj ".repeat(900), &large] {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
            std::io::Write::write_all(&mut encoder, bytes).unwrap();
            assert!(pack(bytes) == encoder.finish().unwrap());
        }
    }

    #[test]
    fn what_is_damaged_is_what_lopdf_makes_of_it() {
        let whole = packed(&b"0 0 m 1 1 l S\n".repeat(500));
        let mut damaged = vec![Vec::new(), b"no zlib".to_vec(), whole.content[2..].to_vec()];
        damaged.extend((1..whole.content.len()).map(|end| whole.content[..end].to_vec()));
        for bytes in damaged {
            let stream = Stream::new(dictionary! { "Filter" => "FlateDecode" }, bytes);
            let mut content = b"before".to_vec();
            unpack_behind(&mut content, &stream, 1 << 20).unwrap();
            let expected = stream.get_plain_content_with_limit(1 << 20).unwrap();
            assert_eq!(content.strip_prefix(b"before"), Some(&expected[..]));
        }
    }
}
