//! Disks, permissions, descriptors, names: the job goes on where it can, and stops whole where it cannot.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use crate::support::{Room, Run, invoice, names};

#[test]
fn an_input_is_never_written_over() {
    let room = Room::new();
    let good = invoice();
    for name in ["in/a.xml", "in/in/a.xml", "b.xml", "c.xml"] {
        room.write(name, &good);
    }
    for arguments in ["in -o in", "b.xml c.xml -o .", "in b.xml -o .", "in -o ."] {
        room.run(&format!("convert {arguments} --to ubl --force")).expect(2, &["EINV-A01"]);
    }
    for name in ["in/a.xml", "in/in/a.xml", "b.xml", "c.xml"] {
        assert_eq!(fs::read(room.path(name)).unwrap(), good);
    }
    // Inside an input, outputs and manifest are none.
    for _ in 0..2 {
        room.run("convert in --to ubl -o in/out --manifest in/run.jsonl --force -q").expect(0, &[]);
        assert_eq!(names(&room.tree("in/out")), ["a.xml", "in/a.xml"]);
    }
    room.run("convert b.xml c.xml --to json -o . -q").expect(0, &[]);
    assert!(room.path("b.json").exists());
}

#[test]
fn links_out_of_the_tree_pipes_and_directories_of_others_are_told() {
    let room = Room::new();
    room.write("in/a.xml", invoice());
    room.write("outside/b.xml", invoice());
    symlink("../outside/b.xml", room.path("in/out.xml")).unwrap();
    symlink("../outside", room.path("in/outdir")).unwrap();
    symlink("nowhere", room.path("in/gone.xml")).unwrap();
    symlink("a.xml", room.path("in/inner.xml")).unwrap();
    symlink(".", room.path("in/loop")).unwrap();
    assert!(Command::new("mkfifo").arg(room.path("in/pipe.xml")).status().unwrap().success());
    let words = [
        "in/out.xml: error[EINV-B03]",
        "in/outdir: error[EINV-B03]",
        "in/pipe.xml: error[EINV-B03]",
        "2 converted, 4 failed",
    ];
    room.run("convert in --to ubl -o out --report short").expect(1, &words);
    assert_eq!(names(&room.tree("out")), ["a.xml", "inner.xml"]);
}

#[test]
fn every_name_is_converted_or_told() {
    let room = Room::new();
    let long = format!("{}.xml", "x".repeat(251));
    let too_long = format!("{}.pdf.xml", "y".repeat(247));
    for name in [&b"new\nline.xml"[..], b"caf\xe9.xml", long.as_bytes(), too_long.as_bytes(), b"-o.xml", b"*.xml"] {
        fs::create_dir_all(room.path("in")).unwrap();
        fs::write(room.path("in").join(OsStr::from_bytes(name)), invoice()).unwrap();
    }
    room.run("convert in --to ubl -o ubl -q").expect(0, &[]);
    assert_eq!(room.tree("ubl").keys().collect::<Vec<_>>(), room.tree("in").keys().collect::<Vec<_>>());
    let words = ["4 converted, 2 failed", "its name is too long"];
    room.run("convert in --to json -o out --manifest run.jsonl --report short").expect(1, &words);
    let tree = room.tree("out");
    assert!(tree.keys().any(|path| path.as_os_str().as_bytes() == b"caf\xe9.json"), "{tree:?}");
    assert!(tree.contains_key(std::path::Path::new("new\nline.json")));
    // Found again by their names: nothing is left to do.
    let lines = fs::read_to_string(room.path("run.jsonl")).unwrap();
    room.run("convert --resume --manifest run.jsonl").expect(1, &["6 of them before"]);
    assert_eq!(fs::read_to_string(room.path("run.jsonl")).unwrap(), lines);
}

#[test]
fn few_descriptors_are_enough_for_many_threads() {
    let room = Room::with_inputs(2);
    room.shell("ulimit -n 32", "convert in --to ubl -o out -j 64 -q").expect(1, &[]);
    room.run("convert in --to ubl -o plain -q").expect(1, &[]);
    assert!(room.tree("out") == room.tree("plain"));
}

