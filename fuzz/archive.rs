//! What holds for any archive whatever: each entry is done or refused with a reason, and nothing is written but where
//! the job was told to.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;

use einv::batch::{Cancel, Job, Outcome, State};
use einv::{Converter, OnLoss};

/// A zip or tar archive of invoices, or something like it; packed or not, by its first bytes.
pub(crate) fn archive(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let name = match data {
        [b'P', b'K', ..] => "in.zip",
        [0x1F, 0x8B, ..] => "in.tar.gz",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "in.tar.zst",
        _ => "in.tar",
    };
    std::fs::write(folder.path().join(name), data).expect("a file");
    let job = Job::new(Converter::new().on_loss(OnLoss::Allow))
        .input(folder.path().join(name))
        .output(folder.path().join("out"))
        .threads(NonZero::<usize>::MIN)
        .limit(1 << 20);
    let written = Mutex::new(0_u64);
    let tell = |outcome: &Outcome| {
        *written.lock().expect("no panic before") += u64::from(outcome.state == State::Converted);
        let is_told = !outcome.report.all().is_empty();
        assert!(outcome.state == State::Converted || is_told, "{} has no reason", outcome.path.display());
    };
    match job.run(&tell, &Cancel::new()) {
        Ok(summary) => {
            let written = written.into_inner().expect("no panic before");
            assert_eq!(summary.of(State::Converted), written);
            assert_eq!(files(&folder.path().join("out")), written, "an output for each entry that is converted");
        }
        Err(error) => assert!(!error.findings().is_empty(), "a job is refused without a reason"),
    }
    let around = std::fs::read_dir(folder.path()).expect("the folder").flatten();
    let around: BTreeSet<_> = around.map(|entry| entry.file_name()).filter(|beside| beside != "out").collect();
    assert_eq!(around, BTreeSet::from([name.into()]), "something is written outside of the output");
}

/// How many files a folder has, in whatever depth.
fn files(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}
