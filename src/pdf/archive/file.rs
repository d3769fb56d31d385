//! A file as it stands: its bytes, too, have to be those of PDF/A.

use super::fault::{self, Fault};
use super::{Lack, Remedy};
use crate::finding::Finding;
use crate::pdf::{Limits, Xmp, load};

/// Bytes behind the header that mark a binary file.
const MARK: usize = 4;
/// How far from the end of the bytes the end mark may stand: a line end may follow it.
const BEHIND_END: usize = 2;

/// What keeps a file from being PDF/A-3 as it stands. A signature is no lack of it: it only forbids to change the file.
///
/// # Errors
/// If the file cannot be read, or is beyond a limit.
pub(crate) fn examine_file(bytes: &[u8], claimed: Option<&Xmp>, limits: &Limits) -> Result<Vec<Lack>, Finding> {
    let document = load::load(bytes, limits, load::Table::AsWritten)?;
    let mut lacks: Vec<Lack> = fault::groups(&of_bytes(bytes)).iter().map(fault::Group::lack).collect();
    lacks.extend(super::examine(&document, claimed, limits)?);
    lacks.retain(|lack| lack.remedy != Remedy::Refused);
    Ok(lacks)
}

/// Where the bytes around the objects fall short.
fn of_bytes(bytes: &[u8]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let line_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let header = bytes.split(line_end).next().unwrap_or_default();
    let version = header.strip_prefix(b"%PDF-1.").unwrap_or_default();
    if !matches!(version, [b'0'..=b'7']) {
        faults.push(Fault::of("6.1.2-1").about(String::from_utf8_lossy(&header[..header.len().min(20)])));
    }
    let behind = bytes[header.len()..].iter().skip_while(|byte| line_end(byte));
    let mut behind = behind.take(MARK + 1);
    if behind.next() != Some(&b'%') || behind.filter(|byte| **byte > 127).count() < MARK {
        faults.push(Fault::of("6.1.2-2"));
    }
    let end = memchr::memmem::rfind(bytes, b"%%EOF").map_or(0, |at| at + b"%%EOF".len());
    let rest = &bytes[end..];
    if rest.len() > BEHIND_END || !rest.iter().all(line_end) {
        faults.push(Fault::of("6.1.3-3"));
    }
    faults
}
