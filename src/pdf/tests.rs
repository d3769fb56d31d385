//! PDFs built in memory, each with one trait that real or hostile files have.

mod facts;
mod hostile;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use lopdf::{EncryptionState, EncryptionVersion, Permissions};

use super::choose::Choice;
use super::{EmbeddedFile, FoundIn, Limits, choose, is_pdf, open};
use crate::finding::Finding;

const XML: &[u8] = b"<Invoice>1</Invoice>";

/// A PDF of one page, under construction.
pub(in crate::pdf) struct Draft {
    pub(in crate::pdf) document: Document,
    pub(in crate::pdf) catalog: Dictionary,
    pub(in crate::pdf) page: Dictionary,
}

impl Draft {
    pub(in crate::pdf) fn new() -> Draft {
        Draft { document: Document::with_version("1.7"), catalog: Dictionary::new(), page: Dictionary::new() }
    }

    pub(in crate::pdf) fn stream(&mut self, dictionary: Dictionary, bytes: &[u8]) -> ObjectId {
        self.document.add_object(Stream::new(dictionary, bytes.to_vec()))
    }

    pub(in crate::pdf) fn spec_of(&mut self, name: impl Into<Object>, stream: ObjectId) -> ObjectId {
        self.document.add_object(dictionary! { "F" => name, "EF" => dictionary! { "F" => stream } })
    }

    pub(in crate::pdf) fn spec(&mut self, name: &str, bytes: &[u8]) -> ObjectId {
        let stream = self.stream(dictionary! { "Type" => "EmbeddedFile", "Subtype" => "text/xml" }, bytes);
        self.spec_of(text(name), stream)
    }

    pub(in crate::pdf) fn leaf(&mut self, specs: &[ObjectId]) -> ObjectId {
        let pairs = specs.iter().flat_map(|id| [text("key"), Object::from(*id)]).collect::<Vec<_>>();
        self.document.add_object(dictionary! { "Names" => pairs })
    }

    pub(in crate::pdf) fn names(mut self, root: ObjectId) -> Draft {
        self.catalog.set("Names", dictionary! { "EmbeddedFiles" => root });
        self
    }

    pub(in crate::pdf) fn attached(mut self, files: &[(&str, &[u8])]) -> Draft {
        let specs: Vec<_> = files.iter().map(|(name, bytes)| self.spec(name, bytes)).collect();
        let leaf = self.leaf(&specs);
        self.names(leaf)
    }

    pub(in crate::pdf) fn finish(self) -> Document {
        let Draft { mut document, mut catalog, mut page } = self;
        page.set("Type", "Page");
        let page = document.add_object(page);
        let pages =
            document.add_object(dictionary! { "Type" => "Pages", "Kids" => vec![Object::from(page)], "Count" => 1 });
        catalog.set("Type", "Catalog");
        catalog.set("Pages", pages);
        let catalog = document.add_object(catalog);
        document.trailer.set("Root", catalog);
        document.trailer.set("ID", vec![text("0123456789abcdef"), text("0123456789abcdef")]);
        document
    }

    pub(in crate::pdf) fn bytes(self) -> Vec<u8> {
        save(self.finish())
    }
}

