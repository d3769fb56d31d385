//! Damaged and hostile variants of PDFs: whatever is handed in, there is an answer, and it is one of those documented.
//!
//! The variants are made of the samples by a generator with a seed, so that a failure names the variant that caused it.
//! `EINV_VARIANTS=20000 cargo test --test hostile_pdf` makes more of them than every day.
#![cfg(feature = "pdf")]

use std::path::{Path, PathBuf};

use einv::{Converter, ErrorKind, Hybrid, Limits, OnLoss, check, extract_all};

/// What is written into those that can be read.
const INVOICE: &[u8] = include_bytes!("../corpus/cii/en16931/consulting.xml");
/// Variants of all samples together, if nobody asks for more.
const VARIANTS: usize = 600;
/// The largest sample that is varied, in bytes: a damaged one may be searched through several times.
const AT_MOST: usize = 200_000;
/// Words that steer a reader of PDFs.
const WORDS: [&[u8]; 24] = [
    b"obj",
    b"endobj",
    b"stream\n",
    b"endstream",
    b"xref",
    b"trailer",
    b"startxref",
    b"%%EOF",
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b")",
    b"/Length",
    b"/Kids",
    b"/Names",
    b"/EF",
    b"/Filter",
    b"/FlateDecode",
    b"/ObjStm",
    b" 0 R",
    b"-1",
    b"99999999999",
];

/// Numbers that look random and are the same for the same seed (xorshift*).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// Less than `end`; 0 if that is 0.
    fn below(&mut self, end: usize) -> usize {
        self.throw() as usize % end.max(1)
    }
}

/// One variant of a sample, spliced with another one.
fn variant(dice: &mut Dice, sample: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    match dice.below(7) {
        0 => bytes.truncate(dice.below(sample.len())),
        1 => drop(bytes.drain(..dice.below(sample.len()))),
        2 => (0..=dice.below(20)).for_each(|_| {
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(8);
        }),
        3 => (0..=dice.below(8)).for_each(|_| {
            let at = dice.below(bytes.len());
            let word = WORDS[dice.below(WORDS.len())];
            let end = if dice.below(2) == 0 { at } else { (at + word.len()).min(bytes.len()) };
            bytes.splice(at..end, word.iter().copied());
        }),
        4 => {
            let (at, from) = (dice.below(bytes.len()), dice.below(other.len()));
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        5 => {
            // A piece again, or a piece less.
            let at = dice.below(bytes.len());
            let piece = bytes[at..(at + dice.below(2000)).min(bytes.len())].to_vec();
            let to = dice.below(bytes.len());
            if dice.below(2) == 0 { drop(bytes.splice(to..to, piece)) } else { drop(bytes.drain(at..at + piece.len())) }
        }
        _ => digits(dice, &mut bytes),
    }
    bytes
}

/// Changes numbers outside of streams: offsets, lengths, references.
fn digits(dice: &mut Dice, bytes: &mut [u8]) {
    let places: Vec<usize> = (1..bytes.len())
        .filter(|at| bytes[*at].is_ascii_digit() && (bytes[at - 1] == b' ' || bytes[at - 1].is_ascii_digit()))
        .collect();
    for _ in 0..=dice.below(12) {
        if let Some(at) = places.get(dice.below(places.len())) {
            bytes[*at] = b'0' + dice.below(10) as u8;
        }
    }
}

/// What is written into a variant comes out of it again, and writing it twice is writing it once; or an error says why not.
fn embedded(bytes: &[u8]) -> Result<Option<einv::Error>, String> {
    let embed = |pages: &[u8]| einv::embed(INVOICE, None, &Hybrid::new().visual(pages), &Limits::default());
    let once = match embed(bytes) {
        Ok(embedded) => embedded.bytes,
        Err(error) => return Ok(Some(error)),
    };
    let out = extract_all(&once).map(|all| all.invoice.bytes);
    if out.as_ref().map(Vec::as_slice).ok() != Some(INVOICE) {
        return Err(format!("another invoice comes out: {out:?}"));
    }
    match embed(&once) {
        Ok(twice) if twice.bytes == once => Ok(None),
        Ok(_) => Err("embedding twice is not embedding once".to_owned()),
        Err(error) => Err(format!("no second time: {error}")),
    }
}

/// Reads a variant in all ways that there are, and writes an invoice into it. What is refused says why, in a class that
/// has an exit code for inputs.
fn is_answered(bytes: &[u8]) -> Result<(), String> {
    let converted = Converter::new().on_loss(OnLoss::Allow).convert(bytes);
    let checked = check(bytes, &Limits::default());
    for error in [extract_all(bytes).err(), converted.err(), checked.err(), embedded(bytes)?].into_iter().flatten() {
        if error.kind() != ErrorKind::Input {
            return Err(format!("an error of the kind {:?}: {error}", error.kind()));
        }
        let Some(first) = error.findings().first() else { return Err("an error without a finding".to_owned()) };
        if first.message.is_empty() || !first.code.starts_with("EINV-") {
            return Err(format!("a finding that says nothing: {first:?}"));
        }
    }
    Ok(())
}

/// The PDFs of `corpus/` and of the fuzz seeds.
fn samples() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in ["corpus", "fuzz/seeds/pdf"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    found.sort();
    let samples = found.iter().map(|path| std::fs::read(path).expect("a readable sample"));
    samples.filter(|bytes| bytes.len() <= AT_MOST && bytes.len() > 100).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of samples").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => collect(&path, found),
            false if path.extension().is_some_and(|extension| extension == "pdf") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn every_variant_has_an_answer() {
    let variants = std::env::var("EINV_VARIANTS").ok().and_then(|number| number.parse().ok()).unwrap_or(VARIANTS);
    let samples = samples();
    assert!(samples.len() > 4, "hardly any samples");
    for seed in 1..=variants as u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (one, other) = (dice.below(samples.len()), dice.below(samples.len()));
        let bytes = variant(&mut dice, &samples[one], &samples[other]);
        let answer = std::panic::catch_unwind(|| is_answered(&bytes));
        match answer {
            Ok(Ok(())) => {}
            Ok(Err(why)) => panic!("seed {seed}: {why}"),
            Err(_) => panic!("seed {seed}: a panic"),
        }
    }
}
