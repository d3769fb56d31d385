//! Jobs as a program runs them.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::finding::BATCH_DEFECT;
use crate::limits::Limits;

const MINIMAL: &[u8] = include_bytes!("../../corpus/cii/en16931/minimal.xml");

fn inbox(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn job(folder: &Path) -> Job {
    Job::new(Converter::new()).input(folder.join("in")).output(folder.join("out"))
}

fn states(job: &Job) -> (Vec<(String, State)>, Summary) {
    let states = Mutex::new(Vec::new());
    let tell = |outcome: &Outcome| {
        let name = outcome.path.file_name().unwrap().to_string_lossy().into_owned();
        states.lock().unwrap().push((name, outcome.state));
    };
    let summary = job.run(&tell, &Cancel::new()).unwrap();
    let mut states = states.into_inner().unwrap();
    states.sort();
    (states, summary)
}

#[test]
fn a_panic_is_told_as_our_defect_and_stops_no_other_file() {
    let folder = inbox(&[("a.xml", MINIMAL), ("bad.xml", b"<panic/>"), ("c.xml", MINIMAL)]);
    let mut job = job(folder.path());
    job.convert = Arc::new(|converter, room, bytes| match bytes {
        b"<panic/>" => panic!("a test panics on purpose"),
        bytes => converter.convert_in(room, bytes),
    });
    let seen = Mutex::new(None);
    let tell = |outcome: &Outcome| {
        if outcome.state == State::Failed {
            *seen.lock().unwrap() = Some(outcome.report.findings[0].clone());
        }
    };
    let summary = job.run(&tell, &Cancel::new()).unwrap();
    assert_eq!((summary.of(State::Converted), summary.of(State::Failed)), (2, 1));
    let finding = seen.into_inner().unwrap().unwrap();
    assert_eq!(finding.code, BATCH_DEFECT.id);
    assert!(finding.found.unwrap().contains("a test panics on purpose"));
}

#[test]
fn what_is_no_invoice_is_skipped_or_fails_or_is_copied() {
    let files: &[(&str, &[u8])] = &[("a.xml", MINIMAL), ("letter.txt", b"hello"), ("order.xml", b"<Order xmlns='x'/>")];
    for (what, state) in
        [(OnNoInvoice::Skip, State::Skipped), (OnNoInvoice::Fail, State::Failed), (OnNoInvoice::Copy, State::Copied)]
    {
        let folder = inbox(files);
        let (states, summary) = states(&job(folder.path()).on_no_invoice(what));
        assert_eq!(states.iter().map(|(_, state)| *state).collect::<Vec<_>>(), [State::Converted, state, state]);
        assert_eq!(summary.is_bad(), what == OnNoInvoice::Fail);
        let copied = fs::read(folder.path().join("out/letter.txt")).ok();
        assert_eq!(copied.as_deref(), (what == OnNoInvoice::Copy).then_some(&b"hello"[..]));
    }
}

#[test]
fn a_job_can_stop_at_the_first_failure() {
    let bad: Vec<(String, &[u8])> = (0..50).map(|number| (format!("{number}.xml"), &b"<a"[..])).collect();
    let files: Vec<(&str, &[u8])> = bad.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let folder = inbox(&files);
    let (states, summary) = states(&job(folder.path()).fail_fast(true).threads(NonZero::<usize>::MIN));
    assert_eq!(states.len(), 1);
    assert!(matches!(summary.end, End::FailedFast));
}

#[test]
fn a_cancelled_job_finishes_what_it_began_and_goes_on_later() {
    let files: Vec<(String, &[u8])> = (0..40).map(|number| (format!("{number}.xml"), MINIMAL)).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let folder = inbox(&files);
    let job = job(folder.path()).manifest(folder.path().join("run.jsonl")).resume();
    let (cancel, seen) = (Cancel::new(), AtomicUsize::new(0));
    let tell = |_: &Outcome| {
        if seen.fetch_add(1, Ordering::Relaxed) == 10 {
            cancel.cancel();
        }
    };
    let summary = job.run(&tell, &cancel).unwrap();
    assert!(matches!(summary.end, End::Cancelled));
    assert!(summary.all() < 40, "{}", summary.all());
    let before = summary.all();
    let (again, summary) = states(&job);
    assert_eq!((summary.before, summary.all(), again.len() as u64), (before, 40, 40 - before));
}

#[test]
fn a_count_knows_what_a_run_does() {
    let folder = inbox(&[("a.xml", MINIMAL), ("x/b.xml", MINIMAL), ("x/c.txt", b"")]);
    let job = job(folder.path()).exclude(["*.txt".to_owned()]);
    assert_eq!(job.count(&Cancel::new()).unwrap(), 2);
    assert_eq!(states(&job).1.all(), 2);
    let parts = ["0/2", "1/2"].map(|part| job.clone().shard(part.parse().unwrap()).count(&Cancel::new()).unwrap());
    assert_eq!(parts.iter().sum::<u64>(), 2);
}

#[test]
fn an_output_that_is_there_is_kept_unless_it_is_the_same() {
    let folder = inbox(&[("a.xml", MINIMAL), ("b.xml", MINIMAL)]);
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(folder.path().join("out/a.xml"), "mine").unwrap();
    let (_, summary) = states(&job(folder.path()));
    assert_eq!((summary.of(State::Converted), summary.of(State::Failed)), (1, 1));
    assert_eq!(fs::read(folder.path().join("out/a.xml")).unwrap(), b"mine");
    let (_, summary) = states(&job(folder.path()));
    assert_eq!((summary.of(State::Converted), summary.of(State::Failed)), (1, 1));
    let (_, summary) = states(&job(folder.path()).force(true));
    assert_eq!(summary.of(State::Converted), 2);
}

#[test]
fn values_can_be_taken_out_of_reports() {
    let folder = inbox(&[("bad.xml", b"<a")]);
    let job = job(folder.path()).edit(|report| report.findings.clear()).manifest(folder.path().join("run.jsonl"));
    states(&job);
    assert!(!fs::read_to_string(folder.path().join("run.jsonl")).unwrap().contains("EINV-X01"));
}

#[test]
fn the_limit_on_time_is_one_for_each_file() {
    let folder = inbox(&[("a.xml", MINIMAL), ("b.xml", MINIMAL)]);
    let mut job = job(folder.path());
    job.converter = job.converter.limits(Limits::default().with("time=1").unwrap());
    // The first file takes all the time there is.
    job.convert = Arc::new(|converter, room, bytes| {
        static FIRST: AtomicUsize = AtomicUsize::new(0);
        if FIRST.fetch_add(1, Ordering::SeqCst) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(1010));
        }
        converter.convert_in(room, bytes)
    });
    let job = job.threads(NonZero::new(1).unwrap());
    let (states, _) = states(&job);
    assert_eq!(states, [("a.xml".to_owned(), State::Failed), ("b.xml".to_owned(), State::Converted)]);
}

#[test]
fn an_invoice_that_cannot_be_converted_is_not_skipped() {
    let fattura = b"<FatturaElettronica xmlns='http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2'/>";
    let folder = inbox(&[("a.xml", fattura), ("b.xml.gz", b"\x1F\x8B\x08\x00cut"), ("c.txt", b"Dear customer")]);
    let (states, summary) = states(&job(folder.path()));
    let failed = |name: &str| (name.to_owned(), State::Failed);
    assert_eq!(states, [failed("a.xml"), failed("b.xml.gz"), ("c.txt".to_owned(), State::Skipped)]);
    assert!(summary.is_bad());
}
