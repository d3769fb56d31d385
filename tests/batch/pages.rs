//! Hybrid PDFs of many invoices, each with pages of its own.

use std::fs;
use std::path::Path;

use crate::archives::zip;
use crate::support::{Room, invoice, names};

const PAGES: &str = "tests/cli/inputs/no-invoice.pdf";

fn pages() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGES)).unwrap()
}

/// `in/`: three invoices, of which one has no pages, and what is no invoice.
fn room() -> Room {
    let room = Room::new();
    for name in ["a", "sub/b", "c"] {
        room.write(&format!("in/{name}.xml"), invoice());
    }
    room.write("in/a.pdf", pages());
    room.write("in/sub/b.pdf", pages());
    room.write("in/letter.txt", "Dear all");
    room
}

#[test]
fn each_input_has_the_pages_beside_it_and_one_without_is_the_only_failure() {
    let room = room();
    let run = room.run("convert in --to facturx --pdf {stem}.pdf -o out --manifest run.jsonl --report short");
    assert_eq!(run.code, 1, "{}", run.messages);
    assert_eq!(names(&room.tree("out")), ["a.pdf", "sub/b.pdf"]);
    assert!(run.messages.contains("in/c.xml: error[EINV-A02]"), "{}", run.messages);
    assert!(run.messages.contains("2 converted, 1 skipped, 1 failed"), "{}", run.messages);

    room.write("in/c.pdf", pages());
    let again = room.run("convert --retry run.jsonl");
    assert_eq!(again.code, 0, "{}", again.messages);
    assert_eq!(names(&room.tree("out")), ["a.pdf", "c.pdf", "sub/b.pdf"]);

    let one = room.run("convert in/c.xml --to facturx --pdf {stem}.pdf -o alone.pdf");
    assert_eq!(one.code, 0, "{}", one.messages);
    assert_eq!(fs::read(room.path("alone.pdf")).unwrap(), room.tree("out")[Path::new("c.pdf")]);
}

#[test]
fn pages_may_stand_elsewhere_and_damaged_ones_are_told_by_their_name() {
    let room = room();
    for (name, bytes) in [("a", pages()), ("b", pages()), ("c", b"%PDF-1.7 and nothing more".to_vec())] {
        room.write(&format!("pages/{name}.pdf"), bytes);
    }
    let run = room
        .run("convert in/a.xml in/c.xml in/letter.txt --to facturx --pdf ../pages/{stem}.pdf -o out --report short");
    assert_eq!(run.code, 1, "{}", run.messages);
    assert_eq!(names(&room.tree("out")), ["a.pdf"]);
    assert!(run.messages.contains("in/../pages/c.pdf: error[EINV-P01]"), "{}", run.messages);
}

#[test]
fn pages_are_never_written_over() {
    let room = room();
    for inputs in ["in/a.xml in/sub/b.xml", "in/a.xml in/a.pdf in/c.xml"] {
        let run = room.run(&format!("convert {inputs} --to facturx --pdf {{stem}}.pdf --force -o in"));
        assert_eq!(run.code, 2, "{}", run.messages);
        assert_eq!(room.tree("in")[Path::new("a.pdf")], pages());
    }
}

#[test]
fn in_an_archive_no_pages_are_looked_for() {
    let room = Room::new();
    room.write("in.zip", zip(&[("a.xml", &invoice()), ("a.pdf", &pages())]));
    let run = room.run("convert in.zip --to facturx --pdf {stem}.pdf -o out --report short");
    assert_eq!(run.code, 1, "{}", run.messages);
    assert!(run.messages.contains("in.zip/a.xml: error[EINV-A01]"), "{}", run.messages);
    assert_eq!(names(&room.tree("out")), [""; 0]);
}
