//! Files that are packed with gzip.

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use crate::finding::{self, Finding};
use crate::limits::{self, Limits};

/// Whether bytes are packed with gzip.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1F\x8B")
}

/// The bytes inside, if they are packed; once, not layer by layer.
pub(crate) fn unpack<'b>(bytes: Cow<'b, [u8]>, limits: &Limits) -> Result<Cow<'b, [u8]>, Finding> {
    if !is_gzip(&bytes) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::with_capacity(stated_size(&bytes).min(limits.unpacked) as usize + 1);
    let mut reader = MultiGzDecoder::new(&*bytes).take(limits.unpacked + 1);
    reader.read_to_end(&mut unpacked).map_err(|error| {
        Finding::new(finding::CARRIER, "the gzip file is damaged").found(match error.kind() {
            std::io::ErrorKind::UnexpectedEof => "no end, so the file may be cut off".to_owned(),
            _ => error.to_string(),
        })
    })?;
    if unpacked.len() as u64 > limits.unpacked {
        return Err(Finding::new(finding::XML_LIMIT, "the gzip file unpacks to more than einv reads")
            .expected(format!("at most {}", limits::size(limits.unpacked)))
            .help(limits::raise("unpacked")));
    }
    match is_gzip(&unpacked) {
        true => Err(Finding::new(finding::CARRIER, "the input is packed twice")
            .found("a gzip file in a gzip file")
            .help("unpack it once and convert that")),
        false => Ok(Cow::Owned(unpacked)),
    }
}

/// The size that the end of the file states: right for files below 4 GiB, if they are honest. So it is only a hint, and
/// bounded by what gzip can pack at best.
fn stated_size(bytes: &[u8]) -> u64 {
    let end = bytes.last_chunk::<4>().map_or(0, |end| u64::from(u32::from_le_bytes(*end)));
    end.min(1032 * bytes.len() as u64)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<u8>, Finding> {
        unpack(Cow::Borrowed(bytes), &Limits::default().unpacked(1 << 20)).map(Cow::into_owned)
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        assert_eq!(read(b"<a/>").unwrap(), b"<a/>");
        assert_eq!(read(&packed(b"<a/>")).unwrap(), b"<a/>");
        assert_eq!(read(&[packed(b"<a>"), packed(b"</a>")].concat()).unwrap(), b"<a></a>");
    }

    #[test]
    fn what_is_damaged_or_too_large_is_refused() {
        let whole = packed(b"<a>text</a>");
        for end in 2..whole.len() {
            assert!(read(&whole[..end]).is_err(), "cut off at {end}");
        }
        assert!(read(&packed(&vec![b' '; 1 << 20])).is_ok());
        assert!(read(&packed(&vec![b' '; (1 << 20) + 1])).unwrap_err().help.unwrap().contains("unpacked"));
        assert_eq!(read(&packed(&packed(b"<a/>"))).unwrap_err().found.as_deref(), Some("a gzip file in a gzip file"));
    }
}
