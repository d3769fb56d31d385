//! A conversion allocates a small number of times, and no more often for a long invoice than for a short one.

use std::alloc::System;

use einv::{Converter, Format, Target};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[path = "../benches/invoices.rs"]
mod invoices;
use invoices::{Syntax, with_lines};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a conversion may allocate, whatever it converts.
const AT_MOST: usize = 100;
/// Rounds of each measurement; the smallest count, so that an allocation of the test harness beside it does no harm.
const ROUNDS: usize = 3;

/// The only test of this file: the counters are those of the process.
#[test]
fn a_long_invoice_allocates_no_more_often_than_a_short_one() {
    for (from, to) in [(Syntax::Cii, Format::Ubl), (Syntax::Ubl, Format::Cii)] {
        let converter = Converter::new().to(Target::for_format(to));
        let counts = [10, 1_000, 10_000].map(|lines| (lines, allocations(&converter, &with_lines(from, lines))));
        let (_, short) = counts[0];
        assert!(short <= AT_MOST, "{from:?} to {to}: {short} allocations at 10 lines, at most {AT_MOST} are allowed");
        assert!(
            counts.iter().all(|&(_, count)| count == short),
            "{from:?} to {to}: the allocations grow with the lines: {counts:?} (lines, allocations)"
        );
    }
}

/// Allocations and reallocations of one conversion, with the tables read before.
fn allocations(converter: &Converter, text: &str) -> usize {
    convert(converter, text);
    let counts = (0..ROUNDS).map(|_| {
        let region = Region::new(ALLOCATOR);
        convert(converter, text);
        let change = region.change();
        change.allocations + change.reallocations
    });
    counts.min().unwrap_or_default()
}

fn convert(converter: &Converter, text: &str) {
    let conversion = converter.convert(text.as_bytes()).expect("the sample can be read");
    assert!(conversion.output.is_some(), "the sample loses nothing: {:?}", conversion.report.losses);
}
