//! PDFs built in memory, embedded into, and read again.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::{Embedded, Embedding, NewFile, Properties, Property, Stamp, embed};
use crate::pdf::tests::{Draft, save, text};
use crate::pdf::{EmbeddedFile, FoundIn, Limits, open};

const XML: &[u8] = b"<Invoice>4711</Invoice>\n";

fn properties() -> Properties {
    let property =
        |name: &str, value: &str| Property { name: name.into(), description: name.into(), value: value.into() };
    Properties {
        namespace: "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#".into(),
        prefix: "fx".into(),
        schema: "Factur-X PDFA Extension Schema".into(),
        properties: vec![property("DocumentFileName", "factur-x.xml"), property("ConformanceLevel", "EN 16931")],
    }
}

fn embed_named(bytes: &[u8], name: &str, content: &[u8], replaces: &[&str], pdfa: bool) -> Embedded {
    let file = NewFile { name, bytes: content, mime: "text/xml", relationship: "Alternative", description: "Invoice" };
    let date = Stamp::of("2026-03-02").unwrap();
    let wish = Embedding {
        files: &[file],
        replaces: &|name| replaces.contains(&name),
        properties: &properties(),
        date: &date,
        pdfa,
    };
    embed(bytes, &wish, &Limits::default()).unwrap()
}

fn embedded(bytes: &[u8]) -> Vec<u8> {
    embed_named(bytes, "factur-x.xml", XML, &[], true).bytes
}

fn load(bytes: &[u8]) -> Document {
    Document::load_mem(bytes).unwrap()
}

fn files(bytes: &[u8]) -> Vec<EmbeddedFile> {
    open(bytes, &Limits::default()).unwrap().files
}

fn content(file: &EmbeddedFile) -> Vec<u8> {
    file.content(&Limits::default()).unwrap().bytes
}

fn names(bytes: &[u8]) -> Vec<String> {
    files(bytes).into_iter().map(|file| file.name).collect()
}

fn packet(bytes: &[u8]) -> String {
    let document = load(bytes);
    let metadata = document.catalog().unwrap().get(b"Metadata").unwrap().as_reference().unwrap();
    String::from_utf8(document.get_object(metadata).unwrap().as_stream().unwrap().content.clone()).unwrap()
}

fn with_packet(packet: &[u8]) -> Vec<u8> {
    let mut pdf = Draft::new();
    let id = pdf.document.add_object(Stream::new(dictionary! { "Type" => "Metadata" }, packet.to_vec()));
    pdf.catalog.set("Metadata", id);
    pdf.bytes()
}

#[test]
fn a_file_comes_out_as_it_went_in() {
    let bytes = embedded(&Draft::new().bytes());
    let found = files(&bytes);
    assert_eq!(found.len(), 1);
    let file = &found[0];
    assert_eq!((content(file).as_slice(), file.found_in), (XML, FoundIn::NameTree));
    assert_eq!(file.relationship.as_deref(), Some("Alternative"));
    assert_eq!((file.mime.as_deref(), file.description.as_deref()), (Some("text/xml"), Some("Invoice")));
    assert_eq!(file.modified.as_deref(), Some("2026-03-02T00:00:00+00:00"));
    let unpacked = file.content(&Limits::default()).unwrap();
    assert!(unpacked.complete, "size and checksum are stated");
}

