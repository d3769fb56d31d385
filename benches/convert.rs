//! Conversions against a bare walk over the same bytes, in one run: `cargo bench --bench convert`.
//!
//! The walk is `quick_xml::Reader::from_str` with its default configuration, events dropped. Rounds are interleaved and
//! the minimum counts, so that a busy machine disturbs both alike. Memory comes from the allocator of the command line.
//! `convert` takes new memory each time, `in room` that of the conversion before. See README.md for figures and how to
//! read them.

#![allow(clippy::print_stdout)] // its figures are what it is for

mod invoices;

use std::hint::black_box;
use std::time::{Duration, Instant};

use einv::{Converter, Format, OnLoss, Room, Target};
use invoices::{Syntax, with_lines};
use quick_xml::Reader;
use quick_xml::events::Event;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // `cargo test --benches` runs this, too: one small round shows that it works.
    let quick = std::env::args().any(|argument| argument == "--test");
    let all: &[(usize, usize)] = if quick { &[(2, 2)] } else { &[(2, 2000), (10, 1000), (1_000, 60), (100_000, 10)] };
    // `-- 1000` measures one length alone.
    let wanted = std::env::args().find_map(|argument| argument.parse::<usize>().ok());
    let cases = all.iter().filter(|(lines, _)| wanted.is_none_or(|wanted| wanted == *lines));
    println!(
        "{:<12} {:>8} {:>10} {:>10} {:>10} {:>6} {:>8} {:>10} {:>6}",
        "", "lines", "bytes", "walk", "convert", "ratio", "MB/s", "in room", "ratio"
    );
    for &(lines, rounds) in cases {
        case(Syntax::Cii, Format::Ubl, lines, rounds);
        case(Syntax::Ubl, Format::Cii, lines, rounds);
    }
}

fn case(from: Syntax, to: Format, lines: usize, rounds: usize) {
    let text = with_lines(from, lines);
    let converter = Converter::new().to(Target::for_format(to)).on_loss(OnLoss::Refuse);
    let (mut walked, mut converted, mut again) = (Duration::MAX, Duration::MAX, Duration::MAX);
    let mut room = Room::new();
    for _ in 0..rounds {
        walked = walked.min(time(|| walk(&text)));
        converted = converted.min(time(|| convert(&converter, &text, &mut Room::new()).len()));
        again = again.min(time(|| {
            let output = convert(&converter, &text, &mut room);
            room.keep(output);
        }));
    }
    let ratio = |time: Duration| time.as_secs_f64() / walked.as_secs_f64();
    println!(
        "{:<12} {:>8} {:>10} {:>10.1?} {:>10.1?} {:>6.2} {:>8.0} {:>10.1?} {:>6.2}",
        format!("{from:?}->{to}"),
        lines,
        text.len(),
        walked,
        converted,
        ratio(converted),
        text.len() as f64 / converted.as_secs_f64() / 1e6,
        again,
        ratio(again),
    );
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn walk(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut events = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return events,
            Ok(event) => drop(black_box(event)),
            Err(error) => panic!("the sample is not well-formed: {error}"),
        }
        events += 1;
    }
}

fn convert(converter: &Converter, text: &str, room: &mut Room) -> Vec<u8> {
    let conversion = converter.convert_in(room, text.as_bytes()).expect("the sample can be read");
    conversion.output.unwrap_or_else(|| panic!("the sample loses nothing: {:?}", conversion.report.losses))
}
