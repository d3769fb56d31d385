//! A zip as it is written: entries one after the other, then their list.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use flate2::{Compression, Crc, write::DeflateEncoder};

/// An entry, deflated.
pub(super) struct Packed {
    name: Vec<u8>,
    bytes: Vec<u8>,
    size: u64,
    crc: u32,
}

impl Packed {
    pub(super) fn new(path: &Path, bytes: &[u8]) -> io::Result<Packed> {
        let parts: Vec<&[u8]> = path.iter().map(|part| part.as_encoded_bytes()).collect();
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut packed = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::default());
        packed.write_all(bytes)?;
        Ok(Packed { name: parts.join(&b"/"[..]), bytes: packed.finish()?, size: bytes.len() as u64, crc: crc.sum() })
    }
}

const VERSION: u16 = 45;
const UTF_8: u16 = 0x0800;
const DEFLATE: u16 = 8;
/// 1 January 1980: the same inputs give the same archive.
const DATE: u16 = 0x0021;
const FULL: u32 = u32::MAX;

/// A zip under way.
pub(super) struct ZipWriter<W> {
    file: W,
    /// The list, kept aside so that memory does not grow with it.
    list: BufWriter<File>,
    at: u64,
    entries: u64,
}

impl<W: Write> ZipWriter<W> {
    /// Writes to `file`; `aside` is an empty file for the list.
    pub(super) fn new(file: W, aside: File) -> ZipWriter<W> {
        ZipWriter { file, list: BufWriter::new(aside), at: 0, entries: 0 }
    }

    pub(super) fn append(&mut self, item: &Packed) -> io::Result<()> {
        let name = &item.name;
        let mut common = Vec::new();
        let flags = if std::str::from_utf8(name).is_ok() { UTF_8 } else { 0 };
        for number in [VERSION, flags, DEFLATE, 0, DATE] {
            common.extend(number.to_le_bytes());
        }
        let too_large = |_| io::Error::other("an output is larger than a zip entry may be");
        for number in [item.crc, u32::try_from(item.bytes.len()).map_err(too_large)?] {
            common.extend(number.to_le_bytes());
        }
        common.extend(u32::try_from(item.size).map_err(too_large)?.to_le_bytes());
        common.extend(u16::try_from(name.len()).map_err(too_large)?.to_le_bytes());
        let header = [b"PK\x03\x04", common.as_slice(), &[0, 0], name].concat();
        self.file.write_all(&header)?;
        self.file.write_all(&item.bytes)?;
        self.list(&common, name)?;
        self.entries += 1;
        self.at += (header.len() + item.bytes.len()) as u64;
        Ok(())
    }

    /// The entry's line in the list; where the archive is beyond 4 GB, its place stands in a field of 64 bits.
    fn list(&mut self, common: &[u8], name: &[u8]) -> io::Result<()> {
        let near = u32::try_from(self.at).unwrap_or(FULL);
        let far = match near {
            FULL => [&[1, 0, 8, 0], &self.at.to_le_bytes()[..]].concat(),
            _ => Vec::new(),
        };
        let mut line = [b"PK\x01\x02", &(3 << 8 | VERSION).to_le_bytes()[..], common].concat();
        line.extend((far.len() as u16).to_le_bytes());
        line.extend([0; 6]);
        line.extend((0o100_644_u32 << 16).to_le_bytes());
        line.extend(near.to_le_bytes());
        self.list.write_all(&[line.as_slice(), name, &far].concat())
    }

    /// The list, and the records at the end of a zip.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let mut list = self.list.into_inner().map_err(io::IntoInnerError::into_error)?;
        list.rewind()?;
        let size = io::copy(&mut list, &mut self.file)?;
        let end = self.at + size;
        let mut record = Vec::new();
        if self.entries >= u16::MAX.into() || end >= FULL.into() {
            record.extend(b"PK\x06\x06");
            record.extend(44_u64.to_le_bytes());
            record.extend([VERSION.to_le_bytes(); 2].concat());
            record.extend([0; 8]);
            [self.entries, self.entries, size, self.at].iter().for_each(|number| record.extend(number.to_le_bytes()));
            record.extend(b"PK\x06\x07\0\0\0\0");
            record.extend(end.to_le_bytes());
            record.extend(1_u32.to_le_bytes());
        }
        let entries = u16::try_from(self.entries).unwrap_or(u16::MAX);
        record.extend(b"PK\x05\x06\0\0\0\0");
        record.extend([entries.to_le_bytes(); 2].concat());
        record.extend(u32::try_from(size).unwrap_or(FULL).to_le_bytes());
        record.extend(u32::try_from(self.at).unwrap_or(FULL).to_le_bytes());
        record.extend([0; 2]);
        self.file.write_all(&record)?;
        Ok(self.file)
    }
}
