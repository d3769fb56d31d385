//! Whatever is handed in, something sensible comes of it: an invoice, or an error that says why; never a panic, and
//! never more memory than the limits allow.
//!
//! Some thousand variants by default. `EINV_VARIANTS=20000 cargo test --release --test hostile -- --nocapture` runs more,
//! makes the stunts larger, and says what took longest.
#![cfg(feature = "cli")]

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use einv::{Converter, Error, Format, Limits, OnLoss, Tables, Target};
use peak_alloc::PeakAlloc;

#[path = "hostile/damage.rs"]
mod damage;
#[path = "hostile/random.rs"]
mod random;
#[path = "corpus/sample.rs"]
#[allow(dead_code, reason = "shared with the tests of the corpus")]
mod sample;
#[path = "hostile/stunts.rs"]
mod stunts;

use random::Random;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// With a limit of 64 MiB on what is unpacked, no input takes more than this.
const MOST_MEMORY: usize = 300 << 20;

fn limits() -> Limits {
    let most = if asked().is_some() { 64 << 20 } else { 8 << 20 };
    Limits::default().unpacked(most).input(64 << 20)
}

/// How many variants, if somebody asked for a number.
fn asked() -> Option<usize> {
    std::env::var("EINV_VARIANTS").ok().and_then(|number| number.parse().ok())
}

/// What an input took.
struct Cost {
    name: String,
    time: Duration,
    memory: usize,
}

/// The time that this thread has worked, or any time where the system does not say.
fn worked() -> Duration {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stated = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stated.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGIN.elapsed(), Duration::from_nanos)
}

/// Tries one input, into one format.
fn attempt(name: &str, bytes: &[u8], format: Format) -> Cost {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let begin = worked();
    let target = Target::for_format(format);
    let converter = Converter::new().to(target).on_loss(OnLoss::Allow).limits(limits()).file("variant");
    let result = converter.convert(bytes);
    let time = worked().saturating_sub(begin);
    let memory = HEAP.peak_usage().saturating_sub(before);
    match &result {
        Ok(conversion) => assert_eq!(conversion.output.is_some(), conversion.report.written, "{name}"),
        Err(error) => explains(name, error),
    }
    if let Err(error) = einv::detect_with(bytes, &limits()) {
        explains(name, &error);
    }
    Cost { name: format!("{name} -> {format}"), time, memory }
}

/// An error says where, or what it found in the place of an invoice.
fn explains(name: &str, error: &Error) {
    assert!(!error.findings().is_empty(), "{name} is refused without a reason");
    for finding in error.findings() {
        let is_placed = finding.place.as_ref().is_some_and(|place| place.line > 0 && place.column > 0);
        assert!(is_placed || finding.found.is_some() || finding.expected.is_some(), "{name}: {finding:?}");
        assert!(!finding.code.starts_with("EINV-X01") || is_placed, "{name}: {finding:?}");
        assert!(!finding.message.is_empty(), "{name}: {finding:?}");
    }
}

#[allow(clippy::print_stdout, reason = "the run that was asked for says what it found")]
fn tell(what: &str, costs: &mut [Cost]) {
    if asked().is_none() {
        return;
    }
    println!("{what}: {} variants", costs.len());
    costs.sort_by_key(|cost| std::cmp::Reverse(cost.time));
    for cost in costs.iter().take(16) {
        println!("  {:6.0} ms {:4} MiB  {}", cost.time.as_secs_f64() * 1e3, cost.memory >> 20, cost.name);
    }
    costs.sort_by_key(|cost| std::cmp::Reverse(cost.memory));
    for cost in costs.iter().take(16) {
        println!("  {:4} MiB {:6.0} ms  {}", cost.memory >> 20, cost.time.as_secs_f64() * 1e3, cost.name);
    }
}

fn judge(costs: &[Cost]) {
    let over: Vec<_> = costs.iter().filter(|cost| cost.memory >= MOST_MEMORY).map(|cost| &cost.name).collect();
    assert!(over.is_empty(), "more than {} MiB: {over:?}", MOST_MEMORY >> 20);
}

const FORMATS: [Format; 3] = [Format::Ubl, Format::Cii, Format::Json];

/// Own samples, the same as JSON, and one of each outside kind where there is a collection.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = sample::own().into_iter().map(|sample| (sample.name, sample.bytes)).collect();
    let converter = Converter::new().to(Target::for_format(Format::Json)).on_loss(OnLoss::Allow);
    let json = files
        .iter()
        .filter_map(|(name, bytes)| Some((format!("{name} as JSON"), converter.convert(bytes).ok()?.output?)));
    let json: Vec<_> = json.collect();
    files.extend(json);
    if asked().is_some() {
        let outside = sample::outside().into_iter().filter(|sample| sample.bytes.len() < 1 << 20);
        files.extend(outside.map(|sample| (sample.name, sample.bytes)));
    }
    files
}

/// One test for all: it measures memory, so nothing may run beside it.
#[test]
fn no_input_breaks_anything() {
    let mut costs = Vec::new();
    let size = if asked().is_some() { 10 } else { 1 };
    for (name, bytes) in stunts::all(size) {
        costs.extend(FORMATS.map(|format| attempt(name, &bytes, format)));
    }
    tell("stunts", &mut costs);

    let files = files();
    let mut variants: Vec<Cost> = (0..asked().unwrap_or(1500))
        .map(|seed| {
            let mut random = Random::new(seed as u64 + 1);
            let (story, bytes) = damage::damage(&mut random, &files);
            attempt(&format!("{seed}: {story}"), &bytes, *random.pick(&FORMATS))
        })
        .collect();
    tell("damaged files", &mut variants);

    let texts = tables();
    for seed in 0..asked().unwrap_or(1500) / 20 {
        let (story, bytes) = damage::damage(&mut Random::new(seed as u64 + 1), &texts);
        table(&story, &String::from_utf8_lossy(&bytes));
    }
    costs.append(&mut variants);
    judge(&costs);
}

/// Tables of ours, to be damaged.
fn tables() -> Vec<(String, Vec<u8>)> {
    let names = ["ubl.map", "cii.map", "ubl-beyond.map", "cii-beyond.map", "en16931.terms"];
    let read = |name: &str| std::fs::read(sample::root().join("mappings").join(name)).expect("a table");
    names.iter().map(|name| ((*name).to_owned(), read(name))).collect()
}

/// A damaged table is refused with a reason, or converts.
fn table(story: &str, text: &str) {
    let name = story.split([',', ' ']).next().unwrap_or_default().to_owned();
    match Tables::with(&[(name, text.to_owned())]) {
        Ok(tables) => {
            let converter = Converter::new().tables(Arc::new(tables)).on_loss(OnLoss::Allow);
            let _ = converter.convert(b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>");
        }
        Err(findings) => assert!(findings.iter().all(|finding| finding.place.is_some()), "{story}: {findings:?}"),
    }
}
