//! The invoice out of a PDF, against a bare load of it with lopdf and the same options, in one run:
//! `cargo bench --bench extract`.
//!
//! Rounds are interleaved and the minimum counts. The PDFs are built here: pages with packed content and a font's worth
//! of bytes that do not pack, as producers write them, with cross-references as a table and as a stream. `-- 150` measures
//! one size alone, in kilobytes. See README.md.

#![allow(clippy::print_stdout)] // its figures are what it is for

mod pages;

use std::hint::black_box;
use std::time::{Duration, Instant};

use lopdf::{Document, Object, ObjectId, SaveOptions, Stream, dictionary};

const INVOICE: &[u8] = include_bytes!("../corpus/cii/en16931/consulting.xml");

fn main() {
    // `cargo test --benches` runs this, too: one small round shows that it works.
    let quick = std::env::args().any(|argument| argument == "--test");
    let alone: Option<usize> = std::env::args().find_map(|argument| argument.parse().ok());
    println!("{:<10} {:>8} {:>8} {:>10} {:>10} {:>7}", "references", "bytes", "objects", "load", "extract", "ratio");
    for (kilobytes, rounds) in [(30, 2000), (150, 2000), (1_500, 400)] {
        if alone.is_none_or(|alone| alone == kilobytes) {
            case("table", kilobytes, false, if quick { 1 } else { rounds });
            case("stream", kilobytes, true, if quick { 1 } else { rounds });
        }
    }
}

fn case(name: &str, kilobytes: usize, packed: bool, rounds: usize) {
    let bytes = hybrid(kilobytes * 1000, packed);
    let (mut loaded, mut extracted) = (Duration::MAX, Duration::MAX);
    for _ in 0..rounds {
        loaded = loaded.min(time(|| pages::load(&bytes).objects.len()));
        extracted = extracted.min(time(|| extract(&bytes)));
    }
    println!(
        "{name:<10} {:>8} {:>8} {:>10.1?} {:>10.1?} {:>7.2}",
        bytes.len(),
        pages::load(&bytes).objects.len(),
        loaded,
        extracted,
        extracted.as_secs_f64() / loaded.as_secs_f64(),
    );
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn extract(bytes: &[u8]) -> usize {
    let extraction = einv::extract(bytes).expect("the sample has an invoice");
    assert_eq!(extraction.invoice.bytes.len(), INVOICE.len());
    extraction.invoice.bytes.len()
}

/// A hybrid PDF of about this size: half of it fonts and images, the rest pages with their content and annotations.
fn hybrid(size: usize, packed: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let noise = document.add_object(Stream::new(dictionary! { "Subtype" => "Type1C" }, pages::noise(size / 2)));
    let pages = document.new_object_id();
    let kids: Vec<Object> = (0..size / 3_000).map(|number| page(&mut document, pages, noise, number)).collect();
    let count = kids.len() as i64;
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let mut invoice = Stream::new(dictionary! { "Type" => "EmbeddedFile", "Subtype" => "text/xml" }, INVOICE.to_vec());
    invoice.dict.set("Params", dictionary! { "Size" => INVOICE.len() as i64 });
    invoice.compress().expect("bytes that pack");
    let invoice = document.add_object(invoice);
    let name = Object::string_literal("factur-x.xml");
    let files = dictionary! { "F" => invoice, "UF" => invoice };
    let spec = dictionary! { "Type" => "Filespec", "F" => name.clone(), "UF" => name.clone(), "EF" => files };
    let spec = document.add_object(spec);
    let names = dictionary! { "EmbeddedFiles" => dictionary! { "Names" => vec![name, spec.into()] } };
    let catalog = dictionary! {
        "Type" => "Catalog", "Pages" => pages, "Names" => names, "AF" => vec![Object::from(spec)]
    };
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    let options = SaveOptions::builder().use_object_streams(packed).use_xref_streams(packed).build();
    document.save_with_options(&mut bytes, options).expect("a buffer takes all");
    bytes
}

/// A page with text.
fn page(document: &mut Document, parent: ObjectId, font: ObjectId, number: usize) -> Object {
    let text = (0..60).map(|line| format!("BT /F1 9 Tf 40 {line} Td (Line {line} of page {number}) Tj ET\n")).collect();
    pages::page(document, parent, dictionary! { "Font" => dictionary! { "F1" => font } }, text)
}
