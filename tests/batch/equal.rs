//! The same inputs give the same outputs and the same manifest, however the work is divided and wherever they lie.

use std::process::Command;

use crate::support::{Room, names};

#[test]
fn any_number_of_threads_and_parts_gives_the_same() {
    let room = Room::with_inputs(3);
    room.run("convert in --to ubl -o out -j 1 --manifest one.jsonl -q").expect(1, &[]);
    let (tree, manifest) = (room.tree("out"), room.merged("one.jsonl"));
    assert!(tree.len() > 100, "{:?}", names(&tree));
    for jobs in [2, 4] {
        std::fs::remove_dir_all(room.path("out")).unwrap();
        room.run(&format!("convert in --to ubl -o out -j {jobs} --manifest {jobs}.jsonl -q")).expect(1, &[]);
        assert!(room.tree("out") == tree);
        assert!(room.merged(&format!("{jobs}.jsonl")) == manifest);
    }
    std::fs::remove_dir_all(room.path("out")).unwrap();
    for part in 0..4 {
        room.run(&format!("convert in --to ubl -o out --shard {part}/4 --manifest part{part}.jsonl -q"));
    }
    assert!(room.tree("out") == tree);
    assert!(room.merged("part3.jsonl part0.jsonl part2.jsonl part1.jsonl") == manifest);
    room.run("manifest merge part0.jsonl part2.jsonl").expect(0, &["parts of the job are missing: 1/4, 3/4"]);
}

#[test]
fn an_archive_gives_what_its_directory_gives() {
    let room = Room::with_inputs(1);
    pack(&room);
    room.run("convert in --to ubl -o out --manifest in.jsonl -q").expect(1, &[]);
    let tree = room.tree("out");
    for kind in ["zip", "tar"] {
        room.run(&format!("convert in.{kind} --to ubl -o out-{kind} --manifest {kind}.jsonl -q")).expect(1, &[]);
        assert!(room.tree(&format!("out-{kind}")) == tree, "{kind}");
    }
    let lines = |manifest: &str, path: &str| -> Vec<String> {
        let merged = room.merged(manifest);
        merged.lines().skip(1).map(|line| line.replacen(path, "\"path\":\"", 1)).collect()
    };
    assert_eq!(lines("in.jsonl", "\"path\":\"in/"), lines("zip.jsonl", "\"path\":\"in.zip/"));
}

/// `in.zip` (by way of an archive of outputs, with names in another order) and `in.tar`.
fn pack(room: &Room) {
    let tar = Command::new("tar").args(["cf", "in.tar", "-C", "in", "."]).current_dir(room.path("")).status().unwrap();
    assert!(tar.success());
    let tree = room.tree("in");
    let entries: Vec<_> = tree.iter().rev().map(|(name, bytes)| (name.to_str().unwrap(), bytes.as_slice())).collect();
    room.write("in.zip", crate::archives::zip(&entries));
}

#[test]
fn an_archive_of_outputs_holds_what_a_directory_would() {
    let room = Room::with_inputs(1);
    room.run("convert in --to ubl -o out -q").expect(1, &[]);
    for kind in ["zip", "tar"] {
        room.run(&format!("convert in --to ubl -o out.{kind} -q -j 1")).expect(1, &[]);
        room.run(&format!("convert in --to ubl -o again.{kind} -q -j 4")).expect(1, &[]);
        assert!(
            std::fs::read(room.path(&format!("out.{kind}"))).unwrap()
                == std::fs::read(room.path(&format!("again.{kind}"))).unwrap()
        );
        // Read back by our own reader: JSON of both is the same.
        room.run(&format!("convert out.{kind} --to json -o json-{kind} -q --on-loss warn"));
    }
    room.run("convert out --to json -o json -q --on-loss warn");
    let json = room.tree("json");
    assert!(json.len() > 50 && room.tree("json-zip") == json && room.tree("json-tar") == json);
    let listed = Command::new("tar").args(["tf", "out.tar"]).current_dir(room.path("")).output().unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().collect::<Vec<_>>(), names(&room.tree("out")));
    room.run("convert in --to ubl -o out.zip -q").expect(5, &["exists already and is kept"]);
    room.run("convert in --to ubl -o more.zip --manifest m.jsonl --resume").expect(2, &["cannot be resumed"]);
}

#[test]
fn lists_patterns_and_archives_mix() {
    let room = Room::with_inputs(1);
    room.write("list", "in/0/cii/basic\nin/0/ubl/en16931/minimal.xml\n");
    room.run("convert @list in/0/*/xrechnung in/0/letter.txt --to ubl -o out -q --include *.xml").expect(0, &[]);
    let names = names(&room.tree("out"));
    assert!(
        names.contains(&"cii/basic/bakery.xml".to_owned()) && names.contains(&"ubl/en16931/minimal.xml".to_owned()),
        "{names:?}"
    );
    assert!(names.iter().any(|name| name.starts_with("ubl/xrechnung/")), "{names:?}");
}
