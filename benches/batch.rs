//! A job against the least that any program would do: read each file, hash it, write the same output by temporary file and
//! rename. In one process, over the same files, rounds interleaved; the best of each counts.

#![allow(clippy::print_stdout, reason = "what a bench is for")]

use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use einv::batch::{Cancel, Job, State};
use einv::{Converter, Format, OnLoss, Target};
use sha2::{Digest, Sha256};

/// As in the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 3;

fn main() {
    let number =
        |name: &str, usual: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (files, per_folder) = (number("EINV_FILES", 20_000), number("EINV_PER_FOLDER", 1_000));
    let room = std::env::var("EINV_ROOM").map_or_else(|_| std::env::temp_dir(), PathBuf::from);
    let room = tempfile::tempdir_in(room).expect("a directory for the files");
    fill(&room.path().join("in"), files, per_folder);
    let run = |threads: usize| job(room.path(), threads);
    run(2);
    println!("peak memory of a job of {files} files: {} MB", peak());
    let outputs = outputs(room.path());
    let mut best = [Cost::MOST; 3];
    for _ in 0..ROUNDS {
        for (best, threads) in best.iter_mut().zip(0..) {
            let before = cpu();
            let time = if threads == 0 { baseline(room.path(), &outputs) } else { run(threads) };
            *best = Cost { time: best.time.min(time), cpu: best.cpu.min(cpu() - before) };
        }
    }
    let [plain, one, two] = best;
    let rate = |cost: Cost| outputs.len() as f64 / cost.time.as_secs_f64();
    let tell =
        |what: &str, cost: Cost| println!("{what:<40} {:>8.0} files/s, {:.2} s of processor", rate(cost), cost.cpu);
    tell("read, hash, write, rename, one thread", plain);
    tell("a job with a manifest, one thread", one);
    tell("a job with a manifest, two threads", two);
    println!("one thread against the least: {:.2} (by processor {:.2})", rate(one) / rate(plain), plain.cpu / one.cpu);
    println!("two threads against one: {:.2}", rate(two) / rate(one));
}

/// What a round took: on the clock, and of the processor, which a busy machine disturbs less.
#[derive(Debug, Clone, Copy)]
struct Cost {
    time: Duration,
    cpu: f64,
}

impl Cost {
    const MOST: Cost = Cost { time: Duration::MAX, cpu: f64::MAX };
}

/// Seconds of the processor that this process used so far, where the system tells it.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The samples that convert, again and again.
fn fill(folder: &Path, files: usize, per_folder: usize) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let samples = Mutex::new(Vec::new());
    let keep = |outcome: &einv::batch::Outcome| {
        if outcome.state == State::Converted {
            samples.lock().expect("no panic").push(outcome.path.clone());
        }
    };
    let job = Job::new(converter()).input(corpus);
    job.run(&keep, &Cancel::new()).expect("the samples can be converted");
    let mut samples = samples.into_inner().expect("no panic");
    samples.sort();
    let samples: Vec<(String, Vec<u8>)> = samples
        .into_iter()
        .map(|path| {
            (path.extension().unwrap_or_default().to_string_lossy().into_owned(), fs::read(path).expect("a sample"))
        })
        .collect();
    for file in 0..files {
        let (extension, bytes) = &samples[file % samples.len()];
        let folder = folder.join(format!("{:04}", file / per_folder));
        fs::create_dir_all(&folder).expect("a directory");
        fs::write(folder.join(format!("{file:06}.{extension}")), bytes).expect("a file");
    }
}

fn converter() -> Converter {
    Converter::new().to(Target::for_format(Format::Ubl)).on_loss(OnLoss::Warn)
}

fn job(room: &Path, threads: usize) -> Duration {
    let out = fresh(room, "out");
    let job = Job::new(converter()).input(room.join("in")).output(&out).manifest(room.join("run.jsonl")).force(true);
    let job = job.threads(NonZero::new(threads).expect("a number"));
    let begin = Instant::now();
    let summary = job.run(&|_| {}, &Cancel::new()).expect("the job can be done");
    let time = begin.elapsed();
    assert!(!summary.is_bad() && summary.of(State::Converted) == summary.all(), "{summary:?}");
    time
}

/// A directory that was never there: ext4 is slow at making files where others have just been removed.
fn fresh(room: &Path, name: &str) -> PathBuf {
    let free = (0..).map(|number| room.join(format!("{name}{number}"))).find(|path| !path.exists());
    free.expect("there is always another number")
}

/// Input, output, and how many bytes the output has.
fn outputs(room: &Path) -> Vec<(PathBuf, PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in fs::read_dir(room.join("in")).expect("inputs").flatten() {
        for file in fs::read_dir(folder.path()).expect("inputs").flatten() {
            let below = Path::new(&folder.file_name()).join(file.file_name()).with_extension("xml");
            let bytes = fs::read(room.join("out0").join(&below)).expect("an output");
            found.push((file.path(), below, bytes));
        }
    }
    found.sort();
    found
}

fn baseline(room: &Path, files: &[(PathBuf, PathBuf, Vec<u8>)]) -> Duration {
    let out = fresh(room, "plain");
    for (_, below, _) in files {
        fs::create_dir_all(out.join(below).parent().expect("a directory")).expect("a directory");
    }
    let begin = Instant::now();
    for (input, below, bytes) in files {
        let read = fs::read(input).expect("an input");
        std::hint::black_box(Sha256::digest(&read));
        let path = out.join(below);
        let mut file = tempfile::NamedTempFile::new_in(path.parent().expect("a directory")).expect("a temporary file");
        file.write_all(bytes).expect("written");
        file.persist(path).expect("renamed");
    }
    begin.elapsed()
}

/// Most memory that the process ever had, in MB, where the system tells it.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|text| text.parse::<u64>().ok()).unwrap_or_default() / 1024
}
