//! Inputs, runs, and what is compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A directory of its own for each test.
pub(crate) struct Room(tempfile::TempDir);

impl Room {
    pub(crate) fn new() -> Room {
        Room(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// `in/`: every sample, so many times, in directories; some files that are no invoices, some that are broken.
    pub(crate) fn with_inputs(times: usize) -> Room {
        let room = Room::new();
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for time in 0..times {
            copy(&corpus, &room.path(&format!("in/{time}")));
            fs::write(room.path(&format!("in/{time}/broken.xml")), "<rsm:CrossIndustryInvoice").unwrap();
            fs::write(room.path(&format!("in/{time}/letter.txt")), "Dear all").unwrap();
        }
        room
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The command, in this directory.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_einv"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path());
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// The same through a shell that runs `before` first.
    pub(crate) fn shell(&self, before: &str, arguments: &str) -> Run {
        let script = format!("{before}; exec {} {arguments}", env!("CARGO_BIN_EXE_einv"));
        Run::of(Command::new("sh").args(["-c", &script]).current_dir(self.0.path()).output().unwrap())
    }

    /// All files below a directory, with their bytes.
    pub(crate) fn tree(&self, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut tree = BTreeMap::new();
        gather(&self.path(name), Path::new(""), &mut tree);
        tree
    }

    /// Manifests, merged, as text.
    pub(crate) fn merged(&self, manifests: &str) -> String {
        let run = self.run(&format!("manifest merge {manifests}"));
        assert_eq!(run.code, 0, "{}", run.messages);
        run.output
    }
}

/// How a command ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) messages: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            output: String::from_utf8(output.stdout).unwrap(),
            messages: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32, words: &[&str]) -> Run {
        assert_eq!(self.code, code, "{}", self.messages);
        for word in words {
            assert!(self.messages.contains(word), "`{word}` is not told:\n{}", self.messages);
        }
        self
    }
}

/// A sample that converts.
pub(crate) fn invoice() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/cii/en16931/minimal.xml")).unwrap()
}

/// The names in a tree.
pub(crate) fn names(tree: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    tree.keys().map(|path| path.to_string_lossy().into_owned()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

fn gather(folder: &Path, below: &Path, tree: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let below = below.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => gather(&entry.path(), &below, tree),
            false => drop(tree.insert(below, fs::read(entry.path()).unwrap())),
        }
    }
}
