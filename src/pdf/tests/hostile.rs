//! PDFs that want to take the machine: small files that unpack, expand or repeat to much.

use super::*;
use crate::pdf::load::Table;

/// A PDF written by hand: objects, then cross-references with these entries, each an object number and an offset.
#[derive(Default)]
struct Raw {
    bytes: Vec<u8>,
    entries: Vec<(usize, usize)>,
}

impl Raw {
    fn new() -> Raw {
        let mut raw = Raw { bytes: b"%PDF-1.5\n".to_vec(), entries: Vec::new() };
        raw.object(1, b"<</Type/Catalog/Pages 2 0 R>>");
        raw.object(2, b"<</Type/Pages/Kids[]/Count 0>>");
        raw
    }

    fn object(&mut self, number: usize, body: &[u8]) -> usize {
        let at = self.bytes.len();
        self.entries.push((number, at));
        self.bytes.extend_from_slice(&[format!("{number} 0 obj\n").as_bytes(), body, b"\nendobj\n"].concat());
        at
    }

    /// An object stream that unpacks to this.
    fn object_stream(&mut self, number: usize, objects: usize, first: usize, text: &[u8]) {
        let mut stream = Stream::new(Dictionary::new(), text.to_vec());
        stream.compress().unwrap();
        let filter = if stream.dict.has(b"Filter") { "/Filter/FlateDecode" } else { "" };
        let head =
            format!("<</Type/ObjStm/N {objects}/First {first}{filter}/Length {}>>stream\n", stream.content.len());
        self.object(number, &[head.as_bytes(), &stream.content, b"\nendstream"].concat());
    }

    fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        let entries: String =
            self.entries.iter().map(|(number, at)| format!("{number} 1\n{at:010} 00000 n \n")).collect();
        let size = self.entries.iter().map(|(number, _)| number + 1).max().unwrap_or_default();
        let tail = format!("xref\n{entries}trailer\n<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF\n");
        self.bytes.extend_from_slice(tail.as_bytes());
        self.bytes
    }
}

fn refused(bytes: &[u8]) -> Finding {
    open(bytes, &Limits::default()).expect_err("a hostile file is refused")
}

#[test]
fn many_object_streams_have_one_budget() {
    let text = [b"9 0 ".as_slice(), &vec![b' '; 1 << 20]].concat();
    let bytes = |streams: usize| {
        let mut raw = Raw::new();
        (0..streams).for_each(|number| raw.object_stream(3 + number, 1, 4, &text));
        raw.finish()
    };
    assert_eq!(files_within(&bytes(8), Limits::default()), Ok(0));
    assert_eq!(files_within(&bytes(70), Limits::default()), Err("EINV-P04".to_owned()));
}

#[test]
fn one_object_named_many_times_is_read_a_few_times() {
    let mut raw = Raw::new();
    let at = raw.object(3, format!("[{}]", "0 ".repeat(20_000)).as_bytes());
    raw.entries.extend((4..10_000).map(|number| (number, at)));
    // The search through the file finds each object once, so the file is read after all.
    assert!(open(&raw.finish(), &Limits::default()).unwrap().repaired);
}

#[test]
fn brackets_are_counted_before_they_are_read() {
    for text in ["[]".repeat(600_000), "<</a 0>>".repeat(400_000), "0 ".repeat(2_100_000)] {
        let mut raw = Raw::new();
        raw.object(3, format!("[{text}]").as_bytes());
        assert_eq!(refused(&raw.finish()).message, "the PDF has more objects than einv reads");

        let mut raw = Raw::new();
        raw.object_stream(3, 1, 4, format!("9 0 [{text}]").as_bytes());
        assert_eq!(refused(&raw.finish()).message, "the PDF has more objects than einv reads");
    }
}

#[test]
fn a_length_that_is_no_number_is_not_read_for_each_stream() {
    let mut raw = Raw::new();
    raw.object(3, format!("[{}]", "0 ".repeat(20_000)).as_bytes());
    (4..500).for_each(|number| _ = raw.object(number, b"<</Length 3 0 R>>\nstream\nx\nendstream"));
    assert_eq!(refused(&raw.finish()).found.unwrap(), "lengths of streams that are no numbers");

    let mut raw = Raw::new();
    raw.object(3, b" 1 ");
    (4..5000).for_each(|number| _ = raw.object(number, b"<</Length 3 0 R>>\nstream\nx\nendstream"));
    assert_eq!(files_within(&raw.finish(), Limits::default()), Ok(0));
}

