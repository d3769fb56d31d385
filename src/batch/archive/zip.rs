//! Zip: the list at its end, then each entry where the list says. Threads read entries side by side.
//!
//! A crate for zips keeps a map of all entries by name, which hides duplicates and grows by 400 bytes an entry.

use std::cmp::Ordering;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::entry::{no_file, refused, safe_path, twice};
use super::shared::Part;
use crate::batch::files::{self, patiently, too_large};
use crate::finding::{BATCH_ENTRY, Finding};

const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const IN_LIST: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
/// The longest comment behind the list, with the end record itself.
const TAIL: u64 = 65_535 + 22;
/// An entry that unpacks to more than this may be no more than so many times as large as in the archive. Invoices are
/// 10 to 50 times as large.
const FREE: u64 = 16 << 20;
const RATIO: u64 = 200;

/// An open zip.
#[derive(Debug, Clone)]
pub(in crate::batch) struct Zip(Part);

/// An entry of the list.
#[derive(Debug, Clone)]
pub(in crate::batch) struct Entry {
    name: Box<[u8]>,
    header: u64,
    packed: u64,
    size: u64,
    crc: u32,
    method: u16,
    flags: u16,
    is_file: bool,
    is_twice: bool,
}

impl Zip {
    pub(in crate::batch) fn open(path: &Path) -> Result<Zip, Finding> {
        let file = patiently(|| std::fs::File::open(path)).and_then(Part::whole);
        file.map(Zip).map_err(|error| files::unreadable("the archive", &error))
    }

    /// All entries that are no directories, in the order of their paths: that of a directory with the same files.
    pub(in crate::batch) fn entries(&self) -> Result<Vec<Entry>, Finding> {
        let mut entries = self.list().map_err(|error| damaged("the list of the archive", &error))?;
        entries.sort_by(Entry::by_path);
        for at in 1..entries.len() {
            if entries[at].name == entries[at - 1].name {
                entries[at - 1].is_twice = true;
                entries[at].is_twice = true;
            }
        }
        Ok(entries)
    }

    fn list(&self) -> io::Result<Vec<Entry>> {
        let (count, at, size) = self.end()?;
        let mut list = BufReader::new(self.0.part(at, size));
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.extend(Entry::read(&mut list)?);
        }
        Ok(entries)
    }

    /// How many entries the list has, where it begins, how long it is.
    fn end(&self) -> io::Result<(u64, u64, u64)> {
        let length = self.0.len().min(TAIL);
        let start = self.0.len() - length;
        let mut tail = Vec::new();
        self.0.part(start, length).read_to_end(&mut tail)?;
        let found = (0..tail.len().saturating_sub(21)).rev().find(|at| tail[*at..].starts_with(END));
        let at = found.ok_or_else(|| io::Error::other("it has no end record"))?;
        let record = Fields(&tail[at..]);
        let (count, size, begin) = (record.u16(10)?, record.u32(12)?, record.u32(16)?);
        if count != u16::MAX && size != u32::MAX && begin != u32::MAX {
            return Ok((count.into(), begin.into(), size.into()));
        }
        let locator = (start + at as u64).checked_sub(20).ok_or(io::ErrorKind::UnexpectedEof)?;
        let far = u64::from_le_bytes(self.0.exactly(locator + 8)?);
        let record: [u8; 56] = self.0.exactly(far)?;
        let record = Fields(&record);
        match record.0.starts_with(END_64) {
            true => Ok((record.u64(32)?, record.u64(48)?, record.u64(40)?)),
            false => Err(io::Error::other("it has no end record of 64 bits")),
        }
    }

    /// The bytes of an entry, if it may be read at all.
    pub(in crate::batch) fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, Finding> {
        entry.check()?;
        if entry.size > limit {
            return Err(too_large(limit));
        }
        let packed = self.packed(entry).map_err(|error| damaged("the entry", &error))?;
        match entry.method {
            0 => entry.unpack(packed, limit),
            8 => entry.unpack(DeflateDecoder::new(packed), limit),
            93 => match zstd::Decoder::new(packed) {
                Ok(decoder) => entry.unpack(decoder, limit),
                Err(error) => Err(damaged("the entry", &error)),
            },
            other => {
                let finding = Finding::new(BATCH_ENTRY, "the entry is packed in a way that einv does not unpack");
                Err(finding.found(format!("method {other}")).expected("stored, deflate or zstd"))
            }
        }
    }

    fn packed(&self, entry: &Entry) -> io::Result<Part> {
        let header: [u8; 30] = self.0.exactly(entry.header)?;
        let header = Fields(&header);
        if !header.0.starts_with(LOCAL) {
            return Err(io::Error::other("the list leads to no entry"));
        }
        let before = 30 + u64::from(header.u16(26)?) + u64::from(header.u16(28)?);
        Ok(self.0.part(entry.header + before, entry.packed))
    }
}

