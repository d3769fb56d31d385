//! Peak memory of a conversion against its input and output: `cargo bench --bench memory`.
//!
//! Counted are the bytes asked of the allocator, the caller's input included. A buffer that grows counts twice while
//! it moves, which an allocator that grows in place does not need. See README.md for figures and how to read them.
#![allow(clippy::print_stdout, reason = "its figures are what it is for")]

mod invoices;

use einv::{Converter, Format, Target};
use invoices::{Syntax, with_lines};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn main() {
    // `cargo test --benches` runs this, too: one small case shows that it works.
    let quick = std::env::args().any(|argument| argument == "--test");
    let cases: &[usize] = if quick { &[10] } else { &[1_000, 10_000, 100_000] };
    println!("{:<12} {:>8} {:>12} {:>12} {:>12} {:>8}", "", "lines", "input", "output", "peak", "ratio");
    for &lines in cases {
        case(Syntax::Cii, Format::Ubl, lines);
        case(Syntax::Ubl, Format::Cii, lines);
    }
}

fn case(from: Syntax, to: Format, lines: usize) {
    let converter = Converter::new().to(Target::for_format(to));
    // The tables stay for the life of the process: they are no part of a conversion.
    output_len(&converter, &with_lines(from, 1));
    let before = ALLOCATOR.current_usage();
    let text = with_lines(from, lines);
    ALLOCATOR.reset_peak_usage();
    let output = output_len(&converter, &text);
    let peak = ALLOCATOR.peak_usage() - before;
    println!(
        "{:<12} {:>8} {:>12} {:>12} {:>12} {:>8.2}",
        format!("{from:?}->{to}"),
        lines,
        text.len(),
        output,
        peak,
        peak as f64 / (text.len() + output) as f64,
    );
}

fn output_len(converter: &Converter, text: &str) -> usize {
    let conversion = converter.convert(text.as_bytes()).expect("the sample can be read");
    let output =
        conversion.output.unwrap_or_else(|| panic!("the sample loses nothing: {:?}", conversion.report.losses));
    output.len()
}