#[test]
fn texts_without_an_end_are_not_read_for_each_object() {
    for (text, end) in [("(", ""), ("(", ")"), ("[/a(", ""), ("<</a(>>\nstream\n(\nendstream)", "")] {
        let mut raw = Raw::new();
        (3..3000).for_each(|number| _ = raw.object(number, format!("{text}{}", "x".repeat(40)).as_bytes()));
        raw.object(3000, end.repeat(6000).as_bytes());
        assert_eq!(refused(&raw.finish()).found.unwrap(), "texts that run over the objects behind them", "{text}");
    }
    let mut raw = Raw::new();
    (3..3000).for_each(|number| _ = raw.object(number, b"[(a\\))(b)(c 1 0 obj)<</b(\\()>>]"));
    (3000..6000).for_each(|number| _ = raw.object(number, b"<</Length 5>>\nstream\n(\\((\n\nendstream"));
    assert_eq!(files_within(&raw.finish(), Limits::default()), Ok(0));
}

#[cfg(feature = "pdf-recover")]
#[test]
fn objects_without_an_end_are_not_read_to_the_end_of_the_file() {
    for text in ["[1 2 ", "<</A ", "<00", "[(])", "[<]>", "[%]\n", "<</A(>>)"] {
        let mut raw = Raw::new();
        (1..3000).for_each(|number| _ = raw.object(number, text.as_bytes()));
        assert!(crate::pdf::precheck::runs_over(&raw.finish()), "{text}");
    }
    for text in ["[1 2]", "<</A<00>>>", "(\\()", "[(])]", "<</A()/B[]>>", "<<>>stream\n[[[\nendstream", "%[(\n1"] {
        let mut raw = Raw::new();
        (1..3000).for_each(|number| _ = raw.object(number, text.as_bytes()));
        assert!(!crate::pdf::precheck::runs_over(&raw.finish()), "{text}");
    }
}

#[test]
fn entries_of_cross_reference_streams_are_counted() {
    let mut stream = Stream::new(Dictionary::new(), vec![0; 15 << 20]);
    stream.compress().unwrap();
    let mut raw = Raw::new();
    let head = "/W[1 1 1]/Size 5000000/Root 1 0 R/Filter/FlateDecode";
    let head = format!("<</Type/XRef{head}/Length {}>>stream\n", stream.content.len());
    raw.object(3, &[head.as_bytes(), &stream.content, b"\nendstream"].concat());
    assert_eq!(refused(&raw.finish()).message, "the PDF has more objects than einv reads");
}

#[test]
fn object_streams_in_a_circle_end() {
    let mut raw = Raw::new();
    // One extends the other and back; one claims to hold itself.
    for (number, other) in [(3, 4), (4, 3)] {
        let body =
            format!("<</Type/ObjStm/N 1/First 4/Extends {other} 0 R/Length 6>>stream\n{number} 0 <<>>\nendstream");
        raw.object(number, body.as_bytes());
    }
    assert_eq!(files_within(&raw.finish(), Limits::default()), Ok(0));
}

#[test]
fn page_tree_in_a_circle_ends() {
    let mut draft = Draft::new();
    let spec = draft.spec("factur-x.xml", XML);
    draft.page.set("AF", vec![Object::from(spec)]);
    let mut document = draft.finish();
    let pages = document.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    let Ok(Object::Dictionary(node)) = document.get_object_mut(pages) else { panic!("no page tree") };
    let Ok(Object::Array(kids)) = node.get_mut(b"Kids") else { panic!("no pages") };
    kids.splice(0..0, [Object::from(pages), Object::from(pages)]);
    kids.push(Object::from(pages));
    assert_single(&save(document), FoundIn::PageAssociatedFiles);
}

#[test]
fn page_tree_of_many_levels_is_walked() {
    let mut draft = Draft::new();
    let spec = draft.spec("factur-x.xml", XML);
    draft.page.set("AF", vec![Object::from(spec)]);
    let mut document = draft.finish();
    let mut node = document.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    for _ in 0..10_000 {
        node = document.add_object(dictionary! { "Type" => "Pages", "Kids" => vec![Object::from(node)], "Count" => 1 });
    }
    document.catalog_mut().unwrap().set("Pages", node);
    assert_single(&save(document), FoundIn::PageAssociatedFiles);
}

