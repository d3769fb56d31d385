//! Killed, stopped, half written: the next run ends where an undisturbed one would.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Room, names};

const JOB: &str = "convert in --to ubl -o out --manifest run.jsonl -q --resume";

/// Kills a run when so many lines stand in the manifest, give or take.
fn kill_at(room: &Room, signal: &str, lines: usize, pause: u64) -> Option<i32> {
    let mut child = room.command(JOB).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let written = || fs::read(room.path("run.jsonl")).map_or(0, |text| text.iter().filter(|b| **b == b'\n').count());
    while written() < lines && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_micros(200));
    }
    sleep(Duration::from_micros(pause));
    let number = child.id().to_string();
    let _ = std::process::Command::new("kill").args([signal, &number]).stderr(Stdio::null()).status();
    child.wait().unwrap().code()
}

fn undisturbed(room: &Room) -> (std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>, String) {
    room.run(JOB).expect(1, &[]);
    let result = (room.tree("out"), room.merged("run.jsonl"));
    fs::remove_dir_all(room.path("out")).unwrap();
    fs::remove_file(room.path("run.jsonl")).unwrap();
    result
}

fn killed(times: usize) {
    let room = Room::with_inputs(4);
    let (tree, manifest) = undisturbed(&room);
    let lines = manifest.lines().count();
    // Somewhere else each time, without a source of chance: what fails can be repeated.
    for time in 0..times {
        for round in 0..3 {
            kill_at(&room, "-9", 1 + (time * 37 + round * lines / 3) % lines, (time as u64 * 131) % 1_500);
        }
        room.run(JOB).expect(1, &[]);
        assert_eq!(names(&room.tree("out")), names(&tree));
        assert!(room.tree("out") == tree, "outputs differ after kill {time}");
        assert!(room.merged("run.jsonl") == manifest, "manifests differ after kill {time}");
        fs::remove_dir_all(room.path("out")).unwrap();
        fs::remove_file(room.path("run.jsonl")).unwrap();
    }
}

#[test]
fn a_killed_job_ends_like_an_undisturbed_one() {
    killed(3);
}

/// `cargo test --test batch -- --ignored`
#[test]
#[ignore = "half a minute"]
fn a_job_killed_at_thirty_moments_ends_like_an_undisturbed_one() {
    killed(30);
}

#[test]
fn an_interrupted_job_says_how_to_go_on() {
    let room = Room::with_inputs(4);
    let (tree, manifest) = undisturbed(&room);
    assert_eq!(kill_at(&room, "-INT", 20, 0), Some(130));
    assert!(names(&room.tree("out")).iter().all(|name| !name.contains(".einv-")), "files under way are finished");
    let before = fs::read_to_string(room.path("run.jsonl")).unwrap();
    let run = room.run("convert --resume --manifest run.jsonl --progress none").expect(1, &["of them before"]);
    assert!(run.messages.contains("einv convert --retry run.jsonl"), "{}", run.messages);
    assert!(room.tree("out") == tree && room.merged("run.jsonl") == manifest);
    let after = fs::read_to_string(room.path("run.jsonl")).unwrap();
    assert!(after.starts_with(&before) && after.lines().count() == manifest.lines().count(), "nothing is done twice");
}

#[test]
fn half_a_line_is_not_trusted_and_an_output_that_is_gone_is_made_again() {
    let room = Room::with_inputs(1);
    let (tree, manifest) = undisturbed(&room);
    room.run(JOB).expect(1, &[]);
    let text = fs::read(room.path("run.jsonl")).unwrap();
    for cut in [0, 1, 100, text.len() / 3, text.len() / 2, text.len() - 1] {
        fs::write(room.path("run.jsonl"), &text[..cut]).unwrap();
        let lost = tree.keys().nth(cut % tree.len()).unwrap();
        fs::remove_file(room.path("out").join(lost)).unwrap();
        room.run(JOB).expect(1, &[]);
        assert!(room.tree("out") == tree && room.merged("run.jsonl") == manifest, "cut at {cut}");
    }
    let mut zeros = text.clone();
    let half = text.len() / 2;
    zeros[half..half + 512].fill(0);
    fs::write(room.path("run.jsonl"), &zeros).unwrap();
    room.run(JOB).expect(1, &[]);
    assert!(room.tree("out") == tree && room.merged("run.jsonl") == manifest, "a hole of zeros");
}

#[test]
fn what_failed_is_repeated_alone() {
    let room = Room::with_inputs(1);
    room.run("convert in --to ubl -o out --manifest run.jsonl -q").expect(1, &[]);
    let before = fs::read_to_string(room.path("run.jsonl")).unwrap();
    let (lines, count) =
        (before.lines().count(), |state: &str| before.matches(&format!("\"result\":\"{state}\"")).count());
    let (converted, refused, skipped, failed) =
        (count("converted"), count("refused"), count("skipped"), count("failed"));
    assert!(converted > 0 && refused > 0 && failed > 1);
    fs::copy(room.path("in/0/cii/en16931/minimal.xml"), room.path("in/0/broken.xml")).unwrap();
    let told =
        format!("{} converted, {refused} refused for loss, {skipped} skipped, {} failed", converted + 1, failed - 1);
    room.run("convert --retry run.jsonl --progress none").expect(1, &[&told]);
    let text = fs::read_to_string(room.path("run.jsonl")).unwrap();
    assert_eq!(text.lines().count(), lines + refused + failed, "refused and failed ones");
    assert_eq!(room.merged("run.jsonl").lines().count(), lines);
}

#[test]
fn another_job_does_not_take_up_a_manifest() {
    let room = Room::with_inputs(1);
    room.run("convert in --to ubl -o out --manifest run.jsonl -q").expect(1, &[]);
    let wrong = [
        ("convert in --to cii -o out --manifest run.jsonl --resume", "`target` differs"),
        ("convert in --to ubl -o other --manifest run.jsonl --resume", "`output` differs"),
        ("convert --retry run.jsonl --on-loss warn", "`on-loss` differs"),
        ("convert in/0 --to ubl -o out --manifest run.jsonl --resume", "`inputs` differs"),
    ];
    for (arguments, word) in wrong {
        room.run(arguments).expect(2, &["EINV-B04", word]);
    }
    room.run("convert in --to ubl -o out --manifest run.jsonl").expect(5, &["exists already", "--resume"]);
    room.write("no.jsonl", "{}\n");
    room.run("convert --retry no.jsonl").expect(2, &["this is no manifest of einv"]);
    room.run("convert --retry missing.jsonl").expect(5, &["there is no such file"]);
}