#[test]
fn the_container_is_that_of_pdf_a_3() {
    let bytes = embedded(&Draft::new().bytes());
    assert!(bytes.starts_with(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"));
    let document = load(&bytes);
    let identifier = document.trailer.get(b"ID").unwrap().as_array().unwrap();
    assert_eq!(identifier[0].as_str().unwrap(), b"0123456789abcdef", "the first part stays");
    assert_ne!(identifier[1].as_str().unwrap(), [0; 16]);
    assert_eq!(document.catalog().unwrap().get(b"AF").unwrap().as_array().unwrap().len(), 1);
    assert!(packet(&bytes).contains("<pdfaid:part>3</pdfaid:part>"));
}

#[test]
fn the_same_in_gives_the_same_out_and_twice_is_once() {
    let mut without_identifier = Draft::new().finish();
    without_identifier.trailer.remove(b"ID");
    for pdf in [
        Draft::new().bytes(),
        Draft::new().attached(&[("b.csv", b"1;2"), ("a.csv", b"3")]).bytes(),
        save(without_identifier),
    ] {
        let once = embedded(&pdf);
        assert_eq!(once, embedded(&pdf));
        let twice = embedded(&once);
        assert_eq!(once.len(), twice.len());
        assert!(once == twice);
    }
}

#[test]
fn what_gives_way_is_gone_from_everywhere() {
    let mut pdf = Draft::new();
    let old = b"<Old>something that is found nowhere else</Old>";
    let spec = pdf.spec("ZUGFeRD-invoice.xml", old);
    let note =
        dictionary! { "Type" => "Annot", "Subtype" => "FileAttachment", "FS" => spec, "Rect" => vec![0.into(); 4] };
    let note = pdf.document.add_object(note);
    let link = pdf.document.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link" });
    pdf.page.set("Annots", vec![Object::from(note), Object::from(link)]);
    pdf.page.set("AF", spec);
    pdf.catalog.set("AF", vec![Object::from(spec)]);
    let other = pdf.spec("terms.txt", b"thirty days");
    let leaf = pdf.leaf(&[spec, other]);
    let bytes = embed_named(&pdf.names(leaf).bytes(), "factur-x.xml", XML, &["ZUGFeRD-invoice.xml"], true);
    assert_eq!(names(&bytes.bytes), ["factur-x.xml", "terms.txt"]);
    assert!(bytes.findings.iter().any(|finding| finding.message.contains("`ZUGFeRD-invoice.xml`")));
    let document = load(&bytes.bytes);
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    assert!(!streams.map(|stream| stream.get_plain_content().unwrap()).any(|content| content == old));
    let page = document.get_dictionary(document.page_iter().next().unwrap()).unwrap();
    assert_eq!((page.get(b"Annots").unwrap().as_array().unwrap().len(), page.has(b"AF")), (1, false));
}

#[test]
fn files_of_the_same_name_give_way_wherever_their_specification_stands() {
    let mut pdf = Draft::new();
    let stream = pdf.stream(Dictionary::new(), b"old");
    let inline = dictionary! { "UF" => text("factur-x.xml"), "EF" => dictionary! { "F" => stream } };
    pdf.catalog.set("AF", vec![Object::from(inline.clone())]);
    let unnamed = pdf.document.add_object(dictionary! { "EF" => dictionary! { "F" => stream } });
    let leaf = pdf.document.add_object(dictionary! {
        "Names" => vec![text("a"), Object::from(inline), text("factur-x.xml"), Object::from(unnamed)],
    });
    let bytes = embedded(&pdf.names(leaf).bytes());
    assert_eq!(names(&bytes), ["factur-x.xml"]);
    assert_eq!(content(&files(&bytes)[0]), XML);
}

#[test]
fn other_files_get_what_pdf_a_3_demands() {
    let mut pdf = Draft::new();
    let stream = pdf.stream(Dictionary::new(), b"1;2");
    let spec = pdf.document.add_object(dictionary! { "F" => text("a.csv"), "EF" => dictionary! { "UF" => stream } });
    let leaf = pdf.leaf(&[spec]);
    let pdf = pdf.names(leaf).bytes();
    let file = |bytes: &[u8]| files(bytes).into_iter().find(|file| file.name == "a.csv").unwrap();
    let bytes = embedded(&pdf);
    let completed = file(&bytes);
    assert_eq!(completed.relationship.as_deref(), Some("Unspecified"));
    assert_eq!(completed.mime.as_deref(), Some("application/octet-stream"));
    assert_eq!(completed.modified.as_deref(), Some("2026-03-02T00:00:00+00:00"));
    let document = load(&bytes);
    assert_eq!(document.catalog().unwrap().get(b"AF").unwrap().as_array().unwrap().len(), 2);
    let specs = document.objects.values().filter_map(|object| object.as_dict().ok());
    for spec in specs.filter(|dictionary| dictionary.has(b"EF")) {
        let files = spec.get(b"EF").unwrap().as_dict().unwrap();
        assert!([b"F".as_slice(), b"UF"].iter().all(|key| spec.has(key) && files.has(key)));
    }
    let plain = embed_named(&pdf, "factur-x.xml", XML, &[], false).bytes;
    assert_eq!(file(&plain).relationship, None, "without a claim it stays what it was");
}

#[test]
fn without_a_claim_none_is_made() {
    let claim = "<rdf:Description xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" pdfaid:part=\"1\" pdfaid:conformance=\"A\"/>";
    let bytes = embed_named(&with_packet(rdf(claim).as_bytes()), "factur-x.xml", XML, &[], false);
    assert_eq!(bytes.level, None);
    assert!(!packet(&bytes.bytes).contains("pdfaid"));
    assert!(packet(&bytes.bytes).contains("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>"));
}

#[test]
fn names_keep_their_characters_and_stand_in_order() {
    let pdf = Draft::new().attached(&[("z.txt", b"z"), ("b.txt", b"b")]).bytes();
    let bytes = embed_named(&pdf, "Übersicht.xml", XML, &[], true).bytes;
    assert!(names(&bytes).contains(&"Übersicht.xml".to_owned()));
    let document = load(&bytes);
    let names = document.catalog().unwrap().get(b"Names").unwrap().as_dict().unwrap();
    let leaf = names.get(b"EmbeddedFiles").unwrap().as_dict().unwrap().get(b"Names").unwrap().as_array().unwrap();
    let keys: Vec<&[u8]> = leaf.iter().step_by(2).map(|key| key.as_str().unwrap()).collect();
    assert!(keys.is_sorted());
}

#[test]
fn pages_and_their_content_stay_as_they_are() {
    let content = b"q 0.123456789 0 0 1 0 0 cm\r\n  (a\\)b) Tj Q".as_slice();
    let mut pdf = Draft::new();
    let stream = pdf.stream(Dictionary::new(), content);
    pdf.page.set("Contents", stream);
    let document = load(&embedded(&pdf.bytes()));
    let page = document.page_iter().next().unwrap();
    let streams: Vec<_> = document.get_page_contents(page);
    assert_eq!(document.get_object(streams[0]).unwrap().as_stream().unwrap().content, content);
}

#[test]
fn what_nothing_refers_to_is_left_behind() {
    let mut pdf = Draft::new();
    pdf.stream(Dictionary::new(), b"an orphan");
    let document = load(&embedded(&pdf.bytes()));
    assert!(
        document
            .objects
            .values()
            .all(|object| object.as_stream().map_or(true, |stream| stream.content != b"an orphan"))
    );
}

#[test]
fn references_that_lead_nowhere_lead_nowhere_still() {
    let mut pdf = Draft::new();
    let next = (pdf.document.max_id + 4, 0);
    pdf.page.set("Resources", dictionary! { "Font" => next });
    let document = load(&embedded(&pdf.bytes()));
    let page = document.get_dictionary(document.page_iter().next().unwrap()).unwrap();
    let fonts = page.get(b"Resources").and_then(Object::as_dict).and_then(|resources| resources.get(b"Font"));
    let shown = format!("{fonts:?}");
    assert!(fonts.map_or(true, Object::is_null), "{shown}");
}

/// The code of the refusal of a PDF.
fn refusal(bytes: &[u8], pdfa: bool) -> String {
    let file = NewFile { name: "a", bytes: b"", mime: "a/b", relationship: "Data", description: "" };
    let date = Stamp::of("2026-03-02").unwrap();
    let (replaces, properties) = (|_: &str| false, properties());
    let wish = Embedding { files: &[file], replaces: &replaces, properties: &properties, date: &date, pdfa };
    embed(bytes, &wish, &Limits::default()).unwrap_err().remove(0).code
}

#[test]
fn pages_without_what_stands_on_them_are_refused() {
    let mut pdf = Draft::new();
    pdf.page.set("Contents", (900, 0));
    assert_eq!(refusal(&pdf.bytes(), false), "EINV-P01");
}

#[test]
fn pages_that_lead_back_into_themselves_are_refused() {
    let mut document = load(&Draft::new().bytes());
    let list = document.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    let kids = document.get_dictionary_mut(list).unwrap().get_mut(b"Kids").unwrap().as_array_mut().unwrap();
    kids.push(Object::Reference(list));
    assert_eq!(refusal(&save(document), false), "EINV-P01");
}

#[test]
fn signed_files_are_refused_with_and_without_a_claim() {
    let mut pdf = Draft::new();
    let signature = dictionary! { "Type" => "Sig", "ByteRange" => vec![0.into(), 1.into(), 2.into(), 3.into()] };
    pdf.page.set("Annots", vec![Object::from(dictionary! { "FT" => "Sig", "V" => signature })]);
    let pdf = pdf.bytes();
    for pdfa in [true, false] {
        assert_eq!(refusal(&pdf, pdfa), "EINV-P06");
    }
}

#[test]
fn object_numbers_at_their_end_leave_room() {
    let mut document = Draft::new().finish();
    let catalog = document.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let object = document.objects.remove(&catalog).unwrap();
    document.objects.insert((u32::MAX - 2, 0), object);
    document.trailer.set("Root", (u32::MAX - 2, 0));
    document.max_id = u32::MAX - 2;
    let mut bytes = Vec::new();
    if document.save_to(&mut bytes).is_ok() {
        assert_eq!(names(&embedded(&bytes)), ["factur-x.xml"]);
    }
}

// --- metadata

fn rdf(descriptions: &str) -> String {
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">{descriptions}</rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    )
}

/// The packet that becomes of one with these descriptions.
fn merged(descriptions: &str) -> String {
    let once = embedded(&with_packet(rdf(descriptions).as_bytes()));
    assert!(once == embedded(&once), "a second time changes nothing");
    let packet = packet(&once);
    assert!(roxmltree::Document::parse(packet.trim_end_matches("<?xpacket end=\"w\"?>")).is_ok(), "{packet}");
    assert_eq!(packet.matches("<pdfaExtension:schemas>").count(), 1, "{packet}");
    assert_eq!(packet.matches("<fx:ConformanceLevel>").count(), 1, "{packet}");
    assert_eq!(packet.matches("<pdfaid:part>").count(), 1, "{packet}");
    packet
}

const OLD: &str = "xmlns:zf=\"urn:ferd:pdfa:CrossIndustryDocument:invoice:1p0#\"";

#[test]
fn old_statements_go_as_elements_and_as_attributes() {
    let packet = merged(&format!(
        "<rdf:Description rdf:about=\"\" {OLD} zf:ConformanceLevel=\"COMFORT\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         pdf:Producer=\"A &amp; B\"/><rdf:Description {OLD}><zf:Version>1.0</zf:Version></rdf:Description>\
         <rdf:Description xmlns:p=\"http://www.aiim.org/pdfa/ns/id/\" p:part=\"1\"><p:conformance>B</p:conformance>\
         </rdf:Description>"
    ));
    assert!(!packet.contains("urn:ferd") && !packet.contains("COMFORT"));
    assert!(packet.contains("<pdf:Producer>A &amp; B</pdf:Producer>"));
    assert!(packet.contains("<xmp:ModifyDate>2026-03-02T00:00:00+00:00</xmp:ModifyDate>"));
}

#[test]
fn several_roots_and_bags_become_one() {
    let schema = |namespace: &str| {
        format!(
            "<rdf:Description xmlns:e=\"http://www.aiim.org/pdfa/ns/extension/\" \
             xmlns:s=\"http://www.aiim.org/pdfa/ns/schema#\"><e:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
             <s:schema>X</s:schema><s:namespaceURI>{namespace}</s:namespaceURI><s:prefix>x</s:prefix></rdf:li></rdf:Bag></e:schemas>\
             </rdf:Description>"
        )
    };
    let old = schema("urn:ferd:pdfa:CrossIndustryDocument:invoice:1p0#");
    let both = format!(
        "{}{old}</rdf:RDF><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">{}\
         <rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:format>application/pdf</dc:format>\
         </rdf:Description>",
        schema("urn:acme#"),
        schema("urn:other#"),
    );
    let packet = merged(&both);
    assert_eq!(packet.matches("<rdf:RDF").count(), 1);
    assert!(packet.contains("urn:acme#") && packet.contains("urn:other#") && !packet.contains("urn:ferd"));
    assert!(packet.contains("<dc:format>application/pdf</dc:format>"));
}

#[test]
fn prefixes_are_those_that_the_standard_demands() {
    let packet = merged(
        "<rdf:Description xmlns:dc=\"urn:mine\" dc:a=\"1\"/><rdf:Description xmlns:fx=\"urn:yours\" fx:b=\"2\"/>\
         <rdf:Description xmlns:d=\"http://purl.org/dc/elements/1.1/\"><d:title><rdf:Alt><rdf:li xml:lang=\"x-default\">T\
         </rdf:li></rdf:Alt></d:title></rdf:Description>",
    );
    assert!(packet.contains("<dc:title>") && packet.contains("<rdf:li xml:lang=\"x-default\">T</rdf:li>"));
    assert!(packet.contains("<ns1:a>1</ns1:a>") && packet.contains("<ns2:b>2</ns2:b>"), "{packet}");
}

#[test]
fn what_nothing_describes_is_described_and_what_cannot_be_is_dropped() {
    let packet = merged(
        "<rdf:Description xmlns:acme=\"urn:acme#\"><acme:Plain>1</acme:Plain><acme:Deep rdf:parseType=\"Resource\">\
         <acme:a>2</acme:a></acme:Deep></rdf:Description><rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         dc:creator=\"Me\"/>",
    );
    assert!(packet.contains("<pdfaProperty:name>Plain</pdfaProperty:name>") && packet.contains("<acme:Plain>1<"));
    assert!(!packet.contains("acme:Deep"));
    assert!(packet.contains("<rdf:Seq>\n     <rdf:li>Me</rdf:li>"), "{packet}");
}

#[test]
fn metadata_that_cannot_be_read_are_made_anew() {
    let deep = format!("{}{}", "<a>".repeat(3000), "</a>".repeat(3000));
    let broken = [
        "",
        "no XML",
        "<x/>",
        "<rdf:RDF>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        &rdf("<rdf:Description>&nothing;</rdf:Description>"),
        &rdf(&deep),
    ];
    for packet in broken {
        let mut pdf = Draft::new();
        let id = pdf.stream(Dictionary::new(), packet.as_bytes());
        pdf.catalog.set("Metadata", id);
        let mut document = pdf.finish();
        let info = dictionary! { "Title" => text("Bill \u{1}<1>"), "Author" => text("Me"), "CreationDate" => text("D:20250131") };
        let info = document.add_object(info);
        document.trailer.set("Info", info);
        let embedded = embed_named(&save(document), "factur-x.xml", XML, &[], true);
        let made = self::packet(&embedded.bytes);
        assert!(made.contains("Bill &lt;1&gt;</rdf:li>") && made.contains("<xmp:CreateDate>2025-01-31<"), "{made}");
        assert!(embedded.findings.iter().any(|finding| finding.message.contains("made anew")));
    }
}

#[test]
fn packets_in_utf_16_become_utf_8() {
    let packet = rdf("<rdf:Description xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" pdf:Keywords=\"Größe\"/>");
    let bytes: Vec<u8> = [0xFE, 0xFF].into_iter().chain(packet.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    assert!(self::packet(&embedded(&with_packet(&bytes))).contains("<pdf:Keywords>Größe</pdf:Keywords>"));
}
