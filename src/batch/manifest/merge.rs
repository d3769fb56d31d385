//! Manifests of parts brought together: the last line about each input, in the order of inputs.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::file::Lines;
use super::line::{Header, Line};
use crate::batch::files::{about, unreadable, unwritable};
use crate::batch::shard::{Shard, digest};
use crate::batch::summary::Summary;
use crate::error::{Error, ErrorKind};
use crate::finding::{BATCH_MANIFEST, Finding, Severity};

/// What came of a merge.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Merged {
    /// How many inputs the manifests tell about.
    pub inputs: u64,
    /// Parts of the job that no manifest is about.
    pub missing: Vec<String>,
    /// Manifests whose last line is not whole: their job was stopped. It goes on with `--resume`.
    pub unfinished: Vec<PathBuf>,
}

/// Where a line stands: 48 bytes for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    path: [u8; 16],
    file: usize,
    at: u64,
    length: u64,
    index: u64,
}

struct Part {
    path: PathBuf,
    file: File,
    header: Header,
}

/// Writes one manifest out of several: of parts (`--shard`) of one job, of any number of threads, resumed or repeated. The
/// same inputs give the same bytes.
///
/// # Errors
/// If a manifest cannot be read, is none, or is of another job than the first; if the result cannot be written.
pub fn merge(manifests: &[PathBuf], out: impl Write) -> Result<Merged, Error> {
    let (parts, spots, mut merged) = survey(manifests)?;
    merged.inputs = spots.len() as u64;
    merged.missing = missing(&parts);
    let write = || -> io::Result<()> {
        let mut out = BufWriter::new(out);
        if let Some(header) = shared(&parts) {
            serde_json::to_writer(&mut out, &header)?;
            out.write_all(b"\n")?;
        }
        for spot in &spots {
            out.write_all(&line(&parts, spot)?)?;
        }
        out.flush()
    };
    write().map_err(|error| Error::new(ErrorKind::File, vec![unwritable("the merged manifest", &error)]))?;
    Ok(merged)
}

/// The job of some manifests, and how its inputs ended.
///
/// # Errors
/// As [`merge`].
pub fn summary(manifests: &[PathBuf], deny: Severity) -> Result<(Header, Summary, Merged), Error> {
    let (parts, spots, mut merged) = survey(manifests)?;
    merged.inputs = spots.len() as u64;
    merged.missing = missing(&parts);
    let mut summary = Summary::default();
    for spot in &spots {
        let bytes = line(&parts, spot).map_err(|error| broken(&parts[spot.file].path, &error))?;
        if let Ok(line) = serde_json::from_slice::<Line<'_>>(&bytes) {
            summary.add(&line.into_outcome(), deny);
        }
    }
    Ok((shared(&parts).unwrap_or_default(), summary, merged))
}

fn survey(manifests: &[PathBuf]) -> Result<(Vec<Part>, Vec<Spot>, Merged), Error> {
    let (mut parts, mut spots, mut merged) = (Vec::new(), Vec::new(), Merged::default());
    for path in manifests {
        let part = read(path, parts.len(), &mut spots, &mut merged)?;
        if let Some(first) = parts.first() {
            same(first, &part)?;
        }
        parts.push(part);
    }
    spots.sort_unstable();
    let is_last = |at: usize| spots.get(at + 1).is_none_or(|next| next.path != spots[at].path);
    let mut last: Vec<Spot> = (0..spots.len()).filter(|at| is_last(*at)).map(|at| spots[at]).collect();
    last.sort_unstable_by_key(|spot| (spot.index, spot.path));
    Ok((parts, last, merged))
}

fn read(path: &Path, number: usize, spots: &mut Vec<Spot>, merged: &mut Merged) -> Result<Part, Error> {
    let file = File::open(path).map_err(|error| broken(path, &error))?;
    let mut lines = Lines::new(&file);
    let header = lines.next().and_then(|line| serde_json::from_slice::<Header>(line).ok());
    let header = header.filter(|header| header.manifest == super::MANIFEST_SCHEMA).ok_or_else(|| {
        let finding = Finding::new(BATCH_MANIFEST, "this is no manifest of einv").found("another first line");
        Error::new(ErrorKind::Usage, vec![about(finding, path)])
    })?;
    let mut at = lines.at;
    while let Some(line) = lines.next().and_then(|line| serde_json::from_slice::<Line<'_>>(line).ok()) {
        spots.push(Spot { path: digest(&line.path.0), file: number, at, length: lines.at - at, index: line.index });
        at = lines.at;
    }
    if file.metadata().is_ok_and(|meta| meta.len() > at) {
        merged.unfinished.push(path.to_owned());
    }
    Ok(Part { path: path.to_owned(), file, header })
}

/// Parts of one job differ in the part, and may have outputs of their own.
fn same(first: &Part, other: &Part) -> Result<(), Error> {
    let plain = |part: &Part| Header { shard: None, output: None, ..part.header.clone() };
    let Some((key, here, there)) = plain(first).difference(&plain(other)) else { return Ok(()) };
    let finding = Finding::new(BATCH_MANIFEST, format!("the manifests are of different jobs: `{key}` differs"));
    Err(Error::new(ErrorKind::Usage, vec![about(finding.found(there).expected(here), &other.path)]))
}

fn shared(parts: &[Part]) -> Option<Header> {
    let first = &parts.first()?.header;
    let same = parts.iter().all(|part| part.header.output == first.output);
    Some(Header { shard: None, output: first.output.clone().filter(|_| same), ..first.clone() })
}

fn missing(parts: &[Part]) -> Vec<String> {
    let is_whole = parts.iter().any(|part| part.header.shard.is_none());
    let there: BTreeSet<String> = parts.iter().filter_map(|part| part.header.shard.clone()).collect();
    let of = there.iter().filter_map(|shard| shard.parse::<Shard>().ok()).map(Shard::of).max().unwrap_or_default();
    let all = (0..if is_whole { 0 } else { of }).map(|part| format!("{part}/{of}"));
    all.filter(|part| !there.contains(part)).collect()
}

fn line(parts: &[Part], spot: &Spot) -> io::Result<Vec<u8>> {
    let mut file = &parts[spot.file].file;
    let mut bytes = vec![0; spot.length as usize];
    file.seek(SeekFrom::Start(spot.at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn broken(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::File, vec![about(unreadable("the manifest", error), path)])
}