#[test]
fn an_input_that_may_not_be_read_is_told() {
    let room = Room::with_inputs(1);
    for (name, mode) in [("in/0/cii/basic/bakery.xml", 0o000), ("in/0/ubl/peppol", 0o000), ("", 0o777)] {
        fs::set_permissions(room.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = room.command("convert in --to ubl -o out --report short");
    as_nobody(&mut command);
    let run = Run::of(command.output().unwrap());
    fs::set_permissions(room.path("in/0/ubl/peppol"), fs::Permissions::from_mode(0o755)).unwrap();
    run.expect(
        1,
        &[
            "in/0/cii/basic/bakery.xml: error[EINV-A02]: the input cannot be read: there is no permission to do so",
            "in/0/ubl/peppol: error[EINV-A02]: the directory cannot be read",
        ],
    );
    assert!(room.tree("out").len() > 50);
}

#[test]
fn a_target_that_may_not_be_written_stops_the_job() {
    let room = Room::with_inputs(1);
    fs::create_dir(room.path("out")).unwrap();
    for (name, mode) in [("out", 0o555), ("", 0o777)] {
        fs::set_permissions(room.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = room.command("convert in --to ubl -o out --manifest run.jsonl");
    as_nobody(&mut command);
    Run::of(command.output().unwrap())
        .expect(5, &["cannot be written: there is no permission to do so", "--resume --manifest run.jsonl"]);
    assert!(room.tree("out").is_empty());
    fs::set_permissions(room.path("out"), fs::Permissions::from_mode(0o777)).unwrap();
    room.run("convert --resume --manifest run.jsonl -q").expect(1, &[]);
    room.run("convert in --to ubl -o plain -q").expect(1, &[]);
    assert!(room.tree("out") == room.tree("plain"));
}

/// Root may do all; for others it is the user who runs the tests.
fn as_nobody(command: &mut Command) {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    if fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0) {
        command.uid(65_534).gid(65_534);
    }
}

#[test]
fn a_full_disk_stops_the_job_and_nothing_is_half_written() {
    let room = Room::with_inputs(2);
    fs::create_dir(room.path("disk")).unwrap();
    let job = format!("{} convert in --to ubl -o disk/out --manifest disk/run.jsonl", env!("CARGO_BIN_EXE_einv"));
    let script = format!(
        "mount -t tmpfs -o size=300k none disk || exit 99; {job} -q; echo full $?; cp -r disk left; \
         mount -o remount,size=30m disk; {job} --resume -q; echo then $?; cp -r disk/. whole"
    );
    let output = Command::new("unshare").args(["-rm", "sh", "-c", &script]).current_dir(room.path("")).output();
    let Ok(output) = output.map(Run::of) else { return eprintln!("not tested: there is no `unshare`") };
    if !output.output.contains("full") {
        return eprintln!("not tested: no disk of our own may be mounted here: {}", output.messages);
    }
    assert!(
        output.output.contains("full 5") && output.output.contains("then 1"),
        "{}{}",
        output.output,
        output.messages
    );
    assert!(output.messages.contains("the disk is full"), "{}", output.messages);
    room.run("convert in --to ubl -o out --manifest run.jsonl -q").expect(1, &[]);
    let (whole, left) = (room.tree("out"), room.tree("left/out"));
    assert!(!left.is_empty() && left.len() < whole.len());
    assert!(left.iter().all(|(name, bytes)| whole.get(name) == Some(bytes)), "what is there is whole");
    assert!(room.tree("whole/out") == whole);
}

#[test]
fn arguments_that_fit_no_job_are_told() {
    let room = Room::with_inputs(1);
    let wrong = [
        ("in --to ubl", "it must be said where the outputs go"),
        ("in --to ubl -o -", "cannot go to standard output"),
        ("in --to ubl -o out --report-file r.json", "write a manifest instead"),
        ("in --to ubl -o out.tar.gz", "no archives of this kind"),
        ("in --to ubl -o out --name same", "the rule for names of outputs"),
        ("in --to ubl -o out --include a{", "the pattern cannot be read"),
        ("in - --to ubl -o out", "standard input"),
        ("in -o out", "the format to write is not given"),
    ];
    for (arguments, word) in wrong {
        room.run(&format!("convert {arguments}")).expect(2, &[word]);
    }
    assert!(room.tree("out").is_empty() && !room.path("out").exists());
    room.run("convert nowhere/*.xml --to ubl -o out").expect(5, &["no file has a name that fits the pattern"]);
    room.run("convert in missing.xml --to ubl -o out -q").expect(1, &["missing.xml", "there is no such file"]);
}
