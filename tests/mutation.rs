//! Mistakes in the mapping tables are found: by the lint, or because an invoice of `corpus/` is read or written
//! differently. Each mistake that is not stands in `mutation-survivors.tsv` with the reason why it changes nothing.
//!
//! `EINV_UPDATE=1 cargo test --test mutation` writes the list anew; reasons stay, new lines have none and fail.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use einv::{Conversion, Converter, OnLoss, Tables, Target};

#[path = "corpus/content.rs"]
mod content;
#[path = "mutation/plant.rs"]
mod plant;
#[path = "corpus/sample.rs"]
#[allow(dead_code, reason = "shared with the tests of the corpus")]
mod sample;

use plant::{Mutant, mutants};
use sample::{Sample, Syntax};

const LIST: &str = "tests/mutation-survivors.tsv";
const THREADS: usize = 2;
/// Mistakes that change only what is written.
const WRITING: &[&str] = &["`*` added", "`*` dropped", "`also` became `copy`"];
const TABLES: &[(&str, Syntax)] =
    &[("cii.map", Syntax::Cii), ("ubl.map", Syntax::Ubl), ("zugferd1.map", Syntax::Zugferd1)];

#[test]
fn every_mistake_in_a_table_is_found() {
    let start = Instant::now();
    let mut samples = sample::own();
    samples.retain(|sample| !sample.is_pdf());
    // The fullest ones first: they find most.
    samples.sort_by_key(|sample| std::cmp::Reverse(sample.bytes.len()));
    let mut survivors = Vec::new();
    let mut total = 0;
    for (table, syntax) in TABLES {
        let text = std::fs::read_to_string(sample::root().join("mappings").join(table)).expect("a table");
        let cases = Cases::of(&samples, *syntax);
        let mut planted = mutants(&text);
        planted.retain(|mutant| syntax.is_written() || !WRITING.contains(&mutant.mistake.as_str()));
        let tally = try_all(&planted, &cases, table);
        println!(
            "{table}: {} mistakes, {} found by the lint, {} by an invoice, {} by none",
            planted.len(),
            tally.lint,
            tally.invoice,
            tally.survivors.len()
        );
        total += planted.len();
        survivors
            .extend(tally.survivors.into_iter().map(|mutant| (*table, mutant.row.clone(), mutant.mistake.clone())));
    }
    println!("{total} mistakes in {:.1} s", start.elapsed().as_secs_f64());
    compare(survivors);
}

/// What was found by what.
#[derive(Default)]
struct Tally<'m> {
    lint: usize,
    invoice: usize,
    survivors: Vec<&'m Mutant>,
}

/// How a mistake was found.
enum Found {
    ByLint,
    ByInvoice,
    Not,
}

fn try_all<'m>(planted: &'m [Mutant], cases: &Cases<'_>, table: &str) -> Tally<'m> {
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(mutant) = planted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = cases.find(mutant, table);
                    let mut tally = tally.lock().expect("no thread panicked");
                    match found {
                        Found::ByLint => tally.lint += 1,
                        Found::ByInvoice => tally.invoice += 1,
                        Found::Not => tally.survivors.push(mutant),
                    }
                }
            });
        }
    });
    tally.into_inner().expect("no thread panicked")
}

/// What the tables as they are make of the samples. That this is right, the goldens hold (`tests/corpus.rs`).
struct Cases<'s> {
    syntax: Syntax,
    cases: Vec<(&'s Sample, String)>,
}

impl<'s> Cases<'s> {
    fn of(samples: &'s [Sample], syntax: Syntax) -> Cases<'s> {
        // Files of the syntax itself first: they show mistakes in reading and in writing.
        let (own, mut other): (Vec<_>, Vec<_>) = samples.iter().partition(|sample| sample.syntax == syntax);
        if !syntax.is_written() {
            other.clear();
        }
        let tables = Tables::standard();
        let cases = own.into_iter().chain(other);
        let cases = cases.map(|sample| (sample, seen(sample, syntax, tables).expect("a sample of our own is read")));
        Cases { syntax, cases: cases.collect() }
    }

    fn find(&self, mutant: &Mutant, table: &str) -> Found {
        let file = (format!("mappings/{table}"), mutant.text.clone());
        let Ok(tables) = Tables::with(&[file]) else { return Found::ByLint };
        let tables = Arc::new(tables);
        let differs = |(sample, expected): &(&Sample, String)| {
            seen(sample, self.syntax, &tables).is_none_or(|seen| seen != *expected)
        };
        if self.cases.iter().any(differs) { Found::ByInvoice } else { Found::Not }
    }
}

/// What a table shows of an invoice: content, if it is of its syntax; output in its syntax, and what was told of it.
fn seen(sample: &Sample, syntax: Syntax, tables: &Arc<Tables>) -> Option<String> {
    let mut seen = String::new();
    if sample.syntax == syntax {
        seen = content::lines(&einv::read_with(&sample.bytes, tables).ok()?);
    }
    let converter =
        Converter::new().to(Target::for_format(syntax.format())).on_loss(OnLoss::Allow).tables(Arc::clone(tables));
    let conversion: Conversion = converter.convert(&sample.bytes).ok()?;
    seen.push_str(&content::told(&conversion));
    seen.push_str(&String::from_utf8_lossy(conversion.output.as_deref().unwrap_or_default()));
    Some(seen)
}

/// A row of the list: table, row, mistake.
type Key = (String, String, String);

/// Holds the survivors against the list: none without a reason, none that is found by now.
fn compare(survivors: Vec<(&str, String, String)>) {
    let path = sample::root().join(LIST);
    let listed = std::fs::read_to_string(&path).unwrap_or_default();
    let listed: BTreeMap<Key, String> = listed.lines().skip(1).filter_map(entry).collect();
    let mut survivors: Vec<Key> =
        survivors.into_iter().map(|(table, row, what)| (table.to_owned(), row, what)).collect();
    survivors.sort();
    survivors.dedup();
    if std::env::var_os("EINV_UPDATE").is_some_and(|value| value == "1") {
        let lines = survivors.iter().map(|key| {
            let reason = listed.get(key).map_or("", String::as_str);
            format!("{}\t{}\t{}\t{reason}\n", key.0, key.1, key.2)
        });
        let text = std::iter::once("table\trow\tmistake\treason\n".to_owned()).chain(lines).collect::<String>();
        std::fs::write(&path, text).expect("a list that can be written");
    }
    let mut wrong = Vec::new();
    for key in &survivors {
        if listed.get(key).is_none_or(String::is_empty) {
            wrong.push(format!("not found, and no reason in {LIST}: {}: {}: {}", key.0, key.1, key.2));
        }
    }
    for key in listed.keys().filter(|key| !survivors.contains(key)) {
        wrong.push(format!("listed in {LIST}, but found by now: {}: {}: {}", key.0, key.1, key.2));
    }
    assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong.join("\n"));
}

fn entry(line: &str) -> Option<(Key, String)> {
    let mut columns = line.split('\t').map(str::to_owned);
    Some(((columns.next()?, columns.next()?, columns.next()?), columns.next().unwrap_or_default()))
}
