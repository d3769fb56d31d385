//! Packing and unpacking of many streams one after the other: making what it takes costs more than a small stream.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use lopdf::Stream;

/// Packs bytes.
pub(super) struct Packer {
    deflater: Compress,
    /// Whether nothing was packed yet.
    is_new: bool,
}

impl Packer {
    pub(super) fn new() -> Packer {
        Packer { deflater: Compress::new(Compression::default(), true), is_new: true }
    }

    /// The packed bytes.
    pub(super) fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::with_capacity(bytes.len() / GROWTH + 64);
        if !std::mem::take(&mut self.is_new) {
            self.deflater.reset();
        }
        loop {
            let read = usize::try_from(self.deflater.total_in()).unwrap_or(usize::MAX);
            let rest = bytes.get(read..).unwrap_or_default();
            match self.deflater.compress_vec(rest, &mut packed, FlushCompress::Finish) {
                // Packing fails only for want of room.
                Ok(Status::StreamEnd) | Err(_) => return packed,
                Ok(_) => packed.reserve(packed.len().max(64)),
            }
        }
    }
}

/// How much larger than its packed bytes a stream is taken to be at first.
const GROWTH: usize = 8;
/// How much room is taken at once, in bytes.
const AT_ONCE: usize = 1 << 20;

/// Unpacks streams; what it needs for that is made once.
pub(super) struct Unpacker {
    inflater: Decompress,
}

impl Unpacker {
    pub(super) fn new() -> Unpacker {
        Unpacker { inflater: Decompress::new(true) }
    }

    /// Unpacks a stream to the end of `content`.
    ///
    /// # Errors
    /// Those of lopdf: what it unpacks to is beyond the limit, or cannot be unpacked. The content is then as it was.
    pub(super) fn append(&mut self, stream: &Stream, limit: usize, content: &mut Vec<u8>) -> Result<(), lopdf::Error> {
        let from = content.len();
        if !is_inflated(stream) || !self.inflate(&stream.content, limit, content) {
            // Other ways to pack, and what is damaged or too large, are told and repaired by lopdf.
            content.truncate(from);
            content.extend(stream.get_plain_content_with_limit(limit)?);
        }
        Ok(())
    }

    /// Whether sound bytes were unpacked within the limit.
    fn inflate(&mut self, packed: &[u8], limit: usize, content: &mut Vec<u8>) -> bool {
        let from = content.len();
        let mut room = packed.len().saturating_mul(GROWTH);
        self.inflater.reset(true);
        loop {
            content.reserve(room.clamp(1, AT_ONCE));
            let read = usize::try_from(self.inflater.total_in()).unwrap_or(usize::MAX);
            let Some(rest) = packed.get(read..) else { return false };
            let status = self.inflater.decompress_vec(rest, content, FlushDecompress::Finish);
            let is_full = content.len() == content.capacity();
            match status {
                _ if content.len() - from > limit => return false,
                Ok(Status::StreamEnd) => return true,
                Ok(_) if is_full => room = content.len() - from,
                _ => return false,
            }
        }
    }
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
        let (mut unpacker, mut content) = (Unpacker::new(), Vec::new());
        let large: Vec<u8> = (0..3_000_000_u32).map(|at| (at / 1000) as u8).collect();
        let plain = Stream::new(Dictionary::new(), b"plain".to_vec());
        let hex = Stream::new(dictionary! { "Filter" => "ASCIIHexDecode" }, b"41 42>".to_vec());
        let mut expected = Vec::new();
        for (stream, unpacked) in
            [(packed(&large), &large[..]), (plain, b"plain"), (hex, b"AB"), (packed(&[7; 99]), &[7; 99])]
        {
            expected.extend_from_slice(unpacked);
            unpacker.append(&stream, large.len(), &mut content).unwrap();
            assert!(content == expected);
        }
        assert!(unpacker.append(&packed(&large), large.len() - 1, &mut content).is_err());
        assert!(content == expected);
    }

    #[test]
    fn packed_bytes_are_those_of_any_other_packer() {
        let large: Vec<u8> = (0..100_000_u32).map(|at| (at.wrapping_mul(at) >> 7) as u8).collect();
        let mut packer = Packer::new();
        for bytes in [b"".as_slice(), b"a", &b"1 0 obj null endobj ".repeat(900), &large] {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
            std::io::Write::write_all(&mut encoder, bytes).unwrap();
            assert!(packer.pack(bytes) == encoder.finish().unwrap());
        }
    }

    #[test]
    fn what_is_damaged_is_what_lopdf_makes_of_it() {
        let whole = packed(&b"0 0 m 1 1 l S\n".repeat(500));
        let mut damaged = vec![Vec::new(), b"no zlib".to_vec(), whole.content[2..].to_vec()];
        damaged.extend((1..whole.content.len()).map(|end| whole.content[..end].to_vec()));
        let mut unpacker = Unpacker::new();
        for bytes in damaged {
            let stream = Stream::new(dictionary! { "Filter" => "FlateDecode" }, bytes);
            let mut content = b"before".to_vec();
            unpacker.append(&stream, 1 << 20, &mut content).unwrap();
            let expected = stream.get_plain_content_with_limit(1 << 20).unwrap();
            assert_eq!(content.strip_prefix(b"before"), Some(&expected[..]));
        }
    }
}
