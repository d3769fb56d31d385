//! An invoice into a PDF, against a bare load and save of it with lopdf and the same options, in one run:
//! `cargo bench --bench embed`.
//!
//! Rounds are interleaved and the minimum counts. The PDFs are built here, as in `extract`; `-- FILE.pdf` takes others, and
//! a number one size alone, in kilobytes. See README.md.

#![allow(clippy::print_stdout)] // its figures are what it is for

mod pages;

use std::hint::black_box;
use std::time::{Duration, Instant};

use einv::{Hybrid, Limits};
use lopdf::{Document, Object, ObjectId, SaveOptions, Stream, dictionary};
use pages::{load, noise};

const INVOICE: &[u8] = include_bytes!("../corpus/cii/en16931/consulting.xml");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs this, too: one small round shows that it works.
    let quick = arguments.iter().any(|argument| argument == "--test");
    let alone: Option<usize> = arguments.iter().find_map(|argument| argument.parse().ok());
    let files: Vec<&String> = arguments.iter().filter(|argument| argument.ends_with(".pdf")).collect();
    println!("{:<10} {:>8} {:>8} {:>10} {:>10} {:>7}", "claim", "bytes", "objects", "lopdf", "embed", "ratio");
    for path in &files {
        both(&std::fs::read(path).expect("a file that can be read"), if quick { 1 } else { 300 });
    }
    for (kilobytes, rounds) in [(30, 1000), (150, 600), (1_500, 100)] {
        if files.is_empty() && alone.is_none_or(|alone| alone == kilobytes) {
            both(&pages(kilobytes * 1000), if quick { 1 } else { rounds });
        }
    }
}

/// Without a claim, and with it if the PDF can become PDF/A-3.
fn both(bytes: &[u8], rounds: usize) {
    let hybrid = Hybrid::new().visual(bytes);
    case("none", bytes, &hybrid.clone().without_pdfa(), rounds);
    if einv::embed(INVOICE, None, &hybrid, &Limits::default()).is_ok() {
        case("PDF/A-3", bytes, &hybrid, rounds);
    }
}

fn case(claim: &str, bytes: &[u8], hybrid: &Hybrid, rounds: usize) {
    let (mut bare, mut embedded) = (Duration::MAX, Duration::MAX);
    for _ in 0..rounds {
        bare = bare.min(time(|| save(&mut load(bytes))));
        embedded = embedded.min(time(|| embed(hybrid)));
    }
    println!(
        "{claim:<10} {:>8} {:>8} {bare:>10.1?} {embedded:>10.1?} {:>7.2}",
        bytes.len(),
        load(bytes).objects.len(),
        embedded.as_secs_f64() / bare.as_secs_f64(),
    );
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn save(document: &mut Document) -> Vec<u8> {
    let options = SaveOptions { use_object_streams: true, use_xref_streams: true, ..SaveOptions::default() };
    let mut bytes = Vec::new();
    document.save_with_options(&mut bytes, options).expect("the sample can be written");
    bytes
}

fn embed(hybrid: &Hybrid) -> usize {
    einv::embed(INVOICE, None, hybrid, &Limits::default()).expect("the sample takes an invoice").bytes.len()
}

/// A PDF of about this size: half of it an image, the rest pages with their content and elements.
fn pages(size: usize) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let length = size as i64 / 2;
    let image = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => length, "Height" => 1, "ColorSpace" => "DeviceGray",
        "BitsPerComponent" => 8,
    };
    let image = document.add_object(Stream::new(image, noise(size / 2)));
    let pages = document.new_object_id();
    let kids: Vec<Object> = (0..size / 3_000).map(|number| page(&mut document, pages, image, number)).collect();
    let count = kids.len() as i64;
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    save(&mut document)
}

/// A page with lines.
fn page(document: &mut Document, parent: ObjectId, image: ObjectId, number: usize) -> Object {
    let text = (0..120).map(|line| format!("{line} {number} m 40 {line} l S\n")).collect();
    pages::page(document, parent, dictionary! { "XObject" => dictionary! { "I1" => image } }, text)
}
