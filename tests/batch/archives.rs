//! Archives that are damaged, hostile or odd: each trouble is told for its entry, the rest is converted.

use std::io::Write;

use crate::support::{Room, invoice, names};

/// An entry as it shall stand in a zip, right or wrong.
struct Entry<'e> {
    name: &'e [u8],
    bytes: &'e [u8],
    flags: u16,
    mode: u32,
    deflate: bool,
}

impl<'e> Entry<'e> {
    fn new(name: &'e str, bytes: &'e [u8]) -> Entry<'e> {
        Entry { name: name.as_bytes(), bytes, flags: 0, mode: 0o100_644, deflate: false }
    }
}

/// A zip of plain entries.
pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    packed(&entries.iter().map(|(name, bytes)| Entry::new(name, bytes)).collect::<Vec<_>>())
}

fn packed(entries: &[Entry<'_>]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for entry in entries {
        let mut crc = flate2::Crc::new();
        crc.update(entry.bytes);
        let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        deflated.write_all(entry.bytes).unwrap();
        let deflated = deflated.finish().unwrap();
        let stored: &[u8] = if entry.deflate { &deflated } else { entry.bytes };
        let mut common = Vec::new();
        for number in [20, entry.flags, if entry.deflate { 8 } else { 0 }, 0, 0x21] {
            common.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), stored.len() as u32, entry.bytes.len() as u32] {
            common.extend(number.to_le_bytes());
        }
        common.extend((entry.name.len() as u16).to_le_bytes());
        let at = out.len() as u32;
        out.extend([b"PK\x03\x04", common.as_slice(), &[0, 0], entry.name, stored].concat());
        list.extend([b"PK\x01\x02\x14\x03", common.as_slice(), &[0; 8]].concat());
        list.extend((entry.mode << 16).to_le_bytes());
        list.extend(at.to_le_bytes());
        list.extend(entry.name);
    }
    let (at, size, count) = (out.len() as u32, list.len() as u32, entries.len() as u16);
    out.extend(list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    out.extend([0, 0]);
    out
}

#[test]
fn hostile_entries_are_told_and_the_rest_is_converted() {
    let room = Room::new();
    let (good, inner) = (invoice(), zip(&[("a.xml", &invoice())]));
    let bomb = vec![b' '; 40 << 20];
    let encrypted = Entry { flags: 1, ..Entry::new("secret.xml", &good) };
    let link = Entry { mode: 0o120_777, ..Entry::new("link.xml", b"/etc/passwd") };
    let bomb = Entry { deflate: true, ..Entry::new("bomb.xml", &bomb) };
    let bytes = packed(&[
        Entry::new("a.xml", &good),
        Entry::new("../../slip.xml", &good),
        Entry::new("/abs.xml", &good),
        Entry::new("twice.xml", &good),
        Entry::new("twice.xml", b"<other/>"),
        Entry::new("inner.zip", &inner),
        encrypted,
        link,
        bomb,
        Entry::new("z/b.xml", &good),
    ]);
    room.write("in.zip", &bytes);
    let run = room.run("convert in.zip --to ubl -o out/deep --report short");
    let words = [
        "in.zip/../../slip.xml: error[EINV-B02]: the entry has a path that leads out of the archive",
        "in.zip//abs.xml: error[EINV-B02]: the entry has a path that leads out of the archive",
        "in.zip/twice.xml: error[EINV-B02]: two entries of the archive have this path",
        "in.zip/inner.zip: error[EINV-B02]: an archive inside an archive is not opened",
        "in.zip/secret.xml: error[EINV-B02]: the entry is encrypted",
        "in.zip/link.xml: error[EINV-B03]: the entry is a link or a device",
        "in.zip/bomb.xml: error[EINV-B02]: the entry unpacks to far more than an invoice would",
        "10 files",
        "2 converted, 8 failed",
    ];
    run.expect(1, &words);
    assert_eq!(names(&room.tree("out")), ["deep/a.xml", "deep/z/b.xml"]);
    assert!(room.tree("in.zip").is_empty() && std::fs::read(room.path("in.zip")).unwrap() == bytes);
}

#[test]
fn damaged_archives_are_told() {
    let room = Room::new();
    let good = zip(&[("a.xml", &invoice()), ("b.xml", &invoice())]);
    let mut flipped = good.clone();
    flipped[500] ^= 0x20;
    room.write("in/flipped.zip", &flipped);
    room.write("in/cut.zip", &good[..good.len() - 30]);
    room.write("in/empty.zip", "");
    room.write("in/no.tar.gz", "this is no archive");
    room.write("in/good.zip", &good);
    let run = room.run("convert in --to ubl -o out --report short");
    let run = run.expect(1, &["in/flipped.zip/a.xml: error[EINV-B02]: the entry is damaged", "3 converted, 4 failed"]);
    for name in ["cut.zip", "empty.zip", "no.tar.gz"] {
        assert!(run.messages.contains(&format!("in/{name}: error[EINV-B02]: the ")), "{name}: {}", run.messages);
    }
    assert_eq!(names(&room.tree("out")), ["flipped.zip/b.xml", "good.zip/a.xml", "good.zip/b.xml"]);
}

#[test]
fn no_byte_of_a_zip_makes_it_panic() {
    let room = Room::new();
    let good = zip(&[("a.xml", b"<a/>"), ("b/c.xml", b"<b/>")]);
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] = bad[at].wrapping_add(0x81);
        room.write(&format!("in/{at}.zip"), &bad);
    }
    let run = room.run("convert in --to ubl -o out -q");
    assert_eq!(run.code, 1);
    assert!(!run.messages.contains("defect"), "{}", run.messages);
}

#[test]
fn two_inputs_that_would_meet_keep_their_full_names_in_any_archive() {
    let room = Room::new();
    let good = invoice();
    room.write("in.zip", zip(&[("a.xml", &good), ("A.json.xml", &good), ("a.pdf", b"%PDF-"), ("b/a.xml", &good)]));
    room.run("convert in.zip --to json -o out -q").expect(1, &[]);
    assert_eq!(names(&room.tree("out")), ["A.json.json", "a.xml.json", "b/a.json"]);
}