pub(in crate::pdf) fn save(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

pub(in crate::pdf) fn text(text: impl AsRef<[u8]>) -> Object {
    Object::string_literal(text.as_ref())
}

fn files(bytes: &[u8]) -> Vec<EmbeddedFile> {
    open(bytes, &Limits::default()).unwrap().files
}

fn names(files: &[EmbeddedFile]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

fn content(file: &EmbeddedFile) -> Vec<u8> {
    file.content(&Limits::default()).unwrap().bytes
}

/// One file with this content, found in this place.
fn assert_single(bytes: &[u8], found_in: FoundIn) -> EmbeddedFile {
    let mut files = files(bytes);
    assert_eq!(files.len(), 1, "{:?}", names(&files));
    assert_eq!((content(&files[0]), files[0].found_in), (XML.to_vec(), found_in));
    files.remove(0)
}

fn chosen(files: &[EmbeddedFile]) -> Result<Choice<'_>, Finding> {
    choose(files, &Limits::default(), |bytes| bytes.starts_with(b"<Invoice"))
}

#[test]
fn header_stands_near_the_start() {
    assert!(is_pdf(b"%PDF-1.7\n"));
    assert!(is_pdf(&[&[b'\n'; 1019][..], b"%PDF-"].concat()));
    assert!(!is_pdf(&[&[b'\n'; 1020][..], b"%PDF-"].concat()));
    assert!(!is_pdf(b""));
}

#[test]
fn name_tree_gives_what_the_pdf_says_about_a_file() {
    let mut pdf = Draft::new();
    let params = dictionary! { "Size" => 20, "ModDate" => text("D:20250131"), "CheckSum" => text(md5(XML)) };
    let stream = pdf.stream(dictionary! { "Subtype" => "text/xml", "Params" => params }, XML);
    let spec = dictionary! {
        "F" => text("old.xml"), "UF" => text("factur-x.xml"), "Desc" => text("Rechnung"),
        "AFRelationship" => "Alternative", "EF" => dictionary! { "F" => stream, "UF" => stream },
    };
    let spec = pdf.document.add_object(spec);
    pdf.catalog.set("AF", vec![Object::from(spec)]);
    let leaf = pdf.leaf(&[spec]);
    let file = assert_single(&pdf.names(leaf).bytes(), FoundIn::NameTree);
    assert_eq!(file.name, "factur-x.xml");
    assert_eq!(file.description.as_deref(), Some("Rechnung"));
    assert_eq!(file.relationship.as_deref(), Some("Alternative"));
    assert_eq!(file.mime.as_deref(), Some("text/xml"));
    assert_eq!(file.content(&Limits::default()).unwrap().damaged, None);
}

fn md5(bytes: &[u8]) -> Vec<u8> {
    use md5::Digest;
    md5::Md5::digest(bytes).to_vec()
}

#[test]
fn name_tree_keeps_its_order_through_levels_and_ends_in_a_cycle() {
    let mut pdf = Draft::new();
    let (a, b, c) = (pdf.spec("a", XML), pdf.spec("b", XML), pdf.spec("c", XML));
    let (first, last) = (pdf.leaf(&[a, b]), pdf.leaf(&[c]));
    let root = pdf.document.new_object_id();
    let middle = pdf.document.add_object(dictionary! { "Kids" => vec![Object::from(first), Object::from(root)] });
    pdf.document.set_object(root, dictionary! { "Kids" => vec![Object::from(middle), last.into(), middle.into()] });
    assert_eq!(names(&files(&pdf.names(root).bytes())), ["a", "b", "c"]);
}

#[test]
fn name_tree_of_too_many_levels_is_refused() {
    let mut pdf = Draft::new();
    let spec = pdf.spec("a", XML);
    let mut node = pdf.leaf(&[spec]);
    for _ in 0..64 {
        node = pdf.document.add_object(dictionary! { "Kids" => vec![Object::from(node)] });
    }
    let bytes = pdf.names(node).bytes();
    assert_eq!(open(&bytes, &Limits::default()).unwrap_err().code, "EINV-P04");
    assert_eq!(files_within(&bytes, Limits { depth: 65, ..Limits::default() }), Ok(1));
}

fn files_within(bytes: &[u8], limits: Limits) -> Result<usize, String> {
    open(bytes, &limits).map(|pdf| pdf.files.len()).map_err(|finding| finding.code)
}

#[test]
fn entries_are_counted() {
    let bytes = Draft::new().attached(&[("a", XML), ("b", XML)]).bytes();
    assert_eq!(files_within(&bytes, Limits { objects: 4, ..Limits::default() }), Err("EINV-P04".to_owned()));
    assert_eq!(files_within(&bytes, Limits { objects: 400, ..Limits::default() }), Ok(2));
}

#[test]
fn associated_files_are_an_array_or_one_file() {
    let mut pdf = Draft::new();
    let spec = pdf.spec("factur-x.xml", XML);
    let spec = pdf.document.get_dictionary(spec).unwrap().clone();
    pdf.catalog.set("AF", spec);
    assert_single(&pdf.bytes(), FoundIn::AssociatedFiles);

    let mut pdf = Draft::new();
    let spec = pdf.spec("factur-x.xml", XML);
    pdf.page.set("AF", vec![Object::from(spec)]);
    assert_single(&pdf.bytes(), FoundIn::PageAssociatedFiles);
}

#[test]
fn annotation_carries_a_file() {
    let mut pdf = Draft::new();
    let spec = pdf.spec("factur-x.xml", XML);
    let annotation = dictionary! { "Type" => "Annot", "Subtype" => "FileAttachment", "FS" => spec };
    pdf.page.set("Annots", vec![Object::from(annotation)]);
    assert_single(&pdf.bytes(), FoundIn::Annotation);
}

#[test]
fn unlisted_files_are_found_and_told() {
    let mut pdf = Draft::new();
    pdf.spec("factur-x.xml", XML);
    let files = files(&pdf.bytes());
    assert_eq!((files.len(), files[0].found_in), (1, FoundIn::Scan));
    assert_eq!(chosen(&files).unwrap().warnings.len(), 1);

    let mut pdf = Draft::new();
    pdf.stream(dictionary! { "Type" => "EmbeddedFile" }, XML);
    let nameless = assert_single(&pdf.bytes(), FoundIn::Scan);
    assert_eq!(nameless.name, "object 1 0");
}

#[test]
fn names_are_decoded() {
    let utf16 = |unit: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(unit).collect::<Vec<_>>();
    let cases: [(Vec<u8>, &str); 6] = [
        ([&[0xFE, 0xFF][..], &utf16(u16::to_be_bytes, "Übersicht-€-日本-🧾")].concat(), "Übersicht-€-日本-🧾"),
        ([&[0xFF, 0xFE][..], &utf16(u16::to_le_bytes, "Übersicht-€\0")].concat(), "Übersicht-€"),
        ([&[0xEF, 0xBB, 0xBF][..], "Übersicht".as_bytes()].concat(), "Übersicht"),
        (b"\xDCbersicht-\xA0".to_vec(), "Übersicht-€"),
        (vec![0xFE, 0xFF, 0xD8, 0x00, 0x00], "\u{FFFD}"),
        (b"plain.xml".to_vec(), "plain.xml"),
    ];
    for (bytes, expected) in cases {
        let mut pdf = Draft::new();
        let stream = pdf.stream(Dictionary::new(), XML);
        let spec = pdf.spec_of(text(bytes), stream);
        let leaf = pdf.leaf(&[spec]);
        assert_eq!(assert_single(&pdf.names(leaf).bytes(), FoundIn::NameTree).name, expected);
    }
}

#[test]
fn keys_of_a_file_have_an_order() {
    let keys = ["UF", "F", "Unix", "DOS", "Mac"];
    for first in 0..keys.len() {
        let mut draft = Draft::new();
        let (mut spec, mut streams) = (Dictionary::new(), Dictionary::new());
        for key in keys[first..].iter().rev() {
            spec.set(*key, text(format!("{key}.xml")));
            let bytes: &[u8] = if *key == keys[first] { XML } else { b"another" };
            streams.set(*key, draft.stream(Dictionary::new(), bytes));
        }
        spec.set("EF", streams);
        let spec = draft.document.add_object(spec);
        let leaf = draft.leaf(&[spec]);
        let file = assert_single(&draft.names(leaf).bytes(), FoundIn::NameTree);
        assert_eq!(file.name, format!("{}.xml", keys[first]));
    }
}

#[test]
fn name_tree_names_what_its_file_does_not() {
    let mut pdf = Draft::new();
    let stream = pdf.stream(Dictionary::new(), XML);
    let spec = pdf.spec_of(text(""), stream);
    let leaf = pdf.leaf(&[spec]);
    assert_eq!(assert_single(&pdf.names(leaf).bytes(), FoundIn::NameTree).name, "key");
}

#[test]
fn filters_may_stand_behind_references() {
    let mut pdf = Draft::new();
    let mut packed = Stream::new(Dictionary::new(), [XML, &[b'\n'; 400]].concat());
    packed.compress().unwrap();
    let filter = pdf.document.add_object(Object::from("FlateDecode"));
    packed.dict.set("Filter", vec![Object::from(filter)]);
    let stream = pdf.document.add_object(packed);
    let spec = pdf.spec_of(text("factur-x.xml"), stream);
    let leaf = pdf.leaf(&[spec]);
    assert!(content(&files(&pdf.names(leaf).bytes())[0]).starts_with(XML));
}

#[test]
fn unknown_filter_is_an_error_of_that_file() {
    let mut pdf = Draft::new();
    let streams = [dictionary! { "Filter" => "Nonsense" }, dictionary! { "Filter" => 7 }];
    let specs = streams.map(|dictionary| pdf.stream(dictionary, XML)).map(|stream| pdf.spec_of(text("a"), stream));
    let leaf = pdf.leaf(&specs);
    for file in files(&pdf.names(leaf).bytes()) {
        assert_eq!(file.content(&Limits::default()).unwrap_err().code, "EINV-P01");
    }
}

/// A name tree with one file of 64 MiB of blanks, packed `layers` times.
fn bomb(layers: usize) -> Vec<u8> {
    let mut pdf = Draft::new();
    let mut bytes = vec![b' '; 64 << 20];
    for _ in 0..layers {
        let mut stream = Stream::new(Dictionary::new(), bytes);
        stream.compress().unwrap();
        bytes = stream.content;
    }
    let stream = pdf.stream(dictionary! { "Filter" => vec![Object::from("FlateDecode"); layers] }, &bytes);
    let spec = pdf.spec_of(text("factur-x.xml"), stream);
    let leaf = pdf.leaf(&[spec]);
    pdf.names(leaf).bytes()
}

#[test]
fn bombs_are_refused_by_the_file_and_not_before() {
    let limits = Limits { stream: 1 << 20, ..Limits::default() };
    for layers in [1, 2] {
        let files = files(&bomb(layers));
        let finding = files[0].content(&limits).unwrap_err();
        assert_eq!(finding.code, "EINV-P04");
        assert_eq!(finding.expected.as_deref(), Some("at most 1 MiB"));
    }
}

#[test]
fn bombs_in_the_structure_are_refused() {
    let mut document = Draft::new().attached(&[("factur-x.xml", XML)]).finish();
    document.add_object(text([b' '; 4096]));
    let mut bytes = Vec::new();
    let options = lopdf::SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
    document.save_with_options(&mut bytes, options).unwrap();
    assert_eq!(files_within(&bytes, Limits::default()), Ok(1));
    assert_eq!(files_within(&bytes, Limits { structure: 1024, ..Limits::default() }), Err("EINV-P04".to_owned()));
}

#[test]
fn size_and_checksum_are_compared() {
    let cases = [
        (dictionary! { "Size" => 21 }, true),
        (dictionary! { "CheckSum" => text(md5(b"other")) }, true),
        (dictionary! { "CheckSum" => text(md5(XML).iter().map(|b| format!("{b:02X}")).collect::<String>()) }, false),
        (dictionary! { "CheckSum" => text("nonsense"), "Size" => -1 }, false),
    ];
    for (params, damaged) in cases {
        let mut pdf = Draft::new();
        let stream = pdf.stream(dictionary! { "Params" => params }, XML);
        let spec = pdf.spec_of(text("a"), stream);
        let leaf = pdf.leaf(&[spec]);
        let files = files(&pdf.names(leaf).bytes());
        assert_eq!(files[0].content(&Limits::default()).unwrap().damaged.is_some(), damaged);
    }
}

fn encrypted(password: &str) -> Vec<u8> {
    let mut document = Draft::new().attached(&[("factur-x.xml", XML)]).finish();
    let (owner_password, user_password, permissions) = ("owner", password, Permissions::PRINTABLE);
    let version =
        EncryptionVersion::V2 { document: &document, owner_password, user_password, key_length: 128, permissions };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    save(document)
}

#[test]
fn empty_password_opens_and_any_other_is_asked_for() {
    assert_single(&encrypted(""), FoundIn::NameTree);
    let finding = open(&encrypted("secret"), &Limits::default()).unwrap_err();
    assert_eq!((finding.code.as_str(), finding.help.is_some()), ("EINV-P03", true));
}

#[test]
fn damaged_files_are_errors_and_never_a_panic() {
    let whole = Draft::new().attached(&[("factur-x.xml", XML)]).bytes();
    for end in 0..whole.len() {
        if let Ok(pdf) = open(&whole[..end], &Limits::default()) {
            let _ = chosen(&pdf.files).map(|choice| choice.invoice.content(&Limits::default()));
        }
    }
    let finding = open(&whole[..40], &Limits::default()).unwrap_err();
    assert_eq!((finding.code.as_str(), finding.message.as_str()), ("EINV-P01", "the PDF cannot be read"));
    assert_eq!(finding.found.as_deref(), Some("no end mark, so the file may be cut off"));
}

#[test]
fn file_without_bytes_is_named() {
    let mut pdf = Draft::new();
    let spec = pdf.spec_of(text("factur-x.xml"), (99, 0));
    let leaf = pdf.leaf(&[spec]);
    let files = files(&pdf.names(leaf).bytes());
    let finding = chosen(&files).unwrap().invoice.content(&Limits::default()).unwrap_err();
    assert_eq!(finding.found.as_deref(), Some("the name `factur-x.xml` and nothing behind it"));
}

#[test]
fn dangling_references_are_no_damage_where_nothing_is_attached() {
    let mut pdf = Draft::new();
    pdf.page.set("Annots", vec![Object::Reference((99, 0))]);
    assert!(files(&pdf.bytes()).is_empty());
}
