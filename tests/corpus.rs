//! Every invoice of `corpus/`, and of an outside collection when there is one, passes every check that applies to it.
//!
//! Adding a case is adding a file: no test names one. `EINV_UPDATE=1 cargo test --test corpus` rewrites the goldens,
//! which are read before they are committed.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use einv::Format;

#[path = "corpus/checks.rs"]
mod checks;
#[path = "corpus/content.rs"]
mod content;
#[path = "corpus/golden.rs"]
mod golden;
#[path = "corpus/leaves.rs"]
mod leaves;
#[path = "corpus/sample.rs"]
mod sample;
#[path = "corpus/twins.rs"]
mod twins;

use checks::{Tried, Verdict};
use sample::Sample;

/// Threads that share the files.
const THREADS: usize = 2;

#[test]
fn every_invoice_passes_every_check() {
    let formats = checks::formats();
    let mut table = Table::default();
    let own = sample::own();
    run("own", &own, &formats, &mut table);
    table.count("own", "twin", twins::own(&own));
    table.count("own", "no golden left over", (golden::orphans(&own), 0));
    let outside = sample::outside();
    run("outside", &outside, &formats, &mut table);
    table.count("outside", "twin", twins::outside(&outside));
    table.print();
    assert!(table.failures.is_empty(), "{} failures:\n{}", table.failures.len(), table.failures.join("\n"));
}

/// Tries all files of a collection.
fn run(collection: &str, samples: &[Sample], formats: &[Format], table: &mut Table) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(sample) = samples.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdicts = verdicts(sample, formats);
                    done.lock().expect("no thread panicked").push((sample.name.as_str(), verdicts));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panicked");
    done.sort_by_key(|(name, _)| *name);
    for (name, verdicts) in done {
        for (check, verdict) in verdicts {
            table.enter(collection, &check, name, verdict);
        }
    }
}

/// All checks on one file, in the order of the table.
fn verdicts(sample: &Sample, formats: &[Format]) -> Vec<(String, Verdict)> {
    let tried = match Tried::of(sample, formats) {
        Ok(tried) => tried,
        Err(error) => return vec![("read".to_owned(), Some(vec![error]))],
    };
    let mut verdicts = vec![("read".to_owned(), Some(Vec::new()))];
    let mut enter = |check: &str, verdict: Verdict| verdicts.push((check.to_owned(), verdict));
    enter("all read", checks::all_read(&tried));
    enter("same syntax", checks::same_syntax(&tried));
    for &format in formats {
        enter(&format!("via {format} and back"), checks::there_and_back(&tried, format));
    }
    enter("stable output", checks::stable(&tried));
    enter("structure", checks::structure(&tried));
    enter("losses as counted", checks::losses(&tried));
    enter("golden", golden::check(&tried));
    verdicts
}

/// How many files passed which check.
#[derive(Default)]
struct Table {
    rows: Vec<String>,
    /// Passed and failed, by check and collection.
    cells: BTreeMap<(String, String), (usize, usize)>,
    failures: Vec<String>,
}

impl Table {
    fn enter(&mut self, collection: &str, check: &str, name: &str, verdict: Verdict) {
        let cell = self.cell(collection, check);
        match verdict.as_deref() {
            None => {}
            Some([]) => cell.0 += 1,
            Some(_) => cell.1 += 1,
        }
        for reason in verdict.into_iter().flatten() {
            self.failures.push(format!("{name}: {check}: {reason}"));
        }
    }

    /// A check that compares several files.
    fn count(&mut self, collection: &str, check: &str, (wrong, tried): (Vec<String>, usize)) {
        let cell = self.cell(collection, check);
        *cell = (tried.saturating_sub(wrong.len()), wrong.len());
        self.failures.extend(wrong);
    }

    fn cell(&mut self, collection: &str, check: &str) -> &mut (usize, usize) {
        if !self.rows.iter().any(|row| row == check) {
            self.rows.push(check.to_owned());
        }
        self.cells.entry((check.to_owned(), collection.to_owned())).or_default()
    }

    #[allow(clippy::print_stdout, reason = "a table for people")]
    fn print(&self) {
        println!("{:<22}{:>18}{:>18}", "", "own", "outside");
        for row in &self.rows {
            let cell = |collection: &str| match self.cells.get(&(row.clone(), collection.to_owned())) {
                None | Some((0, 0)) => "-".to_owned(),
                Some((passed, 0)) => format!("{passed} passed"),
                Some((passed, failed)) => format!("{passed}, {failed} failed"),
            };
            println!("{row:<22}{:>18}{:>18}", cell("own"), cell("outside"));
        }
    }
}
