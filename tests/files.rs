//! What the system does not let einv read or write, and disks that are full: each is told with its reason and its name,
//! ends with exit code 5, and leaves nothing half written. Transcripts (`tests/cli`) have the rest.
#![cfg(all(unix, feature = "cli"))]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A directory with an invoice, a hybrid PDF, and `closed/`, which nobody may open or write into.
struct Room(tempfile::TempDir);

impl Room {
    fn new() -> Room {
        let room = Room(tempfile::tempdir().unwrap());
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        fs::copy(corpus.join("ubl/en16931/minimal.xml"), room.path("invoice.xml")).unwrap();
        fs::copy(corpus.join("cii/en16931/minimal.xml"), room.path("cii.xml")).unwrap();
        fs::copy(corpus.join("facturx/basic/hybrid.pdf"), room.path("hybrid.pdf")).unwrap();
        for (name, mode) in [("closed", 0o555), ("secret", 0o000)] {
            fs::create_dir(room.path(name)).unwrap();
            fs::set_permissions(room.path(name), Permissions::from_mode(mode)).unwrap();
        }
        fs::write(room.path("secret.xml"), "<a/>").unwrap();
        fs::set_permissions(room.path("secret.xml"), Permissions::from_mode(0o000)).unwrap();
        fs::set_permissions(room.path(""), Permissions::from_mode(0o777)).unwrap();
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_einv"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path());
        command
    }

    /// Runs it as somebody who is not root: root may do all.
    fn run(&self, arguments: &str) -> Output {
        let mut command = self.command(arguments);
        if fs::metadata(self.path("invoice.xml")).unwrap().uid() == 0 {
            command.uid(65_534).gid(65_534);
        }
        command.output().unwrap()
    }
}

#[track_caller]
fn tells(output: &Output, code: i32, words: &str) {
    let messages = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{messages}");
    assert!(messages.contains(words), "`{words}` is not told:\n{messages}");
}

#[test]
fn what_may_not_be_read_is_told() {
    let room = Room::new();
    for (arguments, what) in [
        ("convert secret.xml --to cii", "the input cannot be read"),
        ("inspect secret.xml", "the input cannot be read"),
        ("extract secret.xml", "the input cannot be read"),
        ("check secret.xml", "the input cannot be read"),
        ("embed invoice.xml --pdf secret.xml -o out.pdf", "the PDF with the pages cannot be read"),
        ("convert invoice.xml --to cii --set-from secret.xml", "the file of terms to set cannot be read"),
        ("convert invoice.xml --to cii --accept @secret.xml", "the list of losses to accept cannot be read"),
        ("convert invoice.xml --to cii --attach secret.xml", "the file to attach cannot be read"),
        ("convert invoice.xml --to cii --mappings secret", "the directory of tables cannot be read"),
        ("convert @secret.xml --to cii -o out", "the list of inputs cannot be read"),
        ("convert --retry secret.xml", "the manifest cannot be read"),
        ("manifest summary secret.xml", "the manifest cannot be read"),
    ] {
        let output = room.run(arguments);
        tells(&output, 5, &format!("{what}: there is no permission to do so\n  --> secret"));
        assert!(!room.path("out").exists() && !room.path("out.pdf").exists(), "{arguments}");
    }
}

#[test]
fn what_may_not_be_written_is_told() {
    let room = Room::new();
    for (arguments, what) in [
        ("convert invoice.xml --to cii -o closed/out.xml", "the output cannot be written"),
        ("convert invoice.xml invoice.xml --to cii -o closed/out", "the directory cannot be made"),
        ("convert invoice.xml invoice.xml --to cii -o closed/out.zip", "the archive cannot be written"),
        ("convert invoice.xml --to cii -o out --manifest closed/run.jsonl", "the manifest cannot be written"),
        ("embed cii.xml --pdf hybrid.pdf -o closed/out.pdf", "the output cannot be written"),
        ("extract hybrid.pdf -o closed/out.xml", "the output cannot be written"),
        ("extract hybrid.pdf --all -o closed/out", "the directory cannot be made"),
    ] {
        tells(&room.run(arguments), 5, &format!("{what}: there is no permission to do so"));
        assert_eq!(fs::read_dir(room.path("closed")).unwrap().count(), 0, "{arguments}");
    }
}

#[test]
fn an_output_is_told_though_its_report_cannot_be_written() {
    let room = Room::new();
    let output = room.run("convert invoice.xml --to cii -o out.xml --report-file closed/report.json");
    tells(&output, 5, "the report cannot be written: there is no permission to do so");
    tells(&output, 5, "wrote out.xml");
    assert!(room.path("out.xml").exists());
}

#[test]
fn a_full_disk_is_told() {
    let room = Room::new();
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        return eprintln!("not tested: this system has no /dev/full");
    };
    for arguments in [
        "convert invoice.xml --to cii",
        "extract hybrid.pdf",
        "inspect invoice.xml",
        "check hybrid.pdf",
        "profiles",
        "schema report",
        "mapping table",
    ] {
        let output = room.command(arguments).stdout(Stdio::from(full.try_clone().unwrap())).output().unwrap();
        tells(&output, 5, "the output cannot be written: the disk is full\n  --> <stdout>");
    }
    tells(&room.run("convert invoice.xml --to cii -o /dev/full"), 5, "the output cannot be written: the disk is full");
    let report = room.command("convert invoice.xml --to cii -o out.xml --report-file /dev/full").output().unwrap();
    tells(&report, 5, "the report cannot be written: the disk is full");
    let manifest = room.command("convert invoice.xml --to cii -o out --manifest /dev/full").output().unwrap();
    tells(&manifest, 5, "the manifest cannot be written: it is a pipe, a socket or a device\n  --> /dev/full");
}

#[test]
fn what_is_no_file_is_told_and_the_rest_is_converted() {
    let room = Room::new();
    fs::create_dir(room.path("inbox")).unwrap();
    fs::copy(room.path("invoice.xml"), room.path("inbox/a.xml")).unwrap();
    for (target, name) in [("nowhere", "inbox/b.xml"), ("../cii.xml", "inbox/c.xml")] {
        std::os::unix::fs::symlink(target, room.path(name)).unwrap();
    }
    let pipe = Command::new("mkfifo").arg(room.path("inbox/d.xml")).status().is_ok_and(|status| status.success());
    let output = room.run("convert inbox --to cii -o out");
    tells(&output, 1, "this is a link that leads nowhere\n  --> inbox/b.xml");
    tells(&output, 1, "this is a link that leads out of the directory, and is not followed\n  --> inbox/c.xml");
    if pipe {
        tells(&output, 1, "this is a pipe, a socket or a device, and einv reads files\n  --> inbox/d.xml");
    }
    assert!(room.path("out/a.xml").exists());
}

#[test]
fn a_manifest_that_another_job_writes_is_told() {
    let room = Room::new();
    let manifest = File::create(room.path("run.jsonl")).unwrap();
    fs::set_permissions(room.path("run.jsonl"), Permissions::from_mode(0o666)).unwrap();
    manifest.lock().unwrap();
    let output = room.run("convert invoice.xml --to cii -o out --manifest run.jsonl --force");
    tells(&output, 5, "another job is writing this manifest\n  --> run.jsonl");
    tells(&output, 5, "help: wait until that job has ended, or name another manifest");
    assert!(!room.path("out").exists());
}