impl Entry {
    /// The next entry of the list; `None` for a directory.
    fn read(list: &mut impl Read) -> io::Result<Option<Entry>> {
        let mut head = [0; 46];
        list.read_exact(&mut head)?;
        let head = Fields(&head);
        if !head.0.starts_with(IN_LIST) {
            return Err(io::Error::other("its list is damaged"));
        }
        let mut name = vec![0; head.u16(28)?.into()];
        let mut extra = vec![0; head.u16(30)?.into()];
        list.read_exact(&mut name)?;
        list.read_exact(&mut extra)?;
        io::copy(&mut list.take(head.u16(32)?.into()), &mut io::sink())?;
        let (size, packed, header) = far(&extra, [head.u32(24)?, head.u32(20)?, head.u32(42)?]);
        let mode = (head.u32(38)? >> 16) & 0o170_000;
        let is_unix = head.u16(4)? >> 8 == 3;
        let entry = Entry {
            header,
            packed,
            size,
            crc: head.u32(16)?,
            method: head.u16(10)?,
            flags: head.u16(8)?,
            is_file: !is_unix || mode == 0 || mode == 0o100_000,
            is_twice: false,
            name: name.into(),
        };
        Ok((!entry.name.ends_with(b"/")).then_some(entry))
    }

    /// Directories in place, by the bytes of each name.
    fn by_path(left: &Entry, right: &Entry) -> Ordering {
        let is_slash = |byte: &u8| *byte == b'/';
        let by_name = left.name.split(is_slash).cmp(right.name.split(is_slash));
        by_name.then(left.header.cmp(&right.header))
    }

    /// The path as it is told, and the path below the archive if it stays there.
    pub(in crate::batch) fn path(&self) -> (PathBuf, Result<PathBuf, Finding>) {
        let name = PathBuf::from(name(&self.name));
        let safe = safe_path(&name);
        (name, safe)
    }

    fn check(&self) -> Result<(), Finding> {
        if let Some(finding) = refused(Path::new(&name(&self.name))) {
            return Err(finding);
        }
        match self {
            _ if self.is_twice => Err(twice()),
            _ if !self.is_file => Err(no_file()),
            _ if self.flags & 0x41 != 0 => {
                let finding = Finding::new(BATCH_ENTRY, "the entry is encrypted");
                Err(finding.help("unpack the archive with its password and convert the directory"))
            }
            _ => Ok(()),
        }
    }

    /// Unpacks, and stops where the entry is larger than it says or than it can honestly be.
    fn unpack(&self, packed: impl Read, limit: u64) -> Result<Vec<u8>, Finding> {
        let most = limit.min(FREE.max(self.packed.saturating_mul(RATIO)));
        let mut bytes = Vec::with_capacity(self.size.min(FREE) as usize);
        let read = packed.take(most.min(self.size) + 1).read_to_end(&mut bytes);
        read.map_err(|error| damaged("the entry", &error))?;
        if bytes.len() as u64 > most {
            let finding = Finding::new(BATCH_ENTRY, "the entry unpacks to far more than an invoice would");
            return Err(finding.found(format!("more than {most} bytes out of {}", self.packed)));
        }
        let mut crc = Crc::new();
        crc.update(&bytes);
        match bytes.len() as u64 == self.size && crc.sum() == self.crc {
            true => Ok(bytes),
            false => Err(damaged("the entry", &io::Error::other("its size or checksum is not the one it states"))),
        }
    }
}

/// Names in UTF-8 as they are; on Unix all others, too: nothing is read into them.
#[cfg(unix)]
fn name(bytes: &[u8]) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn name(bytes: &[u8]) -> std::ffi::OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn damaged(what: &str, error: &io::Error) -> Finding {
    let said = match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => error.to_string(),
    };
    Finding::new(BATCH_ENTRY, format!("{what} is damaged: {said}"))
}

/// Numbers that do not fit into 32 bits stand in a field of their own, in this order.
fn far(extra: &[u8], near: [u32; 3]) -> (u64, u64, u64) {
    let mut rest = extra;
    let mut numbers: &[u8] = &[];
    while let [a, b, c, d, after @ ..] = rest {
        let (id, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let (field, after) = after.split_at(length.min(after.len()));
        if id == 1 {
            numbers = field;
        }
        rest = after;
    }
    let mut at = 0;
    let [size, packed, header] = near.map(|near| match near {
        u32::MAX => {
            at += 8;
            Fields(numbers).u64(at - 8).unwrap_or(u64::MAX)
        }
        _ => near.into(),
    });
    (size, packed, header)
}

/// Little-endian numbers in a record.
struct Fields<'b>(&'b [u8]);

impl Fields<'_> {
    fn get<const N: usize>(&self, at: usize) -> io::Result<[u8; N]> {
        let bytes = self.0.get(at..at + N).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn u16(&self, at: usize) -> io::Result<u16> {
        self.get(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> io::Result<u32> {
        self.get(at).map(u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> io::Result<u64> {
        self.get(at).map(u64::from_le_bytes)
    }
}