#[test]
fn deep_nesting_is_no_way_to_crash() {
    for text in ["[".repeat(200_000), "<</a".repeat(100_000), "(".repeat(200_000)] {
        let mut raw = Raw::new();
        raw.object(3, text.as_bytes());
        let _ = open(&raw.finish(), &Limits { objects: 10_000_000, ..Limits::default() });
    }
}

/// A PDF with the invoice in an attachment, changed in its bytes.
#[cfg(feature = "pdf-recover")]
fn changed(from: &[u8], to: &[u8]) -> Vec<u8> {
    replaced(&Draft::new().attached(&[("factur-x.xml", XML)]).bytes(), from, to)
}

#[cfg(feature = "pdf-recover")]
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&bytes[at..], from) {
        bytes.splice(at + found..at + found + from.len(), to.iter().copied());
        at += found + to.len();
    }
    bytes
}

#[cfg(feature = "pdf-recover")]
#[test]
fn the_second_reader_finds_what_the_first_does_not() {
    let mut compressed = Vec::new();
    let options = lopdf::SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
    Draft::new().attached(&[("factur-x.xml", XML)]).finish().save_with_options(&mut compressed, options).unwrap();
    for bytes in [changed(b"\nendobj\n", b" "), replaced(&compressed, b"/Length", b"/Lenght")] {
        let by = |table| crate::pdf::load::load(&bytes, &Limits::default(), table);
        let first = by(Table::AsWritten).and_then(|document| crate::pdf::read(document, &Limits::default()));
        assert!(first.is_err() || first.is_ok_and(|reading| !reading.is_enough(Table::AsWritten)));
        let pdf = open(&bytes, &Limits::default()).unwrap();
        assert!(pdf.repaired && pdf.repair().is_some());
        assert_eq!(names(&pdf.files), ["factur-x.xml"]);
        assert_eq!(content(&pdf.files[0]), XML);
    }
}

#[cfg(feature = "pdf-recover")]
#[test]
fn the_second_reader_has_the_same_limits() {
    let second = |bytes: &[u8]| crate::pdf::load::load(bytes, &Limits::default(), Table::SecondReader);
    let text = [b"9 0 ".as_slice(), &vec![b' '; 40 << 20]].concat();
    let mut raw = Raw::new();
    raw.object_stream(3, 1, 4, &text);
    assert!(second(&raw.finish()).is_ok());

    let mut raw = Raw::new();
    (3..5).for_each(|number| raw.object_stream(number, 1, 4, &text));
    let bomb = raw.finish();
    assert_eq!(second(&bomb).unwrap_err().message, "the structure of the PDF unpacks to more than einv reads");
    let spelled = replaced(&replaced(&bomb, b"/ObjStm", b"/Obj#53tm"), b"/First", b"/#46irst");
    assert_eq!(second(&spelled).unwrap_err().code, "EINV-P04");

    let mut raw = Raw::new();
    raw.object_stream(3, 1, 4, format!("9 0 {}", "[]".repeat(600_000)).as_bytes());
    assert_eq!(second(&raw.finish()).unwrap_err().message, "the PDF has more objects than einv reads");
    assert_eq!(second(&encrypted("secret")).unwrap_err().code, "EINV-P03");
    assert_eq!(second(&vec![b' '; (50 << 20) + 1]).unwrap_err().code, "EINV-P04");
}

#[cfg(feature = "pdf-recover")]
#[test]
fn both_readers_read_the_same() {
    let mut draft = Draft::new();
    let specs = [draft.spec("factur-x.xml", XML), draft.spec("terms.pdf", b"%PDF-")];
    let list = draft.document.add_object(specs.map(Object::from).to_vec());
    draft.catalog.set("AF", list);
    for bytes in [draft.bytes(), encrypted("")] {
        let by = |table| {
            let document = crate::pdf::load::load(&bytes, &Limits::default(), table).unwrap();
            let pdf = crate::pdf::read(document, &Limits::default()).unwrap().pdf;
            pdf.files.iter().map(|file| (file.name.clone(), file.mime.clone(), content(file))).collect::<Vec<_>>()
        };
        assert_eq!(by(Table::AsWritten), by(Table::SecondReader));
        assert!(!by(Table::SecondReader).is_empty());
    }
}
